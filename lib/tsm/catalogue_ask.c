/*
 * What the catalogue allows: who asks, which application, which version.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "tsm/catalogue.h"
#include "tsm/internal.h"
#include "tsm/peer.h"

/* One application as it is for one who asks. */
struct standing {
	char state[17];
	bool open;
	bool update;
	int64_t newest;
};

static enum ykt_status
stand(struct ykt_tx *tx, struct ykt_bytes aid, bool test, struct standing *ret_standing)
{
	struct standing standing = { .state = "online" };
	const struct tsm_col cols[] = {
		{ TSM_COL_TEXT, standing.state, sizeof(standing.state), NULL },
		{ TSM_COL_INT, &standing.newest, 0, NULL },
	};
	enum ykt_status status = tsm_row(tx,
	    "SELECT COALESCE((SELECT state FROM application WHERE aid = ?1), 'online'),"
	    " COALESCE((SELECT MAX(version) FROM version WHERE aid = ?1"
	    " AND (state = 'published' OR (?2 = 1 AND state = 'test'))), 0)",
	    YKT_SQL_IN(ykt_sql_blob(aid), ykt_sql_int(test ? 1 : 0)), cols, YKT_ARRAY_LEN(cols));
	int state = wire_token_find(&wire_app_state, standing.state);

	if (status != YKT_OK)
		return status;
	if (state < 0)
		return YKT_E_CORRUPT;
	standing.open = state == WIRE_APP_ONLINE || (test && state == WIRE_APP_TESTING);
	standing.update = standing.open || state == WIRE_APP_DOWNLOAD_PAUSED;
	*ret_standing = standing;

	return YKT_OK;
}

/* The version that was read back from this element; 0 without one. */
static enum ykt_status
version_there(struct ykt_tx *tx, struct ykt_bytes se_id, struct ykt_bytes aid, int64_t *ret_version)
{
	const struct tsm_col cols[] = { { TSM_COL_INT, ret_version, 0, NULL } };

	return tsm_row(tx,
	    "SELECT COALESCE((SELECT version FROM app WHERE se_id = ?1 AND aid = ?2), 0)",
	    YKT_SQL_IN(ykt_sql_blob(se_id), ykt_sql_blob(aid)), cols, 1);
}

/* The version that was agreed to: still to be had, and not before the card's. */
static enum ykt_status
judge_update(
    struct ykt_tx *tx, const struct wire_tsm_job_start_req *req, bool test, const char **ret_reason)
{
	struct ykt_bytes aid = ykt_bytes(req->aid.data, req->aid.len);
	int64_t count = 0, there = 0;
	const struct tsm_col cols[] = { { TSM_COL_INT, &count, 0, NULL } };
	enum ykt_status status = tsm_row(tx,
	    "SELECT COUNT(*) FROM version WHERE aid = ?1 AND version = ?2"
	    " AND (state = 'published' OR (?3 = 1 AND state = 'test'))",
	    YKT_SQL_IN(ykt_sql_blob(aid), ykt_sql_int(req->version), ykt_sql_int(test ? 1 : 0)),
	    cols, 1);

	if (status == YKT_OK)
		status = version_there(tx, ykt_bytes(req->se_id.data, req->se_id.len), aid, &there);
	if (status == YKT_OK && count == 0)
		*ret_reason = "version_state";
	else if (status == YKT_OK && there > req->version)
		*ret_reason = "downgrade";

	return status;
}

enum ykt_status
tsm_catalogue_judge(struct ykt_tx *tx, const struct wire_tsm_job_start_req *req,
    int64_t *ret_version, const char **ret_reason)
{
	int kind = wire_token_find(&wire_job_kind, req->kind);
	bool test = req->has_test && req->test;
	struct standing standing;
	enum ykt_status status;

	*ret_version = 0;
	*ret_reason = "";
	if (kind != WIRE_JOB_OPEN && kind != WIRE_JOB_UPDATE)
		return YKT_OK;
	status = stand(tx, ykt_bytes(req->aid.data, req->aid.len), test, &standing);
	if (status != YKT_OK)
		return status;
	*ret_version = kind == WIRE_JOB_OPEN ? standing.newest : req->version;
	if (kind == WIRE_JOB_OPEN ? !standing.open : !standing.update)
		*ret_reason = "app_state";
	else if (kind == WIRE_JOB_UPDATE)
		status = judge_update(tx, req, test, ret_reason);

	return status;
}

struct asking {
	const struct wire_tsm_app_get_req *req;
	struct wire_tsm_app_get_rsp rsp;
};

enum ykt_status
tsm_catalogue_get(struct ykt_tx *tx, const struct wire_tsm_app_get_req *req,
    struct wire_tsm_app_get_rsp *ret_app, bool *ret_known)
{
	struct ykt_bytes aid = ykt_bytes(req->aid.data, req->aid.len);
	struct standing standing;
	int64_t rows = 0;
	const struct tsm_col cols[] = { { TSM_COL_INT, &rows, 0, NULL } };
	enum ykt_status status = stand(tx, aid, req->test, &standing);

