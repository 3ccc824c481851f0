/*
 * The grey lock: bytes worked out apart from lib/card, what a locked purse refuses,
 * and that the lock ends once, by the debit that belongs to it, with the right sum.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/purse_grey.h"
#include "card/sw.h"

#define ALL_USAGES ((1u << (PERSO_KEY_USAGE_LAST + 1)) - 2)

#define RANDOM    "A1B2C3D4"
#define INIT_LOCK "E07A08020701" TERMINAL_HEX "0F"
#define LOCK                                                                                       \
	"E07C080013000000010102030420250102030405"                                                 \
	"24AE2689"                                                                                 \
	"08"
#define PROOF       "E0CA00001E"
#define TAKEN       "E0CA010000"
#define DEBIT(rest) "E07E08021B" rest
#define AT                                                                                         \
	"0001" TERMINAL_HEX "00000002"                                                             \
	"20250102030405"
#define DEBIT_1000                                                                                 \
	DEBIT("000003E8" AT "9E0575F6"                                                             \
	      "04")
#define DEBIT_0                                                                                    \
	DEBIT("00000000" AT "03109A45"                                                             \
	      "04")
#define DEBIT_ALL                                                                                  \
	DEBIT("00001388" AT "CD250C37"                                                             \
	      "04")
#define DEBIT_MORE                                                                                 \
	DEBIT("00001389" AT "35FE4C60"                                                             \
	      "04")
#define INIT_UNLOCK "E07A09020701" TERMINAL_HEX "12"
#define UNLOCK_500  "E07E09000F000001F42025010203040570E1707E04"
#define BALANCE     "805C000204"

static int
setup(void **state)
{
	static const struct kit kit = { .usages = ALL_USAGES };
	struct card *card = kit_card(&kit);

	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 5000), SW_OK);
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
lock(struct card *card)
{
	rng_script(&card->rng, RANDOM);
	expect(card, INIT_LOCK, "0000138800000000000100" RANDOM "9000");
	expect(card, LOCK, "A229634F04AE4FA79000");
}

static void
test_a_lock_and_its_debit(void **state)
{
	struct card *card = *state;

	expect(card, PROOF, "6985");
	lock(card);
	expect(card, PROOF, "0191020000138800013100000000012025010203040504AE4FA7A229634F9000");
	/* A lock moves no money, and outlives the power. */
	expect(card, BALANCE, "000013889000");
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, DEBIT_1000, "CEE005119000");
	expect(card, BALANCE, "00000FA09000");
	expect(card, "00B201C400", "0001000000000003E893310000000001202501020304059000");
	expect(card, PROOF, "10930200000FA000013100000000012025010203040504AE4FA7CEE005119000");
	/* Once. */
	expect(card, DEBIT_1000, "6985");
	/* The TAC is kept until somebody says that he has it; then there may be another lock. */
	expect(card, INIT_LOCK, "6985");
	expect(card, TAKEN, "9000");
	expect(card, TAKEN, "9000");
	expect_sw(card, SW_OK, INIT_LOCK);
	assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, 4000), SW_OK);
	expect(card, BALANCE, "000000009000");
}

static void
test_a_debit_of_nothing_and_of_all(void **state)
{
	struct card *card = *state;

	lock(card);
	expect(card, DEBIT_0, "3D4419359000");
	expect(card, BALANCE, "000013889000");
	card_free((struct card **)state);
	setup(state);
	card = *state;
	lock(card);
	expect(card, DEBIT_MORE, "9401");
	expect(card, DEBIT_ALL, "68775C929000");
	expect(card, BALANCE, "000000009000");
}

