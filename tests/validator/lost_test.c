/*
 * Every answer lost, cut, flipped or doubled at every exchange, alone and in
 * pairs, for entry, exit and bus: the rider is debited once and let in once, and
 * the books get every debit (R1, R5, I-13, F1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "rig.h"

#define EXCHANGES_MAX 16
#define TAPS_MAX      4

static const struct {
	const char *name;
	enum gate_name gate;
	uint32_t fare;
	bool after_entry;
} kinds[] = {
	{ "entry", GATE_IN, 0, false },
	{ "exit", GATE_OUT, FARE_METRO, true },
	{ "bus", GATE_BUS, FARE_BUS, false },
};

struct ride {
	size_t kind;
	struct money before;
	unsigned opened;
	unsigned recovered;
};

static struct ride
ride_begin(struct rig *rig, size_t kind)
{
	struct ride ride = { .kind = kind };

	rig_again(rig);
	if (kinds[kind].after_entry)
		tap_expect(rig, GATE_IN, 0, VALIDATOR_OPEN, "ok");
	ride.before = card_money(rig->cards[0]);
	return ride;
}

static enum validator_gate
ride_tap(struct rig *rig, struct ride *ride)
{
	struct validator_result result = tap(rig, kinds[ride->kind].gate, 0);

	if (result.gate == VALIDATOR_OPEN)
		ride->opened++;
	if (result.recovered)
		ride->recovered++;
	rig->wall_ms += 2000;
	return result.gate;
}

/* Taps again until the gate opens, as a rider does. */
static void
ride_finish(struct rig *rig, struct ride *ride, const char *why)
{
	for (unsigned i = 0; ride->opened == 0; i++) {
		assert_true_why(i < TAPS_MAX, why);
		(void)ride_tap(rig, ride);
	}
}

/* Once and only once, on the card, at the gate and in the books. */
static void
ride_check(struct rig *rig, const struct ride *ride, bool tac_spoilt, const char *why)
{
	struct gate *gate = &rig->gates[kinds[ride->kind].gate];
	struct money now = card_money(rig->cards[0]);

	assert_true_why(ride->opened == 1, why);
	assert_true_why(now.offline == ride->before.offline + 1, why);
	assert_true_why(now.balance == ride->before.balance - kinds[ride->kind].fare, why);
	assert_true_why(validator_torn(gate->validator) == 0, why);
	assert_true_why(gate_drain(rig, kinds[ride->kind].gate) == 1, why);
	assert_true_why(gate->net.taps[0].confirmed, why);
	assert_true_why(gate->net.taps[0].amount_fen == kinds[ride->kind].fare, why);
	assert_true_why(tac_spoilt || tac_good(rig, &gate->net.taps[0]), why);
}

/* How many exchanges a tap without trouble has, and how long the answers are. */
static unsigned
count_exchanges(struct rig *rig, size_t kind, size_t lens[EXCHANGES_MAX])
{
	struct ride ride = ride_begin(rig, kind);

	(void)ride_tap(rig, &ride);
	assert_int_equal(ride.opened, 1);
	assert_true(rig->air[0].count <= EXCHANGES_MAX);
	memcpy(lens, rig->air[0].rsp_len, EXCHANGES_MAX * sizeof(lens[0]));
	return rig->air[0].count;
}

static void
test_each_answer_lost(void **state)
{
	static const struct {
		enum air_mode mode;
		uint32_t param;
		const char *why;
	} modes[] = {
		{ AIR_LOST_BEFORE, 0, "lost before" },
		{ AIR_LOST_AFTER, 0, "lost after" },
		{ AIR_CUT, 0, "cut to nothing" },
		{ AIR_CUT, 1, "cut to one byte" },
		{ AIR_CUT, 2, "cut to two bytes" },
		{ AIR_CUT, 9, "cut to nine bytes" },
		{ AIR_TWICE, 0, "sent twice" },
	};
	struct rig *rig = *state;
	size_t lens[EXCHANGES_MAX];
	char why[64];

	for (size_t k = 0; k < YKT_ARRAY_LEN(kinds); k++) {
		const unsigned count = count_exchanges(rig, k, lens);

		for (unsigned at = 1; at <= count; at++) {
			for (size_t m = 0; m < YKT_ARRAY_LEN(modes); m++) {
				struct ride ride = ride_begin(rig, k);

				(void)snprintf(why, sizeof(why), "%s, exchange %u, %s",
				    kinds[k].name, at, modes[m].why);
				air_fault(&rig->air[0],
				    (struct air_fault){
					.at = at, .mode = modes[m].mode, .param = modes[m].param });
				ride_finish(rig, &ride, why);
				assert_true_why(rig->air[0].fired == 1, why);
				ride_check(rig, &ride, false, why);
			}
		}
	}
}

