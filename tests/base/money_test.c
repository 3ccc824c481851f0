/*
 * Fen: checked sums, text both ways.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/bytes.h>
#include <ykt/money.h>

#include "check.h"

static void
test_sums_and_differences_are_checked(void **state)
{
	static const struct {
		ykt_fen a, b, sum, difference;
		enum ykt_status add, sub;
		const char *why;
	} rows[] = {
		{ 5000, 200, 5200, 4800, YKT_OK, YKT_OK, "ordinary" },
		{ 0, 0, 0, 0, YKT_OK, YKT_OK, "nothing" },
		{ INT64_MAX, 0, INT64_MAX, INT64_MAX, YKT_OK, YKT_OK, "the largest" },
		{ INT64_MAX, 1, -7, INT64_MAX - 1, YKT_E_RANGE, YKT_OK, "one too many" },
		{ INT64_MIN, 1, INT64_MIN + 1, -7, YKT_OK, YKT_E_RANGE, "one too few" },
		{ 0, INT64_MIN, INT64_MIN, -7, YKT_OK, YKT_E_RANGE, "no positive twin" },
		{ INT64_MIN, INT64_MIN, -7, 0, YKT_E_RANGE, YKT_OK, "both smallest" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		ykt_fen sum = -7;
		ykt_fen difference = -7;

		assert_status_why(
		    ykt_fen_add(rows[i].a, rows[i].b, &sum), rows[i].add, rows[i].why);
		assert_status_why(
		    ykt_fen_sub(rows[i].a, rows[i].b, &difference), rows[i].sub, rows[i].why);
		assert_true_why(sum == rows[i].sum, rows[i].why);
		assert_true_why(difference == rows[i].difference, rows[i].why);
	}
}

static void
test_text_has_two_decimals_always(void **state)
{
	static const struct {
		ykt_fen fen;
		const char *expected;
	} rows[] = {
		{ 0, "0.00" },
		{ 1, "0.01" },
		{ 10, "0.10" },
		{ 100, "1.00" },
		{ 5000, "50.00" },
		{ -1, "-0.01" },
		{ -1234, "-12.34" },
		{ INT64_MAX, "92233720368547758.07" },
		{ INT64_MIN, "-92233720368547758.08" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		char text[YKT_FEN_TEXT_MAX];

		ykt_fen_text(rows[i].fen, text);
		assert_string_equal(text, rows[i].expected);
	}
}

static void
test_parses(void **state)
{
	static const struct {
		const char *text;
		ykt_fen expected;
	} rows[] = {
		{ "0", 0 },
		{ "0.00", 0 },
		{ "50", 5000 },
		{ "50.0", 5000 },
		{ "50.00", 5000 },
		{ "0.01", 1 },
		{ "0.1", 10 },
		{ "007.5", 750 },
		{ "999999999999.99", INT64_C(99999999999999) },
		{ "1000000000000", INT64_C(100000000000000) },
		{ "1000000000000.00", INT64_C(100000000000000) },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		ykt_fen fen = -7;

		assert_status_why(ykt_fen_parse(rows[i].text, &fen), YKT_OK, rows[i].text);
		assert_true_why(fen == rows[i].expected, rows[i].text);
	}
}

static void
test_refuses_what_is_no_amount(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
		{ "", "empty" },
		{ ".", "a point alone" },
		{ ".5", "no digit before the point" },
		{ "5.", "no digit after the point" },
		{ "1.005", "three decimals" },
		{ "1.2.3", "two points" },
		{ "-1", "sign" },
		{ "+1", "sign" },
		{ " 1", "blank before" },
		{ "1 ", "blank after" },
		{ "1\n", "line end" },
		{ "1e2", "exponent" },
		{ "0x10", "hexadecimal" },
		{ "1,000", "thousands" },
		{ "1000000000000.01", "one fen over the largest" },
		{ "1000000000001", "one yuan over the largest" },
		{ "9999999999999", "thirteen nines" },
		{ "00000000000001", "fourteen digits" },
		{ "99999999999999999999999999", "would overflow" },
		{ "\xEF\xBC\x95", "full-width digit" },
		{ "inf", "a word" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		ykt_fen fen = -7;

		assert_status_why(ykt_fen_parse(rows[i].text, &fen), YKT_E_FORMAT, rows[i].why);
		assert_true_why(fen == -7, rows[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums_and_differences_are_checked),
		cmocka_unit_test(test_text_has_two_decimals_always),
		cmocka_unit_test(test_parses),
		cmocka_unit_test(test_refuses_what_is_no_amount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
