/*
 * Key derivation from a shared secret.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_KDF_H
#define CRYPTO_KDF_H

#include "crypto/core.h"

#define CRYPTO_KDF_MAX 1024

/*
 * The KDF of GB/T 32918.4 5.4.3 (that of X9.63) with SM3: the digests of
 * secret | counter 00000001.. | info, one after another, out_len bytes of them.
 * Writes out only on YKT_OK.
 *
 * YKT_E_ARG     out_len is 0 or above CRYPTO_KDF_MAX
 * YKT_E_CRYPTO  the library failed
 */
YKT_MUST_USE enum ykt_status crypto_kdf_sm3(
    struct crypto *c, struct ykt_bytes secret, struct ykt_bytes info, uint8_t *out, size_t out_len);

#endif
