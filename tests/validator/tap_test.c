/*
 * What a tap that goes well writes on the card and into the upload, byte by byte
 * (card.md 1.2, 1.5, 1.9), and what it charges.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "card/files.h"
#include "se/image.h"
#include "rig.h"

#define ZEROS_8 "0000000000000000"
#define ZEROS_7 "00000000000000"

static void
assert_hex(const uint8_t *bytes, const char *hex)
{
	char text[2 * RECORD_JOURNEY_LEN + 1];

	ykt_hex_encode(ykt_bytes(bytes, strlen(hex) / 2), text);
	assert_string_equal(text, hex);
}

static const uint8_t *
journey(const struct card *card, unsigned record)
{
	return card->se.journal.home + SE_PURSE_OFF(0) + SE_PURSE_DATA + record * SE_DATA_LEN;
}

static const uint8_t *
newest_trip(const struct card *card)
{
	const uint8_t *purse = card->se.journal.home + SE_PURSE_OFF(0);
	unsigned head = purse[SE_PURSE_MONEY + SE_MONEY_TRIP_HEAD];

	return purse + SE_PURSE_TRIPS + head * SE_TRIP_LEN;
}

#define TRIP_ENTRY                                                                                 \
	"03"                                                                                       \
	"0000310000000001"                                                                         \
	"01"                                                                                       \
	"0007"                                                                                     \
	"0002"                                                                                     \
	"0102"                                                                                     \
	"00"                                                                                       \
	"00000000"                                                                                 \
	"00002710" START_BCD "9901" OWN_ISSUER "000000000000"

static void
test_entry(void **state)
{
	struct rig *rig = *state;
	struct validator_result result = tap(rig, GATE_IN, 0);
	struct money money = card_money(rig->cards[0]);

	assert_int_equal(result.gate, VALIDATOR_OPEN);
	assert_string_equal(result.reason, "ok");
	assert_string_equal(result.card_no, CARD_NO);
	assert_int_equal(result.amount, 0);
	assert_int_equal(result.balance, CARD_BALANCE);
	assert_false(result.recovered || result.foreign);
	assert_int_equal(money.balance, CARD_BALANCE);
	assert_int_equal(money.offline, 1);
	assert_hex(newest_trip(rig->cards[0]), TRIP_ENTRY);
	assert_hex(journey(rig->cards[0], 0),
	    "2701"
	    "7D"
	    "01"
	    "01"
	    "00"
	    "0000000000000001"
	    "01"
	    "9901"
	    "0000" OWN_ISSUER ZEROS_8 "0000000000070002" ZEROS_8
	    "0000310000000001" ZEROS_8 START_BCD ZEROS_7 "00000000"
	    "07"
	    "00"
	    "00000000"
	    "00002710"
	    "00000000"
	    "0000000000000000000000000000000000000000000000000000000000");
	/* SELECT, READ, INITIALIZE, two UPDATEs, DEBIT: nothing that is not needed. */
	assert_int_equal(rig->air[0].count, 6);
	assert_memory_equal(rig->air[0].ins, "\xA4\xB2\x50\xDC\xDC\x54", 6);
}

static void
test_exit(void **state)
{
	struct rig *rig = *state;
	struct validator_result result;
	struct money money;

	tap_expect(rig, GATE_IN, 0, VALIDATOR_OPEN, "ok");
	rig->wall_ms += 15 * 60 * 1000;
	result = tap(rig, GATE_OUT, 0);
	money = card_money(rig->cards[0]);
	assert_int_equal(result.gate, VALIDATOR_OPEN);
	assert_int_equal(result.amount, FARE_METRO);
	assert_int_equal(result.balance, CARD_BALANCE - FARE_METRO);
	assert_int_equal(money.balance, CARD_BALANCE - FARE_METRO);
	assert_int_equal(money.offline, 2);
	assert_hex(newest_trip(rig->cards[0]), "04"
					       "0000310000000002"
					       "01"
					       "0007"
					       "0006"
					       "0102"
					       "00"
					       "0000012C"
					       "000025E4"
					       "20260725084515"
					       "9901" OWN_ISSUER "000000000000");
	assert_hex(journey(rig->cards[0], 0),
	    "2701"
	    "7D"
	    "01"
	    "01"
	    "00"
	    "0000000000000001"
	    "02"
	    "9901"
	    "9901" OWN_ISSUER OWN_ISSUER "0000000000070002"
	    "0000000000070006"
	    "0000310000000001"
	    "0000310000000002" START_BCD "20260725084515"
	    "00000000"
	    "07"
	    "07"
	    "00000000"
	    "000025E4"
	    "0000012C"
	    "0000000000000000000000000000000000000000000000000000000000");
}

static void
test_bus(void **state)
{
	struct rig *rig = *state;
	struct validator_result result = tap(rig, GATE_BUS, 0);

	assert_int_equal(result.gate, VALIDATOR_OPEN);
	assert_int_equal(result.amount, FARE_BUS);
	assert_int_equal(card_money(rig->cards[0]).balance, CARD_BALANCE - FARE_BUS);
	assert_hex(newest_trip(rig->cards[0]),
	    "06"
	    "0000310000000003"
	    "02"
	    "0007"
	    "0031"
	    "0102"
	    "00"
	    "000000C8"
	    "00002648" START_BCD "9901" OWN_ISSUER "000000000000");
	assert_hex(journey(rig->cards[0], 1),
	    "2702"
	    "7D"
	    "01"
	    "01"
	    "00"
	    "0000000000000001"
	    "02"
	    "9901" OWN_ISSUER "0102"
	    "0007"
	    "31" ZEROS_8 "0000310000000003" START_BCD "00000000"
	    "AB"
	    "0000" ZEROS_8 "0000"
	    "0000"
	    "00" ZEROS_8 ZEROS_8 ZEROS_7 "000000C8"
	    "0000"
	    "0000000000000000000000000000000000000000000000000000");
}

