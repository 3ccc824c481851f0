/*
 * What the numbers of rides say: each case of I-16 (the balance chain of a card, rides
 * that are missing) and of I-17 (a terminal's sequence, a PSAM that was stopped). None of
 * them moves a fen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/admin.h"
#include "taps.h"
#include "wire/ride_msg.h"

#define DAY_MS INT64_C(86400000)
#define CHAINS "SELECT COUNT(*) FROM casebook WHERE kind = 'chain'"
#define PSAMS  "SELECT COUNT(*) FROM casebook WHERE kind = 'psam'"

static struct admin_gaps_rsp gaps;
static struct admin_cases_rsp cases;

/* A ride at that counter, with so much on the card before it. */
static struct wire_tap
ride(const struct taps *t, int64_t number, int64_t before, int64_t amount)
{
	struct wire_tap tap = taps_tap(t, number, number, amount);

	tap.balance_fen = before;

	return tap;
}

static void
posted(struct taps *t, struct wire_tap tap)
{
	assert_string_equal(taps_up(t, tap), "posted");
}

static int
ask(struct taps *t, const char *path, const char *peer, const char *kind)
{
	struct admin_cases_req req = { .limit = ADMIN_CASES_MAX };
	bool wants_gaps = strcmp(path, "/admin/gaps") == 0;

	strcpy(req.kind, kind);

	return bench_inner(t->b, path, peer, &admin_cases_req_msg, &req,
	    wants_gaps ? &admin_gaps_rsp_msg : &admin_cases_rsp_msg,
	    wants_gaps ? (void *)&gaps : (void *)&cases);
}

static void
missing(struct taps *t, const char *kind, size_t count)
{
	assert_int_equal(ask(t, "/admin/gaps", "operator", kind), 200);
	assert_int_equal(gaps.gaps_count, count);
}

static void
load(struct taps *t, int64_t fen)
{
	struct wire_order_topup_req req = { .amount_fen = fen };
	struct wire_order order;

	strcpy(req.card_no, t->card_no);
	assert_int_equal(bench_ask(t->b, "order.topup", bench_idem(t->b), &req, &order), 200);
	bench_pay(t->b, order.order_id);
	bench_load_whole(t->b, order.order_id);
	t->b->now_ms += 1000;
}

static void
test_i16_a_chain_that_holds(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	posted(t, ride(t, 1, BENCH_LOAD, 300));
	posted(t, ride(t, 2, BENCH_LOAD - 300, 0));
	posted(t, ride(t, 3, BENCH_LOAD - 300, 200));
	assert_int_equal(bench_number(t->b, CHAINS), 0);
	assert_int_equal(ask(t, "/admin/cases", "operator", ""), 200);
	assert_int_equal(cases.cases_count, 0);
	taps_close(t);
}

static void
test_i16_loads_between_explain_a_step(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	posted(t, ride(t, 1, BENCH_LOAD, 300));
	load(t, 2000);
	posted(t, ride(t, 2, BENCH_LOAD - 300 + 2000, 100));
	load(t, 1000);
	load(t, 3000);
	posted(t, ride(t, 3, BENCH_LOAD - 400 + 6000, 100));
	assert_int_equal(bench_number(t->b, CHAINS), 0);
	taps_close(t);
}

/* More than loads explain, and less: the rides are in the books, and a person looks. */
static void
test_i16_a_break_is_a_case(void **state)
{
	static const int64_t off[] = { -1, 1, 1999, 2001, -BENCH_LOAD };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(off); i++) {
		struct taps *t = taps_open();
		char ref[32];

		posted(t, ride(t, 1, BENCH_LOAD, 300));
		load(t, 2000);
		posted(t, ride(t, 2, BENCH_LOAD - 300 + off[i], 100));
		assert_int_equal(bench_number(t->b, CHAINS), 1);
		assert_int_equal(taps_merchant(t), 400);
		assert_int_equal(taps_shadow(t), BENCH_LOAD + 2000 - 400);
		assert_int_equal(ask(t, "/admin/cases", "operator", "chain"), 200);
		assert_int_equal(cases.cases_count, 1);
		strcpy(ref, t->card_no);
		strcat(ref, " 2");
		assert_string_equal(cases.cases[0].ref, ref);
		taps_close(t);
	}
}

/* A card that others opened: they may have loaded it, but nobody unloads one in use. */
static void
test_i16_a_bound_card_may_gain_elsewhere(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	assert_status(bench_sql(t->b, "UPDATE card SET bound = 1"), YKT_OK);
	posted(t, ride(t, 1, BENCH_LOAD, 300));
	posted(t, ride(t, 2, BENCH_LOAD + 77, 100));
	assert_int_equal(bench_number(t->b, CHAINS), 0);
	posted(t, ride(t, 3, BENCH_LOAD - 24, 100));
	assert_int_equal(bench_number(t->b, CHAINS), 1);
	taps_close(t);
}

