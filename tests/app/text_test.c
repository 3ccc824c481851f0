/*
 * What is computed for the eye: tables of values and what is shown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include "app/text.h"

#define NOON_UTC8 1795406400000 /* 2026-11-23 12:00:00 in UTC+8 */
#define HOUR      3600000LL

/* Compares a new text and frees it. */
#define assert_text(made, expected)                                                                \
	do {                                                                                       \
		g_autofree char *text_ = (made);                                                   \
		assert_string_equal(text_, expected);                                              \
	} while (0)

static void
money_has_its_sign_before_the_currency(void **state)
{
	(void)state;
	assert_text(app_text_money(0), "¥0.00");
	assert_text(app_text_money(1), "¥0.01");
	assert_text(app_text_money(-305), "-¥3.05");
	assert_text(app_text_change(5000, TRUE), "+¥50.00");
	assert_text(app_text_change(200, FALSE), "-¥2.00");
	assert_text(app_text_change(-200, FALSE), "-¥2.00");
	assert_text(app_text_change(0, FALSE), "¥0.00");
}

static void
days_are_those_of_utc8(void **state)
{
	(void)state;
	assert_text(app_text_day(NOON_UTC8 - HOUR, NOON_UTC8), "Today");
	assert_text(app_text_day(NOON_UTC8 - 12 * HOUR, NOON_UTC8), "Today");
	assert_text(app_text_day(NOON_UTC8 - 12 * HOUR - 1, NOON_UTC8), "Yesterday");
	assert_text(app_text_day(NOON_UTC8 - 48 * HOUR, NOON_UTC8), "2026-11-21");
	/* A clock that is behind the card's shows a date, not a wrong word. */
	assert_text(app_text_day(NOON_UTC8 + 24 * HOUR, NOON_UTC8), "2026-11-24");
	assert_text(app_text_time(NOON_UTC8), "2026-11-23 12:00");
	assert_text(app_text_clock(NOON_UTC8), "12:00");
}

static void
a_masked_number_shows_and_says_its_end(void **state)
{
	(void)state;
	assert_text(app_text_card_tail("310599*********0012"), "•••• 0012");
	assert_text(app_text_card_tail(""), "");
	assert_text(app_text_card_tail(NULL), "");
	assert_text(app_text_card_tail("012"), "");
	assert_text(app_text_card_spoken("310599*********0012"), "0 0 1 2");
	assert_text(app_text_card_spoken(""), "");
}

static void
a_field_shows_what_its_kind_says(void **state)
{
	AppField field = { (char *)"amount", (char *)"Amount", NULL, 1250, YKT_FIELD_MONEY };

	(void)state;
	assert_text(app_text_field(&field), "¥12.50");
	field = (AppField){ (char *)"time", (char *)"Time", NULL, NOON_UTC8, YKT_FIELD_TIME };
	assert_text(app_text_field(&field), "2026-11-23 12:00");
	field = (AppField){ (char *)"pin", (char *)"PIN", (char *)"1234", 0, YKT_FIELD_SECRET };
	assert_text(app_text_field(&field), "");
	field = (AppField){ (char *)"record.kind", (char *)"What", (char *)"top-up", 0,
		YKT_FIELD_TEXT };
	assert_text(app_text_field(&field), "Top-up");
	field = (AppField){ (char *)"for", (char *)"For", (char *)"top-up", 0, YKT_FIELD_TEXT };
	assert_text(app_text_field(&field), "Top-up");
	field = (AppField){ (char *)"to", (char *)"Where to", (char *)"the way it was paid", 0,
		YKT_FIELD_TEXT };
	assert_text(app_text_field(&field), "The way it was paid");
	field = (AppField){ (char *)"bank.default", (char *)"Pays by default", (char *)"yes", 0,
		YKT_FIELD_TEXT };
	assert_text(app_text_field(&field), "Yes");
	field = (AppField){ (char *)"name", (char *)"Name", (char *)"ride", 0, YKT_FIELD_TEXT };
	assert_text(app_text_field(&field), "ride");
	field = (AppField){ (char *)"name", (char *)"Name", NULL, 0, YKT_FIELD_TEXT };
	assert_text(app_text_field(&field), "");
}

static void
money_comes_in_by_top_ups_and_refunds(void **state)
{
	(void)state;
	assert_true(app_text_comes_in("top-up"));
	assert_true(app_text_comes_in("refund"));
	assert_false(app_text_comes_in("ride"));
	assert_false(app_text_comes_in(""));
}

static void
a_countdown_stays_between_full_and_empty(void **state)
{
	(void)state;
	assert_true(app_text_left(1000, 2000, 500) >= 1);
	assert_true(
	    app_text_left(1000, 2000, 1500) > 0.49 && app_text_left(1000, 2000, 1500) < 0.51);
	assert_true(app_text_left(1000, 2000, 2000) <= 0);
	assert_true(app_text_left(1000, 2000, 9000) <= 0);
	assert_true(app_text_left(2000, 1000, 1500) <= 0);
}

static void
a_title_begins_with_a_capital(void **state)
{
	(void)state;
	assert_text(app_text_title("top-up"), "Top-up");
	assert_text(app_text_title("充值"), "充值");
	assert_text(app_text_title(""), "");
	assert_text(app_text_title(NULL), "");
}

static void
a_place_is_a_city_or_nothing(void **state)
{
	(void)state;
	assert_text(app_text_city("1000"), "Beijing");
	assert_text(app_text_city("9901"), "City A (demonstration)");
	assert_text(app_text_city("0000"), "0000");
	assert_text(app_text_place("9901 310000000001"), "City A (demonstration)");
	assert_text(app_text_place("310000000001"), "");
	assert_text(app_text_place("99"), "");
	assert_text(app_text_place(""), "");
}

static void
a_stop_is_a_station_that_a_table_knows(void **state)
{
	(void)state;
	assert_text(app_text_stop("9901000100090001010000310000000007"), "1号线 火车站");
	assert_text(app_text_stop("9902000100010001020000310000000101"), "1路 江边");
	/* The line alone is no station. */
	assert_text(app_text_stop("9901000100770001010000310000000007"), "");
	/* Six digits of a metro mean nothing for a bus. */
	assert_text(app_text_stop("1000010001790007010000310000000007"), "1号线 高井");
	assert_text(app_text_stop("1000010001790007020000310000000007"), "");
	assert_text(app_text_stop("99010001000900010100003100000000"), "");
	assert_text(app_text_stop(""), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(money_has_its_sign_before_the_currency),
		cmocka_unit_test(days_are_those_of_utc8),
		cmocka_unit_test(a_masked_number_shows_and_says_its_end),
		cmocka_unit_test(a_field_shows_what_its_kind_says),
		cmocka_unit_test(money_comes_in_by_top_ups_and_refunds),
		cmocka_unit_test(a_countdown_stays_between_full_and_empty),
		cmocka_unit_test(a_title_begins_with_a_capital),
		cmocka_unit_test(a_place_is_a_city_or_nothing),
		cmocka_unit_test(a_stop_is_a_station_that_a_table_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
