/*
 * The permit decision: every answer of docs/protocol.md section 3, and that a
 * refusal leaves the table as it was.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <string.h>

#include <ykt/mem.h>

#include "keys/keys.h"
#include "keys/permit.h"
#include "store/store_sqlite.h"

#define CARD    "03105990100000000001"
#define ORDER_X "0000000000000000000000000000000a"
#define ORDER_Y "0000000000000000000000000000000b"

static struct store_sqlite *database;
static const struct ykt_store *store;

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
	return permit_card_add(store, CARD, YKT_BYTES(se_id), 0, 1) == YKT_OK ? 0 : 1;
}

static int
teardown(void **state)
{
	(void)state;
	store_sqlite_close(&database);
	return 0;
}

/* An ask with everything that follows from attempt: terminal and random of its own. */
static struct permit_ask
ask_of(const char *order, int64_t attempt, uint16_t counter)
{
	struct permit_ask ask = { .type = PURSE_TYPE_LOAD,
		.card_no = CARD,
		.order_id = order,
		.attempt = attempt,
		.counter = counter,
		.balance = 100,
		.amount = 5000,
		.now_ms = 2 };

	ask.terminal[5] = (uint8_t)(attempt + 16 * (order[31] - 'a'));
	ask.random[3] = ask.terminal[5];
	return ask;
}

static enum permit_outcome
decide(struct permit_ask ask, const char *holder)
{
	struct permit_answer answer = { .outcome = PERMIT_CASE };

	assert_status(permit_decide(store, &ask, &answer), YKT_OK);
	assert_string_equal(answer.holder, holder);
	return answer.outcome;
}

static void
first_load_gets_its_permit(void **state)
{
	(void)state;
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
}

static void
the_same_question_has_the_same_answer(void **state)
{
	(void)state;
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
}

static void
same_attempt_with_other_bytes_is_refused(void **state)
{
	static const char *const why[] = { "random", "terminal", "time", "amount" };
	struct permit_answer answer = { .outcome = PERMIT_HELD };

	(void)state;
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
	for (size_t i = 0; i < YKT_ARRAY_LEN(why); i++) {
		struct permit_ask ask = ask_of(ORDER_X, 1, 0);

		ask.random[0] ^= i == 0;
		ask.terminal[0] ^= i == 1;
		ask.datetime[0] ^= i == 2;
		ask.amount += i == 3;
		assert_status_why(permit_decide(store, &ask, &answer), YKT_MISMATCH, why[i]);
		assert_int_equal(answer.outcome, PERMIT_HELD);
	}
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
}

static void
a_later_attempt_moves_the_permit(void **state)
{
	struct permit_ask old = ask_of(ORDER_X, 1, 0);
	struct permit_answer answer;

	(void)state;
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
	assert_int_equal(decide(ask_of(ORDER_X, 2, 0), ""), PERMIT_CREDIT);
	assert_status(permit_decide(store, &old, &answer), YKT_MISMATCH);
}

static void
another_order_is_told_who_holds(void **state)
{
	(void)state;
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
	assert_int_equal(decide(ask_of(ORDER_Y, 1, 0), ORDER_X), PERMIT_HELD);
}

static void
a_counter_one_further_commits_the_holder(void **state)
{
	(void)state;
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
	assert_int_equal(decide(ask_of(ORDER_Y, 1, 1), ORDER_X), PERMIT_COMMITTED);
	assert_int_equal(decide(ask_of(ORDER_Y, 1, 1), ""), PERMIT_CREDIT);
	assert_int_equal(decide(ask_of(ORDER_X, 2, 1), ORDER_X), PERMIT_COMMITTED);
}

static void
counters_that_no_permit_explains_are_cases(void **state)
{
	static const uint16_t counters[] = { 1, 2, 65535 };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(counters); i++)
		assert_int_equal(decide(ask_of(ORDER_X, 1, counters[i]), ""), PERMIT_CASE);
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
	assert_int_equal(decide(ask_of(ORDER_X, 2, 2), ""), PERMIT_CASE);
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
}

/* R2a: a proof made before the MAC2 went out proves nothing. */
static void
a_stale_proof_does_not_release(void **state)
{
	struct permit_ask stale = ask_of(ORDER_X, 1, 0);
	struct permit_answer answer;

	(void)state;
	stale.attest = stale.release = true;
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
	assert_status(permit_decide(store, &stale, &answer), YKT_MISMATCH);
	assert_int_equal(decide(ask_of(ORDER_Y, 1, 0), ORDER_X), PERMIT_HELD);
}

/* R2a: the random of a mere attestation stands in no permit, and yet it is old. */
static void
a_proof_of_an_earlier_attempt_does_not_release(void **state)
{
	struct permit_ask attest = ask_of(ORDER_X, 1, 0);
	struct permit_ask stale = ask_of(ORDER_X, 1, 0);
	struct permit_answer answer = { .outcome = PERMIT_HELD };

	(void)state;
	attest.attest = true;
	stale.attest = stale.release = true;
	assert_int_equal(decide(attest, ""), PERMIT_NOT_LOADED);
	assert_int_equal(decide(ask_of(ORDER_X, 2, 0), ""), PERMIT_CREDIT);
	assert_status(permit_decide(store, &stale, &answer), YKT_MISMATCH);
	assert_int_equal(answer.outcome, PERMIT_HELD);
	assert_int_equal(decide(ask_of(ORDER_Y, 1, 0), ORDER_X), PERMIT_HELD);
}

