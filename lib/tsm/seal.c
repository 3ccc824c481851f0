/*
 * The memory of a session between two requests.
 *
 * Session keys are secrets that live for minutes, and the next report of a client
 * may come to any worker. So they lie in the session's row, encrypted with SM4-CTR
 * and authenticated with HMAC-SM3 under two keys that this process made at its
 * start and keeps in memory only: a copy of the database opens no channel. The
 * price is that no channel outlives the process. A row that another process wrote
 * fails its check, the channel is dropped, and the job reads the card again, which
 * it must be able to do anyway.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "crypto/block.h"
#include "crypto/mac.h"
#include "tsm/internal.h"

/* Bound to the session and its number, so that no old row opens. */
static enum ykt_status
seal_mac(struct tsm_worker *worker, const uint8_t id[TSM_DIGEST_LEN], int64_t seq,
    struct ykt_bytes nonce, struct ykt_bytes secret, uint8_t ret_mac[TSM_SEAL_MAC_LEN])
{
	uint8_t number[8];
	const struct ykt_bytes parts[] = { ykt_bytes(id, TSM_DIGEST_LEN), YKT_BYTES(number), nonce,
		secret };

	ykt_set_u64(number, (uint64_t)seq);

	return crypto_hmac_sm3(worker->crypto, YKT_BYTES(worker->tsm->seal_mac_key), parts,
	    YKT_ARRAY_LEN(parts), ret_mac);
}

enum ykt_status
tsm_seal(
    struct tsm_worker *worker, const uint8_t id[TSM_DIGEST_LEN], int64_t seq, struct ykt_buf *out)
{
	const struct tsm *tsm = worker->tsm;
	uint8_t nonce[TSM_SEAL_NONCE_LEN];
	uint8_t mac[TSM_SEAL_MAC_LEN];
	uint8_t *secret = out->data + out->len + sizeof(nonce);
	enum ykt_status status;

	if (out->cap - out->len < TSM_SEALED_MAX)
		return YKT_E_SPACE;
	status = ykt_random_fill(tsm->options.env.random, nonce, sizeof(nonce));
	if (status == YKT_OK)
		status = crypto_sm4_ctr(worker->crypto, tsm->seal_key, nonce,
		    ykt_bytes(&worker->run, sizeof(worker->run)), secret);
	if (status == YKT_OK)
		status = seal_mac(
		    worker, id, seq, YKT_BYTES(nonce), ykt_bytes(secret, sizeof(worker->run)), mac);
	if (status == YKT_OK) {
		ykt_put_mem(out, nonce, sizeof(nonce));
		out->len += sizeof(worker->run);
		ykt_put_mem(out, mac, sizeof(mac));
	}

	return status;
}

enum ykt_status
tsm_unseal(struct tsm_worker *worker, const uint8_t id[TSM_DIGEST_LEN], int64_t seq,
    struct ykt_bytes sealed)
{
	struct ykt_rd rd = ykt_rd(sealed);
	struct ykt_bytes nonce = ykt_rd_take(&rd, TSM_SEAL_NONCE_LEN);
	struct ykt_bytes secret = ykt_rd_take(&rd, sizeof(worker->run));
	struct ykt_bytes mac = ykt_rd_take(&rd, TSM_SEAL_MAC_LEN);
	uint8_t expected[TSM_SEAL_MAC_LEN];
	enum ykt_status status = YKT_E_MAC;

	ykt_wipe(&worker->run, sizeof(worker->run));
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_MAC;
	if (seal_mac(worker, id, seq, nonce, secret, expected) == YKT_OK &&
	    ykt_ct_equal(expected, mac.data, sizeof(expected)))
		status = crypto_sm4_ctr(worker->crypto, worker->tsm->seal_key, nonce.data, secret,
		    (uint8_t *)&worker->run);

	return status;
}
