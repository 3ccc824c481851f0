/*
 * The life of the card's application in the middle of everything else: the rider
 * locks and unlocks the card, or has it updated to a version that was published.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_MANAGE_H
#define SIM_MANAGE_H

#include "sim/checker.h"

/*
 * One of both, by the world's own choice, with the faults of world->faults at the
 * first try of each wish; the rider asks again until it is so. Nothing else of the
 * journey may come behind it. Runs on the driver.
 *
 * False: *ret_verdict says what is broken: a wish that never comes true, a version
 * that is not on the card.
 */
bool manage_card(struct world *world, struct verdict *ret_verdict);

/*
 * The phone leaves the field of a gate that did not finish, and is switched off and
 * on: what a memory did not take is no longer in its way (settle.c).
 */
void manage_start_over(struct world *world);

#endif
