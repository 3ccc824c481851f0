/*
 * Loading a paid order onto its card (R1, R2, R2a; docs/protocol.md section 3).
 *
 * Every round is a new attempt with a new INITIALIZE, which is proof and retry
 * in one; what the client believes about an earlier round decides nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/sw.h"
#include "client/element.h"
#include "client/flow.h"
#include "client/mask.h"
#include "client/round.h"

#define ROUNDS  4
#define HOLDERS 2
#define STEPS   5

/* One order on its way to the card. */
struct load {
	struct ykt_client *client;
	const char *order_id;
	struct wire_load_begin_rsp begin;
	uint8_t init[PURSE_LOAD_INIT_RSP_LEN];
	bool attest; /* the card refused the amount: prove only */
	struct wire_load_request_rsp answer;
	char holder[33]; /* of YKT_BUSY: the order that comes first */
};

static void
progress(const struct load *load, unsigned done)
{
	(void)client_progress(load->client, N_("Loading: leave the card where it is"), done, STEPS);
}

/* The order cannot be loaded now: what is it then? */
static enum ykt_status
look(struct load *load)
{
	struct wire_order order;
	enum ykt_status status = client_order_get(load->client, load->order_id, &order);

	if (status == YKT_OK)
		status = client_order_final(load->client, &order);

	return status == YKT_E_STATE ? YKT_PENDING : status;
}

/* YKT_DUPLICATE: the order is loaded already. */
static enum ykt_status
begin(struct load *load)
{
	struct wire_order_id_req req = { 0 };
	enum ykt_status status;

	progress(load, 1);
	client_text_copy(req.order_id, sizeof(req.order_id), load->order_id);
	status = client_call(load->client, "load.begin", NULL, &req, &load->begin);
	if (status == YKT_REFUSED && client_error_is(load->client, "order_state")) {
		status = look(load);
		if (status == YKT_OK)
			status = YKT_DUPLICATE;
	}

	return status;
}

/* The order's card, selected. */
static enum ykt_status
select_card(struct load *load)
{
	char card_no[CLIENT_CARD_NO_LEN];
	enum ykt_status status;

	status = client_element_select(load->client, load->begin.card_no, card_no, NULL);

	return status == YKT_NOT_FOUND ? YKT_WRONG_CARD : status;
}

/*
 * INITIALIZE with the order's amount; with 0 when the card refuses that, which
 * proves what it holds and gets no MAC2.
 */
static enum ykt_status
initialize(struct load *load)
{
	struct ykt_client *client = load->client;
	uint16_t sw = 0;
	enum ykt_status status;

	progress(load, 2);
	load->attest = false;
	status = client_purse_init(
	    client, load->begin.amount_fen, load->begin.terminal, load->init, &sw);
	if (status != YKT_OK && (sw == SW_CONDITIONS || status == YKT_OVER_LIMIT)) {
		load->attest = true;
		status = client_purse_init(client, 0, load->begin.terminal, load->init, &sw);
	}

	return client_init_outcome(client, status, sw);
}

static enum ykt_status
request(struct load *load)
{
	struct wire_load_request_req req = { .attempt = load->begin.attempt,
		.attest = load->attest };

	progress(load, 3);
	client_text_copy(req.order_id, sizeof(req.order_id), load->order_id);
	client_text_copy(req.card_no, sizeof(req.card_no), load->begin.card_no);
	memcpy(req.init, load->init, sizeof(req.init));
	memset(&load->answer, 0, sizeof(load->answer));

	return client_call(load->client, "load.request", NULL, &req, &load->answer);
}

/* The card has it; now the platform must hear of it. */
static enum ykt_status
confirm(void *ctx, const uint8_t tac[PURSE_MAC_LEN], enum client_step *ret_step)
{
	struct load *load = ctx;
	struct wire_load_confirm_req req = { .attempt = load->begin.attempt, .credited = true };
	struct wire_order order;
	enum ykt_status status;

	progress(load, 5);
	load->client->end.money = CLIENT_MONEY_LOADED;
	client_text_copy(req.order_id, sizeof(req.order_id), load->order_id);
	memcpy(req.tac, tac, sizeof(req.tac));
	status = client_call(load->client, "load.confirm", NULL, &req, &order);
	if (status == YKT_OK && client_order_state(&order) != WIRE_ORDER_LOADED)
		status = client_order_final(load->client, &order);
	if (status == YKT_DENIED)
		load->client->end.money = CLIENT_MONEY_KEPT;

	return client_confirm_outcome(status, ret_step);
}

