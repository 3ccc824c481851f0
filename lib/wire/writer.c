/*
 * The JSON writer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "wire/reader.h"
#include "wire/writer.h"

static const char upper_digits[] = "0123456789ABCDEF";

void
wire_wr_begin(struct wire_wr *wr, struct ykt_buf *buf)
{
	*wr = (struct wire_wr){ .buf = buf, .start = buf->len, .was_full = buf->full };
}

enum ykt_status
wire_wr_end(struct wire_wr *wr)
{
	struct ykt_buf *buf = wr->buf;

	if (!wr->arg && !buf->full)
		return YKT_OK;
	ykt_wipe(buf->data + wr->start, buf->len - wr->start);
	buf->len = wr->start;
	buf->full = wr->was_full;

	return wr->arg ? YKT_E_ARG : YKT_E_SPACE;
}

void
wire_wr_raw(struct wire_wr *wr, const char *text)
{
	ykt_put_mem(wr->buf, text, strlen(text));
}

void
wire_wr_comma(struct wire_wr *wr)
{
	uint8_t last = wr->buf->len > wr->start ? wr->buf->data[wr->buf->len - 1] : '{';

	if (last != '{' && last != '[')
		ykt_put_u8(wr->buf, ',');
}

void
wire_wr_name(struct wire_wr *wr, const char *name)
{
	wire_wr_comma(wr);
	ykt_put_u8(wr->buf, '"');
	wire_wr_raw(wr, name);
	ykt_put_mem(wr->buf, "\":", 2);
}

static void
put_escaped(struct wire_wr *wr, uint8_t c)
{
	uint8_t text[6] = { '\\', 'u', '0', '0', 0, 0 };

	if (c == '"' || c == '\\') {
		text[1] = c;
		ykt_put_mem(wr->buf, text, 2);
		return;
	}
	text[4] = (uint8_t)upper_digits[c >> 4];
	text[5] = (uint8_t)upper_digits[c & 15];
	ykt_put_mem(wr->buf, text, sizeof(text));
}

void
wire_wr_text(struct wire_wr *wr, struct ykt_bytes text)
{
	size_t from = 0;
	size_t at = 0;

	ykt_put_u8(wr->buf, '"');
	while (at < text.len) {
		uint8_t c = text.data[at];
		size_t len = wire_utf8_len(text.data + at, text.data + text.len);

		/* The reader takes no NUL. */
		if (len == 0 || c == 0) {
			wr->arg = true;
			return;
		}
		if (c < 0x20 || c == '"' || c == '\\') {
			ykt_put_mem(wr->buf, text.data + from, at - from);
			put_escaped(wr, c);
			from = at + 1;
		}
		at += len;
	}
	ykt_put_mem(wr->buf, text.data + from, at - from);
	ykt_put_u8(wr->buf, '"');
}

void
wire_wr_int(struct wire_wr *wr, int64_t value)
{
	uint64_t left = value < 0 ? (uint64_t)(-(value + 1)) + 1 : (uint64_t)value;
	uint8_t text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = (uint8_t)('0' + left % 10);
		left /= 10;
	} while (left != 0);
	if (value < 0)
		text[--at] = '-';
	ykt_put_mem(wr->buf, text + at, sizeof(text) - at);
}

void
wire_wr_bool(struct wire_wr *wr, bool value)
{
	wire_wr_raw(wr, value ? "true" : "false");
}

void
wire_hex_digits(struct ykt_bytes bytes, uint8_t *out)
{
	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t byte = bytes.data[i];

		out[2 * i] = (uint8_t)upper_digits[byte >> 4];
		out[2 * i + 1] = (uint8_t)upper_digits[byte & 15];
	}
}

void
wire_wr_hex(struct wire_wr *wr, struct ykt_bytes bytes)
{
	struct ykt_buf *buf = wr->buf;

	if (buf->full || (buf->cap - buf->len) / 2 <= bytes.len) {
		buf->full = true;
		return;
	}
	buf->data[buf->len++] = '"';
	wire_hex_digits(bytes, buf->data + buf->len);
	buf->len += 2 * bytes.len;
	ykt_put_u8(buf, '"');
}
