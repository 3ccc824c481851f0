/*
 * The scheduler: a binary heap of wake-ups over fibers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/sched.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/fiber.h"

#define SCHED_HEAP_MAX 65536u

struct sched_task {
	struct fiber *fiber;
	struct sched_node *node;
	uint32_t epoch;
	uint64_t ticket; /* the wake-up that counts; older ones are stale */
	sched_fn *fn;
	void *arg;
	struct sched_task *next_free;
	struct sched_task *next_all;
};

struct wakeup {
	int64_t at;
	uint64_t order; /* also the ticket of the task it wakes */
	struct sched_task *task;
};

struct sched {
	struct fiber_pool *pool;
	int64_t now;
	int64_t start_wall_ms;
	uint64_t next_order;
	struct wakeup *heap;
	size_t heap_len;
	struct sched_task *current;
	struct sched_task *free_tasks;
	struct sched_task *all_tasks;
};

enum ykt_status
sched_new(int64_t start_wall_ms, struct sched **ret_sched)
{
	struct sched *sched = calloc(1, sizeof(*sched));
	enum ykt_status status = YKT_E_NOMEM;

	if (sched == NULL)
		return YKT_E_NOMEM;
	sched->heap = calloc(SCHED_HEAP_MAX, sizeof(*sched->heap));
	sched->start_wall_ms = start_wall_ms;
	if (sched->heap == NULL)
		goto out;
	status = fiber_pool_new(&sched->pool);
	if (status != YKT_OK)
		goto out;
	*ret_sched = sched;
	sched = NULL;
out:
	sched_free(&sched);
	return status;
}

void
sched_free(struct sched **sched)
{
	if (sched == NULL || *sched == NULL)
		return;
	while ((*sched)->all_tasks != NULL) {
		struct sched_task *task = (*sched)->all_tasks;

		(*sched)->all_tasks = task->next_all;
		free(task);
	}
	fiber_pool_free(&(*sched)->pool);
	free((*sched)->heap);
	free(*sched);
	*sched = NULL;
}

int64_t
sched_mono(const struct sched *sched)
{
	return sched->now;
}

int64_t
sched_wall(const struct sched *sched)
{
	return sched->start_wall_ms + sched->now;
}

static bool
sooner(const struct wakeup *a, const struct wakeup *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void
heap_push(struct sched *sched, struct wakeup wakeup)
{
	size_t i = sched->heap_len++;

	assert(sched->heap_len <= SCHED_HEAP_MAX);
	while (i > 0 && sooner(&wakeup, &sched->heap[(i - 1) / 2])) {
		sched->heap[i] = sched->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	sched->heap[i] = wakeup;
}

static struct wakeup
heap_pop(struct sched *sched)
{
	struct wakeup top = sched->heap[0];
	struct wakeup last = sched->heap[--sched->heap_len];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= sched->heap_len)
			break;
		if (child + 1 < sched->heap_len &&
		    sooner(&sched->heap[child + 1], &sched->heap[child]))
			child++;
		if (!sooner(&sched->heap[child], &last))
			break;
		sched->heap[i] = sched->heap[child];
		i = child;
	}
	sched->heap[i] = last;
	return top;
}

/* The latest wake-up asked for is the only one that counts. */
static void
wake_at(struct sched *sched, struct sched_task *task, int64_t at)
{
	task->ticket = ++sched->next_order;
	heap_push(sched,
	    (struct wakeup){
		.at = at < sched->now ? sched->now : at, .order = task->ticket, .task = task });
}

static struct sched_task *
task_get(struct sched *sched)
{
	struct sched_task *task = sched->free_tasks;

	if (task != NULL) {
		sched->free_tasks = task->next_free;
		return task;
	}
	task = calloc(1, sizeof(*task));
	if (task != NULL) {
		task->next_all = sched->all_tasks;
		sched->all_tasks = task;
	}
	return task;
}

static void
task_main(void *arg)
{
	struct sched_task *task = arg;

	task->fn(task->arg);
}

enum ykt_status
sched_spawn(struct sched *sched, struct sched_node *node, int64_t delay_ms, sched_fn *fn, void *arg)
{
	struct sched_task *task = task_get(sched);
	enum ykt_status status;

	if (task == NULL)
		return YKT_E_NOMEM;
	task->fn = fn;
	task->arg = arg;
	status = fiber_start(sched->pool, task_main, task, &task->fiber);
	if (status != YKT_OK) {
		task->next_free = sched->free_tasks;
		sched->free_tasks = task;
		return status;
	}
	task->node = node;
	task->epoch = node->epoch;
	node->sched = sched;
	node->tasks++;
	wake_at(sched, task, sched->now + delay_ms);
	return YKT_OK;
}

