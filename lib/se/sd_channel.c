/*
 * Security domains: opening a secure channel and running commands inside it
 * (SCP03, i = 70 or 60: pseudo-random or drawn challenge, R-MAC, R-ENC; SCP02 in
 * scp02.c).
 *
 * The sequence counter grows, and the failure counter with it, before INITIALIZE
 * UPDATE answers, so a card challenge never comes twice and a cut cannot give a
 * guess for nothing. Every failure to authenticate is the same 6300, every
 * failure inside the channel the same 6982, and both close it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "se/module.h"

#define SW_AUTH_FAILED 0x6300
#define SEQ_MAX        0xFFFFFFu
#define EXTENDED_MORE  3  /* bytes that extended lengths take beyond short ones */
#define SCP03_RSP_LEN  29 /* and the sequence counter, when the challenge comes from it */

void
se_scp_close(struct se *se, struct se_side *side)
{
	ykt_wipe(&side->scp, sizeof(side->scp));
	side->perso.kind = SE_APP_NONE;
	se_series_end(se, side);
	se_load_end(se, side);
}

uint16_t
se_scp_count(struct se *se, uint8_t sd, uint32_t max, uint8_t ret_seq[SCP03_SEQ_LEN])
{
	uint32_t off = (uint32_t)SE_SD_OFF(sd);
	const uint8_t *entry = se_home(se, off);
	uint32_t seq = ykt_get_u24(entry + SE_SD_SEQ);

	if (entry[SE_SD_FAILS] >= SE_SD_FAILS_MAX)
		return SW_AUTH_BLOCKED;
	if (seq >= max)
		return SW_CONDITIONS;
	ykt_set_u24(ret_seq, seq + 1);
	se_tx_begin(se);
	se_tx_put(se, off + SE_SD_SEQ, ykt_bytes(ret_seq, SCP03_SEQ_LEN));
	se_tx_put_u8(se, off + SE_SD_FAILS, (uint8_t)(entry[SE_SD_FAILS] + 1));

	return se_tx_commit(se);
}

uint8_t
se_scp03_i(const struct se *se)
{
	bool drawn = (*se_home(se, SE_HEAD_OPTIONS) & SE_OPTION_RANDOM03) != 0;

	return drawn ? SCP03_I_R_ENC : SCP03_I_R_ENC | SCP03_I_PSEUDO_RANDOM;
}

static enum ykt_status
card_challenge(struct se_call *call, const struct scp03_keys *keys, struct scp03_init_rsp *rsp)
{
	if ((rsp->i & SCP03_I_PSEUDO_RANDOM) == 0)
		return ykt_random_fill(call->se->random, rsp->challenge, sizeof(rsp->challenge));

	return scp03_card_challenge(call->se->crypto, keys, rsp->seq,
	    se_app_aid(call->se, call->side->app), rsp->challenge);
}

/* Fills the challenge, the cryptograms and the fresh session. */
static enum ykt_status
prepare(struct se_call *call, const struct scp03_keys *keys, struct scp03_init_rsp *rsp)
{
	struct se_scp *scp = &call->side->scp;
	struct scp03_session_keys session_keys;
	const uint8_t *host_challenge = call->cmd->data.data;
	struct crypto *crypto = call->se->crypto;
	enum ykt_status status;

	status = card_challenge(call, keys, rsp);
	if (status == YKT_OK)
		status = scp03_derive(crypto, keys, host_challenge, rsp->challenge, &session_keys);
	if (status == YKT_OK)
		status = scp03_cryptograms(crypto, &session_keys, host_challenge, rsp->challenge,
		    rsp->cryptogram, scp->host_cryptogram);
	if (status == YKT_OK)
		scp03_session_init(&scp->session, &session_keys);
	ykt_wipe(&session_keys, sizeof(session_keys));

	return status;
}

static uint16_t
initialize_update(struct se_call *call)
{
	struct se_scp *scp = &call->side->scp;
	struct scp03_init_rsp rsp = { .i = se_scp03_i(call->se) };
	struct scp03_keys keys = { 0 };
	uint8_t sd = call->side->app.index;
	uint8_t rsp_len = SCP03_RSP_LEN;
	uint8_t type;
	uint16_t sw;

	se_scp_close(call->se, call->side);
	if (call->cmd->p2 != 0)
		return SW_P1P2;
	if (call->cmd->data.len != SCP03_CHALLENGE_LEN)
		return SW_LENGTH;
	if (!se_sd_keys(call->se, sd, call->cmd->p1, &rsp.key_version, &type, &keys))
		return SW_DATA_NOT_FOUND;
	if (type == GP_KEY_TYPE_DES) {
		sw = se_scp02_initialize(call, rsp.key_version, &keys);
		goto out;
	}
	if ((rsp.i & SCP03_I_PSEUDO_RANDOM) != 0)
		rsp_len += SCP03_SEQ_LEN;
	if (call->cmd->ne != 0 && call->cmd->ne < rsp_len) {
		sw = 0x6C00 | rsp_len;
		goto out;
	}

	sw = se_scp_count(call->se, sd, SEQ_MAX, rsp.seq);
	if (sw == SW_OK && prepare(call, &keys, &rsp) != YKT_OK)
		sw = SW_EXEC_ERROR;
	if (sw == SW_OK) {
		memcpy(rsp.diversification,
		    se_home(call->se, SE_HEAD_IDENTITY + SE_IDENTITY_LEN - SCP03_DIV_LEN),
		    SCP03_DIV_LEN);
		scp->state = SE_SCP_STARTED;
		scp->sd = sd;
		scp->kvn = rsp.key_version;
		scp->dek_len = keys.len;
		memcpy(scp->dek, keys.dek, keys.len);
		scp03_init_rsp_encode(&rsp, call->out);
	} else {
		se_scp_close(call->se, call->side);
	}
out:
	ykt_wipe(&keys, sizeof(keys));

	return sw;
}

