/*
 * Load attempts and what the key module decides about them (R2, R2a).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_PERMIT_H
#define PLATFORM_PERMIT_H

#include "platform/card.h"
#include "platform/room.h"

/* What an attempt's INITIALIZE is for; an attempt serves one purpose, once. */
#define ATTEMPT_LOAD    "load"    /* asks for a MAC2 */
#define ATTEMPT_ATTEST  "attest"  /* proof only */
#define ATTEMPT_RELEASE "release" /* proof, and the permit is given up */

/* Results of an attempt besides those of the key module; "" is not known yet. */
#define ATTEMPT_CREDIT "credit"

struct attempt {
	char order_id[33];
	int64_t attempt;
	char card_no[21];
	uint8_t terminal[6];
	char purpose[9]; /* "" until an INITIALIZE came */
	uint8_t init[16];
	size_t init_len;
	uint8_t datetime[7];
	size_t datetime_len;
	char result[17];
	uint8_t mac2[4];
	size_t mac2_len;
};

/* A new attempt under this number. YKT_CONFLICT: the terminal number was used before. */
YKT_MUST_USE enum ykt_status attempt_add(struct ykt_tx *tx, const char *order_id, int64_t attempt,
    const char *card_no, const uint8_t terminal[6]);
/* YKT_NOT_FOUND. */
YKT_MUST_USE enum ykt_status
attempt_get(struct ykt_tx *tx, const char *order_id, int64_t attempt, struct attempt *ret_attempt);

/*
 * Binds the attempt to one INITIALIZE answer and purpose. An equal repeat is
 * YKT_OK and takes what is stored; YKT_MISMATCH: it has served another.
 * YKT_EXPIRED: a later attempt was begun, this one proves nothing any more.
 */
YKT_MUST_USE enum ykt_status
attempt_bind(struct ykt_tx *tx, const struct order *order, int64_t attempt, const char *purpose,
    const uint8_t init[16], const uint8_t datetime[7], struct attempt *ret_attempt);

YKT_MUST_USE enum ykt_status attempt_result(
    struct ykt_tx *tx, const struct attempt *attempt, const char *result, const uint8_t *mac2);

/* Did, or may, any attempt of the order get a MAC2? */
YKT_MUST_USE enum ykt_status
attempt_given(struct ykt_tx *tx, const char *order_id, bool *ret_given);

/* One exchange with the key module, and what it means for the order. */
struct permit_ask {
	const struct order *order;
	const struct attempt *attempt;
	const struct platform_app *app; /* of the card */
	bool unload;                    /* order is none, but an unload in its form */
	int64_t now_ms;
	int64_t deadline_mono_ms;
};

enum permit_outcome {
	PERMIT_CREDIT,     /* the attempt has its MAC2 */
	PERMIT_LOADED,     /* the card had it already; the order is booked as loaded */
	PERMIT_NOT_LOADED, /* proven; with ATTEMPT_RELEASE the permit is gone */
	PERMIT_HELD,       /* another order's load stands in the way */
	PERMIT_MAC1,       /* the card's answer is not over these values */
	PERMIT_CASE,       /* nobody can explain it; the order is a case */
};

struct permit_answer {
	enum permit_outcome outcome;
	uint8_t mac2[4];
	char holder[33];     /* PERMIT_HELD */
	ykt_fen balance_fen; /* what MAC1 covers, with the overdraft limit; -1: not told */
};

/*
 * Asks until the answer is about this order: other orders that turn out to be
 * committed are booked on the way. What comes is durable before it returns.
 *
 * A proof may stand alone: order is then no row, and its id that of whatever the
 * proof is for; its amount is 0 and the attempt's purpose ATTEMPT_ATTEST.
 *
 * Or the status of the call or of the database: ask again, same attempt.
 */
YKT_MUST_USE enum ykt_status permit_run(
    struct platform_worker *w, const struct permit_ask *ask, struct permit_answer *ret_answer);

/*
 * Inside a transaction: the card has the money of this order. loading becomes
 * loaded with its posting; loaded stays. From any other state a case is opened
 * and nothing is posted.
 */
YKT_MUST_USE enum ykt_status
load_book(struct ykt_tx *tx, struct platform_worker *w, const char *order_id, int64_t now_ms);

#endif
