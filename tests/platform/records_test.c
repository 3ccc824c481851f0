/*
 * Records that a terminal's numbers say are missing (I-17): listed at once, a case "records"
 * after the settings' time, over when the late batch comes or somebody explains them. None of
 * it moves a fen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/admin.h"
#include "taps.h"

#define HOUR_MS  INT64_C(3600000)
#define TERMINAL "310000000001"

static struct admin_gaps_rsp gaps;
static struct admin_cases_rsp cases;

static size_t
open_cases(struct taps *t)
{
	const struct admin_cases_req req = { .kind = "records", .limit = ADMIN_CASES_MAX };

	assert_int_equal(bench_inner(t->b, "/admin/cases", "operator", &admin_cases_req_msg, &req,
			     &admin_cases_rsp_msg, &cases),
	    200);

	return cases.cases_count;
}

static size_t
listed(struct taps *t)
{
	const struct admin_cases_req req = { .kind = "terminal", .limit = ADMIN_CASES_MAX };

	assert_int_equal(bench_inner(t->b, "/admin/gaps", "operator", &admin_cases_req_msg, &req,
			     &admin_gaps_rsp_msg, &gaps),
	    200);

	return gaps.gaps_count;
}

static int
explain(struct taps *t, const char *peer, int64_t first, int64_t last)
{
	const struct admin_gap_req req = { { 0x31, 0, 0, 0, 0, 1 }, first, last };
	struct wire_empty rsp;

	return bench_inner(
	    t->b, "/admin/gap", peer, &admin_gap_req_msg, &req, &wire_empty_msg, &rsp);
}

static void
later(struct taps *t, int64_t ms)
{
	t->b->now_ms += ms;
	bench_settle(t->b);
}

/* Rides 1 and 2 of the card, with so many sequences of the terminal between them. */
static struct taps *
open_gap(int64_t missing)
{
	struct taps *t = taps_open();

	assert_string_equal(taps_up(t, taps_tap(t, 1, 10, 0)), "posted");
	assert_string_equal(taps_up(t, taps_tap(t, 2, 11 + missing, 0)), "posted");
	assert_int_equal(listed(t), 1);
	assert_int_equal(open_cases(t), 0);

	return t;
}

/* The gate was away; meanwhile the platform was started again, at each step. */
static void
test_records_missing_for_long_are_a_case_until_they_come(void **state)
{
	struct taps *t = open_gap(2);
	int64_t opened;

	(void)state;
	later(t, 23 * HOUR_MS);
	assert_int_equal(open_cases(t), 0);
	bench_restart(t->b);
	later(t, 2 * HOUR_MS);
	assert_int_equal(open_cases(t), 1);
	assert_string_equal(cases.cases[0].ref, TERMINAL);
	opened = cases.cases[0].opened_ms;
	bench_restart(t->b);
	later(t, 30 * HOUR_MS);
	assert_int_equal(open_cases(t), 1);
	assert_true(cases.cases[0].opened_ms == opened);
	/* One of the two, and half is still missing, as old as before. */
	assert_string_equal(taps_up(t, taps_tap(t, 3, 11, 0)), "posted");
	assert_int_equal(open_cases(t), 1);
	assert_int_equal(listed(t), 1);
	assert_int_equal(gaps.gaps[0].first, 12);
	bench_restart(t->b);
	/* The other: over with its own batch, and not with the next look of the house. */
	assert_string_equal(taps_up(t, taps_tap(t, 4, 12, 0)), "posted");
	assert_int_equal(open_cases(t), 0);
	assert_int_equal(listed(t), 0);
	later(t, 48 * HOUR_MS);
	assert_int_equal(open_cases(t), 0);
	assert_int_equal(taps_merchant(t), 0);
	taps_close(t);
}

/* Lost again, later: the case is open again, since then. */
static void
test_a_second_gap_is_a_case_again(void **state)
{
	struct taps *t = open_gap(1);

	(void)state;
	later(t, 25 * HOUR_MS);
	assert_string_equal(taps_up(t, taps_tap(t, 3, 11, 0)), "posted");
	assert_int_equal(open_cases(t), 0);
	assert_string_equal(taps_up(t, taps_tap(t, 4, 20, 0)), "posted");
	later(t, HOUR_MS);
	assert_int_equal(open_cases(t), 0);
	later(t, 24 * HOUR_MS);
	assert_int_equal(open_cases(t), 1);
	assert_int_equal(
	    bench_number(t->b, "SELECT COUNT(*) FROM casebook WHERE kind = 'records'"), 1);
	bench_close(&t->b);
}

static void
test_what_somebody_explained_is_no_case(void **state)
{
	struct taps *t = open_gap(3);

	(void)state;
	later(t, 25 * HOUR_MS);
	assert_int_equal(open_cases(t), 1);
	assert_int_equal(explain(t, GATE, 11, 13), 403);
	assert_int_equal(explain(t, "operator", 11, 12), 404);
	assert_int_equal(explain(t, "operator", 10, 13), 404);
	assert_int_equal(explain(t, "operator", 12, 13), 404);
	assert_int_equal(explain(t, "operator", 13, 11), 404);
	assert_int_equal(bench_raw(t->b, "/admin/gap", "operator", ykt_bytes_str("{}")), 400);
	assert_int_equal(open_cases(t), 1);
	assert_int_equal(listed(t), 1);
	assert_int_equal(gaps.gaps[0].explained_ms, 0);
	assert_int_equal(explain(t, "operator", 11, 13), 200);
	assert_int_equal(open_cases(t), 0);
	bench_restart(t->b);
	later(t, 48 * HOUR_MS);
	assert_int_equal(open_cases(t), 0);
	/* It stays listed; a record that comes all the same takes its number out of it. */
	assert_int_equal(listed(t), 1);
	assert_true(gaps.gaps[0].explained_ms > 0);
	assert_string_equal(taps_up(t, taps_tap(t, 3, 12, 0)), "posted");
	assert_int_equal(listed(t), 2);
	assert_true(gaps.gaps[0].explained_ms > 0 && gaps.gaps[1].explained_ms > 0);
	later(t, 48 * HOUR_MS);
	assert_int_equal(open_cases(t), 0);
	bench_close(&t->b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_missing_for_long_are_a_case_until_they_come),
		cmocka_unit_test(test_a_second_gap_is_a_case_again),
		cmocka_unit_test(test_what_somebody_explained_is_no_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
