/*
 * The framed connection: its bytes, and frames that are none, at either end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "http/frame.h"
#include "http_help.h"
#include "raw_tls.h"

static void
test_the_bytes_of_a_frame(void **state)
{
	static const uint8_t body[] = { '1' };
	const struct ykt_http_request req = {
		.method = YKT_HTTP_POST, .path = "/echo", .body = YKT_BYTES(body)
	};
	enum ykt_http_method method = YKT_HTTP_GET;
	uint8_t space[16];
	struct ykt_buf out = YKT_BUF(space);
	size_t path_len = 0;
	size_t body_len = 0;
	bool last = true;
	char text[40];
	int code = 0;

	(void)state;
	frame_request_head(&req, &out);
	ykt_hex_encode(ykt_buf_view(&out), text);
	assert_string_equal(text, "00000009010005");
	ASSERT_STATUS(frame_request_read(space + 4, 9, &method, &path_len, &body_len), YKT_OK);
	assert_int_equal(method, YKT_HTTP_POST);
	assert_int_equal(path_len, 5);
	assert_int_equal(body_len, 1);
	out.len = 0;
	frame_answer_head(404, false, 2, &out);
	ykt_hex_encode(ykt_buf_view(&out), text);
	assert_string_equal(text, "000000040194");
	ASSERT_STATUS(frame_answer_read(space + 4, 4, &code, &last, &body_len), YKT_OK);
	assert_int_equal(code, 404);
	assert_false(last);
	assert_int_equal(body_len, 2);
	out.len = 0;
	frame_answer_head(403, true, 0, &out);
	ykt_hex_encode(ykt_buf_view(&out), text);
	assert_string_equal(text, "000000028193");
	ASSERT_STATUS(frame_answer_read(space + 4, 2, &code, &last, &body_len), YKT_OK);
	assert_int_equal(code, 403);
	assert_true(last);
}

static void
test_heads_that_are_none(void **state)
{
	static const struct {
		const char *why;
		uint8_t head[3];
		size_t frame_len;
	} rows[] = {
		{ "a method of 2", { 2, 0, 5 }, 8 },
		{ "no path", { 0, 0, 0 }, 3 },
		{ "a path longer than the frame", { 1, 0, 5 }, 7 },
		{ "a path longer than any", { 0, 0x02, 0x00 }, 3 + 512 },
		{ "a frame shorter than its head", { 0, 0, 1 }, 2 },
	};
	static const uint8_t codes[][2] = { { 0, 99 }, { 2, 88 }, { 0xFF, 0xFF } };
	enum ykt_http_method method = YKT_HTTP_GET;
	size_t path_len = 77;
	size_t body_len = 77;
	bool last = false;
	int code = 77;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		if (frame_request_read(rows[i].head, rows[i].frame_len, &method, &path_len,
			&body_len) != YKT_E_FORMAT)
			fail_msg("%s", rows[i].why);
		assert_int_equal(path_len + body_len, 154);
	}
	for (size_t i = 0; i < YKT_ARRAY_LEN(codes); i++)
		ASSERT_STATUS(
		    frame_answer_read(codes[i], 2, &code, &last, &body_len), YKT_E_FORMAT);
	ASSERT_STATUS(frame_answer_read(codes[0], 1, &code, &last, &body_len), YKT_E_FORMAT);
	assert_int_equal(code, 77);
}

/* Sends these bytes to a server; the code it answers, 0 when it only hangs up. */
static int
code_of(struct http_server *server, const char *hex, long wait_ms)
{
	struct raw_client *client = raw_open(http_server_port(server), help_folder, NULL, 0);
	uint8_t space[700];
	struct ykt_buf bytes = YKT_BUF(space);
	char answer[RAW_ANSWER_MAX];

	assert_non_null(client);
	ASSERT_STATUS(ykt_hex_decode(hex, strlen(hex), &bytes), YKT_OK);
	assert_true(raw_send(client, space, bytes.len));
	memset(answer, 0, sizeof(answer));
	raw_receive(client, wait_ms, answer);
	raw_close(&client);

	/* A refusal is the last answer; the top bit says so. */
	return ykt_get_u16((const uint8_t *)answer + 4) & 0x7FFF;
}

