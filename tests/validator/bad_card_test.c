/*
 * What a card may say at a gate that no card may say (docs/bad-inputs.md 5.1):
 * the gate stays shut, nothing is charged, nothing is booked, and the rider with
 * a good card is let in behind it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "rig.h"
#include "se/image.h"
#include "validator/internal.h"

#define FCI_OF(file15)      "6F318408A000000632010105A5259F0801029F0C1E" file15 "9000"
#define INFO(serial, dates) "01011000FFFFFFFF0201" serial dates "0000"
#define SERIAL              "03105170000000000001"
#define DATES               "2025010120351231"
#define NEST_8              "6180618061806180"

static void
answer(struct rig *rig, uint8_t ins, const char *text)
{
	air_fault(&rig->air[0], (struct air_fault){ .ins = ins, .mode = AIR_ANSWER, .text = text });
}

/* Nothing of the card, of the queue, of the torn list and of the disk moved. */
static void
refused(struct rig *rig, enum gate_name gate, const char *reason, const char *why)
{
	static struct snapshot before, after;
	static struct disk disk;
	struct validator_result result;

	snapshot_take(rig->cards[0], &before);
	disk = rig->gates[gate].disk;
	assert_status_why(tap_status(rig, gate, 0, &result), YKT_OK, why);
	if (strcmp(result.reason, reason) != 0)
		fail_msg("%s: %s, not %s", why, result.reason, reason);
	assert_true_why(result.gate != VALIDATOR_OPEN, why);
	snapshot_take(rig->cards[0], &after);
	assert_true_why(snapshot_equal(&before, &after), why);
	assert_true_why(disk_equal(&disk, &rig->gates[gate].disk), why);
	assert_true_why(validator_torn(rig->gates[gate].validator) == 0, why);
	assert_true_why(validator_waiting(rig->gates[gate].validator) == 0, why);
}

static void
good_rider_follows(struct rig *rig, enum gate_name gate)
{
	air_clear(&rig->air[0]);
	tap_expect(rig, gate, 1, VALIDATOR_OPEN, "ok");
}

static const struct {
	const char *why;
	const char *fci;
	const char *reason;
} selects[] = {
	{ "nothing", "", "too_fast" },
	{ "one byte", "90", "too_fast" },
	{ "a status word only", "9000", "not_our_kind" },
	{ "6F00", "6F00", "card_refused" },
	{ "6100", "6100", "card_refused" },
	{ "6C00", "6C00", "card_refused" },
	{ "a length over the end", "5A81FF01029000", "not_our_kind" },
	{ "a list without a template", "01010602010003030000009000", "not_our_kind" },
	{ "indefinite lengths without end", NEST_8 NEST_8 NEST_8 NEST_8 "9000", "not_our_kind" },
	{ "a zero first", "006F318408A0000006320101059000", "not_our_kind" },
	{ "a tag without end", "1F80808080808001009000", "not_our_kind" },
	{ "an empty template", "6F009000", "not_our_kind" },
	{ "no file 15", "6F108408A000000632010105A5049F08010290 00", "not_our_kind" },
	{ "file 15 a byte short",
	    "6F308408A000000632010105A5249F0801029F0C1D01011000FFFFFFFF0201" SERIAL DATES "009000",
	    "not_our_kind" },
	{ "a number with letters", FCI_OF(INFO("0310517000000000000A", DATES)), "not_our_kind" },
	{ "a number too long", FCI_OF(INFO("13105170000000000001", DATES)), "not_our_kind" },
	{ "a number never written", FCI_OF(INFO("FFFFFFFFFFFFFFFFFFFF", DATES)), "not_our_kind" },
	{ "dates of FF", FCI_OF(INFO(SERIAL, "FFFFFFFFFFFFFFFF")), "not_our_kind" },
	{ "a start of letters", FCI_OF(INFO(SERIAL, "2025ABCD20351231")), "not_our_kind" },
	{ "an end of letters", FCI_OF(INFO(SERIAL, "202501012035123F")), "not_our_kind" },
	{ "dates of zeros", FCI_OF(INFO(SERIAL, "0000000000000000")), "card_expired" },
	{ "expired yesterday", FCI_OF(INFO(SERIAL, "2025010120260724")), "card_expired" },
	{ "valid from tomorrow", FCI_OF(INFO(SERIAL, "2026072620351231")), "card_not_valid_yet" },
	{ "an issuer in no list", FCI_OF("99999999FFFFFFFF0201" SERIAL DATES "0000"),
	    "issuer_unknown" },
};

