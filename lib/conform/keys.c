/*
 * Keys of test cards: roots, the sets of domains, what is put into a card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conform/state.h"

#include <string.h>

#include <ykt/secret.h>

#include "card/purse_perso.h"
#include "card/sd_keys.h"
#include "conform/words.h"

#define KEY_ENC     1
#define KEYS_IN_SET 3

/* The roots of tests/vectors/purse_3des.json, and the test root of ykt-se. */
const struct conform_keys conform_test_keys = {
	.isd_root = { 'T', 'E', 'S', 'T', '-', 'I', 'S', 'D', '-', 'R', 'O', 'O', 'T', '-', '0',
	    '1' },
	.purchase_root = { 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B,
	    0x1C, 0x1D, 0x1E, 0x1F },
	.load_root = { 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C,
	    0x2D, 0x2E, 0x2F },
	.tac_root = { 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x3B, 0x3C,
	    0x3D, 0x3E, 0x3F },
	.maintenance_root = { 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A,
	    0x4B, 0x4C, 0x4D, 0x4E, 0x4F },
};

enum ykt_status
conform_card_key(struct conform_state *state, enum purse_alg alg,
    const uint8_t root[CONFORM_KEY_LEN], uint8_t ret_key[PURSE_KEY_LEN])
{
	struct file15 info;

	if (!state->has_info || file15_decode(YKT_BYTES(state->info), &info) != YKT_OK)
		return YKT_NOT_FOUND;

	return purse_card_key(state->card->crypto, alg, root, info.issuer, info.serial, ret_key);
}

enum ykt_status
conform_domain_keys(struct conform_state *state, uint8_t kvn, struct scp03_keys *ret_keys)
{
	const struct conform_keys *keys = state->card->keys;
	uint8_t bytes[GP_AID_MAX];
	struct ykt_buf aid = YKT_BUF(bytes);

	if (kvn != SD_KEYS_KVN_SSD && keys->isd_fixed) {
		*ret_keys = (struct scp03_keys){ .len = CONFORM_KEY_LEN };
		memcpy(ret_keys->enc, keys->isd_key, CONFORM_KEY_LEN);
		memcpy(ret_keys->mac, keys->isd_key, CONFORM_KEY_LEN);
		memcpy(ret_keys->dek, keys->isd_key, CONFORM_KEY_LEN);
		return YKT_OK;
	}
	if (kvn == SD_KEYS_KVN_SSD)
		conform_ssd_aid(state->card, &aid);
	else
		ykt_put_mem(&aid, gp_isd_aid, sizeof(gp_isd_aid));

	return sd_keys_derive(state->card->crypto, keys->isd_root,
	    ykt_bytes(state->se_id, state->se_id_len), ykt_buf_view(&aid), kvn, ret_keys);
}

/* One key of PUT KEY; bytes holds its encrypted component. */
static enum ykt_status
make_key(struct conform_state *state, const uint8_t *clear, uint8_t bytes[SCP03_KEY_MAX],
    struct gp_key *key)
{
	struct ykt_buf out = { bytes, 0, SCP03_KEY_MAX, false };
	const struct scp03_keys *domain = &state->domain;
	enum ykt_status status = scp03_dek_encrypt(
	    state->card->crypto, domain->dek, domain->len, ykt_bytes(clear, CONFORM_KEY_LEN), &out);

	key->type = GP_KEY_TYPE_AES;
	key->len = CONFORM_KEY_LEN;
	key->component = ykt_buf_view(&out);
	if (status == YKT_OK)
		status = gp_kcv_aes(state->card->crypto, clear, CONFORM_KEY_LEN, key->kcv);

	return status;
}