static void
test_frames_that_a_server_refuses(void **state)
{
	static const struct {
		const char *why;
		int code;
		const char *hex;
	} rows[] = {
		{ "a method of 2", 400, "00000008 02 0005 2F6563686F" },
		{ "no path", 400, "00000003 00 0000" },
		{ "a path longer than the frame", 400, "00000007 00 0005 2F6563686F" },
		{ "a NUL in the path", 400, "00000008 00 0005 2F65006F6F" },
		{ "no slash", 400, "00000007 00 0004 6563686F" },
		{ "a climbing path", 400, "0000000B 00 0008 2F2E2E2F6563686F" },
		{ "GET with a body", 400, "00000009 00 0005 2F6563686F 31" },
		{ "a body over the limit", 413, "000003F1 01 0005 2F6563686F" },
		{ "a length of 4 GB", 413, "FFFFFFFF 01 0005 2F6563686F" },
		{ "HTTP", 0, "474554202F20485454502F312E310D0A" },
		{ "a good one", 200, "00000009 01 0005 2F6563686F 31" },
	};
	struct http_server_options options = help_server_options("server", false);
	struct http_server *server = NULL;
	unsigned before = help_handled();

	(void)state;
	options.body_max = 1000;
	ASSERT_STATUS(http_server_start(&options, &server), YKT_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		int code = code_of(server, rows[i].hex, 300);

		/* 4745 5420 is a length; "/ " is no method. */
		if (code != rows[i].code && !(rows[i].code == 0 && code == 400))
			fail_msg("%s: %d", rows[i].why, code);
	}
	assert_int_equal(help_handled() - before, 1);
	http_server_stop(&server);
}

static void
test_a_frame_that_does_not_end_is_cut(void **state)
{
	static const char *const cuts[] = { "00", "00000009", "00000009 01 0005 2F65",
		"00000009 01 0005 2F6563686F" };
	struct http_server *server = help_server("server", false);
	unsigned before = help_handled();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(cuts); i++) {
		int64_t start = help_now();

		assert_int_equal(code_of(server, cuts[i], 2 * HELP_RECEIVE_MS), 0);
		assert_in_range(help_now() - start, 0, 3 * HELP_RECEIVE_MS);
	}
	assert_int_equal(help_handled(), before);
	http_server_stop(&server);
}

/* What a client says of servers that lie, hang up, or are silent. */
static void
test_answers_that_are_none(void **state)
{
	static const struct {
		const char *why;
		enum raw_server_way way;
		const char *text;
		enum ykt_status status;
	} rows[] = {
		{ "hangs up before TLS", RAW_SERVER_CLOSE_AT_ONCE, "", YKT_E_NET },
		{ "plain text", RAW_SERVER_PLAIN, "", YKT_E_NET },
		{ "old TLS", RAW_SERVER_OLD_TLS, "", YKT_E_NET },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct raw_server *server =
		    raw_server_start(help_folder, rows[i].way, rows[i].text);
		struct http_client *client = help_client(raw_server_port(server), NULL);
		struct help_answer answer = help_call(client, "/echo", "1");

		if (answer.status != rows[i].status)
			fail_msg("%s: %s", rows[i].why, ykt_status_name(answer.status));
		assert_int_equal(answer.code, -1);
		http_client_close(&client);
		raw_server_stop(&server);
	}
}

/* A server that was stopped and started again: the kept connection is noticed before it is used. */
static void
test_a_kept_connection_that_is_gone_is_made_anew(void **state)
{
	struct http_server_options options = help_server_options("server", false);
	struct http_server *server = help_server("server", false);
	struct http_client *client = help_client(http_server_port(server), NULL);

	(void)state;
	ASSERT_STATUS(help_call(client, "/echo", "1").status, YKT_OK);
	ASSERT_STATUS(help_call(client, "/echo", "2").status, YKT_OK);
	options.port = http_server_port(server);
	http_server_stop(&server);
	ASSERT_STATUS(http_server_start(&options, &server), YKT_OK);
	assert_string_equal(help_call(client, "/echo", "3").body, "3");
	http_client_close(&client);
	http_server_stop(&server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_bytes_of_a_frame),
		cmocka_unit_test(test_heads_that_are_none),
		cmocka_unit_test(test_frames_that_a_server_refuses),
		cmocka_unit_test(test_a_frame_that_does_not_end_is_cut),
		cmocka_unit_test(test_answers_that_are_none),
		cmocka_unit_test(test_a_kept_connection_that_is_gone_is_made_anew),
	};

	return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
