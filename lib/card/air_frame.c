/*
 * Messages of the menu in UDP, TCP and short messages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/air_frame.h"

#include <string.h>

#define TYPE_MASK     0x03
#define TYPE_SUBMIT   0x01
#define VP_MASK       0x18 /* a validity period: none is read */
#define HAS_HEADER    0x40
#define TYPE_INTL     0x91
#define IE_CONCAT     0x00
#define IE_CONCAT_LEN 3
#define IE_COMMAND    0x70
#define IE_IDENTITY   0xA0 /* for use between entities (TS 23.040 9.2.3.24) */
#define CONCAT_LEN    (2 + IE_CONCAT_LEN)
#define FIRST_LEN     (2 + 2 + AIR_IDENTITY_LEN) /* elements of the first part */

struct ota_head
air_head(enum ota_alg alg)
{
	struct ota_head head = {
		.spi1 = AIR_SPI1, .spi2 = AIR_SPI2, .kic = AIR_KEY_ID(alg), .kid = AIR_KEY_ID(alg)
	};

	memcpy(head.tar, AIR_TAR_GATEWAY, sizeof(head.tar));

	return head;
}

enum ykt_status
air_message_decode(struct ykt_bytes bytes, struct air_message *ret_message)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct air_message message;
	struct ota_head head;
	struct ykt_bytes body;

	if (bytes.len > AIR_MESSAGE_MAX)
		return YKT_E_FORMAT;
	ykt_rd_copy(&rd, message.identity, sizeof(message.identity));
	message.packet = ykt_rd_rest(&rd);
	if (rd.bad || ota_command_head(message.packet, &head, &body) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_message = message;

	return YKT_OK;
}

void
air_message_encode(const struct air_message *message, struct ykt_buf *out)
{
	ykt_put_mem(out, message->identity, sizeof(message->identity));
	ykt_put(out, message->packet);
}

enum ykt_status
air_tcp_next(struct ykt_bytes stream, size_t max, struct ykt_bytes *ret_frame, size_t *ret_used)
{
	size_t len;

	if (stream.len < AIR_TCP_LEN)
		return YKT_NOT_FOUND;
	len = ykt_get_u16(stream.data);
	if (len == 0 || len > max)
		return YKT_E_FORMAT;
	if (stream.len - AIR_TCP_LEN < len)
		return YKT_NOT_FOUND;
	*ret_frame = ykt_bytes_sub(stream, AIR_TCP_LEN, len);
	*ret_used = AIR_TCP_LEN + len;

	return YKT_OK;
}

void
air_tcp_put(struct ykt_buf *out, struct ykt_bytes frame)
{
	if (frame.len > UINT16_MAX)
		out->full = true;
	ykt_put_u16(out, (uint16_t)frame.len);
	ykt_put(out, frame);
}

/* What one part holds of the packet. */
static size_t
part_room(uint8_t number, bool alone)
{
	size_t head = 1 + (number == 1 ? (size_t)FIRST_LEN : 0) + (alone ? 0 : (size_t)CONCAT_LEN);

	return SMS_USER_DATA_MAX - head;
}

uint8_t
air_part_count(size_t packet_len)
{
	size_t total = 1;
	size_t room = part_room(1, true);

	if (packet_len <= room)
		return 1;
	room = part_room(1, false);
	while (packet_len > room) {
		total++;
		room += part_room((uint8_t)total, false);
		if (total > AIR_PARTS_MAX)
			return 0;
	}

	return (uint8_t)total;
}

/* The part's place in the packet. */
static struct ykt_bytes
part_bytes(struct ykt_bytes packet, uint8_t number, uint8_t total)
{
	size_t first = part_room(1, total == 1);
	size_t more = part_room(2, false);

	if (number == 1)
		return ykt_bytes_sub(packet, 0, first);

	return ykt_bytes_sub(packet, first + (number - 2u) * more, more);
}

static void
put_elements(const struct air_message *message, uint8_t ref, uint8_t number, uint8_t total,
    struct ykt_buf *out)
{
	if (number == 1) {
		ykt_put_u8(out, IE_COMMAND);
		ykt_put_u8(out, 0);
		ykt_put_u8(out, IE_IDENTITY);
		ykt_put_u8(out, AIR_IDENTITY_LEN);
		ykt_put_mem(out, message->identity, AIR_IDENTITY_LEN);
	}
	if (total > 1) {
		ykt_put_u8(out, IE_CONCAT);
		ykt_put_u8(out, IE_CONCAT_LEN);
		ykt_put_u8(out, ref);
		ykt_put_u8(out, total);
		ykt_put_u8(out, number);
	}
}

