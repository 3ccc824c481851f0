/*
 * APPLICATION BLOCK and UNBLOCK, CARD BLOCK (card.md 1.4).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include "card/gp.h"
#include "card/purse_perso.h"
#include "card/purse_pin.h"
#include "se/purse_priv.h"

#define BLOCK_KEY_INDEX 1

/*
 * P1 = 01 names SM4, as it does for APPEND RECORD and the PIN (card.md 1.4); in the
 * logs of cards P1 is 00 whatever the card has. So 01 takes the SM4 key where there
 * is one, and all else the key of the algorithm in force.
 */
static const struct se_purse_key *
find_key(struct se_call *call, uint8_t usage, struct se_purse_key *key)
{
	if (call->cmd->p1 == PURSE_P1_SM4 &&
	    (se_purse_key_of(call, usage, BLOCK_KEY_INDEX, PURSE_ALG_SM4, key) ||
		se_purse_key_of(call, PERSO_KEY_MAINTENANCE, BLOCK_KEY_INDEX, PURSE_ALG_SM4, key)))
		return key;

	return se_sm_key(call, usage, key);
}

/* The commands carry the MAC alone. */
static uint16_t
check_block(
    struct se_call *call, uint8_t p1_max, uint8_t p2_max, uint8_t usage, struct se_money *money)
{
	struct se_purse_key key;

	if (call->cmd->p1 > p1_max || call->cmd->p2 > p2_max)
		return SW_P1P2;
	if (call->cmd->data.len != PURSE_MAC_LEN)
		return SW_LENGTH;

	return se_sm_check(call, find_key(call, usage, &key), money);
}

uint16_t
se_purse_app_block(struct se_call *call)
{
	struct se_money money;
	uint16_t sw = check_block(call, 1, 1, PERSO_KEY_BLOCK, &money);

	if (sw != SW_OK)
		return sw;
	if (money.block == SE_BLOCK_PERMANENT)
		return SW_PERMANENT_LOCK;
	money.block = call->cmd->p2 == 0 ? SE_BLOCK_TEMPORARY : SE_BLOCK_PERMANENT;

	return se_purse_write_money(call, &money);
}

/* Also frees a purse whose INITIALIZEs were used up. */
uint16_t
se_purse_app_unblock(struct se_call *call)
{
	struct se_money money;
	uint16_t sw = check_block(call, 1, 0, PERSO_KEY_UNBLOCK, &money);

	if (sw != SW_OK)
		return sw;
	if (money.block == SE_BLOCK_PERMANENT)
		return SW_PERMANENT_LOCK;
	money.tries = 0;
	money.block = SE_BLOCK_NONE;

	return se_purse_write_money(call, &money);
}

/*
 * The card belongs to more than one city: only a purse that its issuer's domain
 * gave the privilege (GP231 6.6.2, card lock) may do this to all of them. The
 * card's issuer undoes it with SET STATUS.
 */
uint16_t
se_purse_card_block(struct se_call *call)
{
	const uint8_t *entry = se_home(call->se, (uint32_t)SE_PURSE_OFF(call->side->app.index));
	struct se_money money;
	uint16_t sw;

	if ((entry[SE_PURSE_PRIVILEGES] & GP_PRIV_CARD_LOCK) == 0)
		return SW_SECURITY;
	sw = check_block(call, 0, 0, PERSO_KEY_BLOCK, &money);
	if (sw != SW_OK)
		return sw;
	/* GP231 5.1.1: only a secured card can be locked. */
	if (se_card_state(call->se) != GP_STATE_CARD_SECURED)
		return SW_CONDITIONS;
	se_tx_begin(call->se);
	se_tx_put_u8(call->se, SE_HEAD_CARD_STATE, GP_STATE_CARD_LOCKED);
	se_money_put(call->se, call->side->app.index, &money);
	sw = se_tx_commit(call->se);
	if (sw == SW_OK)
		se_card_leave(call->se);

	return sw;
}
