/*
 * From a command's header to the function that runs it.
 *
 * Order of refusals: class, instruction, then (in the command itself) P1 P2,
 * lengths, conditions. The class comes without its channel number if that
 * channel is open; extended lengths belong to commands that this card does not
 * have.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/ident.h"
#include "se/internal.h"

#include "card/gp.h"
#include "card/purse_cmd.h"
#include "card/purse_grey.h"
#include "se/purse_priv.h"

#define CLA_ISO            0x00
#define CLA_PROPRIETARY    0x80
#define CLA_FURTHER        0x40 /* further interindustry classes: channels 4 to 19 */
#define INS_MANAGE_CHANNEL 0x70

const struct se_row *
se_row_find(const struct se_row *rows, size_t count, const struct apdu_cmd *cmd, uint16_t *ret_sw)
{
	*ret_sw = SW_INS;
	for (size_t i = 0; i < count; i++) {
		if (rows[i].ins != cmd->ins)
			continue;
		if (rows[i].cla == cmd->cla)
			return &rows[i];
		*ret_sw = SW_CLA;
	}

	return NULL;
}

uint16_t
se_rows_run(const struct se_row *rows, size_t count, struct se_call *call)
{
	uint16_t sw;
	const struct se_row *row = se_row_find(rows, count, call->cmd, &sw);

	if (row == NULL)
		return sw;
	if (row->rsp_len == SE_ROW_EXTENDED)
		return row->run(call);
	if (call->cmd->extended)
		return SW_LENGTH;
	if (call->cmd->ne != 0 && call->cmd->ne < row->rsp_len)
		return (uint16_t)(0x6C00 | row->rsp_len);

	return row->run(call);
}

/* Only a purse's long files come in chains (purse_picture.c). */
static bool
may_chain(const struct se_call *call)
{
	return call->side->app.kind == SE_APP_PURSE && call->cmd->cla == PURSE_CLA_CHAIN &&
	       call->cmd->ins == PURSE_INS_UPDATE_BINARY;
}

/* The class of the grey lock, on a purse that has it. */
static bool
is_grey(const struct se_call *call)
{
	return call->cmd->cla == PURSE_CLA_GREY && call->side->app.kind == SE_APP_PURSE &&
	       se_grey_there(call->se, call->side->app.index);
}

/* 9000 when this card can have such a class at all. */
static uint16_t
check_class(const struct se_call *call)
{
	uint8_t cla = call->cmd->cla;
	uint8_t base = cla & 0xE0;

	if ((cla & 0xC0) == CLA_FURTHER)
		return SW_CHANNEL;
	if (is_grey(call))
		return SW_OK;
	if (base != CLA_ISO && base != CLA_PROPRIETARY)
		return SW_CLA;
	if ((cla & APDU_CLA_CHANNEL_MASK) != 0)
		return SW_CHANNEL;
	if ((cla & APDU_CLA_CHAINING) != 0)
		return may_chain(call) ? SW_OK : SW_CHAINING_UNSUPPORTED;
	if ((cla & ~(CLA_PROPRIETARY | APDU_CLA_SM)) != 0)
		return SW_CLA;

	return SW_OK;
}

uint16_t
se_dispatch(struct se_call *call)
{
	uint16_t sw = check_class(call);

	if (sw != SW_OK)
		return sw;
	if (se_card_state(call->se) == GP_STATE_CARD_TERMINATED &&
	    call->cmd->ins != GP_INS_GET_DATA)
		return SW_CONDITIONS;
	if (call->cmd->cla == CLA_ISO && call->cmd->ins == PURSE_INS_SELECT)
		return se_select(call);
	if ((call->cmd->cla & ~APDU_CLA_SM) == CLA_ISO && call->cmd->ins == INS_MANAGE_CHANNEL)
		return se_channel_manage(call);
	if (!se_ara_may_send(call))
		return SW_SECURITY;
	if (se_menu_takes(call))
		return se_menu_toolkit(call);

	switch (call->side->app.kind) {
	case SE_APP_SD:
		return se_sd_dispatch(call);
	case SE_APP_PURSE:
		return se_purse_dispatch(call);
	case SE_APP_IDENT:
		return se_ident_dispatch(call);
	case SE_APP_CRS:
		return se_crs_dispatch(call);
	case SE_APP_ARA:
		return se_ara_dispatch(call);
	case SE_APP_MENU:
		return se_menu_dispatch(call);
	case SE_APP_PPSE:
	case SE_APP_NONE:
		break;
	}

	return SW_INS;
}
