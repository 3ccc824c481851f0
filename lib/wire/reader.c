/*
 * The pull reader: structure, numbers, words and hex. Strings are in text.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "wire/reader.h"
#include "wire/text.h"

void
wire_rd_init(struct wire_rd *rd, struct ykt_bytes json)
{
	*rd = (struct wire_rd){ .p = json.data, .end = json.data, .bad = json.len == 0 };
	if (json.len != 0)
		rd->end = json.data + json.len;
}

static void
skip_blanks(struct wire_rd *rd)
{
	while (rd->p < rd->end &&
	       (*rd->p == ' ' || *rd->p == '\n' || *rd->p == '\r' || *rd->p == '\t'))
		rd->p++;
}

/* The next byte that is no blank, not taken; 0 at the end and when bad. */
static uint8_t
peek(struct wire_rd *rd)
{
	if (rd->bad)
		return 0;
	skip_blanks(rd);

	return rd->p < rd->end ? *rd->p : 0;
}

static void
take(struct wire_rd *rd, uint8_t byte)
{
	if (peek(rd) != byte)
		rd->bad = true;
	else
		rd->p++;
}

bool
wire_rd_done(struct wire_rd *rd)
{
	if (rd->bad)
		return false;
	skip_blanks(rd);

	return rd->p == rd->end;
}

void
wire_rd_enter(struct wire_rd *rd, uint8_t open)
{
	take(rd, open);
	if (rd->depth >= WIRE_DEPTH_MAX)
		rd->bad = true;
	rd->depth++;
}

bool
wire_rd_next(struct wire_rd *rd, uint8_t close, bool *first)
{
	uint8_t byte = peek(rd);

	if (rd->bad)
		return false;
	if (byte == close) {
		rd->p++;
		rd->depth--;
		return false;
	}
	if (!*first)
		take(rd, ',');
	*first = false;
	/* A comma right before the end is no element. */
	if (peek(rd) == close)
		rd->bad = true;

	return !rd->bad;
}

void
wire_rd_quote(struct wire_rd *rd)
{
	take(rd, '"');
}

void
wire_rd_key(struct wire_rd *rd, char key[WIRE_KEY_MAX + 1])
{
	bool whole;

	key[0] = '\0';
	wire_rd_quote(rd);
	whole = wire_text_take(rd, key, WIRE_KEY_MAX + 1);
	if (!whole || rd->bad)
		key[0] = '\0';
	take(rd, ':');
}

void
wire_rd_text(struct wire_rd *rd, char *out, size_t size)
{
	wire_rd_quote(rd);
	if (!wire_text_take(rd, out, size))
		rd->bad = true;
	if (rd->bad)
		out[0] = '\0';
}

void
wire_rd_text_cut(struct wire_rd *rd, char *out, size_t size)
{
	wire_rd_quote(rd);
	(void)wire_text_take(rd, out, size);
	if (rd->bad)
		out[0] = '\0';
}

static bool
is_digit(const struct wire_rd *rd)
{
	return rd->p < rd->end && *rd->p >= '0' && *rd->p <= '9';
}

/* Digits up to 2^63; more, or none, or a leading zero, is bad. */
static uint64_t
take_digits(struct wire_rd *rd)
{
	const uint64_t most = UINT64_C(1) << 63;
	const uint8_t *start = rd->p;
	uint64_t value = 0;

	while (is_digit(rd)) {
		uint64_t digit = (uint64_t)(*rd->p - '0');

		if (value > (most - digit) / 10) {
			rd->bad = true;
			return 0;
		}
		value = value * 10 + digit;
		rd->p++;
	}
	if (rd->p == start || (rd->p - start > 1 && *start == '0'))
		rd->bad = true;

	return value;
}

