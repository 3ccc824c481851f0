/*
 * Compound purchase: the published values, the cache, its atomic end, overdraft.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/purse_cmd.h"
#include "card/sw.h"

#define INIT_CAPP(amount) "805003020B01" amount TERMINAL_HEX "0F"
#define GATE              YKT_SE_CONTACTLESS
#define ZEROS_25          "00000000000000000000000000000000000000000000000000"
#define ZEROS_125         ZEROS_25 ZEROS_25 ZEROS_25 ZEROS_25 ZEROS_25
#define EMPTY_2701        "27017D" ZEROS_125 "9000"
#define JOURNEY_2701                                                                               \
	"27017D0101" ZEROS_25 ZEROS_25 ZEROS_25 ZEROS_25                                           \
	"0000000000000000000000000000000000000000000000"
#define JOURNEY_2702                                                                               \
	"27027D0101" ZEROS_25 ZEROS_25 ZEROS_25 ZEROS_25                                           \
	"0000000000000000000000000000000000000000000000"

static int
setup(void **state)
{
	struct card *card = card_new();

	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	assert_memory_equal(card_hex(card, GATE, SELECT_PURSE), "6F31", 4);
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
gate(struct card *card, const char *cmd, const char *rsp)
{
	expect_on(card, GATE, cmd, rsp);
}

static void
gate_sw(struct card *card, const char *cmd, const char *sw)
{
	const char *got = card_hex(card, GATE, cmd);

	if (strcmp(got + strlen(got) - 4, sw) != 0)
		fail_msg("%s answered %s, not %s", cmd, got, sw);
}

/* INITIALIZE and the DEBIT that belongs to it. */
static void
initialize(struct card *card, uint32_t amount, struct ykt_buf *ret_debit)
{
	uint8_t cmd_bytes[32], init_bytes[16];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);
	struct purse_init first = { .p1 = PURSE_INIT_CAPP, .key_index = 1, .amount = amount };

	memcpy(first.terminal, "\x31\0\0\0\0\x01", 6);
	purse_init_build(&first, &cmd);
	assert_int_equal(card_send(card, GATE, ykt_buf_view(&cmd), &init), SW_OK);
	terminal_debit_cmd(card, ykt_buf_view(&init), 0x09, amount, 5, ret_debit);
}

/* A whole compound purchase with one trip record. */
static uint16_t
ride(struct card *card, uint32_t amount)
{
	uint8_t bytes[32];
	struct ykt_buf debit = YKT_BUF(bytes);

	initialize(card, amount, &debit);
	gate(card, "80DC00F030" TRIP_HEX, "9000");

	return card_send(card, GATE, ykt_buf_view(&debit), NULL);
}

/* tests/vectors/purse_3des.json, "capp_entry_zero_amount": offline counter 17. */
static void
test_entry_gives_the_published_values(void **state)
{
	struct card *card = *state;

	for (int i = 0; i < 17; i++)
		assert_int_equal(ride(card, 0), SW_OK);
	rng_script(&card->rng, "0A0B0C0D");
	gate(card, INIT_CAPP("00000000"),
	    "000003E8"
	    "0011"
	    "000000"
	    "01"
	    "00"
	    "0A0B0C0D"
	    "9000");
	gate(card, "80DC01D080" JOURNEY_2701, "9000");
	gate(card, "80DC00F030" TRIP_HEX, "9000");
	gate(card,
	    "805401000F"
	    "00ABCDF0"
	    "20250102030407"
	    "B22FCE60"
	    "08",
	    "A0E15BC3"
	    "C64A7D0E"
	    "9000");
	gate(card, "805A000902001208", "C64A7D0EA0E15BC39000");
	gate(card, "805A000902001108", "9406");
	gate(card, "805A000902001308", "9406");
	gate(card, "00B201D400", JOURNEY_2701 "9000");
	gate(card, "00B201F400", TRIP_HEX "9000");
	/* A zero entry is logged and counted like any other. */
	gate(card, "00B201C400",
	    "00120000000000000009310000000001"
	    "20250102030407"
	    "9000");
}

static void
test_nothing_of_the_cache_is_visible_before_debit(void **state)
{
	struct card *card = *state;
	uint8_t bytes[32];
	struct ykt_buf debit = YKT_BUF(bytes);

	initialize(card, 100, &debit);
	gate(card, "80DC00D080" JOURNEY_2701, "9000");
	gate(card, "80DC00F030" TRIP_HEX, "9000");
	/* Seen from the other side, which does not disturb the gate. */
	expect(card, "00B201D400", EMPTY_2701);
	expect(card, "00B201F400", "6A83");
	expect(card, "80B400D002270100", EMPTY_2701);
	expect(card, "80B400D00302270100", EMPTY_2701);
	assert_int_equal(card_send(card, GATE, ykt_buf_view(&debit), NULL), SW_OK);
	expect(card, "80B400D002270100", JOURNEY_2701 "9000");
	expect(card, "00B201F400", TRIP_HEX "9000");
	expect(card, "805C000204", "000003849000");
}

