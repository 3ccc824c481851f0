/*
 * A card's end and the next one's beginning, in the middle of a world: the rider deletes a
 * card that is empty, or gives one back that is not, and opens another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_REPLACE_H
#define SIM_REPLACE_H

#include "sim/checker.h"

/*
 * The faults of world->faults strike the first try of each wish; between the two the books
 * are looked at without a card. Runs on the driver.
 *
 * False: *ret_verdict says what is broken: a card that goes with money on it or never goes,
 * one that never comes, books that do not agree.
 */
bool replace_card(struct world *world, struct verdict *ret_verdict);

#endif
