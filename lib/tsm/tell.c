/*
 * What other TSMs are told: who they are, at the start and from time to time (auth); the end
 * of jobs that they asked for (card_write, app_state); how applications stand
 * (app_business); what our operator says of elements (se_state).
 *
 * What is to be told is a row, written in the transaction of what it tells of. One row of a
 * peer goes after the other, each with its trade_id until it is answered, so that one that
 * was lost, or whose answer was, comes again and is taken once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "tsm/internal.h"
#include "tsm/peer.h"

struct tell {
	const struct tsm_worker *worker;
	int64_t now_ms;
	char trade_id[33]; /* of a new message */
	bool found;
	/* The row that is sent. */
	int64_t seq;
	char peer[17];
	char message[17];
	size_t body_len;
	uint8_t body[WIRE_PEER_BODY_MAX];
	int64_t tries;
	int64_t due_ms;
};

static enum ykt_status
put_out(struct ykt_tx *tx, const char *peer, enum wire_peer_kind kind,
    const union wire_peer_body *body, int64_t now_ms)
{
	uint8_t bytes[WIRE_PEER_BODY_MAX];
	struct ykt_buf json = YKT_BUF(bytes);
	enum ykt_status status = wire_encode(wire_peer_body_msg(kind, false), body, &json);

	if (status == YKT_OK)
		status = ykt_tx_query(tx,
		    "INSERT INTO peer_out (peer, message, body, due_ms) VALUES (?1, ?2, ?3, ?4)",
		    YKT_SQL_IN(ykt_sql_text(peer),
			ykt_sql_text(wire_token_text(&wire_peer_kind, (int)kind)),
			ykt_sql_blob(ykt_buf_view(&json)), ykt_sql_int(now_ms)),
		    NULL, NULL, NULL);

	return status;
}

static enum ykt_status
new_trade(const struct tsm_worker *worker, char trade_id[33])
{
	uint8_t id[16];
	enum ykt_status status = ykt_random_fill(worker->tsm->options.env.random, id, sizeof(id));

	if (status == YKT_OK)
		wire_id_text(id, trade_id);

	return status;
}

/* A job of another TSM that is over; how its application stands now, as it was read. */
struct ended {
	char job_id[33];
	char asker[17];
	char kind[17];
	size_t se_id_len;
	uint8_t se_id[16];
	size_t aid_len;
	uint8_t aid[16];
	char state[17];
	char reason[33];
	int64_t app_state;
};

static enum ykt_status
find_ended(struct ykt_tx *tx, struct ended *ended)
{
	const struct tsm_col cols[] = {
		{ TSM_COL_TEXT, ended->job_id, sizeof(ended->job_id), NULL },
		{ TSM_COL_TEXT, ended->asker, sizeof(ended->asker), NULL },
		{ TSM_COL_TEXT, ended->kind, sizeof(ended->kind), NULL },
		{ TSM_COL_BLOB, ended->se_id, sizeof(ended->se_id), &ended->se_id_len },
		{ TSM_COL_BLOB, ended->aid, sizeof(ended->aid), &ended->aid_len },
		{ TSM_COL_TEXT, ended->state, sizeof(ended->state), NULL },
		{ TSM_COL_TEXT, ended->reason, sizeof(ended->reason), NULL },
		{ TSM_COL_INT, &ended->app_state, 0, NULL },
	};

	return tsm_row(tx,
	    "SELECT job_id, asker, kind, se_id, aid, state, reason,"
	    " COALESCE((SELECT a.state FROM app a WHERE a.se_id = j.se_id AND a.aid = j.aid), 0)"
	    " FROM job j WHERE told = 0 AND state IN ('done', 'failed') LIMIT 1",
	    NULL, 0, cols, YKT_ARRAY_LEN(cols));
}

