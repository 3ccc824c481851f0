/*
 * The second ticket kind, the laboratory's calibration set, and the overdraft
 * (card.md 1.3, 1.4; I-1, I-2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <stdio.h>
#include <string.h>

#include "card/sw.h"

#define SECOND(form) (PURSE_KIND_SECOND | (form))

static int
setup(void **state)
{
	static const struct kit kit = { .cap = 100000, .limit = 500, .cap2 = 3000, .limit2 = 200 };

	*state = kit_card(&kit);

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

static void
test_the_kinds_have_a_balance_each_and_share_the_counters(void **state)
{
	struct card *card = *state;

	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 1000), SW_OK);
	expect(card, "805C0A0204", "00000BB89000");
	expect(card, "805C060204", "000000C89000");
	assert_int_equal(kit_transact(card, SECOND(PURSE_INIT_LOAD), 2000), SW_OK);
	assert_int_equal(kit_transact(card, SECOND(PURSE_INIT_PURCHASE), 300), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, 100), SW_OK);
	assert_int_equal(kit_transact(card, SECOND(PURSE_INIT_CAPP), 50), SW_OK);
	assert_int_equal(kit_transact(card, SECOND(PURSE_INIT_UNLOAD), 650), SW_OK);
	assert_int_equal(kit_transact(card, SECOND(PURSE_INIT_UPDATE), 400), SW_OK);
	expect(card, "805C050210", "00000384000186A0000001F4000000009000");
	expect(card, "805C0B0210", "000003E800000BB800000190000000009000");
	expect(card, "805C060204", "000005789000");
	expect(card, "805C070204", "000001909000");
	expect(card, "805C080204", "000000009000");
	expect(card, "805C090204", "000003E89000");
	expect(card, "805C0A0204", "00000BB89000");
	expect(card, "805C0B0204", "6C10");
	/* Four online steps and three offline ones, of both kinds together. */
	expect_sw(card, SW_OK, "805A000702000408");
	expect_sw(card, SW_OK, "805A000902000308");
	assert_memory_equal(card_hex(card, YKT_SE_WIRED, "805015020B0100000001" TERMINAL_HEX "10"),
	    "000005780004", 12);
	assert_memory_equal(card_hex(card, YKT_SE_WIRED, "805011020B0100000001" TERMINAL_HEX "0F"),
	    "000005780003000190", 18);
}

static const struct kit_row second_refusals[] = {
	{ "over the cap of the second kind", "805010020B0100000BB9" TERMINAL_HEX "10",
	    SW_CONDITIONS },
	{ "more than the second kind has", "805011020B0100000001" TERMINAL_HEX "0F", SW_BALANCE },
	{ "the same, compound", "805013020B0100000001" TERMINAL_HEX "0F", SW_BALANCE },
	{ "unload what is not there", "805015020B0100000001" TERMINAL_HEX "10", SW_BALANCE },
	{ "form 12 is nobody's", "805012020B0100000001" TERMINAL_HEX "10", SW_P1P2 },
	{ "balance 0C", "805C0C0204", SW_P1P2 },
	{ "credit with another bit", "805220000B" DATETIME_HEX "0000000004", SW_P1P2 },
	{ "debit with another bit", "805421000F00000001" DATETIME_HEX "0000000008", SW_P1P2 },
};

static void
test_the_second_kind_is_bounded_by_its_own_limits(void **state)
{
	assert_int_equal(kit_transact(*state, PURSE_INIT_LOAD, 50000), SW_OK);
	kit_refusals(*state, second_refusals, YKT_ARRAY_LEN(second_refusals));
}

