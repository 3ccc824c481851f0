/*
 * QR symbols of raw bytes (ISO/IEC 18004, byte mode), and drawings of them.
 *
 * A ride code is drawn as its bytes, not as base64 or hex of them. libqrencode
 * finds the modules; nothing else of it is seen. It allocates inside.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QR_QR_H
#define QR_QR_H

#include <stdbool.h>

#include <ykt/bytes.h>

#define QR_SIDE_MAX  177 /* version 40 */
#define QR_QUIET     4   /* light modules around the symbol (ISO/IEC 18004) */
#define QR_BYTES_MAX 2953

/* Part of the symbol that may be lost: 7, 15, 25, 30 per cent. */
enum qr_level { QR_LEVEL_L, QR_LEVEL_M, QR_LEVEL_Q, QR_LEVEL_H };

struct qr_symbol {
	unsigned side;                                     /* modules, without the quiet zone */
	uint8_t dark[(QR_SIDE_MAX * QR_SIDE_MAX + 7) / 8]; /* by rows, a bit each */
};

/*
 * The smallest symbol that holds the bytes.
 *
 * YKT_E_ARG     none, or more than a symbol of that level holds
 * YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status
qr_symbol_make(struct ykt_bytes bytes, enum qr_level level, struct qr_symbol *ret_symbol);

/* False outside the symbol: the quiet zone. x to the right, y down. */
bool qr_dark(const struct qr_symbol *symbol, int x, int y);

/*
 * Appends the symbol with its quiet zone as text, two rows of modules a line,
 * in half blocks of UTF-8. Light modules are the blocks, for light text on a
 * dark ground; inverted: the dark ones are. YKT_E_SPACE: out holds a part.
 */
#define QR_TEXT_MAX                                                                                \
	(((QR_SIDE_MAX + 2 * QR_QUIET) * 3 + 1) * ((QR_SIDE_MAX + 2 * QR_QUIET + 1) / 2))
YKT_MUST_USE enum ykt_status
qr_draw_text(const struct qr_symbol *symbol, bool inverted, struct ykt_buf *out);

/* An SVG document, a path of one square a module. YKT_E_SPACE. */
#define QR_SVG_MAX (512 + QR_SIDE_MAX * QR_SIDE_MAX * 16)
YKT_MUST_USE enum ykt_status qr_draw_svg(const struct qr_symbol *symbol, struct ykt_buf *out);

/*
 * A PNG of one bit a pixel, stored without compression, scale pixels a module.
 *
 * YKT_E_ARG    scale is 0 or over QR_SCALE_MAX
 * YKT_E_SPACE
 */
#define QR_SCALE_MAX 16
#define QR_PNG_MAX                                                                                 \
	(128 + ((QR_SIDE_MAX + 2 * QR_QUIET) * QR_SCALE_MAX / 8 + 2) *                             \
		   ((QR_SIDE_MAX + 2 * QR_QUIET) * QR_SCALE_MAX + 1))
YKT_MUST_USE enum ykt_status
qr_draw_png(const struct qr_symbol *symbol, unsigned scale, struct ykt_buf *out);

#endif