static void
test_selections_that_are_none(void **state)
{
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(selects); i++) {
		rig_again(rig);
		answer(rig, 0xA4, selects[i].fci);
		refused(rig, GATE_BUS, selects[i].reason, selects[i].why);
		good_rider_follows(rig, GATE_BUS);
	}
}

static void
test_journeys_that_are_none(void **state)
{
	static char record[2 * RECORD_JOURNEY_LEN + 8];
	static const struct {
		const char *why;
		const char *head; /* filled up with zeros to len bytes */
		size_t len;
		enum gate_name gate;
	} rows[] = {
		{ "a byte short", "27017D", RECORD_JOURNEY_LEN - 1, GATE_IN },
		{ "no data", "", 0, GATE_IN },
		{ "the bus's record at a metro gate", "27027D", RECORD_JOURNEY_LEN, GATE_IN },
		{ "the metro's record on a bus", "27017D", RECORD_JOURNEY_LEN, GATE_BUS },
		{ "an id of no industry", "27FF7D", RECORD_JOURNEY_LEN, GATE_BUS },
		{ "an id of zeros and the rest not", "0000FF", RECORD_JOURNEY_LEN, GATE_BUS },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		memset(record, '0', sizeof(record));
		memcpy(record, rows[i].head, strlen(rows[i].head));
		memcpy(record + 2 * rows[i].len, "9000", 5);
		rig_again(rig);
		answer(rig, 0xB2, record);
		refused(rig, rows[i].gate, "not_our_kind", rows[i].why);
		good_rider_follows(rig, rows[i].gate);
	}
}

/* balance, counter, overdraft, key version, algorithm, random */
static const struct {
	const char *why;
	const char *init;
	const char *reason;
} inits[] = {
	{ "nothing", "", "too_fast" },
	{ "one byte", "90", "too_fast" },
	{ "a status word only", "9000", "card_refused" },
	{ "6F00", "6F00", "card_refused" },
	{ "a byte short",
	    "0000271000000000000100010203"
	    "9000",
	    "card_refused" },
	{ "a byte long",
	    "00002710"
	    "0000"
	    "000000"
	    "01"
	    "00"
	    "0102030405"
	    "9000",
	    "card_refused" },
	{ "2^32 - 1 fen",
	    "FFFFFFFF"
	    "0000"
	    "000000"
	    "01"
	    "00"
	    "01020304"
	    "9000",
	    "card_refused" },
	{ "2^31 fen",
	    "80000000"
	    "0000"
	    "000000"
	    "01"
	    "00"
	    "01020304"
	    "9000",
	    "card_refused" },
	{ "one over three bytes",
	    "01000000"
	    "0000"
	    "000000"
	    "01"
	    "00"
	    "01020304"
	    "9000",
	    "card_refused" },
	{ "one over what a purse may hold",
	    "000186A1"
	    "0000"
	    "000000"
	    "01"
	    "00"
	    "01020304"
	    "9000",
	    "over_limit" },
	{ "nothing left but the overdraft",
	    "00000064"
	    "0000"
	    "000064"
	    "01"
	    "00"
	    "01020304"
	    "9000",
	    "low_balance" },
	{ "an overdraft of FFFFFF",
	    "00002710"
	    "0000"
	    "FFFFFF"
	    "01"
	    "00"
	    "01020304"
	    "9000",
	    "low_balance" },
	{ "a key version that is none",
	    "00002710"
	    "0000"
	    "000000"
	    "77"
	    "00"
	    "01020304"
	    "9000",
	    "card_refused" },
	{ "an algorithm that is none",
	    "00002710"
	    "0000"
	    "000000"
	    "01"
	    "AA"
	    "01020304"
	    "9000",
	    "card_refused" },
	{ "another algorithm than its keys",
	    "00002710"
	    "0000"
	    "000000"
	    "01"
	    "01"
	    "01020304"
	    "9000",
	    "card_refused" },
	{ "a random of zeros",
	    "00002710"
	    "0000"
	    "000000"
	    "01"
	    "00"
	    "00000000"
	    "9000",
	    "card_refused" },
};

