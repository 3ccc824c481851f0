/*
 * The table that a chip's integrator supplies for the chip backend: link
 * libykt-crypto-chip.a in the place of libykt-crypto.a and define crypto_chip.
 * Only the backend calls the slots, after it has checked every length and
 * range. A slot returns YKT_OK or YKT_E_CRYPTO, or what its comment names, and
 * keeps no pointer. All slots are required. The chip makes its own signature
 * nonces, so crypto_new() refuses a seed with YKT_E_ARG.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_CHIP_H
#define CRYPTO_CHIP_H

#include <stdbool.h>

#include "crypto/core.h"
#include "crypto/sm2.h"

/* One pass over whole blocks; iv is one block, or NULL for ECB. */
struct crypto_chip_cipher {
	enum crypto_alg alg;
	bool encrypt;
	const uint8_t *key;
	size_t key_len;
	const uint8_t *iv;
};

struct crypto_chip_sm2 {
	/* k times base, or times G when base is NULL; k is in [1, n-2]. */
	enum ykt_status (*multiply)(void *ctx, const uint8_t k[32],
	    const struct crypto_sm2_pub *base, struct crypto_sm2_pub *ret_point);
	/* The point of this x (below p) and parity of y. YKT_E_FORMAT: none. */
	enum ykt_status (*lift)(
	    void *ctx, const uint8_t x[32], bool odd, struct crypto_sm2_pub *ret_point);
	/* Over the digest e of Z and message. */
	enum ykt_status (*sign)(
	    void *ctx, const uint8_t d[32], const uint8_t e[32], uint8_t sig[64]);
	/* YKT_E_MAC: wrong. */
	enum ykt_status (*verify)(void *ctx, const struct crypto_sm2_pub *pub, const uint8_t e[32],
	    const uint8_t sig[64]);
};

struct crypto_chip {
	void *ctx;
	/* len is whole blocks, at least one; out may be in. */
	enum ykt_status (*cipher)(void *ctx, const struct crypto_chip_cipher *op, const uint8_t *in,
	    uint8_t *out, size_t len);
	/* SM3, or SHA-256 when sha256 is set, of first and then the parts. */
	enum ykt_status (*digest)(void *ctx, bool sha256, struct ykt_bytes first,
	    const struct ykt_bytes *parts, size_t count, uint8_t out[32]);
	/* Random bytes fit for nonces. */
	enum ykt_status (*random)(void *ctx, uint8_t *out, size_t len);
	const struct crypto_chip_sm2 *sm2;
};

extern const struct crypto_chip crypto_chip;

#endif
