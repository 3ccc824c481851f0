/*
 * LOAD: packages in blocks, their hash, GET STATUS and DELETE of them, and that a
 * load which does not come to its end leaves nothing behind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/hex.h>

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

static void
test_a_package_is_loaded_used_and_deleted(void **state)
{
	struct card *card = *state;
	struct tsm tsm;

	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(&tsm, ALL_ELFS, BUILT_IN "9000");
	tsm_expect(&tsm, FOR_LOAD, "009000");
	tsm_expect(&tsm, ONLY_BLOCK, "009000");
	tsm_expect(
	    &tsm, ALL_ELFS, BUILT_IN "E31B4F07A00000063201029F700101CE020102CC08" AID_ISD "9000");
	tsm_expect(&tsm, "80F21002094F07A000000632010200",
	    "E3254F07A00000063201029F700101CE0201028408A000000632010105CC08" AID_ISD "9000");

	/* An instance of it says so, and keeps it from going alone. */
	tsm_expect(
	    &tsm, "80E6040020" ELF "08A00000063201010508" AID_PURSE "010002C9000000", "009000");
	tsm_expect(&tsm, "80F24002024F0000",
	    "E3264F08" AID_PURSE "9F700103C503000000C407A0000006320102CC08" AID_ISD "9000");
	assert_int_equal(card_boot(card), YKT_OK);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	tsm_expect(&tsm, "80E40000094F07A000000632010200", "6985");
	tsm_expect(&tsm, "80E40080094F07A000000632010200", "009000");
	tsm_expect(&tsm, "80F24002024F0000", "6A88");
	tsm_expect(&tsm, ALL_ELFS, BUILT_IN "9000");
	tsm_expect(&tsm, "80E40080094F07A000000632010200", "6A88");

	/* The same application from the package that is built in. */
	tsm_expect(&tsm,
	    "80E604002007A000000632010108A00000063201010508" AID_PURSE "010002C9000000", "009000");
	tsm_expect(&tsm, "80F24002024F0000",
	    "E3264F08" AID_PURSE "9F700103C503000000C407A0000006320101CC08" AID_ISD "9000");
	tsm_expect(&tsm, "80E40000094F07A000000632010100", "6985");
	tsm_expect(&tsm, "80E40080094F07A000000632010100", "6985");
}

/* Whatever the blocks' size: every head is cut somewhere. */
static void
test_a_file_comes_in_blocks_of_any_size(void **state)
{
	static const size_t sizes[] = { 3, 4, 5, 7, 13, 16, 17, 40, 41, 100, 239 };
	struct card *card = *state;
	struct file *file = malloc(sizeof(*file));
	struct tsm tsm;

	assert_non_null(file);
	make_file(card, file, ykt_bytes(NULL, 0), 616);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x01);
	for (size_t i = 0; i < YKT_ARRAY_LEN(sizes); i++) {
		for_load(&tsm, "A00000009902", AID_ISD, YKT_BYTES(file->hash));
		assert_int_equal(load_file(&tsm, file, sizes[i]), SW_OK);
		assert_memory_equal(
		    card->se.journal.home + PLACE_OFF, file->bytes + file->block_at + 16, 616);
		assert_int_equal(ykt_get_u16(card->se.journal.home + MARK_OFF + 2), 616);
		tsm_expect(&tsm, "80F21002084F06A0000000990200",
		    "E3244F06A000000099029F700101CE0202008408A000000099010105CC08" AID_ISD "9000");
		tsm_expect(&tsm, "80E40000084F06A0000000990200", "009000");
		assert_int_equal(ykt_get_u32(card->se.journal.home + MARK_OFF), 0);
	}
	free(file);
}

#define FOR_LOAD_OF(hash) "80E6020032" ELF "0020" hash "06EF04C602001000"
#define ZERO_HASH         "0000000000000000000000000000000000000000000000000000000000000000"

