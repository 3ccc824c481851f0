/*
 * The key module and a card as models. Their MACs are a toy hash; what they
 * promise is what docs/protocol.md says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "code/code_qr.h"
#include "parts.h"

static uint32_t
toy(uint32_t h, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 16777619u;
	return h;
}

/* What MAC1 covers beside the rest: counter and balance, under the key of that command. */
static uint32_t
toy_mac1_salt(int64_t counter, int64_t balance, bool unload)
{
	return (uint32_t)counter ^ (uint32_t)balance * 2654435761u ^ (unload ? 0x554E4C44u : 0);
}

static uint32_t
toy_load(uint32_t salt, uint32_t random, int64_t amount, const uint8_t terminal[6])
{
	uint32_t h = toy(2166136261u ^ salt, &random, sizeof(random));

	h = toy(h, &amount, sizeof(amount));
	return toy(h, terminal, 6);
}

struct model_card *
model_card(struct bench *b, const char *card_no)
{
	for (size_t i = 0; i < b->card_count; i++) {
		if (strcmp(b->cards[i].card_no, card_no) == 0)
			return &b->cards[i];
	}
	assert_true(b->card_count < MODEL_MAX);
	strcpy(b->cards[b->card_count].card_no, card_no);
	return &b->cards[b->card_count++];
}

static void
card_init(struct bench *b, const char *card_no, int64_t amount, const uint8_t terminal[6],
    bool unload, uint8_t ret_init[16])
{
	struct model_card *card = model_card(b, card_no);
	struct ykt_buf out = { ret_init, 0, 16, false };

	card->random = toy((uint32_t)++b->seed, card_no, 20) | 1;
	card->amount = amount;
	card->unload = unload;
	memcpy(card->terminal, terminal, 6);
	ykt_put_u32(&out, (uint32_t)card->balance);
	ykt_put_u16(&out, (uint16_t)card->counter);
	ykt_put_u8(&out, 1);
	ykt_put_u8(&out, 0);
	ykt_put_u32(&out, card->random);
	ykt_put_u32(&out, toy_load(toy_mac1_salt(card->counter, card->balance, unload),
			      card->random, amount, terminal));
	assert_false(out.full);
}

void
model_card_init(struct bench *b, const char *card_no, int64_t amount, const uint8_t terminal[6],
    uint8_t ret_init[16])
{
	card_init(b, card_no, amount, terminal, false, ret_init);
}

void
model_card_init_unload(struct bench *b, const char *card_no, int64_t amount,
    const uint8_t terminal[6], uint8_t ret_init[16])
{
	assert_in_range(amount, 1, model_card(b, card_no)->balance);
	card_init(b, card_no, amount, terminal, true, ret_init);
}

bool
model_card_credit(struct bench *b, const char *card_no, const uint8_t datetime[7],
    const uint8_t mac2[4], uint8_t ret_tac[4])
{
	struct model_card *card = model_card(b, card_no);
	uint32_t expected = toy_load(0x4D32, card->random, card->amount, card->terminal);

	expected = toy(expected, datetime, 7);
	if (card->random == 0 || card->amount == 0 || card->unload || ykt_get_u32(mac2) != expected)
		return false;
	card->balance += card->amount;
	card->counter++;
	ykt_set_u32(ret_tac, toy_load(0x544143, card->random, card->balance, card->terminal));
	card->random = 0;
	return true;
}

bool
model_card_debit(struct bench *b, const char *card_no, const uint8_t datetime[7],
    const uint8_t mac2[4], uint8_t ret_mac3[4])
{
	struct model_card *card = model_card(b, card_no);
	uint32_t expected = toy_load(0x4D32, card->random, card->amount, card->terminal);

	expected = toy(expected, datetime, 7);
	if (card->random == 0 || card->amount == 0 || !card->unload ||
	    card->amount > card->balance || ykt_get_u32(mac2) != expected)
		return false;
	card->balance -= card->amount;
	card->counter++;
	ykt_set_u32(ret_mac3, toy_load(0x4D4333, card->random, card->balance, card->terminal));
	card->random = 0;
	return true;
}

