/*
 * What a card says of itself, by commands alone: the tuple that a tear must
 * leave as it was before or as it is after (reliability.md I-3).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_TEAR_STATE_H
#define SIM_TEAR_STATE_H

#include "sim/tear_card.h"

/* One part of the tuple. */
enum tear_part {
	TEAR_PART_REGISTRY, /* card, domains, packages, instances, life cycles */
	TEAR_PART_KEYS,     /* versions, and which keys and sequence numbers answer */
	TEAR_PART_FILES,    /* the FCI, 15, 16, 17, the issuer's own 06, the picture */
	TEAR_PART_BALANCE,  /* every balance, limit and cap */
	TEAR_PART_PROOF,    /* GET TRANSACTION PROOF, each kind, each number so far */
	TEAR_PART_LOG,      /* file 18 */
	TEAR_PART_JOURNEYS, /* file 1A */
	TEAR_PART_TRIPS,    /* file 1E */
	TEAR_PART_COUNTERS, /* both INITIALIZE, then a load and a purchase */
	TEAR_PART_BLOCKED,  /* secure messaging: answers, or is blocked */
	TEAR_PART_PIN,      /* tries left, and which PIN is right */
	TEAR_PART_RULES,    /* access rules, and their tag */
	TEAR_PART_IDENT,    /* public keys and status of the identity application */
	TEAR_PART_COUNT
};

const char *tear_part_name(enum tear_part part);

/* A digest of all answers of each part. */
struct tear_state {
	uint64_t part[TEAR_PART_COUNT];
	bool proof_load;     /* a load after the first is proved: the last one of the scene */
	bool proof_purchase; /* likewise a purchase */
};

/* The transaction that GET TRANSACTION PROOF is asked for, by counters after it. */
#define TEAR_PROOF_LOAD     3
#define TEAR_PROOF_PURCHASE 2

bool tear_state_equal(const struct tear_state *a, const struct tear_state *b);

/*
 * Asks a booted card; its state moves on by that, so a caller asks a copy. The
 * answer of a card that is dead or says 6F00 is a state of its own.
 */
void tear_state_ask(struct tear_card *card, struct tear_state *ret_state);

/* Boots image on bench and asks it. YKT_E_CORRUPT and others: it does not boot. */
YKT_MUST_USE enum ykt_status
tear_state_look(struct tear_card *bench, const uint8_t *image, struct tear_state *ret_state);

#endif
