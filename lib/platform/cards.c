/*
 * app.list, card.list, card.balance, card.records: what a rider sees.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "platform/card.h"
#include "platform/limit.h"
#include "platform/rows.h"
#include "platform/tap.h"
#include "wire/app_list.h"

int
op_app_list(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct wire_app_list_rsp *answer = rsp;
	/* The plain answer comes into it later. */
	struct ykt_buf scratch = YKT_BUF(w->plain_out);
	ykt_fen limit = 0;
	enum ykt_status status = limit_find(w, call->user_id, &limit);

	(void)req;
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	for (size_t i = 0; i < w->p->o.app_count; i++) {
		const struct platform_app *app = &w->p->o.apps[i];
		struct wire_app *out = &answer->apps[answer->apps_count++];

		out->aid.len = app->aid_len;
		memcpy(out->aid.data, app->aid, app->aid_len);
		text_set(out->city, sizeof(out->city), w->p->o.city);
		memcpy(out->issuer, w->p->o.issuer, sizeof(out->issuer));
		text_set(out->name_zh, sizeof(out->name_zh), app->name_zh);
		text_set(out->name_en, sizeof(out->name_en), app->name_en);
		out->fee_fen = app->fee_fen;
		out->min_load_fen = app->min_load_fen;
		out->max_load_fen = app->max_load_fen;
		out->cap_fen = app->cap_fen < limit ? app->cap_fen : limit;
		out->has_without = app->without != NULL;
		if (out->has_without)
			text_set(out->without, sizeof(out->without), app->without);
	}
	answer->issued_ms = call->now_ms;
	status = wire_app_list_sign(&w->seal.signer, &scratch, answer);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

struct card_read {
	const struct platform *p;
	const char *user_id;
	const char *card_no; /* NULL: all */
	struct wire_card *out;
	size_t count;
	size_t max;
};

static enum ykt_status
card_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct card_read *read = arg;
	struct wire_card *out = &read->out[read->count];
	size_t aid_len = 0;
	const struct row_col cols[] = { ROW_TEXT(out->card_no), ROW_BYTES(out->aid.data, &aid_len),
		ROW_TEXT(out->state), ROW_INT(&out->balance_fen), ROW_INT(&out->as_of_ms),
		ROW_INT(&out->pending_fen) };

	if (read->count == read->max)
		return YKT_E_SPACE;
	memset(out, 0, sizeof(*out));
	read->count++;
	text_set(out->city, sizeof(out->city), read->p->o.city);
	memcpy(out->issuer, read->p->o.issuer, sizeof(out->issuer));
	if (row_fill(vals, count, cols, YKT_ARRAY_LEN(cols)) != YKT_OK)
		return YKT_E_CORRUPT;
	out->aid.len = (uint16_t)aid_len;

	return YKT_OK;
}

/* Pending: loads under way, less the rides that nobody could confirm yet. */
#define CARD_SELECT                                                                                \
	"SELECT c.card_no, c.aid, c.state, COALESCE(b.fen, 0), COALESCE(b.as_of_ms, "              \
	"c.created_ms),"                                                                           \
	" COALESCE((SELECT SUM(o.amount_fen) FROM ord o WHERE o.card_no = c.card_no AND"           \
	" o.card_no <> '' AND o.kind = 'topup' AND o.state = 'loading'), 0) -"                     \
	" COALESCE((SELECT SUM(t.amount_fen) FROM tap t WHERE t.card_no = c.card_no AND"           \
	" t.valid = 0 AND t.state = 'suspense'), 0)"                                               \
	" FROM card c LEFT JOIN bal b ON b.account = 'SH:' || c.card_no"

static enum ykt_status
card_read_tx(struct ykt_tx *tx, void *arg)
{
	struct card_read *read = arg;
	enum ykt_status status;

	read->count = 0;
	if (read->card_no == NULL)
		return ykt_tx_query(tx,
		    CARD_SELECT " WHERE c.user_id = ?1 AND c.state NOT IN ('void', 'deleted', "
				"'unbound') "
				"ORDER BY c.created_ms,"
				" c.card_no LIMIT 16",
		    YKT_SQL_IN(ykt_sql_text(read->user_id)), card_row, read, NULL);
	status = ykt_tx_query(tx,
	    CARD_SELECT " WHERE c.card_no = ?2 AND c.user_id = ?1"
			" AND c.state <> 'unbound'",
	    YKT_SQL_IN(ykt_sql_text(read->user_id), ykt_sql_text(read->card_no)), card_row, read,
	    NULL);
	if (status == YKT_OK && read->count == 0)
		status = YKT_NOT_FOUND;

	return status;
}

