/*
 * Journeys: what the rider does, under faults, and then the rest that follows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_JOURNEY_H
#define SIM_JOURNEY_H

#include "sim/checker.h"

/*
 * Registers, logs in and opens the card, without faults. YKT_OK, or what did
 * not work: the world is of no use then.
 */
YKT_MUST_USE enum ykt_status journey_begin(struct world *world);

/* True when the next journey begins with a top-up: the card is low, or by chance. */
bool journey_tops_up(struct world *world);

/*
 * One journey: the top-up if so said, an entry, an exit, perhaps a bus, uploads,
 * with the faults of world->faults; then faults stop, everything is finished,
 * and the checker looks. False: *ret_verdict says what is broken.
 */
bool journey_run(
    struct world *world, bool top_up, enum checker_depth depth, struct verdict *ret_verdict);

/* What a rider does who wants the card no more, or in another device; here, the same. */
enum journey_leaving { JOURNEY_RETURN, JOURNEY_MOVE };

/*
 * Ends the card's life that way, with the faults of world->faults; then faults
 * stop, everything is finished, and the checker looks at all of it. The rider asks
 * again while the money is on the card. False: as above.
 */
bool journey_leave(struct world *world, enum journey_leaving how, struct verdict *ret_verdict);

/* The card goes as replace.h says, and another comes. False: as above. */
bool journey_replace(struct world *world, struct verdict *ret_verdict);

#endif
