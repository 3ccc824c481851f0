/*
 * Algorithms, authentication, CARD BLOCK: bytes worked out apart from lib/card
 * first, then the refusals.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <string.h>

#include "card/sw.h"

#define INIT_LOAD "805000020B0100000001" TERMINAL_HEX "10"

static int
setup(void **state)
{
	static const struct kit kit = { .dual = true };

	*state = kit_card(&kit);

	return 0;
}

static int
setup_single(void **state)
{
	static const struct kit kit = { 0 };

	*state = kit_card(&kit);

	return 0;
}

static int
setup_locker(void **state)
{
	static const struct kit kit = { .privileges = 0x10 };

	*state = kit_card(&kit);

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* The algorithm byte of the answer to INITIALIZE FOR LOAD. */
static void
expect_alg(struct card *card, const char *alg)
{
	assert_memory_equal(card_hex(card, YKT_SE_WIRED, INIT_LOAD) + 14, alg, 2);
}

static void
test_change_until_select_and_for_good(void **state)
{
	struct card *card = *state;

	expect(card, "80CD000001", "009000");
	expect_alg(card, "00");
	expect(card, "80CD0103", "9000");
	expect(card, "80CD000001", "049000");
	expect_alg(card, "04");
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 1000), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, 100), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_CAPP, 100), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_UNLOAD, 100), SW_OK);
	assert_int_equal(kit_transact(card, PURSE_INIT_UPDATE, 100), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect_alg(card, "00");
	assert_int_equal(kit_transact(card, PURSE_INIT_PURCHASE, 100), SW_OK);

	expect(card, "80CD0203", "9000");
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect_alg(card, "04");
	/* A choice for the moment hides it. */
	expect(card, "80CD0100", "9000");
	expect_alg(card, "00");
	expect(card, "80CD0200", "9000");
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect_alg(card, "00");
	/* One balance and one pair of counters for both. */
	assert_memory_equal(card_hex(card, YKT_SE_WIRED, INIT_LOAD), "000002BC0003", 12);
}

static void
test_a_blocked_algorithm_is_gone(void **state)
{
	struct card *card = *state;

	expect(card, "80CD0103", "9000");
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "80CD030304D0C55116", "6988");
	expect(card, "80CD0100", "9000");
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "80CD030304D0C55116", "9000");
	expect(card, "80CD0103", "9484");
	expect(card, "80CD0203", "9484");
	expect_alg(card, "00");
	/* The last one stays. */
	assert_int_equal(
	    kit_sm(card, "80CD0301", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_CONDITIONS);
	expect_alg(card, "00");
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 1000), SW_OK);
}

static void
test_blocking_the_one_in_force_leaves_the_other(void **state)
{
	struct card *card = *state;

	assert_int_equal(kit_sm(card, "80CD0301", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_OK);
	expect(card, "80CD000001", "049000");
	expect_alg(card, "04");
	expect(card, "80CD0100", "9484");
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect_alg(card, "04");
	assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 1000), SW_OK);
	assert_int_equal(kit_sm(card, "841E0000", "", PERSO_KEY_BLOCK, PURSE_ALG_SM4), SW_OK);
}

static const struct kit_row algorithm_refusals[] = {
	{ "GET P2", "80CD000101", SW_P1P2 },
	{ "GET with data", "80CD0000010001", SW_LENGTH },
	{ "CHANGE P2 01", "80CD0101", SW_P1P2 },
	{ "CHANGE for good, P2 04", "80CD0204", SW_P1P2 },
	{ "CHANGE with data", "80CD01030100", SW_LENGTH },
	{ "BLOCK P2 00", "80CD03000400000000", SW_P1P2 },
	{ "BLOCK P2 02", "80CD03020400000000", SW_P1P2 },
	{ "BLOCK without a MAC", "80CD0303", SW_LENGTH },
	{ "BLOCK without a challenge", "80CD03030400000000", SW_NO_CHALLENGE },
	{ "P1 04", "80CD0400", SW_P1P2 },
	{ "class 84", "84CD000001", SW_CLA },
};

