/*
 * Numbers as text, for the menu.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/menu_priv.h"

#define FEN_DIGITS_MAX 10 /* of 32 bits */

void
menu_put_text(struct ykt_buf *out, const struct menu_pack *pack, enum menu_text text)
{
	ykt_put(out, menu_pack_text(pack, (uint8_t)text));
}

void
menu_put_ascii(struct ykt_buf *out, const char *text)
{
	ykt_put(out, ykt_bytes_str(text));
}

void
menu_put_bcd(struct ykt_buf *out, uint8_t byte)
{
	ykt_put_u8(out, (uint8_t)('0' + (byte >> 4 & 0x0F) % 10));
	ykt_put_u8(out, (uint8_t)('0' + (byte & 0x0F) % 10));
}

void
menu_put_fen(struct ykt_buf *out, uint32_t fen)
{
	uint8_t digits[FEN_DIGITS_MAX];
	size_t at = sizeof(digits);
	uint32_t yuan = fen / 100;

	do {
		digits[--at] = (uint8_t)('0' + yuan % 10);
		yuan /= 10;
	} while (yuan != 0);
	ykt_put_mem(out, digits + at, sizeof(digits) - at);
	ykt_put_u8(out, '.');
	ykt_put_u8(out, (uint8_t)('0' + fen / 10 % 10));
	ykt_put_u8(out, (uint8_t)('0' + fen % 10));
}
