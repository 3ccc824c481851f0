/*
 * The OpenSSL backend: contexts, block ciphers and digests.
 *
 * Ciphers run through ossl.EVP_Cipher(), which neither buffers nor pads: whole
 * blocks in, the same out, chained within the context. Setting a key on a
 * context that has its cipher allocates nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <limits.h>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "crypto/openssl.h"

#define SEED_LEN      1024 /* of which one SM2 operation takes about 100 */
#define SEED_STRENGTH 256

/* Row: key kind; column: enum backend_mode. */
static const char *const cipher_names[OPENSSL_CIPHERS] = {
	"DES-ECB", "DES-CBC",         /* legacy provider */
	"DES-EDE", "DES-EDE-CBC",     /* default provider, as the rest */
	"AES-128-ECB", "AES-128-CBC", /* */
	"AES-192-ECB", "AES-192-CBC", /* */
	"AES-256-ECB", "AES-256-CBC", /* */
	"SM4-ECB", "SM4-CBC",         /* */
};
static const char *const digest_names[] = { [BACKEND_SM3] = "SM3", [BACKEND_SHA256] = "SHA256" };
static const char *const provider_names[] = { "default", "legacy" };

enum ykt_status
openssl_failed(void)
{
	ossl.ERR_clear_error();
	return YKT_E_CRYPTO;
}

static bool
seed_generator(EVP_RAND_CTX *generator, uint8_t seed[SEED_LEN])
{
	unsigned strength = SEED_STRENGTH;
	OSSL_PARAM params[] = {
		ossl.OSSL_PARAM_construct_octet_string(
		    OSSL_RAND_PARAM_TEST_ENTROPY, seed, SEED_LEN),
		ossl.OSSL_PARAM_construct_uint(OSSL_RAND_PARAM_STRENGTH, &strength),
		ossl.OSSL_PARAM_construct_end(),
	};

	return generator != NULL && ossl.EVP_RAND_CTX_set_params(generator, params) == 1 &&
	       ossl.EVP_RAND_instantiate(generator, SEED_STRENGTH, 0, NULL, 0, NULL) == 1;
}

/*
 * The test generator plays back the bytes it was given; both generators of the
 * library context get the same ones, as only one of them is used in any call.
 */
enum ykt_status
openssl_reseed(struct backend *b)
{
	uint8_t seed[SEED_LEN];
	enum ykt_status status;

	if (b->seed == NULL)
		return YKT_OK;
	status = ykt_random_fill(b->seed, seed, sizeof(seed));
	if (status == YKT_OK && (!seed_generator(ossl.RAND_get0_private(b->lib), seed) ||
				    !seed_generator(ossl.RAND_get0_public(b->lib), seed)))
		status = openssl_failed();
	ykt_wipe(seed, sizeof(seed));
	return status;
}

static bool
start_library(struct backend *b)
{
	b->lib = ossl.OSSL_LIB_CTX_new();
	if (b->lib == NULL)
		return false;
	for (size_t i = 0; i < YKT_ARRAY_LEN(provider_names); i++) {
		b->provider[i] = ossl.OSSL_PROVIDER_load(b->lib, provider_names[i]);
		if (b->provider[i] == NULL)
			return false;
	}
	return b->seed == NULL ||
	       ossl.RAND_set_DRBG_type(b->lib, "TEST-RAND", NULL, NULL, NULL) == 1;
}

/* The context keeps its own reference to the fetched algorithm. */
static EVP_CIPHER_CTX *
make_cipher(OSSL_LIB_CTX *lib, const char *name)
{
	EVP_CIPHER *cipher = ossl.EVP_CIPHER_fetch(lib, name, NULL);
	EVP_CIPHER_CTX *ctx = cipher != NULL ? ossl.EVP_CIPHER_CTX_new() : NULL;

	if (ctx != NULL && ossl.EVP_CipherInit_ex2(ctx, cipher, NULL, NULL, 1, NULL) != 1) {
		ossl.EVP_CIPHER_CTX_free(ctx);
		ctx = NULL;
	}
	ossl.EVP_CIPHER_free(cipher);
	return ctx;
}

static EVP_MD_CTX *
make_digest(OSSL_LIB_CTX *lib, const char *name)
{
	EVP_MD *md = ossl.EVP_MD_fetch(lib, name, NULL);
	EVP_MD_CTX *ctx = md != NULL ? ossl.EVP_MD_CTX_new() : NULL;

	if (ctx != NULL && ossl.EVP_DigestInit_ex2(ctx, md, NULL) != 1) {
		ossl.EVP_MD_CTX_free(ctx);
		ctx = NULL;
	}
	ossl.EVP_MD_free(md);
	return ctx;
}

