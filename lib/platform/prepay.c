/*
 * order.pay and the channel's notices.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/pay.h"
#include "platform/rows.h"
#include "platform/work.h"

struct paying {
	const char *order_id;
	const char *user_id;
	int64_t next_ms;
	int64_t now_ms;
	struct order order;
	struct order_group group;
	struct prepay prepay; /* what the channel gave, then what is stored */
	bool has_prepay;
};

/* YKT_EXPIRED: closed. YKT_CONFLICT: paid already. */
static enum ykt_status
paying_read(struct ykt_tx *tx, struct paying *paying)
{
	enum ykt_status status;

	status = order_get_own(tx, paying->order_id, paying->user_id, &paying->order);
	if (status == YKT_OK)
		status = order_get_group(tx, paying->order.pay_id, &paying->group);
	if (status == YKT_OK && paying->order.state == WIRE_ORDER_CLOSED)
		status = YKT_EXPIRED;
	if (status == YKT_OK && paying->order.state != WIRE_ORDER_CREATED)
		status = YKT_CONFLICT;

	return status;
}

static enum ykt_status
paying_tx(struct ykt_tx *tx, void *arg)
{
	struct paying *paying = arg;
	enum ykt_status status = paying_read(tx, paying);

	if (status != YKT_OK)
		return status;
	status = prepay_get(tx, paying->order.pay_id, &paying->prepay);
	paying->has_prepay = status == YKT_OK;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

/* The first prepay that is stored is the only one a client ever hears of. */
static enum ykt_status
prepaid_tx(struct ykt_tx *tx, void *arg)
{
	struct paying *paying = arg;
	const struct prepay fresh = paying->prepay;
	enum ykt_status status = paying_read(tx, paying);

	if (status == YKT_OK)
		status = row_exec(tx,
		    "INSERT INTO prepay(pay_id, prepay_id, amount_fen, pay_token)"
		    " VALUES(?1, ?2, ?3, ?4) ON CONFLICT(pay_id) DO NOTHING",
		    YKT_SQL_IN(ykt_sql_text(paying->order.pay_id), ykt_sql_text(fresh.prepay_id),
			ykt_sql_int(fresh.amount_fen), ykt_sql_blob(YKT_BYTES(fresh.pay_token))));
	if (status == YKT_OK)
		status = work_set(
		    tx, WORK_PAYMENT, paying->order.pay_id, paying->next_ms, paying->now_ms);
	if (status == YKT_OK) {
		struct prepay stored;

		status = prepay_get(tx, paying->order.pay_id, &stored);
		/* A second run of this function must see the fresh one again. */
		if (status == YKT_OK && strcmp(stored.prepay_id, fresh.prepay_id) != 0)
			status = YKT_DUPLICATE;
	}

	return status;
}

static enum ykt_status
prepay_ask(struct platform_worker *w, struct paying *paying, int64_t deadline_mono_ms)
{
	struct wire_psp_prepay_req req = { .ts_ms = paying->now_ms };
	struct wire_psp_prepay_rsp rsp;
	enum ykt_status status;

	text_set(req.order_id, sizeof(req.order_id), paying->order.pay_id);
	req.amount_fen = paying->group.amount_fen;
	text_set(req.currency, sizeof(req.currency), w->p->o.currency);
	text_set(req.payee, sizeof(req.payee), w->p->o.payee);
	status = ykt_random_fill(w->p->env->random, req.nonce, sizeof(req.nonce));
	if (status == YKT_OK)
		status = room_pay_call(w, WIRE_PATH_PSP_PREPAY, &wire_psp_prepay_req_msg, &req,
		    &wire_psp_prepay_rsp_msg, &rsp, room_deadline(w, deadline_mono_ms));
	if (status != YKT_OK)
		return status;
	if (strcmp(rsp.order_id, req.order_id) != 0 || rsp.amount_fen != req.amount_fen ||
	    !wire_id_valid(rsp.prepay_id))
		return YKT_E_SERVER;
	text_set(paying->prepay.pay_id, sizeof(paying->prepay.pay_id), req.order_id);
	text_set(paying->prepay.prepay_id, sizeof(paying->prepay.prepay_id), rsp.prepay_id);
	paying->prepay.amount_fen = rsp.amount_fen;
	memcpy(paying->prepay.pay_token, rsp.pay_token, sizeof(rsp.pay_token));

	return YKT_OK;
}

int
op_order_pay(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_order_id_req *ask = req;
	struct wire_order_pay_rsp *answer = rsp;
	struct paying paying = {
		.order_id = ask->order_id,
		.user_id = call->user_id,
		.next_ms = call->now_ms + w->p->o.settings.poll_ms,
		.now_ms = call->now_ms,
	};
	enum ykt_status status;

	status = ykt_store_run(w->p->store, paying_tx, &paying);
	if (status == YKT_OK && !paying.has_prepay) {
		status = prepay_ask(w, &paying, call->deadline_mono_ms);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, prepaid_tx, &paying);
		if (status == YKT_DUPLICATE) { /* a twin's was stored first: use it */
			status = ykt_store_run(w->p->store, paying_tx, &paying);
			if (status == YKT_OK && !paying.has_prepay)
				status = YKT_BUSY;
		}
	}
	if (status == YKT_EXPIRED)
		return wire_error_set(error, 409, "closed", "the order was not paid in time");
	if (status == YKT_CONFLICT)
		return wire_error_set(error, 409, "paid", "the order is paid");
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	text_set(answer->prepay_id, sizeof(answer->prepay_id), paying.prepay.prepay_id);
	answer->amount_fen = paying.prepay.amount_fen;
	text_set(answer->payee, sizeof(answer->payee), w->p->o.payee);

	return 200;
}

