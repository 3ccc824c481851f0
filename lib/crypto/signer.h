/*
 * Something that signs and decrypts with one SM2 key, wherever that key lives:
 * in memory, in a sealed store, or behind APDUs in a secure element.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CRYPTO_SIGNER_H
#define CRYPTO_SIGNER_H

#include "crypto/sm2.h"

struct signer {
	void *ctx;
	struct crypto_sm2_pub pub;
	/* SM2 with the default id; sig is written only on YKT_OK. */
	enum ykt_status (*sign)(void *ctx, struct ykt_bytes msg, uint8_t sig[64]);
	/* Appends the text of C1 | C3 | C2 to out; as crypto_sm2_decrypt(). */
	enum ykt_status (*decrypt)(void *ctx, struct ykt_bytes in, struct ykt_buf *out);
	/*
	 * Optional. Appends C1 | C3 | C2 of text for peer. A signer that keeps the
	 * peer's key itself answers YKT_MISMATCH for another one.
	 */
	enum ykt_status (*encipher)(void *ctx, const struct crypto_sm2_pub *peer,
	    struct ykt_bytes text, struct ykt_buf *out);
};

/* The one place that calls the slots; checks the arguments first. */
YKT_MUST_USE enum ykt_status
signer_sign(const struct signer *signer, struct ykt_bytes msg, uint8_t sig[64]);
YKT_MUST_USE enum ykt_status
signer_decrypt(const struct signer *signer, struct ykt_bytes in, struct ykt_buf *out);
/* Where the signer cannot, c encrypts: as crypto_sm2_encrypt(). */
YKT_MUST_USE enum ykt_status signer_encipher(const struct signer *signer, struct crypto *c,
    const struct crypto_sm2_pub *peer, struct ykt_bytes text, struct ykt_buf *out);

/* A signer over a key in memory: an embedded object that its owner provides. */
struct signer_soft {
	struct signer signer; /* hand out &soft->signer; do not move soft */
	struct crypto *crypto;
	struct crypto_sm2_key key;
};

/* Copies key, borrows crypto (same thread). clear wipes the copy. */
void
signer_soft_init(struct signer_soft *soft, struct crypto *crypto, const struct crypto_sm2_key *key);
void signer_soft_clear(struct signer_soft *soft);

#endif
