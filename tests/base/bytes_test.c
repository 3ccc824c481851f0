/*
 * Views, buffers and cursors: order of bytes, bounds, and what a failure leaves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/bytes.h>

#include "check.h"

static void
test_integers_are_big_endian(void **state)
{
	static const uint8_t expected[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
		0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12 };
	uint8_t raw[sizeof(expected)];
	struct ykt_buf buf = YKT_BUF(raw);
	struct ykt_rd rd;

	(void)state;
	ykt_put_u8(&buf, 0x01);
	ykt_put_u16(&buf, 0x0203);
	ykt_put_u24(&buf, 0x040506);
	ykt_put_u32(&buf, 0x0708090A);
	ykt_put_u64(&buf, 0x0B0C0D0E0F101112);
	assert_status(ykt_buf_done(&buf), YKT_OK);
	assert_int_equal(buf.len, sizeof(expected));
	assert_memory_equal(raw, expected, sizeof(expected));

	rd = ykt_rd(ykt_buf_view(&buf));
	assert_int_equal(ykt_rd_u8(&rd), 0x01);
	assert_int_equal(ykt_rd_u16(&rd), 0x0203);
	assert_int_equal(ykt_rd_u24(&rd), 0x040506);
	assert_int_equal(ykt_rd_u32(&rd), 0x0708090A);
	assert_true(ykt_rd_u64(&rd) == 0x0B0C0D0E0F101112);
	assert_status(ykt_rd_done(&rd), YKT_OK);
}

static void
test_high_bits_survive_the_way_through_bytes(void **state)
{
	uint8_t raw[8];

	(void)state;
	ykt_set_u16(raw, 0xFFFE);
	assert_int_equal(ykt_get_u16(raw), 0xFFFE);
	ykt_set_u24(raw, 0xFFFFFE);
	assert_int_equal(ykt_get_u24(raw), 0xFFFFFE);
	ykt_set_u32(raw, 0xFFFFFFFE);
	assert_true(ykt_get_u32(raw) == 0xFFFFFFFE);
	ykt_set_u64(raw, UINT64_MAX - 1);
	assert_true(ykt_get_u64(raw) == UINT64_MAX - 1);
}

static void
test_buffer_is_filled_to_its_last_byte(void **state)
{
	uint8_t raw[4];
	struct ykt_buf buf = YKT_BUF(raw);

	(void)state;
	ykt_put_fill(&buf, 0xFF, 2);
	ykt_put_u16(&buf, 0x9000);
	ykt_put_mem(&buf, NULL, 0);
	assert_status(ykt_buf_done(&buf), YKT_OK);
	assert_memory_equal(raw, "\xFF\xFF\x90\x00", 4);
}

static void
test_what_does_not_fit_appends_nothing_and_sticks(void **state)
{
	uint8_t raw[4] = { 0, 0, 0xEE, 0xEE };
	struct ykt_buf buf = { raw, 0, 3, false };

	(void)state;
	ykt_put_u16(&buf, 0x0102);
	ykt_put_u16(&buf, 0x0304);
	assert_true(buf.full);
	assert_int_equal(buf.len, 2);
	ykt_put_u8(&buf, 0x05);
	assert_int_equal(buf.len, 2);
	assert_memory_equal(raw, "\x01\x02\xEE\xEE", 4);
	assert_status(ykt_buf_done(&buf), YKT_E_SPACE);
}

static void
test_huge_length_does_not_wrap(void **state)
{
	uint8_t raw[4] = { 0 };
	struct ykt_buf buf = { raw, 2, 4, false };
	struct ykt_rd rd = ykt_rd(YKT_BYTES(raw));

	(void)state;
	ykt_put_fill(&buf, 1, SIZE_MAX);
	assert_true(buf.full);
	assert_int_equal(buf.len, 2);
	assert_int_equal(ykt_rd_u8(&rd), 0);
	assert_int_equal(ykt_rd_take(&rd, SIZE_MAX).len, 0);
	assert_true(rd.bad);
	assert_int_equal(ykt_bytes_sub(YKT_BYTES(raw), 1, SIZE_MAX).len, 3);
	assert_int_equal(ykt_bytes_sub(YKT_BYTES(raw), SIZE_MAX, 1).len, 0);
}

static void
test_wipe_empties_all_of_the_capacity(void **state)
{
	uint8_t raw[8];
	struct ykt_buf buf = YKT_BUF(raw);

	(void)state;
	ykt_put_fill(&buf, 0x5A, 8);
	ykt_put_u8(&buf, 1);
	ykt_buf_wipe(&buf);
	assert_int_equal(buf.len, 0);
	assert_false(buf.full);
	assert_memory_equal(raw, "\0\0\0\0\0\0\0\0", 8);
}

static void
test_sub_view_stays_inside(void **state)
{
	static const uint8_t raw[] = { 1, 2, 3, 4 };
	static const struct {
		size_t off, len, expected_len;
		uint8_t first;
		const char *why;
	} rows[] = {
		{ 0, 4, 4, 1, "all of it" },
		{ 1, 2, 2, 2, "the middle" },
		{ 3, 9, 1, 4, "longer than what is left" },
		{ 4, 1, 0, 0, "from the end" },
		{ 5, 0, 0, 0, "past the end" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct ykt_bytes sub = ykt_bytes_sub(YKT_BYTES(raw), rows[i].off, rows[i].len);

		assert_true_why(sub.len == rows[i].expected_len, rows[i].why);
		assert_true_why(sub.len == 0 || sub.data[0] == rows[i].first, rows[i].why);
	}
}

static void
test_views_are_equal_by_length_and_content(void **state)
{
	(void)state;
	assert_true(ykt_bytes_equal(ykt_bytes_str("abc"), ykt_bytes("abcd", 3)));
	assert_false(ykt_bytes_equal(ykt_bytes_str("abc"), ykt_bytes_str("abd")));
	assert_false(ykt_bytes_equal(ykt_bytes_str("abc"), ykt_bytes_str("ab")));
	assert_true(ykt_bytes_equal(ykt_bytes(NULL, 0), ykt_bytes_str("")));
}

/* Every kind of read, one byte short of what it needs. */
static void
test_shortage_reads_zero_and_sticks(void **state)
{
	static const uint8_t raw[] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
	static const size_t needs[] = { 1, 2, 3, 4, 8, 5, 6 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(needs); i++) {
		struct ykt_rd rd = ykt_rd(ykt_bytes(raw, needs[i] - 1));
		uint8_t copy[8] = { 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE };
		uint64_t got = 0;

		switch (i) {
		case 0:
			got = ykt_rd_u8(&rd);
			break;
		case 1:
			got = ykt_rd_u16(&rd);
			break;
		case 2:
			got = ykt_rd_u24(&rd);
			break;
		case 3:
			got = ykt_rd_u32(&rd);
			break;
		case 4:
			got = ykt_rd_u64(&rd);
			break;
		case 5:
			got = ykt_rd_take(&rd, needs[i]).len;
			break;
		default:
			ykt_rd_copy(&rd, copy, needs[i]);
			assert_memory_equal(copy, "\0\0\0\0\0\0\xEE\xEE", 8);
		}
		assert_true(got == 0);
		assert_true(rd.bad);
		assert_int_equal(rd.left, needs[i] - 1);

		/* What is still there is not read any more. */
		assert_int_equal(ykt_rd_u8(&rd), 0);
		assert_int_equal(ykt_rd_rest(&rd).len, 0);
		assert_status(ykt_rd_done(&rd), YKT_E_FORMAT);
	}
}

