/*
 * Logical channels: MANAGE CHANNEL, and what a reset leaves (GP231 6.3, 11.7).
 *
 * Each channel has its own selection, secure channel and challenge. A channel
 * opened from the basic one begins with the issuer's domain; opened from
 * another it begins with that one's application. Only the card gives numbers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "se/purse_priv.h"

#define P1_OPEN       0x00
#define P1_CLOSE      0x80
#define SW_NOT_OPENED 0x6200 /* GP231 11.7.3.2: already closed */

uint8_t
se_channel_of(const struct se *se, enum ykt_se_iface iface, uint8_t cla)
{
	uint8_t channel = cla & APDU_CLA_CHANNEL_MASK;

	/* Classes 4x to 7x number the channels from 4, which do not exist. */
	if ((cla & 0x60) != 0 || !se->side[iface][channel].open)
		return 0;

	return channel;
}

static void
start(struct se *se, enum ykt_se_iface iface, uint8_t channel, struct se_app app)
{
	struct se_side *side = &se->side[iface][channel];

	ykt_wipe(side, sizeof(*side));
	side->open = true;
	side->number = (uint8_t)(1 + (int)iface * SE_CHANNELS + channel);
	side->app = app;
}

static void
stop(struct se *se, enum ykt_se_iface iface, uint8_t channel)
{
	struct se_side *side = &se->side[iface][channel];

	if (se->purse.owner == iface && se->purse.channel == channel)
		se_purse_end(se);
	se_scp_close(se, side);
	ykt_wipe(side, sizeof(*side));
}

void
se_channel_reset(struct se *se, enum ykt_se_iface iface)
{
	for (uint8_t i = 0; i < SE_CHANNELS; i++)
		stop(se, iface, i);
	/* A toolkit session ends with the power of its phone. */
	if (iface == YKT_SE_WIRED)
		ykt_wipe(&se->menu, sizeof(se->menu));
	/* GP231 6.4: the issuer's domain is selected by default. */
	start(se, iface, 0, (struct se_app){ SE_APP_SD, 0 });
}

static uint16_t
open_next(struct se_call *call)
{
	struct se_app app = { SE_APP_SD, 0 };
	struct se_side *side;
	uint8_t channel = 1;
	uint16_t sw = SW_OK;

	if (call->cmd->data.len != 0 || call->cmd->ne == 0)
		return SW_LENGTH;
	if (se_card_state(call->se) == GP_STATE_CARD_LOCKED)
		return SW_FUNCTION;
	while (channel < SE_CHANNELS && call->se->side[call->iface][channel].open)
		channel++;
	if (channel == SE_CHANNELS)
		return SW_FUNCTION;
	if (call->channel != 0)
		app = call->side->app;
	/* It is a selection of the purse like any other. */
	if (app.kind == SE_APP_PURSE)
		sw = se_purse_take(call->se, call->iface);
	if (sw != SW_OK)
		return sw;
	start(call->se, call->iface, channel, app);
	/* Nobody gets rid of the rules for him by opening a channel. */
	side = &call->se->side[call->iface][channel];
	side->caller_len = call->side->caller_len;
	memcpy(side->caller, call->side->caller, sizeof(side->caller));
	ykt_put_u8(call->out, channel);

	return SW_OK;
}

static uint16_t
close_one(struct se_call *call)
{
	uint8_t channel = call->cmd->p2 != 0 ? call->cmd->p2 : call->channel;

	if (call->cmd->data.len != 0)
		return SW_LENGTH;
	/* The basic channel lives as long as the power. */
	if (channel == 0 || channel >= SE_CHANNELS)
		return SW_P1P2;
	if (!call->se->side[call->iface][channel].open)
		return SW_NOT_OPENED;
	stop(call->se, call->iface, channel);

	return SW_OK;
}

uint16_t
se_channel_manage(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;

	if ((cmd->cla & APDU_CLA_SM) != 0)
		return SW_SM_UNSUPPORTED;
	if (cmd->extended)
		return SW_LENGTH;
	if (cmd->p1 == P1_OPEN && cmd->p2 == 0)
		return open_next(call);

	return cmd->p1 == P1_CLOSE ? close_one(call) : SW_P1P2;
}
