/*
 * open.begin and open.status: a card number, a job, and how far it is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/card.h"
#include "platform/job.h"
#include "platform/pay.h"
#include "platform/rows.h"
#include "platform/tsm_ask.h"
#include "platform/work.h"

struct opening {
	struct platform_worker *w;
	const struct op_call *call;
	const struct wire_open_begin_req *ask;
	char fresh_id[33];
	struct order order;
	const struct platform_app *app;
	char job_id[33];
	uint8_t se_id[16];
	size_t se_id_len;
	int64_t started; /* the TSM is known to have the job */
	int64_t test;    /* of a person who tests */
};

static enum ykt_status
opening_job(struct ykt_tx *tx, struct opening *o)
{
	const struct row_col cols[] = { ROW_TEXT(o->job_id), ROW_BYTES(o->se_id, &o->se_id_len),
		ROW_INT(&o->started), ROW_INT(&o->test) };

	return row_one(tx, "SELECT job_id, se_id, started, test FROM job WHERE order_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(o->order.order_id)), cols, YKT_ARRAY_LEN(cols));
}

/* The number goes to both orders; the first load learns its card before it is there. */
static enum ykt_status
opening_first(struct ykt_tx *tx, struct opening *o)
{
	int64_t now = o->call->now_ms;
	char card_no[21];
	enum ykt_status status;

	status = card_open(tx, o->app, o->order.user_id, o->order.order_id, now, card_no);
	if (status == YKT_OK)
		status = row_exec(tx,
		    "INSERT INTO job(order_id, job_id, se_id, card_no, started, test)"
		    " SELECT ?1, ?2, ?3, ?4, 0, tester FROM user WHERE user_id = ?5",
		    YKT_SQL_IN(ykt_sql_text(o->order.order_id), ykt_sql_text(o->fresh_id),
			ykt_sql_blob(ykt_bytes(o->ask->se_id.data, o->ask->se_id.len)),
			ykt_sql_text(card_no), ykt_sql_text(o->order.user_id)));
	if (status == YKT_OK)
		status = row_exec(tx, "UPDATE ord SET card_no = ?1 WHERE pay_id = ?2",
		    YKT_SQL_IN(ykt_sql_text(card_no), ykt_sql_text(o->order.order_id)));
	if (status == YKT_OK) {
		text_set(o->order.card_no, sizeof(o->order.card_no), card_no);
		status = order_move(tx, &o->order, WIRE_ORDER_OPENING, now);
	}
	if (status == YKT_OK)
		status = work_add(
		    tx, WORK_JOB, o->order.order_id, now + o->w->p->o.settings.poll_ms, now);

	return status;
}

/* YKT_E_STATE: not to be opened now. YKT_MISMATCH: begun for another element. */
static enum ykt_status
opening_tx(struct ykt_tx *tx, void *arg)
{
	struct opening *o = arg;
	enum ykt_status status;

	status = order_get_own(tx, o->ask->order_id, o->call->user_id, &o->order);
	if (status == YKT_OK && o->order.kind != WIRE_ORDER_OPEN)
		status = YKT_NOT_FOUND;
	if (status != YKT_OK)
		return status;
	o->app = room_app(o->w->p, o->order.aid, o->order.aid_len);
	if (o->app == NULL)
		return YKT_E_CORRUPT;
	if (o->order.state == WIRE_ORDER_PAID)
		status = opening_first(tx, o);
	else if (o->order.state != WIRE_ORDER_OPENING)
		status = YKT_E_STATE;
	if (status == YKT_OK)
		status = opening_job(tx, o);
	if (status == YKT_OK && !ykt_bytes_equal(ykt_bytes(o->se_id, o->se_id_len),
				    ykt_bytes(o->ask->se_id.data, o->ask->se_id.len)))
		status = YKT_MISMATCH;

	return status;
}

static enum ykt_status
opening_started_tx(struct ykt_tx *tx, void *arg)
{
	const struct opening *o = arg;

	return row_exec(tx, "UPDATE job SET started = 1 WHERE order_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(o->order.order_id)));
}

static enum ykt_status
job_start(struct opening *o, uint8_t ret_session[16])
{
	const struct tsm_ask ask = {
		.job_id = o->job_id,
		.kind = WIRE_JOB_OPEN,
		.card_no = o->order.card_no,
		.app = o->app,
		.se_id = ykt_bytes(o->se_id, o->se_id_len),
		.test = o->test != 0,
		.deadline_mono_ms = o->call->deadline_mono_ms,
	};

	return tsm_ask_start(o->w, &ask, ret_session);
}

int
op_open_begin(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	struct wire_open_begin_rsp *answer = rsp;
	struct opening o = { .w = w, .call = call, .ask = req };
	enum ykt_status status;

	if (o.ask->se_id.len == 0)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "no element");
	status = room_ids(w, &o.fresh_id, 1);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, opening_tx, &o);
	if (status == YKT_E_STATE)
		return wire_error_set(error, 409, "order_state", "not to be opened now");
	if (status == YKT_MISMATCH)
		return wire_error_set(error, 409, "other_element", "begun for another element");
	if (status != YKT_OK)
		return room_refuse(w, status, error);

	status = YKT_NOT_FOUND;
	if (o.started != 0)
		status = tsm_ask_session(w, o.job_id, call->deadline_mono_ms, answer->session_id);
	if (status == YKT_NOT_FOUND) {
		status = job_start(&o, answer->session_id);
		if (status == YKT_OK)
			status = ykt_store_run(w->p->store, opening_started_tx, &o);
	}
	/* The TSM is through with it, or does not want it: its word is in the job. */
	if (status == YKT_REFUSED || status == YKT_MISMATCH || status == YKT_DENIED)
		return wire_error_set(error, 409, "job", "ask open.status");

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

int
op_open_status(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_order_id_req *ask = req;
	struct order order;
	enum ykt_status status;

	status = order_find_own(w, ask->order_id, call->user_id, &order);
	if (status == YKT_OK && order.kind != WIRE_ORDER_OPEN)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK && order.state == WIRE_ORDER_OPENING) {
		/* If the TSM cannot be asked now, the tick will. */
		(void)!job_check(w, order.order_id, call->now_ms, call->deadline_mono_ms);
		status = order_find_own(w, ask->order_id, call->user_id, &order);
	}
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	order_to_wire(&order, w->p->o.city, call->now_ms, rsp);

	return 200;
}
