/*
 * The OpenSSL backend: SM2.
 *
 * The library speaks DER; what goes in and out is turned into the national
 * form by the room's own codec, on lengths that were checked before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <openssl/core_names.h>

#include <ykt/secret.h>

#include "crypto/openssl.h"

#define SIG_DER_MAX 72

static bool
point_store(struct backend *b, struct crypto_sm2_pub *pub)
{
	uint8_t raw[CRYPTO_SM2_POINT_LEN];

	if (ossl.EC_POINT_point2oct(b->group, b->point, POINT_CONVERSION_UNCOMPRESSED, raw,
		sizeof(raw), b->numbers) != sizeof(raw))
		return false;
	memcpy(pub->xy, raw + 1, sizeof(pub->xy));
	return true;
}

enum ykt_status
backend_sm2_base(struct backend *b, const uint8_t d[32], struct crypto_sm2_pub *ret_pub)
{
	BIGNUM *k = ossl.BN_secure_new();
	enum ykt_status status = openssl_reseed(b);

	if (status != YKT_OK)
		goto out;
	if (k == NULL || ossl.BN_bin2bn(d, 32, k) == NULL)
		goto failed;
	ossl.BN_set_flags(k, BN_FLG_CONSTTIME);
	if (ossl.EC_POINT_mul(b->group, b->point, k, NULL, NULL, b->numbers) == 1 &&
	    point_store(b, ret_pub))
		goto out;
failed:
	status = openssl_failed();
out:
	ossl.BN_clear_free(k);
	return status;
}

enum ykt_status
backend_sm2_check(struct backend *b, const struct crypto_sm2_pub *pub)
{
	uint8_t raw[CRYPTO_SM2_POINT_LEN] = { POINT_CONVERSION_UNCOMPRESSED };

	memcpy(raw + 1, pub->xy, sizeof(pub->xy));
	if (ossl.EC_POINT_oct2point(b->group, b->point, raw, sizeof(raw), b->numbers) == 1)
		return YKT_OK;
	(void)openssl_failed();
	return YKT_E_FORMAT;
}

enum ykt_status
backend_sm2_lift(struct backend *b, const uint8_t x[32], bool odd, struct crypto_sm2_pub *ret_pub)
{
	uint8_t raw[33] = { (uint8_t)(POINT_CONVERSION_COMPRESSED + (odd ? 1 : 0)) };

	memcpy(raw + 1, x, 32);
	if (ossl.EC_POINT_oct2point(b->group, b->point, raw, sizeof(raw), b->numbers) != 1) {
		(void)openssl_failed();
		return YKT_E_FORMAT;
	}
	return point_store(b, ret_pub) ? YKT_OK : openssl_failed();
}

/* The library's key object; d is NULL for a public key. */
static EVP_PKEY *
make_key(struct backend *b, const struct crypto_sm2_pub *pub, const uint8_t *d)
{
	EVP_PKEY_CTX *ctx = ossl.EVP_PKEY_CTX_new_from_name(b->lib, "SM2", NULL);
	OSSL_PARAM_BLD *build = ossl.OSSL_PARAM_BLD_new();
	BIGNUM *k = d != NULL ? ossl.BN_secure_new() : NULL;
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;
	uint8_t raw[CRYPTO_SM2_POINT_LEN] = { POINT_CONVERSION_UNCOMPRESSED };

	memcpy(raw + 1, pub->xy, sizeof(pub->xy));
	if (ctx == NULL || build == NULL ||
	    ossl.OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) !=
		1 ||
	    ossl.OSSL_PARAM_BLD_push_octet_string(
		build, OSSL_PKEY_PARAM_PUB_KEY, raw, sizeof(raw)) != 1)
		goto out;
	if (d != NULL &&
	    (k == NULL || ossl.BN_bin2bn(d, 32, k) == NULL ||
		ossl.OSSL_PARAM_BLD_push_BN_pad(build, OSSL_PKEY_PARAM_PRIV_KEY, k, 32) != 1))
		goto out;
	params = ossl.OSSL_PARAM_BLD_to_param(build);
	if (params == NULL || ossl.EVP_PKEY_fromdata_init(ctx) != 1 ||
	    ossl.EVP_PKEY_fromdata(
		ctx, &key, d != NULL ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
out:
	for (OSSL_PARAM *p = params; p != NULL && p->key != NULL; p++)
		ykt_wipe(p->data, p->data_size);
	ossl.OSSL_PARAM_free(params);
	ossl.OSSL_PARAM_BLD_free(build);
	ossl.BN_clear_free(k);
	ossl.EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY_CTX *
make_operation(struct backend *b, const struct crypto_sm2_pub *pub, const uint8_t *d)
{
	EVP_PKEY *key = make_key(b, pub, d);
	EVP_PKEY_CTX *ctx = key != NULL ? ossl.EVP_PKEY_CTX_new_from_pkey(b->lib, key, NULL) : NULL;

	ossl.EVP_PKEY_free(key);
	return ctx;
}

enum ykt_status
backend_sm2_sign(
    struct backend *b, const struct crypto_sm2_key *key, const uint8_t e[32], uint8_t sig[64])
{
	EVP_PKEY_CTX *ctx = NULL;
	uint8_t der[SIG_DER_MAX];
	size_t len = sizeof(der);
	enum ykt_status status = openssl_reseed(b);

	if (status != YKT_OK)
		return status;
	ctx = make_operation(b, &key->pub, key->d);
	if (ctx == NULL || ossl.EVP_PKEY_sign_init(ctx) != 1 ||
	    ossl.EVP_PKEY_sign(ctx, der, &len, e, 32) != 1 ||
	    crypto_sm2_sig_from_der(ykt_bytes(der, len), sig) != YKT_OK)
		status = openssl_failed();
	ossl.EVP_PKEY_CTX_free(ctx);
	return status;
}

enum ykt_status
backend_sm2_verify(
    struct backend *b, const struct crypto_sm2_pub *pub, const uint8_t e[32], const uint8_t sig[64])
{
	EVP_PKEY_CTX *ctx = make_operation(b, pub, NULL);
	uint8_t der[SIG_DER_MAX];
	struct ykt_buf out = YKT_BUF(der);
	enum ykt_status status = crypto_sm2_sig_to_der(sig, &out);
	int answer = -1;

	if (status == YKT_OK && ctx != NULL && ossl.EVP_PKEY_verify_init(ctx) == 1)
		answer = ossl.EVP_PKEY_verify(ctx, out.data, out.len, e, 32);
	ossl.EVP_PKEY_CTX_free(ctx);
	if (answer == 1)
		return YKT_OK;
	status = openssl_failed();
	return answer == 0 ? YKT_E_MAC : status;
}

enum ykt_status
backend_sm2_encrypt(
    struct backend *b, const struct crypto_sm2_pub *pub, struct ykt_bytes text, uint8_t *raw)
{
	struct ykt_buf out = { raw, 0, text.len + CRYPTO_SM2_EXTRA, false };
	EVP_PKEY_CTX *ctx = NULL;
	size_t len = sizeof(b->der);
	enum ykt_status status = openssl_reseed(b);

	if (status != YKT_OK)
		return status;
	ctx = make_operation(b, pub, NULL);
	if (ctx == NULL || ossl.EVP_PKEY_encrypt_init(ctx) != 1 ||
	    ossl.EVP_PKEY_encrypt(ctx, b->der, &len, text.data, text.len) != 1 ||
	    crypto_sm2_cipher_from_der(ykt_bytes(b->der, len), &out) != YKT_OK ||
	    out.len != out.cap)
		status = openssl_failed();
	ossl.EVP_PKEY_CTX_free(ctx);
	return status;
}

enum ykt_status
backend_sm2_decrypt(
    struct backend *b, const struct crypto_sm2_key *key, struct ykt_bytes raw, uint8_t *text)
{
	struct ykt_buf der = YKT_BUF(b->der);
	size_t text_len = raw.len - CRYPTO_SM2_EXTRA;
	size_t len = text_len;
	EVP_PKEY_CTX *ctx = NULL;
	enum ykt_status status = openssl_reseed(b);

	if (status == YKT_OK)
		status = crypto_sm2_cipher_to_der(raw, &der);
	if (status != YKT_OK)
		return status;
	ctx = make_operation(b, &key->pub, key->d);
	if (ctx == NULL || ossl.EVP_PKEY_decrypt_init(ctx) != 1) {
		status = openssl_failed();
	} else if (ossl.EVP_PKEY_decrypt(ctx, text, &len, der.data, der.len) != 1 ||
		   len != text_len) {
		/* With valid lengths and points, what is left is C3 or memory. */
		bool memory = ERR_GET_REASON(ossl.ERR_peek_error()) == ERR_R_MALLOC_FAILURE;

		status = openssl_failed();
		if (!memory)
			status = YKT_E_MAC;
	}
	if (status != YKT_OK)
		ykt_wipe(text, text_len);
	ossl.EVP_PKEY_CTX_free(ctx);
	return status;
}
