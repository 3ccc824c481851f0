/*
 * What other TSMs ask and tell (wire/peer_msg.h): each message once, from whom its
 * certificate and its signature say, for us, and in its time. What is told is
 * written down before it is answered; a repeat of the same is answered alike.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tsm/peer.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "tsm/internal.h"

/* One message that was read. */
struct told {
	struct tsm_worker *worker;
	const struct wire_peer_head *head;
	const union wire_peer_body *body;
	enum wire_peer_kind kind;
	int64_t now_ms;
	uint8_t digest[TSM_DIGEST_LEN]; /* of its body */
	union wire_peer_body answer;
	const char *result;
	bool no_receipt; /* what it has for one is none */
};

/* YKT_CONFLICT: it was here before. */
static enum ykt_status
see_once(struct ykt_tx *tx, const struct told *told)
{
	enum ykt_status status = ykt_tx_query(tx, "DELETE FROM peer_seen WHERE seen_ms < ?1",
	    YKT_SQL_IN(ykt_sql_int(told->now_ms - 3 * TSM_PEER_MS)), NULL, NULL, NULL);

	if (status == YKT_OK)
		status = tsm_change(tx,
		    "INSERT INTO peer_seen VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
		    YKT_SQL_IN(ykt_sql_text(told->head->sender),
			ykt_sql_text(told->head->message_id), ykt_sql_int(told->now_ms)));

	return status == YKT_BUSY ? YKT_CONFLICT : status;
}

/* The same trade says the same; another word for it is refused and not kept. */
static enum ykt_status
keep_notice(struct ykt_tx *tx, struct told *told)
{
	uint8_t digest[TSM_DIGEST_LEN];
	const struct tsm_col cols[] = { { TSM_COL_BLOB, digest, sizeof(digest), NULL } };
	enum ykt_status status = ykt_tx_query(tx,
	    "INSERT INTO peer_notice VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
	    YKT_SQL_IN(ykt_sql_text(told->head->sender), ykt_sql_text(told->body->ack.trade_id),
		ykt_sql_text(told->head->message), ykt_sql_blob(YKT_BYTES(told->digest)),
		ykt_sql_int(told->now_ms)),
	    NULL, NULL, NULL);

	if (status == YKT_OK)
		status = tsm_row(tx,
		    "SELECT digest FROM peer_notice WHERE sender = ?1 AND trade_id = ?2",
		    YKT_SQL_IN(
			ykt_sql_text(told->head->sender), ykt_sql_text(told->body->ack.trade_id)),
		    cols, 1);
	if (status == YKT_OK && !ykt_bytes_equal(YKT_BYTES(digest), YKT_BYTES(told->digest)))
		told->result = WIRE_PEER_REFUSED;

	return status;
}

static enum ykt_status
keep_element(struct ykt_tx *tx, struct told *told)
{
	const struct wire_peer_se_state_req *notice = &told->body->se_state;
	enum ykt_status status;

	if (!tsm_element_known(notice->state) || notice->se_id.len == 0) {
		told->result = WIRE_PEER_REFUSED;
		return YKT_OK;
	}
	status = keep_notice(tx, told);
	if (status == YKT_OK && strcmp(told->result, WIRE_PEER_DONE) == 0)
		status = tsm_element_told(tx, told->head->sender, notice);

	return status;
}

