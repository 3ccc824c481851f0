/*
 * The queues of taps and of rides by code: the bytes of their files, which a
 * validator of before has left with money in them, and a crash at each change of
 * sealing and sending rides, segments that are none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "rig_codes.h"
#include "validator/internal.h"
#include "wire/tokens.h"

#define COUNT 3

/* Files end in an SM3 digest of all before it; these are of the first that were. */
static const struct {
	const char *name;
	size_t len;
	const char *digest;
} files[] = {
	{ "state", 515, "AE7D3BBE7CC172468B796176ACCF69E8999E3BD8E8CD3E020B64A4532AE6CF74" },
	{ "seg-00000000", 380, "A2F29BDA2F053D90D3FC32E107AACB35CB8564DF35D061E01EB3FFB07A40C17E" },
	{ "rides", 773, "99A47805D0F4C29867CA9BDDD446CE0737C6B662514FD42D9EFE322B39399E79" },
	{ "ride-00000000", 701,
	    "A591CC05ED3CBFE57AE0F45B6A570888BE526E40F3085A738E4007365C978A77" },
};

static struct tap_record
a_tap(uint8_t n)
{
	struct tap_record record = { .alg = n % 2 == 0 ? PURSE_ALG_TDES : PURSE_ALG_SM4,
		.key_version = 2,
		.type = 6,
		.amount = 200u + n,
		.balance = -1 - n,
		.offline_seq = (uint16_t)(0x1230 + n),
		.terminal_seq = 0x12345670u + n,
		.confirmed = n % 2 == 1,
		.made_ms = START_MS + n };

	memset(record.serial, 0x11 + n, sizeof(record.serial));
	memset(record.issuer, 0x22 + n, sizeof(record.issuer));
	memset(record.datetime, 0x33 + n, sizeof(record.datetime));
	memset(record.tac, 0x44 + n, sizeof(record.tac));
	memset(record.trip, 0x55 + n, sizeof(record.trip));

	return record;
}

static struct ride
a_ride(uint8_t n)
{
	struct ride ride = { .seq = 0x01020300u + n,
		.amount = 300u + n,
		.kind = WIRE_RIDE_SINGLE,
		.code_len = (uint16_t)(200 + n) };

	memset(ride.datetime, 0x66 + n, sizeof(ride.datetime));
	memset(ride.code, 0x77 + n, ride.code_len);

	return ride;
}

/* In each queue COUNT records in a segment, as many open; one torn tap, one code seen. */
static void
put_queues(struct rig *rig)
{
	struct validator *validator = rig->gates[GATE_BUS].validator;
	struct ride_seen seen = { .user = { 9, 8, 7 }, .generated_s = 5, .until_s = 6 };

	for (unsigned half = 0; half < 2; half++) {
		struct state *next = state_begin(validator);
		struct ride_state *rides = rides_begin(validator);
		unsigned sent = 0;

		for (uint8_t n = 0; n < COUNT; n++) {
			const struct tap_record record = a_tap((uint8_t)(COUNT * half + n));
			const struct ride ride = a_ride((uint8_t)(COUNT * half + n));

			assert_status(state_queue(validator, &record), YKT_OK);
			assert_status(rides_queue(validator, &ride), YKT_OK);
		}
		rides->next_seq = 77;
		if (half == 1) {
			next->torn[next->torn_count++] = a_tap(2 * COUNT);
			assert_status(rides_remember(rides, &seen, 0), YKT_OK);
		}
		assert_status(state_commit(validator), YKT_OK);
		assert_status(rides_commit(validator), YKT_OK);
		if (half == 1)
			return;
		/* Sealed, but not sent: the taps, and when these are away the rides. */
		rig->gates[GATE_BUS].net.mode = NET_LOST_BEFORE;
		assert_status(validator_upload(validator, &sent), YKT_E_NET);
		assert_status(rides_upload(validator, &sent), YKT_E_NET);
		rig->gates[GATE_BUS].net.mode = NET_OK;
	}
}

static void
expect_sent(const struct net *net)
{
	for (uint8_t n = 0; n < 2 * COUNT; n++) {
		const struct tap_record record = a_tap(n);
		const struct ride ride = a_ride(n);

		assert_int_equal(net->taps[n].terminal_seq, record.terminal_seq);
		assert_int_equal(net->taps[n].amount_fen, record.amount);
		assert_int_equal(net->taps[n].balance_fen, record.balance);
		assert_int_equal(net->taps[n].confirmed, record.confirmed);
		assert_memory_equal(net->taps[n].trip, record.trip, sizeof(record.trip));
		assert_int_equal(net->rides[n].ride_seq, ride.seq);
		assert_int_equal(net->rides[n].amount_fen, ride.amount);
		assert_int_equal(net->rides[n].code.len, ride.code_len);
		assert_memory_equal(net->rides[n].code.data, ride.code, ride.code_len);
	}
}

static void
test_files_are_the_bytes_they_were(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	put_queues(rig);
	for (size_t i = 0; i < YKT_ARRAY_LEN(files); i++) {
		const struct disk_file *file = disk_find(&gate->disk, files[i].name);
		char digest[2 * FILE_DIGEST_LEN + 1];

		assert_non_null(file);
		ykt_hex_encode(
		    ykt_bytes(file->bytes + file->len - FILE_DIGEST_LEN, FILE_DIGEST_LEN), digest);
		assert_string_equal(digest, files[i].digest);
		assert_int_equal(file->len, files[i].len);
	}
	gate_restart(rig, GATE_BUS);
	assert_int_equal(validator_waiting(gate->validator), 4 * COUNT);
	rig->wall_ms = START_MS;
	assert_int_equal(gate_drain(rig, GATE_BUS), 2 * COUNT);
	assert_int_equal(gate->net.ride_count, 2 * COUNT);
	assert_int_equal(validator_torn(gate->validator), 1);
	expect_sent(&gate->net);
}

