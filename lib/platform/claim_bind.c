/*
 * card.bind: what the card proves, and the binding.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/purse_cmd.h"
#include "platform/claim.h"
#include "platform/permit.h"
#include "platform/rows.h"

struct binding {
	struct platform_worker *w;
	const struct op_call *call;
	const struct wire_card_bind_req *ask;
	struct purse_load_init_rsp init;
	uint8_t datetime[7];
	struct claim claim;
	struct attempt attempt;
	bool done; /* it was bound by this very claim before */
	const char *fault;
	ykt_fen holds; /* what MAC1 covers, without the overdraft limit */
};

static enum ykt_status
look(struct ykt_tx *tx, struct binding *b)
{
	int64_t done = 0;
	const struct row_col cols[] = { ROW_INT(&done) };
	enum ykt_status status =
	    claim_get(tx, b->w->p, b->ask->card_no, b->call->user_id, &b->claim);

	/* None was begun, or the one that was is over. */
	if (status == YKT_NOT_FOUND)
		return YKT_E_STATE;
	if (status == YKT_OK)
		status = row_one(tx,
		    "SELECT COUNT(*) FROM card WHERE order_id = ?1 AND state = 'active'",
		    YKT_SQL_IN(ykt_sql_text(b->claim.claim_id)), cols, 1);
	b->done = status == YKT_OK && done != 0;

	return status == YKT_OK && !b->done
		   ? claim_allowed(tx, b->w->p, b->ask->card_no, b->call, &b->fault)
		   : status;
}

/* No key is needed to see that the card is another kind than the application's. */
static enum ykt_status
judge(struct binding *b)
{
	const struct platform_app *app = b->claim.app;

	if (b->init.alg == app->alg && b->ask->overdraft_fen == app->overdraft_fen)
		return YKT_OK;
	b->fault = "card_kind";

	return YKT_REFUSED;
}

static enum ykt_status
ask_tx(struct ykt_tx *tx, void *arg)
{
	struct binding *b = arg;
	struct order order = { .attempt = 0 };
	enum ykt_status status = look(tx, b);

	if (status != YKT_OK || b->done)
		return status;
	status = judge(b);
	if (status == YKT_OK && b->call->now_ms - b->claim.begun_ms > CLAIM_PROOF_MS)
		status = YKT_EXPIRED;
	text_set(order.order_id, sizeof(order.order_id), b->claim.claim_id);
	order.attempt = b->claim.attempt;
	if (status == YKT_OK)
		status = attempt_bind(tx, &order, b->ask->attempt, ATTEMPT_ATTEST, b->ask->init,
		    b->datetime, &b->attempt);

	return status == YKT_NOT_FOUND ? YKT_E_STATE : status;
}

static enum ykt_status
ask_key_module(struct binding *b, int *ret_result)
{
	struct platform_worker *w = b->w;
	struct wire_key_load_permit_req req = { .attempt = b->attempt.attempt, .attest = true };
	struct wire_key_load_permit_rsp rsp;
	enum ykt_status status;

	text_set(req.order_id, sizeof(req.order_id), b->claim.claim_id);
	text_set(req.card_no, sizeof(req.card_no), b->claim.card_no);
	memcpy(req.issuer, w->p->o.issuer, sizeof(req.issuer));
	req.alg = b->init.alg;
	req.key_version = b->init.key_version;
	memcpy(req.terminal, b->attempt.terminal, sizeof(req.terminal));
	memcpy(req.datetime, b->attempt.datetime, sizeof(req.datetime));
	memcpy(req.init, b->ask->init, sizeof(req.init));
	status = wire_call(w->p->o.keyd, WIRE_PATH_KEY_CARD_CLAIM, &wire_key_load_permit_req_msg,
	    &req, &wire_key_load_permit_rsp_msg, &rsp, w->calls,
	    room_deadline(w, b->call->deadline_mono_ms), NULL);
	if (status == YKT_OVER_LIMIT) {
		b->fault = WIRE_ERR_TOO_OFTEN;
		return YKT_REFUSED;
	}
	/* A random of zeros, or an answer that is no card's. */
	if (status == YKT_MISMATCH || status == YKT_REFUSED || status == YKT_NOT_FOUND) {
		*ret_result = WIRE_PERMIT_MAC1;
		return YKT_OK;
	}
	if (status != YKT_OK)
		return status;
	*ret_result = wire_token_find(&wire_permit_result, rsp.result);
	b->holds = (ykt_fen)b->init.balance - b->claim.app->overdraft_fen;

	return rsp.has_balance_fen && rsp.balance_fen != (int64_t)b->init.balance ? YKT_E_SERVER
										  : YKT_OK;
}

static enum ykt_status
wrong_tx(struct ykt_tx *tx, void *arg)
{
	const struct binding *b = arg;

	return row_change_one(tx,
	    "UPDATE card_claim SET wrong = CASE WHEN wrong_ms > ?3 THEN wrong ELSE 0 END + 1,"
	    " wrong_ms = ?4 WHERE card_no = ?1 AND user_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(b->claim.card_no), ykt_sql_text(b->claim.user_id),
		ykt_sql_int(b->call->now_ms - CLAIM_WRONG_MS), ykt_sql_int(b->call->now_ms)));
}

