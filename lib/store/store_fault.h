/*
 * A store port around another that fails as told: for the simulator and tests.
 *
 * Before each run the owner is asked what shall happen. Nothing here is
 * random and nothing allocates.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef STORE_STORE_FAULT_H
#define STORE_STORE_FAULT_H

#include <ykt/driver/store.h>

enum store_fault_kind {
	STORE_FAULT_NONE,   /* pass */
	STORE_FAULT_BEFORE, /* fn is not run: YKT_E_STORE */
	STORE_FAULT_DONE,   /* committed, yet answered YKT_E_STORE_UNKNOWN */
	STORE_FAULT_LOST,   /* fn ran, rolled back: YKT_E_STORE_UNKNOWN */
	STORE_FAULT_RERUN,  /* fn runs, is rolled back, runs again */
	STORE_FAULT_DOWN,   /* fn is not run: YKT_E_DOWN */
	STORE_FAULT_QUERY,  /* query number `query` of fn answers YKT_E_STORE */
	STORE_FAULT_KIND_COUNT
};

struct store_fault_plan {
	enum store_fault_kind kind;
	unsigned query; /* 1 is the first; STORE_FAULT_QUERY only */
};

/* Asked once before each run(). */
typedef struct store_fault_plan store_fault_choose(void *arg);

struct store_fault {
	struct ykt_store port; /* hand this to the room under test */
	const struct ykt_store *inner;
	store_fault_choose *choose;
	void *arg;
	/* How often each kind really fired; QUERY counts when the query was reached. */
	uint64_t fired[STORE_FAULT_KIND_COUNT];
};

/* inner and arg are borrowed. fault must not move afterwards. */
void store_fault_init(struct store_fault *fault, const struct ykt_store *inner,
    store_fault_choose *choose, void *arg);

#endif
