/*
 * Jobs: what a platform starts, asks for, and gives new sessions to; and their
 * ends when no client comes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "card/fci.h"
#include "card/purse.h"
#include "crypto/digest.h"
#include "tsm/internal.h"
#include "tsm/peer.h"

#define REQUEST_MAX 2048

/* A new session of one job. */
struct open {
	const struct wire_tsm_job_start_req *req; /* NULL: the job must be there */
	const char *job_id;
	const char *asker; /* the TSM that wants it; "": a platform of ours */
	uint8_t print[TSM_DIGEST_LEN];
	uint8_t session_id[16]; /* goes to the platform and stays nowhere */
	uint8_t id[TSM_DIGEST_LEN];
	int64_t now_ms;
	int64_t expires_ms;
	bool refused; /* it was over when it was written down */
};

/*
 * A job that is not wanted any more, and what came of it: the new one reads the
 * card. What an old session still sends is outside the new channel. A lock ends a
 * lock; an update, which leaves the old version or the new one, is ended by all.
 */
static enum ykt_status
supersede(struct ykt_tx *tx, const struct wire_tsm_job_start_req *req)
{
	int kind = wire_token_find(&wire_job_kind, req->kind);
	bool lock = kind == WIRE_JOB_LOCK || kind == WIRE_JOB_UNLOCK;
	const struct ykt_sql_val in[] = { ykt_sql_blob(ykt_bytes(req->se_id.data, req->se_id.len)),
		ykt_sql_blob(ykt_bytes(req->aid.data, req->aid.len)), ykt_sql_int(lock ? 1 : 0) };
	enum ykt_status status;

	if (kind == WIRE_JOB_OPEN)
		return YKT_OK;
	status = ykt_tx_query(tx,
	    "DELETE FROM session WHERE job_id IN (SELECT job_id FROM job WHERE se_id = ?1"
	    " AND aid = ?2 AND (kind = 'update' OR (?3 = 1 AND kind IN ('lock', 'unlock')))"
	    " AND state IN ('waiting', 'running'))",
	    in, YKT_ARRAY_LEN(in), NULL, NULL, NULL);
	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "UPDATE job SET state = 'failed', reason = 'superseded' WHERE se_id = ?1"
		    " AND aid = ?2 AND (kind = 'update' OR (?3 = 1 AND kind IN ('lock', 'unlock')))"
		    " AND state IN ('waiting', 'running')",
		    in, YKT_ARRAY_LEN(in), NULL, NULL, NULL);

	return status;
}

static enum ykt_status
insert_job(struct ykt_tx *tx, struct open *open)
{
	const struct wire_tsm_job_start_req *req = open->req;
	const char *reason = "";
	int64_t version = 0;
	enum ykt_status status = tsm_catalogue_judge(tx, req, &version, &reason);

	if (status == YKT_OK && reason[0] == '\0')
		status = tsm_element_judge(tx, req, &reason);
	open->refused = reason[0] != '\0';
	if (status == YKT_OK && !open->refused)
		status = supersede(tx, req);
	if (status != YKT_OK)
		return status;
	status = ykt_tx_query(tx,
	    "INSERT INTO job (job_id, print, se_id, aid, issuer, card_no, valid_from, valid_to,"
	    " file17, limit_fen, alg, kind, most_fen, version, state, reason, made_ms, seen_ms,"
	    " asker, told)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?13, ?14, ?15, ?16, ?17, ?12,"
	    " ?12, ?18, ?18 = '')",
	    YKT_SQL_IN(ykt_sql_text(req->job_id), ykt_sql_blob(YKT_BYTES(open->print)),
		ykt_sql_blob(ykt_bytes(req->se_id.data, req->se_id.len)),
		ykt_sql_blob(ykt_bytes(req->aid.data, req->aid.len)),
		ykt_sql_blob(YKT_BYTES(req->issuer)), ykt_sql_text(req->card_no),
		ykt_sql_blob(YKT_BYTES(req->start)), ykt_sql_blob(YKT_BYTES(req->end)),
		ykt_sql_blob(YKT_BYTES(req->file17)), ykt_sql_int(req->limit_fen),
		ykt_sql_int(req->alg), ykt_sql_int(open->now_ms), ykt_sql_text(req->kind),
		ykt_sql_int(req->most_fen), ykt_sql_int(version),
		ykt_sql_text(open->refused ? "failed" : "waiting"), ykt_sql_text(reason),
		ykt_sql_text(open->asker)),
	    NULL, NULL, NULL);

	return status;
}

