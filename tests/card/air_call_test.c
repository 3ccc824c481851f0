/*
 * Calls and answers of the menu: every op by its bytes, written again, and what is none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/air_call.h"
#include "card_check.h"

#define SERIAL "03105000000000000017"
#define REF    "00112233445566778899AABBCCDDEEFF"

/* Every op, byte by byte. */
static const struct {
	const char *why;
	const char *hex;
} calls[] = {
	{ "one-time code", "01 01 13800138000F" },
	{ "register", "02 00 13800138000F 123456 654321 01" },
	{ "register without consent", "02 00 13800138000F 123456 654321 00" },
	{ "top-up", "03 01 654321 " SERIAL " 00001388" },
	{ "load, the oldest", "04 01 " SERIAL " 00000000000000000000000000000000" },
	{ "load request", "05 01 " REF " 0001 9000 10 000102030405060708090A0B0C0D0E0F" },
	{ "load request, refused", "05 01 " REF " 0001 6985 00" },
	{ "load confirm", "06 01 " REF " FFFF 9000 04 DEADBEEF" },
	{ "bill, six digits", "07 01 06 ABCDEF" },
	{ "bill, seven digits", "07 01 07 ABCDEF10" },
	{ "bill, all digits", "07 01 20 " REF },
	{ "pay", "08 01 654321 " REF " 00000001" },
	{ "balance", "09 00 " SERIAL },
	{ "menu", "0A 00 0003" },
	{ "block", "0B 00 0004 0190 5F" },
};

static void
test_every_call_by_its_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(calls); i++) {
		struct hex hex = hex_of(calls[i].hex);
		struct air_call call = { 0 };
		uint8_t raw[AIR_CALL_MAX];
		struct ykt_buf out = YKT_BUF(raw);

		assert_status_why(air_call_decode(hex_view(&hex), &call), YKT_OK, calls[i].why);
		air_call_encode(&call, &out);
		assert_status_why(ykt_buf_done(&out), YKT_OK, calls[i].why);
		assert_hex(ykt_buf_view(&out), calls[i].hex);
	}
}

static void
test_fields_stand_where_they_stand(void **state)
{
	struct hex topup = hex_of(calls[3].hex);
	struct hex request = hex_of(calls[5].hex);
	struct hex bill = hex_of(calls[9].hex);
	struct hex block = hex_of(calls[14].hex);
	struct air_call call;

	(void)state;
	assert_status(air_call_decode(hex_view(&topup), &call), YKT_OK);
	assert_int_equal(call.op, AIR_TOPUP);
	assert_int_equal(call.language, 1);
	assert_int_equal(call.fen, 5000);
	assert_hex(YKT_BYTES(call.pin), "654321");
	assert_hex(YKT_BYTES(call.serial), SERIAL);
	assert_status(air_call_decode(hex_view(&request), &call), YKT_OK);
	assert_hex(YKT_BYTES(call.ref), REF);
	assert_int_equal(call.attempt, 1);
	assert_int_equal(call.sw, 0x9000);
	assert_int_equal(call.data.len, 16);
	assert_status(air_call_decode(hex_view(&bill), &call), YKT_OK);
	assert_int_equal(call.bill_digits, 7);
	assert_status(air_call_decode(hex_view(&block), &call), YKT_OK);
	assert_int_equal(call.version, 4);
	assert_int_equal(call.offset, 400);
	assert_int_equal(call.max, AIR_BLOCK_SMS);
}

