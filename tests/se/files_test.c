/*
 * Files, secure messaging, blocking.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "card/sw.h"

#define ZEROS_55                                                                                   \
	"0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" \
	"0000000000000000000000"

static int
setup(void **state)
{
	struct card *card = card_new();

	tsm_make_purse(card);
	expect_sw(card, SW_OK, SELECT_PURSE);
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
test_reading(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *rsp;
	} rows[] = {
		{ "file 15 whole", "00B0950000", FILE15_HEX "9000" },
		{ "file 15 by its length", "00B095001E", FILE15_HEX "9000" },
		{ "file 16, never written", "00B0960000", ZEROS_55 "9000" },
		{ "file 17", "00B0970000", FILE17_HEX "9000" },
		{ "a part", "00B0950A0A", "031051700000000000019000" },
		{ "the last byte", "00B0951D00", "009000" },
		{ "from the end on", "00B0951E00", "6B00" },
		{ "offset 0x7F", "00B0957F01", "6B00" },
		{ "more than there is", "00B095001F", "6C1E" },
		{ "more than is left", "00B0950A15", "6C14" },
		{ "no Le", "00B09500", "6700" },
		{ "with data", "00B09500010000", "6700" },
		{ "without a short id", "00B0000000", "6986" },
		{ "reserved bits", "00B0F50000", "6A86" },
		{ "a record file", "00B0980000", "6981" },
		{ "no such file", "00B0940000", "6A82" },
		{ "records of a binary file", "00B201AC00", "6981" },
		{ "records of no file", "00B201CC00", "6A82" },
		{ "record P2", "00B201C000", "6A86" },
		{ "journey 1 by number, wrong Le", "00B201D47F", "6C80" },
		{ "journey 0", "00B200D400", "6A83" },
		{ "journey 19", "00B213D400", "6A83" },
		{ "journey by an unknown id", "80B400D002271300", "6A83" },
		{ "the same, the id after 02", "80B400D00302271300", "6A83" },
		{ "the id after 03", "80B400D00303270100", "6700" },
		{ "journey by id, P2", "80B400D102270100", "6A86" },
		{ "journey by id of one byte", "80B400D0012700", "6700" },
		{ "record with data", "00B201C4010000", "6700" },
	};
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		expect(card, rows[i].cmd, rows[i].rsp);
}

/* tests/vectors/purse_3des.json, "secure_messaging". */
static void
test_update_binary_takes_the_published_mac(void **state)
{
	struct card *card = *state;

	rng_script(&card->rng, "55667788");
	expect(card, "0084000004", "556677889000");
	expect(card, "04D6970007000156C1F604D7", "9000");
	expect(card, "00B0970003", "0001569000");
	/* The same again finds no challenge. */
	expect(card, "04D6970007000156C1F604D7", "6984");
}

/* The same file, "app_block". */
static void
test_application_block_takes_the_published_mac(void **state)
{
	struct card *card = *state;

	rng_script(&card->rng, "55667788");
	expect(card, "0084000004", "556677889000");
	expect(card, "841E0000046D8210E0", "9000");
}

static void
test_secure_messaging_refusals(void **state)
{
	static const struct {
		const char *why;
		const char *cmd;
		const char *rsp;
	} rows[] = {
		{ "wrong MAC", "04D6970007000156C1F604D6", "6988" },
		{ "right MAC, other data", "04D6970007000157C1F604D7", "6988" },
		{ "right MAC, other file", "04D6960007000156C1F604D7", "6988" },
		{ "right MAC, other offset", "04D6970107000156C1F604D7", "6988" },
		{ "without secure messaging", "00D6970003000156", "6987" },
		{ "MAC alone", "04D6970004C1F604D7", "6700" },
		{ "nothing", "04D69700", "6700" },
		{ "over the end", "04D6973A07000156C1F604D7", "6B00" },
		{ "a record file", "04D6980007000156C1F604D7", "6A82" },
		{ "no short id", "04D6170007000156C1F604D7", "6A86" },
		{ "block with data", "841E000005006D8210E0", "6700" },
		{ "block without MAC", "841E0000", "6700" },
		{ "block P1", "841E0200046D8210E0", "6A86" },
		{ "block P2", "841E0002046D8210E0", "6A86" },
		{ "block in class 80", "801E0000046D8210E0", "6E00" },
		{ "unblock P2", "84180001046D8210E0", "6A86" },
		{ "block with the MAC of another command", "841E0001046D8210E0", "6988" },
		{ "card block without the privilege", "84160000046D8210E0", "6982" },
	};
	struct card *card = *state;

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		rng_script(&card->rng, "55667788");
		expect(card, "0084000004", "556677889000");
		expect(card, rows[i].cmd, rows[i].rsp);
		expect(card, "00B0970000", FILE17_HEX "9000");
	}
	expect(card, "0084000104", "6A86");
	expect(card, "0084000005", "6700");
	expect(card, "00840000", "6700");
}

