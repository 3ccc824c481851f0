/*
 * The end of an opening, as the TSM tells it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/job.h"

#include <string.h>

#include "platform/card.h"
#include "platform/refund.h"
#include "platform/rows.h"
#include "platform/tsm_ask.h"
#include "platform/work.h"

struct job_end {
	struct platform_worker *w;
	const char *order_id;
	int64_t now_ms;
	char refund_ids[ORDER_GROUP_MAX][33];
	char job_id[33];
	bool open; /* the order is still opening */
};

static enum ykt_status
job_read_tx(struct ykt_tx *tx, void *arg)
{
	struct job_end *end = arg;
	struct order order;
	const struct row_col cols[] = { ROW_TEXT(end->job_id) };
	enum ykt_status status;

	status = order_get(tx, end->order_id, &order);
	end->open = status == YKT_OK && order.state == WIRE_ORDER_OPENING;
	if (status == YKT_OK && end->open)
		status = row_one(tx, "SELECT job_id FROM job WHERE order_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(end->order_id)), cols, 1);

	return status;
}

static enum ykt_status
job_done_tx(struct ykt_tx *tx, void *arg)
{
	struct job_end *end = arg;
	struct ledger_writer writer = room_writer(end->w, end->now_ms);
	struct ledger_draft draft = ledger_draft("opened", end->order_id);
	struct order order;
	enum ykt_status status;

	status = order_get(tx, end->order_id, &order);
	if (status == YKT_OK && order.state == WIRE_ORDER_OPENING) {
		order.loaded_fen = order.amount_fen;
		ledger_pair(&draft, LEDGER_ORDER, order.order_id, LEDGER_FEE, "", order.amount_fen);
		status = order_move(tx, &order, WIRE_ORDER_OPENED, end->now_ms);
		if (status == YKT_OK)
			status = ledger_post(tx, &writer, &draft);
		if (status == YKT_OK)
			status = card_state_set(tx, order.card_no, CARD_ACTIVE);
	}
	if (status == YKT_OK)
		status = work_done(tx, WORK_JOB, end->order_id);

	return status;
}

/* Fee and first load are two lines: one that went back already stays as it is. */
static enum ykt_status
job_failed_tx(struct ykt_tx *tx, void *arg)
{
	struct job_end *end = arg;
	struct order_group group;
	enum ykt_status status;

	status = order_get_group(tx, end->order_id, &group);
	for (size_t i = 0; status == YKT_OK && i < group.count; i++) {
		struct order *order = &group.orders[i];

		if (order->state == WIRE_ORDER_OPENING)
			status = card_state_set(tx, order->card_no, CARD_VOID);
		if (status == YKT_OK &&
		    (order->state == WIRE_ORDER_OPENING || order->state == WIRE_ORDER_PAID))
			status =
			    refund_begin(tx, order, end->refund_ids[i], "job_failed", end->now_ms);
	}
	if (status == YKT_OK)
		status = work_done(tx, WORK_JOB, end->order_id);

	return status;
}

enum ykt_status
job_check(struct platform_worker *w, const char *order_id, int64_t now_ms, int64_t deadline_mono_ms)
{
	struct job_end end = { .w = w, .order_id = order_id, .now_ms = now_ms };
	enum ykt_status status;
	enum wire_job_state state = WIRE_JOB_DONE;

	status = ykt_store_run(w->p->store, job_read_tx, &end);
	if (status == YKT_OK && end.open)
		status = tsm_ask_state(w, end.job_id, deadline_mono_ms, &state, NULL);
	/* It was never started there: the client's next open.begin does that. */
	if (status == YKT_NOT_FOUND && end.open)
		status = YKT_PENDING;
	if (status == YKT_OK && state == WIRE_JOB_FAILED)
		status = room_ids(w, end.refund_ids, ORDER_GROUP_MAX);
	if (status != YKT_OK)
		return status;
	if (state == WIRE_JOB_FAILED)
		return ykt_store_run(w->p->store, job_failed_tx, &end);
	if (state == WIRE_JOB_DONE)
		return ykt_store_run(w->p->store, job_done_tx, &end);

	return YKT_PENDING;
}
