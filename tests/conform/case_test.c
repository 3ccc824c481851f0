/*
 * Reading case files, templates and patterns: what is taken and what is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conform/case.h"
#include "conform/template.h"

#define HEAD_REST "title: t\ntitle-zh: t\nsource: s\ngrade: B\nneeds: purse\nwrites: yes\n"
#define HEAD      "id: A-01\n" HEAD_REST
#define STEPS     "send: 00B09500 1E\nsw: 9000 61??\ndata: {any 30}\n"

static enum ykt_status
parse(const char *text, struct conform_case *one, unsigned *line, const char **why)
{
	return conform_case_parse(ykt_bytes_str(text), one, line, why);
}

static void
a_case_is_read_whole(void **state)
{
	struct conform_case one;
	unsigned line = 0;
	const char *why = NULL;

	(void)state;
	assert_int_equal(
	    parse("# words\n" HEAD "setup: balance 500\nmoves: balance -200 offline +1\n\n"
		  "open: ssd 33\nwrap: 80F28002 [4F00] 00\nsw: 6A88\n"
		  "reset: warm\n" STEPS,
		&one, &line, &why),
	    YKT_OK);
	assert_true(ykt_bytes_equal(one.id, ykt_bytes_str("A-01")));
	assert_int_equal(one.grade, 'B');
	assert_int_equal(one.needs, CONFORM_PURSE);
	assert_true(one.writes);
	assert_int_equal(one.setup_balance, 500);
	assert_true(one.moves.asked);
	assert_int_equal(one.moves.balance, -200);
	assert_int_equal(one.moves.online, 0);
	assert_int_equal(one.moves.offline, 1);
	assert_int_equal(one.step_count, 4);
	assert_int_equal(one.steps[0].verb, CONFORM_OPEN);
	assert_true(one.steps[0].ssd);
	assert_int_equal(one.steps[0].level, 0x33);
	assert_int_equal(one.steps[1].verb, CONFORM_WRAP);
	assert_false(one.steps[1].has_data);
	assert_int_equal(one.steps[2].verb, CONFORM_RESET);
	assert_int_equal(one.steps[3].line, 16);
	assert_true(one.steps[3].has_data);
}

static const struct {
	const char *why;
	const char *text;
	unsigned line;
} refused[] = {
	{ "empty", "", 0 },
	{ "no steps", HEAD, 0 },
	{ "no id", HEAD_REST STEPS, 0 },
	{ "two ids", HEAD "id: A-01\n" STEPS, 8 },
	{ "an id in small letters", "id: a-01\n" HEAD_REST STEPS, 1 },
	{ "an empty title", "id: A\ntitle:\n" STEPS, 2 },
	{ "a grade beyond D", "grade: E\n" STEPS, 1 },
	{ "an unknown need", "needs: luck\n" STEPS, 1 },
	{ "writes perhaps", "writes: perhaps\n" STEPS, 1 },
	{ "an unknown word", HEAD "colour: red\n" STEPS, 8 },
	{ "a line without a colon", HEAD "send\n", 8 },
	{ "a head behind a step", HEAD STEPS "setup: balance 1\n", 11 },
	{ "a setup of nothing", HEAD "setup: balance 0\n" STEPS, 8 },
	{ "a setup of too much", HEAD "setup: balance 16777216\n" STEPS, 8 },
	{ "a setup and something", HEAD "setup: balance 1 2\n" STEPS, 8 },
	{ "two setups", HEAD "setup: balance 1\nsetup: balance 1\n" STEPS, 9 },
	{ "a card of nothing", HEAD "card: 0 0 3des\n" STEPS, 8 },
	{ "a card over all limits", HEAD "card: 16777215 1 3des\n" STEPS, 8 },
	{ "a card of another cipher", HEAD "card: 1 0 des\n" STEPS, 8 },
	{ "a card and something", HEAD "card: 1 0 sm4 1\n" STEPS, 8 },
	{ "moves without a sign", HEAD "moves: balance 1\n" STEPS, 8 },
	{ "moves of nothing known", HEAD "moves: weight +1\n" STEPS, 8 },
	{ "empty moves", HEAD "moves:\n" STEPS, 8 },
	{ "an sw of three digits", HEAD "send: 00B0\nsw: 900\n", 9 },
	{ "an sw that is no hex", HEAD "send: 00B0\nsw: 9x00\n", 9 },
	{ "an empty sw", HEAD "send: 00B0\nsw:\n", 9 },
	{ "a command without sw at the end", HEAD "send: 00B0\n", 0 },
	{ "a command without sw before another", HEAD "send: 00B0\nsend: 00B0\nsw: 9000\n", 9 },
	{ "sw twice", HEAD "send: 00B0\nsw: 9000\nsw: 9000\n", 10 },
	{ "data twice", HEAD STEPS "data: 00\n", 11 },
	{ "data before a step", HEAD "data: 00\n" STEPS, 8 },
	{ "sw of a reset", HEAD "reset: warm\nsw: 9000\n", 9 },
	{ "a cold reset", HEAD "reset: cold\n" STEPS, 8 },
	{ "a channel to nowhere", HEAD "open: usd 33\n" STEPS, 8 },
	{ "a channel without a level", HEAD "open: isd\n" STEPS, 8 },
	{ "an empty command", HEAD "send:\nsw: 9000\n", 8 },
	{ "a bad template", HEAD "send: 00{nothing}\nsw: 9000\n", 8 },
	{ "again of something", HEAD "again: first\nsw: 9000\n", 8 },
	{ "a setup that does not write",
	    "id: A\ntitle: t\ntitle-zh: t\nsource: s\ngrade: A\nneeds: purse\nwrites: no\n"
	    "setup: balance 1\n" STEPS,
	    0 },
	{ "moves of any card",
	    "id: A\ntitle: t\ntitle-zh: t\nsource: s\ngrade: A\nneeds: any\nwrites: no\n"
	    "moves: none\n" STEPS,
	    0 },
	{ "a stranger's card written to",
	    "id: A\ntitle: t\ntitle-zh: t\nsource: s\ngrade: A\nneeds: any\nwrites: yes\n" STEPS,
	    0 },
};

static void
what_is_no_case_is_refused_with_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(refused); i++) {
		struct conform_case one = { .grade = 'X' };
		unsigned line = 999;
		const char *why = NULL;

		if (parse(refused[i].text, &one, &line, &why) != YKT_E_FORMAT ||
		    line != refused[i].line || why == NULL || one.grade != 'X')
			fail_msg("%s: line %u, %s", refused[i].why, line, why != NULL ? why : "-");
	}
}

static void
limits_are_kept(void **state)
{
	static char text[CONFORM_TEXT_MAX + 2];
	struct conform_case one = { .grade = 'X' };
	unsigned line = 0;
	const char *why = NULL;
	size_t len;

	(void)state;
	memset(text, '\n', CONFORM_TEXT_MAX + 1);
	assert_int_equal(parse(text, &one, &line, &why), YKT_E_FORMAT);
	assert_string_equal(why, "too long");
	len = (size_t)snprintf(text, sizeof(text), "%s", HEAD);
	for (size_t i = 0; i <= CONFORM_STEPS_MAX; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "reset: warm\n");
	assert_int_equal(parse(text, &one, &line, &why), YKT_E_FORMAT);
	assert_string_equal(why, "too many steps");
	assert_int_equal(one.grade, 'X');
}

static void
status_words_match_by_nibble(void **state)
{
	struct ykt_bytes words = ykt_bytes_str("6A8? 9000");

	(void)state;
	assert_true(conform_sw_matches(words, 0x9000));
	assert_true(conform_sw_matches(words, 0x6A82));
	assert_false(conform_sw_matches(words, 0x6A92));
	assert_false(conform_sw_matches(words, 0x9001));
}

/* Values: the balance is 00001388, everything else is not known. */
static enum ykt_status
get(void *ctx, const struct conform_value *value, struct ykt_bytes so_far, struct ykt_buf *out)
{
	(void)ctx;
	(void)so_far;
	if (value->name != CONFORM_VALUE_BALANCE && value->name != CONFORM_VALUE_SM_MAC)
		return YKT_NOT_FOUND;
	ykt_put_u32(out, (uint32_t)(5000 + value->delta));

	return YKT_OK;
}

