/*
 * Load and purchase: the published values first, then every refusal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "card/sw.h"

#define INIT_LOAD(amount)     "805000020B01" amount TERMINAL_HEX "10"
#define INIT_PURCHASE(amount) "805001020B01" amount TERMINAL_HEX "0F"
#define FCI                   "6F318408" AID_PURSE "A5259F0801029F0C1E" FILE15_HEX "9000"

static int
setup(void **state)
{
	struct card *card = card_new();

	tsm_make_purse(card);
	expect(card, SELECT_PURSE, FCI);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* tests/vectors/purse_3des.json, "load": balance 3000, online counter 7. */
static void
test_load_gives_the_published_values(void **state)
{
	struct card *card = *state;

	for (int i = 0; i < 6; i++)
		assert_int_equal(terminal_load(card, YKT_SE_WIRED, 428), SW_OK);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 432), SW_OK);
	rng_script(&card->rng, "A1B2C3D4");
	expect(card,
	    "805000020B01000013883100000000011"
	    "0",
	    "00000BB8"
	    "0007"
	    "01"
	    "00"
	    "A1B2C3D4"
	    "1F539928"
	    "9000");
	expect(card, "805200000B" DATETIME_HEX "C7FCD24504", "136C16689000");
	expect(card, "805C000204", "00001F409000");
	/* The counter after the step; MAC2, then TAC. */
	expect(card, "805A000202000808", "C7FCD245136C16689000");
	expect(card, "805A000202000708", "9406");
	expect(card, "805A000202000908", "9406");
	expect(card, "00B201C400",
	    "000800000000001388023100000000012025010203"
	    "04059000");
}

/* The same file, "purchase": offline counter 16. */
static void
test_purchase_gives_the_published_values(void **state)
{
	struct card *card = *state;

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	for (uint32_t i = 0; i < 16; i++)
		assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 1, i), SW_OK);
	rng_script(&card->rng, "01020304");
	expect(card, INIT_PURCHASE("000000C8"),
	    "000003D8"
	    "0010"
	    "000000"
	    "01"
	    "00"
	    "01020304"
	    "9000");
	expect(card,
	    "805401000F"
	    "00ABCDEF"
	    "20250102030406"
	    "BF2234D9"
	    "08",
	    "32A31F60"
	    "AE085398"
	    "9000");
	expect(card, "805C000204", "000003109000");
	/* The proof answers in the other order: MAC2, then TAC. */
	expect(card, "805A000602001108", "AE08539832A31F609000");
	expect(card, "00B201C400",
	    "0011000000000000C8063100000000012025010203"
	    "04069000");
}

static void
test_proofs_live_in_two_slots_and_survive_initialize(void **state)
{
	struct card *card = *state;
	char load[64], purchase[64];

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 100, 7), SW_OK);
	snprintf(load, sizeof(load), "%s", card_hex(card, YKT_SE_WIRED, "805A000202000108"));
	snprintf(
	    purchase, sizeof(purchase), "%s", card_hex(card, YKT_SE_WIRED, "805A000602000108"));
	assert_int_equal(strlen(load), 20);
	assert_int_equal(strlen(purchase), 20);

	expect_sw(card, SW_OK, INIT_LOAD("00000001"));
	expect_sw(card, SW_OK, INIT_PURCHASE("00000001"));
	assert_int_equal(card_boot(card), YKT_OK);
	expect(card, SELECT_PURSE, FCI);
	expect(card, "805A000202000108", load);
	expect(card, "805A000602000108", purchase);
	/* A plain purchase is no compound one. */
	expect(card, "805A000902000108", "9406");
}

static void
test_balance_forms(void **state)
{
	struct card *card = *state;

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 5000), SW_OK);
	expect(card, "805C000204", "000013889000");
	expect(card, "805C010204", "000000009000");
	expect(card, "805C020204", "000000009000");
	expect(card, "805C030204", "000013889000");
	expect(card, "805C040204", "000186A09000");
	expect(card, "805C050210", "00001388000186A000000000000000009000");
	expect(card, "805C0002", "000013889000");
	expect(card, "805C050204", "6C10");
	expect(card, "805C060204", "6A86");
	expect(card, "805C000104", "6A86");
	expect(card, "805C000203", "6C04");
	expect(card, "805C0002010004", "6700");
}

