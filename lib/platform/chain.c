/*
 * Balance chains, and gaps in sequences.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/chain.h"

#include <string.h>

#include "platform/rows.h"

/* More loads than this between two rides are not looked through. */
#define LOADS_MAX 128

static const char *const kinds[] = { "card", "terminal" };
/* What is missing for long is a case of that kind. */
static const char *const case_kinds[] = { "gap", "records" };
const struct wire_tokens chain_kinds = { kinds, YKT_ARRAY_LEN(kinds) };

struct span {
	const char *kind;
	const char *ref;
	int64_t first, last;
	int64_t since_ms;
	int64_t explained_ms;
};

/* Missing from first to last; nothing when that is no number. */
static enum ykt_status
gap_put(struct ykt_tx *tx, const struct span *s)
{
	if (s->first > s->last)
		return YKT_OK;

	return row_exec(tx,
	    "INSERT INTO gap(kind, ref, first, last, since_ms, explained_ms)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	    YKT_SQL_IN(ykt_sql_text(s->kind), ykt_sql_text(s->ref), ykt_sql_int(s->first),
		ykt_sql_int(s->last), ykt_sql_int(s->since_ms), ykt_sql_int(s->explained_ms)));
}

/* What is left of a gap that the number is in keeps its age, and its explanation. */
static enum ykt_status
gap_split(struct ykt_tx *tx, struct span s, int64_t number)
{
	const struct row_col cols[] = { ROW_INT(&s.first), ROW_INT(&s.last), ROW_INT(&s.since_ms),
		ROW_INT(&s.explained_ms) };
	struct span right;
	enum ykt_status status = row_one(tx,
	    "SELECT first, last, since_ms, explained_ms FROM gap WHERE kind = ?1 AND ref = ?2 AND "
	    "first <= ?3"
	    " AND last >= ?3",
	    YKT_SQL_IN(ykt_sql_text(s.kind), ykt_sql_text(s.ref), ykt_sql_int(number)), cols,
	    YKT_ARRAY_LEN(cols));

	if (status == YKT_NOT_FOUND)
		return YKT_OK; /* it was here before */
	if (status == YKT_OK)
		status = row_exec(tx, "DELETE FROM gap WHERE kind = ?1 AND ref = ?2 AND first = ?3",
		    YKT_SQL_IN(ykt_sql_text(s.kind), ykt_sql_text(s.ref), ykt_sql_int(s.first)));
	right = s;
	right.first = number + 1;
	s.last = number - 1;
	if (status == YKT_OK)
		status = gap_put(tx, &s);

	return status == YKT_OK ? gap_put(tx, &right) : status;
}

static enum ykt_status
seen_put(struct ykt_tx *tx, const struct span *s)
{
	return row_exec(tx,
	    "INSERT INTO seen(kind, ref, low, high) VALUES(?1, ?2, ?3, ?4)"
	    " ON CONFLICT(kind, ref) DO UPDATE SET low = excluded.low, high = excluded.high",
	    YKT_SQL_IN(ykt_sql_text(s->kind), ykt_sql_text(s->ref), ykt_sql_int(s->first),
		ykt_sql_int(s->last)));
}

enum ykt_status
chain_seen(struct ykt_tx *tx, enum chain_kind kind, const char *ref, int64_t number, int64_t now_ms)
{
	struct span seen = { .kind = kinds[kind], .ref = ref };
	struct span gap = { .kind = kinds[kind], .ref = ref, .since_ms = now_ms };
	const struct row_col cols[] = { ROW_INT(&seen.first), ROW_INT(&seen.last) };
	enum ykt_status status =
	    row_one(tx, "SELECT low, high FROM seen WHERE kind = ?1 AND ref = ?2",
		YKT_SQL_IN(ykt_sql_text(seen.kind), ykt_sql_text(ref)), cols, YKT_ARRAY_LEN(cols));

	if (status == YKT_NOT_FOUND) {
		seen.first = seen.last = number;
		return seen_put(tx, &seen);
	}
	if (status != YKT_OK)
		return status;
	if (number >= seen.first && number <= seen.last)
		return gap_split(tx, gap, number);
	if (number > seen.last) {
		gap.first = seen.last + 1;
		gap.last = number - 1;
		seen.last = number;
	} else {
		gap.first = number + 1;
		gap.last = seen.first - 1;
		seen.first = number;
	}
	status = gap_put(tx, &gap);

	return status == YKT_OK ? seen_put(tx, &seen) : status;
}

