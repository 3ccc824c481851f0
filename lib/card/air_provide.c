/*
 * The keys of a card's menu as a grouping. See air_provide.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/air_provide.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/digest.h"

#define KEYS_LEN (1 + 3 * AIR_KEY_LEN)

enum ykt_status
air_provide_encode(struct crypto *c, const struct air_provide *keys, uint8_t out[AIR_PROVIDE_LEN])
{
	struct ykt_buf buf = { out, 0, AIR_PROVIDE_LEN, false };
	struct ykt_bytes part = ykt_bytes(out, KEYS_LEN);
	uint8_t digest[32];
	enum ykt_status status;

	ykt_put_u8(&buf, keys->alg);
	ykt_put_mem(&buf, keys->kic, sizeof(keys->kic));
	ykt_put_mem(&buf, keys->kid, sizeof(keys->kid));
	ykt_put_mem(&buf, keys->payload, sizeof(keys->payload));
	status = crypto_sm3(c, &part, 1, digest);
	if (status == YKT_OK)
		ykt_put_mem(&buf, digest, AIR_PROVIDE_LEN - KEYS_LEN);
	else
		ykt_wipe(out, AIR_PROVIDE_LEN);
	ykt_wipe(digest, sizeof(digest));

	return status;
}

static bool
is_key(const uint8_t key[AIR_KEY_LEN])
{
	static const uint8_t none[AIR_KEY_LEN];

	return !ykt_ct_equal(key, none, AIR_KEY_LEN);
}

enum ykt_status
air_provide_decode(struct crypto *c, struct ykt_bytes clear, struct air_provide *ret_keys)
{
	struct ykt_rd rd = ykt_rd(clear);
	struct air_provide keys = { .alg = ykt_rd_u8(&rd) };
	uint8_t again[AIR_PROVIDE_LEN] = { 0 };
	enum ykt_status status;

	ykt_rd_copy(&rd, keys.kic, sizeof(keys.kic));
	ykt_rd_copy(&rd, keys.kid, sizeof(keys.kid));
	ykt_rd_copy(&rd, keys.payload, sizeof(keys.payload));
	status = air_provide_encode(c, &keys, again);
	/* There is one form: the rest is right when all of it is the same again. */
	if (status == YKT_OK &&
	    (rd.bad || clear.len != sizeof(again) ||
		!ykt_ct_equal(clear.data, again, sizeof(again)) ||
		(keys.alg != OTA_ALG_AES && keys.alg != OTA_ALG_TDES2) || !is_key(keys.kic) ||
		!is_key(keys.kid) || !is_key(keys.payload)))
		status = YKT_E_FORMAT;
	if (status == YKT_OK)
		*ret_keys = keys;
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(again, sizeof(again));

	return status;
}
