/*
 * Refunds at the channel: begun in the order's own transaction, then repeated
 * by the outbox until acknowledged (R6).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/refund.h"

#include <string.h>

#include "platform/rows.h"
#include "platform/work.h"

enum ykt_status
refund_begin(
    struct ykt_tx *tx, struct order *order, const char *refund_id, const char *note, int64_t now_ms)
{
	enum ykt_status status;

	text_set(order->note, sizeof(order->note), note);
	status = order_move(tx, order, WIRE_ORDER_REFUNDING, now_ms);
	if (status != YKT_OK)
		return status;
	if (order->paid_fen == 0)
		return order_move(tx, order, WIRE_ORDER_REFUNDED, now_ms);
	status = row_change_one(tx,
	    "INSERT INTO refund(order_id, refund_id, prepay_id, amount_fen)"
	    " SELECT ?1, ?2, prepay_id, ?3 FROM prepay WHERE pay_id = ?4 UNION ALL"
	    " SELECT ?1, ?2, '', ?3 FROM unload WHERE order_id = ?4 AND ticket = 'used'",
	    YKT_SQL_IN(ykt_sql_text(order->order_id), ykt_sql_text(refund_id),
		ykt_sql_int(order->paid_fen), ykt_sql_text(order->pay_id)));
	if (status == YKT_OK)
		status = work_add(tx, WORK_REFUND, order->order_id, now_ms, now_ms);

	return status;
}

struct refunding {
	struct platform_worker *w;
	const char *order_id;
	int64_t now_ms;
	char refund_id[33];
	char prepay_id[33];
	int64_t amount_fen;
};

/* YKT_DUPLICATE: nothing to do (any more). */
static enum ykt_status
refund_read_tx(struct ykt_tx *tx, void *arg)
{
	struct refunding *r = arg;
	struct order order;
	const struct row_col cols[] = { ROW_TEXT(r->refund_id), ROW_TEXT(r->prepay_id),
		ROW_INT(&r->amount_fen) };
	enum ykt_status status;

	status = order_get(tx, r->order_id, &order);
	if (status == YKT_OK && order.state != WIRE_ORDER_REFUNDING)
		status = YKT_DUPLICATE;
	if (status == YKT_OK)
		status = row_one(tx,
		    "SELECT refund_id, prepay_id, amount_fen FROM refund WHERE order_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(r->order_id)), cols, YKT_ARRAY_LEN(cols));

	return status;
}

static enum ykt_status
refund_book_tx(struct ykt_tx *tx, void *arg)
{
	struct refunding *r = arg;
	struct ledger_writer writer = room_writer(r->w, r->now_ms);
	struct ledger_draft draft = ledger_draft("refund", r->order_id);
	struct order order;
	enum ykt_status status;

	status = order_get(tx, r->order_id, &order);
	if (status == YKT_OK && order.state == WIRE_ORDER_REFUNDING) {
		order.refunded_fen = r->amount_fen;
		/* A ticket was no payment: what cannot be loaded is the wallet's. */
		if (r->prepay_id[0] == '\0')
			ledger_pair(&draft, LEDGER_ORDER, r->order_id, LEDGER_USER, order.user_id,
			    r->amount_fen);
		else
			ledger_pair(
			    &draft, LEDGER_ORDER, r->order_id, LEDGER_PSP, "", r->amount_fen);
		status = order_move(tx, &order, WIRE_ORDER_REFUNDED, r->now_ms);
		if (status == YKT_OK)
			status = ledger_post(tx, &writer, &draft);
	}
	if (status == YKT_OK)
		status = work_done(tx, WORK_REFUND, r->order_id);

	return status;
}

static enum ykt_status
refund_call(struct platform_worker *w, const struct refunding *r, int64_t deadline_mono_ms)
{
	struct wire_psp_refund_req req = { .amount_fen = r->amount_fen, .ts_ms = r->now_ms };
	struct wire_psp_refund_rsp rsp;
	enum ykt_status status;

	text_set(req.refund_id, sizeof(req.refund_id), r->refund_id);
	text_set(req.prepay_id, sizeof(req.prepay_id), r->prepay_id);
	status = ykt_random_fill(w->p->env->random, req.nonce, sizeof(req.nonce));
	if (status == YKT_OK)
		status = room_pay_call(w, WIRE_PATH_PSP_REFUND, &wire_psp_refund_req_msg, &req,
		    &wire_psp_refund_rsp_msg, &rsp, room_deadline(w, deadline_mono_ms));
	if (status != YKT_OK)
		return status;
	if (strcmp(rsp.refund_id, r->refund_id) != 0 || strcmp(rsp.prepay_id, r->prepay_id) != 0 ||
	    rsp.amount_fen != r->amount_fen)
		return YKT_E_SERVER;

	return wire_token_find(&wire_psp_state, rsp.state) == WIRE_PSP_DONE ? YKT_OK : YKT_PENDING;
}

enum ykt_status
refund_run(
    struct platform_worker *w, const char *order_id, int64_t now_ms, int64_t deadline_mono_ms)
{
	struct refunding r = { .w = w, .order_id = order_id, .now_ms = now_ms };
	enum ykt_status status;

	status = ykt_store_run(w->p->store, refund_read_tx, &r);
	if (status == YKT_OK && r.prepay_id[0] != '\0')
		status = refund_call(w, &r, deadline_mono_ms);
	if (status == YKT_OK || status == YKT_DUPLICATE)
		status = ykt_store_run(w->p->store, refund_book_tx, &r);

	return status;
}
