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

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

inline struct ykt_bytes ykt_bytes(const void *data, size_t len);
struct ykt_bytes ykt_bytes_str(const char *text);
inline struct ykt_bytes ykt_buf_view(const struct ykt_buf *buf);
/* The part from off, at most len bytes; empty when off is past the end. */
struct ykt_bytes ykt_bytes_sub(struct ykt_bytes all, size_t off, size_t len);
/* Takes the next line off the front of *text, without its '\n'; the last may have none. */
struct ykt_bytes ykt_bytes_line(struct ykt_bytes *text);
/* Plain comparison, for public data only; secrets use ykt_ct_equal(). */
bool ykt_bytes_equal(struct ykt_bytes a, struct ykt_bytes b);

/* Appending. What does not fit sets full and appends nothing of itself. */
inline void ykt_put(struct ykt_buf *buf, struct ykt_bytes bytes);
inline void ykt_put_mem(struct ykt_buf *buf, const void *data, size_t len);
void ykt_put_fill(struct ykt_buf *buf, uint8_t value, size_t count);
inline void ykt_put_u8(struct ykt_buf *buf, uint8_t v);
inline void ykt_put_u16(struct ykt_buf *buf, uint16_t v);
void ykt_put_u24(struct ykt_buf *buf, uint32_t v);
inline void ykt_put_u32(struct ykt_buf *buf, uint32_t v);
void ykt_put_u64(struct ykt_buf *buf, uint64_t v);
/* A text behind a byte of its length; text has at most 255 bytes. */
void ykt_put_text(struct ykt_buf *buf, const char *text);
/* YKT_E_SPACE if anything did not fit since the buffer was made. */
YKT_MUST_USE enum ykt_status ykt_buf_done(const struct ykt_buf *buf);
/* Empties the buffer and wipes all of its capacity. */
void ykt_buf_wipe(struct ykt_buf *buf);

/* Reading. On shortage: bad is set, zero (or an empty view) comes back. */
struct ykt_rd ykt_rd(struct ykt_bytes bytes);
inline uint8_t ykt_rd_u8(struct ykt_rd *rd);
uint16_t ykt_rd_u16(struct ykt_rd *rd);
uint32_t ykt_rd_u24(struct ykt_rd *rd);
uint32_t ykt_rd_u32(struct ykt_rd *rd);
uint64_t ykt_rd_u64(struct ykt_rd *rd);
inline struct ykt_bytes ykt_rd_take(struct ykt_rd *rd, size_t len);
/* Copies len bytes to out; on shortage out is zero-filled. */
void ykt_rd_copy(struct ykt_rd *rd, void *out, size_t len);
/*
 * What ykt_put_text() wrote, into out of size bytes, with a NUL at its end. One
 * that does not fit, or holds a NUL (the same text has one form only), sets bad
 * and leaves out as it was.
 */
void ykt_rd_text(struct ykt_rd *rd, char *out, size_t size);
struct ykt_bytes ykt_rd_rest(struct ykt_rd *rd);
/* YKT_E_FORMAT if a read failed or bytes are left over. */
YKT_MUST_USE enum ykt_status ykt_rd_done(const struct ykt_rd *rd);

inline uint16_t ykt_get_u16(const uint8_t p[2]);
inline uint32_t ykt_get_u24(const uint8_t p[3]);
inline uint32_t ykt_get_u32(const uint8_t p[4]);
inline uint64_t ykt_get_u64(const uint8_t p[8]);
inline void ykt_set_u16(uint8_t p[2], uint16_t v);
void ykt_set_u24(uint8_t p[3], uint32_t v);
inline void ykt_set_u32(uint8_t p[4], uint32_t v);
inline void ykt_set_u64(uint8_t p[8], uint64_t v);

/*
 * The bodies of the small ones: what is one load or store should not be a call.
 */

inline struct ykt_bytes
ykt_bytes(const void *data, size_t len)
{
	struct ykt_bytes bytes = { (const uint8_t *)data, len };

	assert(data != NULL || len == 0);

	return bytes;
}

inline struct ykt_bytes
ykt_buf_view(const struct ykt_buf *buf)
{
	struct ykt_bytes view = { buf->data, buf->len };

	return view;
}

inline uint16_t
ykt_get_u16(const uint8_t p[2])
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

inline uint32_t
ykt_get_u24(const uint8_t p[3])
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

inline uint32_t
ykt_get_u32(const uint8_t p[4])
{
	return (uint32_t)p[0] << 24 | ykt_get_u24(p + 1);
}

inline uint64_t
ykt_get_u64(const uint8_t p[8])
{
	return (uint64_t)ykt_get_u32(p) << 32 | ykt_get_u32(p + 4);
}

inline void
ykt_set_u16(uint8_t p[2], uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

inline void
ykt_set_u32(uint8_t p[4], uint32_t v)
{
	ykt_set_u16(p, (uint16_t)(v >> 16));
	ykt_set_u16(p + 2, (uint16_t)v);
}

inline void
ykt_set_u64(uint8_t p[8], uint64_t v)
{
	ykt_set_u32(p, (uint32_t)(v >> 32));
	ykt_set_u32(p + 4, (uint32_t)v);
}

inline void
ykt_put_mem(struct ykt_buf *buf, const void *data, size_t len)
{
	assert(buf->len <= buf->cap);
	if (buf->full || len > buf->cap - buf->len) {
		buf->full = true;
		return;
	}
	if (len != 0)
		memmove(buf->data + buf->len, data, len);
	buf->len += len;
}

inline void
ykt_put(struct ykt_buf *buf, struct ykt_bytes bytes)
{
	ykt_put_mem(buf, bytes.data, bytes.len);
}

inline void
ykt_put_u8(struct ykt_buf *buf, uint8_t v)
{
	ykt_put_mem(buf, &v, 1);
}

inline void
ykt_put_u16(struct ykt_buf *buf, uint16_t v)
{
	uint8_t raw[2];

	ykt_set_u16(raw, v);
	ykt_put_mem(buf, raw, sizeof(raw));
}

inline void
ykt_put_u32(struct ykt_buf *buf, uint32_t v)
{
	uint8_t raw[4];

	ykt_set_u32(raw, v);
	ykt_put_mem(buf, raw, sizeof(raw));
}

inline struct ykt_bytes
ykt_rd_take(struct ykt_rd *rd, size_t len)
{
	struct ykt_bytes taken = { NULL, 0 };

	if (rd->bad || len > rd->left) {
		rd->bad = true;
		return taken;
	}
	if (len == 0)
		return taken;

	taken.data = rd->p;
	taken.len = len;
	rd->p += len;
	rd->left -= len;

	return taken;
}

inline uint8_t
ykt_rd_u8(struct ykt_rd *rd)
{
	struct ykt_bytes raw = ykt_rd_take(rd, 1);

	return raw.len != 0 ? raw.data[0] : 0;
}

#endif
