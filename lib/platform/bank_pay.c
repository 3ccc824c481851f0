/*
 * order.charge: a bound account pays an order, for a signature over what was shown
 * and the payment PIN.
 *
 * The account system takes it once for a prepay id, whoever asks and how often; what
 * it answered is not believed but asked for (pay_check). Without an answer the order
 * stays as it is: the outbox asks how the payment stands, and nobody charges again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/bank.h"
#include "platform/pay.h"
#include "platform/pin.h"
#include "platform/rows.h"

struct charging {
	struct platform_worker *w;
	const struct op_call *call;
	const struct wire_order_charge_req *ask;
	struct bank bank;
	struct prepay prepay;
	const char *reason; /* of a refusal */
	struct order order;
};

/* YKT_BLOCKED: it is not bound, any more or yet. */
static enum ykt_status
read_bound(struct ykt_tx *tx, struct charging *c)
{
	enum ykt_status status = bank_get_own(tx, c->ask->account_id, c->call->user_id, &c->bank);

	if (status == YKT_NOT_FOUND)
		return YKT_BLOCKED;

	return status == YKT_OK && bank_state(&c->bank) != WIRE_ACCOUNT_BOUND ? YKT_BLOCKED
									      : status;
}

static enum ykt_status
read_tx(struct ykt_tx *tx, void *arg)
{
	return read_bound(tx, arg);
}

/* What was agreed to is durable before anything is asked for. */
static enum ykt_status
asked_tx(struct ykt_tx *tx, void *arg)
{
	struct charging *c = arg;
	enum ykt_status status = read_bound(tx, c);

	if (status != YKT_OK)
		return status;

	return row_exec(tx,
	    "INSERT INTO charge(pay_id, account_id, state, digest, sig, device, at_ms)"
	    " VALUES(?1, ?2, 'asked', ?3, ?4, ?5, ?6) ON CONFLICT(pay_id, account_id)"
	    " DO UPDATE SET state = 'asked', digest = excluded.digest, sig = excluded.sig,"
	    " device = excluded.device, at_ms = excluded.at_ms",
	    YKT_SQL_IN(ykt_sql_text(c->prepay.pay_id), ykt_sql_text(c->ask->account_id),
		ykt_sql_blob(YKT_BYTES(c->ask->digest)), ykt_sql_blob(YKT_BYTES(c->ask->sig)),
		ykt_sql_blob(YKT_BYTES(c->call->device.xy)), ykt_sql_int(c->call->now_ms)));
}

static enum ykt_status
ended_tx(struct ykt_tx *tx, void *arg)
{
	const struct charging *c = arg;

	return row_exec(tx, "UPDATE charge SET state = ?3 WHERE pay_id = ?1 AND account_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(c->prepay.pay_id), ykt_sql_text(c->ask->account_id),
		ykt_sql_text(c->reason == NULL ? "paid" : "refused")));
}

/* The tokens that the account system may give; another is none of them. */
static const char *
known_reason(const char *reason)
{
	static const char *const known[] = { "account_unbound", "account_unknown",
		"account_blocked", "account_funds" };

	for (size_t i = 0; i < YKT_ARRAY_LEN(known); i++) {
		if (strcmp(known[i], reason) == 0)
			return known[i];
	}

	return NULL;
}

