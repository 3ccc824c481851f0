/*
 * The issuer's own files 05 to 08, 10, 11, 19, and the balances in the FCI: made
 * by the personalisation, read and written as it says, gone with the purse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "purse_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/sw.h"

#define FOR_PERSO "80E620000E000008" AID_PURSE "000000"

/*
 * 05: 16 bytes, free; 06: 8, reading needs the PIN; 07: 8, updating needs
 * EXTERNAL AUTHENTICATE; 08: 4, never read, never written; 11: 4, plain updates
 * after the PIN; 19: 300, the most that one command cannot read.
 */
#define TABLE                                                                                      \
	"90041E"                                                                                   \
	"0500100000"                                                                               \
	"0600080100"                                                                               \
	"0700080002"                                                                               \
	"0800048080"                                                                               \
	"1100040005"                                                                               \
	"19012C0000"
#define CONTENTS                                                                                   \
	"000503A1A2A3"                                                                             \
	"000608B1B2B3B4B5B6B7B8"                                                                   \
	"001901FF"

#define VERIFY "0020000003" KIT_PIN

static int
setup(void **state)
{
	static const struct kit kit = {
		.pin = KIT_PIN, .tries = 3, .dual = true, .extra = TABLE CONTENTS
	};

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
test_reading(void **state)
{
	struct card *card = *state;
	char zeros[2 * 256 + 5];

	memset(zeros, '0', sizeof(zeros));
	memcpy(zeros + 2 * 256, "9000", 5);
	expect(card, "00B0850000", "A1A2A3000000000000000000000000009000");
	expect(card, "00B0850204", "A30000009000");
	expect(card, "00B0870000", "00000000000000009000");
	/* Le 00 is 256 of 300; the offset reaches the rest. */
	memcpy(zeros, "FF", 2);
	expect(card, "00B0990000", zeros);
	expect(card, "00B099FF00",
	    "0000000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000"
	    "9000");
	/* After the PIN. */
	expect(card, VERIFY, "9000");
	expect(card, "00B0860000", "B1B2B3B4B5B6B7B89000");
}

static void
test_refusals_move_nothing(void **state)
{
	static const struct kit_row rows[] = {
		{ "reading 06 without the PIN", "00B0860000", SW_SECURITY },
		{ "reading 08, ever", "00B0880000", SW_SECURITY },
		{ "a file that was not made", "00B0900000", SW_FILE_NOT_FOUND },
		{ "a number that is no file", "00B0890000", SW_FILE_NOT_FOUND },
		{ "behind the end", "00B0851000", SW_OFFSET },
		{ "more than there is", "00B0850011", 0x6C10 },
		{ "more than is left of a long one", "00B099FF2E", 0x6C2D },
		{ "no Le", "00B08500", SW_LENGTH },
		{ "a record of it", "00B2012C00", SW_FILE_KIND },
		{ "an update without secure messaging", "00D6850001AA", SW_SM_MISSING },
		{ "of a file that was not made", "00D6900001AA", SW_SM_MISSING },
		{ "a plain one before the PIN", "00D6910001AA", SW_SECURITY },
		{ "a plain one over the end", "00D6910201020304", 0x6700 },
		{ "no data", "00D69100", SW_LENGTH },
		{ "secure messaging without a challenge", "04D6850005AA00000000", SW_NO_CHALLENGE },
		{ "a file that was not made, under a MAC", "04D6900005AA00000000",
		    SW_FILE_NOT_FOUND },
		{ "over the end, under a MAC", "04D6851005AA00000000", SW_OFFSET },
		{ "07 without authentication", "04D6870005AA00000000", SW_SECURITY },
		{ "08, ever", "04D6880005AA00000000", SW_SECURITY },
		{ "a MAC alone", "04D685000400000000", SW_LENGTH },
	};

	kit_refusals(*state, rows, YKT_ARRAY_LEN(rows));
}

/* The MAC was made apart from lib/card. */
static void
test_updates_under_secure_messaging(void **state)
{
	struct card *card = *state;

	expect(card, VERIFY, "9000");
	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "04D6860206CAFE96C076E5", "9000");
	expect(card, "00B0860000", "B1B2CAFEB5B6B7B89000");
	assert_int_equal(
	    kit_sm(card, "04D6990A", "0102030405", PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES), SW_OK);
	expect(card, "00B0990906", "0001020304059000");
	/* Neighbours in the pool kept theirs, and so do they over a restart. */
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, "00B0850003", "A1A2A39000");
	expect(card, "00B0990906", "0001020304059000");
	expect(card, "00B0860000", "6982");
}

