/*
 * Strings: UTF-8, escapes, hex.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "wire/text.h"

/* One character's continuation bytes, and the range of the first of them. */
static bool
utf8_tail(const uint8_t *p, size_t count, uint8_t low, uint8_t high)
{
	if (p[1] < low || p[1] > high)
		return false;
	for (size_t i = 2; i <= count; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return false;
	}

	return true;
}

/* Table 3-7 of the Unicode standard: no overlong forms, no surrogates. */
size_t
wire_utf8_len(const uint8_t *p, const uint8_t *end)
{
	size_t left = (size_t)(end - p);
	uint8_t lead;

	if (left == 0)
		return 0;
	lead = p[0];
	if (lead < 0x80)
		return 1;
	if (lead >= 0xC2 && lead <= 0xDF)
		return left >= 2 && utf8_tail(p, 1, 0x80, 0xBF) ? 2 : 0;
	if (lead >= 0xE0 && lead <= 0xEF)
		return left >= 3 && utf8_tail(p, 2, lead == 0xE0 ? 0xA0 : 0x80,
					lead == 0xED ? 0x9F : 0xBF)
			   ? 3
			   : 0;
	if (lead >= 0xF0 && lead <= 0xF4)
		return left >= 4 && utf8_tail(p, 3, lead == 0xF0 ? 0x90 : 0x80,
					lead == 0xF4 ? 0x8F : 0xBF)
			   ? 4
			   : 0;

	return 0;
}

/* A scalar value to UTF-8; gives the number of bytes. */
static size_t
utf8_put(uint32_t c, uint8_t out[4])
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xC0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xE0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
		out[2] = (uint8_t)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (uint8_t)(0xF0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
	out[3] = (uint8_t)(0x80 | (c & 0x3F));

	return 4;
}

/* Four hex digits of either case behind \u. */
static uint32_t
take_u4(struct wire_rd *rd)
{
	uint32_t value = 0;

	if (rd->end - rd->p < 4) {
		rd->bad = true;
		return 0;
	}
	for (int i = 0; i < 4; i++) {
		uint8_t c = *rd->p++;

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint32_t)(c - '0');
		else if (c >= 'A' && c <= 'F')
			value = value << 4 | (uint32_t)(c - 'A' + 10);
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint32_t)(c - 'a' + 10);
		else
			rd->bad = true;
	}

	return value;
}

/* What follows \u: a character, from a pair when it is a surrogate. */
static uint32_t
take_unicode(struct wire_rd *rd)
{
	uint32_t high = take_u4(rd);
	uint32_t low;

	/* NUL would end our text early. */
	if (high == 0)
		rd->bad = true;
	if (high < 0xD800 || high > 0xDFFF)
		return high;
	if (high > 0xDBFF || rd->end - rd->p < 2 || rd->p[0] != '\\' || rd->p[1] != 'u') {
		rd->bad = true;
		return 0;
	}
	rd->p += 2;
	low = take_u4(rd);
	if (low < 0xDC00 || low > 0xDFFF)
		rd->bad = true;

	return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
}

/* What follows a backslash, as UTF-8; gives the number of bytes. */
static size_t
take_escape(struct wire_rd *rd, uint8_t out[4])
{
	static const char names[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	const char *at;
	uint8_t c;

	if (rd->p == rd->end || *rd->p == '\0') {
		rd->bad = true;
		return 0;
	}
	c = *rd->p++;
	if (c == 'u')
		return utf8_put(take_unicode(rd), out);
	at = strchr(names, c);
	if (at == NULL) {
		rd->bad = true;
		return 0;
	}
	out[0] = (uint8_t)values[at - names];

	return 1;
}

bool
wire_text_take(struct wire_rd *rd, char *out, size_t size)
{
	size_t room = size == 0 ? 0 : size - 1;
	size_t used = 0;
	bool whole = true;

	while (!rd->bad) {
		const uint8_t *from = rd->p;
		uint8_t escaped[4];
		size_t len;

		if (from == rd->end || *from < 0x20) {
			rd->bad = true;
			break;
		}
		if (*from == '"') {
			rd->p++;
			break;
		}
		if (*from == '\\') {
			rd->p++;
			len = take_escape(rd, escaped);
			from = escaped;
		} else {
			len = wire_utf8_len(from, rd->end);
			rd->bad = len == 0;
			rd->p += len;
		}
		if (rd->bad)
			break;
		whole = whole && len <= room - used;
		if (whole)
			memcpy(out + used, from, len);
		if (whole)
			used += len;
	}
	if (size != 0)
		out[used] = '\0';

	return whole;
}

/* The value of an upper-case hex digit; 16 for anything else. */
static unsigned
nibble(uint8_t c)
{
	unsigned digit = (unsigned)c - '0';
	unsigned letter = (unsigned)c - 'A';

	if (digit < 10)
		return digit;

	return letter < 6 ? letter + 10 : 16;
}

struct ykt_bytes
wire_rd_digits(struct wire_rd *rd, size_t max)
{
	const uint8_t *start;
	size_t len;

	wire_rd_quote(rd);
	start = rd->p;
	while (!rd->bad && rd->p < rd->end && nibble(*rd->p) < 16)
		rd->p++;
	len = (size_t)(rd->p - start);
	/* An escape would be legal JSON; nobody writes hex that way. */
	if (rd->p == rd->end || *rd->p != '"' || len % 2 != 0 || len > max)
		rd->bad = true;
	if (rd->bad)
		return ykt_bytes(NULL, 0);
	rd->p++;

	return ykt_bytes(start, len);
}

bool
wire_digits_valid(struct ykt_bytes digits)
{
	for (size_t i = 0; i < digits.len; i++) {
		if (nibble(digits.data[i]) > 15)
			return false;
	}

	return digits.len % 2 == 0;
}

void
wire_hex_bytes(struct ykt_bytes digits, uint8_t *out)
{
	for (size_t i = 0; i < digits.len / 2; i++)
		out[i] =
		    (uint8_t)(nibble(digits.data[2 * i]) << 4 | nibble(digits.data[2 * i + 1]));
}

size_t
wire_rd_hex(struct wire_rd *rd, uint8_t *out, size_t min, size_t max)
{
	struct ykt_bytes digits = wire_rd_digits(rd, 2 * max);

	if (digits.len < 2 * min)
		rd->bad = true;
	if (rd->bad)
		return 0;
	wire_hex_bytes(digits, out);

	return digits.len / 2;
}
