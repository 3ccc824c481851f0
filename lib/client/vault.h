/*
 * Part two of the sealed store: what only the user may open (C5-DAT-3). In the
 * SE-less profile it holds the key of the ride code.
 *
 * One file, "vault". A random key seals the data; that key is wrapped once for
 * each secret that opens it (two while a password is being changed), under
 * Argon2id of the secret and the device's own half: the file alone, or the
 * device alone, is worth nothing. The whole file carries a MAC of the device
 * too, so that a flipped bit is found without the secret and is not taken for a
 * wrong one. Layout:
 *
 *   "YKTVAULT" | version 1 | passes 4 | memory 4
 *   two slots of: used 1 | salt 16 | block 16 | wrapped key 32 | MAC 32
 *   block 16 | ciphertext | MAC 32 under the data's key | MAC 32 of the device
 *
 * The secret is the login password: a PIN of six digits would be guessed in
 * hours by whoever holds both files. Tries are counted in part one, before they
 * are made; the platform's own judgment of the password (a login) clears them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_VAULT_H
#define CLIENT_VAULT_H

#include "client/store.h"
#include "crypto/pwhash.h"

#define CLIENT_VAULT_TRIES 5
#define CLIENT_VAULT_MAX   1024 /* bytes of the file at most */
#define CLIENT_VAULT_SLOTS 2
#define CLIENT_CODE_AUTH   292 /* CODE_AUTH_MAX */

/* What is inside; secret. */
struct client_vault_data {
	struct crypto_sm2_key rider; /* signs ride codes */
	char idem[33];               /* of the request for an authorisation under way; "" */
	int64_t fetched_ms;          /* the platform's time when auth was given */
	int64_t ahead_ms;            /* the platform's clock less this device's */
	int64_t redraw_ms;
	int64_t last_s; /* the moment of the last code: never twice the same */
	WIRE_BLOB(CLIENT_CODE_AUTH) auth;
};

/* An open one; its owner clears it. */
struct client_vault {
	struct client_store *store;
	struct crypto_pwhash_cost cost;
	struct {
		bool used;
		uint8_t salt[16];
		uint8_t sealed[16 + 32 + 32];
	} slots[CLIENT_VAULT_SLOTS];
	size_t opened; /* by this slot's secret */
	uint8_t key[32];
	struct client_vault_data data;
};

/*
 * What one opening costs: 3 passes of 64 MiB, as a login costs the platform;
 * and the most that a file may ask for.
 */
#define client_vault_cost crypto_pwhash_cost_server

/*
 * Makes a new one, over one that was there. On failure *vault is wiped and the
 * file is what it was. YKT_E_ARG: an empty secret. YKT_E_FILE, YKT_E_RANDOM,
 * YKT_E_CRYPTO, YKT_E_DOWN.
 */
YKT_MUST_USE enum ykt_status client_vault_make(struct client_vault *vault,
    struct client_store *store, const struct crypto_pwhash_cost *cost, const char *secret,
    const struct client_vault_data *data);

/*
 * YKT_NOT_FOUND  there is none
 * YKT_E_CORRUPT  it was changed, cut, is another device's or of another version;
 *                no try was counted
 * YKT_BLOCKED    too many wrong secrets: log in first
 * YKT_DENIED     a wrong secret; the try is counted
 * and as above. On failure *vault is wiped.
 */
YKT_MUST_USE enum ykt_status
client_vault_open(struct client_vault *vault, struct client_store *store, const char *secret);

/*
 * YKT_OK: two secrets open it, a change of password whose end is not known.
 * YKT_NOT_FOUND: one does, or there is none that could be read. YKT_E_DOWN.
 */
YKT_MUST_USE enum ykt_status client_vault_changing(struct client_store *store);

/* Writes vault->data. On failure the file is what it was. */
YKT_MUST_USE enum ykt_status client_vault_save(struct client_vault *vault);

/*
 * A password that is being changed: the new one opens it too, durably. Then,
 * when the platform has answered, one of them alone.
 */
YKT_MUST_USE enum ykt_status client_vault_add(struct client_vault *vault, const char *secret);
YKT_MUST_USE enum ykt_status client_vault_keep(struct client_vault *vault, bool added);

void client_vault_clear(struct client_vault *vault);

/* The plain form, for tests and fuzzing: appends; reads exactly one, or YKT_E_CORRUPT. */
void client_vault_encode(const struct client_vault_data *data, struct ykt_buf *out);
YKT_MUST_USE enum ykt_status
client_vault_decode(struct ykt_bytes bytes, struct client_vault_data *ret_data);

#endif
