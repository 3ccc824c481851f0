/*
 * The blacklist of gates out of the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/blacklist.h"

#include "platform/rows.h"

#define GATE_CLOCK_S 86400

struct listing {
	const struct platform *p;
	struct wire_gate_params_rsp *rsp;
	int64_t now_ms;
	bool more, more_codes; /* than fit */
};

static enum ykt_status
listing_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct listing *listing = arg;
	struct wire_gate_params_rsp *rsp = listing->rsp;

	listing->more = rsp->blacklist_count == WIRE_BLACKLIST_MAX;
	if (listing->more)
		return YKT_OK;

	return row_fill(vals, count,
	    (const struct row_col[]){ ROW_TEXT(rsp->blacklist[rsp->blacklist_count++].card_no) },
	    1);
}

static enum ykt_status
codes_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct listing *listing = arg;
	struct wire_gate_params_rsp *rsp = listing->rsp;

	listing->more_codes = rsp->codes_count == WIRE_CODES_MAX;
	if (listing->more_codes)
		return YKT_OK;

	return row_fill(vals, count,
	    (const struct row_col[]){ ROW_TEXT(rsp->codes[rsp->codes_count++].user_no) }, 1);
}

/*
 * Accounts that show no codes, as long as one that they were given may pass a gate whose
 * clock is behind by GATE_CLOCK_S. The latest first: their codes live longest.
 */
static enum ykt_status
list_codes(struct ykt_tx *tx, struct listing *listing)
{
	enum ykt_status status;

	listing->rsp->codes_count = 0;
	listing->more_codes = false;
	status = ykt_tx_query(tx,
	    "SELECT a.user_no FROM code_account a JOIN code_issue i ON i.user_id = a.user_id"
	    " WHERE a.state <> 'open' AND i.expires_s > ?1 GROUP BY a.seq"
	    " ORDER BY MAX(i.expires_s) DESC, a.seq DESC LIMIT ?2",
	    YKT_SQL_IN(ykt_sql_int(listing->now_ms / 1000 - GATE_CLOCK_S),
		ykt_sql_int(WIRE_CODES_MAX + 1)),
	    codes_row, listing, NULL);
	/* Gates from before this list know nothing of it: none is said to them without need. */
	listing->rsp->has_codes = listing->rsp->codes_count != 0;

	return status;
}

static enum ykt_status
listing_tx(struct ykt_tx *tx, void *arg)
{
	struct listing *listing = arg;
	int64_t rev = 0;
	const struct row_col cols[] = { ROW_INT(&rev) };
	enum ykt_status status;

	listing->rsp->blacklist_count = 0;
	listing->more = false;
	status = row_one(tx, "SELECT rev FROM blacklist", NULL, 0, cols, 1);
	if (status != YKT_OK)
		return status;
	listing->rsp->version = listing->p->o.params_version + rev;

	status = ykt_tx_query(tx,
	    "SELECT card_no FROM card c WHERE state IN ('locking', 'locked', 'unlocking')"
	    " ORDER BY state = 'locked', (SELECT MAX(seq) FROM card_job j WHERE"
	    " j.card_no = c.card_no) DESC LIMIT ?1",
	    YKT_SQL_IN(ykt_sql_int(WIRE_BLACKLIST_MAX + 1)), listing_row, listing, NULL);

	return status == YKT_OK ? list_codes(tx, listing) : status;
}

enum ykt_status
blacklist_put(struct platform_worker *w, struct wire_gate_params_rsp *rsp)
{
	struct listing listing = { .p = w->p, .rsp = rsp, .now_ms = room_now(w) };
	enum ykt_status status = ykt_store_run(w->p->store, listing_tx, &listing);

	if (status == YKT_OK && listing.more)
		room_trace(w, YKT_TRACE_ERROR, "blacklist is full", WIRE_BLACKLIST_MAX);
	if (status == YKT_OK && listing.more_codes)
		room_trace(w, YKT_TRACE_ERROR, "list of codes is full", WIRE_CODES_MAX);

	return status;
}
