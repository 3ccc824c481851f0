/*
 * Rides by code on the disk: a crash at each change, the queue, what is sent and
 * when it is forgotten (I-13, R7), files that are none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "rig_codes.h"
#include "validator/internal.h"

static struct codes codes;

/*
 * The power goes at each change of the disk. Whoever was not let in stands there
 * with his next code: he passes, and one ride is charged, not two, not none.
 */
static void
test_crash_at_each_change(void **state)
{
	static const enum disk_fault faults[] = { DISK_CRASH_BEFORE, DISK_CRASH_AFTER };
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	codes_open(&codes, rig);
	for (size_t i = 0; i < YKT_ARRAY_LEN(faults); i++) {
		for (unsigned at = 1;; at++) {
			struct validator_result result = { .gate = VALIDATOR_CLOSED };
			const size_t before = gate->net.ride_count;
			enum ykt_status status;
			bool fired;

			rig->wall_ms += 120000;
			disk_power(&gate->disk);
			gate->disk.fault = faults[i];
			gate->disk.fault_at = at;
			status = validator_scan(gate->validator, codes_make(&codes, 1, 0), &result);
			fired = gate->disk.down;
			assert_true(status == (fired ? YKT_E_DOWN : YKT_OK));
			gate_restart(rig, GATE_BUS);
			if (result.gate != VALIDATOR_OPEN) {
				rig->wall_ms += 5000;
				result = codes_scan(&codes, GATE_BUS, codes_make(&codes, 1, 0));
				assert_int_equal(result.gate, VALIDATOR_OPEN);
				assert_int_equal(result.amount, FARE_BUS);
			}
			gate_drain(rig, GATE_BUS);
			assert_int_equal(gate->net.ride_count, before + 1);
			if (!fired)
				break;
		}
	}
	codes_close(&codes);
}

/* The doubt is the rider's alone, once, and for a minute. */
static void
test_the_doubt_after_a_crash_is_narrow(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct validator_result result;

	codes_open(&codes, rig);
	disk_power(&gate->disk);
	gate->disk.fault = DISK_CRASH_AFTER;
	gate->disk.fault_at = 1;
	assert_status(
	    validator_scan(gate->validator, codes_make(&codes, 1, 0), &result), YKT_E_DOWN);
	gate_restart(rig, GATE_BUS);
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 2, 1), VALIDATOR_OPEN, "ok");
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 1, 0), VALIDATOR_CLOSED, "code_used");
	assert_int_equal(validator_waiting(gate->validator), 2);

	disk_power(&gate->disk);
	gate->disk.fault_at = 1;
	assert_status(
	    validator_scan(gate->validator, codes_make(&codes, 3, 2), &result), YKT_E_DOWN);
	gate_restart(rig, GATE_BUS);
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 3, 2), VALIDATOR_OPEN, "recovered");
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 3, 2), VALIDATOR_CLOSED, "code_used");
	assert_int_equal(validator_waiting(gate->validator), 3);

	disk_power(&gate->disk);
	gate->disk.fault_at = 1;
	assert_status(
	    validator_scan(gate->validator, codes_make(&codes, 4, 3), &result), YKT_E_DOWN);
	gate_restart(rig, GATE_BUS);
	rig->wall_ms += 61000;
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 4, 0), VALIDATOR_OPEN, "ok");
	assert_int_equal(validator_waiting(gate->validator), 5);
	codes_close(&codes);
}

/* A disk that fails lets nobody in, and the next scan is as if none had been. */
static void
test_a_failing_disk_opens_nothing(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct validator_result result = { .reason = "?" };

	codes_open(&codes, rig);
	disk_power(&gate->disk);
	gate->disk.fault = DISK_FAIL;
	gate->disk.fault_at = 1;
	assert_status(
	    validator_scan(gate->validator, codes_make(&codes, 1, 0), &result), YKT_E_FILE);
	assert_string_equal(result.reason, "?");
	assert_int_equal(validator_waiting(gate->validator), 0);
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 1, 0), VALIDATOR_OPEN, "ok");
	assert_int_equal(validator_waiting(gate->validator), 1);
	codes_close(&codes);
}

