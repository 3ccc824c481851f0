/*
 * The sealed store: magic | counter block | ciphertext | MAC over all before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/store.h"

#include <string.h>

#include <ykt/secret.h>

#include "client/descr.h"
#include "crypto/crypto.h"

#define MAGIC       "YKTCLNT1"
#define MAGIC_LEN   8
#define BLOCK_LEN   16
#define MAC_LEN     32
#define SEAL_LEN    (MAGIC_LEN + BLOCK_LEN + MAC_LEN)
#define DEVICE_ROOM (CLIENT_DEVICE_LEN + 1) /* one byte too long is seen */

static enum ykt_status
derive(struct client_store *store, const uint8_t secret[CLIENT_DEVICE_LEN])
{
	uint8_t out[sizeof(store->enc) + sizeof(store->mac) + sizeof(store->vault)];
	enum ykt_status status;

	status = crypto_kdf_sm3(store->crypto, ykt_bytes(secret, CLIENT_DEVICE_LEN),
	    ykt_bytes_str("ykt client store"), out, sizeof(out));
	if (status == YKT_OK) {
		memcpy(store->enc, out, sizeof(store->enc));
		memcpy(store->mac, out + sizeof(store->enc), sizeof(store->mac));
		memcpy(store->vault, out + sizeof(store->enc) + sizeof(store->mac),
		    sizeof(store->vault));
	}
	ykt_wipe(out, sizeof(out));

	return status;
}

static enum ykt_status
seal_mac(struct client_store *store, struct ykt_bytes sealed, uint8_t out[MAC_LEN])
{
	return crypto_hmac_sm3(store->crypto, YKT_BYTES(store->mac), &sealed, 1, out);
}

static enum ykt_status
seal(struct client_store *store, struct ykt_bytes plain, struct ykt_buf *out)
{
	uint8_t block[BLOCK_LEN] = { 0 };
	uint8_t mac[MAC_LEN] = { 0 };
	uint8_t *ct;
	enum ykt_status status;

	if (out->cap < plain.len + SEAL_LEN)
		return YKT_E_SPACE;
	status = ykt_random_fill(store->random, block, sizeof(block));
	if (status != YKT_OK)
		return status;
	ykt_put_mem(out, MAGIC, MAGIC_LEN);
	ykt_put(out, YKT_BYTES(block));
	ct = out->data + out->len;
	status = crypto_sm4_ctr(store->crypto, store->enc, block, plain, ct);
	if (status != YKT_OK)
		return status;
	out->len += plain.len;
	status = seal_mac(store, ykt_buf_view(out), mac);
	if (status == YKT_OK)
		ykt_put(out, YKT_BYTES(mac));

	return status;
}

/* Decrypts in place behind a MAC that held. */
static enum ykt_status
unseal(struct client_store *store, uint8_t *data, size_t len, struct client_state *ret_state)
{
	uint8_t mac[MAC_LEN] = { 0 };
	uint8_t *ct = data + MAGIC_LEN + BLOCK_LEN;
	struct ykt_bytes in;
	enum ykt_status status;

	if (len < SEAL_LEN || !ykt_bytes_equal(ykt_bytes(data, MAGIC_LEN), ykt_bytes_str(MAGIC)))
		return YKT_E_CORRUPT;
	status = seal_mac(store, ykt_bytes(data, len - MAC_LEN), mac);
	if (status == YKT_OK && !ykt_ct_equal(mac, data + len - MAC_LEN, MAC_LEN))
		status = YKT_E_CORRUPT;
	if (status != YKT_OK)
		return status;
	in = ykt_bytes(ct, len - SEAL_LEN);
	status = crypto_sm4_ctr(store->crypto, store->enc, data + MAGIC_LEN, in, ct);

	return status == YKT_OK ? client_state_decode(in, ret_state) : status;
}

static enum ykt_status
write_state(struct client_store *store, const struct client_state *state)
{
	uint8_t plain_bytes[CLIENT_STORE_MAX];
	uint8_t sealed_bytes[CLIENT_STORE_MAX];
	struct ykt_buf plain = YKT_BUF(plain_bytes);
	struct ykt_buf sealed = YKT_BUF(sealed_bytes);
	enum ykt_status status;

	client_state_encode(state, &plain);
	status = ykt_buf_done(&plain);
	if (status == YKT_OK)
		status = seal(store, ykt_buf_view(&plain), &sealed);
	if (status == YKT_OK)
		status = ykt_file_write(store->file, CLIENT_FILE_STORE, ykt_buf_view(&sealed));
	ykt_wipe(plain_bytes, plain.len);

	return status;
}

enum ykt_status
client_store_put(struct client_store *store, const struct client_state *next)
{
	enum ykt_status status = write_state(store, next);

	if (status == YKT_OK && next != &store->state)
		store->state = *next;

	return status;
}

