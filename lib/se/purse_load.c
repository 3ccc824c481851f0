/*
 * CREDIT FOR LOAD: MAC2 is judged, then balance, counter, log and proof move in
 * one commit (card.md 1.8).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <ykt/secret.h>

#include "card/purse_cmd.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

static uint16_t
check_mac2(struct se_call *call, const struct se_purse_session *session,
    const struct purse_credit *credit, const struct se_money *money)
{
	struct purse_load load = se_online_load(session, credit->datetime, money);
	uint8_t mac2[PURSE_MAC_LEN];
	uint16_t sw = SW_EXEC_ERROR;

	if (purse_load_mac2(call->se->crypto, &session->load_key, &load, mac2) == YKT_OK)
		sw = ykt_ct_equal(mac2, credit->mac2, sizeof(mac2)) ? SW_OK : SW_MAC;
	ykt_wipe(mac2, sizeof(mac2));

	return sw;
}

static uint16_t
commit(struct se_call *call, const struct se_purse_session *session,
    const struct purse_credit *credit, struct se_money *money)
{
	struct se_proof *proof = &money->proof[SE_PROOF_ONLINE];
	struct se_purse_key tac_key;
	struct purse_load load;

	if (!se_purse_key(call, PERSO_KEY_TAC, SE_TAC_KEY_INDEX, &tac_key))
		return SW_KEY_INDEX;
	se_money_credit(money, session->amount);
	load = se_online_load(session, credit->datetime, money);
	if (purse_load_tac(call->se->crypto, tac_key.alg, tac_key.bytes, &load, proof->tac) !=
	    YKT_OK)
		return SW_EXEC_ERROR;

	return se_online_commit(call, credit->datetime, credit->mac2, money);
}

uint16_t
se_purse_credit(struct se_call *call)
{
	const struct se_purse_session *session = se_purse_open(call, SE_PURSE_LOAD);
	struct purse_credit credit;
	uint8_t kind = call->cmd->p1 & PURSE_KIND_SECOND;
	struct se_money money;
	uint16_t sw;

	/* P1 of the second kind is not documented; INITIALIZE has the bit. */
	if ((call->cmd->p1 != 0 && call->cmd->p1 != kind) ||
	    !se_money_has_kind(call->se, call->side->app.index, kind) ||
	    (call->cmd->p2 != 0 && call->cmd->p2 != PURSE_P2_PURSE))
		return SW_P1P2;
	if (purse_credit_decode(call->cmd, &credit) != YKT_OK)
		return SW_LENGTH;
	if (session == NULL || (kind & ~session->kind) != 0)
		return SW_CONDITIONS;
	se_money_load_kind(call->se, session->purse, session->kind, &money);
	sw = se_money_blocked(&money);
	/* The other interface cannot have moved money since, but a card must not rely on it. */
	if (sw == SW_OK && !se_money_can_credit(&money, session->amount))
		sw = SW_CONDITIONS;
	if (sw == SW_OK)
		sw = check_mac2(call, session, &credit, &money);
	if (sw == SW_OK)
		sw = commit(call, session, &credit, &money);
	if (sw == SW_OK)
		ykt_put_mem(call->out, money.proof[SE_PROOF_ONLINE].tac, PURSE_MAC_LEN);
	se_purse_end(call->se);

	return sw;
}
