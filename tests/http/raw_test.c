/*
 * Raw bytes against the running server: reliability 5.4 through the HTTP
 * library, and the exceptions that docs/http-limits.md lists.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_help.h"
#include "raw_tls.h"

#define HOST "Host: 127.0.0.1\r\n"
#define JSON "Content-Type: application/json\r\n"
#define GOOD "GET /peer HTTP/1.1\r\n" HOST "\r\n"
#define POST "POST /echo HTTP/1.1\r\n" HOST JSON

#define QUIET_MS 150

struct row {
	const char *why;
	const char *bytes;
	int codes[4];     /* 0 ends; CUT alone: the connection is closed unanswered */
	unsigned handled; /* how many reach the handler */
};

#define CUT (-1)

static struct http_server *server;

static int
setup(void **state)
{
	if (help_setup(state) != 0)
		return 1;
	server = help_server("server", false);
	return 0;
}

static int
teardown(void **state)
{
	http_server_stop(&server);
	return help_teardown(state);
}

/* Whatever came before: the next caller is served. */
static void
served_after(const char *why)
{
	static const char last[] = "GET /peer HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
	static char text[RAW_ANSWER_MAX];
	struct raw_client *client = raw_open(http_server_port(server), help_folder, NULL, 0);
	int code = 0;

	if (client != NULL && raw_send(client, last, sizeof(last) - 1)) {
		raw_receive(client, 2000, text);
		(void)raw_codes(text, &code, 1);
	}
	raw_close(&client);
	if (code != 200)
		fail_msg("after %s: %d", why, code);
}

/* Sends, collects the codes of all answers, checks them and what was handled. */
static void
exchange(const struct row *row, size_t len)
{
	static char text[RAW_ANSWER_MAX];
	struct raw_client *client = raw_open(http_server_port(server), help_folder, NULL, 0);
	unsigned before = help_handled();
	int codes[4] = { 0 };

	assert_non_null(client);
	(void)raw_send(client, row->bytes, len);
	raw_receive(client, QUIET_MS, text);
	if (raw_codes(text, codes, 4) == 0)
		codes[0] = CUT;
	raw_close(&client);
	if (memcmp(codes, row->codes, sizeof(codes)) != 0)
		fail_msg("%s: %d %d %d %d", row->why, codes[0], codes[1], codes[2], codes[3]);
	if (help_handled() - before != row->handled)
		fail_msg("%s: handled %u", row->why, help_handled() - before);
	served_after(row->why);
}

static void
exchange_all(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		exchange(&rows[i], strlen(rows[i].bytes));
}

static void
test_good_requests_share_a_connection(void **state)
{
	static const struct row rows[] = {
		{ "one", GOOD, { 200 }, 1 },
		{ "pipelined", GOOD GOOD POST "Content-Length: 2\r\n\r\n{}" GOOD,
		    { 200, 200, 200, 200 }, 4 },
		{ "chunked", POST "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" GOOD,
		    { 200, 200 }, 2 },
		{ "good, unknown path, good", GOOD "GET /no HTTP/1.1\r\n" HOST "\r\n" GOOD,
		    { 200, 404, 200 }, 3 },
		{ "close is kept to",
		    "GET /peer HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n" GOOD, { 200 }, 1 },
	};

	(void)state;
	exchange_all(rows, YKT_ARRAY_LEN(rows));
}

static void
test_a_bad_request_ends_the_connection(void **state)
{
	static const struct row rows[] = {
		{ "good, bad, good", GOOD "GET /peer HTTP/1.1\r\n\r\n" GOOD, { 200, 400 }, 1 },
		{ "smuggled in a body", POST "Content-Length: 5\r\nContent-Length: 0\r\n\r\n" GOOD,
		    { 400 }, 0 },
		{ "length and chunked",
		    POST "Content-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" GOOD,
		    { 400 }, 0 },
		{ "body longer than said", POST "Content-Length: 2\r\n\r\n{}xxxxxxxx\r\n\r\n",
		    { 200 }, 1 },
	};

	(void)state;
	exchange_all(rows, YKT_ARRAY_LEN(rows));
}