static const struct conform_values values = { NULL, get };

static void
expands_to(const char *text, const char *hex)
{
	struct conform_pattern made;
	char got[2 * CONFORM_BYTES_MAX + 1];

	assert_int_equal(
	    conform_template_expand(ykt_bytes_str(text), false, &values, &made), YKT_OK);
	for (size_t i = 0; i < made.len; i++) {
		(void)snprintf(got + 2 * i, 3, "%02X", (unsigned)made.value[i]);
		assert_int_equal(made.mask[i], 0xFF);
	}
	got[2 * made.len] = '\0';
	assert_string_equal(got, hex);
}

static void
templates_become_bytes(void **state)
{
	(void)state;
	expands_to("00A4 0400", "00A40400");
	expands_to("00 [A000 [0102] 03] 00", "0006A0000201020300");
	expands_to("[]", "00");
	expands_to("{zero 3}FF", "000000FF");
	expands_to("{balance}{balance +1} {balance -5000}", "000013880000138900000000");
	expands_to("{sm-mac bad}", "00001389");
}

static void
what_cannot_be_made_is_refused(void **state)
{
	static const struct {
		const char *why;
		const char *text;
		enum ykt_status status;
	} table[] = {
		{ "one digit", "0", YKT_E_FORMAT },
		{ "small letters", "0a", YKT_E_FORMAT },
		{ "a mask in a command", "??", YKT_E_FORMAT },
		{ "dots in a command", "00...", YKT_E_FORMAT },
		{ "any in a command", "{any 1}", YKT_E_FORMAT },
		{ "an open bracket", "[00", YKT_E_FORMAT },
		{ "a bracket too many", "00]", YKT_E_FORMAT },
		{ "too deep", "[[[[[00]]]]]", YKT_E_FORMAT },
		{ "an open brace", "{balance", YKT_E_FORMAT },
		{ "an unknown value", "{weather}", YKT_E_FORMAT },
		{ "a count of none", "{zero 0}", YKT_E_FORMAT },
		{ "a count too large", "{zero 256}", YKT_E_FORMAT },
		{ "a word too many", "{balance +1 +1}", YKT_E_FORMAT },
		{ "an unknown word", "{sm-mac good}", YKT_E_FORMAT },
		{ "a byte that is none", "{authenticate 3}", YKT_E_FORMAT },
		{ "too long for brackets", "[{zero 255}00]", YKT_E_SPACE },
		{ "too long", "{zero 255}{zero 255}", YKT_E_SPACE },
		{ "a value that is not known", "{online}", YKT_NOT_FOUND },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(table); i++) {
		struct conform_pattern made = { .len = 77 };
		enum ykt_status status =
		    conform_template_expand(ykt_bytes_str(table[i].text), false, &values, &made);

		if (status != table[i].status || made.len != 77)
			fail_msg("%s: %d", table[i].why, (int)status);
		if (status != YKT_NOT_FOUND)
			assert_non_null(
			    conform_template_check(ykt_bytes_str(table[i].text), false));
	}
}

