/*
 * BER-TLV with definite lengths: an iterative, bounded reader and a writer.
 *
 * Tags have one to three bytes and are written as numbers: 0x84, 0x9F0C,
 * 0xBF0C, 0xDF8121. Lengths have at most four length bytes and never pass the
 * parent. The indefinite form, tag 00 (padding) and longer tags are refused.
 * Views borrow from the input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_TLV_H
#define CARD_TLV_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/bytes.h>

#define TLV_DEPTH_MAX 10

struct tlv {
	uint32_t tag;
	struct ykt_bytes value;
};

/* True for a tag whose value holds further elements. */
bool tlv_constructed(uint32_t tag);

/*
 * Takes the next element off rd. False at the end and on a fault; a fault also
 * sets rd->bad, so that ykt_rd_done(rd) tells them apart. *ret_tlv is written
 * only on true.
 */
bool tlv_next(struct ykt_rd *rd, struct tlv *ret_tlv);

/*
 * Finds the first element at the path of tags (each inside the one before).
 *
 * YKT_NOT_FOUND  it is not there
 * YKT_E_FORMAT   something before it, or in a template on the way, is not TLV
 */
YKT_MUST_USE enum ykt_status tlv_find(
    struct ykt_bytes bytes, const uint32_t *path, size_t path_count, struct ykt_bytes *ret_value);

/* tlv_find() with the path as arguments. */
#define TLV_FIND(bytes, ret_value, ...)                                                            \
	tlv_find((bytes), (const uint32_t[]){ __VA_ARGS__ },                                       \
	    sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t), (ret_value))

/* A walk over a whole tree, parents before children. */
struct tlv_walk {
	struct ykt_rd level[TLV_DEPTH_MAX];
	unsigned depth; /* of the next element, 0 for the outermost */
	bool bad;
};

void tlv_walk_init(struct tlv_walk *walk, struct ykt_bytes bytes);
/*
 * The next element and its depth. False at the end and on a fault (walk->bad):
 * anything that tlv_next() refuses, or nesting deeper than TLV_DEPTH_MAX.
 */
bool tlv_walk_next(struct tlv_walk *walk, struct tlv *ret_tlv, unsigned *ret_depth);

/* YKT_E_FORMAT unless the whole of bytes is well-formed, at every level. */
YKT_MUST_USE enum ykt_status tlv_check(struct ykt_bytes bytes);

/* Appends tag, length and value. */
void tlv_put(struct ykt_buf *out, uint32_t tag, struct ykt_bytes value);
void tlv_put_u8(struct ykt_buf *out, uint32_t tag, uint8_t value);

/*
 * Opens a template: appends the tag and returns a mark for tlv_end(), which
 * inserts the length of everything appended in between. Nest freely.
 */
size_t tlv_begin(struct ykt_buf *out, uint32_t tag);
void tlv_end(struct ykt_buf *out, size_t mark);

/* Appends a BER length alone (used by length-value fields). */
void tlv_put_len(struct ykt_buf *out, size_t len);
/* Takes a BER length and as many bytes off rd; sets rd->bad on a fault. */
struct ykt_bytes tlv_rd_lv(struct ykt_rd *rd);

#endif
