/*
 * The platform of the world: unloads. It believes the card's counter and MACs and
 * nothing that a client says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake.h"

#include <string.h>

#include "card/purse_cmd.h"
#include "check.h"

static void
set_state(struct fake_unload *u, enum wire_unload_state state)
{
	wire_token_set(&wire_unload_state, (int)state, u->wire.state, sizeof(u->wire.state));
}

static bool
state_is(const struct fake_unload *u, enum wire_unload_state state)
{
	return wire_token_find(&wire_unload_state, u->wire.state) == (int)state;
}

static bool
is_open(const struct fake_unload *u)
{
	return u->there && (state_is(u, WIRE_UNLOAD_BEGUN) || state_is(u, WIRE_UNLOAD_ASKED));
}

static int
get(struct fake *fake, const char *card_no, struct wire_unload *rsp)
{
	struct fake_unload *u = &fake->unload;

	*rsp = u->wire;
	if (!u->there) {
		*rsp = (struct wire_unload){ .unload_id = "" };
		strcpy(rsp->card_no, card_no);
		strcpy(rsp->purpose, "return");
		strcpy(rsp->state, "none");
	}
	if (!u->there || is_open(u))
		rsp->fee_fen = FAKE_UNLOAD_FEE;

	return 200;
}

static int
begin(struct fake *fake, const struct wire_unload_begin_req *req, struct wire_unload *rsp,
    struct wire_error *error)
{
	struct fake_unload *u = &fake->unload;

	const char *fault;

	if (strcmp(req->password, fake->password) != 0)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	fault = fake_unload_fault(fake, req);
	if (fault != NULL)
		return wire_error_set(error, 403, fault, NULL);
	if (!u->there) {
		*u = (struct fake_unload){ .there = true };
		strcpy(u->wire.unload_id, "d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0");
		strcpy(u->wire.card_no, req->card_no);
		strcpy(u->wire.purpose, req->purpose);
		set_state(u, WIRE_UNLOAD_BEGUN);
		strcpy(fake->manage.card_state, "leaving");
	}

	return get(fake, req->card_no, rsp);
}

static int
attempt(struct fake *fake, struct wire_unload_attempt_rsp *rsp, struct wire_error *error)
{
	struct fake_unload *u = &fake->unload;

	if (!is_open(u))
		return wire_error_set(error, 409, "unload_state", NULL);
	u->attempt++;
	memset(u->terminal, 0, sizeof(u->terminal));
	ykt_set_u32(u->terminal + 2, ++fake->nonce * 2654435761u);
	rsp->attempt = u->attempt;
	memcpy(rsp->terminal, u->terminal, sizeof(rsp->terminal));
	strcpy(rsp->card_no, u->wire.card_no);

	return 200;
}

/* The posting: once. */
static void
book(struct fake *fake, ykt_fen amount)
{
	struct fake_unload *u = &fake->unload;

	assert_true(is_open(u));
	u->wire.amount_fen = amount;
	if (strcmp(u->wire.purpose, "move") == 0) {
		strcpy(u->wire.ticket, amount != 0 ? "held" : "");
		u->wire.expires_ms = fake->now_ms + 1000000;
	} else {
		u->wire.fee_fen = amount < FAKE_UNLOAD_FEE ? amount : FAKE_UNLOAD_FEE;
		fake->wallet += u->wire.amount_fen - u->wire.fee_fen;
	}
	set_state(u, WIRE_UNLOAD_DONE);
	u->permit = false;
	strcpy(fake->manage.card_state, "empty");
	strcpy(fake->manage.kind, "delete");
	strcpy(fake->manage.state, "asked");
}

static int
request(struct fake *fake, const struct wire_unload_request_req *req,
    struct wire_unload_request_rsp *rsp, struct wire_error *error)
{
	struct fake_unload *u = &fake->unload;
	struct purse_load_init_rsp init;
	uint32_t want;

	if (state_is(u, WIRE_UNLOAD_DONE)) {
		strcpy(rsp->result, "done");
		return 200;
	}
	if (!is_open(u))
		return wire_error_set(error, 409, "unload_state", NULL);
	if (req->attempt != u->attempt)
		return wire_error_set(error, 409, "stale", NULL);
	assert_status(purse_load_init_rsp_decode(YKT_BYTES(req->init), &init), YKT_OK);
	want = req->attest ? 0 : init.balance | FAKE_MAC1_UNLOAD;
	if (memcmp(init.random, u->terminal + 2, 4) != 0 || ykt_get_u32(init.mac1) != want)
		return wire_error_set(error, 403, "mac1", NULL);
	if (u->permit && init.online_seq == u->permit_n + 1) {
		book(fake, u->permit_fen);
		strcpy(rsp->result, "done");
		return 200;
	}
	if (req->attest && (req->give_up || init.balance == 0)) {
		u->permit = false;
		if (req->give_up) {
			strcpy(rsp->result, "closed");
			u->there = false;
			strcpy(fake->manage.card_state, "active");
			return 200;
		}
		book(fake, 0);
		strcpy(rsp->result, "done");
		return 200;
	}
	if (req->attest) {
		strcpy(rsp->result, "not_done");
		return 200;
	}
	set_state(u, WIRE_UNLOAD_ASKED);
	u->permit = u->given = true;
	u->permit_n = init.online_seq;
	u->permit_fen = init.balance;
	strcpy(rsp->result, "debit");
	rsp->has_datetime = rsp->has_mac2 = true;
	memset(rsp->datetime, 0x20, 7);
	for (int i = 0; i < 4; i++)
		rsp->mac2[i] = u->terminal[2 + i] ^ 0xFF;

	return 200;
}

/* The MAC3 is the terminal number of the attempt whose permit stands. */
static int
confirm(struct fake *fake, const struct wire_unload_confirm_req *req, struct wire_unload *rsp,
    struct wire_error *error)
{
	struct fake_unload *u = &fake->unload;

	if (!state_is(u, WIRE_UNLOAD_DONE)) {
		if (!state_is(u, WIRE_UNLOAD_ASKED))
			return wire_error_set(error, 409, "unload_state", NULL);
		if (!u->permit || req->attempt != u->attempt ||
		    memcmp(req->mac3, u->terminal + 2, 4) != 0)
			return wire_error_set(error, 403, "tac", NULL);
		book(fake, u->permit_fen);
	}
	*rsp = u->wire;

	return 200;
}

static int
tickets(const struct fake *fake, struct wire_unload_tickets_rsp *rsp)
{
	if (strcmp(fake->unload.wire.ticket, "held") == 0)
		rsp->tickets[rsp->tickets_count++] = fake->unload.wire;

	return 200;
}

int
fake_unload_op(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error)
{
	const char *name = op->op;

	if (strcmp(name, "unload.get") == 0)
		return get(fake, ((const struct wire_unload_get_req *)req)->card_no, rsp);
	if (strcmp(name, "unload.tickets") == 0)
		return tickets(fake, rsp);
	if (strcmp(name, "unload.begin") == 0)
		return begin(fake, req, rsp, error);
	if (strcmp(name, "unload.attempt") == 0)
		return attempt(fake, rsp, error);
	if (strcmp(name, "unload.request") == 0)
		return request(fake, req, rsp, error);

	return confirm(fake, req, rsp, error);
}