int64_t
wire_rd_int(struct wire_rd *rd, int64_t min, int64_t max)
{
	bool negative = peek(rd) == '-';
	uint64_t size;
	int64_t value;

	if (negative)
		rd->p++;
	if (rd->bad)
		return 0;
	size = take_digits(rd);
	/* 1.0 and 1e2 are whole numbers to mathematics, and floats to JSON. */
	if (rd->p < rd->end && (*rd->p == '.' || *rd->p == 'e' || *rd->p == 'E'))
		rd->bad = true;
	if (negative ? size == 0 : size > INT64_MAX)
		rd->bad = true;
	if (rd->bad)
		return 0;
	value = negative ? -(int64_t)(size - 1) - 1 : (int64_t)size;
	if (value < min || value > max) {
		rd->bad = true;
		return 0;
	}

	return value;
}

static bool
take_word(struct wire_rd *rd, const char *word)
{
	size_t len = strlen(word);

	if (rd->bad || (size_t)(rd->end - rd->p) < len || memcmp(rd->p, word, len) != 0)
		return false;
	rd->p += len;

	return true;
}

bool
wire_rd_bool(struct wire_rd *rd)
{
	(void)peek(rd);
	if (take_word(rd, "true"))
		return true;
	if (!take_word(rd, "false"))
		rd->bad = true;

	return false;
}

/* Any number of the grammar; its size does not matter, nobody keeps it. */
static void
skip_number(struct wire_rd *rd)
{
	const uint8_t *start;

	if (*rd->p == '-')
		rd->p++;
	start = rd->p;
	while (is_digit(rd))
		rd->p++;
	if (rd->p == start || (rd->p - start > 1 && *start == '0'))
		rd->bad = true;
	if (rd->p < rd->end && *rd->p == '.') {
		start = ++rd->p;
		while (is_digit(rd))
			rd->p++;
		rd->bad |= rd->p == start;
	}
	if (rd->p < rd->end && (*rd->p == 'e' || *rd->p == 'E')) {
		rd->p++;
		if (rd->p < rd->end && (*rd->p == '+' || *rd->p == '-'))
			rd->p++;
		start = rd->p;
		while (is_digit(rd))
			rd->p++;
		rd->bad |= rd->p == start;
	}
}

static void
skip_scalar(struct wire_rd *rd)
{
	uint8_t byte = peek(rd);

	if (byte == '"') {
		rd->p++;
		(void)wire_text_take(rd, NULL, 0);
	} else if (byte == '-' || is_digit(rd)) {
		skip_number(rd);
	} else if (!take_word(rd, "true") && !take_word(rd, "false") && !take_word(rd, "null")) {
		rd->bad = true;
	}
}

struct ykt_bytes
wire_rd_skip(struct wire_rd *rd)
{
	uint32_t objects = 0; /* one bit a level: an object, not a list */
	uint32_t firsts = 0;  /* one bit a level: nothing of it was read yet */
	unsigned level = 0;
	uint8_t byte = peek(rd);
	const uint8_t *start = rd->p;
	char key[WIRE_KEY_MAX + 1];

	static_assert(WIRE_DEPTH_MAX <= 32, "a bit a level");
	do {
		byte = peek(rd);
		if (byte == '{' || byte == '[') {
			wire_rd_enter(rd, byte);
			objects = objects << 1 | (byte == '{');
			firsts = firsts << 1 | 1;
			level++;
		} else {
			skip_scalar(rd);
		}
		/* Leaves what ends here; stops in front of the next value. */
		while (level > 0 && !rd->bad) {
			bool first = (firsts & 1) != 0;
			bool more = wire_rd_next(rd, (objects & 1) != 0 ? '}' : ']', &first);

			firsts &= ~UINT32_C(1);
			if (more && (objects & 1) != 0)
				wire_rd_key(rd, key);
			if (more)
				break;
			objects >>= 1;
			firsts >>= 1;
			level--;
		}
	} while (level > 0 && !rd->bad);

	return rd->bad ? ykt_bytes(NULL, 0) : ykt_bytes(start, (size_t)(rd->p - start));
}

struct ykt_bytes
wire_rd_object(struct wire_rd *rd)
{
	if (peek(rd) != '{')
		rd->bad = true;

	return wire_rd_skip(rd);
}
