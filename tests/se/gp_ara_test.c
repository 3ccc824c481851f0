/*
 * Access rules: raw objects in and out, who may change them, and that a caller
 * without a rule reaches nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "card/sw.h"

#define WIRED YKT_SE_WIRED
#define AIR   YKT_SE_CONTACTLESS

#define AID_ARA    "A00000015141434C00"
#define SELECT_ARA "00A4040009" AID_ARA "00"
#define HASH_A     "A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3"
#define HASH_B     "C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3"
#define HASH_LONG  HASH_A "B4B5B6B7B8B9BABBBCBDBEBF"

/* References and whole rules. */
#define REF_PURSE_A    "E1204F08" AID_PURSE "C114" HASH_A
#define RULE_PURSE_A   "E227" REF_PURSE_A "E303D00101"
#define RULE_PURSE_ALL "E213E10C4F08" AID_PURSE "C100E303D00101"
#define RULE_ANY_B     "E21FE1184F00C114" HASH_B "E303D00101"

static int
setup(void **state)
{
	struct card *card = card_new();

	tsm_make_purse(card);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* INSTALL [for personalization] of the rules, then STORE DATA of one command. */
static uint16_t
store(struct card *card, const char *hex)
{
	uint8_t bytes[300], cmd_bytes[300];
	struct ykt_buf data = YKT_BUF(bytes);
	struct ykt_buf cmd = YKT_BUF(cmd_bytes);
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000F000009" AID_ARA "000000"), SW_OK);
	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &data), YKT_OK);
	gp_store_data_build(GP_STORE_LAST | GP_STORE_BER, 0, ykt_buf_view(&data), &cmd);

	return tsm_send(&tsm, ykt_buf_view(&cmd));
}

static void
caller(struct card *card, uint8_t channel, const char *hex)
{
	uint8_t bytes[32];
	struct ykt_buf hash = YKT_BUF(bytes);

	assert_int_equal(ykt_hex_decode(hex, strlen(hex), &hash), YKT_OK);
	assert_int_equal(se_set_caller(&card->se, WIRED, channel, ykt_buf_view(&hash)), YKT_OK);
}

static void
test_rules_are_stored_and_answered(void **state)
{
	struct card *card = *state;

	expect(card, SELECT_ARA, "6F118409" AID_ARA "A5049F6501FF9000");
	expect(card, "80CAFF4000", "FF40009000");
	expect(card, "80CADF2000", "DF200800000000000000009000");
	assert_int_equal(store(card, "F029" RULE_PURSE_A), SW_OK);
	assert_int_equal(store(card, "F021" RULE_ANY_B), SW_OK);
	expect_sw(card, SW_OK, SELECT_ARA);
	expect(card, "80CADF2000", "DF200800000000000000029000");
	expect(card, "80CAFF4000", "FF404A" RULE_PURSE_A RULE_ANY_B "9000");
	expect(card, "80CAFF5022" REF_PURSE_A "00", "FF5005E303D001019000");
	/* The search goes the way of a client: B has access to everything. */
	expect(card, "80CAFF501AE1184F00C114" HASH_B "00", "FF5005E303D001019000");
	expect(card, "80CAFF501AE1184F00C114" HASH_A "00", "FF50009000");
	/* A new rule for the same reference takes the place of the old one. */
	assert_int_equal(store(card, "F029E227" REF_PURSE_A "E303D00100"), SW_OK);
	expect_sw(card, SW_OK, SELECT_ARA);
	expect(card, "80CAFF5022" REF_PURSE_A "00", "FF5005E303D001009000");
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_ARA);
	expect(card, "80CAFF5022" REF_PURSE_A "00", "FF5005E303D001009000");
	/* Deleted: by reference, by AID, and all. */
	assert_int_equal(store(card, "F11AE1184F00C114" HASH_B), SW_OK);
	assert_int_equal(store(card, "F10A4F08" AID_PURSE), SW_OK);
	expect_sw(card, SW_OK, SELECT_ARA);
	expect(card, "80CAFF4000", "FF40009000");
	assert_int_equal(store(card, "F021" RULE_ANY_B), SW_OK);
	assert_int_equal(store(card, "F100"), SW_OK);
	assert_int_equal(store(card, "F200"), SW_OK);
	expect_sw(card, SW_OK, SELECT_ARA);
	expect(card, "80CAFF4000", "FF40009000");
	expect(card, "80CADF2000", "DF200800000000000000089000");
}

