/*
 * Messages of the menu in datagrams, streams and short messages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/air_call.h"
#include "card/air_frame.h"
#include "card_check.h"

#define IDENTITY "101112131415161718191A1B1C1D1E1F"
#define PACKET   "0016 15 16 19 12 12 594B47 00112233445566778899AABBCCDD"
#define ADDRESS  "0180"

static struct air_message
message_of(struct hex *packet)
{
	struct hex identity = hex_of(IDENTITY);
	struct air_message message = { .packet = hex_view(packet) };

	memcpy(message.identity, identity.data, sizeof(message.identity));

	return message;
}

static void
test_a_message_both_ways(void **state)
{
	struct hex hex = hex_of(IDENTITY PACKET);
	struct air_message message;
	uint8_t raw[64];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	assert_status(air_message_decode(hex_view(&hex), &message), YKT_OK);
	assert_hex(YKT_BYTES(message.identity), IDENTITY);
	assert_hex(message.packet, PACKET);
	air_message_encode(&message, &out);
	assert_hex(ykt_buf_view(&out), IDENTITY PACKET);
}

static void
test_messages_that_are_none(void **state)
{
	struct hex hex = hex_of(IDENTITY PACKET);
	uint8_t big[AIR_MESSAGE_MAX + 1] = { 0 };
	struct air_message message = { .packet = { NULL, 7 } };

	(void)state;
	for (size_t len = 0; len < hex.len; len++)
		assert_status(air_message_decode(ykt_bytes(hex.data, len), &message), YKT_E_FORMAT);
	hex.data[hex.len++] = 0;
	assert_status(air_message_decode(hex_view(&hex), &message), YKT_E_FORMAT);
	ykt_set_u16(big + AIR_IDENTITY_LEN, sizeof(big) - AIR_IDENTITY_LEN - 2);
	big[AIR_IDENTITY_LEN + 2] = 0x15;
	assert_status(air_message_decode(YKT_BYTES(big), &message), YKT_E_FORMAT);
	assert_int_equal(message.packet.len, 7);
}

static void
test_frames_of_a_stream(void **state)
{
	struct hex stream = hex_of("0002 AABB 0001 CC 0003 DD");
	struct hex empty = hex_of("0000 00");
	struct ykt_bytes rest = hex_view(&stream);
	struct ykt_bytes frame = { NULL, 0 };
	size_t used = 99;

	(void)state;
	for (size_t len = 0; len < 4; len++)
		assert_status(
		    air_tcp_next(ykt_bytes(stream.data, len), 4, &frame, &used), YKT_NOT_FOUND);
	assert_int_equal(used, 99);
	assert_status(air_tcp_next(rest, 4, &frame, &used), YKT_OK);
	assert_hex(frame, "AABB");
	assert_int_equal(used, 4);
	rest = ykt_bytes_sub(rest, used, rest.len);
	assert_status(air_tcp_next(rest, 4, &frame, &used), YKT_OK);
	assert_hex(frame, "CC");
	rest = ykt_bytes_sub(rest, used, rest.len);
	assert_status(air_tcp_next(rest, 4, &frame, &used), YKT_NOT_FOUND);
	assert_status(air_tcp_next(rest, 2, &frame, &used), YKT_E_FORMAT);
	assert_status(air_tcp_next(hex_view(&empty), 4, &frame, &used), YKT_E_FORMAT);
	assert_hex(frame, "CC");
}

/* The whole TPDU, and that the longest call of the menu needs no second one. */
static void
test_one_short_message(void **state)
{
	struct hex packet = hex_of(PACKET);
	struct hex address = hex_of(ADDRESS);
	struct air_message message = message_of(&packet);
	struct air_part part;
	uint8_t raw[200];
	struct ykt_buf out = YKT_BUF(raw);

	(void)state;
	air_part_encode(&message, 9, 1, hex_view(&address), &out);
	assert_hex(
	    ykt_buf_view(&out), "41 00 04 91 " ADDRESS " 7F F6 2D 14 7000 A010 " IDENTITY PACKET);
	assert_status(air_part_decode(ykt_buf_view(&out), &part), YKT_OK);
	assert_true(part.has_identity);
	assert_int_equal(part.total, 1);
	assert_hex(part.bytes, PACKET);
	/* 10 of head, then counter, checksum, call and seal in whole blocks. */
	assert_int_equal(
	    air_part_count(10 + (14 + AIR_CALL_MAX + AIR_SEAL_EXTRA + 15) / 16 * 16), 1);
}