static void
a_fresh_proof_releases_for_good(void **state)
{
	struct permit_ask fresh = ask_of(ORDER_X, 2, 0);
	struct permit_ask dead = ask_of(ORDER_X, 1, 0);
	struct permit_answer answer;

	(void)state;
	fresh.attest = fresh.release = true;
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
	assert_int_equal(decide(fresh, ""), PERMIT_NOT_LOADED);
	assert_status(permit_decide(store, &dead, &answer), YKT_MISMATCH);
	assert_status(permit_commit(store, ORDER_X, 1), YKT_DISPUTED);
	assert_int_equal(decide(ask_of(ORDER_Y, 1, 0), ""), PERMIT_CREDIT);
}

/* A copy of the first request arrives after the order was given up. */
static void
a_late_request_for_a_released_order_gets_nothing(void **state)
{
	struct permit_ask release = ask_of(ORDER_X, 2, 0);
	struct permit_ask late = ask_of(ORDER_X, 1, 0);
	struct permit_answer answer = { .outcome = PERMIT_HELD };

	(void)state;
	release.attest = release.release = true;
	assert_int_equal(decide(release, ""), PERMIT_NOT_LOADED);
	assert_status(permit_decide(store, &late, &answer), YKT_MISMATCH);
	assert_int_equal(answer.outcome, PERMIT_HELD);
	assert_int_equal(decide(release, ""), PERMIT_NOT_LOADED);
	assert_int_equal(decide(ask_of(ORDER_Y, 1, 0), ""), PERMIT_CREDIT);
}

static void
an_attestation_alone_changes_nothing(void **state)
{
	struct permit_ask attest = ask_of(ORDER_X, 2, 0);

	(void)state;
	attest.attest = true;
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
	assert_int_equal(decide(attest, ""), PERMIT_NOT_LOADED);
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
}

static void
a_terminal_number_is_used_once(void **state)
{
	struct permit_ask again = ask_of(ORDER_X, 2, 0);
	struct permit_ask first = ask_of(ORDER_X, 1, 0);
	struct permit_answer answer;

	(void)state;
	memcpy(again.terminal, first.terminal, sizeof(again.terminal));
	assert_int_equal(decide(first, ""), PERMIT_CREDIT);
	assert_status(permit_decide(store, &again, &answer), YKT_MISMATCH);
	assert_int_equal(decide(first, ""), PERMIT_CREDIT);
}

static void
a_tac_commits_once(void **state)
{
	struct permit_row row;

	(void)state;
	assert_int_equal(decide(ask_of(ORDER_X, 1, 0), ""), PERMIT_CREDIT);
	assert_status(permit_commit(store, ORDER_X, 1), YKT_OK);
	assert_status(permit_commit(store, ORDER_X, 1), YKT_OK);
	assert_status(permit_find(store, ORDER_X, 1, &row), YKT_OK);
	assert_string_equal(row.state, "committed");
	assert_status(permit_commit(store, ORDER_X, 2), YKT_NOT_FOUND);
	assert_int_equal(decide(ask_of(ORDER_Y, 1, 1), ""), PERMIT_CREDIT);
}

static void
an_unknown_card_gets_nothing(void **state)
{
	struct permit_ask ask = ask_of(ORDER_X, 1, 0);
	struct permit_answer answer = { .outcome = PERMIT_HELD };

	(void)state;
	ask.card_no = "03105990100000000002";
	assert_status(permit_decide(store, &ask, &answer), YKT_NOT_FOUND);
	assert_int_equal(answer.outcome, PERMIT_HELD);
	assert_status(permit_mac1_wrong(store, ask.card_no), YKT_NOT_FOUND);
}

static void
guessing_mac1_ends(void **state)
{
	struct permit_ask ask = ask_of(ORDER_X, 1, 0);
	struct permit_answer answer;
	unsigned tries = 0;

	(void)state;
	assert_status(permit_mac1_wrong(store, CARD), YKT_OK);
	assert_int_equal(decide(ask_of(ORDER_Y, 9, 0), ""), PERMIT_CREDIT); /* ends the row */
	while (permit_mac1_wrong(store, CARD) == YKT_OK)
		assert_true(++tries < 10000);
	assert_int_equal(tries, 200);
	assert_status(permit_decide(store, &ask, &answer), YKT_BLOCKED);
}

static void
a_card_lives_in_one_element(void **state)
{
	static const uint8_t same[] = { 1, 2, 3 };
	static const uint8_t other[] = { 1, 2, 4 };

	(void)state;
	assert_status(permit_card_add(store, CARD, YKT_BYTES(same), 0, 9), YKT_OK);
	assert_status(permit_card_add(store, CARD, YKT_BYTES(other), 0, 9), YKT_CONFLICT);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(first_load_gets_its_permit),
		T(the_same_question_has_the_same_answer),
		T(same_attempt_with_other_bytes_is_refused),
		T(a_later_attempt_moves_the_permit),
		T(another_order_is_told_who_holds),
		T(a_counter_one_further_commits_the_holder),
		T(counters_that_no_permit_explains_are_cases),
		T(a_stale_proof_does_not_release),
		T(a_proof_of_an_earlier_attempt_does_not_release),
		T(a_fresh_proof_releases_for_good),
		T(a_late_request_for_a_released_order_gets_nothing),
		T(an_attestation_alone_changes_nothing),
		T(a_terminal_number_is_used_once),
		T(a_tac_commits_once),
		T(an_unknown_card_gets_nothing),
		T(guessing_mac1_ends),
		T(a_card_lives_in_one_element),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