/* Filters, an event rule and SHA-256 come back as they went in, over several answers. */
static void
test_a_long_list_is_read_in_parts(void **state)
{
	struct card *card = *state;
	char all[4096] = "", want[4096], got[4096] = "";
	const char *part;
	size_t full = 0;

	for (int i = 0; i < 16; i++) {
		char rule[300], cmd[320];

		snprintf(rule, sizeof(rule),
		    "E243E12A4F06A0000006%02XFFC120" HASH_LONG
		    "E315D010805C0002FFFFFFFF00B20000FFFF0000D10101",
		    i);
		strcat(all, rule);
		snprintf(cmd, sizeof(cmd), "F045%s", rule);
		assert_int_equal(store(card, cmd), SW_OK);
	}
	/* The slots are full now. */
	assert_int_equal(store(card, "F021" RULE_ANY_B), SW_NO_SPACE);
	snprintf(want, sizeof(want), "FF40820450%s", all);
	expect_sw(card, SW_OK, SELECT_ARA);
	for (int i = 0; i < 5; i++) {
		part = card_hex(card, WIRED, i == 0 ? "80CAFF4000" : "80CAFF6000");
		full = strlen(part);
		assert_string_equal(part + full - 4, "9000");
		strncat(got, part, full - 4);
	}
	assert_string_equal(got, want);
	expect(card, "80CAFF6000", "6985");
	/* Any other question, and any change, ends the reading. */
	expect_sw(card, SW_OK, "80CAFF4000");
	expect_sw(card, SW_OK, "80CADF2000");
	expect(card, "80CAFF6000", "6985");
}

static const struct {
	const char *why;
	const char *data;
	uint16_t sw;
} store_refusals[] = {
	{ "no command", "E227" REF_PURSE_A "E303D00101", SW_DATA },
	{ "two rules", "F04A" RULE_PURSE_A RULE_ANY_B, SW_DATA },
	{ "two commands", "F200F200", SW_DATA },
	{ "no rule", "F000", SW_DATA },
	{ "no AR-DO", "F024E222" REF_PURSE_A, SW_DATA },
	{ "an empty AR-DO", "F026E224" REF_PURSE_A "E300", SW_DATA },
	{ "no hash", "F013E211E10A4F08" AID_PURSE "E303D00101", SW_DATA },
	{ "no AID", "F01FE21DE116C114" HASH_A "E303D00101", SW_DATA },
	{ "AID of four", "F011E20FE1084F04A0000006C100E303D00101", SW_DATA },
	{ "hash of nineteen", "F016E214E10D4F08" AID_PURSE "C101AAE303D00101", SW_DATA },
	{ "APDU rule 02", "F015E213E10C4F08" AID_PURSE "C100E303D00102", SW_DATA },
	{ "half a filter", "F018E216E10C4F08" AID_PURSE "C100E306D00480500000", SW_DATA },
	{ "event rule 02", "F015E213E10C4F08" AID_PURSE "C100E303D10102", SW_DATA },
	{ "the same twice", "F018E216E10C4F08" AID_PURSE "C100E306D00101D00101", SW_DATA },
	{ "an unknown object", "F015E213E10C4F08" AID_PURSE "C100E303D20101", SW_DATA },
	{ "cut short", "F029E227E1204F08" AID_PURSE "C114A0A1", SW_DATA },
	{ "delete of what is not there", "F1224F00", SW_DATA },
	{ "delete of an unknown reference", "F11AE1184F00C114" HASH_B, SW_DATA_NOT_FOUND },
	{ "delete of an unknown AID", "F10A4F08A000000632010199", SW_DATA_NOT_FOUND },
	{ "delete by a rule", "F129" RULE_PURSE_A, SW_DATA },
	{ "refresh with data", "F20101", SW_DATA },
	{ "F3", "F300", SW_DATA },
};

static void
test_bad_rules_are_refused_and_nothing_moves(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;

	assert_int_equal(store(card, "F029" RULE_PURSE_A), SW_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(store_refusals); i++) {
		uint16_t sw;

		snapshot_take(card, &before);
		sw = store(card, store_refusals[i].data);
		if (sw != store_refusals[i].sw)
			fail_msg("%s: %04X", store_refusals[i].why, sw);
		snapshot_take(card, &after);
		/* But for the counters of the channel that was opened. */
		if (memcmp(before.home, after.home, SE_SD_OFF(0)) != 0 ||
		    memcmp(before.home + SE_RULES, after.home + SE_RULES,
			SE_RULE_COUNT * SE_RULE_LEN) != 0)
			fail_msg("%s: something moved", store_refusals[i].why);
	}
}

