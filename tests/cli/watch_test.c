/*
 * ykt watch with a scripted element: what is shown was read, a hint that is lost
 * or nonsense does no harm.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "cli_check.h"
#include "link/se_script.h"

#define INFO        "00083010FFFFFFFF02010310483001000600000020220301204912310000"
#define FCI         "6F318408A000000632010105A5259F0801029F0C1E" INFO "9000"
#define SELECT_105  "00A4040008 A000000632010105 00"
#define AID_CITY    "A0000006320101059901"
#define SELECT_CITY "00A404000A" AID_CITY "00"
#define ASK         "FF72000000"
#define NONE        "9000"
#define TAP         "0A" AID_CITY "02029000060000000000000000 9000"
#define BALANCE     "805C000204"
#define LIMIT       "805C010204"

#define SEES(select, fen)                                                                          \
	{ "select", select, FCI }, { "balance", BALANCE, fen "9000" },                             \
	{                                                                                          \
		"limit", LIMIT, "000000009000"                                                     \
	}

static struct run the_run;
static struct se_script the_script;
static const struct se_script_step *the_steps;
static int64_t now_ms;
static int64_t stop_ms;

static enum ykt_status
open_script(void *ctx, const char *address, const struct ykt_se **ret_se, const char **ret_why)
{
	(void)ctx;
	(void)address;
	(void)ret_why;
	se_script_init(&the_script, YKT_SE_WIRED, the_steps);
	*ret_se = &the_script.se;

	return YKT_OK;
}

static enum ykt_status
open_nothing(void *ctx, const char *address, const struct ykt_se **ret_se, const char **ret_why)
{
	(void)ctx;
	(void)ret_se;
	*ret_why = "There is no card in the reader.";

	return strcmp(address, "nonsense") == 0 ? YKT_E_ARG : YKT_NOT_FOUND;
}

static void
close_nothing(void *ctx)
{
	(void)ctx;
}

static const struct cli_cards scripted = { NULL, open_script, close_nothing };
static const struct cli_cards none = { NULL, open_nothing, close_nothing };

static int64_t
clock_now(void *ctx)
{
	(void)ctx;

	return now_ms;
}

static enum ykt_status
clock_wait(void *ctx, int64_t until_mono_ms)
{
	(void)ctx;
	now_ms = until_mono_ms;

	return now_ms >= stop_ms ? YKT_E_DOWN : YKT_OK;
}

static const struct ykt_clock hand_clock = { NULL, clock_now, clock_now, clock_wait };

/* Runs until the script is told to stop, after ms. */
static int
run_watch(const struct se_script_step *steps, const char *command, int64_t ms)
{
	int code;

	the_steps = steps;
	now_ms = 1000;
	stop_ms = now_ms + ms;
	the_run.cli.lang = MESSAGES_EN;
	the_run.cli.clock = &hand_clock;
	the_run.cli.cards = &scripted;
	code = run_command(&the_run, command, "");
	if (se_script_end(&the_script) != NULL)
		fail_msg("%s", se_script_end(&the_script));

	return code;
}

/* The lines, each by its balance alone, in one string. */
static const char *
balances(void)
{
	static char text[256];
	const char *at = the_run.out;

	text[0] = '\0';
	while ((at = strstr(at, "3104830010006000000  Balance ")) != NULL) {
		at += strlen("3104830010006000000  Balance ");
		strncat(text, at, strcspn(at, "\n") + 1);
	}

	return text;
}

static void
test_each_tap_is_read_and_shown(void **state)
{
	static const struct se_script_step steps[] = {
		{ "ask", ASK, NONE },
		SEES(SELECT_105, "00002710"),
		{ "ask", ASK, NONE },
		{ "ask", ASK, TAP },
		SEES(SELECT_CITY, "000026AC"),
		{ "ask", ASK, TAP },
		/* Another fare of nothing is a tap too. */
		SEES(SELECT_CITY, "000026AC"),
		{ 0 },
	};

	(void)state;
	assert_int_equal(run_watch(steps, "watch --count 2 socket:x", 60000), CLI_OK);
	assert_string_equal(balances(), "100.00 yuan\n99.00 yuan\n99.00 yuan\n");
	assert_string_equal(the_run.err, "");
}

