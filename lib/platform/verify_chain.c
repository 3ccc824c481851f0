/*
 * Journals judged: each follows from the one before, and sums to zero (I-6, I-19).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "platform/ledger.h"
#include "platform/rows.h"
#include "platform/verify.h"

/* The sequence that every journal is behind. */
#define BEFORE_ALL INT64_MIN
#define ADDED      "(account LIKE 'SH:%' OR account LIKE 'U:%' OR account LIKE 'IF:%')"

/* A walk over the next journals of one writer, in their order, with their entries. */
struct walk {
	struct crypto *crypto;
	struct platform_ledger_report *report;
	bool open; /* a journal is being gathered */
	char node[PLATFORM_NAME_MAX + 1];
	int64_t seq;
	int64_t time_ms;
	char kind[33];
	struct ledger_draft draft;
	uint8_t stored[32];
	uint8_t link[32]; /* of the journal before, zeros before the first */
	int64_t count;    /* journals */
};

static void
walk_break(struct walk *walk)
{
	if (walk->report->chain_ok) {
		memcpy(walk->report->bad_node, walk->node, sizeof(walk->node));
		walk->report->bad_seq = walk->seq;
	}
	walk->report->chain_ok = false;
}

/* Judges the gathered journal; the next one builds on what is stored. */
static enum ykt_status
walk_close(struct walk *walk)
{
	enum ykt_status status;
	uint8_t hash[32];
	ykt_fen sum = 0;

	if (!walk->open)
		return YKT_OK;
	walk->open = false;
	walk->report->journals++;
	for (size_t i = 0; i < walk->draft.count; i++) {
		if (ykt_fen_add(sum, walk->draft.lines[i].fen, &sum) != YKT_OK)
			walk->report->sums_ok = false;
	}
	if (sum != 0 || walk->draft.count < 2)
		walk->report->sums_ok = false;
	status = ledger_hash(
	    walk->crypto, walk->link, walk->node, walk->seq, walk->time_ms, &walk->draft, hash);
	if (status != YKT_OK)
		return status;
	if (!ykt_ct_equal(hash, walk->stored, sizeof(hash)))
		walk_break(walk);
	memcpy(walk->link, walk->stored, sizeof(walk->link));

	return YKT_OK;
}

static void
walk_open(struct walk *walk, int64_t seq)
{
	int64_t expected = walk->seq == BEFORE_ALL ? 1 : walk->seq + 1;

	walk->seq = seq;
	walk->open = true;
	walk->count++;
	if (seq != expected)
		walk_break(walk);
}

static enum ykt_status
walk_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct walk *walk = arg;
	char node[PLATFORM_NAME_MAX + 1], kind[33], ref[LEDGER_ACCOUNT_MAX];
	char account[LEDGER_ACCOUNT_MAX];
	int64_t seq, time_ms, fen;
	uint8_t hash[32];
	const struct row_col cols[] = { ROW_TEXT(node), ROW_INT(&seq), ROW_INT(&time_ms),
		ROW_TEXT(kind), ROW_TEXT(ref), ROW_BLOB(hash), ROW_TEXT(account), ROW_INT(&fen) };
	enum ykt_status status;

	status = row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));
	if (status != YKT_OK)
		return status;
	if (!walk->open || seq != walk->seq) {
		status = walk_close(walk);
		if (status != YKT_OK)
			return status;
		walk_open(walk, seq);
		walk->time_ms = time_ms;
		text_set(walk->kind, sizeof(walk->kind), kind);
		walk->draft = ledger_draft(walk->kind, ref);
		memcpy(walk->stored, hash, sizeof(hash));
	}
	if (account[0] == '\0') {
		walk->report->sums_ok = false; /* a journal without entries */
		return YKT_OK;
	}
	walk->report->entries++;
	ledger_line(&walk->draft, account, "", fen);
	if (fen == 0 || walk->draft.bad)
		walk->report->sums_ok = false;
	if (ykt_fen_add(walk->report->sum_fen, fen, &walk->report->sum_fen) != YKT_OK)
		walk->report->sums_ok = false;

	return YKT_OK;
}

