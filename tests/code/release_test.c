/*
 * Roots in a build without test keys (T18): code_roots.c is compiled here as
 * such a build compiles it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/mem.h>

#include "card_check.h"
#include "code/code_roots.h"

static void
test_test_roots_are_refused(void **state)
{
	json_t *all = vectors_load("code_test_roots.json");
	json_t *own = vectors_load("code.json");
	const json_t *row = json_array_get(json_object_get(all, "roots"), 2);
	const json_t *mine = json_object_get(own, "root");
	struct code_root root = { .name = "JG03", .service = 0x01010000, .index = 3 };
	struct code_roots roots = { 0 };

	vectors_copy(row, "x", root.pub.xy, 32);
	vectors_copy(row, "y", root.pub.xy + 32, 32);
	assert_status(code_roots_add(*state, &roots, &root), YKT_E_KEY);
	vectors_copy(mine, "x", root.pub.xy, 32);
	vectors_copy(mine, "y", root.pub.xy + 32, 32);
	memcpy(root.name, "TEST-1", 7);
	assert_status(code_roots_add(*state, &roots, &root), YKT_E_KEY);
	assert_int_equal(roots.count, 0);
	memcpy(root.name, "JT-CA1", 7);
	assert_status(code_roots_add(*state, &roots, &root), YKT_OK);
	json_decref(all);
	json_decref(own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_test_roots_are_refused),
	};

	return cmocka_run_group_tests(tests, crypto_setup, crypto_teardown);
}
