/*
 * Signatures of security domains.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/gp_sign.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "crypto/mac.h"
#include "crypto/sm2.h"

#define TDES_KEY_LEN 16
#define TDES_MAC_LEN 8

static enum ykt_status
make_tdes(struct crypto *crypto, struct ykt_bytes key, struct ykt_bytes input, struct ykt_buf *out)
{
	static const uint8_t zero_iv[TDES_MAC_LEN];
	uint8_t mac[TDES_MAC_LEN];
	enum ykt_status status;

	if (key.len != TDES_KEY_LEN)
		return YKT_E_ARG;
	status = crypto_retail_mac(crypto, key.data, zero_iv, input, mac);
	if (status == YKT_OK) {
		ykt_put(out, YKT_BYTES(mac));
		status = ykt_buf_done(out);
	}
	ykt_wipe(mac, sizeof(mac));

	return status;
}

static enum ykt_status
make_aes(struct crypto *crypto, struct ykt_bytes key, struct ykt_bytes input, struct ykt_buf *out)
{
	uint8_t mac[GP_SIGN_MAC_MAX];
	struct crypto_key cipher_key;
	enum ykt_status status = crypto_key_set(CRYPTO_AES, key, &cipher_key);

	if (status != YKT_OK)
		return status;
	status = crypto_cmac(crypto, &cipher_key, &input, 1, mac);
	ykt_wipe(&cipher_key, sizeof(cipher_key));
	if (status == YKT_OK) {
		ykt_put(out, YKT_BYTES(mac));
		status = ykt_buf_done(out);
	}
	ykt_wipe(mac, sizeof(mac));

	return status;
}

static enum ykt_status
make_sm2(struct crypto *crypto, struct ykt_bytes d, struct ykt_bytes input, struct ykt_buf *out)
{
	uint8_t signature[CRYPTO_SM2_SIG_LEN];
	struct crypto_sm2_key key;
	enum ykt_status status;

	if (d.len != sizeof(key.d))
		return YKT_E_ARG;
	status = crypto_sm2_key_set(crypto, d.data, &key);
	if (status == YKT_E_FORMAT)
		return YKT_E_KEY;
	if (status == YKT_OK)
		status = crypto_sm2_sign(crypto, &key, crypto_sm2_default_id, input, signature);
	if (status == YKT_OK) {
		ykt_put(out, YKT_BYTES(signature));
		status = ykt_buf_done(out);
	}
	ykt_wipe(&key, sizeof(key));

	return status;
}

static enum ykt_status
check_sm2(
    struct crypto *crypto, struct ykt_bytes xy, struct ykt_bytes input, struct ykt_bytes signature)
{
	struct crypto_sm2_pub pub;

	if (xy.len != sizeof(pub.xy))
		return YKT_E_ARG;
	if (signature.len != CRYPTO_SM2_SIG_LEN)
		return YKT_E_MAC;
	memcpy(pub.xy, xy.data, sizeof(pub.xy));

	return crypto_sm2_verify(crypto, &pub, crypto_sm2_default_id, input, signature.data);
}

enum ykt_status
gp_sign_make(struct crypto *crypto, const struct gp_sign_key *key, struct ykt_bytes input,
    struct ykt_buf *out)
{
	if (key->type == GP_KEY_TYPE_DES)
		return make_tdes(crypto, key->bytes, input, out);
	if (key->type == GP_KEY_TYPE_AES)
		return make_aes(crypto, key->bytes, input, out);
	if (key->type == GP_KEY_TYPE_ECC_PRIVATE)
		return make_sm2(crypto, key->bytes, input, out);

	return YKT_E_ARG;
}

enum ykt_status
gp_sign_check(struct crypto *crypto, const struct gp_sign_key *key, struct ykt_bytes input,
    struct ykt_bytes signature)
{
	uint8_t bytes[GP_SIGN_MAC_MAX];
	struct ykt_buf right = YKT_BUF(bytes);
	enum ykt_status status;

	if (key->type == GP_KEY_TYPE_ECC_PUBLIC)
		return check_sm2(crypto, key->bytes, input, signature);
	if (key->type == GP_KEY_TYPE_ECC_PRIVATE)
		return YKT_E_ARG;
	status = gp_sign_make(crypto, key, input, &right);
	if (status == YKT_OK &&
	    (signature.len != right.len || !ykt_ct_equal(signature.data, bytes, right.len)))
		status = YKT_E_MAC;
	ykt_buf_wipe(&right);

	return status;
}
