/*
 * INITIALIZE FOR LOAD, PURCHASE and CAPP PURCHASE (card.md 1.4, 1.5).
 *
 * Only the load writes: it counts itself before it answers, because each answer
 * lets somebody guess one MAC2 and each new random could be an old one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include "card/purse_cmd.h"
#include "card/purse_perso.h"

#define COUNTER_END 0xFFFF

/* Fills the session; its state says that it is open. */
static void
open_session(struct se_call *call, const struct purse_init *init, const struct se_purse_key *key,
    enum se_purse_state state, uint8_t type)
{
	struct se_purse_session *session = &call->se->purse;

	session->state = state;
	session->owner = call->iface;
	session->channel = call->channel;
	session->purse = call->side->app.index;
	session->key_slot = key->slot;
	session->type = type;
	session->amount = init->amount;
	memcpy(session->terminal, init->terminal, sizeof(session->terminal));
	session->cache_count = 0;
}

static enum ykt_status
load_mac1(struct se_call *call, const struct se_purse_key *key, const struct se_money *money,
    uint8_t ret_mac[PURSE_MAC_LEN])
{
	struct se_purse_session *session = &call->se->purse;
	struct purse_load load = { .balance = se_money_available(money),
		.amount = session->amount,
		.online_seq = money->online,
		.type = session->type };
	enum ykt_status status;

	memcpy(load.terminal, session->terminal, sizeof(load.terminal));
	status = purse_session_load(call->se->crypto, key->alg, key->bytes, session->random,
	    money->online, &session->load_key);
	if (status == YKT_OK)
		status = purse_load_mac1(call->se->crypto, &session->load_key, &load, ret_mac);

	return status;
}

/* Amount 0 is an attestation: MAC1 proves the counter, and no CREDIT follows (R2). */
static uint16_t
for_load(struct se_call *call, const struct purse_init *init, struct se_money *money)
{
	struct se *se = call->se;
	struct purse_load_init_rsp rsp = { 0 };
	struct se_purse_key key;
	uint16_t sw;

	if (!se_purse_key_find(se, call->side->app.index, PERSO_KEY_LOAD, init->key_index, &key))
		return SW_KEY_INDEX;
	if (money->online == COUNTER_END)
		return SW_COUNTER;
	if (money->tries >= SE_TRIES_MAX)
		return SW_AUTH_BLOCKED;
	if (init->amount != 0 && !se_money_can_credit(money, init->amount))
		return SW_CONDITIONS;
	if (ykt_random_fill(se->random, se->purse.random, PURSE_RANDOM_LEN) != YKT_OK)
		return SW_EXEC_ERROR;

	money->tries++;
	se_tx_begin(se);
	se_money_put(se, call->side->app.index, money);
	sw = se_tx_commit(se);
	if (sw != SW_OK)
		return sw;

	open_session(
	    call, init, &key, init->amount == 0 ? SE_PURSE_ATTEST : SE_PURSE_LOAD, PURSE_TYPE_LOAD);
	if (load_mac1(call, &key, money, rsp.mac1) != YKT_OK)
		return SW_EXEC_ERROR;
	rsp.balance = se_money_available(money);
	rsp.online_seq = money->online;
	rsp.key_version = key.version;
	rsp.alg = (uint8_t)key.alg;
	memcpy(rsp.random, se->purse.random, PURSE_RANDOM_LEN);
	purse_load_init_rsp_encode(&rsp, call->out);

	return SW_OK;
}

static uint16_t
for_purchase(struct se_call *call, const struct purse_init *init, const struct se_money *money)
{
	bool capp = init->p1 == PURSE_INIT_CAPP;
	struct se *se = call->se;
	struct purse_purchase_init_rsp rsp = { 0 };
	struct se_purse_key key;

	if (!se_purse_key_find(
		se, call->side->app.index, PERSO_KEY_PURCHASE, init->key_index, &key))
		return SW_KEY_INDEX;
	if (money->offline == COUNTER_END)
		return SW_COUNTER;
	/* Zero is how a compound purchase enters a gate, and an error elsewhere. */
	if (init->amount == 0 && !capp)
		return SW_DATA;
	if (!se_money_can_debit(money, init->amount))
		return SW_BALANCE;
	if (ykt_random_fill(se->random, se->purse.random, PURSE_RANDOM_LEN) != YKT_OK)
		return SW_EXEC_ERROR;

	open_session(call, init, &key, capp ? SE_PURSE_CAPP : SE_PURSE_DEBIT,
	    capp ? PURSE_TYPE_CAPP : PURSE_TYPE_PURCHASE);
	rsp.balance = se_money_available(money);
	rsp.offline_seq = money->offline;
	rsp.overdraft_limit = money->limit;
	rsp.key_version = key.version;
	rsp.alg = (uint8_t)key.alg;
	memcpy(rsp.random, se->purse.random, PURSE_RANDOM_LEN);
	purse_purchase_init_rsp_encode(&rsp, call->out);

	return SW_OK;
}

uint16_t
se_purse_initialize(struct se_call *call)
{
	struct purse_init init;
	struct se_money money;
	uint16_t sw;

	if (call->cmd->p2 != PURSE_P2_PURSE ||
	    (call->cmd->p1 != PURSE_INIT_LOAD && call->cmd->p1 != PURSE_INIT_PURCHASE &&
		call->cmd->p1 != PURSE_INIT_CAPP))
		return SW_P1P2;
	if (purse_init_decode(call->cmd, &init) != YKT_OK)
		return SW_LENGTH;
	se_money_load(call->se, call->side->app.index, &money);
	sw = se_money_blocked(&money);
	if (sw == SW_OK)
		sw = se_purse_take(call->se, call->iface);
	if (sw != SW_OK)
		return sw;

	return init.p1 == PURSE_INIT_LOAD ? for_load(call, &init, &money)
					  : for_purchase(call, &init, &money);
}
