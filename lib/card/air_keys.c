/*
 * Derivation of a card's keys for the air.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/air_keys.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/air_frame.h"
#include "crypto/mac.h"

#define LABEL_LEN 8

static enum ykt_status
derive_one(struct crypto *c, enum crypto_alg alg, const uint8_t root[AIR_ROOT_LEN],
    const uint8_t label[LABEL_LEN], const uint8_t *identity, uint8_t out[AIR_KEY_LEN])
{
	const struct ykt_bytes parts[] = { ykt_bytes(label, LABEL_LEN),
		ykt_bytes(identity, AIR_IDENTITY_LEN) };
	struct crypto_key key;
	uint8_t mac[16] = { 0 };
	enum ykt_status status = crypto_key_set(alg, ykt_bytes(root, AIR_ROOT_LEN), &key);

	if (status == YKT_OK)
		status = crypto_cmac(c, &key, parts, YKT_ARRAY_LEN(parts), mac);
	if (status == YKT_OK)
		memcpy(out, mac, AIR_KEY_LEN);
	ykt_wipe(mac, sizeof(mac));
	ykt_wipe(&key, sizeof(key));

	return status;
}

static enum ykt_status
derive_packet(struct crypto *c, const uint8_t root[AIR_ROOT_LEN], const uint8_t *identity,
    enum ota_alg alg, struct crypto_key *ret_key)
{
	const uint8_t label[LABEL_LEN] = { 'y', 'k', 't', '-', 'o', 't', 'a', AIR_KEY_ID(alg) };
	uint8_t raw[AIR_KEY_LEN] = { 0 };
	enum ykt_status status = derive_one(c, CRYPTO_AES, root, label, identity, raw);

	if (status == YKT_OK)
		status = crypto_key_set(
		    alg == OTA_ALG_AES ? CRYPTO_AES : CRYPTO_TDES2, YKT_BYTES(raw), ret_key);
	ykt_wipe(raw, sizeof(raw));

	return status;
}

enum ykt_status
air_keys_derive(struct crypto *c, const struct air_roots *roots,
    const uint8_t identity[AIR_IDENTITY_LEN], enum ota_alg alg, struct air_keys *ret_keys)
{
	static const uint8_t label[LABEL_LEN] = { 'y', 'k', 't', '-', 'a', 'i', 'r', 1 };
	struct air_keys keys = { 0 };
	enum ykt_status status;

	if (alg != OTA_ALG_AES && alg != OTA_ALG_TDES2)
		return YKT_E_ARG;
	status = derive_packet(c, roots->kic, identity, alg, &keys.packet.kic);
	if (status == YKT_OK)
		status = derive_packet(c, roots->kid, identity, alg, &keys.packet.kid);
	if (status == YKT_OK)
		status = derive_one(c, CRYPTO_SM4, roots->payload, label, identity, keys.payload);
	if (status == YKT_OK)
		*ret_keys = keys;
	ykt_wipe(&keys, sizeof(keys));

	return status;
}
