/*
 * What a payer's signature covers: everything that stood on the screen.
 *
 * The digest is SM3 over "ykt-bill" | bill id (32) | account (32) | amount (8) |
 * length (1) and payee | length (1) and goods. Client and platform each make it
 * from what they themselves hold, so a figure that was changed on the way to the
 * screen is a payment refused (C5-PAY-1). Layout: a choice of this project,
 * grade D.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_BILL_H
#define WIRE_BILL_H

#include "crypto/core.h"
#include "wire/wallet_msg.h"

#define WIRE_BILL_SIGN_LEN (8 + 32 + 32)

/* Of bill id, payee, goods and amount; user_id names the wallet that pays. YKT_E_CRYPTO. */
YKT_MUST_USE enum ykt_status wire_bill_digest(
    struct crypto *c, const struct wire_bill *bill, const char user_id[33], uint8_t ret_digest[32]);

/* The bytes that are signed: "ykt-pay1" | digest | idempotency key. */
void
wire_bill_to_sign(const uint8_t digest[32], const char idem[33], uint8_t out[WIRE_BILL_SIGN_LEN]);

#endif
