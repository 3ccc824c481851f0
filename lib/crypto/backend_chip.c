/*
 * The chip backend: the seam over crypto_chip. Chaining between passes and the
 * composition of SM2 encryption (GB/T 32918.4) are done here, so that a chip
 * needs cipher, digest, random and four operations of the curve.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "crypto/backend.h"
#include "crypto/chip.h"
#include "crypto/digest.h"
#include "crypto/kdf.h"

#define NONCE_TRIES 64

_Static_assert(CRYPTO_KDF_MAX >= CRYPTO_SM2_TEXT_MAX, "one derivation masks a text");

struct backend {
	struct crypto_chip_cipher op;
	uint8_t key[CRYPTO_KEY_MAX];
	uint8_t iv[CRYPTO_BLOCK_MAX];
};

enum ykt_status
backend_new(const struct ykt_alloc *alloc, const struct ykt_random *seed_or_null,
    struct backend **ret_backend)
{
	struct backend *b;

	if (seed_or_null != NULL)
		return YKT_E_ARG;
	b = ykt_mem_get(alloc, sizeof(*b));
	if (b == NULL)
		return YKT_E_NOMEM;
	*ret_backend = b;
	return YKT_OK;
}

void
backend_free(const struct ykt_alloc *alloc, struct backend **backend)
{
	ykt_mem_put(alloc, backend, sizeof(**backend));
}

void
backend_forget(struct backend *b)
{
	ykt_wipe(b, sizeof(*b));
}

enum ykt_status
backend_cipher_begin(struct backend *b, enum crypto_alg alg, const uint8_t *key, size_t key_len,
    enum backend_mode mode, bool encrypt, const uint8_t *iv)
{
	memcpy(b->key, key, key_len);
	if (mode == BACKEND_CBC)
		memcpy(b->iv, iv, crypto_block_len(alg));
	b->op = (struct crypto_chip_cipher){
		.alg = alg,
		.encrypt = encrypt,
		.key = b->key,
		.key_len = key_len,
		.iv = mode == BACKEND_CBC ? b->iv : NULL,
	};
	return YKT_OK;
}

enum ykt_status
backend_cipher_run(struct backend *b, const uint8_t *in, uint8_t *out, size_t len)
{
	size_t block = crypto_block_len(b->op.alg);
	uint8_t last_in[CRYPTO_BLOCK_MAX];
	enum ykt_status status;

	memcpy(last_in, in + len - block, block);
	status = crypto_chip.cipher(crypto_chip.ctx, &b->op, in, out, len);
	if (status == YKT_OK && b->op.iv != NULL)
		memcpy(b->iv, b->op.encrypt ? out + len - block : last_in, block);
	ykt_wipe(last_in, sizeof(last_in));
	return status;
}

enum ykt_status
backend_digest(struct backend *b, enum backend_digest alg, struct ykt_bytes first,
    const struct ykt_bytes *parts, size_t count, uint8_t out[32])
{
	(void)b;
	return crypto_chip.digest(crypto_chip.ctx, alg == BACKEND_SHA256, first, parts, count, out);
}

enum ykt_status
backend_sm2_base(struct backend *b, const uint8_t d[32], struct crypto_sm2_pub *ret_pub)
{
	(void)b;
	return crypto_chip.sm2->multiply(crypto_chip.ctx, d, NULL, ret_pub);
}

enum ykt_status
backend_sm2_check(struct backend *b, const struct crypto_sm2_pub *pub)
{
	struct crypto_sm2_pub lifted;
	enum ykt_status status = backend_sm2_lift(b, pub->xy, (pub->xy[63] & 1) != 0, &lifted);

	if (status == YKT_OK && !ykt_ct_equal(lifted.xy, pub->xy, sizeof(lifted.xy)))
		status = YKT_E_FORMAT;
	return status;
}

enum ykt_status
backend_sm2_lift(struct backend *b, const uint8_t x[32], bool odd, struct crypto_sm2_pub *ret_pub)
{
	(void)b;
	return crypto_chip.sm2->lift(crypto_chip.ctx, x, odd, ret_pub);
}

enum ykt_status
backend_sm2_sign(
    struct backend *b, const struct crypto_sm2_key *key, const uint8_t e[32], uint8_t sig[64])
{
	(void)b;
	return crypto_chip.sm2->sign(crypto_chip.ctx, key->d, e, sig);
}

enum ykt_status
backend_sm2_verify(
    struct backend *b, const struct crypto_sm2_pub *pub, const uint8_t e[32], const uint8_t sig[64])
{
	(void)b;
	return crypto_chip.sm2->verify(crypto_chip.ctx, pub, e, sig);
}

/* Masks in to out with the derivation of the shared point. */
static enum ykt_status
mask(struct backend *b, const struct crypto_sm2_pub *shared, struct ykt_bytes in, uint8_t *out)
{
	struct crypto c = { NULL, b };
	uint8_t stream[CRYPTO_SM2_TEXT_MAX];
	enum ykt_status status = crypto_kdf_sm3(
	    &c, YKT_BYTES(shared->xy), (struct ykt_bytes){ NULL, 0 }, stream, in.len);

	for (size_t i = 0; status == YKT_OK && i < in.len; i++)
		out[i] = in.data[i] ^ stream[i];
	ykt_wipe(stream, sizeof(stream));
	return status;
}

