/*
 * SCP02, what differs from SCP03, for the 2016 profile: INITIALIZE UPDATE with a
 * set of 3DES keys, and MACs of answers. i is 15, 35, 55 or 75 (card/scp02.h). A
 * card that was not formatted for it takes and uses no such keys (T17: nothing a
 * terminal says brings it back).
 *
 * The two counters of the protocols are one, counted before the answer; SCP02
 * shows its low half and ends with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"

#define SEQ_MAX_02 0xFFFFu
#define SCP_ID     0x02

/* BEGIN and END R-MAC SESSION, GP231 E.5.3, E.5.4. */
#define R_P1_SUM   0x00
#define R_P1_EACH  0x10
#define R_P2_BEGIN 0x01
#define R_P2_SHOW  0x01
#define R_P2_END   0x03

bool
se_scp02_allowed(const struct se *se)
{
	return (*se_home(se, SE_HEAD_OPTIONS) & SE_OPTION_SCP02) != 0;
}

uint8_t
se_scp02_i(const struct se *se)
{
	uint8_t options = *se_home(se, SE_HEAD_OPTIONS);
	uint8_t i = SCP02_I_PLAIN;

	if (!se_scp02_allowed(se))
		return 0;
	if ((options & SE_OPTION_R_MAC02) != 0)
		i |= SCP02_I_R_MAC;
	if ((options & SE_OPTION_PSEUDO02) != 0)
		i |= SCP02_I_PSEUDO_RANDOM;

	return i;
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

/* Replaces the drawn bytes where i says that the challenge is computed. */
static enum ykt_status
make_challenge(struct se_call *call, const struct scp02_keys *keys, const uint8_t *seq,
    uint8_t challenge[SCP02_CARD_CHALLENGE_LEN])
{
	if ((se_scp02_i(call->se) & SCP02_I_PSEUDO_RANDOM) == 0)
		return YKT_OK;

	return scp02_card_challenge(
	    call->se->crypto, keys, seq, se_app_aid(call->se, call->side->app), challenge);
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
	/* A source that fails costs no count; a computed challenge replaces these bytes. */
	if (ykt_random_fill(call->se->random, challenge, sizeof(challenge)) != YKT_OK)
		return SW_EXEC_ERROR;
	sw = se_scp_count(call->se, sd, SEQ_MAX_02, seq);
	if (sw != SW_OK)
		return sw;
	memcpy(keys02.enc, keys->enc, SCP02_KEY_LEN);
	memcpy(keys02.mac, keys->mac, SCP02_KEY_LEN);
	memcpy(keys02.dek, keys->dek, SCP02_KEY_LEN);
	if (make_challenge(call, &keys02, seq + 1, challenge) == YKT_OK &&
	    scp02_start(call->se->crypto, &keys02, seq + 1, call->cmd->data.data, challenge,
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

enum ykt_status
se_scp02_authenticate(struct se_call *call)
{
	struct se_scp *scp = &call->side->scp;

	if ((call->cmd->p1 & SCP02_LEVEL_R_MAC) != 0 && (se_scp02_i(call->se) & SCP02_I_R_MAC) == 0)
		return YKT_E_ARG;

	return scp02_authenticate_check(
	    call->se->crypto, &scp->session02, call->cmd, scp->host_cryptogram);
}

/* The two commands about it are outside of the R-MAC: one opens it, one gives it. */
static bool
about_r_mac(const struct apdu_cmd *cmd)
{
	return cmd->ins == GP_INS_BEGIN_R_MAC || cmd->ins == GP_INS_END_R_MAC;
}

enum ykt_status
se_scp02_wrap(struct se_call *call, struct ykt_bytes plain, struct ykt_buf *out)
{
	if (!about_r_mac(call->cmd))
		return scp02_rsp_wrap(
		    call->se->crypto, &call->side->scp.session02, call->cmd, plain, out);
	ykt_put(out, plain);

	return ykt_buf_done(out);
}

/* Only in SCP02 and with i bit 6; otherwise the card has no such command. */
static bool
has_r_mac(const struct se_call *call)
{
	return call->side->scp.scp02 && (se_scp02_i(call->se) & SCP02_I_R_MAC) != 0;
}

uint16_t
se_scp02_begin_r_mac(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct ykt_rd rd = ykt_rd(cmd->data);
	struct ykt_bytes data = { 0 };
	enum ykt_status status;

	if (!has_r_mac(call))
		return SW_INS;
	if ((cmd->p1 != R_P1_SUM && cmd->p1 != R_P1_EACH) || cmd->p2 != R_P2_BEGIN)
		return SW_P1P2;
	if (cmd->data.len != 0)
		data = ykt_rd_take(&rd, ykt_rd_u8(&rd));
	if (ykt_rd_done(&rd) != YKT_OK || data.len > SCP02_R_DATA_MAX)
		return SW_DATA;
	status = scp02_r_mac_begin(call->se->crypto, &call->side->scp.session02,
	    cmd->p1 == R_P1_EACH ? SCP02_R_EACH : SCP02_R_SUM, data);
	if (status == YKT_E_STATE)
		return SW_CONDITIONS;

	return status == YKT_OK ? SW_OK : SW_EXEC_ERROR;
}

uint16_t
se_scp02_end_r_mac(struct se_call *call)
{
	struct scp02_session *session = &call->side->scp.session02;
	const struct apdu_cmd *cmd = call->cmd;

	if (!has_r_mac(call))
		return SW_INS;
	if (cmd->p1 != 0 || (cmd->p2 != R_P2_SHOW && cmd->p2 != R_P2_END))
		return SW_P1P2;
	if (cmd->data.len != 0)
		return SW_LENGTH;
	/* What the level asks for lasts as long as the channel. */
	if (!scp02_r_mac_runs(session) ||
	    (cmd->p2 == R_P2_END && session->r_session == SCP02_R_NONE))
		return SW_CONDITIONS;
	ykt_put_mem(call->out, session->last_r_mac, SCP02_MAC_LEN);
	if (cmd->p2 == R_P2_END)
		session->r_session = SCP02_R_NONE;

	return SW_OK;
}
