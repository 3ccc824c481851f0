/*
 * The key module of one city: load permits, MACs and TACs, secure-channel
 * sessions and personalisation cryptograms (docs/protocol.md section 4).
 *
 * Roots come in once and never leave; what leaves is a session key, a MAC or
 * an encrypted key. struct keys is read-only after keys_new(), so any number of
 * workers share it; the permits live in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef KEYS_KEYS_H
#define KEYS_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/driver/http.h>
#include <ykt/driver/store.h>
#include <ykt/env.h>

#include "code/code_cert.h"

struct keys;
struct keys_worker;

#define KEYS_ROOT_LEN 16
#define KEYS_PIN_MAX  6

/*
 * Roots that begin with these four bytes are test keys. A build with
 * YKT_REFUSE_TEST_KEYS refuses them (T18).
 */
#define KEYS_TEST_MARK "TEST"

struct keys_roots {
	uint8_t purchase[KEYS_ROOT_LEN];    /* national: DPK of every card, in every PSAM */
	uint8_t load[KEYS_ROOT_LEN];        /* the city's: DLK */
	uint8_t tac[KEYS_ROOT_LEN];         /* the city's: DTK */
	uint8_t maintenance[KEYS_ROOT_LEN]; /* the city's: DAMK */
	uint8_t isd[KEYS_ROOT_LEN];         /* AES: initial sets of issuer security domains */
	uint8_t ssd[KEYS_ROOT_LEN];         /* AES: the city's supplementary domains */
	uint8_t psam[KEYS_ROOT_LEN];        /* AES: transport keys of blank PSAMs */
	/* The city's, each when there is one: new cards then have that key too. */
	bool has_unload;
	uint8_t unload[KEYS_ROOT_LEN]; /* DULK */
	bool has_overdraft;
	uint8_t overdraft[KEYS_ROOT_LEN]; /* DUK */
	bool has_pin_unblock;
	uint8_t pin_unblock[KEYS_ROOT_LEN]; /* DPUK */
	bool has_pin_reload;
	uint8_t pin_reload[KEYS_ROOT_LEN]; /* DRPK */
	bool has_internal;
	uint8_t internal[KEYS_ROOT_LEN]; /* INTERNAL AUTHENTICATE */
	bool has_external;
	uint8_t external[KEYS_ROOT_LEN]; /* EXTERNAL AUTHENTICATE */
	bool has_block;
	uint8_t block[KEYS_ROOT_LEN];
	bool has_unblock;
	uint8_t unblock[KEYS_ROOT_LEN];
	bool has_record;
	uint8_t record[KEYS_ROOT_LEN]; /* opens APPEND RECORD */
	/* Of the menus' secured packets (card/air_keys.h): all three, or none. */
	bool has_ota_kic;
	uint8_t ota_kic[KEYS_ROOT_LEN];
	bool has_ota_kid;
	uint8_t ota_kid[KEYS_ROOT_LEN];
	bool has_ota_payload;
	uint8_t ota_payload[KEYS_ROOT_LEN];
};

/*
 * The institution whose ride codes this module authorises, when there is one.
 * key is the private half of the certificate's; platform is field 7 of a code.
 */
struct keys_code {
	bool there;
	struct crypto_sm2_key key;
	uint8_t cert[CODE_CERT_LEN];
	uint8_t platform[4];
};

/*
 * The authority that signs users' certificates (card/ident_cert.h), when there is
 * one: its reference, 1 to 16 characters, and its key. One that begins with
 * KEYS_TEST_MARK is a test key.
 */
struct keys_ident {
	bool there;
	char authority[17];
	struct crypto_sm2_key key;
};

/*
 * Opens payment PINs and makes their verifiers (wire/pin_msg.h), when it is there. Another
 * key is another set of verifiers: those of before are wrong for ever.
 */
struct keys_pay_pin {
	bool there;
	struct crypto_sm2_key key;
};

/* The PIN of a new card, until its holder changes it. No tries: cards have none. */
struct keys_pin {
	uint8_t tries; /* 1 to 15 */
	uint8_t len;
	uint8_t bytes[KEYS_PIN_MAX]; /* BCD, as VERIFY sends it */
};

/* Borrowed but for roots, code, ident, PIN and PIN key, which are copied. */
struct keys_options {
	struct ykt_env env;
	const struct ykt_store *store; /* with keys_schema[] applied */
	const char *city;              /* "9901" */
	uint8_t issuer[8];             /* file 15 of the cards that this city issues */
	struct keys_roots roots;
	struct keys_code code;
	struct keys_ident ident;
	struct keys_pin pin;
	struct keys_pay_pin pay_pin;
};

/* Schema steps for the joiner's store: index i is version i + 1. */
extern const char *const keys_schema[];
extern const size_t keys_schema_count;

/*
 * YKT_E_ARG    an option is missing, the PIN is none, the authority has no name, or some OTA
 *              roots are there and some not
 * YKT_E_KEY    a root is a test key and this build refuses those
 * YKT_MISMATCH the code certificate is none, or of another key than code.key
 * YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status keys_new(const struct keys_options *options, struct keys **ret_keys);
/* Wipes the roots; accepts NULL in it; nulls. No worker may be left. */
void keys_free(struct keys **keys);

/* One thread's or fiber's context; crypto is borrowed. YKT_E_NOMEM. */
YKT_MUST_USE enum ykt_status
keys_worker_new(const struct keys *keys, struct crypto *crypto, struct keys_worker **ret_worker);
void keys_worker_free(struct keys_worker **worker);

/* Serves one request; of type ykt_http_handler. Every path needs a peer of its role. */
void keys_handle(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp);

#endif
