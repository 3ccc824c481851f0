/*
 * INITIALIZE answers that no good card gives (docs/bad-inputs.md 5.1), as the
 * key module meets them: no permit, no MAC2, and the table as it was.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "keys/keys.h"
#include "keys/permit.h"
#include "store/store_sqlite.h"

#define CARD    "03105990100000000001"
#define ORDER_X "0000000000000000000000000000000a"
#define ORDER_Y "0000000000000000000000000000000b"
#define COUNTER 7

static struct store_sqlite *database;
static const struct ykt_store *store;

static enum ykt_status
counter_of_card(struct ykt_tx *tx, void *arg)
{
	(void)arg;
	return ykt_tx_query(tx, "UPDATE card SET counter = 7", NULL, 0, NULL, NULL, NULL);
}

static int
setup(void **state)
{
	static const uint8_t se_id[] = { 1, 2, 3 };
	struct ykt_store_migration migrations[8];
	struct store_sqlite_options options = { .path = ":memory:",
		.migrations = migrations,
		.migration_count = keys_schema_count,
		.alloc = &ykt_alloc_libc };

	(void)state;
	for (size_t i = 0; i < keys_schema_count; i++)
		migrations[i] = (struct ykt_store_migration){ (int)i + 1, keys_schema[i] };
	if (store_sqlite_open(&options, &database) != YKT_OK)
		return 1;
	store = store_sqlite_port(database);
	if (permit_card_add(store, CARD, YKT_BYTES(se_id), 0, 1) != YKT_OK)
		return 1;
	return ykt_store_run(store, counter_of_card, NULL) == YKT_OK ? 0 : 1;
}

static int
teardown(void **state)
{
	(void)state;
	store_sqlite_close(&database);
	return 0;
}

/* Every permit there is, in one text. */
struct seen {
	char text[512];
};

static enum ykt_status
see(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct seen *seen = arg;
	size_t len = strlen(seen->text);

	assert_int_equal(count, 3);
	(void)snprintf(seen->text + len, sizeof(seen->text) - len, "%.*s %lld %.*s;",
	    (int)cols[0].bytes.len, (const char *)cols[0].bytes.data, (long long)cols[1].i,
	    (int)cols[2].bytes.len, (const char *)cols[2].bytes.data);
	return YKT_OK;
}

static enum ykt_status
see_all(struct ykt_tx *tx, void *arg)
{
	((struct seen *)arg)->text[0] = '\0';
	return ykt_tx_query(tx,
	    "SELECT order_id, attempt, state FROM permit ORDER BY order_id, attempt", NULL, 0, see,
	    arg, NULL);
}

static struct permit_ask
ask_of(const char *order, int64_t attempt, uint8_t random)
{
	struct permit_ask ask = { .type = PURSE_TYPE_LOAD,
		.card_no = CARD,
		.order_id = order,
		.attempt = attempt,
		.counter = COUNTER,
		.balance = 100,
		.amount = 5000,
		.now_ms = 2 };

	ask.terminal[4] = (uint8_t)order[31];
	ask.terminal[5] = (uint8_t)attempt;
	ask.random[3] = random;
	return ask;
}

static void
expect(struct permit_ask ask, enum permit_outcome outcome)
{
	struct permit_answer answer = { .outcome = PERMIT_CASE };

	assert_status(permit_decide(store, &ask, &answer), YKT_OK);
	assert_int_equal(answer.outcome, outcome);
}

static void
refuse(struct permit_ask ask, const char *why)
{
	struct permit_answer answer = { .outcome = PERMIT_HELD };
	struct seen before, after;

	assert_status(ykt_store_run(store, see_all, &before), YKT_OK);
	assert_status_why(permit_decide(store, &ask, &answer), YKT_MISMATCH, why);
	assert_int_equal(answer.outcome, PERMIT_HELD);
	assert_status(ykt_store_run(store, see_all, &after), YKT_OK);
	assert_string_equal(before.text, after.text);
}

