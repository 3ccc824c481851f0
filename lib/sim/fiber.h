/*
 * Fibers: stacks that take turns in one thread.
 *
 * A fiber runs until it calls fiber_switch_out(); nothing pre-empts it. Stacks
 * are reused, so that starting one costs about a function call.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_FIBER_H
#define SIM_FIBER_H

#include <stdbool.h>
#include <stddef.h>

#include <ykt/status.h>

struct fiber;
struct fiber_pool;

typedef void fiber_fn(void *arg);

/* YKT_E_NOMEM. The pool belongs to the thread that made it. */
YKT_MUST_USE enum ykt_status fiber_pool_new(struct fiber_pool **ret_pool);
/* Accepts NULL in it. No fiber may be alive. */
void fiber_pool_free(struct fiber_pool **pool);

/* A fiber that will run fn(arg) at the first switch to it. YKT_E_NOMEM. */
YKT_MUST_USE enum ykt_status
fiber_start(struct fiber_pool *pool, fiber_fn *fn, void *arg, struct fiber **ret_fiber);

/*
 * Runs fiber until it switches out or ends. True when it ended; its stack is
 * back in the pool then and the handle is void. Called from the scheduler only.
 */
bool fiber_switch_in(struct fiber_pool *pool, struct fiber *fiber);

/* Gives the turn back to the scheduler. Called from inside a fiber only. */
void fiber_switch_out(struct fiber_pool *pool);

/* The running fiber, NULL in the scheduler. */
struct fiber *fiber_current(const struct fiber_pool *pool);

#endif
