/*
 * Accounts of ride codes in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/code.h"
#include "platform/rows.h"

#define ACCOUNT_DIGITS 12
#define USER_DIGITS    14

#define ACCOUNT_COLS(a)                                                                            \
	{                                                                                          \
		ROW_TEXT((a).user_id), ROW_TEXT((a).user_no), ROW_TEXT((a).account),               \
		    ROW_TEXT((a).state)                                                            \
	}

enum ykt_status
code_account_get(struct ykt_tx *tx, const char *user_id, struct code_account *ret_account)
{
	struct code_account account = { 0 };
	const struct row_col cols[] = ACCOUNT_COLS(account);
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT user_id, user_no, account, state FROM code_account WHERE user_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(user_id)), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK)
		*ret_account = account;

	return status;
}

static enum ykt_status
next_seq(struct ykt_tx *tx, int64_t *ret_seq)
{
	const struct row_col cols[] = { ROW_INT(ret_seq) };

	return row_one(tx, "SELECT COALESCE(MAX(seq), 0) + 1 FROM code_account", NULL, 0, cols, 1);
}

/* A twin that was faster meets the unique keys: the transaction runs again. */
enum ykt_status
code_account_make(struct ykt_tx *tx, const struct platform *p, const char *user_id, int64_t now_ms,
    struct code_account *ret_account)
{
	struct code_account account = { .user_no = "00", .state = CODE_ACCOUNT_OPEN };
	int64_t seq = 0;
	enum ykt_status status = code_account_get(tx, user_id, ret_account);

	if (status != YKT_NOT_FOUND)
		return status;
	status = next_seq(tx, &seq);
	if (status != YKT_OK)
		return status;
	text_set(account.user_id, sizeof(account.user_id), user_id);
	text_add(account.user_no, sizeof(account.user_no), p->o.city);
	text_add_int(account.user_no, sizeof(account.user_no), seq, USER_DIGITS);
	text_add(account.account, sizeof(account.account), p->o.city);
	text_add_int(account.account, sizeof(account.account), seq, ACCOUNT_DIGITS);
	status = row_exec(tx,
	    "INSERT INTO code_account(seq, user_id, user_no, account, state, created_ms)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	    YKT_SQL_IN(ykt_sql_int(seq), ykt_sql_text(account.user_id),
		ykt_sql_text(account.user_no), ykt_sql_text(account.account),
		ykt_sql_text(account.state), ykt_sql_int(now_ms)));
	if (status == YKT_OK)
		*ret_account = account;

	return status;
}

enum ykt_status
code_account_freeze(struct ykt_tx *tx, const char *user_no, bool frozen)
{
	enum ykt_status status = row_change_one(tx,
	    "UPDATE code_account SET state = ?1 WHERE user_no = ?2 AND state <> ?3",
	    YKT_SQL_IN(ykt_sql_text(frozen ? CODE_ACCOUNT_FROZEN : CODE_ACCOUNT_OPEN),
		ykt_sql_text(user_no), ykt_sql_text(CODE_ACCOUNT_CLOSED)));

	return status == YKT_CONFLICT ? YKT_NOT_FOUND : status;
}

enum ykt_status
code_account_close(struct ykt_tx *tx, const char *user_id)
{
	return row_exec(tx, "UPDATE code_account SET state = ?1 WHERE user_id = ?2",
	    YKT_SQL_IN(ykt_sql_text(CODE_ACCOUNT_CLOSED), ykt_sql_text(user_id)));
}

enum ykt_status
code_issued_to(struct ykt_tx *tx, const uint8_t auth_hash[32], struct code_account *ret_account)
{
	struct code_account account = { 0 };
	const struct row_col cols[] = ACCOUNT_COLS(account);
	enum ykt_status status;

	status = row_one(tx,
	    "SELECT a.user_id, a.user_no, a.account, a.state FROM code_issue i JOIN code_account a"
	    " ON a.user_id = i.user_id WHERE i.auth_hash = ?1",
	    YKT_SQL_IN(ykt_sql_blob(ykt_bytes(auth_hash, 32))), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK)
		*ret_account = account;

	return status;
}