static enum ykt_status
answer_query(struct ykt_tx *tx, struct told *told)
{
	struct wire_tsm_app_get_req req = { .test = false };
	struct wire_tsm_app_get_rsp rsp = { .state = "" };
	struct wire_peer_app_query_rsp *answer = &told->answer.app_query_rsp;
	bool known = false;
	enum ykt_status status;

	req.test = told->body->app_query.test;
	req.aid.len = told->body->app_query.aid.len;
	memcpy(req.aid.data, told->body->app_query.aid.data, sizeof(req.aid.data));
	req.se_id.len = told->body->app_query.se_id.len;
	memcpy(req.se_id.data, told->body->app_query.se_id.data, sizeof(req.se_id.data));
	status = tsm_catalogue_get(tx, &req, &rsp, &known);
	if (status != YKT_OK)
		return status;
	/* Nobody wrote it down: it stands as every other without a row does. */
	if (!known)
		told->result = WIRE_PEER_UNKNOWN;
	memcpy(answer->state, rsp.state, sizeof(answer->state));
	answer->open = rsp.open;
	answer->update = rsp.update;
	answer->version = rsp.newest;
	answer->has = rsp.has;

	return YKT_OK;
}

static enum ykt_status
told_tx(struct ykt_tx *tx, void *arg)
{
	struct told *told = arg;
	enum ykt_status status;

	memset(&told->answer, 0, sizeof(told->answer));
	told->result = WIRE_PEER_DONE;
	status = see_once(tx, told);
	if (status == YKT_OK)
		status = tsm_heard(tx, told->head->sender, told->now_ms);
	if (status != YKT_OK)
		return status;
	switch (told->kind) {
	case WIRE_PEER_APP_QUERY:
		return answer_query(tx, told);
	case WIRE_PEER_APP_BUSINESS:
	case WIRE_PEER_APP_STATE:
		return keep_notice(tx, told);
	case WIRE_PEER_SE_STATE:
		return keep_element(tx, told);
	case WIRE_PEER_CARD_WRITE:
		if (told->no_receipt) {
			told->result = WIRE_PEER_REFUSED;
			return YKT_OK;
		}
		status = keep_notice(tx, told);
		if (status == YKT_OK && strcmp(told->result, WIRE_PEER_DONE) == 0)
			status = tsm_far_ended(tx, told->head->sender, &told->body->card_write);
		return status;
	case WIRE_PEER_AUTH:
		memcpy(told->answer.auth_rsp.challenge, told->body->auth.challenge, 16);
		return YKT_OK;
	default:
		/* TOKEN and app_manage have more to do than a transaction may. */
		return YKT_OK;
	}
}

/* The key module says which commands the issuer agrees to. */
static enum ykt_status
answer_token(struct told *told)
{
	const struct wire_peer_token_req *req = &told->body->token;
	struct wire_peer_token_rsp *answer = &told->answer.token_rsp;
	struct ykt_buf token = { answer->token.data, 0, sizeof(answer->token.data), false };
	enum ykt_status status =
	    tsm_keyd_token_for(told->worker, ykt_bytes(req->se_id.data, req->se_id.len),
		ykt_bytes(req->command.data, req->command.len), &token);

	answer->token.len = (uint16_t)token.len;
	if (status == YKT_REFUSED)
		told->result = WIRE_PEER_REFUSED;

	return status == YKT_REFUSED ? YKT_OK : status;
}

/* For us, by whom the certificate names, in its time. NULL, or a token. */
static const char *
misdirected(const struct tsm_worker *worker, const struct wire_peer_head *head, const char *peer,
    int64_t now_ms)
{
	if (head->reply || strcmp(head->sender, peer) != 0)
		return "sender";
	if (strcmp(head->receiver, worker->tsm->options.name) != 0)
		return "receiver";

	return llabs(head->ts_ms - now_ms) > TSM_PEER_MS ? "stale" : NULL;
}

static enum ykt_status
reply(struct told *told, struct ykt_buf *out)
{
	struct wire_peer_head head = { .reply = true };
	struct wire_peer_ack *ack = &told->answer.ack;

	memcpy(head.message, told->head->message, sizeof(head.message));
	memcpy(head.receiver, told->head->sender, sizeof(head.receiver));
	memcpy(head.message_id, told->head->message_id, sizeof(head.message_id));
	memcpy(ack->trade_id, told->body->ack.trade_id, sizeof(ack->trade_id));
	memcpy(ack->result, told->result, strlen(told->result) + 1);

	return tsm_peer_make(told->worker, &head, &told->answer, out);
}

