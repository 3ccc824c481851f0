/*
 * Symbols: finder patterns where the standard has them, sizes, drawings that
 * fit and drawings that do not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "qr/qr.h"

#include <string.h>

#include "check.h"

static uint8_t png[QR_PNG_MAX];
static uint8_t text[QR_TEXT_MAX];

/* ISO/IEC 18004, 6.3.3: a finder pattern, its separator beside it. */
static void
check_finder(const struct qr_symbol *symbol, int left, int top)
{
	static const char *const rows[] = { "#######", "#     #", "# ### #", "# ### #", "# ### #",
		"#     #", "#######" };

	for (int y = 0; y < 7; y++) {
		for (int x = 0; x < 7; x++)
			assert_int_equal(qr_dark(symbol, left + x, top + y), rows[y][x] == '#');
	}
}

static void
test_symbol_has_its_patterns(void **state)
{
	static const uint8_t bytes[] = { 0x80, 0x00, 0xFF, 0x00 };
	struct qr_symbol symbol;

	(void)state;
	assert_status(qr_symbol_make(YKT_BYTES(bytes), QR_LEVEL_L, &symbol), YKT_OK);
	assert_int_equal(symbol.side, 21);
	check_finder(&symbol, 0, 0);
	check_finder(&symbol, 14, 0);
	check_finder(&symbol, 0, 14);
	/* The timing pattern, and the module that is always dark. */
	for (int x = 8; x < 13; x++)
		assert_int_equal(qr_dark(&symbol, x, 6), x % 2 == 0);
	assert_true(qr_dark(&symbol, 8, 13));
	assert_false(qr_dark(&symbol, -1, 0));
	assert_false(qr_dark(&symbol, 0, 21));
}

/* A ride code of the longest kind is version 12 at level L: 65 modules. */
static void
test_sizes_by_level(void **state)
{
	static uint8_t bytes[QR_BYTES_MAX + 1];
	struct qr_symbol symbol = { .side = 7 };

	(void)state;
	assert_status(qr_symbol_make(ykt_bytes(bytes, 364), QR_LEVEL_L, &symbol), YKT_OK);
	assert_int_equal(symbol.side, 65);
	assert_status(qr_symbol_make(ykt_bytes(bytes, 364), QR_LEVEL_H, &symbol), YKT_OK);
	assert_int_equal(symbol.side, 97);
	symbol.side = 7;
	assert_status(qr_symbol_make(ykt_bytes(NULL, 0), QR_LEVEL_L, &symbol), YKT_E_ARG);
	assert_status(
	    qr_symbol_make(ykt_bytes(bytes, QR_BYTES_MAX + 1), QR_LEVEL_L, &symbol), YKT_E_ARG);
	assert_status(qr_symbol_make(ykt_bytes(bytes, 1274), QR_LEVEL_H, &symbol), YKT_E_ARG);
	assert_int_equal(symbol.side, 7);
	assert_status(qr_symbol_make(ykt_bytes(bytes, QR_BYTES_MAX), QR_LEVEL_L, &symbol), YKT_OK);
	assert_int_equal(symbol.side, QR_SIDE_MAX);
}

static void
test_drawings_fit_the_largest_symbol(void **state)
{
	static uint8_t bytes[QR_BYTES_MAX];
	static uint8_t svg[QR_SVG_MAX];
	static struct qr_symbol symbol;
	struct ykt_buf out = YKT_BUF(png);

	(void)state;
	assert_status(qr_symbol_make(YKT_BYTES(bytes), QR_LEVEL_L, &symbol), YKT_OK);
	assert_status(qr_draw_png(&symbol, QR_SCALE_MAX, &out), YKT_OK);
	assert_memory_equal(
	    png, "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\x0B\x90\0\0\x0B\x90\x01\0\0\0\0", 29);
	out = YKT_BUF(text);
	assert_status(qr_draw_text(&symbol, false, &out), YKT_OK);
	out = YKT_BUF(svg);
	assert_status(qr_draw_svg(&symbol, &out), YKT_OK);
}

static void
test_text_lights_the_light(void **state)
{
	static const uint8_t one[] = { 0x80 };
	struct qr_symbol symbol;
	struct ykt_buf out = YKT_BUF(text);
	struct ykt_buf small = { text, 0, 100, false };

	(void)state;
	assert_status(qr_symbol_make(YKT_BYTES(one), QR_LEVEL_L, &symbol), YKT_OK);
	assert_status(qr_draw_text(&symbol, false, &out), YKT_OK);
	/* 29 modules a row: all of the quiet zone is lit; two rows of it a line. */
	for (size_t i = 0; i < 29; i++)
		assert_memory_equal(text + 3 * i, "\xE2\x96\x88", 3);
	assert_int_equal(text[87], '\n');
	/* Then the finder: four lit, one dark above six. */
	assert_memory_equal(text + 2 * 88 + 4 * 3, " ", 1);
	out = YKT_BUF(text);
	assert_status(qr_draw_text(&symbol, true, &out), YKT_OK);
	assert_int_equal(text[0], ' ');
	assert_status(qr_draw_text(&symbol, false, &small), YKT_E_SPACE);
}

static void
test_scales_that_are_none(void **state)
{
	static const uint8_t one[] = { 0x80 };
	struct qr_symbol symbol;
	struct ykt_buf out = YKT_BUF(png);
	struct ykt_buf small = { png, 0, 64, false };

	(void)state;
	assert_status(qr_symbol_make(YKT_BYTES(one), QR_LEVEL_L, &symbol), YKT_OK);
	assert_status(qr_draw_png(&symbol, 0, &out), YKT_E_ARG);
	assert_status(qr_draw_png(&symbol, QR_SCALE_MAX + 1, &out), YKT_E_ARG);
	assert_int_equal(out.len, 0);
	assert_status(qr_draw_png(&symbol, 4, &small), YKT_E_SPACE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symbol_has_its_patterns),
		cmocka_unit_test(test_sizes_by_level),
		cmocka_unit_test(test_drawings_fit_the_largest_symbol),
		cmocka_unit_test(test_text_lights_the_light),
		cmocka_unit_test(test_scales_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
