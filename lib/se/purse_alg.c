/*
 * Algorithms and authentication: 80CD, INTERNAL and EXTERNAL AUTHENTICATE
 * (card.md 1.4). What the bytes of 80CD mean is the project's reading; see
 * card/purse_admin.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/purse_admin.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

#define BLOCK_MAX 16
#define TRIES_MAX 15 /* 63Cx */

static unsigned
bit_of(enum purse_alg alg)
{
	return alg == PURSE_ALG_SM4 ? SE_ALG_BIT_SM4 : SE_ALG_BIT_TDES;
}

static uint32_t
entry_off(const struct se_call *call)
{
	return (uint32_t)SE_PURSE_OFF(call->side->app.index);
}

/* Not blocked, and with every key that a transaction needs. */
static bool
usable(const struct se_call *call, enum purse_alg alg)
{
	static const unsigned needed = 1u << PERSO_KEY_LOAD | 1u << PERSO_KEY_PURCHASE |
				       1u << PERSO_KEY_TAC | 1u << PERSO_KEY_MAINTENANCE;
	uint8_t blocked = *se_home(call->se, entry_off(call) + SE_PURSE_BARRED);
	unsigned usages = se_purse_usages(call->se, call->side->app.index, bit_of(alg));

	return (blocked & bit_of(alg)) == 0 && (usages & needed) == needed;
}

static uint16_t
change(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	enum purse_alg alg = cmd->p2 == PURSE_ALG_P2_SM4 ? PURSE_ALG_SM4 : PURSE_ALG_TDES;
	uint16_t sw = SW_OK;

	if (cmd->p2 != PURSE_ALG_P2_SM4 && cmd->p2 != PURSE_ALG_P2_TDES)
		return SW_P1P2;
	if (cmd->data.len != 0)
		return SW_LENGTH;
	if (!usable(call, alg))
		return SW_ALGORITHM;
	if (cmd->p1 == PURSE_ALG_CHANGE) {
		call->side->alg = (uint8_t)bit_of(alg);
	} else {
		se_tx_begin(call->se);
		se_tx_put_u8(call->se, entry_off(call) + SE_PURSE_ALG, (uint8_t)alg);
		sw = se_tx_commit(call->se);
		if (sw == SW_OK)
			call->side->alg = 0;
	}

	return sw;
}

/* Never the last one that works. */
static uint16_t
block(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	bool sm4 = cmd->p2 == PURSE_ALG_P2_SM4;
	enum purse_alg alg = sm4 ? PURSE_ALG_SM4 : PURSE_ALG_TDES;
	enum purse_alg other = sm4 ? PURSE_ALG_TDES : PURSE_ALG_SM4;
	uint8_t blocked = *se_home(call->se, entry_off(call) + SE_PURSE_BARRED);
	struct se_purse_key key;
	struct se_money money;
	uint16_t sw;

	if (!sm4 && cmd->p2 != PURSE_ALG_P2_BLOCK_TDES)
		return SW_P1P2;
	if (cmd->data.len != PURSE_MAC_LEN)
		return SW_LENGTH;
	sw = se_sm_check(call, se_sm_key(call, PERSO_KEY_BLOCK, &key), &money);
	if (sw != SW_OK)
		return sw;
	/* The grey lock ends by a 3DES key only. */
	if (!usable(call, other) || (!sm4 && se_grey_locked(call->se, call->side->app.index)))
		return SW_CONDITIONS;
	se_tx_begin(call->se);
	se_tx_put_u8(call->se, entry_off(call) + SE_PURSE_BARRED, (uint8_t)(blocked | bit_of(alg)));
	se_tx_put_u8(call->se, entry_off(call) + SE_PURSE_ALG, (uint8_t)other);
	se_money_put(call->se, call->side->app.index, &money);

	return se_tx_commit(call->se);
}

