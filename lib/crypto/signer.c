/*
 * The caller of signers, and the signer over a key in memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/signer.h"

enum ykt_status
signer_sign(const struct signer *signer, struct ykt_bytes msg, uint8_t sig[64])
{
	uint8_t made[CRYPTO_SM2_SIG_LEN] = { 0 };
	enum ykt_status status = signer->sign(signer->ctx, msg, made);

	if (status == YKT_OK)
		memcpy(sig, made, sizeof(made));
	return status;
}

/* A signer may be another's code: believe no length it reports. */
static enum ykt_status
settle(enum ykt_status status, size_t before, size_t added, struct ykt_buf *out)
{
	if (status == YKT_OK && (out->full || out->len != before + added))
		status = YKT_E_DRIVER;
	if (status != YKT_OK) {
		out->len = before;
		ykt_wipe(out->data + before, out->cap - before);
	}
	return status;
}

enum ykt_status
signer_decrypt(const struct signer *signer, struct ykt_bytes in, struct ykt_buf *out)
{
	size_t before = out->len;
	enum ykt_status status;

	if (in.len <= CRYPTO_SM2_EXTRA || in.len > CRYPTO_SM2_CIPHER_MAX)
		return YKT_E_FORMAT;
	if (out->cap - out->len < in.len - CRYPTO_SM2_EXTRA)
		return YKT_E_SPACE;
	status = signer->decrypt(signer->ctx, in, out);
	return settle(status, before, in.len - CRYPTO_SM2_EXTRA, out);
}

enum ykt_status
signer_encipher(const struct signer *signer, struct crypto *c, const struct crypto_sm2_pub *peer,
    struct ykt_bytes text, struct ykt_buf *out)
{
	size_t before = out->len;
	enum ykt_status status;

	if (signer->encipher == NULL)
		return crypto_sm2_encrypt(c, peer, text, out);
	if (text.len == 0 || text.len > CRYPTO_SM2_TEXT_MAX)
		return YKT_E_ARG;
	if (out->cap - out->len < text.len + CRYPTO_SM2_EXTRA)
		return YKT_E_SPACE;
	status = signer->encipher(signer->ctx, peer, text, out);
	return settle(status, before, text.len + CRYPTO_SM2_EXTRA, out);
}

static enum ykt_status
soft_sign(void *ctx, struct ykt_bytes msg, uint8_t sig[64])
{
	struct signer_soft *soft = ctx;

	return crypto_sm2_sign(soft->crypto, &soft->key, crypto_sm2_default_id, msg, sig);
}

static enum ykt_status
soft_decrypt(void *ctx, struct ykt_bytes in, struct ykt_buf *out)
{
	struct signer_soft *soft = ctx;

	return crypto_sm2_decrypt(soft->crypto, &soft->key, in, out);
}

void
signer_soft_init(struct signer_soft *soft, struct crypto *crypto, const struct crypto_sm2_key *key)
{
	soft->crypto = crypto;
	soft->key = *key;
	soft->signer = (struct signer){
		.ctx = soft,
		.pub = key->pub,
		.sign = soft_sign,
		.decrypt = soft_decrypt,
	};
}

void
signer_soft_clear(struct signer_soft *soft)
{
	ykt_wipe(soft, sizeof(*soft));
}
