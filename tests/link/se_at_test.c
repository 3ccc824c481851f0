/*
 * AT commands and their answers as text: 3GPP TS 27.007, and what modems make of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "link/se_at.h"

static void
assert_line(const struct ykt_buf *out, const char *expected)
{
	assert_int_equal(out->len, strlen(expected));
	assert_memory_equal(out->data, expected, out->len);
}

static void
test_commands(void **state)
{
	static const uint8_t aid[] = { 0xA0, 0x00, 0x00, 0x06, 0x32, 0x01, 0x01, 0x05 };
	static const uint8_t apdu[] = { 0x80, 0x5C, 0x00, 0x02, 0x04 };
	uint8_t space[SE_AT_LINE_MAX];
	struct ykt_buf out = YKT_BUF(space);

	(void)state;
	assert_status(se_at_open(YKT_BYTES(aid), &out), YKT_OK);
	assert_line(&out, "AT+CCHO=\"A000000632010105\"\r");
	out.len = 0;
	assert_status(se_at_close(12, &out), YKT_OK);
	assert_line(&out, "AT+CCHC=12\r");
	out.len = 0;
	assert_status(se_at_send(2, YKT_BYTES(apdu), &out), YKT_OK);
	assert_line(&out, "AT+CGLA=2,10,\"805C000204\"\r");
	out.len = 0;
	assert_status(se_at_send_basic(YKT_BYTES(apdu), &out), YKT_OK);
	assert_line(&out, "AT+CSIM=10,\"805C000204\"\r");
}

static void
test_commands_that_do_not_fit(void **state)
{
	static const uint8_t zeros[SE_AT_APDU_MAX + 1];
	uint8_t space[SE_AT_LINE_MAX];
	struct ykt_buf out = YKT_BUF(space);

	(void)state;
	assert_status(se_at_send(65535, ykt_bytes(zeros, SE_AT_APDU_MAX), &out), YKT_OK);
	out.len = 0;
	assert_status(se_at_send(1, YKT_BYTES(zeros), &out), YKT_E_ARG);
	assert_status(se_at_send_basic(YKT_BYTES(zeros), &out), YKT_E_ARG);
	assert_status(se_at_open(ykt_bytes(zeros, 17), &out), YKT_E_ARG);
	out.cap = 20;
	assert_status(se_at_send_basic(ykt_bytes(zeros, 5), &out), YKT_E_SPACE);
	assert_int_equal(out.len, 0);
	assert_false(out.full);
}

static void
test_answers(void **state)
{
	static const struct {
		const char *line;
		enum se_at_kind kind;
		int number;
		const char *text;
	} rows[] = {
		{ "OK", SE_AT_OK, -1, "" },
		{ "ERROR", SE_AT_ERROR, -1, "" },
		{ "+CME ERROR: 22", SE_AT_ERROR, 22, "" },
		{ "+CME ERROR: not found", SE_AT_ERROR, -1, "" },
		{ "+CME ERROR: 99999999999999999999", SE_AT_ERROR, -1, "" },
		{ "+CCHO: 1", SE_AT_SESSION, 1, "" },
		{ "+CCHO:3", SE_AT_SESSION, 3, "" },
		{ "2", SE_AT_NUMBER, 2, "" },
		{ "+CGLA: 4,\"9000\"", SE_AT_RESPONSE, -1, "9000" },
		{ "+CGLA:4,9000", SE_AT_RESPONSE, -1, "9000" },
		{ "+CSIM: 12, \"000003E89000\"", SE_AT_RESPONSE, -1, "000003E89000" },
		{ "+CMEE: 1", SE_AT_CMEE, -1, "" },
		/* What nobody asked for. */
		{ "", SE_AT_OTHER, -1, "" },
		{ "RING", SE_AT_OTHER, -1, "" },
		{ "+CREG: 1", SE_AT_OTHER, -1, "" },
		{ "OK ", SE_AT_OTHER, -1, "" },
		{ "AT+CGLA=1,4,\"9000\"", SE_AT_OTHER, -1, "" },
		{ "12 34", SE_AT_OTHER, -1, "" },
		/* What cannot be. */
		{ "+CCHO: ", SE_AT_BROKEN, -1, "" },
		{ "+CCHO: -1", SE_AT_BROKEN, -1, "" },
		{ "+CGLA: 4,\"900\"", SE_AT_BROKEN, -1, "" },
		{ "+CGLA: 6,\"9000\"", SE_AT_BROKEN, -1, "" },
		{ "+CGLA: 2,\"90\"", SE_AT_BROKEN, -1, "" },
		{ "+CGLA: 4", SE_AT_BROKEN, -1, "" },
		{ "+CGLA: 5,\"90000\"", SE_AT_BROKEN, -1, "" },
		{ "+CSIM: 70000,\"9000\"", SE_AT_BROKEN, -1, "" },
		{ "+CGLA: 4,\"9000", SE_AT_BROKEN, -1, "" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct se_at_line line = se_at_read(ykt_bytes_str(rows[i].line));

		assert_true_why(line.kind == rows[i].kind, rows[i].line);
		if (rows[i].kind != SE_AT_BROKEN)
			assert_true_why(line.number == rows[i].number, rows[i].line);
		assert_true_why(
		    ykt_bytes_equal(line.text, ykt_bytes_str(rows[i].text)), rows[i].line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_commands_that_do_not_fit),
		cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
