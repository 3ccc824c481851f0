/*
 * INITIALIZE UPDATE with a set of 3DES keys: SCP02, i = 15 (random challenge, no
 * R-MAC), for the 2016 profile. A card that was not formatted for it takes and
 * uses no such keys (T17: nothing a terminal says brings it back).
 *
 * The two counters of the protocols are one, counted before the answer; SCP02
 * shows its low half and ends with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#define SEQ_MAX_02 0xFFFFu
#define SCP_ID     0x02

bool
se_scp02_allowed(const struct se *se)
{
	return (*se_home(se, SE_HEAD_OPTIONS) & SE_OPTION_SCP02) != 0;
}

static void
put_answer(
    struct se_call *call, const uint8_t *seq, const uint8_t *challenge, const uint8_t *cryptogram)
{
	ykt_put_mem(call->out,
	    se_home(call->se, SE_HEAD_IDENTITY + SE_IDENTITY_LEN - SCP03_DIV_LEN), SCP03_DIV_LEN);
	ykt_put_u8(call->out, call->side->scp.kvn);
	ykt_put_u8(call->out, SCP_ID);
	ykt_put_mem(call->out, seq, SCP02_SEQ_LEN);
	ykt_put_mem(call->out, challenge, SCP02_CARD_CHALLENGE_LEN);
	ykt_put_mem(call->out, cryptogram, SCP02_MAC_LEN);
}

uint16_t
se_scp02_initialize(struct se_call *call, uint8_t kvn, const struct scp03_keys *keys)
{
	struct se_scp *scp = &call->side->scp;
	uint8_t sd = call->side->app.index;
	uint8_t seq[SCP03_SEQ_LEN];
	uint8_t challenge[SCP02_CARD_CHALLENGE_LEN];
	uint8_t cryptogram[SCP02_MAC_LEN];
	struct scp02_keys keys02;
	uint16_t sw;

	if (call->cmd->ne != 0 && call->cmd->ne < SCP02_INIT_RSP_LEN)
		return 0x6C00 | SCP02_INIT_RSP_LEN;
	if (ykt_random_fill(call->se->random, challenge, sizeof(challenge)) != YKT_OK)
		return SW_EXEC_ERROR;
	sw = se_scp_count(call->se, sd, SEQ_MAX_02, seq);
	if (sw != SW_OK)
		return sw;
	memcpy(keys02.enc, keys->enc, SCP02_KEY_LEN);
	memcpy(keys02.mac, keys->mac, SCP02_KEY_LEN);
	memcpy(keys02.dek, keys->dek, SCP02_KEY_LEN);
	if (scp02_start(call->se->crypto, &keys02, seq + 1, call->cmd->data.data, challenge,
		&scp->session02, cryptogram, scp->host_cryptogram) == YKT_OK) {
		scp->state = SE_SCP_STARTED;
		scp->scp02 = true;
		scp->sd = sd;
		scp->kvn = kvn;
		scp->dek_len = SCP02_KEY_LEN;
		memcpy(scp->dek, scp->session02.dek, SCP02_KEY_LEN);
		put_answer(call, seq + 1, challenge, cryptogram);
	} else {
		se_scp_close(call->se, call->side);
		sw = SW_EXEC_ERROR;
	}
	ykt_wipe(&keys02, sizeof(keys02));

	return sw;
}
