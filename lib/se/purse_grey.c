/*
 * Grey lock: the purse is locked for a terminal, which takes its money later, or
 * the issuer does (card/purse_grey.h says what is known of it and what is not).
 *
 * While it is locked no INITIALIZE is accepted but the issuer's, so neither the
 * balance nor the limit can move any other way. A lock lasts over any power cut and
 * over any number of selections. The counter moves with the lock and belongs to it:
 * the debit names it, so that no GMAC serves twice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <assert.h>
#include <string.h>

#include <ykt/secret.h>

#include "card/files.h"
#include "card/purse_grey.h"
#include "card/purse_perso.h"
#include "se/purse_priv.h"

#define COUNTER_END 0xFFFF

static uint32_t
proof_off(uint8_t purse)
{
	return (uint32_t)SE_PURSE_OFF(purse) + SE_PURSE_LOCK;
}

bool
se_grey_there(const struct se *se, uint8_t purse)
{
	return (se_purse_usages(se, purse, SE_ALG_BIT_TDES) & 1u << PERSO_KEY_GREY) != 0;
}

static uint8_t
state_of(const struct se *se, uint8_t purse)
{
	return *se_home(se, proof_off(purse));
}

bool
se_grey_locked(const struct se *se, uint8_t purse)
{
	return state_of(se, purse) == PURSE_GREY_LOCKED;
}

static struct purse_grey_proof
load_proof(const struct se *se, uint8_t purse)
{
	struct purse_grey_proof proof = { 0 };

	if (purse_grey_proof_decode(
		ykt_bytes(se_home(se, proof_off(purse)), PURSE_GREY_PROOF_LEN), &proof) != YKT_OK)
		assert(false);

	return proof;
}

static void
put_proof(struct se *se, uint8_t purse, const struct purse_grey_proof *proof)
{
	uint8_t bytes[PURSE_GREY_PROOF_LEN];

	purse_grey_proof_encode(proof, bytes);
	se_tx_put(se, proof_off(purse), YKT_BYTES(bytes));
}

static void
start(struct se_call *call, const struct purse_grey_init *init, const struct se_purse_key *key,
    enum se_purse_state state, uint8_t type)
{
	struct purse_init as_init = { .key_index = init->key_index };

	memcpy(as_init.terminal, init->terminal, sizeof(as_init.terminal));
	se_purse_start(call, &as_init, key, state, type);
	call->se->purse.kind = 0;
}

static uint16_t
for_lock(struct se_call *call, const struct purse_grey_init *init, const struct se_money *money)
{
	struct se *se = call->se;
	struct purse_purchase_init_rsp rsp = { 0 };
	struct se_purse_key key;

	if (!se_purse_key_of(call, PERSO_KEY_PURCHASE, init->key_index, PURSE_ALG_TDES, &key))
		return SW_KEY_INDEX;
	if (money->offline == COUNTER_END)
		return SW_COUNTER;
	if (ykt_random_fill(se->random, rsp.random, sizeof(rsp.random)) != YKT_OK)
		return SW_EXEC_ERROR;
	start(call, init, &key, SE_PURSE_GREY, PURSE_TYPE_GREY_LOCK);
	memcpy(se->purse.random, rsp.random, sizeof(rsp.random));
	rsp.balance = se_money_available(money);
	rsp.offline_seq = money->offline;
	rsp.overdraft_limit = money->limit;
	rsp.key_version = key.version;
	rsp.alg = (uint8_t)key.alg;
	purse_purchase_init_rsp_encode(&rsp, call->out);

	return SW_OK;
}

/* Counts itself before it answers, as every online INITIALIZE does. */
static uint16_t
for_unlock(struct se_call *call, const struct purse_grey_init *init, struct se_money *money)
{
	struct se *se = call->se;
	struct purse_grey_unlock_rsp rsp = { 0 };
	struct se_purse_key key;
	uint16_t sw;

	if (!se_purse_key_of(call, PERSO_KEY_GREY_UNLOCK, init->key_index, PURSE_ALG_TDES, &key))
		return SW_KEY_INDEX;
	if (money->online == COUNTER_END)
		return SW_COUNTER;
	if (money->tries >= SE_TRIES_MAX)
		return SW_AUTH_BLOCKED;
	if (ykt_random_fill(se->random, rsp.random, sizeof(rsp.random)) != YKT_OK)
		return SW_EXEC_ERROR;
	money->tries++;
	sw = se_purse_write_money(call, money);
	if (sw != SW_OK)
		return sw;
	start(call, init, &key, SE_PURSE_UNGREY, PURSE_TYPE_GREY_UNLOCK);
	rsp.balance = se_money_available(money);
	rsp.offline_seq = money->offline;
	rsp.online_seq = money->online;
	rsp.key_version = key.version;
	rsp.alg = (uint8_t)key.alg;
	if (purse_session_load(se->crypto, key.alg, key.bytes, rsp.random, rsp.online_seq,
		&se->purse.load_key) != YKT_OK ||
	    purse_grey_unlock_mac1(
		se->crypto, &se->purse.load_key, &rsp, init->terminal, rsp.mac1) != YKT_OK)
		return SW_EXEC_ERROR;
	purse_grey_unlock_rsp_encode(&rsp, call->out);

	return SW_OK;
}

