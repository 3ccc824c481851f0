/*
 * Hexadecimal and BCD text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include <ykt/hex.h>

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;

	return -1;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == ':';
}

/* The number of bytes that text stands for. */
static enum ykt_status
measure(const char *text, size_t len, size_t *ret_count)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++) {
		if (blank(text[i]))
			continue;
		if (len - i < 2 || digit(text[i]) < 0 || digit(text[i + 1]) < 0)
			return YKT_E_FORMAT;
		i++;
		count++;
	}
	*ret_count = count;

	return YKT_OK;
}

enum ykt_status
ykt_hex_decode(const char *text, size_t len, struct ykt_buf *out)
{
	enum ykt_status status;
	size_t count = 0;

	assert(text != NULL || len == 0);
	assert(out->len <= out->cap);

	/* Measured first, so that a refusal has written nothing. */
	status = measure(text, len, &count);
	if (status != YKT_OK)
		return status;
	if (out->full || count > out->cap - out->len)
		return YKT_E_SPACE;

	for (size_t i = 0; i < len; i++) {
		if (blank(text[i]))
			continue;
		ykt_put_u8(out, (uint8_t)(digit(text[i]) << 4 | digit(text[i + 1])));
		i++;
	}

	return ykt_buf_done(out);
}

void
ykt_hex_encode(struct ykt_bytes bytes, char *out)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < bytes.len; i++) {
		*out++ = digits[bytes.data[i] >> 4];
		*out++ = digits[bytes.data[i] & 15];
	}
	*out = '\0';
}

bool
ykt_bcd_valid(struct ykt_bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (ykt_bcd_get(bytes.data[i]) < 0)
			return false;
	}

	return true;
}

int
ykt_bcd_get(uint8_t byte)
{
	int high = byte >> 4;
	int low = byte & 15;

	return high <= 9 && low <= 9 ? high * 10 + low : -1;
}

uint8_t
ykt_bcd_put(unsigned value)
{
	assert(value <= 99);

	return (uint8_t)(value / 10 << 4 | value % 10);
}
