/*
 * The PIN: VERIFY, CHANGE, RELOAD, UNBLOCK, and what depends on it.
 *
 * A try is taken away durably before the PIN is looked at and given back by a
 * right one, so that no cut and no restart makes a guess free (I-25). The price
 * is that a right PIN whose answer was cut may count as wrong once.
 *
 * What was proved with a PIN is worth no more than the PIN: another one, or a
 * wrong guess, ends it on every channel of both interfaces (ISO 7816-4 leaves
 * the channels apart; EMV and PBOC know only one).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/purse_admin.h"
#include "card/purse_perso.h"
#include "card/purse_pin.h"

#define PIN_KEY_INDEX  1
#define CHANGE_LEN_MIN (2 * PURSE_PIN_MIN + 1)
#define CHANGE_LEN_MAX (2 * PURSE_PIN_MAX + 1)
#define RELOAD_LEN_MIN (PURSE_PIN_MIN + PURSE_MAC_LEN)
#define RELOAD_LEN_MAX (PURSE_PIN_MAX + PURSE_MAC_LEN)

static uint32_t
pin_off(const struct se_call *call)
{
	return (uint32_t)SE_PURSE_OFF(call->side->app.index) + SE_PURSE_PIN;
}

static const uint8_t *
stored(const struct se_call *call)
{
	return se_home(call->se, pin_off(call));
}

uint16_t
se_purse_allowed(const struct se_call *call, uint8_t access)
{
	const uint8_t *needs =
	    se_home(call->se, (uint32_t)SE_PURSE_OFF(call->side->app.index) + SE_PURSE_ACCESS);
	uint8_t rights = call->side->rights;

	if ((needs[0] & access) != 0 && (rights & SE_RIGHT_PIN) == 0)
		return SW_SECURITY;
	if ((needs[1] & access) != 0 && (rights & SE_RIGHT_EXTERNAL) == 0)
		return SW_SECURITY;

	return SW_OK;
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

/* Nobody has proved the PIN of this purse any more, on any channel. */
static void
forget_proofs(struct se_call *call)
{
	struct se *se = call->se;

	for (size_t i = 0; i < SE_SIDES; i++)
		for (size_t j = 0; j < SE_CHANNELS; j++)
			if (se_app_equal(se->side[i][j].app, call->side->app))
				se->side[i][j].rights &= (uint8_t)~SE_RIGHT_PIN;
}

/* Stages all tries, and pin as the new PIN unless it is empty. */
static void
stage_pin(struct se_call *call, struct ykt_bytes pin)
{
	uint8_t entry[SE_PIN_SIZE];

	memcpy(entry, stored(call), sizeof(entry));
	entry[SE_PIN_LEFT] = entry[SE_PIN_LIMIT];
	if (pin.len != 0) {
		memset(entry + SE_PIN_LEN, 0, SE_PIN_SIZE - SE_PIN_LEN);
		entry[SE_PIN_LEN] = (uint8_t)pin.len;
		memcpy(entry + SE_PIN_BYTES, pin.data, pin.len);
	}
	se_tx_put(call->se, pin_off(call), YKT_BYTES(entry));
	ykt_wipe(entry, sizeof(entry));
}

/* The same in a commit of its own. */
static uint16_t
commit_pin(struct se_call *call, struct ykt_bytes pin)
{
	se_tx_begin(call->se);
	stage_pin(call, pin);

	return se_tx_commit(call->se);
}

/* 9000 for the right PIN. */
static uint16_t
take_try(struct se_call *call, struct ykt_bytes pin)
{
	uint8_t left = stored(call)[SE_PIN_LEFT];
	uint8_t candidate[1 + PURSE_PIN_MAX] = { 0 };
	uint16_t sw;

	if (left == 0)
		return SW_AUTH_BLOCKED;
	left--;
	se_tx_begin(call->se);
	se_tx_put_u8(call->se, pin_off(call) + SE_PIN_LEFT, left);
	sw = se_tx_commit(call->se);
	if (sw != SW_OK)
		return sw;

	candidate[0] = (uint8_t)pin.len;
	memcpy(candidate + 1, pin.data, pin.len);
	if (!ykt_ct_equal(candidate, stored(call) + SE_PIN_LEN, sizeof(candidate)))
		sw = (uint16_t)(SW_TRIES_LEFT_0 | left);
	ykt_wipe(candidate, sizeof(candidate));

	return sw;
}

/* The same; its try is not given back yet. A failure ends what was proved. */
static uint16_t
guess(struct se_call *call, struct ykt_bytes pin)
{
	uint16_t sw = take_try(call, pin);

	call->side->rights &= (uint8_t)~SE_RIGHT_PIN;
	if (sw != SW_OK)
		forget_proofs(call);

	return sw;
}

/* 9000 when this purse has a PIN and is not blocked. */
static uint16_t
check_usable(const struct se_call *call, struct se_money *money)
{
	se_money_load(call->se, call->side->app.index, money);
	if (stored(call)[SE_PIN_LIMIT] == 0)
		return SW_DATA_NOT_FOUND;

	return se_money_blocked(money);
}

/* ISO 7816-4 11.6.6: without a PIN, VERIFY tells how things stand. */
static uint16_t
tell_tries(const struct se_call *call)
{
	uint8_t left = stored(call)[SE_PIN_LEFT];

	if ((call->side->rights & SE_RIGHT_PIN) != 0)
		return SW_OK;

	return left == 0 ? SW_AUTH_BLOCKED : (uint16_t)(SW_TRIES_LEFT_0 | left);
}

uint16_t
se_purse_verify(struct se_call *call)
{
	struct ykt_bytes pin = call->cmd->data;
	struct se_money money;
	uint16_t sw;

	if (call->cmd->p1 != 0 || call->cmd->p2 != 0)
		return SW_P1P2;
	if (pin.len != 0 && (pin.len < PURSE_PIN_MIN || pin.len > PURSE_PIN_MAX))
		return SW_LENGTH;
	sw = check_usable(call, &money);
	if (sw != SW_OK)
		return sw;
	if (pin.len == 0)
		return tell_tries(call);
	sw = guess(call, pin);
	if (sw == SW_OK)
		sw = commit_pin(call, ykt_bytes(NULL, 0));
	if (sw == SW_OK)
		call->side->rights |= SE_RIGHT_PIN;

	return sw;
}

/* Who had proved the old PIN here has shown it again; others have not shown the new one. */
static uint16_t
change(struct se_call *call, struct ykt_bytes old, struct ykt_bytes pin)
{
	uint8_t rights = call->side->rights;
	uint16_t sw = guess(call, old);

	if (sw == SW_OK)
		sw = commit_pin(call, pin);
	forget_proofs(call);
	if (sw == SW_OK)
		call->side->rights = rights;

	return sw;
}

/* Stores what the issuer sends; the holder has still to prove that he knows it. */
static uint16_t
restore(struct se_call *call, struct ykt_bytes pin, struct se_money *money)
{
	money->sm_fails = 0;
	forget_proofs(call);
	se_tx_begin(call->se);
	stage_pin(call, pin);
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
		return change(call, old, pin);
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
