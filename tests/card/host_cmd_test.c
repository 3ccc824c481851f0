/*
 * Commands to a card process: their bytes, and answers that are none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "card/host_cmd.h"
#include "check.h"

static void
expect_hex(const struct ykt_buf *out, const char *hex)
{
	char text[256];

	ykt_hex_encode(ykt_buf_view(out), text);
	assert_string_equal(text, hex);
}

static void
test_bytes_of_the_commands(void **state)
{
	static const uint8_t hash[HOST_CALLER_SHA1] = { 0xA0, 0xA1 };
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	host_caller_build(YKT_BYTES(hash), &out);
	expect_hex(&out, "FF70000014A0A1000000000000000000000000000000000000");
	out.len = 0;
	host_event_build(&out);
	expect_hex(&out, "FF72000000");
}

static void
test_hashes_have_two_lengths(void **state)
{
	static const uint8_t bytes[64];

	(void)state;
	for (size_t len = 0; len <= sizeof(bytes); len++)
		assert_int_equal(host_caller_fits(ykt_bytes(bytes, len)), len == 20 || len == 32);
}

static void
test_an_event_there_and_back(void **state)
{
	static const uint8_t aid[] = { 0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05 };
	static const uint8_t data[] = { 0x02, 0x02 };
	const struct host_event event = { YKT_BYTES(aid), YKT_BYTES(data) };
	struct host_event again = { 0 };
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	host_event_encode(&event, &out);
	expect_hex(&out, "08A0000006320101050202");
	assert_status(host_event_decode(ykt_buf_view(&out), &again), YKT_OK);
	assert_true(
	    ykt_bytes_equal(again.aid, event.aid) && ykt_bytes_equal(again.data, event.data));
}

static void
test_answers_that_are_no_events(void **state)
{
	static const struct {
		const char *hex;
		enum ykt_status status;
	} rows[] = {
		{ "", YKT_NOT_FOUND },
		{ "00", YKT_E_FORMAT },
		{ "0002", YKT_E_FORMAT },
		{ "04A000000602", YKT_E_FORMAT },
		{ "05A000000632", YKT_E_FORMAT },
		{ "05A0000006", YKT_E_FORMAT },
		{ "FFA000000632", YKT_E_FORMAT },
		{ "1100112233445566778899AABBCCDDEEFF0002", YKT_E_FORMAT },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct host_event event = { .aid = { NULL, 77 } };
		uint8_t raw[64];
		struct ykt_buf bytes = YKT_BUF(raw);

		assert_status(ykt_hex_decode(rows[i].hex, strlen(rows[i].hex), &bytes), YKT_OK);
		assert_status_why(
		    host_event_decode(ykt_buf_view(&bytes), &event), rows[i].status, rows[i].hex);
		assert_int_equal(event.aid.len, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_of_the_commands),
		cmocka_unit_test(test_hashes_have_two_lengths),
		cmocka_unit_test(test_an_event_there_and_back),
		cmocka_unit_test(test_answers_that_are_no_events),
	};

	return cmocka_run_group_tests_name("card: host_cmd", tests, NULL, NULL);
}
