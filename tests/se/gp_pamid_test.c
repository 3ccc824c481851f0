/*
 * The payment account medium identifier: an object of the issuer's domain, set in
 * its channel, read by anybody; and DELETE of more than one record of the journal
 * holds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "card/gp.h"
#include "card/sw.h"

static int
setup(void **state)
{
	*state = card_new();

	return 0;
}

static int
teardown(void **state)
{
	card_free((struct card **)state);

	return 0;
}

#define VALUE_32 "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"

static void
test_the_issuer_sets_it_and_anybody_reads_it(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_make_ssd(card);
	expect_sw(card, SW_OK, "00A4040000");
	expect(card, "80CADF5000", "6A88");
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E2900004DF5001A5"), SW_OK);
	expect_sw(card, SW_OK, "00A4040000");
	expect(card, "80CADF5000", "DF5001A59000");
	/* The longest, replaced whole, over a restart. */
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E2900023DF5020" VALUE_32), SW_OK);
	assert_int_equal(card_boot(card), YKT_OK);
	expect(card, "80CADF5000", "DF5020" VALUE_32 "9000");
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E2900009420331051"
					    "7"
					    "DF500122"),
	    SW_OK);
	assert_int_equal(tsm_send_hex(&tsm, "80CADF5000"), SW_OK);
	expect_sw(card, SW_OK, "00A4040000");
	expect(card, "80CADF5000", "DF5001229000");
	expect(card, "80CA004200", "42033105179000");
	/* It is no other domain's. */
	expect_sw(card, SW_OK, "00A4040008" AID_SSD "00");
	expect(card, "80CADF5000", "6A88");
}

static const struct {
	const char *why;
	const char *cmd;
	uint16_t sw;
} refused[] = {
	{ "empty", "80E2900003DF5000", SW_DATA },
	{ "33 bytes", "80E2900024DF5021" VALUE_32 "20", SW_DATA },
	{ "cut", "80E2900004DF5002A5", SW_DATA },
	{ "good, then an unknown tag", "80E2900008DF5001A5DF510100", SW_DATA_NOT_FOUND },
	{ "good, then something cut", "80E2900006DF5001A5DF50", SW_DATA },
	{ "as a grouping", "80E2880004DF5001A5", SW_P1P2 },
};

static void
test_what_is_none_changes_nothing(void **state)
{
	struct card *card = *state;
	struct snapshot before, after;
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E2900004DF5001A5"), SW_OK);
	snapshot_take(card, &before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(refused); i++) {
		if (tsm_send_hex(&tsm, refused[i].cmd) != refused[i].sw)
			fail_msg("%s: %04X", refused[i].why, tsm.sw);
		snapshot_take(card, &after);
		assert_true(snapshot_equal(&before, &after));
	}
	/* Outside of a channel, and in that of another domain. */
	expect_sw(card, SW_OK, "00A4040000");
	expect(card, "80E2900004DF5001A6", "6982");
	tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
	snapshot_take(card, &before);
	assert_int_equal(tsm_send_hex(&tsm, "80E2900004DF5001A6"), SW_DATA_NOT_FOUND);
	snapshot_take(card, &after);
	assert_true(snapshot_equal(&before, &after));
}

/* Every entry taken: seven domains and four purses below the first. */
static void
fill_card(struct card *card)
{
	char cmd[160];
	struct tsm tsm;

	tsm_make_ssd(card);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	for (unsigned i = 2; i <= 8 + SE_PURSE_COUNT; i++) {
		bool purse = i > 8;
		const char *aid = purse ? "A0000006320101050" : "A00000063201FF0";
		size_t len = purse ? 9 : 8;

		snprintf(cmd, sizeof(cmd), "80E604%s%s%02X%s%X%s",
		    purse ? "002107A000000632010108A000000632010105"
			  : "002007A000000151535008A000000151535041",
		    "", (unsigned)len, aid, purse ? i - 8 : i,
		    purse ? "010002C9000000" : "018002C9000000");
		assert_int_equal(tsm_send_hex(&tsm, cmd), SW_OK);
		snprintf(cmd, sizeof(cmd), "80E6100016%s" AID_SSD "00%02X%s%X000000", "08",
		    (unsigned)len, aid, purse ? i - 8 : i);
		if (purse)
			memcpy(cmd + 8, "17", 2);
		assert_int_equal(tsm_send_hex(&tsm, cmd), SW_OK);
	}
}