uint16_t
se_grey_initialize(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t purse = call->side->app.index;
	bool unlock = cmd->p1 == PURSE_P1_GREY_UNLOCK;
	struct purse_grey_init init;
	struct se_money money;
	uint16_t sw;

	if ((cmd->p1 != PURSE_P1_GREY_LOCK && !unlock) ||
	    (cmd->p2 != PURSE_P2_PURSE && cmd->p2 != PURSE_P2_PASSBOOK))
		return SW_P1P2;
	if (purse_grey_init_decode(cmd, &init) != YKT_OK)
		return SW_LENGTH;
	sw = se_purse_le(
	    call, unlock ? PURSE_GREY_UNLOCK_INIT_RSP_LEN : PURSE_PURCHASE_INIT_RSP_LEN);
	se_money_load(call->se, purse, &money);
	if (sw == SW_OK)
		sw = se_money_blocked(&money);
	if (sw == SW_OK)
		sw = se_purse_allowed(call, unlock ? PERSO_ACCESS_UNLOAD : PERSO_ACCESS_PURCHASE);
	/* A TAC that nobody has said he has would be lost with the next lock. */
	if (sw == SW_OK &&
	    state_of(call->se, purse) != (unlock ? PURSE_GREY_LOCKED : PURSE_GREY_FREE))
		sw = SW_CONDITIONS;
	if (sw == SW_OK)
		sw = se_purse_take(call->se, call->iface);
	if (sw != SW_OK)
		return sw;

	return unlock ? for_unlock(call, &init, &money) : for_lock(call, &init, &money);
}

/* MAC1 judged; MAC2 and GTAC into proof. */
static uint16_t
authenticate(struct se_call *call, const struct purse_grey_lock *lock, uint16_t offline,
    struct purse_grey_proof *proof)
{
	const struct se_purse_session *open = &call->se->purse;
	struct crypto *crypto = call->se->crypto;
	struct purse_purchase as_purchase = { .amount = proof->balance,
		.type = PURSE_TYPE_GREY_LOCK,
		.terminal_seq = lock->terminal_seq };
	struct purse_grey_init init;
	struct se_purse_key key, tac_key;
	struct purse_session session;
	uint8_t mac1[PURSE_MAC_LEN];
	uint16_t sw = SW_EXEC_ERROR;

