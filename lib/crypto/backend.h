/*
 * The seam: what a backend supplies, chosen at link time. The code above it
 * has checked every length and range; a backend performs and reports
 * YKT_E_CRYPTO when it could not. Only this room includes this header.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_BACKEND_H
#define CRYPTO_BACKEND_H

#include <stdbool.h>

#include "crypto/core.h"
#include "crypto/sm2.h"

struct backend;

struct crypto {
	const struct ykt_alloc *alloc;
	struct backend *backend;
};

enum backend_mode { BACKEND_ECB, BACKEND_CBC };

enum backend_digest { BACKEND_SM3, BACKEND_SHA256 };

YKT_MUST_USE enum ykt_status backend_new(const struct ykt_alloc *alloc,
    const struct ykt_random *seed_or_null, struct backend **ret_backend);
void backend_free(const struct ykt_alloc *alloc, struct backend **backend);
/* Overwrites key schedules. */
void backend_forget(struct backend *b);

/*
 * Starts a run of one key; key_len fits alg. iv is NULL with ECB. The run goes
 * on until the next begin, chaining from call to call; len is whole blocks, at
 * least one, and out may be in.
 */
YKT_MUST_USE enum ykt_status backend_cipher_begin(struct backend *b, enum crypto_alg alg,
    const uint8_t *key, size_t key_len, enum backend_mode mode, bool encrypt, const uint8_t *iv);
YKT_MUST_USE enum ykt_status
backend_cipher_run(struct backend *b, const uint8_t *in, uint8_t *out, size_t len);

/* The digest of first, then the parts; both may be empty. */
YKT_MUST_USE enum ykt_status backend_digest(struct backend *b, enum backend_digest alg,
    struct ykt_bytes first, const struct ykt_bytes *parts, size_t count, uint8_t out[32]);

/* Of the code above the seam: true when 1 <= k <= n-2; constant time. */
bool backend_sm2_scalar_valid(const uint8_t k[32]);

/* d is in [1, n-2]. Writes the point d times G. */
YKT_MUST_USE enum ykt_status
backend_sm2_base(struct backend *b, const uint8_t d[32], struct crypto_sm2_pub *ret_pub);
/* Coordinates are below p. YKT_E_FORMAT: not on the curve. */
YKT_MUST_USE enum ykt_status backend_sm2_check(struct backend *b, const struct crypto_sm2_pub *pub);
/* x is below p. The point with that x and parity of y. YKT_E_FORMAT: none. */
YKT_MUST_USE enum ykt_status
backend_sm2_lift(struct backend *b, const uint8_t x[32], bool odd, struct crypto_sm2_pub *ret_pub);
/* e is the digest of Z and the message. */
YKT_MUST_USE enum ykt_status backend_sm2_sign(
    struct backend *b, const struct crypto_sm2_key *key, const uint8_t e[32], uint8_t sig[64]);
/* r and s are in [1, n-1], pub is on the curve. YKT_E_MAC: wrong. */
YKT_MUST_USE enum ykt_status backend_sm2_verify(struct backend *b, const struct crypto_sm2_pub *pub,
    const uint8_t e[32], const uint8_t sig[64]);
/* Writes text.len + CRYPTO_SM2_EXTRA bytes. */
YKT_MUST_USE enum ykt_status backend_sm2_encrypt(
    struct backend *b, const struct crypto_sm2_pub *pub, struct ykt_bytes text, uint8_t *raw);
/*
 * raw is 98..CRYPTO_SM2_CIPHER_MAX bytes and its C1 is on the curve. Writes
 * raw.len - CRYPTO_SM2_EXTRA bytes. YKT_E_MAC: C3 is wrong; text is then wiped.
 */
YKT_MUST_USE enum ykt_status backend_sm2_decrypt(
    struct backend *b, const struct crypto_sm2_key *key, struct ykt_bytes raw, uint8_t *text);

#endif
