/*
 * libgcrypt as a second, independent implementation, in the shape of a chip.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_CRYPTO_CHIP_GCRYPT_H
#define TESTS_CRYPTO_CHIP_GCRYPT_H

#include <gcrypt.h>

#include "crypto/chip.h"

/* Readies the library; every function here does it itself. */
void gcrypt_start(void);
/* Key expressions, released by the caller. */
gcry_sexp_t gcrypt_public_key(const struct crypto_sm2_pub *pub);
gcry_sexp_t gcrypt_private_key(const uint8_t d[32]);

/* Encrypts to C1 | C3 | C2 and back, by the library's own composition. */
enum ykt_status
gcrypt_sm2_encrypt(const struct crypto_sm2_pub *pub, struct ykt_bytes text, struct ykt_buf *out);
enum ykt_status
gcrypt_sm2_decrypt(const struct crypto_sm2_key *key, struct ykt_bytes raw, struct ykt_buf *out);
enum ykt_status gcrypt_hmac_sm3(struct ykt_bytes key, struct ykt_bytes data, uint8_t out[32]);
/* alg is AES, SM4 or TDES2 with its key doubled to three. */
enum ykt_status gcrypt_cmac(const struct crypto_key *key, struct ykt_bytes data, uint8_t out[16]);

#endif
