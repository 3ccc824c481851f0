/*
 * Checked fen, and their text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stddef.h>

#include <ykt/money.h>

/* 10^12 yuan has thirteen digits; more digits than these are refused unread. */
#define YUAN_DIGITS_MAX 13
#define YUAN_MAX        1000000000000

enum ykt_status
ykt_fen_add(ykt_fen a, ykt_fen b, ykt_fen *ret)
{
	ykt_fen sum;

	if (__builtin_add_overflow(a, b, &sum))
		return YKT_E_RANGE;
	*ret = sum;

	return YKT_OK;
}

enum ykt_status
ykt_fen_sub(ykt_fen a, ykt_fen b, ykt_fen *ret)
{
	ykt_fen difference;

	if (__builtin_sub_overflow(a, b, &difference))
		return YKT_E_RANGE;
	*ret = difference;

	return YKT_OK;
}

void
ykt_fen_text(ykt_fen fen, char *out)
{
	/* Unsigned, because the smallest value has no positive twin. */
	uint64_t left = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	char reversed[YKT_FEN_TEXT_MAX];
	size_t count = 0;

	for (int position = 0; position < 3 || left != 0; position++) {
		if (position == 2)
			reversed[count++] = '.';
		reversed[count++] = (char)('0' + left % 10);
		left /= 10;
	}
	if (fen < 0)
		reversed[count++] = '-';
	while (count != 0)
		*out++ = reversed[--count];
	*out = '\0';
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

enum ykt_status
ykt_fen_parse(const char *text, ykt_fen *ret)
{
	ykt_fen yuan = 0;
	ykt_fen fen = 0;
	size_t digits = 0;

	assert(text != NULL && ret != NULL);

	for (; is_digit(*text); text++) {
		if (++digits > YUAN_DIGITS_MAX)
			return YKT_E_FORMAT;
		yuan = yuan * 10 + (*text - '0');
	}
	if (digits == 0)
		return YKT_E_FORMAT;
	if (*text == '.') {
		if (!is_digit(*++text))
			return YKT_E_FORMAT;
		fen = (*text++ - '0') * 10;
		if (is_digit(*text))
			fen += *text++ - '0';
	}
	if (*text != '\0' || yuan > YUAN_MAX || (yuan == YUAN_MAX && fen != 0))
		return YKT_E_FORMAT;
	*ret = yuan * 100 + fen;

	return YKT_OK;
}
