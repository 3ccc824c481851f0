/*
 * Derivation of a security domain's key set.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/sd_keys.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/mac.h"

enum usage { USAGE_ENC = 1, USAGE_MAC, USAGE_DEK };

static enum ykt_status
derive_one(struct crypto *crypto, const struct crypto_key *root, struct ykt_bytes se_id,
    struct ykt_bytes sd_aid, uint8_t kvn, enum usage usage, uint8_t ret_key[SCP03_KEY_MAX])
{
	const uint8_t head[] = { 'y', 'k', 't', '-', 's', 'd', kvn, (uint8_t)usage,
		(uint8_t)se_id.len };
	const struct ykt_bytes parts[] = { YKT_BYTES(head), se_id, sd_aid };
	uint8_t mac[16];
	enum ykt_status status = crypto_cmac(crypto, root, parts, YKT_ARRAY_LEN(parts), mac);

	if (status == YKT_OK)
		memcpy(ret_key, mac, sizeof(mac));
	ykt_wipe(mac, sizeof(mac));
	return status;
}

enum ykt_status
sd_keys_derive(struct crypto *crypto, const uint8_t root[SD_KEYS_ROOT_LEN], struct ykt_bytes se_id,
    struct ykt_bytes sd_aid, uint8_t kvn, struct scp03_keys *ret_keys)
{
	struct crypto_key key = { .alg = CRYPTO_AES, .len = SD_KEYS_ROOT_LEN };
	struct scp03_keys keys = { .len = 16 };
	enum ykt_status status;

	if (se_id.len == 0 || se_id.len > 16 || sd_aid.len == 0 || sd_aid.len > 16)
		return YKT_E_ARG;
	memcpy(key.bytes, root, SD_KEYS_ROOT_LEN);
	status = derive_one(crypto, &key, se_id, sd_aid, kvn, USAGE_ENC, keys.enc);
	if (status == YKT_OK)
		status = derive_one(crypto, &key, se_id, sd_aid, kvn, USAGE_MAC, keys.mac);
	if (status == YKT_OK)
		status = derive_one(crypto, &key, se_id, sd_aid, kvn, USAGE_DEK, keys.dek);
	if (status == YKT_OK)
		*ret_keys = keys;
	ykt_wipe(&key, sizeof(key));
	ykt_wipe(&keys, sizeof(keys));
	return status;
}
