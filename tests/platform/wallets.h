/*
 * The usual steps of a payer and a merchant.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_WALLETS_H
#define TESTS_PLATFORM_WALLETS_H

#include "bench.h"
#include "wire/bill.h"
#include "wire/pin.h"

#define WALLET_PIN      "604719"
#define WALLET_MERCHANT "merchant-0001"

/* Tops the wallet up by an order that is made and paid; the order as it is then. */
struct wire_order wallet_topup(struct bench *b, int64_t amount);
int64_t wallet_balance(struct bench *b);
/* Sets a PIN where there is none; the code. */
int wallet_pin(struct bench *b, const char *pin);
/* A PIN sealed for the bench's session. */
void wallet_pin_block(
    struct bench *b, enum wire_pin_use use, const char *pin, uint8_t *out, uint16_t *ret_len);

/* A bill of the merchant; its code, and the bill. */
int merchant_bill(
    struct bench *b, const char *peer, const char *ref, int64_t amount, struct wire_bill *ret_bill);
/* A whole, right request to pay it under the idempotency key. */
struct wire_bill_pay_req
bill_request(struct bench *b, const struct wire_bill *bill, const char *idem, const char *pin);
/* Makes it and sends it; the code. */
int bill_pay(struct bench *b, const struct wire_bill *bill, const char *idem, const char *pin,
    struct wire_bill *ret_bill);

#endif
