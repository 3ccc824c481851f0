/*
 * Files of a gate that another version or another program made, under a digest
 * that is right (docs/bad-inputs.md 5.3): refused, kept, and nothing sent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/digest.h"
#include "rig.h"
#include "validator/internal.h"

static const struct {
	const char *why;
	uint32_t magic;
	uint32_t version;
} heads[] = {
	{ "an older version", 0x594B5456u, 0 },
	{ "a newer version", 0x594B5456u, 2 },
	{ "a version from far away", 0x594B5456u, 0xFFFFFFFFu },
	{ "another program's file", 0x594B4B44u, 1 },
	{ "zeros", 0, 0 },
};

/* Puts another head before the same content, and the digest that belongs to it. */
static void
put_head(struct rig *rig, struct disk_file *file, uint32_t magic, uint32_t version)
{
	struct ykt_bytes body = ykt_bytes(file->bytes, file->len - FILE_DIGEST_LEN);

	ykt_set_u32(file->bytes, magic);
	ykt_set_u32(file->bytes + 4, version);
	assert_status(crypto_sm3(rig->crypto, &body, 1, file->bytes + body.len), YKT_OK);
}

static void
start_is_refused(struct rig *rig, struct disk_file *file)
{
	static struct disk before;
	struct gate *gate = &rig->gates[GATE_BUS];

	for (size_t i = 0; i < YKT_ARRAY_LEN(heads); i++) {
		put_head(rig, file, heads[i].magic, heads[i].version);
		before = gate->disk;
		assert_status_why(gate_try(rig, GATE_BUS), YKT_E_CORRUPT, heads[i].why);
		assert_null(gate->validator);
		assert_true_why(disk_equal(&before, &gate->disk), heads[i].why);
	}
	put_head(rig, file, 0x594B5456u, 1);
	assert_status(gate_try(rig, GATE_BUS), YKT_OK);
}

static void
test_state_of_another_version(void **state)
{
	struct rig *rig = *state;

	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	gate_close(rig, GATE_BUS);
	start_is_refused(rig, disk_find(&rig->gates[GATE_BUS].disk, "state"));
	assert_int_equal(gate_drain(rig, GATE_BUS), 1);
}

static void
test_parameters_of_another_version(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	int64_t version = 0;

	gate->net.params.version = 5;
	gate->net.params.cap_fen = 30000;
	params_publish(rig, GATE_BUS);
	assert_status(validator_params(gate->validator, &version), YKT_OK);
	gate_close(rig, GATE_BUS);
	start_is_refused(rig, disk_find(&gate->disk, "params"));
	assert_int_equal(validator_params_version(gate->validator), 5);
}

/* A segment is read when it is sent: it stays, and so does its place in the queue. */
static void
test_segments_of_another_version(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct disk_file *file;
	unsigned sent = 0;

	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	gate->net.mode = NET_LOST_BEFORE;
	assert_status(validator_upload(gate->validator, &sent), YKT_E_NET);
	gate->net.mode = NET_OK;
	file = disk_find(&gate->disk, "seg-00000000");
	assert_non_null(file);
	for (size_t i = 0; i < YKT_ARRAY_LEN(heads); i++) {
		put_head(rig, file, heads[i].magic, heads[i].version);
		assert_status_why(
		    validator_upload(gate->validator, &sent), YKT_E_CORRUPT, heads[i].why);
		assert_int_equal(gate->net.count, 0);
		assert_int_equal(validator_waiting(gate->validator), 1);
		assert_ptr_equal(disk_find(&gate->disk, "seg-00000000"), file);
	}
	put_head(rig, file, 0x594B5456u, 1);
	assert_int_equal(gate_drain(rig, GATE_BUS), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_state_of_another_version),
		TEST(test_parameters_of_another_version),
		TEST(test_segments_of_another_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