static void
test_i16_rides_may_come_in_any_order(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	posted(t, ride(t, 3, BENCH_LOAD - 500, 100));
	posted(t, ride(t, 1, BENCH_LOAD, 300));
	assert_int_equal(bench_number(t->b, CHAINS), 0);
	posted(t, ride(t, 2, BENCH_LOAD - 300, 200));
	assert_int_equal(bench_number(t->b, CHAINS), 0);
	missing(t, "", 0);
	/* And a break is found from either side. */
	posted(t, ride(t, 5, BENCH_LOAD - 700, 100));
	posted(t, ride(t, 4, BENCH_LOAD - 600, 101));
	assert_int_equal(bench_number(t->b, CHAINS), 1);
	taps_close(t);
}

static void
test_i16_missing_rides_are_listed_with_their_age(void **state)
{
	struct taps *t = taps_open();
	int64_t since;

	(void)state;
	posted(t, ride(t, 1, BENCH_LOAD, 100));
	missing(t, "", 0);
	since = t->b->now_ms;
	posted(t, ride(t, 9, BENCH_LOAD - 100, 100));
	missing(t, "card", 1);
	assert_string_equal(gaps.gaps[0].ref, t->card_no);
	assert_int_equal(gaps.gaps[0].first, 2);
	assert_int_equal(gaps.gaps[0].last, 8);
	assert_true(gaps.gaps[0].since_ms == since);
	/* One in the middle leaves two, as old as before; its duplicate changes nothing. */
	t->b->now_ms += 1000;
	posted(t, ride(t, 5, BENCH_LOAD - 100, 0));
	assert_string_equal(taps_up(t, ride(t, 5, BENCH_LOAD - 100, 0)), "duplicate");
	missing(t, "card", 2);
	assert_int_equal(gaps.gaps[0].last, 4);
	assert_int_equal(gaps.gaps[1].first, 6);
	assert_true(gaps.gaps[1].since_ms == since);
	for (int64_t number = 2; number <= 8; number++) {
		if (number != 5)
			posted(t, ride(t, number, BENCH_LOAD - 100, 0));
	}
	missing(t, "", 0);
	taps_close(t);
}

/* An unconfirmed ride is no ride that is missing. */
static void
test_i16_an_unconfirmed_ride_is_here(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	posted(t, ride(t, 1, BENCH_LOAD, 100));
	assert_string_equal(taps_up(t, taps_torn(t, 2, 2, 100)), "suspense");
	posted(t, ride(t, 3, BENCH_LOAD - 100, 100));
	missing(t, "", 0);
	taps_close(t);
}

static void
test_i16_what_is_missing_for_long_is_a_case(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	posted(t, ride(t, 1, BENCH_LOAD, 100));
	posted(t, ride(t, 3, BENCH_LOAD - 200, 100));
	t->b->now_ms += 6 * DAY_MS;
	bench_settle(t->b);
	assert_int_equal(ask(t, "/admin/cases", "operator", "gap"), 200);
	assert_int_equal(cases.cases_count, 0);
	t->b->now_ms += 2 * DAY_MS;
	bench_settle(t->b);
	assert_int_equal(ask(t, "/admin/cases", "operator", "gap"), 200);
	assert_int_equal(cases.cases_count, 1);
	assert_string_equal(cases.cases[0].ref, t->card_no);
	/* A gate that was away for a week: the case is over by itself. */
	posted(t, ride(t, 2, BENCH_LOAD - 100, 100));
	t->b->now_ms += DAY_MS;
	bench_settle(t->b);
	assert_int_equal(ask(t, "/admin/cases", "operator", ""), 200);
	assert_int_equal(cases.cases_count, 0);
	taps_close(t);
}

/* Also what was refused, and other cities' cards, are of the terminal's sequence. */
static void
test_i17_a_terminals_sequence_is_whole_or_listed(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap bad = taps_tap(t, 2, 12, 100);

	(void)state;
	posted(t, taps_tap(t, 1, 10, 0));
	assert_string_equal(taps_up(t, taps_foreign(t, 11, 100)), "posted");
	bad.tac[0] ^= 1;
	assert_string_equal(taps_up(t, bad), "refused");
	missing(t, "terminal", 0);
	posted(t, taps_tap(t, 3, 15, 0));
	missing(t, "terminal", 1);
	assert_string_equal(gaps.gaps[0].ref, "310000000001");
	assert_int_equal(gaps.gaps[0].first, 13);
	assert_int_equal(gaps.gaps[0].last, 14);
	assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM casebook WHERE kind = 'gap'"), 0);
	bench_close(&t->b);
}

/* A ride of the first of January of that year, as its terminal has it. */
static struct wire_tap
dated(const struct taps *t, int64_t number, uint8_t year)
{
	struct wire_tap tap = taps_tap(t, number, number, 100);

	memcpy(tap.datetime, (uint8_t[]){ 0x20, year, 0x01, 0x01, 0, 0, 0 }, 7);
	model_tap_tac(&tap, tap.tac);

	return tap;
}

static int
stop(struct taps *t, const char *peer, bool stopped)
{
	const struct admin_terminal_req req = { { 0x31, 0, 0, 0, 0, 1 }, stopped };
	struct wire_empty rsp;

	return bench_inner(
	    t->b, "/admin/terminal", peer, &admin_terminal_req_msg, &req, &wire_empty_msg, &rsp);
}

