/*
 * The pay channel that stands in for a bank or a wallet (docs/protocol.md
 * section 6): takes a user's confirmation, tells the merchant by a signed
 * notice until it is heard, gives money back once per refund id. It is the account
 * system too: checks who holds an account, has the issuer send a one-time code, and
 * takes payments from an account that is bound (section 12).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PSP_PSP_H
#define PSP_PSP_H

#include <stdbool.h>

#include <ykt/driver/http.h>
#include <ykt/driver/store.h>
#include <ykt/env.h>

#include "crypto/sm2.h"

struct crypto;
struct psp;
struct psp_worker;

#define PSP_MERCHANTS_MAX 8
#define PSP_ACCOUNTS_MAX  16
#define PSP_NAME_MAX      16

/* An account at an issuer behind the channel. Texts are borrowed and outlive the psp. */
struct psp_account {
	const char *ref;    /* its name in the database, 1 to PSP_NAME_MAX bytes; no number */
	const char *number; /* wire_account_number_valid() */
	const char *issuer; /* at most 48 bytes */
	const char *holder; /* at most 48 bytes */
	const char *phone;  /* where the issuer's one-time codes go */
	bool blocked;
	int64_t funds_fen; /* what may be taken in all, less what was given back */
};

/* Hands an issuer's text message to whoever carries it. */
typedef enum ykt_status psp_sms(void *arg, const char *phone, const char *text);

/* Someone who may ask for money: a platform. */
struct psp_merchant {
	const char *name; /* its key id in signed messages and its certificate's name; copied */
	struct crypto_sm2_pub pub;
	const struct ykt_http *http; /* where its notices go; borrowed */
};

struct psp_options {
	struct ykt_env env;
	const struct ykt_store *store;        /* with psp_schema[] applied; borrowed */
	const char *name;                     /* our key id, 1 to PSP_NAME_MAX bytes; copied */
	struct crypto_sm2_key key;            /* copied */
	const struct psp_merchant *merchants; /* copied */
	size_t merchant_count;                /* at most PSP_MERCHANTS_MAX */
	const struct psp_account *accounts;   /* borrowed */
	size_t account_count;                 /* at most PSP_ACCOUNTS_MAX */
	psp_sms *sms;                         /* NULL: no account can be bound */
	void *sms_arg;
	int64_t retry_first_ms; /* wait after the first notice that was not heard; then doubled */
	int64_t retry_max_ms;   /* up to this */
};

extern const char *const psp_schema[];
extern const size_t psp_schema_count;

/* YKT_E_ARG: an option is missing or out of range. YKT_E_NOMEM. */
YKT_MUST_USE enum ykt_status psp_new(const struct psp_options *options, struct psp **ret_psp);
/* Wipes the key; accepts NULL in it; nulls. No worker may be left. */
void psp_free(struct psp **psp);

/* One thread's or fiber's context; crypto is borrowed. YKT_E_NOMEM. */
YKT_MUST_USE enum ykt_status
psp_worker_new(const struct psp *psp, struct crypto *crypto, struct psp_worker **ret_worker);
void psp_worker_free(struct psp_worker **worker);

/* Serves one request; of type ykt_http_handler. /psp/confirm is open to anyone. */
void psp_handle(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp);

/*
 * Sends at most one notice that is due and writes down whether it was heard.
 * *ret_done: 1 when there was one, 0 when none is due; written on YKT_OK only.
 * When the writing fails it is sent again under the same notice_id.
 *
 * YKT_E_DOWN, YKT_E_STORE, YKT_E_STORE_UNKNOWN, YKT_BUSY of the ports.
 */
YKT_MUST_USE enum ykt_status psp_tick(struct psp_worker *worker, unsigned *ret_done);

#endif
