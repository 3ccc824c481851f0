/*
 * Bad HTTP that raw_test.c does not send yet (reliability 5.4): other spellings of
 * lengths, sizes of a megabyte, bombs, TLS inside TLS, every cut. After each one
 * a good request is served, and nothing bad has reached a handler.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "http_help.h"
#include "raw_tls.h"

#define HOST  "Host: 127.0.0.1\r\n"
#define JSON  "Content-Type: application/json\r\n"
#define POST  "POST /echo HTTP/1.1\r\n" HOST JSON
#define CLOSE "Connection: close\r\n"
#define GOOD  "GET /peer HTTP/1.1\r\n" HOST CLOSE "\r\n"

#define QUIET_MS 150
#define CUT      (-1) /* closed without an answer */

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

static int
first_code(const char *text)
{
	int codes[4] = { CUT, 0, 0, 0 };

	(void)raw_codes(text, codes, 4);
	return codes[0];
}

static void
good_one_is_served(const char *why)
{
	static char text[RAW_ANSWER_MAX];
	struct raw_client *client = raw_open(http_server_port(server), help_folder, NULL, 0);

	assert_true_why(client != NULL, why);
	assert_true(raw_send(client, GOOD, sizeof(GOOD) - 1));
	raw_receive(client, 2000, text);
	assert_true_why(first_code(text) == 200, why);
	raw_close(&client);
}

/* Sends in pieces that a socket takes; a server may close before the last. */
static void
refused(const char *bytes, size_t len, int code, const char *why)
{
	static char text[RAW_ANSWER_MAX];
	struct raw_client *client = raw_open(http_server_port(server), help_folder, NULL, 0);
	unsigned before = help_handled();
	size_t at = 0;

	assert_non_null(client);
	while (at < len) {
		size_t step = len - at < 16384 ? len - at : 16384;

		if (!raw_send(client, bytes + at, step))
			break;
		at += step;
	}
	raw_receive(client, QUIET_MS, text);
	raw_close(&client);
	if (first_code(text) != code)
		fail_msg("%s: %d", why, first_code(text));
	if (help_handled() != before)
		fail_msg("%s: handled", why);
	good_one_is_served(why);
}

