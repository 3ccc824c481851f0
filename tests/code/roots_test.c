/*
 * Root keys: the laboratory's, several at once, and the text they are kept in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/mem.h>

#include "card_check.h"
#include "code/code_roots.h"

static struct code_root
published(const json_t *all, size_t index)
{
	const json_t *row = json_array_get(json_object_get(all, "roots"), index);
	struct code_root root = { .name = "JG", .service = 0x01010000 };

	vectors_copy(row, "index", &root.index, 1);
	vectors_copy(row, "x", root.pub.xy, 32);
	vectors_copy(row, "y", root.pub.xy + 32, 32);

	return root;
}

static void
test_published_roots_are_points_and_test_roots(void **state)
{
	json_t *all = vectors_load("code_test_roots.json");
	struct code_roots roots = { 0 };

	for (size_t i = 0; i < 5; i++) {
		struct code_root root = published(all, i);

		assert_true(code_root_is_test(&root));
		assert_status(code_roots_add(*state, &roots, &root), YKT_OK);
		assert_ptr_equal(
		    code_roots_find(&roots, 0x01010000, (uint8_t)(i + 1)), &roots.roots[i]);
	}
	assert_int_equal(roots.count, 5);
	assert_null(code_roots_find(&roots, 0x01010000, 6));
	assert_null(code_roots_find(&roots, 0x01010001, 1));
	json_decref(all);
}

static void
test_the_same_place_holds_one_key(void **state)
{
	json_t *all = vectors_load("code_test_roots.json");
	struct code_root one = published(all, 0);
	struct code_root other = published(all, 1);
	struct code_roots roots = { 0 };

	other.index = one.index;
	assert_status(code_roots_add(*state, &roots, &one), YKT_OK);
	assert_status(code_roots_add(*state, &roots, &one), YKT_OK);
	assert_status(code_roots_add(*state, &roots, &other), YKT_CONFLICT);
	other.index = 9;
	other.pub.xy[63] ^= 1;
	assert_status(code_roots_add(*state, &roots, &other), YKT_E_FORMAT);
	assert_int_equal(roots.count, 1);
	assert_memory_equal(roots.roots[0].pub.xy, one.pub.xy, 64);
	json_decref(all);
}

static void
test_roots_are_bounded(void **state)
{
	json_t *all = vectors_load("code_test_roots.json");
	struct code_root root = published(all, 0);
	struct code_roots roots = { 0 };

	for (unsigned i = 0; i < CODE_ROOTS_MAX; i++) {
		root.index = (uint8_t)i;
		assert_status(code_roots_add(*state, &roots, &root), YKT_OK);
	}
	root.index = 200;
	assert_status(code_roots_add(*state, &roots, &root), YKT_OVER_LIMIT);
	assert_int_equal(roots.count, CODE_ROOTS_MAX);
	json_decref(all);
}

#define X1 "F8ECFA98612ECB5CF9C0EBCAA8C9C67714F6EE948CFF7226EF7E39000542930F"
#define Y1 "BEA4C6CEF060C660ED51C93EBD11696208373792096609CDDA3C7726B563B50F"
#define X2 "DCB53B215317DD87EAC919EEA6524085CACF49E37CF055B0B6C0AA84D8157F49"
#define Y2 "6F32BFD10BEF202CDD897FA8E6172F2F14E3CA810FED8089702CB61277690C6C"
#define L1 "JG01 01010000 01 " X1 " " Y1 "\n"
#define L2 "JG02 01010000 02 " X2 " " Y2 "\n"

static void
test_text_is_read_and_written(void **state)
{
	struct code_roots roots = { 0 };
	char line[CODE_ROOT_LINE_MAX];
	unsigned at = 0;

	assert_status(
	    code_roots_read(*state, ykt_bytes_str("# roots\n\n" L1 L2), &roots, &at), YKT_OK);
	assert_int_equal(roots.count, 2);
	assert_int_equal(at, 0);
	code_root_line(&roots.roots[1], line);
	assert_string_equal(line, L2);
	/* The last line may lack its end. */
	assert_status(code_roots_read(*state, ykt_bytes(L1, sizeof(L1) - 2), &roots, &at), YKT_OK);
	assert_int_equal(roots.count, 2);
}

static void
test_text_that_is_none_adds_nothing(void **state)
{
	static const struct {
		const char *text;
		enum ykt_status status;
		unsigned line;
	} rows[] = {
		{ "", YKT_E_FORMAT, 0 },
		{ "# nothing\n", YKT_E_FORMAT, 1 },
		{ L1 "JG02 01010000 02 " X2 "\n", YKT_E_FORMAT, 2 },
		{ L1 "JG02 01010000 02 " X2 " " Y1 "\n", YKT_E_FORMAT, 2 },
		{ L1 "JG02 01010000 01 " X2 " " Y2 "\n", YKT_CONFLICT, 2 },
		{ "JG_1 01010000 01 " X1 " " Y1 "\n", YKT_E_FORMAT, 1 },
		{ " 01010000 01 " X1 " " Y1 "\n", YKT_E_FORMAT, 1 },
		{ "JG01  01010000 01 " X1 " " Y1 "\n", YKT_E_FORMAT, 1 },
		{ "JG01 0101000 01 " X1 " " Y1 "\n", YKT_E_FORMAT, 1 },
		{ "JG01 01010000 01 " X1 " " Y1 " \n", YKT_E_FORMAT, 1 },
		{ "JG01 01010000 01 " X1 " " Y1 "\r\n", YKT_E_FORMAT, 1 },
		{ "JG01 01010000 01 " X1 " " Y1 " more\n", YKT_E_FORMAT, 1 },
		{ "A-name-that-is-longer-than-32-byte 01010000 01 " X1 " " Y1 "\n", YKT_E_FORMAT,
		    1 },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct code_roots roots = { 0 };
		unsigned at = 99;

		assert_status_why(code_roots_read(*state, ykt_bytes_str(rows[i].text), &roots, &at),
		    rows[i].status, rows[i].text);
		assert_int_equal(roots.count, 0);
		assert_int_equal(at, rows[i].line);
	}
}

static void
test_text_over_its_maximum_is_refused(void **state)
{
	static char text[CODE_ROOTS_TEXT_MAX + 2];
	struct code_roots roots = { 0 };
	unsigned at = 0;

	memset(text, '\n', sizeof(text) - 1);
	memcpy(text, L1, sizeof(L1) - 1);
	assert_status(code_roots_read(*state, ykt_bytes_str(text), &roots, &at), YKT_E_FORMAT);
	assert_int_equal(roots.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_roots_are_points_and_test_roots),
		cmocka_unit_test(test_the_same_place_holds_one_key),
		cmocka_unit_test(test_roots_are_bounded),
		cmocka_unit_test(test_text_is_read_and_written),
		cmocka_unit_test(test_text_that_is_none_adds_nothing),
		cmocka_unit_test(test_text_over_its_maximum_is_refused),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
