/*
 * Keys of security domains: look-up with inheritance, PUT KEY, DELETE [key],
 * key information.
 *
 * A domain without keys of its own is opened with those of the domain that it
 * is associated with (GP231 7.3): that is how its first keys come in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se/internal.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/gp.h"
#include "card/gp_sign.h"
#include "card/gp_token.h"
#include "card/tlv.h"

#define KEY_ID_ENC 1
#define KEY_ID_MAC 2
#define KEY_ID_DEK 3
#define KEY_ID_MAX 0x7F
#define KVN_MAX    0x7F
#define NO_SLOT    0xFF

#define TAG_KEY_TEMPLATE 0xE0
#define TAG_KEY_ENTRY    0xC0

static uint32_t
slot_off(uint8_t sd, size_t slot)
{
	return (uint32_t)SE_SD_OFF(sd) + SE_SD_KEYS + (uint32_t)slot * SE_SD_KEY_SIZE;
}

static const uint8_t *
slot_at(const struct se *se, uint8_t sd, size_t slot)
{
	return se_home(se, slot_off(sd, slot));
}

/* NO_SLOT without. */
static uint8_t
find(const struct se *se, uint8_t sd, uint8_t kvn, uint8_t id)
{
	for (uint8_t i = 0; i < SE_SD_KEY_COUNT; i++) {
		const uint8_t *key = slot_at(se, sd, i);

		if (key[SE_SD_KEY_KVN] == kvn && key[SE_SD_KEY_ID] == id && kvn != 0)
			return i;
	}

	return NO_SLOT;
}

const uint8_t *
se_sd_key(const struct se *se, uint8_t sd, uint8_t kvn, uint8_t id)
{
	uint8_t at = find(se, sd, kvn, id);

	return at != NO_SLOT ? slot_at(se, sd, at) : NULL;
}

bool
se_sd_sign_key(
    const struct se *se, uint8_t sd, uint8_t kvn, uint8_t id, struct gp_sign_key *ret_key)
{
	const uint8_t *key = se_sd_key(se, sd, kvn, id);

	if (key == NULL)
		return false;
	ret_key->type = key[SE_SD_KEY_TYPE];
	ret_key->bytes = ykt_bytes(key + SE_SD_KEY_VALUE, key[SE_SD_KEY_LEN]);

	return true;
}

bool
se_sd_has_keys(const struct se *se, uint8_t sd)
{
	for (size_t i = 0; i < SE_SD_KEY_COUNT; i++)
		if (slot_at(se, sd, i)[SE_SD_KEY_KVN] != 0)
			return true;

	return false;
}

/* The domain whose keys open sd. Bounded: associations never form a ring. */
static uint8_t
key_owner(const struct se *se, uint8_t sd)
{
	for (size_t i = 0; i < SE_SD_COUNT && !se_sd_has_keys(se, sd); i++)
		sd = se_home(se, (uint32_t)SE_SD_OFF(sd))[SE_SD_PARENT];

	return sd;
}

static bool
type_allowed(const struct se *se, uint8_t type, uint8_t len)
{
	if (type == GP_KEY_TYPE_DES)
		return se_scp02_allowed(se) && len == SCP02_KEY_LEN;

	return type == GP_KEY_TYPE_AES && (len == 16 || len == 24 || len == 32);
}

bool
se_sd_keys(const struct se *se, uint8_t sd, uint8_t kvn, uint8_t *ret_kvn, uint8_t *ret_type,
    struct scp03_keys *ret_keys)
{
	uint8_t owner = key_owner(se, sd);
	const uint8_t *slot[3];

	/* Key version 0 asks for the first set; from 70 on they are not for channels. */
	for (size_t i = 0; i < SE_SD_KEY_COUNT && kvn == 0; i++)
		if (slot_at(se, owner, i)[SE_SD_KEY_KVN] < GP_TOKEN_KVN)
			kvn = slot_at(se, owner, i)[SE_SD_KEY_KVN];
	for (uint8_t id = KEY_ID_ENC; id <= KEY_ID_DEK; id++) {
		uint8_t at = find(se, owner, kvn, id);

		if (at == NO_SLOT)
			return false;
		slot[id - KEY_ID_ENC] = slot_at(se, owner, at);
		if (slot[id - KEY_ID_ENC][SE_SD_KEY_LEN] != slot[0][SE_SD_KEY_LEN] ||
		    slot[id - KEY_ID_ENC][SE_SD_KEY_TYPE] != slot[0][SE_SD_KEY_TYPE])
			return false;
	}
	if (!type_allowed(se, slot[0][SE_SD_KEY_TYPE], slot[0][SE_SD_KEY_LEN]))
		return false;
	*ret_type = slot[0][SE_SD_KEY_TYPE];
	ret_keys->len = slot[0][SE_SD_KEY_LEN];
	memcpy(ret_keys->enc, slot[0] + SE_SD_KEY_VALUE, ret_keys->len);
	memcpy(ret_keys->mac, slot[1] + SE_SD_KEY_VALUE, ret_keys->len);
	memcpy(ret_keys->dek, slot[2] + SE_SD_KEY_VALUE, ret_keys->len);
	*ret_kvn = kvn;

	return true;
}

