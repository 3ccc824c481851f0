/*
 * libgcrypt's own SM2 encryption, HMAC and CMAC, to compare with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "chip_gcrypt.h"

/* libgcrypt names C1, C3 and C2 a, b and c. */
enum ykt_status
gcrypt_sm2_encrypt(const struct crypto_sm2_pub *pub, struct ykt_bytes text, struct ykt_buf *out)
{
	static const char *const names[] = { "a", "b", "c" };
	gcry_sexp_t key;
	gcry_sexp_t data = NULL;
	gcry_sexp_t made = NULL;
	enum ykt_status status = YKT_OK;

	gcrypt_start();
	key = gcrypt_public_key(pub);
	(void)gcry_sexp_build(
	    &data, NULL, "(data (flags sm2)(value %b))", (int)text.len, text.data);
	if (gcry_pk_encrypt(&made, data, key) != 0)
		status = YKT_E_CRYPTO;
	for (size_t i = 0; status == YKT_OK && i < YKT_ARRAY_LEN(names); i++) {
		gcry_sexp_t found = gcry_sexp_find_token(made, names[i], 0);
		size_t len = 0;
		const char *value = found != NULL ? gcry_sexp_nth_data(found, 1, &len) : NULL;

		if (value == NULL)
			status = YKT_E_CRYPTO;
		else
			ykt_put_mem(out, value, len);
		gcry_sexp_release(found);
	}
	gcry_sexp_release(made);
	gcry_sexp_release(data);
	gcry_sexp_release(key);
	return status;
}

enum ykt_status
gcrypt_sm2_decrypt(const struct crypto_sm2_key *key, struct ykt_bytes raw, struct ykt_buf *out)
{
	gcry_sexp_t secret;
	gcry_sexp_t data = NULL;
	gcry_sexp_t text = NULL;
	enum ykt_status status = YKT_E_MAC;

	gcrypt_start();
	secret = gcrypt_private_key(key->d);
	(void)gcry_sexp_build(&data, NULL, "(enc-val (flags sm2)(sm2 (a %b)(b %b)(c %b)))",
	    CRYPTO_SM2_POINT_LEN, raw.data, 32, raw.data + CRYPTO_SM2_POINT_LEN,
	    (int)(raw.len - CRYPTO_SM2_EXTRA), raw.data + CRYPTO_SM2_EXTRA);
	if (gcry_pk_decrypt(&text, data, secret) == 0) {
		size_t len = 0;
		const char *value = gcry_sexp_nth_data(text, 1, &len);

		if (value != NULL) {
			ykt_put_mem(out, value, len);
			status = YKT_OK;
		}
	}
	gcry_sexp_release(text);
	gcry_sexp_release(data);
	gcry_sexp_release(secret);
	return status;
}

static enum ykt_status
mac(int alg, struct ykt_bytes key, struct ykt_bytes data, uint8_t *out, size_t len)
{
	gcry_mac_hd_t hd = NULL;
	gcry_error_t failed;

	gcrypt_start();
	if (gcry_mac_open(&hd, alg, 0, NULL) != 0)
		return YKT_E_CRYPTO;
	failed = gcry_mac_setkey(hd, key.data, key.len);
	if (failed == 0)
		failed = gcry_mac_write(hd, data.data, data.len);
	if (failed == 0)
		failed = gcry_mac_read(hd, out, &len);
	gcry_mac_close(hd);
	return failed == 0 ? YKT_OK : YKT_E_CRYPTO;
}

enum ykt_status
gcrypt_hmac_sm3(struct ykt_bytes key, struct ykt_bytes data, uint8_t out[32])
{
	return mac(GCRY_MAC_HMAC_SM3, key, data, out, 32);
}

enum ykt_status
gcrypt_cmac(const struct crypto_key *key, struct ykt_bytes data, uint8_t out[16])
{
	uint8_t bytes[CRYPTO_KEY_MAX];
	size_t len = key->len;
	int alg = GCRY_MAC_CMAC_AES;

	memcpy(bytes, key->bytes, key->len);
	if (key->alg == CRYPTO_SM4)
		alg = GCRY_MAC_CMAC_SM4;
	if (key->alg == CRYPTO_TDES2) {
		alg = GCRY_MAC_CMAC_3DES;
		memcpy(bytes + 16, key->bytes, 8);
		len = 24;
	}
	memset(out, 0, 16);
	return mac(alg, ykt_bytes(bytes, len), data, out, crypto_block_len(key->alg));
}