static const struct {
	const char *why;
	const char *cmd;
	const char *rsp;
} idle_refusals[] = {
	{ "credit without initialize", "805200000B" DATETIME_HEX "0000000004", "6985" },
	{ "debit without initialize", "805401000F00000001" DATETIME_HEX "0000000008", "6985" },
	{ "capp update without initialize", "80DC00F030" TRIP_HEX, "6985" },
	{ "load over the cap by one", INIT_LOAD("000182B9"), "6985" },
	{ "load of 2^32 - 1", INIT_LOAD("FFFFFFFF"), "6985" },
	{ "load of 2^31 - 1", INIT_LOAD("7FFFFFFF"), "6985" },
	{ "purchase of balance + 1", INIT_PURCHASE("000003E9"), "9401" },
	{ "purchase of 2^32 - 1", INIT_PURCHASE("FFFFFFFF"), "9401" },
	{ "plain purchase of nothing", INIT_PURCHASE("00000000"), "6A80" },
	{ "unknown load key index", "805000020B0200000001" TERMINAL_HEX "10", "9403" },
	{ "unknown purchase key index", "805001020B0900000001" TERMINAL_HEX "0F", "9403" },
	{ "key index 0", "805001020B0000000001" TERMINAL_HEX "0F", "9403" },
	{ "passbook", "805001010B0100000001" TERMINAL_HEX "0F", "6A86" },
	{ "overdraft update without a key", "805004020701" TERMINAL_HEX "13", "9403" },
	{ "unload without a key", "805005020B0100000001" TERMINAL_HEX "10", "9403" },
	{ "initialize one byte short",
	    "805001020A01000000013100000000"
	    "00"
	    "0F",
	    "6700" },
	{ "initialize one byte long", "805001020C0100000001" TERMINAL_HEX "000F", "6700" },
	{ "initialize without data", "8050010200", "6700" },
	{ "answer longer than Le", "805001020B0100000001" TERMINAL_HEX "0E", "6C0F" },
	{ "credit P1", "805201000B" DATETIME_HEX "0000000004", "6A86" },
	{ "credit P2 01", "805200010B" DATETIME_HEX "0000000004", "6A86" },
	{ "debit P1 04", "805404000F00000001" DATETIME_HEX "0000000008", "6A86" },
	{ "debit P2", "805401010F00000001" DATETIME_HEX "0000000008", "6A86" },
	{ "proof of an unknown type", "805A000402000108", "6A86" },
	{ "proof of an unload that never was", "805A000302000108", "9406" },
	{ "proof P1", "805A010202000108", "6A86" },
	{ "proof with one byte", "805A0002010108", "6700" },
	{ "proof of a purchase that never was", "805A000602000108", "9406" },
	{ "class 81: another channel", "815C000204", "6881" },
	{ "class 41: channels above 3", "415C000204", "6881" },
	{ "class 90: chaining", "905C000204", "6884" },
	{ "class A0: none of ours", "A05C000204", "6E00" },
	{ "class 08", "085C000204", "6E00" },
	{ "class FF", "FF5C000204", "6E00" },
	{ "class 00 on a purse command", "005C000204", "6E00" },
	{ "class 84 on a purse command", "845C000204", "6E00" },
	{ "unknown instruction", "80FF000000", "6D00" },
	{ "extended form", "805C0002000004", "6700" },
	{ "a header and a half", "805C00", "6700" },
	{ "nothing", "", "6700" },
	{ "Lc over the data", "805001020B01", "6700" },
};

/* Refusals in the idle state, with 1000 fen on the card; nothing may move. */
static void
test_refusals_leave_everything_alone(void **state)
{
	struct card *card = *state;
	struct snapshot *before = calloc(2, sizeof(*before));
	struct snapshot *after = before + 1;

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	snapshot_take(card, before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(idle_refusals); i++) {
		unsigned writes = card->nvm.writes;
		const char *got = card_hex(card, YKT_SE_WIRED, idle_refusals[i].cmd);

		if (strcmp(got, idle_refusals[i].rsp) != 0)
			fail_msg("%s: %s, not %s", idle_refusals[i].why, got, idle_refusals[i].rsp);
		snapshot_take(card, after);
		assert_true(snapshot_equal(before, after));
		assert_int_equal(card->nvm.writes, writes);
	}
	free(before);
}

static void
test_amounts_at_the_edges(void **state)
{
	struct card *card = *state;

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 100001), SW_CONDITIONS);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1), SW_OK);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 100000), SW_CONDITIONS);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 99999), SW_OK);
	expect(card, "805C000204", "000186A09000");
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1), SW_CONDITIONS);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 100001, 1), SW_BALANCE);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 100000, 1), SW_OK);
	expect(card, "805C000204", "000000009000");
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 1, 2), SW_BALANCE);
}

