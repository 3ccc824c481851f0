/*
 * Secure channels for the TSM: session keys and encrypted new keys, never the
 * static ones.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/gp_receipt.h"
#include "card/gp_token.h"
#include "card/sd_keys.h"
#include "keys/internal.h"
#include "keys/sd.h"

/* The initial set belongs to the element's issuer, whatever domain uses it. */
enum ykt_status
keys_sd_set(struct keys_worker *worker, struct ykt_bytes se_id, struct ykt_bytes sd_aid,
    int64_t kvn, struct scp03_keys *ret_keys)
{
	const struct keys_roots *roots = &worker->keys->options.roots;

	if (kvn == SD_KEYS_KVN_ISD)
		return sd_keys_derive(worker->crypto, roots->isd, se_id,
		    ykt_bytes(gp_isd_aid, sizeof(gp_isd_aid)), SD_KEYS_KVN_ISD, ret_keys);
	if (kvn == SD_KEYS_KVN_SSD)
		return sd_keys_derive(
		    worker->crypto, roots->ssd, se_id, sd_aid, SD_KEYS_KVN_SSD, ret_keys);
	/* Of the issuer's domain too: tokens and receipts (token.c). */
	if (kvn == GP_TOKEN_KVN || kvn == GP_RECEIPT_KVN)
		return sd_keys_derive(worker->crypto, roots->isd, se_id,
		    ykt_bytes(gp_isd_aid, sizeof(gp_isd_aid)), (uint8_t)kvn, ret_keys);
	return YKT_E_ARG;
}

/*
 * GP Amendment D 6.2.2.1: a pseudo-random challenge is made with the AID of the domain
 * that answers. A card that lost its power behind SELECT has the issuer's domain
 * selected, and answers with the same keys; its challenge tells. YKT_E_MAC: another's.
 */
static enum ykt_status
check_domain(struct keys_worker *worker, const struct wire_key_scp_session_req *req,
    const struct scp03_keys *keys, const struct scp03_init_rsp *init)
{
	uint8_t challenge[SCP03_CHALLENGE_LEN];
	enum ykt_status status;

	if ((init->i & SCP03_I_PSEUDO_RANDOM) == 0)
		return YKT_OK;
	status = scp03_card_challenge(worker->crypto, keys, init->seq,
	    ykt_bytes(req->sd_aid.data, req->sd_aid.len), challenge);
	if (status == YKT_OK && !ykt_bytes_equal(YKT_BYTES(challenge), YKT_BYTES(init->challenge)))
		status = YKT_E_MAC;
	return status;
}

/* YKT_E_MAC: the card does not have these keys, or another domain of it answers. */
static enum ykt_status
open_session(struct keys_worker *worker, const struct wire_key_scp_session_req *req,
    const struct scp03_keys *keys, struct wire_key_scp_session_rsp *rsp)
{
	struct scp03_session_keys session = { 0 };
	struct scp03_init_rsp init;
	uint8_t card[SCP03_MAC_LEN];
	uint8_t host[SCP03_MAC_LEN];
	enum ykt_status status =
	    scp03_init_rsp_decode(ykt_bytes(req->iur.data, req->iur.len), &init);

	if (status == YKT_OK && init.key_version != req->kvn)
		status = YKT_E_ARG;
	if (status == YKT_OK)
		status = check_domain(worker, req, keys, &init);
	if (status == YKT_OK)
		status = scp03_derive(
		    worker->crypto, keys, req->host_challenge, init.challenge, &session);
	if (status == YKT_OK)
		status = scp03_cryptograms(
		    worker->crypto, &session, req->host_challenge, init.challenge, card, host);
	if (status == YKT_OK && !ykt_ct_equal(card, init.cryptogram, sizeof(card)))
		status = YKT_E_MAC;
	if (status == YKT_OK) {
		rsp->ok = true;
		memcpy(rsp->s_enc, session.s_enc, sizeof(rsp->s_enc));
		memcpy(rsp->s_mac, session.s_mac, sizeof(rsp->s_mac));
		memcpy(rsp->s_rmac, session.s_rmac, sizeof(rsp->s_rmac));
		memcpy(rsp->host_cryptogram, host, sizeof(rsp->host_cryptogram));
	}
	ykt_wipe(&session, sizeof(session));
	ykt_wipe(host, sizeof(host));
	return status;
}