struct loads {
	ykt_fen fen[LOADS_MAX];
	size_t count;
	bool more;
};

static enum ykt_status
loads_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct loads *loads = arg;

	loads->more = loads->count == LOADS_MAX;
	if (loads->more)
		return YKT_OK;

	return row_fill(
	    vals, count, (const struct row_col[]){ ROW_INT(&loads->fen[loads->count++]) }, 1);
}

/* Some loads, one behind the other, make this much. */
static bool
loads_make(const struct loads *loads, ykt_fen fen)
{
	for (size_t from = 0; from < loads->count; from++) {
		ykt_fen sum = 0;

		for (size_t i = from; i < loads->count && sum < fen; i++)
			sum += loads->fen[i];
		if (sum == fen)
			return true;
	}

	return false;
}

/* One that others opened, who may load it too. */
static enum ykt_status
is_bound(struct ykt_tx *tx, const char *card_no, bool *ret_bound)
{
	int64_t bound = 0;
	const struct row_col cols[] = { ROW_INT(&bound) };
	enum ykt_status status = row_one(tx, "SELECT bound FROM card WHERE card_no = ?1",
	    YKT_SQL_IN(ykt_sql_text(card_no)), cols, 1);

	*ret_bound = status == YKT_OK && bound != 0;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

/*
 * The loads of a card, as far as one may be on it, in the order in which they ended; those
 * that have not are last.
 */
static enum ykt_status
explained(struct ykt_tx *tx, const char *card_no, ykt_fen fen, bool *ret_explained)
{
	struct loads loads = { .count = 0 };
	enum ykt_status status;

	*ret_explained = false;
	if (fen < 0)
		return YKT_OK; /* nothing but rides takes money off a card in use */
	status = is_bound(tx, card_no, ret_explained);
	if (status != YKT_OK || *ret_explained)
		return status;
	status = ykt_tx_query(tx,
	    "SELECT amount_fen FROM ord WHERE card_no = ?1 AND card_no <> '' AND kind = 'topup'"
	    " AND state NOT IN ('created', 'closed') ORDER BY state <> 'loaded', changed_ms,"
	    " order_id LIMIT ?2",
	    YKT_SQL_IN(ykt_sql_text(card_no), ykt_sql_int(LOADS_MAX + 1)), loads_row, &loads, NULL);
	if (status == YKT_OK)
		*ret_explained = loads.more || loads_make(&loads, fen);

	return status;
}

/* YKT_NOT_FOUND: no ride with a TAC has that counter. */
static enum ykt_status
neighbour(struct ykt_tx *tx, const struct wire_tap *tap, int64_t number, struct wire_tap *ret_tap)
{
	uint8_t record[TAP_RECORD_LEN];
	const struct row_col cols[] = { ROW_BLOB(record) };
	enum ykt_status status = row_one(tx,
	    "SELECT record FROM tap WHERE card_no = ?1 AND offline_seq = ?2 AND valid = 1",
	    YKT_SQL_IN(ykt_sql_text(tap->card_no), ykt_sql_int(number)), cols, 1);

	if (status == YKT_OK)
		tap_decode(record, ret_tap);

	return status;
}

static enum ykt_status
check_pair(
    struct ykt_tx *tx, const struct wire_tap *first, const struct wire_tap *then, int64_t now_ms)
{
	const ykt_fen more = then->balance_fen - (first->balance_fen - first->amount_fen);
	char ref[TAP_REF_MAX] = "";
	bool good = more == 0;
	enum ykt_status status = good ? YKT_OK : explained(tx, then->card_no, more, &good);

	if (status != YKT_OK || good)
		return status;
	text_add(ref, sizeof(ref), then->card_no);
	text_add(ref, sizeof(ref), " ");
	text_add_int(ref, sizeof(ref), then->offline_seq, 1);

	return room_case(tx, "chain", ref, now_ms);
}

enum ykt_status
chain_check(struct ykt_tx *tx, const struct wire_tap *tap, int64_t now_ms)
{
	struct wire_tap other;
	enum ykt_status status = neighbour(tx, tap, tap->offline_seq - 1, &other);

	if (status == YKT_OK)
		status = check_pair(tx, &other, tap, now_ms);
	if (status == YKT_OK || status == YKT_NOT_FOUND)
		status = neighbour(tx, tap, tap->offline_seq + 1, &other);
	if (status == YKT_OK)
		status = check_pair(tx, tap, &other, now_ms);

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

enum ykt_status
chain_psam(struct ykt_tx *tx, const struct wire_tap *tap, const char *ref, int64_t now_ms)
{
	int64_t stopped = 0;
	const struct row_col cols[] = { ROW_INT(&stopped) };
	enum ykt_status status = row_one(tx,
	    "SELECT COUNT(*) FROM psam_stop WHERE terminal = ?1 AND from_ms <= ?2"
	    " AND (until_ms = 0 OR until_ms > ?2)",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(tap->terminal)), ykt_sql_int(tap_time(tap))), cols,
	    1);

	return status == YKT_OK && stopped != 0 ? room_case(tx, "psam", ref, now_ms) : status;
}