static enum ykt_status
put_ended(struct ykt_tx *tx, const struct tell *tell, const struct ended *ended)
{
	union wire_peer_body body = { 0 };
	enum ykt_status status;

	memcpy(body.card_write.trade_id, ended->job_id, sizeof(ended->job_id));
	body.card_write.se_id.len = (uint16_t)ended->se_id_len;
	memcpy(body.card_write.se_id.data, ended->se_id, sizeof(ended->se_id));
	body.card_write.aid.len = (uint16_t)ended->aid_len;
	memcpy(body.card_write.aid.data, ended->aid, sizeof(ended->aid));
	memcpy(body.card_write.operation, ended->kind, sizeof(ended->kind));
	body.card_write.done = strcmp(ended->state, "done") == 0;
	memcpy(body.card_write.reason, ended->reason, sizeof(ended->reason));
	status = put_out(tx, ended->asker, WIRE_PEER_CARD_WRITE, &body, tell->now_ms);
	if (status != YKT_OK)
		return status;
	memset(&body, 0, sizeof(body));
	memcpy(body.app_state.trade_id, tell->trade_id, sizeof(tell->trade_id));
	body.app_state.se_id.len = (uint16_t)ended->se_id_len;
	memcpy(body.app_state.se_id.data, ended->se_id, sizeof(ended->se_id));
	body.app_state.aid.len = (uint16_t)ended->aid_len;
	memcpy(body.app_state.aid.data, ended->aid, sizeof(ended->aid));
	body.app_state.state = ended->app_state;

	return put_out(tx, ended->asker, WIRE_PEER_APP_STATE, &body, tell->now_ms);
}

