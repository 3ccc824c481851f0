/*
 * What becomes of a torn tap: proven, not done, forged, forgotten, overtaken,
 * too old (R5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "se/image.h"
#include "rig.h"

static const uint8_t no_tac[4];

/* A tap whose DEBIT got lost so; the card is told to tap again. */
static void
tear(struct rig *rig, enum gate_name gate, unsigned card, enum air_mode mode)
{
	air_fault(&rig->air[card], (struct air_fault){ .ins = 0x54, .mode = mode });
	tap_expect(rig, gate, card, VALIDATOR_RETAP, "retap");
	assert_int_equal(rig->air[card].fired, 1);
	rig->air[card].fired = 0;
}

static void
assert_debits(struct rig *rig, unsigned card, unsigned count)
{
	struct money money = card_money(rig->cards[card]);

	assert_int_equal(money.offline, count);
	assert_int_equal(money.balance, CARD_BALANCE - count * FARE_BUS);
}

static void
test_proven_tap_is_not_debited_twice(void **state)
{
	struct rig *rig = *state;
	struct validator_result result;

	tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
	assert_debits(rig, 0, 1);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 1);
	assert_int_equal(validator_waiting(rig->gates[GATE_BUS].validator), 0);
	rig->wall_ms += 5000;
	result = tap(rig, GATE_BUS, 0);
	assert_int_equal(result.gate, VALIDATOR_OPEN);
	assert_string_equal(result.reason, "recovered");
	assert_true(result.recovered);
	assert_int_equal(result.amount, FARE_BUS);
	assert_int_equal(result.balance, CARD_BALANCE - FARE_BUS);
	assert_debits(rig, 0, 1);
	/* SELECT and GET TRANSACTION PROOF for the counter after the step. */
	assert_int_equal(rig->air[0].count, 2);
	assert_memory_equal(rig->air[0].ins, "\xA4\x5A", 2);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
	assert_int_equal(gate_drain(rig, GATE_BUS), 1);
	assert_true(tac_good(rig, &rig->gates[GATE_BUS].net.taps[0]));
	/* The next tap is a ride of its own. */
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_debits(rig, 0, 2);
}

/* The proof answers for the torn counter alone, one before and one after do not (off by one). */
static void
test_proof_is_asked_for_the_counter_after(void **state)
{
	struct rig *rig = *state;

	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	(void)card_hex(rig->cards[0], YKT_SE_CONTACTLESS, SELECT_PURSE);
	expect_on(rig->cards[0], YKT_SE_CONTACTLESS, "805A000902000008", "9406");
	expect_on(rig->cards[0], YKT_SE_CONTACTLESS, "805A000902000208", "9406");
	assert_true(strlen(card_hex(rig->cards[0], YKT_SE_CONTACTLESS, "805A000902000108")) == 20);
}

static void
test_tap_that_was_not_done_is_debited_now(void **state)
{
	struct rig *rig = *state;

	tear(rig, GATE_BUS, 0, AIR_LOST_BEFORE);
	assert_debits(rig, 0, 0);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_debits(rig, 0, 1);
	/* Its MAC2 proved the counter, and so that the torn one never happened. */
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
	assert_int_equal(gate_drain(rig, GATE_BUS), 1);
	assert_int_equal(rig->gates[GATE_BUS].net.taps[0].terminal_seq, 2);
}

/* Twenty times in a row: one of them reached the card. */
static void
test_many_torn_taps_at_one_counter(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	size_t confirmed = 0;

	for (unsigned i = 0; i < 19; i++)
		tear(rig, GATE_BUS, 0, AIR_LOST_BEFORE);
	assert_int_equal(validator_torn(gate->validator), 8);
	tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "recovered");
	assert_debits(rig, 0, 1);
	assert_int_equal(validator_torn(gate->validator), 0);
	/* Those that no longer fitted the list went up unconfirmed, none got lost. */
	assert_int_equal(gate_drain(rig, GATE_BUS), 12 + 1);
	for (size_t i = 0; i < gate->net.count; i++) {
		confirmed += gate->net.taps[i].confirmed;
		assert_int_equal(gate->net.taps[i].offline_seq, 0);
	}
	assert_int_equal(confirmed, 1);
}

