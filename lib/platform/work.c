/*
 * The outbox table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/work.h"

#include <assert.h>

#include "platform/rows.h"

enum ykt_status
work_add(struct ykt_tx *tx, enum work_kind kind, const char *ref, int64_t next_ms, int64_t now_ms)
{
	return row_exec(tx,
	    "INSERT INTO work(kind, ref, next_ms, tries, since_ms) VALUES(?1, ?2, ?3, 0, ?4)"
	    " ON CONFLICT(kind, ref) DO NOTHING",
	    YKT_SQL_IN(ykt_sql_int((int64_t)kind), ykt_sql_text(ref), ykt_sql_int(next_ms),
		ykt_sql_int(now_ms)));
}

enum ykt_status
work_set(struct ykt_tx *tx, enum work_kind kind, const char *ref, int64_t next_ms, int64_t now_ms)
{
	return row_exec(tx,
	    "INSERT INTO work(kind, ref, next_ms, tries, since_ms) VALUES(?1, ?2, ?3, 0, ?4)"
	    " ON CONFLICT(kind, ref) DO UPDATE SET next_ms = excluded.next_ms, tries = 0",
	    YKT_SQL_IN(ykt_sql_int((int64_t)kind), ykt_sql_text(ref), ykt_sql_int(next_ms),
		ykt_sql_int(now_ms)));
}

enum ykt_status
work_done(struct ykt_tx *tx, enum work_kind kind, const char *ref)
{
	return row_exec(tx, "DELETE FROM work WHERE kind = ?1 AND ref = ?2",
	    YKT_SQL_IN(ykt_sql_int((int64_t)kind), ykt_sql_text(ref)));
}

int64_t
work_wait(const struct platform_settings *settings, int64_t first_ms, int64_t tries)
{
	int64_t wait = first_ms;

	for (int64_t i = 0; i < tries && wait < settings->retry_max_ms; i++)
		wait *= 2;

	return wait < settings->retry_max_ms ? wait : settings->retry_max_ms;
}

struct claim {
	struct work_item *items;
	size_t count;
};

static enum ykt_status
claim_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct claim *claim = arg;
	struct work_item *item = &claim->items[claim->count];
	const struct row_col cols[] = { ROW_INT(&item->kind), ROW_TEXT(item->ref),
		ROW_INT(&item->tries), ROW_INT(&item->since_ms) };

	assert(claim->count < WORK_SLICE);
	claim->count++;

	return row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));
}

/* Unpaid orders and running jobs are looked after less eagerly than money owed. */
static int64_t
first_wait(const struct platform_settings *settings, int64_t kind)
{
	if (kind == WORK_PAYMENT || kind == WORK_JOB || kind == WORK_CARD || kind == WORK_BANK)
		return settings->poll_ms;

	return settings->retry_first_ms;
}

enum ykt_status
work_claim(struct ykt_tx *tx, const struct platform_settings *settings, int64_t now_ms,
    struct work_item items[WORK_SLICE], size_t *ret_count)
{
	struct claim claim = { items, 0 };
	enum ykt_status status;

	status = ykt_tx_query(tx,
	    "SELECT kind, ref, tries, since_ms FROM work WHERE next_ms <= ?1"
	    " ORDER BY next_ms LIMIT 16",
	    YKT_SQL_IN(ykt_sql_int(now_ms)), claim_row, &claim, NULL);
	for (size_t i = 0; i < claim.count && status == YKT_OK; i++) {
		int64_t wait =
		    items[i].kind == WORK_HOUSE
			? settings->house_ms
			: work_wait(settings, first_wait(settings, items[i].kind), items[i].tries);

		status = row_exec(tx,
		    "UPDATE work SET next_ms = ?1, tries = tries + 1 WHERE kind = ?2 AND ref = ?3",
		    YKT_SQL_IN(ykt_sql_int(now_ms + wait), ykt_sql_int(items[i].kind),
			ykt_sql_text(items[i].ref)));
	}
	if (status == YKT_OK)
		*ret_count = claim.count;

	return status;
}
