/*
 * The TSM of one city: opens cards on secure elements it reaches only through a
 * client that relays APDUs (GP SERAM 2.0.0; docs/protocol.md section 5).
 *
 * A job is a row. Everything it does starts by reading the card and then does
 * what is missing, so a job may lose any answer, any session, this process or
 * its whole machine, and goes on in the next session. struct tsm is read-only
 * after tsm_new(), so any number of workers share it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TSM_TSM_H
#define TSM_TSM_H

#include <stdint.h>

#include <ykt/driver/http.h>
#include <ykt/driver/store.h>
#include <ykt/env.h>

#include "crypto/sm2.h"

struct crypto;
struct wire_signed_key;
struct tsm;
struct tsm_worker;

/* What 0 stands for in the options. */
#define TSM_SESSION_MS   (30 * 60 * 1000)
#define TSM_LOST_MS      (5 * 60 * 1000)
#define TSM_JOB_MS       (INT64_C(7) * 24 * 60 * 60 * 1000)
#define TSM_SESSIONS_MAX 20
#define TSM_DELAY_MS     100

/* What the notification before the end of a session says. */
#define TSM_NOTICE_DONE   "done"          /* the application is on the element */
#define TSM_NOTICE_FAILED "failed"        /* the job is over; the order will be refunded */
#define TSM_NOTICE_LATER  "later"         /* begin again with another session */
#define TSM_NOTICE_WRONG  "wrong_element" /* not the element of this job; nothing was changed */

/* How another TSM is asked, and what it may. */
struct tsm_peer_way {
	const struct ykt_http *http; /* NULL: it only asks here */
	const char *city;            /* jobs and questions of that city are its; "": none */
	bool jobs;                   /* it may start jobs here, and is told their ends by http */
};

#define TSM_IDENTS_MAX 4

/* A payment platform whose identity application each element shall have. */
struct tsm_ident {
	uint8_t city[2];                 /* BCD; the end of its AID */
	struct crypto_sm2_pub platform;  /* who it enciphers for */
	struct crypto_sm2_pub authority; /* of its user's certificates */
};

/* Borrowed but for groups, which is copied. */
struct tsm_options {
	struct ykt_env env;
	const struct ykt_store *store;  /* with tsm_schema[] applied */
	const struct ykt_http *keyd;    /* the key module of this city */
	const char *city;               /* "9901", four digits; jobs of other cities are refused */
	struct ykt_bytes groups;        /* city.h: what else each new card gets; may be empty */
	const struct tsm_ident *idents; /* idents_count of them, at most TSM_IDENTS_MAX */
	size_t idents_count;
	bool menu_keys; /* an element without keys of its menu gets them */
	bool delegated; /* the city's domain manages with the issuer's tokens */
	/* Messages between TSMs: our name, the key that signs them, who the others are. */
	const char *name;                      /* "tsm-9901" */
	const struct crypto_sm2_key *sign_key; /* NULL: there are none */
	const struct wire_signed_key *peers;
	size_t peers_count;
	const struct tsm_peer_way *ways; /* peers_count of them; NULL: all of them only ask */
	const char *issuer;   /* the peer whose tokens delegated takes; NULL: our key module's */
	uint8_t level;        /* of SCP03: 33 or 13; 0: 33, and 13 where i has no R-ENC */
	int64_t session_ms;   /* how long a session id lives */
	int64_t lost_ms;      /* silence after which a client is lost */
	int64_t job_ms;       /* how long a job waits for a client until it fails */
	int64_t sessions_max; /* sessions that end without result until a job fails */
	int64_t delay_ms;     /* what an order asks the client to wait */
};

/* Schema steps for the joiner's store: index i is version i + 1. */
extern const char *const tsm_schema[];
extern const size_t tsm_schema_count;

/*
 * Makes the process key under which secure channels lie in the database: after
 * a restart they cannot be read any more, and each job reopens its own.
 *
 * YKT_E_ARG     an option is missing or out of range
 * YKT_E_NOMEM, YKT_E_RANDOM, YKT_E_DOWN
 */
YKT_MUST_USE enum ykt_status tsm_new(const struct tsm_options *options, struct tsm **ret_tsm);
/* Wipes; accepts NULL in it; nulls. No worker may be left. */
void tsm_free(struct tsm **tsm);

/* One thread's or fiber's context; crypto is borrowed. YKT_E_NOMEM. */
YKT_MUST_USE enum ykt_status
tsm_worker_new(const struct tsm *tsm, struct crypto *crypto, struct tsm_worker **ret_worker);
void tsm_worker_free(struct tsm_worker **worker);

/*
 * Serves one request; of type ykt_http_handler. /tsm/... needs a platform's
 * certificate; /gp/seram/... is open to anyone who holds a session id.
 */
void tsm_handle(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp);

/*
 * Ends at most one session that is out of time or silent, or one job that nobody
 * comes for, or sends one message to another TSM. *ret_done: 1 when there was one.
 */
YKT_MUST_USE enum ykt_status tsm_tick(struct tsm_worker *worker, unsigned *ret_done);

#endif
