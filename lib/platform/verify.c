/*
 * The ledger read from its beginning and computed again (I-6, I-19).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/secret.h>

#include "platform/ledger.h"
#include "platform/room.h"
#include "platform/rows.h"

/* A walk over journal and entries, ordered by writer and sequence. */
struct walk {
	struct crypto *crypto;
	struct platform_ledger_report report;
	bool open; /* a journal is being gathered */
	char node[PLATFORM_NAME_MAX + 1];
	int64_t seq;
	int64_t time_ms;
	char kind[33];
	struct ledger_draft draft;
	uint8_t stored[32];
	uint8_t link[32]; /* of the journal before, zeros before the first */
};

static void
walk_break(struct walk *walk)
{
	if (walk->report.chain_ok) {
		memcpy(walk->report.bad_node, walk->node, sizeof(walk->node));
		walk->report.bad_seq = walk->seq;
	}
	walk->report.chain_ok = false;
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
	walk->report.journals++;
	for (size_t i = 0; i < walk->draft.count; i++) {
		if (ykt_fen_add(sum, walk->draft.lines[i].fen, &sum) != YKT_OK)
			walk->report.sums_ok = false;
	}
	if (sum != 0 || walk->draft.count < 2)
		walk->report.sums_ok = false;
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
walk_open(struct walk *walk, const char *node, int64_t seq)
{
	bool same = strcmp(node, walk->node) == 0;
	int64_t expected = same ? walk->seq + 1 : 1;

	if (!same) {
		memset(walk->link, 0, sizeof(walk->link));
		text_set(walk->node, sizeof(walk->node), node);
	}
	walk->seq = seq;
	walk->open = true;
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
	if (!walk->open || strcmp(node, walk->node) != 0 || seq != walk->seq) {
		status = walk_close(walk);
		if (status != YKT_OK)
			return status;
		walk_open(walk, node, seq);
		walk->time_ms = time_ms;
		text_set(walk->kind, sizeof(walk->kind), kind);
		walk->draft = ledger_draft(walk->kind, ref);
		memcpy(walk->stored, hash, sizeof(hash));
	}
	if (account[0] == '\0') {
		walk->report.sums_ok = false; /* a journal without entries */
		return YKT_OK;
	}
	walk->report.entries++;
	ledger_line(&walk->draft, account, "", fen);
	if (fen == 0 || walk->draft.bad)
		walk->report.sums_ok = false;
	if (ykt_fen_add(walk->report.sum_fen, fen, &walk->report.sum_fen) != YKT_OK)
		walk->report.sums_ok = false;

	return YKT_OK;
}

static enum ykt_status
count_rows(struct ykt_tx *tx, const char *sql, int64_t *ret_count)
{
	const struct row_col cols[] = { ROW_INT(ret_count) };

	return row_one(tx, sql, NULL, 0, cols, 1);
}

static enum ykt_status
verify_tx(struct ykt_tx *tx, void *arg)
{
	struct walk *walk = arg;
	struct crypto *crypto = walk->crypto;
	enum ykt_status status;
	int64_t bad = 0, stray = 0, orders = 0;

	*walk = (struct walk){ .crypto = crypto };
	walk->report.chain_ok = true;
	walk->report.sums_ok = true;
	status = ykt_tx_query(tx,
	    "SELECT j.node, j.seq, j.time_ms, j.kind, j.ref, j.hash, COALESCE(e.account, ''),"
	    " COALESCE(e.fen, 0) FROM journal j LEFT JOIN entry e ON e.node = j.node AND"
	    " e.seq = j.seq ORDER BY j.node, j.seq, e.line",
	    NULL, 0, walk_row, walk, NULL);
	if (status == YKT_OK)
		status = walk_close(walk);
	if (status == YKT_OK)
		status = count_rows(tx,
		    "SELECT COUNT(*) FROM entry e WHERE NOT EXISTS"
		    " (SELECT 1 FROM journal j WHERE j.node = e.node AND j.seq = e.seq)",
		    &stray);
	if (status == YKT_OK)
		status = count_rows(tx,
		    "SELECT COUNT(*) FROM (SELECT account, SUM(fen) AS s FROM ("
		    " SELECT account, fen FROM entry WHERE account LIKE 'SH:%' OR account LIKE "
		    "'U:%'"
		    " UNION ALL SELECT account, -fen FROM bal) GROUP BY account) WHERE s <> 0",
		    &bad);
	if (status == YKT_OK)
		status = count_rows(tx,
		    "SELECT COUNT(*) FROM (SELECT account, SUM(fen) AS s FROM ("
		    " SELECT account, fen FROM entry WHERE account LIKE 'IF:%' UNION ALL"
		    " SELECT 'IF:' || order_id, loaded_fen + refunded_fen - paid_fen FROM ord)"
		    " GROUP BY account) WHERE s <> 0",
		    &orders);
	walk->report.balances_ok = bad == 0;
	walk->report.orders_ok = orders == 0;
	if (stray != 0)
		walk->report.sums_ok = false;

	return status;
}

enum ykt_status
platform_ledger_verify(struct platform_worker *worker, struct platform_ledger_report *ret_report)
{
	struct walk walk = { .crypto = worker->crypto };
	enum ykt_status status;

	status = ykt_store_run(worker->p->store, verify_tx, &walk);
	if (status == YKT_OK)
		*ret_report = walk.report;

	return status;
}
