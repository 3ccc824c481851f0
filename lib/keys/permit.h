/*
 * The permit table: at most one live permit a card, decided in one transaction.
 *
 * A permit is the right of one order's attempt to one MAC2 at one value of the
 * card's online counter. It is durable before MAC2 is computed (R2). States:
 * live; dead (its card random was replaced by a later attempt of the order);
 * released (proven unused, the order gave it up); committed (the counter moved).
 * Loads and unloads move the one online counter, so they share this table (I-9).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef KEYS_PERMIT_H
#define KEYS_PERMIT_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/driver/store.h>

#include "card/purse.h"

enum permit_outcome {
	PERMIT_CREDIT,     /* give MAC2 */
	PERMIT_HELD,       /* another order holds this counter */
	PERMIT_COMMITTED,  /* the holder was credited: holder names it */
	PERMIT_NOT_LOADED, /* attestation: the counter did not move */
	PERMIT_CASE        /* a counter that no permit explains */
};

/* What is asked, MAC1 already checked. type is PURSE_TYPE_LOAD or PURSE_TYPE_UNLOAD. */
struct permit_ask {
	uint8_t type;
	const char *card_no;
	const char *order_id;
	int64_t attempt;
	uint16_t counter; /* the card's online counter now */
	uint32_t balance; /* authenticated by MAC1 */
	uint32_t amount;
	uint8_t terminal[PURSE_TERMINAL_LEN];
	uint8_t datetime[PURSE_DATETIME_LEN];
	uint8_t random[PURSE_RANDOM_LEN];
	bool attest;  /* never a MAC2 */
	bool release; /* with attest: give the live permit up */
	int64_t now_ms;
};

struct permit_answer {
	enum permit_outcome outcome;
	char holder[33]; /* HELD, COMMITTED */
	int64_t amount;  /* COMMITTED: what was moved */
};

/* One attempt's permit, for the check of its TAC. */
struct permit_row {
	char card_no[21];
	uint16_t counter;
	uint32_t balance;
	uint32_t amount;
	uint8_t terminal[PURSE_TERMINAL_LEN];
	uint8_t datetime[PURSE_DATETIME_LEN];
	char state[12];
	int64_t alg;
	uint8_t type;
};

/*
 * Decides and records. YKT_OK with an answer; YKT_NOT_FOUND: this module never
 * personalised the card; YKT_MISMATCH: the same attempt and random with other
 * amount, terminal or time, or a random of zeros or of an earlier permit at this
 * counter (I-5); YKT_BLOCKED: too many wrong MAC1; or what the
 * store said.
 */
YKT_MUST_USE enum ykt_status permit_decide(
    const struct ykt_store *store, const struct permit_ask *ask, struct permit_answer *ret_answer);

/* Counts a wrong MAC1. YKT_NOT_FOUND, YKT_BLOCKED as above. */
YKT_MUST_USE enum ykt_status permit_mac1_wrong(const struct ykt_store *store, const char *card_no);

/*
 * A card shows that it is at hand (MAC1 over a terminal number of the platform's own, checked
 * already) and is taken in: from here on its loads are permitted here, from the counter that it
 * shows. ask is for proof only (attest, amount 0). A card that was taken in before may have
 * been loaded elsewhere since; one that was personalised here may not.
 *
 * YKT_OK with PERMIT_NOT_LOADED, PERMIT_HELD (a load of it is under way) or PERMIT_CASE (its
 * counter is none that it can have); YKT_BLOCKED: too many wrong MAC1; YKT_MISMATCH: a random
 * of zeros
 */
YKT_MUST_USE enum ykt_status permit_claim(const struct ykt_store *store,
    const struct permit_ask *ask, int64_t alg, struct permit_answer *ret_answer);
/* Counts a wrong MAC1 of any card, known or not. YKT_BLOCKED. */
YKT_MUST_USE enum ykt_status permit_claim_wrong(const struct ykt_store *store, const char *card_no);

/* YKT_NOT_FOUND: this attempt never got a permit. */
YKT_MUST_USE enum ykt_status permit_find(const struct ykt_store *store, const char *order_id,
    int64_t attempt, struct permit_row *ret_row);

/*
 * A good TAC came for the attempt. YKT_OK also when it was committed before;
 * YKT_DISPUTED: the permit is dead or released, so the card did what its proof
 * said it had not.
 */
YKT_MUST_USE enum ykt_status
permit_commit(const struct ykt_store *store, const char *order_id, int64_t attempt);

/*
 * Notes that card_no was given keys in element se_id. YKT_OK when it already
 * was in that element; YKT_CONFLICT: it is in another (I-26).
 */
YKT_MUST_USE enum ykt_status permit_card_add(const struct ykt_store *store, const char *card_no,
    struct ykt_bytes se_id, int64_t alg, int64_t now_ms);

#endif