static bool
level_allowed(const struct se_call *call)
{
	bool plain = (*se_home(call->se, SE_HEAD_OPTIONS) & SE_OPTION_PLAIN) != 0;

	return call->cmd->p1 != SCP03_LEVEL_NONE || plain;
}

static enum ykt_status
check_host(struct se_call *call)
{
	struct se_scp *scp = &call->side->scp;

	if (!level_allowed(call))
		return YKT_E_ARG;
	if (scp->scp02)
		return call->cmd->extended ? YKT_E_FORMAT : se_scp02_authenticate(call);

	return scp03_authenticate_check(
	    call->se->crypto, &scp->session, call->cmd, scp->host_cryptogram);
}

static uint16_t
external_authenticate(struct se_call *call)
{
	struct se_scp *scp = &call->side->scp;
	enum ykt_status status;
	uint16_t sw = SW_OK;

	if (scp->state != SE_SCP_STARTED) {
		se_scp_close(call->se, call->side);
		return SW_CONDITIONS;
	}
	if (call->cmd->p2 != 0) {
		se_scp_close(call->se, call->side);
		return SW_P1P2;
	}
	status = check_host(call);
	if (status == YKT_E_ARG)
		sw = SW_P1P2;
	else if (status == YKT_E_FORMAT)
		sw = SW_LENGTH;
	else if (status != YKT_OK)
		sw = SW_AUTH_FAILED;
	if (sw == SW_OK) {
		se_tx_begin(call->se);
		se_tx_put_u8(call->se, (uint32_t)SE_SD_OFF(scp->sd) + SE_SD_FAILS, 0);
		sw = se_tx_commit(call->se);
	}
	if (sw == SW_OK)
		scp->state = SE_SCP_OPEN;
	else
		se_scp_close(call->se, call->side);

	return sw;
}

/*
 * Rows that need no secure channel, and those that do. Tools for large cards write
 * every length in extended form, so a channel is opened with it as well, and with
 * SCP03 used (run_secure); what is said takes no more than short commands hold.
 */
static const struct se_row rows_open[] = {
	{ 0x80, GP_INS_GET_DATA, SE_ROW_EXTENDED, se_sd_get_data },
	{ 0x00, GP_INS_GET_DATA, SE_ROW_EXTENDED, se_sd_get_data },
	{ 0x80, GP_INS_INITIALIZE_UPDATE, SE_ROW_EXTENDED, initialize_update },
	{ 0x84, GP_INS_EXTERNAL_AUTHENTICATE, SE_ROW_EXTENDED, external_authenticate },
};

static const struct se_row rows_secure[] = {
	{ 0x80, GP_INS_GET_DATA, 0, se_sd_get_data },
	{ 0x00, GP_INS_GET_DATA, 0, se_sd_get_data },
	{ 0x80, GP_INS_GET_STATUS, 0, se_sd_get_status },
	{ 0x80, GP_INS_SET_STATUS, 0, se_sd_set_status },
	{ 0x80, GP_INS_INSTALL, 0, se_sd_install },
	{ 0x80, GP_INS_LOAD, 0, se_load_block },
	{ 0x80, GP_INS_DELETE, 0, se_sd_delete },
	{ 0x80, GP_INS_PUT_KEY, 0, se_sd_put_key },
	{ 0x80, GP_INS_STORE_DATA, 0, se_sd_store_data },
	{ 0x80, GP_INS_BEGIN_R_MAC, 0, se_scp02_begin_r_mac },
	{ 0x80, GP_INS_END_R_MAC, SCP02_MAC_LEN, se_scp02_end_r_mac },
};

/* The answer with its status word in the form of the open channel. */
static enum ykt_status
wrap(struct se_call *call, struct ykt_bytes plain, struct ykt_buf *out)
{
	struct se_scp *scp = &call->side->scp;

	if (scp->scp02)
		return se_scp02_wrap(call, plain, out);

	return scp03_rsp_wrap(call->se->crypto, &scp->session, plain, out);
}

