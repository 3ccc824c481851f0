/*
 * The purse's PIN: VERIFY, CHANGE, RELOAD, UNBLOCK; the PIN itself is in pin.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/purse_admin.h"
#include "card/purse_perso.h"
#include "card/purse_pin.h"
#include "se/purse_priv.h"

#define PIN_KEY_INDEX  1
#define CHANGE_LEN_MIN (2 * PURSE_PIN_MIN + 1)
#define CHANGE_LEN_MAX (2 * PURSE_PIN_MAX + 1)
#define RELOAD_LEN_MIN (PURSE_PIN_MIN + PURSE_MAC_LEN)
#define RELOAD_LEN_MAX (PURSE_PIN_MAX + PURSE_MAC_LEN)

uint16_t
se_purse_allowed(const struct se_call *call, uint8_t access)
{
	return se_pin_allows(call,
	    se_home(call->se, (uint32_t)SE_PURSE_OFF(call->side->app.index) + SE_PURSE_ACCESS),
	    access);
}

uint16_t
se_purse_file_allowed(const struct se_call *call, uint8_t needs)
{
	uint8_t rights = call->side->rights;

	if ((needs & PERSO_FILE_NEVER) != 0 ||
	    ((needs & PERSO_FILE_PIN) != 0 && (rights & SE_RIGHT_PIN) == 0) ||
	    ((needs & PERSO_FILE_EXTERNAL) != 0 && (rights & SE_RIGHT_EXTERNAL) == 0))
		return SW_SECURITY;

	return SW_OK;
}

/* 9000 when this purse has a PIN and is not blocked. */
static uint16_t
check_usable(const struct se_call *call, struct se_money *money)
{
	se_money_load(call->se, call->side->app.index, money);
	if (se_pin(call)[SE_PIN_LIMIT] == 0)
		return SW_DATA_NOT_FOUND;

	return se_money_blocked(money);
}

uint16_t
se_purse_verify(struct se_call *call)
{
	struct se_money money;
	uint16_t sw = se_pin_verify_form(call);

	if (sw == SW_OK)
		sw = check_usable(call, &money);

	return sw == SW_OK ? se_pin_verify(call) : sw;
}

/* Stores what the issuer sends; the holder has still to prove that he knows it. */
static uint16_t
restore(struct se_call *call, struct ykt_bytes pin, struct se_money *money)
{
	money->sm_fails = 0;
	se_pin_forget(call->se, call->side->app);
	se_tx_begin(call->se);
	se_pin_stage(call, pin);
	se_money_put(call->se, call->side->app.index, money);

	return se_tx_commit(call->se);
}

/* RELOAD PIN's MAC over pin is mac; false also without the key. */
static uint16_t
check_reload(struct se_call *call, enum purse_alg alg, struct ykt_bytes pin, const uint8_t *mac)
{
	struct se_purse_key key;
	uint8_t right[PURSE_MAC_LEN];
	uint16_t sw = SW_EXEC_ERROR;

	if (!se_purse_key_of(call, PERSO_KEY_PIN_RELOAD, PIN_KEY_INDEX, alg, &key))
		return SW_DATA_NOT_FOUND;
	if (purse_pin_reload_mac(call->se->crypto, alg, key.bytes, pin, right) == YKT_OK)
		sw = ykt_ct_equal(right, mac, sizeof(right)) ? SW_OK : SW_SM_WRONG;
	ykt_wipe(right, sizeof(right));

	return sw;
}

/*
 * P1 = 01 is CHANGE PIN, and RELOAD PIN under SM4 (card.md 1.4). A right MAC says
 * RELOAD; else PIN, FF, PIN says CHANGE, and costs a try; what is neither is a
 * RELOAD with a wrong MAC, and is counted as one.
 */
uint16_t
se_purse_pin(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	bool may_change = cmd->p1 == PURSE_P1_CHANGE_PIN;
	enum purse_alg alg = may_change ? PURSE_ALG_SM4 : PURSE_ALG_TDES;
	struct ykt_bytes old, pin;
	const uint8_t *mac;
	struct se_money money;
	uint16_t reload = SW_DATA;
	uint16_t sw;

	if (cmd->p1 > PURSE_P1_CHANGE_PIN || cmd->p2 != 0)
		return SW_P1P2;
	if (cmd->data.len < (may_change ? CHANGE_LEN_MIN : RELOAD_LEN_MIN) ||
	    cmd->data.len > (may_change ? CHANGE_LEN_MAX : RELOAD_LEN_MAX))
		return SW_LENGTH;
	sw = check_usable(call, &money);
	if (sw != SW_OK)
		return sw;

	if (purse_pin_reload_decode(cmd->data, &pin, &mac) == YKT_OK)
		reload = money.sm_fails < SE_SM_FAILS_MAX ? check_reload(call, alg, pin, mac)
							  : SW_AUTH_BLOCKED;
	if (reload == SW_OK)
		return restore(call, pin, &money);
	if (may_change && purse_pin_change_decode(cmd->data, &old, &pin) == YKT_OK)
		return se_pin_change(call, old, pin);
	if (reload == SW_SM_WRONG)
		return se_sm_failed(call, &money, SW_SM_WRONG);

	return may_change && reload == SW_DATA_NOT_FOUND ? SW_DATA : reload;
}

uint16_t
se_purse_unblock_pin(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	enum purse_alg alg = cmd->p1 == PURSE_P1_SM4 ? PURSE_ALG_SM4 : PURSE_ALG_TDES;
	uint8_t pin[PURSE_PIN_MAX];
	size_t pin_len = 0;
	struct se_purse_key key;
	struct se_money money;
	struct ykt_bytes block;
	uint16_t sw;

	if (cmd->p1 > PURSE_P1_SM4 || cmd->p2 != 0)
		return SW_P1P2;
	if (cmd->data.len != PURSE_MAC_LEN && cmd->data.len != purse_block_len(alg) + PURSE_MAC_LEN)
		return SW_LENGTH;
	sw = check_usable(call, &money);
	if (sw != SW_OK)
		return sw;
	if (!se_purse_key_of(call, PERSO_KEY_PIN_UNBLOCK, PIN_KEY_INDEX, alg, &key))
		return SW_DATA_NOT_FOUND;
	sw = se_sm_check(call, &key, &money);
	if (sw != SW_OK)
		return sw;

	/* PBOC also sends a PIN; which of the two it means by it is not known. */
	block = ykt_bytes_sub(cmd->data, 0, cmd->data.len - PURSE_MAC_LEN);
	if (block.len != 0 &&
	    purse_pin_unblock(call->se->crypto, alg, key.bytes, block, pin, &pin_len) != YKT_OK)
		return SW_DATA;
	sw = restore(call, ykt_bytes(pin, pin_len), &money);
	ykt_wipe(pin, sizeof(pin));

	return sw;
}
