/*
 * The card as a whole: boot, one command in and one answer out, resets, port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <assert.h>
#include <string.h>

#include <ykt/secret.h>

#include "card/purse_cmd.h"
#include "se/purse_priv.h"

/* Contact: T=1, historical bytes "YKT-SE"; contactless: 106 kbit/s, the same. */
static const uint8_t atr_wired[] = { 0x3B, 0x86, 0x80, 0x01, 'Y', 'K', 'T', '-', 'S', 'E', 0x7A };
static const uint8_t ats_contactless[] = { 0x0B, 0x78, 0x80, 0x80, 0x02, 'Y', 'K', 'T', '-', 'S',
	'E' };

static enum ykt_status
check_head(const struct se *se)
{
	static const uint8_t magic[8] = SE_IMAGE_MAGIC;
	const uint8_t *head = se_home(se, 0);

	if (!ykt_bytes_equal(YKT_BYTES(magic), ykt_bytes(head + SE_HEAD_MAGIC, 8)) ||
	    ykt_get_u16(head + SE_HEAD_VERSION) != SE_IMAGE_VERSION)
		return YKT_E_CORRUPT;

	return YKT_OK;
}

enum ykt_status
se_boot(struct se *se, const struct ykt_nvm *nvm, struct crypto *crypto,
    const struct ykt_random *random)
{
	enum ykt_status status;

	assert(se != NULL && nvm != NULL && crypto != NULL && random != NULL);
	ykt_wipe(se, sizeof(*se));
	se->crypto = crypto;
	se->random = random;
	status = se_journal_open(&se->journal, nvm);
	if (status == YKT_OK)
		status = check_head(se);
	if (status != YKT_OK) {
		ykt_wipe(se, sizeof(*se));
		return status;
	}
	se_channel_reset(se, YKT_SE_WIRED);
	se_channel_reset(se, YKT_SE_CONTACTLESS);
	se->alive = true;

	return YKT_OK;
}

void
se_clear(struct se *se)
{
	ykt_wipe(se, sizeof(*se));
}

/* What proves itself with the challenge uses it up; any other lets it lapse. */
static bool
keeps_challenge(const struct apdu_cmd *cmd)
{
	return cmd->cla == PURSE_CLA_SM || cmd->cla == APDU_CLA_SM || cmd->cla == PURSE_CLA_CHAIN ||
	       (cmd->cla == 0x00 && cmd->ins == PURSE_INS_EXTERNAL_AUTH) ||
	       (cmd->cla == PURSE_CLA && cmd->ins == PURSE_INS_ALGORITHM);
}

/* card.md 1.5: any other command ends the transaction. */
static bool
breaks_purse(const struct se_call *call)
{
	if (se_purse_mine(call))
		return true;

	/*
	 * R2a: what a purse answers on one channel is never of use on another. What the
	 * handset says to the menu goes past the purse that is selected there.
	 */
	return call->se->purse.owner == call->iface && call->side->app.kind == SE_APP_PURSE &&
	       !se_menu_takes(call);
}

static uint16_t
run(struct se_call *call)
{
	struct se *se = call->se;
	struct apdu_cmd cmd;
	bool step = false;
	uint16_t sw = SW_LENGTH;

	call->cmd = &cmd;
	if (apdu_cmd_decode(call->raw, &cmd) == YKT_OK) {
		call->channel = se_channel_of(se, call->iface, cmd.cla);
		call->side = &se->side[call->iface][call->channel];
		if (call->channel != 0)
			cmd.cla &= (uint8_t)~APDU_CLA_CHANNEL_MASK;
		step = se_purse_step(call);
		if (!keeps_challenge(&cmd))
			call->side->challenge_len = 0;
		if (!step && breaks_purse(call))
			se_purse_end(se);
		se_purse_chain_end(se, call->side, &cmd);
		sw = se_dispatch(call);
		if (sw != SW_OK)
			se_purse_chain_end(se, call->side, NULL);
	}
	if (sw != SW_OK && se_purse_mine(call))
		se_purse_end(se);

	return sw;
}

