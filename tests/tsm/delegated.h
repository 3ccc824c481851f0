/*
 * A city whose domain manages by delegation, and a way to the key module that does to its
 * tokens and receipts what it is told to.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_TSM_DELEGATED_H
#define TESTS_TSM_DELEGATED_H

#include "support.h"

enum way { HONEST, SPOILS, DROPS, REFUSES, DENIES_RECEIPT };

/* One at a time; it begins HONEST. */
struct world *world_delegated(bool delegated);
struct world *world_with_way(void);
void world_way(enum way way);
/* Byte off of the first element's home. */
const uint8_t *home(struct world *world, uint32_t off);

#endif
