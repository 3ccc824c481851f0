/*
 * Money: integer fen (1/100 yuan) in a checked signed 64-bit integer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_MONEY_H
#define YKT_MONEY_H

#include <stdint.h>

#include <ykt/status.h>

typedef int64_t ykt_fen;

/* Both fail with YKT_E_RANGE on overflow and leave *ret alone. */
YKT_MUST_USE enum ykt_status ykt_fen_add(ykt_fen a, ykt_fen b, ykt_fen *ret);
YKT_MUST_USE enum ykt_status ykt_fen_sub(ykt_fen a, ykt_fen b, ykt_fen *ret);

#define YKT_FEN_TEXT_MAX 24
/* "-12.34", always two decimals; out holds YKT_FEN_TEXT_MAX. */
void ykt_fen_text(ykt_fen fen, char *out);
/*
 * Parses "50", "50.0", "50.00": digits, at most two decimals, no sign, no
 * exponent, no blanks, at most 10^12 yuan. YKT_E_FORMAT otherwise.
 */
YKT_MUST_USE enum ykt_status ykt_fen_parse(const char *text, ykt_fen *ret);

#endif