static void
test_attestation_answers_and_takes_no_credit(void **state)
{
	struct card *card = *state;
	uint8_t cmd_bytes[64], init_bytes[16];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);

	/* At the cap, where another INITIALIZE would be refused. */
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 100000), SW_OK);
	ykt_put_mem(&cmd, "\x80\x50\x00\x02\x0B\x01\0\0\0\0\x31\0\0\0\0\x01\x10", 17);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), &init), SW_OK);
	assert_int_equal(init.len, 16);
	/* A right MAC2 over amount 0 changes nothing. */
	terminal_credit_cmd(card, ykt_buf_view(&init), 0, &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_CONDITIONS);
	expect(card, "805A000202000208", "9406");
	expect(card, "805C000204", "000186A09000");
}

/* Every bit of MAC2 and of MAC1, one at a time. */
static void
test_a_wrong_mac_is_9302_and_ends_the_session(void **state)
{
	struct card *card = *state;
	uint8_t cmd_bytes[64], init_bytes[16];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);
	const uint8_t init_load[] = "\x80\x50\x00\x02\x0B\x01\0\0\x03\xE8\x31\0\0\0\0\x01\x10";
	const uint8_t init_debit[] = "\x80\x50\x01\x02\x0B\x01\0\0\0\x05\x31\0\0\0\0\x01\x0F";

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	for (unsigned bit = 0; bit < 32; bit++) {
		const uint8_t flip = (uint8_t)(1u << bit % 8);
		size_t at = bit / 8;

		assert_int_equal(
		    card_send(card, YKT_SE_WIRED, ykt_bytes(init_load, 17), &init), SW_OK);
		terminal_credit_cmd(card, ykt_buf_view(&init), 1000, &cmd);
		cmd.data[12 + at] ^= flip;
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_MAC);
		cmd.data[12 + at] ^= flip;
		assert_int_equal(
		    card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_CONDITIONS);

		assert_int_equal(
		    card_send(card, YKT_SE_WIRED, ykt_bytes(init_debit, 17), &init), SW_OK);
		terminal_debit_cmd(card, ykt_buf_view(&init), 0x06, 5, 9, &cmd);
		cmd.data[16 + at] ^= flip;
		assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_MAC);
		cmd.data[16 + at] ^= flip;
		assert_int_equal(
		    card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_CONDITIONS);
	}
	expect(card, "805C000204", "000003E89000");
}

static void
test_a_credit_works_once_and_dies_with_a_new_initialize(void **state)
{
	struct card *card = *state;
	uint8_t cmd_bytes[64], init_bytes[16];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);
	const uint8_t init_load[] = "\x80\x50\x00\x02\x0B\x01\0\0\x03\xE8\x31\0\0\0\0\x01\x10";

	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_bytes(init_load, 17), &init), SW_OK);
	terminal_credit_cmd(card, ykt_buf_view(&init), 1000, &cmd);
	/* T01: a new INITIALIZE makes a new random; the old MAC2 is dead. */
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_bytes(init_load, 17), NULL), SW_OK);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_MAC);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_bytes(init_load, 17), &init), SW_OK);
	terminal_credit_cmd(card, ykt_buf_view(&init), 1000, &cmd);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	assert_int_equal(card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_CONDITIONS);
	expect(card, "805C000204", "000003E89000");
}

/* Any other command, a refused step and a reset end a transaction. */
static void
test_other_commands_end_a_transaction(void **state)
{
	static const char *const others[] = { "805C000204", "00B0950000", "00B201C400",
		"0084000004", "80FF0000", "8050", SELECT_PURSE, "00A4040008" AID_ISD "00",
		"805401000F00000001" DATETIME_HEX "0000000008",
		"805203000B" DATETIME_HEX "0000000004" };
	struct card *card = *state;
	uint8_t cmd_bytes[64], init_bytes[16], atr_bytes[40];
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct ykt_buf init = YKT_BUF(init_bytes);
	struct ykt_buf atr = YKT_BUF(atr_bytes);
	const uint8_t init_load[] = "\x80\x50\x00\x02\x0B\x01\0\0\x03\xE8\x31\0\0\0\0\x01\x10";

	for (size_t i = 0; i <= YKT_ARRAY_LEN(others); i++) {
		card_hex(card, YKT_SE_WIRED, SELECT_PURSE);
		assert_int_equal(
		    card_send(card, YKT_SE_WIRED, ykt_bytes(init_load, 17), &init), SW_OK);
		terminal_credit_cmd(card, ykt_buf_view(&init), 1000, &cmd);
		if (i < YKT_ARRAY_LEN(others))
			card_hex(card, YKT_SE_WIRED, others[i]);
		else
			se_reset(&card->se, YKT_SE_WIRED, &atr);
		assert_int_not_equal(
		    card_send(card, YKT_SE_WIRED, ykt_buf_view(&cmd), NULL), SW_OK);
	}
	card_hex(card, YKT_SE_WIRED, SELECT_PURSE);
	expect(card, "805C000204", "000000009000");
}