static bool
make_contexts(struct backend *b)
{
	for (size_t i = 0; i < OPENSSL_CIPHERS; i++) {
		b->cipher[i] = make_cipher(b->lib, cipher_names[i]);
		if (b->cipher[i] == NULL)
			return false;
	}
	for (size_t i = 0; i < YKT_ARRAY_LEN(digest_names); i++) {
		b->digest[i] = make_digest(b->lib, digest_names[i]);
		if (b->digest[i] == NULL)
			return false;
	}
	b->numbers = ossl.BN_CTX_new_ex(b->lib);
	b->group = ossl.EC_GROUP_new_by_curve_name_ex(b->lib, NULL, NID_sm2);
	b->point = b->group != NULL ? ossl.EC_POINT_new(b->group) : NULL;
	return b->numbers != NULL && b->point != NULL;
}

enum ykt_status
backend_new(const struct ykt_alloc *alloc, const struct ykt_random *seed_or_null,
    struct backend **ret_backend)
{
	struct backend *b;

	if (!openssl_load())
		return YKT_E_CRYPTO;
	b = ykt_mem_get(alloc, sizeof(*b));
	if (b == NULL)
		return YKT_E_NOMEM;
	b->seed = seed_or_null;
	if (!start_library(b) || !make_contexts(b)) {
		backend_free(alloc, &b);
		return openssl_failed();
	}
	*ret_backend = b;
	return YKT_OK;
}

void
backend_free(const struct ykt_alloc *alloc, struct backend **backend)
{
	struct backend *b = *backend;

	if (b == NULL)
		return;
	for (size_t i = 0; i < OPENSSL_CIPHERS; i++)
		ossl.EVP_CIPHER_CTX_free(b->cipher[i]);
	for (size_t i = 0; i < YKT_ARRAY_LEN(b->digest); i++)
		ossl.EVP_MD_CTX_free(b->digest[i]);
	ossl.EC_POINT_clear_free(b->point);
	ossl.EC_GROUP_free(b->group);
	ossl.BN_CTX_free(b->numbers);
	for (size_t i = 0; i < YKT_ARRAY_LEN(b->provider); i++)
		if (b->provider[i] != NULL)
			ossl.OSSL_PROVIDER_unload(b->provider[i]);
	ossl.OSSL_LIB_CTX_free(b->lib);
	ykt_mem_put(alloc, backend, sizeof(*b));
}

void
backend_forget(struct backend *b)
{
	static const uint8_t zero[CRYPTO_KEY_MAX];

	for (size_t i = 0; i < OPENSSL_CIPHERS; i++)
		if (ossl.EVP_CipherInit_ex2(b->cipher[i], NULL, zero, zero, 1, NULL) != 1)
			(void)openssl_failed();
	b->run = NULL;
}

static size_t
cipher_index(enum crypto_alg alg, size_t key_len, enum backend_mode mode)
{
	size_t kind = 0;

	switch (alg) {
	case CRYPTO_DES:
		kind = 0;
		break;
	case CRYPTO_TDES2:
		kind = 1;
		break;
	case CRYPTO_AES:
		kind = 2 + (key_len - 16) / 8;
		break;
	case CRYPTO_SM4:
		kind = 5;
		break;
	}
	return 2 * kind + (mode == BACKEND_CBC ? 1 : 0);
}

enum ykt_status
backend_cipher_begin(struct backend *b, enum crypto_alg alg, const uint8_t *key, size_t key_len,
    enum backend_mode mode, bool encrypt, const uint8_t *iv)
{
	b->run = b->cipher[cipher_index(alg, key_len, mode)];
	if (ossl.EVP_CipherInit_ex2(b->run, NULL, key, iv, encrypt ? 1 : 0, NULL) != 1)
		return openssl_failed();
	return YKT_OK;
}

enum ykt_status
backend_cipher_run(struct backend *b, const uint8_t *in, uint8_t *out, size_t len)
{
	if (len > UINT_MAX / 2 || ossl.EVP_Cipher(b->run, out, in, (unsigned)len) != (int)len)
		return openssl_failed();
	return YKT_OK;
}

enum ykt_status
backend_digest(struct backend *b, enum backend_digest alg, struct ykt_bytes first,
    const struct ykt_bytes *parts, size_t count, uint8_t out[32])
{
	EVP_MD_CTX *ctx = b->digest[alg];

	if (ossl.EVP_DigestInit_ex2(ctx, NULL, NULL) != 1 ||
	    (first.len > 0 && ossl.EVP_DigestUpdate(ctx, first.data, first.len) != 1))
		return openssl_failed();
	for (size_t i = 0; i < count; i++)
		if (parts[i].len > 0 &&
		    ossl.EVP_DigestUpdate(ctx, parts[i].data, parts[i].len) != 1)
			return openssl_failed();
	if (ossl.EVP_DigestFinal_ex(ctx, out, NULL) != 1)
		return openssl_failed();
	return YKT_OK;
}
