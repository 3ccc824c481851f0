/*
 * Transport cards that the platform did not open, bound by whoever holds them (C5-BND-1).
 *
 * Possession is shown by the card itself: MAC1 of an INITIALIZE FOR LOAD of nothing, under a
 * terminal number of ours that was never used with this card (R2a), checked by the key module
 * under the issuer's roots. From the binding on the card's money is in our books, as much as
 * that MAC1 covers; what it spent before, and after an unbinding, is in those of others (EXT).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CLAIM_H
#define PLATFORM_CLAIM_H

#include "platform/card.h"
#include "wire/claim_msg.h"

#define CLAIM_PROOF_MS  (10 * 60 * 1000) /* a proof is not older than its question by more */
#define CLAIM_WRONG_MAX 20               /* proofs of one user that did not hold, in: */
#define CLAIM_WRONG_MS  (24 * 3600 * 1000)
#define CLAIM_OPEN_MAX  64 /* cards that one user has asked for and not bound */

struct claim {
	char card_no[21];
	char user_id[33];
	char claim_id[33]; /* in the attempts, and the card's order_id when it is bound */
	int64_t attempt;
	int64_t begun_ms; /* of that attempt */
	const struct platform_app *app;
};

/* YKT_NOT_FOUND; YKT_E_CORRUPT: of an application we do not have (any more). */
YKT_MUST_USE enum ykt_status claim_get(struct ykt_tx *tx, const struct platform *p,
    const char *card_no, const char *user_id, struct claim *ret_claim);

/*
 * May the user have this card? YKT_REFUSED with why not in *ret_fault: card_bound (it is his),
 * card_taken, card_locked, card_returned, cards_most (he has as many as fit), too_often.
 */
YKT_MUST_USE enum ykt_status claim_allowed(struct ykt_tx *tx, const struct platform *p,
    const char *card_no, const struct op_call *call, const char **ret_fault);
/* Its token as an answer: too_often 429, the others 409. */
int claim_refuse(struct wire_error *error, const char *fault);

/*
 * Whose books a debit of the card at this offline counter is in: SH of the card, or EXT when
 * it was made before the binding or the card is unbound. The counter is a hint (I-14), and
 * decides no more than which of the two; class and name are static or card_no.
 */
YKT_MUST_USE enum ykt_status claim_books(struct ykt_tx *tx, const char *card_no, int64_t seq,
    const char **ret_class, const char **ret_name);

#endif
