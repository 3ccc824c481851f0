/*
 * Elements that are lost, locked or terminated: what our operator says of one, and what
 * other TSMs say of it (SE status notice, JT/T 1059.6 10.8; states and what follows from
 * them are our own: grade D).
 *
 * One that is not in use gets no application and no newer version, and none on it is
 * unlocked; what is there is locked and deleted as ever. Our operator's word counts before
 * that of others, and goes to all of them. Jobs that began go on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "tsm/catalogue.h"
#include "tsm/internal.h"
#include "tsm/peer.h"

#define OWN "" /* in place of the name of another TSM */

struct word {
	const struct tsm_worker *worker;
	const struct tsm_element_state *req;
};

static enum ykt_status
put(struct ykt_tx *tx, struct ykt_bytes se_id, const char *source, const char *state)
{
	return ykt_tx_query(tx,
	    "INSERT INTO se_state VALUES (?1, ?2, ?3)"
	    " ON CONFLICT DO UPDATE SET state = excluded.state",
	    YKT_SQL_IN(ykt_sql_blob(se_id), ykt_sql_text(source), ykt_sql_text(state)), NULL, NULL,
	    NULL);
}

static enum ykt_status
word_tx(struct ykt_tx *tx, void *arg)
{
	const struct word *word = arg;
	struct ykt_bytes se_id = ykt_bytes(word->req->se_id.data, word->req->se_id.len);
	enum ykt_status status = put(tx, se_id, OWN, word->req->state);

	return status == YKT_OK ? tsm_tell_element(tx, word->worker, se_id, word->req->state)
				: status;
}

int
tsm_element_state(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp, struct wire_error *error)
{
	struct tsm_worker *worker = worker_arg;
	struct word word = { worker, req_arg };
	int state = wire_token_find(&wire_element_state, word.req->state);
	enum ykt_status status;

	(void)http;
	(void)rsp;
	if (state < 0 || word.req->se_id.len == 0)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "no such state or element");
	status = ykt_store_run(worker->tsm->options.store, word_tx, &word);
	if (status != YKT_OK)
		return wire_error_set(error, 503, WIRE_ERR_BUSY, ykt_status_text(status));
	tsm_note(worker, YKT_TRACE_STATE, "element moved", state);

	return 200;
}

bool
tsm_element_known(const char *state)
{
	return wire_token_find(&wire_element_state, state) >= 0;
}

enum ykt_status
tsm_element_told(struct ykt_tx *tx, const char *sender, const struct wire_peer_se_state_req *notice)
{
	return put(tx, ykt_bytes(notice->se_id.data, notice->se_id.len), sender, notice->state);
}

enum ykt_status
tsm_element_judge(
    struct ykt_tx *tx, const struct wire_tsm_job_start_req *req, const char **ret_reason)
{
	int kind = wire_token_find(&wire_job_kind, req->kind);
	char state[17] = "";
	const struct tsm_col cols[] = { { TSM_COL_TEXT, state, sizeof(state), NULL } };
	enum ykt_status status;

	if (kind == WIRE_JOB_LOCK || kind == WIRE_JOB_DELETE)
		return YKT_OK;
	status = tsm_row(tx,
	    "SELECT COALESCE((SELECT state FROM se_state WHERE se_id = ?1 AND source = ''),"
	    " (SELECT MIN(state) FROM se_state WHERE se_id = ?1 AND state <> 'in_use'), 'in_use')",
	    YKT_SQL_IN(ykt_sql_blob(ykt_bytes(req->se_id.data, req->se_id.len))), cols, 1);
	if (status == YKT_OK && strcmp(state, "in_use") != 0)
		*ret_reason = "se_state";

	return status;
}
