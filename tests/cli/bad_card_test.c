/*
 * ykt card over cards whose values cannot be (docs/bad-inputs.md 5.1): said in
 * words, never shown as money, and never read for ever.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <ykt/civil.h>
#include <ykt/hex.h>

#include "check.h"
#include "cli_check.h"

#define HEAD "6F318408A000000632010105A5259F0801029F0C1E"
#define INFO "00083010FFFFFFFF02010310483001000600000020220301204912310000"
#define FCI  HEAD INFO "9000"
#define LOG  "0001000000000000C80631000000000120260102030405"
#define TRIP                                                                                       \
	"0200003100000000010200010002000300000000C80000030020260102030405100001011000FFFFFFFF"     \
	"000000000000"
#define BYTE_1 "90"

/* What the card says to each command; NULL: 6A82. */
struct odd_card {
	const char *select;
	const char *available;
	const char *limit;
	const char *log;
	const char *trip;
	unsigned logs;
	unsigned trips;
};

static struct run the_run;
static struct odd_card the_card;

static const char *
answer_of(const uint8_t *cmd)
{
	if (cmd[1] == 0xA4)
		return the_card.select;
	if (cmd[1] == 0x5C)
		return cmd[2] == 0 ? the_card.available : the_card.limit;
	if (cmd[1] == 0xB2 && cmd[3] == 0xC4) {
		the_card.logs++;
		return the_card.log;
	}
	if (cmd[1] == 0xB2 && cmd[3] == 0xF4) {
		the_card.trips++;
		return the_card.trip;
	}

	return NULL;
}

static enum ykt_status
transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	const char *text = answer_of(cmd.data);

	(void)ctx;
	(void)deadline_mono_ms;
	if (text == NULL)
		text = "6A82";

	return ykt_hex_decode(text, strlen(text), rsp);
}

static const struct ykt_se se = { NULL, YKT_SE_CONTACTLESS, transceive, NULL };

static enum ykt_status
open_card(void *ctx, const char *address, const struct ykt_se **ret_se, const char **ret_why)
{
	(void)ctx;
	(void)address;
	(void)ret_why;
	*ret_se = &se;

	return YKT_OK;
}

static void
close_card(void *ctx)
{
	(void)ctx;
}

static int64_t
clock_now(void *ctx)
{
	const struct ykt_civil civil = { 2026, 11, 23, 8, 0, 0 };

	(void)ctx;

	return ykt_civil_to_ms(&civil);
}

static const struct cli_cards cards = { NULL, open_card, close_card };
static const struct ykt_clock test_clock = { NULL, clock_now, clock_now, NULL };

static struct odd_card
good_card(void)
{
	return (struct odd_card){ .select = FCI,
		.available = "000002E49000",
		.limit = "000000009000",
		.log = "6A83",
		.trip = "6A83" };
}

static int
run_card(const struct odd_card *card, const char *command)
{
	the_card = *card;
	the_run.cli.lang = MESSAGES_EN;
	the_run.cli.clock = &test_clock;
	the_run.cli.cards = &cards;

	return run_command(&the_run, command, "");
}

static void
assert_no_money(const char *why)
{
	if (strstr(the_run.out, "yuan") != NULL || strstr(the_run.out, "balance") != NULL)
		fail_msg("%s: shown as money: %s", why, the_run.out);
}