static void
test_an_update_that_needs_authentication(void **state)
{
	struct card *card = *state;

	rng_script(&card->rng, "11223344");
	expect(card, "0084000004", "112233449000");
	expect(card, "0082000108000880ED41BCAAE9", "9000");
	assert_int_equal(
	    kit_sm(card, "04D68700", "77", PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES), SW_OK);
	expect(card, "00B0870001", "779000");
	/* A wrong MAC writes nothing, whatever else was proved. */
	assert_int_equal(kit_sm(card, "04D68700", "78", PERSO_KEY_BLOCK, PURSE_ALG_TDES), 0x6988);
	expect(card, "00B0870001", "779000");
}

static void
test_plain_updates_after_the_pin(void **state)
{
	struct card *card = *state;
	struct snapshot *before;

	expect(card, VERIFY, "9000");
	expect(card, "00D6910002C1C2", "9000");
	expect(card, "00D6910202C3C4", "9000");
	expect(card, "00B0910000", "C1C2C3C49000");
	expect(card, "00D6910302C3C4", "6B00");
	assert_int_equal(kit_sm(card, "841E0000", "", PERSO_KEY_BLOCK, PURSE_ALG_TDES), SW_OK);
	before = kit_before(card);
	expect(card, "00D6910001D1", "6A81");
	assert_int_equal(
	    kit_sm(card, "04D68500", "77", PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES), SW_FUNCTION);
	kit_same(card, before, "blocked");
}

static const struct {
	const char *why;
	const char *groups;
	uint16_t sw;
} bad_groupings[] = {
	{ "no file", "900400", SW_DATA },
	{ "a line cut",
	    "900404"
	    "05001000",
	    SW_DATA },
	{ "an SFI of ours",
	    "900405"
	    "1500100000",
	    SW_DATA },
	{ "an SFI that is none",
	    "900405"
	    "2000100000",
	    SW_DATA },
	{ "an SFI twice",
	    "90040A"
	    "0500100000"
	    "0500100000",
	    SW_DATA },
	{ "of no size",
	    "900405"
	    "0500000000",
	    SW_DATA },
	{ "of 501 bytes",
	    "900405"
	    "0501F50000",
	    SW_DATA },
	{ "2001 bytes in all",
	    "900419"
	    "0501F40000"
	    "0601F40000"
	    "0701F40000"
	    "0801F30000"
	    "1000020000",
	    SW_DATA },
	{ "an unknown need of reading",
	    "900405"
	    "0500100400",
	    SW_DATA },
	{ "an unknown need of updating",
	    "900405"
	    "0500100008",
	    SW_DATA },
	{ "open to anybody",
	    "900405"
	    "0500100004",
	    SW_DATA },
	{ "the PIN without one",
	    "900405"
	    "0500100100",
	    SW_DATA },
	{ "authentication without its key",
	    "900405"
	    "0500100002",
	    SW_DATA },
	{ "content without a table", "000501AA", SW_DATA },
	{ "content before the table",
	    "000501AA"
	    "900405"
	    "0500100000",
	    SW_DATA },
	{ "content over the size",
	    "900405"
	    "0500020000"
	    "000503AABBCC",
	    SW_DATA },
	{ "content of another file",
	    "900405"
	    "0500020000"
	    "000601AA",
	    SW_DATA },
	{ "no content",
	    "900405"
	    "0500020000"
	    "000500",
	    SW_DATA },
	{ "content twice",
	    "900405"
	    "0500020000"
	    "000501AA"
	    "000501AA",
	    SW_DATA },
	{ "the table twice",
	    "900405"
	    "0500020000"
	    "900405"
	    "0500020000",
	    SW_DATA },
	{ "content of what is no file", "000901AA", SW_DATA_NOT_FOUND },
	{ "FCI, nothing", "900500", SW_DATA },
	{ "FCI, too much",
	    "90050200"
	    "00",
	    SW_DATA },
	{ "FCI, an unknown bit", "90050104", SW_DATA },
	{ "FCI, the second kind without one", "90050102", SW_DATA },
};

static void
test_bad_groupings_are_refused_whole(void **state)
{
	struct card *card = card_new();
	struct tsm tsm;

	(void)state;
	tsm_make_ssd(card);
	tsm_install_purse(card, AID_PURSE);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad_groupings); i++) {
		uint8_t bytes[100];
		struct ykt_buf groups = YKT_BUF(bytes);
		struct snapshot *before;

		assert_int_equal(ykt_hex_decode(bad_groupings[i].groups,
				     strlen(bad_groupings[i].groups), &groups),
		    YKT_OK);
		tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
		assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
		before = kit_before(card);
		if (tsm_store(&tsm, ykt_buf_view(&groups)) != bad_groupings[i].sw)
			fail_msg("%s: %04X", bad_groupings[i].why, tsm.sw);
		kit_same(card, before, bad_groupings[i].why);
	}
	card_free(&card);
}