	memcpy(init.terminal, open->terminal, sizeof(init.terminal));
	memcpy(as_purchase.terminal, open->terminal, sizeof(as_purchase.terminal));
	memcpy(as_purchase.datetime, lock->datetime, sizeof(as_purchase.datetime));
	se_purse_key_at(call->se, open->purse, open->key_slot, &key);
	if (!se_purse_key_of(call, PERSO_KEY_TAC, SE_TAC_KEY_INDEX, PURSE_ALG_TDES, &tac_key))
		return SW_KEY_INDEX;
	if (purse_grey_session(crypto, key.bytes, open->random, offline, lock, &session) ==
		YKT_OK &&
	    purse_grey_mac1(crypto, &session, &init, lock, mac1) == YKT_OK)
		sw = ykt_ct_equal(mac1, lock->mac1, sizeof(mac1)) ? SW_OK : SW_MAC;
	if (sw == SW_OK &&
	    (purse_purchase_mac2(crypto, &session, proof->balance, proof->mac2) != YKT_OK ||
		purse_purchase_tac(crypto, tac_key.alg, tac_key.bytes, &as_purchase, proof->tac) !=
		    YKT_OK))
		sw = SW_EXEC_ERROR;
	purse_session_clear(&session);
	ykt_wipe(mac1, sizeof(mac1));

	return sw;
}

uint16_t
se_grey_lock(struct se_call *call)
{
	const struct se_purse_session *session = se_purse_open(call, SE_PURSE_GREY);
	struct purse_grey_proof proof = {
		.state = PURSE_GREY_LOCKED, .type = PURSE_TYPE_GREY_LOCK, .purse = PURSE_P2_PURSE
	};
	struct purse_grey_lock lock;
	struct se_money money;
	uint16_t sw;

	if (call->cmd->p1 != PURSE_P1_GREY_LOCK || call->cmd->p2 != 0)
		return SW_P1P2;
	if (purse_grey_lock_decode(call->cmd, &lock) != YKT_OK)
		return SW_LENGTH;
	if (session == NULL)
		return SW_CONDITIONS;
	se_money_load(call->se, session->purse, &money);
	proof.balance = se_money_available(&money);
	memcpy(proof.terminal, session->terminal, sizeof(proof.terminal));
	memcpy(proof.datetime, lock.datetime, sizeof(proof.datetime));
	sw = se_money_blocked(&money);
	if (sw == SW_OK)
		sw = authenticate(call, &lock, money.offline, &proof);
	if (sw == SW_OK) {
		proof.offline_seq = ++money.offline;
		se_tx_begin(call->se);
		put_proof(call->se, session->purse, &proof);
		se_money_put(call->se, session->purse, &money);
		sw = se_tx_commit(call->se);
	}
	if (sw == SW_OK) {
		ykt_put_mem(call->out, proof.tac, sizeof(proof.tac));
		ykt_put_mem(call->out, proof.mac2, sizeof(proof.mac2));
	}
	se_purse_end(call->se);

	return sw;
}

/* The money leaves, the lock ends, the log has it: one commit. */
static uint16_t
commit(struct se_call *call, uint32_t amount, uint16_t seq, struct purse_grey_proof *proof,
    struct se_money *money)
{
	struct record_log record = { .seq = seq, .amount = amount, .type = proof->type };
	uint8_t purse = call->side->app.index;

	memcpy(record.terminal, proof->terminal, sizeof(record.terminal));
	memcpy(record.date, proof->datetime, sizeof(record.date));
	memcpy(record.time, proof->datetime + sizeof(record.date), sizeof(record.time));
	se_tx_begin(call->se);
	se_purse_log(call->se, purse, money, &record);
	put_proof(call->se, purse, proof);
	se_money_put(call->se, purse, money);

	return se_tx_commit(call->se);
}