/* All or none of the entries; true when they are gone. */
static bool
all_gone(const struct card *card)
{
	const uint8_t *home = card->se.journal.home;
	unsigned there = 0;

	for (unsigned i = 1; i < SE_SD_COUNT; i++)
		there += home[SE_SD_OFF(i) + SE_SD_STATE] != 0;
	for (unsigned i = 0; i < SE_PURSE_COUNT; i++)
		there += home[SE_PURSE_OFF(i) + SE_PURSE_STATE] != 0;
	if (there != 0 && there != SE_SD_COUNT - 1 + SE_PURSE_COUNT)
		fail_msg("%u entries are left", there);

	return there == 0;
}

/* Eight domains and four purses are more than one record of the journal holds. */
static void
test_everything_is_deleted_at_once(void **state)
{
	struct card *card = *state;
	const uint8_t *home = card->se.journal.home;
	struct tsm tsm;

	fill_card(card);
	assert_false(all_gone(card));
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E400000A4F08" AID_SSD "00"), SW_CONDITIONS);
	assert_int_equal(tsm_send_hex(&tsm, "80E400800A4F08" AID_SSD "00"), SW_OK);
	assert_true(all_gone(card));
	/* Nothing of them is left in the memory: neither keys nor files. */
	for (size_t i = SE_SD_OFF(1); i < SE_PURSE_OFF(SE_PURSE_COUNT); i++)
		if (home[i] != 0)
			fail_msg("byte %zu is left", i);
	assert_int_equal(tsm_send_hex(&tsm, "80F24002024F0000"), SW_DATA_NOT_FOUND);
	fill_card(card);
	assert_false(all_gone(card));
}

static void
test_everything_is_deleted_or_nothing_when_it_is_cut(void **state)
{
	struct card *card = *state;
	struct card *kept = malloc(sizeof(*kept));
	unsigned seen[2] = { 0, 0 };
	bool fired = true;
	struct tsm tsm, again;

	assert_non_null(kept);
	fill_card(card);
	tsm_open(&again, card, AID_ISD, &tsm_isd_keys, 0x33);
	*kept = *card;
	for (unsigned at = 1; fired; at++) {
		for (unsigned tear = 0; tear < TEAR_COUNT; tear++) {
			card->se = kept->se;
			card->nvm = kept->nvm;
			tsm = again;
			tsm.data = YKT_BUF(tsm.data_bytes);
			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)tear);
			(void)tsm_send_hex(&tsm, "80E400800A4F08" AID_SSD "00");
			fired = card->nvm.fired;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			seen[all_gone(card)]++;
		}
	}
	assert_true(seen[0] > 0 && seen[1] > 0);
	/* A memory that takes nothing: 6581, and all is as it was. */
	card->se = kept->se;
	card->nvm = kept->nvm;
	tsm = again;
	tsm.data = YKT_BUF(tsm.data_bytes);
	nvm_fault(&card->nvm, 1, FAULT_ERROR, TEAR_OLD);
	assert_int_equal(tsm_send_hex(&tsm, "80E400800A4F08" AID_SSD "00"), SW_MEMORY);
	assert_false(all_gone(card));
	assert_memory_equal(card->se.journal.home, kept->se.journal.home, SE_HOME_SIZE);
	free(kept);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_the_issuer_sets_it_and_anybody_reads_it),
		T(test_what_is_none_changes_nothing),
		T(test_everything_is_deleted_at_once),
		T(test_everything_is_deleted_or_nothing_when_it_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