static void
test_lengths_in_other_spellings(void **state)
{
	static const struct {
		const char *why, *bytes;
		int code;
	} rows[] = {
		{ "two different", POST "Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}", 400 },
		{ "two different, the first larger",
		    POST "Content-Length: 20\r\nContent-Length: 2\r\n\r\n{}", 400 },
		{ "twice in other case", POST "Content-Length: 2\r\ncontent-length: 2\r\n\r\n{}",
		    400 },
		{ "list of different", POST "Content-Length: 2, 3\r\n\r\n{}", 400 },
		{ "blank inside", POST "Content-Length: 2 0\r\n\r\n{}", 400 },
		{ "letter behind", POST "Content-Length: 2x\r\n\r\n{}", 400 },
		{ "point", POST "Content-Length: 2.0\r\n\r\n{}", 400 },
		{ "exponent", POST "Content-Length: 2e0\r\n\r\n{}", 400 },
		{ "quotes", POST "Content-Length: \"2\"\r\n\r\n{}", 400 },
		{ "empty", POST "Content-Length:\r\n\r\n{}", 400 },
		{ "2^32 + 2", POST "Content-Length: 4294967298\r\n\r\n{}", 413 },
		{ "2^63", POST "Content-Length: 9223372036854775808\r\n\r\n{}", 400 },
		{ "2^64 + 2", POST "Content-Length: 18446744073709551618\r\n\r\n{}", 413 },
		{ "30 digits", POST "Content-Length: 000000000000000000000000000002\r\n\r\n{}",
		    400 },
		{ "blank before the colon", POST "Content-Length : 2\r\n\r\n{}", 400 },
		{ "tab before the colon", POST "Content-Length\t: 2\r\n\r\n{}", 400 },
		{ "a header without colon", POST "Content-Length 2\r\n\r\n{}", 400 },
		{ "empty name: no length is left", POST ": 2\r\n\r\n{}", 411 },
		{ "chunked, then a length",
		    POST "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", 400 },
		{ "a length, then chunked",
		    POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
		{ "chunked twice",
		    POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
			 "0\r\n\r\n",
		    400 },
		{ "chunked with a tab", POST "Transfer-Encoding:\tchunked\tx\r\n\r\n0\r\n\r\n",
		    400 },
		{ "gzip, chunked", POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400 },
		{ "identity", POST "Transfer-Encoding: identity\r\n\r\n{}", 400 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		refused(rows[i].bytes, strlen(rows[i].bytes), rows[i].code, rows[i].why);
}

static void
test_chunks_that_are_none(void **state)
{
	static const struct {
		const char *why, *tail;
		int code;
	} rows[] = {
		/* More than can ever come: it is waited for until the time is up. */
		{ "16 F", "FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n", CUT },
		{ "17 F", "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n", 413 },
		{ "minus", "-2\r\n{}\r\n0\r\n\r\n", 400 },
		{ "plus", "+2\r\n{}\r\n0\r\n\r\n", 400 },
		{ "0x", "0x2\r\n{}\r\n0\r\n\r\n", 400 },
		{ "blank before", " 2\r\n{}\r\n0\r\n\r\n", 400 },
		{ "empty size", "\r\n{}\r\n0\r\n\r\n", 400 },
		{ "letters", "zz\r\n{}\r\n0\r\n\r\n", 400 },
		{ "no line end behind the data", "2\r\n{}0\r\n\r\n", 400 },
		{ "longer than said", "1\r\n{}\r\n0\r\n\r\n", 400 },
	};
	char bytes[400];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		(void)snprintf(bytes, sizeof(bytes), POST "Transfer-Encoding: chunked\r\n\r\n%s",
		    rows[i].tail);
		refused(bytes, strlen(bytes), rows[i].code, rows[i].why);
	}
}

/* 500 is the library's own word where a chunk's head does not fit (docs/http-limits.md). */
static void
test_megabytes(void **state)
{
	static const struct {
		const char *why, *head, *tail;
		int code;
	} rows[] = {
		{ "chunk extension of 1 MB",
		    POST "Transfer-Encoding: chunked\r\n\r\n2;x=", "\r\n{}\r\n0\r\n\r\n", 500 },
		{ "method of 1 MB", "G", " / HTTP/1.1\r\n" HOST "\r\n", 414 },
		{ "path of 1 MB", "GET /", " HTTP/1.1\r\n" HOST "\r\n", 414 },
		{ "name of 1 MB", "GET / HTTP/1.1\r\n" HOST, ": x\r\n\r\n", 431 },
		{ "value of 1 MB", "GET / HTTP/1.1\r\n" HOST "X: ", "\r\n\r\n", 431 },
		{ "chunk size of 1 MB", POST "Transfer-Encoding: chunked\r\n\r\n",
		    "\r\n{}\r\n0\r\n\r\n", 500 },
	};
	const size_t count = 1 << 20;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		size_t head = strlen(rows[i].head), tail = strlen(rows[i].tail);
		char *bytes = malloc(head + count + tail);

		assert_non_null(bytes);
		memcpy(bytes, rows[i].head, head);
		memset(bytes + head, '0', count);
		memcpy(bytes + head + count, rows[i].tail, tail);
		refused(bytes, head + count + tail, rows[i].code, rows[i].why);
		free(bytes);
	}
}

/* 20 bytes that would be 1 MB of zeros; with and without saying so. */
static void
test_nothing_is_ever_unpacked(void **state)
{
	static const char *const encodings[] = { "gzip", "x-gzip", "deflate", "br", "identity",
		"gzip, gzip" };
	char bytes[400];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(encodings); i++) {
		(void)snprintf(bytes, sizeof(bytes),
		    POST "Content-Encoding: %s\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x01",
		    encodings[i]);
		refused(bytes, strlen(bytes), 415, encodings[i]);
	}
}

static void
test_types_that_are_not_json(void **state)
{
	static const char *const types[] = { "text/plain", "text/json", "application/jsonp",
		"application/json; charset=utf-16", "application/json, text/plain",
		"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json" };
	char bytes[400];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(types); i++) {
		(void)snprintf(bytes, sizeof(bytes),
		    "POST /echo HTTP/1.1\r\n" HOST
		    "Content-Type: %s\r\nContent-Length: 2\r\n\r\n{}",
		    types[i]);
		refused(bytes, strlen(bytes), 415, types[i]);
	}
}

/* Every length of a request short of its last byte. */
static void
test_a_request_cut_at_each_byte(void **state)
{
	static const char bytes[] =
	    "POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 6\r\n\r\n{\"a\":1";
	unsigned before = help_handled();

	(void)state;
	for (size_t cut = 0; cut < sizeof(bytes) - 1; cut++) {
		struct raw_client *client =
		    raw_open(http_server_port(server), help_folder, NULL, 0);

		assert_non_null(client);
		if (cut > 0)
			assert_true(raw_send(client, bytes, cut));
		raw_close(&client);
	}
	help_pause(100);
	assert_int_equal(help_handled(), before);
	good_one_is_served("the cuts");
}

