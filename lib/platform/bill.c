/*
 * Bills: made and given back by merchants, looked at by users.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/bill.h"

#include <string.h>

#include "platform/rows.h"
#include "platform/users.h"

#define BILL_COLUMNS                                                                               \
	"bill_id, merchant, ref, payee, goods, amount_fen, created_ms, expires_ms, state,"         \
	" user_id, paid_ms"

static enum ykt_status
bill_read(struct ykt_tx *tx, const char *sql, const struct ykt_sql_val *in, size_t in_count,
    struct bill *ret_bill)
{
	struct bill bill = { 0 };
	char state[17] = "";
	const struct row_col cols[] = { ROW_TEXT(bill.bill_id), ROW_TEXT(bill.merchant),
		ROW_TEXT(bill.ref), ROW_TEXT(bill.payee), ROW_TEXT(bill.goods),
		ROW_INT(&bill.amount_fen), ROW_INT(&bill.created_ms), ROW_INT(&bill.expires_ms),
		ROW_TEXT(state), ROW_TEXT(bill.user_id), ROW_INT(&bill.paid_ms) };
	enum ykt_status status = row_one(tx, sql, in, in_count, cols, YKT_ARRAY_LEN(cols));
	int value;

	if (status != YKT_OK)
		return status;
	value = wire_token_find(&wire_bill_state, state);
	if (value < 0)
		return YKT_E_CORRUPT;
	bill.state = (enum wire_bill_state)value;
	*ret_bill = bill;

	return YKT_OK;
}

enum ykt_status
bill_get(struct ykt_tx *tx, const char *bill_id, struct bill *ret_bill)
{
	return bill_read(tx, "SELECT " BILL_COLUMNS " FROM bill WHERE bill_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(bill_id)), ret_bill);
}

enum wire_bill_state
bill_state(const struct bill *bill, int64_t now_ms)
{
	if (bill->state == WIRE_BILL_OPEN && now_ms >= bill->expires_ms)
		return WIRE_BILL_EXPIRED;

	return bill->state;
}

void
bill_to_wire(const struct bill *bill, const char *user_id, int64_t now_ms, struct wire_bill *ret)
{
	memset(ret, 0, sizeof(*ret));
	text_set(ret->bill_id, sizeof(ret->bill_id), bill->bill_id);
	text_set(ret->payee, sizeof(ret->payee), bill->payee);
	text_set(ret->goods, sizeof(ret->goods), bill->goods);
	ret->amount_fen = bill->amount_fen;
	ret->created_ms = bill->created_ms;
	ret->expires_ms = bill->expires_ms;
	wire_token_set(
	    &wire_bill_state, (int)bill_state(bill, now_ms), ret->state, sizeof(ret->state));
	ret->mine = bill->user_id[0] != '\0' && strcmp(bill->user_id, user_id) == 0;
	ret->paid_ms = bill->paid_ms;
}

struct bill_look {
	const char *bill_id;
	struct bill bill;
};

static enum ykt_status
bill_look_tx(struct ykt_tx *tx, void *arg)
{
	struct bill_look *look = arg;

	return bill_get(tx, look->bill_id, &look->bill);
}

enum ykt_status
bill_find(struct platform_worker *w, const char *bill_id, struct bill *ret_bill)
{
	struct bill_look look = { .bill_id = bill_id };
	enum ykt_status status = ykt_store_run(w->p->store, bill_look_tx, &look);

	if (status == YKT_OK)
		*ret_bill = look.bill;

	return status;
}

int
op_bill_get(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_bill_id_req *ask = req;
	struct bill bill;
	enum ykt_status status = bill_find(w, ask->bill_id, &bill);

	if (status != YKT_OK)
		return room_refuse(w, status, error);
	bill_to_wire(&bill, call->user_id, call->now_ms, rsp);

	return 200;
}

/* The first row of a (merchant, ref) is the bill; the same asked again is the same bill. */
static enum ykt_status
bill_make_tx(struct ykt_tx *tx, void *arg)
{
	struct bill *bill = arg;
	struct bill stored;
	enum ykt_status status;

	status = row_exec(tx,
	    "INSERT INTO bill(" BILL_COLUMNS ", refund_ms, digest, sig, device)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', '', 0, 0, x'', x'', x'')"
	    " ON CONFLICT(merchant, ref) DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(bill->bill_id), ykt_sql_text(bill->merchant),
		ykt_sql_text(bill->ref), ykt_sql_text(bill->payee), ykt_sql_text(bill->goods),
		ykt_sql_int(bill->amount_fen), ykt_sql_int(bill->created_ms),
		ykt_sql_int(bill->expires_ms)));
	if (status == YKT_OK)
		status = bill_read(tx,
		    "SELECT " BILL_COLUMNS " FROM bill WHERE merchant = ?1 AND ref = ?2",
		    YKT_SQL_IN(ykt_sql_text(bill->merchant), ykt_sql_text(bill->ref)), &stored);
	if (status != YKT_OK)
		return status;
	if (strcmp(stored.payee, bill->payee) != 0 || strcmp(stored.goods, bill->goods) != 0 ||
	    stored.amount_fen != bill->amount_fen)
		return YKT_MISMATCH;
	*bill = stored;

	return YKT_OK;
}

