/*
 * Two TSMs: tsm-9902, which platform and client know, and tsm-9901, whose domain the
 * application lives in; with every loss on the ways between them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_TSM_TWO_H
#define TESTS_TSM_TWO_H

#include "support.h"

#include "tsm/catalogue.h"
#include "tsm/peer.h"

#define NEAR "tsm-9902"
#define FAR  "tsm-" CITY
#define AID  "{\"aid\":\"" AID_HEX "\""
#define OVER 0 /* the ways: of the near one to the far one, and back */
#define BACK 1

enum loss {
	LOSS_NONE,
	LOSS_BEFORE,  /* it does not come to the other one */
	LOSS_AFTER,   /* its answer does not come back */
	LOSS_TWICE,   /* it comes twice, byte for byte */
	LOSS_KILLED,  /* the other one ends after it, before it answers */
	LOSS_SPOILED, /* a byte of its answer */
	LOSS_COUNT
};

struct two {
	struct world *world; /* the near one, with the element and the client */
	struct crypto_sm2_key keys[2];
	struct wire_signed_key known[2];
	struct tsm_peer_way ways[2]; /* of the near one */
	struct tsm_peer_way back[2]; /* of the far one */
	struct ykt_http http[2];
	struct store_sqlite *database;
	struct tsm_options options; /* of the far one */
	struct tsm *tsm;
	struct tsm_worker *worker;
	bool down[2];
	bool busy;        /* a request is on its way to the far one */
	const char *name; /* in the near one's certificate */
	enum loss loss;
	unsigned at; /* the occasion, on either way */
	unsigned occasion;
	bool fired;
};

void two_open(struct two *two);
void two_close(struct two *two);
/* A new process of the far one, with its options of now. */
void far_restart(struct two *two);
/* JOB, as world_open() does it, for who may learn first by a refusal that it is over. */
void open_through(struct two *two);
/* A number of the far one's database. */
int64_t far_rows(struct two *two, const char *sql);
/* Both tick until neither has anything to say, whatever it has to wait for. */
void settle(struct two *two);
/* Nothing of a job is anywhere. */
void assert_no_job(struct two *two);

#endif
