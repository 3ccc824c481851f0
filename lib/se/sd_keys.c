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
#include "crypto/sm2.h"

#define KEY_ID_ENC  1
#define KEY_ID_MAC  2
#define KEY_ID_DEK  3
#define KEY_ID_MAX  0x7F
#define KVN_MAX     0x7F
#define NO_SLOT     0xFF
#define PARTS_MAX   (GP_SIGN_KEY_MAX / SE_SD_KEY_VALUE_MAX)
#define POINT_PLAIN 0x04 /* before x and y */

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

		if (key[SE_SD_KEY_KVN] == kvn && key[SE_SD_KEY_ID] == id && kvn != 0 &&
		    key[SE_SD_KEY_TYPE] != SE_SD_KEY_PART)
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

/* The slot that goes on with a key; NO_SLOT without. */
static uint8_t
find_part(const struct se *se, uint8_t sd, uint8_t kvn, uint8_t id, uint8_t part)
{
	for (uint8_t i = 0; i < SE_SD_KEY_COUNT; i++) {
		const uint8_t *key = slot_at(se, sd, i);

		if (key[SE_SD_KEY_KVN] == kvn && key[SE_SD_KEY_ID] == id &&
		    key[SE_SD_KEY_TYPE] == SE_SD_KEY_PART && key[SE_SD_KEY_LEN] == part)
			return i;
	}

	return NO_SLOT;
}

bool
se_sd_sign_key(const struct se *se, uint8_t sd, uint8_t kvn, uint8_t id,
    uint8_t bytes[GP_SIGN_KEY_MAX], struct gp_sign_key *ret_key)
{
	const uint8_t *key = se_sd_key(se, sd, kvn, id);
	size_t len;

	if (key == NULL || key[SE_SD_KEY_LEN] > GP_SIGN_KEY_MAX)
		return false;
	len = key[SE_SD_KEY_LEN];
	for (size_t at = 0; at < len; at += SE_SD_KEY_VALUE_MAX) {
		size_t rest = len - at < SE_SD_KEY_VALUE_MAX ? len - at : SE_SD_KEY_VALUE_MAX;
		uint8_t part = (uint8_t)(at / SE_SD_KEY_VALUE_MAX);
		uint8_t slot = part == 0 ? find(se, sd, kvn, id) : find_part(se, sd, kvn, id, part);

		if (slot == NO_SLOT)
			return false;
		memcpy(bytes + at, slot_at(se, sd, slot) + SE_SD_KEY_VALUE, rest);
	}
	ret_key->type = key[SE_SD_KEY_TYPE];
	ret_key->bytes = ykt_bytes(bytes, len);

	return true;
}

/* From version 70 on keys sign and open no channel. */
static bool
for_channels(const uint8_t *key)
{
	return key[SE_SD_KEY_KVN] != 0 && key[SE_SD_KEY_KVN] < GP_TOKEN_KVN;
}

