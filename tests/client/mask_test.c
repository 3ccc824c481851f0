/*
 * Masks and the rules for what a user types.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/mask.h"
#include "wire/pin.h"

#include <ykt/bytes.h>

#include "check.h"

static void
masks_numbers(void **state)
{
	static const struct {
		const char *in;
		const char *card;
		const char *phone;
	} rows[] = {
		{ "03101234567890123456", "310123*********3456", "********************" },
		{ "13812345678", "138123*5678", "138****5678" },
		{ "1234567890", "**********", "**********" },
		{ "", "", "" },
		{ "0", "", "*" },
	};
	char out[24];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		client_mask_card(rows[i].in, out, sizeof(out));
		assert_string_equal(out, rows[i].card);
		client_mask_phone(rows[i].in, out, sizeof(out));
		assert_string_equal(out, rows[i].phone);
	}
}

static void
judges_names(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} rows[] = {
		{ "李雷", true },
		{ "Ann O'Neil", true },
		{ "é\xF0\x9F\x98\x80", true },
		{ "", false },
		{ " a", false },
		{ "a ", false },
		{ "a\nb", false },
		{ "a\xC2\x85"
		  "b",
		    false },
		{ "a\xE2\x80\x8F"
		  "b",
		    false },
		{ "a\xE2\x81\xA6"
		  "b",
		    false },
		{ "a\xEF\xBB\xBF"
		  "b",
		    false },
		{ "a\x80", false },
		{ "a\xC3", false },
		{ "a\xED\xA0\x80", false },
		{ "a\xF4\x90\x80\x80", false },
		{ "a\xE0\x80\xAF", false },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_true_why(client_name_valid(rows[i].name) == rows[i].good, rows[i].name);
}

static void
judges_codes_and_passwords(void **state)
{
	(void)state;
	assert_true(client_otp_valid("012345"));
	assert_false(client_otp_valid("01234"));
	assert_false(client_otp_valid("0123456"));
	assert_false(client_otp_valid("01234a"));
	assert_false(wire_password_weak("12345679", ""));
	assert_false(wire_password_weak("open sesame", "13812345678"));
	assert_true(wire_password_weak("12345678", ""));
	assert_true(wire_password_weak("87654321", ""));
	assert_true(wire_password_weak("zzzzzzzz", ""));
	assert_true(wire_password_weak("1234567", ""));
	assert_true(wire_password_weak("13812345678", "13812345678"));
}

static void
cuts_what_does_not_fit(void **state)
{
	char out[4] = "xyz";

	(void)state;
	client_text_copy(out, sizeof(out), "abcdef");
	assert_string_equal(out, "abc");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks_numbers),
		cmocka_unit_test(judges_names),
		cmocka_unit_test(judges_codes_and_passwords),
		cmocka_unit_test(cuts_what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