	if (status == YKT_OK)
		status = version_there(
		    tx, ykt_bytes(req->se_id.data, req->se_id.len), aid, &ret_app->has);
	if (status == YKT_OK)
		status = tsm_row(tx,
		    "SELECT EXISTS (SELECT 1 FROM application WHERE aid = ?1)"
		    " + EXISTS (SELECT 1 FROM version WHERE aid = ?1)"
		    " + EXISTS (SELECT 1 FROM app WHERE aid = ?1)",
		    YKT_SQL_IN(ykt_sql_blob(aid)), cols, 1);
	if (status != YKT_OK)
		return status;
	memcpy(ret_app->state, standing.state, sizeof(standing.state));
	ret_app->open = standing.open;
	ret_app->update = standing.update;
	ret_app->newest = standing.newest;
	*ret_known = rows != 0;

	return YKT_OK;
}

static enum ykt_status
get_tx(struct ykt_tx *tx, void *arg)
{
	struct asking *asking = arg;
	bool known;

	return tsm_catalogue_get(tx, asking->req, &asking->rsp, &known);
}

static int
down(struct wire_error *error, enum ykt_status status)
{
	return wire_error_set(error, 503, WIRE_ERR_BUSY, ykt_status_text(status));
}

int
tsm_app_get(void *worker_arg, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct tsm_worker *worker = worker_arg;
	struct asking asking = { .req = req };
	enum ykt_status status = tsm_far_app(worker, req, &asking.rsp);

	(void)http;
	if (status == YKT_NOT_FOUND)
		status = ykt_store_run(worker->tsm->options.store, get_tx, &asking);
	if (status != YKT_OK)
		return down(error, status);
	*(struct wire_tsm_app_get_rsp *)rsp = asking.rsp;

	return 200;
}

static enum ykt_status
take_aid(const struct ykt_sql_val *val, uint8_t *out, uint16_t *ret_len)
{
	if (val->type != YKT_SQL_BLOB || val->bytes.len > 16)
		return YKT_E_CORRUPT;
	if (val->bytes.len != 0)
		memcpy(out, val->bytes.data, val->bytes.len);
	*ret_len = (uint16_t)val->bytes.len;

	return YKT_OK;
}

static enum ykt_status
take_state(const struct ykt_sql_val *val, char out[17])
{
	if (val->type != YKT_SQL_TEXT || val->bytes.len > 16)
		return YKT_E_CORRUPT;
	memcpy(out, val->bytes.data, val->bytes.len);
	out[val->bytes.len] = '\0';

	return YKT_OK;
}

static enum ykt_status
app_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct tsm_app_list_rsp *rsp = arg;
	struct tsm_app_row *row = &rsp->apps[rsp->apps_count];
	enum ykt_status status = count == 2 ? YKT_OK : YKT_E_CORRUPT;

	if (status == YKT_OK)
		status = take_aid(&vals[0], row->aid.data, &row->aid.len);
	if (status == YKT_OK)
		status = take_state(&vals[1], row->state);
	rsp->apps_count += status == YKT_OK ? 1 : 0;

	return status;
}

static enum ykt_status
version_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct tsm_app_list_rsp *rsp = arg;
	struct tsm_version_row *row = &rsp->versions[rsp->versions_count];
	enum ykt_status status = count == 3 && vals[1].type == YKT_SQL_INT ? YKT_OK : YKT_E_CORRUPT;

	if (status == YKT_OK)
		status = take_aid(&vals[0], row->aid.data, &row->aid.len);
	if (status == YKT_OK)
		status = take_state(&vals[2], row->state);
	if (status != YKT_OK)
		return status;
	row->version = vals[1].i;
	rsp->versions_count++;

	return YKT_OK;
}

static enum ykt_status
list_tx(struct ykt_tx *tx, void *arg)
{
	struct tsm_app_list_rsp *rsp = arg;
	enum ykt_status status;

	memset(rsp, 0, sizeof(*rsp));
	status = ykt_tx_query(tx, "SELECT aid, state FROM application ORDER BY aid LIMIT ?1",
	    YKT_SQL_IN(ykt_sql_int(TSM_CATALOGUE_APPS)), app_row, rsp, NULL);
	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "SELECT aid, version, state FROM version ORDER BY version DESC, aid LIMIT ?1",
		    YKT_SQL_IN(ykt_sql_int(TSM_CATALOGUE_VERSIONS)), version_row, rsp, NULL);

	return status;
}

int
tsm_app_list(void *worker_arg, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct tsm_worker *worker = worker_arg;
	enum ykt_status status = ykt_store_run(worker->tsm->options.store, list_tx, rsp);

	(void)http;
	(void)req;

	return status == YKT_OK ? 200 : down(error, status);
}