static void
run_task(struct sched *sched, struct sched_task *task)
{
	sched->current = task;
	if (fiber_switch_in(sched->pool, task->fiber)) {
		task->node->tasks--;
		task->ticket = 0;
		task->fiber = NULL;
		task->next_free = sched->free_tasks;
		sched->free_tasks = task;
	}
	sched->current = NULL;
}

void
sched_run(struct sched *sched, int64_t until_mono_ms)
{
	assert(sched->current == NULL);
	while (sched->heap_len > 0 && sched->heap[0].at <= until_mono_ms) {
		struct wakeup wakeup = heap_pop(sched);

		if (wakeup.task->ticket != wakeup.order)
			continue;
		sched->now = wakeup.at;
		run_task(sched, wakeup.task);
	}
}

enum ykt_status
sched_alive(struct sched *sched)
{
	assert(sched->current != NULL);
	return sched->current->epoch == sched->current->node->epoch ? YKT_OK : YKT_E_DOWN;
}

enum ykt_status
sched_sleep_until(struct sched *sched, int64_t mono_ms)
{
	if (sched_alive(sched) != YKT_OK)
		return YKT_E_DOWN;
	wake_at(sched, sched->current, mono_ms);
	fiber_switch_out(sched->pool);
	return sched_alive(sched);
}

void
sched_nap(struct sched *sched, int64_t ms, const bool *stop)
{
	int64_t until = sched->now + ms;

	/* A crash wakes its node's waiters early; a nap goes on. */
	while (sched->now < until && !*stop) {
		wake_at(sched, sched->current, until);
		fiber_switch_out(sched->pool);
	}
}

struct sched_task *
sched_self(const struct sched *sched)
{
	return sched->current;
}

void
sched_wake(struct sched *sched, struct sched_task *task)
{
	if (task != sched->current)
		wake_at(sched, task, sched->now);
}

void
sched_rejoin(struct sched *sched)
{
	sched->current->epoch = sched->current->node->epoch;
}

enum ykt_status
sched_yield_now(struct sched *sched)
{
	return sched_sleep_until(sched, sched->now);
}

bool
sched_signal_wait(struct sched *sched, struct sched_signal *signal, int64_t until_mono_ms)
{
	if (sched_alive(sched) != YKT_OK)
		return false;
	if (!signal->set) {
		assert(signal->waiter == NULL);
		signal->waiter = sched->current;
		wake_at(sched, sched->current, until_mono_ms);
		fiber_switch_out(sched->pool);
		signal->waiter = NULL;
	}
	return signal->set && sched_alive(sched) == YKT_OK;
}

void
sched_signal_set(struct sched *sched, struct sched_signal *signal)
{
	signal->set = true;
	if (signal->waiter != NULL)
		wake_at(sched, signal->waiter, sched->now);
}

void
sched_crash(struct sched_node *node)
{
	struct sched *sched = node->sched;

	node->epoch++;
	node->down = true;
	if (sched == NULL)
		return;
	/* Those that wait learn it now, not when their wait would have ended. */
	for (struct sched_task *task = sched->all_tasks; task != NULL; task = task->next_all) {
		if (task->fiber != NULL && task->node == node && task != sched->current)
			wake_at(sched, task, sched->now);
	}
}

struct sched_node *
sched_node_current(const struct sched *sched)
{
	return sched->current == NULL ? NULL : sched->current->node;
}

static int64_t
clock_wall(void *ctx)
{
	const struct sched_node *node = ctx;

	return sched_wall(node->sched) + node->wall_off_ms;
}

static int64_t
clock_mono(void *ctx)
{
	const struct sched_node *node = ctx;

	return sched_mono(node->sched);
}

static enum ykt_status
clock_wait(void *ctx, int64_t until_mono_ms)
{
	const struct sched_node *node = ctx;

	return sched_sleep_until(node->sched, until_mono_ms);
}

void
sched_clock_init(struct ykt_clock *clock, struct sched_node *node)
{
	*clock = (struct ykt_clock){
		.ctx = node, .wall_ms = clock_wall, .mono_ms = clock_mono, .wait = clock_wait
	};
}
