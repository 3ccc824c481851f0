/*
 * The issuer's own files of a card, and the balance that an FCI tells: read from
 * a scripted card, shown for people and as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "cli/card_print.h"
#include "cli_check.h"
#include "link/se_script.h"

#define INFO "00083010FFFFFFFF02010310483001000600000020220301204912310000"

static struct run the_run;
static char long_file[2 * 256 + 6];

static const struct se_script_step own_files[] = {
	{ "05", "00B0850000", "A1A2A3 9000" },
	{ "06, closed", "00B0860000", "6982" },
	{ "07, none", "00B0870000", "6A82" },
	{ "08", "00B0880000", "B1B2 9000" },
	{ "10, the first part", "00B0900000", long_file },
	{ "10, the rest", "00B090FF00", "11C1C2 9000" },
	{ "11, a card that knows no such thing", "00B0910000", "6A86" },
	{ "19, empty", "00B0990000", "9000" },
	{ 0 },
};

static int
setup(void **state)
{
	(void)state;
	(void)setlocale(LC_ALL, "C.UTF-8");
	memset(long_file, '1', 2 * 256);
	memcpy(long_file + 2 * 256, " 9000", 6);

	return 0;
}

static void
read_own_files(struct card_files *ret_files)
{
	struct se_script script;

	se_script_init(&script, YKT_SE_CONTACTLESS, own_files);
	assert_int_equal(card_files_read(&script.se, 1, ret_files), YKT_OK);
	assert_null(se_script_end(&script));
}

static void
test_what_may_be_read_is_read(void **state)
{
	struct card_files files;

	(void)state;
	read_own_files(&files);
	assert_int_equal(files.count, 4);
	assert_int_equal(files.files[0].sfi, 0x05);
	assert_int_equal(files.files[0].len, 3);
	assert_memory_equal(files.files[0].bytes, "\xA1\xA2\xA3", 3);
	assert_int_equal(files.files[1].sfi, 0x06);
	assert_true(files.files[1].closed);
	assert_int_equal(files.files[3].sfi, 0x10);
	assert_int_equal(files.files[3].len, 258);
	assert_memory_equal(files.files[3].bytes + 254, "\x11\x11\xC1\xC2", 4);
}

/* A card that leaves on the way shows nothing of what was read. */
static void
test_a_card_that_leaves(void **state)
{
	struct se_script_step steps[YKT_ARRAY_LEN(own_files)];
	struct card_files files = { .count = 99 };
	struct se_script script;

	(void)state;
	for (size_t torn = 0; torn + 1 < YKT_ARRAY_LEN(own_files); torn++) {
		memcpy(steps, own_files, sizeof(steps));
		steps[torn].rsp = NULL;
		steps[torn + 1] = (struct se_script_step){ 0 };
		se_script_init(&script, YKT_SE_CONTACTLESS, steps);
		assert_int_equal(card_files_read(&script.se, 1, &files), YKT_E_LINK);
		assert_int_equal(files.count, 99);
	}
}

static void
assert_says(const char *text)
{
	if (strstr(the_run.out, text) == NULL)
		fail_msg("no \"%s\" in: %s", text, the_run.out);
}

static void
open_output(void)
{
	memset(the_run.out, 0, sizeof(the_run.out));
	the_run.cli.out = fmemopen(the_run.out, sizeof(the_run.out), "w");
	assert_non_null(the_run.cli.out);
}

/* What card_print() writes; the rest of the view is empty. */
static void
print(enum messages_lang lang, const struct card_view *view, const struct card_files *files)
{
	the_run.cli.lang = lang;
	open_output();
	card_print(&the_run.cli, view, files);
	fclose(the_run.cli.out);
}

static void
test_files_are_shown(void **state)
{
	static const struct card_view view;
	static const struct card_files none;
	struct card_files files;

	(void)state;
	read_own_files(&files);
	print(MESSAGES_EN, &view, &files);
	assert_says("The issuer's own files");
	assert_says("A1A2A3");
	assert_says("not to be read without a right");
	print(MESSAGES_ZH, &view, &files);
	assert_says("发卡机构自定义文件");
	assert_says("未取得读取权限");
	print(MESSAGES_EN, &view, &none);
	assert_says("no files of its issuer's own");
}

static void
test_files_as_json(void **state)
{
	static const struct card_view view = { .has_second = true, .second_fen = 300 };
	struct card_files files;
	json_t *json, *list;

	(void)state;
	read_own_files(&files);
	open_output();
	card_print_json(&the_run.cli, &view, &files);
	fclose(the_run.cli.out);
	json = run_json(&the_run, 0);
	list = json_object_get(json, "files");
	assert_int_equal(json_array_size(list), 4);
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(list, 0), "content")), "A1A2A3");
	assert_true(json_is_null(json_object_get(json_array_get(list, 1), "content")));
	assert_int_equal(json_integer_value(json_object_get(json, "second_balance")), 300);
	json_decref(json);
}

/* DF71 of four bytes is a balance; of another length it is not ours to judge. */
static void
test_the_second_kind_in_an_fci(void **state)
{
	static const struct {
		const char *fci;
		bool second;
	} rows[] = {
		{ "6F388408A000000632010105A52C9F0801029F0C1E" INFO "DF71040000012C 9000", true },
		{ "6F368408A000000632010105A52A9F0801029F0C1E" INFO "DF71020156 9000", false },
		{ "6F318408A000000632010105A5259F0801029F0C1E" INFO " 9000", false },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const struct se_script_step steps[] = {
			{ "SELECT", "00A4040008 A000000632010105 00", rows[i].fci },
			{ "17", "00B097003C", "6A82" },
			{ "balance", "805C000204", "00000064 9000" },
			{ "overdraft limit", "805C010204", "00000000 9000" },
			{ "18", "00B201C400", "6A83" },
			{ "1E", "00B201F400", "6A83" },
			{ 0 },
		};
		struct se_script script;
		struct card_view view;

		se_script_init(&script, YKT_SE_CONTACTLESS, steps);
		assert_int_equal(card_view_read(&script.se, 1, &view), YKT_OK);
		assert_null(se_script_end(&script));
		assert_true(view.has_second == rows[i].second);
		if (view.has_second)
			assert_int_equal(view.second_fen, 300);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_may_be_read_is_read),
		cmocka_unit_test(test_a_card_that_leaves),
		cmocka_unit_test(test_files_are_shown),
		cmocka_unit_test(test_files_as_json),
		cmocka_unit_test(test_the_second_kind_in_an_fci),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
