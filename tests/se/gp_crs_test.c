/*
 * The contactless registry: who answers on the air, the default card, PPSE.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

#define WIRED YKT_SE_WIRED
#define AIR   YKT_SE_CONTACTLESS

#define AID_CRS     "A00000015143525300"
#define SELECT_CRS  "00A4040009" AID_CRS "00"
#define SELECT_PPSE "00A404000E325041592E5359532E444446303100"
#define AID_2       AID_PURSE "02"
#define AID_OTHER   "A000000632010106"
#define ON(aid)     "80F00101" aid
#define OFF(aid)    "80F00100" aid
#define ONE         "0A4F08" AID_PURSE
#define TWO         "0B4F09" AID_2
#define OTHER       "0A4F08" AID_OTHER

/* Three purses: two of one group, one of another. */
static int
setup(void **state)
{
	const struct purse_setup second = { AID_2, 100000, 0, PURSE_ALG_TDES };
	const struct purse_setup other = { AID_OTHER, 100000, 0, PURSE_ALG_TDES };
	struct card *card = card_new();

	tsm_make_purse(card);
	tsm_make_purse_as(card, &second);
	tsm_make_purse_as(card, &other);
	*state = card;

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

/* What a partial SELECT on the air finds: the AID in its answer, or the status word. */
static void
expect_found(struct card *card, const char *partial, const char *aid)
{
	char cmd[64], want[64];
	const char *got;

	snprintf(cmd, sizeof(cmd), "00A40400%02X%s00", (unsigned)strlen(partial) / 2, partial);
	got = card_hex(card, AIR, cmd);
	if (strlen(aid) == 4)
		snprintf(want, sizeof(want), "%s", aid);
	else
		snprintf(want, sizeof(want), "84%02X%s", (unsigned)strlen(aid) / 2, aid);
	if (strlen(aid) == 4 ? strcmp(got, want) != 0 : strncmp(got + 4, want, strlen(want)) != 0)
		fail_msg("%s found %s, not %s", partial, got, aid);
}

static void
test_it_answers_as_amendment_c_says(void **state)
{
	struct card *card = *state;

	expect(card, SELECT_CRS,
	    "6F168409" AID_CRS "A5099F080201008002"
	    "0003"
	    "9000");
	expect(card, "80CA00A5",
	    "A5099F0802010080020003"
	    "9000");
	/* The first of a group answers, the second waits; a tag list hides the priority. */
	expect(card, "80F24000024F00",
	    "6112"
	    "4F08" AID_PURSE "9F70020701"
	    "810100"
	    "6113"
	    "4F09" AID_2 "9F70020700"
	    "810100"
	    "6112"
	    "4F08" AID_OTHER "9F70020701"
	    "810100"
	    "9000");
	expect(card, "80F24000074F005C034F9F70",
	    "610F"
	    "4F08" AID_PURSE "9F70020701"
	    "6110"
	    "4F09" AID_2 "9F70020700"
	    "610F"
	    "4F08" AID_OTHER "9F70020701"
	    "9000");
	expect(card, "80F240000B4F09" AID_2, "61134F09" AID_2 "9F700207008101009000");
	/* It is found by a part of its name, after all domains. */
	expect(card, "00A4040008A00000015143525300", card_hex(card, WIRED, SELECT_CRS));
}

static void
test_one_of_a_group_answers(void **state)
{
	struct card *card = *state;

	expect_found(card, "A0000006320101", AID_PURSE);
	expect_found(card, AID_PURSE, AID_PURSE);
	expect_found(card, AID_2, "6A82");
	expect_found(card, AID_OTHER, AID_OTHER);
	expect_sw(card, SW_OK, SELECT_CRS);
	expect(card, ON(TWO), "9000");
	expect_found(card, AID_PURSE, AID_2);
	expect_found(card, AID_2, AID_2);
	expect_found(card, AID_OTHER, AID_OTHER);
	/* Wired, every one is reached. */
	assert_memory_equal(card_hex(card, WIRED, SELECT_PURSE), "6F31", 4);
	expect_sw(card, SW_OK, SELECT_CRS);
	/* Off is off, and nobody moves up by himself. */
	expect(card, OFF(TWO), "9000");
	expect_found(card, AID_PURSE, "6A82");
	expect(card, ON(ONE), "9000");
	expect_found(card, AID_PURSE, AID_PURSE);
	/* Two of different groups at once. */
	expect(card, OFF("144F08" AID_PURSE "4F08" AID_OTHER), "9000");
	expect_found(card, "A0000006320101", "6A82");
	expect_on(card, AIR, SELECT_PPSE, "6A82");
	expect(card, ON("154F09" AID_2 "4F08" AID_OTHER), "9000");
	expect_found(card, "A0000006320101", AID_2);
}

static void
test_choices_survive_a_restart(void **state)
{
	struct card *card = *state;

	expect_sw(card, SW_OK, SELECT_CRS);
	expect(card, ON(TWO), "9000");
	expect(card, "80F00201" OTHER, "9000");
	assert_int_equal(card_boot(card), YKT_OK);
	expect_found(card, AID_PURSE, AID_2);
	expect_found(card, "A0000006320101", AID_OTHER);
	expect_sw(card, SW_OK, SELECT_CRS);
	expect(card, "80F240000A4F08" AID_OTHER, "61124F08" AID_OTHER "9F700207018101019000");
	expect(card, "80CA00A5", "A5099F08020100800200059000");
}

static void
test_the_directory_follows_active_and_preferred(void **state)
{
	struct card *card = *state;
	const char *label = "50084D4F545F545F4550";
	char want[200];

	snprintf(want, sizeof(want),
	    "6F47840E325041592E5359532E4444463031A535BF0C32"
	    "61174F08" AID_PURSE "%s870101"
	    "61174F08" AID_OTHER "%s8701029000",
	    label, label);
	expect_on(card, AIR, SELECT_PPSE, want);
	expect_sw(card, SW_OK, SELECT_CRS);
	expect(card, ON(TWO), "9000");
	expect(card, "80F00201" OTHER, "9000");
	snprintf(want, sizeof(want),
	    "6F48840E325041592E5359532E4444463031A536BF0C33"
	    "61174F08" AID_OTHER "%s870101"
	    "61184F09" AID_2 "%s8701029000",
	    label, label);
	expect_on(card, AIR, SELECT_PPSE, want);
	/* Lowest again: the order of the registry. */
	expect(card, "80F00281" OTHER, "9000");
	expect(card, "80F00281" TWO, "9000");
	expect_found(card, "A0000006320101", AID_2);
}

static const struct {
	const char *why;
	const char *cmd;
	const char *rsp;
} refusals[] = {
	{ "an unknown AID",
	    "80F0010109"
	    "4F07A0000006320101",
	    "6A88" },
	{ "a domain", "80F001010A4F08" AID_SSD, "6A88" },
	{ "the registry itself", "80F001010B4F09" AID_CRS, "6A88" },
	{ "one good, one unknown", "80F00100134F08" AID_PURSE "4F07A0000006320101", "6A88" },
	{ "both of a group", "80F00101154F08" AID_PURSE "4F09" AID_2, "6A80" },
	{ "the same twice", "80F00100144F08" AID_PURSE "4F08" AID_PURSE, "6A80" },
	{ "nothing", "80F00101", "6A80" },
	{ "another tag", "80F001010A5008" AID_PURSE, "6A80" },
	{ "cut short", "80F00101094F08A0000006320101", "6A80" },
	{ "one more byte", "80F001010B4F08" AID_PURSE "4F", "6A80" },
	{ "P2 02", "80F00102" ONE, "6A86" },
	{ "P2 80, never to be active", "80F00180" ONE, "6A86" },
	{ "P1 00", "80F00001" ONE, "6A86" },
	{ "P1 03", "80F00301" ONE, "6A86" },
	{ "priority 00", "80F00200" ONE, "6A86" },
	{ "priority 02", "80F00202" ONE, "6A86" },
	{ "two default cards", "80F00201144F08" AID_PURSE "4F08" AID_OTHER, "6A80" },
	{ "the card's own SET STATUS", "80F0408008" AID_PURSE, "6A86" },
	{ "GET STATUS of other scopes", "80F28000024F00", "6A86" },
	{ "the TLV bit of GET STATUS", "80F24002024F00", "6A86" },
	{ "a next one that is not there", "80F24001024F00", "6985" },
	{ "no AID", "80F24000", "6A80" },
	{ "a criterion that is not known", "80F24000064F0087025050", "6A80" },
	{ "AID of 17", "80F24000134F11A000000632010105A000000632010105A0", "6A80" },
	{ "no match", "80F24000034F01B0", "6A88" },
	{ "GET DATA 66", "80CA0066", "6A88" },
	{ "class 00", "00F0010100", "6E00" },
	{ "class 00 with data", "00F00101" ONE, "6E00" },
	{ "secure messaging", "84F00101" ONE, "6E00" },
	{ "INSTALL", "80E60C00", "6D00" },
};

static void
test_refusals_move_nothing(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;

	expect_sw(card, SW_OK, SELECT_CRS);
	expect(card, "80F00201" ONE, "9000");
	snapshot_take(card, &before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(refusals); i++) {
		const char *got = card_hex(card, WIRED, refusals[i].cmd);

		if (strcmp(got, refusals[i].rsp) != 0)
			fail_msg("%s: %s, not %s", refusals[i].why, got, refusals[i].rsp);
		snapshot_take(card, &after);
		if (!snapshot_equal(&before, &after))
			fail_msg("%s: something moved", refusals[i].why);
	}
}

static void
test_the_air_does_not_reach_it(void **state)
{
	struct card *card = *state;

	expect_on(card, AIR, SELECT_CRS, "6A82");
	expect_on(card, AIR, "00A4040008A00000015143525300", "6A82");
	expect_on(card, AIR, "80F00100" ONE, "6982");
}

static void
test_nothing_changes_under_an_open_tap(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;

	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_load(card, WIRED, 5000), SW_OK);
	expect_sw(card, SW_OK, SELECT_CRS);
	expect_found(card, AID_PURSE, AID_PURSE);
	card_hex(card, AIR, "805001020B0100000064" TERMINAL_HEX "0F");
	assert_int_equal(card->se.purse.state, SE_PURSE_DEBIT);
	snapshot_take(card, &before);
	expect(card, OFF(ONE), "6985");
	expect(card, ON(TWO), "6985");
	expect(card, "80F00201" OTHER, "6985");
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	assert_int_equal(card->se.purse.state, SE_PURSE_DEBIT);
	expect_on(card, AIR, "805C000204", "000013889000");
	/* The tap is over; what the gate still has selected goes. */
	expect(card, ON(TWO), "9000");
	expect_on(card, AIR, "805C000204", "6D00");
}

