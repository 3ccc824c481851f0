/*
 * Jobs that another TSM wants (app_manage): an ordinary job of the city's domain, which is
 * that TSM's and nobody else's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "tsm/internal.h"
#include "tsm/peer.h"

static void
fill(const struct wire_peer_app_manage_req *asked, struct wire_tsm_job_start_req *req)
{
	memset(req, 0, sizeof(*req));
	memcpy(req->job_id, asked->trade_id, sizeof(req->job_id));
	memcpy(req->kind, asked->operation, sizeof(req->kind));
	req->se_id.len = asked->se_id.len;
	memcpy(req->se_id.data, asked->se_id.data, sizeof(req->se_id.data));
	req->aid.len = asked->aid.len;
	memcpy(req->aid.data, asked->aid.data, sizeof(req->aid.data));
	memcpy(req->city, asked->city, sizeof(req->city));
	memcpy(req->issuer, asked->issuer, sizeof(req->issuer));
	memcpy(req->card_no, asked->card_no, sizeof(req->card_no));
	memcpy(req->start, asked->start, sizeof(req->start));
	memcpy(req->end, asked->end, sizeof(req->end));
	memcpy(req->file17, asked->file17, sizeof(req->file17));
	req->limit_fen = asked->limit_fen;
	req->alg = asked->alg;
	req->has_most_fen = asked->has_most_fen;
	req->most_fen = asked->most_fen;
	req->has_version = asked->has_version;
	req->version = asked->version;
	req->has_test = asked->has_test;
	req->test = asked->test;
}

static void
refuse(struct wire_peer_app_manage_rsp *rsp, const char *note, const char **ret_result)
{
	memcpy(rsp->note, note, strlen(note) + 1);
	*ret_result = WIRE_PEER_REFUSED;
}

/* A job that is over already is told, and has no session. */
static enum ykt_status
begin(struct tsm_worker *worker, const char *asker, const struct wire_peer_app_manage_req *asked,
    struct wire_peer_app_manage_rsp *rsp, const char **ret_result)
{
	struct wire_tsm_job_start_req req;
	struct wire_error error = { 0 };
	enum ykt_status status;

	fill(asked, &req);
	status = tsm_job_begin(worker, &req, asker, rsp->session_id);
	rsp->has_session_id = status == YKT_OK;
	if (status == YKT_OK || status == YKT_E_STATE)
		return YKT_OK;
	if (tsm_job_error(&error, status) >= 500)
		return status;
	refuse(rsp, error.error, ret_result);

	return YKT_OK;
}

enum ykt_status
tsm_peer_manage(struct tsm_worker *worker, const char *asker,
    const struct wire_peer_app_manage_req *req, struct wire_peer_app_manage_rsp *rsp,
    const char **ret_result)
{
	const struct tsm_peer_way *way = tsm_peer_way(worker, asker);
	struct wire_tsm_job_get_rsp is;
	enum ykt_status status = YKT_OK;

	if (way == NULL || !way->jobs) {
		tsm_note(worker, YKT_TRACE_SECURITY, "a TSM that may start no jobs", 0);
		refuse(rsp, WIRE_ERR_FORBIDDEN, ret_result);
		return YKT_OK;
	}
	if (req->begin)
		status = begin(worker, asker, req, rsp, ret_result);
	if (status != YKT_OK || strcmp(*ret_result, WIRE_PEER_DONE) != 0)
		return status;
	status = tsm_job_look(worker, req->trade_id, asker, &is);
	if (status == YKT_NOT_FOUND) {
		*ret_result = WIRE_PEER_UNKNOWN;
		return YKT_OK;
	}
	if (status == YKT_OK) {
		memcpy(rsp->state, is.state, sizeof(rsp->state));
		memcpy(rsp->reason, is.reason, sizeof(rsp->reason));
		rsp->step = is.step;
		rsp->steps = is.steps;
	}

	return status;
}
