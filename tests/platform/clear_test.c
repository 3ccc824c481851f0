/*
 * Between cities: provisional credits, clearing, disputes (I-15).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "taps.h"

#include <string.h>

static void
test_a_foreign_tap_is_provisional_and_then_cleared(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	assert_string_equal(taps_up(t, taps_foreign(t, 1, 200)), "posted");
	assert_int_equal(t->b->keyd_verify_calls, 0); /* not our keys */
	assert_int_equal(bench_account(t->b, "CLR:", BENCH_PEER), -200);
	assert_int_equal(taps_merchant(t), 200);
	t->b->peer_down = true;
	for (int i = 0; i < 5; i++) {
		unsigned done;

		assert_status(platform_tick(t->b->w, &done), YKT_OK);
		t->b->now_ms += 60000;
	}
	assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM tap WHERE send = 1"), 1);
	t->b->peer_down = false;
	t->b->peer_result = WIRE_CLEAR_GOOD;
	bench_settle(t->b);
	assert_int_equal(
	    bench_number(t->b, "SELECT COUNT(*) FROM tap WHERE state = 'cleared' AND send = 0"), 1);
	assert_string_equal(t->b->submitted.city, BENCH_CITY);
	assert_int_equal(t->b->submitted.records_count, 1);
	assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM work WHERE kind = 4"), 0);
	assert_int_equal(bench_account(t->b, "CLR:", BENCH_PEER), -200);
	taps_close(t);
}

static void
test_a_bad_tac_comes_back_as_a_dispute(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap again;

	(void)state;
	assert_string_equal(taps_up(t, taps_foreign(t, 1, 200)), "posted");
	t->b->peer_result = WIRE_CLEAR_BAD_TAC;
	bench_settle(t->b);
	assert_int_equal(taps_merchant(t), 0);
	assert_int_equal(bench_account(t->b, "CLR:", BENCH_PEER), 0);
	/* Both entries show: a correction is a new entry. */
	assert_int_equal(
	    bench_number(t->b, "SELECT COUNT(*) FROM journal WHERE kind IN ('provisional',"
			       " 'dispute')"),
	    2);
	assert_string_equal(taps_up(t, taps_foreign(t, 1, 200)), "duplicate");
	assert_int_equal(taps_merchant(t), 0);
	/* The same ride under another TAC is no better version of it. */
	again = taps_foreign(t, 1, 200);
	again.tac[0] ^= 1;
	assert_string_equal(taps_up(t, again), "case");
	assert_int_equal(taps_merchant(t), 0);
	taps_close(t);
}

static void
test_more_foreign_taps_than_one_submit_takes(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	for (int n = 0; n < 2; n++) {
		for (int i = 0; i < WIRE_TAPS_MAX; i++)
			t->req.records[i] = taps_foreign(t, n * WIRE_TAPS_MAX + i, 1);
		assert_int_equal(taps_upload(t, t->req.records, WIRE_TAPS_MAX), 200);
	}
	assert_string_equal(taps_up(t, taps_foreign(t, 2 * WIRE_TAPS_MAX, 1)), "posted");
	bench_settle(t->b);
	assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM tap WHERE state = 'cleared'"),
	    2 * WIRE_TAPS_MAX + 1);
	taps_close(t);
}

static void
test_an_unconfirmed_foreign_tap_is_passed_on(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap tap = taps_foreign(t, 1, 200), good = tap;

	(void)state;
	tap.confirmed = false;
	memset(tap.tac, 0, 4);
	assert_string_equal(taps_up(t, tap), "suspense");
	bench_settle(t->b);
	assert_false(t->b->submitted.records[0].confirmed);
	assert_int_equal(taps_merchant(t), 0);
	assert_string_equal(taps_up(t, good), "posted"); /* the gate finished it */
	bench_settle(t->b);
	assert_true(t->b->submitted.records[0].confirmed);
	assert_int_equal(taps_merchant(t), 200);
	taps_close(t);
}