static void
test_what_is_not_selectable_is_not_activated(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F0408009" AID_2), SW_OK);
	tsm_install_purse(card, AID_PURSE "03");
	expect_sw(card, SW_OK, SELECT_CRS);
	snapshot_take(card, &before);
	expect(card, ON(TWO), "6985");
	expect(card, "80F001010B4F09" AID_PURSE "03", "6985");
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
	expect(card, "80F240000B4F09" AID_2, "61134F09" AID_2 "9F700287808101009000");
	expect(card, "80F240000B4F09" AID_PURSE "03",
	    "61134F09" AID_PURSE "03"
	    "9F700203808101009000");
}

/* Locked while it answered, another one chosen, unlocked: still only one answers. */
static void
test_unlocking_does_not_bring_a_second_answer(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F0408008" AID_PURSE), SW_OK);
	expect_found(card, AID_PURSE, "6A82");
	expect_sw(card, SW_OK, SELECT_CRS);
	expect(card, ON(TWO), "9000");
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80F0400008" AID_PURSE), SW_OK);
	expect_found(card, AID_PURSE, AID_2);
}

static void
test_deleting_the_one_that_answers_lets_the_waiting_one_answer(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	expect_sw(card, SW_OK, SELECT_CRS);
	expect(card, "80F00201" ONE, "9000");
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E400000A4F08" AID_PURSE "00"), SW_OK);
	expect_found(card, AID_PURSE, AID_2);
	/* The next that takes the place of the deleted one is not the default card. */
	tsm_install_purse(card, AID_PURSE "03");
	expect_sw(card, SW_OK, SELECT_CRS);
	expect(card, "80F240000B4F09" AID_PURSE "03",
	    "61134F09" AID_PURSE "03"
	    "9F700203808101009000");
	/* One that was switched off stays off. */
	expect(card, OFF(TWO), "9000");
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E400000B4F09" AID_PURSE "0300"), SW_OK);
	expect_found(card, AID_PURSE, "6A82");
}