static const struct {
	const char *why;
	const char *cmd;
	const char *rsp;
} reading_refusals[] = {
	{ "next without a list", "80CAFF6000", "6985" },
	{ "all with data",
	    "80CAFF400100"
	    "00",
	    "6700" },
	{ "specific without data", "80CAFF5000", "6A80" },
	{ "specific, two references",
	    "80CAFF5028E1124F00C100"
	    "E1124F00C100"
	    "00000000000000000000000000000000000000000000000000000000"
	    "00",
	    "6A80" },
	{ "specific, no AID", "80CAFF5004E102C10000", "6A80" },
	{ "another object", "80CA006600", "6A88" },
	{ "class 00", "00CAFF4000", "6E00" },
	{ "STORE DATA without the domain", "80E2900002F10000", "6D00" },
	{ "secure messaging", "84CAFF4000", "6E00" },
};

static void
test_reading_refusals(void **state)
{
	struct card *card = *state;

	expect_sw(card, SW_OK, SELECT_ARA);
	for (size_t i = 0; i < YKT_ARRAY_LEN(reading_refusals); i++) {
		const char *got = card_hex(card, WIRED, reading_refusals[i].cmd);

		if (strcmp(got, reading_refusals[i].rsp) != 0)
			fail_msg("%s: %s, not %s", reading_refusals[i].why, got,
			    reading_refusals[i].rsp);
	}
	expect_on(card, AIR, SELECT_ARA, "6A82");
}

/* T19: only the issuer's domain. */
static void
test_another_domain_does_not_write_rules(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	snapshot_take(card, &before);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000F000009" AID_ARA "000000"), SW_CONDITIONS);
	assert_int_equal(tsm_send_hex(&tsm, "80E2900002F100"), SW_DATA_NOT_FOUND);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	/* Nor can its name be taken by an instance. */
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E604002107A000000632010108A000000632010105"
					    "09" AID_ARA "010002C9000000"),
	    SW_DATA);
	assert_int_equal(tsm_send_hex(&tsm, "80E400000B4F09" AID_ARA "00"), SW_DATA_NOT_FOUND);
}

/* Who reaches the purse and the issuer's domain, for each set of rules. */
static const struct {
	const char *why;
	const char *rules[3];
	const char *hash;
	bool purse;
	bool domain;
} access_rows[] = {
	{ "nobody is named", { 0 }, "", true, true },
	{ "no rules at all", { 0 }, HASH_A, false, false },
	{ "a rule for just him", { "F029" RULE_PURSE_A }, HASH_A, true, false },
	{ "a rule for another", { "F029" RULE_PURSE_A }, HASH_B, false, false },
	{ "a rule for the hash that begins the same", { "F029" RULE_PURSE_A }, HASH_LONG, false,
	    false },
	{ "a rule for all callers", { "F015" RULE_PURSE_ALL }, HASH_B, true, false },
	{ "all applications for him", { "F021" RULE_ANY_B }, HASH_B, true, true },
	{ "all applications, but the purse names another",
	    { "F021" RULE_ANY_B, "F029" RULE_PURSE_A }, HASH_B, false, true },
	{ "everything for everybody", { "F00DE20BE1044F00C100E303D00101" }, HASH_A, true, true },
	{ "never for him, always for all",
	    { "F029E227" REF_PURSE_A "E303D00100", "F015" RULE_PURSE_ALL }, HASH_A, false, false },
	{ "only an event rule", { "F029E227" REF_PURSE_A "E303D10101" }, HASH_A, false, false },
};

static void
test_rules_are_enforced_for_a_named_caller(void **state)
{
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(access_rows); i++) {
		struct snapshot before, after;
		const char *got;

		caller(card, 0, "");
		assert_int_equal(store(card, "F100"), SW_OK);
		for (size_t k = 0; k < 3 && access_rows[i].rules[k] != NULL; k++)
			assert_int_equal(store(card, access_rows[i].rules[k]), SW_OK);
		snapshot_take(card, &before);
		caller(card, 0, access_rows[i].hash);
		got = card_hex(card, WIRED, SELECT_PURSE);
		if ((strcmp(got, "6982") != 0) != access_rows[i].purse)
			fail_msg("%s: purse %s", access_rows[i].why, got);
		got = card_hex(card, WIRED, "00A4040000");
		if ((strcmp(got, "6982") != 0) != access_rows[i].domain)
			fail_msg("%s: domain %s", access_rows[i].why, got);
		snapshot_take(card, &after);
		assert_true(snapshot_equal(&before, &after));
		/* The gate is nobody's caller. */
		assert_memory_equal(card_hex(card, AIR, SELECT_PURSE), "6F31", 4);
	}
}

