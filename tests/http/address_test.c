/*
 * Addresses of servers: what the standard of 2016 names and nobody may use any
 * more is refused, and told by its name (C5-COM-1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "http_help.h"

#include "http/http_address.h"

static void
test_old_protocols_are_refused_by_name(void **state)
{
	static const struct {
		const char *base;
		const char *said;
	} rows[] = {
		{ "http://a:80", "Plain HTTP" },
		{ "HTTP://a:80", "Plain HTTP" },
		{ "http:", "Plain HTTP" },
		{ "ssl://a:443", "SSL is refused" },
		{ "sslv2://a:443", "SSL is refused" },
		{ "sslv3://a:443", "SSL is refused" },
		{ "SSLv3://a:443", "SSL is refused" },
		{ "wap://a", "WAP and WTLS" },
		{ "wsp://a:9201", "WAP and WTLS" },
		{ "wtls://a:9203", "WAP and WTLS" },
		{ "wtp://a", "WAP and WTLS" },
		{ "ftp://a", "not encrypted" },
		{ "ws://a", "not encrypted" },
		{ "tcp://a:1", "not encrypted" },
		{ "telnet://a", "not encrypted" },
		{ "ipsec://a", "IPSec" },
		{ "ike://a", "IPSec" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_client_options options = { .base_url = rows[i].base,
			.ca_file = test_ca_path(help_folder, "ca", "pem"),
			.env = &help_env };
		const char *fault = http_address_fault(rows[i].base);
		struct http_client *client = NULL;

		if (fault == NULL || strstr(fault, rows[i].said) == NULL)
			fail_msg("%s: %s", rows[i].base, fault != NULL ? fault : "taken");
		ASSERT_STATUS(http_client_open(&options, &client), YKT_E_ARG);
		assert_null(client);
	}
}

static void
test_only_two_schemes_are_taken(void **state)
{
	static const char *const good[] = { "https://a", "https://127.0.0.1:8443", "ykts://a:1",
		"https://a-b.c:65535" };
	static const char *const bad[] = { "", "a", "a:443", "//a", "https:a", "https:/a",
		"https//a", "HTTPS://a", "httpss://a", " https://a", "https://a ",
		"https://a/http://b", "https://a?http://b", "https://a#b", "https://a@b",
		"https://[::1]", "https://a\n", "https://a:0x1", "https://a:1:2", "ykt://a",
		"file:///etc/passwd", "javascript:1", "data:,x" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(http_address_fault(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (http_address_fault(bad[i]) == NULL)
			fail_msg("taken: %s", bad[i]);
	}
	assert_non_null(http_address_fault(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_old_protocols_are_refused_by_name),
		cmocka_unit_test(test_only_two_schemes_are_taken),
	};

	return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