enum ykt_status
conform_put_key(struct conform_state *state, const struct conform_value *value, struct ykt_buf *out)
{
	struct gp_put_key put = { .old_version = value->number[0],
		.new_version = value->number[1],
		.first_id = KEY_ENC,
		.count = KEYS_IN_SET };
	uint8_t bytes[KEYS_IN_SET][SCP03_KEY_MAX];
	struct scp03_keys keys = { 0 };
	enum ykt_status status = state->session.level == 0 ? YKT_NOT_FOUND : YKT_OK;

	if (status == YKT_OK)
		status = conform_domain_keys(state, value->number[1], &keys);
	if (status == YKT_OK)
		status = make_key(state, keys.enc, bytes[0], &put.keys[0]);
	if (status == YKT_OK)
		status = make_key(state, keys.mac, bytes[1], &put.keys[1]);
	if (status == YKT_OK)
		status = make_key(state, keys.dek, bytes[2], &put.keys[2]);
	if (conform_is(value->word, "bad-kcv"))
		put.keys[KEYS_IN_SET - 1].kcv[0] ^= 0x01;
	if (status == YKT_OK)
		gp_put_key_build(&put, out);
	ykt_wipe(&keys, sizeof(keys));

	return status;
}

static enum ykt_status
add_purse_key(
    struct conform_state *state, uint8_t usage, const uint8_t *root, bool bad, struct ykt_buf *out)
{
	struct perso_key key = { .usage = usage,
		.index = PURSE_KEY_INDEX,
		.version = PURSE_KEY_VERSION,
		.alg = state->card->profile.alg };
	enum ykt_status status = conform_card_key(state, (enum purse_alg)key.alg, root, key.key);

	if (status == YKT_OK)
		status = perso_kcv(state->card->crypto, &key, key.kcv);
	if (bad)
		key.kcv[0] ^= 0x01;
	if (status == YKT_OK)
		perso_key_encode(&key, out);
	ykt_wipe(&key, sizeof(key));

	return status;
}

enum ykt_status
conform_purse_keys(
    struct conform_state *state, const struct conform_value *value, struct ykt_buf *out)
{
	const struct conform_keys *keys = state->card->keys;
	uint8_t clear_bytes[5 * PERSO_KEY_LEN];
	uint8_t secret_bytes[5 * PERSO_KEY_LEN + 16];
	struct ykt_buf clear = YKT_BUF(clear_bytes);
	struct ykt_buf secret = YKT_BUF(secret_bytes);
	bool bad = conform_is(value->word, "bad-kcv");
	enum ykt_status status = state->session.level == 0 ? YKT_NOT_FOUND : YKT_OK;

	if (status == YKT_OK)
		status = add_purse_key(state, PERSO_KEY_LOAD, keys->load_root, bad, &clear);
	if (status == YKT_OK)
		status =
		    add_purse_key(state, PERSO_KEY_PURCHASE, keys->purchase_root, false, &clear);
	if (status == YKT_OK && !conform_is(value->word, "no-tac"))
		status = add_purse_key(state, PERSO_KEY_TAC, keys->tac_root, false, &clear);
	if (status == YKT_OK)
		status = add_purse_key(
		    state, PERSO_KEY_MAINTENANCE, keys->maintenance_root, false, &clear);
	/* The same root: {sm-mac} unblocks the PIN, too. */
	if (status == YKT_OK)
		status = add_purse_key(
		    state, PERSO_KEY_PIN_UNBLOCK, keys->maintenance_root, false, &clear);
	if (status == YKT_OK)
		status = scp03_dek_encrypt(state->card->crypto, state->domain.dek,
		    state->domain.len, ykt_buf_view(&clear), &secret);
	if (status == YKT_OK)
		dgi_put(out, PERSO_DGI_KEYS, ykt_buf_view(&secret));
	ykt_wipe(clear_bytes, sizeof(clear_bytes));

	return status;
}

enum ykt_status
conform_purse_pin(struct conform_state *state, struct ykt_buf *out)
{
	/* Tries, length, PIN, padding. */
	static const uint8_t clear[16] = { 3, 3, 0x12, 0x34, 0x56, 0x80 };
	uint8_t secret_bytes[sizeof(clear)];
	struct ykt_buf secret = YKT_BUF(secret_bytes);
	enum ykt_status status = state->session.level == 0 ? YKT_NOT_FOUND : YKT_OK;

	if (status == YKT_OK)
		status = scp03_dek_encrypt(state->card->crypto, state->domain.dek,
		    state->domain.len, YKT_BYTES(clear), &secret);
	if (status == YKT_OK)
		dgi_put(out, PERSO_DGI_PIN, ykt_buf_view(&secret));

	return status;
}
