/*
 * Symbols as text and as SVG.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "qr/qr.h"

static void
put_text(struct ykt_buf *out, const char *text)
{
	ykt_put(out, ykt_bytes_str(text));
}

static void
put_number(struct ykt_buf *out, unsigned value)
{
	char digits[12];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	ykt_put_mem(out, digits + at, sizeof(digits) - at);
}

enum ykt_status
qr_draw_text(const struct qr_symbol *symbol, bool inverted, struct ykt_buf *out)
{
	/* Nothing, upper half, lower half, both. */
	static const char *const blocks[] = { " ", "\xE2\x96\x80", "\xE2\x96\x84", "\xE2\x96\x88" };
	const int end = (int)symbol->side + QR_QUIET;

	for (int y = -QR_QUIET; y < end; y += 2) {
		for (int x = -QR_QUIET; x < end; x++) {
			unsigned upper = qr_dark(symbol, x, y) == inverted;
			/* Below the last row there is nothing to light. */
			unsigned lower = y + 1 < end && qr_dark(symbol, x, y + 1) == inverted;

			put_text(out, blocks[upper | lower << 1]);
		}
		put_text(out, "\n");
	}

	return ykt_buf_done(out);
}

enum ykt_status
qr_draw_svg(const struct qr_symbol *symbol, struct ykt_buf *out)
{
	const unsigned whole = symbol->side + 2 * QR_QUIET;

	put_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
	put_number(out, whole);
	put_text(out, " ");
	put_number(out, whole);
	put_text(out, "\" shape-rendering=\"crispEdges\"><rect width=\"100%\" height=\"100%\""
		      " fill=\"#fff\"/><path fill=\"#000\" d=\"");
	for (unsigned y = 0; y < symbol->side; y++) {
		for (unsigned x = 0; x < symbol->side; x++) {
			if (!qr_dark(symbol, (int)x, (int)y))
				continue;
			put_text(out, "M");
			put_number(out, x + QR_QUIET);
			put_text(out, " ");
			put_number(out, y + QR_QUIET);
			put_text(out, "h1v1h-1z");
		}
	}
	put_text(out, "\"/></svg>\n");

	return ykt_buf_done(out);
}
