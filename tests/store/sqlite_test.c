/*
 * The query slot: values both ways, what a constraint answers, what a function
 * may not do, and that a refused function leaves nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "store_help.h"

static int
setup(void **state)
{
	*state = help_open(":memory:", false);
	return 0;
}

static int
teardown(void **state)
{
	store_sqlite_close((struct store_sqlite **)state);
	return 0;
}

static const struct ykt_store *
port(void **state)
{
	return store_sqlite_port(*state);
}

struct echo {
	struct ykt_sql_val in;
	struct ykt_sql_val out; /* bytes copied to data */
	uint8_t data[16];
	int rows;
};

static enum ykt_status
echo_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct echo *echo = arg;

	assert_int_equal(count, 1);
	assert_true(cols[0].bytes.len <= sizeof(echo->data));
	echo->out = cols[0];
	if (cols[0].bytes.len > 0)
		memcpy(echo->data, cols[0].bytes.data, cols[0].bytes.len);
	echo->rows++;
	return YKT_OK;
}

static enum ykt_status
echo_fn(struct ykt_tx *tx, void *arg)
{
	struct echo *echo = arg;

	return ykt_tx_query(tx, "SELECT ?1", &echo->in, 1, echo_row, echo, NULL);
}

static void
test_values_come_back_as_they_went_in(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0xFF, 0x00, 0x7F };
	const struct ykt_sql_val rows[] = {
		ykt_sql_null(),
		ykt_sql_int(0),
		ykt_sql_int(INT64_MAX),
		ykt_sql_int(INT64_MIN),
		ykt_sql_text(""),
		ykt_sql_text("\xE4\xB8\xAD"),
		ykt_sql_blob((struct ykt_bytes){ NULL, 0 }),
		ykt_sql_blob(YKT_BYTES(bytes)),
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct echo echo = { .in = rows[i] };

		ASSERT_STATUS(ykt_store_run(port(state), echo_fn, &echo), YKT_OK);
		assert_int_equal(echo.rows, 1);
		assert_int_equal(echo.out.type, rows[i].type);
		assert_true(echo.out.i == rows[i].i);
		assert_int_equal(echo.out.bytes.len, rows[i].bytes.len);
		if (rows[i].bytes.len > 0)
			assert_memory_equal(echo.data, rows[i].bytes.data, rows[i].bytes.len);
	}
}

struct one {
	const char *sql;
	int64_t changed;
	enum ykt_status seen;
	bool swallow;
};

static enum ykt_status
one_fn(struct ykt_tx *tx, void *arg)
{
	struct one *one = arg;

	one->seen = ykt_tx_query(tx, one->sql, NULL, 0, NULL, NULL, &one->changed);
	return one->swallow ? YKT_OK : one->seen;
}

static void
test_constraints_have_their_status(void **state)
{
	static const struct {
		const char *why;
		const char *sql;
		enum ykt_status want;
	} rows[] = {
		{ "primary key", "INSERT INTO item VALUES (1, 'b', 0)", YKT_CONFLICT },
		{ "unique", "INSERT INTO item VALUES (2, 'n1', 0)", YKT_CONFLICT },
		{ "check", "INSERT INTO item VALUES (2, 'b', -1)", YKT_E_STORE },
		{ "not null", "INSERT INTO item VALUES (2, NULL, 0)", YKT_E_STORE },
		{ "type", "INSERT INTO item VALUES (2, 'b', 'x')", YKT_E_STORE },
		{ "orphan, at commit", "INSERT INTO child VALUES (77)", YKT_E_STORE },
		{ "no such table", "INSERT INTO nothing VALUES (2)", YKT_E_STORE },
		{ "no syntax", "INSERT INTO", YKT_E_STORE },
	};
	int64_t id = 1;

	ASSERT_STATUS(ykt_store_run(port(state), help_insert, &id), YKT_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct one one = { .sql = rows[i].sql };
		enum ykt_status status = ykt_store_run(port(state), one_fn, &one);

		if (status != rows[i].want)
			fail_msg("%s: %s", rows[i].why, ykt_status_name(status));
		assert_int_equal(help_count(port(state)), 1);
	}
}

static void
test_a_conflict_may_be_handled_but_a_failure_may_not_be_overlooked(void **state)
{
	struct one conflict = { .sql = "INSERT INTO item VALUES (1, 'x', 0)", .swallow = true };
	struct one broken = { .sql = "INSERT INTO item VALUES (3, 'y', -1)", .swallow = true };
	int64_t id = 1;

	ASSERT_STATUS(ykt_store_run(port(state), help_insert, &id), YKT_OK);
	ASSERT_STATUS(ykt_store_run(port(state), one_fn, &conflict), YKT_OK);
	ASSERT_STATUS(conflict.seen, YKT_CONFLICT);
	ASSERT_STATUS(ykt_store_run(port(state), one_fn, &broken), YKT_E_STORE);
}