/* The new one ends the one before: there is one client at a time. */
static enum ykt_status
open_tx(struct ykt_tx *tx, void *arg)
{
	struct open *open = arg;
	uint8_t print[TSM_DIGEST_LEN];
	char state[17] = "waiting";
	char asker[17] = "";
	const struct tsm_col cols[] = {
		{ TSM_COL_BLOB, print, sizeof(print), NULL },
		{ TSM_COL_TEXT, state, sizeof(state), NULL },
		{ TSM_COL_TEXT, asker, sizeof(asker), NULL },
	};
	enum ykt_status status =
	    tsm_row(tx, "SELECT print, state, asker FROM job WHERE job_id = ?1",
		YKT_SQL_IN(ykt_sql_text(open->job_id)), cols, YKT_ARRAY_LEN(cols));

	/* Another's job is not there for who asks for a session of it. */
	if (status == YKT_OK && strcmp(asker, open->asker) != 0)
		return open->req != NULL ? YKT_MISMATCH : YKT_NOT_FOUND;
	if (status == YKT_OK && open->req != NULL &&
	    !ykt_bytes_equal(YKT_BYTES(print), YKT_BYTES(open->print)))
		return YKT_MISMATCH;
	open->refused = false;
	if (status == YKT_NOT_FOUND && open->req != NULL)
		status = insert_job(tx, open);
	if (status == YKT_OK && open->refused)
		return YKT_OK;
	if (status == YKT_OK && strcmp(state, "waiting") != 0 && strcmp(state, "running") != 0)
		status = YKT_E_STATE;
	if (status == YKT_OK)
		status = ykt_tx_query(tx, "DELETE FROM session WHERE job_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(open->job_id)), NULL, NULL, NULL);
	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "UPDATE job SET state = 'waiting', seen_ms = ?2 WHERE job_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(open->job_id), ykt_sql_int(open->now_ms)), NULL, NULL,
		    NULL);
	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "INSERT INTO session (id, job_id, state, expires_ms)"
		    " VALUES (?1, ?2, 'live', ?3)",
		    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(open->id)), ykt_sql_text(open->job_id),
			ykt_sql_int(open->expires_ms)),
		    NULL, NULL, NULL);

	return status;
}

static enum ykt_status
open_session(struct tsm_worker *worker, struct open *open)
{
	const struct tsm_options *options = &worker->tsm->options;
	struct ykt_bytes part = YKT_BYTES(open->session_id);
	enum ykt_status status =
	    ykt_random_fill(options->env.random, open->session_id, sizeof(open->session_id));

	open->now_ms = tsm_wall(worker);
	open->expires_ms = open->now_ms + options->session_ms;
	if (status == YKT_OK)
		status = crypto_sm3(worker->crypto, &part, 1, open->id);
	if (status == YKT_OK)
		status = ykt_store_run(options->store, open_tx, open);

	return status == YKT_OK && open->refused ? YKT_E_STATE : status;
}

int
tsm_job_error(struct wire_error *error, enum ykt_status status)
{
	switch (status) {
	case YKT_E_ARG:
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "a value is out of range");
	case YKT_DENIED:
		return wire_error_set(error, 403, WIRE_ERR_FORBIDDEN, "not a job of this city");
	case YKT_NOT_FOUND:
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, "no such job");
	case YKT_CONFLICT:
		return wire_error_set(
		    error, 409, WIRE_ERR_HELD, "another job has this place or this card number");
	case YKT_E_STATE:
		return wire_error_set(error, 410, "job_over", "ask job.get");
	case YKT_MISMATCH:
		return wire_error_set(error, 422, WIRE_ERR_MISMATCH, "not the same job as before");
	case YKT_BUSY:
	case YKT_E_DOWN:
	case YKT_E_STORE:
	case YKT_E_STORE_UNKNOWN:
		return wire_error_set(error, 503, WIRE_ERR_BUSY, ykt_status_text(status));
	default:
		return wire_error_set(error, 500, WIRE_ERR_INTERNAL, ykt_status_text(status));
	}
}

/* The digest of the request in our own encoding: the same values, the same bytes. */
static enum ykt_status
fingerprint(struct tsm_worker *worker, const struct wire_tsm_job_start_req *req,
    uint8_t ret_print[TSM_DIGEST_LEN])
{
	uint8_t bytes[REQUEST_MAX];
	struct ykt_buf json = YKT_BUF(bytes);
	enum ykt_status status = wire_encode(&wire_tsm_job_start_req_msg, req, &json);
	struct ykt_bytes part = ykt_buf_view(&json);

	return status == YKT_OK ? crypto_sm3(worker->crypto, &part, 1, ret_print) : status;
}

