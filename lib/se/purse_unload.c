/*
 * DEBIT FOR UNLOAD: MAC2 is judged, the money leaves, MAC3 says so (card.md 1.4).
 *
 * The proof keeps MAC3, which a terminal that lost the answer needs, and a TAC
 * like a load's with type 03.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <ykt/secret.h>

#include "card/purse_admin.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

static uint16_t
check_mac2(struct se_call *call, const struct purse_credit *unload, const struct se_money *money)
{
	const struct se_purse_session *session = &call->se->purse;
	struct purse_load load = se_online_load(session, unload->datetime, money);
	uint8_t mac2[PURSE_MAC_LEN];
	uint16_t sw = SW_EXEC_ERROR;

	if (purse_load_mac2(call->se->crypto, &session->load_key, &load, mac2) == YKT_OK)
		sw = ykt_ct_equal(mac2, unload->mac2, sizeof(mac2)) ? SW_OK : SW_MAC;
	ykt_wipe(mac2, sizeof(mac2));

	return sw;
}

static uint16_t
commit(struct se_call *call, const struct purse_credit *unload, struct se_money *money,
    uint8_t ret_mac3[PURSE_MAC_LEN])
{
	const struct se_purse_session *session = &call->se->purse;
	struct se_proof *proof = &money->proof[SE_PROOF_ONLINE];
	struct crypto *crypto = call->se->crypto;
	struct se_purse_key key, tac_key;
	struct purse_load load;

	se_purse_key_at(call->se, session->purse, session->key_slot, &key);
	if (!se_purse_key(call, PERSO_KEY_TAC, SE_TAC_KEY_INDEX, &tac_key))
		return SW_KEY_INDEX;
	se_money_debit(money, session->amount);
	load = se_online_load(session, unload->datetime, money);
	if (purse_load_tac(crypto, key.alg, key.bytes, &load, ret_mac3) != YKT_OK ||
	    purse_load_tac(crypto, tac_key.alg, tac_key.bytes, &load, proof->tac) != YKT_OK)
		return SW_EXEC_ERROR;

	return se_online_commit(call, unload->datetime, ret_mac3, money);
}

uint16_t
se_purse_unload(struct se_call *call)
{
	const struct se_purse_session *session = se_purse_open(call, SE_PURSE_UNLOAD);
	uint8_t mac3[PURSE_MAC_LEN];
	struct purse_credit unload;
	struct se_money money;
	uint16_t sw;

	if (call->cmd->p2 != 0)
		return SW_P1P2;
	if (purse_credit_decode(call->cmd, &unload) != YKT_OK)
		return SW_LENGTH;
	sw = se_purse_le(call, PURSE_MAC_LEN);
	if (sw != SW_OK)
		return sw;
	if (session == NULL || (call->cmd->p1 & PURSE_KIND_SECOND) != session->kind)
		return SW_CONDITIONS;
	se_money_load_kind(call->se, session->purse, session->kind, &money);
	sw = se_money_blocked(&money);
	if (sw == SW_OK && session->amount > money.balance)
		sw = SW_BALANCE;
	if (sw == SW_OK)
		sw = check_mac2(call, &unload, &money);
	if (sw == SW_OK)
		sw = commit(call, &unload, &money, mac3);
	if (sw == SW_OK)
		ykt_put_mem(call->out, mac3, sizeof(mac3));
	se_purse_end(call->se);

	return sw;
}