static void
test_a_step_must_be_of_the_kind_that_was_initialised(void **state)
{
	static const struct {
		uint8_t init;
		uint8_t flip; /* of P1 of the step */
		uint16_t sw;
	} rows[] = {
		{ PURSE_INIT_PURCHASE, PURSE_KIND_SECOND, SW_CONDITIONS },
		{ SECOND(PURSE_INIT_PURCHASE), PURSE_KIND_SECOND, SW_CONDITIONS },
		{ PURSE_INIT_UNLOAD, PURSE_KIND_SECOND, SW_CONDITIONS },
		{ SECOND(PURSE_INIT_UNLOAD), PURSE_KIND_SECOND, SW_CONDITIONS },
		{ PURSE_INIT_LOAD, PURSE_KIND_SECOND, SW_CONDITIONS },
		{ PURSE_INIT_UPDATE, PURSE_KIND_SECOND, SW_CONDITIONS },
		/* Of these two the sources print 00 for the step: both are taken. */
		{ SECOND(PURSE_INIT_LOAD), PURSE_KIND_SECOND, SW_OK },
		{ SECOND(PURSE_INIT_LOAD), 0, SW_OK },
		{ SECOND(PURSE_INIT_UPDATE), PURSE_KIND_SECOND, SW_OK },
		/* The 978 revision's 02 and 12 after the simple INITIALIZE. */
		{ PURSE_INIT_PURCHASE, 0x03, SW_OK },
		{ SECOND(PURSE_INIT_PURCHASE), 0x03, SW_OK },
	};
	struct card *card = *state;

	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 1000), SW_OK);
	assert_int_equal(kit_transact(card, SECOND(PURSE_INIT_LOAD), 1000), SW_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t init_bytes[32], bytes[64];
		struct ykt_buf init = YKT_BUF(init_bytes);
		struct ykt_buf cmd = YKT_BUF(bytes);
		struct snapshot *before;

		assert_int_equal(kit_initialize(card, rows[i].init, 10, &init), SW_OK);
		kit_step(card, rows[i].init, 10, ykt_buf_view(&init), &cmd);
		bytes[2] ^= rows[i].flip;
		before = kit_before(card);
		assert_int_equal(
		    card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), rows[i].sw);
		if (rows[i].sw == SW_OK)
			snapshot_take(card, before);
		kit_same(card, before, "another kind");
	}
}

static void
expect_all(struct card *card, uint32_t b, uint32_t a, uint32_t c, uint32_t d)
{
	char want[40];

	(void)snprintf(want, sizeof(want), "%08X%08X%08X%08X9000", b, a, c, d);
	expect(card, "805C050210", want);
	(void)snprintf(want, sizeof(want), "%08X9000", b + c - d);
	expect(card, "805C000204", want);
}

/* card.md 1.3: (A, B, C, D) of the laboratory's calibration. */
static void
test_the_calibration_set(void **state)
{
	static const struct {
		uint32_t a, b, c;
	} rows[] = {
		{ 0xFFFFFF, 0xFFFFFF, 0 },
		{ 0xFFFFFF, 0, 0 },
		{ 0xFFFF88, 0xFFFF00, 0x77 },
		{ 0x8FFFFF, 0x00FFFF, 0x700000 },
		{ 0xFFFF00, 0x07FF01, 0xFF },
		{ 0xFFF8FF, 0x000FFF, 0x700 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const struct kit kit = { .cap = rows[i].a, .limit = rows[i].c };
		uint32_t a = rows[i].a, b = rows[i].b, c = rows[i].c;
		struct card *card = kit_card(&kit);

		if (b != 0)
			assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, b), SW_OK);
		expect_all(card, b, a, c, 0);
		/* One fen over each bound, and then the bound itself. */
		assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, a - b + 1), SW_CONDITIONS);
		assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, b + c + 1), SW_BALANCE);
		if (a > b) {
			assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, a - b), SW_OK);
			assert_int_equal(kit_transact(card, PURSE_INIT_UNLOAD, a - b), SW_OK);
		}
		expect_all(card, b, a, c, 0);
		if (b != 0) {
			assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, b + c), SW_OK);
			expect_all(card, 0, a, c, c);
		}
		/* Nothing left: not even one fen, whatever the limit. */
		assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, 1), SW_BALANCE);
		assert_int_equal(kit_transact(card, PURSE_INIT_CAPP, 1), SW_BALANCE);
		assert_int_equal(kit_transact(card, PURSE_INIT_UNLOAD, 1), SW_BALANCE);
		card_free(&card);
	}
}

/* One ride at most goes into the overdraft; a load repays it first (I-2). */
static void
test_one_ride_goes_into_overdraft_and_a_load_repays_it(void **state)
{
	struct card *card = *state;

	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 100), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_CAPP, 300), SW_OK);
	expect_all(card, 0, 100000, 500, 200);
	expect(card, "805C020204", "000000C89000");
	assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, 1), SW_BALANCE);
	/* Entering a gate costs nothing and stays allowed. */
	assert_int_equal(kit_transact(card, PURSE_INIT_CAPP, 0), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 150), SW_OK);
	expect_all(card, 0, 100000, 500, 50);
	assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, 1), SW_BALANCE);
	/* The cap counts what is repaid: A + D may be loaded. */
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 100051), SW_CONDITIONS);
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 100050), SW_OK);
	expect_all(card, 100000, 100000, 500, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_the_kinds_have_a_balance_each_and_share_the_counters, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_second_kind_is_bounded_by_its_own_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_step_must_be_of_the_kind_that_was_initialised, setup, teardown),
		cmocka_unit_test(test_the_calibration_set),
		cmocka_unit_test_setup_teardown(
		    test_one_ride_goes_into_overdraft_and_a_load_repays_it, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
