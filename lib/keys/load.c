/*
 * Load and unload: MAC1 is checked here, the permit recorded, MAC2 computed, TAC
 * (of an unload MAC3) checked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/purse_cmd.h"
#include "keys/internal.h"
#include "keys/permit.h"
#include "wire/tokens.h"

/* One request for a permit, decoded and with the card's session key. */
struct load {
	const struct wire_key_load_permit_req *req;
	uint8_t type; /* what the order is: PURSE_TYPE_LOAD or PURSE_TYPE_UNLOAD */
	struct purse_load_init_rsp init;
	struct purse_load load;
	struct purse_session session;
};

static enum ykt_status
card_key(struct keys_worker *worker, enum purse_alg alg, const uint8_t root[KEYS_ROOT_LEN],
    const char *card_no, uint8_t ret_key[PURSE_KEY_LEN])
{
	uint8_t serial[PURSE_SERIAL_LEN];
	enum ykt_status status = keys_serial(card_no, serial);

	if (status == YKT_OK)
		status = purse_card_key(
		    worker->crypto, alg, root, worker->keys->options.issuer, serial, ret_key);
	return status;
}

/*
 * The INITIALIZE that the card's answer is of. With amount 0 it is that for load,
 * of an unload too: unloading nothing is no command, and a load of nothing proves
 * the balance and the counter as well (R2).
 */
static uint8_t
init_type(const struct load *load)
{
	return load->req->amount_fen == 0 ? (uint8_t)PURSE_TYPE_LOAD : load->type;
}

static bool
acceptable(const struct keys_options *options, const struct load *load)
{
	const struct wire_key_load_permit_req *req = load->req;

	return memcmp(req->issuer, options->issuer, sizeof(req->issuer)) == 0 &&
	       req->amount_fen >= 0 && req->amount_fen <= PURSE_BALANCE_MAX && req->attempt >= 1 &&
	       (req->amount_fen != 0 || req->attest) && (!req->release || req->attest) &&
	       (load->type != PURSE_TYPE_UNLOAD || options->roots.has_unload);
}

/* YKT_E_ARG: not a card, an amount or an answer of ours. */
static enum ykt_status
load_prepare(struct keys_worker *worker, struct load *load)
{
	const struct wire_key_load_permit_req *req = load->req;
	const struct keys_roots *roots = &worker->keys->options.roots;
	bool unload = init_type(load) == PURSE_TYPE_UNLOAD;
	uint8_t key[PURSE_KEY_LEN];
	enum ykt_status status;

	if (!acceptable(&worker->keys->options, load))
		return YKT_E_ARG;
	status = purse_load_init_rsp_decode(YKT_BYTES(req->init), &load->init);
	if (status != YKT_OK || load->init.alg != req->alg ||
	    load->init.key_version != req->key_version ||
	    (unload && load->init.balance < (uint64_t)req->amount_fen))
		return YKT_E_ARG;
	load->load = (struct purse_load){ .balance = load->init.balance,
		.amount = (uint32_t)req->amount_fen,
		.online_seq = load->init.online_seq,
		.type = init_type(load) };
	memcpy(load->load.terminal, req->terminal, sizeof(load->load.terminal));
	memcpy(load->load.datetime, req->datetime, sizeof(load->load.datetime));
	status = card_key(worker, (enum purse_alg)req->alg, unload ? roots->unload : roots->load,
	    req->card_no, key);
	if (status == YKT_OK)
		status = purse_session_load(worker->crypto, (enum purse_alg)req->alg, key,
		    load->init.random, load->init.online_seq, &load->session);
	ykt_wipe(key, sizeof(key));
	return status;
}

/* YKT_E_MAC when the card's MAC1 is not over these values. */
static enum ykt_status
load_check_mac1(struct keys_worker *worker, const struct load *load)
{
	uint8_t mac1[PURSE_MAC_LEN];
	enum ykt_status status = purse_load_mac1(worker->crypto, &load->session, &load->load, mac1);

	if (status == YKT_OK && !ykt_ct_equal(mac1, load->init.mac1, sizeof(mac1)))
		status = YKT_E_MAC;
	ykt_wipe(mac1, sizeof(mac1));
	return status;
}

static enum ykt_status
load_decide(struct keys_worker *worker, const struct load *load, struct permit_answer *ret_answer)
{
	const struct wire_key_load_permit_req *req = load->req;
	const struct keys_options *options = &worker->keys->options;
	struct permit_ask ask = { .type = load->type,
		.card_no = req->card_no,
		.order_id = req->order_id,
		.attempt = req->attempt,
		.counter = load->init.online_seq,
		.balance = load->init.balance,
		.amount = load->load.amount,
		.attest = req->attest,
		.release = req->release,
		.now_ms = ykt_clock_wall(options->env.clock) };

	memcpy(ask.terminal, req->terminal, sizeof(ask.terminal));
	memcpy(ask.datetime, req->datetime, sizeof(ask.datetime));
	memcpy(ask.random, load->init.random, sizeof(ask.random));
	return permit_decide(options->store, &ask, ret_answer);
}

static enum ykt_status
load_answer(struct keys_worker *worker, const struct load *load, const struct permit_answer *answer,
    struct wire_key_load_permit_rsp *rsp)
{
	static const enum wire_permit_result results[] = {
		[PERMIT_CREDIT] = WIRE_PERMIT_CREDIT,
		[PERMIT_HELD] = WIRE_PERMIT_HELD,
		[PERMIT_COMMITTED] = WIRE_PERMIT_COMMITTED,
		[PERMIT_NOT_LOADED] = WIRE_PERMIT_NOT_LOADED,
		[PERMIT_CASE] = WIRE_PERMIT_CASE,
	};