void
air_part_encode(const struct air_message *message, uint8_t ref, uint8_t number,
    struct ykt_bytes address, struct ykt_buf *out)
{
	uint8_t total = air_part_count(message->packet.len);
	uint8_t elements_len =
	    (uint8_t)((number == 1 ? FIRST_LEN : 0) + (total > 1 ? CONCAT_LEN : 0));
	struct ykt_bytes bytes;

	if (number == 0 || number > total || address.len > SMS_ADDRESS_DIGITS / 2) {
		out->full = true;
		return;
	}
	bytes = part_bytes(message->packet, number, total);
	ykt_put_u8(out, TYPE_SUBMIT | HAS_HEADER);
	ykt_put_u8(out, 0); /* message reference: the handset's */
	ykt_put_u8(out, (uint8_t)(2 * address.len));
	ykt_put_u8(out, TYPE_INTL);
	ykt_put(out, address);
	ykt_put_u8(out, SMS_PID_DOWNLOAD);
	ykt_put_u8(out, SMS_DCS_DOWNLOAD);
	ykt_put_u8(out, (uint8_t)(1 + elements_len + bytes.len));
	ykt_put_u8(out, elements_len);
	put_elements(message, ref, number, total, out);
	ykt_put(out, bytes);
}

/* Each element once; unknown ones are a fault, as everything unknown is here. */
static bool
read_elements(struct ykt_bytes elements, struct air_part *part)
{
	struct ykt_rd rd = ykt_rd(elements);
	bool command = false;
	bool concat = false;

	while (rd.left != 0 && !rd.bad) {
		uint8_t id = ykt_rd_u8(&rd);
		struct ykt_rd value = ykt_rd(ykt_rd_take(&rd, ykt_rd_u8(&rd)));

		if (id == IE_COMMAND && !command) {
			command = true;
		} else if (id == IE_IDENTITY && !part->has_identity) {
			part->has_identity = true;
			ykt_rd_copy(&value, part->identity, sizeof(part->identity));
		} else if (id == IE_CONCAT && !concat) {
			concat = true;
			part->ref = ykt_rd_u8(&value);
			part->total = ykt_rd_u8(&value);
			part->number = ykt_rd_u8(&value);
		} else {
			return false;
		}
		if (ykt_rd_done(&value) != YKT_OK)
			return false;
	}
	/* The command's header and the identity stand in the first part, and only there. */
	return !rd.bad && part->number >= 1 && part->number <= part->total &&
	       part->total <= AIR_PARTS_MAX && (!concat || part->total > 1) &&
	       command == (part->number == 1) && part->has_identity == command;
}

enum ykt_status
air_part_decode(struct ykt_bytes tpdu, struct air_part *ret_part)
{
	struct ykt_rd rd = ykt_rd(tpdu);
	uint8_t first = ykt_rd_u8(&rd);
	uint8_t digits, dcs, len;
	struct ykt_bytes elements;
	struct air_part part = { .total = 1, .number = 1 };

	(void)ykt_rd_u8(&rd); /* reference */
	digits = ykt_rd_u8(&rd);
	(void)ykt_rd_u8(&rd); /* type of address */
	(void)ykt_rd_take(&rd, (digits + 1u) / 2);
	(void)ykt_rd_u8(&rd); /* protocol */
	dcs = ykt_rd_u8(&rd);
	len = ykt_rd_u8(&rd);
	if (rd.bad || rd.left != len || len > SMS_USER_DATA_MAX || digits > SMS_ADDRESS_DIGITS ||
	    (first & TYPE_MASK) != TYPE_SUBMIT || (first & VP_MASK) != 0 ||
	    (first & HAS_HEADER) == 0 || !sms_eight_bit(dcs))
		return YKT_E_FORMAT;
	elements = ykt_rd_take(&rd, ykt_rd_u8(&rd));
	part.bytes = ykt_rd_rest(&rd);
	if (rd.bad || part.bytes.len == 0 || !read_elements(elements, &part))
		return YKT_E_FORMAT;
	*ret_part = part;

	return YKT_OK;
}
