/*
 * Accounts at banks and payment services: what may be the number of one, the
 * blocks in which its data and the issuer's one-time code travel, and what the
 * user's yes to an unbinding covers.
 *
 * A block is an SM2 ciphertext of "ykt-acct" | use (1) | binding id (16) | fields,
 * each behind its length (1). The device (in the SE profile its element) makes it
 * for the platform, the platform opens it in memory alone and makes it anew for the
 * account system: the number is on no line, in no file and in no log outside such a
 * block (C5-BND-1). Layout: a choice of this project, grade D.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_ACCOUNT_H
#define WIRE_ACCOUNT_H

#include "crypto/signer.h"
#include "wire/account_msg.h"

#define WIRE_ACCOUNT_DIGITS_MIN 12 /* ISO/IEC 7812-1: at most 19; grade C for the least */
#define WIRE_ACCOUNT_CODE_LEN   6
#define WIRE_UNBIND_SIGN_LEN    (8 + 32 + 32)

/* What the user types of an account, and its issuer compares. */
struct wire_account_data {
	char number[20];
	char holder[49]; /* UTF-8 */
	char phone[12];  /* that the issuer knows */
};

/* 12 to 19 digits with the right check digit (ISO/IEC 7812-1 annex B, Luhn). */
bool wire_account_number_valid(const char *number);
/* The number is valid, the phone is one, and there is a holder. */
bool wire_account_data_valid(const struct wire_account_data *data);

/*
 * Seals data, or the issuer's code, for a key into out (WIRE_ACCOUNT_BLOCK_MAX
 * bytes), its length into *ret_len; by the device's signer where that can
 * (signer_encipher()). bind_id: a valid id. YKT_E_ARG: not valid. YKT_E_CRYPTO, or
 * what the signer said.
 */
YKT_MUST_USE enum ykt_status wire_account_seal(struct crypto *c, const struct signer *device,
    const struct crypto_sm2_pub *to, const char *bind_id, const struct wire_account_data *data,
    uint8_t out[WIRE_ACCOUNT_BLOCK_MAX], uint16_t *ret_len);
YKT_MUST_USE enum ykt_status wire_account_code_seal(struct crypto *c, const struct signer *device,
    const struct crypto_sm2_pub *to, const char *bind_id, const char *code,
    uint8_t out[WIRE_ACCOUNT_BLOCK_MAX], uint16_t *ret_len);

/*
 * Opens a block. YKT_E_MAC: no block, another binding's or of another use, or
 * nothing valid in it; nothing tells which. YKT_E_CRYPTO. Outputs are wiped by the
 * caller.
 */
YKT_MUST_USE enum ykt_status wire_account_open(const struct signer *own, struct ykt_bytes block,
    const char *bind_id, struct wire_account_data *ret_data);
YKT_MUST_USE enum ykt_status wire_account_code_open(const struct signer *own,
    struct ykt_bytes block, const char *bind_id, char ret_code[WIRE_ACCOUNT_CODE_LEN + 1]);

/*
 * SM3 over "ykt-unbd" | account id (32) | user id (32) | and, each behind its length
 * (1), what the screen showed of it: issuer and last digits. YKT_E_CRYPTO.
 */
YKT_MUST_USE enum ykt_status wire_unbind_digest(struct crypto *c,
    const struct wire_account *account, const char user_id[33], uint8_t ret_digest[32]);
/* The bytes that are signed: "ykt-unb1" | digest | account id. */
void wire_unbind_to_sign(
    const uint8_t digest[32], const char account_id[33], uint8_t out[WIRE_UNBIND_SIGN_LEN]);

#endif
