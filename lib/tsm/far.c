/*
 * Jobs of our platforms on applications that live in the domain of another TSM: that one
 * does them, is asked by app_manage, and tells their end (wire/peer_msg.h).
 *
 * A job is written down before it is asked for, and what it asks stays the same, so that
 * either process may end at any moment: the platform asks again, and so do we, and the other
 * one knows the job by its id. Nothing here ever ends by itself while the other one may have
 * it: who is not answered waits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/digest.h"
#include "tsm/internal.h"
#include "tsm/peer.h"

/* A row, and who asks for it. */
struct far {
	const char *job_id;
	const struct wire_tsm_job_start_req *req; /* NULL: it must be there */
	const uint8_t *print;                     /* of req */
	int64_t now_ms;
	char peer[17];
	size_t request_len;
	uint8_t request[WIRE_PEER_BODY_MAX];
	struct wire_tsm_job_get_rsp is;
	int64_t asked;
	int64_t made_ms;
	uint8_t session[TSM_DIGEST_LEN]; /* that the other one gave just now */
	bool has_session;
};

static const struct wire_message *
manage_msg(void)
{
	return wire_peer_body_msg(WIRE_PEER_APP_MANAGE, false);
}

static bool
is_over(const struct far *far)
{
	return strcmp(far->is.state, "waiting") != 0 && strcmp(far->is.state, "running") != 0;
}

