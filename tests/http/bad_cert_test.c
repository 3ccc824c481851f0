/*
 * Certificates that must not be believed, at either end, and suites that a server
 * may not choose (T21, F12). Nothing is handled, nothing is sent before the server
 * is believed, and the next good peer is served.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "http_help.h"
#include "raw_tls.h"

static const struct test_ca_spec extra[] = {
	{ .name = "twin-ca", .cn = "ca", .ca = true },
	{ .name = "twin", .issuer = "twin-ca", .cn = "tsm-9901" },
	{ .name = "old-ca", .cn = "old-ca", .ca = true, .from_s = -7200, .until_s = -60 },
	{ .name = "of-old-ca", .issuer = "old-ca", .cn = "tsm-9901", .chain = { "old-ca" } },
	{ .name = "gone", .issuer = "ca", .cn = "tsm-9901", .from_s = -3600, .until_s = -1 },
	{ .name = "code", .issuer = "ca", .cn = "tsm-9901", .eku = "codeSigning" },
	{ .name = "sha1", .issuer = "ca", .cn = "tsm-9901", .sha1 = true },
	{ .name = "rsa-1024", .issuer = "ca", .cn = "tsm-9901", .rsa_bits = 1024 },
	{ .name = "rsa", .issuer = "ca", .cn = "tsm-9901", .rsa_bits = 2048 },
	{ .name = "leaf-chain", .issuer = "client", .cn = "tsm-9901", .chain = { "client" } },
	{ .name = "sub-ca", .issuer = "ca", .ca = true, .basic = "critical,CA:TRUE,pathlen:0" },
	{ .name = "sub-sub-ca", .issuer = "sub-ca", .ca = true },
	{ .name = "too-deep",
	    .issuer = "sub-sub-ca",
	    .cn = "tsm-9901",
	    .chain = { "sub-sub-ca", "sub-ca" } },
	{ .name = "named-ca",
	    .issuer = "ca",
	    .ca = true,
	    .constraints = "critical,permitted;DNS:example.com,excluded;IP:0.0.0.0/0.0.0.0" },
	{ .name = "out-of-names", .issuer = "named-ca", .cn = "tsm-9901", .chain = { "named-ca" } },
	/* Names: of a server, of a client. */
	{ .name = "no-san", .cn = "127.0.0.9", .issuer = "ca", .san = "" },
	{ .name = "wildcard", .issuer = "ca", .san = "DNS:*,DNS:*.0.0.1" },
	{ .name = "ip-as-text", .issuer = "ca", .san = "DNS:127.0.0.1" },
	{ .name = "no-cn", .issuer = "ca", .cn = "tsm-9901", .no_cn = true },
	{ .name = "two-cns", .issuer = "ca", .cn = "tsm-9901", .cn2 = "operator" },
	{ .name = "nul-cn", .issuer = "ca", .cn = "tsm-9901\0.evil", .cn_len = 14 },
	{ .name = "blank-cn", .issuer = "ca", .cn = "tsm-9901 " },
	{ .name = "comma-cn", .issuer = "ca", .cn = "tsm-9901,operator" },
	{ .name = "wide-cn", .issuer = "ca", .cn = "\xEF\xBD\x94sm-9901" },
};

static struct http_server *server; /* mutual */

static int
setup(void **state)
{
	if (help_setup(state) != 0)
		return 1;
	for (size_t i = 0; i < YKT_ARRAY_LEN(extra); i++)
		test_ca_issue(help_folder, &extra[i]);
	server = help_server("server", true);
	return 0;
}

static int
teardown(void **state)
{
	http_server_stop(&server);
	return help_teardown(state);
}

/* The service goes on: a good client is served by name. */
static void
good_client_served(const char *why)
{
	struct http_client *client = help_client(http_server_port(server), "client");

	if (strcmp(help_call(client, "/peer", NULL).body, "\"tsm-9901\"") != 0)
		fail_msg("after %s nobody is served", why);
	http_client_close(&client);
}

static void
test_the_server_refuses_these_certificates(void **state)
{
	static const char *const certs[] = { "twin", "of-old-ca", "gone", "code", "sha1",
		"rsa-1024", "leaf-chain", "too-deep", "no-cn", "two-cns", "nul-cn", "blank-cn",
		"comma-cn", "wide-cn" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(certs); i++) {
		struct http_client *client = help_client(http_server_port(server), certs[i]);
		unsigned before = help_handled();
		struct help_answer answer = help_call(client, "/echo", "1");

		/* Refused in the handshake, or told so over it. */
		if (answer.status == YKT_OK ? answer.code != 403 : answer.code != -1)
			fail_msg(
			    "%s: %s %d", certs[i], ykt_status_name(answer.status), answer.code);
		if (help_handled() != before)
			fail_msg("%s: handled", certs[i]);
		http_client_close(&client);
		good_client_served(certs[i]);
	}
}

static void
test_the_client_refuses_these_certificates(void **state)
{
	static const char *const certs[] = { "twin", "of-old-ca", "gone", "code", "sha1",
		"rsa-1024", "leaf-chain", "too-deep", "out-of-names", "no-san", "wildcard",
		"ip-as-text" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(certs); i++) {
		struct http_server *bad = help_server(certs[i], false);
		struct http_client *client = help_client(http_server_port(bad), NULL);
		unsigned before = help_handled();
		struct help_answer answer = help_call(client, "/echo", "1");

		if (answer.status != YKT_E_NET || answer.code != -1)
			fail_msg(
			    "%s: %s %d", certs[i], ykt_status_name(answer.status), answer.code);
		assert_int_equal(help_handled(), before);
		http_client_close(&client);
		http_server_stop(&bad);
	}
}

static void
test_the_client_takes_no_weak_suite(void **state)
{
	static const struct {
		const char *why, *cert, *ciphers;
		bool good;
	} rows[] = {
		{ "the control", "server", "ECDHE-ECDSA-AES128-GCM-SHA256", true },
		{ "the control, RSA", "rsa", "ECDHE-RSA-AES128-GCM-SHA256", true },
		{ "CBC, SHA-1", "server", "ECDHE-ECDSA-AES128-SHA", false },
		{ "CBC, SHA-256", "server", "ECDHE-ECDSA-AES128-SHA256", false },
		{ "no encryption", "server", "ECDHE-ECDSA-NULL-SHA", false },
		{ "nobody's key", "server", "AECDH-AES128-SHA", false },
		{ "no forward secrecy", "rsa", "AES128-GCM-SHA256", false },
		{ "CCM with a short tag", "server", "ECDHE-ECDSA-AES128-CCM8", false },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct raw_server *bad =
		    raw_server_start_weak(help_folder, rows[i].cert, rows[i].ciphers);
		struct http_client *client = help_client(raw_server_port(bad), NULL);
		struct help_answer answer = help_call(client, "/echo", "1");

		if ((answer.status == YKT_OK) != rows[i].good ||
		    (!rows[i].good && answer.status != YKT_E_NET))
			fail_msg("%s: %s", rows[i].why, ykt_status_name(answer.status));
		/* Nothing left before the server was believed. */
		assert_int_equal(raw_server_served(bad), rows[i].good ? 1 : 0);
		http_client_close(&client);
		raw_server_stop(&bad);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_server_refuses_these_certificates),
		cmocka_unit_test(test_the_client_refuses_these_certificates),
		cmocka_unit_test(test_the_client_takes_no_weak_suite),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