/* The body that was announced never comes: cut at the deadline, never handled. */
static void
test_a_body_shorter_than_announced(void **state)
{
	static const char bytes[] = POST "Content-Length: 6\r\n\r\n{}";
	static char text[RAW_ANSWER_MAX];
	struct raw_client *client = raw_open(http_server_port(server), help_folder, NULL, 0);
	unsigned before = help_handled();
	int64_t start = help_now();

	(void)state;
	assert_non_null(client);
	assert_true(raw_send(client, bytes, sizeof(bytes) - 1));
	raw_receive(client, 3 * HELP_RECEIVE_MS, text);
	assert_string_equal(text, "");
	assert_in_range(help_now() - start, HELP_RECEIVE_MS - 200, 2 * HELP_RECEIVE_MS + 700);
	assert_int_equal(help_handled(), before);
	raw_close(&client);
	good_one_is_served("a body that never came");
}

/* What follows a declared body is the next request, never a part of this one. */
static void
test_a_body_longer_than_announced(void **state)
{
	static const char bytes[] = POST "Content-Length: 2\r\n\r\n{}GET /big HTTP/1.1\r\n\r\n";
	static char text[RAW_ANSWER_MAX];
	struct raw_client *client = raw_open(http_server_port(server), help_folder, NULL, 0);
	unsigned before = help_handled();
	int codes[4] = { 0 };

	(void)state;
	assert_non_null(client);
	assert_true(raw_send(client, bytes, sizeof(bytes) - 1));
	raw_receive(client, QUIET_MS, text);
	assert_int_equal(raw_codes(text, codes, 4), 2);
	assert_int_equal(codes[0], 200);
	assert_non_null(strstr(text, "\r\n\r\n{}HTTP/1.1 400"));
	assert_int_equal(help_handled(), before + 1);
	raw_close(&client);
	good_one_is_served("a longer body");
}

static void
test_pipelines_with_a_bad_one_inside(void **state)
{
	static const struct {
		const char *why, *bytes;
		int codes[4];
		unsigned handled;
	} rows[] = {
		{ "good, bad, good",
		    "GET /peer HTTP/1.1\r\n" HOST "\r\n"
		    "GET /peer HTTP/1.2\r\n" HOST "\r\n"
		    "GET /peer HTTP/1.1\r\n" HOST "\r\n",
		    { 200, 505 }, 1 },
		{ "good, good, smuggled",
		    POST "Content-Length: 2\r\n\r\n{}" POST "Content-Length: 2\r\n\r\n[]" POST
			 "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
			 "GET /peer HTTP/1.1\r\n" HOST "\r\n",
		    { 200, 200, 400 }, 2 },
		{ "bad first", "get /peer HTTP/1.1\r\n" HOST "\r\n" GOOD, { 405 }, 0 },
	};
	static char text[RAW_ANSWER_MAX];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct raw_client *client =
		    raw_open(http_server_port(server), help_folder, NULL, 0);
		unsigned before = help_handled();
		int codes[4] = { 0 };

		assert_non_null(client);
		assert_true(raw_send(client, rows[i].bytes, strlen(rows[i].bytes)));
		raw_receive(client, QUIET_MS, text);
		raw_close(&client);
		(void)raw_codes(text, codes, 4);
		if (memcmp(codes, rows[i].codes, sizeof(codes)) != 0)
			fail_msg("%s: %d %d %d", rows[i].why, codes[0], codes[1], codes[2]);
		assert_int_equal(help_handled() - before, rows[i].handled);
		good_one_is_served(rows[i].why);
	}
}

/* A client hello where the request should be. */
static void
test_tls_inside_tls(void **state)
{
	static const char hello[] = "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03"
				    "0123456789abcdef0123456789abcdef\x00\x00\x04\x13\x01"
				    "\xc0\x2b\x01\x00\r\n\r\n";

	(void)state;
	refused(hello, sizeof(hello) - 1, CUT, "TLS inside TLS");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths_in_other_spellings),
		cmocka_unit_test(test_chunks_that_are_none),
		cmocka_unit_test(test_megabytes),
		cmocka_unit_test(test_nothing_is_ever_unpacked),
		cmocka_unit_test(test_types_that_are_not_json),
		cmocka_unit_test(test_a_request_cut_at_each_byte),
		cmocka_unit_test(test_a_body_shorter_than_announced),
		cmocka_unit_test(test_a_body_longer_than_announced),
		cmocka_unit_test(test_pipelines_with_a_bad_one_inside),
		cmocka_unit_test(test_tls_inside_tls),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
