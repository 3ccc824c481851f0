/*
 * Prepay, query, booking (T03): what the client says about money counts for
 * nothing here, what the channel says only after it was asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/pay.h"

#include <string.h>

#include "platform/refund.h"
#include "platform/rows.h"
#include "platform/work.h"

enum ykt_status
prepay_get(struct ykt_tx *tx, const char *pay_id, struct prepay *ret_prepay)
{
	struct prepay prepay = { 0 };
	const struct row_col cols[] = { ROW_TEXT(prepay.prepay_id), ROW_INT(&prepay.amount_fen),
		ROW_BLOB(prepay.pay_token) };
	enum ykt_status status;

	status =
	    row_one(tx, "SELECT prepay_id, amount_fen, pay_token FROM prepay WHERE pay_id = ?1",
		YKT_SQL_IN(ykt_sql_text(pay_id)), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK) {
		text_set(prepay.pay_id, sizeof(prepay.pay_id), pay_id);
		*ret_prepay = prepay;
	}

	return status;
}

/* What is known of a payment before the channel is asked. */
struct pay_state {
	const char *pay_id;
	struct order_group group;
	struct prepay prepay;
	bool has_prepay;
	bool open; /* at least one order waits for this payment */
};

static enum ykt_status
pay_state_tx(struct ykt_tx *tx, void *arg)
{
	struct pay_state *state = arg;
	enum ykt_status status;

	state->open = false;
	status = order_get_group(tx, state->pay_id, &state->group);
	if (status != YKT_OK)
		return status;
	for (size_t i = 0; i < state->group.count; i++) {
		if (state->group.orders[i].state == WIRE_ORDER_CREATED)
			state->open = true;
	}
	status = prepay_get(tx, state->pay_id, &state->prepay);
	state->has_prepay = status == YKT_OK;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

static bool
query_matches(
    const struct platform *p, const struct prepay *prepay, const struct wire_psp_query_rsp *rsp)
{
	return strcmp(rsp->prepay_id, prepay->prepay_id) == 0 &&
	       strcmp(rsp->order_id, prepay->pay_id) == 0 &&
	       rsp->amount_fen == prepay->amount_fen && strcmp(rsp->currency, p->o.currency) == 0 &&
	       strcmp(rsp->payee, p->o.payee) == 0;
}

enum ykt_status
pay_ask(struct platform_worker *w, const struct prepay *prepay, int64_t now_ms,
    int64_t deadline_mono_ms)
{
	struct wire_psp_query_req req = { .ts_ms = now_ms };
	struct wire_psp_query_rsp rsp;
	enum ykt_status status;
	int state;

	text_set(req.prepay_id, sizeof(req.prepay_id), prepay->prepay_id);
	status = ykt_random_fill(w->p->env->random, req.nonce, sizeof(req.nonce));
	if (status == YKT_OK)
		status = room_pay_call(w, WIRE_PATH_PSP_QUERY, &wire_psp_query_req_msg, &req,
		    &wire_psp_query_rsp_msg, &rsp, room_deadline(w, deadline_mono_ms));
	if (status != YKT_OK)
		return status == YKT_NOT_FOUND ? YKT_E_SERVER : status;
	if (!query_matches(w->p, prepay, &rsp)) {
		room_trace(w, YKT_TRACE_SECURITY, "pay channel query", 0);
		return YKT_E_SERVER;
	}
	state = wire_token_find(&wire_psp_state, rsp.state);

	return state == WIRE_PSP_PAID || state == WIRE_PSP_REFUNDED ? YKT_OK : YKT_PENDING;
}

struct pay_booking {
	struct platform_worker *w;
	const char *pay_id;
	const uint8_t *nonce;
	const char *notice_id;
	int64_t now_ms;
	char refund_ids[ORDER_GROUP_MAX][33];
};

/* A nonce counts once, for ever, and for one payment. */
static enum ykt_status
notice_take(struct ykt_tx *tx, const struct pay_booking *booking)
{
	char notice_id[33], pay_id[33];
	const struct row_col cols[] = { ROW_TEXT(notice_id), ROW_TEXT(pay_id) };
	enum ykt_status status;

	if (booking->nonce == NULL)
		return YKT_OK;
	status = row_one(tx, "SELECT notice_id, pay_id FROM notice WHERE nonce = ?1",
	    YKT_SQL_IN(ykt_sql_blob(ykt_bytes(booking->nonce, 16))), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK)
		return strcmp(notice_id, booking->notice_id) == 0 &&
			       strcmp(pay_id, booking->pay_id) == 0
			   ? YKT_DUPLICATE
			   : YKT_MISMATCH;
	if (status != YKT_NOT_FOUND)
		return status;

	return row_exec(tx, "INSERT INTO notice(nonce, notice_id, pay_id) VALUES(?1, ?2, ?3)",
	    YKT_SQL_IN(ykt_sql_blob(ykt_bytes(booking->nonce, 16)),
		ykt_sql_text(booking->notice_id), ykt_sql_text(booking->pay_id)));
}

static enum ykt_status
pay_book_order(struct ykt_tx *tx, struct order *order, const struct pay_booking *booking,
    const char *refund_id, struct ledger_draft *draft)
{
	bool late = order->state == WIRE_ORDER_CLOSED;

	if (order->state != WIRE_ORDER_CREATED && !late)
		return YKT_OK;
	order->paid_fen = order->amount_fen;
	ledger_line(draft, LEDGER_PSP, "", -order->amount_fen);
	ledger_line(draft, LEDGER_ORDER, order->order_id, order->amount_fen);
	if (late)
		return refund_begin(tx, order, refund_id, "late_payment", booking->now_ms);

	return order_move(tx, order, WIRE_ORDER_PAID, booking->now_ms);
}

/* What was paid for the wallet is in it at once. */
static enum ykt_status
pay_fill_wallet(struct ykt_tx *tx, const struct ledger_writer *writer, struct order *order)
{
	struct ledger_draft draft = ledger_draft("wallet", order->order_id);
	enum ykt_status status;

	if (order->kind != WIRE_ORDER_WALLET || order->state != WIRE_ORDER_PAID)
		return YKT_OK;
	order->loaded_fen = order->paid_fen;
	ledger_pair(
	    &draft, LEDGER_ORDER, order->order_id, LEDGER_USER, order->user_id, order->paid_fen);
	status = order_move(tx, order, WIRE_ORDER_LOADED, writer->now_ms);

	return status == YKT_OK ? ledger_post(tx, writer, &draft) : status;
}

static enum ykt_status
pay_book_tx(struct ykt_tx *tx, void *arg)
{
	struct pay_booking *booking = arg;
	struct ledger_writer writer = room_writer(booking->w, booking->now_ms);
	struct ledger_draft draft = ledger_draft("paid", booking->pay_id);
	struct order_group group;
	enum ykt_status status;

	status = notice_take(tx, booking);
	if (status == YKT_OK)
		status = order_get_group(tx, booking->pay_id, &group);
	for (size_t i = 0; status == YKT_OK && i < group.count; i++)
		status =
		    pay_book_order(tx, &group.orders[i], booking, booking->refund_ids[i], &draft);
	if (status == YKT_OK)
		status = ledger_post(tx, &writer, &draft);
	for (size_t i = 0; status == YKT_OK && i < group.count; i++)
		status = pay_fill_wallet(tx, &writer, &group.orders[i]);
	if (status == YKT_OK)
		status = work_done(tx, WORK_PAYMENT, booking->pay_id);

	return status;
}

enum ykt_status
pay_book(struct platform_worker *w, const char *pay_id, const uint8_t *nonce, const char *notice_id,
    int64_t now_ms)
{
	struct pay_booking booking = {
		.w = w, .pay_id = pay_id, .nonce = nonce, .notice_id = notice_id, .now_ms = now_ms
	};
	enum ykt_status status;

	status = room_ids(w, booking.refund_ids, ORDER_GROUP_MAX);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, pay_book_tx, &booking);

	return status;
}

