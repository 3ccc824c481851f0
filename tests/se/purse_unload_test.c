/*
 * Unload and change of the overdraft limit: the bytes first, worked out apart
 * from lib/card, then the refusals.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <string.h>

#include "card/sw.h"

#define INIT_UNLOAD(amount) "805005020B01" amount TERMINAL_HEX "10"
#define INIT_UPDATE         "805004010701" TERMINAL_HEX "13"

static int
setup(void **state)
{
	static const struct kit kit = { .cap = 100000 };
	struct card *card = kit_card(&kit);

	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 1000), SW_OK);
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
test_unload_bytes(void **state)
{
	struct card *card = *state;

	rng_script(&card->rng, "A1B2C3D4");
	expect(card, INIT_UNLOAD("0000012C"),
	    "000003E8"
	    "0001"
	    "01"
	    "00"
	    "A1B2C3D4"
	    "815E47C9"
	    "9000");
	expect(card, "805403000B" DATETIME_HEX "69050CCA04", "2407A6219000");
	expect(card, "805C000204", "000002BC9000");
	/* The proof: MAC3, then a TAC. The counter is the online one, after the step. */
	expect(card, "805A000302000208", "2407A621D574AD569000");
	expect(card, "805A000202000208", "9406");
	expect(card, "00B201C400",
	    "0002000000"
	    "0000012C"
	    "03" TERMINAL_HEX DATETIME_HEX "9000");
}

static void
test_limit_bytes(void **state)
{
	struct card *card = *state;

	rng_script(&card->rng, "A1B2C3D4");
	expect(card, INIT_UPDATE,
	    "000003E8"
	    "0001"
	    "000000"
	    "01"
	    "00"
	    "A1B2C3D4"
	    "097FBE74"
	    "9000");
	expect(card, "805800000E0002BC" DATETIME_HEX "01D7930704", "022783C59000");
	expect(card, "805C050210", "000003E8000186A0000002BC000000009000");
	expect(card, "805A000702000208", "01D79307022783C59000");
	expect(card, "00B201C400",
	    "0002000000"
	    "000002BC"
	    "07" TERMINAL_HEX DATETIME_HEX "9000");
	/* card.md 1.4: the only source says P2 = 01; 02 is taken as well. */
	expect_sw(card, SW_OK, "805004020701" TERMINAL_HEX "13");
}

/* Every online step moves the one online counter, no other command does. */
static void
test_one_online_counter_for_all(void **state)
{
	struct card *card = *state;
	static const uint8_t forms[] = { PURSE_INIT_UPDATE, PURSE_INIT_UNLOAD, PURSE_INIT_LOAD,
		PURSE_INIT_UNLOAD, PURSE_INIT_UPDATE };

	for (unsigned i = 0; i < YKT_ARRAY_LEN(forms); i++) {
		uint8_t bytes[32];
		struct ykt_buf init = YKT_BUF(bytes);

		assert_int_equal(kit_initialize(card, forms[i], 10, &init), SW_OK);
		assert_int_equal(ykt_get_u16(bytes + 4), i + 1);
		assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, 1), SW_OK);
		assert_int_equal(kit_transact(card, forms[i], 10 + i), SW_OK);
	}
	assert_memory_equal(card_hex(card, YKT_SE_WIRED, INIT_UPDATE) + 8, "0006", 4);
}

static const struct kit_row refusals[] = {
	{ "unload of nothing", INIT_UNLOAD("00000000"), SW_DATA },
	{ "unload of balance + 1", INIT_UNLOAD("000003E9"), SW_BALANCE },
	{ "unload of 2^32 - 1", INIT_UNLOAD("FFFFFFFF"), SW_BALANCE },
	{ "unload, unknown key", "805005020B0200000001" TERMINAL_HEX "10", SW_KEY_INDEX },
	{ "unload of the passbook", "805005010B0100000001" TERMINAL_HEX "10", SW_P1P2 },
	{ "unload a byte short", "805005020A01000000013100000000000010", SW_LENGTH },
	{ "unload, answer longer than Le", "805005020B0100000001" TERMINAL_HEX "0F", 0x6C10 },
	{ "second kind, which is not here", "805015020B0100000001" TERMINAL_HEX "10", SW_P1P2 },
	{ "debit for unload without initialize", "805403000B" DATETIME_HEX "0000000004",
	    SW_CONDITIONS },
	{ "debit for unload, P2", "805403010B" DATETIME_HEX "0000000004", SW_P1P2 },
	{ "debit for unload, short", "805403000A" DATETIME_HEX "00000004", SW_LENGTH },
	{ "debit for unload, Le", "805403000B" DATETIME_HEX "0000000003", 0x6C04 },
	{ "update, unknown key", "805004010702" TERMINAL_HEX "13", SW_KEY_INDEX },
	{ "update, P2 03", "805004030701" TERMINAL_HEX "13", SW_P1P2 },
	{ "update with an amount", "805004010B0100000001" TERMINAL_HEX "13", SW_LENGTH },
	{ "update, answer longer than Le", "805004010701" TERMINAL_HEX "12", 0x6C13 },
	{ "new limit without initialize", "805800000E0002BC" DATETIME_HEX "0000000004",
	    SW_CONDITIONS },
	{ "new limit, P1", "805801000E0002BC" DATETIME_HEX "0000000004", SW_P1P2 },
	{ "new limit, P1 of the second kind", "805810000E0002BC" DATETIME_HEX "0000000004",
	    SW_P1P2 },
	{ "new limit, P2", "805800010E0002BC" DATETIME_HEX "0000000004", SW_P1P2 },
	{ "new limit, short", "805800000D02BC" DATETIME_HEX "0000000004", SW_LENGTH },
	{ "new limit, Le", "805800000E0002BC" DATETIME_HEX "0000000003", 0x6C04 },
};

