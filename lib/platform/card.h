/*
 * Cards that this city issued, as the issuer's books know them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CARD_H
#define PLATFORM_CARD_H

#include "platform/room.h"

/* States of a card row. */
#define CARD_OPENING "opening"
#define CARD_ACTIVE  "active"
#define CARD_VOID    "void" /* its opening failed for good */
/* It is being taken out of its element, and nothing is loaded on it; it is out of it. */
#define CARD_DELETING "deleting"
#define CARD_DELETED  "deleted"
#define CARD_LEAVING  "leaving" /* it is being emptied: nothing is loaded any more */
#define CARD_EMPTY    "empty"   /* it was; its application may go */
#define CARD_UNBOUND  "unbound" /* it was bound (claim.h), and is nobody's here */
/*
 * Gates refuse it and nothing is loaded on it. Locking: its element does not know
 * yet; unlocking: its element does not know yet either.
 */
#define CARD_LOCKING   "locking"
#define CARD_LOCKED    "locked"
#define CARD_UNLOCKING "unlocking"

struct card {
	char card_no[21];
	char user_id[33]; /* "" of one that is unbound */
	char state[17];
	bool bound;                     /* not opened here, but bound by its holder (claim.h) */
	const struct platform_app *app; /* of our list, never NULL */
};

/* YKT_NOT_FOUND. YKT_E_CORRUPT: of an application we do not have (any more). */
YKT_MUST_USE enum ykt_status
card_get(struct ykt_tx *tx, const struct platform *p, const char *card_no, struct card *ret_card);
/* The same of the user's own cards; another's is YKT_NOT_FOUND. */
YKT_MUST_USE enum ykt_status card_find(
    struct platform_worker *w, const char *card_no, const char *user_id, struct card *ret_card);

/* Inserts a card in state opening with the next number of the IIN. */
YKT_MUST_USE enum ykt_status card_open(struct ykt_tx *tx, const struct platform_app *app,
    const char *user_id, const char *order_id, int64_t now_ms, char ret_card_no[21]);
YKT_MUST_USE enum ykt_status
card_state_set(struct ykt_tx *tx, const char *card_no, const char *state);

/* YKT_OVER_LIMIT: the account has as many cards as one answer can list. */
YKT_MUST_USE enum ykt_status card_room_for_one(struct ykt_tx *tx, const char *user_id);

/*
 * May this order be loaded on its card: own, active, and the shadow balance
 * with every unfinished load stays within the cap (I-2)?
 *
 * YKT_NOT_FOUND, YKT_BLOCKED (not active), YKT_OVER_LIMIT with the limit
 */
YKT_MUST_USE enum ykt_status card_may_load(struct ykt_tx *tx, const struct platform *p,
    const char *user_id, const struct order *order, ykt_fen *ret_limit);

/* 19-digit number: IIN, sequence, check digit (ISO/IEC 7812-1 annex B), after a 0. */
void card_number(const char *iin, int64_t seq, char ret_card_no[21]);

#endif