static enum ykt_status
case_tx(struct ykt_tx *tx, void *arg)
{
	const struct binding *b = arg;

	return room_case(tx, "bind", b->claim.card_no, b->call->now_ms);
}

/* The card's row is new, or that of an unbound card; nothing else is taken over. */
static enum ykt_status
row_bind(struct ykt_tx *tx, const struct binding *b)
{
	const struct platform_app *app = b->claim.app;

	return row_change_one(tx,
	    "INSERT INTO card(card_no, user_id, aid, state, order_id, created_ms, bound,"
	    " bound_seq) VALUES(?1, ?2, ?3, 'active', ?4, ?5, 1, ?6) ON CONFLICT(card_no)"
	    " DO UPDATE SET user_id = excluded.user_id, aid = excluded.aid, state = 'active',"
	    " order_id = excluded.order_id, bound_seq = excluded.bound_seq"
	    " WHERE state = 'unbound'",
	    YKT_SQL_IN(ykt_sql_text(b->claim.card_no), ykt_sql_text(b->claim.user_id),
		ykt_sql_blob(ykt_bytes(app->aid, app->aid_len)), ykt_sql_text(b->claim.claim_id),
		ykt_sql_int(b->call->now_ms), ykt_sql_int(b->ask->offline_seq)));
}

static enum ykt_status
book(struct ykt_tx *tx, const struct binding *b)
{
	struct ledger_writer writer = room_writer(b->w, b->call->now_ms);
	struct ledger_draft draft = ledger_draft("bound", b->claim.claim_id);

	if (b->holds >= 0)
		ledger_pair(&draft, LEDGER_OTHERS, "", LEDGER_CARD, b->claim.card_no, b->holds);
	else
		ledger_pair(&draft, LEDGER_CARD, b->claim.card_no, LEDGER_OTHERS, "", -b->holds);

	return ledger_post(tx, &writer, &draft);
}

/* Claims of others end: what their owner once proved is not so any more. */
static enum ykt_status
bind_tx(struct ykt_tx *tx, void *arg)
{
	struct binding *b = arg;
	enum ykt_status status = look(tx, b);

	if (status != YKT_OK || b->done)
		return status;
	if (b->claim.attempt != b->attempt.attempt)
		return YKT_EXPIRED;
	status = row_bind(tx, b);
	if (status == YKT_OK)
		status = book(tx, b);
	if (status == YKT_OK)
		status = attempt_result(tx, &b->attempt, "bound", NULL);
	if (status == YKT_OK)
		status = row_exec(tx, "DELETE FROM card_claim WHERE card_no = ?1 AND user_id <> ?2",
		    YKT_SQL_IN(ykt_sql_text(b->claim.card_no), ykt_sql_text(b->claim.user_id)));

	return status;
}

static enum ykt_status
decide(struct binding *b, int result)
{
	const struct ykt_store *store = b->w->p->store;
	enum ykt_status status;

	switch (result) {
	case WIRE_PERMIT_NOT_LOADED:
		return ykt_store_run(store, bind_tx, b);
	case WIRE_PERMIT_MAC1:
		room_trace(b->w, YKT_TRACE_SECURITY, "binding MAC1", 0);
		status = ykt_store_run(store, wrong_tx, b);
		return status == YKT_OK ? YKT_DENIED : status;
	case WIRE_PERMIT_HELD:
		return YKT_PENDING;
	case WIRE_PERMIT_CASE:
		status = ykt_store_run(store, case_tx, b);
		b->fault = "case";
		return status == YKT_OK ? YKT_REFUSED : status;
	default:
		return YKT_E_SERVER;
	}
}

static int
refuse(const struct binding *b, enum ykt_status status, struct wire_error *error)
{
	switch (status) {
	case YKT_REFUSED:
		return claim_refuse(error, b->fault);
	case YKT_DENIED:
		return wire_error_set(error, 403, "mac1", "the card's answer does not hold");
	case YKT_PENDING:
		return wire_error_set(error, 409, WIRE_ERR_HELD, "a load of this card comes first");
	case YKT_EXPIRED:
		return wire_error_set(error, 409, "stale", "ask card.claim again");
	case YKT_MISMATCH:
		return wire_error_set(error, 409, "attempt_used", "ask card.claim again");
	case YKT_E_STATE:
		return wire_error_set(error, 409, "proof_needed", "ask card.claim");
	default:
		return room_refuse(b->w, status, error);
	}
}

int
op_card_bind(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct binding b = { .w = w, .call = call, .ask = req };
	struct wire_card_balance_req card = { .card_no = "" };
	int result = -1;
	enum ykt_status status;

	if (purse_load_init_rsp_decode(YKT_BYTES(b.ask->init), &b.init) != YKT_OK)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "init");
	room_card_time(call->now_ms, b.datetime);
	status = ykt_store_run(w->p->store, ask_tx, &b);
	if (status == YKT_OK && !b.done) {
		status = ask_key_module(&b, &result);
		if (status == YKT_OK)
			status = decide(&b, result);
	}
	if (status != YKT_OK)
		return refuse(&b, status, error);
	text_set(card.card_no, sizeof(card.card_no), b.ask->card_no);

	return op_card_balance(w, call, &card, rsp, error);
}