/* Everything that could move the balance or the limit, until the lock ends. */
static void
test_a_locked_purse_refuses_all_else(void **state)
{
	static const struct kit_row rows[] = {
		{ "a load", "805000020B0100000001" TERMINAL_HEX "10", SW_CONDITIONS },
		{ "an attestation", "805000020B0100000000" TERMINAL_HEX "10", SW_CONDITIONS },
		{ "a purchase", "805001020B0100000001" TERMINAL_HEX "0F", SW_CONDITIONS },
		{ "a compound purchase", "805003020B0100000000" TERMINAL_HEX "0F", SW_CONDITIONS },
		{ "an unload", "805005020B0100000001" TERMINAL_HEX "10", SW_CONDITIONS },
		{ "a change of the limit", "805004010701" TERMINAL_HEX "13", SW_CONDITIONS },
		{ "another lock", INIT_LOCK, SW_CONDITIONS },
		{ "the lock again", LOCK, SW_CONDITIONS },
		{ "the TAC taken before there is one", TAKEN, SW_CONDITIONS },
		{ "the issuer's debit without INITIALIZE", UNLOCK_500, SW_CONDITIONS },
	};
	struct card *card = *state;

	lock(card);
	kit_refusals(card, rows, YKT_ARRAY_LEN(rows));
	expect(card, DEBIT_1000, "CEE005119000");
}

static void
test_refusals_move_nothing(void **state)
{
	static const struct kit_row rows[] = {
		{ "a debit without a lock", DEBIT_1000, SW_CONDITIONS },
		{ "a lock without INITIALIZE", LOCK, SW_CONDITIONS },
		{ "the issuer's INITIALIZE without a lock", INIT_UNLOCK, SW_CONDITIONS },
		{ "INITIALIZE, P1", "E07A07020701" TERMINAL_HEX "0F", SW_P1P2 },
		{ "INITIALIZE, P2", "E07A08030701" TERMINAL_HEX "0F", SW_P1P2 },
		{ "INITIALIZE, length",
		    "E07A08020601"
		    "3100000000"
		    "0F",
		    SW_LENGTH },
		{ "INITIALIZE, Le", "E07A08020701" TERMINAL_HEX "0E", 0x6C0F },
		{ "INITIALIZE, key", "E07A08020702" TERMINAL_HEX "0F", SW_KEY_INDEX },
		{ "LOCK, P1", "E07C09001300000001010203042025010203040524AE268908", SW_P1P2 },
		{ "LOCK, P2", "E07C08021300000001010203042025010203040524AE268908", SW_P1P2 },
		{ "LOCK, length", "E07C08000100", SW_LENGTH },
		{ "DEBIT, P1", "E07E07021B000003E8" AT "9E0575F604", SW_P1P2 },
		{ "DEBIT, P2", "E07E08001B000003E8" AT "9E0575F604", SW_P1P2 },
		{ "DEBIT, length", "E07E08020100", SW_LENGTH },
		{ "the issuer's, P2", "E07E09020F000001F42025010203040570E1707E04", SW_P1P2 },
		{ "the issuer's, length", "E07E09000100", SW_LENGTH },
		{ "PROOF, P1", "E0CA02001E", SW_P1P2 },
		{ "PROOF, P2", "E0CA00011E", SW_P1P2 },
		{ "another instruction", "E0500000", SW_INS },
		{ "the class of a channel", "E1CA00001E", SW_CLA },
	};

	kit_refusals(*state, rows, YKT_ARRAY_LEN(rows));
}

static void
test_a_wrong_mac1_locks_nothing(void **state)
{
	struct card *card = *state;
	struct snapshot *before = kit_before(card);

	rng_script(&card->rng, RANDOM);
	expect_sw(card, SW_OK, INIT_LOCK);
	expect(card,
	    "E07C0800130000000101020304202501020304"
	    "0524AE268808",
	    "9302");
	expect(card, LOCK, "6985");
	/* Another command in between ends it too. */
	rng_script(&card->rng, RANDOM);
	expect_sw(card, SW_OK, INIT_LOCK);
	expect(card, BALANCE, "000013889000");
	expect(card, LOCK, "6985");
	kit_same(card, before, "a wrong MAC1");
}

