/*
 * Part two of the sealed store.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/vault.h"

#include <string.h>

#include <ykt/secret.h>

#include "crypto/crypto.h"

#define MAGIC     "YKTVAULT"
#define MAGIC_LEN 8
#define VERSION   1
#define BLOCK_LEN 16
#define KEY_LEN   32
#define MAC_LEN   32
#define WRAP_LEN  (BLOCK_LEN + KEY_LEN + MAC_LEN)
#define SLOT_LEN  (1 + CRYPTO_PWHASH_SALT + WRAP_LEN)
#define HEAD_LEN  (MAGIC_LEN + 1 + 4 + 4 + CLIENT_VAULT_SLOTS * SLOT_LEN)

/* Keys for one sealed piece. */
struct keys {
	uint8_t enc[16];
	uint8_t mac[32];
};

static enum ykt_status
derive(struct crypto *crypto, struct ykt_bytes from, const char *label, struct keys *ret_keys)
{
	uint8_t out[sizeof(ret_keys->enc) + sizeof(ret_keys->mac)];
	enum ykt_status status =
	    crypto_kdf_sm3(crypto, from, ykt_bytes_str(label), out, sizeof(out));

	if (status == YKT_OK) {
		memcpy(ret_keys->enc, out, sizeof(ret_keys->enc));
		memcpy(ret_keys->mac, out + sizeof(ret_keys->enc), sizeof(ret_keys->mac));
	}
	ykt_wipe(out, sizeof(out));

	return status;
}

/* Appends block | ciphertext | MAC. */
static enum ykt_status
seal(struct client_store *store, const struct keys *keys, struct ykt_bytes plain,
    struct ykt_buf *out)
{
	uint8_t block[BLOCK_LEN] = { 0 }, mac[MAC_LEN] = { 0 };
	struct ykt_bytes whole;
	size_t at = out->len;
	enum ykt_status status = ykt_random_fill(store->random, block, sizeof(block));

	if (status == YKT_OK && out->cap - out->len < BLOCK_LEN + plain.len + MAC_LEN)
		status = YKT_E_SPACE;
	if (status != YKT_OK)
		return status;
	ykt_put(out, YKT_BYTES(block));
	status = crypto_sm4_ctr(store->crypto, keys->enc, block, plain, out->data + out->len);
	out->len += plain.len;
	whole = ykt_bytes(out->data + at, out->len - at);
	if (status == YKT_OK)
		status = crypto_hmac_sm3(store->crypto, YKT_BYTES(keys->mac), &whole, 1, mac);
	ykt_put(out, YKT_BYTES(mac));

	return status;
}

/* Into plain, which has room for what it holds. YKT_E_MAC: under other keys. */
static enum ykt_status
unseal(struct client_store *store, const struct keys *keys, struct ykt_bytes sealed, uint8_t *plain)
{
	uint8_t mac[MAC_LEN] = { 0 };
	struct ykt_bytes whole = ykt_bytes(sealed.data, sealed.len - MAC_LEN);
	enum ykt_status status;

	status = crypto_hmac_sm3(store->crypto, YKT_BYTES(keys->mac), &whole, 1, mac);
	if (status == YKT_OK && !ykt_ct_equal(mac, sealed.data + whole.len, MAC_LEN))
		status = YKT_E_MAC;
	if (status == YKT_OK)
		status = crypto_sm4_ctr(store->crypto, keys->enc, sealed.data,
		    ykt_bytes(sealed.data + BLOCK_LEN, whole.len - BLOCK_LEN), plain);

	return status;
}

/* The secret and the device, neither enough alone. */
static enum ykt_status
slot_keys(const struct client_vault *vault, const uint8_t salt[CRYPTO_PWHASH_SALT],
    const char *secret, struct keys *ret_keys)
{
	uint8_t both[64];
	enum ykt_status status = crypto_pwhash_key(ykt_bytes_str(secret), salt, &vault->cost, both);

	memcpy(both + 32, vault->store->vault, 32);
	if (status == YKT_OK)
		status = derive(vault->store->crypto, YKT_BYTES(both), "ykt vault slot", ret_keys);
	ykt_wipe(both, sizeof(both));

	return status;
}

