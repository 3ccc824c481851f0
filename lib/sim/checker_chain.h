/*
 * I-16 and I-17, computed once more: the balance chain of each card and the numbers that are
 * missing, from the rides in the books and the card's own log.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_CHECKER_CHAIN_H
#define SIM_CHECKER_CHAIN_H

#include "sim/checker.h"

/*
 * Of each platform, at rest: a card's ride left the balance that the next one found, but for
 * what the card's log has between them, or there is a case, and no case else; numbers that
 * are missing from a card's rides or a terminal's records are listed, each since it is
 * missing, and no others; a card that misses one for longer than a week, or a terminal for longer than a day, is an
 * open case; a record of a PSAM that was stopped is a case, and no other is. False: *verdict says what
 * is broken.
 */
bool checker_chain(struct world *world, struct verdict *verdict);

#endif
