/*
 * unload.attempt, .request and .confirm: what the card proves, and what it is
 * allowed then (docs/protocol.md section 11).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/purse_cmd.h"
#include "platform/permit.h"
#include "platform/rows.h"
#include "platform/unload.h"

#define TERMINAL_TRIES 8

struct attempting {
	const struct op_call *call;
	const char *unload_id;
	uint8_t terminal[6];
	struct unload unload;
};

static bool
is_open(const struct unload *unload)
{
	return unload->state == WIRE_UNLOAD_BEGUN || unload->state == WIRE_UNLOAD_ASKED;
}

static enum ykt_status
attempt_tx(struct ykt_tx *tx, void *arg)
{
	struct attempting *a = arg;
	struct unload *u = &a->unload;
	enum ykt_status status = unload_get_own(tx, a->unload_id, a->call->user_id, u);

	if (status == YKT_OK && !is_open(u))
		status = YKT_E_STATE;
	if (status != YKT_OK)
		return status;
	u->attempt++;
	status = attempt_add(tx, u->unload_id, u->attempt, u->card_no, a->terminal);
	if (status == YKT_OK)
		status = row_change_one(tx, "UPDATE unload SET attempt = ?1 WHERE unload_id = ?2",
		    YKT_SQL_IN(ykt_sql_int(u->attempt), ykt_sql_text(u->unload_id)));

	return status;
}

int
op_unload_attempt(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_unload_id_req *ask = req;
	struct wire_unload_attempt_rsp *answer = rsp;
	struct attempting a = { .call = call, .unload_id = ask->unload_id };
	enum ykt_status status = YKT_CONFLICT;

	memcpy(a.terminal, w->p->o.channel, 2);
	for (int i = 0; i < TERMINAL_TRIES && status == YKT_CONFLICT; i++) {
		status = ykt_random_fill(w->p->env->random, a.terminal + 2, 4);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, attempt_tx, &a);
	}
	if (status != YKT_OK)
		return unload_refuse(w, status, error);
	answer->attempt = a.unload.attempt;
	memcpy(answer->terminal, a.terminal, sizeof(answer->terminal));
	text_set(answer->card_no, sizeof(answer->card_no), a.unload.card_no);

	return 200;
}

struct asking {
	struct platform_worker *w;
	const struct op_call *call;
	const struct wire_unload_request_req *ask;
	struct purse_load_init_rsp init;
	uint8_t datetime[7];
	struct unload unload;
	struct order order; /* the unload in the form of one, for the permit */
	struct attempt attempt;
	const struct platform_app *app;
	ykt_fen holds; /* by the card's own word, which MAC1 covers */
};

/* Proof alone; with it the permit is given up when nothing is to move any more. */
static const char *
purpose_of(const struct asking *a)
{
	if (!a->ask->attest)
		return ATTEMPT_LOAD;

	return a->ask->give_up || a->holds == 0 ? ATTEMPT_RELEASE : ATTEMPT_ATTEST;
}

static enum ykt_status
judge(struct asking *a, const struct card *card)
{
	if (a->init.alg != card->app->alg)
		return YKT_WRONG_CARD;
	a->app = card->app;
	/* What the card names is the balance with the overdraft on top. */
	a->holds = (ykt_fen)a->init.balance - card->app->overdraft_fen;
	if (!a->ask->attest && a->holds <= 0)
		return YKT_OVER_LIMIT;
	text_set(a->order.order_id, sizeof(a->order.order_id), a->unload.unload_id);
	text_set(a->order.card_no, sizeof(a->order.card_no), a->unload.card_no);
	a->order.attempt = a->unload.attempt;
	a->order.amount_fen = a->ask->attest ? 0 : a->holds;

	return YKT_OK;
}