static enum ykt_status
slot_fill(struct client_vault *vault, size_t n, const char *secret)
{
	struct keys keys = { 0 };
	struct ykt_buf out = YKT_BUF(vault->slots[n].sealed);
	enum ykt_status status =
	    ykt_random_fill(vault->store->random, vault->slots[n].salt, CRYPTO_PWHASH_SALT);

	if (status == YKT_OK)
		status = slot_keys(vault, vault->slots[n].salt, secret, &keys);
	if (status == YKT_OK)
		status = seal(vault->store, &keys, YKT_BYTES(vault->key), &out);
	vault->slots[n].used = status == YKT_OK;
	ykt_wipe(&keys, sizeof(keys));

	return status;
}

static void
slot_clear(struct client_vault *vault, size_t n)
{
	ykt_wipe(&vault->slots[n], sizeof(vault->slots[n]));
}

void
client_vault_encode(const struct client_vault_data *data, struct ykt_buf *out)
{
	ykt_put_mem(out, data->rider.d, sizeof(data->rider.d));
	ykt_put_mem(out, data->rider.pub.xy, sizeof(data->rider.pub.xy));
	ykt_put_u8(out, (uint8_t)strlen(data->idem));
	ykt_put(out, ykt_bytes_str(data->idem));
	ykt_put_u64(out, (uint64_t)data->fetched_ms);
	ykt_put_u64(out, (uint64_t)data->ahead_ms);
	ykt_put_u64(out, (uint64_t)data->redraw_ms);
	ykt_put_u64(out, (uint64_t)data->last_s);
	ykt_put_u16(out, data->auth.len);
	ykt_put_mem(out, data->auth.data, data->auth.len);
}

enum ykt_status
client_vault_decode(struct ykt_bytes bytes, struct client_vault_data *ret_data)
{
	struct client_vault_data data = { 0 };
	struct ykt_rd rd = ykt_rd(bytes);
	uint8_t idem_len;
	enum ykt_status status = YKT_E_CORRUPT;

	ykt_rd_copy(&rd, data.rider.d, sizeof(data.rider.d));
	ykt_rd_copy(&rd, data.rider.pub.xy, sizeof(data.rider.pub.xy));
	idem_len = ykt_rd_u8(&rd);
	if (idem_len < sizeof(data.idem)) {
		ykt_rd_copy(&rd, (uint8_t *)data.idem, idem_len);
		if (strlen(data.idem) != idem_len)
			rd.bad = true; /* the same data has one form only */
		data.fetched_ms = (int64_t)ykt_rd_u64(&rd);
		data.ahead_ms = (int64_t)ykt_rd_u64(&rd);
		data.redraw_ms = (int64_t)ykt_rd_u64(&rd);
		data.last_s = (int64_t)ykt_rd_u64(&rd);
		data.auth.len = ykt_rd_u16(&rd);
		if (data.auth.len <= sizeof(data.auth.data)) {
			ykt_rd_copy(&rd, data.auth.data, data.auth.len);
			status = ykt_rd_done(&rd) == YKT_OK ? YKT_OK : YKT_E_CORRUPT;
		}
	}
	if (status == YKT_OK)
		*ret_data = data;
	ykt_wipe(&data, sizeof(data));

	return status;
}

static void
put_head(const struct client_vault *vault, struct ykt_buf *out)
{
	ykt_put_mem(out, MAGIC, MAGIC_LEN);
	ykt_put_u8(out, VERSION);
	ykt_put_u32(out, vault->cost.passes);
	ykt_put_u32(out, vault->cost.memory_kib);
	for (size_t i = 0; i < CLIENT_VAULT_SLOTS; i++) {
		ykt_put_u8(out, vault->slots[i].used);
		ykt_put(out, YKT_BYTES(vault->slots[i].salt));
		ykt_put(out, YKT_BYTES(vault->slots[i].sealed));
	}
}

/* The device's own seal over all that stands before it. */
static enum ykt_status
device_mac(struct client_store *store, struct ykt_bytes bytes, uint8_t ret_mac[MAC_LEN])
{
	const struct ykt_bytes parts[] = { ykt_bytes_str("ykt vault"), bytes };

	return crypto_hmac_sm3(store->crypto, YKT_BYTES(store->mac), parts, 2, ret_mac);
}

