/*
 * The PIN: bytes worked out apart from lib/card first, then tries, the headers
 * that look alike, access conditions, and what cuts leave (I-25, F13).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "card/purse_pin.h"
#include "card/sw.h"
#include "se/internal.h"

#define VERIFY(pin)       "0020000003" pin
#define CHANGE(old, pin)  "805E010007" old "FF" pin
#define TRIES             "00200000"
#define INIT_LOAD(amount) "805000020B01" amount TERMINAL_HEX "10"

static int
setup(void **state)
{
	static const struct kit kit = { .pin = KIT_PIN, .tries = 3, .dual = true };

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
test_verify_counts_down_and_a_right_pin_gives_all_back(void **state)
{
	struct card *card = *state;

	expect(card, TRIES, "63C3");
	expect(card, VERIFY("111111"), "63C2");
	expect(card, VERIFY("12345F"), "63C1");
	expect(card, TRIES, "63C1");
	expect(card, VERIFY(KIT_PIN), "9000");
	expect(card, TRIES, "9000");
	/* Too short and too long are other PINs; what is no PIN at all is 6700. */
	expect(card, "00200000021234", "63C2");
	expect(card, TRIES, "63C2");
	expect(card, "002000000412345600", "63C1");
	expect(card, "0020000006123456000000", "63C0");
	expect(card, VERIFY(KIT_PIN), "6983");
	expect(card, TRIES, "6983");
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, VERIFY(KIT_PIN), "6983");
}

static void
test_change_takes_the_old_one_and_costs_tries(void **state)
{
	struct card *card = *state;

	expect(card, CHANGE("000000", "654321"), "63C2");
	expect(card, CHANGE(KIT_PIN, "654321"), "9000");
	/* Knowing the PIN to change is not yet VERIFY. */
	expect(card, TRIES, "63C3");
	expect(card, VERIFY(KIT_PIN), "63C2");
	expect(card, VERIFY("654321"), "9000");
	/* Who had verified stays so. Lengths may differ. */
	expect(card, "805E010006654321FF1234", "9000");
	expect(card, TRIES, "9000");
	expect(card, "805E0100091234FF12345678901F", "9000");
	expect(card, "002000000612345678901F", "9000");
	expect(card, "805E01000A12345678901FFF123456", "9000");
	for (unsigned left = 3; left-- > 0;) {
		char want[5];

		(void)snprintf(want, sizeof(want), "63C%u", left);
		expect(card, CHANGE("000000", "654321"), want);
	}
	expect(card, CHANGE(KIT_PIN, "654321"), "6983");
	expect(card, VERIFY(KIT_PIN), "6983");
}

static void
test_reload_bytes_in_both_algorithms(void **state)
{
	struct card *card = *state;

	for (unsigned i = 0; i < 3; i++)
		expect_sw(card, (uint16_t)(SW_TRIES_LEFT_0 | (2 - i)), VERIFY("000000"));
	expect(card, "805E000007987654B8D82759", "9000");
	expect(card, VERIFY("987654"), "9000");
	expect(card, CHANGE("987654", "111111"), "9000");
	/* The header of CHANGE PIN; the right MAC makes it RELOAD PIN. */
	expect(card, "805E010007987654B901AE9F", "9000");
	expect(card, TRIES, "63C3");
	expect(card, VERIFY("987654"), "9000");
	/* The other algorithm's MAC under this one's header. */
	expect(card, "805E010007987654B8D82759", "6988");
	expect(card, "805E000007987654B901AE9F", "6988");
}

/*
 * Data that are both: PIN, FF, PIN for CHANGE, and a PIN with four bytes that
 * begin with FF for RELOAD. Only the right MAC makes it the latter.
 */
