/*
 * UPDATE OVERDRAW LIMIT: C changes under MAC2, within A + C <= FFFFFF and never
 * below what is overdrawn already (card.md 1.3, I-2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/purse_admin.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

static struct purse_limit
limit_of(const struct se_purse_session *session, const struct purse_limit_update *update,
    const struct se_money *money)
{
	struct purse_limit limit = { .balance = se_money_available(money),
		.limit = update->limit,
		.online_seq = money->online };

	memcpy(limit.terminal, session->terminal, sizeof(limit.terminal));
	memcpy(limit.datetime, update->datetime, sizeof(limit.datetime));

	return limit;
}

static uint16_t
check_mac2(
    struct se_call *call, const struct purse_limit_update *update, const struct se_money *money)
{
	const struct se_purse_session *session = &call->se->purse;
	struct purse_limit limit = limit_of(session, update, money);
	uint8_t mac2[PURSE_MAC_LEN];
	uint16_t sw = SW_EXEC_ERROR;

	if (purse_limit_mac2(call->se->crypto, &session->load_key, &limit, mac2) == YKT_OK)
		sw = ykt_ct_equal(mac2, update->mac2, sizeof(mac2)) ? SW_OK : SW_MAC;
	ykt_wipe(mac2, sizeof(mac2));

	return sw;
}

static uint16_t
commit(struct se_call *call, const struct purse_limit_update *update, struct se_money *money)
{
	struct se_purse_session *session = &call->se->purse;
	struct se_proof *proof = &money->proof[SE_PROOF_ONLINE];
	struct se_purse_key tac_key;
	struct purse_limit limit;

	if (update->limit < money->overdrawn || update->limit > PURSE_BALANCE_MAX - money->cap)
		return SW_DATA;
	if (!se_purse_key(call, PERSO_KEY_TAC, SE_TAC_KEY_INDEX, &tac_key))
		return SW_KEY_INDEX;
	money->limit = update->limit;
	limit = limit_of(session, update, money);
	if (purse_limit_tac(call->se->crypto, tac_key.alg, tac_key.bytes, &limit, proof->tac) !=
	    YKT_OK)
		return SW_EXEC_ERROR;
	/* Record 18 shows the new limit where the others show an amount. */
	session->amount = update->limit;

	return se_online_commit(call, update->datetime, update->mac2, money);
}

uint16_t
se_purse_update_limit(struct se_call *call)
{
	const struct se_purse_session *session = se_purse_open(call, SE_PURSE_UPDATE);
	struct purse_limit_update update;
	uint8_t kind = call->cmd->p1 & PURSE_KIND_SECOND;
	struct se_money money;
	uint16_t sw;

	if ((call->cmd->p1 != 0 && call->cmd->p1 != kind) ||
	    !se_money_has_kind(call->se, call->side->app.index, kind) || call->cmd->p2 != 0)
		return SW_P1P2;
	if (purse_limit_update_decode(call->cmd, &update) != YKT_OK)
		return SW_LENGTH;
	if (session == NULL || (kind & ~session->kind) != 0)
		return SW_CONDITIONS;
	se_money_load_kind(call->se, session->purse, session->kind, &money);
	sw = se_money_blocked(&money);
	if (sw == SW_OK)
		sw = check_mac2(call, &update, &money);
	if (sw == SW_OK)
		sw = commit(call, &update, &money);
	if (sw == SW_OK)
		ykt_put_mem(call->out, money.proof[SE_PROOF_ONLINE].tac, PURSE_MAC_LEN);
	se_purse_end(call->se);

	return sw;
}