/* The event says 1 fen; the card says what is true. The card is busy at first. */
static void
test_an_event_is_a_hint(void **state)
{
	static const struct se_script_step steps[] = {
		{ "ask", ASK, NONE },
		SEES(SELECT_105, "00002710"),
		{ "ask", ASK, "0A" AID_CITY "020290000600000063000000010000000000000200 9000" },
		{ "a tap is going on", SELECT_CITY, "6985" },
		{ "ask", ASK, NONE },
		{ "the answer is lost", SELECT_CITY, NULL },
		{ "ask", ASK, NONE },
		SEES(SELECT_CITY, "000026AD"),
		{ "nonsense for an event", ASK, "FF00 9000" },
		SEES(SELECT_105, "000026AD"),
		{ 0 },
	};

	(void)state;
	assert_int_equal(run_watch(steps, "watch --count 2 socket:x", 60000), CLI_OK);
	assert_string_equal(balances(), "100.00 yuan\n99.01 yuan\n99.01 yuan\n");
}

/* 75 times no event, then the look without one: shown when the balance is another. */
static void
test_a_lost_event_does_no_harm(void **state)
{
	static struct se_script_step steps[100];
	const struct se_script_step first[] = { SEES(SELECT_105, "00002710") };
	const struct se_script_step second[] = { SEES(SELECT_105, "000026AC") };
	size_t count = 0;

	(void)state;
	for (unsigned polls = 0; polls < 76; polls++) {
		steps[count++] = (struct se_script_step){ "ask", ASK, NONE };
		if (polls != 0 && polls != 75)
			continue;
		memcpy(steps + count, polls == 0 ? first : second, sizeof(first));
		count += 3;
	}
	assert_int_equal(run_watch(steps, "watch --count 1 socket:x", 60000), CLI_OK);
	assert_string_equal(balances(), "100.00 yuan\n99.00 yuan\n");
}

static void
test_who_knows_no_events_is_not_watched(void **state)
{
	static const char *const answers[] = { "6E00", "6D00", "6982", "6A88" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(answers); i++) {
		const struct se_script_step steps[] = { { "ask", ASK, answers[i] }, { 0 } };

		assert_int_equal(run_watch(steps, "watch socket:x", 60000), CLI_FAILED);
		assert_string_equal(the_run.out, "");
		assert_string_equal(the_run.err, "Nobody at that address tells of taps.\n");
	}
}

static void
test_it_ends_when_it_is_told_to(void **state)
{
	static const struct se_script_step steps[] = {
		{ "ask", ASK, NONE },
		SEES(SELECT_105, "00002710"),
		{ "ask", ASK, NONE },
		{ 0 },
	};

	(void)state;
	assert_int_equal(run_watch(steps, "watch socket:x", 400), CLI_OK);
	assert_string_equal(balances(), "100.00 yuan\n");
}

static void
test_wrong_command_lines(void **state)
{
	static const char *const rows[] = { "watch", "watch --count socket:x", "watch --count 0 x",
		"watch --count -1 x", "watch --count 1x x", "watch --count 1000001 x", "watch x y",
		"watch --loud x", "watch x --count" };

	(void)state;
	the_run.cli.lang = MESSAGES_EN;
	the_run.cli.clock = &hand_clock;
	the_run.cli.cards = &none;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_int_equal(run_command(&the_run, rows[i], ""), CLI_USAGE);
		assert_string_equal(the_run.out, "");
	}
	assert_int_equal(run_command(&the_run, "watch nonsense", ""), CLI_USAGE);
	assert_int_equal(run_command(&the_run, "watch socket:x", ""), CLI_NO_CARD);
	assert_int_equal(run_command(&the_run, "watch --help", ""), CLI_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_tap_is_read_and_shown),
		cmocka_unit_test(test_an_event_is_a_hint),
		cmocka_unit_test(test_a_lost_event_does_no_harm),
		cmocka_unit_test(test_who_knows_no_events_is_not_watched),
		cmocka_unit_test(test_it_ends_when_it_is_told_to),
		cmocka_unit_test(test_wrong_command_lines),
	};

	return cmocka_run_group_tests_name("cli: watch", tests, NULL, NULL);
}