static void
test_the_two_headers_that_look_alike(void **state)
{
	struct card *card = *state;
	uint8_t key[16], pin_bytes[3] = { 0x10, 0, 0 }, mac[4] = { 0 };
	struct ykt_bytes pin = YKT_BYTES(pin_bytes);
	uint8_t bytes[32];
	struct ykt_buf cmd = YKT_BUF(bytes);

	/* A CHANGE PIN that is a RELOAD with a wrong MAC costs a try, no MAC failure. */
	expect(card, CHANGE("000000", "654321"), "63C2");
	expect(card, VERIFY(KIT_PIN), "9000");
	/* A PIN whose MAC begins with FF and goes on with digits: found by trying. */
	kit_key(PERSO_KEY_PIN_RELOAD, PURSE_ALG_SM4, key);
	for (unsigned i = 0; i < 1000000; i++) {
		for (unsigned k = 0, v = i; k < 3; k++, v /= 100)
			pin_bytes[k] = (uint8_t)((v % 100) / 10 << 4 | v % 10);
		assert_int_equal(
		    purse_pin_reload_mac(card->crypto, PURSE_ALG_SM4, key, pin, mac), YKT_OK);
		if (mac[0] == 0xFF && purse_pin_valid(ykt_bytes(mac + 1, 3)))
			break;
	}
	assert_int_equal(mac[0], 0xFF);
	purse_pin_reload_build(PURSE_ALG_SM4, pin, mac, &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	cmd.len = 0;
	purse_verify_build(pin, &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
}

static void
test_unblock_bytes(void **state)
{
	struct card *card = *state;

	for (unsigned i = 0; i < 3; i++)
		expect_sw(card, (uint16_t)(SW_TRIES_LEFT_0 | (2 - i)), VERIFY("000000"));
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "842400000431DE30B6", "9000");
	expect(card, TRIES, "63C3");
	expect(card, VERIFY(KIT_PIN), "9000");
	/* PBOC's form carries a PIN. */
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "842400000C045152BA6BA240C3689D75B5", "9000");
	expect(card, TRIES, "63C3");
	expect(card, VERIFY("555555"), "9000");
	expect(card, CHANGE("555555", KIT_PIN), "9000");
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "8424010014DC96C6024A6C3FFD9E42590A2ABF9BE73B0DC3F3", "9000");
	expect(card, VERIFY("555555"), "9000");
}

static const struct kit_row refusals[] = {
	{ "VERIFY P1", "0020010003123456", SW_P1P2 },
	{ "VERIFY P2", "0020000103123456", SW_P1P2 },
	{ "VERIFY of one byte", "002000000112", SW_LENGTH },
	{ "VERIFY of seven bytes", "002000000712345612345678", SW_LENGTH },
	{ "VERIFY in class 80", "8020000003123456", SW_CLA },
	{ "CHANGE P1 02", "805E020007123456FF654321", SW_P1P2 },
	{ "CHANGE P2", "805E010107123456FF654321", SW_P1P2 },
	{ "CHANGE of four bytes", "805E01000412FF1234", SW_LENGTH },
	{ "CHANGE of fourteen bytes", "805E01000E123456123456FF12345612345612", SW_LENGTH },
	{ "CHANGE to letters", "805E01000A123456FFABCDEF123456", SW_DATA },
	{ "CHANGE to one byte", "805E010005123456FF12", SW_DATA },
	{ "CHANGE without separator, too long for RELOAD", "805E01000D11111111111111111111111111",
	    SW_DATA },
	{ "RELOAD of one byte", "805E0000051200000000", SW_LENGTH },
	{ "RELOAD of seven bytes", "805E00000B1234561234561200000000", SW_LENGTH },
	{ "RELOAD of letters", "805E0000061A2B00000000", SW_DATA },
	{ "UNBLOCK P1 02", "842402000400000000", SW_P1P2 },
	{ "UNBLOCK P2", "842400010400000000", SW_P1P2 },
	{ "UNBLOCK without a MAC", "8424000003010203", SW_LENGTH },
	{ "UNBLOCK with half a block", "84240000080403020104030201", SW_LENGTH },
	{ "UNBLOCK without a challenge", "842400000400000000", SW_NO_CHALLENGE },
	{ "UNBLOCK in class 04", "042400000400000000", SW_CLA },
};

