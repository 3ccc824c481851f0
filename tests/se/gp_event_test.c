/*
 * The transaction event after a tap: its bytes, whom it is for, when it is lost.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/sw.h"
#include "card/tap_event.h"

#define WIRED YKT_SE_WIRED
#define AIR   YKT_SE_CONTACTLESS

#define ZEROS_25 "00000000000000000000000000000000000000000000000000"
#define JOURNEY                                                                                    \
	"27017D0101" ZEROS_25 ZEROS_25 ZEROS_25 ZEROS_25                                           \
	"0000000000000000000000000000000000000000000000"

static int
setup(void **state)
{
	struct card *card = card_new();

	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, WIRED, 5000), SW_OK);
	assert_memory_equal(card_hex(card, AIR, SELECT_PURSE), "6F31", 4);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

static void
expect_event(struct card *card, const char *data_hex)
{
	struct se_event event;
	char text[2 * SE_EVENT_MAX + 1];

	memset(&event, 0, sizeof(event));
	assert_true(se_take_event(&card->se, &event));
	ykt_hex_encode(ykt_bytes(event.aid, event.aid_len), text);
	assert_string_equal(text, AID_PURSE);
	ykt_hex_encode(ykt_bytes(event.data, event.data_len), text);
	assert_string_equal(text, data_hex);
}

static void
expect_none(struct card *card)
{
	struct se_event event, before;

	memset(&event, 0x5A, sizeof(event));
	before = event;
	assert_false(se_take_event(&card->se, &event));
	assert_memory_equal(&event, &before, sizeof(event));
}

static void
test_a_plain_purchase_raises_one_event(void **state)
{
	struct card *card = *state;

	expect_none(card);
	assert_int_equal(terminal_purchase(card, AIR, 100, 3), SW_OK);
	expect_event(card, "020290000600000064000013243100000000010200");
	expect_none(card);
}

/* The layout of the one sample: type 09, C1 with the journey, E1 with the trip. */
static void
test_a_compound_purchase_carries_its_records(void **state)
{
	struct card *card = *state;
	uint8_t init_bytes[16], debit_bytes[64];
	struct ykt_buf init = YKT_BUF(init_bytes);
	struct ykt_buf debit = YKT_BUF(debit_bytes);
	const uint8_t cmd[] = { 0x80, 0x50, 0x03, 0x02, 0x0B, 0x01, 0, 0, 0, 0, 0x31, 0, 0, 0, 0,
		0x01, 0x0F };

	assert_int_equal(card_send(card, AIR, YKT_BYTES(cmd), &init), SW_OK);
	terminal_debit_cmd(card, ykt_buf_view(&init), 0x09, 0, 5, &debit);
	expect_on(card, AIR, "80DC00D080" JOURNEY, "9000");
	expect_on(card, AIR, "80DC00F030" TRIP_HEX, "9000");
	expect_none(card);
	assert_int_equal(card_send(card, AIR, ykt_buf_view(&debit), NULL), SW_OK);
	expect_event(
	    card, "020290000900000000000013883100000000010200C180" JOURNEY "E130" TRIP_HEX);
	expect_none(card);
}

static void
test_what_did_not_happen_on_the_air_raises_nothing(void **state)
{
	struct card *card = *state;
	uint8_t init_bytes[16], debit_bytes[64];
	struct ykt_buf init = YKT_BUF(init_bytes);
	struct ykt_buf debit = YKT_BUF(debit_bytes);
	const uint8_t cmd[] = { 0x80, 0x50, 0x01, 0x02, 0x0B, 0x01, 0, 0, 0, 100, 0x31, 0, 0, 0, 0,
		0x01, 0x0F };

	/* By wire. */
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_purchase(card, WIRED, 100, 3), SW_OK);
	expect_none(card);
	/* A wrong MAC, and a memory that did not keep the debit. */
	assert_int_equal(card_send(card, AIR, YKT_BYTES(cmd), &init), SW_OK);
	terminal_debit_cmd(card, ykt_buf_view(&init), 0x06, 100, 3, &debit);
	debit_bytes[16] ^= 1;
	assert_int_equal(card_send(card, AIR, ykt_buf_view(&debit), NULL), SW_MAC);
	expect_none(card);
	init.len = debit.len = 0;
	assert_int_equal(card_send(card, AIR, YKT_BYTES(cmd), &init), SW_OK);
	terminal_debit_cmd(card, ykt_buf_view(&init), 0x06, 100, 3, &debit);
	nvm_fault(&card->nvm, 1, FAULT_SILENT, TEAR_OLD);
	assert_int_equal(card_send(card, AIR, ykt_buf_view(&debit), NULL), SW_MEMORY);
	nvm_power(&card->nvm);
	expect_none(card);
}