static void
test_algorithm_refusals(void **state)
{
	struct card *card = *state;
	struct snapshot *before;

	kit_refusals(card, algorithm_refusals, YKT_ARRAY_LEN(algorithm_refusals));
	assert_int_equal(kit_sm(card, "841E0000", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_OK);
	before = kit_before(card);
	expect(card, "80CD0103", "6A81");
	expect(card, "80CD000001", "009000");
	kit_same(card, before, "blocked");
}

static void
test_a_purse_of_one_algorithm_has_no_other(void **state)
{
	static const struct kit_row rows[] = {
		{ "CHANGE to SM4", "80CD0103", SW_ALGORITHM },
		{ "for good", "80CD0203", SW_ALGORITHM },
	};

	kit_refusals(*state, rows, YKT_ARRAY_LEN(rows));
	expect(*state, "80CD0100", "9000");
	expect(*state, "80CD000001", "009000");
	assert_int_equal(
	    kit_sm(*state, "80CD0301", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_CONDITIONS);
}

static void
test_internal_authenticate_bytes(void **state)
{
	struct card *card = *state;

	expect(card, "00880001080123456789ABCDEF08", "BA53E4C2F5ABDAFA9000");
	expect(card, "80CD0103", "9000");
	expect(card, "00880001100123456789ABCDEFFEDCBA987654321010",
	    "04D87B8A0371BC41A3826D9D719FA6DE9000");
}

static void
test_external_authenticate_bytes(void **state)
{
	struct card *card = *state;

	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "0082000108000880ED41BCAAE9", "9000");
	rng_script(&card->rng, "1122334455667788");
	expect(card, "0084000008", "11223344556677889000");
	expect(card, "0082000108A84356DF5C390F81", "9000");
	/* Used up. */
	expect(card, "0082000108A84356DF5C390F81", "6984");
	expect(card, "80CD0103", "9000");
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "0082000110C8E347430E508851E123B133C76B11E0", "9000");
}

static void
test_wrong_authentications_are_counted(void **state)
{
	struct card *card = *state;

	for (unsigned left = 100; left-- > 0;) {
		expect_sw(card, SW_OK, "0084000004");
		expect_sw(card, (uint16_t)(SW_TRIES_LEFT_0 | (left < 15 ? left : 15)),
		    "00820001080000000000000000");
	}
	expect_sw(card, SW_OK, "0084000004");
	expect(card, "00820001080000000000000000", "6983");
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "0082000108000880ED41BCAAE9", "6983");
}

static const struct kit_row auth_refusals[] = {
	{ "INTERNAL P1", "00880101080123456789ABCDEF08", SW_P1P2 },
	{ "INTERNAL, unknown key", "00880002080123456789ABCDEF08", SW_DATA_NOT_FOUND },
	{ "INTERNAL, key 0", "00880000080123456789ABCDEF08", SW_DATA_NOT_FOUND },
	{ "INTERNAL, short", "00880001070123456789ABCD08", SW_LENGTH },
	{ "INTERNAL, nothing", "0088000108", SW_LENGTH },
	{ "INTERNAL, Le", "00880001080123456789ABCDEF07", 0x6C08 },
	{ "EXTERNAL P1", "00820101080000000000000000", SW_P1P2 },
	{ "EXTERNAL, unknown key", "00820009080000000000000000", SW_DATA_NOT_FOUND },
	{ "EXTERNAL, short", "008200010700000000000000", SW_LENGTH },
	{ "EXTERNAL without a challenge", "00820001080000000000000000", SW_NO_CHALLENGE },
};

static void
test_authentication_refusals(void **state)
{
	kit_refusals(*state, auth_refusals, YKT_ARRAY_LEN(auth_refusals));
}

static void
test_card_block_bytes(void **state)
{
	struct card *card = *state;

	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "841600000464C4E167", "9000");
	/* Nothing is selected any more, and nothing but the issuer's domain can be. */
	expect(card, "805C000204", "6D00");
	expect(card, SELECT_PURSE, "6A82");
	assert_int_equal(card_boot(card), YKT_OK);
	expect(card, SELECT_PURSE, "6A82");
	expect_on(card, YKT_SE_CONTACTLESS, SELECT_PURSE, "6A82");
	expect(card, "00A404000E325041592E5359532E444446303100", "6A82");
}

