/*
 * The gateway's service centre: short messages of handsets, in frames (docs/protocol.md
 * section 10), and what goes down in them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/civil.h>
#include <ykt/secret.h>

#include "card/sms.h"
#include "platform/ota.h"
#include "platform/ota_push.h"

#define KIND_END     0
#define KIND_SUBMIT  1 /* up; down the same number is SMS-DELIVER */
#define KIND_DELIVER 1
#define KIND_WAITING 2
#define KIND_RECEIPT 3

/* Our number, as a phone shows it; nothing is sent back to it. */
static const uint8_t address[] = { 0x01, 0x68 };

/* YYMMDDhhmmss and the zone UTC+8, digits turned round (TS 23.040 9.2.3.11). */
static void
put_time(int64_t now_ms, uint8_t time[SMS_TIME_LEN])
{
	uint8_t bcd[7];

	room_card_time(now_ms, bcd);
	for (size_t i = 0; i < SMS_TIME_LEN - 1; i++)
		time[i] = (uint8_t)(bcd[i + 1] << 4 | bcd[i + 1] >> 4);
	time[SMS_TIME_LEN - 1] = 0x23;
}

/* Appends a frame with user data that begins with its header. */
static void
put_deliver(struct platform_worker *w, struct ykt_bytes data, struct ykt_buf *out)
{
	uint8_t time[SMS_TIME_LEN], bytes[1 + 200];
	struct ykt_buf frame = YKT_BUF(bytes);
	struct sms_deliver deliver = { .has_header = true,
		.address_digits = 2 * sizeof(address),
		.address_type = 0x91,
		.address = YKT_BYTES(address),
		.pid = SMS_PID_DOWNLOAD,
		.dcs = SMS_DCS_DOWNLOAD,
		.time = YKT_BYTES(time),
		.data = data };

	put_time(room_now(w), time);
	ykt_put_u8(&frame, KIND_DELIVER);
	sms_deliver_encode(&deliver, &frame);
	if (frame.full)
		out->full = true;
	air_tcp_put(out, ykt_buf_view(&frame));
}

static void
put_end(struct ykt_buf *out)
{
	static const uint8_t end[] = { KIND_END };

	air_tcp_put(out, YKT_BYTES(end));
}

/* Another message than the one that was begun: that one is forgotten. */
static void
parts_begin(struct platform_ota_parts *parts, const struct air_part *part)
{
	if (parts->total == part->total && parts->ref == part->ref)
		return;
	ykt_wipe(parts, sizeof(*parts));
	parts->total = part->total;
	parts->ref = part->ref;
}

/* Keeps a part. True: the message is whole. */
static bool
parts_add(struct platform_ota_parts *parts, const struct air_part *part)
{
	uint8_t all = (uint8_t)((1u << part->total) - 1);

	parts_begin(parts, part);
	parts->seen |= (uint8_t)(1u << (part->number - 1));
	parts->len[part->number - 1] = (uint8_t)part->bytes.len;
	memcpy(parts->bytes[part->number - 1], part->bytes.data, part->bytes.len);
	if (part->has_identity)
		memcpy(parts->identity, part->identity, sizeof(parts->identity));

	return parts->seen == all;
}

/* The whole message's way; no response is no frame. */
static enum ykt_status
serve_parts(struct platform_worker *w, struct platform_ota_parts *parts, struct ykt_buf *out)
{
	uint8_t bytes[AIR_IDENTITY_LEN + AIR_PARTS_MAX * SMS_USER_DATA_MAX];
	uint8_t response_bytes[SMS_USER_DATA_MAX];
	struct ykt_buf message = YKT_BUF(bytes);
	struct ykt_buf response = YKT_BUF(response_bytes);
	enum ykt_status status;

	ykt_put_mem(&message, parts->identity, sizeof(parts->identity));
	for (size_t i = 0; i < parts->total; i++)
		ykt_put_mem(&message, parts->bytes[i], parts->len[i]);
	ykt_wipe(parts, sizeof(*parts));
	status = platform_ota_packet(w, ykt_buf_view(&message), true, &response);
	if (status == YKT_OK)
		put_deliver(w, ykt_buf_view(&response), out);

	return status == YKT_E_FORMAT ? status : YKT_OK;
}

static enum ykt_status
take_submit(struct platform_worker *w, struct platform_ota_parts *parts, struct ykt_bytes tpdu,
    struct ykt_buf *out)
{
	struct air_part part;
	enum ykt_status status = air_part_decode(tpdu, &part);

	if (status != YKT_OK)
		return status;

	return parts_add(parts, &part) ? serve_parts(w, parts, out) : YKT_OK;
}

/* The next packet of a push for this element, if any. */
static void
put_push(struct platform_worker *w, const uint8_t *se_id, struct ykt_buf *out)
{
	static const uint8_t udh[] = { 0x02, 0x70, 0x00 };
	uint8_t bytes[SMS_USER_DATA_MAX];
	struct ykt_buf data = YKT_BUF(bytes);

	ykt_put(&data, YKT_BYTES(udh));
	if (ota_push_next(w, se_id, &data) == YKT_OK)
		put_deliver(w, ykt_buf_view(&data), out);
}

static enum ykt_status
take_receipt(struct platform_worker *w, struct ykt_bytes bytes, struct ykt_buf *out)
{
	struct ykt_bytes packet = ykt_bytes_sub(bytes, AIR_IDENTITY_LEN, bytes.len);

	if (bytes.len <= AIR_IDENTITY_LEN || packet.len > AIR_RESPONSE_MAX)
		return YKT_E_FORMAT;
	if (ota_push_receipt(w, bytes.data, packet) == YKT_OK)
		put_push(w, bytes.data, out);

	return YKT_OK;
}

enum ykt_status
platform_ota_sms(struct platform_worker *w, struct platform_ota_parts *parts,
    struct ykt_bytes frame, struct ykt_buf *out)
{
	struct ykt_rd rd = ykt_rd(frame);
	uint8_t kind = ykt_rd_u8(&rd);
	struct ykt_bytes bytes = ykt_rd_rest(&rd);
	size_t start = out->len;
	enum ykt_status status = YKT_E_FORMAT;

	if (kind == KIND_SUBMIT) {
		status = take_submit(w, parts, bytes, out);
	} else if (kind == KIND_WAITING && bytes.len == AIR_IDENTITY_LEN) {
		put_push(w, bytes.data, out);
		status = YKT_OK;
	} else if (kind == KIND_RECEIPT) {
		status = take_receipt(w, bytes, out);
	}
	if (status == YKT_OK) {
		put_end(out);
		status = ykt_buf_done(out);
	}
	if (status != YKT_OK)
		out->len = start;

	return status;
}