static void
test_every_p1_that_validators_send_is_taken(void **state)
{
	static const char *const updates[] = { "80DC02D080" JOURNEY_2702, "80DC00D080" JOURNEY_2702,
		"80DC02D480" JOURNEY_2702, "80DC02D380" JOURNEY_2702, "80DC00F030" TRIP_HEX,
		"80DC01F030" TRIP_HEX, "80DC1EF430" TRIP_HEX };
	struct card *card = *state;
	uint8_t bytes[32];
	struct ykt_buf debit = YKT_BUF(bytes);

	for (size_t i = 0; i < YKT_ARRAY_LEN(updates); i++) {
		initialize(card, 1, &debit);
		gate(card, updates[i], "9000");
		assert_int_equal(card_send(card, GATE, ykt_buf_view(&debit), NULL), SW_OK);
	}
}

/* A gate that lost the answer to UPDATE sends it again: one record, not two. */
static void
test_a_repeated_update_replaces_its_own(void **state)
{
	struct card *card = *state;
	uint8_t bytes[32];
	struct ykt_buf debit = YKT_BUF(bytes);

	initialize(card, 1, &debit);
	for (int i = 0; i < 20; i++) {
		gate(card, "80DC00F030" TRIP_HEX, "9000");
		gate(card, "80DC02D080" JOURNEY_2702, "9000");
	}
	assert_int_equal(card_send(card, GATE, ykt_buf_view(&debit), NULL), SW_OK);
	gate(card, "00B201F400", TRIP_HEX "9000");
	gate(card, "00B202F400", "6A83");
}

/* What may not follow INITIALIZE FOR CAPP PURCHASE; each ends it, nothing moves. */
static void
test_refusals_leave_everything_alone(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *sw;
	} rows[] = {
		{ "a journey that the card does not have",
		    "80DC00D080"
		    "2799"
		    "7D" ZEROS_125,
		    "6A83" },
		{ "journey id 0000",
		    "80DC00D080"
		    "0000"
		    "7D" ZEROS_125,
		    "6A83" },
		{ "P1 of another journey", "80DC03D080" JOURNEY_2701, "6A86" },
		{ "another file", "80DC00C030" TRIP_HEX, "6A86" },
		{ "P2 with foreign low bits", "80DC00F130" TRIP_HEX, "6A86" },
		{ "trip number 31", "80DC1FF030" TRIP_HEX, "6A86" },
		{ "trip in the journey file", "80DC00D030" TRIP_HEX, "6700" },
		{ "journey in the trip file", "80DC00F080" JOURNEY_2701, "6700" },
		{ "empty", "80DC00F000", "6700" },
		{ "credit", "805200000B" DATETIME_HEX "0000000004", "6985" },
		{ "debit before any update", "805401000F00000005" DATETIME_HEX "0000000008",
		    "6985" },
		{ "extended form", "80DC00F0000030" TRIP_HEX, "6700" },
	};
	struct card *card = *state;
	struct snapshot *before = calloc(2, sizeof(*before));
	struct snapshot *after = before + 1;
	uint8_t bytes[32];
	struct ykt_buf debit = YKT_BUF(bytes);

	snapshot_take(card, before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		initialize(card, 100, &debit);
		gate_sw(card, rows[i].cmd, rows[i].sw);
		gate_sw(card, "80DC00F030" TRIP_HEX, "6985");
		assert_int_equal(card_send(card, GATE, ykt_buf_view(&debit), NULL), SW_CONDITIONS);
		snapshot_take(card, after);
		assert_true(snapshot_equal(before, after));
	}
	/* P1 = 02 is the simple purchase only. */
	initialize(card, 100, &debit);
	gate(card, "80DC00F030" TRIP_HEX, "9000");
	debit.data[2] = 0x02;
	assert_int_equal(card_send(card, GATE, ykt_buf_view(&debit), NULL), SW_CONDITIONS);
	snapshot_take(card, after);
	assert_true(snapshot_equal(before, after));
	free(before);
}

static void
test_the_simple_purchase_takes_both_p1_and_no_update(void **state)
{
	struct card *card = *state;
	uint8_t cmd_bytes[32], init_bytes[16];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);
	const uint8_t first[] = "\x80\x50\x01\x02\x0B\x01\0\0\0\x05\x31\0\0\0\0\x01\x0F";

	for (uint8_t p1 = 1; p1 <= 2; p1++) {
		assert_int_equal(card_send(card, GATE, ykt_bytes(first, 17), &init), SW_OK);
		terminal_debit_cmd(card, ykt_buf_view(&init), 0x06, 5, 9, &cmd);
		cmd.data[2] = p1;
		assert_int_equal(card_send(card, GATE, ykt_buf_view(&cmd), NULL), SW_OK);
	}
	assert_int_equal(card_send(card, GATE, ykt_bytes(first, 17), &init), SW_OK);
	gate(card, "80DC00F030" TRIP_HEX, "6985");
	terminal_debit_cmd(card, ykt_buf_view(&init), 0x06, 5, 9, &cmd);
	assert_int_equal(card_send(card, GATE, ykt_buf_view(&cmd), NULL), SW_CONDITIONS);
}

