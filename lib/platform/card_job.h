/*
 * Work on the application of a card that is there: one TSM job each, done in the
 * element that the card was opened in, whenever its device comes.
 *
 * A card has at most one such job at a time. Each step may be lost: the rows say
 * what is wanted, the TSM's job what was done, and a job that ended without an
 * outcome is followed by another under a new id.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CARD_JOB_H
#define PLATFORM_CARD_JOB_H

#include "platform/card.h"
#include "platform/room.h"

/* States of a job's row: the first three are live, the others its end. */
#define CARD_JOB_PROVING "proving" /* the card's proof is waited for */
#define CARD_JOB_ASKED   "asked"   /* decided; the TSM has not heard of it */
#define CARD_JOB_STARTED "started" /* the TSM may have it */
#define CARD_JOB_DONE    "done"
#define CARD_JOB_FAILED  "failed"

/* How long a proof is waited for until the card is in use again. */
#define CARD_JOB_PROOF_MS (10 * 60 * 1000)

struct card_job {
	char job_id[33]; /* of the TSM's job, and the name of its proofs */
	char card_no[21];
	enum wire_job_kind kind;
	char state[9];
	uint8_t se_id[16];
	size_t se_id_len;
	ykt_fen most_fen; /* WIRE_JOB_DELETE: no more may be on the card */
	int64_t version;  /* WIRE_JOB_UPDATE: the one that the user agreed to */
	int64_t test;     /* for a person who tests */
	char after[17];   /* the card's state when it is done */
	char back[17];    /* and when it cannot be done; "" leaves it */
	int64_t attempt;  /* the last proof that was begun; 0: none */
	int64_t tries;    /* jobs of the TSM before this one, without an outcome */
	char reason[33];  /* of a job that failed */
	int64_t changed_ms;
};

/*
 * Inside a transaction: adds a job in job->state (CARD_JOB_PROVING or
 * CARD_JOB_ASKED) for job->card_no; job_id, kind, most_fen, after and back are the
 * caller's, the element is that of the card's opening. The caller has put the card
 * into a state in which nothing is loaded on it, in the same transaction, and has
 * its own proof of what is on the card when the job is CARD_JOB_ASKED.
 *
 * YKT_CONFLICT   the card has a live job
 * YKT_NOT_FOUND  the card was never opened in an element
 */
YKT_MUST_USE enum ykt_status card_job_add(
    struct ykt_tx *tx, const struct platform *p, const struct card_job *job, int64_t now_ms);

/* The live job, or the last one, of a card. YKT_NOT_FOUND. */
YKT_MUST_USE enum ykt_status
card_job_live(struct ykt_tx *tx, const char *card_no, struct card_job *ret_job);
YKT_MUST_USE enum ykt_status
card_job_last(struct ykt_tx *tx, const char *card_no, struct card_job *ret_job);

/* The proof holds: from CARD_JOB_PROVING to CARD_JOB_ASKED. YKT_CONFLICT: not proving. */
YKT_MUST_USE enum ykt_status
card_job_proven(struct ykt_tx *tx, const struct card_job *job, int64_t now_ms);
/*
 * The job ends with that row state; the card gets the state that goes with it.
 * YKT_CONFLICT: it is not what *job says any more.
 */
YKT_MUST_USE enum ykt_status card_job_end(struct ykt_tx *tx, const struct card_job *job,
    const char *state, const char *reason, int64_t now_ms);

/*
 * Not wanted any more: the job ends as failed, "cancelled", and the card's state is
 * the caller's. What was started in an element the next job there finds.
 */
YKT_MUST_USE enum ykt_status
card_job_cancel(struct ykt_tx *tx, const struct card_job *job, int64_t now_ms);

/*
 * A live update makes room for what matters more: it leaves the old version or the
 * new one, and may be asked for again. YKT_BLOCKED: the live job is another kind.
 */
YKT_MUST_USE enum ykt_status card_job_yield(struct ykt_tx *tx, const char *card_no, int64_t now_ms);

/*
 * A SERAM session for the card's live job, which is told to the TSM when it is not
 * there yet. ret_job may be NULL.
 *
 * YKT_NOT_FOUND   no such card of the user, or nothing to do on it
 * YKT_E_STATE     its proof is missing
 * YKT_WRONG_CARD  se_id is not the card's element
 * YKT_REFUSED     the TSM is through with it: card_job_check()
 * and of the call
 */
YKT_MUST_USE enum ykt_status card_job_session(struct platform_worker *w, const char *card_no,
    const char *user_id, struct ykt_bytes se_id, int64_t deadline_mono_ms, struct card_job *ret_job,
    uint8_t ret_session[16]);

/*
 * Asks the TSM how the card's live job stands and books what is final; ends a proof
 * that nobody brings. YKT_OK: no live job is left. YKT_PENDING: one is. Or the
 * status of a call.
 */
YKT_MUST_USE enum ykt_status card_job_check(
    struct platform_worker *w, const char *card_no, int64_t now_ms, int64_t deadline_mono_ms);

#endif
