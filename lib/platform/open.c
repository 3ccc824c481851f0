/*
 * open.begin and open.status: a card number, a job, and how far it is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "card/files.h"
#include "platform/card.h"
#include "platform/job.h"
#include "platform/pay.h"
#include "platform/rows.h"
#include "platform/work.h"

#define CARD_KIND_NORMAL 0x01

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
};

static enum ykt_status
opening_job(struct ykt_tx *tx, struct opening *o)
{
	const struct row_col cols[] = { ROW_TEXT(o->job_id), ROW_BYTES(o->se_id, &o->se_id_len),
		ROW_INT(&o->started) };

	return row_one(tx, "SELECT job_id, se_id, started FROM job WHERE order_id = ?1",
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
		    "INSERT INTO job(order_id, job_id, se_id, card_no, started)"
		    " VALUES(?1, ?2, ?3, ?4, 0)",
		    YKT_SQL_IN(ykt_sql_text(o->order.order_id), ykt_sql_text(o->fresh_id),
			ykt_sql_blob(ykt_bytes(o->ask->se_id.data, o->ask->se_id.len)),
			ykt_sql_text(card_no)));
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

static void
file17_make(const struct platform *p, uint8_t ret_bytes[FILE17_LEN])
{
	struct file17 file = {
		.country = { 0x00, 0x00, 0x01, 0x56 },
		.interoperability = 1,
		.card_kind = CARD_KIND_NORMAL,
	};
	struct ykt_buf city = YKT_BUF(file.city);

	memcpy(file.province, p->o.province, sizeof(file.province));
	/* A city whose name is no number keeps zeros. */
	if (ykt_hex_decode(p->o.city, strlen(p->o.city), &city) != YKT_OK)
		memset(file.city, 0, sizeof(file.city));
	file17_encode(&file, ret_bytes);
}

/* The same bytes every time: the TSM knows a repeat by them. */
static enum ykt_status
job_start(struct opening *o, uint8_t ret_session[16])
{
	const struct platform *p = o->w->p;
	struct wire_tsm_job_start_req req = { .limit_fen = o->app->cap_fen, .alg = o->app->alg };
	struct wire_tsm_session_rsp rsp;
	enum ykt_status status;

	text_set(req.job_id, sizeof(req.job_id), o->job_id);
	text_set(req.kind, sizeof(req.kind), "open");
	req.se_id.len = (uint16_t)o->se_id_len;
	memcpy(req.se_id.data, o->se_id, o->se_id_len);
	req.aid.len = o->app->aid_len;
	memcpy(req.aid.data, o->app->aid, o->app->aid_len);
	text_set(req.city, sizeof(req.city), p->o.city);
	memcpy(req.issuer, p->o.issuer, sizeof(req.issuer));
	text_set(req.card_no, sizeof(req.card_no), o->order.card_no);
	memcpy(req.start, o->app->start, sizeof(req.start));
	memcpy(req.end, o->app->end, sizeof(req.end));
	file17_make(p, req.file17);
	status = wire_call(p->o.tsm, WIRE_PATH_TSM_JOB_START, &wire_tsm_job_start_req_msg, &req,
	    &wire_tsm_session_rsp_msg, &rsp, o->w->calls,
	    room_deadline(o->w, o->call->deadline_mono_ms), NULL);
	if (status == YKT_OK)
		memcpy(ret_session, rsp.session_id, 16);

	return status;
}

static enum ykt_status
job_session(struct opening *o, uint8_t ret_session[16])
{
	struct wire_tsm_job_id_req req = { 0 };
	struct wire_tsm_session_rsp rsp;
	enum ykt_status status;

	text_set(req.job_id, sizeof(req.job_id), o->job_id);
	status = wire_call(o->w->p->o.tsm, WIRE_PATH_TSM_JOB_SESSION, &wire_tsm_job_id_req_msg,
	    &req, &wire_tsm_session_rsp_msg, &rsp, o->w->calls,
	    room_deadline(o->w, o->call->deadline_mono_ms), NULL);
	if (status == YKT_OK)
		memcpy(ret_session, rsp.session_id, 16);

	return status;
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
		status = job_session(&o, answer->session_id);
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
