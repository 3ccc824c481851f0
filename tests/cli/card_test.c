/*
 * ykt card with a scripted card: a real one, and everything that can be wrong
 * with one (reliability 5.1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <ykt/civil.h>

#include "check.h"
#include "cli/card_view.h"
#include "cli_check.h"
#include "link/se_script.h"

#define STEPS_MAX 64
#define TEXT_MAX  512

/* The card of cards.json (its last digits are zeros) with two real trips. */
#define INFO "00083010FFFFFFFF02010310483001000600000020220301204912310000"
#define FCI  "6F318408A000000632010105A5259F0801029F0C1E" INFO
#define FILE17                                                                                     \
	"00000156 3200 3010 0001 01"                                                               \
	"00000000000000000000000000000000000000000000000000000000000000000000000000000000000000"   \
	"000000000000"
#define SELECT_105 "00A4040008 A000000632010105 00"
#define SELECT_107 "00A4040008 A000000632010107 00"
#define SELECT_NEW "00A4040008 A000000632101004 00"

static struct run the_run;
static struct se_script the_script;
static struct se_script_step steps[STEPS_MAX];
static char texts[STEPS_MAX][2][TEXT_MAX];
static size_t step_count;
static int64_t now_ms;

static void
step(const char *cmd, const char *rsp)
{
	assert_true(step_count + 1 < STEPS_MAX);
	snprintf(texts[step_count][0], TEXT_MAX, "%s", cmd);
	snprintf(texts[step_count][1], TEXT_MAX, "%s", rsp != NULL ? rsp : "");
	steps[step_count] = (struct se_script_step){ texts[step_count][0], texts[step_count][0],
		rsp != NULL ? texts[step_count][1] : NULL };
	step_count++;
	steps[step_count] = (struct se_script_step){ 0 };
}

static void
begin(void)
{
	const struct ykt_civil civil = { 2026, 11, 23, 8, 0, 0 };

	step_count = 0;
	now_ms = ykt_civil_to_ms(&civil);
}

/* Everything but SELECT, as the real card answers it. */
static void
rest_of_card(void)
{
	json_t *json = json_load_file(VECTORS "/cards.json", 0, NULL);
	json_t *card = json_array_get(json_object_get(json, "cards"), 0);
	char cmd[TEXT_MAX];
	char rsp[TEXT_MAX];
	json_t *row;
	size_t i;

	assert_non_null(json);
	step("00B097003C", FILE17 " 9000");
	snprintf(
	    rsp, sizeof(rsp), "%s 9000", json_string_value(json_object_get(card, "balance_p1_00")));
	step("805C000204", rsp);
	snprintf(
	    rsp, sizeof(rsp), "%s 9000", json_string_value(json_object_get(card, "balance_p1_01")));
	step("805C010204", rsp);
	json_array_foreach(json_object_get(card, "sfi18"), i, row)
	{
		snprintf(cmd, sizeof(cmd), "00B2%02XC400", (unsigned)i + 1);
		snprintf(rsp, sizeof(rsp), "%s 9000", json_string_value(row));
		step(cmd, rsp);
	}
	/* An entry in Beijing's metro, a slot that was never written, an exit; then the end. */
	step("00B201F400", "040000300799000004014F0015004F0000000001900000085C20210101175639"
			   "100001011000FFFFFFFF000000000000 9000");
	step("00B202F400", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
			   "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 9000");
	step("00B203F400", "037910413106112164010006002F0000000000000000000000202012281009117910"
			   "02017910FFFFFFFF000000000000 9000");
	step("00B204F400", "6A83");
	json_decref(json);
}

static enum ykt_status
open_script(void *ctx, const char *address, const struct ykt_se **ret_se, const char **ret_why)
{
	(void)ctx;
	(void)address;
	(void)ret_why;
	se_script_init(&the_script, YKT_SE_CONTACTLESS, steps);
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

static const struct ykt_clock test_clock = { NULL, clock_now, clock_now, NULL };

/* Runs ykt card over the steps; all of them must be used. */
static int
run_card(enum messages_lang lang, const char *command)
{
	int code;

	the_run.cli.lang = lang;
	the_run.cli.clock = &test_clock;
	the_run.cli.cards = &scripted;
	code = run_command(&the_run, command, "");
	if (se_script_end(&the_script) != NULL)
		fail_msg("%s", se_script_end(&the_script));

	return code;
}

static void
assert_says(const char *stream, const char *text)
{
	if (strstr(stream, text) == NULL)
		fail_msg("no \"%s\" in: %s", text, stream);
}

static void
test_real_card_in_english(void **state)
{
	(void)state;
	begin();
	step(SELECT_105, FCI " 9000");
	rest_of_card();
	assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_OK);
	assert_says(the_run.out, "3104830010006000000");
	assert_says(the_run.out, "南京市民卡 (00083010)");
	assert_says(the_run.out, "Nanjing");
	assert_says(the_run.out, "2022-03-01 – 2049-12-31");
	assert_says(the_run.out, "7.40 yuan");
	assert_says(the_run.out, "2024-03-10 19:57:19");
	assert_says(the_run.out, "compound purchase");
	assert_says(the_run.out, "-1.60");
	assert_says(the_run.out, "亦庄T1线");
	assert_says(the_run.out, "定海园");
	assert_says(the_run.out, "科技路");
	assert_string_equal(the_run.err, "");
}

