/*
 * SELECT answers of real cards (card.md 1.1, vectors) and malformed ones.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/fci.h"

#include <string.h>

#include "card/files.h"
#include "card_check.h"

#define INFO "00083010FFFFFFFF02010310483001000600000020220301204912310000"

static void
test_real_card_of_the_vectors(void **state)
{
	json_t *json = vectors_load("cards.json");
	json_t *card = json_array_get(json_object_get(json, "cards"), 0);
	struct hex hex = vectors_hex(card, "fci");
	struct fci fci;
	struct file15 info;
	char number[CARD_NUMBER_MAX];

	(void)state;
	assert_status(fci_decode(hex_view(&hex), &fci), YKT_OK);
	assert_hex(fci.name, "A000000632010105");
	assert_int_equal(fci.label.len, 0);
	assert_int_equal(fci.priority, -1);
	assert_hex(fci.version, "02");
	assert_hex(fci.info, INFO);
	assert_status(file15_decode(fci.info, &info), YKT_OK);
	assert_status(file15_number(&info, number), YKT_OK);
	assert_string_equal(number, "3104830010006000000");
	json_decref(json);
}

static void
test_other_shapes_that_real_cards_send(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
		const char *version;
		const char *label;
		int priority;
	} rows[] = {
		{ "version of two bytes, zeros after A5",
		    "6F36 8408A000000632010105 A526 9F08020030 9F0C1E" INFO "00000000", "0030", "",
		    -1 },
		{ "long form with label and priority",
		    "6F50 8408A000000632010105 A544 50084D4F545F545F4550 870102 9F080102"
		    "9F120F4341524420494D4147452030303031 9F0C1E" INFO,
		    "02", "4D4F545F545F4550", 2 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct fci fci;

		assert_status_why(fci_decode(hex_view(&hex), &fci), YKT_OK, rows[i].why);
		assert_hex(fci.name, "A000000632010105");
		assert_hex(fci.version, rows[i].version);
		assert_hex(fci.label, rows[i].label);
		assert_int_equal(fci.priority, rows[i].priority);
		assert_hex(fci.info, INFO);
	}
}

static void
test_malformed_answers_are_refused(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
	} rows[] = {
		{ "nothing", "" },
		{ "another template", "6108 8406A00000063201" },
		{ "no name", "6F03 A50100" },
		{ "byte after the template", "6F0A 8408A000000632010105 00" },
		{ "non-zero tail inside", "6F0C 8408A000000632010105 0001" },
		{ "AID of four bytes", "6F06 8404A0000006" },
		{ "AID of seventeen bytes", "6F13 8411A000000632010105000000000000000000" },
		{ "two names", "6F14 8408A000000632010105 8408A000000632010105" },
		{ "two A5", "6F0E 8408A000000632010105 A500 A500 FF" },
		{ "file 15 one byte short",
		    "6F30 8408A000000632010105 A524 9F0801029F0C1D"
		    "00083010FFFFFFFF020103104830010006000000202203012049123100" },
		{ "file 15 twice", "6F4E 8408A000000632010105 A542 9F0C1E" INFO "9F0C1E" INFO },
		{ "a balance twice",
		    "6F1A 8408A000000632010105 A50E 9F510400000001 9F510400000001" },
		{ "a balance of nothing", "6F0F 8408A000000632010105 A503 DF7100" },
		{ "a balance of nine bytes",
		    "6F18 8408A000000632010105 A50C DF7109000000000000000001" },
		{ "label of seventeen bytes",
		    "6F1F 8408A000000632010105 A513 50114142434445464748494A4B4C4D4E4F5051" },
		{ "priority of two bytes", "6F10 8408A000000632010105 A504 87020102" },
		{ "child over A5", "6F0F 8408A000000632010105 A503 500A41" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct fci fci = { .priority = 99 };

		assert_status_why(fci_decode(hex_view(&hex), &fci), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(fci.priority, 99);
		assert_null(fci.name.data);
	}
}

static void
test_encoder_gives_what_real_cards_send(void **state)
{
	struct hex aid = hex_of("A000000632010105");
	struct hex version = hex_of("02");
	struct hex info = hex_of(INFO);
	struct fci fci = { .name = hex_view(&aid),
		.priority = -1,
		.version = hex_view(&version),
		.info = hex_view(&info) };
	struct fci again;
	uint8_t raw[128];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	fci_encode(&fci, &out);
	assert_hex(ykt_buf_view(&out), "6F318408A000000632010105A5259F0801029F0C1E" INFO);

	fci.balance = ykt_bytes("\x00\x00\x00\xC8", 4);
	fci.second = ykt_bytes("\x01\x2C", 2);
	out.len = 0;
	fci_encode(&fci, &out);
	assert_hex(ykt_buf_view(&out),
	    "6F3D8408A000000632010105A5319F0801029F0C1E" INFO "9F5104000000C8"
	    "DF7102012C");
	assert_status(fci_decode(ykt_buf_view(&out), &again), YKT_OK);
	assert_hex(again.balance, "000000C8");
	assert_hex(again.second, "012C");
}

static const char ppse[] = "6F49 840E 325041592E5359532E4444463031 A537 BF0C34"
			   "6119 4F08A000000632010106 500A4D4F545F545F43415348 870101"
			   "6117 4F08A000000632010105 50084D4F545F545F4550 870102";

static void
test_directory_is_read_and_written(void **state)
{
	struct hex hex = hex_of(ppse);
	struct ppse_entry entries[PPSE_ENTRIES_MAX];
	uint8_t raw[128];
	struct ykt_buf out = YKT_BUF(raw);
	size_t count = 0;

	(void)state;
	assert_status(ppse_decode(hex_view(&hex), entries, PPSE_ENTRIES_MAX, &count), YKT_OK);
	assert_int_equal(count, 2);
	assert_hex(entries[0].aid, "A000000632010106");
	assert_int_equal(entries[0].priority, 1);
	assert_hex(entries[1].aid, "A000000632010105");
	assert_hex(entries[1].label, "4D4F545F545F4550");
	assert_int_equal(entries[1].priority, 2);
	ppse_encode(entries, count, &out);
	assert_hex(ykt_buf_view(&out), ppse);

	assert_status(ppse_decode(hex_view(&hex), entries, 1, &count), YKT_OK);
	assert_int_equal(count, 1);
}

static void
test_malformed_directories_are_refused(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
	} rows[] = {
		{ "no A5", "6F10 840E325041592E5359532E4444463031" },
		{ "entry without AID", "6F0A A508 BF0C05 6103 870101" },
		{ "AID of two bytes", "6F0B A509 BF0C06 6104 4F02A000" },
		{ "entry over its list", "6F0B A509 BF0C06 6109 4F02A000" },
		{ "good entry, then a cut one",
		    "6F16 A514 BF0C11 610A4F08A000000632010106 61014F0000" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct ppse_entry entries[2] = { { .priority = 99 } };
		size_t count = 77;

		assert_status_why(
		    ppse_decode(hex_view(&hex), entries, 2, &count), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(count, 77);
		assert_int_equal(entries[0].priority, 99);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_card_of_the_vectors),
		cmocka_unit_test(test_other_shapes_that_real_cards_send),
		cmocka_unit_test(test_malformed_answers_are_refused),
		cmocka_unit_test(test_encoder_gives_what_real_cards_send),
		cmocka_unit_test(test_directory_is_read_and_written),
		cmocka_unit_test(test_malformed_directories_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