/* C3 = SM3(x | text | y) of the shared point. */
static enum ykt_status
check_digest(
    struct backend *b, const struct crypto_sm2_pub *shared, struct ykt_bytes text, uint8_t c3[32])
{
	const struct ykt_bytes parts[] = { text, ykt_bytes(shared->xy + 32, 32) };

	return backend_digest(
	    b, BACKEND_SM3, ykt_bytes(shared->xy, 32), parts, YKT_ARRAY_LEN(parts), c3);
}

static enum ykt_status
draw_nonce(uint8_t k[32])
{
	for (int i = 0; i < NONCE_TRIES; i++) {
		enum ykt_status status = crypto_chip.random(crypto_chip.ctx, k, 32);

		if (status != YKT_OK || backend_sm2_scalar_valid(k))
			return status;
	}
	return YKT_E_CRYPTO;
}

enum ykt_status
backend_sm2_encrypt(
    struct backend *b, const struct crypto_sm2_pub *pub, struct ykt_bytes text, uint8_t *raw)
{
	uint8_t k[32];
	struct crypto_sm2_pub c1;
	struct crypto_sm2_pub shared;
	enum ykt_status status = draw_nonce(k);

	if (status == YKT_OK)
		status = crypto_chip.sm2->multiply(crypto_chip.ctx, k, NULL, &c1);
	if (status == YKT_OK)
		status = crypto_chip.sm2->multiply(crypto_chip.ctx, k, pub, &shared);
	if (status == YKT_OK)
		status = check_digest(b, &shared, text, raw + CRYPTO_SM2_POINT_LEN);
	if (status == YKT_OK)
		status = mask(b, &shared, text, raw + CRYPTO_SM2_EXTRA);
	if (status == YKT_OK) {
		raw[0] = 0x04;
		memcpy(raw + 1, c1.xy, sizeof(c1.xy));
	}
	ykt_wipe(k, sizeof(k));
	ykt_wipe(&shared, sizeof(shared));
	return status;
}

enum ykt_status
backend_sm2_decrypt(
    struct backend *b, const struct crypto_sm2_key *key, struct ykt_bytes raw, uint8_t *text)
{
	struct ykt_bytes c2 = ykt_bytes_sub(raw, CRYPTO_SM2_EXTRA, raw.len);
	struct crypto_sm2_pub c1;
	struct crypto_sm2_pub shared;
	uint8_t c3[CRYPTO_DIGEST_LEN];
	enum ykt_status status;

	memcpy(c1.xy, raw.data + 1, sizeof(c1.xy));
	status = crypto_chip.sm2->multiply(crypto_chip.ctx, key->d, &c1, &shared);
	if (status == YKT_OK)
		status = mask(b, &shared, c2, text);
	if (status == YKT_OK)
		status = check_digest(b, &shared, ykt_bytes(text, c2.len), c3);
	if (status == YKT_OK && !ykt_ct_equal(c3, raw.data + CRYPTO_SM2_POINT_LEN, sizeof(c3)))
		status = YKT_E_MAC;
	if (status != YKT_OK)
		ykt_wipe(text, c2.len);
	ykt_wipe(&shared, sizeof(shared));
	ykt_wipe(c3, sizeof(c3));
	return status;
}
