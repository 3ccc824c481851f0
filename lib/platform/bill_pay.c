/*
 * bill.pay: what was shown is what was signed is what is debited, once
 * (C5-PAY-1, C5-HCI-7, T34).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/bill.h"
#include "platform/idem.h"
#include "platform/pin.h"
#include "platform/rows.h"
#include "wire/bill.h"

struct bill_pay {
	struct platform_worker *w;
	const struct op_call *call;
	const struct wire_bill_pay_req *ask;
	struct bill bill;
	struct idem_row row;
	bool answered; /* row holds the answer of an earlier request */
	struct wire_bill answer;
	uint8_t bytes[IDEM_ANSWER_MAX];
	size_t len;
};

/* YKT_OK: payable, or answered before. */
static enum ykt_status
bill_open(struct ykt_tx *tx, struct bill_pay *pay)
{
	enum ykt_status status = idem_find(tx, pay->call, &pay->row);

	pay->answered = status == YKT_OK && pay->row.answer_len != 0;
	if (pay->answered || (status != YKT_OK && status != YKT_NOT_FOUND))
		return status;
	status = bill_get(tx, pay->ask->bill_id, &pay->bill);
	if (status != YKT_OK)
		return status;
	switch (bill_state(&pay->bill, pay->call->now_ms)) {
	case WIRE_BILL_OPEN:
		return YKT_OK;
	case WIRE_BILL_EXPIRED:
		return YKT_EXPIRED;
	default:
		return YKT_CONFLICT;
	}
}

static enum ykt_status
bill_open_tx(struct ykt_tx *tx, void *arg)
{
	return bill_open(tx, arg);
}

/* The figures are ours; the client's only have to agree. */
static const char *
signature_fault(struct bill_pay *pay)
{
	const struct wire_bill_pay_req *ask = pay->ask;
	uint8_t digest[32], signed_bytes[WIRE_BILL_SIGN_LEN];

	if (ask->amount_fen != pay->bill.amount_fen)
		return "amount";
	bill_to_wire(&pay->bill, pay->call->user_id, pay->call->now_ms, &pay->answer);
	if (wire_bill_digest(pay->w->crypto, &pay->answer, pay->call->user_id, digest) != YKT_OK ||
	    !ykt_ct_equal(digest, ask->digest, sizeof(digest)))
		return "digest";
	wire_bill_to_sign(digest, pay->call->idem, signed_bytes);
	if (crypto_sm2_verify(pay->w->crypto, &pay->call->device, crypto_sm2_default_id,
		YKT_BYTES(signed_bytes), ask->sig) != YKT_OK)
		return "signature";

	return NULL;
}

/* The wallet never goes below zero here (I-21). */
static enum ykt_status
bill_debit(struct ykt_tx *tx, struct bill_pay *pay)
{
	const struct op_call *call = pay->call;
	struct ledger_writer writer = room_writer(pay->w, call->now_ms);
	struct ledger_draft draft = ledger_draft("payment", pay->bill.bill_id);
	ykt_fen balance = 0;
	int64_t as_of_ms = 0;
	enum ykt_status status;

	status = ledger_balance(tx, LEDGER_USER, call->user_id, &balance, &as_of_ms);
	if (status == YKT_OK && balance < pay->bill.amount_fen)
		status = YKT_OVER_LIMIT;
	if (status == YKT_OK)
		status = row_change_one(tx,
		    "UPDATE bill SET state = 'paid', user_id = ?1, paid_ms = ?2, digest = ?3,"
		    " sig = ?4, device = ?5 WHERE bill_id = ?6 AND state = 'open'",
		    YKT_SQL_IN(ykt_sql_text(call->user_id), ykt_sql_int(call->now_ms),
			ykt_sql_blob(YKT_BYTES(pay->ask->digest)),
			ykt_sql_blob(YKT_BYTES(pay->ask->sig)),
			ykt_sql_blob(YKT_BYTES(call->device.xy)), ykt_sql_text(pay->bill.bill_id)));
	ledger_pair(&draft, LEDGER_USER, call->user_id, LEDGER_MERCHANT, pay->bill.merchant,
	    pay->bill.amount_fen);
	if (status == YKT_OK)
		status = ledger_post(tx, &writer, &draft);

	return status;
}

