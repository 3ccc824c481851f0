/*
 * The header block judged without a network: reliability 5.4, line by line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ykt/driver/http.h>

#include "http/http_strict.h"

#define LINES 6

struct row {
	const char *why;
	int code;
	const char *method;
	const char *uri;
	const char *version;
	const char *lines[LINES]; /* "name=value" */
};

static int
judge(const struct row *row)
{
	struct http_strict strict;

	http_strict_begin(&strict, row->method, row->uri, row->version, 1000);
	for (size_t i = 0; i < LINES && row->lines[i] != NULL; i++) {
		const char *equals = strchr(row->lines[i], '=');

		http_strict_line(&strict,
		    ykt_bytes(row->lines[i], (size_t)(equals - row->lines[i])),
		    ykt_bytes_str(equals + 1));
	}
	return http_strict_end(&strict);
}

#define POST    "POST", "/a", "HTTP/1.1"
#define GET     "GET", "/a", "HTTP/1.1"
#define HOST    "Host=127.0.0.1:8443"
#define JSON    "Content-Type=application/json"
#define LEN(n)  "Content-Length=" n
#define CHUNKED "Transfer-Encoding=chunked"

static void
test_good_blocks_pass(void **state)
{
	static const struct row rows[] = {
		{ "get", 0, GET, { HOST } },
		{ "get, empty body", 0, GET, { HOST, LEN("0") } },
		{ "post", 0, POST, { HOST, JSON, LEN("5") } },
		{ "post at the limit", 0, POST, { HOST, JSON, LEN("1000") } },
		{ "post, empty, no type", 0, POST, { HOST, LEN("0") } },
		{ "chunked", 0, POST, { HOST, JSON, CHUNKED } },
		{ "names of any case", 0, POST,
		    { "hOST=a", "CONTENT-type=Application/JSON; Charset=UTF-8",
			"content-LENGTH=5" } },
		{ "keep-alive", 0, GET, { HOST, "Connection=Keep-Alive" } },
		{ "query", 0, "GET", "/a/b?x=%E4%B8%AD&y=1", "HTTP/1.1", { HOST } },
		{ "last segment empty", 0, "GET", "/a/", "HTTP/1.1", { HOST } },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		if (judge(&rows[i]) != rows[i].code)
			fail_msg("%s: %d", rows[i].why, judge(&rows[i]));
}

static void
test_bad_blocks_are_refused_with_their_code(void **state)
{
	static const struct row rows[] = {
		{ "no host", 400, GET, { JSON } },
		{ "two hosts", 400, GET, { HOST, HOST } },
		{ "empty host", 400, GET, { "Host=" } },
		{ "host with blank", 400, GET, { "Host=a b" } },
		{ "two equal lengths", 400, POST, { HOST, JSON, LEN("5"), LEN("5") } },
		{ "two lengths", 400, POST, { HOST, JSON, LEN("5"), LEN("6") } },
		{ "negative length", 400, POST, { HOST, JSON, LEN("-5") } },
		{ "plus length", 400, POST, { HOST, JSON, LEN("+5") } },
		{ "hex length", 400, POST, { HOST, JSON, LEN("0x5") } },
		{ "empty length", 400, POST, { HOST, JSON, LEN("") } },
		{ "20 digits", 400, POST, { HOST, JSON, LEN("18446744073709551621") } },
		{ "list length", 400, POST, { HOST, JSON, LEN("5, 5") } },
		{ "length over the limit", 413, POST, { HOST, JSON, LEN("1001") } },
		{ "length and chunked", 400, POST, { HOST, JSON, LEN("5"), CHUNKED } },
		{ "chunked twice", 400, POST, { HOST, JSON, CHUNKED, CHUNKED } },
		{ "name with blank", 400, POST, { HOST, JSON, "Transfer-Encoding =chunked" } },
		{ "xchunked", 400, POST, { HOST, JSON, "Transfer-Encoding=xchunked" } },
		{ "chunked, identity", 400, POST,
		    { HOST, JSON, "Transfer-Encoding=chunked, identity" } },
		{ "bare CR in value", 400, GET, { HOST, "X=a\rb" } },
		{ "foreign byte in value", 400, GET, { HOST, "X=\x80" } },
		{ "empty name", 400, GET, { HOST, "=x" } },
		{ "name not a token", 400, GET, { HOST, "a(b=x" } },
		{ "expect", 417, POST, { HOST, JSON, LEN("5"), "Expect=100-continue" } },
		{ "upgrade", 400, GET, { HOST, "Upgrade=h2c" } },
		{ "connection: upgrade", 400, GET, { HOST, "Connection=Upgrade" } },
		{ "te", 400, GET, { HOST, "TE=trailers" } },
		{ "gzip", 415, POST, { HOST, JSON, LEN("5"), "Content-Encoding=gzip" } },
		{ "no type", 415, POST, { HOST, LEN("5") } },
		{ "other type", 415, POST, { HOST, LEN("5"), "Content-Type=text/plain" } },
		{ "type looks like json", 415, POST,
		    { HOST, LEN("5"), "Content-Type=application/jsonx" } },
		{ "other charset", 415, POST,
		    { HOST, LEN("5"), "Content-Type=application/json; charset=gbk" } },
		{ "two types", 400, POST, { HOST, LEN("5"), JSON, JSON } },
		{ "post without length", 411, POST, { HOST, JSON } },
		{ "get with body", 400, GET, { HOST, JSON, LEN("5") } },
		{ "get, chunked", 400, GET, { HOST, JSON, CHUNKED } },
		{ "lower case method", 405, "get", "/a", "HTTP/1.1", { HOST } },
		{ "PUT", 405, "PUT", "/a", "HTTP/1.1", { HOST } },
		{ "HEAD", 405, "HEAD", "/a", "HTTP/1.1", { HOST } },
		{ "HTTP/1.0", 505, "GET", "/a", "HTTP/1.0", { HOST } },
		{ "HTTP/1.2", 505, "GET", "/a", "HTTP/1.2", { HOST } },
		{ "HTTP/9", 505, "GET", "/a", "HTTP/9", { HOST } },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		if (judge(&rows[i]) != rows[i].code)
			fail_msg("%s: %d", rows[i].why, judge(&rows[i]));
}

static void
test_odd_paths_are_refused(void **state)
{
	static const char *const rows[] = { "", "a", "*", "http://h/a", "//", "/a//b", "/%2e%2e/b",
		"/%00", "/a%", "/..", "/a/../b", "/./a", "/a b", "/a\tb", "/a\\b", "/a;b", "/\x80",
		"/a?%", "/a?%4", "/a?%zz", "/a?%00", "/a?b c", "/a?b#c", "/a#c" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		if (http_strict_path(rows[i]))
			fail_msg("passed: %s", rows[i]);
}

static void
test_limits_at_and_over(void **state)
{
	static char value[HTTP_STRICT_VALUE_MAX + 1];
	static char path[YKT_HTTP_PATH_MAX + 1];
	struct http_strict strict;

	(void)state;
	memset(value, 'v', sizeof(value));
	memset(path, 'p', sizeof(path) - 1);
	path[0] = '/';
	for (size_t over = 0; over < 2; over++) {
		path[YKT_HTTP_PATH_MAX - 1 + over] = '\0';
		http_strict_begin(&strict, "GET", path, "HTTP/1.1", 0);
		http_strict_line(&strict, ykt_bytes_str("Host"), ykt_bytes_str("a"));
		assert_int_equal(http_strict_end(&strict), over == 0 ? 0 : 414);
		path[YKT_HTTP_PATH_MAX - 1 + over] = 'p';

		http_strict_begin(&strict, "GET", "/", "HTTP/1.1", 0);
		http_strict_line(&strict, ykt_bytes_str("Host"), ykt_bytes_str("a"));
		http_strict_line(
		    &strict, ykt_bytes_str("X"), ykt_bytes(value, HTTP_STRICT_VALUE_MAX + over));
		assert_int_equal(http_strict_end(&strict), over == 0 ? 0 : 431);

		http_strict_begin(&strict, "GET", "/", "HTTP/1.1", 0);
		http_strict_line(&strict, ykt_bytes_str("Host"), ykt_bytes_str("a"));
		http_strict_line(
		    &strict, ykt_bytes(value, HTTP_STRICT_NAME_MAX + over), ykt_bytes_str("x"));
		assert_int_equal(http_strict_end(&strict), over == 0 ? 0 : 431);

		http_strict_begin(&strict, "GET", "/", "HTTP/1.1", 0);
		http_strict_line(&strict, ykt_bytes_str("Host"), ykt_bytes_str("a"));
		for (size_t i = 1; i < HTTP_STRICT_LINES_MAX + over; i++)
			http_strict_line(&strict, ykt_bytes_str("X"), ykt_bytes_str("x"));
		assert_int_equal(http_strict_end(&strict), over == 0 ? 0 : 431);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_blocks_pass),
		cmocka_unit_test(test_bad_blocks_are_refused_with_their_code),
		cmocka_unit_test(test_odd_paths_are_refused),
		cmocka_unit_test(test_limits_at_and_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
