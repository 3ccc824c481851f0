/*
 * The validator dies before or after any change of a file, or the disk refuses
 * it: after the restart the rider is debited once and let in once, and the
 * platform gets every record (I-13, R7, F5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "rig.h"
#include "validator/internal.h"

static const struct {
	enum disk_fault fault;
	enum ykt_status status;
	const char *name;
} faults[] = {
	{ DISK_FAIL, YKT_E_FILE, "refused" },
	{ DISK_CRASH_BEFORE, YKT_E_DOWN, "died before" },
	{ DISK_CRASH_AFTER, YKT_E_DOWN, "died after" },
};

static const struct {
	enum gate_name gate;
	uint32_t fare;
} kinds[] = { { GATE_IN, 0 }, { GATE_OUT, FARE_METRO }, { GATE_BUS, FARE_BUS } };

static void
arm(struct gate *gate, unsigned at, size_t fault)
{
	disk_power(&gate->disk);
	gate->disk.fault_at = at;
	gate->disk.fault = faults[fault].fault;
}

/* The gate that the rider saw open; true at most once a ride. */
static bool
tap_opens(struct rig *rig, enum gate_name name, enum ykt_status expected, const char *why)
{
	struct validator_result result = { .gate = VALIDATOR_CLOSED };
	enum ykt_status status = tap_status(rig, name, 0, &result);

	if (status != YKT_OK)
		assert_status_why(status, expected, why);
	return result.gate == VALIDATOR_OPEN;
}

/* A ride whose first tap meets the fault; false when the fault was past its end. */
static bool
ride(struct rig *rig, size_t kind, unsigned at, size_t fault, bool torn_first, const char *why)
{
	struct gate *gate = &rig->gates[kinds[kind].gate];
	struct money before;
	bool opened, fired;

	rig_again(rig);
	if (kinds[kind].gate == GATE_OUT)
		tap_expect(rig, GATE_IN, 0, VALIDATOR_OPEN, "ok");
	before = card_money(rig->cards[0]);
	if (torn_first) {
		air_fault(&rig->air[0], (struct air_fault){ .ins = 0x54, .mode = AIR_LOST_AFTER });
		tap_expect(rig, kinds[kind].gate, 0, VALIDATOR_RETAP, "retap");
	}
	arm(gate, at, fault);
	opened = tap_opens(rig, kinds[kind].gate, faults[fault].status, why);
	fired = gate->disk.changes >= at;
	assert_true_why(opened != fired, why);
	if (faults[fault].fault != DISK_FAIL)
		gate_restart(rig, kinds[kind].gate);
	else if (at == 1)
		/* What the disk refused did not happen in memory either. */
		assert_int_equal(validator_torn(gate->validator), torn_first ? 1 : 0);
	disk_power(&gate->disk);
	rig->wall_ms += 5000;
	if (!opened)
		opened = tap_opens(rig, kinds[kind].gate, YKT_OK, why);
	assert_true_why(opened, why);
	assert_true_why(card_money(rig->cards[0]).offline == before.offline + 1, why);
	assert_true_why(
	    card_money(rig->cards[0]).balance == before.balance - kinds[kind].fare, why);
	assert_true_why(validator_torn(gate->validator) == 0, why);
	assert_true_why(gate_drain(rig, kinds[kind].gate) == 1, why);
	assert_true_why(tac_good(rig, &gate->net.taps[0]), why);
	return fired;
}

static void
each_change(struct rig *rig, bool torn_first, unsigned changes)
{
	char why[64];

	for (size_t k = 0; k < YKT_ARRAY_LEN(kinds); k++) {
		for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
			unsigned at = 1;

			do {
				(void)snprintf(why, sizeof(why), "kind %zu, change %u, %s", k, at,
				    faults[f].name);
			} while (ride(rig, k, at, f, torn_first, why) && at++ < 10);
			assert_int_equal(at, changes + 1);
		}
	}
}

/* Two changes a tap: the torn record before DEBIT, the record before the gate. */
static void
test_each_change_of_a_tap(void **state)
{
	each_change(*state, false, 2);
}

static void
test_each_change_of_a_recovery(void **state)
{
	each_change(*state, true, 1);
}

/* The seventeenth record seals a segment: three changes. */
static void
test_each_change_of_a_tap_that_seals(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	char why[64];

	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		for (unsigned at = 1; at <= 3; at++) {
			(void)snprintf(why, sizeof(why), "change %u, %s", at, faults[f].name);
			rig_again(rig);
			for (unsigned i = 0; i < QUEUE_SEGMENT; i++)
				tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
			arm(gate, at, f);
			assert_false(tap_opens(rig, GATE_BUS, faults[f].status, why));
			if (faults[f].fault != DISK_FAIL)
				gate_restart(rig, GATE_BUS);
			disk_power(&gate->disk);
			assert_true_why(tap_opens(rig, GATE_BUS, YKT_OK, why), why);
			assert_int_equal(card_money(rig->cards[0]).offline, 1);
			assert_int_equal(gate_drain(rig, GATE_BUS), QUEUE_SEGMENT + 1);
			for (unsigned i = 0; i <= QUEUE_SEGMENT; i++)
				assert_true_why(tac_good(rig, &gate->net.taps[i]), why);
		}
	}
}