struct notice_check {
	const struct wire_pay_notice *notice;
	struct order_group group;
	struct prepay prepay;
	bool waits; /* an order of this payment is not paid yet */
};

static enum ykt_status
notice_check_tx(struct ykt_tx *tx, void *arg)
{
	struct notice_check *check = arg;
	enum ykt_status status;

	check->waits = false;
	status = order_get_group(tx, check->notice->order_id, &check->group);
	if (status == YKT_OK)
		status = prepay_get(tx, check->notice->order_id, &check->prepay);
	for (size_t i = 0; status == YKT_OK && i < check->group.count; i++) {
		enum wire_order_state state = check->group.orders[i].state;

		if (state == WIRE_ORDER_CREATED || state == WIRE_ORDER_CLOSED)
			check->waits = true;
	}

	return status;
}

/* The first thing that differs from what we asked the channel to collect. */
static const char *
notice_fault(const struct platform *p, const struct notice_check *check)
{
	const struct wire_pay_notice *n = check->notice;

	if (strcmp(n->prepay_id, check->prepay.prepay_id) != 0)
		return "prepay";
	if (n->amount_fen != check->prepay.amount_fen || n->amount_fen != check->group.amount_fen)
		return "amount";
	if (strcmp(n->currency, p->o.currency) != 0)
		return "currency";
	if (strcmp(n->payee, p->o.payee) != 0)
		return "payee";
	if (wire_token_find(&wire_psp_state, n->state) != WIRE_PSP_PAID)
		return "state";

	return NULL;
}

static enum ykt_status
notice_read(struct platform_worker *w, struct ykt_bytes body, struct wire_pay_notice *ret)
{
	enum ykt_status status;

	status = wire_signed_read(w->crypto, &w->p->pay_key, 1, body, &wire_pay_notice_msg, ret);
	if (status == YKT_E_MAC)
		room_trace(w, YKT_TRACE_SECURITY, "notice signature", 0);

	return status;
}

/* 1. signature 2. every field 3. the channel is asked back 4. booked with its nonce. */
static int
notice_serve(struct platform_worker *w, const struct wire_pay_notice *notice, int64_t now_ms,
    int64_t deadline_mono_ms, struct wire_error *error)
{
	struct notice_check check = { .notice = notice };
	enum ykt_status status;
	const char *fault;

	status = ykt_store_run(w->p->store, notice_check_tx, &check);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	fault = notice_fault(w->p, &check);
	if (fault != NULL) {
		room_trace(w, YKT_TRACE_SECURITY, "notice content", 0);
		return wire_error_set(error, 422, fault, "not what was asked for");
	}
	if (check.waits)
		status = pay_ask(w, &check.prepay, now_ms, deadline_mono_ms);
	if (status == YKT_OK)
		status = pay_book(w, check.prepay.pay_id, notice->nonce, notice->notice_id, now_ms);
	if (status == YKT_OK || status == YKT_DUPLICATE)
		return 200;
	if (status == YKT_MISMATCH)
		return wire_error_set(error, 409, WIRE_ERR_REPLAY, "nonce of another notice");
	if (status == YKT_PENDING)
		return wire_error_set(error, 409, WIRE_ERR_IN_PROGRESS, "not paid when asked");

	return room_refuse(w, status, error);
}

void
room_pay_notice(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	static const struct wire_empty empty;
	struct platform_worker *w = worker;
	struct wire_pay_notice notice;
	struct wire_error error = { 0 };
	enum ykt_status status;
	int code;

	status = notice_read(w, req->body, &notice);
	if (status == YKT_OK)
		code = notice_serve(w, &notice, room_now(w), req->deadline_mono_ms, &error);
	else if (status == YKT_E_FORMAT)
		code = wire_error_set(&error, 400, WIRE_ERR_MALFORMED, NULL);
	else if (status == YKT_E_MAC)
		code = wire_error_set(&error, 403, "signature", NULL);
	else
		code = wire_error_set(&error, 500, WIRE_ERR_INTERNAL, NULL);
	if (code == 200)
		wire_respond(rsp, 200, &wire_empty_msg, &empty);
	else
		wire_respond(rsp, code, &wire_error_msg, &error);
}
