/*
 * Names of places and cards, and texts in Chinese.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/names.h"

#include <string.h>

#include <ykt/hex.h>

#include "check.h"

static struct record_trip
trip_of(const char *hex)
{
	uint8_t raw[RECORD_TRIP_LEN];
	struct ykt_buf out = YKT_BUF(raw);
	struct record_trip trip;

	assert_status(ykt_hex_decode(hex, strlen(hex), &out), YKT_OK);
	assert_status(record_trip_decode(ykt_buf_view(&out), &trip), YKT_OK);

	return trip;
}

/* Real records whose makers wrote down where they were. */
static void
test_places_of_real_records(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
		const char *line;
		const char *station;
	} rows[] = {
		{ "Beijing T1, six digits",
		    "040000300799000004014F0015004F000000000190000008"
		    "5C20210101175639100001011000FFFFFFFF000000000000",
		    "亦庄T1线", "定海园" },
		{ "Xi'an line 6, eight digits",
		    "037910413106112164010006002F00000000000000000008"
		    "5C20201228100911791002017910FFFFFFFF000000000000",
		    "6号线", "科技路" },
		{ "Xi'an make-up, written as a bus",
		    "00791000000425025F020004002500000000000000000004"
		    "4C20200723104639791012017910FFFFFFFF000000000000",
		    "4号线", "大唐芙蓉园" },
		{ "Beijing bus whose line begins like a metro line",
		    "0400000180090007980271A200230012000000001900000E"
		    "9D20221030150326100011011000FFFFFFFF000000000000",
		    "", "" },
		{ "a city without a table",
		    "030000000002140702420002021400010000000000000004"
		    "4C19911009202505361012273610FFFFFFFF000000000000",
		    "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct record_trip trip = trip_of(rows[i].hex);
		struct names_place place = names_place(&trip);

		if (strcmp(place.line, rows[i].line) != 0 ||
		    strcmp(place.station, rows[i].station) != 0)
			fail_msg("%s: %s %s", rows[i].why, place.line, place.station);
	}
}

static void
test_cards_by_number_then_by_issuer(void **state)
{
	static const uint8_t beijing[8] = { 0x01, 0x01, 0x10, 0x00, 0xFF, 0xFF, 0xFF, 0xFF };
	static const uint8_t nobody[8] = { 0 };

	(void)state;
	assert_string_equal(names_card("3105170000000000001", beijing), "北京互通卡");
	assert_string_equal(names_card("3105170020110000001", beijing), "北京市郊铁路一卡通");
	assert_string_equal(names_card("9999", beijing), "北京互通卡");
	assert_null(names_card("9999", nobody));
}

static void
test_places_by_the_field_of_a_screen(void **state)
{
	static const struct {
		const char *why;
		const char *stop;
		const char *station;
	} rows[] = {
		{ "a metro station", "9901000100090001010000310000000007", "火车站" },
		{ "of no trip", "", "" },
		{ "a byte short", "99010001000900010100003100000000", "" },
		{ "a byte long", "990100010009000101000031000000000700", "" },
		{ "no hex", "99010001000900010100003100000000zz", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(names_stop(rows[i].stop).station, rows[i].station) != 0)
			fail_msg("%s: %s", rows[i].why, names_stop(rows[i].stop).station);
	}
}

static void
test_cities_in_both_languages(void **state)
{
	static const uint8_t xian[2] = { 0x79, 0x10 };
	static const uint8_t nowhere[2] = { 0xFF, 0xFF };

	(void)state;
	assert_string_equal(names_city(xian, MESSAGES_EN), "Xi'an");
	assert_string_equal(names_city(xian, MESSAGES_ZH), "西安");
	assert_null(names_city(nowhere, MESSAGES_EN));
}

static void
test_language_follows_the_locale(void **state)
{
	(void)state;
	assert_int_equal(messages_lang_of("zh_CN.UTF-8"), MESSAGES_ZH);
	assert_int_equal(messages_lang_of("zh"), MESSAGES_ZH);
	assert_int_equal(messages_lang_of("en_US.UTF-8"), MESSAGES_EN);
	assert_int_equal(messages_lang_of("C"), MESSAGES_EN);
	assert_int_equal(messages_lang_of(NULL), MESSAGES_EN);
	assert_string_equal(messages_text(MESSAGES_ZH, "Balance"), "余额");
	assert_string_equal(messages_text(MESSAGES_EN, "Balance"), "Balance");
	assert_string_equal(messages_text(MESSAGES_ZH, "not translated"), "not translated");
	assert_string_equal(messages_text(MESSAGES_ZH, ""), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places_of_real_records),
		cmocka_unit_test(test_places_by_the_field_of_a_screen),
		cmocka_unit_test(test_cards_by_number_then_by_issuer),
		cmocka_unit_test(test_cities_in_both_languages),
		cmocka_unit_test(test_language_follows_the_locale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