/* A relay that keeps DEBIT for itself and invents the proof. */
static void
test_forged_proof_opens_nothing(void **state)
{
	static const char *const forged[] = { "00000000000000009000", "FFFFFFFFFFFFFFFF9000",
		"0123456789ABCDEF9000" };
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(forged); i++) {
		rig_again(rig);
		tear(rig, GATE_BUS, 0, AIR_LOST_BEFORE);
		for (unsigned k = 0; k < 3; k++) {
			struct validator_result result;

			air_clear(&rig->air[0]);
			air_fault(&rig->air[0], (struct air_fault){ .ins = 0x5A,
						    .stays = true,
						    .mode = AIR_ANSWER,
						    .text = forged[i] });
			air_fault(&rig->air[0], (struct air_fault){ .ins = 0x54,
						    .stays = true,
						    .mode = AIR_ANSWER,
						    .text = forged[i] });
			result = tap(rig, GATE_BUS, 0);
			assert_int_equal(result.gate, VALIDATOR_RETAP);
			assert_string_equal(result.reason, "card_not_genuine");
			assert_false(result.recovered);
		}
		assert_debits(rig, 0, 0);
		assert_int_equal(validator_waiting(rig->gates[GATE_BUS].validator), 0);
		/* With the relay gone the rider pays once. */
		air_clear(&rig->air[0]);
		tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
		assert_debits(rig, 0, 1);
	}
}

/* The proof of another gate's tap at the same counter is not ours. */
static void
test_proof_of_another_gate_is_not_ours(void **state)
{
	struct rig *rig = *state;
	const struct net *net = &rig->gates[GATE_BUS].net;

	tear(rig, GATE_BUS, 0, AIR_LOST_BEFORE);
	tap_expect(rig, GATE_BUS_2, 0, VALIDATOR_OPEN, "ok");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_debits(rig, 0, 2);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
	assert_int_equal(gate_drain(rig, GATE_BUS), 2);
	assert_true(net->taps[0].confirmed);
	assert_int_equal(net->taps[0].offline_seq, 1);
	assert_false(net->taps[1].confirmed);
	assert_int_equal(net->taps[1].offline_seq, 0);
	assert_memory_equal(net->taps[1].tac, no_tac, sizeof(no_tac));
}

/* The card was debited here and rode elsewhere since: only its issuer can tell now. */
static void
test_tap_elsewhere_makes_it_unconfirmed(void **state)
{
	struct rig *rig = *state;
	const struct net *net = &rig->gates[GATE_BUS].net;

	tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
	tap_expect(rig, GATE_BUS_2, 0, VALIDATOR_OPEN, "ok");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_debits(rig, 0, 3);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
	assert_int_equal(gate_drain(rig, GATE_BUS), 2);
	assert_true(net->taps[0].confirmed && tac_good(rig, &net->taps[0]));
	assert_int_equal(net->taps[0].offline_seq, 2);
	assert_false(net->taps[1].confirmed);
	assert_int_equal(net->taps[1].offline_seq, 0);
	assert_int_equal(net->taps[1].terminal_seq, 1);
	assert_int_equal(net->taps[1].balance_fen, CARD_BALANCE);
}

static void
test_another_card_in_between(void **state)
{
	struct rig *rig = *state;
	struct validator *validator = rig->gates[GATE_BUS].validator;

	tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
	tear(rig, GATE_BUS, 1, AIR_LOST_BEFORE);
	tap_expect(rig, GATE_BUS, 2, VALIDATOR_OPEN, "ok");
	assert_int_equal(validator_torn(validator), 2);
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
	assert_int_equal(validator_torn(validator), 1);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "recovered");
	assert_int_equal(validator_torn(validator), 0);
	for (unsigned i = 0; i < 3; i++)
		assert_debits(rig, i, 1);
	assert_int_equal(gate_drain(rig, GATE_BUS), 3);
	for (unsigned i = 0; i < 3; i++)
		assert_true(tac_good(rig, &rig->gates[GATE_BUS].net.taps[i]));
}

/* Two cards with one number and two issuers are two cards. */
static void
test_same_number_of_another_issuer(void **state)
{
	struct rig *rig = *state;

	tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
	card_patch(rig->cards[0], SE_PURSE_FILE15, OTHER_ISSUER);
	(void)tap(rig, GATE_BUS, 0);
	assert_int_equal(rig->air[0].ins[1], 0xB0); /* no proof was asked for */
	assert_true(validator_torn(rig->gates[GATE_BUS].validator) > 0);
	assert_int_equal(validator_waiting(rig->gates[GATE_BUS].validator), 0);
}

/* The PSAM remembers eight taps; after more, nobody can check the proof (R5). */
static void
test_psam_forgot_the_tap(void **state)
{
	struct rig *rig = *state;
	const struct net *net = &rig->gates[GATE_BUS].net;

	tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
	for (unsigned i = 0; i < SE_PSAM_TAPS; i++)
		tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_debits(rig, 0, 2);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
	assert_int_equal(gate_drain(rig, GATE_BUS), SE_PSAM_TAPS + 2);
	assert_true(net->taps[SE_PSAM_TAPS].confirmed);
	assert_false(net->taps[SE_PSAM_TAPS + 1].confirmed);
}

