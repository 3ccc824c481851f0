/*
 * Records under secure messaging (card.md 1.2, 1.4).
 *
 * A record of file 1A that was appended has the maintenance key that came with
 * it, and is updated under that; all other records are the maintenance key's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <ykt/secret.h>

#include "card/files.h"
#include "card/purse_admin.h"
#include "card/purse_perso.h"
#include "card/purse_pin.h"
#include "se/purse_priv.h"

#define P2_BY_NUMBER     0x04
#define RECORD_KEY_INDEX 1

size_t
se_cyclic_slot(uint8_t number, uint8_t head, uint8_t used, size_t count)
{
	if (number == 0 || number > used)
		return count;

	return (head + count - (number - 1u)) % count;
}

static uint32_t
entry_off(const struct se_call *call)
{
	return (uint32_t)SE_PURSE_OFF(call->side->app.index);
}

/* 9000 for a file whose records may be written. */
static uint16_t
check_file(const struct se_call *call, uint8_t sfi)
{
	struct se_file file;

	if (se_purse_file(call->se, call->side->app.index, sfi, &file))
		return SW_FILE_KIND;
	if (sfi == PURSE_SFI_LOG)
		return SW_SECURITY;

	return sfi == PURSE_SFI_JOURNEY || sfi == PURSE_SFI_TRIP ? SW_OK : SW_FILE_NOT_FOUND;
}

/* Where the record stands, with the key of its own if it has one. */
static uint16_t
find_record(struct se_call *call, uint8_t sfi, struct ykt_bytes data, uint32_t *ret_off,
    struct se_purse_key *key, bool *ret_own)
{
	uint8_t number = call->cmd->p1;
	uint32_t off = entry_off(call);
	const uint8_t *entry = se_home(call->se, off);
	const uint8_t *own;
	struct se_money money;
	size_t slot;

	se_money_load(call->se, call->side->app.index, &money);
	if (sfi == PURSE_SFI_TRIP) {
		slot = se_cyclic_slot(number, money.trip_head, money.trip_count, SE_TRIP_COUNT);
		if (slot == SE_TRIP_COUNT)
			return SW_RECORD_NOT_FOUND;
		*ret_off = off + SE_PURSE_TRIPS + (uint32_t)slot * SE_TRIP_LEN;
		return SW_OK;
	}
	if (number == 0 || number > SE_DATA_COUNT)
		return SW_RECORD_NOT_FOUND;
	slot = number - 1u;
	off = SE_PURSE_DATA + (uint32_t)slot * SE_DATA_LEN;
	if (ykt_get_u16(entry + off) == 0)
		return SW_RECORD_NOT_FOUND;
	/* The id is what it is found by, and stays. */
	if (ykt_get_u16(entry + off) != ykt_get_u16(data.data))
		return SW_DATA;
	*ret_off = entry_off(call) + off;
	own = entry + SE_PURSE_DATA_KEYS + slot * SE_DATA_KEY_SIZE;
	*ret_own = own[0] != 0;
	key->alg = own[0] == SE_ALG_BIT_SM4 ? PURSE_ALG_SM4 : PURSE_ALG_TDES;
	key->bytes = own + 4;

	return SW_OK;
}

static size_t
record_len(uint8_t sfi)
{
	return sfi == PURSE_SFI_TRIP ? SE_TRIP_LEN : SE_DATA_LEN;
}

uint16_t
se_purse_update_plain(struct se_call *call)
{
	(void)call;

	return SW_SM_MISSING;
}

uint16_t
se_purse_update_record(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t sfi = cmd->p2 >> 3;
	struct ykt_bytes data;
	struct se_purse_key key;
	struct se_money money;
	uint32_t off = 0;
	bool own = false;
	uint16_t sw;

	if ((cmd->p2 & 0x07) != P2_BY_NUMBER)
		return SW_P1P2;
	sw = check_file(call, sfi);
	if (sw != SW_OK)
		return sw;
	if (cmd->data.len != record_len(sfi) + PURSE_MAC_LEN)
		return SW_LENGTH;
	data = ykt_bytes_sub(cmd->data, 0, record_len(sfi));
	sw = find_record(call, sfi, data, &off, &key, &own);
	if (sw != SW_OK)
		return sw;
	sw = se_sm_check(call, own ? &key : se_sm_key(call, PERSO_KEY_MAINTENANCE, &key), &money);
	if (sw == SW_OK)
		sw = se_money_blocked(&money);
	if (sw != SW_OK)
		return sw;
	se_tx_begin(call->se);
	se_tx_put(call->se, off, data);
	se_money_put(call->se, call->side->app.index, &money);

	return se_tx_commit(call->se);
}