static void
test_refusals_move_nothing(void **state)
{
	kit_refusals(*state, refusals, YKT_ARRAY_LEN(refusals));
}

/* Any bit of MAC2 wrong: 9302, nothing moves, and the session is over. */
static void
test_a_wrong_mac2_moves_nothing(void **state)
{
	static const uint8_t forms[] = { PURSE_INIT_UNLOAD, PURSE_INIT_UPDATE };
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(forms); i++)
		for (unsigned bit = 0; bit < 32; bit++) {
			uint8_t init_bytes[32], bytes[64];
			struct ykt_buf init = YKT_BUF(init_bytes);
			struct ykt_buf cmd = YKT_BUF(bytes);
			struct snapshot *before;

			assert_int_equal(kit_initialize(card, forms[i], 10, &init), SW_OK);
			kit_step(card, forms[i], 10, ykt_buf_view(&init), &cmd);
			bytes[cmd.len - 2 - bit / 8] ^= (uint8_t)(1u << bit % 8);
			before = kit_before(card);
			assert_int_equal(
			    card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_MAC);
			bytes[cmd.len - 2 - bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(
			    card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_CONDITIONS);
			kit_same(card, before, "MAC2");
		}
}

/* The step of one kind after the INITIALIZE of another. */
static void
test_steps_do_not_fit_another_initialize(void **state)
{
	static const uint8_t forms[] = { PURSE_INIT_LOAD, PURSE_INIT_PURCHASE, PURSE_INIT_UNLOAD,
		PURSE_INIT_UPDATE };
	static const char *const steps[] = { "805200000B" DATETIME_HEX "0000000004",
		"805401000F00000001" DATETIME_HEX "0000000008",
		"805403000B" DATETIME_HEX "0000000004",
		"805800000E0002BC" DATETIME_HEX "0000000004" };
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(forms); i++)
		for (size_t k = 0; k < YKT_ARRAY_LEN(steps); k++) {
			uint8_t bytes[32];
			struct ykt_buf init = YKT_BUF(bytes);
			struct snapshot *before;

			assert_int_equal(kit_initialize(card, forms[i], 10, &init), SW_OK);
			before = kit_before(card);
			expect(card, steps[k], i == k ? "9302" : "6985");
			kit_same(card, before, "another step");
		}
}

/* 0 <= D <= C and A + C <= FFFFFF: nothing else can be made the limit. */
static void
test_the_limit_stays_within_its_bounds(void **state)
{
	struct card *card = *state;
	uint8_t init_bytes[32], bytes[64];
	struct ykt_buf init = YKT_BUF(init_bytes);
	struct ykt_buf cmd = YKT_BUF(bytes);
	static const struct {
		uint32_t limit;
		uint16_t sw;
	} rows[] = {
		{ 0xFFFFFF - 100000 + 1, SW_DATA },
		{ 0xFFFFFF, SW_DATA },
		{ 299, SW_DATA }, /* less than is overdrawn */
		{ 0, SW_DATA },
		{ 300, SW_OK },
		{ 0xFFFFFF - 100000, SW_OK },
	};

	assert_int_equal(kit_transact(card, PURSE_INIT_UPDATE, 500), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, 1300), SW_OK);
	expect(card, "805C020204", "0000012C9000");
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct snapshot *before;

		assert_int_equal(
		    kit_initialize(card, PURSE_INIT_UPDATE, rows[i].limit, &init), SW_OK);
		kit_step(card, PURSE_INIT_UPDATE, rows[i].limit, ykt_buf_view(&init), &cmd);
		before = kit_before(card);
		assert_int_equal(
		    card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), rows[i].sw);
		if (rows[i].sw == SW_OK)
			snapshot_take(card, before);
		kit_same(card, before, "limit");
	}
	/* Nothing leaves an overdrawn purse. */
	expect(card, INIT_UNLOAD("00000001"), "9401");
}

/* All INITIALIZEs of online steps count together; a success frees them (I-5). */
static void
test_200_initializes_of_any_online_kind_are_the_end(void **state)
{
	static const uint8_t forms[] = { PURSE_INIT_LOAD, PURSE_INIT_UNLOAD, PURSE_INIT_UPDATE };
	struct card *card = *state;
	uint8_t bytes[32];
	struct ykt_buf init = YKT_BUF(bytes);

	for (unsigned i = 0; i < 200; i++)
		assert_int_equal(kit_initialize(card, forms[i % 3], 1, &init), SW_OK);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(kit_initialize(card, forms[i], 1, &init), SW_AUTH_BLOCKED);
	assert_int_equal(kit_sm(card, "84180000", "", PERSO_KEY_UNBLOCK, PURSE_ALG_TDES), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_UPDATE, 1), SW_OK);
}

static void
test_a_blocked_purse_pays_nothing_out(void **state)
{
	struct card *card = *state;
	struct snapshot *before;

	assert_int_equal(kit_sm(card, "841E0000", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_OK);
	before = kit_before(card);
	expect(card, INIT_UNLOAD("00000001"), "6A81");
	expect(card, INIT_UPDATE, "6A81");
	kit_same(card, before, "blocked");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_unload_bytes),
		TEST(test_limit_bytes),
		TEST(test_one_online_counter_for_all),
		TEST(test_refusals_move_nothing),
		TEST(test_a_wrong_mac2_moves_nothing),
		TEST(test_steps_do_not_fit_another_initialize),
		TEST(test_the_limit_stays_within_its_bounds),
		TEST(test_200_initializes_of_any_online_kind_are_the_end),
		TEST(test_a_blocked_purse_pays_nothing_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
