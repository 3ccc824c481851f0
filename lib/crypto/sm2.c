/*
 * SM2 keys, signatures and encryption: every range is checked here, so that a
 * backend sees valid numbers and points only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/backend.h"
#include "crypto/digest.h"
#include "crypto/sm2.h"

#define GENERATE_TRIES 64
#define ENCRYPT_TRIES  64

/* GB/T 32918.5 annex: a, b, the base point; p and the order n. */
static const uint8_t curve_abg[] = { 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC, 0x28, 0xE9, 0xFA, 0x9E, 0x9D, 0x9F, 0x5E, 0x34,
	0x4D, 0x5A, 0x9E, 0x4B, 0xCF, 0x65, 0x09, 0xA7, 0xF3, 0x97, 0x89, 0xF5, 0x15, 0xAB, 0x8F,
	0x92, 0xDD, 0xBC, 0xBD, 0x41, 0x4D, 0x94, 0x0E, 0x93, 0x32, 0xC4, 0xAE, 0x2C, 0x1F, 0x19,
	0x81, 0x19, 0x5F, 0x99, 0x04, 0x46, 0x6A, 0x39, 0xC9, 0x94, 0x8F, 0xE3, 0x0B, 0xBF, 0xF2,
	0x66, 0x0B, 0xE1, 0x71, 0x5A, 0x45, 0x89, 0x33, 0x4C, 0x74, 0xC7, 0xBC, 0x37, 0x36, 0xA2,
	0xF4, 0xF6, 0x77, 0x9C, 0x59, 0xBD, 0xCE, 0xE3, 0x6B, 0x69, 0x21, 0x53, 0xD0, 0xA9, 0x87,
	0x7C, 0xC6, 0x2A, 0x47, 0x40, 0x02, 0xDF, 0x32, 0xE5, 0x21, 0x39, 0xF0, 0xA0 };
