/*
 * The platform of the world: a card of others, claimed and bound. It believes of the card
 * only what its INITIALIZE under the number that was given last says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake.h"

#include <string.h>

#include "card/purse_cmd.h"
#include "check.h"
#include "wire/claim.h"

static int
no(struct wire_error *error, int code, const char *token)
{
	return wire_error_set(error, code, token, NULL);
}

static int
claim(struct fake *fake, const struct wire_card_claim_req *req, struct wire_card_claim_rsp *rsp,
    struct wire_error *error)
{
	struct fake_claim *c = &fake->claim;

	assert_int_equal(req->aid.len, PURSE_AID_LEN);
	assert_memory_equal(req->aid.data, purse_aid, PURSE_AID_LEN);
	if (strcmp(req->card_no, FAKE_CARD_NO) != 0)
		return no(error, 400, WIRE_ERR_MALFORMED);
	if (c->bound)
		return no(error, 409, "card_bound");
	c->claims++;
	rsp->attempt = ++c->attempt;
	ykt_set_u32(c->terminal + 2, ++fake->nonce);
	memcpy(rsp->terminal, c->terminal, sizeof(rsp->terminal));
	/* What the card says to it is used up before it comes. */
	if (c->stale > 0) {
		c->stale--;
		c->attempt++;
	}

	return 200;
}

static int
bind_it(struct fake *fake, const struct wire_card_bind_req *req, struct wire_card *rsp,
    struct wire_error *error)
{
	struct fake_claim *c = &fake->claim;
	struct purse_load_init_rsp init;

	assert_status(purse_load_init_rsp_decode(YKT_BYTES(req->init), &init), YKT_OK);
	if (c->bound && req->attempt == c->by)
		fake_fill_card(fake, rsp);
	else if (c->bound)
		return no(error, 409, "card_bound");
	else if (req->attempt != c->attempt)
		return no(error, 409, "stale");
	else if (memcmp(init.random, c->terminal + 2, 4) != 0 || ykt_get_u32(init.mac1) != 0)
		return no(error, 403, "mac1");
	assert_int_equal(req->offline_seq, fake->card.offline);
	assert_int_equal(req->overdraft_fen, fake->card.debt);
	if (!c->bound)
		c->binds++;
	c->bound = true;
	c->by = req->attempt;
	fake_fill_card(fake, rsp);

	return 200;
}

static int
unbind(struct fake *fake, const struct wire_card_unbind_req *req, struct wire_card_lock_rsp *rsp,
    struct wire_error *error)
{
	struct fake_claim *c = &fake->claim;
	uint8_t digest[32], text[WIRE_CARD_UNBIND_SIGN_LEN];

	if (strcmp(req->card_no, FAKE_CARD_NO) != 0)
		return no(error, 404, WIRE_ERR_NOT_FOUND);
	if (strcmp(req->password, fake->password) != 0)
		return no(error, 403, WIRE_ERR_LOGIN_FAILED);
	if (!c->stray)
		return no(error, 409, "card_own");
	assert_status(
	    wire_card_unbind_digest(fake->crypto, FAKE_CARD_NO, FAKE_USER, digest), YKT_OK);
	assert_memory_equal(digest, req->digest, sizeof(digest));
	wire_card_unbind_to_sign(digest, FAKE_CARD_NO, text);
	assert_status(crypto_sm2_verify(fake->crypto, &fake->device, crypto_sm2_default_id,
			  YKT_BYTES(text), req->sig),
	    YKT_OK);
	c->bound = false;
	strcpy(rsp->card_state, "unbound");

	return 200;
}

int
fake_card_op(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error)
{
	struct wire_card_list_rsp *list = rsp;
	bool strange = fake->claim.stray && !fake->claim.bound;

	if (strcmp(op->op, "card.claim") == 0)
		return claim(fake, req, rsp, error);
	if (strcmp(op->op, "card.bind") == 0)
		return bind_it(fake, req, rsp, error);
	if (strcmp(op->op, "card.unbind") == 0)
		return unbind(fake, req, rsp, error);
	if (strcmp(op->op, "card.list") == 0) {
		list->cards_count = strange ? 0 : 1;
		if (!strange)
			fake_fill_card(fake, list->cards);
		return 200;
	}
	if (strange)
		return no(error, 404, WIRE_ERR_NOT_FOUND);
	if (strcmp(op->op, "card.balance") == 0) {
		fake_fill_card(fake, rsp);
		return 200;
	}

	return fake_manage_op(fake, op, req, rsp, error);
}