/* Each is refused, and leaves the output alone. */
static void
test_calls_that_are_none(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
	} rows[] = {
		{ "nothing", "" },
		{ "an op alone", "0A" },
		{ "op 0", "00 00" },
		{ "op 12", "0C 00" },
		{ "op 255", "FF 00" },
		{ "a language that is none", "0A 02 0003" },
		{ "a letter in the number", "01 01 1A800138000F" },
		{ "a number of twelve digits", "01 01 138001380001" },
		{ "F before the end", "01 01 1380F138000F" },
		{ "a letter in the code", "02 00 13800138000F 12345A 654321 01" },
		{ "a letter in the PIN", "02 00 13800138000F 123456 65432F 01" },
		{ "consent that is neither", "02 00 13800138000F 123456 654321 02" },
		{ "an amount of nothing", "03 01 654321 " SERIAL " 00000000" },
		{ "an amount below zero", "03 01 654321 " SERIAL " FFFFFFFF" },
		{ "a serial with a letter", "09 00 0310500000000000001A" },
		{ "an answer longer than its place", "05 01 " REF " 0001 9000 05 DEADBEEF" },
		{ "an answer longer than any", "05 01 " REF " 0001 9000 21" REF REF "00" },
		{ "five digits of a bill", "07 01 05 ABCDE0" },
		{ "33 digits of a bill", "07 01 21 " REF "F0" },
		{ "a digit behind the last", "07 01 07 ABCDEF12" },
		{ "a block of nothing", "0B 00 0004 0190 00" },
		{ "a block larger than any", "0B 00 0004 0190 C0" },
		{ "a byte over", "0A 00 0003 00" },
		{ "a byte short", "0A 00 00" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct air_call call = { .op = 0x5A };

		assert_status_why(
		    air_call_decode(hex_view(&hex), &call), YKT_E_FORMAT, rows[i].why);
		assert_true_why(call.op == 0x5A, rows[i].why);
	}
}

/* Cut anywhere, or with a byte more, no call is another call. */
static void
test_a_call_cut_anywhere_is_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(calls); i++) {
		struct hex hex = hex_of(calls[i].hex);
		struct air_call call = { .op = 0x5A };

		for (size_t len = 0; len < hex.len; len++)
			assert_status_why(air_call_decode(ykt_bytes(hex.data, len), &call),
			    YKT_E_FORMAT, calls[i].why);
		hex.data[hex.len++] = 0;
		assert_status_why(
		    air_call_decode(hex_view(&hex), &call), YKT_E_FORMAT, calls[i].why);
		assert_int_equal(call.op, 0x5A);
	}
}

#define INIT   "10 805000020B0100001388310500000001 10"
#define CREDIT "11 805200000B20261123120000AABBCCDD04"

static const struct {
	const char *why;
	const char *hex;
} answers[] = {
	{ "done", "00 00 00 00" },
	{ "refused, with a text", "01 00 00 06 E4BD99E9A29D" },
	{ "a load that begins",
	    "00 05 0B 00 " REF " 0001 00001388 12 11 805000020B010000138831050000000110" },
	{ "a credit", "00 06 09 00 " REF " 0001 12 " CREDIT },
	{ "a bill", "00 08 03 04 54657374 " REF " 0000 000003E8" },
	{ "a balance below zero", "00 00 02 00 FFFFFF9C" },
	{ "a newer menu", "00 0B 04 00 0004 0258" },
	{ "a block", "00 0B 14 00 0004 0190 02 ABCD" },
	{ "a balance, and a menu waits", "00 00 22 00 00000064" },
};

static void
test_every_answer_by_its_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(answers); i++) {
		struct hex hex = hex_of(answers[i].hex);
		struct air_answer answer = { 0 };
		uint8_t raw[AIR_PLAIN_MAX];
		struct ykt_buf out = YKT_BUF(raw);

		assert_status_why(
		    air_answer_decode(hex_view(&hex), &answer), YKT_OK, answers[i].why);
		air_answer_encode(&answer, &out);
		assert_status_why(ykt_buf_done(&out), YKT_OK, answers[i].why);
		assert_hex(ykt_buf_view(&out), answers[i].hex);
	}
}

static void
test_a_script_command_by_command(void **state)
{
	struct hex hex = hex_of("11 805000020B010000138831050000000110" CREDIT);
	struct ykt_rd rd = ykt_rd(hex_view(&hex));
	struct ykt_bytes command;

	(void)state;
	assert_true(air_script_next(&rd, &command));
	assert_hex(command, "805000020B010000138831050000000110");
	assert_true(air_script_next(&rd, &command));
	assert_hex(command, "805200000B20261123120000AABBCCDD04");
	assert_false(air_script_next(&rd, &command));
	assert_false(rd.bad);
}

