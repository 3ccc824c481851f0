/*
 * Status words: outcomes, families, words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/sw.h"

#include <string.h>

#include "card_check.h"

static void
test_outcome_of_each_word(void **state)
{
	static const struct {
		uint16_t sw;
		enum ykt_status outcome;
	} rows[] = {
		{ 0x9000, YKT_OK },
		{ 0x6112, YKT_OK },
		{ 0x9108, YKT_OK },
		{ 0x6283, YKT_BLOCKED },
		{ 0x6300, YKT_DENIED },
		{ 0x6310, YKT_PENDING },
		{ 0x63C0, YKT_BLOCKED },
		{ 0x63C2, YKT_DENIED },
		{ 0x6581, YKT_REFUSED },
		{ 0x6700, YKT_REFUSED },
		{ 0x6901, YKT_REFUSED },
		{ 0x6982, YKT_DENIED },
		{ 0x6983, YKT_BLOCKED },
		{ 0x6985, YKT_REFUSED },
		{ 0x6988, YKT_DENIED },
		{ 0x6A80, YKT_REFUSED },
		{ 0x6A81, YKT_BLOCKED },
		{ 0x6A82, YKT_NOT_FOUND },
		{ 0x6A83, YKT_NOT_FOUND },
		{ 0x6A84, YKT_OVER_LIMIT },
		{ 0x6A88, YKT_NOT_FOUND },
		{ 0x6C10, YKT_REFUSED },
		{ 0x6F00, YKT_REFUSED },
		{ 0x9302, YKT_DENIED },
		{ 0x9303, YKT_BLOCKED },
		{ 0x9401, YKT_LOW_BALANCE },
		{ 0x9402, YKT_OVER_LIMIT },
		{ 0x9406, YKT_NOT_FOUND },
		{ 0x9407, YKT_BLOCKED },
		{ 0x9409, YKT_REFUSED },
		{ 0x0000, YKT_E_CARD },
		{ 0x6F01, YKT_E_CARD },
		{ 0x9001, YKT_E_CARD },
		{ 0xFFFF, YKT_E_CARD },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		if (sw_status(rows[i].sw) != rows[i].outcome)
			fail_msg(
			    "%04X: got %s", rows[i].sw, ykt_status_name(sw_status(rows[i].sw)));
		assert_true(strlen(sw_text(rows[i].sw)) > 3);
	}
}

static void
test_families_carry_their_number(void **state)
{
	unsigned n = 77;

	(void)state;
	assert_false(sw_tries_left(0x6300, &n));
	assert_false(sw_more(0x9000, &n));
	assert_false(sw_exact_le(0x6D00, &n));
	assert_int_equal(n, 77);

	assert_true(sw_tries_left(0x63C3, &n));
	assert_int_equal(n, 3);
	assert_true(sw_more(0x6110, &n));
	assert_int_equal(n, 16);
	assert_true(sw_more(0x6100, &n));
	assert_int_equal(n, 256);
	assert_true(sw_exact_le(0x6C1E, &n));
	assert_int_equal(n, 30);
	assert_true(sw_exact_le(0x6C00, &n));
	assert_int_equal(n, 256);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outcome_of_each_word),
		cmocka_unit_test(test_families_carry_their_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