static void
test_refusals_move_nothing(void **state)
{
	kit_refusals(*state, refusals, YKT_ARRAY_LEN(refusals));
}

/* The issuer's MACs are counted like those of secure messaging. */
static void
test_wrong_macs_of_the_issuer_are_counted(void **state)
{
	struct card *card = *state;

	for (unsigned i = 0; i < 100; i++)
		expect(card, i % 2 == 0 ? "805E00000712345600000000" : "805E01000712345600000000",
		    "6988");
	expect(card, "805E000007987654B8D82759", "6983");
	expect(card, VERIFY(KIT_PIN), "9000");
	/* As CHANGE PIN the second header still works. */
	expect(card, CHANGE(KIT_PIN, "654321"), "9000");
	assert_int_equal(
	    kit_sm(card, "84240000", "", PERSO_KEY_PIN_UNBLOCK, PURSE_ALG_TDES), SW_AUTH_BLOCKED);
}

static void
test_a_right_mac_over_a_bad_pin_block_changes_nothing(void **state)
{
	struct snapshot *before = kit_before(*state);

	assert_int_equal(
	    kit_sm(*state, "84240000", "0011223344556677", PERSO_KEY_PIN_UNBLOCK, PURSE_ALG_TDES),
	    SW_DATA);
	kit_same(*state, before, "bad block");
}

static void
test_without_a_pin_there_is_nothing_to_do(void **state)
{
	static const struct kit kit = { .dual = true };
	static const struct kit_row rows[] = {
		{ "VERIFY", VERIFY(KIT_PIN), SW_DATA_NOT_FOUND },
		{ "tries", TRIES, SW_DATA_NOT_FOUND },
		{ "CHANGE", CHANGE(KIT_PIN, "654321"), SW_DATA_NOT_FOUND },
		{ "RELOAD", "805E000007987654B8D82759", SW_DATA_NOT_FOUND },
		{ "UNBLOCK", "842400000431DE30B6", SW_DATA_NOT_FOUND },
	};
	struct card *card = kit_card(&kit);

	(void)state;
	kit_refusals(card, rows, YKT_ARRAY_LEN(rows));
	card_free(&card);
}

static void
test_without_its_key_the_issuer_can_do_nothing(void **state)
{
	static const struct kit kit = { .pin = KIT_PIN, .tries = 3, .usages = 0x3E };
	static const struct kit_row rows[] = {
		{ "RELOAD", "805E000007987654B8D82759", SW_DATA_NOT_FOUND },
		{ "RELOAD under SM4", "805E010007987654B901AE9F", SW_DATA },
		{ "UNBLOCK", "842400000431DE30B6", SW_DATA_NOT_FOUND },
	};
	struct card *card = kit_card(&kit);

	(void)state;
	kit_refusals(card, rows, YKT_ARRAY_LEN(rows));
	card_free(&card);
}

