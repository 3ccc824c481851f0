/*
 * Command and response APDUs: every case, every wrong length (reliability 5.2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/apdu.h"

#include <string.h>

#include "card_check.h"

static void
test_every_case_is_read_and_written_the_same(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
		size_t data_len;
		uint32_t ne;
		bool extended;
	} rows[] = {
		{ "case 1", "00A40400", 0, 0, false },
		{ "case 2 short", "00B0950000", 0, 256, false },
		{ "case 2 short, 30", "00B095001E", 0, 30, false },
		{ "case 3 short", "841E000004 6D8210E0", 4, 0, false },
		{ "case 4 short", "00A4040008 A000000632010105 00", 8, 256, false },
		{ "case 2 extended", "00B59B00 000000", 0, 65536, true },
		{ "case 2 extended, 300", "00B59B00 00012C", 0, 300, true },
		{ "case 3 extended", "80E28800 000003 010203", 3, 0, true },
		{ "case 4 extended", "80E28800 000002 0102 0000", 2, 65536, true },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		uint8_t raw[64];
		struct ykt_buf out = YKT_BUF(raw);
		struct apdu_cmd cmd;

		assert_status_why(apdu_cmd_decode(hex_view(&hex), &cmd), YKT_OK, rows[i].why);
		assert_int_equal(cmd.cla, hex.data[0]);
		assert_int_equal(cmd.ins, hex.data[1]);
		assert_int_equal(cmd.p1, hex.data[2]);
		assert_int_equal(cmd.p2, hex.data[3]);
		assert_int_equal(cmd.data.len, rows[i].data_len);
		assert_int_equal(cmd.ne, rows[i].ne);
		assert_int_equal(cmd.extended, rows[i].extended);
		apdu_cmd_encode(&cmd, &out);
		assert_hex(ykt_buf_view(&out), rows[i].hex);
	}
}

static void
test_command_lengths_must_account_for_every_byte(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
	} rows[] = {
		{ "nothing", "" },
		{ "one byte", "00" },
		{ "three bytes", "00A404" },
		{ "Lc larger than the data", "80500002 0B 0100" },
		{ "two bytes after the data", "00A40400 02 0102 00 00" },
		{ "Lc zero with a byte", "00A40400 00 01" },
		{ "extended length cut", "00A40400 00 00" },
		{ "extended Lc zero with data", "00A40400 000000 01" },
		{ "extended Lc larger than the data", "80E28800 0000FF 0102" },
		{ "extended body with half an Le", "80E28800 000002 0102 00" },
		{ "extended body with three bytes of Le", "80E28800 000002 0102 000000" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct apdu_cmd cmd = { .cla = 0x5A };

		assert_status_why(apdu_cmd_decode(hex_view(&hex), &cmd), YKT_E_FORMAT, rows[i].why);
		assert_int_equal(cmd.cla, 0x5A);
	}
}

/* Extended Lc of 255, 256 and 257 in a command of 264 bytes: only 257 fits. */
static void
test_extended_length_agrees_with_a_264_byte_command(void **state)
{
	uint8_t raw[264] = { 0x80, 0xE2, 0x00, 0x00, 0x00 };
	struct apdu_cmd cmd;

	(void)state;
	ykt_set_u16(raw + 5, 257);
	assert_status(apdu_cmd_decode(YKT_BYTES(raw), &cmd), YKT_OK);
	assert_int_equal(cmd.data.len, 257);
	ykt_set_u16(raw + 5, 256);
	assert_status(apdu_cmd_decode(YKT_BYTES(raw), &cmd), YKT_E_FORMAT);
	ykt_set_u16(raw + 5, 255); /* 255 and an Le of two bytes */
	assert_status(apdu_cmd_decode(YKT_BYTES(raw), &cmd), YKT_OK);
	assert_int_equal(cmd.data.len, 255);
	ykt_set_u16(raw + 5, 254);
	assert_status(apdu_cmd_decode(YKT_BYTES(raw), &cmd), YKT_E_FORMAT);
}

static void
test_long_data_takes_the_extended_form(void **state)
{
	static uint8_t data[APDU_EXTENDED_DATA_MAX + 1];
	static uint8_t raw[APDU_EXTENDED_DATA_MAX + 16];
	struct ykt_buf out = YKT_BUF(raw);
	struct apdu_cmd cmd = { 0x80, 0xE2, 0, 0, ykt_bytes(data, 256), 256, false };

	(void)state;
	apdu_cmd_encode(&cmd, &out);
	assert_int_equal(out.len, 4 + 3 + 256 + 2);
	assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 0, 7), "80E20000 000100");
	assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 263, 2), "0100");

	out.len = 0;
	cmd.data = YKT_BYTES(data);
	apdu_cmd_encode(&cmd, &out);
	assert_status(ykt_buf_done(&out), YKT_E_SPACE);
	assert_int_equal(out.len, 0);
}

static void
test_response_is_data_and_status_word(void **state)
{
	struct hex hex = hex_of("000002E4 9000");
	struct apdu_rsp rsp;
	uint8_t raw[8];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	assert_status(apdu_rsp_decode(hex_view(&hex), &rsp), YKT_OK);
	assert_hex(rsp.data, "000002E4");
	assert_int_equal(rsp.sw, 0x9000);
	apdu_rsp_encode(&rsp, &out);
	assert_hex(ykt_buf_view(&out), "000002E49000");
}

static void
test_response_without_status_word_is_refused(void **state)
{
	static uint8_t huge[APDU_EXTENDED_NE_MAX + 3];
	static const uint8_t one[] = { 0x90 };
	struct apdu_rsp rsp = { .sw = 0x1234 };

	(void)state;
	assert_status(apdu_rsp_decode(ykt_bytes(NULL, 0), &rsp), YKT_E_FORMAT);
	assert_status(apdu_rsp_decode(YKT_BYTES(one), &rsp), YKT_E_FORMAT);
	assert_status(apdu_rsp_decode(YKT_BYTES(huge), &rsp), YKT_E_FORMAT);
	assert_int_equal(rsp.sw, 0x1234);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_case_is_read_and_written_the_same),
		cmocka_unit_test(test_command_lengths_must_account_for_every_byte),
		cmocka_unit_test(test_extended_length_agrees_with_a_264_byte_command),
		cmocka_unit_test(test_long_data_takes_the_extended_form),
		cmocka_unit_test(test_response_is_data_and_status_word),
		cmocka_unit_test(test_response_without_status_word_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