int
keys_scp_session(void *worker, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	const struct wire_key_scp_session_req *req = req_arg;
	struct scp03_keys keys = { 0 };
	enum ykt_status status = keys_sd_set(worker, ykt_bytes(req->se_id.data, req->se_id.len),
	    ykt_bytes(req->sd_aid.data, req->sd_aid.len), req->kvn, &keys);

	(void)http;
	if (status == YKT_OK)
		status = open_session(worker, req, &keys, rsp_arg);
	ykt_wipe(&keys, sizeof(keys));
	if (status == YKT_E_MAC)
		return 200; /* ok is false: the TSM sees one answer for every wrong key */
	return status == YKT_OK ? 200 : keys_fail(error, status);
}

static enum ykt_status
put_one(struct keys_worker *worker, const struct scp03_keys *old, const uint8_t key[16],
    uint8_t block[16], struct gp_key *ret_key)
{
	struct ykt_buf buf = { .data = block, .cap = 16 };
	enum ykt_status status =
	    scp03_dek_encrypt(worker->crypto, old->dek, old->len, ykt_bytes(key, 16), &buf);

	if (status == YKT_OK)
		status = gp_kcv_aes(worker->crypto, key, 16, ret_key->kcv);
	ret_key->type = GP_KEY_TYPE_AES;
	ret_key->len = 16;
	ret_key->component = ykt_bytes(block, 16);
	return status;
}

/* The data field of PUT KEY, cut out of the whole command. */
static enum ykt_status
put_data(const struct gp_put_key *put, struct wire_key_scp_putkey_rsp *rsp)
{
	uint8_t scratch[160];
	struct ykt_buf buf = YKT_BUF(scratch);
	struct apdu_cmd cmd;
	enum ykt_status status;

	gp_put_key_build(put, &buf);
	status = ykt_buf_done(&buf);
	if (status == YKT_OK)
		status = apdu_cmd_decode(ykt_buf_view(&buf), &cmd);
	if (status == YKT_OK && cmd.data.len > sizeof(rsp->data.data))
		status = YKT_E_SPACE;
	if (status != YKT_OK)
		return status;
	rsp->data.len = (uint16_t)cmd.data.len;
	memcpy(rsp->data.data, cmd.data.data, cmd.data.len);
	for (size_t i = 0; i < put->count; i++)
		memcpy(rsp->kcv + GP_KCV_LEN * i, put->keys[i].kcv, GP_KCV_LEN);
	return YKT_OK;
}

int
keys_scp_putkey(void *worker, const struct ykt_http_request *http, const void *req_arg,
    void *rsp_arg, struct wire_error *error)
{
	const struct wire_key_scp_putkey_req *req = req_arg;
	struct ykt_bytes se_id = ykt_bytes(req->se_id.data, req->se_id.len);
	struct ykt_bytes sd_aid = ykt_bytes(req->sd_aid.data, req->sd_aid.len);
	struct scp03_keys old = { 0 };
	struct scp03_keys new = { 0 };
	uint8_t blocks[3][16];
	struct gp_put_key put = { .old_version = (uint8_t)req->old_kvn,
		.new_version = (uint8_t)req->new_kvn,
		.first_id = 1,
		.count = 3 };
	enum ykt_status status = keys_sd_set(
	    worker, se_id, sd_aid, req->old_kvn == 0 ? SD_KEYS_KVN_ISD : req->old_kvn, &old);

	(void)http;
	if (status == YKT_OK)
		status = keys_sd_set(worker, se_id, sd_aid, req->new_kvn, &new);
	if (status == YKT_OK)
		status = put_one(worker, &old, new.enc, blocks[0], &put.keys[0]);
	if (status == YKT_OK)
		status = put_one(worker, &old, new.mac, blocks[1], &put.keys[1]);
	if (status == YKT_OK)
		status = put_one(worker, &old, new.dek, blocks[2], &put.keys[2]);
	if (status == YKT_OK)
		status = put_data(&put, rsp_arg);
	ykt_wipe(&old, sizeof(old));
	ykt_wipe(&new, sizeof(new));
	return status == YKT_OK ? 200 : keys_fail(error, status);
}
