/*
 * The money of a card that is on its way to another device.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/rows.h"
#include "platform/unload.h"
#include "platform/work.h"

struct expiring {
	struct platform_worker *w;
	const char *unload_id;
	int64_t now_ms;
};

static enum ykt_status
expire(struct ykt_tx *tx, const struct expiring *e, const struct unload *u)
{
	struct ledger_writer writer = room_writer(e->w, e->now_ms);
	struct ledger_draft draft = ledger_draft("ticket_expired", u->unload_id);
	enum ykt_status status;

	ledger_pair(&draft, LEDGER_TICKET, u->unload_id, LEDGER_USER, u->user_id, u->amount_fen);
	status = row_change_one(tx,
	    "UPDATE unload SET ticket = 'expired' WHERE unload_id = ?1 AND ticket = 'held'",
	    YKT_SQL_IN(ykt_sql_text(u->unload_id)));

	return status == YKT_OK ? ledger_post(tx, &writer, &draft) : status;
}

static enum ykt_status
ticket_tx(struct ykt_tx *tx, void *arg)
{
	const struct expiring *e = arg;
	struct unload u;
	enum ykt_status status = unload_get(tx, e->unload_id, &u);

	if (status == YKT_OK && u.ticket == WIRE_TICKET_HELD) {
		if (u.expires_ms > e->now_ms)
			return YKT_PENDING;
		status = expire(tx, e, &u);
	}

	return status == YKT_OK ? work_done(tx, WORK_TICKET, e->unload_id) : status;
}

enum ykt_status
ticket_tick(struct platform_worker *w, const char *unload_id, int64_t now_ms)
{
	struct expiring e = { w, unload_id, now_ms };

	return ykt_store_run(w->p->store, ticket_tx, &e);
}