static void
test_answers_that_are_none(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
	} rows[] = {
		{ "nothing", "" },
		{ "no text", "00 00 00" },
		{ "status 13", "0D 00 00 00" },
		{ "next 12", "00 0C 00 00" },
		{ "a bit that is none", "00 00 40 00" },
		{ "script and block", "00 00 18 00 01 00" },
		{ "a text past the end", "00 00 00 02 41" },
		{ "a text of 49 bytes", "00 00 00 31"
					"4141414141414141414141414141414141414141414141414141414141"
					"4141414141414141414141"
					"414141414141414141" },
		{ "a control character", "00 00 00 01 0A" },
		{ "half a character", "00 00 00 02 E4BD" },
		{ "a character beyond the basic plane", "00 00 00 04 F09F9882" },
		{ "no data", "00 00 10 00" },
		{ "an empty block", "00 00 10 00 00" },
		{ "an empty script", "00 00 08 00 00" },
		{ "a script that is cut", "00 00 08 00 03 05 8050" },
		{ "DEBIT in a script", "00 00 08 00 0512 8054010000" },
		{ "a purchase in a script",
		    "00 00 08 00 12 11 805001020B010000138831050000000110" },
		{ "PUT KEY in a script", "00 00 08 00 06 05 80D8000000" },
		{ "SELECT in a script", "00 00 08 00 06 05 00A4040000" },
		{ "INITIALIZE on another channel",
		    "00 00 08 00 12 11 815000020B010000138831050000000110" },
		{ "three commands", "00 00 08 00 0F 04 80520000 04 80520000 04 80520000" },
		{ "a byte over", "00 00 00 00 00" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct air_answer answer = { .status = 0x5A };

		assert_status_why(
		    air_answer_decode(hex_view(&hex), &answer), YKT_E_FORMAT, rows[i].why);
		assert_true_why(answer.status == 0x5A, rows[i].why);
	}
}

/* What the reader would refuse is not written. */
static void
test_writers_refuse_what_readers_would(void **state)
{
	static const uint8_t debit[] = { 4, 0x80, 0x54, 0x01, 0x00 };
	const struct air_call bad_calls[] = {
		{ .op = 0 },
		{ .op = AIR_OP_COUNT },
		{ .op = AIR_TOPUP },
		{ .op = AIR_BILL, .bill_digits = 3 },
		{ .op = AIR_MENU_BLOCK, .max = 0 },
	};
	const struct air_answer bad_answers[] = {
		{ .status = AIR_STATUS_COUNT },
		{ .text = ykt_bytes_str("a\nb") },
		{ .has = AIR_HAS_SCRIPT, .data = YKT_BYTES(debit) },
		{ .has = AIR_HAS_BLOCK },
	};
	uint8_t raw[AIR_PLAIN_MAX];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad_calls); i++) {
		struct ykt_buf out = YKT_BUF(raw);

		air_call_encode(&bad_calls[i], &out);
		assert_true(out.full && out.len == 0);
	}
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad_answers); i++) {
		struct ykt_buf out = YKT_BUF(raw);

		air_answer_encode(&bad_answers[i], &out);
		assert_true(out.full && out.len == 0);
	}
}

static void
test_digits_and_back(void **state)
{
	uint8_t phone[AIR_PHONE_LEN];
	uint8_t pin[AIR_PIN_LEN] = { 0x5A };
	char text[2 * AIR_PHONE_LEN + 1];

	(void)state;
	assert_status(air_digits_pack(ykt_bytes_str("13800138000"), phone, sizeof(phone)), YKT_OK);
	assert_hex(YKT_BYTES(phone), "13800138000F");
	assert_status(air_digits_text(phone, sizeof(phone), text), YKT_OK);
	assert_string_equal(text, "13800138000");
	assert_status(air_digits_pack(ykt_bytes_str("12345a"), pin, sizeof(pin)), YKT_E_FORMAT);
	assert_status(air_digits_pack(ykt_bytes_str("1234"), pin, sizeof(pin)), YKT_E_FORMAT);
	assert_status(air_digits_pack(ykt_bytes_str("1234567"), pin, sizeof(pin)), YKT_E_FORMAT);
	assert_int_equal(pin[0], 0x5A);
	phone[0] = 0x1A;
	assert_status(air_digits_text(phone, sizeof(phone), text), YKT_E_FORMAT);
	assert_string_equal(text, "13800138000");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_call_by_its_bytes),
		cmocka_unit_test(test_fields_stand_where_they_stand),
		cmocka_unit_test(test_calls_that_are_none),
		cmocka_unit_test(test_a_call_cut_anywhere_is_none),
		cmocka_unit_test(test_every_answer_by_its_bytes),
		cmocka_unit_test(test_a_script_command_by_command),
		cmocka_unit_test(test_answers_that_are_none),
		cmocka_unit_test(test_writers_refuse_what_readers_would),
		cmocka_unit_test(test_digits_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