static struct model_permit *
permit_of(struct bench *b, const char *card_no, const char *order_id, int64_t attempt, int state)
{
	for (size_t i = 0; i < b->permit_count; i++) {
		struct model_permit *p = &b->permits[i];

		if ((card_no == NULL || strcmp(p->card_no, card_no) == 0) &&
		    (order_id == NULL || strcmp(p->order_id, order_id) == 0) &&
		    (attempt == 0 || p->attempt == attempt) &&
		    (state < 0 || (int)p->state == state))
			return p;
	}
	return NULL;
}

static void
permit_say(struct wire_key_load_permit_rsp *rsp, enum wire_permit_result result, const char *order)
{
	wire_token_set(&wire_permit_result, (int)result, rsp->result, sizeof(rsp->result));
	rsp->has_order_id = order != NULL;
	if (order != NULL)
		strcpy(rsp->order_id, order);
}

static void
permit_committed(struct wire_key_load_permit_rsp *rsp, const struct model_permit *p)
{
	permit_say(rsp, WIRE_PERMIT_COMMITTED, p->order_id);
	rsp->has_amount_fen = true;
	rsp->amount_fen = p->amount;
}

static void
permit_credit(struct wire_key_load_permit_rsp *rsp, const struct model_permit *p)
{
	uint32_t mac2 = toy_load(0x4D32, p->random, p->amount, p->terminal);

	permit_say(rsp, WIRE_PERMIT_CREDIT, NULL);
	rsp->has_mac2 = true;
	ykt_set_u32(rsp->mac2, toy(mac2, p->datetime, 7));
}

static int
permit_new(struct bench *b, const struct wire_key_load_permit_req *req,
    struct wire_key_load_permit_rsp *rsp, bool unload)
{
	struct model_permit *p;

	if (req->attest) {
		permit_say(rsp, WIRE_PERMIT_NOT_LOADED, NULL);
		return 200;
	}
	if (permit_of(b, NULL, req->order_id, req->attempt, -1) != NULL)
		return 422;
	assert_true(b->permit_count < YKT_ARRAY_LEN(b->permits));
	p = &b->permits[b->permit_count++];
	strcpy(p->order_id, req->order_id);
	strcpy(p->card_no, req->card_no);
	p->attempt = req->attempt;
	p->counter = ykt_get_u16(req->init + 4);
	p->amount = req->amount_fen;
	p->unload = unload;
	p->random = ykt_get_u32(req->init + 8);
	memcpy(p->terminal, req->terminal, 6);
	memcpy(p->datetime, req->datetime, 7);
	p->state = PERMIT_LIVE;
	permit_credit(rsp, p);
	return 200;
}

/* The rules of section 3, as the page has them. */
static int
keyd_permit(struct bench *b, const struct wire_key_load_permit_req *req,
    struct wire_key_load_permit_rsp *rsp, bool unload)
{
	struct model_permit *live = permit_of(b, req->card_no, NULL, 0, PERMIT_LIVE);
	int64_t m = ykt_get_u16(req->init + 4);
	uint32_t random = ykt_get_u32(req->init + 8);
	int64_t expected = model_card(b, req->card_no)->taken_in_at;

