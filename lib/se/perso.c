/*
 * Personalisation of a purse: one series of groupings, one commit. See
 * card/purse_perso.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/perso.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/files.h"
#include "card/gp.h"
#include "card/purse_perso.h"
#include "se/internal.h"
#include "se/perso_priv.h"
#include "se/purse_priv.h"

static bool
known_alg(uint8_t alg)
{
	return alg == PURSE_ALG_TDES || alg == PURSE_ALG_SM4;
}

static uint16_t
put_file(struct perso *perso, const struct dgi *dgi, uint32_t at, size_t len)
{
	if (dgi->value.len != len)
		return SW_DATA;
	se_tx_put(perso->call->se, perso->off + at, dgi->value);

	return SW_OK;
}

static uint16_t
put_params(struct perso *perso, const struct dgi *dgi)
{
	const uint8_t *p = dgi->value.data;

	if (dgi->value.len != PERSO_PARAMS_LEN || !known_alg(p[6]) ||
	    ykt_get_u24(p) + ykt_get_u24(p + 3) > PURSE_BALANCE_MAX)
		return SW_DATA;
	perso->overdraft = ykt_get_u24(p + 3);
	se_tx_put(perso->call->se, perso->off + SE_PURSE_CAP, dgi->value);

	return SW_OK;
}

bool
se_perso_is_padding(struct ykt_bytes rest)
{
	for (size_t i = 0; i < rest.len; i++)
		if (rest.data[i] != 0 && (i != 0 || rest.data[i] != 0x80))
			return false;

	return true;
}

/* Judges one key of the list and puts it into its slot of the table. */
static uint16_t
take_key(struct perso *perso, const struct perso_key *key, size_t slot,
    uint8_t table[PERSO_KEYS_MAX * SE_PURSE_KEY_SIZE])
{
	uint8_t *to = table + slot * SE_PURSE_KEY_SIZE;
	uint8_t kcv[GP_KCV_LEN];

	if (slot == PERSO_KEYS_MAX || key->usage == 0 || key->usage > PERSO_KEY_USAGE_LAST ||
	    key->index == 0 || !known_alg(key->alg))
		return SW_DATA;
	if (perso_kcv(perso->call->se->crypto, key, kcv) != YKT_OK)
		return SW_EXEC_ERROR;
	if (!ykt_ct_equal(kcv, key->kcv, sizeof(kcv)))
		return SW_KEY_CHECK;
	for (size_t i = 0; i < slot; i++)
		if (table[i * SE_PURSE_KEY_SIZE] == key->usage &&
		    table[i * SE_PURSE_KEY_SIZE + 1] == key->index &&
		    table[i * SE_PURSE_KEY_SIZE + 3] == key->alg)
			return SW_DATA;
	to[0] = key->usage;
	to[1] = key->index;
	to[2] = key->version;
	to[3] = key->alg;
	memcpy(to + 4, key->key, PURSE_KEY_LEN);

	return SW_OK;
}

static uint16_t
read_keys(
    struct perso *perso, struct ykt_bytes clear, uint8_t table[PERSO_KEYS_MAX * SE_PURSE_KEY_SIZE])
{
	static const unsigned needed = 1u << PERSO_KEY_LOAD | 1u << PERSO_KEY_PURCHASE |
				       1u << PERSO_KEY_TAC | 1u << PERSO_KEY_MAINTENANCE;
	struct ykt_rd rd = ykt_rd(clear);
	struct perso_key key = { 0 };
	unsigned usages = 0;
	uint16_t sw = SW_OK;

	for (size_t slot = 0; rd.left >= PERSO_KEY_LEN && sw == SW_OK; slot++) {
		perso_key_read(&rd, &key);
		sw = take_key(perso, &key, slot, table);
		if (sw == SW_OK)
			usages |= 1u << key.usage;
	}
	ykt_wipe(&key, sizeof(key));
	if (sw == SW_OK && (!se_perso_is_padding(ykt_rd_rest(&rd)) || (usages & needed) != needed))
		sw = SW_DATA;
	perso->usages = usages;

