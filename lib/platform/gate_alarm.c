/*
 * Batches of gates that are none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/gate_alarm.h"

#include <string.h>

#include "platform/rows.h"
#include "wire/gate_msg.h"
#include "wire/ride_msg.h"

struct alarm {
	const char *peer;
	int64_t now_ms;
};

static enum ykt_status
alarm_tx(struct ykt_tx *tx, void *arg)
{
	const struct alarm *alarm = arg;

	return row_exec(tx,
	    "INSERT INTO casebook(kind, ref, opened_ms, closed_ms) VALUES('batch', ?1, ?2, 0)"
	    " ON CONFLICT(kind, ref) DO UPDATE SET opened_ms = excluded.opened_ms, closed_ms = 0"
	    " WHERE closed_ms <> 0",
	    YKT_SQL_IN(ykt_sql_text(alarm->peer), ykt_sql_int(alarm->now_ms)));
}

void
gate_alarm(struct platform_worker *w, const struct ykt_http_request *req, int code)
{
	struct alarm alarm = { req->peer, room_now(w) };
	enum ykt_status status;

	if ((code != 400 && code != 413) || (strcmp(req->path, WIRE_PATH_GATE_UPLOAD) != 0 &&
						strcmp(req->path, WIRE_PATH_GATE_RIDES) != 0))
		return;
	room_trace(w, YKT_TRACE_ERROR, "a batch that is none", code);
	status = ykt_store_run(w->p->store, alarm_tx, &alarm);
	/* The gate comes again with it. */
	if (status != YKT_OK)
		room_trace(w, YKT_TRACE_ERROR, "gate_alarm", (int64_t)status);
}

enum ykt_status
gate_alarm_end(struct ykt_tx *tx, const char *peer, int64_t now_ms)
{
	return row_exec(tx,
	    "UPDATE casebook SET closed_ms = ?2 WHERE kind = 'batch' AND ref = ?1 AND closed_ms = "
	    "0",
	    YKT_SQL_IN(ykt_sql_text(peer), ykt_sql_int(now_ms)));
}
