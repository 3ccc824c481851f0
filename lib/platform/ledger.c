/*
 * Posting, stored balances, sums (I-6, I-19, I-21).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/ledger.h"

#include <assert.h>
#include <string.h>

#include "crypto/digest.h"
#include "platform/rows.h"

#define LINK_LEN 32

struct ledger_draft
ledger_draft(const char *kind, const char *ref)
{
	struct ledger_draft draft = { .kind = kind };

	text_set(draft.ref, sizeof(draft.ref), ref);
	return draft;
}

void
ledger_line(struct ledger_draft *draft, const char *class, const char *name, ykt_fen fen)
{
	if (fen == 0)
		return;
	if (draft->count == LEDGER_LINES_MAX ||
	    strlen(class) + strlen(name) >= LEDGER_ACCOUNT_MAX) {
		draft->bad = true;
		return;
	}
	draft->lines[draft->count].account[0] = '\0';
	text_add(draft->lines[draft->count].account, LEDGER_ACCOUNT_MAX, class);
	text_add(draft->lines[draft->count].account, LEDGER_ACCOUNT_MAX, name);
	draft->lines[draft->count].fen = fen;
	draft->count++;
}

void
ledger_pair(struct ledger_draft *draft, const char *from_class, const char *from,
    const char *to_class, const char *to, ykt_fen amount)
{
	/* I-21: nothing moves a negative amount; a correction names the ways it goes. */
	if (amount < 0)
		draft->bad = true;
	else {
		ledger_line(draft, from_class, from, -amount);
		ledger_line(draft, to_class, to, amount);
	}
}

static bool
draft_sums_to_zero(const struct ledger_draft *draft)
{
	ykt_fen sum = 0;

	for (size_t i = 0; i < draft->count; i++) {
		if (ykt_fen_add(sum, draft->lines[i].fen, &sum) != YKT_OK)
			return false;
	}

	return sum == 0;
}

enum ykt_status
ledger_hash(struct crypto *crypto, const uint8_t prev[32], const char *node, int64_t seq,
    int64_t time_ms, const struct ledger_draft *draft, uint8_t ret_hash[32])
{
	uint8_t bytes[32 + 17 + 16 + 64 + LEDGER_LINES_MAX * (LEDGER_ACCOUNT_MAX + 8)];
	struct ykt_buf buf = YKT_BUF(bytes);
	struct ykt_bytes view;

	/* Texts with their NUL, so that no two journals have the same bytes. */
	ykt_put_mem(&buf, prev, LINK_LEN);
	ykt_put_mem(&buf, node, strlen(node) + 1);
	ykt_put_u64(&buf, (uint64_t)seq);
	ykt_put_u64(&buf, (uint64_t)time_ms);
	ykt_put_mem(&buf, draft->kind, strlen(draft->kind) + 1);
	ykt_put_mem(&buf, draft->ref, strlen(draft->ref) + 1);
	for (size_t i = 0; i < draft->count; i++) {
		ykt_put_mem(&buf, draft->lines[i].account, strlen(draft->lines[i].account) + 1);
		ykt_put_u64(&buf, (uint64_t)draft->lines[i].fen);
	}
	if (buf.full)
		return YKT_E_INTERNAL;
	view = ykt_buf_view(&buf);

	return crypto_sm3(crypto, &view, 1, ret_hash);
}

static enum ykt_status
chain_head(struct ykt_tx *tx, const char *node, int64_t *ret_seq, uint8_t ret_hash[LINK_LEN])
{
	int64_t seq;
	uint8_t hash[LINK_LEN];
	const struct row_col cols[] = { ROW_INT(&seq), ROW_BLOB(hash) };
	enum ykt_status status;

	status =
	    row_one(tx, "SELECT seq, hash FROM journal WHERE node = ?1 ORDER BY seq DESC LIMIT 1",
		YKT_SQL_IN(ykt_sql_text(node)), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_NOT_FOUND) {
		*ret_seq = 0;
		memset(ret_hash, 0, LINK_LEN);
		return YKT_OK;
	}
	if (status == YKT_OK) {
		*ret_seq = seq;
		memcpy(ret_hash, hash, LINK_LEN);
	}

	return status;
}

