/*
 * The sealed store: what this device must know after a restart.
 *
 * Two files behind the file port. "device" holds 32 random bytes, the device's
 * secret, made once. "store" is the state, SM4-CTR and HMAC-SM3 under keys
 * derived from that secret, with a fresh counter block each time; any flipped,
 * missing or added bit is found before anything is decrypted. Nothing in it is
 * a card's key, a password or a code (C5-DAT-1).
 *
 * This is part one: readable without the user. What only the user may open is
 * part two, client/vault.h.
 *
 * An old copy of both files that somebody puts back passes: the platform's
 * counters and order states catch that, not the store.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_STORE_H
#define CLIENT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/driver/file.h>
#include <ykt/driver/random.h>

#include "crypto/sm2.h"
#include "wire/envelope.h"

#define CLIENT_FILE_DEVICE "device"
#define CLIENT_FILE_STORE  "store"
#define CLIENT_FILE_VAULT  "vault"
#define CLIENT_DEVICE_LEN  32
#define CLIENT_STORE_MAX   4096 /* bytes of the sealed file at most */
#define CLIENT_INTENTS_MAX 8

/*
 * Something with money in it that was begun. It is durable before the first
 * byte leaves, and goes when its outcome is known; until then it is UNKNOWN (R1).
 */
enum client_intent_kind {
	CLIENT_INTENT_NONE = 0,
	CLIENT_INTENT_OPEN = 1,
	CLIENT_INTENT_TOPUP = 2,
	CLIENT_INTENT_REFUND = 3,
	CLIENT_INTENT_WALLET = 4,
	CLIENT_INTENT_PAY = 5,
	CLIENT_INTENT_UNLOAD = 6,   /* card_no alone: the platform knows what it is for */
	CLIENT_INTENT_WITHDRAW = 7, /* idem is its id */
};

struct client_intent {
	enum client_intent_kind kind;
	bool confirmed; /* the user has said yes to this payment */
	char idem[33];  /* the key of order.open, order.topup or order.refund */
	/*
	 * "" until the platform named it; of a refund: what goes back; of a payment: the bill;
	 * of a withdrawal: the account
	 */
	char order_id[33];
	char card_no[21];  /* topup */
	WIRE_BLOB(16) aid; /* open */
	WIRE_BLOB(16) se_id;
	int64_t amount_fen; /* open: the first load */
	int64_t created_ms;
	bool has_proof; /* refund: attempt and init go with it; open: init is the ticket's id */
	int64_t attempt;
	uint8_t init[16];
};

struct client_session {
	bool open;
	uint8_t sid[16];
	struct wire_session_keys keys;
	int64_t ctr;       /* every number up to this one may have been used */
	int64_t abnormal;  /* orders that the platform told of at login */
	int64_t opened_ms; /* by this device's clock */
	int64_t idle_ms;   /* how long it lives unused, and at all, as the platform said */
	int64_t absolute_ms;
};

/* The account that was bound or paid from last, as it is shown; "" where there is none. */
struct client_bank {
	char account_id[33];
	char issuer[49];
	char last4[5];
};

struct client_state {
	struct crypto_sm2_key device; /* zeros: none; of an SE-less client only */
	uint8_t profile;              /* enum ykt_profile; counts from registration on */
	bool registered;
	uint8_t vault_fails; /* wrong secrets since the last right one or login */
	bool closing;        /* deregistration was sent; its answer is not known */
	char phone[12];
	char name[65];
	char user_id[33];
	struct client_session session;
	struct client_intent intents[CLIENT_INTENTS_MAX];
	struct client_bank bank;
	int64_t apps_ms; /* when the list of applications was issued that was kept last; 0: none */
};

struct client_store {
	const struct ykt_file *file;
	const struct ykt_random *random;
	struct crypto *crypto;
	uint8_t enc[16];
	uint8_t mac[32];
	uint8_t vault[32];         /* the device's half of part two's keys: vault.h */
	struct client_state state; /* what is durable; changed by client_store_put() only */
};

/*
 * Reads the store, or makes both files when there is none. Borrows all three
 * until client_store_close(). On failure *store is wiped.
 *
 * YKT_E_CORRUPT  the store fails its check, is of another version, or stands
 *                there without a device secret; nothing was written
 * YKT_E_FILE, YKT_E_RANDOM, YKT_E_CRYPTO, YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status client_store_open(struct client_store *store,
    const struct ykt_file *file, const struct ykt_random *random, struct crypto *crypto);
void client_store_close(struct client_store *store);

/*
 * Makes next the durable state. On failure the state is what it was; after a
 * YKT_E_DOWN the file may hold either.
 */
YKT_MUST_USE enum ykt_status
client_store_put(struct client_store *store, const struct client_state *next);

/*
 * Removes everything that this device holds, part two first and its own secret
 * last, so that a power cut leaves less and never a store without its secret.
 * The state in memory is wiped whatever the disk says; the store can only be
 * closed then. YKT_E_FILE, YKT_E_DOWN: something may be left.
 */
YKT_MUST_USE enum ykt_status client_store_wipe(struct client_store *store);

/* Empties the session, wiping its keys. */
void client_session_clear(struct client_session *session);

/*
 * Inserts the intent, or replaces the one with its key. YKT_OVER_LIMIT: as many
 * are open as fit; finish one first. Or what client_store_put() said.
 */
YKT_MUST_USE enum ykt_status
client_intent_put(struct client_store *store, const struct client_intent *intent);
/* Removes it; one that is not there is YKT_OK. */
YKT_MUST_USE enum ykt_status client_intent_drop(struct client_store *store, const char *idem);
/* The intent of an order (not a refund's), or NULL; borrowed until the next put. */
const struct client_intent *
client_intent_of(const struct client_store *store, const char *order_id);

/* The plain form, for tests and fuzzing: appends; reads exactly one. */
void client_state_encode(const struct client_state *state, struct ykt_buf *out);
/* YKT_E_CORRUPT: not exactly one state of this version. */
YKT_MUST_USE enum ykt_status
client_state_decode(struct ykt_bytes bytes, struct client_state *ret_state);

#endif
