/*
 * What the online transactions share: load, unload and change of the overdraft
 * limit (card.md 1.4, 1.6).
 *
 * INITIALIZE counts itself before it answers, because each answer lets somebody
 * guess one MAC2 and each new random could be an old one. All three move the one
 * online counter, so no two of them ever share a session key (I-4, I-5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include "card/files.h"
#include "card/purse_admin.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

#define COUNTER_END 0xFFFF

/* What differs. Amount 0 of a load is an attestation, no CREDIT follows (R2). */
struct form {
	uint8_t p1;
	uint8_t usage;
	uint8_t type;
	enum se_purse_state state;
};

static const struct form forms[] = {
	{ PURSE_INIT_LOAD, PERSO_KEY_LOAD, PURSE_TYPE_LOAD, SE_PURSE_LOAD },
	{ PURSE_INIT_UNLOAD, PERSO_KEY_UNLOAD, PURSE_TYPE_UNLOAD, SE_PURSE_UNLOAD },
	{ PURSE_INIT_UPDATE, PERSO_KEY_OVERDRAFT, PURSE_TYPE_OVERDRAFT, SE_PURSE_UPDATE },
};

static const struct form *
form_of(uint8_t p1)
{
	for (size_t i = 1; i < YKT_ARRAY_LEN(forms); i++)
		if (forms[i].p1 == p1)
			return &forms[i];

	return &forms[0];
}

/* Unload takes what is there, never the overdraft. */
static uint16_t
check_amount(const struct purse_init *init, const struct se_money *money)
{
	if (init->p1 == PURSE_INIT_LOAD)
		return init->amount == 0 || se_money_can_credit(money, init->amount)
			   ? SW_OK
			   : SW_CONDITIONS;
	if (init->p1 == PURSE_INIT_UNLOAD) {
		if (init->amount == 0)
			return SW_DATA;
		return init->amount <= money->balance ? SW_OK : SW_BALANCE;
	}

	return SW_OK;
}

struct purse_load
se_online_load(
    const struct se_purse_session *session, const uint8_t *datetime, const struct se_money *money)
{
	struct purse_load load = { .balance = se_money_available(money),
		.amount = session->amount,
		.online_seq = money->online,
		.type = session->type };

	memcpy(load.terminal, session->terminal, sizeof(load.terminal));
	if (datetime != NULL)
		memcpy(load.datetime, datetime, sizeof(load.datetime));

	return load;
}

static enum ykt_status
mac1_of(struct se_call *call, const struct se_purse_key *key, const struct se_money *money,
    uint8_t ret_mac[PURSE_MAC_LEN])
{
	struct se_purse_session *session = &call->se->purse;
	struct crypto *crypto = call->se->crypto;
	struct purse_load load = se_online_load(session, NULL, money);
	struct purse_limit limit = { .balance = load.balance, .limit = money->limit };
	enum ykt_status status = purse_session_load(
	    crypto, key->alg, key->bytes, session->random, money->online, &session->load_key);

	if (status != YKT_OK)
		return status;
	if (session->type != PURSE_TYPE_OVERDRAFT)
		return purse_load_mac1(crypto, &session->load_key, &load, ret_mac);
	memcpy(limit.terminal, session->terminal, sizeof(limit.terminal));

	return purse_limit_mac1(crypto, &session->load_key, &limit, ret_mac);
}

static void
put_answer(struct se_call *call, const struct se_purse_key *key, const struct se_money *money,
    const uint8_t mac1[PURSE_MAC_LEN])
{
	const struct se_purse_session *session = &call->se->purse;

	ykt_put_u32(call->out, se_money_available(money));
	ykt_put_u16(call->out, money->online);
	if (session->type == PURSE_TYPE_OVERDRAFT)
		ykt_put_u24(call->out, money->limit);
	ykt_put_u8(call->out, key->version);
	ykt_put_u8(call->out, (uint8_t)key->alg);
	ykt_put_mem(call->out, session->random, PURSE_RANDOM_LEN);
	ykt_put_mem(call->out, mac1, PURSE_MAC_LEN);
}

uint16_t
se_online_initialize(struct se_call *call, const struct purse_init *init, struct se_money *money)
{
	const struct form *form = form_of(init->p1);
	struct se *se = call->se;
	uint8_t random[PURSE_RANDOM_LEN];
	uint8_t mac1[PURSE_MAC_LEN];
	enum se_purse_state state = form->state;
	struct se_purse_key key;
	uint16_t sw;

	if (!se_purse_key(call, form->usage, init->key_index, &key))
		return SW_KEY_INDEX;
	if (money->online == COUNTER_END)
		return SW_COUNTER;
	if (money->tries >= SE_TRIES_MAX)
		return SW_AUTH_BLOCKED;
	sw = check_amount(init, money);
	if (sw != SW_OK)
		return sw;
	if (ykt_random_fill(se->random, random, sizeof(random)) != YKT_OK)
		return SW_EXEC_ERROR;

	money->tries++;
	sw = se_purse_write_money(call, money);
	if (sw != SW_OK)
		return sw;

	if (state == SE_PURSE_LOAD && init->amount == 0)
		state = SE_PURSE_ATTEST;
	se_purse_start(call, init, &key, state, form->type);
	se->purse.kind = money->kind;
	memcpy(se->purse.random, random, sizeof(random));
	if (mac1_of(call, &key, money, mac1) != YKT_OK)
		return SW_EXEC_ERROR;
	put_answer(call, &key, money, mac1);

	return SW_OK;
}

uint16_t
se_online_commit(
    struct se_call *call, const uint8_t *datetime, const uint8_t *mac, struct se_money *money)
{
	const struct se_purse_session *session = &call->se->purse;
	struct se_proof *proof = &money->proof[SE_PROOF_ONLINE];
	struct record_log record = { .amount = session->amount, .type = session->type };
	uint8_t limit[3];

	money->online++;
	money->tries = 0;
	proof->valid = 1;
	proof->type = session->type;
	proof->seq = money->online;
	memcpy(proof->mac, mac, PURSE_MAC_LEN);

	record.seq = money->online;
	memcpy(record.terminal, session->terminal, sizeof(record.terminal));
	memcpy(record.date, datetime, sizeof(record.date));
	memcpy(record.time, datetime + sizeof(record.date), sizeof(record.time));
	se_tx_begin(call->se);
	se_purse_log(call->se, session->purse, money, &record);
	se_money_put(call->se, session->purse, money);
	if (session->type == PURSE_TYPE_OVERDRAFT) {
		ykt_set_u24(limit, money->limit);
		se_tx_put(call->se,
		    (uint32_t)SE_PURSE_OFF(session->purse) +
			(money->kind != 0 ? SE_PURSE_LIMIT2 : SE_PURSE_LIMIT),
		    YKT_BYTES(limit));
	}

	return se_tx_commit(call->se);
}
