/*
 * Passwords and payment PINs: what may be one, and the block in which a PIN
 * travels.
 *
 * The block is an SM2 ciphertext under the key module's PIN key of "ykt-pi2" | use (1) |
 * session id (16) | made (8, milliseconds since 1970) | length (1) | digits: bound to one
 * session, one use and WIRE_PIN_LIFE_MS either way of when it was made, never stored, never logged (reliability.md 2.6). The platform carries it and cannot open
 * it. Layout: a choice of this project, grade D.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_PIN_H
#define WIRE_PIN_H

#include "crypto/signer.h"
#include "wire/wallet_msg.h"

#define WIRE_PIN_LEN      6 /* digits */
#define WIRE_PASSWORD_MIN 8 /* bytes */
#define WIRE_PIN_LIFE_MS  (15 * 60 * 1000)

/* MENU: made by the key module itself of a call from the menu in an element. */
enum wire_pin_use { WIRE_PIN_PAY = 1, WIRE_PIN_NEW = 2, WIRE_PIN_OLD = 3, WIRE_PIN_MENU = 4 };

/*
 * A password that need not be tried: shorter than WIRE_PASSWORD_MIN, one
 * character again and again, a run of neighbours up or down, or the phone
 * number that belongs to it.
 */
bool wire_password_weak(const char *password, const char *phone);

/* Six ASCII digits. */
bool wire_pin_valid(const char *pin);
/*
 * A PIN that a thief tries first: one digit, a run up or down, two or three
 * digits repeated, a day (YYMMDD, DDMMYY or MMDDYY), or part of the phone
 * number. What is no PIN at all is weak too.
 */
bool wire_pin_weak(const char *pin, const char *phone);

/*
 * Seals a PIN for the key module into out (WIRE_PIN_BLOCK_MAX bytes), its length into
 * *ret_len. device, where it can, enciphers it (signer_encipher()); NULL: c does.
 * YKT_E_ARG: no PIN. YKT_E_FORMAT: no key; YKT_E_CRYPTO, or what device says.
 */
YKT_MUST_USE enum ykt_status wire_pin_seal(struct crypto *c, const struct signer *device,
    const struct crypto_sm2_pub *module, const uint8_t sid[16], enum wire_pin_use use,
    int64_t made_ms, const char *pin, uint8_t out[WIRE_PIN_BLOCK_MAX], uint16_t *ret_len);

/*
 * Opens a block, in the key module. YKT_E_MAC: no block, another's session or another use,
 * or no PIN in it; nothing tells which. YKT_E_CRYPTO. The caller wipes ret_pin, and judges
 * when it was made; ret_made_ms may be NULL.
 */
YKT_MUST_USE enum ykt_status
wire_pin_open(const struct signer *module, struct ykt_bytes block, const uint8_t sid[16],
    enum wire_pin_use use, char ret_pin[WIRE_PIN_LEN + 1], int64_t *ret_made_ms);

#endif
