/*
 * The table of chip.h made of libgcrypt calls.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <gcrypt.h>

#include "chip_gcrypt.h"

void
gcrypt_start(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P) != 0)
		return;
	(void)gcry_check_version(NULL);
	(void)gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	(void)gcry_control(GCRYCTL_ENABLE_QUICK_RANDOM, 0);
	(void)gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static int
cipher_id(enum crypto_alg alg, size_t key_len)
{
	switch (alg) {
	case CRYPTO_DES:
		return GCRY_CIPHER_DES;
	case CRYPTO_TDES2:
		return GCRY_CIPHER_3DES;
	case CRYPTO_AES:
		return key_len == 16   ? GCRY_CIPHER_AES128
		       : key_len == 24 ? GCRY_CIPHER_AES192
				       : GCRY_CIPHER_AES256;
	case CRYPTO_SM4:
		return GCRY_CIPHER_SM4;
	}
	return GCRY_CIPHER_NONE;
}

static enum ykt_status
chip_cipher(
    void *ctx, const struct crypto_chip_cipher *op, const uint8_t *in, uint8_t *out, size_t len)
{
	gcry_cipher_hd_t hd = NULL;
	uint8_t key[CRYPTO_KEY_MAX];
	size_t key_len = op->key_len;
	gcry_error_t failed;

	(void)ctx;
	gcrypt_start();
	memcpy(key, op->key, key_len);
	if (op->alg == CRYPTO_TDES2) {
		memcpy(key + 16, op->key, 8);
		key_len = 24;
	}
	failed = gcry_cipher_open(&hd, cipher_id(op->alg, op->key_len),
	    op->iv != NULL ? GCRY_CIPHER_MODE_CBC : GCRY_CIPHER_MODE_ECB, 0);
	if (failed != 0)
		return YKT_E_CRYPTO;
	/* Weak DES keys are keys here: the card standards do not exclude them. */
	(void)gcry_cipher_ctl(hd, GCRYCTL_SET_ALLOW_WEAK_KEY, NULL, 1);
	failed = gcry_cipher_setkey(hd, key, key_len);
	if (gcry_err_code(failed) == GPG_ERR_WEAK_KEY)
		failed = 0;
	if (failed == 0 && op->iv != NULL)
		failed = gcry_cipher_setiv(hd, op->iv, crypto_block_len(op->alg));
	if (in != out)
		memcpy(out, in, len);
	if (failed == 0)
		failed = op->encrypt ? gcry_cipher_encrypt(hd, out, len, NULL, 0)
				     : gcry_cipher_decrypt(hd, out, len, NULL, 0);
	gcry_cipher_close(hd);
	return failed == 0 ? YKT_OK : YKT_E_CRYPTO;
}

static enum ykt_status
chip_digest(void *ctx, bool sha256, struct ykt_bytes first, const struct ykt_bytes *parts,
    size_t count, uint8_t out[32])
{
	gcry_md_hd_t hd = NULL;

	(void)ctx;
	gcrypt_start();
	if (gcry_md_open(&hd, sha256 ? GCRY_MD_SHA256 : GCRY_MD_SM3, 0) != 0)
		return YKT_E_CRYPTO;
	gcry_md_write(hd, first.data, first.len);
	for (size_t i = 0; i < count; i++)
		gcry_md_write(hd, parts[i].data, parts[i].len);
	memcpy(out, gcry_md_read(hd, 0), 32);
	gcry_md_close(hd);
	return YKT_OK;
}

static enum ykt_status
chip_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	gcrypt_start();
	gcry_create_nonce(out, len);
	return YKT_OK;
}

/* A number as exactly 32 bytes. */
static void
store_number(gcry_mpi_t number, uint8_t out[32])
{
	uint8_t raw[32];
	size_t len = 0;

	(void)gcry_mpi_print(GCRYMPI_FMT_USG, raw, sizeof(raw), &len, number);
	memset(out, 0, 32);
	memcpy(out + 32 - len, raw, len);
}

