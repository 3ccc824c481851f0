/*
 * What clients and platforms ask here and another TSM answers: SERAM of its sessions, and
 * how its applications stand.
 *
 * A client knows one TSM. The session of a job elsewhere is found by the digest of its
 * capability, and each request of it goes over as it is. What is in it is under the other's
 * secure channel: nothing of it can be read or changed here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "crypto/digest.h"
#include "tsm/internal.h"
#include "tsm/peer.h"

#define RELAY_MS (2 * TSM_CALL_MS) /* the other one may ask its key module meanwhile */

/* Where the instance's AID has its city (card.md 1.1; project choice). */
#define AID_CITY     8
#define AID_CITY_LEN 2

struct find {
	uint8_t session[TSM_DIGEST_LEN];
	char peer[17];
};

static enum ykt_status
find_tx(struct ykt_tx *tx, void *arg)
{
	struct find *find = arg;
	const struct tsm_col cols[] = { { TSM_COL_TEXT, find->peer, sizeof(find->peer), NULL } };

	return tsm_row(tx, "SELECT peer FROM far_job WHERE session = ?1",
	    YKT_SQL_IN(ykt_sql_blob(YKT_BYTES(find->session))), cols, 1);
}

static enum ykt_status
find_peer(struct tsm_worker *worker, const char *path, struct find *find)
{
	uint8_t session_id[16];
	struct ykt_bytes part = YKT_BYTES(session_id);
	enum ykt_status status = wire_seram_path_session(path, session_id);

	if (status == YKT_OK)
		status = crypto_sm3(worker->crypto, &part, 1, find->session);
	if (status == YKT_OK)
		status = ykt_store_run(worker->tsm->options.store, find_tx, find);
	ykt_wipe(session_id, sizeof(session_id));

	return status;
}

bool
tsm_far_relay(
    struct tsm_worker *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct find find = { .peer = "" };
	struct ykt_http_request over = {
		.method = YKT_HTTP_POST,
		.path = req->path,
		.body = req->body,
		.deadline_mono_ms = ykt_clock_mono(worker->tsm->options.env.clock) + RELAY_MS,
		.peer = "",
	};
	const struct tsm_peer_way *way;
	enum ykt_status status = find_peer(worker, req->path, &find);

	/* Nobody's session, as any other that is not there. */
	if (status == YKT_NOT_FOUND || status == YKT_E_FORMAT)
		return false;
	way = tsm_peer_way(worker, find.peer);
	if (status == YKT_OK)
		status = way != NULL ? ykt_http_call(way->http, &over, rsp) : YKT_E_DOWN;
	if (status != YKT_OK) {
		rsp->body.len = 0;
		wire_respond_error(rsp, 503, WIRE_ERR_BUSY, ykt_status_text(status));
	}

	return true;
}

/* The TSM whose city is in the AID. */
static const char *
peer_of_aid(const struct tsm_worker *worker, struct ykt_bytes aid)
{
	char city[2 * AID_CITY_LEN + 1];

	if (aid.len < AID_CITY + AID_CITY_LEN)
		return NULL;
	ykt_hex_encode(ykt_bytes_sub(aid, AID_CITY, AID_CITY_LEN), city);

	return tsm_peer_of_city(worker, city);
}

enum ykt_status
tsm_far_app(struct tsm_worker *worker, const struct wire_tsm_app_get_req *req,
    struct wire_tsm_app_get_rsp *ret_app)
{
	const char *peer = peer_of_aid(worker, ykt_bytes(req->aid.data, req->aid.len));
	union wire_peer_body body = { .app_query = { .test = req->test } };
	const struct wire_peer_app_query_rsp *told = &body.app_query_rsp;
	int64_t mono_ms = ykt_clock_mono(worker->tsm->options.env.clock);
	uint8_t id[16];
	enum ykt_status status;

	if (peer == NULL)
		return YKT_NOT_FOUND;
	body.app_query.aid.len = req->aid.len;
	memcpy(body.app_query.aid.data, req->aid.data, sizeof(req->aid.data));
	body.app_query.se_id.len = req->se_id.len;
	memcpy(body.app_query.se_id.data, req->se_id.data, sizeof(req->se_id.data));
	status = ykt_random_fill(worker->tsm->options.env.random, id, sizeof(id));
	if (status == YKT_OK) {
		wire_id_text(id, body.ack.trade_id);
		status = tsm_peer_ask(worker, tsm_peer_way(worker, peer)->http, peer,
		    WIRE_PEER_APP_QUERY, &body, mono_ms + TSM_CALL_MS);
	}
	if (status == YKT_OK && strcmp(told->result, WIRE_PEER_REFUSED) == 0)
		status = YKT_DENIED;
	if (status != YKT_OK)
		return YKT_BUSY;
	memset(ret_app, 0, sizeof(*ret_app));
	memcpy(ret_app->state, told->state, sizeof(ret_app->state));
	ret_app->open = told->open;
	ret_app->update = told->update;
	ret_app->newest = told->version;
	ret_app->has = told->has;

	return YKT_OK;
}
