/*
 * Asking the key module, and booking what it says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/permit.h"

#include <string.h>

#include "card/purse_cmd.h"
#include "platform/rows.h"
#include "platform/unload.h"

/* Other orders of the card that may have to be booked before this one's turn. */
#define PERMIT_ROUNDS 8

struct permit_run {
	struct platform_worker *w;
	const struct permit_ask *ask;
	bool own; /* the key module's answer is about the order itself */
	struct wire_key_load_permit_req req;
	struct wire_key_load_permit_rsp rsp;
	struct permit_answer answer;
	/* The holder is an order that was given up here: release it there too. */
	char stale[33];
	int64_t stale_attempt;
};

static void
req_fill(struct wire_key_load_permit_req *req, const struct permit_ask *ask,
    const struct platform *p, ykt_fen amount)
{
	const struct attempt *a = ask->attempt;

	memset(req, 0, sizeof(*req));
	text_set(req->order_id, sizeof(req->order_id), ask->order->order_id);
	req->attempt = a->attempt;
	text_set(req->card_no, sizeof(req->card_no), a->card_no);
	memcpy(req->issuer, p->o.issuer, sizeof(req->issuer));
	req->key_version = a->init[6];
	req->alg = a->init[7];
	req->amount_fen = amount;
	memcpy(req->terminal, a->terminal, sizeof(req->terminal));
	memcpy(req->datetime, a->datetime, sizeof(req->datetime));
	memcpy(req->init, a->init, sizeof(req->init));
	req->attest = strcmp(a->purpose, ATTEMPT_LOAD) != 0;
	req->release = strcmp(a->purpose, ATTEMPT_RELEASE) == 0;
}

/*
 * A proof is asked of the card with the order's amount, or with none when the
 * cap would refuse it (R2). Which of the two MAC1 covers, only MAC1 tells; this
 * is the likelier one.
 */
static ykt_fen
likely_amount(const struct permit_ask *ask)
{
	ykt_fen balance = ykt_get_u32(ask->attempt->init);

	if (ask->unload || strcmp(ask->attempt->purpose, ATTEMPT_ATTEST) == 0 ||
	    balance + ask->order->amount_fen > ask->app->cap_fen + ask->app->overdraft_fen)
		return 0;

	return ask->order->amount_fen;
}

static enum ykt_status
permit_call(struct permit_run *run, int *ret_result)
{
	enum ykt_status status;
	int result;

	status = wire_call(run->w->p->o.keyd,
	    run->ask->unload ? WIRE_PATH_KEY_UNLOAD_PERMIT : WIRE_PATH_KEY_LOAD_PERMIT,
	    &wire_key_load_permit_req_msg, &run->req, &wire_key_load_permit_rsp_msg, &run->rsp,
	    run->w->calls, room_deadline(run->w, run->ask->deadline_mono_ms), NULL);
	/* These words of the key module are not about what the client asked. */
	if (status == YKT_OVER_LIMIT)
		status = YKT_BLOCKED;
	else if (status == YKT_NOT_FOUND || status == YKT_DENIED || status == YKT_REFUSED)
		status = YKT_E_INTERNAL;
	if (status != YKT_OK)
		return status;
	result = wire_token_find(&wire_permit_result, run->rsp.result);
	if (result < 0 ||
	    (result == WIRE_PERMIT_CREDIT && (!run->rsp.has_mac2 || run->req.attest)) ||
	    ((result == WIRE_PERMIT_HELD || result == WIRE_PERMIT_COMMITTED) &&
		!run->rsp.has_order_id))
		return YKT_E_SERVER;
	*ret_result = result;

	return YKT_OK;
}