/* What an element did by a token of ours, before it is written down as done. */
static enum ykt_status
judge_receipt(struct told *told)
{
	const struct wire_peer_card_write_req *req = &told->body->card_write;
	enum ykt_status status;

	if (told->kind != WIRE_PEER_CARD_WRITE || req->receipt.len == 0)
		return YKT_OK;
	status = tsm_receipt_check(told->worker, ykt_bytes(req->se_id.data, req->se_id.len),
	    ykt_bytes(req->receipt.data, req->receipt.len), ykt_bytes(req->aid.data, req->aid.len),
	    wire_token_find(&wire_job_kind, req->operation));
	if (status != YKT_E_MAC && status != YKT_REFUSED)
		return status;
	tsm_note(told->worker, YKT_TRACE_SECURITY, "no receipt", status);
	told->no_receipt = true;

	return YKT_OK;
}

static enum ykt_status
take(struct told *told, struct ykt_bytes raw, struct ykt_buf *out)
{
	enum ykt_status status = crypto_sm3(told->worker->crypto, &raw, 1, told->digest);

	if (status == YKT_OK)
		status = judge_receipt(told);
	if (status == YKT_OK)
		status = ykt_store_run(told->worker->tsm->options.store, told_tx, told);
	if (status == YKT_OK && told->kind == WIRE_PEER_TOKEN)
		status = answer_token(told);
	if (status == YKT_OK && told->kind == WIRE_PEER_APP_MANAGE)
		status = tsm_peer_manage(told->worker, told->head->sender, &told->body->app_manage,
		    &told->answer.app_manage_rsp, &told->result);

	return status == YKT_OK ? reply(told, out) : status;
}

static void
refuse(struct ykt_http_response *rsp, enum ykt_status status)
{
	rsp->body.len = 0;
	switch (status) {
	case YKT_E_FORMAT:
		wire_respond_error(rsp, 400, WIRE_ERR_MALFORMED, "not a message between TSMs");
		return;
	case YKT_E_MAC:
		wire_respond_error(rsp, 403, "signature", "unknown sender, or not its signature");
		return;
	case YKT_CONFLICT:
		wire_respond_error(rsp, 409, "replay", "it was here before");
		return;
	default:
		wire_respond_error(rsp, 503, WIRE_ERR_BUSY, ykt_status_text(status));
	}
}

void
tsm_peer(void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct tsm_worker *worker = worker_arg;
	const struct tsm_options *options = &worker->tsm->options;
	struct wire_peer_head head;
	union wire_peer_body body;
	struct told told = { .worker = worker, .head = &head, .body = &body };
	const char *fault;
	enum ykt_status status;

	told.now_ms = tsm_wall(worker);
	worker->deadline_mono_ms = ykt_clock_mono(options->env.clock) + TSM_CALL_MS;
	if (options->sign_key == NULL) {
		wire_respond_error(rsp, 404, WIRE_ERR_NOT_FOUND, "no messages between TSMs here");
		return;
	}
	status = wire_peer_read(
	    worker->crypto, options->peers, options->peers_count, req->body, &head, &body);
	fault = status == YKT_OK ? misdirected(worker, &head, req->peer, told.now_ms) : NULL;
	if (fault != NULL) {
		tsm_note(worker, YKT_TRACE_SECURITY, fault, 0);
		wire_respond_error(rsp, strcmp(fault, "stale") == 0 ? 409 : 403, fault,
		    "not from there to here, now");
		return;
	}
	told.kind = (enum wire_peer_kind)wire_token_find(&wire_peer_kind, head.message);
	if (status == YKT_OK)
		status = take(&told, ykt_bytes((const uint8_t *)&body, sizeof(body)), &rsp->body);
	if (status == YKT_OK)
		rsp->code = 200;
	else
		refuse(rsp, status);
}
