/*
 * Civil time in UTC+8. The moments of the first table are known by other means
 * (date -u -d @SECONDS).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/bytes.h>
#include <ykt/civil.h>

#include "check.h"

static void
test_known_moments(void **state)
{
	static const struct {
		int64_t utc_ms;
		const char *text;
		const char *why;
	} rows[] = {
		{ 0, "1970-01-01 08:00:00", "the epoch is eight in the morning" },
		{ -28800000, "1970-01-01 00:00:00", "the first moment" },
		{ 57599999, "1970-01-01 23:59:59", "the last millisecond of a day" },
		{ 57600000, "1970-01-02 00:00:00", "midnight in China" },
		{ 951782400000, "2000-02-29 08:00:00", "leap day of a century" },
		{ 1709164800000, "2024-02-29 08:00:00", "leap day" },
		{ 1709251200000, "2024-03-01 08:00:00", "the day after it" },
		{ 1735660800000, "2025-01-01 00:00:00", "new year in China" },
		{ 1795392000000, "2026-11-23 08:00:00", "the example of the header" },
		{ 4107542400000, "2100-03-01 08:00:00", "2100 has no leap day" },
		{ 253402271999000, "9999-12-31 23:59:59", "the last second" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		char text[YKT_CIVIL_TEXT_MAX];
		struct ykt_civil civil = ykt_civil_from_ms(rows[i].utc_ms);

		ykt_civil_text(rows[i].utc_ms, text);
		if (strcmp(text, rows[i].text) != 0)
			fail_msg("%s: got %s, expected %s", rows[i].why, text, rows[i].text);
		assert_true_why(ykt_civil_valid(&civil), rows[i].why);
		/* Back to the whole second. */
		assert_true_why(ykt_civil_to_ms(&civil) ==
				    rows[i].utc_ms - ((rows[i].utc_ms + 28800000) % 1000),
		    rows[i].why);
	}
}

/* 8,030 years, a day at a time: no date is skipped and none comes twice. */
static void
test_each_day_follows_the_one_before(void **state)
{
	struct ykt_civil last = ykt_civil_from_ms(-28800000);
	int64_t days = 0;

	(void)state;
	for (int64_t ms = 86400000 - 28800000; ms < 253402272000000; ms += 86400000) {
		struct ykt_civil now = ykt_civil_from_ms(ms);
		bool next_day =
		    now.year == last.year && now.month == last.month && now.day == last.day + 1;
		bool next_month = now.year == last.year && now.month == last.month + 1 &&
				  now.day == 1 && last.day >= 28;
		bool next_year = now.year == last.year + 1 && now.month == 1 && now.day == 1 &&
				 last.month == 12 && last.day == 31;

		assert_true(next_day || next_month || next_year);
		assert_true(now.hour == 0 && now.minute == 0 && now.second == 0);
		assert_true(ykt_civil_to_ms(&now) == ms);
		last = now;
		days++;
	}
	assert_int_equal(last.year, 9999);
	assert_int_equal(days, 2932896);
}

static void
test_moments_outside_show_as_the_nearest_end(void **state)
{
	char text[YKT_CIVIL_TEXT_MAX];

	(void)state;
	ykt_civil_text(INT64_MIN, text);
	assert_string_equal(text, "1970-01-01 00:00:00");
	ykt_civil_text(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31 23:59:59");
}

static void
test_business_day_turns_at_midnight_in_china(void **state)
{
	char day[9];

	(void)state;
	ykt_civil_day(1795363199999, day);
	assert_string_equal(day, "20261122");
	ykt_civil_day(1795363200000, day);
	assert_string_equal(day, "20261123");
}

static void
test_bcd_both_ways(void **state)
{
	static const uint8_t raw[7] = { 0x20, 0x26, 0x11, 0x23, 0x08, 0x59, 0x07 };
	struct ykt_civil civil = { 0 };
	uint8_t again[7];

	(void)state;
	assert_true(ykt_civil_from_bcd7(raw, &civil));
	assert_int_equal(civil.year, 2026);
	assert_int_equal(civil.month, 11);
	assert_int_equal(civil.day, 23);
	assert_int_equal(civil.hour, 8);
	assert_int_equal(civil.minute, 59);
	assert_int_equal(civil.second, 7);
	ykt_civil_to_bcd7(&civil, again);
	assert_memory_equal(raw, again, 7);
}

static void
test_refuses_bcd_that_is_no_time(void **state)
{
	static const struct {
		uint8_t raw[7];
		const char *why;
	} rows[] = {
		{ { 0 }, "all zero" },
		{ { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, "all FF" },
		{ { 0x20, 0x2A, 0x11, 0x23, 0x08, 0x00, 0x00 }, "A in the year" },
		{ { 0x20, 0x26, 0x11, 0x23, 0x08, 0x00, 0x0F }, "F in the seconds" },
		{ { 0x19, 0x69, 0x12, 0x31, 0x23, 0x59, 0x59 }, "before 1970" },
		{ { 0x20, 0x26, 0x00, 0x23, 0x08, 0x00, 0x00 }, "month 0" },
		{ { 0x20, 0x26, 0x13, 0x23, 0x08, 0x00, 0x00 }, "month 13" },
		{ { 0x20, 0x26, 0x11, 0x00, 0x08, 0x00, 0x00 }, "day 0" },
		{ { 0x20, 0x26, 0x11, 0x31, 0x08, 0x00, 0x00 }, "31 November" },
		{ { 0x20, 0x26, 0x02, 0x29, 0x08, 0x00, 0x00 }, "29 February 2026" },
		{ { 0x21, 0x00, 0x02, 0x29, 0x08, 0x00, 0x00 }, "29 February 2100" },
		{ { 0x20, 0x26, 0x11, 0x23, 0x24, 0x00, 0x00 }, "hour 24" },
		{ { 0x20, 0x26, 0x11, 0x23, 0x08, 0x60, 0x00 }, "minute 60" },
		{ { 0x20, 0x26, 0x11, 0x23, 0x08, 0x00, 0x60 }, "second 60" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct ykt_civil civil = { .year = 7 };

		assert_true_why(!ykt_civil_from_bcd7(rows[i].raw, &civil), rows[i].why);
		assert_true_why(civil.year == 7 && civil.month == 0, rows[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_moments),
		cmocka_unit_test(test_each_day_follows_the_one_before),
		cmocka_unit_test(test_moments_outside_show_as_the_nearest_end),
		cmocka_unit_test(test_business_day_turns_at_midnight_in_china),
		cmocka_unit_test(test_bcd_both_ways),
		cmocka_unit_test(test_refuses_bcd_that_is_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