static void
a_random_of_zeros_gets_no_permit(void **state)
{
	struct permit_ask attest = ask_of(ORDER_X, 1, 0);

	(void)state;
	refuse(ask_of(ORDER_X, 1, 0), "a load");
	attest.attest = true;
	refuse(attest, "an attestation");
	attest.release = true;
	refuse(attest, "a release");
	expect(ask_of(ORDER_X, 2, 1), PERMIT_CREDIT);
}

/* With the old random the old MAC2 would be good again. */
static void
the_random_of_an_earlier_permit_proves_nothing(void **state)
{
	struct permit_ask proof = ask_of(ORDER_X, 2, 1);

	(void)state;
	expect(ask_of(ORDER_X, 1, 1), PERMIT_CREDIT);
	refuse(ask_of(ORDER_X, 2, 1), "a later attempt");
	proof.attest = true;
	refuse(proof, "an attestation");
	proof.release = true;
	refuse(proof, "a release before the refund");
	/* The permit stands: what it was given for may still come. */
	expect(ask_of(ORDER_X, 1, 1), PERMIT_CREDIT);
	assert_status(permit_commit(store, ORDER_X, 1), YKT_OK);
}

static void
nor_does_that_of_a_permit_that_is_over(void **state)
{
	struct permit_ask proof = ask_of(ORDER_X, 3, 3);

	(void)state;
	expect(ask_of(ORDER_X, 1, 1), PERMIT_CREDIT);
	expect(ask_of(ORDER_X, 2, 2), PERMIT_CREDIT);
	refuse(ask_of(ORDER_X, 3, 1), "of a dead one");
	proof.attest = proof.release = true;
	expect(proof, PERMIT_NOT_LOADED);
	refuse(ask_of(ORDER_Y, 1, 1), "of a dead one, another order");
	refuse(ask_of(ORDER_Y, 1, 2), "of a released one, another order");
	expect(ask_of(ORDER_Y, 1, 4), PERMIT_CREDIT);
}

/* One further on the random makes other keys: it may come again. */
static void
at_another_counter_a_random_may_come_again(void **state)
{
	struct permit_ask next = ask_of(ORDER_Y, 1, 1);

	(void)state;
	expect(ask_of(ORDER_X, 1, 1), PERMIT_CREDIT);
	assert_status(permit_commit(store, ORDER_X, 1), YKT_OK);
	next.counter = COUNTER + 1;
	expect(next, PERMIT_CREDIT);
}

/* n - 1, n, n + 1, n + 2 and the ends, without a permit and with one at n. */
static void
counters_beside_the_expected_one(void **state)
{
	static const struct {
		const char *why;
		uint16_t counter;
	} rows[] = {
		{ "one back", COUNTER - 1 },
		{ "zero", 0 },
		{ "two further", COUNTER + 2 },
		{ "the last of all", 0xFFFF },
	};
	struct seen before, now;

	(void)state;
	for (int given = 0; given < 2; given++) {
		if (given == 1)
			expect(ask_of(ORDER_X, 1, 1), PERMIT_CREDIT);
		assert_status(ykt_store_run(store, see_all, &before), YKT_OK);
		for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
			struct permit_ask ask = ask_of(ORDER_X, 2, 2);

			ask.counter = rows[i].counter;
			expect(ask, PERMIT_CASE);
			assert_status(ykt_store_run(store, see_all, &now), YKT_OK);
			assert_true_why(strcmp(before.text, now.text) == 0, rows[i].why);
		}
	}
	/* One further than a live permit is that permit, done. */
	{
		struct permit_ask ask = ask_of(ORDER_X, 2, 2);

		ask.counter = COUNTER + 1;
		expect(ask, PERMIT_COMMITTED);
	}
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_random_of_zeros_gets_no_permit),
		T(the_random_of_an_earlier_permit_proves_nothing),
		T(nor_does_that_of_a_permit_that_is_over),
		T(at_another_counter_a_random_may_come_again),
		T(counters_beside_the_expected_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