/* The first free record of file 1A, for an id that is new. */
static uint16_t
find_free(struct se_call *call, struct ykt_bytes record, uint32_t *ret_slot)
{
	const uint8_t *entry = se_home(call->se, entry_off(call));
	uint16_t id = ykt_get_u16(record.data);

	if (id == 0 || se_purse_data_find(call->se, call->side->app.index, id) != SE_DATA_COUNT)
		return SW_DATA;
	for (uint32_t i = 0; i < SE_DATA_COUNT; i++)
		if (ykt_get_u16(entry + SE_PURSE_DATA + i * SE_DATA_LEN) == 0) {
			*ret_slot = i;
			return SW_OK;
		}

	return SW_NO_SPACE;
}

/* Stages a new record of file 1A and the key that came with it. */
static uint16_t
stage_journey(struct se_call *call, const struct se_purse_key *opening, struct ykt_bytes secret,
    struct ykt_bytes record, uint32_t slot)
{
	uint8_t own[SE_DATA_KEY_SIZE] = { 0 };

	own[0] = opening->alg == PURSE_ALG_SM4 ? SE_ALG_BIT_SM4 : SE_ALG_BIT_TDES;
	if (purse_decipher(call->se->crypto, opening->alg, opening->bytes, secret, own + 4) !=
	    YKT_OK)
		return SW_EXEC_ERROR;
	se_tx_put(call->se, entry_off(call) + SE_PURSE_DATA + slot * SE_DATA_LEN, record);
	se_tx_put(call->se, entry_off(call) + SE_PURSE_DATA_KEYS + slot * SE_DATA_KEY_SIZE,
	    YKT_BYTES(own));
	ykt_wipe(own, sizeof(own));

	return SW_OK;
}

/*
 * The MAC is the opening key's: the sources do not say whose. In the cyclic file
 * a record is overwritten by the thirtieth after it, so no key is kept for it.
 */
uint16_t
se_purse_append_record(struct se_call *call)
{
	const struct apdu_cmd *cmd = call->cmd;
	uint8_t sfi = cmd->p2 >> 3;
	enum purse_alg alg = cmd->p1 == PURSE_P1_SM4 ? PURSE_ALG_SM4 : PURSE_ALG_TDES;
	struct ykt_bytes secret, record;
	struct se_purse_key key;
	struct se_money money;
	uint32_t slot = 0;
	uint16_t sw;

	if (cmd->p1 > PURSE_P1_SM4 || (cmd->p2 & 0x07) != 0)
		return SW_P1P2;
	sw = check_file(call, sfi);
	if (sw != SW_OK)
		return sw;
	if (cmd->data.len != PURSE_KEY_LEN + record_len(sfi) + PURSE_MAC_LEN)
		return SW_LENGTH;
	if (!se_purse_key_of(call, PERSO_KEY_RECORD, RECORD_KEY_INDEX, alg, &key))
		return SW_DATA_NOT_FOUND;
	secret = ykt_bytes_sub(cmd->data, 0, PURSE_KEY_LEN);
	record = ykt_bytes_sub(cmd->data, PURSE_KEY_LEN, record_len(sfi));
	if (sfi == PURSE_SFI_JOURNEY)
		sw = find_free(call, record, &slot);
	if (sw == SW_OK)
		sw = se_sm_check(call, &key, &money);
	if (sw == SW_OK)
		sw = se_money_blocked(&money);
	if (sw != SW_OK)
		return sw;

	se_tx_begin(call->se);
	if (sfi == PURSE_SFI_JOURNEY) {
		sw = stage_journey(call, &key, secret, record, slot);
		if (sw != SW_OK)
			return sw;
	} else {
		money.trip_head = (uint8_t)((money.trip_head + 1) % SE_TRIP_COUNT);
		if (money.trip_count < SE_TRIP_COUNT)
			money.trip_count++;
		se_tx_put(call->se,
		    entry_off(call) + SE_PURSE_TRIPS + (uint32_t)money.trip_head * SE_TRIP_LEN,
		    record);
	}
	se_money_put(call->se, call->side->app.index, &money);

	return se_tx_commit(call->se);
}
