/*
 * The purse's PIN: its form, the commands that carry one, and the two headers
 * that look alike (card.md 1.4).
 *
 * A PIN is 2 to 6 bytes of BCD digits; an odd number of digits ends in a nibble
 * F. So no byte of a PIN is FF, which CHANGE PIN uses between the two.
 *
 * Conventions of purse_cmd.h hold. Whoever holds a PIN wipes it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_PURSE_PIN_H
#define CARD_PURSE_PIN_H

#include <stdbool.h>

#include "card/purse_cmd.h"

#define PURSE_PIN_MIN       2
#define PURSE_PIN_MAX       6
#define PURSE_PIN_TRIES_MAX 15 /* 63Cx can say no more */
#define PURSE_P1_CHANGE_PIN 0x01
#define PURSE_P1_SM4        0x01 /* of RELOAD PIN, UNBLOCK PIN, APPEND RECORD; 00: 3DES */

/* Public data apart from the PIN itself: its time depends on the length only. */
bool purse_pin_valid(struct ykt_bytes pin);

void purse_verify_build(struct ykt_bytes pin, struct ykt_buf *out);
void purse_pin_change_build(struct ykt_bytes old, struct ykt_bytes pin, struct ykt_buf *out);
/* Borrowed parts of the data. YKT_E_FORMAT: not PIN, FF, PIN. */
YKT_MUST_USE enum ykt_status purse_pin_change_decode(
    struct ykt_bytes data, struct ykt_bytes *ret_old, struct ykt_bytes *ret_pin);

/* RELOAD PIN: the PIN and its MAC. P1 says the algorithm. */
void purse_pin_reload_build(enum purse_alg alg, struct ykt_bytes pin,
    const uint8_t mac[PURSE_MAC_LEN], struct ykt_buf *out);
/* YKT_E_FORMAT: not a PIN and four bytes. */
YKT_MUST_USE enum ykt_status
purse_pin_reload_decode(struct ykt_bytes data, struct ykt_bytes *ret_pin, const uint8_t **ret_mac);
/* 3DES: DRPK left XOR right; SM4: DRPK itself. IV 0, over the PIN: replays are possible. */
YKT_MUST_USE enum ykt_status purse_pin_reload_mac(struct crypto *crypto, enum purse_alg alg,
    const uint8_t drpk[PURSE_KEY_LEN], struct ykt_bytes pin, uint8_t ret_mac[PURSE_MAC_LEN]);

#define PURSE_PIN_BLOCK_MAX 16
/*
 * The block in which UNBLOCK PIN may carry a PIN: length byte, PIN, 80 and
 * zeros, one cipher block under DPUK. ret_block has purse_block_len(alg) bytes.
 */
YKT_MUST_USE enum ykt_status purse_pin_block(struct crypto *crypto, enum purse_alg alg,
    const uint8_t dpuk[PURSE_KEY_LEN], struct ykt_bytes pin, uint8_t *ret_block);
/* YKT_E_FORMAT: not one block, or no PIN in it. ret_pin has PURSE_PIN_MAX bytes. */
YKT_MUST_USE enum ykt_status purse_pin_unblock(struct crypto *crypto, enum purse_alg alg,
    const uint8_t dpuk[PURSE_KEY_LEN], struct ykt_bytes block, uint8_t *ret_pin, size_t *ret_len);

#endif