/* What is missing and unexplained since before ?2. */
#define AGED "FROM gap WHERE kind = ?3 AND since_ms < ?2 AND explained_ms = 0"

static enum ykt_status
aged_begin(struct ykt_tx *tx, const struct ykt_sql_val in[4])
{
	return row_exec(tx,
	    "INSERT INTO casebook(kind, ref, opened_ms, closed_ms) SELECT ?4, ref, ?1, 0 " AGED
	    " GROUP BY ref ON CONFLICT(kind, ref) DO UPDATE SET opened_ms = excluded.opened_ms,"
	    " closed_ms = 0 WHERE closed_ms <> 0",
	    in, 4);
}

static enum ykt_status
aged_end(struct ykt_tx *tx, const struct ykt_sql_val in[4])
{
	return row_exec(tx,
	    "UPDATE casebook SET closed_ms = ?1 WHERE kind = ?4 AND closed_ms = 0 AND NOT EXISTS"
	    " (SELECT 1 " AGED " AND ref = casebook.ref)",
	    in, 4);
}

static enum ykt_status
aged(struct ykt_tx *tx, enum chain_kind kind, int64_t wait_ms, int64_t now_ms, bool begin)
{
	const struct ykt_sql_val in[] = { ykt_sql_int(now_ms), ykt_sql_int(now_ms - wait_ms),
		ykt_sql_text(kinds[kind]), ykt_sql_text(case_kinds[kind]) };
	enum ykt_status status = begin ? aged_begin(tx, in) : YKT_OK;

	return status == YKT_OK ? aged_end(tx, in) : status;
}

enum ykt_status
chain_aged(struct ykt_tx *tx, const struct platform_settings *settings, int64_t now_ms)
{
	enum ykt_status status = aged(tx, CHAIN_CARD, settings->gap_age_ms, now_ms, true);

	return status == YKT_OK ? aged(tx, CHAIN_TERMINAL, settings->records_wait_ms, now_ms, true)
				: status;
}

enum ykt_status
chain_came(struct ykt_tx *tx, const struct platform_settings *settings, int64_t now_ms)
{
	return aged(tx, CHAIN_TERMINAL, settings->records_wait_ms, now_ms, false);
}

enum ykt_status
chain_explain(struct ykt_tx *tx, const struct platform_settings *settings, const char *terminal,
    int64_t first, int64_t last, int64_t now_ms)
{
	int64_t changed = 0;
	enum ykt_status status = ykt_tx_query(tx,
	    "UPDATE gap SET explained_ms = ?5 WHERE kind = ?1 AND ref = ?2 AND first = ?3"
	    " AND last = ?4",
	    YKT_SQL_IN(ykt_sql_text(kinds[CHAIN_TERMINAL]), ykt_sql_text(terminal),
		ykt_sql_int(first), ykt_sql_int(last), ykt_sql_int(now_ms)),
	    NULL, NULL, &changed);

	if (status == YKT_OK && changed == 0)
		status = YKT_NOT_FOUND;

	return status == YKT_OK ? chain_came(tx, settings, now_ms) : status;
}
