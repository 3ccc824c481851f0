/*
 * Digests over a list of parts, as if they stood one after another.
 * out is written only on YKT_OK; YKT_E_CRYPTO when the library failed. Each
 * digest allocates one small state inside OpenSSL 3.0, and gives it back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include "crypto/core.h"

#define CRYPTO_DIGEST_LEN 32

/* GB/T 32905. */
YKT_MUST_USE enum ykt_status
crypto_sm3(struct crypto *c, const struct ykt_bytes *parts, size_t count, uint8_t out[32]);
/* FIPS 180-4; for certificate pins and published formats only. */
YKT_MUST_USE enum ykt_status
crypto_sha256(struct crypto *c, const struct ykt_bytes *parts, size_t count, uint8_t out[32]);

#endif
