/*
 * Digests, HMAC and the derivation built on them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/backend.h"
#include "crypto/digest.h"
#include "crypto/kdf.h"
#include "crypto/mac.h"

#define SM3_BLOCK 64

static const struct ykt_bytes nothing = { NULL, 0 };

enum ykt_status
crypto_sm3(struct crypto *c, const struct ykt_bytes *parts, size_t count, uint8_t out[32])
{
	return backend_digest(c->backend, BACKEND_SM3, nothing, parts, count, out);
}

enum ykt_status
crypto_sha256(struct crypto *c, const struct ykt_bytes *parts, size_t count, uint8_t out[32])
{
	return backend_digest(c->backend, BACKEND_SHA256, nothing, parts, count, out);
}

/* RFC 2104, composed here so that every backend needs a digest only. */
enum ykt_status
crypto_hmac_sm3(struct crypto *c, struct ykt_bytes key, const struct ykt_bytes *parts, size_t count,
    uint8_t out[32])
{
	uint8_t pad[SM3_BLOCK] = { 0 };
	uint8_t inner[CRYPTO_DIGEST_LEN];
	struct ykt_bytes inner_view = YKT_BYTES(inner);
	enum ykt_status status = YKT_OK;

	if (key.len > sizeof(pad))
		status = backend_digest(c->backend, BACKEND_SM3, nothing, &key, 1, pad);
	else if (key.len > 0)
		memcpy(pad, key.data, key.len);
	if (status != YKT_OK)
		goto out;

	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36;
	status = backend_digest(c->backend, BACKEND_SM3, YKT_BYTES(pad), parts, count, inner);
	if (status != YKT_OK)
		goto out;
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5C;
	status = backend_digest(c->backend, BACKEND_SM3, YKT_BYTES(pad), &inner_view, 1, out);
out:
	ykt_wipe(pad, sizeof(pad));
	ykt_wipe(inner, sizeof(inner));
	return status;
}

enum ykt_status
crypto_kdf_sm3(
    struct crypto *c, struct ykt_bytes secret, struct ykt_bytes info, uint8_t *out, size_t out_len)
{
	uint8_t all[CRYPTO_KDF_MAX];
	uint8_t counter[4];
	const struct ykt_bytes parts[] = { YKT_BYTES(counter), info };
	enum ykt_status status = YKT_OK;

	if (out_len == 0 || out_len > sizeof(all))
		return YKT_E_ARG;
	for (uint32_t i = 0; status == YKT_OK && i * CRYPTO_DIGEST_LEN < out_len; i++) {
		ykt_set_u32(counter, i + 1);
		status = backend_digest(c->backend, BACKEND_SM3, secret, parts,
		    YKT_ARRAY_LEN(parts), all + i * CRYPTO_DIGEST_LEN);
	}
	if (status == YKT_OK)
		memcpy(out, all, out_len);
	ykt_wipe(all, sizeof(all));
	return status;
}
