/*
 * The way of a packet: opened by the key module, its counter taken, answered, the
 * response kept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/ota.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/digest.h"
#include "platform/ota_row.h"
#include "platform/rows.h"
#include "wire/ota_msg.h"

#define IDEM_LABEL "ykt-ota-idem"

enum ykt_status
ota_key_call(struct platform_worker *w, const char *path, const struct wire_message *req_msg,
    const void *req, const struct wire_message *rsp_msg, void *rsp)
{
	return wire_call(
	    w->p->o.keyd, path, req_msg, req, rsp_msg, rsp, w->calls, room_deadline(w, 0), NULL);
}

static enum ykt_status
open_packet(
    struct platform_worker *w, const struct air_message *message, struct wire_key_ota_open_rsp *rsp)
{
	struct wire_key_ota_open_req req = { .packet.len = (uint16_t)message->packet.len };

	if (message->packet.len > sizeof(req.packet.data))
		return YKT_E_FORMAT;
	memcpy(req.se_id, message->identity, sizeof(req.se_id));
	memcpy(req.packet.data, message->packet.data, message->packet.len);

	return ota_key_call(w, WIRE_PATH_KEY_OTA_OPEN, &wire_key_ota_open_req_msg, &req,
	    &wire_key_ota_open_rsp_msg, rsp);
}

/* A response that is not kept: it says what is wrong, and stands for no call. */
static enum ykt_status
respond(struct platform_worker *w, const struct wire_key_ota_answer_req *req, struct ykt_buf *out)
{
	struct wire_key_ota_answer_rsp rsp;
	enum ykt_status status = ota_key_call(w, WIRE_PATH_KEY_OTA_ANSWER,
	    &wire_key_ota_answer_req_msg, req, &wire_key_ota_answer_rsp_msg, &rsp);

	if (status != YKT_OK)
		return status;
	ykt_put_mem(out, rsp.packet.data, rsp.packet.len);

	return ykt_buf_done(out);
}

static enum ykt_status
respond_status(struct platform_worker *w, const struct air_message *message,
    const struct wire_key_ota_open_rsp *opened, struct ykt_buf *out)
{
	struct wire_key_ota_answer_req req = { .key_id = opened->key_id, .status = opened->status };

	memcpy(req.se_id, message->identity, sizeof(req.se_id));
	room_trace(w, YKT_TRACE_SECURITY, "ota packet", opened->status);

	return respond(w, &req, out);
}

static enum ykt_status
respond_low(struct platform_worker *w, const struct ota_card *card,
    const struct wire_key_ota_open_rsp *opened, struct ykt_buf *out)
{
	struct wire_key_ota_answer_req req = { .key_id = opened->key_id,
		.counter = opened->counter,
		.status = OTA_STATUS_COUNTER_LOW,
		.has_last = true,
		.last = card->counter };

	memcpy(req.se_id, card->se_id, sizeof(req.se_id));
	room_trace(w, YKT_TRACE_SECURITY, "ota counter", 0);

	return respond(w, &req, out);
}

/* The same for the same packet, whoever asks again, and after a restart too. */
static enum ykt_status
idem_fill(struct ota_ask *ask)
{
	uint8_t counter[8], hash[32];
	const struct ykt_bytes parts[] = { ykt_bytes_str(IDEM_LABEL), YKT_BYTES(ask->card.se_id),
		YKT_BYTES(counter) };
	enum ykt_status status;

	ykt_set_u64(counter, (uint64_t)ask->card.counter);
	status = crypto_sm3(ask->w->crypto, parts, YKT_ARRAY_LEN(parts), hash);
	if (status == YKT_OK)
		wire_id_text(hash, ask->idem);

	return status;
}

/* Runs the call and makes its response, which is kept before anyone sees it. */
static enum ykt_status
serve(struct ota_ask *ask, const struct wire_key_ota_open_rsp *opened)
{
	struct wire_key_ota_answer_req req = { .key_id = opened->key_id,
		.counter = opened->counter };
	struct wire_key_ota_answer_rsp rsp;
	struct air_answer answer = { 0 };
	struct ykt_buf plain = { req.answer.data, 0, ask->plain_max, false };
	enum ykt_status status = idem_fill(ask);

	if (status != YKT_OK)
		return status;
	ota_answer(ask, &answer);
	air_answer_encode(&answer, &plain);
	if (ykt_buf_done(&plain) != YKT_OK)
		return YKT_E_SPACE;
	req.answer.len = (uint16_t)plain.len;
	memcpy(req.se_id, ask->card.se_id, sizeof(req.se_id));
	status = ota_key_call(ask->w, WIRE_PATH_KEY_OTA_ANSWER, &wire_key_ota_answer_req_msg, &req,
	    &wire_key_ota_answer_rsp_msg, &rsp);
	if (status == YKT_OK)
		status = ota_row_keep(ask->w, &ask->card, opened->counter,
		    ykt_bytes(rsp.packet.data, rsp.packet.len));

	return status;
}

static enum ykt_status
take(struct ota_ask *ask, const struct wire_key_ota_open_rsp *opened, struct ykt_bytes packet,
    struct ykt_buf *out)
{
	struct platform_worker *w = ask->w;
	uint8_t hash[32];
	enum ykt_status status = crypto_sm3(w->crypto, &packet, 1, hash);

	if (status == YKT_OK)
		status = ota_row_take(
		    w, opened->counter, hash, opened->key_id, ask->op.now_ms, &ask->card);
	if (status == YKT_CONFLICT)
		return respond_low(w, &ask->card, opened, out);
	if (status == YKT_OK) {
		ask->over_limit = ask->card.calls > w->p->o.settings.ota_calls;
		text_set(ask->op.user_id, sizeof(ask->op.user_id), ask->card.user_id);
		status = serve(ask, opened);
	}
	if (status != YKT_OK && status != YKT_DUPLICATE)
		return status;
	ykt_put_mem(out, ask->card.response, ask->card.response_len);

	return ykt_buf_done(out);
}

enum ykt_status
platform_ota_packet(
    struct platform_worker *w, struct ykt_bytes bytes, bool sms, struct ykt_buf *out)
{
	struct ota_ask ask = { .w = w, .plain_max = sms ? AIR_PLAIN_SMS : AIR_PLAIN_MAX };
	struct wire_key_ota_open_rsp opened = { 0 };
	struct air_message message;
	size_t start = out->len;
	enum ykt_status status = air_message_decode(bytes, &message);

	if (status == YKT_OK)
		status = open_packet(w, &message, &opened);
	if (status != YKT_OK)
		return status;
	ask.op.now_ms = room_now(w);
	ask.op.deadline_mono_ms = room_deadline(w, 0);
	ask.op.idem = ask.idem;
	memcpy(ask.card.se_id, message.identity, sizeof(ask.card.se_id));
	ask.pin_len = opened.has_pin ? opened.pin.len : 0;
	memcpy(ask.pin, opened.pin.data, ask.pin_len);
	memcpy(ask.pin_sid, opened.sid, sizeof(ask.pin_sid));
	if (opened.status == OTA_STATUS_OK &&
	    air_call_decode(ykt_bytes(opened.call.data, opened.call.len), &ask.call) != YKT_OK)
		opened.status = OTA_STATUS_SECURITY;
	status = opened.status != OTA_STATUS_OK ? respond_status(w, &message, &opened, out)
						: take(&ask, &opened, message.packet, out);
	if (status != YKT_OK)
		out->len = start;
	ykt_wipe(&ask, sizeof(ask));
	ykt_wipe(&opened, sizeof(opened));

	return status;
}