static const struct kit_row block_refusals[] = {
	{ "P1", "841601000400000000", SW_P1P2 },
	{ "P2", "841600010400000000", SW_P1P2 },
	{ "no MAC", "84160000", SW_LENGTH },
	{ "no challenge", "841600000400000000", SW_NO_CHALLENGE },
	{ "class 80", "801600000400000000", SW_CLA },
};

static void
test_card_block_refusals(void **state)
{
	struct card *card = *state;

	kit_refusals(card, block_refusals, YKT_ARRAY_LEN(block_refusals));
	expect_sw(card, SW_OK, "0084000004");
	expect(card, "841600000400000000", "6988");
	expect_sw(card, SW_OK, SELECT_PURSE);
}

/* One city of many must not be able to take the whole card away. */
static void
test_card_block_needs_the_privilege(void **state)
{
	struct card *card = *state;
	struct snapshot *before = kit_before(card);

	assert_int_equal(
	    kit_sm(card, "84160000", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_SECURITY);
	kit_same(card, before, "no privilege");
}

/* With keys of their own for it, blocks are not the maintenance key's. */
static void
test_block_and_unblock_have_their_own_keys(void **state)
{
	struct card *card = *state;

	assert_int_equal(
	    kit_sm(card, "841E0000", "", PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES), SW_SM_WRONG);
	assert_int_equal(
	    kit_sm(card, "841E0000", "", PERSO_KEY_UNBLOCK, PURSE_ALG_TDES), SW_SM_WRONG);
	assert_int_equal(kit_sm(card, "841E0000", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_OK);
	assert_int_equal(
	    kit_sm(card, "84180000", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_SM_WRONG);
	assert_int_equal(kit_sm(card, "84180000", "", PERSO_KEY_UNBLOCK, PURSE_ALG_TDES), SW_OK);
}

/* P1 names SM4 or says nothing; one algorithm's MAC is never taken for the other's. */
static void
test_p1_of_a_block_names_the_algorithm(void **state)
{
	static const struct {
		const char *why;
		bool dual;
		const char *block;
		enum purse_alg alg;
		uint16_t sw;
	} rows[] = {
		{ "00, the one in force", true, "841E0000", PURSE_ALG_TDES, SW_OK },
		{ "00, the other", true, "841E0000", PURSE_ALG_SM4, SW_SM_WRONG },
		{ "01, SM4", true, "841E0100", PURSE_ALG_SM4, SW_OK },
		{ "01, 3DES", true, "841E0100", PURSE_ALG_TDES, SW_SM_WRONG },
		{ "01 to a purse without SM4", false, "841E0100", PURSE_ALG_TDES, SW_OK },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const struct kit kit = { .dual = rows[i].dual };
		struct card *card = kit_card(&kit);

		if (kit_sm(card, rows[i].block, "", PERSO_KEY_BLOCK, rows[i].alg) != rows[i].sw)
			fail_msg("%s", rows[i].why);
		expect_sw(card, rows[i].sw == SW_OK ? SW_FUNCTION : SW_OK,
		    "805003020B0100000000" TERMINAL_HEX "0F");
		card_free(&card);
	}
}

#define TEST(name)       cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TEST_ON(name, s) cmocka_unit_test_setup_teardown(name, s, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_change_until_select_and_for_good),
		TEST(test_a_blocked_algorithm_is_gone),
		cmocka_unit_test(test_p1_of_a_block_names_the_algorithm),
		TEST(test_blocking_the_one_in_force_leaves_the_other),
		TEST(test_algorithm_refusals),
		TEST_ON(test_a_purse_of_one_algorithm_has_no_other, setup_single),
		TEST(test_internal_authenticate_bytes),
		TEST(test_external_authenticate_bytes),
		TEST(test_wrong_authentications_are_counted),
		TEST(test_authentication_refusals),
		TEST_ON(test_card_block_bytes, setup_locker),
		TEST_ON(test_card_block_refusals, setup_locker),
		TEST(test_card_block_needs_the_privilege),
		TEST(test_block_and_unblock_have_their_own_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
