/*
 * POST /admin/cases, /admin/gaps, /admin/gap and /admin/terminal: what a person must look at.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/admin.h"

#include <ykt/hex.h>

#include "platform/chain.h"
#include "platform/rows.h"
#include "wire/field.h"

static const struct wire_field admin_cases_req_fields[] = {
	FIELD_TEXT(admin_cases_req, kind),
	FIELD_INT(admin_cases_req, limit, 1, ADMIN_CASES_MAX),
};
MESSAGE(admin_cases_req, "admin.cases");

static const struct wire_field admin_case_fields[] = {
	FIELD_TEXT(admin_case, kind),
	FIELD_TEXT(admin_case, ref),
	FIELD_INT(admin_case, opened_ms, 0, INT64_MAX),
};
static MESSAGE(admin_case, "admin.case");

static const struct wire_field admin_cases_rsp_fields[] = {
	FIELD_LIST(admin_cases_rsp, cases, admin_case_msg),
};
MESSAGE(admin_cases_rsp, "admin.cases.rsp");

static const struct wire_field admin_gap_fields[] = {
	FIELD_TEXT(admin_gap, kind),
	FIELD_TEXT(admin_gap, ref),
	FIELD_INT(admin_gap, first, INT64_MIN, INT64_MAX),
	FIELD_INT(admin_gap, last, INT64_MIN, INT64_MAX),
	FIELD_INT(admin_gap, since_ms, 0, INT64_MAX),
	FIELD_INT(admin_gap, explained_ms, 0, INT64_MAX),
};
static MESSAGE(admin_gap, "admin.gap");

static const struct wire_field admin_gaps_rsp_fields[] = {
	FIELD_LIST(admin_gaps_rsp, gaps, admin_gap_msg),
};
MESSAGE(admin_gaps_rsp, "admin.gaps.rsp");

static const struct wire_field admin_terminal_req_fields[] = {
	FIELD_HEX(admin_terminal_req, terminal),
	FIELD_BOOL(admin_terminal_req, stopped),
};
MESSAGE(admin_terminal_req, "admin.terminal");

static const struct wire_field admin_gap_req_fields[] = {
	FIELD_HEX(admin_gap_req, terminal),
	FIELD_INT(admin_gap_req, first, 0, UINT32_MAX),
	FIELD_INT(admin_gap_req, last, 0, UINT32_MAX),
};
MESSAGE(admin_gap_req, "admin.gap.explained");

struct listing {
	const struct admin_cases_req *ask;
	struct admin_cases_rsp *cases;
	struct admin_gaps_rsp *gaps;
};

static enum ykt_status
cases_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct admin_cases_rsp *out = ((struct listing *)arg)->cases;
	struct admin_case row = { .kind = "" };
	const struct row_col cols[] = { ROW_TEXT(row.kind), ROW_TEXT(row.ref),
		ROW_INT(&row.opened_ms) };
	enum ykt_status status = row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));

	if (status == YKT_OK && out->cases_count == ADMIN_CASES_MAX)
		status = YKT_E_SPACE;
	if (status == YKT_OK)
		out->cases[out->cases_count++] = row;

	return status;
}

static enum ykt_status
cases_tx(struct ykt_tx *tx, void *arg)
{
	struct listing *listing = arg;

	listing->cases->cases_count = 0;

	return ykt_tx_query(tx,
	    "SELECT kind, ref, opened_ms FROM casebook WHERE closed_ms = 0 AND (?1 = '' OR"
	    " kind = ?1) ORDER BY opened_ms, kind, ref LIMIT ?2",
	    YKT_SQL_IN(ykt_sql_text(listing->ask->kind), ykt_sql_int(listing->ask->limit)),
	    cases_row, listing, NULL);
}

int
room_admin_cases(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct listing listing = { .ask = req, .cases = rsp };
	enum ykt_status status = ykt_store_run(w->p->store, cases_tx, &listing);

	(void)http;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

static enum ykt_status
gaps_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct admin_gaps_rsp *out = ((struct listing *)arg)->gaps;
	struct admin_gap row = { .kind = "" };
	const struct row_col cols[] = { ROW_TEXT(row.kind), ROW_TEXT(row.ref), ROW_INT(&row.first),
		ROW_INT(&row.last), ROW_INT(&row.since_ms), ROW_INT(&row.explained_ms) };
	enum ykt_status status = row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));

	if (status == YKT_OK && out->gaps_count == ADMIN_CASES_MAX)
		status = YKT_E_SPACE;
	if (status == YKT_OK)
		out->gaps[out->gaps_count++] = row;

	return status;
}

static enum ykt_status
gaps_tx(struct ykt_tx *tx, void *arg)
{
	struct listing *listing = arg;

	listing->gaps->gaps_count = 0;

	return ykt_tx_query(tx,
	    "SELECT kind, ref, first, last, since_ms, explained_ms FROM gap WHERE ?1 = '' OR kind "
	    "= ?1"
	    " ORDER BY since_ms, kind, ref, first LIMIT ?2",
	    YKT_SQL_IN(ykt_sql_text(listing->ask->kind), ykt_sql_int(listing->ask->limit)),
	    gaps_row, listing, NULL);
}

int
room_admin_gaps(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct listing listing = { .ask = req, .gaps = rsp };
	enum ykt_status status;

	(void)http;
	if (listing.ask->kind[0] != '\0' && wire_token_find(&chain_kinds, listing.ask->kind) < 0)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "kind");
	status = ykt_store_run(w->p->store, gaps_tx, &listing);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

struct explaining {
	const struct platform_worker *w;
	const struct admin_gap_req *ask;
	int64_t now_ms;
};

static enum ykt_status
explain_tx(struct ykt_tx *tx, void *arg)
{
	const struct explaining *e = arg;
	char terminal[13];

	ykt_hex_encode(YKT_BYTES(e->ask->terminal), terminal);

	return chain_explain(
	    tx, &e->w->p->o.settings, terminal, e->ask->first, e->ask->last, e->now_ms);
}

int
room_admin_gap(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct explaining explaining = { .w = w, .ask = req, .now_ms = room_now(w) };
	enum ykt_status status = ykt_store_run(w->p->store, explain_tx, &explaining);

	(void)http;
	(void)rsp;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

struct stopping {
	const struct admin_terminal_req *ask;
	int64_t now_ms;
};

/* Stopped again stays stopped since the first time. */
static enum ykt_status
stop_tx(struct ykt_tx *tx, void *arg)
{
	const struct stopping *s = arg;
	const struct ykt_sql_val in[] = { ykt_sql_blob(YKT_BYTES(s->ask->terminal)),
		ykt_sql_int(s->now_ms) };

	if (!s->ask->stopped)
		return row_exec(tx,
		    "UPDATE psam_stop SET until_ms = ?2 WHERE terminal = ?1 AND until_ms = 0", in,
		    YKT_ARRAY_LEN(in));

	return row_exec(tx,
	    "INSERT INTO psam_stop(terminal, from_ms, until_ms) SELECT ?1, ?2, 0 WHERE NOT EXISTS"
	    " (SELECT 1 FROM psam_stop WHERE terminal = ?1 AND until_ms = 0)"
	    " ON CONFLICT(terminal, from_ms) DO UPDATE SET until_ms = 0",
	    in, YKT_ARRAY_LEN(in));
}

int
room_admin_terminal(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct stopping stopping = { .ask = req, .now_ms = room_now(w) };
	enum ykt_status status = ykt_store_run(w->p->store, stop_tx, &stopping);

	(void)http;
	(void)rsp;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
