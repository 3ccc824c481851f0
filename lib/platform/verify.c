/*
 * Runs of the ledger's verification, a piece at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/verify.h"

#include <string.h>

#include "platform/ledger.h"
#include "platform/rows.h"
#include "platform/work.h"

#define COLUMNS                                                                                    \
	"run, phase, begun_ms, changed_ms, journals, entries, sum_fen, chain_ok, sums_ok,"         \
	" balances_ok, orders_ok, bad_node, bad_seq, at_ref, at_seq, at_line"

/* In their order, every account of an order in flight is before it, and U: and SH: behind. */
#define BEHIND_ORDERS "IF;"
#define STALE_MS      (INT64_C(24) * 60 * 60 * 1000)

bool
verify_good(const struct platform_ledger_report *r)
{
	return r->chain_ok && r->sums_ok && r->balances_ok && r->orders_ok && r->sum_fen == 0;
}

enum ykt_status
verify_get(struct ykt_tx *tx, const char *name, struct verify_run *ret_run)
{
	struct verify_run run = { .run = "" };
	struct platform_ledger_report *r = &run.report;
	int64_t chain = 0, sums = 0, balances = 0, orders = 0;
	const struct row_col cols[] = { ROW_TEXT(run.run), ROW_INT(&run.phase),
		ROW_INT(&run.begun_ms), ROW_INT(&run.changed_ms), ROW_INT(&r->journals),
		ROW_INT(&r->entries), ROW_INT(&r->sum_fen), ROW_INT(&chain), ROW_INT(&sums),
		ROW_INT(&balances), ROW_INT(&orders), ROW_TEXT(r->bad_node), ROW_INT(&r->bad_seq),
		ROW_TEXT(run.at_ref), ROW_INT(&run.at_seq), ROW_INT(&run.at_line) };
	enum ykt_status status = row_one(tx, "SELECT " COLUMNS " FROM verify_run WHERE run = ?1",
	    YKT_SQL_IN(ykt_sql_text(name)), cols, YKT_ARRAY_LEN(cols));

	if (status != YKT_OK)
		return status;
	r->chain_ok = chain != 0;
	r->sums_ok = sums != 0;
	r->balances_ok = balances != 0;
	r->orders_ok = orders != 0;
	*ret_run = run;

	return YKT_OK;
}

static enum ykt_status
run_put(struct ykt_tx *tx, const struct verify_run *run)
{
	const struct platform_ledger_report *r = &run->report;

	return row_exec(tx,
	    "INSERT OR REPLACE INTO verify_run(" COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
	    " ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
	    YKT_SQL_IN(ykt_sql_text(run->run), ykt_sql_int(run->phase), ykt_sql_int(run->begun_ms),
		ykt_sql_int(run->changed_ms), ykt_sql_int(r->journals), ykt_sql_int(r->entries),
		ykt_sql_int(r->sum_fen), ykt_sql_int(r->chain_ok), ykt_sql_int(r->sums_ok),
		ykt_sql_int(r->balances_ok), ykt_sql_int(r->orders_ok), ykt_sql_text(r->bad_node),
		ykt_sql_int(r->bad_seq), ykt_sql_text(run->at_ref), ykt_sql_int(run->at_seq),
		ykt_sql_int(run->at_line)));
}

enum ykt_status
verify_begin(struct ykt_tx *tx, const char *name, int64_t now_ms)
{
	struct verify_run run = { .phase = VERIFY_DONE };
	enum ykt_status status = verify_get(tx, name, &run);

	if (status != YKT_NOT_FOUND && (status != YKT_OK || run.phase != VERIFY_DONE))
		return status;
	run = (struct verify_run){ .phase = VERIFY_CHAIN,
		.begun_ms = now_ms,
		.changed_ms = now_ms,
		.report = {
		    .chain_ok = true, .sums_ok = true, .balances_ok = true, .orders_ok = true } };
	text_set(run.run, sizeof(run.run), name);

	return run_put(tx, &run);
}

static void
phase_next(struct verify_run *run)
{
	run->phase++;
	run->at_ref[0] = '\0';
	run->at_seq = run->at_line = INT64_MIN;
}

/* Rows of one piece, and what is wrong among them. */
struct piece {
	struct verify_run *run;
	char from[sizeof(((struct verify_run *)0)->at_ref)]; /* where it began */
	int64_t rows;
	int64_t bad;
};

static enum ykt_status
stray_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct piece *piece = arg;
	struct verify_run *run = piece->run;
	int64_t stray = 0;
	const struct row_col cols[] = { ROW_TEXT(run->at_ref), ROW_INT(&run->at_seq),
		ROW_INT(&run->at_line), ROW_INT(&stray) };
	enum ykt_status status = row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));

	piece->rows++;
	piece->bad += stray;

	return status;
}

