/*
 * The checker: invariants I-1 to I-17 of the reliability bar, held against the
 * true card (oracle) and the books (SQL). Separate code from the product: it
 * calls no function of platform, keys or psp.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_CHECKER_H
#define SIM_CHECKER_H

#include "sim/world.h"

#define VERDICT_TEXT_MAX 200

struct verdict {
	const char *invariant; /* "I-7", NULL while nothing is broken */
	char text[VERDICT_TEXT_MAX];
};

/* How much of the books to read: whole tables cost, so not at every journey. */
enum checker_depth { CHECKER_CARD, CHECKER_SUMS, CHECKER_ALL };

/*
 * Looks, when faults have stopped and queues are drained. CHECKER_CARD: the true
 * card against its own history. CHECKER_SUMS: every sum that must agree with it
 * too. CHECKER_ALL: each rule over each row as
 * well. False: *ret_verdict says what is broken. Keeps the world's past for the
 * next look.
 */
bool checker_look(struct world *world, enum checker_depth depth, struct verdict *ret_verdict);

/*
 * For the moment before a DELETE reaches the element: takes the card's history
 * down, which nobody can read afterwards, and whether there is money on it.
 */
void checker_farewell(struct world *world);

#endif
