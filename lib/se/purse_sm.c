/*
 * Secure messaging of the purse: GET CHALLENGE and the MAC of a command (card.md
 * 1.6).
 *
 * Right or wrong, a MAC leads to exactly one write before the answer, so a cut
 * saves a guesser nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <ykt/secret.h>

#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

#define SM_KEY_INDEX 1

uint16_t
se_purse_challenge(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	struct se_side *side = call->side;

	if (cmd->p1 != 0 || cmd->p2 != 0)
		return SW_P1P2;
	if (cmd->data.len != 0 || (cmd->ne != 4 && cmd->ne != SE_CHALLENGE_LEN))
		return SW_LENGTH;
	if (ykt_random_fill(call->se->random, side->challenge, cmd->ne) != YKT_OK)
		return SW_EXEC_ERROR;
	side->challenge_len = (uint8_t)cmd->ne;
	ykt_put_mem(call->out, side->challenge, cmd->ne);

	return SW_OK;
}

/* The MAC that the command should have; the challenge is used up. */
static uint16_t
expected_mac(struct se_call *call, const struct se_purse_key *key, struct ykt_bytes input,
    uint8_t ret_mac[PURSE_MAC_LEN])
{
	struct se_side *side = call->side;
	struct ykt_bytes challenge = ykt_bytes(side->challenge, side->challenge_len);

	if (side->challenge_len == 0)
		return SW_NO_CHALLENGE;
	side->challenge_len = 0;
	if (key == NULL)
		return SW_DATA_NOT_FOUND;
	if (purse_sm_mac(call->se->crypto, key->alg, key->bytes, challenge, input, ret_mac) !=
	    YKT_OK)
		return SW_EXEC_ERROR;

	return SW_OK;
}

uint16_t
se_purse_write_money(struct se_call *call, const struct se_money *money)
{
	se_tx_begin(call->se);
	se_money_put(call->se, call->side->app.index, money);

	return se_tx_commit(call->se);
}

uint16_t
se_sm_failed(struct se_call *call, struct se_money *money, uint16_t sw)
{
	uint16_t written;

	money->sm_fails++;
	written = se_purse_write_money(call, money);

	return written == SW_OK ? sw : written;
}

const struct se_purse_key *
se_sm_key(struct se_call *call, uint8_t usage, struct se_purse_key *key)
{
	if (se_purse_key(call, usage, SM_KEY_INDEX, key) ||
	    se_purse_key(call, PERSO_KEY_MAINTENANCE, SM_KEY_INDEX, key))
		return key;

	return NULL;
}

uint16_t
se_sm_judge(struct se_call *call, const struct se_purse_key *key, struct ykt_bytes input,
    const uint8_t mac[PURSE_MAC_LEN], struct se_money *money)
{
	uint8_t right[PURSE_MAC_LEN];
	uint16_t sw;

	se_money_load(call->se, call->side->app.index, money);
	if (money->sm_fails >= SE_SM_FAILS_MAX)
		return SW_AUTH_BLOCKED;
	sw = expected_mac(call, key, input, right);
	if (sw == SW_OK && !ykt_ct_equal(right, mac, sizeof(right)))
		sw = se_sm_failed(call, money, SW_SM_WRONG);
	money->sm_fails = 0;
	ykt_wipe(right, sizeof(right));

	return sw;
}

uint16_t
se_sm_check(struct se_call *call, const struct se_purse_key *key, struct se_money *money)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t bytes[APDU_HEADER_LEN + 1 + APDU_SHORT_DATA_MAX];
	struct ykt_buf input = YKT_BUF(bytes);
	size_t data_len = cmd->data.len - PURSE_MAC_LEN;

	ykt_put_u8(&input, cmd->cla);
	ykt_put_u8(&input, cmd->ins);
	ykt_put_u8(&input, cmd->p1);
	ykt_put_u8(&input, cmd->p2);
	ykt_put_u8(&input, (uint8_t)cmd->data.len);
	ykt_put_mem(&input, cmd->data.data, data_len);

	return se_sm_judge(call, key, ykt_buf_view(&input), cmd->data.data + data_len, money);
}
