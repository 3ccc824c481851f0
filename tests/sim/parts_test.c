/*
 * The simulator's parts: time, fibers, streams, faults.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <string.h>

#include "sim/faults.h"
#include "sim/sched.h"

static struct sched *sched;
static struct sched_node node;
static int64_t seen[8];
static size_t seen_count;

static int
setup(void **state)
{
	(void)state;
	memset(&node, 0, sizeof(node));
	node.name = "node";
	seen_count = 0;
	return sched_new(1000, &sched) == YKT_OK ? 0 : 1;
}

static int
teardown(void **state)
{
	(void)state;
	sched_free(&sched);
	return 0;
}

static void
sleeper(void *arg)
{
	if (sched_sleep_until(sched, *(const int64_t *)arg) == YKT_OK)
		seen[seen_count++] = sched_mono(sched);
	else
		seen[seen_count++] = -1;
}

static void
wakes_in_order_of_time(void **state)
{
	static const int64_t at[] = { 30, 10, 20 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_status(
		    sched_spawn(sched, &node, 0, sleeper, (void *)(uintptr_t)&at[i]), YKT_OK);
	sched_run(sched, 1000);
	assert_int_equal(seen_count, 3);
	assert_int_equal(seen[0], 10);
	assert_int_equal(seen[1], 20);
	assert_int_equal(seen[2], 30);
	assert_int_equal(node.tasks, 0);
}

static void
killer(void *arg)
{
	(void)arg;
	if (sched_sleep_until(sched, 5) == YKT_OK)
		sched_crash(&node);
}

static void
a_crash_wakes_and_tells(void **state)
{
	static const int64_t late = 100000;
	struct sched_node other = { .name = "other" };

	(void)state;
	assert_status(sched_spawn(sched, &node, 0, sleeper, (void *)(uintptr_t)&late), YKT_OK);
	assert_status(sched_spawn(sched, &other, 0, killer, NULL), YKT_OK);
	sched_run(sched, 50);
	assert_int_equal(seen_count, 1);
	assert_int_equal(seen[0], -1);
	assert_true(node.down);
	assert_int_equal(node.tasks, 0);
}

static struct sched_signal signal_;

static void
waiter(void *arg)
{
	seen[seen_count++] = sched_signal_wait(sched, &signal_, *(const int64_t *)arg);
}

static void
setter(void *arg)
{
	(void)arg;
	if (sched_sleep_until(sched, 40) == YKT_OK)
		sched_signal_set(sched, &signal_);
}

static void
a_signal_or_its_deadline(void **state)
{
	static const int64_t before = 30;
	static const int64_t after = 50;

	(void)state;
	signal_ = (struct sched_signal){ .set = false };
	assert_status(sched_spawn(sched, &node, 0, waiter, (void *)(uintptr_t)&before), YKT_OK);
	sched_run(sched, 1000);
	assert_status(sched_spawn(sched, &node, 0, setter, NULL), YKT_OK);
	assert_status(sched_spawn(sched, &node, 0, waiter, (void *)(uintptr_t)&after), YKT_OK);
	sched_run(sched, 2000);
	assert_int_equal(seen[0], false);
	assert_int_equal(seen[1], true);
}

static void
streams_repeat_and_differ(void **state)
{
	struct rng a = rng_stream(7, 1);
	struct rng b = rng_stream(7, 1);
	struct rng c = rng_stream(7, 2);
	struct rng d = rng_stream(8, 1);
	uint64_t first = rng_next(&a);

	(void)state;
	assert_true(first == rng_next(&b));
	assert_true(first != rng_next(&c));
	assert_true(first != rng_next(&d));
	for (unsigned i = 0; i < 1000; i++)
		assert_true(rng_below(&a, 7) < 7);
}

static void
a_fault_strikes_once_at_its_passage(void **state)
{
	uint64_t fired[FAULT_KIND_COUNT] = { 0 };
	struct faults faults = { .count = 1, .fired = fired, .armed = true };

	(void)state;
	faults.list[0] = (struct fault){ .site = SITE_NVM, .kind = FAULT_TEAR, .nth = 2 };
	assert_null(faults_pass(&faults, SITE_NVM));
	assert_null(faults_pass(&faults, SITE_FILE));
	assert_null(faults_pass(&faults, SITE_NVM));
	assert_non_null(faults_pass(&faults, SITE_NVM));
	assert_null(faults_pass(&faults, SITE_NVM));
	assert_int_equal(fired[FAULT_TEAR], 1);
	faults.armed = false;
	assert_null(faults_pass(&faults, SITE_NVM));
}

/* At least 80 % of the journeys have a fault in their list, 30 % two (4.4). */
static void
faults_are_drawn_often_enough(void **state)
{
	unsigned one = 0;
	unsigned two = 0;

	(void)state;
	for (uint64_t i = 0; i < 2000; i++) {
		struct rng rng = rng_stream(i, 3);
		struct faults faults;

		faults_draw(&faults, &rng, i % 2 == 0, NULL);
		assert_true(faults.count <= FAULTS_MAX);
		one += faults.count > 0;
		two += faults.count > 1;
	}
	assert_true(one >= 1600);
	assert_true(two >= 600);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(wakes_in_order_of_time),
		T(a_crash_wakes_and_tells),
		T(a_signal_or_its_deadline),
		T(streams_repeat_and_differ),
		T(a_fault_strikes_once_at_its_passage),
		T(faults_are_drawn_often_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
