/*
 * Versions and names of operating systems: what can be compared, and what is none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/report.h"
#include "wire/system.h"
#include "wire_test.h"

static struct wire_version
version(const char *text)
{
	struct wire_version out = { { 7, 7, 7 } };

	assert_status(wire_system_version(text, &out), YKT_OK);

	return out;
}

static void
test_versions_that_can_be_compared(void **state)
{
	static const char *const rising[] = { "0", "4.4.4", "12", "12.0.1", "12.5", "13", "14",
		"17.4.9", "17.5", "22.04", "22.10", "65535", "65535.65535.65535" };
	struct wire_version a, b;

	(void)state;
	for (size_t i = 1; i < YKT_ARRAY_LEN(rising); i++) {
		a = version(rising[i - 1]);
		b = version(rising[i]);
		assert_true(wire_version_cmp(&a, &b) < 0);
		assert_true(wire_version_cmp(&b, &a) > 0);
	}
	a = version("22.04");
	b = version("22.4.0");
	assert_int_equal(wire_version_cmp(&a, &b), 0);
}

static void
test_versions_that_are_none(void **state)
{
	static const char *const bad[] = { "", ".", "12.", ".12", "12..1", "1.2.3.4", "12 ", " 12",
		"+12", "-1", "12-rc1", "trixie/sid", "0x12", "65536", "1.65536", "000012",
		"999999999999999", "1.2.3.", "12,1", "\xEF\xBC\x91" };
	struct wire_version out = { { 7, 8, 9 } };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		assert_status_why(wire_system_version(bad[i], &out), YKT_E_FORMAT, bad[i]);
		assert_int_equal(out.part[0], 7);
		assert_int_equal(out.part[2], 9);
	}
}

static void
test_names(void **state)
{
	static const char *const bad[] = { "", "Debian", "debian 12", "a23456789012345678",
		"a2345678901234567", "de/bian", "deb\tian", "\xE5\xAE\x89" };

	(void)state;
	assert_true(wire_system_name_valid("debian"));
	assert_true(wire_system_name_valid("opensuse-leap"));
	assert_true(wire_system_name_valid("a234567890123456"));
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++)
		assert_false(wire_system_name_valid(bad[i]));
}

/* A report has the system, or says nothing of it. */
static void
test_a_report_names_it(void **state)
{
	const struct wire_login_in {
		const char *name, *version;
	} rows[] = { { "debian", "12" }, { "arch", "" }, { "", "" } };
	const struct wire_empty empty = { 0 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_op op = *wire_op_find("user.logout");
		struct wire_report report = { .version = "1.2.3" };
		struct wire_request request;
		const struct wire_op *found;
		uint8_t bytes[256];
		struct ykt_buf json = YKT_BUF(bytes);

		strcpy(report.system.name, rows[i].name);
		strcpy(report.system.version, rows[i].version);
		assert_status(wire_request_report(&op, NULL, &report, &empty, &json), YKT_OK);
		assert_status(wire_request_decode(ykt_buf_view(&json), &request, &found), YKT_OK);
		assert_int_equal(request.has_os, rows[i].name[0] != '\0');
		assert_int_equal(request.has_os_version, rows[i].name[0] != '\0');
		assert_string_equal(request.os, rows[i].name);
		assert_string_equal(request.os_version, rows[i].version);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions_that_can_be_compared),
		cmocka_unit_test(test_versions_that_are_none),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_a_report_names_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
