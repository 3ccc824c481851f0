/*
 * A peer that was away and is heard from again: what waits for it is due.
 *
 * Attempts wait twice as long after each failure, up to minutes. A signed message or reply
 * of the peer says that it is there now, so waiting longer helps nobody. Where only one of
 * two ways works, each message of the one would call for an attempt on the other without
 * end; the second between two attempts stays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tsm/internal.h"
#include "tsm/peer.h"

struct heard {
	const char *peer;
	int64_t now_ms;
};

enum ykt_status
tsm_heard(struct ykt_tx *tx, const char *peer, int64_t now_ms)
{
	const struct ykt_sql_val in[] = { ykt_sql_text(peer), ykt_sql_int(now_ms),
		ykt_sql_int(TSM_HEARD_MS) };
	enum ykt_status status = ykt_tx_query(tx,
	    "UPDATE peer_out SET due_ms = MIN(due_ms, MAX(?2, asked_ms + ?3))"
	    " WHERE peer = ?1 AND due_ms > ?2",
	    in, YKT_ARRAY_LEN(in), NULL, NULL, NULL);

	/* One that last said who it is has its hour. */
	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "UPDATE peer_link SET due_ms = MIN(due_ms, MAX(?2, asked_ms + ?3))"
		    " WHERE peer = ?1 AND due_ms > ?2 AND good_ms < asked_ms",
		    in, YKT_ARRAY_LEN(in), NULL, NULL, NULL);

	return status;
}

static enum ykt_status
heard_tx(struct ykt_tx *tx, void *arg)
{
	const struct heard *heard = arg;

	return tsm_heard(tx, heard->peer, heard->now_ms);
}

void
tsm_heard_now(struct tsm_worker *worker, const char *peer)
{
	struct heard heard = { peer, tsm_wall(worker) };
	enum ykt_status status = ykt_store_run(worker->tsm->options.store, heard_tx, &heard);

	if (status != YKT_OK)
		tsm_note(worker, YKT_TRACE_ERROR, "waiting notices stay waiting", status);
}