static enum ykt_status
load(struct ykt_tx *tx, struct far *far, uint8_t print[TSM_DIGEST_LEN])
{
	const struct tsm_col cols[] = {
		{ TSM_COL_BLOB, print, TSM_DIGEST_LEN, NULL },
		{ TSM_COL_TEXT, far->peer, sizeof(far->peer), NULL },
		{ TSM_COL_BLOB, far->request, sizeof(far->request), &far->request_len },
		{ TSM_COL_TEXT, far->is.state, sizeof(far->is.state), NULL },
		{ TSM_COL_INT, &far->is.step, 0, NULL },
		{ TSM_COL_TEXT, far->is.reason, sizeof(far->is.reason), NULL },
		{ TSM_COL_INT, &far->asked, 0, NULL },
		{ TSM_COL_INT, &far->made_ms, 0, NULL },
	};

	return tsm_row(tx,
	    "SELECT print, peer, request, state, step, reason, asked, made_ms FROM far_job"
	    " WHERE job_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(far->job_id)), cols, YKT_ARRAY_LEN(cols));
}

static enum ykt_status
look_tx(struct ykt_tx *tx, void *arg)
{
	uint8_t print[TSM_DIGEST_LEN];

	return load(tx, arg, print);
}

/* A job of ours has that id: YKT_MISMATCH. */
static enum ykt_status
insert(struct ykt_tx *tx, const struct far *far)
{
	int64_t count = 0;
	const struct tsm_col cols[] = { { TSM_COL_INT, &count, 0, NULL } };
	enum ykt_status status = tsm_row(tx, "SELECT COUNT(*) FROM job WHERE job_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(far->job_id)), cols, 1);

	if (status == YKT_OK && count != 0)
		status = YKT_MISMATCH;
	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "INSERT INTO far_job (job_id, print, peer, request, made_ms)"
		    " VALUES (?1, ?2, ?3, ?4, ?5)",
		    YKT_SQL_IN(ykt_sql_text(far->job_id),
			ykt_sql_blob(ykt_bytes(far->print, TSM_DIGEST_LEN)),
			ykt_sql_text(far->peer),
			ykt_sql_blob(ykt_bytes(far->request, far->request_len)),
			ykt_sql_int(far->now_ms)),
		    NULL, NULL, NULL);

	return status;
}

static enum ykt_status
open_tx(struct ykt_tx *tx, void *arg)
{
	struct far *far = arg;
	uint8_t print[TSM_DIGEST_LEN];
	enum ykt_status status = load(tx, far, print);

	if (status == YKT_NOT_FOUND && far->req != NULL) {
		status = insert(tx, far);
		if (status == YKT_OK)
			status = load(tx, far, print);
	}
	if (status == YKT_OK && far->req != NULL &&
	    !ykt_bytes_equal(YKT_BYTES(print), ykt_bytes(far->print, TSM_DIGEST_LEN)))
		status = YKT_MISMATCH;
	if (status == YKT_OK && is_over(far))
		status = YKT_E_STATE;
	if (status == YKT_OK)
		status = tsm_change(tx, "UPDATE far_job SET asked = asked + 1 WHERE job_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(far->job_id)));

	return status;
}

/* What was told of an end stands, whatever comes late. */
static enum ykt_status
save_tx(struct ykt_tx *tx, void *arg)
{
	const struct far *far = arg;
	struct ykt_bytes session = ykt_bytes(far->session, far->has_session ? TSM_DIGEST_LEN : 0);

	return ykt_tx_query(tx,
	    "UPDATE far_job SET state = ?2, step = ?3, reason = ?4,"
	    " session = CASE WHEN ?5 = x'' THEN session ELSE ?5 END"
	    " WHERE job_id = ?1 AND state IN ('waiting', 'running')",
	    YKT_SQL_IN(ykt_sql_text(far->job_id), ykt_sql_text(far->is.state),
		ykt_sql_int(far->is.step), ykt_sql_text(far->is.reason), ykt_sql_blob(session)),
	    NULL, NULL, NULL);
}

/* It was asked for once, and refused: there is no such job anywhere. */
static enum ykt_status
drop_tx(struct ykt_tx *tx, void *arg)
{
	const struct far *far = arg;

	return ykt_tx_query(tx,
	    "DELETE FROM far_job WHERE job_id = ?1 AND asked = 1 AND state = 'waiting'",
	    YKT_SQL_IN(ykt_sql_text(far->job_id)), NULL, NULL, NULL);
}

/* The refusal that the other one would have given to a platform of its own. */
static enum ykt_status
refusal(const char *note)
{
	static const struct {
		const char *note;
		enum ykt_status status;
	} rows[] = {
		{ WIRE_ERR_HELD, YKT_CONFLICT },
		{ WIRE_ERR_MISMATCH, YKT_MISMATCH },
		{ WIRE_ERR_MALFORMED, YKT_E_ARG },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		if (strcmp(note, rows[i].note) == 0)
			return rows[i].status;
	}

	return YKT_DENIED;
}

/* Who cannot be asked, or whose answer is not believed, is asked again. */
static enum ykt_status
call(struct tsm_worker *worker, const struct far *far, bool begin, union wire_peer_body *body)
{
	const struct tsm_peer_way *way = tsm_peer_way(worker, far->peer);
	int64_t mono_ms = ykt_clock_mono(worker->tsm->options.env.clock);
	enum ykt_status status = YKT_E_ARG;

	if (way != NULL)
		status = wire_decode(
		    manage_msg(), ykt_bytes(far->request, far->request_len), &body->app_manage);
	if (status == YKT_OK) {
		body->app_manage.begin = begin;
		status = tsm_peer_ask(worker, way->http, far->peer, WIRE_PEER_APP_MANAGE, body,
		    mono_ms + TSM_CALL_MS);
	}
	if (status == YKT_OK && strcmp(body->ack.result, WIRE_PEER_DONE) == 0 &&
	    wire_token_find(&wire_job_state, body->app_manage_rsp.state) < 0)
		status = YKT_E_MAC;
	if (status != YKT_OK) {
		tsm_note(worker, status == YKT_E_MAC ? YKT_TRACE_SECURITY : YKT_TRACE_ERROR,
		    "another TSM is not there", status);
		return YKT_BUSY;
	}

	return YKT_OK;
}

static enum ykt_status
take(struct tsm_worker *worker, struct far *far, const struct wire_peer_app_manage_rsp *rsp)
{
	struct ykt_bytes id = YKT_BYTES(rsp->session_id);
	enum ykt_status status = YKT_OK;

	memcpy(far->is.state, rsp->state, sizeof(far->is.state));
	memcpy(far->is.reason, rsp->reason, sizeof(far->is.reason));
	far->is.step = rsp->step;
	far->has_session = rsp->has_session_id;
	if (far->has_session)
		status = crypto_sm3(worker->crypto, &id, 1, far->session);
	if (status == YKT_OK)
		status = ykt_store_run(worker->tsm->options.store, save_tx, far);

	return status;
}

/* YKT_NOT_FOUND: the other one has no such job. */
static enum ykt_status
ask(struct tsm_worker *worker, struct far *far, bool begin, uint8_t ret_session[16])
{
	union wire_peer_body body = { 0 };
	enum ykt_status status = call(worker, far, begin, &body);

	if (status == YKT_OK && strcmp(body.ack.result, WIRE_PEER_DONE) == 0) {
		status = take(worker, far, &body.app_manage_rsp);
		if (status == YKT_OK && begin && !far->has_session)
			status = YKT_E_STATE;
		if (status == YKT_OK && begin)
			memcpy(ret_session, body.app_manage_rsp.session_id, 16);
	} else if (status == YKT_OK && strcmp(body.ack.result, WIRE_PEER_UNKNOWN) == 0) {
		status = YKT_NOT_FOUND;
	} else if (status == YKT_OK) {
		tsm_note(worker, YKT_TRACE_STATE, "refused by another TSM", 0);
		status = ykt_store_run(worker->tsm->options.store, drop_tx, far);
		if (status == YKT_OK)
			status = refusal(body.ack.note);
	}
	ykt_wipe(&body, sizeof(body));

	return status;
}

static enum ykt_status
encode_request(const struct wire_tsm_job_start_req *req, struct far *far)
{
	struct wire_peer_app_manage_req body = { .begin = true };
	struct ykt_buf json = YKT_BUF(far->request);
	enum ykt_status status;

	memcpy(body.trade_id, req->job_id, sizeof(body.trade_id));
	body.se_id.len = req->se_id.len;
	memcpy(body.se_id.data, req->se_id.data, sizeof(body.se_id.data));
	body.aid.len = req->aid.len;
	memcpy(body.aid.data, req->aid.data, sizeof(body.aid.data));
	memcpy(body.card_no, req->card_no, sizeof(body.card_no));
	memcpy(body.operation, req->kind, sizeof(body.operation));
	memcpy(body.city, req->city, sizeof(body.city));
	memcpy(body.issuer, req->issuer, sizeof(body.issuer));
	memcpy(body.start, req->start, sizeof(body.start));
	memcpy(body.end, req->end, sizeof(body.end));
	memcpy(body.file17, req->file17, sizeof(body.file17));
	body.limit_fen = req->limit_fen;
	body.alg = req->alg;
	body.has_most_fen = req->has_most_fen;
	body.most_fen = req->most_fen;
	body.has_version = req->has_version;
	body.version = req->version;
	body.has_test = req->has_test;
	body.test = req->test;
	status = wire_encode(manage_msg(), &body, &json);
	far->request_len = json.len;

	return status;
}

enum ykt_status
tsm_far_start(struct tsm_worker *worker, const struct wire_tsm_job_start_req *req,
    const uint8_t print[TSM_DIGEST_LEN], uint8_t ret_session[16])
{
	struct far far = {
		.job_id = req->job_id, .req = req, .print = print, .now_ms = tsm_wall(worker)
	};
	const char *peer = tsm_peer_of_city(worker, req->city);
	enum ykt_status status = peer != NULL ? encode_request(req, &far) : YKT_DENIED;

	if (status == YKT_OK) {
		memcpy(far.peer, peer, strlen(peer) + 1);
		status = ykt_store_run(worker->tsm->options.store, open_tx, &far);
	}

	return status == YKT_OK ? ask(worker, &far, true, ret_session) : status;
}

enum ykt_status
tsm_far_session(struct tsm_worker *worker, const char *job_id, uint8_t ret_session[16])
{
	struct far far = { .job_id = job_id, .now_ms = tsm_wall(worker) };
	enum ykt_status status = ykt_store_run(worker->tsm->options.store, open_tx, &far);

	return status == YKT_OK ? ask(worker, &far, true, ret_session) : status;
}

enum ykt_status
tsm_far_look(struct tsm_worker *worker, const char *job_id, struct wire_tsm_job_get_rsp *rsp)
{
	struct far far = { .job_id = job_id, .now_ms = tsm_wall(worker) };
	enum ykt_status status = ykt_store_run(worker->tsm->options.store, look_tx, &far);

	if (status != YKT_OK)
		return status;
	if (!is_over(&far))
		status = ask(worker, &far, false, NULL);
	/* It never came to the other one, whose own jobs do not wait longer either. */
	if (status == YKT_NOT_FOUND &&
	    far.now_ms - far.made_ms > worker->tsm->options.job_ms + TSM_PEER_MS) {
		memcpy(far.is.state, "failed", sizeof("failed"));
		memcpy(far.is.reason, "abandoned", sizeof("abandoned"));
		status = ykt_store_run(worker->tsm->options.store, save_tx, &far);
		if (status != YKT_OK)
			return status;
	}
	far.is.steps = TSM_STEPS;
	*rsp = far.is;

	return YKT_OK;
}

enum ykt_status
tsm_far_ended(struct ykt_tx *tx, const char *peer, const struct wire_peer_card_write_req *told)
{
	return ykt_tx_query(tx,
	    "UPDATE far_job SET state = CASE WHEN ?3 = 1 THEN 'done' ELSE 'failed' END,"
	    " step = CASE WHEN ?3 = 1 THEN ?4 ELSE step END, reason = ?5"
	    " WHERE job_id = ?1 AND peer = ?2 AND state IN ('waiting', 'running')",
	    YKT_SQL_IN(ykt_sql_text(told->trade_id), ykt_sql_text(peer),
		ykt_sql_int(told->done ? 1 : 0), ykt_sql_int(TSM_STEPS),
		ykt_sql_text(told->reason)),
	    NULL, NULL, NULL);
}