	return sw;
}

static uint16_t
put_keys(struct perso *perso, const struct dgi *dgi)
{
	uint8_t table[PERSO_KEYS_MAX * SE_PURSE_KEY_SIZE] = { 0 };
	uint8_t clear_bytes[PERSO_KEYS_MAX * PERSO_KEY_LEN + 16];
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	uint16_t sw = SW_DATA;

	if (se_scp_decrypt(perso->call, dgi->value, &clear) == YKT_OK && !clear.full)
		sw = read_keys(perso, ykt_buf_view(&clear), table);
	if (sw == SW_OK)
		se_tx_put(perso->call->se, perso->off + SE_PURSE_KEYS, YKT_BYTES(table));
	ykt_wipe(table, sizeof(table));
	ykt_buf_wipe(&clear);

	return sw;
}

/* Empty records of file 1A, which carry their id and length from the start. */
static uint16_t
put_records(struct perso *perso, struct ykt_bytes ids)
{
	uint32_t at = perso->off + SE_PURSE_DATA;

	if (ids.len % 2 != 0 || ids.len == 0 || ids.len > 2 * SE_DATA_COUNT)
		return SW_DATA;
	se_tx_fill(perso->call->se, at, 0, SE_DATA_COUNT * SE_DATA_LEN);
	for (size_t i = 0; i < ids.len / 2; i++) {
		uint8_t head[3] = { ids.data[2 * i], ids.data[2 * i + 1], RECORD_JOURNEY_BODY };

		se_tx_put(perso->call->se, at + (uint32_t)(i * SE_DATA_LEN), YKT_BYTES(head));
	}

	return SW_OK;
}

static uint16_t
put_access(struct perso *perso, const struct dgi *dgi)
{
	const uint8_t *p = dgi->value.data;

	if (dgi->value.len != PERSO_ACCESS_LEN || ((p[0] | p[1]) & ~PERSO_ACCESS_ALL) != 0)
		return SW_DATA;
	memcpy(perso->access, p, sizeof(perso->access));
	se_tx_put(perso->call->se, perso->off + SE_PURSE_ACCESS, dgi->value);

	return SW_OK;
}

/* A condition that nobody could ever meet would make the purse or a file useless. */
static bool
conditions_can_be_met(const struct perso *perso, uint16_t has)
{
	const struct se *se = perso->call->se;
	const uint8_t *access = perso->access;
	uint8_t needs = se_perso_file_needs(perso);
	uint8_t fci = perso->fci;
	unsigned usages = perso->usages;

	if ((perso->has & PERSO_HAS_ACCESS) == 0)
		access = se_home(se, perso->off + SE_PURSE_ACCESS);
	if ((perso->has & PERSO_HAS_KEYS) == 0)
		usages = se_purse_usages(se, perso->purse, SE_ALG_BIT_TDES | SE_ALG_BIT_SM4);
	if ((perso->has & PERSO_HAS_FCI) == 0)
		fci = *se_home(se, perso->off + SE_PURSE_FCI);
	has |= perso->has;
	if ((access[0] != 0 || (needs & PERSO_FILE_PIN) != 0) && (has & PERSO_HAS_PIN) == 0)
		return false;
	if ((fci & PERSO_FCI_BALANCE_SECOND) != 0 && (has & PERSO_HAS_SECOND) == 0)
		return false;

	return (access[1] == 0 && (needs & PERSO_FILE_EXTERNAL) == 0) ||
	       (usages & 1u << PERSO_KEY_EXTERNAL) != 0;
}