static const struct {
	const char *why;
	const char *cmd[4];
	uint16_t sw; /* of the last; all before it are well */
} refused[] = {
	{ "no INSTALL [for load] before", { ONLY_BLOCK }, SW_CONDITIONS },
	{ "block 1 first", { FOR_LOAD, "80E8800112C410" PURSE_BLOCK "00" }, SW_P1P2 },
	{ "block 0 twice", { FOR_LOAD, "80E8000002C41000", "80E8000002C41000" }, SW_P1P2 },
	{ "block 2 after 0", { FOR_LOAD, "80E8000002C41000", "80E8000202C41000" }, SW_P1P2 },
	{ "P1", { FOR_LOAD, "80E8400012C410" PURSE_BLOCK "00" }, SW_P1P2 },
	{ "an empty block", { FOR_LOAD, "80E8000000" }, SW_LENGTH },
	{ "an end before the end", { FOR_LOAD, "80E8800011C410594B544C01010208A000000632010100" },
	    SW_DATA },
	{ "an end in the middle of a head", { FOR_LOAD, "80E8800002C41000" }, SW_DATA },
	{ "one byte too many", { FOR_LOAD, "80E8800013C410" PURSE_BLOCK "0000" }, SW_DATA },
	{ "data after the last byte",
	    { FOR_LOAD, "80E8000012C410" PURSE_BLOCK "00",
		"80E880010100"
		"00" },
	    SW_DATA },
	{ "a block after the last",
	    { FOR_LOAD, "80E8000012C410" PURSE_BLOCK "00", FOR_LOAD,
		"80E8000112C410" PURSE_BLOCK "00" },
	    SW_P1P2 },
	{ "no load file", { FOR_LOAD, "80E8000012C510" PURSE_BLOCK "00" }, SW_DATA },
	{ "a CAP file", { FOR_LOAD, "80E800000CC40A01000FDECAFFED01020400" }, SW_DATA },
	{ "a module that this card has not",
	    { FOR_LOAD, "80E8000012C410594B544C01010208A00000063201010600" }, SW_DATA_NOT_FOUND },
	{ "data for a module that takes none", { FOR_LOAD, "80E8000012C411" PURSE_BLOCK "00" },
	    SW_DATA },
	{ "data that has no room",
	    { FOR_LOAD, "80E8000014C4820811594B544C01020008A00000009901010500" }, SW_NO_SPACE },
	{ "another hash", { FOR_LOAD_OF(ZERO_HASH), ONLY_BLOCK }, SW_DATA },
	{ "a hash of 20 bytes",
	    { "80E6020026" ELF "001409087A25CF170BB4FF45A6B17BF4B59CBAEA190306EF04C602001000" },
	    SW_DATA },
	{ "a package's name that is taken", { "80E602000C07A00000063201010000000000" }, SW_DATA },
	{ "an application's name", { "80E602000D08" AID_ISD "0000000000" }, SW_DATA },
	{ "a name of four bytes",
	    { "80E602000904A000000600000000"
	      "00" },
	    SW_DATA },
	{ "for a domain that is not there", { "80E6020014" ELF "08" AID_SSD2 "00000000" },
	    SW_DATA_NOT_FOUND },
	{ "parameters that are no TLV",
	    { "80E602000F" ELF "000003EF04C600"
	      "00" },
	    SW_DATA },
	{ "for load with P2",
	    { "80E602010C" ELF "00000000"
	      "00" },
	    SW_P1P2 },
	{ "another command in between ends it",
	    { FOR_LOAD, "80E8000002C41000", ALL_ELFS, "80E8800110" PURSE_BLOCK "00" },
	    SW_CONDITIONS },
	{ "a DAP of a domain that is not there",
	    { FOR_LOAD, "80E8800028E2144F08" AID_SSD2 "C3080102030405060708C410" PURSE_BLOCK "00" },
	    SW_CONDITIONS },
	{ "a DAP of a domain without the privilege",
	    { FOR_LOAD, "80E8800028E2144F08" AID_ISD "C3080102030405060708C410" PURSE_BLOCK "00" },
	    SW_CONDITIONS },
};

static void
test_refusals_end_the_load_and_leave_nothing(void **state)
{
	struct card *card = *state;
	struct snapshot *before = malloc(sizeof(*before));
	struct tsm tsm;

	assert_non_null(before);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	snapshot_take(card, before);
	for (size_t i = 0; i < YKT_ARRAY_LEN(refused); i++) {
		size_t at = 0;

		for (; at < 3 && refused[i].cmd[at + 1] != NULL; at++)
			assert_int_equal(tsm_send_hex(&tsm, refused[i].cmd[at]), SW_OK);
		if (tsm_send_hex(&tsm, refused[i].cmd[at]) != refused[i].sw)
			fail_msg("%s: %04X", refused[i].why, tsm.sw);
		expect_untouched(card, before, refused[i].why);
		/* And there is nothing to go on with. */
		assert_int_equal(tsm_send_hex(&tsm, "80E8000002C41000"), SW_CONDITIONS);
		assert_int_equal(card->se.load.owner, 0);
	}
	/* The next one is taken as if nothing had been. */
	tsm_expect(&tsm, FOR_LOAD_OF(PURSE_SM3), "009000");
	tsm_expect(&tsm, ONLY_BLOCK, "009000");
	tsm_expect(&tsm, FOR_LOAD, "6A80");
	free(before);
}

/* Four loaded packages, and no more; a fifth has no place. */
static void
test_the_registry_of_packages_is_bounded(void **state)
{
	struct tsm tsm;

	tsm_open(&tsm, *state, AID_ISD, &tsm_isd_keys, 0x33);
	for (unsigned i = 0; i < SE_ELF_COUNT; i++) {
		char cmd[64];

		snprintf(cmd, sizeof(cmd), "80E602000B06A000000632%02X0000000000", 0x10 + i);
		tsm_expect(&tsm, cmd, "009000");
		tsm_expect(&tsm, ONLY_BLOCK, "009000");
	}
	tsm_expect(&tsm, "80E602000B06A000000632200000000000", "6A84");
	assert_int_equal(tsm_send_hex(&tsm, ALL_ELFS), SW_OK);
	tsm_expect(&tsm, "80E40000084F06A0000006321100", "009000");
	tsm_expect(&tsm, "80E602000B06A000000632200000000000", "009000");
	tsm_expect(&tsm, ONLY_BLOCK, "009000");
}

