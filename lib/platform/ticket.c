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

/* Held by this user, in time, for this much. */
static enum ykt_status
check(const struct unload *u, const struct order *load, int64_t now_ms)
{
	if (strcmp(u->user_id, load->user_id) != 0 || u->ticket == WIRE_TICKET_NONE)
		return YKT_NOT_FOUND;
	if (u->ticket != WIRE_TICKET_HELD || u->expires_ms <= now_ms)
		return YKT_EXPIRED;

	return u->amount_fen == load->amount_fen ? YKT_OK : YKT_MISMATCH;
}

/* One UPDATE takes it: whoever comes second finds it used. */
static enum ykt_status
take(struct ykt_tx *tx, const struct unload *u, const char *order_id)
{
	enum ykt_status status = row_change_one(tx,
	    "UPDATE unload SET ticket = 'used', order_id = ?2 WHERE unload_id = ?1"
	    " AND ticket = 'held'",
	    YKT_SQL_IN(ykt_sql_text(u->unload_id), ykt_sql_text(order_id)));

	return status == YKT_OK ? work_done(tx, WORK_TICKET, u->unload_id) : status;
}

enum ykt_status
ticket_use(struct ykt_tx *tx, const struct ledger_writer *writer, const char *ticket,
    struct order orders[2])
{
	struct ledger_draft draft = ledger_draft("ticket_used", orders[1].order_id);
	struct unload u;
	enum ykt_status status = unload_get(tx, ticket, &u);

	if (status == YKT_OK)
		status = check(&u, &orders[1], writer->now_ms);
	if (status == YKT_OK)
		status = take(tx, &u, orders[0].order_id);
	ledger_pair(
	    &draft, LEDGER_TICKET, ticket, LEDGER_ORDER, orders[1].order_id, orders[1].amount_fen);
	for (size_t i = 0; i < 2 && status == YKT_OK; i++) {
		orders[i].paid_fen = orders[i].amount_fen;
		status = order_move(tx, &orders[i], WIRE_ORDER_PAID, writer->now_ms);
	}

	return status == YKT_OK ? ledger_post(tx, writer, &draft) : status;
}

struct listing {
	const char *user_id;
	struct wire_unload_tickets_rsp *answer;
};

static enum ykt_status
list_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct listing *l = arg;
	struct wire_unload_tickets_rsp *answer = l->answer;
	struct unload u;
	enum ykt_status status = unload_from_row(vals, count, &u);

	if (status == YKT_OK && answer->tickets_count == WIRE_TICKETS_MAX)
		status = YKT_E_SPACE;
	if (status == YKT_OK)
		unload_to_wire(&u, &answer->tickets[answer->tickets_count++]);

	return status;
}

static enum ykt_status
list_tx(struct ykt_tx *tx, void *arg)
{
	struct listing *l = arg;

	l->answer->tickets_count = 0;

	return ykt_tx_query(tx,
	    "SELECT " UNLOAD_COLUMNS " FROM unload WHERE user_id = ?1 AND ticket = 'held'"
	    " ORDER BY created_ms, unload_id LIMIT 16",
	    YKT_SQL_IN(ykt_sql_text(l->user_id)), list_row, l, NULL);
}

int
op_unload_tickets(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct listing l = { call->user_id, rsp };
	enum ykt_status status = ykt_store_run(w->p->store, list_tx, &l);

	(void)req;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
