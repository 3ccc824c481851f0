/*
 * The durable files: whole, cut at every byte, with any bit wrong, of another
 * PSAM; and what validator_new() refuses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>

#include "rig.h"
#include "validator/internal.h"

/* One torn tap, two records waiting, and the last one kept. */
static struct disk_file *
make_state(struct rig *rig)
{
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	air_fault(&rig->air[1], (struct air_fault){ .ins = 0x54, .mode = AIR_LOST_AFTER });
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_RETAP, "retap");
	tap_expect(rig, GATE_BUS, 2, VALIDATOR_OPEN, "ok");
	gate_close(rig, GATE_BUS);
	return disk_find(&rig->gates[GATE_BUS].disk, "state");
}

static void
assert_refused(struct rig *rig, enum ykt_status expected, const char *why)
{
	static struct disk before;

	before = rig->gates[GATE_BUS].disk;
	assert_status_why(gate_try(rig, GATE_BUS), expected, why);
	assert_null(rig->gates[GATE_BUS].validator);
	assert_true_why(disk_equal(&before, &rig->gates[GATE_BUS].disk), why);
}

static void
test_state_survives(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct state before;

	(void)make_state(rig);
	assert_status(gate_try(rig, GATE_BUS), YKT_OK);
	assert_int_equal(validator_torn(gate->validator), 1);
	assert_int_equal(validator_waiting(gate->validator), 2);
	before = gate->validator->state;
	(void)state_begin(gate->validator);
	assert_status(state_commit(gate->validator), YKT_OK);
	gate_restart(rig, GATE_BUS);
	assert_memory_equal(&before, &gate->validator->state, sizeof(before));
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "recovered");
	assert_int_equal(gate_drain(rig, GATE_BUS), 3);
}

static void
cut_everywhere(struct rig *rig, struct disk_file *file)
{
	const size_t len = file->len;

	for (size_t cut = 0; cut < len; cut++) {
		file->len = cut;
		assert_refused(rig, YKT_E_CORRUPT, "cut");
	}
	file->len = len;
}

static void
flip_everywhere(struct rig *rig, struct disk_file *file)
{
	for (size_t bit = 0; bit < 8 * file->len; bit++) {
		file->bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_refused(rig, YKT_E_CORRUPT, "one bit");
		file->bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
}

static void
test_state_cut_at_every_byte(void **state)
{
	struct disk_file *file = make_state(*state);

	cut_everywhere(*state, file);
	file->bytes[file->len++] = 0;
	assert_refused(*state, YKT_E_CORRUPT, "one byte more");
	file->len = sizeof(file->bytes);
	assert_refused(*state, YKT_E_CORRUPT, "larger than any state");
}

static void
test_state_with_any_bit_wrong(void **state)
{
	flip_everywhere(*state, make_state(*state));
}

static void
test_params_cut_or_wrong(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	int64_t version = 0;
	struct disk_file *file;

	gate->net.params.version = 5;
	gate->net.params.cap_fen = 30000;
	params_publish(rig, GATE_BUS);
	assert_status(validator_params(gate->validator, &version), YKT_OK);
	gate_close(rig, GATE_BUS);
	file = disk_find(&gate->disk, "params");
	cut_everywhere(rig, file);
	flip_everywhere(rig, file);
	assert_status(gate_try(rig, GATE_BUS), YKT_OK);
	assert_int_equal(validator_params_version(gate->validator), 5);
}

/* A sealed segment is read at upload: a damaged one is not sent and not forgotten. */
static void
test_segment_with_any_bit_wrong(void **state)
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
	for (size_t bit = 0; bit < 8 * file->len; bit++) {
		file->bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_status(validator_upload(gate->validator, &sent), YKT_E_CORRUPT);
		file->bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	for (size_t cut = file->len; cut-- > 0;) {
		size_t len = file->len;

		file->len = cut;
		assert_status(validator_upload(gate->validator, &sent), YKT_E_CORRUPT);
		file->len = len;
	}
	assert_int_equal(gate->net.count, 0);
	assert_int_equal(validator_waiting(gate->validator), 1);
	/* Riders are served all the same, and a missing file is no empty one. */
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
	file->name[0] = 'x';
	assert_status(validator_upload(gate->validator, &sent), YKT_E_CORRUPT);
	file->name[0] = 's';
	assert_int_equal(gate_drain(rig, GATE_BUS), 2);
}

/* A state that contradicts itself under a good digest. */
static void
test_impossible_counts(void **state)
{
	static const struct {
		const char *why;
		uint32_t head, tail, sealed;
	} rows[] = {
		{ "more records than segments hold", 0, 1, 17 },
		{ "segments without records", 0, 2, 1 },
		{ "too many segments", 0, 257, 257 },
		{ "head behind tail", 1, 0, 0 },
	};
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct state *next = state_begin(gate->validator);

		next->queue.head = rows[i].head;
		next->queue.tail = rows[i].tail;
		next->queue.sealed = rows[i].sealed;
		assert_status(state_commit(gate->validator), YKT_OK);
		gate_close(rig, GATE_BUS);
		assert_refused(rig, YKT_E_CORRUPT, rows[i].why);
		memset(gate->disk.files, 0, sizeof(gate->disk.files));
		assert_status(gate_try(rig, GATE_BUS), YKT_OK);
	}
}