/* Volatile, and at most four: the oldest is forgotten. */
static void
test_events_may_be_lost(void **state)
{
	struct card *card = *state;
	uint8_t bytes[40];
	struct ykt_buf atr = YKT_BUF(bytes);

	for (uint32_t i = 1; i <= 6; i++)
		assert_int_equal(terminal_purchase(card, AIR, i, i), SW_OK);
	se_reset(&card->se, AIR, &atr);
	se_reset(&card->se, WIRED, &atr);
	expect_event(card, "020290000600000003000013823100000000010200");
	expect_event(card, "0202900006000000040000137E3100000000010200");
	assert_memory_equal(card_hex(card, AIR, SELECT_PURSE), "6F31", 4);
	assert_int_equal(terminal_purchase(card, AIR, 7, 7), SW_OK);
	expect_event(card, "020290000600000005000013793100000000010200");
	expect_event(card, "020290000600000006000013733100000000010200");
	expect_event(card, "0202900006000000070000136C3100000000010200");
	expect_none(card);
	assert_int_equal(terminal_purchase(card, AIR, 1, 8), SW_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	expect_none(card);
	se_clear(&card->se);
	expect_none(card);
}

static void
store_rule(struct card *card, const char *hex)
{
	uint8_t bytes[300], cmd_bytes[300];
	struct ykt_buf data = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000F000009A00000015141434C00000000"), SW_OK);
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &data), YKT_OK);
	gp_store_data_build(GP_STORE_LAST | GP_STORE_BER, 0, ykt_buf_view(&data), &cmd);
	assert_int_equal(tsm_send(&tsm, ykt_buf_view(&cmd)), SW_OK);
}

static void
test_rules_say_who_may_hear(void **state)
{
	static const struct {
		const char *rule; /* all callers, this purse */
		bool hears;
	} rows[] = {
		{ "F015E213E10C4F08" AID_PURSE "C100E303D00101", true },
		{ "F015E213E10C4F08" AID_PURSE "C100E303D00100", false },
		{ "F018E216E10C4F08" AID_PURSE "C100E306D00101D10100", false },
		{ "F018E216E10C4F08" AID_PURSE "C100E306D00100D10101", true },
	};
	static const uint8_t hash[20] = { 1 };
	struct card *card = *state;
	struct se_event event;

	assert_int_equal(terminal_purchase(card, AIR, 100, 3), SW_OK);
	assert_true(se_take_event(&card->se, &event));
	assert_false(se_event_is_for(&card->se, &event, YKT_BYTES(hash)));
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		store_rule(card, rows[i].rule);
		assert_int_equal(
		    se_event_is_for(&card->se, &event, YKT_BYTES(hash)), rows[i].hears);
	}
}

static const struct {
	const char *why;
	const char *hex;
} bad[] = {
	{ "nothing", "" },
	{ "another status", "020290010600000064000013243100000000010200" },
	{ "cut in the terminal", "02029000060000006400001324310000" },
	{ "another middle", "020290000600000064000013243100000000010201" },
	{ "surplus", "02029000060000006400001324310000000001020000" },
	{ "a journey cut short", "020290000600000064000013243100000000010200C1802701" },
	{ "a trip of another length", "020290000600000064000013243100000000010200E12F" TRIP_HEX },
	{ "a tag alone", "020290000600000064000013243100000000010200E1" },
	{ "the trip twice",
	    "020290000600000064000013243100000000010200E130" TRIP_HEX "E130" TRIP_HEX },
	{ "the trip before the journey",
	    "020290000600000064000013243100000000010200E130" TRIP_HEX "C180" JOURNEY },
};

static void
test_events_are_read_back_strictly(void **state)
{
	uint8_t bytes[400], again_bytes[400];
	struct ykt_buf in = YKT_BUF(bytes);
	struct ykt_buf again = YKT_BUF(again_bytes);
	struct tap_event event = { .amount = 77 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		in.len = 0;
		assert_int_equal(ykt_hex_decode(bad[i].hex, strlen(bad[i].hex), &in), YKT_OK);
		if (tap_event_decode(ykt_buf_view(&in), &event) != YKT_E_FORMAT)
			fail_msg("%s was taken", bad[i].why);
		assert_int_equal(event.amount, 77);
	}
	in.len = 0;
	assert_int_equal(
	    ykt_hex_decode("020290000900000384000013883100000000010200C180" JOURNEY "E130" TRIP_HEX,
		strlen("020290000900000384000013883100000000010200C180" JOURNEY "E130" TRIP_HEX),
		&in),
	    YKT_OK);
	assert_int_equal(tap_event_decode(ykt_buf_view(&in), &event), YKT_OK);
	assert_int_equal(event.type, 9);
	assert_int_equal(event.amount, 900);
	assert_int_equal(event.balance, 5000);
	assert_int_equal(event.trip.len, 48);
	tap_event_encode(&event, &again);
	assert_true(ykt_bytes_equal(ykt_buf_view(&in), ykt_buf_view(&again)));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_plain_purchase_raises_one_event),
		T(test_a_compound_purchase_carries_its_records),
		T(test_what_did_not_happen_on_the_air_raises_nothing),
		T(test_events_may_be_lost),
		T(test_rules_say_who_may_hear),
		cmocka_unit_test(test_events_are_read_back_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
