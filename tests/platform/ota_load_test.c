/*
 * Loads through the gateway with a fault anywhere: every thing outside fails in turn, in
 * each way; the menu sends again what it sent, begins its load again when it is told to
 * come later, and the purse has the money once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "air_kit.h"
#include "wallets.h"

#define AGAIN_MAX 4

/* The load, begun again while it is only late; the platform sees what the purse has. */
static void
load_at_last(struct air *air)
{
	int status = AIR_LATER;

	for (int i = 0; i < AGAIN_MAX && status != AIR_NOTHING; i++) {
		status = air_load(air, NULL);
		assert_int_not_equal(status, AIR_CASE);
		air->b->now_ms += 61000;
	}
	assert_int_equal(status, AIR_NOTHING);
}

static void
sweep(enum bench_fault fault)
{
	bool fired = true;

	for (unsigned n = 1; fired; n++) {
		struct air *air = air_rider();

		assert_in_range(n, 1, 200);
		air->persists = true;
		air->b->calls = 0;
		air->b->fail_at = n;
		air->b->fault = fault;
		load_at_last(air);
		fired = air->b->fired;
		air->b->fail_at = 0;
		assert_int_equal(model_card(air->b, air->card_no)->balance, BENCH_LOAD);
		assert_int_equal(bench_account(air->b, "SH:", air->card_no), BENCH_LOAD);
		bench_check_books(air->b);
		air_close(&air);
	}
}

static void
test_a_load_with_a_fault_anywhere(void **state)
{
	(void)state;
	sweep(BENCH_FAULT_BEFORE);
	sweep(BENCH_FAULT_LOST);
	sweep(BENCH_FAULT_DOWN);
	sweep(BENCH_FAULT_DOWN_AFTER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_load_with_a_fault_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
