/*
 * Templates and patterns, see template.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conform/template.h"

#include <string.h>

#include "conform/words.h"

#define COUNT_MAX 255
#define DELTA_MAX 0xFFFFFF

/* Arguments: n a count, d a change, x a byte in hex, w a word of words. */
static const struct name_row {
	const char *name;
	enum conform_name value;
	const char *args;
	bool pattern_only;
	const char *words[2];
} names[] = {
	{ "any", CONFORM_VALUE_ANY, "n", true, { NULL } },
	{ "zero", CONFORM_VALUE_ZERO, "n", false, { NULL } },
	{ "random", CONFORM_VALUE_RANDOM, "n", false, { NULL } },
	{ "aid", CONFORM_VALUE_AID, "", false, { NULL } },
	{ "info", CONFORM_VALUE_INFO, "", false, { NULL } },
	{ "ssd", CONFORM_VALUE_SSD, "", false, { NULL } },
	{ "isd", CONFORM_VALUE_ISD, "", false, { NULL } },
	{ "balance", CONFORM_VALUE_BALANCE, "d", false, { NULL } },
	{ "room", CONFORM_VALUE_ROOM, "d", false, { NULL } },
	{ "online", CONFORM_VALUE_ONLINE, "d", false, { NULL } },
	{ "offline", CONFORM_VALUE_OFFLINE, "d", false, { NULL } },
	{ "load-mac1", CONFORM_VALUE_LOAD_MAC1, "w", false, { "bad" } },
	{ "load-mac2", CONFORM_VALUE_LOAD_MAC2, "w", false, { "bad" } },
	{ "load-tac", CONFORM_VALUE_LOAD_TAC, "w", true, { "bad" } },
	{ "debit-mac1", CONFORM_VALUE_DEBIT_MAC1, "w", false, { "bad" } },
	{ "debit-mac2", CONFORM_VALUE_DEBIT_MAC2, "w", true, { "bad" } },
	{ "debit-tac", CONFORM_VALUE_DEBIT_TAC, "w", true, { "bad" } },
	{ "sm-mac", CONFORM_VALUE_SM_MAC, "w", false, { "bad" } },
	{ "card-cryptogram", CONFORM_VALUE_CARD_CRYPTOGRAM, "w", true, { "bad" } },
	{ "authenticate", CONFORM_VALUE_AUTHENTICATE, "xw", false,
	    { "bad-cryptogram", "bad-mac" } },
	{ "put-key", CONFORM_VALUE_PUT_KEY, "xxw", false, { "bad-kcv" } },
	{ "purse-pin", CONFORM_VALUE_PURSE_PIN, "", false, { NULL } },
	{ "purse-keys", CONFORM_VALUE_PURSE_KEYS, "w", false, { "bad-kcv", "no-tac" } },
};

static bool
read_hex_byte(struct ykt_bytes word, uint8_t *ret_byte)
{
	int high = word.len == 2 ? conform_nibble(word.data[0]) : -1;
	int low = word.len == 2 ? conform_nibble(word.data[1]) : -1;

	if (high < 0 || low < 0)
		return false;
	*ret_byte = (uint8_t)(high << 4 | low);

	return true;
}

static bool
read_change(struct ykt_bytes word, int32_t *ret_delta)
{
	uint32_t size;

	if (word.len < 2 || (word.data[0] != '+' && word.data[0] != '-') ||
	    !conform_decimal(ykt_bytes_sub(word, 1, word.len - 1), DELTA_MAX, &size))
		return false;
	*ret_delta = word.data[0] == '-' ? -(int32_t)size : (int32_t)size;

	return true;
}

static bool
known_word(const struct name_row *row, struct ykt_bytes word)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(row->words); i++)
		if (row->words[i] != NULL && conform_is(word, row->words[i]))
			return true;

	return false;
}

/* Takes the arguments that the row names off text. */
static bool
read_arguments(const struct name_row *row, struct ykt_bytes text, struct conform_value *value)
{
	size_t numbers = 0;

	for (const char *arg = row->args; *arg != '\0'; arg++) {
		struct ykt_bytes word = conform_word(&text);

		if (word.len == 0 && (*arg == 'd' || *arg == 'w'))
			continue;
		switch (*arg) {
		case 'n':
			if (!conform_decimal(word, COUNT_MAX, &value->count) || value->count == 0)
				return false;
			break;
		case 'd':
			if (!read_change(word, &value->delta))
				return false;
			break;
		case 'x':
			if (!read_hex_byte(word, &value->number[numbers++]))
				return false;
			break;
		default:
			if (!known_word(row, word))
				return false;
			value->word = word;
			break;
		}
	}

	return conform_word(&text).len == 0;
}

/* inside: what stands between the braces. NULL: fine. */
static const char *
read_value(struct ykt_bytes inside, bool pattern, struct conform_value *ret_value)
{
	struct conform_value value = { 0 };
	struct ykt_bytes rest = inside;
	struct ykt_bytes name = conform_word(&rest);

	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++) {
		if (!conform_is(name, names[i].name))
			continue;
		if (names[i].pattern_only && !pattern)
			return N_("a value that only an answer can have");
		value.name = names[i].value;
		value.pattern = pattern;
		if (!read_arguments(&names[i], rest, &value))
			return N_("wrong arguments of a value");
		*ret_value = value;
		return NULL;
	}

	return N_("no such value");
}

/* The work of both functions: values is NULL when the text is only checked. */
struct maker {
	const struct conform_values *values;
	bool pattern;
	struct conform_pattern out;
	size_t mark[CONFORM_DEPTH_MAX];
	size_t depth;
	enum ykt_status status;
	const char *why;
};

