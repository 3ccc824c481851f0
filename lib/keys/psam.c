/*
 * Personalisation of PSAMs: the national purchase root, encrypted under the
 * transport key of blank PSAMs. A PSAM gets no load key and no TAC key (I-22).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/purse_perso.h"
#include "card/scp03.h"
#include "keys/internal.h"

#define PSAM_DGI_SERIAL   0x0015
#define PSAM_DGI_TERMINAL 0x0016

static enum ykt_status
put_root(struct keys_worker *worker, enum purse_alg alg, struct ykt_buf *out)
{
	struct perso_key key = { .usage = PERSO_KEY_PURCHASE,
		.index = PURSE_KEY_INDEX,
		.version = PURSE_KEY_VERSION,
		.alg = (uint8_t)alg };
	enum ykt_status status;

	memcpy(key.key, worker->keys->options.roots.purchase, sizeof(key.key));
	status = perso_kcv(worker->crypto, &key, key.kcv);
	if (status == YKT_OK)
		perso_key_encode(&key, out);
	ykt_wipe(&key, sizeof(key));
	return status;
}

int
keys_psam_make(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct wire_key_psam_make_req *req = req_arg;
	struct wire_key_psam_make_rsp *rsp = rsp_arg;
	struct ykt_buf dgis = { .data = rsp->dgis.data, .cap = sizeof(rsp->dgis.data) };
	uint8_t clear[2 * PERSO_KEY_LEN];
	uint8_t secret[sizeof(clear) + 16];
	struct ykt_buf keys = YKT_BUF(clear);
	struct ykt_buf encrypted = YKT_BUF(secret);
	enum ykt_status status = put_root(worker, PURSE_ALG_TDES, &keys);

	(void)http;
	if (status == YKT_OK)
		status = put_root(worker, PURSE_ALG_SM4, &keys);
	if (status == YKT_OK)
		status = scp03_dek_encrypt(worker->crypto, worker->keys->options.roots.psam,
		    KEYS_ROOT_LEN, ykt_buf_view(&keys), &encrypted);
	if (status == YKT_OK) {
		dgi_put(&dgis, PSAM_DGI_SERIAL, YKT_BYTES(req->psam_no));
		dgi_put(&dgis, PSAM_DGI_TERMINAL, YKT_BYTES(req->terminal));
		dgi_put(&dgis, PERSO_DGI_KEYS, ykt_buf_view(&encrypted));
		status = ykt_buf_done(&dgis);
	}
	rsp->dgis.len = (uint16_t)dgis.len;
	ykt_wipe(clear, sizeof(clear));
	return status == YKT_OK ? 200 : keys_fail(error, status);
}