static enum ykt_status
account_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct piece *piece = arg;
	int64_t off = 0;
	const struct row_col cols[] = { ROW_TEXT(piece->run->at_ref), ROW_INT(&off) };
	enum ykt_status status = row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));

	piece->rows++;
	piece->bad += off != 0;

	return status;
}

static enum ykt_status
strays(struct ykt_tx *tx, struct piece *piece)
{
	const struct verify_run *run = piece->run;

	return ykt_tx_query(tx,
	    "SELECT e.node, e.seq, e.line, NOT EXISTS (SELECT 1 FROM journal j WHERE j.node ="
	    " e.node AND j.seq = e.seq) FROM entry e WHERE (e.node, e.seq, e.line) > (?1, ?2, ?3)"
	    " ORDER BY e.node, e.seq, e.line LIMIT ?4",
	    YKT_SQL_IN(ykt_sql_text(piece->from), ykt_sql_int(run->at_seq),
		ykt_sql_int(run->at_line), ykt_sql_int(VERIFY_PIECE)),
	    stray_row, piece, NULL);
}

/* Stored balances of accounts that have none, and stand before those that have. */
static enum ykt_status
balances_first(struct ykt_tx *tx, struct piece *piece)
{
	const struct row_col cols[] = { ROW_INT(&piece->bad) };

	text_set(piece->from, sizeof(piece->from), BEHIND_ORDERS);
	text_set(piece->run->at_ref, sizeof(piece->run->at_ref), BEHIND_ORDERS);

	return row_one(tx, "SELECT COUNT(*) FROM bal WHERE account < ?1",
	    YKT_SQL_IN(ykt_sql_text(BEHIND_ORDERS)), cols, 1);
}

static enum ykt_status
balances(struct ykt_tx *tx, struct piece *piece)
{
	enum ykt_status status = piece->from[0] == '\0' ? balances_first(tx, piece) : YKT_OK;

	if (status != YKT_OK)
		return status;

	return ykt_tx_query(tx,
	    "SELECT account, SUM(fen) FROM (SELECT * FROM (SELECT account, fen FROM verify_sum"
	    " WHERE run = ?1 AND account > ?2 ORDER BY account"
	    " LIMIT ?3) UNION ALL SELECT * FROM (SELECT account, -fen FROM bal WHERE account > ?2"
	    " ORDER BY account LIMIT ?3)) GROUP BY account ORDER BY account LIMIT ?3",
	    YKT_SQL_IN(ykt_sql_text(piece->run->run), ykt_sql_text(piece->from),
		ykt_sql_int(VERIFY_PIECE)),
	    account_row, piece, NULL);
}

static enum ykt_status
orders(struct ykt_tx *tx, struct piece *piece)
{
	return ykt_tx_query(tx,
	    "SELECT account, SUM(fen) FROM (SELECT * FROM (SELECT account, fen FROM verify_sum"
	    " WHERE run = ?1 AND account > ?2 AND account < 'IF;' ORDER BY account LIMIT ?3)"
	    " UNION ALL SELECT * FROM (SELECT 'IF:' || order_id, loaded_fen + refunded_fen -"
	    " paid_fen FROM ord WHERE order_id > substr(?2, 4) ORDER BY order_id LIMIT ?3))"
	    " GROUP BY account ORDER BY account LIMIT ?3",
	    YKT_SQL_IN(ykt_sql_text(piece->run->run), ykt_sql_text(piece->from),
		ykt_sql_int(VERIFY_PIECE)),
	    account_row, piece, NULL);
}

static enum ykt_status
clean(struct ykt_tx *tx, struct piece *piece)
{
	const struct verify_run *run = piece->run;
	enum ykt_status status = ykt_tx_query(tx,
	    "DELETE FROM verify_sum WHERE run = ?1 AND account IN (SELECT account FROM verify_sum"
	    " WHERE run = ?1 LIMIT ?2)",
	    YKT_SQL_IN(ykt_sql_text(run->run), ykt_sql_int(VERIFY_PIECE)), NULL, NULL,
	    &piece->rows);

	if (status == YKT_OK && piece->rows < VERIFY_PIECE)
		status = row_exec(
		    tx, "DELETE FROM verify_at WHERE run = ?1", YKT_SQL_IN(ykt_sql_text(run->run)));

	return status;
}

static enum ykt_status
phase_run(struct ykt_tx *tx, struct verify_run *run)
{
	struct piece piece = { .run = run };
	enum ykt_status status = YKT_OK;

	if (run->phase == VERIFY_ORDERS && run->at_ref[0] == '\0')
		text_set(run->at_ref, sizeof(run->at_ref), LEDGER_ORDER);
	memcpy(piece.from, run->at_ref, sizeof(piece.from));

	switch (run->phase) {
	case VERIFY_STRAYS:
		status = strays(tx, &piece);
		run->report.sums_ok = run->report.sums_ok && piece.bad == 0;
		break;
	case VERIFY_BALANCES:
		status = balances(tx, &piece);
		run->report.balances_ok = run->report.balances_ok && piece.bad == 0;
		break;
	case VERIFY_ORDERS:
		status = orders(tx, &piece);
		run->report.orders_ok = run->report.orders_ok && piece.bad == 0;
		break;
	case VERIFY_CLEAN:
		status = clean(tx, &piece);
		break;
	default:
		break;
	}
	if (piece.rows < VERIFY_PIECE)
		phase_next(run);

	return status;
}