/* Data goes with success, warnings, and a blocked purse's SELECT. */
static bool
carries_data(uint16_t sw)
{
	return sw == SW_OK || sw >> 8 == 0x62 || sw >> 8 == 0x63 || sw == SW_FUNCTION;
}

static void
trace(const struct se *se, const char *name, struct ykt_bytes bytes)
{
	const struct ykt_trace_event event = { YKT_TRACE_APDU, "se", name, 0, bytes };

	ykt_trace_event(se->trace, &event);
}

uint16_t
se_exchange(struct se *se, struct ykt_bytes cmd, struct ykt_buf *out)
{
	struct se_call call = { .se = se, .iface = YKT_SE_WIRED, .raw = cmd, .out = out };
	size_t start = out->len;
	uint8_t word[APDU_SW_LEN];
	uint16_t sw;

	trace(se, "command", cmd);
	call.side = &se->side[YKT_SE_WIRED][0];
	sw = run(&call);
	if (!carries_data(sw) || out->full)
		out->len = start;
	trace(se, "answer", ykt_bytes_sub(ykt_buf_view(out), start, out->len));
	ykt_set_u16(word, sw);
	trace(se, "answer", YKT_BYTES(word));

	return sw;
}

void
se_set_trace(struct se *se, const struct ykt_trace *trace_or_null)
{
	se->trace = trace_or_null;
}

void
se_transceive(struct se *se, enum ykt_se_iface iface, struct ykt_bytes cmd, struct ykt_buf *rsp)
{
	size_t room = rsp->cap - rsp->len;
	struct ykt_buf out = { .data = rsp->data + rsp->len,
		.cap = room < SE_RSP_MAX ? room : SE_RSP_MAX };
	struct se_call call = { .se = se, .iface = iface, .raw = cmd, .out = &out };
	uint16_t sw = SW_UNKNOWN;

	assert(iface == YKT_SE_WIRED || iface == YKT_SE_CONTACTLESS);
	if (se->alive) {
		call.side = &se->side[iface][0];
		sw = run(&call);
	}
	if (out.full && room < SE_RSP_MAX)
		rsp->full = true;
	if (!carries_data(sw) || out.full)
		ykt_buf_wipe(&out);
	rsp->len += out.len;
	ykt_put_u16(rsp, sw);
}

void
se_reset(struct se *se, enum ykt_se_iface iface, struct ykt_buf *atr)
{
	assert(iface == YKT_SE_WIRED || iface == YKT_SE_CONTACTLESS);
	if (se->alive)
		se_channel_reset(se, iface);
	if (iface == YKT_SE_WIRED)
		ykt_put(atr, YKT_BYTES(atr_wired));
	else
		ykt_put(atr, YKT_BYTES(ats_contactless));
}

enum ykt_status
se_get_info(const struct se *se, struct se_info *ret_info)
{
	const uint8_t *head = se_home(se, 0);

	if (!se->alive)
		return YKT_E_STATE;
	memcpy(ret_info->identity, head + SE_HEAD_IDENTITY, SE_IDENTITY_LEN);
	memcpy(ret_info->uid, head + SE_HEAD_UID, SE_UID_LEN_MAX);
	ret_info->uid_len = head[SE_HEAD_UID_LEN];

	return YKT_OK;
}

static enum ykt_status
port_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct se_port *port = ctx;

	(void)deadline_mono_ms;
	se_transceive(port->card, port->se.iface, cmd, rsp);

	return ykt_buf_done(rsp);
}

static enum ykt_status
port_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct se_port *port = ctx;

	(void)deadline_mono_ms;
	se_reset(port->card, port->se.iface, atr);

	return ykt_buf_done(atr);
}

void
se_port(struct se_port *port, struct se *se, enum ykt_se_iface iface)
{
	port->card = se;
	port->se.ctx = port;
	port->se.iface = iface;
	port->se.transceive = port_transceive;
	port->se.reset = port_reset;
}