/* A loss while an earlier one is made good. */
static void
test_pairs_of_losses(void **state)
{
	static const enum air_mode modes[] = { AIR_LOST_BEFORE, AIR_LOST_AFTER };
	struct rig *rig = *state;
	size_t lens[EXCHANGES_MAX];
	char why[64];

	for (size_t k = 0; k < YKT_ARRAY_LEN(kinds); k++) {
		const unsigned count = count_exchanges(rig, k, lens);

		for (unsigned i = 0; i < 2 * count; i++) {
			for (unsigned j = 0; j < 2 * (count + 1); j++) {
				struct ride ride = ride_begin(rig, k);

				(void)snprintf(
				    why, sizeof(why), "%s, %u then %u", kinds[k].name, i, j);
				air_fault(&rig->air[0],
				    (struct air_fault){ .at = 1 + i / 2, .mode = modes[i % 2] });
				(void)ride_tap(rig, &ride);
				air_fault(&rig->air[0],
				    (struct air_fault){ .at = 1 + j / 2, .mode = modes[j % 2] });
				if (ride.opened == 0)
					(void)ride_tap(rig, &ride);
				air_clear(&rig->air[0]);
				ride_finish(rig, &ride, why);
				ride_check(rig, &ride, false, why);
			}
		}
	}
}

/*
 * The bits of a TAC no gate can check; those of the journey record may change
 * the fare, but never what is charged from what is booked.
 */
static void
flip_one(struct rig *rig, size_t kind, unsigned at, uint32_t bit)
{
	const enum gate_name name = kinds[kind].gate;
	const struct wire_tap *record = &rig->gates[name].net.taps[0];
	struct ride ride = ride_begin(rig, kind);
	struct money now;
	char why[64];
	uint8_t ins;

	(void)snprintf(
	    why, sizeof(why), "%s, exchange %u, bit %u", kinds[kind].name, at, (unsigned)bit);
	air_fault(&rig->air[0], (struct air_fault){ .at = at, .mode = AIR_FLIP, .param = bit });
	(void)ride_tap(rig, &ride);
	ins = rig->air[0].ins[at - 1];
	assert_true_why(rig->air[0].fired == 1, why);
	ride_finish(rig, &ride, why);
	now = card_money(rig->cards[0]);
	assert_true_why(now.offline == ride.before.offline + 1, why);
	assert_true_why(ins == 0xB2 || now.balance == ride.before.balance - kinds[kind].fare, why);
	assert_true_why(validator_torn(rig->gates[name].validator) == 0, why);
	assert_true_why(gate_drain(rig, name) == 1, why);
	assert_true_why(record->confirmed, why);
	assert_true_why(now.balance == ride.before.balance - record->amount_fen, why);
	assert_true_why((ins == 0x54 && bit < 32) || tac_good(rig, record), why);
}

static void
test_each_bit_of_each_answer(void **state)
{
	struct rig *rig = *state;
	size_t lens[EXCHANGES_MAX];

	for (size_t k = 1; k < YKT_ARRAY_LEN(kinds); k++) {
		const unsigned count = count_exchanges(rig, k, lens);

		for (unsigned at = 1; at <= count; at++) {
			for (uint32_t bit = 0; bit < 8 * lens[at - 1]; bit++)
				flip_one(rig, k, at, bit);
		}
	}
}

/* The proof itself arrives with a bit fallen over: asked for once more, believed then. */
static void
test_each_bit_of_the_proof(void **state)
{
	struct rig *rig = *state;
	char why[64];

	for (uint32_t bit = 0; bit < 80; bit++) {
		struct ride ride = ride_begin(rig, 2);
		const bool spoilt = bit >= 32 && bit < 64;

		(void)snprintf(why, sizeof(why), "bit %u", (unsigned)bit);
		air_fault(&rig->air[0], (struct air_fault){ .ins = 0x54, .mode = AIR_LOST_AFTER });
		assert_int_equal(ride_tap(rig, &ride), VALIDATOR_RETAP);
		air_fault(&rig->air[0],
		    (struct air_fault){ .ins = 0x5A, .mode = AIR_FLIP, .param = bit });
		ride_finish(rig, &ride, why);
		assert_true_why(ride.recovered == 1, why);
		ride_check(rig, &ride, spoilt, why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_each_answer_lost),
		TEST(test_pairs_of_losses),
		TEST(test_each_bit_of_each_answer),
		TEST(test_each_bit_of_the_proof),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
