/*
 * The purse's money: its bytes, its bounds, its keys.
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

#define KEY_USAGE   0
#define KEY_INDEX   1
#define KEY_VERSION 2
#define KEY_ALG     3
#define KEY_BYTES   4

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

void
se_money_load(const struct se *se, uint8_t purse, struct se_money *ret_money)
{
	const uint8_t *entry = se_home(se, (uint32_t)SE_PURSE_OFF(purse));
	const uint8_t *p = se_home(se, money_off(purse));

	ret_money->balance = ykt_get_u24(p + SE_MONEY_BALANCE);
	ret_money->overdrawn = ykt_get_u24(p + SE_MONEY_OVERDRAWN);
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
	ret_money->cap = ykt_get_u24(entry + SE_PURSE_CAP);
	ret_money->limit = ykt_get_u24(entry + SE_PURSE_LIMIT);
}

void
se_money_put(struct se *se, uint8_t purse, const struct se_money *money)
{
	uint8_t p[SE_MONEY_SIZE] = { 0 };

	assert(money->balance == 0 || money->overdrawn == 0);
	assert(money->balance <= money->cap && money->overdrawn <= money->limit);
	p[SE_MONEY_BALANCE] = (uint8_t)(money->balance >> 16);
	ykt_set_u16(p + SE_MONEY_BALANCE + 1, (uint16_t)money->balance);
	p[SE_MONEY_OVERDRAWN] = (uint8_t)(money->overdrawn >> 16);
	ykt_set_u16(p + SE_MONEY_OVERDRAWN + 1, (uint16_t)money->overdrawn);
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

void
se_purse_key_at(const struct se *se, uint8_t purse, uint8_t slot, struct se_purse_key *ret_key)
{
	const uint8_t *p = se_home(
	    se, (uint32_t)SE_PURSE_OFF(purse) + SE_PURSE_KEYS + (uint32_t)slot * SE_PURSE_KEY_SIZE);

	ret_key->slot = slot;
	ret_key->version = p[KEY_VERSION];
	ret_key->alg = p[KEY_ALG] == PURSE_ALG_SM4 ? PURSE_ALG_SM4 : PURSE_ALG_TDES;
	ret_key->bytes = p + KEY_BYTES;
}

bool
se_purse_key_find(
    const struct se *se, uint8_t purse, uint8_t usage, uint8_t index, struct se_purse_key *ret_key)
{
	const uint8_t *p = se_home(se, (uint32_t)SE_PURSE_OFF(purse) + SE_PURSE_KEYS);

	for (uint8_t i = 0; i < SE_PURSE_KEY_COUNT; i++, p += SE_PURSE_KEY_SIZE)
		if (p[KEY_USAGE] == usage && p[KEY_INDEX] == index) {
			se_purse_key_at(se, purse, i, ret_key);
			return true;
		}

	return false;
}
