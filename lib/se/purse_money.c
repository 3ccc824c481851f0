/*
 * The purse's money: its bytes and its bounds. The two ticket kinds (card.md 1.4)
 * have a balance and limits each and share counters, log and proofs: with one
 * key for both, counters of their own would let one MAC serve twice (I-5).
 *
 * Invariants I-1 and I-2 live here: B and D are never both positive, -C <= B - D
 * <= A, a ride may start only above zero and then use the overdraft once, a load
 * repays first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <assert.h>
#include <string.h>

#include "card/purse_cmd.h"
#include "se/perso.h"
#include "se/purse_priv.h"

static uint32_t
money_off(uint8_t purse)
{
	return (uint32_t)SE_PURSE_OFF(purse) + SE_PURSE_MONEY;
}

static void
load_proof(const uint8_t *p, struct se_proof *proof)
{
	proof->valid = p[0];
	proof->type = p[1];
	proof->seq = ykt_get_u16(p + 2);
	memcpy(proof->mac, p + 4, PURSE_MAC_LEN);
	memcpy(proof->tac, p + 8, PURSE_MAC_LEN);
}

static void
save_proof(uint8_t *p, const struct se_proof *proof)
{
	p[0] = proof->valid;
	p[1] = proof->type;
	ykt_set_u16(p + 2, proof->seq);
	memcpy(p + 4, proof->mac, PURSE_MAC_LEN);
	memcpy(p + 8, proof->tac, PURSE_MAC_LEN);
}

bool
se_money_has_kind(const struct se *se, uint8_t purse, uint8_t kind)
{
	const uint8_t *entry = se_home(se, (uint32_t)SE_PURSE_OFF(purse));

	return kind == 0 || (ykt_get_u16(entry + SE_PURSE_PERSO) & PERSO_HAS_SECOND) != 0;
}

void
se_money_load(const struct se *se, uint8_t purse, struct se_money *ret_money)
{
	se_money_load_kind(se, purse, 0, ret_money);
}

void
se_money_load_kind(const struct se *se, uint8_t purse, uint8_t kind, struct se_money *ret_money)
{
	bool second = kind != 0;
	const uint8_t *entry = se_home(se, (uint32_t)SE_PURSE_OFF(purse));
	const uint8_t *p = se_home(se, money_off(purse));

	ret_money->kind = kind;
	ret_money->balance = ykt_get_u24(p + (second ? SE_MONEY_BALANCE2 : SE_MONEY_BALANCE));
	ret_money->overdrawn = ykt_get_u24(p + (second ? SE_MONEY_OVERDRAWN2 : SE_MONEY_OVERDRAWN));
	ret_money->other_balance = ykt_get_u24(p + (second ? SE_MONEY_BALANCE : SE_MONEY_BALANCE2));
	ret_money->other_overdrawn =
	    ykt_get_u24(p + (second ? SE_MONEY_OVERDRAWN : SE_MONEY_OVERDRAWN2));
	ret_money->online = ykt_get_u16(p + SE_MONEY_ONLINE);
	ret_money->offline = ykt_get_u16(p + SE_MONEY_OFFLINE);
	ret_money->tries = p[SE_MONEY_TRIES];
	ret_money->block = p[SE_MONEY_BLOCK];
	ret_money->sm_fails = p[SE_MONEY_SM_FAILS];
	ret_money->log_head = p[SE_MONEY_LOG_HEAD];
	ret_money->log_count = p[SE_MONEY_LOG_COUNT];
	ret_money->trip_head = p[SE_MONEY_TRIP_HEAD];
	ret_money->trip_count = p[SE_MONEY_TRIP_COUNT];
	for (size_t i = 0; i < 2; i++)
		load_proof(p + SE_MONEY_PROOFS + i * SE_PROOF_SIZE, &ret_money->proof[i]);
	ret_money->cap = ykt_get_u24(entry + (second ? SE_PURSE_CAP2 : SE_PURSE_CAP));
	ret_money->limit = ykt_get_u24(entry + (second ? SE_PURSE_LIMIT2 : SE_PURSE_LIMIT));
}

void
se_money_put(struct se *se, uint8_t purse, const struct se_money *money)
{
	uint8_t p[SE_MONEY_SIZE] = { 0 };
	bool second = money->kind != 0;

	assert(money->balance == 0 || money->overdrawn == 0);
	assert(money->balance <= money->cap && money->overdrawn <= money->limit);
	ykt_set_u24(p + (second ? SE_MONEY_BALANCE2 : SE_MONEY_BALANCE), money->balance);
	ykt_set_u24(p + (second ? SE_MONEY_OVERDRAWN2 : SE_MONEY_OVERDRAWN), money->overdrawn);
	ykt_set_u24(p + (second ? SE_MONEY_BALANCE : SE_MONEY_BALANCE2), money->other_balance);
	ykt_set_u24(
	    p + (second ? SE_MONEY_OVERDRAWN : SE_MONEY_OVERDRAWN2), money->other_overdrawn);
	ykt_set_u16(p + SE_MONEY_ONLINE, money->online);
	ykt_set_u16(p + SE_MONEY_OFFLINE, money->offline);
	p[SE_MONEY_TRIES] = money->tries;
	p[SE_MONEY_BLOCK] = money->block;
	p[SE_MONEY_SM_FAILS] = money->sm_fails;
	p[SE_MONEY_LOG_HEAD] = money->log_head;
	p[SE_MONEY_LOG_COUNT] = money->log_count;
	p[SE_MONEY_TRIP_HEAD] = money->trip_head;
	p[SE_MONEY_TRIP_COUNT] = money->trip_count;
	for (size_t i = 0; i < 2; i++)
		save_proof(p + SE_MONEY_PROOFS + i * SE_PROOF_SIZE, &money->proof[i]);
	se_tx_put(se, money_off(purse), YKT_BYTES(p));
}

uint32_t
se_money_available(const struct se_money *money)
{
	return money->balance + money->limit - money->overdrawn;
}

bool
se_money_can_debit(const struct se_money *money, uint32_t amount)
{
	if (amount == 0)
		return true;

	return money->balance > 0 && amount <= se_money_available(money);
}

bool
se_money_can_credit(const struct se_money *money, uint32_t amount)
{
	int64_t after = (int64_t)money->balance - (int64_t)money->overdrawn + (int64_t)amount;

	return amount > 0 && after <= (int64_t)money->cap;
}

void
se_money_debit(struct se_money *money, uint32_t amount)
{
	assert(se_money_can_debit(money, amount));
	if (amount > money->balance) {
		money->overdrawn += amount - money->balance;
		money->balance = 0;
	} else {
		money->balance -= amount;
	}
}

void
se_money_credit(struct se_money *money, uint32_t amount)
{
	uint32_t repaid = amount < money->overdrawn ? amount : money->overdrawn;

	assert(se_money_can_credit(money, amount));
	money->overdrawn -= repaid;
	money->balance += amount - repaid;
}

uint16_t
se_money_blocked(const struct se_money *money)
{
	if (money->block == SE_BLOCK_NONE)
		return SW_OK;

	return money->block == SE_BLOCK_TEMPORARY ? SW_FUNCTION : SW_PERMANENT_LOCK;
}
