/*
 * ykt_status_name(), ykt_status_text().
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"

static void
test_each_status_has_its_own_name_and_a_sentence(void **state)
{
	const char *seen[64];
	size_t count = 0;

	(void)state;
	for (int value = -200; value <= 200; value++) {
		const char *name = ykt_status_name((enum ykt_status)value);
		const char *text = ykt_status_text((enum ykt_status)value);

		if (strcmp(name, "YKT_?") == 0)
			continue;
		assert_true(strncmp(name, value < 0 ? "YKT_E_" : "YKT_", value < 0 ? 6 : 4) == 0);
		assert_int_equal(text[strlen(text) - 1], '.');
		for (size_t i = 0; i < count; i++)
			assert_string_not_equal(name, seen[i]);
		assert_true(count < sizeof(seen) / sizeof(seen[0]));
		seen[count++] = name;
	}

	/* As many as the enumeration has: a new status needs its row here too. */
	assert_int_equal(count, 44);
}

static void
test_names_are_those_of_the_constants(void **state)
{
	(void)state;
	assert_string_equal(ykt_status_name(YKT_OK), "YKT_OK");
	assert_string_equal(ykt_status_name(YKT_DISPUTED), "YKT_DISPUTED");
	assert_string_equal(ykt_status_name(YKT_E_ARG), "YKT_E_ARG");
	assert_string_equal(ykt_status_name(YKT_E_CORRUPT), "YKT_E_CORRUPT");
}

static void
test_foreign_value_is_named_as_such(void **state)
{
	(void)state;
	assert_string_equal(ykt_status_name((enum ykt_status)20), "YKT_?");
	assert_string_equal(ykt_status_text((enum ykt_status)20), "The status is not one of ours.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_status_has_its_own_name_and_a_sentence),
		cmocka_unit_test(test_names_are_those_of_the_constants),
		cmocka_unit_test(test_foreign_value_is_named_as_such),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
