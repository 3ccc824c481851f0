/*
 * Hexadecimal and BCD.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "check.h"

static void
test_decodes(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
		size_t len;
		const char *why;
	} rows[] = {
		{ "", "", 0, "nothing" },
		{ "00A4FF", "\x00\xA4\xFF", 3, "upper case" },
		{ "a4fe", "\xA4\xFE", 2, "lower case" },
		{ "aF", "\xAF", 1, "both cases in one byte" },
		{ "00 A4\t04:00", "\x00\xA4\x04\x00", 4, "each kind of blank" },
		{ "  00  ", "\x00", 1, "blanks around" },
		{ "0123456789ABCDEF", "\x01\x23\x45\x67\x89\xAB\xCD\xEF", 8, "exactly full" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t raw[8];
		struct ykt_buf out = YKT_BUF(raw);

		assert_status_why(
		    ykt_hex_decode(rows[i].text, strlen(rows[i].text), &out), YKT_OK, rows[i].why);
		assert_true_why(
		    ykt_bytes_equal(ykt_buf_view(&out), ykt_bytes(rows[i].expected, rows[i].len)),
		    rows[i].why);
	}
}

static void
test_refuses(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		enum ykt_status expected;
		const char *why;
	} rows[] = {
		{ "0", 1, YKT_E_FORMAT, "one digit" },
		{ "00A", 3, YKT_E_FORMAT, "odd number of digits" },
		{ "0 0", 3, YKT_E_FORMAT, "blank inside a byte" },
		{ "0 00", 4, YKT_E_FORMAT, "blank after the first digit" },
		{ "0G", 2, YKT_E_FORMAT, "letter past F" },
		{ "0x00", 4, YKT_E_FORMAT, "prefix of C" },
		{ "00\n", 3, YKT_E_FORMAT, "line end" },
		{ "00\0"
		  "00",
		    5, YKT_E_FORMAT, "NUL inside" },
		{ "\xEF\xBC\x90\xEF\xBC\x90", 6, YKT_E_FORMAT, "full-width digits" },
		{ "000000000000", 12, YKT_E_SPACE, "six bytes for five places" },
		{ "00000000000Z", 12, YKT_E_FORMAT, "format is judged before space" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t raw[6] = { 0x77, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE };
		struct ykt_buf out = { raw, 1, 6, false };

		assert_status_why(
		    ykt_hex_decode(rows[i].text, rows[i].len, &out), rows[i].expected, rows[i].why);
		assert_int_equal(out.len, 1);
		assert_false(out.full);
		assert_memory_equal(raw, "\x77\xEE\xEE\xEE\xEE\xEE", 6);
	}
}

static void
test_encodes_upper_case(void **state)
{
	static const uint8_t raw[] = { 0x00, 0xA4, 0xFE };
	char text[7];

	(void)state;
	ykt_hex_encode(YKT_BYTES(raw), text);
	assert_string_equal(text, "00A4FE");
	ykt_hex_encode(ykt_bytes(NULL, 0), text);
	assert_string_equal(text, "");
}

static void
test_bcd_knows_the_hundred_bytes_that_are_bcd(void **state)
{
	unsigned valid = 0;

	(void)state;
	for (unsigned byte = 0; byte <= 0xFF; byte++) {
		uint8_t raw = (uint8_t)byte;
		int value = ykt_bcd_get(raw);

		assert_int_equal(ykt_bcd_valid(ykt_bytes(&raw, 1)), value >= 0);
		if (value < 0)
			continue;
		valid++;
		assert_int_equal(ykt_bcd_put((unsigned)value), byte);
	}
	assert_int_equal(valid, 100);
	assert_int_equal(ykt_bcd_get(0x26), 26);
	assert_int_equal(ykt_bcd_get(0x2A), -1);
	assert_int_equal(ykt_bcd_get(0xA2), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decodes),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_encodes_upper_case),
		cmocka_unit_test(test_bcd_knows_the_hundred_bytes_that_are_bcd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
