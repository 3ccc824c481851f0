/*
 * BER-TLV (ISO 7816-4 5.2.2, ISO 8825-1) with definite lengths.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/tlv.h"

#include <string.h>

#define TAG_BYTES_MAX   3
#define TAG_NUMBER_MASK 0x1F
#define TAG_MORE        0x80
#define LEN_LONG        0x80
#define LEN_BYTES_MAX   4
#define LEN_FIELD_MAX   (1 + LEN_BYTES_MAX)

static unsigned
tag_bytes(uint32_t tag)
{
	return tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1;
}

bool
tlv_constructed(uint32_t tag)
{
	return (tag >> (8 * (tag_bytes(tag) - 1)) & 0x20) != 0;
}

static uint32_t
rd_tag(struct ykt_rd *rd)
{
	uint8_t byte = ykt_rd_u8(rd);
	uint32_t tag = byte;
	unsigned count = 1;

	if (byte == 0) /* padding, or the end of an indefinite form */
		rd->bad = true;
	if ((byte & TAG_NUMBER_MASK) != TAG_NUMBER_MASK)
		return tag;

	do {
		byte = ykt_rd_u8(rd);
		/* 8.1.2.4.2: the first further byte is not 80. */
		if (count == TAG_BYTES_MAX || (count == 1 && byte == TAG_MORE))
			rd->bad = true;
		tag = tag << 8 | byte;
		count++;
	} while ((byte & TAG_MORE) != 0 && !rd->bad);

	return tag;
}

static size_t
rd_len(struct ykt_rd *rd)
{
	uint8_t first = ykt_rd_u8(rd);
	unsigned count = first & 0x7F;
	size_t len = 0;

	if (first < LEN_LONG)
		return first;
	if (count == 0 || count > LEN_BYTES_MAX)
		rd->bad = true;
	while (count-- > 0 && !rd->bad)
		len = len << 8 | ykt_rd_u8(rd);

	return len;
}

struct ykt_bytes
tlv_rd_lv(struct ykt_rd *rd)
{
	size_t len = rd_len(rd);

	return ykt_rd_take(rd, len);
}

bool
tlv_next(struct ykt_rd *rd, struct tlv *ret_tlv)
{
	struct tlv tlv;

	if (rd->bad || rd->left == 0)
		return false;

	tlv.tag = rd_tag(rd);
	tlv.value = tlv_rd_lv(rd);
	if (rd->bad)
		return false;
	*ret_tlv = tlv;

	return true;
}

/* One step of the path: the first element with that tag. */
static enum ykt_status
find_one(struct ykt_bytes bytes, uint32_t tag, struct ykt_bytes *ret_value)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct tlv tlv;

	while (tlv_next(&rd, &tlv)) {
		if (tlv.tag == tag) {
			*ret_value = tlv.value;
			return YKT_OK;
		}
	}

	return rd.bad ? YKT_E_FORMAT : YKT_NOT_FOUND;
}

enum ykt_status
tlv_find(
    struct ykt_bytes bytes, const uint32_t *path, size_t path_count, struct ykt_bytes *ret_value)
{
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < path_count && status == YKT_OK; i++)
		status = find_one(bytes, path[i], &bytes);
	if (status == YKT_OK)
		*ret_value = bytes;

	return status;
}

void
tlv_walk_init(struct tlv_walk *walk, struct ykt_bytes bytes)
{
	*walk = (struct tlv_walk){ 0 };
	walk->level[0] = ykt_rd(bytes);
}

bool
tlv_walk_next(struct tlv_walk *walk, struct tlv *ret_tlv, unsigned *ret_depth)
{
	struct tlv tlv;
	unsigned depth;

	while (walk->depth > 0 && walk->level[walk->depth].left == 0)
		walk->depth--;
	depth = walk->depth;
	if (walk->bad || !tlv_next(&walk->level[depth], &tlv)) {
		walk->bad = walk->bad || walk->level[depth].bad;
		return false;
	}

	if (tlv_constructed(tlv.tag)) {
		if (depth + 1 == TLV_DEPTH_MAX) {
			walk->bad = true;
			return false;
		}
		walk->depth = depth + 1;
		walk->level[walk->depth] = ykt_rd(tlv.value);
	}
	*ret_tlv = tlv;
	*ret_depth = depth;

	return true;
}

enum ykt_status
tlv_check(struct ykt_bytes bytes)
{
	struct tlv_walk walk;
	struct tlv tlv;
	unsigned depth;

	tlv_walk_init(&walk, bytes);
	while (tlv_walk_next(&walk, &tlv, &depth))
		;

	return walk.bad ? YKT_E_FORMAT : YKT_OK;
}

static void
put_tag(struct ykt_buf *out, uint32_t tag)
{
	uint8_t raw[4];
	unsigned count = tag_bytes(tag);

	ykt_set_u32(raw, tag);
	ykt_put_mem(out, raw + sizeof(raw) - count, count);
}

/* The shortest length field; returns its size. */
static size_t
len_field(size_t len, uint8_t field[LEN_FIELD_MAX])
{
	size_t count = 1;

	if (len < LEN_LONG) {
		field[0] = (uint8_t)len;
		return 1;
	}
	while (count < LEN_BYTES_MAX && len >> (8 * count) != 0)
		count++;
	field[0] = (uint8_t)(LEN_LONG | count);
	for (size_t i = 0; i < count; i++)
		field[1 + i] = (uint8_t)(len >> (8 * (count - 1 - i)));

	return 1 + count;
}

void
tlv_put_len(struct ykt_buf *out, size_t len)
{
	uint8_t field[LEN_FIELD_MAX];

	ykt_put_mem(out, field, len_field(len, field));
}

void
tlv_put(struct ykt_buf *out, uint32_t tag, struct ykt_bytes value)
{
	put_tag(out, tag);
	tlv_put_len(out, value.len);
	ykt_put(out, value);
}

void
tlv_put_u8(struct ykt_buf *out, uint32_t tag, uint8_t value)
{
	tlv_put(out, tag, ykt_bytes(&value, 1));
}

size_t
tlv_begin(struct ykt_buf *out, uint32_t tag)
{
	put_tag(out, tag);

	return out->len;
}

void
tlv_end(struct ykt_buf *out, size_t mark)
{
	uint8_t field[LEN_FIELD_MAX];
	size_t len = out->len - mark;
	size_t field_len = len_field(len, field);

	ykt_put_fill(out, 0, field_len);
	if (out->full)
		return;
	memmove(out->data + mark + field_len, out->data + mark, len);
	memcpy(out->data + mark, field, field_len);
}