static enum ykt_status
collect_tx(struct ykt_tx *tx, void *arg)
{
	struct tell *tell = arg;
	struct ended ended = { .app_state = 0 };
	enum ykt_status status = find_ended(tx, &ended);

	tell->found = status == YKT_OK;
	if (status == YKT_OK)
		status = put_ended(tx, tell, &ended);
	if (status == YKT_OK)
		status = tsm_change(tx, "UPDATE job SET told = 1 WHERE job_id = ?1",
		    YKT_SQL_IN(ykt_sql_text(ended.job_id)));

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

/* The oldest of a peer, when its time has come. */
static enum ykt_status
next_tx(struct ykt_tx *tx, void *arg)
{
	struct tell *tell = arg;
	const struct tsm_col cols[] = {
		{ TSM_COL_INT, &tell->seq, 0, NULL },
		{ TSM_COL_TEXT, tell->peer, sizeof(tell->peer), NULL },
		{ TSM_COL_TEXT, tell->message, sizeof(tell->message), NULL },
		{ TSM_COL_BLOB, tell->body, sizeof(tell->body), &tell->body_len },
		{ TSM_COL_INT, &tell->tries, 0, NULL },
	};
	enum ykt_status status = tsm_row(tx,
	    "SELECT seq, peer, message, body, tries FROM peer_out o WHERE due_ms <= ?1"
	    " AND NOT EXISTS (SELECT 1 FROM peer_out b WHERE b.peer = o.peer AND b.seq < o.seq)"
	    " ORDER BY seq LIMIT 1",
	    YKT_SQL_IN(ykt_sql_int(tell->now_ms)), cols, YKT_ARRAY_LEN(cols));

	tell->found = status == YKT_OK;

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

static enum ykt_status
sent_tx(struct ykt_tx *tx, void *arg)
{
	const struct tell *tell = arg;

	return ykt_tx_query(tx, "DELETE FROM peer_out WHERE seq = ?1",
	    YKT_SQL_IN(ykt_sql_int(tell->seq)), NULL, NULL, NULL);
}

static enum ykt_status
later_tx(struct ykt_tx *tx, void *arg)
{
	const struct tell *tell = arg;

	return ykt_tx_query(tx,
	    "UPDATE peer_out SET tries = tries + 1, due_ms = ?2, asked_ms = ?3 WHERE seq = ?1",
	    YKT_SQL_IN(
		ykt_sql_int(tell->seq), ykt_sql_int(tell->due_ms), ykt_sql_int(tell->now_ms)),
	    NULL, NULL, NULL);
}

static int64_t
wait_after(int64_t tries)
{
	int64_t wait_ms = TSM_RETRY_MS << (tries < 16 ? tries : 16);

	return wait_ms < TSM_RETRY_MAX_MS ? wait_ms : TSM_RETRY_MAX_MS;
}

static enum ykt_status
call(struct tsm_worker *worker, const struct tell *tell, union wire_peer_body *body)
{
	const struct tsm_peer_way *way = tsm_peer_way(worker, tell->peer);
	int kind = wire_token_find(&wire_peer_kind, tell->message);
	int64_t mono_ms = ykt_clock_mono(worker->tsm->options.env.clock);
	enum ykt_status status = way != NULL && kind >= 0 ? YKT_OK : YKT_E_DOWN;

	if (status == YKT_OK)
		status = wire_decode(wire_peer_body_msg((enum wire_peer_kind)kind, false),
		    ykt_bytes(tell->body, tell->body_len), body);
	if (status == YKT_OK)
		status = tsm_peer_ask(worker, way->http, tell->peer, (enum wire_peer_kind)kind,
		    body, mono_ms + TSM_CALL_MS);

	return status;
}

/* It is told when the other one said so in its signed reply, whatever it thinks of it. */
static enum ykt_status
tell_one(struct tsm_worker *worker, struct tell *tell, unsigned *ret_done)
{
	const struct ykt_store *store = worker->tsm->options.store;
	union wire_peer_body body = { 0 };
	enum ykt_status status = call(worker, tell, &body);

	if (status == YKT_OK && strcmp(body.ack.result, WIRE_PEER_DONE) != 0)
		tsm_note(worker, YKT_TRACE_SECURITY, "another TSM takes no notice", tell->seq);
	if (status == YKT_OK) {
		status = ykt_store_run(store, sent_tx, tell);
		*ret_done = status == YKT_OK ? 1 : 0;
		return status;
	}
	tsm_note(worker, YKT_TRACE_ERROR, "another TSM is not there", status);
	tell->due_ms = tell->now_ms + wait_after(tell->tries);

	return ykt_store_run(store, later_tx, tell);
}

static enum ykt_status
due_tx(struct ykt_tx *tx, void *arg)
{
	struct tell *tell = arg;
	int64_t asked_ms = 0;
	const struct tsm_col cols[] = { { TSM_COL_INT, &tell->due_ms, 0, NULL },
		{ TSM_COL_INT, &asked_ms, 0, NULL } };
	enum ykt_status status =
	    tsm_row(tx, "SELECT due_ms, asked_ms FROM peer_link WHERE peer = ?1",
		YKT_SQL_IN(ykt_sql_text(tell->peer)), cols, YKT_ARRAY_LEN(cols));

	/* Once in each life of the process, so that the others hear that it is back. */
	tell->found = status == YKT_NOT_FOUND ||
		      (status == YKT_OK && (tell->due_ms <= tell->now_ms ||
					       asked_ms < tell->worker->tsm->started_ms));

	return status == YKT_NOT_FOUND ? YKT_OK : status;
}

static enum ykt_status
link_tx(struct ykt_tx *tx, void *arg)
{
	const struct tell *tell = arg;

	return ykt_tx_query(tx,
	    "INSERT INTO peer_link (peer, due_ms, good_ms, asked_ms) VALUES (?1, ?2, ?3, ?4)"
	    " ON CONFLICT DO UPDATE SET due_ms = excluded.due_ms,"
	    " good_ms = MAX(good_ms, excluded.good_ms), asked_ms = excluded.asked_ms",
	    YKT_SQL_IN(ykt_sql_text(tell->peer), ykt_sql_int(tell->due_ms),
		ykt_sql_int(tell->found ? tell->now_ms : 0), ykt_sql_int(tell->now_ms)),
	    NULL, NULL, NULL);
}

/* Whether it is there, and is who it should be: keys and addresses that are wrong show. */
static enum ykt_status
authenticate(struct tsm_worker *worker, struct tell *tell, const struct tsm_peer_way *way)
{
	union wire_peer_body body = { 0 };
	int64_t mono_ms = ykt_clock_mono(worker->tsm->options.env.clock);
	enum ykt_status status = new_trade(worker, body.ack.trade_id);

	if (status == YKT_OK)
		status = ykt_random_fill(worker->tsm->options.env.random, body.auth.challenge,
		    sizeof(body.auth.challenge));
	if (status == YKT_OK)
		status = tsm_peer_ask(
		    worker, way->http, tell->peer, WIRE_PEER_AUTH, &body, mono_ms + TSM_CALL_MS);
	tell->found = status == YKT_OK;
	tell->due_ms = tell->now_ms + (tell->found ? TSM_AUTH_MS : TSM_RETRY_MAX_MS);
	tsm_note(worker, tell->found ? YKT_TRACE_STATE : YKT_TRACE_ERROR,
	    tell->found ? "another TSM is who it should be" : "another TSM does not say who it is",
	    status);

	return ykt_store_run(worker->tsm->options.store, link_tx, tell);
}

static enum ykt_status
greet(struct tsm_worker *worker, struct tell *tell, unsigned *ret_done)
{
	const struct tsm_options *options = &worker->tsm->options;
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < options->peers_count && status == YKT_OK && *ret_done == 0; i++) {
		const struct tsm_peer_way *way = tsm_peer_way(worker, options->peers[i].id);

		if (way == NULL)
			continue;
		memcpy(tell->peer, options->peers[i].id, sizeof(tell->peer));
		status = ykt_store_run(options->store, due_tx, tell);
		if (status == YKT_OK && tell->found) {
			status = authenticate(worker, tell, way);
			*ret_done = status == YKT_OK ? 1 : 0;
		}
	}

	return status;
}

enum ykt_status
tsm_tell(struct tsm_worker *worker, unsigned *ret_done)
{
	const struct tsm_options *options = &worker->tsm->options;
	struct tell tell = { .worker = worker, .now_ms = tsm_wall(worker) };
	enum ykt_status status;

	*ret_done = 0;
	if (options->sign_key == NULL || options->ways == NULL)
		return YKT_OK;
	status = greet(worker, &tell, ret_done);
	if (status == YKT_OK && *ret_done == 0)
		status = new_trade(worker, tell.trade_id);
	if (status == YKT_OK && *ret_done == 0) {
		status = ykt_store_run(options->store, collect_tx, &tell);
		*ret_done = status == YKT_OK && tell.found ? 1 : 0;
	}
	if (status == YKT_OK && *ret_done == 0) {
		status = ykt_store_run(options->store, next_tx, &tell);
		if (status == YKT_OK && tell.found)
			status = tell_one(worker, &tell, ret_done);
	}

	return status;
}

/* To every peer that has an address, each a trade of its own. */
static enum ykt_status
put_all(struct ykt_tx *tx, const struct tsm_worker *worker, enum wire_peer_kind kind,
    union wire_peer_body *body)
{
	const struct tsm_options *options = &worker->tsm->options;
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < options->peers_count && status == YKT_OK; i++) {
		if (tsm_peer_way(worker, options->peers[i].id) == NULL)
			continue;
		status = new_trade(worker, body->ack.trade_id);
		if (status == YKT_OK)
			status = put_out(tx, options->peers[i].id, kind, body, tsm_wall(worker));
	}

	return status;
}

