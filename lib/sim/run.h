/*
 * A run: many worlds, each with some journeys, each journey with its faults.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include "sim/checker.h"

#define RUN_WORLD_JOURNEYS 200 /* then a new world is built */
/* Journeys between two looks at the books' sums, and at their every row. */
#define RUN_SUMS_EVERY 10
#define RUN_DEEP_EVERY 50

/* What became of one world. Plain bytes: it crosses a process boundary. */
struct run_world {
	uint64_t hash;
	uint32_t journeys;
	uint64_t fired[FAULT_KIND_COUNT];
	uint32_t crashes; /* of any node */
	uint32_t loads;   /* committed on cards */
	uint32_t debits;  /* likewise */
	uint32_t opened;  /* gates */
	uint32_t recovered;
	uint32_t refunds; /* asked for by riders */
	uint32_t with_fault;
	uint32_t with_two;
	bool done;
	bool broken;
	char invariant[8];
	char text[VERDICT_TEXT_MAX];
	uint32_t journey;     /* the broken one */
	struct faults faults; /* its faults */
};

/* Which faults of one journey to leave out, for shrinking. */
struct run_skip {
	uint32_t journey;
	uint32_t mask; /* bit i: entry i of its list */
	bool deep;     /* look at every row after every journey */
};

/*
 * Builds world number `number` of seed and runs its journeys until one is
 * broken. on_journey (may be NULL) is called after each.
 */
void run_world(uint64_t seed, uint32_t number, uint32_t journeys, const struct run_skip *skip,
    void (*on_journey)(void *arg), void *arg, struct run_world *ret_world);

/*
 * Leaves out every fault of the broken journey that it does not need to break
 * the same invariant; *world is then the smaller case.
 */
void run_shrink(uint64_t seed, uint32_t number, struct run_world *world);

#endif
