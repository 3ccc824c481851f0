/*
 * The blacklist of gates out of the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/blacklist.h"

#include "platform/rows.h"

struct listing {
	const struct platform *p;
	struct wire_gate_params_rsp *rsp;
	bool more; /* than fit */
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

	return ykt_tx_query(tx,
	    "SELECT card_no FROM card c WHERE state IN ('locking', 'locked', 'unlocking')"
	    " ORDER BY state = 'locked', (SELECT MAX(seq) FROM card_job j WHERE"
	    " j.card_no = c.card_no) DESC LIMIT ?1",
	    YKT_SQL_IN(ykt_sql_int(WIRE_BLACKLIST_MAX + 1)), listing_row, listing, NULL);
}

enum ykt_status
blacklist_put(struct platform_worker *w, struct wire_gate_params_rsp *rsp)
{
	struct listing listing = { .p = w->p, .rsp = rsp };
	enum ykt_status status = ykt_store_run(w->p->store, listing_tx, &listing);

	if (status == YKT_OK && listing.more)
		room_trace(w, YKT_TRACE_ERROR, "blacklist is full", WIRE_BLACKLIST_MAX);

	return status;
}
