/*
 * Returns whose money goes into a bound account: to whom, and the payout that takes it there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/code.h"
#include "platform/rows.h"
#include "platform/unload.h"
#include "platform/work.h"

bool
unload_to_account(const char *purpose, const char *to)
{
	return strcmp(purpose, "return") == 0 && wire_id_valid(to);
}

/* *ret_fault as unload_account. YKT_NOT_FOUND, as not bound, is none of its statuses. */
static enum ykt_status
bound(struct ykt_tx *tx, const char *user_id, const char *to, char account[BANK_TEXT_MAX],
    const char **ret_fault)
{
	struct bank bank;
	enum ykt_status status = bank_get_own(tx, to, user_id, &bank);

	*ret_fault = "account_unbound";
	if (status == YKT_OK && bank_state(&bank) == WIRE_ACCOUNT_BOUND) {
		*ret_fault = NULL;
		bank_text(&bank.wire, account);
	}
	ykt_wipe(&bank, sizeof(bank));

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

enum ykt_status
unload_account(struct ykt_tx *tx, const char *user_id, const char *to, char account[BANK_TEXT_MAX],
    const char **ret_fault)
{
	struct code_account code = { .state = CODE_ACCOUNT_OPEN };
	enum ykt_status status = bound(tx, user_id, to, account, ret_fault);

	if (status == YKT_OK)
		status = code_account_get(tx, user_id, &code);
	/* What a frozen wallet owes is not got round by a card's money. */
	if (status == YKT_OK && *ret_fault == NULL && strcmp(code.state, CODE_ACCOUNT_FROZEN) == 0)
		*ret_fault = "frozen";

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

/* An id that a withdrawal has taken before is not paid out under once more. */
static enum ykt_status
id_free(struct ykt_tx *tx, const char *unload_id, bool *ret_free)
{
	int64_t count = 0;
	const struct row_col cols[] = { ROW_INT(&count) };
	enum ykt_status status = row_one(tx, "SELECT COUNT(*) FROM withdraw WHERE withdraw_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(unload_id)), cols, 1);

	*ret_free = status == YKT_OK && count == 0;

	return status;
}

static enum ykt_status
begin(
    struct ykt_tx *tx, const struct unload *u, const char *account, ykt_fen amount, int64_t now_ms)
{
	enum ykt_status status = row_change_one(tx,
	    "INSERT INTO withdraw(withdraw_id, user_id, account_id, account, amount_fen, state,"
	    " reason, digest, sig, device, made_ms, changed_ms) SELECT unload_id, ?2, destination,"
	    " ?3, ?4, 'asked', '', digest, sig, device, ?5, ?5 FROM unload_yes"
	    " WHERE unload_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(u->unload_id), ykt_sql_text(u->user_id), ykt_sql_text(account),
		ykt_sql_int(amount), ykt_sql_int(now_ms)));

	return status == YKT_OK ? work_add(tx, WORK_WITHDRAW, u->unload_id, now_ms, now_ms)
				: status;
}

enum ykt_status
unload_pay_out(
    struct ykt_tx *tx, const struct unload *u, ykt_fen amount, int64_t now_ms, bool *ret_account)
{
	char to[33] = "", account[BANK_TEXT_MAX];
	const struct row_col cols[] = { ROW_TEXT(to) };
	const char *fault = NULL;
	bool is_free = false;
	enum ykt_status status =
	    row_one(tx, "SELECT destination FROM unload_yes WHERE unload_id = ?1",
		YKT_SQL_IN(ykt_sql_text(u->unload_id)), cols, 1);

	*ret_account = false;
	if (status == YKT_NOT_FOUND || (status == YKT_OK && (amount == 0 || !wire_id_valid(to))))
		return YKT_OK;
	if (status == YKT_OK)
		status = bound(tx, u->user_id, to, account, &fault);
	if (status == YKT_OK)
		status = id_free(tx, u->unload_id, &is_free);
	if (status != YKT_OK || fault != NULL || !is_free)
		return status;
	*ret_account = true;

	return begin(tx, u, account, amount, now_ms);
}