/* What goes up, field by field, with a TAC that the issuer will find good. */
static void
test_upload_record(void **state)
{
	struct rig *rig = *state;
	const struct wire_tap *record = &rig->gates[GATE_BUS].net.taps[0];

	tap_expect(rig, GATE_BUS, 0, VALIDATOR_OPEN, "ok");
	assert_int_equal(validator_waiting(rig->gates[GATE_BUS].validator), 1);
	assert_int_equal(validator_torn(rig->gates[GATE_BUS].validator), 0);
	assert_int_equal(gate_drain(rig, GATE_BUS), 1);
	assert_string_equal(record->card_no, CARD_NO);
	assert_hex(record->issuer, OWN_ISSUER);
	assert_int_equal(record->alg, 0);
	assert_int_equal(record->key_version, 1);
	assert_int_equal(record->type[0], 9);
	assert_int_equal(record->amount_fen, FARE_BUS);
	assert_int_equal(record->balance_fen, CARD_BALANCE);
	assert_int_equal(record->offline_seq, 0);
	assert_hex(record->terminal, "310000000003");
	assert_int_equal(record->terminal_seq, 1);
	assert_hex(record->datetime, START_BCD);
	assert_true(record->confirmed);
	assert_memory_equal(record->trip, newest_trip(rig->cards[0]), RECORD_TRIP_LEN);
	assert_true(tac_good(rig, record));
}

static void
test_terminal_is_the_psams(void **state)
{
	struct rig *rig = *state;

	assert_hex(validator_terminal(rig->gates[GATE_OUT].validator), "310000000002");
}

/* GATE_IN is station 2, base fare up to 4 stations, then a step for each 4. */
static void
test_fares(void **state)
{
	static const struct {
		const char *why;
		uint8_t station;
		int fare;
	} rows[] = {
		{ "the same station", 2, 300 },
		{ "the last of the base", 6, 300 },
		{ "the first step", 7, 400 },
		{ "the last of the first step", 10, 400 },
		{ "the second step", 11, 500 },
		{ "backwards", 1, 300 },
		{ "far", 255, 300 + 63 * 100 },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct validator_result result;

		rig_again(rig);
		gate_close(rig, GATE_OUT);
		rig->gates[GATE_OUT].options.station[1] = rows[i].station;
		assert_status(gate_try(rig, GATE_OUT), YKT_OK);
		tap_expect(rig, GATE_IN, 0, VALIDATOR_OPEN, "ok");
		result = tap(rig, GATE_OUT, 0);
		assert_true_why(result.gate == VALIDATOR_OPEN, rows[i].why);
		assert_true_why(result.amount == rows[i].fare, rows[i].why);
		assert_true_why(
		    card_money(rig->cards[0]).balance == CARD_BALANCE - (unsigned)rows[i].fare,
		    rows[i].why);
	}
}

static void
test_foreign_card(void **state)
{
	struct rig *rig = *state;
	struct validator_result result = tap(rig, GATE_BUS_2, 0);

	assert_int_equal(result.gate, VALIDATOR_OPEN);
	assert_true(result.foreign);
	assert_int_equal(card_money(rig->cards[0]).balance, CARD_BALANCE - FARE_BUS);
	/* File 17 was asked whether the card may leave its city. */
	assert_int_equal(rig->air[0].ins[1], 0xB0);
}

/* One ride may go into the overdraft, the next may not begin there (I-2). */
static void
test_overdraft(void **state)
{
	struct rig *rig = *state;
	struct validator_result result;

	card_patch(rig->cards[0], SE_PURSE_LIMIT, "0001F4");
	card_patch(rig->cards[0], SE_PURSE_MONEY + SE_MONEY_BALANCE, "000064");
	result = tap(rig, GATE_BUS, 0);
	assert_int_equal(result.gate, VALIDATOR_OPEN);
	assert_int_equal(result.balance, 100 - FARE_BUS);
	/* The field of the record has no sign. */
	assert_hex(newest_trip(rig->cards[0]) + 17, "000000C800000000");
	tap_expect(rig, GATE_BUS, 0, VALIDATOR_CLOSED, "low_balance");
	tap_expect(rig, GATE_IN, 0, VALIDATOR_CLOSED, "low_balance");
	assert_int_equal(gate_drain(rig, GATE_BUS), 1);
	assert_int_equal(rig->gates[GATE_BUS].net.taps[0].balance_fen, 100);
}

/* A slot that was never written is no journey, whether zeros or FF. */
static void
test_empty_journey(void **state)
{
	static const char *const fills[] = { "00", "FF" };
	struct rig *rig = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(fills); i++) {
		rig_again(rig);
		/* Only the air sees it: the card must find the record by its id. */
		char text[2 * RECORD_JOURNEY_LEN + 5] = "";

		for (unsigned k = 0; k < RECORD_JOURNEY_LEN; k++)
			(void)strcat(text, fills[i]);
		(void)strcat(text, "9000");
		air_fault(&rig->air[0],
		    (struct air_fault){ .ins = 0xB2, .mode = AIR_ANSWER, .text = text });
		tap_expect(rig, GATE_IN, 0, VALIDATOR_OPEN, "ok");
		tap_expect(rig, GATE_OUT, 0, VALIDATOR_OPEN, "ok");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)
		TEST(test_entry),
		TEST(test_exit),
		TEST(test_bus),
		TEST(test_upload_record),
		TEST(test_terminal_is_the_psams),
		TEST(test_fares),
		TEST(test_foreign_card),
		TEST(test_overdraft),
		TEST(test_empty_journey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