/* Deciphers one key into a slot's form and checks it. */
static uint16_t
open_key(struct se_call *call, const struct gp_key *key, uint8_t kvn, uint8_t id,
    uint8_t ret_slot[SE_SD_KEY_SIZE])
{
	struct crypto *crypto = call->se->crypto;
	uint8_t clear_bytes[SCP03_KEY_MAX + 16];
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	uint8_t kcv[GP_KCV_LEN];
	uint16_t sw = SW_OK;

	if (!type_allowed(call->se, key->type, key->len))
		return SW_ALGORITHM;
	if (se_scp_decrypt(call, key->component, &clear) != YKT_OK || clear.len < key->len)
		sw = SW_DATA;
	else if ((key->type == GP_KEY_TYPE_AES ? gp_kcv_aes(crypto, clear_bytes, key->len, kcv)
					       : gp_kcv_tdes(crypto, clear_bytes, kcv)) != YKT_OK)
		sw = SW_EXEC_ERROR;
	else if (!ykt_ct_equal(kcv, key->kcv, sizeof(kcv)))
		sw = SW_KEY_CHECK;
	if (sw == SW_OK) {
		memset(ret_slot, 0, SE_SD_KEY_SIZE);
		ret_slot[SE_SD_KEY_KVN] = kvn;
		ret_slot[SE_SD_KEY_ID] = id;
		ret_slot[SE_SD_KEY_TYPE] = key->type;
		ret_slot[SE_SD_KEY_LEN] = key->len;
		memcpy(ret_slot + SE_SD_KEY_VALUE, clear_bytes, key->len);
	}
	ykt_wipe(clear_bytes, sizeof(clear_bytes));

	return sw;
}

/* The slot for a key of this PUT KEY; taken marks those given away before. */
static uint16_t
place_key(const struct se *se, uint8_t sd, const struct gp_put_key *put, uint8_t id, bool *taken,
    uint8_t *ret_slot)
{
	uint8_t at = NO_SLOT;

	if (put->old_version != 0) {
		at = find(se, sd, put->old_version, id);
		if (at == NO_SLOT)
			return SW_DATA_NOT_FOUND;
	}
	if (put->old_version != put->new_version && find(se, sd, put->new_version, id) != NO_SLOT)
		return SW_DATA;
	for (uint8_t i = 0; i < SE_SD_KEY_COUNT && at == NO_SLOT; i++)
		if (slot_at(se, sd, i)[SE_SD_KEY_KVN] == 0 && !taken[i])
			at = i;
	if (at == NO_SLOT)
		return SW_NO_SPACE;
	taken[at] = true;
	*ret_slot = at;

	return SW_OK;
}

uint16_t
se_sd_put_key(struct se_call *call)
{
	struct se *se = call->se;
	uint8_t sd = call->side->scp.sd;
	bool taken[SE_SD_KEY_COUNT] = { false };
	uint8_t bytes[SE_SD_KEY_SIZE] = { 0 };
	struct gp_put_key put;
	uint16_t sw = SW_OK;

	if (call->cmd->p1 > KVN_MAX)
		return SW_P1P2;
	if (gp_put_key_decode(call->cmd, &put) != YKT_OK)
		return SW_DATA;
	if (put.new_version == 0 || put.new_version > KVN_MAX || put.first_id == 0 ||
	    put.first_id + put.count - 1 > KEY_ID_MAX)
		return SW_DATA;
	/* A domain that borrows its keys "replaces" them by getting its own. */
	if (!se_sd_has_keys(se, sd) && put.old_version == call->side->scp.kvn)
		put.old_version = 0;

	se_tx_begin(se);
	for (uint8_t i = 0; i < put.count && sw == SW_OK; i++) {
		uint8_t id = (uint8_t)(put.first_id + i);
		uint8_t at = 0;

		sw = open_key(call, &put.keys[i], put.new_version, id, bytes);
		if (sw == SW_OK)
			sw = place_key(se, sd, &put, id, taken, &at);
		if (sw == SW_OK)
			se_tx_put(se, slot_off(sd, at), YKT_BYTES(bytes));
	}
	ykt_wipe(bytes, sizeof(bytes));
	if (sw == SW_OK)
		sw = se_tx_commit(se);
	else
		se_tx_begin(se);
	if (sw == SW_OK)
		gp_put_key_rsp_encode(&put, call->out);

	return sw;
}

uint16_t
se_sd_delete_key(struct se_call *call, uint8_t id, uint8_t version)
{
	struct se *se = call->se;
	uint8_t sd = call->side->scp.sd;
	size_t count = 0;

	/* The set of the open channel would leave the domain without a door. */
	if (version == call->side->scp.kvn || version == 0)
		return SW_CONDITIONS;
	se_tx_begin(se);
	for (size_t i = 0; i < SE_SD_KEY_COUNT; i++) {
		const uint8_t *key = slot_at(se, sd, i);

		if (key[SE_SD_KEY_KVN] != version || (id != 0 && key[SE_SD_KEY_ID] != id))
			continue;
		se_tx_fill(se, slot_off(sd, i), 0, SE_SD_KEY_SIZE);
		count++;
	}
	if (count == 0)
		return SW_DATA_NOT_FOUND;

	return se_tx_commit(se);
}

void
se_sd_key_info(const struct se *se, uint8_t sd, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, TAG_KEY_TEMPLATE);
	uint8_t owner = key_owner(se, sd);

	for (size_t i = 0; i < SE_SD_KEY_COUNT; i++) {
		const uint8_t *key = slot_at(se, owner, i);
		const uint8_t info[4] = { key[SE_SD_KEY_ID], key[SE_SD_KEY_KVN],
			key[SE_SD_KEY_TYPE], key[SE_SD_KEY_LEN] };

		if (key[SE_SD_KEY_KVN] != 0)
			tlv_put(out, TAG_KEY_ENTRY, YKT_BYTES(info));
	}
	tlv_end(out, mark);
}