static uint16_t
put_group(struct perso *perso, const struct dgi *dgi, uint16_t *ret_bit)
{
	switch (dgi->tag) {
	case PERSO_DGI_FILE15:
		*ret_bit = PERSO_HAS_FILE15;
		return put_file(perso, dgi, SE_PURSE_FILE15, FILE15_LEN);
	case PERSO_DGI_FILE16:
		*ret_bit = PERSO_HAS_FILE16;
		return put_file(perso, dgi, SE_PURSE_FILE16, FILE16_LEN);
	case PERSO_DGI_FILE17:
		*ret_bit = PERSO_HAS_FILE17;
		return put_file(perso, dgi, SE_PURSE_FILE17, FILE17_LEN);
	case PERSO_DGI_PARAMS:
		*ret_bit = PERSO_HAS_PARAMS;
		return put_params(perso, dgi);
	case PERSO_DGI_KEYS:
		*ret_bit = PERSO_HAS_KEYS;
		return put_keys(perso, dgi);
	case PERSO_DGI_ACCESS:
		*ret_bit = PERSO_HAS_ACCESS;
		return put_access(perso, dgi);
	case PERSO_DGI_IDS:
		*ret_bit = PERSO_HAS_IDS;
		return put_records(perso, dgi->value);
	default:
		return se_perso_extra(perso, dgi, ret_bit);
	}
}

/* Records 2701 to 2712, unless the series brought its own ids. */
static uint16_t
put_default_records(struct perso *perso)
{
	uint8_t ids[2 * SE_DATA_COUNT];

	for (size_t i = 0; i < SE_DATA_COUNT; i++)
		ykt_set_u16(ids + 2 * i, (uint16_t)(RECORD_ID_METRO + i));

	return put_records(perso, YKT_BYTES(ids));
}

/* Every grouping of the series, each once; the last of the checks look at all together. */
static uint16_t
put_groups(struct perso *perso, struct ykt_bytes groups, uint16_t had)
{
	struct ykt_rd rd = ykt_rd(groups);
	struct dgi dgi;
	uint16_t sw = SW_OK;

	while (sw == SW_OK && dgi_next(&rd, &dgi)) {
		uint16_t bit = 0;

		sw = put_group(perso, &dgi, &bit);
		if (sw == SW_OK && (perso->has & bit & ~PERSO_HAS_CONTENT) != 0)
			sw = SW_DATA;
		perso->has |= bit;
	}
	if (sw == SW_OK &&
	    (ykt_rd_done(&rd) != YKT_OK || perso->has == 0 || !conditions_can_be_met(perso, had)))
		sw = SW_DATA;

	return sw;
}

uint16_t
se_perso_store(struct se_call *call, uint8_t purse, struct ykt_bytes groups)
{
	struct perso perso = { .call = call, .purse = purse, .off = (uint32_t)SE_PURSE_OFF(purse) };
	uint16_t had = ykt_get_u16(se_home(call->se, perso.off + SE_PURSE_PERSO));
	uint8_t has[2];
	uint16_t sw = SW_OK;

	if (se_home(call->se, perso.off)[SE_PURSE_STATE] != GP_STATE_INSTALLED)
		sw = se_update_check(call, purse, groups);
	if (sw != SW_OK)
		return sw;
	perso.overdraft = ykt_get_u24(se_home(call->se, perso.off + SE_PURSE_CAP + 3));
	memcpy(perso.files, se_home(call->se, perso.off + SE_PURSE_FILES), sizeof(perso.files));
	se_tx_begin(call->se);
	sw = put_groups(&perso, groups, had);
	if (sw == SW_OK && ((had | perso.has) & PERSO_HAS_IDS) == 0) {
		sw = put_default_records(&perso);
		perso.has |= PERSO_HAS_IDS;
	}
	if (sw == SW_OK) {
		ykt_set_u16(has, had | perso.has);
		se_tx_put(call->se, perso.off + SE_PURSE_PERSO, YKT_BYTES(has));
		sw = se_tx_commit(call->se);
	}
	/* Refused: nothing of the series may stay staged. */
	se_tx_begin(call->se);

	return sw;
}
