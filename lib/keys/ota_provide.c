/*
 * The keys of a card's menu for an element that is in use: the TSM carries them and cannot
 * read them (card/air_provide.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/air_provide.h"
#include "card/gp.h"
#include "card/sd_keys.h"
#include "keys/internal.h"
#include "keys/sd.h"
#include "wire/ota_msg.h"

/* YKT_NOT_FOUND: this module has no roots for it. */
static enum ykt_status
derive(struct keys_worker *worker, const struct wire_key_ota_provide_req *req,
    uint8_t out[AIR_PROVIDE_LEN])
{
	const struct keys_roots *roots = &worker->keys->options.roots;
	struct air_provide clear = { .alg = OTA_ALG_AES };
	struct air_roots air = { 0 };
	struct air_keys keys = { 0 };
	enum ykt_status status = roots->has_ota_kic ? YKT_OK : YKT_NOT_FOUND;

	memcpy(air.kic, roots->ota_kic, sizeof(air.kic));
	memcpy(air.kid, roots->ota_kid, sizeof(air.kid));
	memcpy(air.payload, roots->ota_payload, sizeof(air.payload));
	if (status == YKT_OK)
		status = air_keys_derive(worker->crypto, &air, req->se_id, OTA_ALG_AES, &keys);
	if (status == YKT_OK) {
		memcpy(clear.kic, keys.packet.kic.bytes, sizeof(clear.kic));
		memcpy(clear.kid, keys.packet.kid.bytes, sizeof(clear.kid));
		memcpy(clear.payload, keys.payload, sizeof(clear.payload));
		status = air_provide_encode(worker->crypto, &clear, out);
	}
	ykt_wipe(&air, sizeof(air));
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(&clear, sizeof(clear));

	return status;
}

int
keys_ota_provide(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct wire_key_ota_provide_req *req = req_arg;
	struct wire_key_ota_provide_rsp *rsp = rsp_arg;
	struct ykt_buf out = { rsp->groups.data, 0, sizeof(rsp->groups.data), false };
	uint8_t clear[AIR_PROVIDE_LEN] = { 0 }, secret[AIR_PROVIDE_LEN];
	struct ykt_buf encrypted = YKT_BUF(secret);
	struct scp03_keys issuer = { 0 };
	enum ykt_status status = derive(worker, req, clear);

	(void)http;
	if (status == YKT_OK)
		status = keys_sd_set(
		    worker, YKT_BYTES(req->se_id), YKT_BYTES(gp_isd_aid), SD_KEYS_KVN_ISD, &issuer);
	if (status == YKT_OK)
		status = scp03_dek_encrypt(
		    worker->crypto, issuer.dek, issuer.len, YKT_BYTES(clear), &encrypted);
	if (status == YKT_OK) {
		dgi_put(&out, AIR_DGI_KEYS, ykt_buf_view(&encrypted));
		status = ykt_buf_done(&out);
	}
	ykt_wipe(clear, sizeof(clear));
	ykt_wipe(&issuer, sizeof(issuer));
	if (status == YKT_OK)
		rsp->groups.len = (uint16_t)out.len;

	return status == YKT_OK ? 200 : keys_fail(error, status);
}
