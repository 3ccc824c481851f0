/*
 * The menu's packages in the image (C5-ARC-12, C5-UPD-1): download, upgrade, the way
 * back, and no downgrade.
 *
 * A package is loaded into the slot that is not in use, block by block, and becomes
 * active in one commit after its signature and its form were judged; a cut anywhere
 * before leaves the old one active. It is on trial until a handset has taken its
 * menu. Until then three things bring back the package before it: a handset that
 * refuses the menu for good, more starts than TRIAL_STARTS without an answer, and the
 * command ROLLBACK. From then on its version is the floor: nothing that is not newer
 * is ever loaded, and there is no way back.
 *
 * Anyone on the wired side may load: what counts is the signature. Until another
 * package is loaded whole, the active one stands as it is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include "card/menu_pack.h"

#define P1_LAST      0x80
#define P1_MORE      0x00
#define TRIAL_STARTS 3

static const uint8_t *
state(const struct se *se)
{
	return se_home(se, SE_MENU);
}

static uint8_t
spare_slot(const struct se *se)
{
	return state(se)[SE_MENU_ACTIVE] == 1 ? 2 : 1;
}

/* What a slot holds; empty when that is no package. Its form was judged when it came. */
static struct ykt_bytes
slot_view(const struct se *se, uint8_t slot)
{
	const uint8_t *start = se_home(se, (uint32_t)SE_MENU_SLOT(slot));

	return ykt_bytes(start, menu_pack_len(ykt_bytes(start, MENU_PACK_HEAD)));
}

bool
se_menu_package(const struct se *se, struct menu_pack *ret_pack)
{
	uint8_t active = state(se)[SE_MENU_ACTIVE];
	struct ykt_bytes package;

	if (active != 1 && active != 2)
		return false;
	package = slot_view(se, active);
	if (package.len == 0)
		return false;
	package.len -= CRYPTO_SM2_SIG_LEN;

	return menu_pack_view(package, ret_pack) == YKT_OK;
}

/* Stages the small part of the state; the floor stays. */
static void
put_state(struct se *se, uint8_t active, uint8_t trial, uint8_t starts)
{
	const uint8_t bytes[] = { active, trial, starts };

	se_tx_put(se, SE_MENU + SE_MENU_ACTIVE, YKT_BYTES(bytes));
}

/* The package before; there is one when a handset has ever taken one. */
static uint16_t
roll_back(struct se *se)
{
	bool other = ykt_get_u16(state(se) + SE_MENU_FLOOR) != 0;
	uint16_t sw;

	se_tx_begin(se);
	put_state(se, other ? spare_slot(se) : 0, 0, 0);
	sw = se_tx_commit(se);
	if (sw == SW_OK)
		menu_restart(&se->menu);

	return sw;
}

uint16_t
se_menu_started(struct se *se)
{
	uint8_t starts = state(se)[SE_MENU_STARTS];

	if (state(se)[SE_MENU_TRIAL] == 0)
		return SW_OK;
	if (starts >= TRIAL_STARTS)
		return roll_back(se);
	se_tx_begin(se);
	put_state(se, state(se)[SE_MENU_ACTIVE], 1, (uint8_t)(starts + 1));

	return se_tx_commit(se);
}

uint16_t
se_menu_taken(struct se *se)
{
	struct menu_pack pack;
	uint8_t floor[2];

	if (state(se)[SE_MENU_TRIAL] == 0 || !se_menu_package(se, &pack))
		return SW_OK;
	ykt_set_u16(floor, pack.version);
	se_tx_begin(se);
	put_state(se, state(se)[SE_MENU_ACTIVE], 0, 0);
	se_tx_put(se, SE_MENU + SE_MENU_FLOOR, YKT_BYTES(floor));

	return se_tx_commit(se);
}

uint16_t
se_menu_refused(struct se *se)
{
	return state(se)[SE_MENU_TRIAL] == 0 ? SW_OK : roll_back(se);
}

/* The whole package in the spare slot: 9000 when it may become the active one. */
static uint16_t
judge(struct se_call *call)
{
	struct se *se = call->se;
	struct crypto_sm2_pub root;
	struct menu_pack pack;
	struct ykt_bytes package = slot_view(se, spare_slot(se));

	if (package.len != se->menu_loaded)
		return SW_DATA;
	memcpy(root.xy, se_home(se, SE_HEAD_MENU_ROOT), sizeof(root.xy));
	switch (menu_pack_verify(se->crypto, &root, package, &pack)) {
	case YKT_OK:
		break;
	case YKT_E_FORMAT:
		return SW_DATA;
	case YKT_E_MAC:
		return SW_SECURITY;
	default:
		return SW_EXEC_ERROR;
	}

	return pack.version > ykt_get_u16(state(se) + SE_MENU_FLOOR) ? SW_OK : SW_CONDITIONS;
}

/* The loaded package becomes the active one, on trial. */
static uint16_t
activate(struct se_call *call)
{
	struct se *se = call->se;
	uint16_t sw = judge(call);

	se->menu_block = 0;
	if (sw != SW_OK)
		return sw;
	se_tx_begin(se);
	put_state(se, spare_slot(se), 1, 0);
	sw = se_tx_commit(se);
	if (sw == SW_OK)
		menu_restart(&se->menu);

	return sw;
}

uint16_t
se_menu_load(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct se *se = call->se;
	uint32_t at = (uint32_t)SE_MENU_SLOT(spare_slot(se));
	uint16_t sw;

	if (cmd->p1 != P1_MORE && cmd->p1 != P1_LAST)
		return SW_P1P2;
	if (cmd->data.len == 0)
		return SW_LENGTH;
	/* The package before is the way back from a trial. */
	if (state(se)[SE_MENU_TRIAL] != 0)
		return SW_CONDITIONS;
	if (cmd->p2 == 0)
		se->menu_loaded = 0;
	else if (cmd->p2 != se->menu_block)
		return SW_P1P2;
	if (cmd->data.len > (size_t)SE_MENU_SLOT_LEN - se->menu_loaded)
		return SW_NO_SPACE;

	se_tx_begin(se);
	se_tx_put(se, at + se->menu_loaded, cmd->data);
	sw = se_tx_commit(se);
	if (sw != SW_OK)
		return sw;
	se->menu_loaded = (uint16_t)(se->menu_loaded + cmd->data.len);
	se->menu_block = (uint8_t)(cmd->p2 + 1);

	return cmd->p1 == P1_LAST ? activate(call) : SW_OK;
}

uint16_t
se_menu_info(struct se_call *call)
{
	struct menu_pack pack = { 0 };

	if (call->cmd->p1 != 0 || call->cmd->p2 != 0)
		return SW_P1P2;
	if (!se_menu_package(call->se, &pack))
		pack.version = 0;
	ykt_put_mem(call->out, state(call->se), SE_MENU_STARTS);
	ykt_put_u16(call->out, pack.version);
	ykt_put_mem(call->out, state(call->se) + SE_MENU_FLOOR, 2);

	return SW_OK;
}

uint16_t
se_menu_rollback(struct se_call *call)
{
	if (call->cmd->p1 != 0 || call->cmd->p2 != 0)
		return SW_P1P2;
	if (call->cmd->data.len != 0)
		return SW_LENGTH;
	if (state(call->se)[SE_MENU_TRIAL] == 0)
		return SW_CONDITIONS;

	return roll_back(call->se);
}