static void
test_a_message_of_several_parts(void **state)
{
	struct hex address = hex_of(ADDRESS);
	struct hex packet = { .len = 300 };
	struct air_message message;
	uint8_t whole[300];
	struct ykt_buf got = YKT_BUF(whole);

	(void)state;
	for (size_t i = 0; i < packet.len; i++)
		packet.data[i] = (uint8_t)i;
	message = message_of(&packet);
	assert_int_equal(air_part_count(packet.len), 3);
	for (uint8_t number = 1; number <= 3; number++) {
		uint8_t raw[200];
		struct ykt_buf out = YKT_BUF(raw);
		struct air_part part;

		air_part_encode(&message, 9, number, hex_view(&address), &out);
		assert_status(air_part_decode(ykt_buf_view(&out), &part), YKT_OK);
		assert_int_equal(part.ref, 9);
		assert_int_equal(part.total, 3);
		assert_int_equal(part.number, number);
		assert_int_equal(part.has_identity, number == 1);
		ykt_put(&got, part.bytes);
	}
	assert_true(ykt_bytes_equal(ykt_buf_view(&got), hex_view(&packet)));
	assert_int_equal(air_part_count(114 + 3 * 134), 4);
	assert_int_equal(air_part_count(114 + 3 * 134 + 1), 0);
}

static void
test_short_messages_that_are_none(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
	} rows[] = {
		{ "nothing", "" },
		{ "SMS-DELIVER", "40000491" ADDRESS "7FF61614 7000 A010" IDENTITY "00" },
		{ "no header", "01000491" ADDRESS "7FF60100" },
		{ "a validity period", "51000491" ADDRESS "7FF6FF1614 7000A010" IDENTITY "00" },
		{ "seven bits a character", "41000491" ADDRESS "7F001614 7000A010" IDENTITY "00" },
		{ "an address past its maximum", "410016910180018001800180018001" },
		{ "a length that does not fit",
		    "41000491" ADDRESS "7FF61714 7000A010" IDENTITY "00" },
		{ "no identity", "41000491" ADDRESS "7FF60402 700000" },
		{ "no command", "41000491" ADDRESS "7FF61412 A010" IDENTITY "00" },
		{ "the identity twice",
		    "41000491" ADDRESS "7FF62826 7000A010" IDENTITY "A010" IDENTITY "00" },
		{ "an identity that is cut", "41000491" ADDRESS "7FF61513 7000A00F"
					     "101112131415161718191A1B1C1D1E 00" },
		{ "an element that is unknown",
		    "41000491" ADDRESS "7FF61816 0100 7000A010" IDENTITY "00" },
		{ "an element past the end", "41000491" ADDRESS "7FF60402 7005 00" },
		{ "part 0", "41000491" ADDRESS "7FF60705 0003090300 00" },
		{ "part 4 of 3", "41000491" ADDRESS "7FF60705 0003090304 00" },
		{ "five parts", "41000491" ADDRESS "7FF60705 0003090502 00" },
		{ "one part of one",
		    "41000491" ADDRESS "7FF61B19 7000A010" IDENTITY "0003090101 00" },
		{ "an identity in part 2",
		    "41000491" ADDRESS "7FF61B19 7000A010" IDENTITY "0003090302 00" },
		{ "no bytes", "41000491" ADDRESS "7FF61514 7000A010" IDENTITY },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);
		struct air_part part = { .ref = 0x5A };

		assert_status_why(
		    air_part_decode(hex_view(&hex), &part), YKT_E_FORMAT, rows[i].why);
		assert_true_why(part.ref == 0x5A, rows[i].why);
	}
}

/* An answer of the longest kind fits what carries it. */
static void
test_answers_fit_their_bearers(void **state)
{
	(void)state;
	assert_true(9 + (15 + AIR_PLAIN_SMS + AIR_SEAL_EXTRA + 15) / 16 * 16 <= SMS_USER_DATA_MAX);
	assert_true(9 + (15 + AIR_PLAIN_MAX + AIR_SEAL_EXTRA + 15) / 16 * 16 <= AIR_RESPONSE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_message_both_ways),
		cmocka_unit_test(test_messages_that_are_none),
		cmocka_unit_test(test_frames_of_a_stream),
		cmocka_unit_test(test_one_short_message),
		cmocka_unit_test(test_a_message_of_several_parts),
		cmocka_unit_test(test_short_messages_that_are_none),
		cmocka_unit_test(test_answers_fit_their_bearers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