static void
test_a_challenge_lapses_with_the_next_command(void **state)
{
	struct card *card = *state;

	rng_script(&card->rng, "55667788");
	expect(card, "0084000004", "556677889000");
	expect_sw(card, SW_OK, "805C000204");
	expect(card, "04D6970007000156C1F604D7", "6984");
	/* And belongs to its own side. */
	rng_script(&card->rng, "55667788");
	expect(card, "0084000004", "556677889000");
	assert_memory_equal(card_hex(card, YKT_SE_CONTACTLESS, SELECT_PURSE), "6F31", 4);
	expect_on(card, YKT_SE_CONTACTLESS, "04D6970007000156C1F604D7", "6984");
	expect(card, "04D6970007000156C1F604D7", "9000");
}

/* T05: over restarts, and one success starts anew. */
static void
test_wrong_macs_are_counted_to_a_limit(void **state)
{
	struct card *card = *state;

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 99; i++) {
			expect_sw(card, SW_OK, "0084000004");
			expect(card, "04D697000700015600000000", "6988");
			if (i % 30 == 0) {
				assert_int_equal(card_boot(card), YKT_OK);
				expect_sw(card, SW_OK, SELECT_PURSE);
			}
		}
		if (round == 0)
			assert_int_equal(
			    terminal_sm(card, YKT_SE_WIRED, "04D69700", "000156"), SW_OK);
	}
	expect_sw(card, SW_OK, "0084000004");
	expect(card, "04D697000700015600000000", "6988");
	assert_int_equal(terminal_sm(card, YKT_SE_WIRED, "04D69700", "000156"), SW_AUTH_BLOCKED);
	assert_int_equal(card_boot(card), YKT_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_sm(card, YKT_SE_WIRED, "04D69700", "000156"), SW_AUTH_BLOCKED);
	/* Money still moves. */
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 10), SW_OK);
}

static void
test_a_blocked_purse_shows_itself_and_moves_nothing(void **state)
{
	struct card *card = *state;

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	assert_int_equal(terminal_sm(card, YKT_SE_WIRED, "841E0000", ""), SW_OK);
	for (int i = 0; i < 2; i++) {
		expect_sw(card, SW_WARN_FILE_BLOCKED, SELECT_PURSE);
		expect(card, "805C000204", "000003E89000");
		expect_sw(card, SW_OK, "00B201C400");
		expect_sw(card, SW_OK, "805A000202000108");
		assert_int_equal(terminal_load(card, YKT_SE_WIRED, 10), SW_FUNCTION);
		assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 10, 1), SW_FUNCTION);
		assert_int_equal(
		    terminal_sm(card, YKT_SE_WIRED, "04D69700", "000156"), SW_FUNCTION);
		assert_int_equal(card_boot(card), YKT_OK);
	}
	expect_sw(card, SW_WARN_FILE_BLOCKED, SELECT_PURSE);
	assert_int_equal(terminal_sm(card, YKT_SE_WIRED, "84180000", ""), SW_OK);
	expect_sw(card, SW_OK, SELECT_PURSE);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 10, 1), SW_OK);
}

static void
test_a_permanent_block_stays(void **state)
{
	struct card *card = *state;
	const char *got;

	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 1000), SW_OK);
	assert_int_equal(terminal_sm(card, YKT_SE_WIRED, "841E0001", ""), SW_OK);
	/* Seen in the field: the FCI comes together with 6A81. */
	got = card_hex(card, YKT_SE_WIRED, SELECT_PURSE);
	assert_memory_equal(got, "6F31", 4);
	assert_string_equal(got + strlen(got) - 4, "6A81");
	assert_int_equal(terminal_sm(card, YKT_SE_WIRED, "84180000", ""), SW_PERMANENT_LOCK);
	assert_int_equal(terminal_sm(card, YKT_SE_WIRED, "841E0000", ""), SW_PERMANENT_LOCK);
	assert_int_equal(terminal_load(card, YKT_SE_WIRED, 10), SW_PERMANENT_LOCK);
	assert_int_equal(terminal_purchase(card, YKT_SE_WIRED, 10, 1), SW_PERMANENT_LOCK);
	expect(card, "805C000204", "000003E89000");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_reading),
		T(test_update_binary_takes_the_published_mac),
		T(test_application_block_takes_the_published_mac),
		T(test_secure_messaging_refusals),
		T(test_a_challenge_lapses_with_the_next_command),
		T(test_wrong_macs_are_counted_to_a_limit),
		T(test_a_blocked_purse_shows_itself_and_moves_nothing),
		T(test_a_permanent_block_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