/* Wrong in each part; counted like every MAC of a guesser. */
static void
test_a_debit_of_another_lock_is_refused(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *rsp;
	} rows[] = {
		{ "another counter",
		    DEBIT("000003E8"
			  "0000" TERMINAL_HEX "00000002"
			  "20250102030405"
			  "9E0575F6"
			  "04"),
		    "6A80" },
		{ "another terminal",
		    DEBIT("000003E8"
			  "0001"
			  "310000000002"
			  "00000002"
			  "20250102030405"
			  "9E0575F6"
			  "04"),
		    "6A80" },
		{ "another amount",
		    DEBIT("000003E9" AT "9E0575F6"
			  "04"),
		    "9302" },
		{ "another GMAC",
		    DEBIT("000003E8" AT "9E0575F7"
			  "04"),
		    "9302" },
	};
	struct card *card = *state;

	lock(card);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		expect(card, rows[i].cmd, rows[i].rsp);
	expect(card, BALANCE, "000013889000");
	for (unsigned i = 2; i < 100; i++)
		expect(card,
		    DEBIT("000003E8" AT "00000000"
			  "04"),
		    "9302");
	expect(card, DEBIT_1000, "6983");
	/* The lock holds, and the issuer can still end it. */
	rng_script(&card->rng, "0A0B0C0D");
	expect_sw(card, SW_OK, INIT_UNLOCK);
	expect(card, UNLOCK_500, "ED3B41189000");
}

static void
test_the_issuer_ends_a_lock(void **state)
{
	struct card *card = *state;

	lock(card);
	rng_script(&card->rng, "0A0B0C0D");
	expect(card, INIT_UNLOCK, "000013880001000101000A0B0C0D77E892EC9000");
	expect(card, UNLOCK_500, "ED3B41189000");
	expect(card, BALANCE, "000011949000");
	expect(card, "00B201C400", "0002000000000001F495310000000001202501020304059000");
	expect(card, DEBIT_1000, "6985");
	/* Free for everything, at once. */
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 100), SW_OK);
	expect_sw(card, SW_OK, INIT_LOCK);
}

static void
test_a_wrong_mac2_ends_no_lock(void **state)
{
	struct card *card = *state;

	lock(card);
	rng_script(&card->rng, "0A0B0C0D");
	expect_sw(card, SW_OK, INIT_UNLOCK);
	expect(card, "E07E09000F000001F42025010203040570E1707F04", "9302");
	expect(card, UNLOCK_500, "6985");
	/* More than there is: refused before a MAC is looked at. */
	expect_sw(card, SW_OK, INIT_UNLOCK);
	expect(card, "E07E09000F000013892025010203040570E1707E04", "9401");
	for (unsigned i = 2; i < 200; i++)
		expect_sw(card, SW_OK, INIT_UNLOCK);
	expect(card, INIT_UNLOCK, "6983");
	expect(card, DEBIT_1000, "CEE005119000");
}

/* Off unless personalised: the class is then as foreign as it always was. */
static void
test_a_purse_without_it(void **state)
{
	static const struct kit kit = { 0 };
	static const struct kit_row rows[] = {
		{ "INITIALIZE", INIT_LOCK, SW_CLA },
		{ "LOCK", LOCK, SW_CLA },
		{ "DEBIT", DEBIT_1000, SW_CLA },
		{ "PROOF", PROOF, SW_CLA },
	};
	struct card *card = kit_card(&kit);

	(void)state;
	kit_refusals(card, rows, YKT_ARRAY_LEN(rows));
	card_free(&card);
}

/* One purse session a card: a tap's open purchase is not disturbed by the wire. */
static void
test_the_wire_waits_for_a_tap(void **state)
{
	struct card *card = *state;
	uint8_t bytes[64];
	struct ykt_buf atr = YKT_BUF(bytes);

	(void)card_hex(card, YKT_SE_CONTACTLESS, SELECT_PURSE);
	(void)card_hex(card, YKT_SE_CONTACTLESS, "805001020B0100000064" TERMINAL_HEX "0F");
	expect(card, INIT_LOCK, "6985");
	se_reset(&card->se, YKT_SE_CONTACTLESS, &atr);
	lock(card);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_lock_and_its_debit),
		TEST(test_a_debit_of_nothing_and_of_all),
		TEST(test_a_locked_purse_refuses_all_else),
		TEST(test_refusals_move_nothing),
		TEST(test_a_wrong_mac1_locks_nothing),
		TEST(test_a_debit_of_another_lock_is_refused),
		TEST(test_the_issuer_ends_a_lock),
		TEST(test_a_wrong_mac2_ends_no_lock),
		cmocka_unit_test(test_a_purse_without_it),
		TEST(test_the_wire_waits_for_a_tap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
