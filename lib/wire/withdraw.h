/*
 * What a user's yes to a withdrawal covers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_WITHDRAW_H
#define WIRE_WITHDRAW_H

#include "crypto/core.h"
#include "wire/withdraw_msg.h"

#define WIRE_WITHDRAW_SIGN_LEN (8 + 32 + 32)

/*
 * SM3 over "ykt-wdrw" | withdrawal id (32) | user id (32) | amount (8) | account id (32) | and,
 * behind its length (1), what the screen showed of the account ("issuer 1234"). The ids are
 * valid. YKT_E_CRYPTO. Layout: grade D.
 */
YKT_MUST_USE enum ykt_status
wire_withdraw_digest(struct crypto *c, const struct wire_withdraw_req *req, const char user_id[33],
    const char *account, uint8_t ret_digest[32]);
/* The bytes that are signed: "ykt-wdr1" | digest | withdrawal id. */
void wire_withdraw_to_sign(
    const uint8_t digest[32], const char withdraw_id[33], uint8_t out[WIRE_WITHDRAW_SIGN_LEN]);

#endif