static enum ykt_status
entries_insert(struct ykt_tx *tx, const char *node, int64_t seq, const struct ledger_draft *draft)
{
	enum ykt_status status = YKT_OK;

	/* Nearly every journal has two lines: one statement. */
	if (draft->count == 2)
		return row_exec(tx,
		    "INSERT INTO entry(node, seq, line, account, fen)"
		    " VALUES(?1, ?2, 0, ?3, ?4), (?1, ?2, 1, ?5, ?6)",
		    YKT_SQL_IN(ykt_sql_text(node), ykt_sql_int(seq),
			ykt_sql_text(draft->lines[0].account), ykt_sql_int(draft->lines[0].fen),
			ykt_sql_text(draft->lines[1].account), ykt_sql_int(draft->lines[1].fen)));
	for (size_t i = 0; i < draft->count && status == YKT_OK; i++)
		status = row_exec(tx,
		    "INSERT INTO entry(node, seq, line, account, fen) VALUES(?1, ?2, ?3, ?4, ?5)",
		    YKT_SQL_IN(ykt_sql_text(node), ykt_sql_int(seq), ykt_sql_int((int64_t)i),
			ykt_sql_text(draft->lines[i].account), ykt_sql_int(draft->lines[i].fen)));

	return status;
}

static bool
account_stored(const char *account)
{
	return strncmp(account, LEDGER_CARD, strlen(LEDGER_CARD)) == 0 ||
	       strncmp(account, LEDGER_USER, strlen(LEDGER_USER)) == 0;
}

/* An overflow turns the sum into a real number, which a STRICT table refuses. */
static enum ykt_status
balances_add(struct ykt_tx *tx, int64_t now_ms, const struct ledger_draft *draft)
{
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < draft->count && status == YKT_OK; i++) {
		if (!account_stored(draft->lines[i].account))
			continue;
		status = row_exec(tx,
		    "INSERT INTO bal(account, fen, as_of_ms) VALUES(?1, ?2, ?3) ON "
		    "CONFLICT(account)"
		    " DO UPDATE SET fen = fen + excluded.fen, as_of_ms = excluded.as_of_ms",
		    YKT_SQL_IN(ykt_sql_text(draft->lines[i].account),
			ykt_sql_int(draft->lines[i].fen), ykt_sql_int(now_ms)));
	}

	return status;
}

enum ykt_status
ledger_post(struct ykt_tx *tx, const struct ledger_writer *writer, const struct ledger_draft *draft)
{
	enum ykt_status status;
	uint8_t hash[LINK_LEN];
	int64_t seq;

	if (draft->bad || !draft_sums_to_zero(draft))
		return YKT_E_INTERNAL;
	if (draft->count == 0)
		return YKT_OK;

	status = chain_head(tx, writer->node, &seq, hash);
	if (status != YKT_OK)
		return status;
	seq++;
	status = ledger_hash(writer->crypto, hash, writer->node, seq, writer->now_ms, draft, hash);
	if (status != YKT_OK)
		return status;
	status = row_exec(tx,
	    "INSERT INTO journal(node, seq, time_ms, kind, ref, hash)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	    YKT_SQL_IN(ykt_sql_text(writer->node), ykt_sql_int(seq), ykt_sql_int(writer->now_ms),
		ykt_sql_text(draft->kind), ykt_sql_text(draft->ref),
		ykt_sql_blob(YKT_BYTES(hash))));
	if (status == YKT_OK)
		status = entries_insert(tx, writer->node, seq, draft);
	if (status == YKT_OK)
		status = balances_add(tx, writer->now_ms, draft);

	return status;
}

enum ykt_status
ledger_balance(
    struct ykt_tx *tx, const char *class, const char *name, ykt_fen *ret_fen, int64_t *ret_as_of_ms)
{
	char account[LEDGER_ACCOUNT_MAX] = "";
	int64_t fen = 0, as_of = 0;
	const struct row_col cols[] = { ROW_INT(&fen), ROW_INT(&as_of) };
	enum ykt_status status;