/* A taker may refuse: then nothing is registered. */
static void
test_a_module_may_refuse_its_data(void **state)
{
	struct card *card = *state;
	struct file *file = malloc(sizeof(*file));
	struct snapshot *before = malloc(sizeof(*before));
	struct tsm tsm;

	assert_true(file != NULL && before != NULL);
	make_file(card, file, ykt_bytes(NULL, 0), 100);
	file->bytes[file->block_at + 16] = NO_TAKER;
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	snapshot_take(card, before);
	for_load(&tsm, "A00000009902", "", ykt_bytes(NULL, 0));
	assert_int_equal(load_file(&tsm, file, 200), SW_CONDITIONS);
	expect_untouched(card, before, "refused by the module");
	tsm_expect(&tsm, ALL_ELFS, BUILT_IN "9000");
	free(before);
	free(file);
}

/* Power goes at every write of every block: the package is there or it is not. */
static void
test_a_load_that_is_cut_leaves_the_package_or_nothing(void **state)
{
	struct card *card = *state;
	struct card *kept = malloc(sizeof(*kept));
	struct file *file = malloc(sizeof(*file));
	unsigned seen[2] = { 0, 0 };
	struct tsm tsm, again;

	assert_true(kept != NULL && file != NULL);
	make_file(card, file, ykt_bytes(NULL, 0), 300);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	for_load(&tsm, "A00000009902", "", YKT_BYTES(file->hash));
	*kept = *card;
	again = tsm;
	for (unsigned at = 1, fired = 1; fired; at++) {
		for (unsigned tear = 0; tear < TEAR_COUNT; tear++) {
			bool there;

			card->se = kept->se;
			card->nvm = kept->nvm;
			card->rng = kept->rng;
			tsm = again;
			tsm.data = YKT_BUF(tsm.data_bytes);
			nvm_fault(&card->nvm, at, FAULT_CUT, (enum tear)tear);
			(void)load_file(&tsm, file, 70);
			fired = card->nvm.fired;
			nvm_power(&card->nvm);
			assert_int_equal(card_boot(card), YKT_OK);
			assert_int_equal(card->se.load.owner, 0);
			there = se_elf_find(&card->se, ykt_bytes("\xA0\0\0\0\x99\x02", 6)) == 0;
			assert_true(there == (ykt_get_u16(card->se.journal.home + MARK_OFF) != 0));
			if (there)
				assert_memory_equal(card->se.journal.home + PLACE_OFF,
				    file->bytes + file->block_at + 16, 300);
			seen[there]++;
		}
	}
	assert_true(seen[0] > 0 && seen[1] > 0);
	free(file);
	free(kept);
}

/* A write that does nothing: 6581, no package, and the next load goes well. */
static void
test_a_write_that_fails_ends_the_load(void **state)
{
	static const enum fault faults[] = { FAULT_SILENT, FAULT_ERROR };
	struct card *card = *state;
	struct card *kept = malloc(sizeof(*kept));
	struct file *file = malloc(sizeof(*file));
	struct snapshot *before = malloc(sizeof(*before));
	unsigned failed = 0;
	struct tsm tsm, again;

	assert_true(kept != NULL && file != NULL && before != NULL);
	make_file(card, file, ykt_bytes(NULL, 0), 300);
	tsm_open(&tsm, card, AID_ISD, &tsm_isd_keys, 0x33);
	for_load(&tsm, "A00000009902", "", YKT_BYTES(file->hash));
	snapshot_take(card, before);
	*kept = *card;
	again = tsm;
	for (unsigned k = 0;; k++) {
		uint16_t sw;

		card->se = kept->se;
		card->nvm = kept->nvm;
		tsm = again;
		tsm.data = YKT_BUF(tsm.data_bytes);
		nvm_fault(&card->nvm, k / 2 + 1, faults[k % 2], TEAR_OLD);
		sw = load_file(&tsm, file, 70);
		assert_int_equal(sw, card->nvm.fired ? SW_MEMORY : SW_OK);
		if (!card->nvm.fired)
			break;
		failed++;
		expect_untouched(card, before, "a failed write");
		assert_int_equal(card->se.load.owner, 0);
		nvm_fault(&card->nvm, 0, FAULT_NONE, TEAR_OLD);
		for_load(&tsm, "A00000009902", "", YKT_BYTES(file->hash));
		assert_int_equal(load_file(&tsm, file, 70), SW_OK);
	}
	assert_true(failed > 10);
	free(before);
	free(file);
	free(kept);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_package_is_loaded_used_and_deleted),
		T(test_a_file_comes_in_blocks_of_any_size),
		T(test_refusals_end_the_load_and_leave_nothing),
		T(test_the_registry_of_packages_is_bounded),
		T(test_a_module_may_refuse_its_data),
		T(test_a_load_that_is_cut_leaves_the_package_or_nothing),
		T(test_a_write_that_fails_ends_the_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
