/*
 * The life cycle of the card (GP231 5.1, 11.10): OP_READY, INITIALIZED, SECURED,
 * LOCKED and back, TERMINATED for ever.
 *
 * Locked, only the issuer's domain answers, and only to look and to unlock;
 * terminated, nothing is left but GET DATA of it. Either ends every selection
 * and a purse session at once, a tap included.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include "card/gp.h"
#include "se/purse_priv.h"

uint8_t
se_card_state(const struct se *se)
{
	return *se_home(se, SE_HEAD_CARD_STATE);
}

uint16_t
se_card_blocks(const struct se *se, const struct apdu_cmd *cmd)
{
	bool looks = cmd->ins == GP_INS_GET_DATA || cmd->ins == GP_INS_GET_STATUS;

	switch (se_card_state(se)) {
	case GP_STATE_CARD_TERMINATED:
		return cmd->ins == GP_INS_GET_DATA ? SW_OK : SW_CONDITIONS;
	case GP_STATE_CARD_LOCKED:
		if (looks || (cmd->ins == GP_INS_SET_STATUS && cmd->p1 == GP_SCOPE_ISD))
			return SW_OK;
		return SW_CONDITIONS;
	default:
		return SW_OK;
	}
}

/* The privilege that the change needs; 0 for none, 0xFF when there is no such change. */
static uint8_t
needs(uint8_t from, uint8_t to)
{
	if (to == GP_STATE_CARD_TERMINATED && from != GP_STATE_CARD_TERMINATED)
		return GP_PRIV_CARD_TERMINATE;
	if ((from == GP_STATE_CARD_SECURED && to == GP_STATE_CARD_LOCKED) ||
	    (from == GP_STATE_CARD_LOCKED && to == GP_STATE_CARD_SECURED))
		return GP_PRIV_CARD_LOCK;
	if ((from == GP_STATE_CARD_OP_READY && to == GP_STATE_CARD_INITIALIZED) ||
	    (from == GP_STATE_CARD_INITIALIZED && to == GP_STATE_CARD_SECURED))
		return 0;

	return 0xFF;
}

void
se_card_leave(struct se *se)
{
	for (size_t i = 0; i < (size_t)SE_SIDES * SE_CHANNELS; i++) {
		struct se_side *side = &se->side[i / SE_CHANNELS][i % SE_CHANNELS];

		if (side->app.kind == SE_APP_SD && side->app.index == 0)
			continue;
		se_scp_close(se, side);
		side->app.kind = SE_APP_NONE;
	}
	se_purse_end(se);
}

uint16_t
se_card_set_state(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct se *se = call->se;
	uint8_t sd = call->side->scp.sd;
	uint8_t own = *se_home(se, (uint32_t)SE_SD_OFF(sd) + SE_SD_PRIVILEGES);
	uint8_t privilege = needs(se_card_state(se), cmd->p2);
	uint16_t sw;

	if (cmd->data.len != 0 &&
	    !ykt_bytes_equal(cmd->data, se_app_aid(se, (struct se_app){ SE_APP_SD, 0 })))
		return SW_DATA_NOT_FOUND;
	if (privilege == 0xFF)
		return SW_DATA;
	/* The first steps are the issuer's own. */
	if (privilege == 0 ? sd != 0 : (own & privilege) == 0)
		return SW_CONDITIONS;
	se_tx_begin(se);
	se_tx_put_u8(se, SE_HEAD_CARD_STATE, cmd->p2);
	sw = se_tx_commit(se);
	if (sw != SW_OK || cmd->p2 < GP_STATE_CARD_LOCKED)
		return sw;
	se_card_leave(se);
	if (cmd->p2 == GP_STATE_CARD_TERMINATED) {
		se_channel_reset(se, YKT_SE_WIRED);
		se_channel_reset(se, YKT_SE_CONTACTLESS);
	}

	return sw;
}
