/*
 * BER-TLV: what is read, and every malformed input of reliability 5.1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/tlv.h"

#include <string.h>

#include "card_check.h"

/* The PPSE answer of a real dual card, card.md 1.1. */
static const char ppse[] = "6F49 840E 325041592E5359532E4444463031 A537 BF0C34"
			   "6119 4F08A000000632010106 500A4D4F545F545F43415348 870101"
			   "6117 4F08A000000632010105 50084D4F545F545F4550 870102";

static void
test_walk_of_a_real_directory(void **state)
{
	static const struct {
		uint32_t tag;
		unsigned depth;
		size_t len;
	} expected[] = {
		{ 0x6F, 0, 0x49 },
		{ 0x84, 1, 14 },
		{ 0xA5, 1, 0x37 },
		{ 0xBF0C, 2, 0x34 },
		{ 0x61, 3, 0x19 },
		{ 0x4F, 4, 8 },
		{ 0x50, 4, 10 },
		{ 0x87, 4, 1 },
		{ 0x61, 3, 0x17 },
		{ 0x4F, 4, 8 },
		{ 0x50, 4, 8 },
		{ 0x87, 4, 1 },
	};
	struct hex hex = hex_of(ppse);
	struct tlv_walk walk;
	struct tlv tlv;
	unsigned depth;
	size_t i = 0;

	(void)state;
	tlv_walk_init(&walk, hex_view(&hex));
	while (tlv_walk_next(&walk, &tlv, &depth)) {
		assert_true(i < YKT_ARRAY_LEN(expected));
		assert_int_equal(tlv.tag, expected[i].tag);
		assert_int_equal(depth, expected[i].depth);
		assert_int_equal(tlv.value.len, expected[i].len);
		i++;
	}
	assert_false(walk.bad);
	assert_int_equal(i, YKT_ARRAY_LEN(expected));
	assert_status(tlv_check(hex_view(&hex)), YKT_OK);
}

static void
test_find_follows_a_path(void **state)
{
	struct hex hex = hex_of(ppse);
	struct ykt_bytes value = { 0 };

	(void)state;
	assert_status(TLV_FIND(hex_view(&hex), &value, 0x6F, 0xA5, 0xBF0C, 0x61, 0x4F), YKT_OK);
	assert_hex(value, "A000000632010106");
	assert_status(TLV_FIND(hex_view(&hex), &value, 0x6F, 0xA5, 0x9F0C), YKT_NOT_FOUND);
	assert_status(TLV_FIND(hex_view(&hex), &value, 0x84), YKT_NOT_FOUND);
	assert_hex(value, "A000000632010106");
}

static void
test_tags_of_one_to_three_bytes(void **state)
{
	struct hex hex = hex_of("84 00  9F0C 01 AA  DF8121 02 BBCC");
	struct ykt_rd rd = ykt_rd(hex_view(&hex));
	struct tlv tlv;

	(void)state;
	assert_true(tlv_next(&rd, &tlv));
	assert_int_equal(tlv.tag, 0x84);
	assert_int_equal(tlv.value.len, 0);
	assert_true(tlv_next(&rd, &tlv));
	assert_int_equal(tlv.tag, 0x9F0C);
	assert_true(tlv_next(&rd, &tlv));
	assert_int_equal(tlv.tag, 0xDF8121);
	assert_hex(tlv.value, "BBCC");
	assert_false(tlv_next(&rd, &tlv));
	assert_status(ykt_rd_done(&rd), YKT_OK);
	assert_true(tlv_constructed(0x6F) && tlv_constructed(0xBF0C) && tlv_constructed(0xFF8121));
	assert_false(tlv_constructed(0x9F0C) || tlv_constructed(0x84) || tlv_constructed(0xDF8121));
}

static void
test_malformed_elements_are_refused(void **state)
{
	static const struct {
		const char *why;
		const char *hex;
	} rows[] = {
		{ "length over the end", "5A 81 FF 01" },
		{ "48 bytes announced, 41 there",
		    "57 30 0000000000000000000000000000000000000000000000000000000000000000000000"
		    "0000000000" },
		{ "cut cardholder name", "5F20 60 4142" },
		{ "child beyond its parent", "61 06 02 01 00 03 03 00 00 00" },
		{ "child beyond its parent, two levels", "6F 04 A5 05 84 00 00" },
		{ "indefinite length", "61 80 02 01 00 00 00" },
		{ "four length bytes over the end", "84 84 7F FF FF FF" },
		{ "five length bytes", "84 85 00 00 00 00 01 AA" },
		{ "127 length bytes", "84 FF" },
		{ "leading zero, then something", "00 01 02 03" },
		{ "zero tag in a template", "6F 02 00 00" },
		{ "tag number of zeros", "1F 80 80 80 01 00" },
		{ "tag of four bytes", "DF 81 81 01 00" },
		{ "tag without its second byte", "9F" },
		{ "tag without a length", "84" },
		{ "long length without its bytes", "84 82 01" },
		{ "trailing byte", "84 01 AA 50" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i].hex);

		assert_status_why(tlv_check(hex_view(&hex)), YKT_E_FORMAT, rows[i].why);
	}
}

