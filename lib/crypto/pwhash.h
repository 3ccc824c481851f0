/*
 * Verifiers of passwords and PINs: Argon2id (RFC 9106).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_PWHASH_H
#define CRYPTO_PWHASH_H

#include "crypto/core.h"

#define CRYPTO_PWHASH_MAX 128 /* the verifier's text with its NUL */

/* What one guess costs. The library maps memory itself for the time of a call. */
struct crypto_pwhash_cost {
	uint32_t passes;     /* 1..1000 */
	uint32_t memory_kib; /* 8..1048576 */
};

/* For people's passwords on servers: 3 passes of 64 MiB (RFC 9106 section 4). */
extern const struct crypto_pwhash_cost crypto_pwhash_cost_server;
/* For tests and the simulator: as cheap as it gets. */
extern const struct crypto_pwhash_cost crypto_pwhash_cost_test;

/*
 * Writes the verifier: a text of the form "$argon2id$v=19$m=..,t=..,p=1$..$..",
 * that holds salt and cost. The salt is drawn from random.
 *
 * YKT_E_ARG     an empty password, above 1024 bytes, or a cost out of range
 * YKT_E_RANDOM  the source failed
 * YKT_E_CRYPTO  the library failed; most often, no memory of that size
 */
YKT_MUST_USE enum ykt_status
crypto_pwhash_make(const struct ykt_random *random, struct ykt_bytes password,
    const struct crypto_pwhash_cost *cost, char ret_verifier[CRYPTO_PWHASH_MAX]);

/*
 * Compares in constant time. limit bounds what a stored verifier may cost, so
 * that a planted one cannot exhaust the machine.
 *
 * YKT_E_MAC     another password
 * YKT_E_FORMAT  not a verifier, or dearer than limit
 * YKT_E_CRYPTO  no memory
 */
YKT_MUST_USE enum ykt_status crypto_pwhash_check(
    const char *verifier, struct ykt_bytes password, const struct crypto_pwhash_cost *limit);

#define CRYPTO_PWHASH_SALT 16

/*
 * 32 bytes of key out of a password, Argon2id with one lane. As
 * crypto_pwhash_make(), but for YKT_E_RANDOM.
 */
YKT_MUST_USE enum ykt_status
crypto_pwhash_key(struct ykt_bytes password, const uint8_t salt[CRYPTO_PWHASH_SALT],
    const struct crypto_pwhash_cost *cost, uint8_t ret_key[32]);

#endif