/* 9000 when this debit is the one of the lock, and its GMAC is right. */
static uint16_t
judge(struct se_call *call, const struct purse_grey_debit *debit,
    const struct purse_grey_proof *proof, struct se_money *money)
{
	uint8_t gmac[PURSE_MAC_LEN];
	struct se_purse_key key;
	uint16_t sw = SW_EXEC_ERROR;

	if (debit->offline_seq != proof->offline_seq ||
	    !ykt_bytes_equal(YKT_BYTES(debit->terminal), YKT_BYTES(proof->terminal)))
		return SW_DATA;
	if (!se_money_can_debit(money, debit->amount))
		return SW_BALANCE;
	if (money->sm_fails >= SE_SM_FAILS_MAX)
		return SW_AUTH_BLOCKED;
	if (!se_purse_key_of(call, PERSO_KEY_GREY, PURSE_KEY_INDEX, PURSE_ALG_TDES, &key))
		return SW_KEY_INDEX;
	if (purse_grey_gmac(call->se->crypto, key.bytes, debit, gmac) == YKT_OK)
		sw = ykt_ct_equal(gmac, debit->gmac, sizeof(gmac)) ? SW_OK : SW_MAC;
	ykt_wipe(gmac, sizeof(gmac));

	return sw == SW_MAC ? se_sm_failed(call, money, sw) : sw;
}

static uint16_t
debit_for_unlock(struct se_call *call)
{
	uint8_t purse = call->side->app.index;
	struct purse_grey_proof proof = load_proof(call->se, purse);
	struct purse_purchase purchase = { .type = PURSE_TYPE_GREY_DEBIT };
	struct purse_grey_debit debit;
	struct se_purse_key tac_key;
	struct se_money money;
	uint16_t sw;

	if (purse_grey_debit_decode(call->cmd, &debit) != YKT_OK)
		return SW_LENGTH;
	if (proof.state != PURSE_GREY_LOCKED)
		return SW_CONDITIONS;
	se_money_load(call->se, purse, &money);
	sw = se_money_blocked(&money);
	if (sw == SW_OK)
		sw = se_purse_take(call->se, call->iface);
	if (sw == SW_OK)
		sw = judge(call, &debit, &proof, &money);
	if (sw != SW_OK)
		return sw;
	if (!se_purse_key_of(call, PERSO_KEY_TAC, SE_TAC_KEY_INDEX, PURSE_ALG_TDES, &tac_key))
		return SW_KEY_INDEX;
	purchase.amount = debit.amount;
	purchase.terminal_seq = debit.terminal_seq;
	memcpy(purchase.terminal, debit.terminal, sizeof(purchase.terminal));
	memcpy(purchase.datetime, debit.datetime, sizeof(purchase.datetime));
	if (purse_purchase_tac(
		call->se->crypto, tac_key.alg, tac_key.bytes, &purchase, proof.tac) != YKT_OK)
		return SW_EXEC_ERROR;

	se_money_debit(&money, debit.amount);
	money.sm_fails = 0;
	proof.state = PURSE_GREY_TAC;
	proof.type = PURSE_TYPE_GREY_DEBIT;
	proof.balance = se_money_available(&money);
	memcpy(proof.datetime, debit.datetime, sizeof(proof.datetime));
	sw = commit(call, debit.amount, money.offline, &proof, &money);
	if (sw == SW_OK)
		ykt_put_mem(call->out, proof.tac, sizeof(proof.tac));

	return sw;
}