/* By the record's own time: posted all the same, since that clock decides nothing (I-23). */
static void
test_i17_a_record_of_a_stopped_psam_is_a_case(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	posted(t, dated(t, 1, 0x20));
	assert_int_equal(stop(t, GATE, true), 403);
	assert_int_equal(stop(t, "operator", true), 200);
	assert_int_equal(stop(t, "operator", true), 200);
	/* Made before, and brought now. */
	posted(t, dated(t, 2, 0x20));
	assert_int_equal(bench_number(t->b, PSAMS), 0);
	posted(t, dated(t, 3, 0x98));
	assert_int_equal(bench_number(t->b, PSAMS), 1);
	assert_int_equal(taps_merchant(t), 300);
	/* In use again after a year: what was made meanwhile is a case still, nothing later is. */
	t->b->now_ms += 400 * DAY_MS;
	assert_int_equal(stop(t, "operator", false), 200);
	posted(t, dated(t, 4, 0x98));
	assert_int_equal(bench_number(t->b, PSAMS), 1);
	posted(t, dated(t, 5, 0x27));
	assert_int_equal(bench_number(t->b, PSAMS), 2);
	assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM psam_stop"), 1);
	taps_close(t);
}

/* Neither of its two lists; a gate that is another's is no such case. */
static void
test_a_batch_that_is_none_is_a_case_until_one_is_taken(void **state)
{
	static const struct {
		const char *path, *body;
	} bad[] = {
		{ WIRE_PATH_GATE_UPLOAD, "{" },
		{ WIRE_PATH_GATE_UPLOAD, "{\"batch_id\":\"no id\",\"terminal\":\"310000000001\","
					 "\"records\":[]}" },
		{ WIRE_PATH_GATE_RIDES, "{\"rides\":1}" },
	};
	struct taps *t = taps_open();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		int64_t opened = t->b->now_ms;

		assert_int_equal(
		    bench_raw(t->b, bad[i].path, GATE, ykt_bytes_str(bad[i].body)), 400);
		t->b->now_ms += 1000;
		assert_int_equal(
		    bench_raw(t->b, bad[i].path, GATE, ykt_bytes_str(bad[i].body)), 400);
		assert_int_equal(ask(t, "/admin/cases", "operator", "batch"), 200);
		assert_int_equal(cases.cases_count, 1);
		assert_string_equal(cases.cases[0].ref, GATE);
		assert_true(cases.cases[0].opened_ms == opened);
		/* Another gate's batch does not end it; its own does. */
		assert_int_equal(
		    bench_raw(t->b, WIRE_PATH_GATE_RIDES, GATE2,
			ykt_bytes_str("{\"batch_id\":\"0000000000000000000000000000000c\","
				      "\"terminal\":\"310000000002\",\"rides\":[]}")),
		    200);
		assert_int_equal(ask(t, "/admin/cases", "operator", "batch"), 200);
		assert_int_equal(cases.cases_count, 1);
		assert_int_equal(taps_upload(t, NULL, 0), 200);
		assert_int_equal(ask(t, "/admin/cases", "operator", "batch"), 200);
		assert_int_equal(cases.cases_count, 0);
	}
	assert_int_equal(bench_raw(t->b, WIRE_PATH_GATE_UPLOAD, "payd", ykt_bytes_str("{")), 403);
	assert_int_equal(bench_raw(t->b, "/gate/params", GATE, ykt_bytes_str("{")), 400);
	assert_int_equal(ask(t, "/admin/cases", "operator", ""), 200);
	assert_int_equal(cases.cases_count, 0);
	assert_int_equal(taps_merchant(t), 0);
	taps_close(t);
}

static void
test_who_looks_and_for_what(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	assert_int_equal(ask(t, "/admin/cases", GATE, ""), 403);
	assert_int_equal(ask(t, "/admin/gaps", "payd", ""), 403);
	assert_int_equal(ask(t, "/admin/gaps", "operator", "rider"), 400);
	assert_int_equal(ask(t, "/admin/cases", "operator", "rider"), 200);
	assert_int_equal(cases.cases_count, 0);
	taps_close(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_i16_a_chain_that_holds),
		cmocka_unit_test(test_i16_loads_between_explain_a_step),
		cmocka_unit_test(test_i16_a_break_is_a_case),
		cmocka_unit_test(test_i16_a_bound_card_may_gain_elsewhere),
		cmocka_unit_test(test_i16_rides_may_come_in_any_order),
		cmocka_unit_test(test_i16_missing_rides_are_listed_with_their_age),
		cmocka_unit_test(test_i16_an_unconfirmed_ride_is_here),
		cmocka_unit_test(test_i16_what_is_missing_for_long_is_a_case),
		cmocka_unit_test(test_i17_a_terminals_sequence_is_whole_or_listed),
		cmocka_unit_test(test_i17_a_record_of_a_stopped_psam_is_a_case),
		cmocka_unit_test(test_a_batch_that_is_none_is_a_case_until_one_is_taken),
		cmocka_unit_test(test_who_looks_and_for_what),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