static void
test_real_card_in_chinese(void **state)
{
	(void)state;
	begin();
	step(SELECT_105, FCI " 9000");
	rest_of_card();
	assert_int_equal(run_card(MESSAGES_ZH, "card"), CLI_OK);
	assert_says(the_run.out, "余额");
	assert_says(the_run.out, "7.40 元");
	assert_says(the_run.out, "南京");
	assert_says(the_run.out, "复合消费");
	assert_says(the_run.out, "进站");
	assert_says(the_run.out, "出站");
	assert_says(the_run.out, "西安");
}

static void
test_real_card_as_json(void **state)
{
	json_t *json;

	(void)state;
	begin();
	step(SELECT_105, FCI " 9000");
	rest_of_card();
	assert_int_equal(run_card(MESSAGES_EN, "card --json"), CLI_OK);
	json = run_json(&the_run, 0);
	assert_int_equal(json_integer_value(json_object_get(json, "balance")), 740);
	assert_int_equal(json_array_size(json_object_get(json, "log")), 10);
	assert_int_equal(json_array_size(json_object_get(json, "trips")), 2);
	json_decref(json);
}

static void
test_the_issuers_own_files_when_asked_for(void **state)
{
	static const char *const reads[] = { "00B0850000", "00B0860000", "00B0870000", "00B0880000",
		"00B0900000", "00B0910000", "00B0990000" };

	(void)state;
	begin();
	step(SELECT_105, FCI " 9000");
	rest_of_card();
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		step(reads[i], i == 1 ? "C1C2 9000" : "6A82");
	assert_int_equal(run_card(MESSAGES_EN, "card --files"), CLI_OK);
	assert_says(the_run.out, "C1C2");
}

/* Torn at each exchange in turn: plain words, nothing shown, its own exit code. */
static void
test_card_that_leaves_at_any_moment(void **state)
{
	size_t count;

	(void)state;
	begin();
	step(SELECT_105, FCI " 9000");
	rest_of_card();
	count = step_count;
	for (size_t torn = 0; torn < count; torn++) {
		begin();
		step(SELECT_105, FCI " 9000");
		rest_of_card();
		steps[torn].rsp = NULL;
		steps[torn + 1] = (struct se_script_step){ 0 };
		assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_TORN);
		assert_string_equal(the_run.out, "");
		assert_says(the_run.err, "Hold it still");
	}
}

static void
test_card_of_another_kind(void **state)
{
	static const char *const refusals[] = { "6A82", "6D00", "6E00", "6985" };

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		begin();
		step(SELECT_105, refusals[i]);
		step(SELECT_107, refusals[i]);
		step(SELECT_NEW, refusals[i]);
		assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_WRONG_CARD);
		assert_string_equal(the_run.out, "");
		assert_says(the_run.err, "not a T-Union card");
	}
	begin();
	step(SELECT_105, "6F0A8408A000000003000000 9000");
	assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_WRONG_CARD);
}

static void
test_purse_of_another_edition_is_found(void **state)
{
	(void)state;
	begin();
	step(SELECT_105, "6A82");
	step(SELECT_107, "6F318408A000000632010107A5259F0801029F0C1E" INFO " 9000");
	rest_of_card();
	assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_OK);
}

static void
test_blocked_card_in_each_form(void **state)
{
	static const struct {
		const char *answer;
		bool named;
	} rows[] = {
		{ FCI " 6A81", true },
		{ FCI " 6283", true },
		{ "6A81", false },
		{ "6283", false },
		{ "9303", false },
		{ "9407", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		step(SELECT_105, rows[i].answer);
		assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_BLOCKED);
		assert_says(the_run.err, "blocked");
		assert_int_equal(strstr(the_run.out, "3104830010006000000") != NULL, rows[i].named);
	}
}