static enum ykt_status
take(struct charging *c)
{
	struct platform_worker *w = c->w;
	struct wire_psp_charge_req req = { .amount_fen = c->prepay.amount_fen,
		.ts_ms = c->call->now_ms };
	struct wire_psp_charge_rsp rsp;
	enum ykt_status status = ykt_random_fill(w->p->env->random, req.nonce, sizeof(req.nonce));

	text_set(req.prepay_id, sizeof(req.prepay_id), c->prepay.prepay_id);
	text_set(req.bind_id, sizeof(req.bind_id), c->ask->account_id);
	memcpy(req.token, c->bank.token, sizeof(req.token));
	if (status == YKT_OK)
		status = room_pay_call(w, WIRE_PATH_PSP_CHARGE, &wire_psp_charge_req_msg, &req,
		    &wire_psp_charge_rsp_msg, &rsp, room_deadline(w, c->call->deadline_mono_ms));
	ykt_wipe(&req, sizeof(req));
	if (status != YKT_OK)
		return status == YKT_NOT_FOUND ? YKT_E_SERVER : status;
	if (strcmp(rsp.prepay_id, c->prepay.prepay_id) != 0)
		return YKT_E_SERVER;
	if (wire_token_find(&wire_psp_state, rsp.state) == WIRE_PSP_PAID)
		return YKT_OK;
	c->reason = known_reason(rsp.reason);

	return c->reason != NULL ? YKT_REFUSED : YKT_E_SERVER;
}

static int
refuse(struct charging *c, enum ykt_status status, struct wire_error *error)
{
	switch (status) {
	case YKT_BLOCKED:
		return wire_error_set(error, 409, "account_unbound", "it is not bound");
	case YKT_REFUSED:
		return wire_error_set(error, 409, c->reason, "nothing was charged");
	case YKT_EXPIRED:
		return wire_error_set(error, 409, "closed", "the order was not paid in time");
	case YKT_CONFLICT:
		return wire_error_set(error, 409, "paid", "the order is paid");
	case YKT_PENDING:
		return room_refuse(c->w, YKT_BUSY, error);
	default:
		return room_refuse(c->w, status, error);
	}
}

/* From here on it may be paid: whatever fails now is found out later. */
static enum ykt_status
charge(struct charging *c)
{
	struct platform_worker *w = c->w;
	int64_t now_ms = c->call->now_ms;
	enum ykt_status status = ykt_store_run(w->p->store, asked_tx, c), ended;

	if (status == YKT_OK)
		status = take(c);
	if (status == YKT_REFUSED) {
		ended = ykt_store_run(w->p->store, ended_tx, c);
		return ended == YKT_OK ? status : ended;
	}
	if (status == YKT_OK)
		status = pay_check(w, c->prepay.pay_id, now_ms, c->call->deadline_mono_ms);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, ended_tx, c);
	if (status == YKT_OK)
		status = order_find_own(w, c->ask->order_id, c->call->user_id, &c->order);

	return status;
}

/* What was agreed to, then who agrees: a PIN is not asked for what was not shown. */
static int
serve(struct charging *c, struct wire_error *error)
{
	struct platform_worker *w = c->w;
	const struct wire_order_charge_req *ask = c->ask;
	struct wire_order_confirm_req seen = { .amount_fen = ask->amount_fen };
	const struct pin_block block = { ykt_bytes(ask->pin.data, ask->pin.len), c->call->sid,
		WIRE_PIN_PAY };
	char account[BANK_TEXT_MAX];
	const char *fault = NULL;
	enum ykt_status status = ykt_store_run(w->p->store, read_tx, c);

	memcpy(seen.order_id, ask->order_id, sizeof(seen.order_id));
	memcpy(seen.digest, ask->digest, sizeof(seen.digest));
	memcpy(seen.sig, ask->sig, sizeof(seen.sig));
	bank_text(&c->bank.wire, account);
	if (status == YKT_OK)
		status = confirm_check(w, c->call, &seen, account, &c->prepay, &fault);
	if (fault != NULL)
		return wire_error_set(error, 403, fault, "not what the order says");
	if (status != YKT_OK)
		return refuse(c, status, error);
	status = pin_check(w, c->call->user_id, &block, c->call->deadline_mono_ms);
	if (status != YKT_OK)
		return pin_refuse(w, status, error);
	status = charge(c);

	return status == YKT_OK ? 200 : refuse(c, status, error);
}

int
op_order_charge(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct charging c = { .w = w, .call = call, .ask = req };
	int code = serve(&c, error);

	if (code == 200)
		order_to_wire(&c.order, w->p->o.city, call->now_ms, rsp);
	ykt_wipe(&c.bank, sizeof(c.bank));

	return code;
}