/* Each access condition, for the PIN and for EXTERNAL AUTHENTICATE. */
static void
test_access_conditions(void **state)
{
	static const struct {
		uint8_t access;
		const char *cmd;
		uint16_t sw; /* once allowed */
	} rows[] = {
		{ PERSO_ACCESS_LOAD, INIT_LOAD("00000001"), SW_OK },
		{ PERSO_ACCESS_UNLOAD, "805005020B0100000001" TERMINAL_HEX "10", SW_BALANCE },
		{ PERSO_ACCESS_LIMIT, "805004010701" TERMINAL_HEX "13", SW_OK },
		{ PERSO_ACCESS_PURCHASE, "805001020B0100000001" TERMINAL_HEX "0F", SW_BALANCE },
		{ PERSO_ACCESS_HOLDER, "00B0960000", SW_OK },
		{ 0, "805003020B0100000000" TERMINAL_HEX "0F", SW_OK },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		for (size_t which = 0; which < 2; which++) {
			struct kit kit = { .pin = KIT_PIN, .tries = 3 };
			struct card *card;

			kit.access[which] = rows[i].access;
			card = kit_card(&kit);
			for (size_t k = 0; k < YKT_ARRAY_LEN(rows); k++)
				expect_sw(
				    card, i == k && i < 5 ? SW_SECURITY : rows[k].sw, rows[k].cmd);
			expect(card, VERIFY(KIT_PIN), "9000");
			expect_sw(
			    card, which == 0 || i == 5 ? rows[i].sw : SW_SECURITY, rows[i].cmd);
			/* A wrong PIN, a SELECT and a reset each take the right away. */
			expect(card, VERIFY("000000"), "63C2");
			expect_sw(card, i < 5 ? SW_SECURITY : SW_OK, rows[i].cmd);
			expect(card, VERIFY(KIT_PIN), "9000");
			expect_sw(card, SW_OK, SELECT_PURSE);
			expect_sw(card, i < 5 ? SW_SECURITY : SW_OK, rows[i].cmd);
			card_free(&card);
		}
}

/* A condition that could not be met would lock the purse for ever. */
static void
test_a_condition_needs_its_pin_or_key(void **state)
{
	static const struct {
		const char *why;
		struct kit kit;
	} rows[] = {
		{ "PIN before load, and no PIN", { .access = { PERSO_ACCESS_LOAD } } },
		{ "authentication before load, and no key",
		    { .access = { 0, PERSO_ACCESS_LOAD }, .usages = 0x1E } },
		{ "unknown bit", { .access = { 0x20 }, .pin = KIT_PIN, .tries = 3 } },
		{ "PIN of letters", { .pin = "12AB", .tries = 3 } },
		{ "PIN of one byte", { .pin = "12", .tries = 3 } },
		{ "no tries", { .pin = KIT_PIN, .tries = 0 } },
		{ "more tries than 63Cx can tell", { .pin = KIT_PIN, .tries = 16 } },
		{ "A and C of the second kind over FFFFFF", { .cap2 = 0xFFFFFF, .limit2 = 1 } },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct card *card = card_new();
		uint8_t bytes[1200];
		struct ykt_buf groups = YKT_BUF(bytes);
		struct snapshot *before;
		struct tsm tsm;

		tsm_make_ssd(card);
		tsm_install_purse(card, AID_PURSE);
		tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
		assert_int_equal(tsm_send_hex(&tsm, "80E620000E000008" AID_PURSE "000000"), SW_OK);
		kit_groups(card, &rows[i].kit, &groups);
		before = kit_before(card);
		assert_int_equal(tsm_store(&tsm, ykt_buf_view(&groups)), SW_DATA);
		kit_same(card, before, rows[i].why);
		card_free(&card);
	}
}

static unsigned
tries_left(const struct card *card)
{
	return *se_home(&card->se, SE_PURSE_OFF(0) + SE_PURSE_PIN + SE_PIN_LEFT);
}

/* Power was lost: cuts the boot at each of its writes; the tries stay what they are. */
static void
cut_recovery(struct card *card, unsigned left, struct card *torn)
{
	bool fired = true;

	*torn = *card;
	for (unsigned at = 1; fired; at++)
		for (unsigned tear = 0; tear < TEAR_COUNT; tear++) {
			*card = *torn;
			nvm_power(&card->nvm);
			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)tear);
			(void)!card_boot(card);
			fired = card->nvm.fired;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			assert_int_equal(tries_left(card), left);
		}
}

/* Cuts a PIN command at every write with every content, and recovery again. */
static void
cut_all(struct card *card, const char *cmd, uint8_t before, uint8_t after)
{
	struct card *ready = malloc(3 * sizeof(*ready));
	unsigned writes;

	nvm_power(&card->nvm);
	*ready = *card;
	(void)card_hex(card, YKT_SE_WIRED, cmd);
	writes = card->nvm.writes;
	assert_in_range(writes, 2, 40);
	for (unsigned at = 1; at <= writes; at++)
		for (unsigned tear = 0; tear < TEAR_COUNT; tear++) {
			unsigned left;

			*card = *ready;
			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)tear);
			(void)card_hex(card, YKT_SE_WIRED, cmd);
			ready[1] = *card;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			left = tries_left(card);
			/* As before, one less, or, the PIN having been right, all. */
			if (left != before && left + 1 != before && left != after)
				fail_msg("%s, write %u: %u tries of %u", cmd, at, left, before);
			*card = ready[1];
			cut_recovery(card, left, ready + 2);
		}
	*card = *ready;
	free(ready);
}

