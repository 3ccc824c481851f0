/*
 * The callers of clock, random, http, nvm and trace: what they refuse to pass on, and what they do not believe.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/driver/clock.h>
#include <ykt/driver/http.h>
#include <ykt/driver/nvm.h>
#include <ykt/driver/random.h>
#include <ykt/driver/trace.h>

#include "check.h"

/* A driver that does what a row of a table tells it. */
struct puppet {
	enum ykt_status status;
	int calls;
	int64_t now;
	int64_t number;
	size_t append;
	void (*spoil)(struct ykt_buf *buf);
};

static int64_t
puppet_now(void *ctx)
{
	return ((struct puppet *)ctx)->now;
}

static enum ykt_status
puppet_wait(void *ctx, int64_t until)
{
	struct puppet *puppet = ctx;

	puppet->calls++;
	puppet->now = until + puppet->number;

	return puppet->status;
}

static void
test_clock_wait_is_checked_against_the_clock(void **state)
{
	static const struct {
		enum ykt_status driver;
		int64_t late;
		enum ykt_status expected;
		const char *why;
	} rows[] = {
		{ YKT_OK, 0, YKT_OK, "on time" },
		{ YKT_OK, 5, YKT_OK, "late" },
		{ YKT_OK, -1, YKT_E_DRIVER, "says done too early" },
		{ YKT_E_DOWN, -1, YKT_E_DOWN, "stopping" },
		{ YKT_BUSY, 0, YKT_E_DRIVER, "an outcome that waiting has not" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct puppet puppet = { .status = rows[i].driver, .number = rows[i].late };
		const struct ykt_clock clock = { &puppet, puppet_now, puppet_now, puppet_wait };

		assert_status_why(ykt_clock_wait(&clock, 1000), rows[i].expected, rows[i].why);
		assert_true(ykt_clock_mono(&clock) == puppet.now);
		assert_true(ykt_clock_wall(&clock) == puppet.now);
	}
}

static enum ykt_status
puppet_fill(void *ctx, uint8_t *out, size_t len)
{
	struct puppet *puppet = ctx;

	puppet->calls++;
	memset(out, 0xAB, len);

	return puppet->status;
}

static void
test_failed_random_leaves_nothing_to_use(void **state)
{
	static const struct {
		enum ykt_status driver, expected;
		uint8_t byte;
	} rows[] = {
		{ YKT_OK, YKT_OK, 0xAB },
		{ YKT_E_DRIVER, YKT_E_RANDOM, 0 },
		{ YKT_BUSY, YKT_E_RANDOM, 0 },
		{ YKT_E_DOWN, YKT_E_DOWN, 0 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct puppet puppet = { .status = rows[i].driver };
		const struct ykt_random random = { &puppet, puppet_fill };
		uint8_t out[4] = { 1, 1, 1, 0x77 };

		assert_status(ykt_random_fill(&random, out, 3), rows[i].expected);
		assert_int_equal(out[0], rows[i].byte);
		assert_int_equal(out[2], rows[i].byte);
		assert_int_equal(out[3], 0x77);
		assert_status(ykt_random_fill(&random, NULL, 0), YKT_OK);
		assert_int_equal(puppet.calls, 1);
	}
}

static enum ykt_status
puppet_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct puppet *puppet = ctx;

	(void)req;
	puppet->calls++;
	rsp->code = (int)puppet->number;
	ykt_put_fill(&rsp->body, 'x', puppet->append);
	if (puppet->spoil != NULL)
		puppet->spoil(&rsp->body);

	return puppet->status;
}

static uint8_t elsewhere[64];

static void
spoil_place(struct ykt_buf *buf)
{
	buf->data = elsewhere;
}

static void
spoil_cap(struct ykt_buf *buf)
{
	buf->cap = 4096;
}

static void
spoil_len(struct ykt_buf *buf)
{
	buf->len = buf->cap + 1;
}

static void
test_http_answer_is_believed_only_when_whole(void **state)
{
	static const struct {
		struct puppet puppet;
		enum ykt_status expected;
		const char *why;
	} rows[] = {
		{ { .number = 200, .append = 8 }, YKT_OK, "fits exactly" },
		{ { .number = 100 }, YKT_OK, "lowest code" },
		{ { .number = 599 }, YKT_OK, "highest code" },
		{ { .number = 99 }, YKT_E_DRIVER, "code too low" },
		{ { .number = 600 }, YKT_E_DRIVER, "code too high" },
		{ { .number = 0 }, YKT_E_DRIVER, "no code" },
		{ { .number = -1 }, YKT_E_DRIVER, "negative code" },
		{ { .number = 200, .append = 9 }, YKT_E_SERVER, "one byte too long" },
		{ { .number = 200, .spoil = spoil_place }, YKT_E_DRIVER, "another buffer" },
		{ { .number = 200, .spoil = spoil_cap }, YKT_E_DRIVER, "buffer grew" },
		{ { .number = 200, .spoil = spoil_len }, YKT_E_DRIVER, "length past the end" },
		{ { .status = YKT_E_NET }, YKT_E_NET, "did not reach it" },
		{ { .status = YKT_E_NET_UNKNOWN, .number = 200, .append = 3 }, YKT_E_NET_UNKNOWN,
		    "cut in the answer" },
		{ { .status = YKT_BUSY, .number = 200 }, YKT_E_DRIVER, "outcome not of HTTP" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct puppet puppet = rows[i].puppet;
		const struct ykt_http http = { &puppet, puppet_call };
		const struct ykt_http_request req = { .method = YKT_HTTP_POST, .path = "/v1/x" };
		uint8_t raw[9] = { 'o', 'l', 'd', 0, 0, 0, 0, 0, 0x77 };
		struct ykt_http_response rsp = { 7, { raw, 3, 8, false } };

		assert_status_why(ykt_http_call(&http, &req, &rsp), rows[i].expected, rows[i].why);
		assert_int_equal(raw[8], 0x77);
		assert_ptr_equal(rsp.body.data, raw);
		assert_int_equal(rsp.body.cap, 8);
		if (rows[i].expected == YKT_OK) {
			assert_int_equal(rsp.code, puppet.number);
			assert_int_equal(rsp.body.len, puppet.append);
		} else {
			assert_int_equal(rsp.code, 7);
			assert_int_equal(rsp.body.len, 3);
			assert_memory_equal(raw, "\0\0\0\0\0\0\0\0", 8);
		}
	}
}

static void
test_http_request_is_checked_before_it_is_sent(void **state)
{
	static char longest[YKT_HTTP_PATH_MAX];
	static char too_long[YKT_HTTP_PATH_MAX + 1];
	static uint8_t body[YKT_HTTP_BODY_MAX + 1];
	const struct {
		const char *path;
		size_t body_len;
		int method;
		enum ykt_status expected;
		const char *why;
	} rows[] = {
		{ "/", 0, YKT_HTTP_GET, YKT_OK, "shortest path" },
		{ "/a?b=%20&c=1", YKT_HTTP_BODY_MAX, YKT_HTTP_POST, YKT_OK, "longest body" },
		{ longest, 0, YKT_HTTP_GET, YKT_OK, "longest path" },
		{ too_long, 0, YKT_HTTP_GET, YKT_E_ARG, "path one too long" },
		{ NULL, 0, YKT_HTTP_GET, YKT_E_ARG, "no path" },
		{ "", 0, YKT_HTTP_GET, YKT_E_ARG, "empty path" },
		{ "v1/x", 0, YKT_HTTP_GET, YKT_E_ARG, "relative path" },
		{ "/a b", 0, YKT_HTTP_GET, YKT_E_ARG, "blank" },
		{ "/a\r\nHost: x", 0, YKT_HTTP_GET, YKT_E_ARG, "header injected" },
		{ "/\xE5\x8D\xA1", 0, YKT_HTTP_GET, YKT_E_ARG, "not ASCII" },
		{ "/", YKT_HTTP_BODY_MAX + 1, YKT_HTTP_POST, YKT_E_ARG, "body one too long" },
		{ "/", 0, 2, YKT_E_ARG, "unknown method" },
	};

	(void)state;
	memset(longest, '/', sizeof(longest) - 1);
	memset(too_long, '/', sizeof(too_long) - 1);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct puppet puppet = { .number = 200 };
		const struct ykt_http http = { &puppet, puppet_call };
		const struct ykt_http_request req = { .method =
							  (enum ykt_http_method)rows[i].method,
			.path = rows[i].path,
			.body = { body, rows[i].body_len } };
		uint8_t raw[8] = { 0 };
		struct ykt_http_response rsp = { 7, YKT_BUF(raw) };

		assert_status_why(ykt_http_call(&http, &req, &rsp), rows[i].expected, rows[i].why);
		assert_true_why(puppet.calls == (rows[i].expected == YKT_OK), rows[i].why);
		assert_true_why(rsp.code == (rows[i].expected == YKT_OK ? 200 : 7), rows[i].why);
	}
}

static enum ykt_status
puppet_read_nvm(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	(void)off;
	(void)out;
	(void)len;
	((struct puppet *)ctx)->calls++;

	return ((struct puppet *)ctx)->status;
}

static enum ykt_status
puppet_write_nvm(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	(void)off;
	(void)data;
	(void)len;
	((struct puppet *)ctx)->calls++;

	return ((struct puppet *)ctx)->status;
}

static void
test_nvm_ranges_are_refused_outside_the_array(void **state)
{
	static const struct {
		uint32_t off, len;
		enum ykt_status expected;
		int calls;
		const char *why;
	} rows[] = {
		{ 0, 16, YKT_OK, 2, "all of it" },
		{ 15, 1, YKT_OK, 2, "the last byte" },
		{ 16, 0, YKT_OK, 0, "nothing at the end" },
		{ 16, 1, YKT_E_ARG, 0, "one past the end" },
		{ 15, 2, YKT_E_ARG, 0, "over the end" },
		{ 17, 0, YKT_E_ARG, 0, "nothing past the end" },
		{ UINT32_MAX, 1, YKT_E_ARG, 0, "offset that would wrap" },
		{ 1, UINT32_MAX, YKT_E_ARG, 0, "length that would wrap" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct puppet puppet = { 0 };
		const struct ykt_nvm nvm = { &puppet, 16, puppet_read_nvm, puppet_write_nvm };
		uint8_t raw[16] = { 0 };

		assert_status_why(ykt_nvm_read(&nvm, rows[i].off, raw, rows[i].len),
		    rows[i].expected, rows[i].why);
		assert_status_why(ykt_nvm_write(&nvm, rows[i].off, raw, rows[i].len),
		    rows[i].expected, rows[i].why);
		assert_true_why(puppet.calls == rows[i].calls, rows[i].why);
	}
}

static void
test_nvm_has_no_outcomes(void **state)
{
	struct puppet puppet = { .status = YKT_BUSY };
	const struct ykt_nvm nvm = { &puppet, 16, puppet_read_nvm, puppet_write_nvm };
	uint8_t raw[1] = { 0 };

	(void)state;
	assert_status(ykt_nvm_read(&nvm, 0, raw, 1), YKT_E_DRIVER);
	assert_status(ykt_nvm_write(&nvm, 0, raw, 1), YKT_E_DRIVER);
	puppet.status = YKT_E_DOWN;
	assert_status(ykt_nvm_write(&nvm, 0, raw, 1), YKT_E_DOWN);
}

static void
count_event(void *ctx, const struct ykt_trace_event *event)
{
	assert_string_equal(event->name, "order paid");
	(*(int *)ctx)++;
}

static void
test_trace_is_optional(void **state)
{
	const struct ykt_trace_event event = { YKT_TRACE_STATE, "platform", "order paid", 4,
		{ NULL, 0 } };
	int count = 0;
	const struct ykt_trace trace = { &count, count_event };

	(void)state;
	ykt_trace_event(NULL, &event);
	ykt_trace_event(&trace, &event);
	assert_int_equal(count, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_wait_is_checked_against_the_clock),
		cmocka_unit_test(test_failed_random_leaves_nothing_to_use),
		cmocka_unit_test(test_http_answer_is_believed_only_when_whole),
		cmocka_unit_test(test_http_request_is_checked_before_it_is_sent),
		cmocka_unit_test(test_nvm_ranges_are_refused_outside_the_array),
		cmocka_unit_test(test_nvm_has_no_outcomes),
		cmocka_unit_test(test_trace_is_optional),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