enum ykt_status
load_book(struct ykt_tx *tx, struct platform_worker *w, const char *order_id, int64_t now_ms)
{
	struct ledger_writer writer = room_writer(w, now_ms);
	struct ledger_draft draft = ledger_draft("loaded", order_id);
	struct order order;
	enum ykt_status status;

	status = order_get(tx, order_id, &order);
	if (status != YKT_OK || order.state == WIRE_ORDER_LOADED)
		return status;
	if (order.state != WIRE_ORDER_LOADING)
		return room_case(tx, "loaded", order_id, now_ms);
	order.loaded_fen = order.amount_fen;
	ledger_pair(&draft, LEDGER_ORDER, order_id, LEDGER_CARD, order.card_no, order.amount_fen);
	status = order_move(tx, &order, WIRE_ORDER_LOADED, now_ms);
	if (status == YKT_OK)
		status = ledger_post(tx, &writer, &draft);

	return status;
}

static enum ykt_status
book_committed(struct ykt_tx *tx, struct permit_run *run)
{
	const struct permit_ask *ask = run->ask;
	enum ykt_status status;

	run->own = strcmp(run->rsp.order_id, ask->order->order_id) == 0;
	status = load_book(tx, run->w, run->rsp.order_id, ask->now_ms);
	if (status == YKT_NOT_FOUND && run->rsp.has_amount_fen)
		status =
		    unload_book(tx, run->w, run->rsp.order_id, run->rsp.amount_fen, ask->now_ms);
	/* An order that these books do not know: somebody else's key module? */
	if (status == YKT_NOT_FOUND)
		status = room_case(tx, "permit", run->rsp.order_id, ask->now_ms);
	if (status == YKT_OK && run->own)
		status = attempt_result(tx, ask->attempt, "loaded", NULL);

	return status;
}

