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

#define PIN_CLEAR_LEN 16 /* of grouping 8010 */

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

/* The four that every purse has, then those that this city has roots for. */
static enum ykt_status
put_key_list(struct keys_worker *worker, const struct wire_key_perso_make_req *req,
    const uint8_t serial[PURSE_SERIAL_LEN], struct ykt_buf *keys)
{
	const struct keys_roots *roots = &worker->keys->options.roots;
	const struct {
		bool has;
		enum perso_usage usage;
		const uint8_t *root;
	} list[] = {
		{ true, PERSO_KEY_LOAD, roots->load },
		{ true, PERSO_KEY_PURCHASE, roots->purchase },
		{ true, PERSO_KEY_TAC, roots->tac },
		{ true, PERSO_KEY_MAINTENANCE, roots->maintenance },
		{ roots->has_unload, PERSO_KEY_UNLOAD, roots->unload },
		{ roots->has_overdraft, PERSO_KEY_OVERDRAFT, roots->overdraft },
		{ roots->has_pin_unblock, PERSO_KEY_PIN_UNBLOCK, roots->pin_unblock },
		{ roots->has_pin_reload, PERSO_KEY_PIN_RELOAD, roots->pin_reload },
		{ roots->has_internal, PERSO_KEY_INTERNAL, roots->internal },
		{ roots->has_external, PERSO_KEY_EXTERNAL, roots->external },
		{ roots->has_block, PERSO_KEY_BLOCK, roots->block },
		{ roots->has_unblock, PERSO_KEY_UNBLOCK, roots->unblock },
		{ roots->has_record, PERSO_KEY_RECORD, roots->record },
	};
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < YKT_ARRAY_LEN(list) && status == YKT_OK; i++)
		if (list[i].has)
			status = put_key(worker, req, serial, list[i].usage, list[i].root, keys);

	return status == YKT_OK ? ykt_buf_done(keys) : status;
}

/* clear, encrypted for the card's domain, as one grouping; clear is wiped. */
static enum ykt_status
put_secret(struct keys_worker *worker, const struct scp03_keys *sd, uint16_t tag,
    struct ykt_buf *clear, struct ykt_buf *dgis)
{
	uint8_t secret[PERSO_KEY_USAGE_LAST * PERSO_KEY_LEN + 16];
	struct ykt_buf encrypted = YKT_BUF(secret);
	enum ykt_status status =
	    scp03_dek_encrypt(worker->crypto, sd->dek, sd->len, ykt_buf_view(clear), &encrypted);

	if (status == YKT_OK)
		dgi_put(dgis, tag, ykt_buf_view(&encrypted));
	ykt_buf_wipe(clear);
	return status;
}

static enum ykt_status
put_keys(struct keys_worker *worker, const struct wire_key_perso_make_req *req,
    const struct scp03_keys *sd, struct ykt_buf *dgis)
{
	uint8_t serial[PURSE_SERIAL_LEN];
	uint8_t clear[PERSO_KEY_USAGE_LAST * PERSO_KEY_LEN];
	struct ykt_buf keys = YKT_BUF(clear);
	enum ykt_status status = keys_serial(req->card_no, serial);

	if (status == YKT_OK)
		status = put_key_list(worker, req, serial, &keys);
	if (status == YKT_OK)
		status = put_secret(worker, sd, PERSO_DGI_KEYS, &keys, dgis);
	ykt_wipe(clear, sizeof(clear));
	return status;
}

static enum ykt_status
put_pin(struct keys_worker *worker, const struct scp03_keys *sd, struct ykt_buf *dgis)
{
	const struct keys_pin *pin = &worker->keys->options.pin;
	uint8_t bytes[PIN_CLEAR_LEN];
	struct ykt_buf clear = YKT_BUF(bytes);

	if (pin->tries == 0)
		return YKT_OK;
	ykt_put_u8(&clear, pin->tries);
	ykt_put_u8(&clear, pin->len);
	ykt_put_mem(&clear, pin->bytes, pin->len);
	ykt_put_u8(&clear, 0x80);
	ykt_put_fill(&clear, 0, sizeof(bytes) - clear.len);
	return put_secret(worker, sd, PERSO_DGI_PIN, &clear, dgis);
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
		status = put_pin(worker, &sd, &dgis);
	if (status == YKT_OK)
		status = ykt_buf_done(&dgis);
	rsp->dgis.len = (uint16_t)dgis.len;
	ykt_wipe(&sd, sizeof(sd));
	return status == YKT_OK ? 200 : keys_fail(error, status);
}
