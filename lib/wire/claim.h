/*
 * What a user's yes to the unbinding of a transport card covers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_CLAIM_H
#define WIRE_CLAIM_H

#include "crypto/core.h"
#include "wire/claim_msg.h"

#define WIRE_CARD_UNBIND_SIGN_LEN (8 + 32 + 20)

/*
 * SM3 over "ykt-ucrd" | card number (20) | user id (32): the number is all that the screen
 * shows of the card. card_no is valid (wire_card_no_valid()). YKT_E_CRYPTO. Layout: grade D.
 */
YKT_MUST_USE enum ykt_status wire_card_unbind_digest(
    struct crypto *c, const char card_no[21], const char user_id[33], uint8_t ret_digest[32]);
/* The bytes that are signed: "ykt-ubc1" | digest | card number. */
void wire_card_unbind_to_sign(
    const uint8_t digest[32], const char card_no[21], uint8_t out[WIRE_CARD_UNBIND_SIGN_LEN]);

#endif
