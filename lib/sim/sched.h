/*
 * The scheduler: virtual time, nodes that can crash, and the fibers on them.
 *
 * One thread, one queue of (time, order of arrival). Same inputs, same order.
 * A node's crash makes every port call of its fibers return YKT_E_DOWN; their
 * flows unwind by themselves, and the owner rebuilds the node from its durable
 * bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SIM_SCHED_H
#define SIM_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include <ykt/driver/clock.h>
#include <ykt/status.h>

struct sched;
struct sched_task;

/* A machine that can die. Owned by the world; zero-initialised, then named. */
struct sched_node {
	const char *name;
	struct sched *sched;
	uint32_t epoch;      /* moves at each crash */
	unsigned tasks;      /* fibers of any epoch that have not ended */
	int64_t wall_off_ms; /* this node's wall clock against virtual time */
	bool down;           /* refuses connections */
};

typedef void sched_fn(void *arg);

YKT_MUST_USE enum ykt_status sched_new(int64_t start_wall_ms, struct sched **ret_sched);
/* Accepts NULL in it. Every task must have ended. */
void sched_free(struct sched **sched);

/* Virtual monotonic time, and the wall time that belongs to it. */
int64_t sched_mono(const struct sched *sched);
int64_t sched_wall(const struct sched *sched);

/* Starts fn(arg) on node, at delay_ms from now. YKT_E_NOMEM. */
YKT_MUST_USE enum ykt_status sched_spawn(
    struct sched *sched, struct sched_node *node, int64_t delay_ms, sched_fn *fn, void *arg);

/* Runs until nothing is left to run, or virtual time passes until_mono_ms. */
void sched_run(struct sched *sched, int64_t until_mono_ms);

/* Inside a task. The current task's node died: YKT_E_DOWN from all of these. */
YKT_MUST_USE enum ykt_status sched_alive(struct sched *sched);
YKT_MUST_USE enum ykt_status sched_yield_now(struct sched *sched);
YKT_MUST_USE enum ykt_status sched_sleep_until(struct sched *sched, int64_t mono_ms);

/*
 * For a node's supervisor, which outlives crashes: sleeps in no epoch until the
 * time has passed or *stop is true, and joins the node's present epoch again.
 */
void sched_nap(struct sched *sched, int64_t ms, const bool *stop);
void sched_rejoin(struct sched *sched);
/* The running task, and a way to have another one look at its *stop now. */
struct sched_task *sched_self(const struct sched *sched);
void sched_wake(struct sched *sched, struct sched_task *task);

/*
 * A one-shot signal. wait returns true when it was set, false at the deadline
 * or when the waiter's node died meanwhile. At most one task waits for it.
 */
struct sched_signal {
	struct sched_task *waiter;
	bool set;
};
bool sched_signal_wait(struct sched *sched, struct sched_signal *signal, int64_t until_mono_ms);
void sched_signal_set(struct sched *sched, struct sched_signal *signal);

/* All of the node's running tasks belong to the past from now on. */
void sched_crash(struct sched_node *node);
/* The node of the running task; NULL in the scheduler. */
struct sched_node *sched_node_current(const struct sched *sched);

/* The clock port of a node. The table lives as long as clock does. */
void sched_clock_init(struct ykt_clock *clock, struct sched_node *node);

#endif
