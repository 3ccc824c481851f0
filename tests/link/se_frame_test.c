/*
 * Frames of the virtual reader, well made and not (reliability.md 5.3).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "check.h"
#include "link/se_frame.h"

static struct ykt_bytes
from_hex(const char *hex, struct ykt_buf *buf)
{
	assert_status(ykt_hex_decode(hex, strlen(hex), buf), YKT_OK);
	return ykt_buf_view(buf);
}

static void
test_decodes(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
		enum se_frame_kind kind;
		enum se_frame_control control;
		size_t used;
	} rows[] = {
		{ "power off", "0001 00", SE_FRAME_CONTROL, SE_FRAME_POWER_OFF, 3 },
		{ "power on", "0001 01", SE_FRAME_CONTROL, SE_FRAME_POWER_ON, 3 },
		{ "reset", "0001 02", SE_FRAME_CONTROL, SE_FRAME_RESET, 3 },
		{ "get ATR", "0001 04", SE_FRAME_CONTROL, SE_FRAME_GET_ATR, 3 },
		{ "a command", "0004 00A40400", SE_FRAME_APDU, 0, 6 },
		{ "two bytes are a command too", "0002 00A4", SE_FRAME_APDU, 0, 4 },
		{ "the next frame stays", "0002 00A4 0001 04", SE_FRAME_APDU, 0, 4 },
		{ "a control with four bytes following", "0001 04 00A40400", SE_FRAME_CONTROL,
		    SE_FRAME_GET_ATR, 3 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t raw[32];
		struct ykt_buf buf = YKT_BUF(raw);
		struct ykt_bytes bytes = from_hex(rows[i].hex, &buf);
		struct se_frame frame;
		size_t used = 99;

		assert_status_why(se_frame_decode(bytes, &frame, &used), YKT_OK, rows[i].why);
		assert_true_why(frame.kind == rows[i].kind, rows[i].why);
		assert_true_why(used == rows[i].used, rows[i].why);
		if (frame.kind == SE_FRAME_CONTROL)
			assert_true_why(frame.control == rows[i].control, rows[i].why);
		else
			assert_true_why(
			    frame.apdu.data == raw + 2 && frame.apdu.len == used - 2, rows[i].why);
	}
}

static void
test_waits_or_refuses(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
		enum ykt_status status;
	} rows[] = {
		{ "nothing", "", YKT_PENDING },
		{ "half a length", "00", YKT_PENDING },
		{ "a length alone", "0004", YKT_PENDING },
		{ "the peer stopped in the middle", "0004 00A404", YKT_PENDING },
		{ "FFFF with nothing", "FFFF", YKT_PENDING },
		{ "a control without its byte", "0001", YKT_PENDING },
		{ "length 0", "0000", YKT_E_FORMAT },
		{ "length 0 with more behind", "0000 0001 04", YKT_E_FORMAT },
		{ "control 3 is none", "0001 03", YKT_E_FORMAT },
		{ "control 5 is none", "0001 05", YKT_E_FORMAT },
		{ "control FF is none", "0001 FF", YKT_E_FORMAT },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		uint8_t raw[32];
		struct ykt_buf buf = YKT_BUF(raw);
		struct ykt_bytes bytes = from_hex(rows[i].hex, &buf);
		struct se_frame frame = { .control = SE_FRAME_RESET };
		size_t used = 99;

		assert_status_why(
		    se_frame_decode(bytes, &frame, &used), rows[i].status, rows[i].why);
		assert_int_equal(used, 99);
		assert_int_equal(frame.control, SE_FRAME_RESET);
	}
}

static void
test_encodes(void **state)
{
	static uint8_t big[SE_FRAME_DATA_MAX + 1];
	static uint8_t raw[SE_FRAME_MAX];
	struct ykt_buf out = YKT_BUF(raw);
	struct se_frame frame;
	size_t used;

	(void)state;
	assert_status(se_frame_encode(ykt_bytes(big, 0), &out), YKT_E_ARG);
	assert_status(se_frame_encode(ykt_bytes(big, sizeof(big)), &out), YKT_E_ARG);
	assert_int_equal(out.len, 0);
	assert_status(se_frame_encode(ykt_bytes("\x90\x00", 2), &out), YKT_OK);
	assert_int_equal(out.len, 4);
	assert_memory_equal(raw, "\x00\x02\x90\x00", 4);
	assert_status(se_frame_encode(ykt_bytes(big, SE_FRAME_DATA_MAX), &out), YKT_E_SPACE);
	assert_int_equal(out.len, 4);
	assert_false(out.full);

	out.len = 0;
	assert_status(se_frame_encode(ykt_bytes(big, SE_FRAME_DATA_MAX), &out), YKT_OK);
	assert_status(se_frame_decode(ykt_buf_view(&out), &frame, &used), YKT_OK);
	assert_int_equal(frame.apdu.len, SE_FRAME_DATA_MAX);
	assert_int_equal(used, SE_FRAME_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decodes),
		cmocka_unit_test(test_waits_or_refuses),
		cmocka_unit_test(test_encodes),
	};

	return cmocka_run_group_tests_name("link: se_frame", tests, NULL, NULL);
}
