/*
 * The crypto handle and the symmetric key type.
 *
 * One handle serves one thread or worker at a time: it holds the library's
 * reused contexts, so that a call on it allocates nothing unless its comment
 * says so. Making one is slow (about a millisecond); make it once and lend it.
 *
 * A handle remembers the key schedules of its last calls, as any cipher
 * context does; crypto_forget() overwrites them, crypto_free() too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_CORE_H
#define CRYPTO_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ykt/bytes.h>
#include <ykt/driver/alloc.h>
#include <ykt/driver/random.h>
#include <ykt/status.h>

#define CRYPTO_KEY_MAX   32
#define CRYPTO_BLOCK_MAX 16

struct crypto;

enum crypto_alg {
	CRYPTO_DES,   /* 8-byte key, 8-byte block */
	CRYPTO_TDES2, /* two-key EDE: 16-byte key, 8-byte block */
	CRYPTO_AES,   /* 16, 24 or 32-byte key, 16-byte block */
	CRYPTO_SM4    /* 16-byte key, 16-byte block (GB/T 32907) */
};

/* A key by value; whoever holds it wipes it. Parity bits of DES are ignored. */
struct crypto_key {
	enum crypto_alg alg;
	uint8_t len;
	uint8_t bytes[CRYPTO_KEY_MAX];
};

/*
 * Makes a handle. alloc is borrowed and must outlive it. seed_or_null: NULL in
 * production, where the library's own generator makes nonces; in the simulator
 * a deterministic source (borrowed, outlives the handle) from which every nonce
 * is then drawn, so that the same bytes give the same signatures and
 * ciphertexts.
 *
 * YKT_E_NOMEM   no memory
 * YKT_E_ARG     a seed, with a backend that cannot use one (chip.h)
 * YKT_E_CRYPTO  the library lacks an algorithm or could not start
 */
YKT_MUST_USE enum ykt_status crypto_new(const struct ykt_alloc *alloc,
    const struct ykt_random *seed_or_null, struct crypto **ret_crypto);

/* Wipes and frees; accepts NULL in *crypto; leaves NULL there. */
void crypto_free(struct crypto **crypto);

/* Overwrites the key schedules that the handle's contexts still hold. */
void crypto_forget(struct crypto *c);

/* 8 or 16; 0 for a foreign value. */
size_t crypto_block_len(enum crypto_alg alg);

/* True when a key of alg may be len bytes long. */
bool crypto_key_fits(enum crypto_alg alg, size_t len);

/* YKT_E_ARG: bytes.len is no key length of alg; *ret_key is then untouched. */
YKT_MUST_USE enum ykt_status
crypto_key_set(enum crypto_alg alg, struct ykt_bytes bytes, struct crypto_key *ret_key);

#endif