/* YKT_NOT_FOUND: there is none. */
static enum ykt_status
read_device(struct client_store *store)
{
	uint8_t bytes[DEVICE_ROOM];
	struct ykt_buf buf = YKT_BUF(bytes);
	enum ykt_status status = ykt_file_read(store->file, CLIENT_FILE_DEVICE, &buf);

	if (status == YKT_E_SPACE || (status == YKT_OK && buf.len != CLIENT_DEVICE_LEN))
		status = YKT_E_CORRUPT;
	if (status == YKT_OK)
		status = derive(store, bytes);
	ykt_wipe(bytes, sizeof(bytes));

	return status;
}

static enum ykt_status
make_device(struct client_store *store)
{
	uint8_t secret[CLIENT_DEVICE_LEN];
	enum ykt_status status;

	status = ykt_random_fill(store->random, secret, sizeof(secret));
	if (status == YKT_OK)
		status = ykt_file_write(store->file, CLIENT_FILE_DEVICE, YKT_BYTES(secret));
	if (status == YKT_OK)
		status = derive(store, secret);
	ykt_wipe(secret, sizeof(secret));

	return status;
}

/* A store without the secret that it is sealed under is another device's. */
static enum ykt_status
open_store(struct client_store *store, uint8_t *bytes, size_t size)
{
	struct ykt_buf buf = { bytes, 0, size, false };
	enum ykt_status found = ykt_file_read(store->file, CLIENT_FILE_STORE, &buf);
	enum ykt_status status;

	if (found == YKT_E_SPACE)
		found = YKT_E_CORRUPT;
	if (found != YKT_OK && found != YKT_NOT_FOUND)
		return found;
	status = read_device(store);
	if (status == YKT_NOT_FOUND)
		status = found == YKT_OK ? YKT_E_CORRUPT : make_device(store);
	if (status != YKT_OK)
		return status;
	if (found == YKT_OK)
		return unseal(store, bytes, buf.len, &store->state);

	return client_store_put(store, &store->state);
}

enum ykt_status
client_store_open(struct client_store *store, const struct ykt_file *file,
    const struct ykt_random *random, struct crypto *crypto)
{
	uint8_t bytes[CLIENT_STORE_MAX];
	enum ykt_status status;

	memset(store, 0, sizeof(*store));
	store->file = file;
	store->random = random;
	store->crypto = crypto;
	status = open_store(store, bytes, sizeof(bytes));
	ykt_wipe(bytes, sizeof(bytes));
	if (status != YKT_OK)
		client_store_close(store);

	return status;
}

void
client_store_close(struct client_store *store)
{
	ykt_wipe(store, sizeof(*store));
}

enum ykt_status
client_store_wipe(struct client_store *store)
{
	static const char *const files[] = { CLIENT_FILE_VAULT, CLIENT_FILE_DESCR,
		CLIENT_FILE_STORE, CLIENT_FILE_DEVICE };
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < YKT_ARRAY_LEN(files) && status == YKT_OK; i++)
		status = ykt_file_remove(store->file, files[i]);
	ykt_wipe(&store->state, sizeof(store->state));
	ykt_wipe(store->enc, sizeof(store->enc));
	ykt_wipe(store->mac, sizeof(store->mac));
	ykt_wipe(store->vault, sizeof(store->vault));

	return status;
}

void
client_session_clear(struct client_session *session)
{
	ykt_wipe(session, sizeof(*session));
}

enum ykt_status
client_intent_put(struct client_store *store, const struct client_intent *intent)
{
	struct client_state next = store->state;
	struct client_intent *place = NULL;
	enum ykt_status status = YKT_OVER_LIMIT;

	for (size_t i = 0; i < CLIENT_INTENTS_MAX; i++) {
		struct client_intent *at = &next.intents[i];

		if (at->kind != CLIENT_INTENT_NONE && strcmp(at->idem, intent->idem) == 0) {
			place = at;
			break;
		}
		if (at->kind == CLIENT_INTENT_NONE && place == NULL)
			place = at;
	}
	if (place != NULL) {
		*place = *intent;
		status = client_store_put(store, &next);
	}
	ykt_wipe(&next, sizeof(next));

	return status;
}

enum ykt_status
client_intent_drop(struct client_store *store, const char *idem)
{
	struct client_state next = store->state;
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < CLIENT_INTENTS_MAX; i++) {
		struct client_intent *at = &next.intents[i];

		if (at->kind == CLIENT_INTENT_NONE || strcmp(at->idem, idem) != 0)
			continue;
		*at = (struct client_intent){ 0 };
		status = client_store_put(store, &next);
		break;
	}
	ykt_wipe(&next, sizeof(next));

	return status;
}

const struct client_intent *
client_intent_of(const struct client_store *store, const char *order_id)
{
	for (size_t i = 0; i < CLIENT_INTENTS_MAX; i++) {
		const struct client_intent *at = &store->state.intents[i];

		if ((at->kind == CLIENT_INTENT_OPEN || at->kind == CLIENT_INTENT_TOPUP) &&
		    strcmp(at->order_id, order_id) == 0)
			return at;
	}

	return NULL;
}