/* design.md: 200 online INITIALIZEs, then 6983 until UNBLOCK or, before, a CREDIT. */
static void
test_initializes_without_success_are_counted_over_restarts(void **state)
{
	struct card *card = *state;

	for (int i = 0; i < 199; i++)
		expect_sw(card, SW_OK, INIT_LOAD("00000000"));
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 10), SW_OK);
	for (int i = 0; i < 200; i++) {
		if (i == 100) {
			assert_int_equal(card_boot(card), YKT_OK);
			expect(card, SELECT_PURSE, FCI);
		}
		expect_sw(card, SW_OK, INIT_LOAD("00000005"));
	}
	expect(card, INIT_LOAD("00000005"), "6983");
	assert_int_equal(card_boot(card), YKT_OK);
	expect(card, SELECT_PURSE, FCI);
	expect(card, INIT_LOAD("00000000"), "6983");
	/* Rides go on. */
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 1, 1), SW_OK);
	assert_int_equal(terminal_sm(card, YKT_SE_WIRED, "84180000", ""), SW_OK);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 10), SW_OK);
}

static void
set_counters(struct card *card, uint16_t online, uint16_t offline)
{
	struct se_journal *journal = &card->se.journal;
	uint8_t bytes[4];

	ykt_set_u16(bytes, online);
	ykt_set_u16(bytes + 2, offline);
	se_journal_begin(journal);
	se_journal_put(
	    journal, SE_PURSE_OFF(0) + SE_PURSE_MONEY + SE_MONEY_ONLINE, YKT_BYTES(bytes));
	assert_int_equal(se_journal_commit(journal), YKT_OK);
}

static void
test_counters_end_at_ffff(void **state)
{
	struct card *card = *state;

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	set_counters(card, 0xFFFE, 0xFFFE);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 10), SW_OK);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 10, 1), SW_OK);
	expect(card,
	    "805A00020"
	    "2FFFF08",
	    card_hex(card, YKT_SE_WIRED, "805A000202FFFF08"));
	expect(card, INIT_LOAD("00000001"), "9402");
	expect(card, INIT_LOAD("00000000"), "9402");
	expect(card, INIT_PURCHASE("00000001"), "9402");
	expect(card, "805C000204", "000003E89000");
}

static void
test_random_failure_refuses(void **state)
{
	struct card *card = *state;

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	card->rng.fails = true;
	expect(card, INIT_LOAD("00000001"), "6400");
	expect(card, INIT_PURCHASE("00000001"), "6400");
	expect(card, "0084000004", "6400");
	card->rng.fails = false;
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 10, 1), SW_OK);
}

static void
test_log_keeps_the_newest_ten(void **state)
{
	struct card *card = *state;

	expect(card, "00B201C400", "6A83");
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	for (uint32_t i = 1; i <= 11; i++)
		assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, i, i), SW_OK);
	expect(card, "00B201C400",
	    "000B0000000000000B0631000000000120250102"
	    "0304059000");
	expect(card, "00B20AC400",
	    "0002000000000000020631000000000120250102"
	    "0304059000");
	expect(card, "00B20BC400", "6A83");
	expect(card, "00B200C400", "6A83");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_load_gives_the_published_values),
		T(test_purchase_gives_the_published_values),
		T(test_proofs_live_in_two_slots_and_survive_initialize),
		T(test_balance_forms),
		T(test_refusals_leave_everything_alone),
		T(test_amounts_at_the_edges),
		T(test_attestation_answers_and_takes_no_credit),
		T(test_a_wrong_mac_is_9302_and_ends_the_session),
		T(test_a_credit_works_once_and_dies_with_a_new_initialize),
		T(test_other_commands_end_a_transaction),
		T(test_initializes_without_success_are_counted_over_restarts),
		T(test_counters_end_at_ffff),
		T(test_random_failure_refuses),
		T(test_log_keeps_the_newest_ten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
