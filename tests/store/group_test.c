/*
 * Group commit: functions that wait together share one COMMIT, and none of
 * them suffers from another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>

#include "store_help.h"

#define CALLERS 12

/* Holds the writer until told, so that a batch gathers behind it. */
struct gate {
	sem_t entered;
	sem_t go;
};

struct caller {
	pthread_t thread;
	const struct ykt_store *store;
	ykt_store_fn *fn;
	int64_t id;
	struct gate *gate;
	enum ykt_status status;
};

static enum ykt_status
gate_fn(struct ykt_tx *tx, void *arg)
{
	struct caller *caller = arg;

	(void)tx;
	(void)sem_post(&caller->gate->entered);
	(void)sem_wait(&caller->gate->go);
	return help_insert(tx, &caller->id);
}

static void *
caller_main(void *arg)
{
	struct caller *caller = arg;
	void *fn_arg = caller->gate != NULL ? arg : (void *)&caller->id;

	caller->status = ykt_store_run(caller->store, caller->fn, fn_arg);
	return NULL;
}

static void
caller_start(struct caller *caller, const struct ykt_store *store, ykt_store_fn *fn, int64_t id)
{
	caller->store = store;
	caller->fn = fn;
	caller->id = id;
	assert_int_equal(pthread_create(&caller->thread, NULL, caller_main, caller), 0);
}

/* The writer is inside a function when this returns. */
static void
gate_close(struct gate *gate, struct caller *caller, const struct ykt_store *store)
{
	(void)sem_init(&gate->entered, 0, 0);
	(void)sem_init(&gate->go, 0, 0);
	caller->gate = gate;
	caller_start(caller, store, gate_fn, 1000);
	(void)sem_wait(&gate->entered);
}

static void
pause_ms(long ms)
{
	const struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&ts, NULL);
}

static void
join_all(struct caller *callers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		(void)pthread_join(callers[i].thread, NULL);
}

static void
test_callers_that_wait_share_one_commit(void **state)
{
	struct store_sqlite *store = help_open(":memory:", true);
	const struct ykt_store *port = store_sqlite_port(store);
	struct store_sqlite_counters before = store_sqlite_counters(store);
	struct store_sqlite_counters after;
	struct caller callers[CALLERS + 1] = { 0 };
	struct gate gate;

	(void)state;
	gate_close(&gate, &callers[0], port);
	for (size_t i = 1; i <= CALLERS; i++)
		caller_start(
		    &callers[i], port, i % 4 == 0 ? help_insert_refuse : help_insert, (int64_t)i);
	pause_ms(200);
	(void)sem_post(&gate.go);
	join_all(callers, CALLERS + 1);
	after = store_sqlite_counters(store);
	for (size_t i = 0; i <= CALLERS; i++)
		ASSERT_STATUS(callers[i].status, i % 4 == 0 && i > 0 ? YKT_REFUSED : YKT_OK);
	assert_int_equal(help_count(port), 1 + CALLERS - CALLERS / 4);
	assert_int_equal(after.functions - before.functions, 1 + CALLERS - CALLERS / 4);
	/* The gate's own, and one for all who gathered. */
	assert_int_equal(after.commits - before.commits, 2);
	store_sqlite_close(&store);
}

static void
test_a_constraint_at_commit_hurts_only_its_own(void **state)
{
	struct store_sqlite *store = help_open(":memory:", true);
	const struct ykt_store *port = store_sqlite_port(store);
	struct caller callers[CALLERS + 1] = { 0 };
	struct gate gate;

	(void)state;
	gate_close(&gate, &callers[0], port);
	for (size_t i = 1; i <= CALLERS; i++)
		caller_start(
		    &callers[i], port, i == 3 ? help_insert_orphan : help_insert, (int64_t)i);
	pause_ms(200);
	(void)sem_post(&gate.go);
	join_all(callers, CALLERS + 1);
	for (size_t i = 0; i <= CALLERS; i++)
		ASSERT_STATUS(callers[i].status, i == 3 ? YKT_E_STORE : YKT_OK);
	assert_int_equal(help_count(port), CALLERS);
	store_sqlite_close(&store);
}

