/*
 * How long the key module knows a block: its row is forgotten, and then its own time
 * refuses it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pin_desk.h"

/*
 * A row lives half an hour, and a block no longer: at each moment one that comes again
 * meets its row or its own time, and never another verifier.
 */
static void
test_a_block_is_forgotten_and_refused_all_the_same(void **state)
{
	static const int64_t ahead[] = { -WIRE_PIN_LIFE_MS, 0, WIRE_PIN_LIFE_MS };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(ahead); i++) {
		const int64_t begin = desk.later_ms;
		struct wire_key_pin_check_req right, again;
		char verifier[WIRE_PIN_VERIFIER_MAX], other[WIRE_PIN_VERIFIER_MAX];

		desk.ahead_ms = 0;
		verifier_of("604719", verifier);
		verifier_of("135790", other);
		desk.ahead_ms = ahead[i];
		right = checking("604719", verifier);
		assert_int_equal(check(&right), 200);
		assert_string_equal(desk.rsp.result, "right");
		again = right;
		strcpy(again.verifier, other);
		for (int64_t minute = 0; minute <= 61; minute++) {
			bool young;

			desk.later_ms = begin + minute * 60000;
			young = minute * 60000 <= WIRE_PIN_LIFE_MS + ahead[i];
			/* Against its own verifier it is what it was, then no block; never a hit
			   on the other one. */
			assert_int_equal(check(&right), 200);
			assert_string_equal(desk.rsp.result, young ? "right" : "wrong");
			if (young)
				assert_int_equal(check(&again), 422);
			else {
				assert_int_equal(check(&again), 200);
				assert_string_equal(desk.rsp.result, "wrong");
			}
		}
		/* Another block, and what is old is gone. */
		desk.ahead_ms = 0;
		right = checking("604719", verifier);
		assert_int_equal(check(&right), 200);
		assert_string_equal(desk.rsp.result, "right");
		assert_int_equal(number("SELECT COUNT(*) FROM pin_block"), 1);
		desk.later_ms += 3600000;
	}
	/* Further off either way than a life: no block, and no row. */
	for (int sign = -1; sign <= 1; sign += 2) {
		struct wire_key_pin_check_req req;
		const int64_t before = number("SELECT COUNT(*) FROM pin_block");
		char verifier[WIRE_PIN_VERIFIER_MAX];

		desk.ahead_ms = 0;
		verifier_of("604719", verifier);
		desk.ahead_ms = sign * (WIRE_PIN_LIFE_MS + 1);
		req = checking("604719", verifier);
		assert_int_equal(check(&req), 200);
		assert_string_equal(desk.rsp.result, "wrong");
		assert_true(number("SELECT COUNT(*) FROM pin_block") <= before + 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_a_block_is_forgotten_and_refused_all_the_same, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