enum ykt_status
pay_check(struct platform_worker *w, const char *pay_id, int64_t now_ms, int64_t deadline_mono_ms)
{
	struct pay_state state = { .pay_id = pay_id };
	enum ykt_status status;

	status = ykt_store_run(w->p->store, pay_state_tx, &state);
	if (status == YKT_OK && !state.has_prepay)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		status = pay_ask(w, &state.prepay, now_ms, deadline_mono_ms);
	if (status == YKT_OK)
		status = pay_book(w, pay_id, NULL, NULL, now_ms);

	return status;
}

/* An order closes only while it is unpaid; the two orders of an opening together. */
struct pay_close {
	const char *pay_id;
	int64_t now_ms;
};

static enum ykt_status
pay_close_tx(struct ykt_tx *tx, void *arg)
{
	struct pay_close *close = arg;
	struct order_group group;
	enum ykt_status status;

	status = order_get_group(tx, close->pay_id, &group);
	for (size_t i = 0; status == YKT_OK && i < group.count; i++) {
		if (group.orders[i].state != WIRE_ORDER_CREATED)
			continue;
		text_set(group.orders[i].note, sizeof(group.orders[i].note), "expired");
		status = order_move(tx, &group.orders[i], WIRE_ORDER_CLOSED, close->now_ms);
	}
	if (status == YKT_OK)
		status = work_done(tx, WORK_PAYMENT, close->pay_id);

	return status;
}

enum ykt_status
pay_tick(struct platform_worker *w, const char *pay_id, int64_t now_ms)
{
	struct pay_state state = { .pay_id = pay_id };
	struct pay_close close = { pay_id, now_ms };
	enum ykt_status status;
	bool expired;

	status = ykt_store_run(w->p->store, pay_state_tx, &state);
	if (status != YKT_OK)
		return status;
	expired = now_ms - state.group.orders[0].created_ms >= w->p->o.settings.pay_life_ms;
	if (state.open && state.has_prepay) {
		status = pay_ask(w, &state.prepay, now_ms, 0);
		if (status == YKT_OK)
			return pay_book(w, pay_id, NULL, NULL, now_ms);
		if (status != YKT_PENDING)
			return status;
	}
	if (state.open && !expired)
		return YKT_PENDING;

	return ykt_store_run(w->p->store, pay_close_tx, &close);
}