/* Where the run stands with this writer. */
static enum ykt_status
place_get(struct ykt_tx *tx, const char *run, struct walk *walk)
{
	const struct row_col cols[] = { ROW_INT(&walk->seq), ROW_BLOB(walk->link) };
	enum ykt_status status;

	walk->seq = BEFORE_ALL;
	status = row_one(tx, "SELECT seq, link FROM verify_at WHERE run = ?1 AND node = ?2",
	    YKT_SQL_IN(ykt_sql_text(run), ykt_sql_text(walk->node)), cols, YKT_ARRAY_LEN(cols));

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

/* It stands behind these journals, whose entries are in the sums. */
static enum ykt_status
place_put(struct ykt_tx *tx, const char *run, const struct walk *walk, int64_t after)
{
	enum ykt_status status = row_exec(tx,
	    "INSERT INTO verify_at(run, node, seq, link) VALUES(?1, ?2, ?3, ?4)"
	    " ON CONFLICT(run, node) DO UPDATE SET seq = excluded.seq, link = excluded.link",
	    YKT_SQL_IN(ykt_sql_text(run), ykt_sql_text(walk->node), ykt_sql_int(walk->seq),
		ykt_sql_blob(YKT_BYTES(walk->link))));

	if (status != YKT_OK)
		return status;

	return row_exec(tx,
	    "INSERT INTO verify_sum(run, account, fen) SELECT ?1, account, SUM(fen) FROM entry"
	    " WHERE node = ?2 AND seq > ?3 AND seq <= ?4 AND " ADDED " GROUP BY account"
	    " ON CONFLICT(run, account) DO UPDATE SET fen = fen + excluded.fen",
	    YKT_SQL_IN(ykt_sql_text(run), ykt_sql_text(walk->node), ykt_sql_int(after),
		ykt_sql_int(walk->seq)));
}

static enum ykt_status
walk_node(struct ykt_tx *tx, const char *run, struct walk *walk, int64_t max)
{
	enum ykt_status status = place_get(tx, run, walk);
	int64_t after = walk->seq;

	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "SELECT j.node, j.seq, j.time_ms, j.kind, j.ref, j.hash, COALESCE(e.account,"
		    " ''), COALESCE(e.fen, 0) FROM (SELECT * FROM journal WHERE node = ?1 AND"
		    " seq > ?2 ORDER BY seq LIMIT ?3) j LEFT JOIN entry e ON e.node = j.node AND"
		    " e.seq = j.seq ORDER BY j.seq, e.line",
		    YKT_SQL_IN(ykt_sql_text(walk->node), ykt_sql_int(after), ykt_sql_int(max)),
		    walk_row, walk, NULL);
	if (status == YKT_OK)
		status = walk_close(walk);

	return status == YKT_OK && walk->count != 0 ? place_put(tx, run, walk, after) : status;
}

/* Each a seek in the index of journals. YKT_NOT_FOUND: there is none, or no other. */
static enum ykt_status
node_next(struct ykt_tx *tx, bool first, char node[PLATFORM_NAME_MAX + 1])
{
	char next[PLATFORM_NAME_MAX + 1];
	const struct row_col cols[] = { ROW_TEXT(next) };
	const struct ykt_sql_val in[] = { ykt_sql_text(node) };
	enum ykt_status status =
	    first ? row_one(tx, "SELECT node FROM journal ORDER BY node LIMIT 1", NULL, 0, cols, 1)
		  : row_one(tx, "SELECT node FROM journal WHERE node > ?1 ORDER BY node LIMIT 1",
			in, YKT_ARRAY_LEN(in), cols, 1);

	if (status == YKT_OK)
		memcpy(node, next, sizeof(next));

	return status;
}

enum ykt_status
verify_chain(struct ykt_tx *tx, struct crypto *crypto, struct verify_run *run, bool *ret_behind)
{
	char node[PLATFORM_NAME_MAX + 1] = "";
	int64_t left = VERIFY_PIECE;
	enum ykt_status status = node_next(tx, true, node);

	while (status == YKT_OK && left > 0) {
		struct walk walk = { .crypto = crypto, .report = &run->report };

		memcpy(walk.node, node, sizeof(node));
		status = walk_node(tx, run->run, &walk, left);
		left -= walk.count;
		if (status == YKT_OK)
			status = node_next(tx, false, node);
	}
	*ret_behind = left == 0;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}