static void
test_no_cut_gives_a_guess_back(void **state)
{
	struct card *card = *state;

	for (uint8_t left = 3; left > 0; left--) {
		/* A wrong one never adds, a right one never takes more than one. */
		cut_all(card, VERIFY("000000"), left, (uint8_t)(left - 1));
		cut_all(card, CHANGE("000000", "111111"), left, (uint8_t)(left - 1));
		cut_all(card, VERIFY(KIT_PIN), left, 3);
		cut_all(card, CHANGE(KIT_PIN, "111111"), left, 3);
		expect_sw(card, (uint16_t)(SW_TRIES_LEFT_0 | (left - 1)), VERIFY("000000"));
	}
}

/* Guesses with a cut at any write and a restart between: never more answers than tries. */
static void
test_cuts_and_restarts_buy_no_more_answers(void **state)
{
	for (unsigned at = 1; at < 12; at++) {
		struct card *card;
		unsigned answers = 0;

		assert_int_equal(teardown(state), 0);
		assert_int_equal(setup(state), 0);
		card = *state;
		for (unsigned i = 0; i < 12; i++) {
			const char *got;

			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)(i % TEAR_COUNT));
			got = card_hex(card, YKT_SE_WIRED, VERIFY("000000"));
			answers += strncmp(got, "63C", 3) == 0 ? 1 : 0;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			expect_sw(card, SW_OK, SELECT_PURSE);
		}
		assert_true(answers <= 3);
	}
}

/* A write that does nothing gives 6581 and no right. */
static void
test_a_write_that_fails_is_6581_and_proves_nothing(void **state)
{
	struct card *card = *state;

	for (unsigned at = 1; at <= 2; at++) {
		struct card *ready = malloc(sizeof(*ready));

		*ready = *card;
		nvm_fault(&card->nvm, at, FAULT_SILENT, TEAR_OLD);
		expect(card, VERIFY(KIT_PIN), "6581");
		nvm_power(&card->nvm);
		assert_true(strcmp(card_hex(card, YKT_SE_WIRED, TRIES), "9000") != 0);
		*card = *ready;
		free(ready);
	}
}

static void
test_a_blocked_purse_takes_no_pin(void **state)
{
	struct card *card = *state;
	struct snapshot *before;

	assert_int_equal(kit_sm(card, "841E0000", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_OK);
	before = kit_before(card);
	expect(card, VERIFY(KIT_PIN), "6A81");
	expect(card, CHANGE(KIT_PIN, "654321"), "6A81");
	expect(card, "805E000007987654B8D82759", "6A81");
	kit_same(card, before, "blocked");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_verify_counts_down_and_a_right_pin_gives_all_back),
		TEST(test_change_takes_the_old_one_and_costs_tries),
		TEST(test_reload_bytes_in_both_algorithms),
		TEST(test_the_two_headers_that_look_alike),
		TEST(test_unblock_bytes),
		TEST(test_refusals_move_nothing),
		TEST(test_wrong_macs_of_the_issuer_are_counted),
		TEST(test_a_right_mac_over_a_bad_pin_block_changes_nothing),
		cmocka_unit_test(test_without_a_pin_there_is_nothing_to_do),
		cmocka_unit_test(test_without_its_key_the_issuer_can_do_nothing),
		cmocka_unit_test(test_access_conditions),
		cmocka_unit_test(test_a_condition_needs_its_pin_or_key),
		TEST(test_no_cut_gives_a_guess_back),
		TEST(test_cuts_and_restarts_buy_no_more_answers),
		TEST(test_a_write_that_fails_is_6581_and_proves_nothing),
		TEST(test_a_blocked_purse_takes_no_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