/* It is asked for, durably, before the key module hears of it (R1, R4). */
static enum ykt_status
ask_tx(struct ykt_tx *tx, void *arg)
{
	struct asking *a = arg;
	struct card card;
	enum ykt_status status =
	    unload_get_own(tx, a->ask->unload_id, a->call->user_id, &a->unload);

	if (status == YKT_OK && a->unload.state == WIRE_UNLOAD_DONE)
		return YKT_OK;
	if (status == YKT_OK && !is_open(&a->unload))
		status = YKT_E_STATE;
	if (status == YKT_OK)
		status = card_get(tx, a->w->p, a->unload.card_no, &card);
	if (status == YKT_OK)
		status = judge(a, &card);
	if (status == YKT_OK)
		status = attempt_bind(tx, &a->order, a->ask->attempt, purpose_of(a), a->ask->init,
		    a->datetime, &a->attempt);
	/* It has served another purpose or answer: begin another attempt. */
	if (status == YKT_MISMATCH)
		return YKT_EXPIRED;
	if (status == YKT_OK && !a->ask->attest && a->unload.state == WIRE_UNLOAD_BEGUN)
		status = unload_move(tx, &a->unload, WIRE_UNLOAD_ASKED, a->call->now_ms);

	return status;
}

/* Proven that nothing moved, and the permit is gone: empty, or in use again. */
static enum ykt_status
released_tx(struct ykt_tx *tx, void *arg)
{
	struct asking *a = arg;
	int64_t now_ms = a->call->now_ms;
	enum ykt_status status = unload_get(tx, a->ask->unload_id, &a->unload);

	if (status != YKT_OK || a->unload.state == WIRE_UNLOAD_DONE ||
	    a->unload.state == WIRE_UNLOAD_CLOSED)
		return status;
	if (!is_open(&a->unload) || a->unload.attempt != a->attempt.attempt)
		return YKT_CONFLICT;
	if (a->ask->give_up) {
		status = unload_move(tx, &a->unload, WIRE_UNLOAD_CLOSED, now_ms);
		return status == YKT_OK ? card_state_set(tx, a->unload.card_no, CARD_ACTIVE)
					: status;
	}
	status = unload_book(tx, a->w, a->unload.unload_id, 0, now_ms);
	if (status == YKT_OK)
		status = unload_get(tx, a->ask->unload_id, &a->unload);

	return status;
}

static void
say(struct wire_unload_request_rsp *rsp, enum wire_unload_result result)
{
	wire_token_set(&wire_unload_result, (int)result, rsp->result, sizeof(rsp->result));
}

static int
answer_proven(struct asking *a, struct wire_unload_request_rsp *rsp, struct wire_error *error)
{
	enum ykt_status status = YKT_OK;

	if (strcmp(a->attempt.purpose, ATTEMPT_RELEASE) == 0)
		status = ykt_store_run(a->w->p->store, released_tx, a);
	if (status != YKT_OK)
		return unload_refuse(a->w, status, error);
	if (a->unload.state == WIRE_UNLOAD_DONE)
		say(rsp, WIRE_UNLOAD_EMPTY);
	else
		say(rsp,
		    a->unload.state == WIRE_UNLOAD_CLOSED ? WIRE_UNLOAD_GIVEN_UP : WIRE_UNLOAD_NOT);

	return 200;
}

static int
answer_permit(struct asking *a, const struct permit_answer *permit,
    struct wire_unload_request_rsp *rsp, struct wire_error *error)
{
	switch (permit->outcome) {
	case PERMIT_CREDIT:
		say(rsp, WIRE_UNLOAD_DEBIT);
		rsp->has_datetime = rsp->has_mac2 = true;
		memcpy(rsp->datetime, a->attempt.datetime, sizeof(rsp->datetime));
		memcpy(rsp->mac2, permit->mac2, sizeof(rsp->mac2));
		return 200;
	case PERMIT_LOADED:
		say(rsp, WIRE_UNLOAD_EMPTY);
		return 200;
	case PERMIT_NOT_LOADED:
		return answer_proven(a, rsp, error);
	case PERMIT_HELD:
		return wire_error_set(error, 409, WIRE_ERR_HELD, "a load of this card comes first");
	case PERMIT_MAC1:
		room_trace(a->w, YKT_TRACE_SECURITY, "unload MAC1", 0);
		return wire_error_set(error, 403, "mac1", "the card's answer does not hold");
	default:
		return wire_error_set(error, 409, "case", "a person must look at this card");
	}
}