static void
test_forty_rides_in_their_order(void **state)
{
	static const unsigned batches[] = { 16, 16, 8, 0 };
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	unsigned sent = 7;

	codes_open(&codes, rig);
	for (unsigned i = 0; i < 40; i++)
		codes_expect(&codes, GATE_BUS, codes_make(&codes, i, 0), VALIDATOR_OPEN, "ok");
	gate_restart(rig, GATE_BUS);
	assert_int_equal(validator_waiting(gate->validator), 40);
	for (size_t i = 0; i < YKT_ARRAY_LEN(batches); i++) {
		assert_status(validator_upload(gate->validator, &sent), YKT_OK);
		assert_int_equal(sent, batches[i]);
	}
	for (unsigned i = 0; i < 40; i++)
		assert_int_equal(gate->net.rides[i].ride_seq, i);
	assert_null(disk_find(&gate->disk, "ride-00000000"));
	codes_close(&codes);
}

static void
test_nothing_is_forgotten_before_it_was_acknowledged(void **state)
{
	static const struct {
		enum net_mode mode;
		enum ykt_status status;
	} rows[] = {
		{ NET_LOST_BEFORE, YKT_E_NET },
		{ NET_LOST_AFTER, YKT_E_NET_UNKNOWN },
		{ NET_CODE_500, YKT_UNKNOWN },
		{ NET_CODE_503, YKT_BUSY },
		{ NET_OTHER_BATCH, YKT_E_REPLY },
		{ NET_SHORT, YKT_E_REPLY },
		{ NET_TOKEN, YKT_E_SERVER },
		{ NET_GARBAGE, YKT_E_SERVER },
	};
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	codes_open(&codes, rig);
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 1, 0), VALIDATOR_OPEN, "ok");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_int_equal(validator_waiting(gate->validator), 2);
	{
		unsigned sent = 0; /* the tap goes first */

		assert_status(validator_upload(gate->validator, &sent), YKT_OK);
		assert_int_equal(sent, 1);
		assert_int_equal(gate->net.count, 1);
	}
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		unsigned sent = 7;

		gate->net.mode = rows[i].mode;
		assert_status(validator_upload(gate->validator, &sent), rows[i].status);
		assert_int_equal(sent, 7);
		assert_int_equal(validator_waiting(gate->validator), 1);
		gate_restart(rig, GATE_BUS);
	}
	gate->net.mode = NET_OK;
	gate_drain(rig, GATE_BUS);
	assert_int_equal(gate->net.ride_count, 1);
	codes_close(&codes);
}

/* Codes that live are never forgotten for room; dead ones give way. */
static void
test_memory_of_codes_is_bounded(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	codes_open(&codes, rig);
	for (unsigned i = 0; i < RIDES_SEEN_MAX; i++)
		codes_expect(&codes, GATE_BUS, codes_make(&codes, i, 0), VALIDATOR_OPEN, "ok");
	codes_expect(
	    &codes, GATE_BUS, codes_make(&codes, 900, 0), VALIDATOR_CLOSED, "out_of_service");
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 0, 0), VALIDATOR_CLOSED, "code_used");
	assert_int_equal(validator_waiting(gate->validator), RIDES_SEEN_MAX);
	rig->wall_ms += (CODES_VALID + 1) * 1000;
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 900, 0), VALIDATOR_OPEN, "ok");
	codes_close(&codes);
}

static void
test_files_that_are_none(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct disk_file *file;
	struct disk_file good;

	codes_open(&codes, rig);
	codes_expect(&codes, GATE_BUS, codes_make(&codes, 1, 0), VALIDATOR_OPEN, "ok");
	gate_close(rig, GATE_BUS);
	file = disk_find(&gate->disk, "rides");
	assert_non_null(file);
	good = *file;
	for (size_t at = 0; at < good.len; at += 5) {
		file->bytes[at] ^= 1;
		assert_status(gate_try(rig, GATE_BUS), YKT_E_CORRUPT);
		*file = good;
		file->len = at;
		assert_status(gate_try(rig, GATE_BUS), YKT_E_CORRUPT);
		*file = good;
	}
	assert_status(gate_try(rig, GATE_BUS), YKT_OK);
	assert_int_equal(validator_waiting(gate->validator), 1);
	codes_close(&codes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_crash_at_each_change, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_doubt_after_a_crash_is_narrow, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_failing_disk_opens_nothing, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(
		    test_forty_rides_in_their_order, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_is_forgotten_before_it_was_acknowledged, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(
		    test_memory_of_codes_is_bounded, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(test_files_that_are_none, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
