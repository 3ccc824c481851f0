/*
 * Personalisation cryptograms of purses: the card's own keys, encrypted for its
 * security domain, so that whoever relays them cannot read them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/purse_perso.h"
#include "crypto/block.h"
#include "keys/internal.h"
#include "keys/permit.h"
#include "keys/sd.h"

static enum ykt_status
put_key(struct keys_worker *worker, const struct wire_key_perso_make_req *req,
    const uint8_t serial[PURSE_SERIAL_LEN], enum perso_usage usage,
    const uint8_t root[KEYS_ROOT_LEN], struct ykt_buf *out)
{
	struct perso_key key = { .usage = (uint8_t)usage,
		.index = PURSE_KEY_INDEX,
		.version = PURSE_KEY_VERSION,
		.alg = (uint8_t)req->alg };
	enum ykt_status status = purse_card_key(
	    worker->crypto, (enum purse_alg)req->alg, root, req->issuer, serial, key.key);

	if (status == YKT_OK)
		status = perso_kcv(worker->crypto, &key, key.kcv);
	if (status == YKT_OK)
		perso_key_encode(&key, out);
	ykt_wipe(&key, sizeof(key));
	return status;
}

static enum ykt_status
put_keys(struct keys_worker *worker, const struct wire_key_perso_make_req *req,
    const struct scp03_keys *sd, struct ykt_buf *dgis)
{
	const struct keys_roots *roots = &worker->keys->options.roots;
	uint8_t serial[PURSE_SERIAL_LEN];
	uint8_t clear[4 * PERSO_KEY_LEN];
	uint8_t secret[sizeof(clear) + 16];
	struct ykt_buf keys = YKT_BUF(clear);
	struct ykt_buf encrypted = YKT_BUF(secret);
	enum ykt_status status = keys_serial(req->card_no, serial);

	if (status == YKT_OK)
		status = put_key(worker, req, serial, PERSO_KEY_LOAD, roots->load, &keys);
	if (status == YKT_OK)
		status = put_key(worker, req, serial, PERSO_KEY_PURCHASE, roots->purchase, &keys);
	if (status == YKT_OK)
		status = put_key(worker, req, serial, PERSO_KEY_TAC, roots->tac, &keys);
	if (status == YKT_OK)
		status =
		    put_key(worker, req, serial, PERSO_KEY_MAINTENANCE, roots->maintenance, &keys);
	if (status == YKT_OK)
		status = ykt_buf_done(&keys);
	if (status == YKT_OK)
		status = scp03_dek_encrypt(
		    worker->crypto, sd->dek, sd->len, ykt_buf_view(&keys), &encrypted);
	if (status == YKT_OK)
		dgi_put(dgis, PERSO_DGI_KEYS, ykt_buf_view(&encrypted));
	ykt_wipe(clear, sizeof(clear));
	return status;
}

static void
put_params(const struct wire_key_perso_make_req *req, struct ykt_buf *dgis)
{
	uint8_t params[PERSO_PARAMS_LEN];

	ykt_set_u24(params, (uint32_t)req->limit_fen);
	ykt_set_u24(params + 3, (uint32_t)req->overdraft_fen);
	params[6] = (uint8_t)req->alg;
	params[7] = PURSE_KEY_VERSION;
	dgi_put(dgis, PERSO_DGI_PARAMS, YKT_BYTES(params));
}

static bool
acceptable(const struct keys_worker *worker, const struct wire_key_perso_make_req *req)
{
	return ykt_bytes_equal(YKT_BYTES(req->issuer), YKT_BYTES(worker->keys->options.issuer)) &&
	       (req->alg == PURSE_ALG_TDES || req->alg == PURSE_ALG_SM4) && req->limit_fen > 0 &&
	       req->overdraft_fen >= 0 &&
	       req->limit_fen + req->overdraft_fen <= PURSE_BALANCE_MAX &&
	       wire_card_no_valid(req->card_no) && req->se_id.len > 0;
}

int
keys_perso_make(void *worker_arg, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	struct keys_worker *worker = worker_arg;
	const struct wire_key_perso_make_req *req = req_arg;
	struct wire_key_perso_make_rsp *rsp = rsp_arg;
	const struct keys_options *options = &worker->keys->options;
	struct ykt_bytes se_id = ykt_bytes(req->se_id.data, req->se_id.len);
	struct ykt_buf dgis = { .data = rsp->dgis.data, .cap = sizeof(rsp->dgis.data) };
	struct scp03_keys sd = { 0 };
	enum ykt_status status = acceptable(worker, req) ? YKT_OK : YKT_E_ARG;

	(void)http;
	if (status == YKT_OK)
		status = keys_sd_set(
		    worker, se_id, ykt_bytes(req->sd_aid.data, req->sd_aid.len), req->kvn, &sd);
	if (status == YKT_OK)
		status = permit_card_add(options->store, req->card_no, se_id, req->alg,
		    ykt_clock_wall(options->env.clock));
	if (status == YKT_OK) {
		put_params(req, &dgis);
		status = put_keys(worker, req, &sd, &dgis);
	}
	if (status == YKT_OK)
		status = ykt_buf_done(&dgis);
	rsp->dgis.len = (uint16_t)dgis.len;
	ykt_wipe(&sd, sizeof(sd));
	return status == YKT_OK ? 200 : keys_fail(error, status);
}