static void
test_a_function_may_not_touch_the_transaction(void **state)
{
	static const char *const rows[] = { "COMMIT", "ROLLBACK", "BEGIN", "SAVEPOINT x",
		"RELEASE fn", "PRAGMA synchronous = OFF", "ATTACH ':memory:' AS x",
		"SELECT 1; SELECT 2", "SELECT ?1", "" };

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct one one = { .sql = rows[i] };
		struct echo echo = { .in = ykt_sql_int(5) };

		ASSERT_STATUS(ykt_store_run(port(state), one_fn, &one), YKT_E_STORE);
		ASSERT_STATUS(ykt_store_run(port(state), echo_fn, &echo), YKT_OK);
	}
}

static enum ykt_status
float_fn(struct ykt_tx *tx, void *arg)
{
	return ykt_tx_query(tx, "SELECT 1.5", NULL, 0, echo_row, arg, NULL);
}

static void
test_a_floating_number_is_refused(void **state)
{
	struct echo echo = { 0 };

	ASSERT_STATUS(ykt_store_run(port(state), float_fn, &echo), YKT_E_STORE);
	assert_int_equal(echo.rows, 0);
}

static void
test_a_refusing_function_leaves_nothing_and_keeps_its_status(void **state)
{
	int64_t id = 1;

	ASSERT_STATUS(ykt_store_run(port(state), help_insert_refuse, &id), YKT_REFUSED);
	assert_int_equal(help_count(port(state)), 0);
	ASSERT_STATUS(ykt_store_run(port(state), help_insert, &id), YKT_OK);
	assert_int_equal(help_count(port(state)), 1);
}

static void
test_changed_counts_rows(void **state)
{
	struct one update = { .sql = "UPDATE item SET n = n + 1 WHERE id > 1", .changed = -1 };
	struct one select = { .sql = "SELECT id FROM item", .changed = -1 };

	for (int64_t id = 1; id <= 3; id++)
		ASSERT_STATUS(ykt_store_run(port(state), help_insert, &id), YKT_OK);
	ASSERT_STATUS(ykt_store_run(port(state), one_fn, &update), YKT_OK);
	assert_int_equal(update.changed, 2);
	ASSERT_STATUS(ykt_store_run(port(state), one_fn, &select), YKT_OK);
	assert_int_equal(select.changed, 0);
}

struct nested {
	struct ykt_tx *tx;
	int depth;
	int rows;
};

static enum ykt_status nested_query(struct nested *nested);

static enum ykt_status
nested_row(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct nested *nested = arg;

	(void)cols, (void)count;
	nested->rows++;
	return nested->depth < 2 ? nested_query(nested) : YKT_CANCELLED;
}

static enum ykt_status
nested_query(struct nested *nested)
{
	enum ykt_status status;

	nested->depth++;
	status = ykt_tx_query(nested->tx, "SELECT id FROM item", NULL, 0, nested_row, nested, NULL);
	nested->depth--;
	return status;
}

static enum ykt_status
nested_fn(struct ykt_tx *tx, void *arg)
{
	struct nested *nested = arg;

	nested->tx = tx;
	return nested_query(nested);
}

static void
test_a_row_function_may_ask_again_and_may_stop(void **state)
{
	struct nested nested = { 0 };

	for (int64_t id = 1; id <= 3; id++)
		ASSERT_STATUS(ykt_store_run(port(state), help_insert, &id), YKT_OK);
	ASSERT_STATUS(ykt_store_run(port(state), nested_fn, &nested), YKT_CANCELLED);
	assert_int_equal(nested.rows, 2);
}

static enum ykt_status
rerun_fn(struct ykt_tx *tx, void *arg)
{
	(void)tx;
	return ykt_store_run(arg, rerun_fn, arg);
}

static void
test_run_inside_a_function_is_refused(void **state)
{
	/* The inner run never reaches fn, so this does not recurse. */
	const struct ykt_store *store = port(state);
	struct ykt_store copy = *store;

	ASSERT_STATUS(ykt_store_run(store, rerun_fn, &copy), YKT_E_STATE);
	assert_int_equal(help_count(store), 0);
}

static void
test_the_cache_serves_more_statements_than_it_holds(void **state)
{
	static char sql[1100][32];

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < YKT_ARRAY_LEN(sql); i++) {
			struct one one = { .sql = sql[i] };

			/* Same address, other text in the second round. */
			(void)snprintf(sql[i], sizeof(sql[i]), "SELECT %zu + %d", i, round);
			ASSERT_STATUS(ykt_store_run(port(state), one_fn, &one), YKT_OK);
		}
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_values_come_back_as_they_went_in),
		TEST(test_constraints_have_their_status),
		TEST(test_a_conflict_may_be_handled_but_a_failure_may_not_be_overlooked),
		TEST(test_a_function_may_not_touch_the_transaction),
		TEST(test_a_floating_number_is_refused),
		TEST(test_a_refusing_function_leaves_nothing_and_keeps_its_status),
		TEST(test_changed_counts_rows),
		TEST(test_a_row_function_may_ask_again_and_may_stop),
		TEST(test_run_inside_a_function_is_refused),
		TEST(test_the_cache_serves_more_statements_than_it_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