/* T-Union money is three bytes: whatever is more is no balance (card.md 1.3). */
static void
test_balances_that_cannot_be_are_not_shown(void **state)
{
	static const struct {
		const char *why;
		const char *available;
		const char *limit;
	} rows[] = {
		{ "2^32 - 1", "FFFFFFFF9000", "000000009000" },
		{ "2^31", "800000009000", "000000009000" },
		{ "2^31 - 1", "7FFFFFFF9000", "000000009000" },
		{ "one over three bytes", "010000009000", "000000009000" },
		{ "a limit of 2^32 - 1", "000002E49000", "FFFFFFFF9000" },
		{ "a limit one over three bytes", "000002E49000", "010000009000" },
		{ "three bytes", "0002E49000", "000000009000" },
		{ "five bytes", "00000002E49000", "000000009000" },
		{ "a status word only", "9000", "000000009000" },
		{ "one byte", BYTE_1, "000000009000" },
		{ "nothing", "", "000000009000" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct odd_card card = good_card();

		card.available = rows[i].available;
		card.limit = rows[i].limit;
		assert_true_why(run_card(&card, "card") == CLI_FAILED, rows[i].why);
		assert_no_money(rows[i].why);
		assert_true_why(run_card(&card, "card --json") == CLI_FAILED, rows[i].why);
		assert_no_money(rows[i].why);
		assert_true_why(the_card.logs == 0 && the_card.trips == 0, rows[i].why);
	}
	{
		struct odd_card card = good_card();

		/* The largest that can be is one. */
		card.available = "00FFFFFF9000";
		assert_int_equal(run_card(&card, "card"), CLI_OK);
		assert_non_null(strstr(the_run.out, "167772.15 yuan"));
	}
}

static void
test_dates_that_are_none_are_said_to_be_none(void **state)
{
	static const struct {
		const char *why;
		const char *dates;
		int code;
	} rows[] = {
		{ "zeros", "0000000000000000", CLI_FAILED },
		{ "no start", "0000000020491231", CLI_FAILED },
		{ "no end", "2022030100000000", CLI_FAILED },
		{ "never written", "FFFFFFFFFFFFFFFF", CLI_FAILED },
		{ "A to F in the start", "2022A30120491231", CLI_FAILED },
		{ "A to F in the end", "20220301204912F1", CLI_FAILED },
		{ "month 13", "2022130120491231", CLI_FAILED },
		{ "month 0", "2022000120491231", CLI_FAILED },
		{ "day 32", "2022030120491232", CLI_FAILED },
		{ "day 0", "2022030120491200", CLI_FAILED },
		{ "good ones", "2022030120491231", CLI_OK },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct odd_card card = good_card();
		char fci[160];

		(void)snprintf(fci, sizeof(fci),
		    HEAD "00083010FFFFFFFF020103104830010006000000%s00009000", rows[i].dates);
		card.select = fci;
		if (run_card(&card, "card") != rows[i].code)
			fail_msg("%s: %s", rows[i].why, the_run.err);
		assert_true_why(
		    (strstr(the_run.err, "no dates") != NULL) == (rows[i].code == CLI_FAILED),
		    rows[i].why);
	}
}

static void
test_numbers_that_are_none_stop_the_reading(void **state)
{
	static const struct {
		const char *why;
		const char *fci;
	} rows[] = {
		{ "letters in it", HEAD "00083010FFFFFFFF02010310483001000600ABCD"
					"20220301204912310000"
					"9000" },
		{ "never written", HEAD "00083010FFFFFFFF0201FFFFFFFFFFFFFFFFFFFF"
					"20220301204912310000"
					"9000" },
		{ "file 15 a byte short", "6F308408A000000632010105A5249F0801029F0C1D"
					  "00083010FFFFFFFF020103104830010006000000"
					  "202203012049123100"
					  "9000" },
		{ "no TLV at all", "0101060201000303000000"
				   "9000" },
		{ "one byte", BYTE_1 },
		{ "nothing", "" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct odd_card card = good_card();

		card.select = rows[i].fci;
		assert_true_why(run_card(&card, "card") == CLI_FAILED, rows[i].why);
		assert_string_equal(the_run.out, "");
		assert_true_why(the_card.logs == 0, rows[i].why);
	}
}

/* A cyclic file has ten records, or thirty, whatever the card says. */
static void
test_a_file_without_end_is_read_to_its_own(void **state)
{
	struct odd_card card = good_card();
	json_t *json;

	(void)state;
	card.log = LOG "9000";
	card.trip = TRIP "9000";
	assert_int_equal(run_card(&card, "card --json"), CLI_OK);
	assert_int_equal(the_card.logs, 10);
	assert_int_equal(the_card.trips, 30);
	json = run_json(&the_run, 0);
	assert_int_equal(json_array_size(json_object_get(json, "log")), 10);
	assert_int_equal(json_array_size(json_object_get(json, "trips")), 30);
	json_decref(json);
}

static void
test_records_of_another_form_are_left_out(void **state)
{
	static const struct {
		const char *why;
		const char *log;
		const char *trip;
		unsigned odd;
	} rows[] = {
		{ "a byte short", "0001000000000000C806310000000001202601020304", "0200", 40 },
		{ "a byte long", LOG "00", TRIP "00", 40 },
		{ "no data", "", "", 40 },
		{ "the other file's", TRIP, LOG, 40 },
		{ "FF all over", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
		    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
		    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
		    0 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct odd_card card = good_card();
		char log[120], trip[120], left_out[24];

		(void)snprintf(log, sizeof(log), "%s9000", rows[i].log);
		(void)snprintf(trip, sizeof(trip), "%s9000", rows[i].trip);
		(void)snprintf(left_out, sizeof(left_out), "left out: %u", rows[i].odd);
		card.log = log;
		card.trip = trip;
		assert_true_why(run_card(&card, "card") == CLI_OK, rows[i].why);
		assert_non_null(strstr(the_run.out, "No transactions"));
		assert_non_null(strstr(the_run.out, "No trips"));
		assert_true_why(
		    (strstr(the_run.out, left_out) != NULL) == (rows[i].odd > 0), rows[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_balances_that_cannot_be_are_not_shown),
		cmocka_unit_test(test_dates_that_are_none_are_said_to_be_none),
		cmocka_unit_test(test_numbers_that_are_none_stop_the_reading),
		cmocka_unit_test(test_a_file_without_end_is_read_to_its_own),
		cmocka_unit_test(test_records_of_another_form_are_left_out),
	};

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 1;

	return cmocka_run_group_tests(tests, NULL, NULL);
}
