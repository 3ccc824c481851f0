/*
 * Cutting lines into words and reading small numbers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conform/words.h"

static bool
blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

struct ykt_bytes
conform_trim(struct ykt_bytes text)
{
	while (text.len > 0 && blank(text.data[0]))
		text = ykt_bytes(text.data + 1, text.len - 1);
	while (text.len > 0 && blank(text.data[text.len - 1]))
		text.len--;

	return text;
}

struct ykt_bytes
conform_word(struct ykt_bytes *text)
{
	struct ykt_bytes rest = conform_trim(*text);
	struct ykt_bytes word = { rest.data, 0 };

	while (word.len < rest.len && !blank(rest.data[word.len]))
		word.len++;
	*text = ykt_bytes_sub(rest, word.len, rest.len - word.len);

	return word;
}

bool
conform_is(struct ykt_bytes word, const char *text)
{
	return ykt_bytes_equal(word, ykt_bytes_str(text));
}

bool
conform_decimal(struct ykt_bytes word, uint32_t max, uint32_t *ret_value)
{
	uint64_t value = 0;

	if (word.len == 0 || word.len > 10)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (word.data[i] < '0' || word.data[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(word.data[i] - '0');
	}
	if (value > max)
		return false;
	*ret_value = (uint32_t)value;

	return true;
}

int
conform_nibble(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;

	return -1;
}