/* The same at an entry, where the card says that it is inside: it enters again, for nothing. */
static void
test_psam_forgot_the_entry(void **state)
{
	struct rig *rig = *state;

	tear(rig, GATE_IN, 0, AIR_LOST_AFTER);
	/* Another card's failures use up the memory of the PSAM. */
	for (unsigned i = 0; i < SE_PSAM_TAPS; i++) {
		air_fault(&rig->air[1], (struct air_fault){ .ins = 0xDC, .mode = AIR_LOST_BEFORE });
		tap_expect(rig, GATE_IN, 1, VALIDATOR_RETAP, "too_fast");
	}
	rig->wall_ms += 3000;
	tap_expect(rig, GATE_IN, 0, VALIDATOR_OPEN, "ok");
	assert_int_equal(card_money(rig->cards[0]).balance, CARD_BALANCE);
	assert_int_equal(validator_torn(rig->gates[GATE_IN].validator), 0);
	/* Now it is inside by a tap that opened. */
	tap_expect(rig, GATE_IN, 0, VALIDATOR_CLOSED, "journey_open");
	tap_expect(rig, GATE_OUT, 0, VALIDATOR_OPEN, "ok");
	assert_int_equal(card_money(rig->cards[0]).balance, CARD_BALANCE - FARE_METRO);
}

/* Whatever the card has become since: who was debited is let in. */
static void
test_refusal_after_the_debit(void **state)
{
	static const struct {
		const char *why;
		uint32_t off;
		const char *hex;
	} rows[] = {
		{ "not enabled", SE_PURSE_FILE15 + 9, "00" },
		{ "expired", SE_PURSE_FILE15 + 24, "20200101" },
		{ "locked", SE_PURSE_DATA + SE_DATA_LEN + 5, "01" },
		{ "empty", SE_PURSE_MONEY + SE_MONEY_BALANCE, "000000" },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct validator_result result;

		rig_again(rig);
		tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
		card_patch(rig->cards[0], rows[i].off, rows[i].hex);
		result = tap(rig, GATE_BUS, 0);
		assert_true_why(result.gate == VALIDATOR_OPEN, rows[i].why);
		assert_true_why(result.recovered, rows[i].why);
	}
}

static void
test_window(void **state)
{
	static const struct {
		const char *why;
		int64_t later_ms;
		bool recovered;
	} rows[] = {
		{ "at once", 0, true },
		{ "at the end of the window", TORN_MS, true },
		{ "a millisecond later", TORN_MS + 1, false },
		{ "the clock was set back a little", -60000, true },
		{ "the clock was set back ten years", INT64_C(-315360000000), false },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct validator_result result;

		rig_again(rig);
		card_patch(rig->cards[0], SE_PURSE_FILE15 + 20, "20100101");
		tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
		rig->wall_ms += rows[i].later_ms;
		result = tap(rig, GATE_BUS, 0);
		assert_true_why(result.gate == VALIDATOR_OPEN, rows[i].why);
		assert_true_why(result.recovered == rows[i].recovered, rows[i].why);
		/* Too late it is settled for the books all the same, and proven. */
		assert_debits(rig, 0, rows[i].recovered ? 1 : 2);
		assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
		assert_int_equal(gate_drain(rig, GATE_BUS), rows[i].recovered ? 1 : 2);
		assert_true_why(tac_good(rig, &rig->gates[GATE_BUS].net.taps[0]), rows[i].why);
	}
}

/* An entry whose window is over: nobody is kept out for having paid nothing. */
static void
test_window_of_an_entry(void **state)
{
	struct rig *rig = *state;

	tear(rig, GATE_IN, 0, AIR_LOST_AFTER);
	rig->wall_ms += TORN_MS + 1;
	tap_expect(rig, GATE_IN, 0, VALIDATOR_OPEN, "ok");
	assert_int_equal(gate_drain(rig, GATE_IN), 2);
}

/* The rider never comes back: it goes up unconfirmed, once, after the window. */
static void
test_given_up_after_the_window(void **state)
{
	struct rig *rig = *state;
	const struct net *net = &rig->gates[GATE_BUS].net;

	tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
	rig->wall_ms += TORN_MS;
	assert_int_equal(gate_drain(rig, GATE_BUS), 0);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 1);
	rig->wall_ms += 1;
	assert_int_equal(gate_drain(rig, GATE_BUS), 1);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
	assert_false(net->taps[0].confirmed);
	assert_memory_equal(net->taps[0].tac, no_tac, sizeof(no_tac));
	assert_int_equal(gate_drain(rig, GATE_BUS), 1);
}