/* Every write of an activation cut: one of the two answers, never both or none. */
static void
test_a_cut_leaves_exactly_one_of_a_group(void **state)
{
	struct card *card = *state;
	struct card *torn = malloc(sizeof(*torn));
	unsigned before = 0, after = 0;

	assert_non_null(torn);
	expect_sw(card, SW_OK, SELECT_CRS);
	*torn = *card;
	for (unsigned at = 1;; at++) {
		bool fired = false;

		for (unsigned tear = 0; tear < TEAR_COUNT; tear++) {
			card->se = torn->se;
			card->nvm = torn->nvm;
			card->nvm.port.ctx = &card->nvm;
			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)tear);
			card_hex(card, WIRED, ON(TWO));
			fired = card->nvm.fired;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			if (strcmp(card_hex(card, AIR, "00A4040009" AID_2 "00"), "6A82") == 0) {
				expect_found(card, AID_PURSE, AID_PURSE);
				before++;
			} else {
				expect_found(card, AID_PURSE, AID_2);
				after++;
			}
		}
		if (!fired)
			break;
	}
	assert_true(before > 0 && after > 0);
	/* A memory that does not keep the write. */
	card->se = torn->se;
	card->nvm = torn->nvm;
	nvm_fault(&card->nvm, 1, FAULT_SILENT, TEAR_OLD);
	expect(card, ON(TWO), "6581");
	expect_found(card, AID_PURSE, AID_PURSE);
	free(torn);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_it_answers_as_amendment_c_says),
		T(test_one_of_a_group_answers),
		T(test_choices_survive_a_restart),
		T(test_the_directory_follows_active_and_preferred),
		T(test_refusals_move_nothing),
		T(test_the_air_does_not_reach_it),
		T(test_nothing_changes_under_an_open_tap),
		T(test_what_is_not_selectable_is_not_activated),
		T(test_unlocking_does_not_bring_a_second_answer),
		T(test_deleting_the_one_that_answers_lets_the_waiting_one_answer),
		T(test_a_cut_leaves_exactly_one_of_a_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