static void
test_ambiguous_framing_is_refused(void **state)
{
	static const struct row rows[] = {
		{ "two equal lengths", POST "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
		    { 400 }, 0 },
		{ "negative length", POST "Content-Length: -2\r\n\r\n{}", { 400 }, 0 },
		{ "plus length", POST "Content-Length: +2\r\n\r\n{}", { 400 }, 0 },
		{ "hex length", POST "Content-Length: 0x2\r\n\r\n{}", { 400 }, 0 },
		{ "20 digits", POST "Content-Length: 18446744073709551618\r\n\r\n{}", { 413 }, 0 },
		{ "list", POST "Content-Length: 2, 2\r\n\r\n{}", { 400 }, 0 },
		{ "over the limit", POST "Content-Length: 262145\r\n\r\n", { 413 }, 0 },
		{ "no length", POST "\r\n{}", { 411 }, 0 },
		{ "blank before colon",
		    POST "Transfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", { 400 }, 0 },
		{ "xchunked", POST "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		    { 400 }, 0 },
		{ "chunked, identity",
		    POST "Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		    { 400 }, 0 },
		{ "chunk size empty", POST "Transfer-Encoding: chunked\r\n\r\n\r\n\r\n", { 400 },
		    0 },
		{ "chunk size wraps",
		    POST "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n", { 413 },
		    0 },
		{ "trailer", POST "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n",
		    { 400 }, 0 },
	};

	(void)state;
	exchange_all(rows, YKT_ARRAY_LEN(rows));
}

static void
test_odd_blocks_are_refused(void **state)
{
	static const struct row rows[] = {
		{ "no host", "GET /peer HTTP/1.1\r\n\r\n", { 400 }, 0 },
		{ "two hosts", "GET /peer HTTP/1.1\r\n" HOST HOST "\r\n", { 400 }, 0 },
		{ "absolute form", "GET http://a/peer HTTP/1.1\r\n" HOST "\r\n", { 400 }, 0 },
		{ "asterisk", "GET * HTTP/1.1\r\n" HOST "\r\n", { 400 }, 0 },
		{ "empty segment", "GET //peer HTTP/1.1\r\n" HOST "\r\n", { 400 }, 0 },
		{ "hidden dots", "GET /%2e%2e/peer HTTP/1.1\r\n" HOST "\r\n", { 400 }, 0 },
		{ "hidden NUL", "GET /peer%00 HTTP/1.1\r\n" HOST "\r\n", { 400 }, 0 },
		{ "bad percent", "GET /peer%zz HTTP/1.1\r\n" HOST "\r\n", { 400 }, 0 },
		{ "unknown method", "BREW /peer HTTP/1.1\r\n" HOST "\r\n", { 405 }, 0 },
		{ "lower case method", "get /peer HTTP/1.1\r\n" HOST "\r\n", { 405 }, 0 },
		{ "PUT", "PUT /peer HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", { 405 }, 0 },
		{ "DELETE", "DELETE /peer HTTP/1.1\r\n" HOST "\r\n", { 405 }, 0 },
		{ "HEAD", "HEAD /peer HTTP/1.1\r\n" HOST "\r\n", { 405 }, 0 },
		{ "OPTIONS", "OPTIONS /peer HTTP/1.1\r\n" HOST "\r\n", { 405 }, 0 },
		{ "CONNECT", "CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n", { 405 }, 0 },
		{ "HTTP/1.2", "GET /peer HTTP/1.2\r\n" HOST "\r\n", { 505 }, 0 },
		{ "HTTP/1.0", "GET /peer HTTP/1.0\r\n" HOST "\r\n", { 505 }, 0 },
		{ "HTTP/9", "GET /peer HTTP/9\r\n" HOST "\r\n", { 400 }, 0 },
		{ "expect", POST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n", { 417 }, 0 },
		{ "upgrade",
		    "GET /peer HTTP/1.1\r\n" HOST "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
		    { 400 }, 0 },
		{ "gzip", POST "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", { 415 },
		    0 },
		{ "text",
		    "POST /echo HTTP/1.1\r\n" HOST
		    "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
		    { 415 }, 0 },
		{ "bare CR in a value", "GET /peer HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", { 400 },
		    0 },
		{ "no colon", "GET /peer HTTP/1.1\r\n" HOST "Content-Length 10\r\n\r\n", { 400 },
		    0 },
		{ "no version", "GET /peer\r\n" HOST "\r\n", { 400 }, 0 },
		{ "not HTTP at all", "\x01\x02\x03\r\n\r\n", { CUT }, 0 },
	};

	(void)state;
	exchange_all(rows, YKT_ARRAY_LEN(rows));
}

/* docs/http-limits.md names each of these; a change here must change that page. */
static void
test_known_exceptions_pass(void **state)
{
	static const char nul[] = "GET /peer HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n";
	static const struct row rows[] = {
		{ "bare LF", "GET /peer HTTP/1.1\nHost: a\n\n", { 200 }, 1 },
		{ "obs-fold", "GET /peer HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", { 200 }, 1 },
	};
	static const struct row nul_row = { "NUL in a value", nul, { 200 }, 1 };

	(void)state;
	exchange_all(rows, YKT_ARRAY_LEN(rows));
	exchange(&nul_row, sizeof(nul) - 1);
}

static char *
filled(const char *head, char fill, size_t count, const char *tail)
{
	size_t head_len = strlen(head);
	char *text = malloc(head_len + count + strlen(tail) + 1);

	memcpy(text, head, head_len);
	memset(text + head_len, fill, count);
	strcpy(text + head_len + count, tail);
	return text;
}

static void
test_large_blocks_are_refused(void **state)
{
	static const struct {
		const char *why;
		const char *head;
		size_t count;
		const char *tail;
		int code;
	} rows[] = {
		{ "path of 512", "GET /", 511, " HTTP/1.1\r\n" HOST "\r\n", 414 },
		{ "path of 64 kB", "GET /", 65536, " HTTP/1.1\r\n" HOST "\r\n", 414 },
		{ "method of 64 kB", "G", 65536, " / HTTP/1.1\r\n" HOST "\r\n", 414 },
		{ "name of 65", "GET / HTTP/1.1\r\n" HOST, 65, ": x\r\n\r\n", 431 },
		{ "name of 64 kB", "GET / HTTP/1.1\r\n" HOST, 65536, ": x\r\n\r\n", 431 },
		{ "value of 4097", "GET / HTTP/1.1\r\n" HOST "X: ", 4097, "\r\n\r\n", 431 },
		{ "value of 64 kB", "GET / HTTP/1.1\r\n" HOST "X: ", 65536, "\r\n\r\n", 431 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		char *bytes = filled(rows[i].head, 'a', rows[i].count, rows[i].tail);
		struct row row = { rows[i].why, bytes, { rows[i].code }, 0 };

		exchange(&row, strlen(bytes));
		free(bytes);
	}
}

static void
test_many_header_lines_are_refused(void **state)
{
	static char bytes[80000];
	size_t len;
	struct row row = { "10000 lines", bytes, { 431 }, 0 };

	(void)state;
	for (int lines = 64; lines <= 10000; lines = lines == 64 ? 10000 : lines + 1) {
		len = (size_t)snprintf(bytes, sizeof(bytes), "GET / HTTP/1.1\r\n" HOST);
		for (int i = 0; i < lines; i++)
			len += (size_t)snprintf(bytes + len, sizeof(bytes) - len, "X: y\r\n");
		len += (size_t)snprintf(bytes + len, sizeof(bytes) - len, "\r\n");
		exchange(&row, len);
	}
}

/* A chunked body says no length beforehand; what passes the limit is not kept. */
static void
test_an_endless_chunked_body_is_refused(void **state)
{
	static const size_t sizes[] = { YKT_HTTP_BODY_MAX + 1, 3 * YKT_HTTP_BODY_MAX };
	char head[200];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(sizes); i++) {
		struct row row = { "chunked", NULL, { i == 0 ? 413 : CUT }, 0 };
		char *bytes;

		(void)snprintf(
		    head, sizeof(head), POST "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", sizes[i]);
		bytes = filled(head, '1', sizes[i], "\r\n0\r\n\r\n");
		row.bytes = bytes;
		exchange(&row, strlen(bytes));
		free(bytes);
	}
}

static void
test_a_cut_request_reaches_no_handler(void **state)
{
	static const char bytes[] = POST "Content-Length: 2\r\n\r\n{}";
	unsigned before = help_handled();

	(void)state;
	for (size_t cut = 0; cut < sizeof(bytes) - 1; cut += 5) {
		struct raw_client *client =
		    raw_open(http_server_port(server), help_folder, NULL, 0);

		assert_non_null(client);
		if (cut > 0)
			assert_true(raw_send(client, bytes, cut));
		raw_close(&client);
	}
	help_pause(100);
	assert_int_equal(help_handled(), before);
}

/* One byte at a time keeps the library's inactivity limit away, not ours. */
static void
test_slow_senders_are_cut_and_others_served(void **state)
{
	static const char *const rows[] = { "GET /peer HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		POST "Content-Length: 1000\r\n\r\n1111111111111111111111111111111111111111" };
	struct http_client *other = help_client(http_server_port(server), NULL);
	static char text[RAW_ANSWER_MAX];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct raw_client *client =
		    raw_open(http_server_port(server), help_folder, NULL, 0);
		size_t at = strlen(rows[i]) - 28;
		unsigned before = help_handled();
		int64_t start = help_now();

		assert_non_null(client);
		assert_true(raw_send(client, rows[i], at));
		while (at < strlen(rows[i]) && raw_send(client, rows[i] + at, 1)) {
			help_pause(100);
			at++;
		}
		raw_receive(client, 10, text);
		/* Cut before its bytes ended, without an answer. */
		assert_in_range(
		    help_now() - start, HELP_RECEIVE_MS - 200, 2 * HELP_RECEIVE_MS + 700);
		assert_true(at < strlen(rows[i]));
		assert_string_equal(text, "");
		assert_int_equal(help_handled(), before);
		assert_int_equal(help_call(other, "/echo", "1").code, 200);
		raw_close(&client);
	}
	http_client_close(&other);
}

static void
test_plain_bytes_to_the_tls_port_get_nothing(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(http_server_port(server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char answer[100] = "";
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	unsigned before = help_handled();

	(void)state;
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_true(write(fd, GOOD, strlen(GOOD)) > 0);
	(void)!read(fd, answer, sizeof(answer) - 1);
	assert_null(strstr(answer, "HTTP/"));
	assert_int_equal(help_handled(), before);
	(void)close(fd);
}

static void
test_an_answer_says_no_more_than_it_must(void **state)
{
	static char text[RAW_ANSWER_MAX];
	struct raw_client *client = raw_open(http_server_port(server), help_folder, NULL, 0);

	(void)state;
	assert_true(raw_send(client, GOOD, strlen(GOOD)));
	raw_receive(client, QUIET_MS, text);
	assert_non_null(strstr(text, "Content-Type: application/json\r\n"));
	assert_non_null(strstr(text, "Cache-Control: no-store\r\n"));
	assert_non_null(strstr(text, "Content-Length: 2\r\n"));
	assert_null(strstr(text, "Server:"));
	assert_null(strcasestr(text, "mhd"));
	assert_null(strcasestr(text, "microhttpd"));
	raw_close(&client);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_requests_share_a_connection),
		cmocka_unit_test(test_a_bad_request_ends_the_connection),
		cmocka_unit_test(test_ambiguous_framing_is_refused),
		cmocka_unit_test(test_odd_blocks_are_refused),
		cmocka_unit_test(test_known_exceptions_pass),
		cmocka_unit_test(test_large_blocks_are_refused),
		cmocka_unit_test(test_many_header_lines_are_refused),
		cmocka_unit_test(test_an_endless_chunked_body_is_refused),
		cmocka_unit_test(test_a_cut_request_reaches_no_handler),
		cmocka_unit_test(test_slow_senders_are_cut_and_others_served),
		cmocka_unit_test(test_plain_bytes_to_the_tls_port_get_nothing),
		cmocka_unit_test(test_an_answer_says_no_more_than_it_must),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
