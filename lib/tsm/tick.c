/*
 * The ends that no report brings: sessions out of time or silent, and jobs that
 * nobody comes for. A job that fails is given back to its buyer by the platform.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "tsm/internal.h"
#include "tsm/peer.h"

struct tick {
	const struct tsm_options *options;
	int64_t now_ms;
	unsigned done;
};

/* A session that a client used and that brought nothing counts against its job. */
static enum ykt_status
end_session(
    struct ykt_tx *tx, const struct tick *tick, const uint8_t id[TSM_DIGEST_LEN], int64_t used)
{
	struct ykt_bytes key = ykt_bytes(id, TSM_DIGEST_LEN);
	enum ykt_status status = ykt_tx_query(tx,
	    "UPDATE job SET sessions = sessions + ?2,"
	    " reason = CASE WHEN ?2 = 1 THEN 'client_lost' ELSE reason END,"
	    " state = CASE WHEN ?2 = 1 AND sessions + 1 >= ?3 THEN 'failed' ELSE 'waiting' END"
	    " WHERE state IN ('waiting', 'running') AND job_id ="
	    " (SELECT job_id FROM session WHERE id = ?1 AND state = 'live')",
	    YKT_SQL_IN(
		ykt_sql_blob(key), ykt_sql_int(used), ykt_sql_int(tick->options->sessions_max)),
	    NULL, NULL, NULL);

	if (status == YKT_OK)
		status = ykt_tx_query(tx, "DELETE FROM session WHERE id = ?1",
		    YKT_SQL_IN(ykt_sql_blob(key)), NULL, NULL, NULL);

	return status;
}

static enum ykt_status
session_tx(struct ykt_tx *tx, void *arg)
{
	struct tick *tick = arg;
	uint8_t id[TSM_DIGEST_LEN];
	int64_t used = 0;
	const struct tsm_col cols[] = {
		{ TSM_COL_BLOB, id, sizeof(id), NULL },
		{ TSM_COL_INT, &used, 0, NULL },
	};
	enum ykt_status status = tsm_row(tx,
	    "SELECT id, seen_ms > 0 FROM session WHERE expires_ms <= ?1"
	    " OR (state = 'live' AND seen_ms > 0 AND seen_ms <= ?2) LIMIT 1",
	    YKT_SQL_IN(
		ykt_sql_int(tick->now_ms), ykt_sql_int(tick->now_ms - tick->options->lost_ms)),
	    cols, YKT_ARRAY_LEN(cols));

	tick->done = status == YKT_OK ? 1 : 0;
	if (status == YKT_OK)
		status = end_session(tx, tick, id, used);

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

static enum ykt_status
job_tx(struct ykt_tx *tx, void *arg)
{
	struct tick *tick = arg;
	int64_t changed = 0;
	enum ykt_status status = ykt_tx_query(tx,
	    "UPDATE job SET state = 'failed', reason = 'abandoned' WHERE job_id ="
	    " (SELECT job_id FROM job j WHERE state IN ('waiting', 'running') AND seen_ms <= ?1"
	    " AND NOT EXISTS (SELECT 1 FROM session s WHERE s.job_id = j.job_id) LIMIT 1)",
	    YKT_SQL_IN(ykt_sql_int(tick->now_ms - tick->options->job_ms)), NULL, NULL, &changed);

	tick->done = changed > 0 ? 1 : 0;

	return status;
}

enum ykt_status
tsm_tick(struct tsm_worker *worker, unsigned *ret_done)
{
	const struct tsm_options *options = &worker->tsm->options;
	struct tick tick = { .options = options, .now_ms = tsm_wall(worker) };
	enum ykt_status status = ykt_store_run(options->store, session_tx, &tick);

	if (status == YKT_OK && tick.done == 0)
		status = ykt_store_run(options->store, job_tx, &tick);
	if (status == YKT_OK && tick.done == 0)
		status = tsm_tell(worker, &tick.done);
	if (status == YKT_OK)
		*ret_done = tick.done;

	return status;
}