	wire_token_set(
	    &wire_permit_result, (int)results[answer->outcome], rsp->result, sizeof(rsp->result));
	rsp->has_balance_fen = rsp->has_online_seq = true;
	rsp->balance_fen = load->init.balance;
	rsp->online_seq = load->init.online_seq;
	rsp->has_order_id = answer->holder[0] != '\0';
	memcpy(rsp->order_id, answer->holder, sizeof(rsp->order_id));
	rsp->has_amount_fen = answer->outcome == PERMIT_COMMITTED;
	rsp->amount_fen = rsp->has_amount_fen ? answer->amount : 0;
	if (answer->outcome != PERMIT_CREDIT)
		return YKT_OK;
	rsp->has_mac2 = true;
	return purse_load_mac2(worker->crypto, &load->session, &load->load, rsp->mac2);
}

static int
answer_permit(
    struct keys_worker *worker, uint8_t type, const void *req, void *rsp, struct wire_error *error)
{
	struct load load = { .req = req, .type = type };
	struct wire_key_load_permit_rsp *out = rsp;
	struct permit_answer answer;
	enum ykt_status status = load_prepare(worker, &load);

	if (status == YKT_OK)
		status = load_check_mac1(worker, &load);
	if (status == YKT_E_MAC) {
		status = permit_mac1_wrong(worker->keys->options.store, load.req->card_no);
		wire_token_set(
		    &wire_permit_result, WIRE_PERMIT_MAC1, out->result, sizeof(out->result));
		goto out;
	}
	if (status == YKT_OK)
		status = load_decide(worker, &load, &answer);
	if (status == YKT_OK)
		status = load_answer(worker, &load, &answer, out);
out:
	purse_session_clear(&load.session);
	return status == YKT_OK ? 200 : keys_fail(error, status);
}

int
keys_load_permit(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	(void)http;
	return answer_permit(worker, PURSE_TYPE_LOAD, req, rsp, error);
}

int
keys_unload_permit(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	(void)http;
	return answer_permit(worker, PURSE_TYPE_UNLOAD, req, rsp, error);
}

/* MAC1 over a load of nothing, under the load key of whatever number the card says it has. */
int
keys_card_claim(void *worker_arg, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct ykt_store *store = worker->keys->options.store;
	struct load load = { .req = req, .type = PURSE_TYPE_LOAD };
	struct wire_key_load_permit_rsp *out = rsp;
	struct permit_ask ask = { .type = PURSE_TYPE_LOAD, .attest = true };
	struct permit_answer answer;
	enum ykt_status status = YKT_E_ARG;

	(void)http;
	if (load.req->attest && !load.req->release && load.req->amount_fen == 0)
		status = load_prepare(worker, &load);
	if (status == YKT_OK)
		status = load_check_mac1(worker, &load);
	if (status == YKT_E_MAC) {
		status = permit_claim_wrong(store, load.req->card_no);
		wire_token_set(
		    &wire_permit_result, WIRE_PERMIT_MAC1, out->result, sizeof(out->result));
		goto out;
	}
	if (status == YKT_OK) {
		ask.card_no = load.req->card_no;
		ask.counter = load.init.online_seq;
		ask.now_ms = ykt_clock_wall(worker->keys->options.env.clock);
		memcpy(ask.random, load.init.random, sizeof(ask.random));
		status = permit_claim(store, &ask, load.req->alg, &answer);
	}
	if (status == YKT_OK)
		status = load_answer(worker, &load, &answer, out);
out:
	purse_session_clear(&load.session);
	return status == YKT_OK ? 200 : keys_fail(error, status);
}

static uint32_t
balance_after(const struct permit_row *row)
{
	return row->type == PURSE_TYPE_UNLOAD ? row->balance - row->amount
					      : row->balance + row->amount;
}

/* The TAC of a load; of an unload MAC3, which is the same under the unload key. */
static enum ykt_status
tac_good(struct keys_worker *worker, const struct permit_row *row, const uint8_t tac[PURSE_MAC_LEN],
    bool *ret_good)
{
	const struct keys_roots *roots = &worker->keys->options.roots;
	struct purse_load load = { .balance = balance_after(row),
		.amount = row->amount,
		.online_seq = row->counter,
		.type = row->type };
	uint8_t key[PURSE_KEY_LEN];
	uint8_t mine[PURSE_MAC_LEN];
	enum ykt_status status = card_key(worker, (enum purse_alg)row->alg,
	    row->type == PURSE_TYPE_UNLOAD ? roots->unload : roots->tac, row->card_no, key);

	memcpy(load.terminal, row->terminal, sizeof(load.terminal));
	memcpy(load.datetime, row->datetime, sizeof(load.datetime));
	if (status == YKT_OK)
		status = purse_load_tac(worker->crypto, (enum purse_alg)row->alg, key, &load, mine);
	if (status == YKT_OK)
		*ret_good = ykt_ct_equal(mine, tac, sizeof(mine));
	ykt_wipe(key, sizeof(key));
	ykt_wipe(mine, sizeof(mine));
	return status;
}

int
keys_load_tac(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct wire_key_load_tac_req *req = req_arg;
	struct wire_key_load_tac_rsp *rsp = rsp_arg;
	const struct ykt_store *store = worker->keys->options.store;
	struct permit_row row;
	bool good = false;
	enum ykt_status status = permit_find(store, req->order_id, req->attempt, &row);

	(void)http;
	if (status == YKT_OK)
		status = tac_good(worker, &row, req->tac, &good);
	if (status == YKT_OK && good)
		status = permit_commit(store, req->order_id, req->attempt);
	if (status != YKT_OK)
		return keys_fail(error, status);
	rsp->ok = good;
	rsp->balance_fen = balance_after(&row);
	return 200;
}