enum ykt_status
tsm_tell_element(
    struct ykt_tx *tx, const struct tsm_worker *worker, struct ykt_bytes se_id, const char *state)
{
	const struct tsm_options *options = &worker->tsm->options;
	union wire_peer_body body = { 0 };

	if (options->sign_key == NULL || options->ways == NULL)
		return YKT_OK;
	body.se_state.se_id.len = (uint16_t)se_id.len;
	memcpy(body.se_state.se_id.data, se_id.data, se_id.len);
	memcpy(body.se_state.state, state, strlen(state) + 1);

	return put_all(tx, worker, WIRE_PEER_SE_STATE, &body);
}

enum ykt_status
tsm_tell_business(struct ykt_tx *tx, const struct tsm_worker *worker, struct ykt_bytes aid)
{
	const struct tsm_options *options = &worker->tsm->options;
	struct wire_tsm_app_get_req req = { .test = false };
	struct wire_tsm_app_get_rsp is = { .state = "" };
	union wire_peer_body body = { 0 };
	bool known = false;
	enum ykt_status status;

	if (options->sign_key == NULL || options->ways == NULL)
		return YKT_OK;
	req.aid.len = body.app_business.aid.len = (uint16_t)aid.len;
	memcpy(req.aid.data, aid.data, aid.len);
	memcpy(body.app_business.aid.data, aid.data, aid.len);
	status = tsm_catalogue_get(tx, &req, &is, &known);
	memcpy(body.app_business.state, is.state, sizeof(is.state));
	body.app_business.version = is.newest;
	if (status == YKT_OK)
		status = put_all(tx, worker, WIRE_PEER_APP_BUSINESS, &body);

	return status;
}
