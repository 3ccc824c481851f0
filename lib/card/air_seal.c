/*
 * SM4-CTR and HMAC-SM3 around a payload.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/air_seal.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/block.h"
#include "crypto/kdf.h"
#include "crypto/mac.h"

#define COUNTER_LEN 5
#define COUNTER_AT  4 /* in the first counter block */
#define HEAD_LEN    (2 + AIR_IDENTITY_LEN + COUNTER_LEN)
#define HMAC_LEN    32

struct keys {
	uint8_t sm4[16];
	uint8_t hmac[16];
};

static enum ykt_status
derive(struct crypto *c, const struct air_seal *seal, struct keys *ret_keys)
{
	const uint8_t info[] = { 'y', 'k', 't', ' ', 'a', 'i', 'r', (uint8_t)seal->direction };
	uint8_t raw[sizeof(*ret_keys)];
	enum ykt_status status =
	    crypto_kdf_sm3(c, ykt_bytes(seal->key, AIR_KEY_LEN), YKT_BYTES(info), raw, sizeof(raw));

	if (status == YKT_OK)
		memcpy(ret_keys, raw, sizeof(raw));
	ykt_wipe(raw, sizeof(raw));

	return status;
}

static void
set_counter(uint8_t out[COUNTER_LEN], uint64_t counter)
{
	out[0] = (uint8_t)(counter >> 32);
	ykt_set_u32(out + 1, (uint32_t)counter);
}

static enum ykt_status
cipher(struct crypto *c, const struct air_seal *seal, const struct keys *keys, struct ykt_bytes in,
    uint8_t *out)
{
	uint8_t block[CRYPTO_BLOCK_MAX] = { (uint8_t)seal->direction, 'a', 'i', 'r' };

	if (in.len == 0)
		return YKT_OK;
	set_counter(block + COUNTER_AT, seal->counter);

	return crypto_sm4_ctr(c, keys->sm4, block, in, out);
}

static enum ykt_status
make_mac(struct crypto *c, const struct air_seal *seal, const struct keys *keys,
    struct ykt_bytes text, uint8_t mac[AIR_MAC_LEN])
{
	uint8_t head[HEAD_LEN] = { (uint8_t)seal->direction, AIR_SEAL_VERSION };
	const struct ykt_bytes parts[] = { YKT_BYTES(head), text };
	uint8_t whole[HMAC_LEN];
	enum ykt_status status;

	memcpy(head + 2, seal->identity, AIR_IDENTITY_LEN);
	set_counter(head + 2 + AIR_IDENTITY_LEN, seal->counter);
	status = crypto_hmac_sm3(c, YKT_BYTES(keys->hmac), parts, YKT_ARRAY_LEN(parts), whole);
	if (status == YKT_OK)
		memcpy(mac, whole, AIR_MAC_LEN);
	ykt_wipe(whole, sizeof(whole));

	return status;
}

enum ykt_status
air_seal_make(
    struct crypto *c, const struct air_seal *seal, struct ykt_bytes plain, struct ykt_buf *out)
{
	struct keys keys = { 0 };
	uint8_t mac[AIR_MAC_LEN] = { 0 };
	size_t start = out->len;
	enum ykt_status status;

	ykt_put_u8(out, AIR_SEAL_VERSION);
	ykt_put(out, plain);
	status = ykt_buf_done(out);
	if (status == YKT_OK)
		status = derive(c, seal, &keys);
	if (status == YKT_OK) {
		uint8_t *text = out->data + start + 1;

		status = cipher(c, seal, &keys, ykt_bytes(text, plain.len), text);
		if (status == YKT_OK)
			status = make_mac(c, seal, &keys, ykt_bytes(text, plain.len), mac);
	}
	if (status == YKT_OK) {
		ykt_put(out, YKT_BYTES(mac));
		status = ykt_buf_done(out);
	}
	if (status != YKT_OK) {
		ykt_wipe(out->data + start, out->len - start);
		out->len = start;
	}
	ykt_wipe(&keys, sizeof(keys));

	return status;
}

enum ykt_status
air_seal_open(struct crypto *c, const struct air_seal *seal, struct ykt_bytes sealed, uint8_t *work,
    struct ykt_bytes *ret_plain)
{
	struct ykt_rd rd = ykt_rd(sealed);
	uint8_t version = ykt_rd_u8(&rd);
	struct ykt_bytes text =
	    ykt_rd_take(&rd, rd.left - (rd.left < AIR_MAC_LEN ? 0 : AIR_MAC_LEN));
	struct ykt_bytes tail = ykt_rd_rest(&rd);
	struct keys keys = { 0 };
	uint8_t mac[AIR_MAC_LEN] = { 0 };
	enum ykt_status status;

	if (rd.bad || version != AIR_SEAL_VERSION || tail.len != AIR_MAC_LEN)
		return YKT_E_FORMAT;
	status = derive(c, seal, &keys);
	if (status == YKT_OK)
		status = make_mac(c, seal, &keys, text, mac);
	if (status == YKT_OK && !ykt_ct_equal(mac, tail.data, AIR_MAC_LEN))
		status = YKT_E_MAC;
	if (status == YKT_OK)
		status = cipher(c, seal, &keys, text, work + 1);
	if (status == YKT_OK)
		*ret_plain = ykt_bytes(work + 1, text.len);
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(mac, sizeof(mac));

	return status;
}
