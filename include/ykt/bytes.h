/*
 * Byte views, bounded buffers and cursors: the only way bytes move inside.
 *
 * struct ykt_bytes borrows; struct ykt_buf is a fixed-capacity output that its
 * owner provides; struct ykt_rd reads typed values off the front of a view and
 * remembers a failure, so that a parser is a list of reads with one check at
 * its end. Nothing here allocates. All integers are big-endian.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_BYTES_H
#define YKT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ykt/status.h>

#define YKT_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* A borrowed, read-only view. data may be NULL only when len is 0. */
struct ykt_bytes {
	const uint8_t *data;
	size_t len;
};

/* A bounded output. full is set, and stays set, when something did not fit. */
struct ykt_buf {
	uint8_t *data;
	size_t len;
	size_t cap;
	bool full;
};

/* A read cursor. bad is set, and stays set, when more was read than is there. */
struct ykt_rd {
	const uint8_t *p;
	size_t left;
	bool bad;
};

#define YKT_BYTES(array) ((struct ykt_bytes){ (array), sizeof(array) })
#define YKT_BUF(array)   ((struct ykt_buf){ (array), 0, sizeof(array), false })

struct ykt_bytes ykt_bytes(const void *data, size_t len);
struct ykt_bytes ykt_bytes_str(const char *text);
struct ykt_bytes ykt_buf_view(const struct ykt_buf *buf);
/* The part from off, at most len bytes; empty when off is past the end. */
struct ykt_bytes ykt_bytes_sub(struct ykt_bytes all, size_t off, size_t len);
/* Plain comparison, for public data only; secrets use ykt_ct_equal(). */
bool ykt_bytes_equal(struct ykt_bytes a, struct ykt_bytes b);

/* Appending. What does not fit sets full and appends nothing of itself. */
void ykt_put(struct ykt_buf *buf, struct ykt_bytes bytes);
void ykt_put_mem(struct ykt_buf *buf, const void *data, size_t len);
void ykt_put_fill(struct ykt_buf *buf, uint8_t value, size_t count);
void ykt_put_u8(struct ykt_buf *buf, uint8_t v);
void ykt_put_u16(struct ykt_buf *buf, uint16_t v);
void ykt_put_u24(struct ykt_buf *buf, uint32_t v);
void ykt_put_u32(struct ykt_buf *buf, uint32_t v);
void ykt_put_u64(struct ykt_buf *buf, uint64_t v);
/* YKT_E_SPACE if anything did not fit since the buffer was made. */
YKT_MUST_USE enum ykt_status ykt_buf_done(const struct ykt_buf *buf);
/* Empties the buffer and wipes all of its capacity. */
void ykt_buf_wipe(struct ykt_buf *buf);

/* Reading. On shortage: bad is set, zero (or an empty view) comes back. */
struct ykt_rd ykt_rd(struct ykt_bytes bytes);
uint8_t ykt_rd_u8(struct ykt_rd *rd);
uint16_t ykt_rd_u16(struct ykt_rd *rd);
uint32_t ykt_rd_u24(struct ykt_rd *rd);
uint32_t ykt_rd_u32(struct ykt_rd *rd);
uint64_t ykt_rd_u64(struct ykt_rd *rd);
struct ykt_bytes ykt_rd_take(struct ykt_rd *rd, size_t len);
/* Copies len bytes to out; on shortage out is zero-filled. */
void ykt_rd_copy(struct ykt_rd *rd, void *out, size_t len);
struct ykt_bytes ykt_rd_rest(struct ykt_rd *rd);
/* YKT_E_FORMAT if a read failed or bytes are left over. */
YKT_MUST_USE enum ykt_status ykt_rd_done(const struct ykt_rd *rd);

uint16_t ykt_get_u16(const uint8_t p[2]);
uint32_t ykt_get_u24(const uint8_t p[3]);
uint32_t ykt_get_u32(const uint8_t p[4]);
uint64_t ykt_get_u64(const uint8_t p[8]);
void ykt_set_u16(uint8_t p[2], uint16_t v);
void ykt_set_u24(uint8_t p[3], uint32_t v);
void ykt_set_u32(uint8_t p[4], uint32_t v);
void ykt_set_u64(uint8_t p[8], uint64_t v);

#endif
