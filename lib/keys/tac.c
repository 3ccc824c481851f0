/*
 * TACs of taps, in batches.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "keys/internal.h"

/* A tap that cannot be read, or of another issuer, is simply not good. */
static bool
readable(const struct keys_worker *worker, const struct wire_key_tac *tap)
{
	return ykt_bytes_equal(YKT_BYTES(tap->issuer), YKT_BYTES(worker->keys->options.issuer)) &&
	       tap->amount_fen >= 0 && tap->amount_fen <= UINT32_MAX &&
	       (tap->alg == PURSE_ALG_TDES || tap->alg == PURSE_ALG_SM4) &&
	       (tap->type[0] == PURSE_TYPE_PURCHASE || tap->type[0] == PURSE_TYPE_CAPP);
}

static enum ykt_status
verify_one(struct keys_worker *worker, const struct wire_key_tac *tap, bool *ret_good)
{
	struct purse_purchase purchase = { .amount = (uint32_t)tap->amount_fen,
		.terminal_seq = (uint32_t)tap->terminal_seq,
		.type = tap->type[0] };
	uint8_t serial[PURSE_SERIAL_LEN];
	uint8_t key[PURSE_KEY_LEN];
	uint8_t mine[PURSE_MAC_LEN];
	enum ykt_status status;

	*ret_good = false;
	if (!readable(worker, tap) || keys_serial(tap->card_no, serial) != YKT_OK)
		return YKT_OK;
	memcpy(purchase.terminal, tap->terminal, sizeof(purchase.terminal));
	memcpy(purchase.datetime, tap->datetime, sizeof(purchase.datetime));
	status = purse_card_key(worker->crypto, (enum purse_alg)tap->alg,
	    worker->keys->options.roots.tac, tap->issuer, serial, key);
	if (status == YKT_OK)
		status = purse_purchase_tac(
		    worker->crypto, (enum purse_alg)tap->alg, key, &purchase, mine);
	if (status == YKT_OK)
		*ret_good = ykt_ct_equal(mine, tap->tac, sizeof(mine));
	ykt_wipe(key, sizeof(key));
	ykt_wipe(mine, sizeof(mine));
	return status;
}

int
keys_tac_verify(void *worker, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	const struct wire_key_tac_verify_req *req = req_arg;
	struct wire_key_tac_verify_rsp *rsp = rsp_arg;

	(void)http;
	for (size_t i = 0; i < req->taps_count; i++) {
		enum ykt_status status = verify_one(worker, &req->taps[i], &rsp->ok[i].good);

		if (status != YKT_OK)
			return keys_fail(error, status);
	}
	rsp->ok_count = req->taps_count;
	return 200;
}
