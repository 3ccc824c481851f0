/*
 * Store and forward: what is sent, what is sent again, what is forgotten and
 * when (R7, F14).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "rig.h"
#include "validator/internal.h"
#include "wire/tokens.h"

static void
ride(struct rig *rig, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		tap_expect(rig, GATE_BUS, i % CARDS, VALIDATOR_OPEN, "ok");
}

static void
test_nothing_to_send(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	unsigned sent = 7;

	assert_status(validator_upload(gate->validator, &sent), YKT_OK);
	assert_int_equal(sent, 0);
	assert_int_equal(gate->net.calls, 0);
}

static void
test_offline_for_good(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	unsigned sent = 7;
	int64_t version = 7;

	gate_close(rig, GATE_BUS);
	gate->options.http = NULL;
	assert_status(gate_try(rig, GATE_BUS), YKT_OK);
	ride(rig, 1);
	assert_status(validator_upload(gate->validator, &sent), YKT_E_STATE);
	assert_status(validator_params(gate->validator, &version), YKT_E_STATE);
	assert_int_equal(sent, 7);
	assert_int_equal(version, 7);
	assert_int_equal(validator_waiting(gate->validator), 1);
}

/* Whatever goes wrong, nothing is forgotten, and the same records come again. */
static void
test_what_is_no_acknowledgement(void **state)
{
	static const struct {
		const char *why;
		enum net_mode mode;
		enum ykt_status status;
	} rows[] = {
		{ "nothing got through", NET_LOST_BEFORE, YKT_E_NET },
		{ "the acknowledgement is lost", NET_LOST_AFTER, YKT_E_NET_UNKNOWN },
		{ "code 400", NET_CODE_400, YKT_REFUSED },
		{ "code 500", NET_CODE_500, YKT_UNKNOWN },
		{ "code 503", NET_CODE_503, YKT_BUSY },
		{ "for another batch", NET_OTHER_BATCH, YKT_E_REPLY },
		{ "one result too few", NET_SHORT, YKT_E_REPLY },
		{ "one result too many", NET_LONG, YKT_E_REPLY },
		{ "a result that does not exist", NET_TOKEN, YKT_E_SERVER },
		{ "not JSON", NET_GARBAGE, YKT_E_SERVER },
	};
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	static struct wire_tap first[3];

	ride(rig, 3);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		unsigned sent = 7;

		gate->net.mode = rows[i].mode;
		assert_status_why(
		    validator_upload(gate->validator, &sent), rows[i].status, rows[i].why);
		assert_int_equal(sent, 7);
		assert_true_why(validator_waiting(gate->validator) == 3, rows[i].why);
		if (rows[i].mode == NET_LOST_BEFORE)
			continue;
		assert_int_equal(gate->net.last_count, 3);
		if (rows[i].mode == NET_LOST_AFTER)
			memcpy(first, gate->net.last, sizeof(first));
		assert_true_why(memcmp(first, gate->net.last, sizeof(first)) == 0, rows[i].why);
	}
	/* Also after a restart, and then it is forgotten once. */
	gate_restart(rig, GATE_BUS);
	assert_int_equal(validator_waiting(gate->validator), 3);
	gate->net.mode = NET_OK;
	assert_int_equal(gate_drain(rig, GATE_BUS), 3);
	assert_memory_equal(first, gate->net.taps, sizeof(first));
	assert_null(disk_find(&gate->disk, "seg-00000000"));
}

/* Each word that the platform may say settles a record for the gate. */
static void
test_every_result_acknowledges(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	for (size_t i = 0; i < wire_upload_result.count; i++) {
		ride(rig, 1);
		gate->net.result = wire_upload_result.text[i];
		assert_int_equal(gate_drain(rig, GATE_BUS), i + 1);
	}
}

/* 40 rides: batches of 16, 16 and 8, in the order of the taps, each record once. */
static void
test_forty_rides(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	static const unsigned batches[] = { 16, 16, 8, 0 };
	unsigned sent;

	ride(rig, 40);
	assert_int_equal(validator_waiting(gate->validator), 40);
	gate_restart(rig, GATE_BUS);
	for (size_t i = 0; i < YKT_ARRAY_LEN(batches); i++) {
		sent = 77;
		assert_status(validator_upload(gate->validator, &sent), YKT_OK);
		assert_int_equal(sent, batches[i]);
	}
	assert_int_equal(validator_waiting(gate->validator), 0);
	assert_int_equal(gate->net.count, 40);
	for (unsigned i = 0; i < 40; i++) {
		assert_int_equal(gate->net.taps[i].terminal_seq, i + 1);
		assert_true(tac_good(rig, &gate->net.taps[i]));
	}
	for (unsigned i = 0; i < DISK_FILES; i++)
		assert_true(strncmp(gate->disk.files[i].name, "seg-", 4) != 0);
}

/* Rides go on between the batches; what is sealed does not grow. */
static void
test_rides_between_batches(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	unsigned sent = 0;

	ride(rig, 5);
	gate->net.mode = NET_LOST_AFTER;
	assert_status(validator_upload(gate->validator, &sent), YKT_E_NET_UNKNOWN);
	ride(rig, 20);
	gate->net.mode = NET_OK;
	assert_status(validator_upload(gate->validator, &sent), YKT_OK);
	assert_int_equal(sent, 5);
	assert_int_equal(gate_drain(rig, GATE_BUS), 25);
	for (unsigned i = 0; i < 25; i++)
		assert_int_equal(gate->net.taps[i].terminal_seq, i + 1);
}

/* No two attempts carry one id: the platform tells records apart, not batches. */
static void
test_batches_have_ids_of_their_own(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	char before[33] = "";
	unsigned sent = 0;

	ride(rig, 1);
	gate->net.mode = NET_CODE_503;
	for (unsigned i = 0; i < 3; i++) {
		assert_status(validator_upload(gate->validator, &sent), YKT_BUSY);
		assert_true(wire_id_valid(gate->net.batch));
		assert_string_not_equal(before, gate->net.batch);
		memcpy(before, gate->net.batch, sizeof(before));
	}
	rig->rng.fails = true;
	gate->net.mode = NET_OK;
	assert_status(validator_upload(gate->validator, &sent), YKT_E_RANDOM);
	assert_int_equal(validator_waiting(gate->validator), 1);
}

/* Numbers of segments go round at 2^32. */
static void
test_segment_numbers_go_round(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct state *next = state_begin(gate->validator);

	next->queue.head = UINT32_MAX;
	next->queue.tail = UINT32_MAX;
	assert_status(state_commit(gate->validator), YKT_OK);
	gate_restart(rig, GATE_BUS);
	ride(rig, 33);
	gate_restart(rig, GATE_BUS);
	assert_int_equal(validator_waiting(gate->validator), 33);
	assert_int_equal(gate_drain(rig, GATE_BUS), 33);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_nothing_to_send),
		TEST(test_offline_for_good),
		TEST(test_what_is_no_acknowledgement),
		TEST(test_every_result_acknowledges),
		TEST(test_forty_rides),
		TEST(test_rides_between_batches),
		TEST(test_batches_have_ids_of_their_own),
		TEST(test_segment_numbers_go_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
