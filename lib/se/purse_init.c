/*
 * INITIALIZE in all its forms (card.md 1.4, 1.5); the purchases' own part of it.
 * What is online is in purse_online.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include "card/purse_admin.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

#define COUNTER_END 0xFFFF
#define SW_EXACT_LE 0x6C00

void
se_purse_start(struct se_call *call, const struct purse_init *init, const struct se_purse_key *key,
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

static uint16_t
for_purchase(struct se_call *call, const struct purse_init *init, const struct se_money *money)
{
	bool capp = init->p1 == PURSE_INIT_CAPP;
	struct se *se = call->se;
	struct purse_purchase_init_rsp rsp = { 0 };
	struct se_purse_key key;

	if (!se_purse_key(call, PERSO_KEY_PURCHASE, init->key_index, &key))
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

	se_purse_start(call, init, &key, capp ? SE_PURSE_CAPP : SE_PURSE_DEBIT,
	    capp ? PURSE_TYPE_CAPP : PURSE_TYPE_PURCHASE);
	se->purse.kind = money->kind;
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
se_purse_le(const struct se_call *call, uint8_t len)
{
	if (call->cmd->ne != 0 && call->cmd->ne < len)
		return (uint16_t)(SW_EXACT_LE | len);

	return SW_OK;
}

/* What each P1, its bit of the kind apart, asks for. */
struct form {
	uint8_t p1;
	uint8_t rsp_len;
	uint8_t access; /* which right it may depend on */
};

static const struct form forms[] = {
	{ PURSE_INIT_LOAD, PURSE_LOAD_INIT_RSP_LEN, PERSO_ACCESS_LOAD },
	{ PURSE_INIT_PURCHASE, PURSE_PURCHASE_INIT_RSP_LEN, PERSO_ACCESS_PURCHASE },
	{ PURSE_INIT_CAPP, PURSE_PURCHASE_INIT_RSP_LEN, 0 },
	{ PURSE_INIT_UPDATE, PURSE_LIMIT_INIT_RSP_LEN, PERSO_ACCESS_LIMIT },
	{ PURSE_INIT_UNLOAD, PURSE_LOAD_INIT_RSP_LEN, PERSO_ACCESS_UNLOAD },
};

/* NULL unless this purse knows P1 and P2. INITIALIZE FOR UPDATE says 01 or 02. */
static const struct form *
find_form(const struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t kind = cmd->p1 & PURSE_KIND_SECOND;

	if (!se_money_has_kind(call->se, call->side->app.index, kind))
		return NULL;
	for (size_t i = 0; i < YKT_ARRAY_LEN(forms); i++) {
		if (forms[i].p1 != (cmd->p1 ^ kind))
			continue;
		if (cmd->p2 == PURSE_P2_PURSE ||
		    (forms[i].p1 == PURSE_INIT_UPDATE && cmd->p2 == PURSE_P2_PASSBOOK))
			return &forms[i];
	}

	return NULL;
}

/* INITIALIZE FOR UPDATE has no amount. */
static enum ykt_status
decode(const struct apdu_cmd *cmd, const struct form *form, struct purse_init *ret_init)
{
	struct purse_limit_init limit;
	enum ykt_status status;

	if (form->p1 != PURSE_INIT_UPDATE) {
		status = purse_init_decode(cmd, ret_init);
	} else {
		status = purse_limit_init_decode(cmd, &limit);
		if (status == YKT_OK) {
			ret_init->amount = 0;
			ret_init->key_index = limit.key_index;
			memcpy(ret_init->terminal, limit.terminal, sizeof(limit.terminal));
		}
	}
	if (status == YKT_OK)
		ret_init->p1 = form->p1;

	return status;
}

uint16_t
se_purse_initialize(struct se_call *call)
{
	const struct form *form = find_form(call);
	struct purse_init init;
	struct se_money money;
	uint16_t sw;

	if (form == NULL)
		return SW_P1P2;
	if (decode(call->cmd, form, &init) != YKT_OK)
		return SW_LENGTH;
	sw = se_purse_le(call, form->rsp_len);
	se_money_load_kind(
	    call->se, call->side->app.index, call->cmd->p1 & PURSE_KIND_SECOND, &money);
	if (sw == SW_OK)
		sw = se_money_blocked(&money);
	/* Nothing moves the money of a locked purse but the end of the lock. */
	if (sw == SW_OK && se_grey_locked(call->se, call->side->app.index))
		sw = SW_CONDITIONS;
	if (sw == SW_OK)
		sw = se_purse_allowed(call, form->access);
	if (sw == SW_OK)
		sw = se_purse_take(call->se, call->iface);
	if (sw != SW_OK)
		return sw;

	return form->p1 == PURSE_INIT_PURCHASE || form->p1 == PURSE_INIT_CAPP
		   ? for_purchase(call, &init, &money)
		   : se_online_initialize(call, &init, &money);
}
