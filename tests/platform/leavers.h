/*
 * A rider who wants a card out of his element: what the removal tests share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PLATFORM_LEAVERS_H
#define TESTS_PLATFORM_LEAVERS_H

#include "bench.h"
#include "wire/manage_msg.h"

struct leaver {
	struct bench *b;
	char card_no[21];
	struct wire_order order; /* the first load, and it is on the card */
	struct wire_card_delete_rsp proof;
};

/* A rider whose card was loaded and has been ridden empty. */
struct leaver leaver_open(void);
/* The books verify. */
void leaver_close(struct leaver *r);

/* card.delete, with the proof's terminal in r->proof; the code. */
int leaver_delete(struct leaver *r);
/* What the card says to that terminal now, and card.prove with it. */
struct wire_card_prove_req leaver_answer(struct leaver *r);
int leaver_prove(struct leaver *r);
/* card.session from that element. */
int leaver_session(struct leaver *r, uint8_t element, struct wire_card_session_rsp *rsp);
/* card.status, which must work. */
struct wire_card_status leaver_status(struct leaver *r);
/* The TSM's last job, a deletion. */
struct model_job *leaver_job(struct leaver *r);
/* The card can be loaded again; its last job failed for that reason. */
void leaver_in_use(struct leaver *r, const char *reason);

#endif
