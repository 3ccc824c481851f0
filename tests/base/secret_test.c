/*
 * ykt_wipe(), ykt_ct_equal().
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "check.h"

static void
test_wipe_covers_exactly_its_range(void **state)
{
	uint8_t raw[6] = { 1, 2, 3, 4, 5, 6 };

	(void)state;
	ykt_wipe(raw + 1, 4);
	assert_memory_equal(raw, "\x01\0\0\0\0\x06", 6);
	ykt_wipe(NULL, 0);
}

static void
test_each_flipped_bit_is_seen(void **state)
{
	uint8_t a[16];
	uint8_t b[16];

	(void)state;
	memset(a, 0x3C, sizeof(a));
	memcpy(b, a, sizeof(b));
	assert_true(ykt_ct_equal(a, b, sizeof(a)));
	for (size_t bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(ykt_ct_equal(a, b, sizeof(a)));
		b[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_true(ykt_ct_equal(a, b, sizeof(a)));
}

static void
test_only_the_given_length_counts(void **state)
{
	(void)state;
	assert_true(ykt_ct_equal("abcd", "abce", 3));
	assert_false(ykt_ct_equal("abcd", "abce", 4));
	assert_true(ykt_ct_equal(NULL, NULL, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wipe_covers_exactly_its_range),
		cmocka_unit_test(test_each_flipped_bit_is_seen),
		cmocka_unit_test(test_only_the_given_length_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
