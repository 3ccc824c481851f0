/*
 * ykt-se: the keys that a card's menu speaks to the platform with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_program.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/air_keys.h"
#include "se/se.h"

static enum ykt_status
read_roots(const char *path, struct air_roots *roots)
{
	enum ykt_status status = se_keyfile_read(path, "ota_kic", SE_TEST_OTA_KIC, roots->kic);

	if (status == YKT_OK)
		status = se_keyfile_read(path, "ota_kid", SE_TEST_OTA_KID, roots->kid);
	if (status == YKT_OK)
		status = se_keyfile_read(path, "ota_payload", SE_TEST_OTA_PAYLOAD, roots->payload);

	return status;
}

static enum ykt_status
read_alg(const char *name, enum ota_alg *ret_alg)
{
	if (name == NULL || strcmp(name, "aes") == 0) {
		*ret_alg = OTA_ALG_AES;
	} else if (strcmp(name, "3des") == 0) {
		*ret_alg = OTA_ALG_TDES2;
	} else {
		se_complain("--ota-alg: aes or 3des is needed, not %s", name);
		return YKT_E_ARG;
	}

	return YKT_OK;
}

enum ykt_status
se_ota_keys(const struct se_options *options, struct crypto *crypto, struct se_params *params)
{
	enum ota_alg alg = OTA_ALG_AES;
	struct air_roots roots = { 0 };
	struct air_keys keys = { 0 };
	enum ykt_status status = read_alg(options->ota_alg, &alg);

#ifdef YKT_REFUSE_TEST_KEYS
	if (status == YKT_OK && options->ota_root_file == NULL)
		return YKT_OK;
#endif
	if (status == YKT_OK)
		status = read_roots(options->ota_root_file, &roots);
	if (status == YKT_OK)
		status = air_keys_derive(crypto, &roots, params->identity, alg, &keys);
	if (status == YKT_OK) {
		memcpy(params->ota_kic, keys.packet.kic.bytes, sizeof(params->ota_kic));
		memcpy(params->ota_kid, keys.packet.kid.bytes, sizeof(params->ota_kid));
		memcpy(params->ota_payload, keys.payload, sizeof(params->ota_payload));
		params->ota_alg = (uint8_t)alg;
	}
	ykt_wipe(&roots, sizeof(roots));
	ykt_wipe(&keys, sizeof(keys));

	return status;
}
