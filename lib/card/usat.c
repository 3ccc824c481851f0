/*
 * COMPREHENSION-TLV (ETSI TS 101 220 7.1) and the three messages made of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/usat.h"

#include "card/tlv.h"

#define TAG_LONG       0x7F /* two bytes of tag follow */
#define TAG_NONE       0x00
#define TAG_RESERVED   0xFF
#define LONG_CR        0x8000
#define TEMPLATE_FIRST 0xD0
#define TEMPLATE_LAST  0xDF
#define DETAILS_LEN    3
#define DEVICES_LEN    2

bool
usat_next(struct ykt_rd *rd, struct usat_tlv *ret_tlv)
{
	struct usat_tlv tlv;
	uint8_t first;

	if (rd->bad || rd->left == 0)
		return false;

	first = ykt_rd_u8(rd);
	tlv.tag = first & (uint8_t)~USAT_CR;
	tlv.cr = (first & USAT_CR) != 0;
	if (tlv.tag == TAG_NONE || first == TAG_RESERVED)
		rd->bad = true;
	if (first == TAG_LONG) {
		tlv.tag = ykt_rd_u16(rd);
		tlv.cr = (tlv.tag & LONG_CR) != 0;
		tlv.tag &= (uint16_t)~LONG_CR;
	}
	tlv.value = tlv_rd_lv(rd);
	if (rd->bad)
		return false;
	*ret_tlv = tlv;

	return true;
}

bool
usat_find(struct ykt_bytes body, uint16_t tag, struct ykt_bytes *ret_value)
{
	struct ykt_rd rd = ykt_rd(body);
	struct usat_tlv tlv;

	while (usat_next(&rd, &tlv)) {
		if (tlv.tag == tag) {
			*ret_value = tlv.value;
			return true;
		}
	}

	return false;
}

void
usat_put(struct ykt_buf *out, uint8_t tag, struct ykt_bytes value)
{
	ykt_put_u8(out, tag);
	tlv_put_len(out, value.len);
	ykt_put(out, value);
}

void
usat_put_u8(struct ykt_buf *out, uint8_t tag, uint8_t value)
{
	usat_put(out, tag, ykt_bytes(&value, 1));
}

/* The next element must have that tag, and at least min bytes. */
static struct ykt_rd
take(struct ykt_rd *rd, uint16_t tag, size_t min, size_t max)
{
	struct usat_tlv tlv;

	if (!usat_next(rd, &tlv) || tlv.tag != tag || tlv.value.len < min || tlv.value.len > max) {
		rd->bad = true;
		return ykt_rd(ykt_bytes(NULL, 0));
	}

	return ykt_rd(tlv.value);
}

static bool
well_formed(struct ykt_bytes body)
{
	struct ykt_rd rd = ykt_rd(body);
	struct usat_tlv tlv;

	while (usat_next(&rd, &tlv))
		;

	return !rd.bad;
}

static struct usat_head
rd_head(struct ykt_rd *rd)
{
	struct ykt_rd details = take(rd, USAT_TAG_DETAILS, DETAILS_LEN, DETAILS_LEN);
	struct ykt_rd devices = take(rd, USAT_TAG_DEVICES, DEVICES_LEN, DEVICES_LEN);
	struct usat_head head;

	head.number = ykt_rd_u8(&details);
	head.type = ykt_rd_u8(&details);
	head.qualifier = ykt_rd_u8(&details);
	head.source = ykt_rd_u8(&devices);
	head.dest = ykt_rd_u8(&devices);

	return head;
}

static void
put_devices(struct ykt_buf *out, uint8_t source, uint8_t dest)
{
	const uint8_t devices[DEVICES_LEN] = { source, dest };

	usat_put(out, USAT_TAG_DEVICES | USAT_CR, YKT_BYTES(devices));
}

static void
put_head(struct ykt_buf *out, const struct usat_head *head)
{
	const uint8_t details[DETAILS_LEN] = { head->number, head->type, head->qualifier };

	usat_put(out, USAT_TAG_DETAILS | USAT_CR, YKT_BYTES(details));
	put_devices(out, head->source, head->dest);
}

enum ykt_status
usat_command_decode(struct ykt_bytes bytes, struct usat_command *ret_command)
{
	struct ykt_rd outer = ykt_rd(bytes);
	uint8_t tag = ykt_rd_u8(&outer);
	struct ykt_rd rd = ykt_rd(tlv_rd_lv(&outer));
	struct usat_command command;

	command.head = rd_head(&rd);
	command.body = ykt_rd_rest(&rd);
	if (tag != USAT_PROACTIVE || ykt_rd_done(&outer) != YKT_OK || rd.bad ||
	    !well_formed(command.body))
		return YKT_E_FORMAT;
	*ret_command = command;

	return YKT_OK;
}

size_t
usat_command_begin(struct ykt_buf *out, const struct usat_head *head)
{
	size_t mark = tlv_begin(out, USAT_PROACTIVE);

	put_head(out, head);

	return mark;
}

void
usat_end(struct ykt_buf *out, size_t mark)
{
	tlv_end(out, mark);
}

enum ykt_status
usat_response_decode(struct ykt_bytes bytes, struct usat_response *ret_response)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct usat_response response;
	struct ykt_rd result;

	response.head = rd_head(&rd);
	result = take(&rd, USAT_TAG_RESULT, 1, bytes.len);
	response.result = ykt_rd_u8(&result);
	response.info = ykt_rd_rest(&result);
	response.body = ykt_rd_rest(&rd);
	if (rd.bad || !well_formed(response.body))
		return YKT_E_FORMAT;
	*ret_response = response;

	return YKT_OK;
}

void
usat_response_encode(const struct usat_response *response, struct ykt_buf *out)
{
	put_head(out, &response->head);
	ykt_put_u8(out, USAT_TAG_RESULT | USAT_CR);
	tlv_put_len(out, 1 + response->info.len);
	ykt_put_u8(out, response->result);
	ykt_put(out, response->info);
	ykt_put(out, response->body);
}

enum ykt_status
usat_envelope_decode(struct ykt_bytes bytes, struct usat_envelope *ret_envelope)
{
	struct ykt_rd outer = ykt_rd(bytes);
	struct usat_envelope envelope = { .tag = ykt_rd_u8(&outer) };
	struct ykt_bytes devices;

	envelope.body = tlv_rd_lv(&outer);
	if (ykt_rd_done(&outer) != YKT_OK || envelope.tag <= TEMPLATE_FIRST ||
	    envelope.tag > TEMPLATE_LAST || !well_formed(envelope.body))
		return YKT_E_FORMAT;
	if (!usat_find(envelope.body, USAT_TAG_DEVICES, &devices) || devices.len != DEVICES_LEN)
		return YKT_E_FORMAT;
	envelope.source = devices.data[0];
	envelope.dest = devices.data[1];
	*ret_envelope = envelope;

	return YKT_OK;
}

size_t
usat_envelope_begin(struct ykt_buf *out, uint8_t tag, uint8_t source, uint8_t dest)
{
	size_t mark = tlv_begin(out, tag);

	put_devices(out, source, dest);

	return mark;
}
