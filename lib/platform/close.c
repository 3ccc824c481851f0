/*
 * Deregistration: an account with nothing in it, on its way to it or still
 * ridden on becomes nobody's (C5-DER-1). Books, orders and cards stay as they are.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/bank.h"
#include "platform/code.h"
#include "platform/rows.h"
#include "platform/users.h"
#include "platform/withdraw.h"
#include "wire/wallet_msg.h"

struct closing {
	const struct op_call *call;
	const char *fault; /* what keeps it open, a token */
};

/* The first thing that is left, in one look. Ride codes out there run out first. */
static enum ykt_status
find_fault(struct ykt_tx *tx, struct closing *closing)
{
	const char *user_id = closing->call->user_id;
	ykt_fen balance = 0;
	int64_t as_of_ms = 0, orders = 0, cards = 0, codes = 0;
	const struct row_col cols[] = { ROW_INT(&orders), ROW_INT(&cards), ROW_INT(&codes) };
	enum ykt_status status = ledger_balance(tx, LEDGER_USER, user_id, &balance, &as_of_ms);

	if (status == YKT_OK)
		status = row_one(tx,
		    "SELECT (SELECT COUNT(*) FROM ord WHERE user_id = ?1 AND state IN"
		    " ('created', 'paid', 'opening', 'loading', 'refunding', 'case')),"
		    " (SELECT COUNT(*) FROM card WHERE user_id = ?1 AND state NOT IN ('void', "
		    "'deleted', 'empty', 'unbound')),"
		    " (SELECT COUNT(*) FROM code_issue WHERE user_id = ?1 AND expires_s > ?2)",
		    YKT_SQL_IN(ykt_sql_text(user_id), ykt_sql_int(closing->call->now_ms / 1000)),
		    cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK && orders == 0)
		status = withdraw_open(tx, user_id, NULL, &orders);
	closing->fault = NULL;
	if (balance != 0)
		closing->fault = balance > 0 ? "balance" : "arrears";
	else if (orders != 0)
		closing->fault = "orders";
	else if (cards != 0)
		closing->fault = "cards";
	else if (codes != 0)
		closing->fault = "codes";

	return status;
}

/* The number is free for somebody new; nothing of the person is kept. */
static enum ykt_status
close_tx(struct ykt_tx *tx, void *arg)
{
	struct closing *closing = arg;
	const struct ykt_sql_val in[] = { ykt_sql_text(closing->call->user_id) };
	static const char *const statements[] = {
		"DELETE FROM otp WHERE phone = (SELECT phone FROM user WHERE user_id = ?1)",
		"DELETE FROM login_wait WHERE phone = (SELECT phone FROM user WHERE user_id = ?1)",
		"DELETE FROM pin WHERE user_id = ?1",
		"DELETE FROM card_claim WHERE user_id = ?1",
		"DELETE FROM session WHERE user_id = ?1",
		"DELETE FROM ident_cert WHERE user_id = ?1",
		"UPDATE ota_card SET user_id = '', bound = 0 WHERE user_id = ?1",
	};
	enum ykt_status status = find_fault(tx, closing);

	if (status == YKT_OK && closing->fault != NULL)
		return YKT_REFUSED;
	for (size_t i = 0; status == YKT_OK && i < YKT_ARRAY_LEN(statements); i++)
		status = row_exec(tx, statements[i], in, 1);
	if (status == YKT_OK)
		status = bank_unbind_all(tx, closing->call->user_id, closing->call->now_ms);
	if (status == YKT_OK)
		status = code_account_close(tx, closing->call->user_id);
	if (status == YKT_OK)
		status = row_change_one(tx,
		    "UPDATE user SET phone = 'closed ' || user_id, name = '', verifier = '',"
		    " se_id = x'', registered_ms = 0, tester = 0 WHERE user_id = ?1",
		    in, 1);

	return status;
}

int
op_user_close(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_user_close_req *ask = req;
	struct closing closing = { .call = call };
	char phone[21] = "";
	enum ykt_status status = user_step_up(w, call, ask->password, phone);

	(void)rsp;
	if (status == YKT_DENIED)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, close_tx, &closing);
	if (status == YKT_REFUSED && closing.fault != NULL)
		return wire_error_set(error, 409, closing.fault, "the account is not empty");

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