int
op_unload_request(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct asking a = { .w = w, .call = call, .ask = req };
	struct permit_answer answer = { .outcome = PERMIT_LOADED };
	struct permit_ask ask = { .order = &a.order,
		.attempt = &a.attempt,
		.unload = true,
		.now_ms = call->now_ms,
		.deadline_mono_ms = call->deadline_mono_ms };
	enum ykt_status status;

	if (purse_load_init_rsp_decode(YKT_BYTES(a.ask->init), &a.init) != YKT_OK)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "init");
	if (a.ask->give_up && !a.ask->attest)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "give_up goes with attest");
	room_card_time(call->now_ms, a.datetime);
	status = ykt_store_run(w->p->store, ask_tx, &a);
	if (status == YKT_OK && a.unload.state != WIRE_UNLOAD_DONE) {
		ask.app = a.app;
		status = permit_run(w, &ask, &answer);
		/* It was given up for good: only a proof can end it now. */
		if (status == YKT_MISMATCH)
			status = YKT_EXPIRED;
	}
	if (status != YKT_OK)
		return unload_refuse(w, status, error);

	return answer_permit(&a, &answer, rsp, error);
}

struct confirming {
	struct platform_worker *w;
	const struct op_call *call;
	const struct wire_unload_confirm_req *ask;
	struct unload unload;
	ykt_fen amount; /* of the attempt: all that the card held then */
};

static enum ykt_status
confirm_tx(struct ykt_tx *tx, void *arg)
{
	struct confirming *c = arg;
	struct purse_load_init_rsp init;
	struct attempt attempt;
	struct card card;
	enum ykt_status status =
	    unload_get_own(tx, c->ask->unload_id, c->call->user_id, &c->unload);

	if (status != YKT_OK || c->unload.state == WIRE_UNLOAD_DONE)
		return status;
	if (c->unload.state != WIRE_UNLOAD_ASKED)
		return YKT_E_STATE;
	status = attempt_get(tx, c->ask->unload_id, c->ask->attempt, &attempt);
	if (status == YKT_OK && strcmp(attempt.purpose, ATTEMPT_LOAD) != 0)
		status = YKT_E_STATE;
	if (status == YKT_OK)
		status =
		    purse_load_init_rsp_decode(ykt_bytes(attempt.init, attempt.init_len), &init);
	if (status == YKT_OK)
		status = card_get(tx, c->w->p, c->unload.card_no, &card);
	if (status == YKT_OK)
		c->amount = (ykt_fen)init.balance - card.app->overdraft_fen;

	return status;
}

static enum ykt_status
confirmed_tx(struct ykt_tx *tx, void *arg)
{
	struct confirming *c = arg;
	enum ykt_status status =
	    unload_book(tx, c->w, c->ask->unload_id, c->amount, c->call->now_ms);

	return status == YKT_OK ? unload_get(tx, c->ask->unload_id, &c->unload) : status;
}

/* MAC3 under the permit's own terminal and time. YKT_DENIED. */
static enum ykt_status
mac3_check(const struct confirming *c)
{
	struct wire_key_load_tac_req req = { .attempt = c->ask->attempt };
	struct wire_key_load_tac_rsp rsp;
	enum ykt_status status;

	text_set(req.order_id, sizeof(req.order_id), c->ask->unload_id);
	memcpy(req.tac, c->ask->mac3, sizeof(req.tac));
	status = wire_call(c->w->p->o.keyd, WIRE_PATH_KEY_LOAD_TAC, &wire_key_load_tac_req_msg,
	    &req, &wire_key_load_tac_rsp_msg, &rsp, c->w->calls,
	    room_deadline(c->w, c->call->deadline_mono_ms), NULL);

	return status == YKT_OK && !rsp.ok ? YKT_DENIED : status;
}

int
op_unload_confirm(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct confirming c = { .w = w, .call = call, .ask = req };
	enum ykt_status status = ykt_store_run(w->p->store, confirm_tx, &c);

	if (status == YKT_OK && c.unload.state != WIRE_UNLOAD_DONE) {
		status = mac3_check(&c);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, confirmed_tx, &c);
	}
	if (status == YKT_DENIED) {
		room_trace(w, YKT_TRACE_SECURITY, "unload MAC3", 0);
		return wire_error_set(error, 403, "tac", "begin another attempt: it proves more");
	}
	if (status != YKT_OK)
		return unload_refuse(w, status, error);
	unload_to_wire(&c.unload, rsp);

	return 200;
}
