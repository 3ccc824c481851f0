/*
 * TLS negatives (F12, T21): every certificate that must not be believed, on
 * either side, and versions that are too old.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

#include "http_help.h"
#include "raw_tls.h"

/* Nothing of the request may leave before the server is believed. */
static void
test_the_client_refuses_these_servers(void **state)
{
	static const char *const certs[] = { "foreign", "self-signed", "expired", "future",
		"wrong-host", "client-only", "leaf-issued" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(certs); i++) {
		struct http_server *server = help_server(certs[i], false);
		struct http_client *client = help_client(http_server_port(server), NULL);
		unsigned before = help_handled();
		struct help_answer answer = help_call(client, "/echo", "1");

		if (answer.status != YKT_E_NET)
			fail_msg("%s: %s", certs[i], ykt_status_name(answer.status));
		assert_int_equal(answer.code, -1);
		assert_int_equal(help_handled(), before);
		http_client_close(&client);
		http_server_stop(&server);
	}
}

static void
test_the_server_refuses_these_clients(void **state)
{
	static const char *const certs[] = { NULL, "foreign", "self-signed", "expired", "future",
		"server-only", "leaf-issued", "odd-name" };
	struct http_server *server = help_server("server", true);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(certs); i++) {
		struct http_client *client = help_client(http_server_port(server), certs[i]);
		const char *why = certs[i] != NULL ? certs[i] : "no certificate";
		unsigned before = help_handled();

		for (int again = 0; again < 2; again++) {
			struct help_answer answer = help_call(client, "/echo", "1");

			if (answer.status != YKT_OK || answer.code != 403)
				fail_msg(
				    "%s: %s %d", why, ykt_status_name(answer.status), answer.code);
		}
		assert_int_equal(help_handled(), before);
		http_client_close(&client);
	}
	http_server_stop(&server);
}

static void
test_a_certificate_without_purposes_is_a_client(void **state)
{
	const struct test_ca_spec spec = { .name = "any-use", .issuer = "ca", .eku = "" };
	struct http_server *server = help_server("server", true);
	struct http_client *client;

	(void)state;
	test_ca_issue(help_folder, &spec);
	client = help_client(http_server_port(server), "any-use");
	assert_string_equal(help_call(client, "/peer", NULL).body, "\"any-use\"");
	http_client_close(&client);
	http_server_stop(&server);
}

static void
test_the_server_speaks_tls_1_2_and_1_3_only(void **state)
{
	static const struct {
		int version;
		bool good;
	} rows[] = { { TLS1_VERSION, false }, { TLS1_1_VERSION, false }, { TLS1_2_VERSION, true },
		{ TLS1_3_VERSION, true } };
	struct http_server *server = help_server("server", false);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct raw_client *client =
		    raw_open(http_server_port(server), help_folder, NULL, rows[i].version);

		assert_true((client != NULL) == rows[i].good);
		raw_close(&client);
	}
	http_server_stop(&server);
}

static void
test_the_client_refuses_old_tls_and_plain_http(void **state)
{
	static const enum raw_server_way ways[] = { RAW_SERVER_OLD_TLS, RAW_SERVER_PLAIN };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(ways); i++) {
		struct raw_server *server = raw_server_start(help_folder, ways[i], "");
		struct http_client *client = help_client(raw_server_port(server), NULL);

		ASSERT_STATUS(help_call(client, "/echo", "1").status, YKT_E_NET);
		assert_int_equal(raw_server_served(server), 0);
		http_client_close(&client);
		raw_server_stop(&server);
	}
}

static enum ykt_status
pinned_call(uint16_t port, const char *pins)
{
	char base[64];
	struct http_client_options options = { .base_url = base,
		.ca_file = test_ca_path(help_folder, "ca", "pem"),
		.pins = pins,
		.env = &help_env };
	struct http_client *client = NULL;
	enum ykt_status status;

	(void)snprintf(base, sizeof(base), HELP_SCHEME "127.0.0.1:%u", port);
	ASSERT_STATUS(http_client_open(&options, &client), YKT_OK);
	status = help_call(client, "/echo", "1").status;
	http_client_close(&client);
	return status;
}

static void
test_pins_are_kept_and_the_back_up_serves(void **state)
{
	struct http_server *server = help_server("server", false);
	uint16_t port = http_server_port(server);
	char right[TEST_CA_PIN_MAX];
	char other[TEST_CA_PIN_MAX];
	char both[2 * TEST_CA_PIN_MAX];
	unsigned before;

	(void)state;
	test_ca_pin(help_folder, "server", right);
	test_ca_pin(help_folder, "client", other);
	ASSERT_STATUS(pinned_call(port, right), YKT_OK);
	before = help_handled();
	ASSERT_STATUS(pinned_call(port, other), YKT_E_NET);
	assert_int_equal(help_handled(), before);
	(void)snprintf(both, sizeof(both), "%s;%s", other, right);
	ASSERT_STATUS(pinned_call(port, both), YKT_OK);
	http_server_stop(&server);
}

/* The pin does not replace the chain: an expired certificate stays expired. */
static void
test_a_pin_does_not_excuse_a_bad_certificate(void **state)
{
	static const char *const certs[] = { "expired", "wrong-host", "foreign" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(certs); i++) {
		struct http_server *server = help_server(certs[i], false);
		char pin[TEST_CA_PIN_MAX];

		test_ca_pin(help_folder, certs[i], pin);
		ASSERT_STATUS(pinned_call(http_server_port(server), pin), YKT_E_NET);
		http_server_stop(&server);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_client_refuses_these_servers),
		cmocka_unit_test(test_the_server_refuses_these_clients),
		cmocka_unit_test(test_a_certificate_without_purposes_is_a_client),
		cmocka_unit_test(test_the_server_speaks_tls_1_2_and_1_3_only),
		cmocka_unit_test(test_the_client_refuses_old_tls_and_plain_http),
		cmocka_unit_test(test_pins_are_kept_and_the_back_up_serves),
		cmocka_unit_test(test_a_pin_does_not_excuse_a_bad_certificate),
	};

	return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
