/*
 * Hexadecimal and BCD text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_HEX_H
#define YKT_HEX_H

#include <ykt/bytes.h>

/*
 * Decodes hex digits of either case; blanks between bytes (space, tab, colon)
 * are skipped. Appends to out; on failure out keeps its length.
 *
 * YKT_E_FORMAT  a foreign character, or an odd number of digits
 * YKT_E_SPACE   out is too small
 */
YKT_MUST_USE enum ykt_status ykt_hex_decode(const char *text, size_t len, struct ykt_buf *out);

/* Writes upper-case digits and a NUL; out must hold 2 * bytes.len + 1. */
void ykt_hex_encode(struct ykt_bytes bytes, char *out);

/* True when every nibble is 0..9. */
bool ykt_bcd_valid(struct ykt_bytes bytes);
/* One byte of two decimal digits to 0..99; -1 when it is not BCD. */
int ykt_bcd_get(uint8_t byte);
/* 0..99 to one byte. */
uint8_t ykt_bcd_put(unsigned value);

#endif