enum ykt_status
verify_piece(struct ykt_tx *tx, struct crypto *crypto, const char *name, int64_t now_ms,
    struct verify_run *ret_run)
{
	struct verify_run run = { .run = "" };
	bool behind = false;
	enum ykt_status status = verify_get(tx, name, &run);

	if (status == YKT_OK && run.phase < VERIFY_CLEAN)
		status = verify_chain(tx, crypto, &run, &behind);
	if (status == YKT_OK && !behind && run.phase < VERIFY_DONE)
		status = phase_run(tx, &run);
	run.changed_ms = now_ms;
	if (status == YKT_OK)
		status = run_put(tx, &run);
	if (status == YKT_OK)
		*ret_run = run;

	return status;
}

struct stepping {
	struct platform_worker *w;
	const char *name;
	int64_t now_ms;
	struct verify_run run;
};

#define STALE "(SELECT run FROM verify_run WHERE run <> '" VERIFY_RUN "' AND changed_ms < ?1)"

/* Of calls whose process ended. */
static enum ykt_status
stale_forget(struct ykt_tx *tx, int64_t now_ms)
{
	static const char *const sql[] = { "DELETE FROM verify_sum WHERE run IN " STALE,
		"DELETE FROM verify_at WHERE run IN " STALE,
		"DELETE FROM verify_run WHERE run IN " STALE };
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < YKT_ARRAY_LEN(sql) && status == YKT_OK; i++)
		status = row_exec(tx, sql[i], YKT_SQL_IN(ykt_sql_int(now_ms - STALE_MS)));

	return status;
}

static enum ykt_status
begin_tx(struct ykt_tx *tx, void *arg)
{
	const struct stepping *s = arg;
	enum ykt_status status = stale_forget(tx, s->now_ms);

	return status == YKT_OK ? verify_begin(tx, s->name, s->now_ms) : status;
}

static enum ykt_status
piece_tx(struct ykt_tx *tx, void *arg)
{
	struct stepping *s = arg;

	return verify_piece(tx, s->w->crypto, s->name, s->now_ms, &s->run);
}

static enum ykt_status
forget_tx(struct ykt_tx *tx, void *arg)
{
	const struct stepping *s = arg;

	return row_exec(
	    tx, "DELETE FROM verify_run WHERE run = ?1", YKT_SQL_IN(ykt_sql_text(s->name)));
}

enum ykt_status
platform_ledger_verify(struct platform_worker *w, struct platform_ledger_report *ret_report)
{
	char id[1][33];
	struct stepping s = { .w = w, .name = id[0], .now_ms = room_now(w) };
	enum ykt_status status = room_ids(w, id, 1);

	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, begin_tx, &s);
	while (status == YKT_OK && s.run.phase != VERIFY_DONE)
		status = ykt_store_run(w->p->store, piece_tx, &s);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, forget_tx, &s);
	if (status == YKT_OK)
		*ret_report = s.run.report;

	return status;
}

/* The last piece ends the outbox's turns; what is wrong is a case, by the journal. */
static enum ykt_status
turn_tx(struct ykt_tx *tx, void *arg)
{
	struct stepping *s = arg;
	const struct platform_ledger_report *r = &s->run.report;
	char ref[PLATFORM_NAME_MAX + 24] = "";
	enum ykt_status status = piece_tx(tx, s);

	if (status == YKT_OK && s->run.phase != VERIFY_DONE)
		return work_set(tx, WORK_VERIFY, "", s->now_ms, s->now_ms);
	if (status == YKT_OK)
		status = work_done(tx, WORK_VERIFY, "");
	if (status != YKT_OK || verify_good(r))
		return status;
	text_add(ref, sizeof(ref), r->bad_node);
	if (ref[0] == '\0')
		text_add(ref, sizeof(ref), "books");
	else if (r->bad_seq >= 0) {
		text_add(ref, sizeof(ref), " ");
		text_add_int(ref, sizeof(ref), r->bad_seq, 1);
	}

	return room_case(tx, "ledger", ref, s->now_ms);
}

enum ykt_status
verify_tick(struct platform_worker *w, int64_t now_ms)
{
	struct stepping s = { .w = w, .name = VERIFY_RUN, .now_ms = now_ms };
	enum ykt_status status = YKT_OK;

	for (int i = 0; i < VERIFY_TURN && status == YKT_OK && s.run.phase != VERIFY_DONE; i++)
		status = ykt_store_run(w->p->store, turn_tx, &s);

	return status;
}