/* Bill, money and the answer to every repeat are one fact. */
static enum ykt_status
bill_pay_tx(struct ykt_tx *tx, void *arg)
{
	struct bill_pay *pay = arg;
	struct ykt_buf json = YKT_BUF(pay->bytes);
	enum ykt_status status = bill_open(tx, pay);

	if (status != YKT_OK || pay->answered)
		return status;
	status = bill_debit(tx, pay);
	if (status != YKT_OK)
		return status;
	pay->bill.state = WIRE_BILL_PAID;
	pay->bill.paid_ms = pay->call->now_ms;
	text_set(pay->bill.user_id, sizeof(pay->bill.user_id), pay->call->user_id);
	bill_to_wire(&pay->bill, pay->call->user_id, pay->call->now_ms, &pay->answer);
	status = wire_encode(&wire_bill_msg, &pay->answer, &json);
	if (status == YKT_OK)
		status = idem_put(tx, pay->call, pay->bill.bill_id, ykt_buf_view(&json));

	return status;
}

static int
bill_refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error)
{
	switch (status) {
	case YKT_EXPIRED:
		return wire_error_set(error, 409, "expired", "the bill is too old");
	case YKT_CONFLICT:
		return wire_error_set(error, 409, "paid", "the bill is paid");
	case YKT_OVER_LIMIT:
		return wire_error_set(error, 409, "funds", "the wallet holds less");
	default:
		return room_refuse(w, status, error);
	}
}

static int
bill_answer(struct bill_pay *pay, struct wire_bill *answer, struct wire_error *error)
{
	if (!pay->answered)
		*answer = pay->answer;
	else if (wire_decode(&wire_bill_msg, ykt_bytes(pay->row.answer, pay->row.answer_len),
		     answer) != YKT_OK)
		return room_refuse(pay->w, YKT_E_CORRUPT, error);

	return 200;
}

/* 1. payable? 2. what was shown and signed 3. the PIN, a try written first 4. the money. */
int
op_bill_pay(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct bill_pay pay = { .w = w, .call = call, .ask = req };
	enum ykt_status status = ykt_store_run(w->p->store, bill_open_tx, &pay);
	const struct pin_block block = { ykt_bytes(pay.ask->pin.data, pay.ask->pin.len), call->sid,
		WIRE_PIN_PAY };
	const char *fault;

	if (status == YKT_OK && pay.answered)
		return bill_answer(&pay, rsp, error);
	if (status != YKT_OK)
		return bill_refuse(w, status, error);
	fault = signature_fault(&pay);
	if (fault != NULL) {
		room_trace(w, YKT_TRACE_SECURITY, "bill signature", 0);
		return wire_error_set(error, 403, fault, "not what the bill says");
	}
	status = pin_check(w, call->user_id, &block, call->deadline_mono_ms);
	if (status != YKT_OK)
		return pin_refuse(w, status, error);
	status = ykt_store_run(w->p->store, bill_pay_tx, &pay);

	return status == YKT_OK ? bill_answer(&pay, rsp, error) : bill_refuse(w, status, error);
}

/* Element and counter, for whoever looks at the row: no signature, and no device's key. */
static void
evidence(const struct bill_by_card *by, struct wire_bill_pay_req *req, struct op_call *call)
{
	memcpy(req->sig, by->se_id, sizeof(by->se_id));
	ykt_set_u64(req->sig + sizeof(by->se_id), (uint64_t)by->counter);
	memset(&call->device, 0, sizeof(call->device));
}

int
bill_pay_by_card(struct platform_worker *w, const struct op_call *call_arg,
    const struct bill_by_card *by, struct wire_bill *rsp, struct wire_error *error)
{
	struct op_call call = *call_arg;
	struct wire_bill_pay_req req = { .amount_fen = by->amount_fen };
	struct bill_pay pay = { .w = w, .call = &call, .ask = &req };
	enum ykt_status status;

	text_set(req.bill_id, sizeof(req.bill_id), by->bill_id);
	evidence(by, &req, &call);
	status = ykt_store_run(w->p->store, bill_open_tx, &pay);
	if (status == YKT_OK && pay.answered)
		return bill_answer(&pay, rsp, error);
	if (status != YKT_OK)
		return bill_refuse(w, status, error);
	if (by->amount_fen != pay.bill.amount_fen)
		return wire_error_set(error, 403, "digest", "not what the bill says");
	bill_to_wire(&pay.bill, call.user_id, call.now_ms, &pay.answer);
	status = wire_bill_digest(w->crypto, &pay.answer, call.user_id, req.digest);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	status = pin_check(w, call.user_id, &by->pin, call.deadline_mono_ms);
	if (status != YKT_OK)
		return pin_refuse(w, status, error);
	status = ykt_store_run(w->p->store, bill_pay_tx, &pay);

	return status == YKT_OK ? bill_answer(&pay, rsp, error) : bill_refuse(w, status, error);
}