static bool
matches(const char *text, const char *data, size_t len)
{
	struct conform_pattern made;

	assert_int_equal(
	    conform_template_expand(ykt_bytes_str(text), true, &values, &made), YKT_OK);

	return conform_pattern_matches(&made, ykt_bytes(data, len));
}

static void
patterns_match_what_they_say(void **state)
{
	(void)state;
	assert_true(matches("", "", 0));
	assert_false(matches("", "\x00", 1));
	assert_true(matches("0?", "\x0F", 1));
	assert_false(matches("0?", "\x1F", 1));
	assert_true(matches("6F {any 2} 84 ...", "\x6F\x01\x02\x84\x05", 5));
	assert_true(matches("6F ...", "\x6F", 1));
	assert_false(matches("6F {any 2} 84 ...", "\x6F\x01\x02", 3));
	assert_false(matches("6F", "\x6F\x00", 2));
	assert_true(matches("[{any 2}]", "\x02\xAA\xBB", 3));
	assert_false(matches("[{any 2}]", "\x03\xAA\xBB", 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_is_read_whole),
		cmocka_unit_test(what_is_no_case_is_refused_with_its_line),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(status_words_match_by_nibble),
		cmocka_unit_test(templates_become_bytes),
		cmocka_unit_test(what_cannot_be_made_is_refused),
		cmocka_unit_test(patterns_match_what_they_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