int
room_merchant_bill(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	const struct wire_merchant_bill_req *ask = req;
	struct bill bill = { .amount_fen = ask->amount_fen, .created_ms = room_now(w) };
	char id[1][33];
	enum ykt_status status;

	if (ask->ref[0] == '\0' || !user_name_valid(ask->payee) || !user_name_valid(ask->goods))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "ref, payee or goods");
	if (ask->amount_fen <= 0 || ask->amount_fen > w->p->o.settings.wallet_cap_fen)
		return wire_error_set(error, 400, "amount", "outside what a wallet holds");
	if (strlen(http->peer) >= sizeof(bill.merchant))
		return wire_error_set(error, 403, WIRE_ERR_FORBIDDEN, "merchant");
	status = room_ids(w, id, 1);
	if (status == YKT_OK) {
		text_set(bill.bill_id, sizeof(bill.bill_id), id[0]);
		text_set(bill.merchant, sizeof(bill.merchant), http->peer);
		text_set(bill.ref, sizeof(bill.ref), ask->ref);
		text_set(bill.payee, sizeof(bill.payee), ask->payee);
		text_set(bill.goods, sizeof(bill.goods), ask->goods);
		bill.expires_ms = bill.created_ms + ask->life_ms;
		status = ykt_store_run(w->p->store, bill_make_tx, &bill);
	}
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	bill_to_wire(&bill, "", room_now(w), rsp);

	return 200;
}

int
room_merchant_bill_get(void *worker, const struct ykt_http_request *http, const void *req,
    void *rsp, struct wire_error *error)
{
	struct platform_worker *w = worker;
	const struct wire_bill_id_req *ask = req;
	struct bill bill;
	enum ykt_status status = bill_find(w, ask->bill_id, &bill);

	/* Another merchant's is not there. */
	if (status == YKT_OK && strcmp(bill.merchant, http->peer) != 0)
		status = YKT_NOT_FOUND;
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	bill_to_wire(&bill, "", room_now(w), rsp);

	return 200;
}

struct bill_refund {
	struct platform_worker *w;
	const char *bill_id;
	const char *merchant;
	int64_t now_ms;
	struct bill bill;
};

/* All of it, once: back into the wallet that paid. YKT_REFUSED: not paid. */
static enum ykt_status
bill_refund_tx(struct ykt_tx *tx, void *arg)
{
	struct bill_refund *r = arg;
	struct ledger_writer writer = room_writer(r->w, r->now_ms);
	struct ledger_draft draft = ledger_draft("bill_refund", r->bill_id);
	enum ykt_status status = bill_get(tx, r->bill_id, &r->bill);

	if (status == YKT_OK && strcmp(r->bill.merchant, r->merchant) != 0)
		status = YKT_NOT_FOUND;
	if (status != YKT_OK || r->bill.state == WIRE_BILL_REFUNDED)
		return status;
	if (r->bill.state != WIRE_BILL_PAID)
		return YKT_REFUSED;
	status = row_change_one(tx,
	    "UPDATE bill SET state = 'refunded', refund_ms = ?1 WHERE bill_id = ?2 AND"
	    " state = 'paid'",
	    YKT_SQL_IN(ykt_sql_int(r->now_ms), ykt_sql_text(r->bill_id)));
	ledger_pair(
	    &draft, LEDGER_MERCHANT, r->merchant, LEDGER_USER, r->bill.user_id, r->bill.amount_fen);
	if (status == YKT_OK)
		status = ledger_post(tx, &writer, &draft);
	if (status == YKT_OK)
		r->bill.state = WIRE_BILL_REFUNDED;

	return status;
}

int
room_merchant_refund(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	const struct wire_bill_id_req *ask = req;
	struct bill_refund r = {
		.w = w, .bill_id = ask->bill_id, .merchant = http->peer, .now_ms = room_now(w)
	};
	enum ykt_status status = ykt_store_run(w->p->store, bill_refund_tx, &r);

	if (status == YKT_REFUSED)
		return wire_error_set(error, 409, "not_paid", "no refund");
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	bill_to_wire(&r.bill, "", r.now_ms, rsp);

	return 200;
}