static const uint8_t curve_p[32] = { 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
static const uint8_t curve_n[32] = { 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x72, 0x03, 0xDF, 0x6B, 0x21, 0xC6, 0x05, 0x2B, 0x53,
	0xBB, 0xF4, 0x09, 0x39, 0xD5, 0x41, 0x23 };
static const uint8_t curve_n_less_1[32] = { 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x72, 0x03, 0xDF, 0x6B, 0x21, 0xC6, 0x05, 0x2B,
	0x53, 0xBB, 0xF4, 0x09, 0x39, 0xD5, 0x41, 0x22 };

const struct ykt_bytes crypto_sm2_default_id = { (const uint8_t *)"1234567812345678", 16 };

/* 0 < a < bound, in time that does not depend on a. */
static bool
in_range(const uint8_t a[32], const uint8_t bound[32])
{
	unsigned borrow = 0;
	unsigned any = 0;

	for (size_t i = 32; i > 0; i--) {
		unsigned diff = (unsigned)a[i - 1] - bound[i - 1] - borrow;

		borrow = (diff >> 8) & 1U;
		any |= a[i - 1];
	}
	return (borrow & (unsigned)(any != 0)) != 0;
}

bool
backend_sm2_scalar_valid(const uint8_t k[32])
{
	return in_range(k, curve_n_less_1);
}

/* 0 <= a < p; coordinates are public. */
static bool
below_p(const uint8_t a[32])
{
	return memcmp(a, curve_p, sizeof(curve_p)) < 0;
}

enum ykt_status
crypto_sm2_key_set(struct crypto *c, const uint8_t d[32], struct crypto_sm2_key *ret_key)
{
	struct crypto_sm2_pub pub;
	enum ykt_status status;

	if (!backend_sm2_scalar_valid(d))
		return YKT_E_FORMAT;
	status = backend_sm2_base(c->backend, d, &pub);
	if (status == YKT_OK) {
		memmove(ret_key->d, d, sizeof(ret_key->d));
		ret_key->pub = pub;
	}
	return status;
}

enum ykt_status
crypto_sm2_generate(
    struct crypto *c, const struct ykt_random *random, struct crypto_sm2_key *ret_key)
{
	uint8_t d[32];
	enum ykt_status status = YKT_E_FORMAT;

	for (int i = 0; i < GENERATE_TRIES && status == YKT_E_FORMAT; i++) {
		status = ykt_random_fill(random, d, sizeof(d));
		if (status == YKT_OK)
			status = crypto_sm2_key_set(c, d, ret_key);
	}
	if (status == YKT_E_FORMAT)
		status = YKT_E_RANDOM;
	ykt_wipe(d, sizeof(d));
	return status;
}

enum ykt_status
crypto_sm2_pub_check(struct crypto *c, const struct crypto_sm2_pub *pub)
{
	if (!below_p(pub->xy) || !below_p(pub->xy + 32))
		return YKT_E_FORMAT;
	return backend_sm2_check(c->backend, pub);
}

void
crypto_sm2_compress(const struct crypto_sm2_pub *pub, uint8_t out[33])
{
	uint8_t first = (uint8_t)(0x02 | (pub->xy[63] & 1));

	memmove(out + 1, pub->xy, 32);
	out[0] = first;
}

enum ykt_status
crypto_sm2_decompress(struct crypto *c, const uint8_t in[33], struct crypto_sm2_pub *ret_pub)
{
	if ((in[0] != 0x02 && in[0] != 0x03) || !below_p(in + 1))
		return YKT_E_FORMAT;
	return backend_sm2_lift(c->backend, in + 1, in[0] == 0x03, ret_pub);
}

/* e = SM3(Z | msg), Z of GB/T 32918.2 5.5. */
static enum ykt_status
message_digest(struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_bytes id,
    struct ykt_bytes msg, uint8_t e[32])
{
	uint8_t bits[2];
	uint8_t z[CRYPTO_DIGEST_LEN];
	struct ykt_bytes z_parts[] = { YKT_BYTES(bits), id, YKT_BYTES(curve_abg),
		YKT_BYTES(pub->xy) };
	struct ykt_bytes e_parts[] = { YKT_BYTES(z), msg };
	enum ykt_status status;

	if (id.len == 0)
		id = crypto_sm2_default_id;
	if (id.len > CRYPTO_SM2_ID_MAX)
		return YKT_E_ARG;
	z_parts[1] = id;
	ykt_set_u16(bits, (uint16_t)(id.len * 8));
	status = crypto_sm3(c, z_parts, YKT_ARRAY_LEN(z_parts), z);
	if (status == YKT_OK)
		status = crypto_sm3(c, e_parts, YKT_ARRAY_LEN(e_parts), e);
	return status;
}

/* The key's d is in range and its point on the curve. */
static enum ykt_status
key_check(struct crypto *c, const struct crypto_sm2_key *key)
{
	if (!backend_sm2_scalar_valid(key->d))
		return YKT_E_FORMAT;
	return crypto_sm2_pub_check(c, &key->pub);
}

enum ykt_status
crypto_sm2_sign(struct crypto *c, const struct crypto_sm2_key *key, struct ykt_bytes id,
    struct ykt_bytes msg, uint8_t sig[64])
{
	uint8_t e[CRYPTO_DIGEST_LEN];
	enum ykt_status status = key_check(c, key);

	if (status == YKT_OK)
		status = message_digest(c, &key->pub, id, msg, e);
	if (status == YKT_OK)
		status = backend_sm2_sign(c->backend, key, e, sig);
	return status;
}

enum ykt_status
crypto_sm2_verify(struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_bytes id,
    struct ykt_bytes msg, const uint8_t sig[64])
{
	uint8_t e[CRYPTO_DIGEST_LEN];
	enum ykt_status status = crypto_sm2_pub_check(c, pub);

	if (status == YKT_OK)
		status = message_digest(c, pub, id, msg, e);
	if (status == YKT_OK && (!in_range(sig, curve_n) || !in_range(sig + 32, curve_n)))
		status = YKT_E_MAC;
	if (status == YKT_OK)
		status = backend_sm2_verify(c->backend, pub, e, sig);
	return status;
}

enum ykt_status
crypto_sm2_encrypt(
    struct crypto *c, const struct crypto_sm2_pub *pub, struct ykt_bytes text, struct ykt_buf *out)
{
	size_t len = text.len + CRYPTO_SM2_EXTRA;
	enum ykt_status status;
	uint8_t *raw;
	int tries = 0;

	if (text.len == 0 || text.len > CRYPTO_SM2_TEXT_MAX)
		return YKT_E_ARG;
	if (out->full || out->cap - out->len < len)
		return YKT_E_SPACE;
	status = crypto_sm2_pub_check(c, pub);
	if (status != YKT_OK)
		return status;
	raw = out->data + out->len;
	/* GB/T 32918.4 6.1 A5: a mask of zeros would show the text; draw again. */
	while (status == YKT_OK && tries++ < ENCRYPT_TRIES) {
		status = backend_sm2_encrypt(c->backend, pub, text, raw);
		if (status == YKT_OK &&
		    !ykt_ct_equal(raw + CRYPTO_SM2_EXTRA, text.data, text.len)) {
			out->len += len;
			return YKT_OK;
		}
	}
	ykt_wipe(raw, len);
	return status == YKT_OK ? YKT_E_CRYPTO : status;
}

enum ykt_status
crypto_sm2_decrypt(
    struct crypto *c, const struct crypto_sm2_key *key, struct ykt_bytes in, struct ykt_buf *out)
{
	struct ykt_bytes c2 = ykt_bytes_sub(in, CRYPTO_SM2_EXTRA, in.len);
	struct crypto_sm2_pub c1;
	enum ykt_status status;
	uint8_t *text;

	if (in.len <= CRYPTO_SM2_EXTRA || in.len > CRYPTO_SM2_CIPHER_MAX || in.data[0] != 0x04)
		return YKT_E_FORMAT;
	if (out->full || out->cap - out->len < in.len - CRYPTO_SM2_EXTRA)
		return YKT_E_SPACE;
	text = out->data + out->len;
	memcpy(c1.xy, in.data + 1, sizeof(c1.xy));
	status = crypto_sm2_pub_check(c, &c1);
	if (status == YKT_OK)
		status = key_check(c, key);
	if (status == YKT_OK)
		status = backend_sm2_decrypt(c->backend, key, in, text);
	/* GB/T 32918.4 7.1 B4: a mask of zeros is no encryption. */
	if (status == YKT_OK && ykt_ct_equal(text, c2.data, c2.len)) {
		ykt_wipe(text, c2.len);
		status = YKT_E_MAC;
	}
	if (status == YKT_OK)
		out->len += c2.len;
	return status;
}
