/*
 * The checker: invariants I-1 to I-15 of the reliability bar, held against the
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

/*
 * Looks at everything. quiescent: faults have stopped and queues are drained,
 * so that what is in flight must be zero too. False: *ret_verdict says what is
 * broken. Keeps the world's past for the next look.
 */
bool checker_look(struct world *world, bool quiescent, struct verdict *ret_verdict);

#endif
