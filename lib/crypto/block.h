/*
 * Block cipher modes, without padding (pad.h has that).
 *
 * out holds in.len bytes and may be in.data itself, but must not overlap it
 * otherwise. On failure out is wiped. All functions:
 *
 * YKT_E_ARG     the key's length does not fit its algorithm, or (ECB, CBC)
 *               in.len is not a whole number of blocks; out is untouched
 * YKT_E_CRYPTO  the library failed
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_BLOCK_H
#define CRYPTO_BLOCK_H

#include "crypto/core.h"

YKT_MUST_USE enum ykt_status crypto_ecb_encrypt(
    struct crypto *c, const struct crypto_key *key, struct ykt_bytes in, uint8_t *out);
YKT_MUST_USE enum ykt_status crypto_ecb_decrypt(
    struct crypto *c, const struct crypto_key *key, struct ykt_bytes in, uint8_t *out);

/* iv is one block of the key's algorithm. */
YKT_MUST_USE enum ykt_status crypto_cbc_encrypt(struct crypto *c, const struct crypto_key *key,
    const uint8_t *iv, struct ykt_bytes in, uint8_t *out);
YKT_MUST_USE enum ykt_status crypto_cbc_decrypt(struct crypto *c, const struct crypto_key *key,
    const uint8_t *iv, struct ykt_bytes in, uint8_t *out);

/*
 * SM4 in counter mode, any length; encryption and decryption are the same.
 * counter is the first block's, big-endian, and must never repeat for a key.
 */
YKT_MUST_USE enum ykt_status crypto_sm4_ctr(struct crypto *c, const uint8_t key[16],
    const uint8_t counter[16], struct ykt_bytes in, uint8_t *out);

#endif