static enum ykt_status
chip_multiply(void *ctx, const uint8_t k[32], const struct crypto_sm2_pub *base,
    struct crypto_sm2_pub *ret_point)
{
	gcry_ctx_t curve = NULL;
	gcry_mpi_point_t point;
	gcry_mpi_t scalar = NULL;
	gcry_mpi_t x = NULL;
	gcry_mpi_t y = NULL;
	enum ykt_status status = YKT_E_CRYPTO;

	(void)ctx;
	gcrypt_start();
	if (gcry_mpi_ec_new(&curve, NULL, "sm2p256v1") != 0 ||
	    gcry_mpi_scan(&scalar, GCRYMPI_FMT_USG, k, 32, NULL) != 0)
		return YKT_E_CRYPTO;
	if (base != NULL) {
		(void)gcry_mpi_scan(&x, GCRYMPI_FMT_USG, base->xy, 32, NULL);
		(void)gcry_mpi_scan(&y, GCRYMPI_FMT_USG, base->xy + 32, 32, NULL);
		point = gcry_mpi_point_snatch_set(NULL, x, y, gcry_mpi_set_ui(NULL, 1));
	} else {
		point = gcry_mpi_ec_get_point("g", curve, 1);
	}
	x = gcry_mpi_new(0);
	y = gcry_mpi_new(0);
	gcry_mpi_ec_mul(point, scalar, point, curve);
	if (gcry_mpi_ec_get_affine(x, y, point, curve) == 0) {
		store_number(x, ret_point->xy);
		store_number(y, ret_point->xy + 32);
		status = YKT_OK;
	}
	gcry_mpi_release(x);
	gcry_mpi_release(y);
	gcry_mpi_release(scalar);
	gcry_mpi_point_release(point);
	gcry_ctx_release(curve);
	return status;
}

/* y = (x^3 + ax + b)^((p+1)/4), as p is 3 modulo 4; then y^2 is compared. */
static enum ykt_status
chip_lift(void *ctx, const uint8_t x_raw[32], bool odd, struct crypto_sm2_pub *ret_point)
{
	gcry_ctx_t curve = NULL;
	gcry_mpi_t p, a, b, x = NULL, y, right, square;
	enum ykt_status status = YKT_E_FORMAT;

	(void)ctx;
	gcrypt_start();
	if (gcry_mpi_ec_new(&curve, NULL, "sm2p256v1") != 0)
		return YKT_E_CRYPTO;
	p = gcry_mpi_ec_get_mpi("p", curve, 1);
	a = gcry_mpi_ec_get_mpi("a", curve, 1);
	b = gcry_mpi_ec_get_mpi("b", curve, 1);
	(void)gcry_mpi_scan(&x, GCRYMPI_FMT_USG, x_raw, 32, NULL);
	y = gcry_mpi_new(0);
	right = gcry_mpi_new(0);
	square = gcry_mpi_new(0);
	gcry_mpi_mulm(right, x, x, p);
	gcry_mpi_addm(right, right, a, p);
	gcry_mpi_mulm(right, right, x, p);
	gcry_mpi_addm(right, right, b, p);
	gcry_mpi_add_ui(square, p, 1);
	gcry_mpi_rshift(square, square, 2);
	gcry_mpi_powm(y, right, square, p);
	gcry_mpi_mulm(square, y, y, p);
	if (gcry_mpi_cmp(square, right) == 0) {
		if ((gcry_mpi_test_bit(y, 0) != 0) != odd)
			gcry_mpi_sub(y, p, y);
		memmove(ret_point->xy, x_raw, 32);
		store_number(y, ret_point->xy + 32);
		status = YKT_OK;
	}
	gcry_mpi_release(p);
	gcry_mpi_release(a);
	gcry_mpi_release(b);
	gcry_mpi_release(x);
	gcry_mpi_release(y);
	gcry_mpi_release(right);
	gcry_mpi_release(square);
	gcry_ctx_release(curve);
	return status;
}