/* 2000 bytes in all, content in later series, and a second table that begins afresh. */
static void
test_the_largest_table_and_later_series(void **state)
{
	static const char table[] = "900419"
				    "0501F40000"
				    "0601F40000"
				    "0701F40000"
				    "0801F20000"
				    "1900020000";
	static const char *const series[] = {
		table,
		"001902AABB",
		"000501CC"
		"000801DD",
	};
	static const struct kit kit = { 0 };
	struct card *card = card_new();
	uint8_t bytes[1200];
	struct tsm tsm;

	(void)state;
	tsm_make_ssd(card);
	tsm_install_purse(card, AID_PURSE);
	for (size_t i = 0; i <= YKT_ARRAY_LEN(series); i++) {
		struct ykt_buf groups = YKT_BUF(bytes);

		if (i < YKT_ARRAY_LEN(series))
			assert_int_equal(
			    ykt_hex_decode(series[i], strlen(series[i]), &groups), YKT_OK);
		else
			kit_groups(card, &kit, &groups);
		tsm_open(&tsm, card, AID_SSD, &tsm_ssd_keys, 0x33);
		assert_int_equal(tsm_send_hex(&tsm, FOR_PERSO), SW_OK);
		assert_int_equal(tsm_store(&tsm, ykt_buf_view(&groups)), SW_OK);
	}
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E608000F000008" AID_PURSE "0100000000"), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	expect(card, "00B0990000", "AABB9000");
	expect(card, "00B0850002", "CC009000");
	expect(card, "00B0880002", "DD009000");
	assert_int_equal(
	    kit_sm(card, "04D688FF", "EE", PERSO_KEY_MAINTENANCE, PURSE_ALG_TDES), SW_OK);
	expect(card, "00B088FF01", "EE9000");
	card_free(&card);
}

/* Nothing of a purse is left in the next one of its place. */
static void
test_a_deleted_purse_leaves_nothing(void **state)
{
	static const struct kit plain = { .extra = "900405"
						   "0500100000" };
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	assert_int_equal(tsm_send_hex(&tsm, "80E400800A4F08" AID_SSD "00"), SW_OK);
	for (size_t i = 0; i < SE_PURSE_SIZE; i++)
		assert_int_equal(card->se.journal.home[SE_PURSE_OFF(0) + i], 0);
	kit_make(card, &plain);
	expect(card, "00B0850003", "0000009000");
	expect(card, "00B0860000", "6A82");
}

#define FCI_HEAD(len, inner) "6F" len "8408" AID_PURSE "A5" inner "9F0801029F0C1E" FILE15_HEX

static void
test_the_fci_shows_balances_only_when_told(void **state)
{
	static const struct {
		const char *extra;
		const char *fci;
	} rows[] = {
		{ NULL, FCI_HEAD("31", "25") "9000" },
		{ "90050100", FCI_HEAD("31", "25") "9000" },
		{ "90050101", FCI_HEAD("38", "2C") "9F5104000000C8"
						   "9000" },
		{ "90050102", FCI_HEAD("38", "2C") "DF71040000012C"
						   "9000" },
		{ "90050103", FCI_HEAD("3F", "33") "9F5104000000C8"
						   "DF71040000012C"
						   "9000" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const struct kit kit = { .cap2 = 5000, .extra = rows[i].extra };
		struct card *card = kit_card(&kit);

		assert_int_equal(kit_transact(card, PURSE_INIT_LOAD, 200), SW_OK);
		assert_int_equal(
		    kit_transact(card, PURSE_KIND_SECOND | PURSE_INIT_LOAD, 300), SW_OK);
		expect(card, SELECT_PURSE, rows[i].fci);
		card_free(&card);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reading),
		TEST(test_refusals_move_nothing),
		TEST(test_updates_under_secure_messaging),
		TEST(test_an_update_that_needs_authentication),
		TEST(test_plain_updates_after_the_pin),
		cmocka_unit_test(test_bad_groupings_are_refused_whole),
		cmocka_unit_test(test_the_largest_table_and_later_series),
		TEST(test_a_deleted_purse_leaves_nothing),
		cmocka_unit_test(test_the_fci_shows_balances_only_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
