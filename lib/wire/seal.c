/*
 * What both directions of the envelope compute.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/secret.h>

#include "crypto/crypto.h"
#include "wire/seal.h"

enum ykt_status
wire_session_keys_derive(
    struct crypto *c, const uint8_t secret[WIRE_SECRET_LEN], struct wire_session_keys *ret_keys)
{
	struct ykt_bytes from = ykt_bytes(secret, WIRE_SECRET_LEN);
	struct wire_session_keys keys;
	uint8_t out[32];
	enum ykt_status status;

	status = crypto_kdf_sm3(c, from, ykt_bytes_str("ykt c2s"), out, sizeof(out));
	if (status != YKT_OK)
		goto out;
	memcpy(keys.c2s_enc, out, 16);
	memcpy(keys.c2s_mac, out + 16, 16);
	status = crypto_kdf_sm3(c, from, ykt_bytes_str("ykt s2c"), out, sizeof(out));
	if (status != YKT_OK)
		goto out;
	memcpy(keys.s2c_enc, out, 16);
	memcpy(keys.s2c_mac, out + 16, 16);
	*ret_keys = keys;
out:
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(out, sizeof(out));

	return status;
}

enum ykt_status
seal_crypt(struct crypto *c, const struct wire_session_keys *keys, enum seal_way way,
    const uint8_t nonce[16], struct ykt_bytes in, uint8_t *out)
{
	const uint8_t *key = way == SEAL_C2S ? keys->c2s_enc : keys->s2c_enc;
	uint8_t direction = (uint8_t)way;
	uint8_t digest[32];
	struct ykt_bytes parts[] = { ykt_bytes(nonce, 16), ykt_bytes(&direction, 1) };
	enum ykt_status status;

	status = crypto_sm3(c, parts, YKT_ARRAY_LEN(parts), digest);
	if (status == YKT_OK)
		status = crypto_sm4_ctr(c, key, digest, in, out);
	ykt_wipe(digest, sizeof(digest));

	return status;
}

enum ykt_status
seal_mac(struct crypto *c, const struct wire_session_keys *keys, enum seal_way way,
    const char kind[8], const struct wire_seal *seal, struct ykt_bytes ct, uint8_t out[32])
{
	const uint8_t *key = way == SEAL_C2S ? keys->c2s_mac : keys->s2c_mac;
	uint8_t head[8 + 1 + 16 + 8 + 8 + 16];
	struct ykt_buf buf = YKT_BUF(head);
	struct ykt_bytes parts[] = { YKT_BYTES(head), ct };

	ykt_put_mem(&buf, kind, 8);
	ykt_put_u8(&buf, WIRE_VERSION);
	ykt_put_mem(&buf, seal->sid, sizeof(seal->sid));
	ykt_put_u64(&buf, (uint64_t)seal->ctr);
	ykt_put_u64(&buf, (uint64_t)seal->ts_ms);
	ykt_put_mem(&buf, seal->nonce, sizeof(seal->nonce));
	assert(buf.len == sizeof(head) && !buf.full);

	return crypto_hmac_sm3(c, ykt_bytes(key, 16), parts, YKT_ARRAY_LEN(parts), out);
}

enum ykt_status
seal_signed(struct crypto *c, const struct wire_seal *seal, const struct crypto_sm2_pub *device,
    struct ykt_bytes key, struct ykt_bytes ct, uint8_t out[SEAL_SIGNED_LEN])
{
	struct ykt_buf buf = { out, 0, SEAL_SIGNED_LEN, false };
	uint8_t digests[2][32];
	enum ykt_status status;

	status = crypto_sm3(c, &key, 1, digests[0]);
	if (status == YKT_OK)
		status = crypto_sm3(c, &ct, 1, digests[1]);
	if (status != YKT_OK)
		return status;
	ykt_put_mem(&buf, SEAL_KIND_OPEN, 8);
	ykt_put_u8(&buf, WIRE_VERSION);
	ykt_put_u64(&buf, (uint64_t)seal->ts_ms);
	ykt_put_mem(&buf, seal->nonce, sizeof(seal->nonce));
	ykt_put_mem(&buf, device->xy, sizeof(device->xy));
	ykt_put_mem(&buf, digests, sizeof(digests));
	assert(buf.len == SEAL_SIGNED_LEN && !buf.full);

	return YKT_OK;
}

bool
wire_time_near(int64_t ts_ms, int64_t now_ms)
{
	uint64_t apart = ts_ms > now_ms ? (uint64_t)ts_ms - (uint64_t)now_ms
					: (uint64_t)now_ms - (uint64_t)ts_ms;

	return apart <= (uint64_t)WIRE_CLOCK_MS;
}