static void
test_more_journeys_than_the_cache_holds_are_refused(void **state)
{
	struct card *card = *state;
	uint8_t bytes[32];
	struct ykt_buf debit = YKT_BUF(bytes);
	char cmd[300];

	initialize(card, 1, &debit);
	for (unsigned i = 1; i <= 6; i++) {
		snprintf(cmd, sizeof(cmd), "80DC00D08027%02X7D" ZEROS_125, i);
		gate(card, cmd, i <= 5 ? "9000" : "6974");
	}
	assert_int_equal(card_send(card, GATE, ykt_buf_view(&debit), NULL), SW_CONDITIONS);
}

static void
test_trips_keep_the_newest_thirty(void **state)
{
	struct card *card = *state;

	for (int i = 0; i < 31; i++)
		assert_int_equal(ride(card, 1), SW_OK);
	gate(card, "00B21EF400", TRIP_HEX "9000");
	gate(card, "00B21FF400", "6A83");
	gate(card, "00B200F400", "6A83");
	gate(card, "00B2FFF400", "6A83");
}

/* I-2: one ride may go into overdraft, and only from above zero. */
static void
test_overdraft_is_used_once_and_repaid_first(void **state)
{
	const struct purse_setup with_limit = { AID_PURSE "4F44", 100000, 700, PURSE_ALG_TDES };
	struct card *card = *state;

	tsm_make_purse_as(card, &with_limit);
	expect_sw(card, SW_OK, "00A4040009A0000001514352530000");
	expect(card, "80F001010C4F0A" AID_PURSE "4F44", "9000");
	assert_memory_equal(card_hex(card, GATE, "00A404000A" AID_PURSE "4F4400"), "6F33", 4);
	expect_sw(card, SW_OK, "00A404000A" AID_PURSE "4F4400");
	/* Nothing on it: the limit alone is no money. */
	gate(card, "805C000204", "000002BC9000");
	gate(card, INIT_CAPP("00000001"), "9401");
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 100), SW_OK);
	gate(card, INIT_CAPP("00000321"), "9401");
	assert_int_equal(ride(card, 800), SW_OK);
	gate(card, "805C050210", "00000000000186A0000002BC000002BC9000");
	gate(card, "805C000204", "000000009000");
	gate(card, "805C020204", "000002BC9000");
	gate(card, INIT_CAPP("00000001"), "9401");
	assert_int_equal(ride(card, 0), SW_OK);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 600), SW_OK);
	gate(card, "805C050210", "00000000000186A0000002BC000000649000");
	/* Still at or below zero: refused, though 600 are available. */
	gate(card, INIT_CAPP("00000001"), "9401");
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 101), SW_OK);
	gate(card, "805C050210", "00000001000186A0000002BC000000009000");
	/* INITIALIZE names the limit. */
	gate_sw(card, INIT_CAPP("000002BD"), "9000");
	gate_sw(card, INIT_CAPP("000002BE"), "9401");
	/* From below zero the cap still counts from zero. */
	assert_int_equal(ride(card, 701), SW_OK);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 100701), SW_CONDITIONS);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 100700), SW_OK);
	gate(card, "805C050210", "000186A0000186A0000002BC000000009000");
}

/* The same flow under the other algorithm; no standard text confirms its bytes. */
static void
test_sm4_purse_runs_end_to_end(void **state)
{
	const struct purse_setup sm4 = { "A000000632010107", 100000, 0, PURSE_ALG_SM4 };
	struct card *card = *state;

	tsm_make_purse_as(card, &sm4);
	expect_sw(card, SW_OK, "00A4040008A00000063201010700");
	assert_memory_equal(card_hex(card, GATE, "00A4040008A00000063201010700"), "6F31", 4);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	assert_memory_equal(card_hex(card, GATE, INIT_CAPP("00000001")),
	    "000003E8000000000001"
	    "04",
	    22);
	assert_int_equal(ride(card, 200), SW_OK);
	assert_int_equal(terminal_purchase(card, GATE, 300, 8), SW_OK);
	gate(card, "805C000204", "000001F49000");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_entry_gives_the_published_values),
		T(test_nothing_of_the_cache_is_visible_before_debit),
		T(test_every_p1_that_validators_send_is_taken),
		T(test_a_repeated_update_replaces_its_own),
		T(test_refusals_leave_everything_alone),
		T(test_the_simple_purchase_takes_both_p1_and_no_update),
		T(test_more_journeys_than_the_cache_holds_are_refused),
		T(test_trips_keep_the_newest_thirty),
		T(test_overdraft_is_used_once_and_repaid_first),
		T(test_sm4_purse_runs_end_to_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