static void
test_a_fault_leaves_the_output_alone(void **state)
{
	struct hex hex = hex_of("5A 81 FF 01");
	struct ykt_rd rd = ykt_rd(hex_view(&hex));
	struct tlv tlv = { 0x77, { 0 } };
	struct ykt_bytes value = { 0 };

	(void)state;
	assert_false(tlv_next(&rd, &tlv));
	assert_true(rd.bad);
	assert_int_equal(tlv.tag, 0x77);
	assert_false(tlv_next(&rd, &tlv));
	assert_status(TLV_FIND(hex_view(&hex), &value, 0x50), YKT_E_FORMAT);
	assert_null(value.data);
}

/* Lengths that wrap in 32 bits are as wrong as any other. */
static void
test_length_that_wraps_to_zero_is_refused(void **state)
{
	static const char *const rows[] = { "84 84 FF FF FF FF", "84 84 FF FF FF FA 00",
		"84 84 80 00 00 00" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i]);

		assert_status_why(tlv_check(hex_view(&hex)), YKT_E_FORMAT, rows[i]);
	}
}

static void
test_nesting_is_bounded(void **state)
{
	uint8_t raw[2 * 60];
	struct ykt_bytes bytes;

	(void)state;
	/* 60 templates, each holding the next. */
	for (size_t i = 0; i < 60; i++) {
		raw[2 * i] = 0x61;
		raw[2 * i + 1] = (uint8_t)(2 * (59 - i));
	}
	assert_status(tlv_check(YKT_BYTES(raw)), YKT_E_FORMAT);
	bytes = ykt_bytes(raw + 2 * (60 - (TLV_DEPTH_MAX - 1)), 2 * (TLV_DEPTH_MAX - 1));
	assert_status(tlv_check(bytes), YKT_OK);
	bytes = ykt_bytes(raw + 2 * (60 - TLV_DEPTH_MAX), 2 * TLV_DEPTH_MAX);
	assert_status(tlv_check(bytes), YKT_E_FORMAT);
}

static void
test_empty_and_repeated_and_unknown_elements_pass(void **state)
{
	static const char *const rows[] = { "", "6F 00", "84 00 84 00 84 00", "C1 01 00 DF7F 00",
		"84 81 01 AA", "84 84 00 00 00 01 AA" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct hex hex = hex_of(rows[i]);

		assert_status_why(tlv_check(hex_view(&hex)), YKT_OK, rows[i]);
	}
}

static void
test_writer_inserts_the_shortest_lengths(void **state)
{
	static const uint8_t zeros[300];
	uint8_t raw[400];
	struct ykt_buf out = YKT_BUF(raw);
	size_t outer = tlv_begin(&out, 0x6F);
	size_t inner = tlv_begin(&out, 0xBF0C);

	(void)state;
	tlv_put_u8(&out, 0x87, 2);
	tlv_end(&out, inner);
	tlv_put(&out, 0x9F0C, ykt_bytes(zeros, 2));
	tlv_end(&out, outer);
	assert_hex(ykt_buf_view(&out), "6F0B BF0C03 870102 9F0C02 0000");

	out.len = 0;
	outer = tlv_begin(&out, 0x61);
	tlv_put(&out, 0x04, ykt_bytes(zeros, 127));
	tlv_end(&out, outer);
	assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 0, 5), "618181 047F");

	out.len = 0;
	tlv_put(&out, 0x04, YKT_BYTES(zeros));
	assert_hex(ykt_bytes_sub(ykt_buf_view(&out), 0, 4), "0482012C");
}

static void
test_writer_in_a_small_buffer_says_so(void **state)
{
	uint8_t raw[8];
	struct ykt_buf out = YKT_BUF(raw);
	size_t mark = tlv_begin(&out, 0x6F);

	(void)state;
	tlv_put(&out, 0x84, ykt_bytes("1234567", 7));
	tlv_end(&out, mark);
	assert_status(ykt_buf_done(&out), YKT_E_SPACE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk_of_a_real_directory),
		cmocka_unit_test(test_find_follows_a_path),
		cmocka_unit_test(test_tags_of_one_to_three_bytes),
		cmocka_unit_test(test_malformed_elements_are_refused),
		cmocka_unit_test(test_a_fault_leaves_the_output_alone),
		cmocka_unit_test(test_length_that_wraps_to_zero_is_refused),
		cmocka_unit_test(test_nesting_is_bounded),
		cmocka_unit_test(test_empty_and_repeated_and_unknown_elements_pass),
		cmocka_unit_test(test_writer_inserts_the_shortest_lengths),
		cmocka_unit_test(test_writer_in_a_small_buffer_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