static void
test_left_over_bytes_are_refused_until_taken(void **state)
{
	static const uint8_t raw[] = { 1, 2, 3 };
	struct ykt_rd rd = ykt_rd(YKT_BYTES(raw));
	struct ykt_bytes rest;

	(void)state;
	assert_int_equal(ykt_rd_u8(&rd), 1);
	assert_status(ykt_rd_done(&rd), YKT_E_FORMAT);
	rest = ykt_rd_rest(&rd);
	assert_int_equal(rest.len, 2);
	assert_ptr_equal(rest.data, raw + 1);
	assert_status(ykt_rd_done(&rd), YKT_OK);
}

static void
test_a_text_is_one_length_and_its_bytes(void **state)
{
	static const uint8_t expected[] = { 0x03, 'y', 'k', 't', 0x00 };
	uint8_t raw[sizeof(expected)];
	struct ykt_buf buf = YKT_BUF(raw);
	struct ykt_rd rd;
	char out[4] = "?";

	(void)state;
	ykt_put_text(&buf, "ykt");
	ykt_put_text(&buf, "");
	assert_status(ykt_buf_done(&buf), YKT_OK);
	assert_memory_equal(raw, expected, sizeof(expected));

	rd = ykt_rd(ykt_buf_view(&buf));
	ykt_rd_text(&rd, out, sizeof(out));
	assert_string_equal(out, "ykt");
	ykt_rd_text(&rd, out, sizeof(out));
	assert_string_equal(out, "");
	assert_status(ykt_rd_done(&rd), YKT_OK);
}

static void
test_a_text_that_is_none_leaves_what_was_there(void **state)
{
	static const uint8_t too_long[] = { 0x04, 'a', 'b', 'c', 'd' };
	static const uint8_t with_nul[] = { 0x03, 'a', 0x00, 'c' };
	static const uint8_t too_short[] = { 0x03, 'a', 'b' };
	static const struct ykt_bytes bad[] = {
		{ too_long, sizeof(too_long) },
		{ with_nul, sizeof(with_nul) },
		{ too_short, sizeof(too_short) },
		{ NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		struct ykt_rd rd = ykt_rd(bad[i]);
		char out[4] = "was";

		ykt_rd_text(&rd, out, sizeof(out));
		assert_status(ykt_rd_done(&rd), YKT_E_FORMAT);
		assert_string_equal(out, "was");
	}
}

static void
test_lines_are_taken_without_their_ends(void **state)
{
	struct ykt_bytes text = ykt_bytes_str("one\n\nlast");

	(void)state;
	assert_true(ykt_bytes_equal(ykt_bytes_line(&text), ykt_bytes_str("one")));
	assert_int_equal(ykt_bytes_line(&text).len, 0);
	assert_int_equal(text.len, 4);
	assert_true(ykt_bytes_equal(ykt_bytes_line(&text), ykt_bytes_str("last")));
	assert_int_equal(text.len, 0);
	assert_int_equal(ykt_bytes_line(&text).len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers_are_big_endian),
		cmocka_unit_test(test_high_bits_survive_the_way_through_bytes),
		cmocka_unit_test(test_buffer_is_filled_to_its_last_byte),
		cmocka_unit_test(test_what_does_not_fit_appends_nothing_and_sticks),
		cmocka_unit_test(test_huge_length_does_not_wrap),
		cmocka_unit_test(test_wipe_empties_all_of_the_capacity),
		cmocka_unit_test(test_sub_view_stays_inside),
		cmocka_unit_test(test_views_are_equal_by_length_and_content),
		cmocka_unit_test(test_shortage_reads_zero_and_sticks),
		cmocka_unit_test(test_left_over_bytes_are_refused_until_taken),
		cmocka_unit_test(test_a_text_is_one_length_and_its_bytes),
		cmocka_unit_test(test_a_text_that_is_none_leaves_what_was_there),
		cmocka_unit_test(test_lines_are_taken_without_their_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