static enum ykt_status
check_request(const struct tsm_worker *worker, const struct wire_tsm_job_start_req *req)
{
	struct ykt_bytes aid = ykt_bytes(req->aid.data, req->aid.len);
	int kind = wire_token_find(&wire_job_kind, req->kind);

	if (!wire_id_valid(req->job_id) || kind < 0 ||
	    req->has_most_fen != (kind == WIRE_JOB_DELETE) ||
	    req->has_version != (kind == WIRE_JOB_UPDATE) || req->most_fen > PURSE_BALANCE_MAX ||
	    req->se_id.len == 0 || aid.len < FCI_AID_MIN || ykt_bytes_equal(aid, tsm_ssd(worker)) ||
	    !wire_card_no_valid(req->card_no) || !ykt_bcd_valid(YKT_BYTES(req->start)) ||
	    !ykt_bcd_valid(YKT_BYTES(req->end)) ||
	    (req->alg != PURSE_ALG_TDES && req->alg != PURSE_ALG_SM4) || req->limit_fen <= 0 ||
	    req->limit_fen > PURSE_BALANCE_MAX)
		return YKT_E_ARG;

	return strcmp(req->city, worker->tsm->options.city) == 0 ? YKT_OK : YKT_DENIED;
}

enum ykt_status
tsm_job_begin(struct tsm_worker *worker, const struct wire_tsm_job_start_req *req,
    const char *asker, uint8_t ret_session[16])
{
	struct open open = { .req = req, .job_id = req->job_id, .asker = asker };
	bool far = asker[0] == '\0' && tsm_peer_of_city(worker, req->city) != NULL;
	enum ykt_status status = check_request(worker, req);

	if (status == YKT_OK || (status == YKT_DENIED && far))
		status = fingerprint(worker, req, open.print);
	if (status == YKT_OK && far)
		return tsm_far_start(worker, req, open.print, ret_session);
	if (status == YKT_OK)
		status = open_session(worker, &open);
	if (status == YKT_OK)
		memcpy(ret_session, open.session_id, sizeof(open.session_id));
	ykt_wipe(&open, sizeof(open));

	return status;
}

int
tsm_job_start(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct wire_tsm_session_rsp *rsp = rsp_arg;
	enum ykt_status status = tsm_job_begin(worker_arg, req_arg, "", rsp->session_id);

	(void)http;

	return status == YKT_OK ? 200 : tsm_job_error(error, status);
}

int
tsm_job_session(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	const struct wire_tsm_job_id_req *req = req_arg;
	struct wire_tsm_session_rsp *rsp = rsp_arg;
	struct open open = { .job_id = req->job_id, .asker = "" };
	enum ykt_status status = open_session(worker_arg, &open);

	(void)http;
	if (status == YKT_OK)
		memcpy(rsp->session_id, open.session_id, sizeof(rsp->session_id));
	ykt_wipe(&open, sizeof(open));
	if (status == YKT_NOT_FOUND)
		status = tsm_far_session(worker_arg, req->job_id, rsp->session_id);

	return status == YKT_OK ? 200 : tsm_job_error(error, status);
}

struct get {
	const char *job_id;
	const char *asker;
	struct wire_tsm_job_get_rsp rsp;
};

static enum ykt_status
get_tx(struct ykt_tx *tx, void *arg)
{
	struct get *get = arg;
	struct wire_tsm_job_get_rsp *rsp = &get->rsp;
	const struct tsm_col cols[] = {
		{ TSM_COL_TEXT, rsp->state, sizeof(rsp->state), NULL },
		{ TSM_COL_INT, &rsp->step, 0, NULL },
		{ TSM_COL_TEXT, rsp->reason, sizeof(rsp->reason), NULL },
	};

	return tsm_row(tx, "SELECT state, step, reason FROM job WHERE job_id = ?1 AND asker = ?2",
	    YKT_SQL_IN(ykt_sql_text(get->job_id), ykt_sql_text(get->asker)), cols,
	    YKT_ARRAY_LEN(cols));
}

enum ykt_status
tsm_job_look(struct tsm_worker *worker, const char *job_id, const char *asker,
    struct wire_tsm_job_get_rsp *rsp)
{
	struct get get = { .job_id = job_id, .asker = asker };
	enum ykt_status status = ykt_store_run(worker->tsm->options.store, get_tx, &get);

	if (status != YKT_OK)
		return status;
	get.rsp.steps = TSM_STEPS;
	*rsp = get.rsp;

	return YKT_OK;
}

int
tsm_job_get(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	const struct wire_tsm_job_id_req *req = req_arg;
	enum ykt_status status = tsm_job_look(worker_arg, req->job_id, "", rsp_arg);

	(void)http;
	if (status == YKT_NOT_FOUND)
		status = tsm_far_look(worker_arg, req->job_id, rsp_arg);

	return status == YKT_OK ? 200 : tsm_job_error(error, status);
}