/* MAC2 judged; MAC3 under the same key. Both as for an unload, with type 95. */
static uint16_t
judge_unlock(struct se_call *call, const struct purse_grey_unlock *unlock,
    const struct se_money *money, struct purse_grey_proof *proof)
{
	const struct se_purse_session *session = &call->se->purse;
	struct crypto *crypto = call->se->crypto;
	struct purse_load load = { .amount = unlock->amount,
		.online_seq = money->online,
		.type = PURSE_TYPE_GREY_UNLOCK };
	uint8_t mac2[PURSE_MAC_LEN];
	struct se_purse_key key;
	uint16_t sw = SW_EXEC_ERROR;

	memcpy(load.terminal, session->terminal, sizeof(load.terminal));
	memcpy(load.datetime, unlock->datetime, sizeof(load.datetime));
	if (purse_load_mac2(crypto, &session->load_key, &load, mac2) == YKT_OK)
		sw = ykt_ct_equal(mac2, unlock->mac2, sizeof(mac2)) ? SW_OK : SW_MAC;
	ykt_wipe(mac2, sizeof(mac2));
	if (sw != SW_OK)
		return sw;
	se_purse_key_at(call->se, session->purse, session->key_slot, &key);
	load.balance = se_money_available(money) - unlock->amount;
	if (purse_load_tac(crypto, key.alg, key.bytes, &load, proof->mac2) != YKT_OK)
		return SW_EXEC_ERROR;
	proof->balance = load.balance;
	memcpy(proof->terminal, session->terminal, sizeof(proof->terminal));
	memcpy(proof->datetime, unlock->datetime, sizeof(proof->datetime));

	return SW_OK;
}

static uint16_t
issuer_unlock(struct se_call *call)
{
	const struct se_purse_session *session = se_purse_open(call, SE_PURSE_UNGREY);
	struct purse_grey_proof proof = {
		.state = PURSE_GREY_FREE, .type = PURSE_TYPE_GREY_UNLOCK, .purse = PURSE_P2_PURSE
	};
	struct purse_grey_unlock unlock;
	struct se_money money;
	uint16_t sw;

	if (call->cmd->p2 != 0)
		return SW_P1P2;
	if (purse_grey_unlock_decode(call->cmd, &unlock) != YKT_OK)
		return SW_LENGTH;
	if (session == NULL)
		return SW_CONDITIONS;
	se_money_load(call->se, session->purse, &money);
	proof.offline_seq = money.offline;
	sw = se_money_blocked(&money);
	if (sw == SW_OK && !se_money_can_debit(&money, unlock.amount))
		sw = SW_BALANCE;
	if (sw == SW_OK)
		sw = judge_unlock(call, &unlock, &money, &proof);
	if (sw == SW_OK) {
		se_money_debit(&money, unlock.amount);
		money.online++;
		money.tries = 0;
		sw = commit(call, unlock.amount, money.online, &proof, &money);
	}
	if (sw == SW_OK)
		ykt_put_mem(call->out, proof.mac2, sizeof(proof.mac2));
	se_purse_end(call->se);

	return sw;
}

uint16_t
se_grey_debit(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;

	if (cmd->p1 == PURSE_P1_GREY_UNLOCK)
		return issuer_unlock(call);
	if (cmd->p1 != PURSE_P1_GREY_LOCK ||
	    (cmd->p2 != PURSE_P2_PURSE && cmd->p2 != PURSE_P2_PASSBOOK))
		return SW_P1P2;

	return debit_for_unlock(call);
}

/* 6985 before the first lock, as a terminal's code expects it. */
uint16_t
se_grey_proof(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t purse = call->side->app.index;
	const uint8_t *proof = se_home(call->se, proof_off(purse));
	uint16_t sw;

	if (cmd->p1 > PURSE_P1_GREY_TAKEN || cmd->p2 != 0)
		return SW_P1P2;
	if (cmd->data.len != 0)
		return SW_LENGTH;
	if (load_proof(call->se, purse).type == 0)
		return SW_CONDITIONS;
	if (cmd->p1 == PURSE_P1_GREY_READ) {
		sw = se_purse_le(call, PURSE_GREY_PROOF_LEN);
		if (sw == SW_OK)
			ykt_put_mem(call->out, proof, PURSE_GREY_PROOF_LEN);
		return sw;
	}
	if (proof[0] == PURSE_GREY_LOCKED)
		return SW_CONDITIONS;
	if (proof[0] == PURSE_GREY_FREE)
		return SW_OK;
	se_tx_begin(call->se);
	se_tx_put_u8(call->se, proof_off(purse), PURSE_GREY_FREE);

	return se_tx_commit(call->se);
}