gcry_sexp_t
gcrypt_public_key(const struct crypto_sm2_pub *pub)
{
	uint8_t q[CRYPTO_SM2_POINT_LEN] = { 4 };
	gcry_sexp_t key = NULL;

	memcpy(q + 1, pub->xy, sizeof(pub->xy));
	(void)gcry_sexp_build(
	    &key, NULL, "(public-key (ecc (curve sm2p256v1)(q %b)))", (int)sizeof(q), q);
	return key;
}

gcry_sexp_t
gcrypt_private_key(const uint8_t d[32])
{
	struct crypto_sm2_pub pub;
	uint8_t q[CRYPTO_SM2_POINT_LEN] = { 4 };
	gcry_sexp_t key = NULL;

	if (chip_multiply(NULL, d, NULL, &pub) != YKT_OK)
		return NULL;
	memcpy(q + 1, pub.xy, sizeof(pub.xy));
	(void)gcry_sexp_build(&key, NULL, "(private-key (ecc (curve sm2p256v1)(q %b)(d %b)))",
	    (int)sizeof(q), q, 32, d);
	return key;
}

/* The value behind name as 32 bytes, or false. */
static bool
take_number(gcry_sexp_t from, const char *name, uint8_t out[32])
{
	gcry_sexp_t found = gcry_sexp_find_token(from, name, 0);
	gcry_mpi_t number = found != NULL ? gcry_sexp_nth_mpi(found, 1, GCRYMPI_FMT_USG) : NULL;

	if (number != NULL)
		store_number(number, out);
	gcry_mpi_release(number);
	gcry_sexp_release(found);
	return number != NULL;
}

static enum ykt_status
chip_sign(void *ctx, const uint8_t d[32], const uint8_t e[32], uint8_t sig[64])
{
	gcry_sexp_t key;
	gcry_sexp_t data = NULL;
	gcry_sexp_t made = NULL;
	enum ykt_status status = YKT_E_CRYPTO;

	(void)ctx;
	gcrypt_start();
	key = gcrypt_private_key(d);
	(void)gcry_sexp_build(&data, NULL, "(data (flags sm2)(hash sm3 %b))", 32, e);
	if (gcry_pk_sign(&made, data, key) == 0 && take_number(made, "r", sig) &&
	    take_number(made, "s", sig + 32))
		status = YKT_OK;
	gcry_sexp_release(made);
	gcry_sexp_release(data);
	gcry_sexp_release(key);
	return status;
}

static enum ykt_status
chip_verify(void *ctx, const struct crypto_sm2_pub *pub, const uint8_t e[32], const uint8_t sig[64])
{
	gcry_sexp_t key;
	gcry_sexp_t data = NULL;
	gcry_sexp_t value = NULL;
	gcry_error_t failed;

	(void)ctx;
	gcrypt_start();
	key = gcrypt_public_key(pub);
	(void)gcry_sexp_build(&data, NULL, "(data (flags sm2)(hash sm3 %b))", 32, e);
	(void)gcry_sexp_build(&value, NULL, "(sig-val (sm2 (r %b)(s %b)))", 32, sig, 32, sig + 32);
	failed = gcry_pk_verify(value, data, key);
	gcry_sexp_release(value);
	gcry_sexp_release(data);
	gcry_sexp_release(key);
	return failed == 0 ? YKT_OK : YKT_E_MAC;
}

static const struct crypto_chip_sm2 sm2 = {
	.multiply = chip_multiply,
	.lift = chip_lift,
	.sign = chip_sign,
	.verify = chip_verify,
};

const struct crypto_chip crypto_chip = {
	.cipher = chip_cipher,
	.digest = chip_digest,
	.random = chip_random,
	.sm2 = &sm2,
};