static const struct {
	enum disk_fault fault;
	enum ykt_status status;
} faults[] = {
	{ DISK_FAIL, YKT_E_FILE },
	{ DISK_CRASH_BEFORE, YKT_E_DOWN },
	{ DISK_CRASH_AFTER, YKT_E_DOWN },
};

static void
arm(struct gate *gate, unsigned at, size_t fault)
{
	disk_power(&gate->disk);
	gate->disk.fault = faults[fault].fault;
	gate->disk.fault_at = at;
}

static enum ykt_status
queue_ride(struct validator *validator, uint8_t n)
{
	const struct ride ride = a_ride(n);
	enum ykt_status status;

	(void)rides_begin(validator);
	status = rides_queue(validator, &ride);

	return status == YKT_OK ? rides_commit(validator) : status;
}

/* Sealing, the new state, the forgetting, the removal of the segment's file. */
static void
test_each_change_of_an_upload_of_rides(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	const struct net *net = &gate->net;

	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		for (unsigned at = 1; at <= 4; at++) {
			const bool litter = at == 4 && faults[f].fault == DISK_FAIL;
			unsigned sent = 77;

			rig_again(rig);
			for (uint8_t n = 0; n < COUNT; n++)
				assert_status(queue_ride(gate->validator, n), YKT_OK);
			arm(gate, at, f);
			assert_status(validator_upload(gate->validator, &sent),
			    litter ? YKT_OK : faults[f].status);
			assert_int_equal(sent, litter ? COUNT : 77);
			assert_int_equal(net->ride_count, at <= 2 ? 0 : COUNT);
			gate_restart(rig, GATE_BUS);
			(void)gate_drain(rig, GATE_BUS);
			/* Nothing is missing; what went twice is the same bytes. */
			assert_true(net->ride_count == COUNT || net->ride_count == 2 * COUNT);
			assert_memory_equal(net->rides, net->rides + net->ride_count - COUNT,
			    COUNT * sizeof(net->rides[0]));
			for (uint8_t n = 0; n < COUNT; n++)
				assert_int_equal(net->rides[n].ride_seq, a_ride(n).seq);
			gate_restart(rig, GATE_BUS);
			assert_null(disk_find(&gate->disk, "ride-00000000"));
		}
	}
}

/* The seventeenth ride seals a segment: whatever the cut leaves, each ride is there once. */
static void
test_each_change_of_a_ride_that_seals(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		for (unsigned at = 1; at <= 2; at++) {
			const bool kept = at == 2 && faults[f].fault == DISK_CRASH_AFTER;

			rig_again(rig);
			for (uint8_t n = 0; n < QUEUE_SEGMENT; n++)
				assert_status(queue_ride(gate->validator, n), YKT_OK);
			arm(gate, at, f);
			assert_status(queue_ride(gate->validator, QUEUE_SEGMENT), faults[f].status);
			assert_int_equal(gate->disk.changes, at);
			if (faults[f].fault != DISK_FAIL)
				gate_restart(rig, GATE_BUS);
			disk_power(&gate->disk);
			assert_int_equal(validator_waiting(gate->validator), QUEUE_SEGMENT + kept);
			if (!kept)
				assert_status(queue_ride(gate->validator, QUEUE_SEGMENT), YKT_OK);
			(void)gate_drain(rig, GATE_BUS);
			assert_int_equal(gate->net.ride_count, QUEUE_SEGMENT + 1);
			for (uint8_t n = 0; n <= QUEUE_SEGMENT; n++)
				assert_int_equal(gate->net.rides[n].ride_seq, a_ride(n).seq);
		}
	}
}

/* A damaged segment of rides is not sent and not forgotten, and one that is gone is no empty one. */
static void
test_segment_of_rides_with_any_bit_wrong(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct disk_file *file;
	unsigned sent = 77;

	for (uint8_t n = 0; n < COUNT; n++)
		assert_status(queue_ride(gate->validator, n), YKT_OK);
	gate->net.mode = NET_LOST_BEFORE;
	assert_status(validator_upload(gate->validator, &sent), YKT_E_NET);
	gate->net.mode = NET_OK;
	file = disk_find(&gate->disk, "ride-00000000");
	assert_non_null(file);
	for (size_t bit = 0; bit < 8 * file->len; bit++) {
		file->bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_status(validator_upload(gate->validator, &sent), YKT_E_CORRUPT);
		file->bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	file->name[0] = 'x';
	assert_status(validator_upload(gate->validator, &sent), YKT_E_CORRUPT);
	file->name[0] = 'r';
	assert_int_equal(sent, 77);
	assert_int_equal(gate->net.ride_count, 0);
	assert_int_equal(validator_waiting(gate->validator), COUNT);
	(void)gate_drain(rig, GATE_BUS);
	assert_int_equal(gate->net.ride_count, COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_files_are_the_bytes_they_were),
		TEST(test_each_change_of_an_upload_of_rides),
		TEST(test_each_change_of_a_ride_that_seals),
		TEST(test_segment_of_rides_with_any_bit_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