/* Runs the plain command and puts the answer into the channel's form. */
static uint16_t
run_wrapped(struct se_call *call, struct ykt_bytes plain_cmd)
{
	struct ykt_buf *out = call->out;
	uint8_t bytes[SE_RSP_MAX];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct apdu_cmd cmd;
	uint16_t sw = SW_LENGTH;

	if (apdu_cmd_decode(plain_cmd, &cmd) == YKT_OK) {
		call->cmd = &cmd;
		call->out = &plain;
		if (cmd.ins != GP_INS_LOAD)
			se_load_end(call->se, call->side);
		sw = se_card_blocks(call->se, &cmd);
		if (sw == SW_OK)
			sw = se_rows_run(rows_secure, YKT_ARRAY_LEN(rows_secure), call);
	}
	if (call->side->scp.state == SE_SCP_OPEN) {
		ykt_put_u16(&plain, sw);
		if (plain.full || wrap(call, ykt_buf_view(&plain), out) != YKT_OK) {
			se_scp_close(call->se, call->side);
			sw = SW_EXEC_ERROR;
		} else {
			out->len -= APDU_SW_LEN; /* the caller appends it */
		}
	}
	ykt_buf_wipe(&plain);

	return sw;
}

/* A channel of level 00: its host has shown the keys, and its commands are bare. */
static enum ykt_status
take_bare(struct se_call *call, struct ykt_bytes bare, struct ykt_buf *out)
{
	if ((call->cmd->cla & APDU_CLA_SM) != 0)
		return YKT_E_MAC;
	ykt_put(out, bare);

	return ykt_buf_done(out);
}

static enum ykt_status
unwrap(struct se_call *call, struct ykt_bytes wrapped, struct ykt_buf *out)
{
	struct se_scp *scp = &call->side->scp;
	uint8_t level = scp->scp02 ? scp->session02.level : scp->session.level;

	if (level == SCP03_LEVEL_NONE)
		return take_bare(call, wrapped, out);
	if (scp->scp02)
		return scp02_cmd_unwrap(call->se->crypto, &scp->session02, wrapped, out);

	return scp03_cmd_unwrap(call->se->crypto, &scp->session, wrapped, out);
}

enum ykt_status
se_scp_decrypt(const struct se_call *call, struct ykt_bytes secret, struct ykt_buf *out)
{
	const struct se_scp *scp = &call->side->scp;

	if (scp->scp02)
		return scp02_dek_decrypt(call->se->crypto, scp->dek, secret, out);

	return scp03_dek_decrypt(call->se->crypto, scp->dek, scp->dek_len, secret, out);
}

static uint16_t
run_secure(struct se_call *call)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	uint8_t basic[APDU_SHORT_CMD_MAX + EXTENDED_MORE];
	struct ykt_buf plain = YKT_BUF(bytes);
	struct ykt_buf wrapped = YKT_BUF(basic);
	uint16_t sw;

	/* GP231 11.1.4: the MAC is over the class without the channel's number. */
	ykt_put_u8(&wrapped, call->cmd->cla);
	ykt_put(&wrapped, ykt_bytes_sub(call->raw, 1, call->raw.len - 1));
	if (wrapped.full || unwrap(call, ykt_buf_view(&wrapped), &plain) != YKT_OK) {
		se_scp_close(call->se, call->side);
		sw = SW_SECURITY;
	} else {
		sw = run_wrapped(call, ykt_buf_view(&plain));
	}
	ykt_buf_wipe(&plain);

	return sw;
}

uint16_t
se_sd_dispatch(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct apdu_cmd bare = *cmd;
	uint16_t sw, sw_secure;

	if ((cmd->cla == GP_CLA && cmd->ins == GP_INS_INITIALIZE_UPDATE) ||
	    (cmd->cla != GP_CLA && cmd->ins == GP_INS_EXTERNAL_AUTHENTICATE))
		return se_rows_run(rows_open, YKT_ARRAY_LEN(rows_open), call);
	if (call->side->scp.state == SE_SCP_OPEN)
		return run_secure(call);

	/* INITIALIZE UPDATE must be followed by its EXTERNAL AUTHENTICATE. */
	se_scp_close(call->se, call->side);
	if (se_row_find(rows_open, YKT_ARRAY_LEN(rows_open), cmd, &sw) != NULL)
		return se_rows_run(rows_open, YKT_ARRAY_LEN(rows_open), call);
	bare.cla = (uint8_t)(cmd->cla & ~APDU_CLA_SM);
	if (se_row_find(rows_secure, YKT_ARRAY_LEN(rows_secure), &bare, &sw_secure) != NULL)
		return SW_SECURITY;

	return sw == SW_CLA ? sw : sw_secure;
}