static void
test_initialize_answers_that_cannot_be(void **state)
{
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(inits); i++) {
		rig_again(rig);
		answer(rig, 0x50, inits[i].init);
		refused(rig, GATE_BUS, inits[i].reason, inits[i].why);
		good_rider_follows(rig, GATE_BUS);
	}
}

/* A recording, or a card whose source of randomness has stopped. */
static void
test_the_random_of_the_tap_before(void **state)
{
	struct rig *rig = *state;
	struct money money;

	rng_script(&rig->cards[0]->rng, "A1A2A3A4A1A2A3A4A1A2A3A5");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	money = card_money(rig->cards[0]);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "card_refused");
	assert_int_equal(card_money(rig->cards[0]).balance, money.balance);
	assert_int_equal(card_money(rig->cards[0]).offline, money.offline);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
	assert_int_equal(validator_waiting(rig->gates[GATE_BUS].validator), 1);
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	/* Another card may draw the same. */
	rng_script(&rig->cards[1]->rng, "A1A2A3A5");
	tap_expect(rig, GATE_BUS, 1, VALIDATOR_OPEN, "ok");
	assert_int_equal(gate_drain(rig, GATE_BUS), 3);
}

/* DEBIT without what must come with it: the rider is told to tap again, once charged. */
static void
test_debit_answers_that_prove_nothing(void **state)
{
	static const struct {
		const char *why;
		const char *debit;
		const char *reason;
	} rows[] = {
		{ "9000 without TAC and MAC2", "9000", "retap" },
		{ "TAC without MAC2", "010203049000", "retap" },
		{ "a byte short", "010203040506079000", "retap" },
		{ "a byte long", "0102030405060708099000", "retap" },
		{ "one byte", "90", "retap" },
		{ "nothing", "", "retap" },
		{ "6F00", "6F00", "retap" },
		{ "6100", "6100", "retap" },
		{ "a word that nobody knows", "1234", "retap" },
		{ "zeros", "00000000000000009000", "card_not_genuine" },
		{ "FF", "FFFFFFFFFFFFFFFF9000", "card_not_genuine" },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct money money;

		rig_again(rig);
		money = card_money(rig->cards[0]);
		answer(rig, 0x54, rows[i].debit);
		tap_expect(rig, GATE_BUS, 0, VALIDATOR_RETAP, rows[i].reason);
		assert_true_why(validator_torn(rig->gates[GATE_BUS].validator) == 1, rows[i].why);
		assert_true_why(
		    validator_waiting(rig->gates[GATE_BUS].validator) == 0, rows[i].why);
		air_clear(&rig->air[0]);
		tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
		assert_true_why(
		    card_money(rig->cards[0]).balance == money.balance - FARE_BUS, rows[i].why);
	}
}

/* Torn at counter n; the card comes back with n - 1 or n + 2: no ride for nothing. */
static void
test_counters_that_go_astray(void **state)
{
	static const struct {
		const char *why;
		const char *counter;
	} rows[] = { { "back by one", "0004" }, { "two further", "0007" }, { "zero", "0000" } };
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct validator *validator;
		size_t count;

		rig_again(rig);
		validator = rig->gates[GATE_BUS].validator;
		card_patch(rig->cards[0], SE_PURSE_MONEY + SE_MONEY_OFFLINE, "0005");
		answer(rig, 0x54, "9000");
		tap_expect(rig, GATE_BUS, 0, VALIDATOR_RETAP, "retap");
		air_clear(&rig->air[0]);
		card_patch(rig->cards[0], SE_PURSE_MONEY + SE_MONEY_OFFLINE, rows[i].counter);
		/* What it cannot prove it pays for; the torn tap goes up as what it is. */
		tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
		assert_true_why(
		    card_money(rig->cards[0]).balance == CARD_BALANCE - FARE_BUS, rows[i].why);
		assert_true_why(validator_torn(validator) <= 1, rows[i].why);
		rig->wall_ms += TORN_MS + 1;
		count = gate_drain(rig, GATE_BUS);
		for (size_t k = 0, paid = 0; k < count; k++) {
			paid += rig->gates[GATE_BUS].net.taps[k].confirmed;
			assert_true_why(paid <= 1, rows[i].why);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_selections_that_are_none),
		TEST(test_journeys_that_are_none),
		TEST(test_initialize_answers_that_cannot_be),
		TEST(test_the_random_of_the_tap_before),
		TEST(test_debit_answers_that_prove_nothing),
		TEST(test_counters_that_go_astray),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
