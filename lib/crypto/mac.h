/*
 * Message authentication codes. Callers compare with ykt_ct_equal() only.
 *
 * out is written only on YKT_OK, in full; callers cut it (a purse MAC is its
 * first 4 bytes). All functions give YKT_E_CRYPTO when the library failed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_MAC_H
#define CRYPTO_MAC_H

#include "crypto/core.h"

/* RFC 2104 over SM3; a key of any length. */
YKT_MUST_USE enum ykt_status crypto_hmac_sm3(struct crypto *c, struct ykt_bytes key,
    const struct ykt_bytes *parts, size_t count, uint8_t out[32]);

/* ISO/IEC 9797-1 algorithm 1, padding method 2, single DES. */
YKT_MUST_USE enum ykt_status crypto_des_cbc_mac(struct crypto *c, const uint8_t key[8],
    const uint8_t iv[8], struct ykt_bytes data, uint8_t out[8]);

/*
 * ISO/IEC 9797-1 algorithm 3, padding method 2: single DES with the left half
 * of the key, then decryption with the right and encryption with the left half
 * of the last block.
 */
YKT_MUST_USE enum ykt_status crypto_retail_mac(struct crypto *c, const uint8_t key[16],
    const uint8_t iv[8], struct ykt_bytes data, uint8_t out[8]);

/* ISO/IEC 9797-1 algorithm 1, padding method 2, SM4. */
YKT_MUST_USE enum ykt_status crypto_sm4_cbc_mac(struct crypto *c, const uint8_t key[16],
    const uint8_t iv[16], struct ykt_bytes data, uint8_t out[16]);

/*
 * ISO/IEC 9797-1 algorithm 1, padding method 2, with IV zero and any cipher, of
 * two messages: the same two MACs as one at a time, with one key set-up. What a
 * block does not fill of out is zero.
 *
 * YKT_E_ARG  the key's length does not fit its algorithm
 */
YKT_MUST_USE enum ykt_status crypto_cbc_mac_pair(struct crypto *c, const struct crypto_key *key,
    const struct ykt_bytes data[2], uint8_t out[2][CRYPTO_BLOCK_MAX]);

/*
 * NIST SP 800-38B over the parts in sequence; the key's algorithm is AES, SM4
 * or TDES2. Writes one block: with TDES2 only out[0..7], the rest is zero.
 *
 * YKT_E_ARG  another algorithm, or a key length that does not fit it
 */
YKT_MUST_USE enum ykt_status crypto_cmac(struct crypto *c, const struct crypto_key *key,
    const struct ykt_bytes *parts, size_t count, uint8_t out[16]);

#endif
