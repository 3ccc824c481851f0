/*
 * The failing store: each kind answers what it says and leaves what it says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/store_fault.h"
#include "store_help.h"

struct bench {
	struct store_sqlite *store;
	struct store_fault fault;
	struct store_fault_plan next;
	unsigned asked;
	unsigned runs;
	int64_t id;
};

static struct store_fault_plan
choose(void *arg)
{
	struct bench *bench = arg;

	bench->asked++;
	return bench->next;
}

/* Two queries: an insert, then an update of it. */
static enum ykt_status
two_queries(struct ykt_tx *tx, void *arg)
{
	struct bench *bench = arg;
	enum ykt_status status;

	bench->runs++;
	status = help_insert(tx, &bench->id);
	if (status == YKT_OK)
		status = ykt_tx_query(tx, "UPDATE item SET n = n + 1 WHERE id = ?1",
		    YKT_SQL_IN(ykt_sql_int(bench->id)), NULL, NULL, NULL);
	return status;
}

static void
bench_open(struct bench *bench)
{
	*bench = (struct bench){ .store = help_open(":memory:", false), .id = 1 };
	store_fault_init(&bench->fault, store_sqlite_port(bench->store), choose, bench);
}

static void
test_each_kind_answers_and_leaves_what_it_says(void **state)
{
	static const struct {
		const char *why;
		struct store_fault_plan plan;
		enum ykt_status want;
		unsigned runs;
		int rows;
		unsigned fired;
	} rows[] = {
		{ "none", { STORE_FAULT_NONE, 0 }, YKT_OK, 1, 1, 1 },
		{ "before", { STORE_FAULT_BEFORE, 0 }, YKT_E_STORE, 0, 0, 1 },
		{ "done", { STORE_FAULT_DONE, 0 }, YKT_E_STORE_UNKNOWN, 1, 1, 1 },
		{ "lost", { STORE_FAULT_LOST, 0 }, YKT_E_STORE_UNKNOWN, 1, 0, 1 },
		{ "rerun", { STORE_FAULT_RERUN, 0 }, YKT_OK, 2, 1, 1 },
		{ "down", { STORE_FAULT_DOWN, 0 }, YKT_E_DOWN, 0, 0, 1 },
		{ "query 1", { STORE_FAULT_QUERY, 1 }, YKT_E_STORE, 1, 0, 1 },
		{ "query 2", { STORE_FAULT_QUERY, 2 }, YKT_E_STORE, 1, 0, 1 },
		{ "query 3, not reached", { STORE_FAULT_QUERY, 3 }, YKT_OK, 1, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct bench bench;
		enum ykt_status status;

		bench_open(&bench);
		bench.next = rows[i].plan;
		status = ykt_store_run(&bench.fault.port, two_queries, &bench);
		if (status != rows[i].want || bench.runs != rows[i].runs)
			fail_msg(
			    "%s: %s, %u runs", rows[i].why, ykt_status_name(status), bench.runs);
		assert_int_equal(bench.asked, 1);
		assert_int_equal(bench.fault.fired[rows[i].plan.kind], rows[i].fired);
		assert_int_equal(help_count(store_sqlite_port(bench.store)), rows[i].rows);
		store_sqlite_close(&bench.store);
	}
}

static void
test_a_refusal_of_the_function_goes_through(void **state)
{
	static const enum store_fault_kind kinds[] = { STORE_FAULT_DONE, STORE_FAULT_LOST,
		STORE_FAULT_RERUN };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(kinds); i++) {
		struct bench bench;

		bench_open(&bench);
		ASSERT_STATUS(ykt_store_run(&bench.fault.port, two_queries, &bench), YKT_OK);
		bench.next.kind = kinds[i];
		ASSERT_STATUS(ykt_store_run(&bench.fault.port, two_queries, &bench), YKT_CONFLICT);
		/* It changed nothing, so there was nothing to lose. */
		assert_int_equal(bench.fault.fired[kinds[i]], 0);
		assert_int_equal(help_count(store_sqlite_port(bench.store)), 1);
		store_sqlite_close(&bench.store);
	}
}

static enum ykt_status
swallow(struct ykt_tx *tx, void *arg)
{
	(void)two_queries(tx, arg);
	return YKT_OK;
}

static void
test_a_swallowed_query_failure_does_not_commit(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench);
	bench.next = (struct store_fault_plan){ STORE_FAULT_QUERY, 2 };
	ASSERT_STATUS(ykt_store_run(&bench.fault.port, swallow, &bench), YKT_E_STORE);
	assert_int_equal(help_count(store_sqlite_port(bench.store)), 0);
	store_sqlite_close(&bench.store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_answers_and_leaves_what_it_says),
		cmocka_unit_test(test_a_refusal_of_the_function_goes_through),
		cmocka_unit_test(test_a_swallowed_query_failure_does_not_commit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