static void
test_a_full_queue_answers_busy(void **state)
{
	const struct store_sqlite_options options = { .path = ":memory:",
		.threaded = true,
		.migrations = help_schema,
		.migration_count = 1,
		.queue_max = 3,
		.alloc = &ykt_alloc_libc };
	struct store_sqlite *store = help_open_with(&options);
	const struct ykt_store *port = store_sqlite_port(store);
	struct caller callers[4] = { 0 };
	struct gate gate;
	int64_t id = 77;

	(void)state;
	gate_close(&gate, &callers[0], port);
	for (size_t i = 1; i < 4; i++)
		caller_start(&callers[i], port, help_insert, (int64_t)i);
	pause_ms(200);
	ASSERT_STATUS(ykt_store_run(port, help_insert, &id), YKT_BUSY);
	assert_int_equal(store_sqlite_counters(store).refused, 1);
	(void)sem_post(&gate.go);
	join_all(callers, 4);
	ASSERT_STATUS(ykt_store_run(port, help_insert, &id), YKT_OK);
	assert_int_equal(help_count(port), 5);
	store_sqlite_close(&store);
}

static void *
close_main(void *arg)
{
	store_sqlite_close(arg);
	return NULL;
}

static void
test_close_finishes_what_is_queued_and_refuses_the_rest(void **state)
{
	struct store_sqlite *store = help_open(":memory:", true);
	const struct ykt_store *port = store_sqlite_port(store);
	struct caller callers[4] = { 0 };
	struct caller late = { 0 };
	struct gate gate;
	pthread_t closer;

	(void)state;
	gate_close(&gate, &callers[0], port);
	for (size_t i = 1; i < 4; i++)
		caller_start(&callers[i], port, help_insert, (int64_t)i);
	pause_ms(100);
	assert_int_equal(pthread_create(&closer, NULL, close_main, &store), 0);
	pause_ms(100);
	late.store = port;
	late.fn = help_insert;
	(void)caller_main(&late);
	ASSERT_STATUS(late.status, YKT_E_DOWN);
	(void)sem_post(&gate.go);
	join_all(callers, 4);
	(void)pthread_join(closer, NULL);
	for (size_t i = 0; i < 4; i++)
		ASSERT_STATUS(callers[i].status, YKT_OK);
	assert_null(store);
}

static enum ykt_status
add_one(struct ykt_tx *tx, void *arg)
{
	(void)arg;
	return ykt_tx_query(
	    tx, "UPDATE item SET n = n + 1 WHERE id = 1", NULL, 0, NULL, NULL, NULL);
}

static void *
adder_main(void *arg)
{
	struct caller *caller = arg;

	for (int i = 0; i < 100 && caller->status == YKT_OK; i++)
		caller->status = ykt_store_run(caller->store, add_one, NULL);
	return NULL;
}

static enum ykt_status
take_n(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	(void)count;
	*(int64_t *)arg = cols[0].i;
	return YKT_OK;
}

static enum ykt_status
read_n(struct ykt_tx *tx, void *arg)
{
	return ykt_tx_query(tx, "SELECT n FROM item WHERE id = 1", NULL, 0, take_n, arg, NULL);
}

static void
test_no_update_of_many_threads_is_lost(void **state)
{
	struct store_sqlite *store = help_open(":memory:", true);
	const struct ykt_store *port = store_sqlite_port(store);
	struct caller callers[8] = { 0 };
	int64_t id = 1;
	int64_t n = 0;

	(void)state;
	ASSERT_STATUS(ykt_store_run(port, help_insert, &id), YKT_OK);
	for (size_t i = 0; i < 8; i++) {
		callers[i].store = port;
		assert_int_equal(
		    pthread_create(&callers[i].thread, NULL, adder_main, &callers[i]), 0);
	}
	join_all(callers, 8);
	for (size_t i = 0; i < 8; i++)
		ASSERT_STATUS(callers[i].status, YKT_OK);
	ASSERT_STATUS(ykt_store_run(port, read_n, &n), YKT_OK);
	assert_int_equal(n, 800);
	assert_int_equal(store_sqlite_counters(store).functions, 801);
	store_sqlite_close(&store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_callers_that_wait_share_one_commit),
		cmocka_unit_test(test_a_constraint_at_commit_hurts_only_its_own),
		cmocka_unit_test(test_a_full_queue_answers_busy),
		cmocka_unit_test(test_close_finishes_what_is_queued_and_refuses_the_rest),
		cmocka_unit_test(test_no_update_of_many_threads_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
