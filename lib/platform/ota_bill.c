/*
 * Bills from the menu: shown by their number, and paid with the payment PIN.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/ota.h"

#include <string.h>

#include <ykt/secret.h>

#include "platform/bill.h"
#include "platform/rows.h"

/* Bills whose number begins so. */
struct bill_find {
	char from[AIR_BILL_MAX + 1];
	char until[AIR_BILL_MAX + 2]; /* above every number that begins so */
	int64_t now_ms;
	int64_t count; /* of open ones, at most 2 */
	char bill_id[33];
	struct bill bill;
};

static enum ykt_status
bill_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct bill_find *find = arg;
	const struct row_col cols[] = { ROW_TEXT(find->bill_id) };

	find->count++;

	return row_fill(vals, count, cols, 1);
}

/* YKT_NOT_FOUND: none, or more than one; then more digits are needed. */
static enum ykt_status
bill_find_tx(struct ykt_tx *tx, void *arg)
{
	struct bill_find *find = arg;
	enum ykt_status status;

	find->count = 0;
	status = ykt_tx_query(tx,
	    "SELECT bill_id FROM bill WHERE bill_id >= ?1 AND bill_id < ?2 AND state = 'open' AND"
	    " expires_ms > ?3 LIMIT 2",
	    YKT_SQL_IN(
		ykt_sql_text(find->from), ykt_sql_text(find->until), ykt_sql_int(find->now_ms)),
	    bill_row, find, NULL);
	if (status == YKT_OK && find->count != 1)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		status = bill_get(tx, find->bill_id, &find->bill);

	return status;
}

static void
find_fill(struct bill_find *find, const struct air_call *call)
{
	char digits[AIR_BILL_MAX + 1];

	wire_id_text(call->bill, digits);
	memcpy(find->from, digits, call->bill_digits);
	memcpy(find->until, digits, call->bill_digits);
	find->until[call->bill_digits] = 'g';
}

void
ota_bill(struct ota_ask *ask, struct air_answer *answer)
{
	struct bill_find find = { .now_ms = ask->op.now_ms };
	enum ykt_status status;

	find_fill(&find, &ask->call);
	status = ykt_store_run(ask->w->p->store, bill_find_tx, &find);
	if (status != YKT_OK) {
		ota_refuse_status(ask, answer, status);
		return;
	}
	ota_put_order(answer, find.bill.bill_id, find.bill.amount_fen);
	ota_text_set(ask, answer, find.bill.payee);
	answer->next = AIR_PAY;
}

void
ota_pay(struct ota_ask *ask, struct air_answer *answer)
{
	struct bill_by_card by = { .amount_fen = ask->call.fen };
	struct wire_bill bill = { { 0 } };
	struct wire_error error = { 0 };
	int code = 500;

	memcpy(by.se_id, ask->card.se_id, sizeof(by.se_id));
	by.counter = ask->card.counter;
	wire_id_text(ask->call.ref, by.bill_id);
	by.pin = ota_pin(ask);
	if (ota_op(ask, "bill.pay") == YKT_OK)
		code = bill_pay_by_card(ask->w, &ask->op, &by, &bill, &error);
	if (code != 200) {
		ota_refuse_op(ask, answer, code, &error);
		return;
	}
	answer->has |= AIR_HAS_FEN;
	answer->fen = (int32_t)bill.amount_fen;
	ota_text_set(ask, answer, bill.payee);
}
