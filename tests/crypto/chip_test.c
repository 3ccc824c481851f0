/*
 * What only the chip backend does: it refuses a seed it could not use.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto_test.h"

static void
test_a_seed_is_refused(void **state)
{
	struct scripted_random source = { .state = 1 };
	struct ykt_random random = scripted_random(&source);
	struct crypto *c = NULL;

	(void)state;
	assert_status(crypto_new(&ykt_alloc_libc, &random, &c), YKT_E_ARG);
	assert_null(c);
	assert_int_equal(source.drawn, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_seed_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
