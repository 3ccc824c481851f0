/*
 * Cases of ride codes: keys that everybody has, and the codes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "conform/code_case.h"
#include "crypto/digest.h"

#define MS       1000
#define HEAD_LEN 3 /* fields 1 and 2 */

/* d is the SM3 of a text that begins with TEST: a key for nothing else. */
static enum ykt_status
make_key(struct crypto *c, const char *what, uint8_t number, struct crypto_sm2_key *ret_key)
{
	const struct ykt_bytes parts[] = { ykt_bytes_str("TEST conform ride code "),
		ykt_bytes_str(what), ykt_bytes(&number, 1) };
	uint8_t d[CRYPTO_DIGEST_LEN];
	enum ykt_status status = crypto_sm3(c, parts, YKT_ARRAY_LEN(parts), d);

	return status == YKT_OK ? crypto_sm2_key_set(c, d, ret_key) : status;
}

enum ykt_status
code_case_keys_make(struct crypto *c, struct code_case_keys *ret_keys)
{
	struct code_case_keys keys;
	enum ykt_status status = make_key(c, "institution", 0, &keys.institution);

	if (status == YKT_OK)
		status = make_key(c, "user", 0, &keys.user);
	for (uint8_t i = 0; i <= CODE_CASE_ROOTS && status == YKT_OK; i++)
		status = make_key(c, "root", i, &keys.roots[i]);
	if (status == YKT_OK)
		*ret_keys = keys;

	return status;
}

enum ykt_status
code_case_roots(struct crypto *c, const struct code_case_keys *keys, struct code_roots *ret_roots)
{
	struct code_roots roots = { 0 };
	enum ykt_status status = YKT_OK;

	for (uint8_t i = 0; i < CODE_CASE_ROOTS && status == YKT_OK; i++) {
		struct code_root root = { .name = "TEST-CONFORM-00",
			.service = CODE_SERVICE,
			.index = (uint8_t)(i + 1),
			.pub = keys->roots[i].pub };

		root.name[strlen(root.name) - 1] = (char)('1' + i);
		status = code_roots_add(c, &roots, &root);
	}
	if (status == YKT_OK)
		*ret_roots = roots;

	return status;
}

static const struct crypto_sm2_key *
key_of(const struct code_case_keys *keys, const struct code_case *one, enum code_case_signer signer)
{
	if (signer == CODE_SIGNER_ROOT)
		return &keys->roots[one->root - 1];

	return signer == CODE_SIGNER_INSTITUTION ? &keys->institution : &keys->user;
}

static enum ykt_status
sign(struct crypto *c, const struct crypto_sm2_key *key, struct ykt_bytes msg, uint8_t sig[64])
{
	return crypto_sm2_sign(c, key, (struct ykt_bytes){ 0 }, msg, sig);
}

static enum ykt_status
make_cert(struct crypto *c, const struct code_case_keys *keys, const struct code_case *one,
    uint8_t ret_bytes[CODE_CERT_LEN])
{
	struct code_cert cert = { .service = CODE_SERVICE, .root_index = one->root };
	struct signer_soft ca;
	enum ykt_status status;

	memcpy(cert.institution, one->cert_institution, sizeof(cert.institution));
	memcpy(cert.expiry, one->month, sizeof(cert.expiry));
	crypto_sm2_compress(&keys->institution.pub, cert.point);
	signer_soft_init(&ca, c, key_of(keys, one, one->cert_signer));
	status = code_cert_sign(&ca.signer, &cert);
	signer_soft_clear(&ca);
	code_cert_encode(&cert, ret_bytes);

	return status;
}

/* A rider for each case, so that no terminal takes one case's code for another's again. */
static void
user_of(const struct code_case *one, uint8_t ret_user[10])
{
	uint32_t sum = 5381;

	memset(ret_user, 0, 10);
	ret_user[1] = 0x99;
	ret_user[2] = 0x01;
	for (size_t i = 0; i < one->id.len; i++)
		sum = sum * 33 + one->id.data[i];
	for (size_t i = 9; i > 4; i--) {
		ret_user[i] = ykt_bcd_put(sum % 100);
		sum /= 100;
	}
}

/* Fields 3 to 14, laid out here once more: the library's builder refuses to lie. */
static enum ykt_status
put_auth(struct crypto *c, const struct code_case_keys *keys, const struct code_case *one,
    int64_t now_s, struct ykt_buf *out)
{
	uint8_t user[10];
	uint8_t cert[CODE_CERT_LEN];
	uint8_t point[CODE_POINT_LEN];
	enum ykt_status status = make_cert(c, keys, one, cert);

	user_of(one, user);
	crypto_sm2_compress(&keys->user.pub, point);
	ykt_put(out, YKT_BYTES(cert));
	ykt_put(out, ykt_bytes_str("9901000000000001"));
	ykt_put(out, YKT_BYTES(user));
	ykt_put(out, YKT_BYTES(one->institution));
	ykt_put_u32(out, 0x09981001);
	ykt_put_u8(out, CODE_KIND_TEST);
	ykt_put_u24(out, one->limit_fen);
	ykt_put(out, YKT_BYTES(point));
	ykt_put_u32(out, (uint32_t)(now_s + one->expires_s));
	ykt_put_u16(out, one->validity_s);
	ykt_put_u8(out, one->has_own_length ? one->own_length : one->own);
	ykt_put_fill(out, 0x5A, one->own);

	return status;
}

static enum ykt_status
put_code(struct crypto *c, const struct code_case_keys *keys, const struct code_case *one,
    int64_t now_s, struct ykt_buf *out)
{
	uint8_t sig[CODE_SIG_LEN] = { 0 };
	enum ykt_status status;

	ykt_put_u8(out, one->version);
	ykt_put_u16(
	    out, one->has_length ? one->length : (uint16_t)(CODE_QR_MIN - HEAD_LEN + one->own));
	status = put_auth(c, keys, one, now_s, out);
	if (status == YKT_OK)
		status = sign(c, key_of(keys, one, one->issuer_signer),
		    ykt_bytes_sub(ykt_buf_view(out), HEAD_LEN, out->len), sig);
	ykt_put_u8(out, one->issuer_format);
	ykt_put(out, YKT_BYTES(sig));
	ykt_put_u32(out, (uint32_t)(now_s + one->generated_s));
	if (status == YKT_OK)
		status = sign(c, key_of(keys, one, one->user_signer), ykt_buf_view(out), sig);
	ykt_put_u8(out, one->user_format);
	ykt_put(out, YKT_BYTES(sig));

	return status == YKT_OK ? ykt_buf_done(out) : status;
}

enum ykt_status
code_case_make(struct crypto *c, const struct code_case_keys *keys, const struct code_case *one,
    int64_t now_ms, struct ykt_buf *out)
{
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf code = YKT_BUF(bytes);
	enum ykt_status status = put_code(c, keys, one, now_ms / MS, &code);

	if (status != YKT_OK)
		return status;
	if ((one->has_flip && one->flip >= code.len) || one->cut >= code.len)
		return YKT_E_ARG;
	if (one->has_flip)
		bytes[one->flip] ^= 0x01;
	ykt_put(out, ykt_bytes(bytes, code.len - one->cut));

	return ykt_buf_done(out);
}