static int
submit(struct taps *t, const char *peer, const char *city, struct wire_tap tap, char *ret_result)
{
	static struct wire_clear_submit_req req;
	static struct wire_clear_submit_rsp rsp;
	int code;

	memset(&req, 0, sizeof(req));
	strcpy(req.batch_id, "0000000000000000000000000000000c");
	strcpy(req.city, city);
	req.records_count = 1;
	req.records[0] = tap;
	code = bench_inner(t->b, WIRE_PATH_CLEAR_SUBMIT, peer, &wire_clear_submit_req_msg, &req,
	    &wire_clear_submit_rsp_msg, &rsp);
	if (code == 200)
		strcpy(ret_result, rsp.results[0].result);
	return code;
}

static void
test_the_issuer_verifies_what_other_cities_submit(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap tap = taps_tap(t, 1, 1, 300), bad = taps_tap(t, 2, 2, 300), edited;
	char result[17];

	(void)state;
	assert_int_equal(submit(t, "platform-9902", BENCH_PEER, tap, result), 200);
	assert_string_equal(result, "good");
	assert_int_equal(taps_shadow(t), BENCH_LOAD - 300);
	assert_int_equal(bench_account(t->b, "CLR:", BENCH_PEER), 300);
	assert_int_equal(taps_merchant(t), 0);
	assert_int_equal(submit(t, "platform-9902", BENCH_PEER, tap, result), 200);
	assert_string_equal(result, "duplicate");
	bad.tac[0] ^= 1;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(submit(t, "platform-9902", BENCH_PEER, bad, result), 200);
		assert_string_equal(result, "bad_tac");
	}
	edited = tap;
	edited.offline_seq = 7;
	assert_int_equal(submit(t, "platform-9902", BENCH_PEER, edited, result), 200);
	assert_string_equal(result, "case");
	assert_int_equal(
	    submit(t, "platform-9902", BENCH_PEER, taps_foreign(t, 3, 1), result), 200);
	assert_string_equal(result, "case"); /* a card of its own, not of ours */
	assert_int_equal(bench_account(t->b, "CLR:", BENCH_PEER), 300);
	taps_close(t);
}

static void
test_a_city_speaks_for_itself(void **state)
{
	struct taps *t = taps_open();
	char result[17];

	(void)state;
	assert_int_equal(submit(t, "platform-9903", BENCH_PEER, taps_tap(t, 1, 1, 1), result), 403);
	assert_int_equal(submit(t, "platform-9903", "9903", taps_tap(t, 1, 1, 1), result), 403);
	assert_int_equal(submit(t, "platform-9901", BENCH_CITY, taps_tap(t, 1, 1, 1), result), 403);
	assert_int_equal(taps_shadow(t), BENCH_LOAD);
	taps_close(t);
}

/* The torn tap was here, the telling one in the other city: it decides all the same. */
static void
test_a_ride_elsewhere_settles_a_torn_one_here(void **state)
{
	struct taps *t = taps_open();
	char result[17];

	(void)state;
	assert_string_equal(taps_up(t, taps_torn(t, 1, 1, 300)), "suspense");
	assert_int_equal(
	    submit(t, "platform-9902", BENCH_PEER, taps_tap(t, 2, 1, 200), result), 200);
	assert_string_equal(result, "good");
	assert_int_equal(taps_wallet(t), 300);
	assert_int_equal(taps_shadow(t), BENCH_LOAD - 500);
	taps_close(t);
}

static void
test_spending_beyond_every_load_is_shown_to_a_person(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	assert_string_equal(taps_up(t, taps_tap(t, 1, 1, 30000)), "posted");
	assert_int_equal(
	    bench_number(t->b, "SELECT COUNT(*) FROM casebook WHERE kind = 'shadow'"), 0);
	assert_string_equal(taps_up(t, taps_tap(t, 2, 2, 30000)), "posted");
	assert_int_equal(
	    bench_number(t->b, "SELECT COUNT(*) FROM casebook WHERE kind = 'shadow'"), 1);
	taps_close(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_foreign_tap_is_provisional_and_then_cleared),
		cmocka_unit_test(test_a_bad_tac_comes_back_as_a_dispute),
		cmocka_unit_test(test_more_foreign_taps_than_one_submit_takes),
		cmocka_unit_test(test_an_unconfirmed_foreign_tap_is_passed_on),
		cmocka_unit_test(test_the_issuer_verifies_what_other_cities_submit),
		cmocka_unit_test(test_a_city_speaks_for_itself),
		cmocka_unit_test(test_a_ride_elsewhere_settles_a_torn_one_here),
		cmocka_unit_test(test_spending_beyond_every_load_is_shown_to_a_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