static bool
fails(struct maker *maker, enum ykt_status status, const char *why)
{
	maker->status = status;
	maker->why = why;

	return false;
}

static bool
add(struct maker *maker, uint8_t value, uint8_t mask)
{
	struct conform_pattern *out = &maker->out;

	if (out->len == CONFORM_BYTES_MAX)
		return fails(maker, YKT_E_SPACE, N_("too many bytes"));
	out->value[out->len] = value;
	out->mask[out->len++] = mask;

	return true;
}

static bool
add_value(struct maker *maker, struct ykt_bytes inside)
{
	struct conform_value value;
	uint8_t bytes[CONFORM_BYTES_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	const char *why = read_value(inside, maker->pattern, &value);
	enum ykt_status status;
	bool good = true;

	if (why != NULL)
		return fails(maker, YKT_E_FORMAT, why);
	if (value.name == CONFORM_VALUE_ANY || value.name == CONFORM_VALUE_ZERO) {
		for (uint32_t i = 0; i < value.count && good; i++)
			good = add(maker, 0, value.name == CONFORM_VALUE_ANY ? 0x00 : 0xFF);
		return good;
	}
	if (maker->values == NULL)
		return true;
	status = maker->values->get(
	    maker->values->ctx, &value, ykt_bytes(maker->out.value, maker->out.len), &out);
	if (status == YKT_OK)
		status = ykt_buf_done(&out);
	if (status != YKT_OK)
		return fails(maker, status, N_("a value that cannot be computed"));
	if (conform_is(value.word, "bad") && out.len > 0)
		bytes[out.len - 1] ^= 0x01;
	for (size_t i = 0; i < out.len && good; i++)
		good = add(maker, bytes[i], 0xFF);

	return good;
}

static bool
open_bracket(struct maker *maker)
{
	if (maker->depth == CONFORM_DEPTH_MAX)
		return fails(maker, YKT_E_FORMAT, N_("brackets too deep"));
	maker->mark[maker->depth++] = maker->out.len;

	return add(maker, 0, 0xFF);
}

static bool
close_bracket(struct maker *maker)
{
	size_t mark;

	if (maker->depth == 0)
		return fails(maker, YKT_E_FORMAT, N_("a bracket that nothing opened"));
	mark = maker->mark[--maker->depth];
	if (maker->out.len - mark - 1 > COUNT_MAX)
		return fails(maker, YKT_E_SPACE, N_("more than 255 bytes in brackets"));
	maker->out.value[mark] = (uint8_t)(maker->out.len - mark - 1);

	return true;
}

/* Two digits. */
static bool
add_byte(struct maker *maker, struct ykt_bytes text, size_t *at)
{
	uint8_t value = 0;
	uint8_t mask = 0;

	for (size_t i = 0; i < 2; i++) {
		uint8_t c = *at < text.len ? text.data[(*at)++] : 0;
		int nibble = conform_nibble(c);
		bool any = c == '?' && maker->pattern;

		if (nibble < 0 && !any)
			return fails(maker, YKT_E_FORMAT, N_("not two hex digits"));
		value = (uint8_t)(value << 4 | (any ? 0 : nibble));
		mask = (uint8_t)(mask << 4 | (any ? 0 : 0x0F));
	}

	return add(maker, value, mask);
}

static bool
make_one(struct maker *maker, struct ykt_bytes text, size_t *at)
{
	size_t end = *at + 1;

	switch (text.data[*at]) {
	case ' ':
	case '\t':
		++*at;
		return true;
	case '[':
		++*at;
		return open_bracket(maker);
	case ']':
		++*at;
		return close_bracket(maker);
	case '{':
		while (end < text.len && text.data[end] != '}')
			end++;
		if (end == text.len)
			return fails(maker, YKT_E_FORMAT, N_("a brace that nothing closes"));
		if (!add_value(maker, ykt_bytes_sub(text, *at + 1, end - *at - 1)))
			return false;
		*at = end + 1;
		return true;
	case '.':
		if (!maker->pattern || !conform_is(ykt_bytes_sub(text, *at, text.len), "..."))
			return fails(maker, YKT_E_FORMAT, N_("dots stand at a pattern's end"));
		maker->out.open = true;
		*at = text.len;
		return true;
	default:
		return add_byte(maker, text, at);
	}
}

static bool
make(struct maker *maker, struct ykt_bytes text)
{
	for (size_t at = 0; at < text.len;)
		if (!make_one(maker, text, &at))
			return false;
	if (maker->depth != 0)
		return fails(maker, YKT_E_FORMAT, N_("a bracket that nothing closes"));

	return true;
}

const char *
conform_template_check(struct ykt_bytes text, bool pattern)
{
	struct maker maker = { .pattern = pattern };

	if (text.len == 0 && !pattern)
		return N_("an empty command");
	(void)make(&maker, text);

	return maker.why;
}

enum ykt_status
conform_template_expand(struct ykt_bytes text, bool pattern, const struct conform_values *values,
    struct conform_pattern *ret_pattern)
{
	struct maker maker = { .values = values, .pattern = pattern };

	if (make(&maker, text))
		*ret_pattern = maker.out;

	return maker.status;
}

bool
conform_pattern_matches(const struct conform_pattern *pattern, struct ykt_bytes data)
{
	if (data.len < pattern->len || (data.len > pattern->len && !pattern->open))
		return false;
	for (size_t i = 0; i < pattern->len; i++)
		if (((data.data[i] ^ pattern->value[i]) & pattern->mask[i]) != 0)
			return false;

	return true;
}
