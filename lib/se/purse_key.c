/*
 * The purse's keys and which of its algorithms is in force.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"
#include "se/purse_priv.h"

#define KEY_USAGE   0
#define KEY_INDEX   1
#define KEY_VERSION 2
#define KEY_ALG     3
#define KEY_BYTES   4

static unsigned
bit_of(uint8_t alg)
{
	return alg == PURSE_ALG_SM4 ? SE_ALG_BIT_SM4 : SE_ALG_BIT_TDES;
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

/* The first such key whose algorithm is one of algs. */
static bool
find(const struct se_call *call, uint8_t usage, uint8_t index, unsigned algs,
    struct se_purse_key *ret_key)
{
	uint8_t purse = call->side->app.index;
	const uint8_t *entry = se_home(call->se, (uint32_t)SE_PURSE_OFF(purse));
	const uint8_t *p = entry + SE_PURSE_KEYS;

	algs &= ~(unsigned)entry[SE_PURSE_BARRED];
	for (uint8_t i = 0; i < SE_PURSE_KEY_COUNT; i++, p += SE_PURSE_KEY_SIZE)
		if (p[KEY_USAGE] == usage && p[KEY_INDEX] == index &&
		    (bit_of(p[KEY_ALG]) & algs) != 0) {
			se_purse_key_at(call->se, purse, i, ret_key);
			return true;
		}

	return false;
}

bool
se_purse_key(const struct se_call *call, uint8_t usage, uint8_t index, struct se_purse_key *ret_key)
{
	if (usage == 0)
		return false;

	return find(call, usage, index, bit_of((uint8_t)se_purse_alg(call)), ret_key) ||
	       find(call, usage, index, SE_ALG_BIT_TDES | SE_ALG_BIT_SM4, ret_key);
}

bool
se_purse_key_of(const struct se_call *call, uint8_t usage, uint8_t index, enum purse_alg alg,
    struct se_purse_key *ret_key)
{
	return find(call, usage, index, bit_of((uint8_t)alg), ret_key);
}

enum purse_alg
se_purse_alg(const struct se_call *call)
{
	const uint8_t *entry = se_home(call->se, (uint32_t)SE_PURSE_OFF(call->side->app.index));
	unsigned chosen = call->side->alg & ~(unsigned)entry[SE_PURSE_BARRED];

	if (chosen == 0)
		chosen = bit_of(entry[SE_PURSE_ALG]);

	return chosen == SE_ALG_BIT_SM4 ? PURSE_ALG_SM4 : PURSE_ALG_TDES;
}

unsigned
se_purse_usages(const struct se *se, uint8_t purse, unsigned algs)
{
	const uint8_t *p = se_home(se, (uint32_t)SE_PURSE_OFF(purse) + SE_PURSE_KEYS);
	unsigned usages = 0;

	for (uint8_t i = 0; i < SE_PURSE_KEY_COUNT; i++, p += SE_PURSE_KEY_SIZE)
		if ((bit_of(p[KEY_ALG]) & algs) != 0)
			usages |= 1u << p[KEY_USAGE];

	return usages;
}