/* GET BALANCE and READ RECORD only. */
static void
test_filters_let_single_commands_through(void **state)
{
	struct card *card = *state;

	assert_int_equal(
	    store(card, "F036E234" REF_PURSE_A "E310D010805C0002FFFFFFFF00B20000FFFF0000"
			""),
	    SW_DATA); /* a length that does not add up */
	assert_int_equal(
	    store(card, "F038E236" REF_PURSE_A "E312D010805C0002FFFFFFFF00B20000FFFF0000"), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	caller(card, 0, HASH_A);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, "805C000204", "000000009000");
	expect(card, "805C030204", "6982");
	expect(card, "00B201C400", "6A83");
	expect(card, "00B0950000", "6982");
	expect(card, "805000020B01000003E8" TERMINAL_HEX "10", "6982");
	assert_int_equal(card->se.purse.state, SE_PURSE_IDLE);
	/* What was selected before is no way around. */
	caller(card, 0, HASH_B);
	expect(card, "805C000204", "6982");
	expect(card, SELECT_PURSE, "6982");
	/* A rule taken away holds at once. */
	caller(card, 0, HASH_A);
	expect(card, "805C000204", "000000009000");
	expect(card, "0070000001", "019000");
	expect(card, "815C000204", "6982"); /* the domain, for which he has no rule */
	expect(card, "01A4040008" AID_PURSE "00", card_hex(card, WIRED, SELECT_PURSE));
	expect(card, "815C030204", "6982");
}

static void
test_naming_a_caller_has_its_own_refusals(void **state)
{
	static const uint8_t hash[33];
	struct card *card = *state;

	assert_int_equal(se_set_caller(&card->se, WIRED, 4, ykt_bytes(hash, 20)), YKT_E_ARG);
	assert_int_equal(se_set_caller(&card->se, WIRED, 0, ykt_bytes(hash, 19)), YKT_E_ARG);
	assert_int_equal(se_set_caller(&card->se, WIRED, 0, ykt_bytes(hash, 33)), YKT_E_ARG);
	assert_int_equal(se_set_caller(&card->se, WIRED, 1, ykt_bytes(hash, 20)), YKT_E_STATE);
	assert_memory_equal(card_hex(card, WIRED, SELECT_PURSE), "6F31", 4);
	se_clear(&card->se);
	assert_int_equal(se_set_caller(&card->se, WIRED, 0, ykt_bytes(hash, 20)), YKT_E_STATE);
}

/* A cut STORE DATA: the old rule or the new one, and never a rule that is half of each. */
static void
test_a_cut_leaves_the_old_rule_or_the_new(void **state)
{
	struct card *card = *state;
	struct card *torn = malloc(sizeof(*torn));
	uint8_t bytes[300];
	struct ykt_buf cmd = YKT_BUF(bytes);
	struct ykt_buf plain;
	uint8_t plain_bytes[100];
	struct tsm tsm;
	unsigned before = 0, after = 0;
	bool fired = true;

	assert_non_null(torn);
	assert_int_equal(store(card, "F029" RULE_PURSE_A), SW_OK);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E620000F000009" AID_ARA "000000"), SW_OK);
	plain = YKT_BUF(plain_bytes);
	assert_int_equal(ykt_hex_decode("80E290002BF029E227" REF_PURSE_A "E303D00100",
			     strlen("80E290002BF029E227" REF_PURSE_A "E303D00100"), &plain),
	    YKT_OK);
	assert_int_equal(
	    scp03_cmd_wrap(card->crypto, &tsm.session, ykt_buf_view(&plain), &cmd), YKT_OK);
	*torn = *card;
	for (unsigned at = 1; fired; at++) {
		for (unsigned tear = 0; tear < TEAR_COUNT; tear++) {
			const char *got;

			card->se = torn->se;
			card->nvm = torn->nvm;
			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)tear);
			card_send(card, WIRED, ykt_buf_view(&cmd), NULL);
			fired = card->nvm.fired;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			expect_sw(card, SW_OK, SELECT_ARA);
			got = card_hex(card, WIRED, "80CAFF5022" REF_PURSE_A "00");
			if (strcmp(got, "FF5005E303D001019000") == 0)
				before++;
			else if (strcmp(got, "FF5005E303D001009000") == 0)
				after++;
			else
				fail_msg("a mixed rule: %s", got);
		}
	}
	assert_true(before > 0 && after > 0);
	free(torn);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_rules_are_stored_and_answered),
		T(test_a_long_list_is_read_in_parts),
		T(test_bad_rules_are_refused_and_nothing_moves),
		T(test_reading_refusals),
		T(test_another_domain_does_not_write_rules),
		T(test_rules_are_enforced_for_a_named_caller),
		T(test_filters_let_single_commands_through),
		T(test_naming_a_caller_has_its_own_refusals),
		T(test_a_cut_leaves_the_old_rule_or_the_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