bool
se_sd_has_keys(const struct se *se, uint8_t sd)
{
	for (size_t i = 0; i < SE_SD_KEY_COUNT; i++)
		if (for_channels(slot_at(se, sd, i)))
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

/* The first key for channels that owner has; NULL without. */
static const uint8_t *
first_key(const struct se *se, uint8_t owner)
{
	for (size_t i = 0; i < SE_SD_KEY_COUNT; i++)
		if (for_channels(slot_at(se, owner, i)))
			return slot_at(se, owner, i);

	return NULL;
}

bool
se_sd_opens_scp02(const struct se *se, uint8_t sd)
{
	const uint8_t *key = first_key(se, key_owner(se, sd));

	return se_scp02_allowed(se) && key != NULL && key[SE_SD_KEY_TYPE] == GP_KEY_TYPE_DES;
}

bool
se_sd_keys(const struct se *se, uint8_t sd, uint8_t kvn, uint8_t *ret_kvn, uint8_t *ret_type,
    struct scp03_keys *ret_keys)
{
	uint8_t owner = key_owner(se, sd);
	const uint8_t *first = first_key(se, owner);
	const uint8_t *slot[3];

	if (kvn == 0 && first != NULL)
		kvn = first[SE_SD_KEY_KVN];
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

/* One key in the clear, on its way into its slots. */
struct clear_key {
	uint8_t kvn;
	uint8_t id;
	uint8_t type;
	uint8_t len;
	uint8_t bytes[GP_SIGN_KEY_MAX];
};

/* A point of SM2, for tokens and DAPs; GP231 knows the type for other curves. */
static uint16_t
open_public(struct se_call *call, const struct gp_key *key, struct clear_key *ret_clear)
{
	struct crypto_sm2_pub pub;

	if (key->curve != GP_CURVE_SM2)
		return SW_ALGORITHM;
	if (ret_clear->kvn < GP_TOKEN_KVN || key->len != CRYPTO_SM2_POINT_LEN ||
	    key->component.data[0] != POINT_PLAIN)
		return SW_DATA;
	memcpy(pub.xy, key->component.data + 1, sizeof(pub.xy));
	if (crypto_sm2_pub_check(call->se->crypto, &pub) != YKT_OK)
		return SW_DATA;
	ret_clear->len = sizeof(pub.xy);
	memcpy(ret_clear->bytes, pub.xy, sizeof(pub.xy));

	return SW_OK;
}

/* Deciphers one key and checks it. */
static uint16_t
open_key(struct se_call *call, const struct gp_key *key, struct clear_key *ret_clear)
{
	struct crypto *crypto = call->se->crypto;
	uint8_t clear_bytes[SCP03_KEY_MAX + 16];
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	uint8_t kcv[GP_KCV_LEN];
	uint16_t sw = SW_OK;

	ret_clear->type = key->type;
	ret_clear->len = key->len;
	if (key->type == GP_KEY_TYPE_ECC_PUBLIC)
		return open_public(call, key, ret_clear);
	if (!type_allowed(call->se, key->type, key->len))
		return SW_ALGORITHM;
	if (se_scp_decrypt(call, key->component, &clear) != YKT_OK || clear.len < key->len)
		sw = SW_DATA;
	else if ((key->type == GP_KEY_TYPE_AES ? gp_kcv_aes(crypto, clear_bytes, key->len, kcv)
					       : gp_kcv_tdes(crypto, clear_bytes, kcv)) != YKT_OK)
		sw = SW_EXEC_ERROR;
	else if (!ykt_ct_equal(kcv, key->kcv, sizeof(kcv)))
		sw = SW_KEY_CHECK;
	if (sw == SW_OK)
		memcpy(ret_clear->bytes, clear_bytes, key->len);
	ykt_wipe(clear_bytes, sizeof(clear_bytes));

	return sw;
}

/* The slots of a key that is replaced; those that the new one does not need are cleared. */
static size_t
reuse_slots(struct se *se, uint8_t sd, uint8_t kvn, uint8_t id, size_t want, bool *taken,
    uint8_t ret_slots[PARTS_MAX])
{
	size_t count = 0;

	for (uint8_t i = 0; i < SE_SD_KEY_COUNT; i++) {
		const uint8_t *key = slot_at(se, sd, i);

		if (key[SE_SD_KEY_KVN] != kvn || key[SE_SD_KEY_ID] != id)
			continue;
		taken[i] = true;
		if (count < want)
			ret_slots[count++] = i;
		else
			se_tx_fill(se, slot_off(sd, i), 0, SE_SD_KEY_SIZE);
	}

	return count;
}

/* Slots for a key of this PUT KEY; taken marks those given away before. */
static uint16_t
place_key(struct se *se, uint8_t sd, const struct gp_put_key *put, const struct clear_key *clear,
    bool *taken, uint8_t ret_slots[PARTS_MAX])
{
	size_t want = (clear->len + SE_SD_KEY_VALUE_MAX - 1u) / SE_SD_KEY_VALUE_MAX;
	size_t count = 0;

	if (put->old_version != 0 && find(se, sd, put->old_version, clear->id) == NO_SLOT)
		return SW_DATA_NOT_FOUND;
	if (put->old_version != put->new_version &&
	    find(se, sd, put->new_version, clear->id) != NO_SLOT)
		return SW_DATA;
	if (put->old_version != 0)
		count = reuse_slots(se, sd, put->old_version, clear->id, want, taken, ret_slots);
	for (uint8_t i = 0; i < SE_SD_KEY_COUNT && count < want; i++) {
		if (slot_at(se, sd, i)[SE_SD_KEY_KVN] != 0 || taken[i])
			continue;
		taken[i] = true;
		ret_slots[count++] = i;
	}

	return count == want ? SW_OK : SW_NO_SPACE;
}

/* Stages the key, a slot for each 32 bytes of it. */
static void
stage_key(struct se *se, uint8_t sd, const struct clear_key *clear, const uint8_t *slots)
{
	uint8_t bytes[SE_SD_KEY_SIZE];

	for (size_t at = 0; at < clear->len; at += SE_SD_KEY_VALUE_MAX) {
		size_t rest = clear->len - at;
		size_t part = at / SE_SD_KEY_VALUE_MAX;

		memset(bytes, 0, sizeof(bytes));
		bytes[SE_SD_KEY_KVN] = clear->kvn;
		bytes[SE_SD_KEY_ID] = clear->id;
		bytes[SE_SD_KEY_TYPE] = part == 0 ? clear->type : SE_SD_KEY_PART;
		bytes[SE_SD_KEY_LEN] = part == 0 ? clear->len : (uint8_t)part;
		memcpy(bytes + SE_SD_KEY_VALUE, clear->bytes + at,
		    rest < SE_SD_KEY_VALUE_MAX ? rest : SE_SD_KEY_VALUE_MAX);
		se_tx_put(se, slot_off(sd, slots[part]), YKT_BYTES(bytes));
	}
	ykt_wipe(bytes, sizeof(bytes));
}

static uint16_t
stage_keys(struct se_call *call, const struct gp_put_key *put)
{
	uint8_t sd = call->side->scp.sd;
	bool taken[SE_SD_KEY_COUNT] = { false };
	struct clear_key clear = { 0 };
	uint16_t sw = SW_OK;

	for (uint8_t i = 0; i < put->count && sw == SW_OK; i++) {
		uint8_t slots[PARTS_MAX];

		clear.kvn = put->new_version;
		clear.id = (uint8_t)(put->first_id + i);
		sw = open_key(call, &put->keys[i], &clear);
		if (sw == SW_OK)
			sw = place_key(call->se, sd, put, &clear, taken, slots);
		if (sw == SW_OK)
			stage_key(call->se, sd, &clear, slots);
	}
	ykt_wipe(&clear, sizeof(clear));

	return sw;
}

uint16_t
se_sd_put_key(struct se_call *call)
{
	struct se *se = call->se;
	struct gp_put_key put;
	uint16_t sw;

	if (call->cmd->p1 > KVN_MAX)
		return SW_P1P2;
	if (gp_put_key_decode(call->cmd, &put) != YKT_OK)
		return SW_DATA;
	if (put.new_version == 0 || put.new_version > KVN_MAX || put.first_id == 0 ||
	    put.first_id + put.count - 1 > KEY_ID_MAX)
		return SW_DATA;
	/* A domain that borrows its keys "replaces" them by getting its own. */
	if (!se_sd_has_keys(se, call->side->scp.sd) && put.old_version == call->side->scp.kvn)
		put.old_version = 0;

	se_tx_begin(se);
	sw = stage_keys(call, &put);
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

static void
put_info(const uint8_t *key, struct ykt_buf *out)
{
	const uint8_t info[4] = { key[SE_SD_KEY_ID], key[SE_SD_KEY_KVN], key[SE_SD_KEY_TYPE],
		key[SE_SD_KEY_LEN] };

	tlv_put(out, TAG_KEY_ENTRY, YKT_BYTES(info));
}

/* Its own keys, and where it has none for channels those it is opened with. */
void
se_sd_key_info(const struct se *se, uint8_t sd, struct ykt_buf *out)
{
	size_t mark = tlv_begin(out, TAG_KEY_TEMPLATE);
	uint8_t owner = key_owner(se, sd);

	for (size_t i = 0; i < SE_SD_KEY_COUNT && owner != sd; i++)
		if (for_channels(slot_at(se, owner, i)))
			put_info(slot_at(se, owner, i), out);
	for (size_t i = 0; i < SE_SD_KEY_COUNT; i++) {
		const uint8_t *key = slot_at(se, sd, i);

		if (key[SE_SD_KEY_KVN] != 0 && key[SE_SD_KEY_TYPE] != SE_SD_KEY_PART)
			put_info(key, out);
	}
	tlv_end(out, mark);
}