/* Sealing, the new state, the forgetting, the removal of the segment's file. */
static void
test_each_change_of_an_upload(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	char why[64];

	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		for (unsigned at = 1; at <= 4; at++) {
			unsigned sent = 77;
			enum ykt_status status;

			(void)snprintf(why, sizeof(why), "change %u, %s", at, faults[f].name);
			rig_again(rig);
			for (unsigned i = 0; i < 3; i++)
				tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
			arm(gate, at, f);
			status = validator_upload(gate->validator, &sent);
			/* A file that cannot be removed is only litter. */
			if (at == 4 && faults[f].fault == DISK_FAIL) {
				assert_status_why(status, YKT_OK, why);
			} else {
				assert_status_why(status, faults[f].status, why);
				assert_int_equal(sent, 77);
			}
			assert_true_why(gate->net.count == (at <= 2 ? 0 : 3), why);
			gate_restart(rig, GATE_BUS);
			(void)gate_drain(rig, GATE_BUS);
			/* Nothing is missing; what went twice is the same bytes. */
			assert_true_why(gate->net.count == 3 || gate->net.count == 6, why);
			assert_true_why(memcmp(gate->net.taps, gate->net.taps + gate->net.count - 3,
					    3 * sizeof(gate->net.taps[0])) == 0,
			    why);
			gate_restart(rig, GATE_BUS);
			assert_true_why(disk_find(&gate->disk, "seg-00000000") == NULL, why);
		}
	}
}

/* A tap is given up while the disk fails: it stays torn and goes up later. */
static void
test_each_change_of_giving_up(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		unsigned sent = 0;

		rig_again(rig);
		air_fault(&rig->air[0], (struct air_fault){ .ins = 0x54, .mode = AIR_LOST_BEFORE });
		tap_expect(rig, GATE_BUS, 0, VALIDATOR_RETAP, "retap");
		rig->wall_ms += TORN_MS + 1;
		arm(gate, 1, f);
		assert_status(validator_upload(gate->validator, &sent), faults[f].status);
		gate_restart(rig, GATE_BUS);
		assert_int_equal(gate_drain(rig, GATE_BUS), 1);
		assert_int_equal(validator_torn(gate->validator), 0);
		assert_false(gate->net.taps[0].confirmed);
	}
}

/* An orderly end, or time, or another rider: nobody is let in without paying. */
static void
test_last_tap_opens_once(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
	assert_int_equal(card_money(rig->cards[1]).offline, 2);
	gate_restart(rig, GATE_BUS);
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
	assert_int_equal(card_money(rig->cards[1]).offline, 3);
	/* It was killed: the last rider may not have got through, all others did. */
	gate->disk.down = true;
	gate_restart(rig, GATE_BUS);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_int_equal(card_money(rig->cards[0]).offline, 2);
	gate->disk.down = true;
	gate_restart(rig, GATE_BUS);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "recovered");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_int_equal(card_money(rig->cards[0]).offline, 3);
	/* Long after. */
	gate->disk.down = true;
	gate_restart(rig, GATE_BUS);
	rig->wall_ms += LAST_WINDOW_MS + 1;
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_int_equal(card_money(rig->cards[0]).offline, 4);
}

/* What died in the middle of a write does not write again when it is taken away. */
static void
test_dead_validator_writes_nothing(void **state)
{
	static struct disk before;
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	for (unsigned at = 1; at <= 2; at++) {
		rig_again(rig);
		tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
		arm(gate, at, 2);
		assert_false(tap_opens(rig, GATE_BUS, YKT_E_DOWN, "died after"));
		disk_power(&gate->disk);
		before = gate->disk;
		gate_close(rig, GATE_BUS);
		assert_true(disk_equal(&before, &gate->disk));
		assert_status(gate_try(rig, GATE_BUS), YKT_OK);
	}
}

/* Debited, recorded, dead before the gate moved: a forged proof does not open it either. */
static void
test_last_tap_needs_its_proof(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	arm(gate, 2, 2);
	assert_false(tap_opens(rig, GATE_BUS, YKT_E_DOWN, "died after the record"));
	gate_restart(rig, GATE_BUS);
	air_fault(&rig->air[0],
	    (struct air_fault){ .ins = 0x5A, .mode = AIR_ANSWER, .text = "00000000000000009000" });
	air_fault(
	    &rig->air[0], (struct air_fault){ .ins = 0x50, .mode = AIR_ANSWER, .text = "6985" });
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "card_refused");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "recovered");
	assert_int_equal(card_money(rig->cards[0]).offline, 1);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_int_equal(card_money(rig->cards[0]).offline, 2);
	assert_int_equal(gate_drain(rig, GATE_BUS), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_each_change_of_a_tap),
		TEST(test_each_change_of_a_recovery),
		TEST(test_each_change_of_a_tap_that_seals),
		TEST(test_each_change_of_an_upload),
		TEST(test_each_change_of_giving_up),
		TEST(test_last_tap_opens_once),
		TEST(test_dead_validator_writes_nothing),
		TEST(test_last_tap_needs_its_proof),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