static enum ykt_status
credit(struct load *load, enum client_step *ret_step)
{
	const struct client_move move = {
		.card_no = load->begin.card_no,
		.init = load->init,
		.done = 4,
		.steps = STEPS,
		.send = client_purse_credit,
		.kept = client_purse_proof,
		.confirm = confirm,
		.ctx = load,
	};

	progress(load, 4);
	if (!load->answer.has_datetime || !load->answer.has_mac2)
		return YKT_E_SERVER;

	return client_move(load->client, &move, load->answer.datetime, load->answer.mac2, ret_step);
}

static enum ykt_status
follow(struct load *load, enum client_step *ret_step)
{
	switch (wire_token_find(&wire_load_result, load->answer.result)) {
	case WIRE_LOAD_CREDIT:
		return load->attest ? YKT_E_SERVER : credit(load, ret_step);
	case WIRE_LOAD_LOADED:
		return YKT_OK;
	case WIRE_LOAD_NOT_LOADED:
		client_reason(load->client, "cap");
		return YKT_OVER_LIMIT;
	default:
		return YKT_E_SERVER;
	}
}

/* What a refused load.request means for the next round. */
static enum ykt_status
refused(struct load *load, enum ykt_status status, enum client_step *ret_step)
{
	struct ykt_client *client = load->client;

	if (client_error_is(client, WIRE_ERR_HELD)) {
		if (client->error.has_order_id)
			client_text_copy(
			    load->holder, sizeof(load->holder), client->error.order_id);
		return YKT_BUSY;
	}
	if (client_error_is(client, "stale") || client_error_is(client, "attempt_used") ||
	    client_error_is(client, "mac1")) {
		*ret_step = CLIENT_STEP_AGAIN;
		return status;
	}
	if (client_error_is(client, "cap"))
		return YKT_OVER_LIMIT;
	if (client_error_is(client, "case")) {
		client->end.money = CLIENT_MONEY_CASE;
		return YKT_DISPUTED;
	}
	if (client_error_is(client, "order_state"))
		return look(load);

	return status;
}

static enum ykt_status
round_once(void *ctx, enum client_step *ret_step)
{
	struct load *load = ctx;
	enum ykt_status status;

	load->client->end.money = CLIENT_MONEY_KEPT;
	*ret_step = CLIENT_STEP_END;
	status = begin(load);
	if (status != YKT_OK)
		return status == YKT_DUPLICATE ? YKT_OK : status;
	status = select_card(load);
	if (status == YKT_OK)
		status = initialize(load);
	if (status == YKT_E_LINK) {
		*ret_step = CLIENT_STEP_AGAIN;
		return status;
	}
	if (status != YKT_OK)
		return status;
	status = request(load);
	if (status == YKT_OK)
		return follow(load, ret_step);
	if (status == YKT_REFUSED || status == YKT_DENIED || status == YKT_BUSY)
		status = refused(load, status, ret_step);

	return status;
}

/* Rounds until something is known. */
static enum ykt_status
rounds(struct load *load)
{
	enum ykt_status status;

	load->holder[0] = '\0';
	status = client_rounds(load->client, ROUNDS, round_once, load);
	if (status == YKT_OK)
		load->client->end.money = CLIENT_MONEY_LOADED;

	return status;
}

enum ykt_status
client_load(struct ykt_client *client, const char *order_id)
{
	struct load load = { .client = client, .order_id = order_id };
	struct load before = { .client = client };
	enum ykt_status status = rounds(&load);

	for (unsigned i = 0; i < HOLDERS; i++) {
		if (status != YKT_BUSY || load.holder[0] == '\0')
			break;
		before.order_id = load.holder;
		status = rounds(&before);
		if (status != YKT_OK)
			break;
		status = rounds(&load);
	}
	/* What the platform or the network could not say is not known yet. */
	if (status == YKT_BUSY || (client_lost(status) && status != YKT_E_DOWN))
		status = YKT_UNKNOWN;

	return status;
}

enum ykt_status
client_load_prove(struct ykt_client *client, const char *order_id, int64_t *ret_attempt,
    uint8_t ret_init[PURSE_LOAD_INIT_RSP_LEN])
{
	struct load load = { .client = client, .order_id = order_id };
	enum ykt_status status = begin(&load);

	if (status == YKT_DUPLICATE)
		return YKT_CONFLICT;
	if (status == YKT_OK)
		status = select_card(&load);
	if (status == YKT_OK)
		status = initialize(&load);
	if (status == YKT_OK) {
		*ret_attempt = load.begin.attempt;
		memcpy(ret_init, load.init, sizeof(load.init));
	}

	return status;
}