int
op_card_list(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct wire_card_list_rsp *answer = rsp;
	struct card_read read = {
		.p = w->p, .user_id = call->user_id, .out = answer->cards, .max = WIRE_CARDS_MAX
	};
	enum ykt_status status = ykt_store_run(w->p->store, card_read_tx, &read);

	(void)req;
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	answer->cards_count = read.count;

	return 200;
}

int
op_card_balance(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_card_balance_req *ask = req;
	struct card_read read = {
		.p = w->p, .user_id = call->user_id, .card_no = ask->card_no, .out = rsp, .max = 1
	};
	enum ykt_status status = ykt_store_run(w->p->store, card_read_tx, &read);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

struct record_read {
	const struct wire_card_records_req *ask;
	const char *user_id;
	const struct platform *p;
	struct wire_card_records_rsp *answer;
};

static enum ykt_status
record_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct record_read *read = arg;
	struct wire_card_records_rsp *answer = read->answer;
	struct wire_record *out = &answer->records[answer->records_count];
	char city[PLATFORM_CITY_MAX + 1];
	uint8_t terminal[6];
	size_t len = 0;
	char hex[13];
	const struct row_col cols[] = { ROW_TEXT(out->kind), ROW_INT(&out->amount_fen),
		ROW_INT(&out->time_ms), ROW_TEXT(city), ROW_BYTES(terminal, &len),
		ROW_TEXT(out->state) };

	if (answer->records_count == WIRE_RECORDS_MAX)
		return YKT_E_SPACE;
	memset(out, 0, sizeof(*out));
	answer->records_count++;
	if (row_fill(vals, count, cols, YKT_ARRAY_LEN(cols)) != YKT_OK)
		return YKT_E_CORRUPT;
	text_add(out->place, sizeof(out->place), city);
	if (len != 0) {
		ykt_hex_encode(ykt_bytes(terminal, len), hex);
		text_add(out->place, sizeof(out->place), " ");
		text_add(out->place, sizeof(out->place), hex);
	}

	return YKT_OK;
}

static enum ykt_status
record_read_tx(struct ykt_tx *tx, void *arg)
{
	struct record_read *read = arg;
	struct card card;
	enum ykt_status status;

	read->answer->records_count = 0;
	status = card_get(tx, read->p, read->ask->card_no, &card);
	if (status == YKT_OK && strcmp(card.user_id, read->user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status != YKT_OK)
		return status;

	return ykt_tx_query(tx,
	    "SELECT CASE WHEN state IN ('refunding', 'refunded') THEN 'refund' ELSE 'load' END,"
	    " amount_fen, changed_ms AS at, ?3, x'', state FROM ord WHERE card_no = ?1"
	    " AND card_no <> '' AND kind = 'topup' AND paid_fen <> 0"
	    " AND changed_ms >= ?4 AND changed_ms < ?5 UNION ALL"
	    " SELECT CASE WHEN valid = 1 THEN 'tap' ELSE 'suspense' END, amount_fen, time_ms,"
	    " acquirer, terminal, state FROM tap WHERE card_no = ?1 AND valid IN (0, 1)"
	    " AND time_ms >= ?4 AND time_ms < ?5 ORDER BY at DESC LIMIT ?2",
	    YKT_SQL_IN(ykt_sql_text(read->ask->card_no), ykt_sql_int(read->ask->limit),
		ykt_sql_text(read->p->o.city),
		ykt_sql_int(read->ask->has_from_ms ? read->ask->from_ms : 0),
		ykt_sql_int(read->ask->has_to_ms ? read->ask->to_ms : INT64_MAX)),
	    record_row, read, NULL);
}

int
op_card_records(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct record_read read = {
		.ask = req, .user_id = call->user_id, .p = w->p, .answer = rsp
	};
	enum ykt_status status = ykt_store_run(w->p->store, record_read_tx, &read);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