	b->keyd_permit_calls++;
	rsp->has_balance_fen = true;
	rsp->balance_fen = ykt_get_u32(req->init);
	if (b->during_permit != NULL)
		assert_status(bench_sql(b, b->during_permit), YKT_OK);
	if (ykt_get_u32(req->init + 12) !=
	    toy_load(toy_mac1_salt(m, ykt_get_u32(req->init), unload && req->amount_fen != 0),
		random, req->amount_fen, req->terminal)) {
		permit_say(rsp, WIRE_PERMIT_MAC1, NULL);
		return 200;
	}
	if (permit_of(b, req->card_no, req->order_id, 0, PERMIT_DONE) != NULL) {
		permit_committed(rsp, permit_of(b, req->card_no, req->order_id, 0, PERMIT_DONE));
		return 200;
	}
	for (size_t i = 0; i < b->permit_count; i++) {
		if (b->permits[i].state == PERMIT_DONE &&
		    strcmp(b->permits[i].card_no, req->card_no) == 0 &&
		    b->permits[i].counter >= expected)
			expected = b->permits[i].counter + 1;
	}
	if (live == NULL && m == expected)
		return permit_new(b, req, rsp, unload);
	if (live == NULL || (m != live->counter && m != live->counter + 1)) {
		permit_say(rsp, WIRE_PERMIT_CASE, NULL);
		return 200;
	}
	if (m == live->counter + 1) {
		live->state = PERMIT_DONE;
		permit_committed(rsp, live);
		return 200;
	}
	if (strcmp(live->order_id, req->order_id) != 0) {
		permit_say(rsp, WIRE_PERMIT_HELD, live->order_id);
		return 200;
	}
	if (req->attempt < live->attempt || (req->attest && req->attempt == live->attempt))
		return 422;
	if (req->attempt == live->attempt) {
		if (live->random != random || memcmp(live->datetime, req->datetime, 7) != 0)
			return 422;
		permit_credit(rsp, live);
		return 200;
	}
	if (req->attest && !req->release) {
		permit_say(rsp, WIRE_PERMIT_NOT_LOADED, NULL);
		return 200;
	}
	live->state = req->attest ? PERMIT_RELEASED : PERMIT_DEAD;
	return permit_new(b, req, rsp, unload);
}

static int
keyd_tac(
    struct bench *b, const struct wire_key_load_tac_req *req, struct wire_key_load_tac_rsp *rsp)
{
	struct model_permit *p = permit_of(b, NULL, req->order_id, req->attempt, -1);
	const struct model_card *card;

	if (p == NULL)
		return 404;
	card = model_card(b, p->card_no);
	rsp->balance_fen = card->balance;
	rsp->ok = ykt_get_u32(req->tac) ==
		  toy_load(p->unload ? 0x4D4333 : 0x544143, p->random, card->balance, p->terminal);
	if (rsp->ok)
		p->state = PERMIT_DONE;
	return 200;
}

void
model_tap_tac(const struct wire_tap *tap, uint8_t ret_tac[4])
{
	uint32_t h = toy(2166136261u, tap->card_no, 20);

	h = toy(h, &tap->amount_fen, sizeof(tap->amount_fen));
	h = toy(h, tap->type, 1);
	h = toy(h, tap->terminal, 6);
	h = toy(h, &tap->terminal_seq, sizeof(tap->terminal_seq));
	ykt_set_u32(ret_tac, toy(h, tap->datetime, 7));
}

static int
keyd_verify(
    struct bench *b, const struct wire_key_tac_verify_req *req, struct wire_key_tac_verify_rsp *rsp)
{
	b->keyd_verify_calls++;
	rsp->ok_count = req->taps_count;
	for (size_t i = 0; i < req->taps_count; i++) {
		const struct wire_key_tac *t = &req->taps[i];
		struct wire_tap tap = { .amount_fen = t->amount_fen,
			.terminal_seq = t->terminal_seq };
		uint8_t tac[4];

		memcpy(tap.card_no, t->card_no, sizeof(tap.card_no));
		tap.type[0] = t->type[0];
		memcpy(tap.terminal, t->terminal, 6);
		memcpy(tap.datetime, t->datetime, 7);
		model_tap_tac(&tap, tac);
		rsp->ok[i].good = memcmp(tac, t->tac, 4) == 0;
	}
	return 200;
}

int
part_permit(struct bench *b, const void *req, void *rsp)
{
	return keyd_permit(b, req, rsp, false);
}