	text_add(account, sizeof(account), class);
	text_add(account, sizeof(account), name);
	status = row_one(tx, "SELECT fen, as_of_ms FROM bal WHERE account = ?1",
	    YKT_SQL_IN(ykt_sql_text(account)), cols, YKT_ARRAY_LEN(cols));
	if (status == YKT_OK || status == YKT_NOT_FOUND) {
		*ret_fen = fen;
		*ret_as_of_ms = as_of;
		status = YKT_OK;
	}

	return status;
}

/* IF, SH, U, V and W have an account for each order, card, person and so on: their class. */
#define CLASS_OF_ACCOUNT                                                                           \
	"CASE WHEN account LIKE 'IF:%' THEN 'IF' WHEN account LIKE 'SH:%' THEN 'SH'"               \
	" WHEN account LIKE 'U:%' THEN 'U' WHEN account LIKE 'V:%' THEN 'V'"                       \
	" WHEN account LIKE 'W:%' THEN 'W' ELSE account END"

struct totals_read {
	struct ledger_total *totals;
	size_t count;
};

static enum ykt_status
totals_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct totals_read *read = arg;
	struct ledger_total *total;

	if (read->count == LEDGER_TOTALS_MAX)
		return YKT_E_SPACE;
	total = &read->totals[read->count++];

	return row_fill(vals, count,
	    (const struct row_col[]){ ROW_TEXT(total->account), ROW_INT(&total->fen) }, 2);
}

enum ykt_status
ledger_totals(struct ykt_tx *tx, struct ledger_total totals[LEDGER_TOTALS_MAX], size_t *ret_count)
{
	struct totals_read read = { totals, 0 };
	enum ykt_status status;

	status = ykt_tx_query(tx,
	    "SELECT class, SUM(fen) FROM (SELECT class, fen FROM rollup UNION ALL"
	    " SELECT " CLASS_OF_ACCOUNT ", e.fen FROM entry e WHERE e.seq >"
	    " COALESCE((SELECT r.seq FROM rollup_at r WHERE r.node = e.node), 0))"
	    " GROUP BY class ORDER BY class",
	    NULL, 0, totals_row, &read, NULL);
	if (status == YKT_OK)
		*ret_count = read.count;

	return status;
}

enum ykt_status
ledger_rollup(struct ykt_tx *tx, const char *node)
{
	uint8_t hash[LINK_LEN];
	int64_t at = 0, head;
	const struct row_col cols[] = { ROW_INT(&at) };
	enum ykt_status status;

	status = chain_head(tx, node, &head, hash);
	if (status != YKT_OK)
		return status;
	status = row_one(tx, "SELECT seq FROM rollup_at WHERE node = ?1",
	    YKT_SQL_IN(ykt_sql_text(node)), cols, YKT_ARRAY_LEN(cols));
	if (status != YKT_OK && status != YKT_NOT_FOUND)
		return status;
	if (head - at < LEDGER_ROLLUP_MIN)
		return YKT_OK;
	status = row_exec(tx,
	    "INSERT INTO rollup(class, fen) SELECT " CLASS_OF_ACCOUNT " AS c, SUM(fen) FROM entry"
	    " WHERE node = ?1 AND seq > ?2 AND seq <= ?3 GROUP BY c"
	    " ON CONFLICT(class) DO UPDATE SET fen = fen + excluded.fen",
	    YKT_SQL_IN(ykt_sql_text(node), ykt_sql_int(at), ykt_sql_int(head)));
	if (status == YKT_OK)
		status = row_exec(tx,
		    "INSERT INTO rollup_at(node, seq) VALUES(?1, ?2)"
		    " ON CONFLICT(node) DO UPDATE SET seq = excluded.seq",
		    YKT_SQL_IN(ykt_sql_text(node), ykt_sql_int(head)));

	return status;
}