/* Records of another PSAM would go up under a terminal that did not make them. */
static void
test_state_of_another_psam(void **state)
{
	struct rig *rig = *state;

	(void)make_state(rig);
	rig->gates[GATE_BUS].options.psam = &rig->gates[GATE_IN].psam_air;
	assert_refused(rig, YKT_MISMATCH, "the PSAM of GATE_IN");
}

static void
test_psam_that_is_none(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];

	gate_close(rig, GATE_BUS);
	assert_status(
	    se_psam_format(&gate->nvm.port, (const uint8_t *)SE_PSAM_TEST_TRANSPORT), YKT_OK);
	assert_status(se_psam_boot(&gate->psam, &gate->nvm.port, rig->crypto), YKT_OK);
	assert_refused(rig, YKT_E_CARD, "a blank PSAM");
	gate->psam_dead = true;
	assert_refused(rig, YKT_E_LINK, "no PSAM");
}

static void
test_options_out_of_range(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct validator_options good = gate->options;

	gate_close(rig, GATE_BUS);
#define REFUSE(change)                                                                             \
	do {                                                                                       \
		gate->options = good;                                                              \
		gate->options.change;                                                              \
		assert_refused(rig, YKT_E_ARG, #change);                                           \
	} while (0)
	REFUSE(crypto = NULL);
	REFUSE(psam = NULL);
	REFUSE(file = NULL);
	REFUSE(env.clock = NULL);
	REFUSE(issuer_count = VALIDATOR_ISSUERS_MAX + 1);
	REFUSE(tap_cap = 0);
	REFUSE(tap_cap = 0x1000000);
	REFUSE(balance_cap = 0);
	REFUSE(torn_window_ms = 0);
	REFUSE(fares.bus = -1);
	REFUSE(fares.bus = 30001);
	REFUSE(fares.metro_base = 30001);
	REFUSE(fares.metro_step = -1);
	REFUSE(fares.metro_step_stations = 0);
}

/* Memory that ends after some blocks. */
struct scarce {
	unsigned left;
	int out;
};

static void *
scarce_get(void *ctx, size_t size)
{
	struct scarce *scarce = ctx;

	if (scarce->left == 0)
		return NULL;
	scarce->left--;
	scarce->out++;
	return calloc(1, size);
}

static void
scarce_put(void *ctx, void *p, size_t size)
{
	(void)size;
	((struct scarce *)ctx)->out--;
	free(p);
}

static void
test_memory_ends(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct scarce scarce;
	const struct ykt_alloc alloc = { &scarce, scarce_get, scarce_put };
	unsigned blocks = 0;
	enum ykt_status status;

	gate_close(rig, GATE_BUS);
	gate->options.env.alloc = &alloc;
	do {
		scarce = (struct scarce){ .left = blocks++ };
		status = gate_try(rig, GATE_BUS);
		if (status != YKT_OK) {
			assert_status(status, YKT_E_NOMEM);
			assert_int_equal(scarce.out, 0);
		}
	} while (status != YKT_OK && blocks < 100);
	assert_status(status, YKT_OK);
	assert_true(blocks > 5);
	gate_close(rig, GATE_BUS);
	assert_int_equal(scarce.out, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_state_survives),
		TEST(test_state_cut_at_every_byte),
		TEST(test_state_with_any_bit_wrong),
		TEST(test_params_cut_or_wrong),
		TEST(test_segment_with_any_bit_wrong),
		TEST(test_impossible_counts),
		TEST(test_state_of_another_psam),
		TEST(test_psam_that_is_none),
		TEST(test_options_out_of_range),
		TEST(test_memory_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
