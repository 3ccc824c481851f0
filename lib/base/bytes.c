/*
 * Byte views, bounded buffers and cursors.
 *
 * A cursor or a buffer that failed once does nothing more, so that what a
 * parser or a builder leaves behind is always a whole prefix.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/bytes.h>
#include <ykt/secret.h>

/* Where those of the header are not inlined, and for libykt.so. */
struct ykt_bytes ykt_bytes(const void *data, size_t len);
struct ykt_bytes ykt_buf_view(const struct ykt_buf *buf);
void ykt_put(struct ykt_buf *buf, struct ykt_bytes bytes);
void ykt_put_mem(struct ykt_buf *buf, const void *data, size_t len);
void ykt_put_u8(struct ykt_buf *buf, uint8_t v);
void ykt_put_u16(struct ykt_buf *buf, uint16_t v);
void ykt_put_u32(struct ykt_buf *buf, uint32_t v);
uint8_t ykt_rd_u8(struct ykt_rd *rd);
struct ykt_bytes ykt_rd_take(struct ykt_rd *rd, size_t len);
uint16_t ykt_get_u16(const uint8_t p[2]);
uint32_t ykt_get_u24(const uint8_t p[3]);
uint32_t ykt_get_u32(const uint8_t p[4]);
uint64_t ykt_get_u64(const uint8_t p[8]);
void ykt_set_u16(uint8_t p[2], uint16_t v);
void ykt_set_u32(uint8_t p[4], uint32_t v);
void ykt_set_u64(uint8_t p[8], uint64_t v);

struct ykt_bytes
ykt_bytes_str(const char *text)
{
	assert(text != NULL);

	return (struct ykt_bytes){ (const uint8_t *)text, strlen(text) };
}

struct ykt_bytes
ykt_bytes_sub(struct ykt_bytes all, size_t off, size_t len)
{
	if (off >= all.len)
		return (struct ykt_bytes){ NULL, 0 };
	if (len > all.len - off)
		len = all.len - off;

	return (struct ykt_bytes){ all.data + off, len };
}

struct ykt_bytes
ykt_bytes_line(struct ykt_bytes *text)
{
	struct ykt_bytes line;
	size_t len = 0;

	while (len < text->len && text->data[len] != '\n')
		len++;
	line = ykt_bytes_sub(*text, 0, len);
	*text = ykt_bytes_sub(*text, len + 1, text->len);

	return line;
}

bool
ykt_bytes_equal(struct ykt_bytes a, struct ykt_bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

void
ykt_put_fill(struct ykt_buf *buf, uint8_t value, size_t count)
{
	assert(buf->len <= buf->cap);
	if (buf->full || count > buf->cap - buf->len) {
		buf->full = true;
		return;
	}
	if (count != 0)
		memset(buf->data + buf->len, value, count);
	buf->len += count;
}

void
ykt_put_u24(struct ykt_buf *buf, uint32_t v)
{
	uint8_t raw[3];

	ykt_set_u24(raw, v);
	ykt_put_mem(buf, raw, sizeof(raw));
}

void
ykt_put_u64(struct ykt_buf *buf, uint64_t v)
{
	uint8_t raw[8];

	ykt_set_u64(raw, v);
	ykt_put_mem(buf, raw, sizeof(raw));
}

void
ykt_put_text(struct ykt_buf *buf, const char *text)
{
	struct ykt_bytes bytes = ykt_bytes_str(text);

	assert(bytes.len <= UINT8_MAX);
	ykt_put_u8(buf, (uint8_t)bytes.len);
	ykt_put(buf, bytes);
}

enum ykt_status
ykt_buf_done(const struct ykt_buf *buf)
{
	return buf->full ? YKT_E_SPACE : YKT_OK;
}

void
ykt_buf_wipe(struct ykt_buf *buf)
{
	ykt_wipe(buf->data, buf->cap);
	buf->len = 0;
	buf->full = false;
}

struct ykt_rd
ykt_rd(struct ykt_bytes bytes)
{
	struct ykt_rd rd = { bytes.data, bytes.len, false };

	assert(bytes.data != NULL || bytes.len == 0);

	return rd;
}

uint16_t
ykt_rd_u16(struct ykt_rd *rd)
{
	struct ykt_bytes raw = ykt_rd_take(rd, 2);

	return raw.len != 0 ? ykt_get_u16(raw.data) : 0;
}

uint32_t
ykt_rd_u24(struct ykt_rd *rd)
{
	struct ykt_bytes raw = ykt_rd_take(rd, 3);

	return raw.len != 0 ? ykt_get_u24(raw.data) : 0;
}

uint32_t
ykt_rd_u32(struct ykt_rd *rd)
{
	struct ykt_bytes raw = ykt_rd_take(rd, 4);

	return raw.len != 0 ? ykt_get_u32(raw.data) : 0;
}

uint64_t
ykt_rd_u64(struct ykt_rd *rd)
{
	struct ykt_bytes raw = ykt_rd_take(rd, 8);

	return raw.len != 0 ? ykt_get_u64(raw.data) : 0;
}

void
ykt_rd_copy(struct ykt_rd *rd, void *out, size_t len)
{
	struct ykt_bytes raw = ykt_rd_take(rd, len);

	if (raw.len != 0)
		memcpy(out, raw.data, len);
	else if (len != 0)
		memset(out, 0, len);
}

void
ykt_rd_text(struct ykt_rd *rd, char *out, size_t size)
{
	struct ykt_bytes text = ykt_rd_take(rd, ykt_rd_u8(rd));

	if (rd->bad || text.len >= size ||
	    (text.len != 0 && memchr(text.data, 0, text.len) != NULL)) {
		rd->bad = true;
		return;
	}
	if (text.len != 0)
		memcpy(out, text.data, text.len);
	out[text.len] = '\0';
}

struct ykt_bytes
ykt_rd_rest(struct ykt_rd *rd)
{
	return ykt_rd_take(rd, rd->bad ? 0 : rd->left);
}

enum ykt_status
ykt_rd_done(const struct ykt_rd *rd)
{
	return rd->bad || rd->left != 0 ? YKT_E_FORMAT : YKT_OK;
}

void
ykt_set_u24(uint8_t p[3], uint32_t v)
{
	assert(v <= 0xFFFFFF);
	p[0] = (uint8_t)(v >> 16);
	ykt_set_u16(p + 1, (uint16_t)v);
}