/* Section 13: a card of others is taken in at the counter that it shows. */
int
part_card_claim(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_key_load_permit_req *req = req_arg;
	struct wire_key_load_permit_rsp *rsp = rsp_arg;
	const struct model_permit *live = permit_of(b, req->card_no, NULL, 0, PERMIT_LIVE);
	struct model_card *card = model_card(b, req->card_no);
	int64_t counter = ykt_get_u16(req->init + 4);

	b->keyd_claims++;
	assert_true(req->attest && !req->release && req->amount_fen == 0);
	if (b->during_claim != NULL)
		assert_status(bench_sql(b, b->during_claim), YKT_OK);
	if (b->keyd_claim_code != 0)
		return b->keyd_claim_code;
	rsp->has_balance_fen = true;
	rsp->balance_fen = ykt_get_u32(req->init);
	if (ykt_get_u32(req->init + 12) !=
	    toy_load(toy_mac1_salt(counter, ykt_get_u32(req->init), false),
		ykt_get_u32(req->init + 8), 0, req->terminal)) {
		permit_say(rsp, WIRE_PERMIT_MAC1, NULL);
	} else if (live != NULL) {
		permit_say(rsp, WIRE_PERMIT_HELD, live->order_id);
	} else if (card->taken_in && counter < card->taken_in_at) {
		permit_say(rsp, WIRE_PERMIT_CASE, NULL);
	} else {
		card->taken_in = true;
		card->taken_in_at = counter;
		permit_say(rsp, WIRE_PERMIT_NOT_LOADED, NULL);
	}
	return 200;
}

int
part_unload_permit(struct bench *b, const void *req, void *rsp)
{
	return keyd_permit(b, req, rsp, true);
}

int
part_tac(struct bench *b, const void *req, void *rsp)
{
	return keyd_tac(b, req, rsp);
}

int
part_verify(struct bench *b, const void *req, void *rsp)
{
	return keyd_verify(b, req, rsp);
}

int
part_app_get(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_tsm_app_get_req *req = req_arg;
	struct wire_tsm_app_get_rsp *rsp = rsp_arg;
	const char *state = b->app_state != NULL ? b->app_state : "online";

	assert_true(req->aid.len != 0 && req->se_id.len != 0);
	strcpy(rsp->state, state);
	rsp->open = strcmp(state, "online") == 0 || (req->test && strcmp(state, "testing") == 0);
	rsp->update = rsp->open || strcmp(state, "download_paused") == 0;
	rsp->newest = req->test ? b->app_in_test : b->app_newest;
	rsp->has = b->app_has;
	return 200;
}

/* The institution's half of the key module; without one it knows no such path. */
int
part_code_sign(struct bench *b, const void *req_arg, void *rsp_arg)
{
	const struct wire_key_code_sign_req *req = req_arg;
	struct wire_key_code_sign_rsp *rsp = rsp_arg;
	struct ykt_buf out = { rsp->auth.data, 0, sizeof(rsp->auth.data), false };
	struct code_auth auth = { .kind = (uint8_t)req->kind,
		.limit_fen = (uint32_t)req->limit_fen,
		.expires_s = (uint32_t)req->expires_s,
		.validity_s = (uint16_t)req->validity_s };
	struct signer_soft signer;

	b->keyd_code_calls++;
	if (b->during_code != NULL)
		assert_status(bench_sql(b, b->during_code), YKT_OK);
	if (!b->has_code)
		return 404;
	memcpy(auth.account, req->account, sizeof(auth.account));
	memcpy(auth.user, req->user, sizeof(auth.user));
	memcpy(auth.point, req->point, sizeof(auth.point));
	if (b->keyd_code_lie)
		auth.limit_fen++;
	signer_soft_init(&signer, b->other, &b->pay_key);
	assert_status(code_auth_make(&signer.signer, &auth, &out), YKT_OK);
	signer_soft_clear(&signer);
	rsp->auth.len = (uint16_t)out.len;
	return 200;
}

/* The authority's half: signed with pay_key, as the certificate of another key if it lies. */
