/*
 * The remote agent of GP SERAM 2.0.0: handshake, and one report for one order.
 *
 * The protocol has no message numbers. A report that is byte-equal to the last one
 * is the last one repeated, because its answer was lost: it gets the same bytes
 * again and moves nothing. Any other report moves the session by one, in the same
 * transaction as everything that follows from it. When the key module or the
 * database is not there the answer is 503 and nothing has moved, so the client's
 * repeat is the first one for us.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#include "crypto/digest.h"
#include "tsm/internal.h"
#include "tsm/peer.h"

/* The session's row by the digest of its capability, which is kept nowhere. */
static enum ykt_status
find_session(struct tsm_worker *worker, const struct ykt_http_request *req, int64_t now_ms)
{
	uint8_t session_id[16];
	uint8_t id[TSM_DIGEST_LEN];
	struct ykt_bytes part = YKT_BYTES(session_id);
	enum ykt_status status = wire_seram_path_session(req->path, session_id);

	if (status != YKT_OK)
		return YKT_NOT_FOUND;
	status = crypto_sm3(worker->crypto, &part, 1, id);
	if (status == YKT_OK)
		status = tsm_session_load(worker, id, now_ms);
	ykt_wipe(session_id, sizeof(session_id));

	return status;
}

/* One answer for a session that never was, that ended, or that is out of time. */
static void
answer_error(struct ykt_http_response *rsp, enum ykt_status status)
{
	rsp->body.len = 0;
	switch (status) {
	case YKT_NOT_FOUND:
		wire_respond_error(rsp, 404, WIRE_ERR_NOT_FOUND, "no such session");
		return;
	case YKT_E_FORMAT:
		wire_respond_error(rsp, 400, WIRE_ERR_MALFORMED, "not a message of SERAM 2.0.0");
		return;
	case YKT_MISMATCH:
		wire_respond_error(rsp, 406, "nothing_fits", "element, transport, format, version");
		return;
	case YKT_E_INTERNAL:
	case YKT_E_ARG:
	case YKT_E_SPACE:
	case YKT_E_CORRUPT:
	case YKT_E_CRYPTO:
	case YKT_E_RANDOM:
		wire_respond_error(rsp, 500, WIRE_ERR_INTERNAL, ykt_status_text(status));
		return;
	default:
		wire_respond_error(rsp, 503, WIRE_ERR_BUSY, ykt_status_text(status));
	}
}

/* Of the offered elements the one that the job is for; NULL without. */
static const struct wire_seram_element *
find_element(const struct wire_seram_hello *hello, const struct tsm_job *job)
{
	char own[2 * sizeof(job->se_id) + 1];

	ykt_hex_encode(ykt_bytes(job->se_id, job->se_id_len), own);
	for (size_t i = 0; i < hello->element_count; i++) {
		if (strcmp(hello->element[i].id, own) == 0)
			return &hello->element[i];
	}

	return NULL;
}

void
tsm_handshake(void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	static const struct wire_seram_choice choice = { .transport = WIRE_SERAM_TRANSPORT,
		.format = WIRE_SERAM_FORMAT,
		.version = WIRE_SERAM_VERSION };
	struct tsm_worker *worker = worker_arg;
	const struct wire_seram_element *element;
	struct wire_seram_hello hello;
	int64_t now_ms = tsm_wall(worker);
	enum ykt_status status = find_session(worker, req, now_ms);

	if (status == YKT_NOT_FOUND && tsm_far_relay(worker, req, rsp))
		return;
	if (status == YKT_OK && strcmp(worker->session.state, "live") != 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		status = wire_seram_hello_decode(req->body, &hello);
	if (status == YKT_OK) {
		element = find_element(&hello, &worker->session.job);
		if (element == NULL || !hello.https || !hello.json || !hello.v200)
			status = YKT_MISMATCH;
		else
			status = tsm_session_greet(worker, element->type, now_ms);
	}
	if (status == YKT_OK)
		status = wire_seram_choice_encode(&choice, &rsp->body);
	if (status == YKT_OK)
		rsp->code = 200;
	else
		answer_error(rsp, status);
	ykt_wipe(&worker->session, sizeof(worker->session));
}

/*
 * A card that always refuses in the same words looks like repeats too; after some
 * the report is taken as new, which at worst reads the card once more.
 */
static bool
is_repeat(const struct tsm_session *session, const uint8_t digest[TSM_DIGEST_LEN])
{
	if (session->repeats >= TSM_REPEATS_MAX && strcmp(session->state, "live") == 0)
		return false;

	return session->seq > 0 && ykt_bytes_equal(ykt_bytes(session->report, session->report_len),
				       ykt_bytes(digest, TSM_DIGEST_LEN));
}

/* Decides, then makes it durable together with the bytes that go out. */
static enum ykt_status
move_on(struct tsm_worker *worker, const struct ykt_http_request *req,
    const uint8_t digest[TSM_DIGEST_LEN], struct ykt_buf *out)
{
	struct tsm_session *session = &worker->session;
	struct ykt_buf sealed = YKT_BUF(session->sealed);
	int64_t mono_ms = ykt_clock_mono(worker->tsm->options.env.clock);
	enum ykt_status status;

	if (strcmp(session->state, "live") != 0)
		return YKT_NOT_FOUND;
	worker->deadline_mono_ms = mono_ms + TSM_CALL_MS;
	if (req->deadline_mono_ms > 0 && req->deadline_mono_ms < worker->deadline_mono_ms)
		worker->deadline_mono_ms = req->deadline_mono_ms;
	status = wire_seram_report_decode(req->body, &worker->report);
	if (status != YKT_OK)
		return status;
	/* A row of another process: its channel is lost, the card is read again. */
	status = tsm_unseal(
	    worker, session->id, session->seq, ykt_bytes(session->sealed, session->sealed_len));
	if (status == YKT_E_CRYPTO)
		return status;
	status = tsm_script_next(worker);
	if (status == YKT_OK)
		status = wire_seram_order_encode(&worker->order, out);
	if (status == YKT_OK && out->len > TSM_ANSWER_MAX)
		status = YKT_E_SPACE;
	if (status == YKT_OK && !worker->result.over)
		status = tsm_seal(worker, session->id, session->seq + 1, &sealed);
	if (status == YKT_OK)
		status = tsm_session_save(
		    worker, digest, ykt_buf_view(&sealed), ykt_buf_view(out), tsm_wall(worker));

	return status;
}

void
tsm_manage(void *worker_arg, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct tsm_worker *worker = worker_arg;
	uint8_t digest[TSM_DIGEST_LEN];
	enum ykt_status status = find_session(worker, req, tsm_wall(worker));

	if (status == YKT_NOT_FOUND && tsm_far_relay(worker, req, rsp))
		return;
	if (status == YKT_OK)
		status = crypto_sm3(worker->crypto, &req->body, 1, digest);
	if (status == YKT_OK && is_repeat(&worker->session, digest)) {
		status = tsm_session_repeat(worker, tsm_wall(worker));
		ykt_put_mem(&rsp->body, worker->session.answer, worker->session.answer_len);
		if (status == YKT_OK)
			status = ykt_buf_done(&rsp->body);
	} else if (status == YKT_OK) {
		status = move_on(worker, req, digest, &rsp->body);
	}
	if (status == YKT_OK)
		rsp->code = 200;
	else
		answer_error(rsp, status);
	ykt_wipe(&worker->run, sizeof(worker->run));
	ykt_wipe(&worker->session, sizeof(worker->session));
	ykt_wipe(worker->answer, sizeof(worker->answer));
}