uint16_t
se_purse_algorithm(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct se_money money;
	uint16_t sw;

	se_money_load(call->se, call->side->app.index, &money);
	sw = se_money_blocked(&money);
	/* Asking is always allowed. */
	if (sw != SW_OK && cmd->p1 != PURSE_ALG_GET)
		return sw;
	switch (cmd->p1) {
	case PURSE_ALG_GET:
		if (cmd->p2 != 0)
			return SW_P1P2;
		if (cmd->data.len != 0)
			return SW_LENGTH;
		ykt_put_u8(call->out, (uint8_t)se_purse_alg(call));
		return SW_OK;
	case PURSE_ALG_CHANGE:
	case PURSE_ALG_CHANGE_GOOD:
		return change(call);
	case PURSE_ALG_BLOCK:
		return block(call);
	default:
		return SW_P1P2;
	}
}

uint16_t
se_purse_internal_auth(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t cryptogram[BLOCK_MAX];
	struct se_purse_key key;
	size_t len;
	uint16_t sw;

	if (cmd->p1 != 0)
		return SW_P1P2;
	if (!se_purse_key(call, PERSO_KEY_INTERNAL, cmd->p2, &key))
		return SW_DATA_NOT_FOUND;
	len = purse_block_len(key.alg);
	if (cmd->data.len != len)
		return SW_LENGTH;
	sw = se_purse_le(call, (uint8_t)len);
	if (sw != SW_OK)
		return sw;
	if (purse_encipher(call->se->crypto, key.alg, key.bytes, cmd->data, cryptogram) != YKT_OK)
		return SW_EXEC_ERROR;
	ykt_put_mem(call->out, cryptogram, len);

	return SW_OK;
}

/* The challenge, zeros behind it, enciphered; the challenge is used up. */
static uint16_t
expected(struct se_call *call, const struct se_purse_key *key, uint8_t ret_cryptogram[BLOCK_MAX])
{
	struct se_side *side = call->side;
	uint8_t clear[BLOCK_MAX] = { 0 };

	if (side->challenge_len == 0)
		return SW_NO_CHALLENGE;
	memcpy(clear, side->challenge, side->challenge_len);
	side->challenge_len = 0;
	if (purse_encipher(call->se->crypto, key->alg, key->bytes,
		ykt_bytes(clear, purse_block_len(key->alg)), ret_cryptogram) != YKT_OK)
		return SW_EXEC_ERROR;

	return SW_OK;
}

/* Right or wrong, one write before the answer, as in secure messaging. */
uint16_t
se_purse_external_auth(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t cryptogram[BLOCK_MAX];
	struct se_purse_key key;
	struct se_money money;
	unsigned left;
	uint16_t sw;

	if (cmd->p1 != 0)
		return SW_P1P2;
	if (!se_purse_key(call, PERSO_KEY_EXTERNAL, cmd->p2, &key))
		return SW_DATA_NOT_FOUND;
	if (cmd->data.len != purse_block_len(key.alg))
		return SW_LENGTH;
	se_money_load(call->se, call->side->app.index, &money);
	if (money.sm_fails >= SE_SM_FAILS_MAX)
		return SW_AUTH_BLOCKED;
	sw = expected(call, &key, cryptogram);
	if (sw != SW_OK)
		return sw;

	call->side->rights &= (uint8_t)~SE_RIGHT_EXTERNAL;
	if (!ykt_ct_equal(cryptogram, cmd->data.data, cmd->data.len)) {
		left = SE_SM_FAILS_MAX - 1u - money.sm_fails;
		sw = se_sm_failed(call, &money,
		    (uint16_t)(SW_TRIES_LEFT_0 | (left < TRIES_MAX ? left : TRIES_MAX)));
	} else {
		money.sm_fails = 0;
		sw = se_purse_write_money(call, &money);
		if (sw == SW_OK)
			call->side->rights |= SE_RIGHT_EXTERNAL;
	}
	ykt_wipe(cryptogram, sizeof(cryptogram));

	return sw;
}
