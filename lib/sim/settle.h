/*
 * Coming to rest: faults have stopped, everything that was begun is finished.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_SETTLE_H
#define SIM_SETTLE_H

#include "sim/checker.h"

/* False: something did not end in its time (I-24), *verdict says what. */
bool settle(struct world *world, struct verdict *verdict);

#endif