enum ykt_status
client_vault_save(struct client_vault *vault)
{
	uint8_t plain_bytes[sizeof(vault->data)], file_bytes[CLIENT_VAULT_MAX];
	struct ykt_buf plain = YKT_BUF(plain_bytes), file = YKT_BUF(file_bytes);
	uint8_t mac[MAC_LEN] = { 0 };
	struct keys keys = { 0 };
	enum ykt_status status;

	client_vault_encode(&vault->data, &plain);
	put_head(vault, &file);
	status = ykt_buf_done(&plain);
	if (status == YKT_OK)
		status =
		    derive(vault->store->crypto, YKT_BYTES(vault->key), "ykt vault data", &keys);
	if (status == YKT_OK)
		status = seal(vault->store, &keys, ykt_buf_view(&plain), &file);
	if (status == YKT_OK)
		status = device_mac(vault->store, ykt_buf_view(&file), mac);
	ykt_put(&file, YKT_BYTES(mac));
	if (status == YKT_OK)
		status = ykt_buf_done(&file);
	if (status == YKT_OK)
		status = ykt_file_write(vault->store->file, CLIENT_FILE_VAULT, ykt_buf_view(&file));
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(plain_bytes, sizeof(plain_bytes));

	return status;
}

enum ykt_status
client_vault_make(struct client_vault *vault, struct client_store *store,
    const struct crypto_pwhash_cost *cost, const char *secret, const struct client_vault_data *data)
{
	enum ykt_status status;

	memset(vault, 0, sizeof(*vault));
	vault->store = store;
	vault->cost = *cost;
	vault->data = *data;
	status = ykt_random_fill(store->random, vault->key, sizeof(vault->key));
	if (status == YKT_OK)
		status = slot_fill(vault, 0, secret);
	if (status == YKT_OK)
		status = client_vault_save(vault);
	if (status != YKT_OK)
		client_vault_clear(vault);

	return status;
}

/* Its form, its device and its cost; *ret_sealed is the data's piece. */
static enum ykt_status
read_head(struct client_vault *vault, struct ykt_bytes file, struct ykt_bytes *ret_sealed)
{
	uint8_t mac[MAC_LEN] = { 0 };
	struct ykt_rd rd = ykt_rd(file);
	enum ykt_status status;

	if (file.len < HEAD_LEN + BLOCK_LEN + 2 * MAC_LEN)
		return YKT_E_CORRUPT;
	status = device_mac(vault->store, ykt_bytes(file.data, file.len - MAC_LEN), mac);
	if (status != YKT_OK)
		return status;
	if (!ykt_ct_equal(mac, file.data + file.len - MAC_LEN, MAC_LEN) ||
	    !ykt_bytes_equal(ykt_rd_take(&rd, MAGIC_LEN), ykt_bytes_str(MAGIC)) ||
	    ykt_rd_u8(&rd) != VERSION)
		return YKT_E_CORRUPT;
	vault->cost.passes = ykt_rd_u32(&rd);
	vault->cost.memory_kib = ykt_rd_u32(&rd);
	if (vault->cost.passes > client_vault_cost.passes ||
	    vault->cost.memory_kib > client_vault_cost.memory_kib)
		return YKT_E_CORRUPT;
	for (size_t i = 0; i < CLIENT_VAULT_SLOTS; i++) {
		vault->slots[i].used = ykt_rd_u8(&rd) == 1;
		ykt_rd_copy(&rd, vault->slots[i].salt, sizeof(vault->slots[i].salt));
		ykt_rd_copy(&rd, vault->slots[i].sealed, sizeof(vault->slots[i].sealed));
	}
	*ret_sealed = ykt_bytes(file.data + HEAD_LEN, file.len - HEAD_LEN - MAC_LEN);

	return YKT_OK;
}

/* Written down before the secret is looked at (I-25's rule). */
static enum ykt_status
count_try(struct client_store *store)
{
	struct client_state next = store->state;
	enum ykt_status status = YKT_BLOCKED;

	if (next.vault_fails < CLIENT_VAULT_TRIES) {
		next.vault_fails++;
		status = client_store_put(store, &next);
	}
	ykt_wipe(&next, sizeof(next));

	return status;
}

static enum ykt_status
clear_tries(struct client_store *store)
{
	struct client_state next = store->state;
	enum ykt_status status;

	next.vault_fails = 0;
	status = client_store_put(store, &next);
	ykt_wipe(&next, sizeof(next));

	return status;
}