/* A holder that was refunded here has no use for its permit. */
static enum ykt_status
book_held(struct ykt_tx *tx, struct permit_run *run)
{
	struct order holder;
	enum ykt_status status;

	run->own = true;
	run->stale[0] = '\0';
	status = order_get(tx, run->rsp.order_id, &holder);
	if (status == YKT_OK &&
	    (holder.state == WIRE_ORDER_REFUNDING || holder.state == WIRE_ORDER_REFUNDED)) {
		run->own = false;
		run->stale_attempt = holder.attempt + 1;
		text_set(run->stale, sizeof(run->stale), holder.order_id);
		return row_change_one(tx,
		    "UPDATE ord SET attempt = attempt + 1 WHERE order_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(holder.order_id)));
	}
	if (status == YKT_OK || status == YKT_NOT_FOUND)
		status = attempt_result(tx, run->ask->attempt, "held", NULL);

	return status;
}

static enum ykt_status
book_case(struct ykt_tx *tx, struct permit_run *run)
{
	const struct permit_ask *ask = run->ask;
	struct order order;
	enum ykt_status status;

	status = attempt_result(tx, ask->attempt, "case", NULL);
	if (status == YKT_OK)
		status = room_case(
		    tx, ask->unload ? "unload" : "load", ask->order->order_id, ask->now_ms);
	if (status == YKT_OK && ask->unload)
		return unload_fail(tx, ask->order->order_id, ask->now_ms);
	if (status == YKT_OK)
		status = order_get(tx, ask->order->order_id, &order);
	if (status == YKT_OK && order.state == WIRE_ORDER_LOADING)
		status = order_move(tx, &order, WIRE_ORDER_CASE, ask->now_ms);
	else if (status == YKT_NOT_FOUND) /* a proof that stands alone */
		status = YKT_OK;

	return status;
}

/* A MAC2 leaves only for an order that is loading still, or for an unload that is asked for. */
static enum ykt_status
book_credit(struct ykt_tx *tx, struct permit_run *run)
{
	const char *order_id = run->ask->order->order_id;
	struct order order;
	enum ykt_status status;

	if (run->ask->unload) {
		status = unload_is_asked(tx, order_id);
	} else {
		status = order_get(tx, order_id, &order);
		if (status == YKT_OK && order.state != WIRE_ORDER_LOADING)
			status = YKT_CONFLICT;
	}
	if (status == YKT_OK)
		status = attempt_result(tx, run->ask->attempt, ATTEMPT_CREDIT, run->rsp.mac2);

	return status;
}

struct permit_book {
	struct permit_run *run;
	int result;
};

static enum ykt_status
permit_book_tx(struct ykt_tx *tx, void *arg)
{
	const struct permit_book *book = arg;
	struct permit_run *run = book->run;
	const struct attempt *attempt = run->ask->attempt;

	run->own = true;
	switch (book->result) {
	case WIRE_PERMIT_CREDIT:
		return book_credit(tx, run);
	case WIRE_PERMIT_COMMITTED:
		return book_committed(tx, run);
	case WIRE_PERMIT_HELD:
		return book_held(tx, run);
	case WIRE_PERMIT_NOT_LOADED:
		return attempt_result(tx, attempt, "not_loaded", NULL);
	case WIRE_PERMIT_MAC1:
		return attempt_result(tx, attempt, "mac1", NULL);
	default:
		return book_case(tx, run);
	}
}

static void
answer_fill(struct permit_run *run, int result)
{
	static const enum permit_outcome outcomes[] = {
		[WIRE_PERMIT_CREDIT] = PERMIT_CREDIT,
		[WIRE_PERMIT_HELD] = PERMIT_HELD,
		[WIRE_PERMIT_COMMITTED] = PERMIT_LOADED,
		[WIRE_PERMIT_NOT_LOADED] = PERMIT_NOT_LOADED,
		[WIRE_PERMIT_MAC1] = PERMIT_MAC1,
		[WIRE_PERMIT_CASE] = PERMIT_CASE,
	};

	run->answer.outcome = outcomes[result];
	run->answer.balance_fen = run->rsp.has_balance_fen ? run->rsp.balance_fen : -1;
	if (result == WIRE_PERMIT_CREDIT)
		memcpy(run->answer.mac2, run->rsp.mac2, sizeof(run->answer.mac2));
	if (result == WIRE_PERMIT_HELD)
		text_set(run->answer.holder, sizeof(run->answer.holder), run->rsp.order_id);
}

/* The fresh INITIALIZE proves for the stale holder too that nothing was loaded. */
static enum ykt_status
release_stale(struct permit_run *run, ykt_fen amount)
{
	int result = 0;

	req_fill(&run->req, run->ask, run->w->p, amount);
	text_set(run->req.order_id, sizeof(run->req.order_id), run->stale);
	run->req.attempt = run->stale_attempt;
	run->req.attest = true;
	run->req.release = true;
	run->stale[0] = '\0';

	return permit_call(run, &result);
}

/* One question, with the other amount when a proof's MAC1 may cover that one. */
static enum ykt_status
permit_round(struct permit_run *run, ykt_fen *amount, int *ret_result)
{
	enum ykt_status status;

	req_fill(&run->req, run->ask, run->w->p, *amount);
	status = permit_call(run, ret_result);
	if (status == YKT_OK && *ret_result == WIRE_PERMIT_MAC1 && run->req.attest &&
	    run->ask->order->amount_fen != 0) {
		*amount = *amount == 0 ? run->ask->order->amount_fen : 0;
		run->req.amount_fen = *amount;
		status = permit_call(run, ret_result);
	}

	return status;
}

enum ykt_status
permit_run(
    struct platform_worker *w, const struct permit_ask *ask, struct permit_answer *ret_answer)
{
	struct permit_run run = { .w = w, .ask = ask };
	struct permit_book book = { .run = &run };
	ykt_fen amount = strcmp(ask->attempt->purpose, ATTEMPT_LOAD) == 0 ? ask->order->amount_fen
									  : likely_amount(ask);
	enum ykt_status status = YKT_OK;

	for (unsigned i = 0; i < PERMIT_ROUNDS && status == YKT_OK; i++) {
		status = permit_round(&run, &amount, &book.result);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, permit_book_tx, &book);
		if (status == YKT_OK && run.own) {
			answer_fill(&run, book.result);
			*ret_answer = run.answer;
			return YKT_OK;
		}
		if (status == YKT_OK && run.stale[0] != '\0')
			status = release_stale(&run, amount);
	}

	return status == YKT_OK ? YKT_E_SERVER : status;
}
