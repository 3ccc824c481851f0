/*
 * One list of records out of three.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/merge.h"

#include <string.h>

#include "card/purse.h"
#include "check.h"

static struct merge merge;

static int
setup(void **state)
{
	(void)state;
	memset(&merge, 0, sizeof(merge));

	return 0;
}

static void
add_log(uint8_t type, uint8_t minute, uint32_t amount, uint8_t last)
{
	struct record_log log = { .amount = amount,
		.type = type,
		.terminal = { 0x31, 0, 0, 0, 0, last },
		.date = { 0x20, 0x26, 0x11, 0x23 },
		.time = { 0x08, minute, 0 } };
	uint8_t bytes[RECORD_LOG_LEN];

	record_log_encode(&log, bytes);
	merge_add_log(&merge, YKT_BYTES(bytes));
}

static void
add_trip(uint8_t type, uint8_t minute, uint32_t amount, uint8_t last)
{
	struct record_trip trip = { .type = type,
		.terminal = { 0, 0, 0x31, 0, 0, 0, 0, last },
		.amount = amount,
		.time = { 0x20, 0x26, 0x11, 0x23, 0x08, minute, 0x00 },
		.industry = RECORD_INDUSTRY_METRO,
		.line = { 0, 1 },
		.station = { 0, 9 },
		.operator_code = { 0, 1 },
		.city = { 0x99, 0x01 } };
	uint8_t bytes[RECORD_TRIP_LEN];

	record_trip_encode(&trip, bytes);
	merge_add_trip(&merge, YKT_BYTES(bytes));
}

static void
takes_a_tap_of_trip_log_and_account_for_one(void **state)
{
	struct wire_record record = { .kind = "tap",
		.amount_fen = 300,
		.time_ms = INT64_C(1795392060000),
		.place = "9901 310000000007" };

	(void)state;
	add_trip(RECORD_TRIP_EXIT, 0x01, 300, 7);
	add_log(PURSE_TYPE_CAPP, 0x01, 300, 7);
	merge_add_account(&merge, &record);
	assert_int_equal(merge.count, 1);
	assert_int_equal(merge.rows[0].source, MERGE_CARD | MERGE_ACCOUNT);
	assert_string_equal(merge.rows[0].kind, "exit");
	assert_string_equal(merge.rows[0].place, "9901 310000000007");
	/* City, line, station, operator, industry, terminal: of the trip, whichever came first. */
	assert_string_equal(merge.rows[0].stop, "9901000100090001010000310000000007");
}

static void
keeps_apart_what_differs(void **state)
{
	(void)state;
	add_trip(RECORD_TRIP_SINGLE, 0x01, 300, 7);
	add_log(PURSE_TYPE_CAPP, 0x01, 301, 7); /* amount */
	add_log(PURSE_TYPE_CAPP, 0x02, 300, 7); /* time */
	add_log(PURSE_TYPE_CAPP, 0x01, 300, 8); /* terminal */
	assert_int_equal(merge.count, 4);
	/* The same list never holds the same twice: two equal trips are two. */
	add_trip(RECORD_TRIP_SINGLE, 0x01, 300, 7);
	assert_int_equal(merge.count, 5);
}

static void
takes_a_load_for_one_although_it_is_booked_later(void **state)
{
	struct wire_record record = { .kind = "load",
		.amount_fen = 5000,
		.time_ms = INT64_C(1795392000000) + 4000,
		.place = "9901" };

	(void)state;
	add_log(PURSE_TYPE_LOAD, 0x00, 5000, 1);
	merge_add_account(&merge, &record);
	assert_int_equal(merge.count, 1);
	assert_string_equal(merge.rows[0].place, "9901");
	record.time_ms += 3600000;
	merge_add_account(&merge, &record);
	assert_int_equal(merge.count, 2);
}

static void
leaves_out_what_is_no_record(void **state)
{
	static const uint8_t zeros[RECORD_TRIP_LEN + 1];

	(void)state;
	merge_add_trip(&merge, ykt_bytes(zeros, RECORD_TRIP_LEN));
	merge_add_trip(&merge, ykt_bytes(zeros, RECORD_TRIP_LEN + 1));
	merge_add_trip(&merge, ykt_bytes(zeros, 0));
	merge_add_log(&merge, ykt_bytes(zeros, RECORD_LOG_LEN));
	assert_int_equal(merge.count, 0);
}

static void
sorts_newest_first_and_stops_at_its_capacity(void **state)
{
	struct wire_record record = { .kind = "tap" };

	(void)state;
	for (int i = 0; i < MERGE_MAX + 5; i++) {
		record.time_ms = (i * 37) % 101 * INT64_C(100000);
		record.amount_fen = i;
		merge_add_account(&merge, &record);
	}
	assert_int_equal(merge.count, MERGE_MAX);
	merge_sort(&merge);
	for (size_t i = 1; i < merge.count; i++)
		assert_true(merge.rows[i - 1].time_ms >= merge.rows[i].time_ms);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(takes_a_tap_of_trip_log_and_account_for_one, setup),
		cmocka_unit_test_setup(keeps_apart_what_differs, setup),
		cmocka_unit_test_setup(takes_a_load_for_one_although_it_is_booked_later, setup),
		cmocka_unit_test_setup(leaves_out_what_is_no_record, setup),
		cmocka_unit_test_setup(sorts_newest_first_and_stops_at_its_capacity, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