static void
test_given_up_when_the_clock_was_set_back(void **state)
{
	struct rig *rig = *state;

	tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
	rig->wall_ms -= INT64_C(315360000000);
	assert_int_equal(gate_drain(rig, GATE_BUS), 1);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
}

/* What DEBIT may answer without telling whether it was done (R1). */
static void
test_unknown_words_of_debit(void **state)
{
	static const char *const words[] = { "6F00", "6400", "6581", "6985", "6901", "6700", "6D00",
		"9000", "61", "", "9999", "11223344556677889302", "112233449000",
		"112233445566778899 9000" };
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(words); i++) {
		struct validator_result result;

		rig_again(rig);
		air_fault(&rig->air[0],
		    (struct air_fault){ .ins = 0x54, .mode = AIR_ANSWER, .text = words[i] });
		result = tap(rig, GATE_BUS, 0);
		assert_true_why(result.gate == VALIDATOR_RETAP, words[i]);
		assert_true_why(strcmp(result.reason, "retap") == 0, words[i]);
		assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 1);
		assert_int_equal(validator_waiting(rig->gates[GATE_BUS].validator), 0);
		tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
		assert_debits(rig, 0, 1);
	}
}

/* What GET TRANSACTION PROOF may answer: only some of it says that there is none. */
static void
test_words_of_the_proof(void **state)
{
	static const struct {
		const char *word;
		enum validator_gate gate;
	} rows[] = {
		{ "9406", VALIDATOR_OPEN },
		{ "6A88", VALIDATOR_OPEN },
		{ "6D00", VALIDATOR_OPEN },
		{ "6F00", VALIDATOR_RETAP },
		{ "6400", VALIDATOR_RETAP },
		{ "6581", VALIDATOR_RETAP },
		{ "7777", VALIDATOR_RETAP },
		{ "9000", VALIDATOR_RETAP },
		{ "1122334455667788996F00", VALIDATOR_RETAP },
		{ "11223344556677889406", VALIDATOR_RETAP },
		{ "112233449000", VALIDATOR_RETAP },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct validator_result result;

		rig_again(rig);
		tear(rig, GATE_BUS, 0, AIR_LOST_BEFORE);
		air_fault(&rig->air[0],
		    (struct air_fault){ .ins = 0x5A, .mode = AIR_ANSWER, .text = rows[i].word });
		result = tap(rig, GATE_BUS, 0);
		assert_true_why(result.gate == rows[i].gate, rows[i].word);
		assert_false(result.recovered);
		assert_debits(rig, 0, rows[i].gate == VALIDATOR_OPEN ? 1 : 0);
	}
}

/* The PSAM fails between DEBIT and MAC2: the gate stays shut, nothing is lost. */
static void
test_psam_gone_after_the_debit(void **state)
{
	struct rig *rig = *state;
	struct gate *gate = &rig->gates[GATE_BUS];
	struct validator_result result;

	tear(rig, GATE_BUS, 0, AIR_LOST_AFTER);
	gate->psam_dead = true;
	assert_status(tap_status(rig, GATE_BUS, 0, &result), YKT_E_LINK);
	assert_int_equal(validator_torn(gate->validator), 1);
	gate->psam_dead = false;
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "recovered");
	assert_debits(rig, 0, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_proven_tap_is_not_debited_twice),
		TEST(test_proof_is_asked_for_the_counter_after),
		TEST(test_tap_that_was_not_done_is_debited_now),
		TEST(test_many_torn_taps_at_one_counter),
		TEST(test_forged_proof_opens_nothing),
		TEST(test_proof_of_another_gate_is_not_ours),
		TEST(test_tap_elsewhere_makes_it_unconfirmed),
		TEST(test_another_card_in_between),
		TEST(test_same_number_of_another_issuer),
		TEST(test_psam_forgot_the_tap),
		TEST(test_psam_forgot_the_entry),
		TEST(test_refusal_after_the_debit),
		TEST(test_window),
		TEST(test_window_of_an_entry),
		TEST(test_given_up_after_the_window),
		TEST(test_given_up_when_the_clock_was_set_back),
		TEST(test_unknown_words_of_debit),
		TEST(test_words_of_the_proof),
		TEST(test_psam_gone_after_the_debit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