static enum ykt_status
unlock(struct client_vault *vault, const char *secret)
{
	enum ykt_status status = YKT_DENIED;

	if (secret[0] == '\0')
		return YKT_DENIED;
	for (size_t i = 0; i < CLIENT_VAULT_SLOTS && status == YKT_DENIED; i++) {
		struct keys keys = { 0 };

		if (!vault->slots[i].used)
			continue;
		status = slot_keys(vault, vault->slots[i].salt, secret, &keys);
		if (status == YKT_OK)
			status = unseal(
			    vault->store, &keys, YKT_BYTES(vault->slots[i].sealed), vault->key);
		if (status == YKT_E_MAC)
			status = YKT_DENIED;
		vault->opened = i;
		ykt_wipe(&keys, sizeof(keys));
	}

	return status;
}

static enum ykt_status
open_file(struct client_vault *vault, struct ykt_bytes file, const char *secret)
{
	uint8_t plain[CLIENT_VAULT_MAX];
	struct ykt_bytes sealed = { NULL, 0 };
	struct keys keys = { 0 };
	enum ykt_status status = read_head(vault, file, &sealed);

	if (status == YKT_OK)
		status = count_try(vault->store);
	if (status == YKT_OK)
		status = unlock(vault, secret);
	if (status == YKT_OK)
		status =
		    derive(vault->store->crypto, YKT_BYTES(vault->key), "ykt vault data", &keys);
	if (status == YKT_OK)
		status = unseal(vault->store, &keys, sealed, plain);
	/* Sealed by the device, not by the secret's holder. */
	if (status == YKT_E_MAC)
		status = YKT_E_CORRUPT;
	if (status == YKT_OK)
		status = client_vault_decode(
		    ykt_bytes(plain, sealed.len - BLOCK_LEN - MAC_LEN), &vault->data);
	if (status == YKT_OK)
		status = clear_tries(vault->store);
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(plain, sizeof(plain));

	return status;
}

/* YKT_E_CORRUPT: longer than any. */
static enum ykt_status
read_file(struct client_vault *vault, struct client_store *store, struct ykt_buf *file)
{
	enum ykt_status status;

	memset(vault, 0, sizeof(*vault));
	vault->store = store;
	status = ykt_file_read(store->file, CLIENT_FILE_VAULT, file);

	return status == YKT_E_SPACE || file->len > CLIENT_VAULT_MAX ? YKT_E_CORRUPT : status;
}

enum ykt_status
client_vault_changing(struct client_store *store)
{
	uint8_t bytes[CLIENT_VAULT_MAX + 1];
	struct ykt_buf file = YKT_BUF(bytes);
	struct client_vault vault;
	struct ykt_bytes sealed;
	enum ykt_status status = read_file(&vault, store, &file);

	if (status == YKT_OK)
		status = read_head(&vault, ykt_buf_view(&file), &sealed);
	if (status != YKT_E_DOWN &&
	    (status != YKT_OK || !vault.slots[0].used || !vault.slots[1].used))
		status = YKT_NOT_FOUND;
	client_vault_clear(&vault);

	return status;
}

enum ykt_status
client_vault_open(struct client_vault *vault, struct client_store *store, const char *secret)
{
	uint8_t bytes[CLIENT_VAULT_MAX + 1];
	struct ykt_buf file = YKT_BUF(bytes);
	enum ykt_status status = read_file(vault, store, &file);

	if (status == YKT_OK)
		status = open_file(vault, ykt_buf_view(&file), secret);
	if (status != YKT_OK)
		client_vault_clear(vault);

	return status;
}

enum ykt_status
client_vault_add(struct client_vault *vault, const char *secret)
{
	enum ykt_status status = slot_fill(vault, 1, secret);

	if (status == YKT_OK)
		status = client_vault_save(vault);

	return status;
}

enum ykt_status
client_vault_keep(struct client_vault *vault, bool added)
{
	if (added)
		vault->slots[0] = vault->slots[1];
	slot_clear(vault, 1);

	return client_vault_save(vault);
}

void
client_vault_clear(struct client_vault *vault)
{
	ykt_wipe(vault, sizeof(*vault));
}