static void
test_dates_are_judged(void **state)
{
	static const struct {
		const char *why;
		const char *tail; /* version, serial, dates */
		int code;
		const char *says;
	} rows[] = {
		{ "expired yesterday", "01 03104830010006000000 20220301 20261122 0000",
		    CLI_EXPIRED, "has expired" },
		{ "last day", "01 03104830010006000000 20220301 20261123 0000", CLI_OK, NULL },
		{ "first day", "01 03104830010006000000 20261123 20491231 0000", CLI_OK, NULL },
		{ "from tomorrow", "01 03104830010006000000 20261124 20491231 0000", CLI_EXPIRED,
		    "not valid yet" },
		{ "not enabled", "00 03104830010006000000 20220301 20491231 0000", CLI_EXPIRED,
		    "not enabled" },
		{ "no date", "01 03104830010006000000 2022A301 20491231 0000", CLI_FAILED,
		    "no dates" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char fci[TEXT_MAX];

		begin();
		snprintf(fci, sizeof(fci),
		    "6F318408A000000632010105A5259F0801029F0C1E 00083010FFFFFFFF02 %s 9000",
		    rows[i].tail);
		step(SELECT_105, fci);
		rest_of_card();
		if (run_card(MESSAGES_EN, "card") != rows[i].code)
			fail_msg("%s: %s", rows[i].why, the_run.err);
		if (rows[i].says != NULL)
			assert_says(the_run.err, rows[i].says);
		assert_says(the_run.out, "7.40 yuan");
	}
}

static void
test_fci_without_file15_reads_it(void **state)
{
	(void)state;
	begin();
	step(SELECT_105, "6F0F8408A000000632010105A5039F0800 9000");
	assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_FAILED); /* an empty version */
	begin();
	step(SELECT_105, "6F108408A000000632010105A5049F080102 9000");
	step("00B095001E", INFO " 9000");
	rest_of_card();
	assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_OK);
	assert_says(the_run.out, "3104830010006000000");
}

static void
test_purse_with_nonsense_is_said_to_be_one(void **state)
{
	static const struct {
		const char *why;
		const char *fci;
	} rows[] = {
		{ "status word only", "9000" },
		{ "no TLV", "00010203 9000" },
		{ "card number of letters",
		    "6F318408A000000632010105A5259F0801029F0C1E00083010FFFFFFFF0201"
		    "0310483001000600ABCD20220301204912310000 9000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		step(SELECT_105, rows[i].fci);
		assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_FAILED);
		assert_string_equal(the_run.out, "");
		assert_says(the_run.err, "not as a T-Union card must");
	}
}

static void
test_balance_that_cannot_be(void **state)
{
	static const char *const rows[] = { "FFFFFFFF 9000", "80000000 9000", "0002E4 9000",
		"9000" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		step(SELECT_105, FCI " 9000");
		step("00B097003C", "6A82");
		step("805C000204", rows[i]);
		assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_FAILED);
		assert_string_equal(the_run.out, "");
	}
}

/* A card with little: no file 17, one kind of balance, no records, an odd one. */
static void
test_card_that_offers_little(void **state)
{
	(void)state;
	begin();
	step(SELECT_105, FCI " 9000");
	step("00B097003C", "0102 9000");
	step("805C000204", "6A86");
	step("805C030204", "00000064 9000");
	step("00B201C400", "6A82");
	step("00B201F400", "0102 9000");
	step("00B202F400", "6982");
	assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_OK);
	assert_says(the_run.out, "1.00 yuan");
	assert_says(the_run.out, "No transactions");
	assert_says(the_run.out, "No trips");
	assert_says(the_run.out, "left out: 1");
}

static void
test_overdrawn_card_shows_less_than_nothing(void **state)
{
	(void)state;
	begin();
	step(SELECT_105, FCI " 9000");
	step("00B097003C", "6A82");
	step("805C000204", "00000064 9000");
	step("805C010204", "000001F4 9000");
	step("00B201C400", "6A83");
	step("00B201F400", "6A83");
	assert_int_equal(run_card(MESSAGES_EN, "card"), CLI_OK);
	assert_says(the_run.out, "-4.00 yuan");
}

static void
test_no_card_and_no_address(void **state)
{
	(void)state;
	the_run.cli.lang = MESSAGES_ZH;
	the_run.cli.clock = &test_clock;
	the_run.cli.cards = &none;
	assert_int_equal(run_command(&the_run, "card", ""), CLI_NO_CARD);
	assert_says(the_run.err, "读卡器中没有卡");
	assert_int_equal(run_command(&the_run, "card nonsense", ""), CLI_USAGE);
	assert_int_equal(run_command(&the_run, "card a b", ""), CLI_USAGE);
	assert_int_equal(run_command(&the_run, "card --bogus", ""), CLI_USAGE);
	assert_int_equal(run_command(&the_run, "card --help", ""), CLI_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_card_in_english),
		cmocka_unit_test(test_real_card_in_chinese),
		cmocka_unit_test(test_real_card_as_json),
		cmocka_unit_test(test_the_issuers_own_files_when_asked_for),
		cmocka_unit_test(test_card_that_leaves_at_any_moment),
		cmocka_unit_test(test_card_of_another_kind),
		cmocka_unit_test(test_purse_of_another_edition_is_found),
		cmocka_unit_test(test_blocked_card_in_each_form),
		cmocka_unit_test(test_dates_are_judged),
		cmocka_unit_test(test_fci_without_file15_reads_it),
		cmocka_unit_test(test_purse_with_nonsense_is_said_to_be_one),
		cmocka_unit_test(test_balance_that_cannot_be),
		cmocka_unit_test(test_card_that_offers_little),
		cmocka_unit_test(test_overdrawn_card_shows_less_than_nothing),
		cmocka_unit_test(test_no_card_and_no_address),
	};

	/* Tables need to know how wide UTF-8 is. */
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 1;

	return cmocka_run_group_tests(tests, NULL, NULL);
}
