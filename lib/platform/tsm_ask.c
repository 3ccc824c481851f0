/*
 * Questions to the TSM.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/tsm_ask.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/files.h"
#include "platform/rows.h"

#define CARD_KIND_NORMAL 0x01

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

static void
req_fill(const struct platform *p, const struct tsm_ask *ask, struct wire_tsm_job_start_req *req)
{
	const struct platform_app *app = ask->app;

	memset(req, 0, sizeof(*req));
	text_set(req->job_id, sizeof(req->job_id), ask->job_id);
	wire_token_set(&wire_job_kind, (int)ask->kind, req->kind, sizeof(req->kind));
	req->se_id.len = (uint16_t)ask->se_id.len;
	memcpy(req->se_id.data, ask->se_id.data, ask->se_id.len);
	req->aid.len = app->aid_len;
	memcpy(req->aid.data, app->aid, app->aid_len);
	text_set(req->city, sizeof(req->city), p->o.city);
	memcpy(req->issuer, p->o.issuer, sizeof(req->issuer));
	text_set(req->card_no, sizeof(req->card_no), ask->card_no);
	memcpy(req->start, app->start, sizeof(req->start));
	memcpy(req->end, app->end, sizeof(req->end));
	file17_make(p, req->file17);
	req->limit_fen = app->cap_fen;
	req->alg = app->alg;
	req->has_most_fen = ask->kind == WIRE_JOB_DELETE;
	req->most_fen = req->has_most_fen ? ask->most_fen : 0;
	req->has_version = ask->kind == WIRE_JOB_UPDATE;
	req->version = req->has_version ? ask->version : 0;
	req->has_test = ask->test;
	req->test = ask->test;
}

enum ykt_status
tsm_ask_start(struct platform_worker *w, const struct tsm_ask *ask, uint8_t ret_session[16])
{
	struct wire_tsm_job_start_req req;
	struct wire_tsm_session_rsp rsp;
	enum ykt_status status;

	req_fill(w->p, ask, &req);
	status = wire_call(w->p->o.tsm, WIRE_PATH_TSM_JOB_START, &wire_tsm_job_start_req_msg, &req,
	    &wire_tsm_session_rsp_msg, &rsp, w->calls, room_deadline(w, ask->deadline_mono_ms),
	    NULL);
	if (status == YKT_OK)
		memcpy(ret_session, rsp.session_id, 16);

	return status;
}

enum ykt_status
tsm_ask_session(struct platform_worker *w, const char *job_id, int64_t deadline_mono_ms,
    uint8_t ret_session[16])
{
	struct wire_tsm_job_id_req req = { 0 };
	struct wire_tsm_session_rsp rsp;
	enum ykt_status status;

	text_set(req.job_id, sizeof(req.job_id), job_id);
	status = wire_call(w->p->o.tsm, WIRE_PATH_TSM_JOB_SESSION, &wire_tsm_job_id_req_msg, &req,
	    &wire_tsm_session_rsp_msg, &rsp, w->calls, room_deadline(w, deadline_mono_ms), NULL);
	if (status == YKT_OK)
		memcpy(ret_session, rsp.session_id, 16);

	return status;
}

enum ykt_status
tsm_ask_app(struct platform_worker *w, const struct platform_app *app, struct ykt_bytes se_id,
    bool test, int64_t deadline_mono_ms, struct wire_tsm_app_get_rsp *ret_app)
{
	struct wire_tsm_app_get_req req = { .test = test };
	struct wire_tsm_app_get_rsp rsp;
	enum ykt_status status;

	req.aid.len = app->aid_len;
	memcpy(req.aid.data, app->aid, app->aid_len);
	req.se_id.len = (uint16_t)se_id.len;
	memcpy(req.se_id.data, se_id.data, se_id.len);
	status = wire_call(w->p->o.tsm, WIRE_PATH_TSM_APP_GET, &wire_tsm_app_get_req_msg, &req,
	    &wire_tsm_app_get_rsp_msg, &rsp, w->calls, room_deadline(w, deadline_mono_ms), NULL);
	if (status == YKT_OK)
		*ret_app = rsp;

	return status;
}

enum ykt_status
tsm_ask_state(struct platform_worker *w, const char *job_id, int64_t deadline_mono_ms,
    enum wire_job_state *ret_state, char ret_reason[33])
{
	struct wire_tsm_job_id_req req = { 0 };
	struct wire_tsm_job_get_rsp rsp;
	enum ykt_status status;
	int state;

	text_set(req.job_id, sizeof(req.job_id), job_id);
	status = wire_call(w->p->o.tsm, WIRE_PATH_TSM_JOB_GET, &wire_tsm_job_id_req_msg, &req,
	    &wire_tsm_job_get_rsp_msg, &rsp, w->calls, room_deadline(w, deadline_mono_ms), NULL);
	if (status != YKT_OK)
		return status;
	state = wire_token_find(&wire_job_state, rsp.state);
	if (state < 0)
		return YKT_E_SERVER;
	*ret_state = (enum wire_job_state)state;
	if (ret_reason != NULL)
		text_set(ret_reason, 33, rsp.reason);

	return YKT_OK;
}
