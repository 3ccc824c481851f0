/*
 * Servers that break: the client says NET only when nothing was sent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "http_help.h"
#include "raw_tls.h"

#define OK_HEAD   "HTTP/1.1 200 OK\r\n"
#define JSON_HEAD OK_HEAD "Content-Type: application/json\r\n"

static void
test_broken_servers_and_what_the_client_says(void **state)
{
	static const struct {
		const char *why;
		enum raw_server_way way;
		const char *text;
		enum ykt_status want;
		int code;
	} rows[] = {
		{ "closed before TLS", RAW_SERVER_CLOSE_AT_ONCE, "", YKT_E_NET, -1 },
		{ "closed after the request", RAW_SERVER_CLOSE_AFTER_REQUEST, "", YKT_E_NET_UNKNOWN,
		    -1 },
		{ "cut in the header", RAW_SERVER_SAY, JSON_HEAD, YKT_E_NET_UNKNOWN, -1 },
		{ "cut in the body", RAW_SERVER_SAY, JSON_HEAD "Content-Length: 10\r\n\r\n{\"a\"",
		    YKT_E_NET_UNKNOWN, -1 },
		{ "cut in a chunk", RAW_SERVER_SAY,
		    JSON_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\n12", YKT_E_NET_UNKNOWN, -1 },
		{ "no length: may be cut", RAW_SERVER_SAY, JSON_HEAD "\r\n{}", YKT_E_NET_UNKNOWN,
		    -1 },
		{ "not HTTP", RAW_SERVER_SAY, "hello\r\n\r\n", YKT_E_NET_UNKNOWN, -1 },
		{ "HTML", RAW_SERVER_SAY,
		    OK_HEAD "Content-Type: text/html\r\nContent-Length: 2\r\n\r\n<>", YKT_E_SERVER,
		    -1 },
		{ "no type", RAW_SERVER_SAY, OK_HEAD "Content-Length: 2\r\n\r\n{}", YKT_E_SERVER,
		    -1 },
		{ "whole", RAW_SERVER_SAY, JSON_HEAD "Content-Length: 2\r\n\r\n{}", YKT_OK, 200 },
		{ "redirect is not followed", RAW_SERVER_SAY,
		    "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: "
		    "0\r\n\r\n",
		    YKT_OK, 302 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct raw_server *server =
		    raw_server_start(help_folder, rows[i].way, rows[i].text);
		struct http_client *client = help_client(raw_server_port(server), NULL);
		struct help_answer answer = help_call(client, "/pay", "{\"n\":1}");

		if (answer.status != rows[i].want || answer.code != rows[i].code)
			fail_msg(
			    "%s: %s %d", rows[i].why, ykt_status_name(answer.status), answer.code);
		/* It was never sent a second time behind the caller's back. */
		assert_true(raw_server_served(server) <= 1);
		http_client_close(&client);
		raw_server_stop(&server);
	}
}

static void
test_nobody_listens(void **state)
{
	struct raw_server *server = raw_server_start(help_folder, RAW_SERVER_HANG, "");
	uint16_t port = raw_server_port(server);
	struct http_client *client;

	(void)state;
	raw_server_stop(&server);
	client = help_client(port, NULL);
	ASSERT_STATUS(help_call(client, "/echo", "1").status, YKT_E_NET);
	http_client_close(&client);
}

static enum ykt_status
call_until(struct http_client *client, int64_t ms)
{
	uint8_t buf[100];
	struct ykt_http_response rsp = { -1, YKT_BUF(buf) };
	const struct ykt_http_request req = {
		.method = YKT_HTTP_GET, .path = "/", .deadline_mono_ms = help_now() + ms
	};

	return ykt_http_call(http_client_port(client), &req, &rsp);
}

static void
test_the_deadline_ends_the_call(void **state)
{
	struct raw_server *server = raw_server_start(help_folder, RAW_SERVER_HANG, "");
	struct http_client *client = help_client(raw_server_port(server), NULL);
	int64_t start = help_now();

	(void)state;
	ASSERT_STATUS(call_until(client, 0), YKT_E_DEADLINE);
	ASSERT_STATUS(call_until(client, 300), YKT_E_NET_UNKNOWN);
	assert_in_range(help_now() - start, 250, 2000);
	http_client_close(&client);
	raw_server_stop(&server);
}

/* A kept connection that the server closed meanwhile costs nothing. */
static void
test_a_closed_kept_connection_is_made_again(void **state)
{
	struct http_server *server = help_server("server", false);
	struct http_client *client = help_client(http_server_port(server), NULL);

	(void)state;
	ASSERT_STATUS(help_call(client, "/echo", "1").status, YKT_OK);
	help_pause(HELP_RECEIVE_MS + 500);
	ASSERT_STATUS(help_call(client, "/echo", "1").status, YKT_OK);
	http_client_close(&client);
	http_server_stop(&server);
}

static void
test_paths_that_cannot_be_sent(void **state)
{
	static const char *const paths[] = { "", "echo", "/a b", "/a//b", "/a\r\nX: y", "/%41" };
	struct http_server *server = help_server("server", false);
	struct http_client *client = help_client(http_server_port(server), NULL);
	unsigned before = help_handled();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(paths); i++)
		ASSERT_STATUS(help_call(client, paths[i], "1").status, YKT_E_ARG);
	assert_int_equal(help_handled(), before);
	http_client_close(&client);
	http_server_stop(&server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_broken_servers_and_what_the_client_says),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_the_deadline_ends_the_call),
		cmocka_unit_test(test_a_closed_kept_connection_is_made_again),
		cmocka_unit_test(test_paths_that_cannot_be_sent),
	};

	return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
