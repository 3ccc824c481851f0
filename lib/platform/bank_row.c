/*
 * The rows of bound accounts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/bank.h"
#include "platform/rows.h"
#include "platform/work.h"

enum ykt_status
bank_get(struct ykt_tx *tx, const char *account_id, struct bank *ret_bank)
{
	struct bank bank = { .user_id = "" };
	struct wire_account *wire = &bank.wire;
	const struct row_col cols[] = { ROW_TEXT(wire->account_id), ROW_TEXT(bank.user_id),
		ROW_TEXT(wire->state), ROW_TEXT(wire->reason), ROW_BLOB(bank.token),
		ROW_TEXT(wire->issuer), ROW_TEXT(wire->last4), ROW_INT(&bank.begun_ms),
		ROW_INT(&wire->bound_ms) };
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT account_id, user_id, state, reason, token, issuer, last4, begun_ms, bound_ms"
	    " FROM account WHERE account_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(account_id)), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK && wire_token_find(&wire_account_state, wire->state) < 0)
		status = YKT_E_CORRUPT;
	if (status == YKT_OK)
		*ret_bank = bank;
	ykt_wipe(&bank, sizeof(bank));

	return status;
}

enum ykt_status
bank_get_own(struct ykt_tx *tx, const char *account_id, const char *user_id, struct bank *ret_bank)
{
	struct bank bank;
	enum ykt_status status = bank_get(tx, account_id, &bank);

	if (status == YKT_OK && strcmp(bank.user_id, user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		*ret_bank = bank;

	return status;
}

enum wire_account_state
bank_state(const struct bank *bank)
{
	return (enum wire_account_state)wire_token_find(&wire_account_state, bank->wire.state);
}

enum ykt_status
bank_insert(struct ykt_tx *tx, const struct platform *p, const struct bank *bank, int64_t now_ms)
{
	enum ykt_status status;

	status = row_change_one(tx,
	    "INSERT INTO account(account_id, user_id, state, reason, token, issuer, last4,"
	    " begun_ms, bound_ms) VALUES(?1, ?2, 'asked', '', zeroblob(16), '', '', ?3, 0)"
	    " ON CONFLICT DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(bank->wire.account_id), ykt_sql_text(bank->user_id),
		ykt_sql_int(now_ms)));
	if (status == YKT_OK)
		status = work_set(
		    tx, WORK_BANK, bank->wire.account_id, now_ms + p->o.settings.poll_ms, now_ms);

	return status;
}

enum ykt_status
bank_count(struct ykt_tx *tx, const char *user_id, int64_t *ret_count)
{
	const struct row_col cols[] = { ROW_INT(ret_count) };

	return row_one(tx,
	    "SELECT COUNT(*) FROM account WHERE user_id = ?1"
	    " AND state IN ('asked', 'waiting', 'bound')",
	    YKT_SQL_IN(ykt_sql_text(user_id)), cols, YKT_ARRAY_LEN(cols));
}

static enum ykt_status
put_answer(struct ykt_tx *tx, const char *account_id, const struct wire_psp_bind_rsp *rsp,
    int64_t bound_ms)
{
	return row_exec(tx,
	    "UPDATE account SET state = ?2, reason = ?3, issuer = ?4, last4 = ?5, token = ?6,"
	    " bound_ms = ?7 WHERE account_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(account_id), ykt_sql_text(rsp->state),
		ykt_sql_text(rsp->reason), ykt_sql_text(rsp->issuer), ykt_sql_text(rsp->last4),
		ykt_sql_blob(YKT_BYTES(rsp->token)), ykt_sql_int(bound_ms)));
}

enum ykt_status
bank_apply(struct ykt_tx *tx, const char *account_id, const struct wire_psp_bind_rsp *rsp,
    int64_t now_ms, struct bank *ret_bank)
{
	int to = wire_token_find(&wire_account_state, rsp->state);
	struct bank bank;
	enum ykt_status status = bank_get(tx, account_id, &bank);

	if (status != YKT_OK)
		return status;
	if (bank_state(&bank) == WIRE_ACCOUNT_ASKED || bank_state(&bank) == WIRE_ACCOUNT_WAITING) {
		if (to == WIRE_ACCOUNT_UNBOUND)
			status = bank_refuse(tx, account_id, "account_unbound");
		else
			status =
			    put_answer(tx, account_id, rsp, to == WIRE_ACCOUNT_BOUND ? now_ms : 0);
		if (status == YKT_OK && to != WIRE_ACCOUNT_WAITING)
			status = work_done(tx, WORK_BANK, account_id);
	}
	ykt_wipe(&bank, sizeof(bank));

	return status == YKT_OK ? bank_get(tx, account_id, ret_bank) : status;
}

enum ykt_status
bank_refuse(struct ykt_tx *tx, const char *account_id, const char *reason)
{
	enum ykt_status status = row_exec(tx,
	    "UPDATE account SET state = 'refused', reason = ?2, issuer = '', last4 = '',"
	    " token = zeroblob(16) WHERE account_id = ?1 AND state IN ('asked', 'waiting')",
	    YKT_SQL_IN(ykt_sql_text(account_id), ykt_sql_text(reason)));

	return status == YKT_OK ? work_done(tx, WORK_BANK, account_id) : status;
}

enum ykt_status
bank_unbind(struct ykt_tx *tx, const char *account_id, const char *reason, int64_t now_ms)
{
	enum ykt_status status = row_change_one(tx,
	    "UPDATE account SET state = 'unbinding', reason = ?2 WHERE account_id = ?1"
	    " AND state IN ('waiting', 'bound')",
	    YKT_SQL_IN(ykt_sql_text(account_id), ykt_sql_text(reason)));

	return status == YKT_OK ? work_set(tx, WORK_BANK, account_id, now_ms, now_ms) : status;
}

enum ykt_status
bank_unbound(struct ykt_tx *tx, const char *account_id)
{
	enum ykt_status status = row_exec(tx,
	    "UPDATE account SET state = 'unbound', issuer = '', last4 = '', token = zeroblob(16),"
	    " bound_ms = 0 WHERE account_id = ?1 AND state = 'unbinding'",
	    YKT_SQL_IN(ykt_sql_text(account_id)));

	return status == YKT_OK ? work_done(tx, WORK_BANK, account_id) : status;
}

enum ykt_status
bank_unbind_all(struct ykt_tx *tx, const char *user_id, int64_t now_ms)
{
	enum ykt_status status = row_exec(tx,
	    "INSERT INTO work(kind, ref, next_ms, tries, since_ms)"
	    " SELECT ?3, account_id, ?2, 0, ?2 FROM account WHERE user_id = ?1"
	    " AND state IN ('asked', 'waiting', 'bound', 'unbinding')"
	    " ON CONFLICT(kind, ref) DO UPDATE SET next_ms = excluded.next_ms, tries = 0",
	    YKT_SQL_IN(ykt_sql_text(user_id), ykt_sql_int(now_ms), ykt_sql_int(WORK_BANK)));

	if (status == YKT_OK)
		status = row_exec(tx,
		    "UPDATE account SET state = 'unbinding', issuer = '', last4 = ''"
		    " WHERE user_id = ?1 AND state IN ('asked', 'waiting', 'bound', 'unbinding')",
		    YKT_SQL_IN(ykt_sql_text(user_id)));

	return status;
}

void
bank_text(const struct wire_account *account, char out[BANK_TEXT_MAX])
{
	out[0] = '\0';
	text_add(out, BANK_TEXT_MAX, account->issuer);
	text_add(out, BANK_TEXT_MAX, " ");
	text_add(out, BANK_TEXT_MAX, account->last4);
}
