/*
 * The wallet U: what it holds, and what it was spent on.
 *
 * Money comes in by orders of kind wallet (orders.c, pay.c); rides by code go
 * out of it (ride.c), and rides that nobody could confirm come back (suspense.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/code.h"

#include <string.h>

#include <ykt/hex.h>

#include "platform/limit.h"
#include "platform/pin.h"
#include "platform/rows.h"
#include "wire/wallet_msg.h"

struct wallet_read {
	const struct platform *p;
	const struct op_call *call;
	struct wire_wallet *out;
};

static enum ykt_status
wallet_tx(struct ykt_tx *tx, void *arg)
{
	struct wallet_read *read = arg;
	struct wire_wallet *out = read->out;
	struct code_account account = { .state = CODE_ACCOUNT_OPEN };
	ykt_fen fen = 0;
	bool blocked;
	enum ykt_status status;

	status = ledger_balance(tx, LEDGER_USER, read->call->user_id, &fen, &out->as_of_ms);
	if (status != YKT_OK)
		return status;
	status = code_account_get(tx, read->call->user_id, &account);
	if (status != YKT_OK && status != YKT_NOT_FOUND)
		return status;
	out->balance_fen = fen;
	out->trip_limit_fen = read->p->o.settings.code_limit_fen;
	text_set(out->user_no, sizeof(out->user_no), account.user_no);
	text_set(out->state, sizeof(out->state), account.state);
	text_set(out->user_id, sizeof(out->user_id), read->call->user_id);
	status = limit_wallet(tx, read->p, read->call->user_id, &out->cap_fen);
	if (status != YKT_OK)
		return status;
	status = pin_find(tx, read->call->user_id, &blocked);
	out->has_pin = status == YKT_OK;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

int
op_wallet_get(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct wallet_read read = { .p = w->p, .call = call, .out = rsp };
	enum ykt_status status = ykt_store_run(w->p->store, wallet_tx, &read);

	(void)req;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

struct record_read {
	const struct platform *p;
	const struct op_call *call;
	int64_t limit;
	struct wire_card_records_rsp *answer;
};

static enum ykt_status
record_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct record_read *read = arg;
	struct wire_record *out = &read->answer->records[read->answer->records_count];
	uint8_t terminal[6];
	size_t len = 0;
	char hex[13];
	const struct row_col cols[] = { ROW_TEXT(out->kind), ROW_INT(&out->amount_fen),
		ROW_INT(&out->time_ms), ROW_BYTES(terminal, &len), ROW_TEXT(out->state) };

	if (read->answer->records_count == WIRE_RECORDS_MAX)
		return YKT_E_SPACE;
	memset(out, 0, sizeof(*out));
	read->answer->records_count++;
	if (row_fill(vals, count, cols, YKT_ARRAY_LEN(cols)) != YKT_OK)
		return YKT_E_CORRUPT;
	text_add(out->place, sizeof(out->place), read->p->o.city);
	if (len != 0) {
		ykt_hex_encode(ykt_bytes(terminal, len), hex);
		text_add(out->place, sizeof(out->place), " ");
		text_add(out->place, sizeof(out->place), hex);
	}

	return YKT_OK;
}

static enum ykt_status
records_tx(struct ykt_tx *tx, void *arg)
{
	struct record_read *read = arg;

	read->answer->records_count = 0;

	return ykt_tx_query(tx,
	    "SELECT 'ride', amount_fen, time_ms AS at, terminal, kind FROM code_ride"
	    " WHERE user_id = ?1 UNION ALL"
	    " SELECT CASE WHEN state IN ('refunding', 'refunded') THEN 'refund' ELSE 'load' END,"
	    " amount_fen, changed_ms, x'', state FROM ord WHERE user_id = ?1 AND kind = 'wallet'"
	    " AND paid_fen <> 0 ORDER BY at DESC LIMIT ?2",
	    YKT_SQL_IN(ykt_sql_text(read->call->user_id), ykt_sql_int(read->limit)), record_row,
	    read, NULL);
}

int
op_code_records(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_code_records_req *ask = req;
	struct record_read read = { .p = w->p, .call = call, .limit = ask->limit, .answer = rsp };
	enum ykt_status status = ykt_store_run(w->p->store, records_tx, &read);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

struct wallet_records {
	const char *user_id;
	const struct wire_wallet_records_req *ask;
	struct wire_card_records_rsp *out;
};

/* What a journal is to the owner of the wallet in it. */
static enum wire_record_kind
record_kind(const char *journal)
{
	if (strcmp(journal, "wallet") == 0)
		return WIRE_RECORD_LOAD;
	if (strcmp(journal, "ride") == 0)
		return WIRE_RECORD_RIDE;
	if (strcmp(journal, "payment") == 0)
		return WIRE_RECORD_PAYMENT;
	if (strcmp(journal, "withdraw") == 0)
		return WIRE_RECORD_WITHDRAWAL;
	if (strcmp(journal, "bill_refund") == 0 || strcmp(journal, "unloaded") == 0 ||
	    strcmp(journal, "ticket_expired") == 0 || strcmp(journal, "refund") == 0 ||
	    strcmp(journal, "withdraw_back") == 0)
		return WIRE_RECORD_REFUND;

	return WIRE_RECORD_SUSPENSE;
}

static enum ykt_status
journal_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct wallet_records *read = arg;
	struct wire_card_records_rsp *answer = read->out;
	struct wire_record *out = &answer->records[answer->records_count];
	char kind[33] = "";
	const struct row_col cols[] = { ROW_TEXT(kind), ROW_INT(&out->amount_fen),
		ROW_INT(&out->time_ms), ROW_TEXT(out->place) };

	if (answer->records_count == WIRE_RECORDS_MAX)
		return YKT_E_SPACE;
	memset(out, 0, sizeof(*out));
	answer->records_count++;
	if (row_fill(vals, count, cols, YKT_ARRAY_LEN(cols)) != YKT_OK)
		return YKT_E_CORRUPT;
	wire_token_set(&wire_record_kind, (int)record_kind(kind), out->kind, sizeof(out->kind));
	text_set(out->state, sizeof(out->state), "posted");

	return YKT_OK;
}

/* The ledger itself, so that rows and balance cannot disagree. */
static enum ykt_status
wallet_records_tx(struct ykt_tx *tx, void *arg)
{
	struct wallet_records *read = arg;
	char account[LEDGER_ACCOUNT_MAX] = LEDGER_USER;

	text_add(account, sizeof(account), read->user_id);
	read->out->records_count = 0;

	return ykt_tx_query(tx,
	    "SELECT j.kind, ABS(e.fen), j.time_ms, COALESCE(b.payee, '') FROM entry e"
	    " JOIN journal j ON j.node = e.node AND j.seq = e.seq"
	    " LEFT JOIN bill b ON b.bill_id = j.ref"
	    " WHERE e.account = ?1 AND substr(e.account, 1, 2) = 'U:'"
	    " AND j.time_ms >= ?3 AND j.time_ms < ?4"
	    " ORDER BY j.time_ms DESC, j.node, j.seq DESC LIMIT ?2",
	    YKT_SQL_IN(ykt_sql_text(account), ykt_sql_int(read->ask->limit),
		ykt_sql_int(read->ask->has_from_ms ? read->ask->from_ms : 0),
		ykt_sql_int(read->ask->has_to_ms ? read->ask->to_ms : INT64_MAX)),
	    journal_row, read, NULL);
}

int
op_wallet_records(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_wallet_records_req *ask = req;
	struct wallet_records read = { call->user_id, ask, rsp };
	enum ykt_status status = ykt_store_run(w->p->store, wallet_records_tx, &read);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
