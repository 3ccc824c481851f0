/*
 * ykt-se show: the secure channel, see se_look.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_look.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/sd_keys.h"
#include "card/sw.h"
#include "host/host_random.h"

#define WAIT_MS   5000
#define LEVEL_MAC SCP03_LEVEL_C_MAC
#define SCP_AT    11 /* of the answer to INITIALIZE UPDATE: the protocol */
#define SCP_ID_02 0x02

enum ykt_status
se_look_call(struct look *look)
{
	struct ykt_buf rsp = YKT_BUF(look->rsp_bytes);
	enum ykt_status status = ykt_buf_done(&look->cmd);

	if (status == YKT_OK)
		status = look->se->transceive(look->se->ctx, ykt_buf_view(&look->cmd), &rsp,
		    ykt_clock_mono(look->clock) + WAIT_MS);
	look->cmd.len = 0;
	if (status != YKT_OK)
		return status;
	look->data = ykt_bytes(look->rsp_bytes, rsp.len - APDU_SW_LEN);
	look->sw = ykt_get_u16(look->rsp_bytes + rsp.len - APDU_SW_LEN);
	return YKT_OK;
}

static enum ykt_status
answer_scp03(struct look *look, const struct scp03_keys *set,
    const uint8_t challenge[SCP03_CHALLENGE_LEN], struct scp03_session *ret_session)
{
	struct scp03_session_keys keys;
	struct scp03_init_rsp init;
	uint8_t card_cryptogram[SCP03_MAC_LEN], host_cryptogram[SCP03_MAC_LEN];
	enum ykt_status status;

	status = scp03_init_rsp_decode(look->data, &init);
	if (status == YKT_OK)
		status = scp03_derive(look->crypto, set, challenge, init.challenge, &keys);
	if (status == YKT_OK)
		status = scp03_cryptograms(look->crypto, &keys, challenge, init.challenge,
		    card_cryptogram, host_cryptogram);
	if (status == YKT_OK && !ykt_ct_equal(card_cryptogram, init.cryptogram, SCP03_MAC_LEN))
		status = YKT_DENIED;
	if (status == YKT_OK) {
		scp03_session_init(ret_session, &keys);
		status = scp03_authenticate_build(
		    look->crypto, ret_session, LEVEL_MAC, host_cryptogram, &look->cmd);
	}
	ykt_wipe(&keys, sizeof(keys));
	return status;
}

static enum ykt_status
answer_scp02(struct look *look, const struct scp03_keys *set,
    const uint8_t challenge[SCP02_CHALLENGE_LEN], struct scp02_session *ret_session)
{
	struct scp02_keys keys;
	enum ykt_status status;

	memcpy(keys.enc, set->enc, SCP02_KEY_LEN);
	memcpy(keys.mac, set->mac, SCP02_KEY_LEN);
	memcpy(keys.dek, set->dek, SCP02_KEY_LEN);
	status = scp02_authenticate_build(
	    look->crypto, &keys, challenge, look->data, LEVEL_MAC, ret_session, &look->cmd);
	ykt_wipe(&keys, sizeof(keys));
	return status == YKT_E_MAC ? YKT_DENIED : status;
}

enum ykt_status
se_look_open(struct look *look, const struct scp03_keys *keys, struct se_look_session *ret_session)
{
	const struct ykt_random random = host_random();
	uint8_t challenge[SCP03_CHALLENGE_LEN];
	enum ykt_status status = ykt_random_fill(&random, challenge, sizeof(challenge));

	if (status == YKT_OK) {
		scp03_initialize_build(SD_KEYS_KVN_ISD, challenge, &look->cmd);
		status = se_look_call(look);
	}
	if (status == YKT_OK && look->sw != SW_OK)
		status = YKT_DENIED;
	if (status != YKT_OK)
		return status;
	ret_session->scp02 = look->data.len > SCP_AT && look->data.data[SCP_AT] == SCP_ID_02;
	if (ret_session->scp02)
		status = answer_scp02(look, keys, challenge, &ret_session->session02);
	else
		status = answer_scp03(look, keys, challenge, &ret_session->session);
	if (status == YKT_OK)
		status = se_look_call(look);
	if (status == YKT_OK && look->sw != SW_OK)
		status = YKT_DENIED;
	return status;
}

enum ykt_status
se_look_wrap(struct look *look, struct se_look_session *session, struct ykt_bytes plain)
{
	if (session->scp02)
		return scp02_cmd_wrap(look->crypto, &session->session02, plain, &look->cmd);
	return scp03_cmd_wrap(look->crypto, &session->session, plain, &look->cmd);
}
