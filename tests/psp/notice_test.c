/*
 * Notices of the pay channel: signed, whole, repeated with growing waits until
 * the merchant has answered 200, always under one id.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

static unsigned
tick(struct world *w)
{
	unsigned done = 77;

	assert_status(psp_tick(w->worker, &done), YKT_OK);
	return done;
}

static void
nothing_is_sent_before_it_is_paid(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;

	assert_int_equal(tick(w), 0);
	assert_int_equal(world_prepay(w, 0, ORDER_1, 5000, &pay), 200);
	pay.amount_fen--;
	assert_int_equal(world_confirm(w, &pay), 403);
	w->now_ms += 3600000;
	assert_int_equal(tick(w), 0);
	assert_int_equal(w->heard_count, 0);
}

static void
a_notice_says_what_was_paid(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;
	const struct wire_pay_notice *notice = &w->heard[0];

	world_paid(w, ORDER_1, 5000, &pay);
	w->now_ms += 20;
	assert_int_equal(tick(w), 1);
	assert_int_equal(w->heard_count, 1);
	assert_int_equal(w->heard_city[0], 0);
	assert_true(wire_id_valid(notice->notice_id));
	assert_string_equal(notice->prepay_id, pay.prepay_id);
	assert_string_equal(notice->order_id, ORDER_1);
	assert_int_equal(notice->amount_fen, 5000);
	assert_string_equal(notice->currency, "CNY");
	assert_string_equal(notice->payee, "City A transport");
	assert_string_equal(notice->state, "paid");
	assert_int_equal(notice->ts_ms, NOW_MS + 20);
	/* Heard: never again, whatever happens later. */
	w->now_ms += INT64_C(400) * 24 * 3600 * 1000;
	assert_int_equal(world_confirm(w, &pay), 200);
	world_restart(w);
	assert_int_equal(tick(w), 0);
	assert_int_equal(w->heard_count, 1);
}

static void
each_merchant_hears_its_own(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp a, b;

	world_paid(w, ORDER_1, 5000, &a);
	assert_int_equal(world_prepay(w, 1, ORDER_1, 700, &b), 200);
	assert_int_equal(world_confirm(w, &b), 200);
	assert_int_equal(tick(w), 1);
	assert_int_equal(tick(w), 1);
	assert_int_equal(tick(w), 0);
	assert_int_equal(w->heard_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(w->heard[i].amount_fen, w->heard_city[i] == 0 ? 5000 : 700);
		assert_string_equal(
		    w->heard[i].prepay_id, w->heard_city[i] == 0 ? a.prepay_id : b.prepay_id);
	}
	assert_int_not_equal(w->heard_city[0], w->heard_city[1]);
}

/* Anything but 200 is no answer; waits 500, 1000, 2000, 4000, 4000 ... */
static void
a_notice_is_repeated_with_growing_waits(void **state)
{
	static const struct {
		int code;
		enum ykt_status status;
		int64_t wait_ms;
	} rows[] = {
		{ 500, YKT_OK, 500 },
		{ 0, YKT_E_NET, 1000 },
		{ 0, YKT_E_NET_UNKNOWN, 2000 },
		{ 503, YKT_OK, 4000 },
		{ 409, YKT_OK, 4000 },
		{ 302, YKT_OK, 4000 },
		{ 201, YKT_OK, 4000 },
		{ 0, YKT_E_DEADLINE, 4000 },
		{ 404, YKT_OK, 4000 },
	};
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;

	world_paid(w, ORDER_1, 5000, &pay);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		w->answer_code = rows[i].code;
		w->answer_status = rows[i].status;
		assert_int_equal(tick(w), 1);
		assert_int_equal(w->heard_count, i + 1);
		assert_int_equal(tick(w), 0);
		w->now_ms += rows[i].wait_ms - 1;
		assert_int_equal(tick(w), 0);
		assert_int_equal(w->heard_count, i + 1);
		w->now_ms += 1;
	}
	w->answer_code = 200;
	w->answer_status = YKT_OK;
	assert_int_equal(tick(w), 1);
	w->now_ms += 3600000;
	assert_int_equal(tick(w), 0);
	assert_int_equal(w->heard_count, YKT_ARRAY_LEN(rows) + 1);
	for (size_t i = 1; i < w->heard_count; i++) {
		assert_string_equal(w->heard[i].notice_id, w->heard[0].notice_id);
		assert_memory_not_equal(w->heard[i].nonce, w->heard[0].nonce, 16);
	}
}

/* The merchant has it, the channel dies before it has written that down. */
static void
a_crash_before_the_mark_sends_the_same_notice_again(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;
	unsigned done = 77;

	world_paid(w, ORDER_1, 5000, &pay);
	/* Calls of a tick: the due notice, its nonce, the post, the mark. */
	w->calls = 0;
	w->fail_at = 4;
	w->fault = FAULT_DOWN;
	assert_status(psp_tick(w->worker, &done), YKT_E_DOWN);
	assert_true(w->fired);
	assert_int_equal(done, 77);
	assert_int_equal(w->heard_count, 1);
	assert_int_equal(world_number(w, "SELECT heard FROM notice"), 0);
	w->fail_at = 0;
	world_restart(w);
	assert_int_equal(tick(w), 1);
	assert_int_equal(w->heard_count, 2);
	assert_string_equal(w->heard[1].notice_id, w->heard[0].notice_id);
	assert_string_equal(w->heard[1].prepay_id, w->heard[0].prepay_id);
	assert_int_equal(world_number(w, "SELECT heard FROM notice"), 1);
}

/* The node goes down while it waits for the merchant: not a failed try. */
static void
a_crash_in_the_call_leaves_the_notice_as_it_is(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;
	unsigned done = 77;

	world_paid(w, ORDER_1, 5000, &pay);
	world_remember(w);
	w->answer_status = YKT_E_DOWN;
	assert_status(psp_tick(w->worker, &done), YKT_E_DOWN);
	assert_int_equal(done, 77);
	ASSERT_AS_REMEMBERED(w);
	w->answer_status = YKT_OK;
	assert_int_equal(tick(w), 1);
	assert_int_equal(world_number(w, "SELECT tries FROM notice"), 1);
}

/* A merchant that was taken out of the configuration: kept, not dropped (R8). */
static void
a_notice_for_a_merchant_that_is_gone_waits(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;

	world_paid(w, ORDER_1, 5000, &pay);
	w->options.merchants = &w->merchants[1];
	w->options.merchant_count = 1;
	world_restart(w);
	assert_int_equal(tick(w), 1);
	assert_int_equal(w->heard_count, 0);
	w->options.merchants = w->merchants;
	w->options.merchant_count = 2;
	world_restart(w);
	w->now_ms += RETRY_MAX;
	assert_int_equal(tick(w), 1);
	assert_int_equal(w->heard_count, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, world_setup, world_teardown)
		TEST(nothing_is_sent_before_it_is_paid),
		TEST(a_notice_says_what_was_paid),
		TEST(each_merchant_hears_its_own),
		TEST(a_notice_is_repeated_with_growing_waits),
		TEST(a_crash_before_the_mark_sends_the_same_notice_again),
		TEST(a_crash_in_the_call_leaves_the_notice_as_it_is),
		TEST(a_notice_for_a_merchant_that_is_gone_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
