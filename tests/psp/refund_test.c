/*
 * Refunds at the pay channel: once for an id, for ever; never more than was
 * taken (I-11); never what was not (R6).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

static int64_t
refunded(struct world *w, const char *prepay_id, const char *state)
{
	struct wire_psp_query_rsp query;

	assert_int_equal(world_query(w, 0, prepay_id, &query), 200);
	assert_string_equal(query.state, state);
	return query.refunded_fen;
}

static void
refund_is_answered_and_counted(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;
	struct wire_psp_refund_rsp rsp;

	world_paid(w, ORDER_1, 5000, &pay);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 5000), 200);
	world_read(w, &wire_psp_refund_rsp_msg, &rsp);
	assert_string_equal(rsp.refund_id, REFUND_1);
	assert_string_equal(rsp.prepay_id, pay.prepay_id);
	assert_int_equal(rsp.amount_fen, 5000);
	assert_string_equal(rsp.state, "done");
	assert_int_equal(refunded(w, pay.prepay_id, "refunded"), 5000);
	/* The user's own repetition changes nothing. */
	assert_int_equal(world_confirm(w, &pay), 200);
	assert_int_equal(refunded(w, pay.prepay_id, "refunded"), 5000);
}

static void
refund_again_is_acknowledged_and_not_paid_twice(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;
	struct wire_psp_refund_rsp rsp;

	world_paid(w, ORDER_1, 5000, &pay);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 2000), 200);
	assert_int_equal(world_refund(w, 0, REFUND_2, pay.prepay_id, 3000), 200);
	world_remember(w);
	for (int i = 0; i < 1000; i++) {
		w->now_ms += INT64_C(24) * 3600 * 1000;
		assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 2000), 200);
		if (i % 100 == 0)
			world_restart(w);
	}
	world_read(w, &wire_psp_refund_rsp_msg, &rsp);
	assert_int_equal(rsp.amount_fen, 2000);
	ASSERT_AS_REMEMBERED(w);
	assert_int_equal(refunded(w, pay.prepay_id, "refunded"), 5000);
}

static void
refund_again_with_other_content_is_422(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay, other;

	world_paid(w, ORDER_1, 5000, &pay);
	world_paid(w, ORDER_2, 5000, &other);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 2000), 200);
	world_remember(w);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 2001), 422);
	assert_string_equal(world_error(w), "mismatch");
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 1999), 422);
	/* Over the capture too, yet first of all not what that id was. */
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 9999), 422);
	assert_int_equal(world_refund(w, 0, REFUND_1, other.prepay_id, 2000), 422);
	ASSERT_AS_REMEMBERED(w);
}

static void
partial_refunds_add_up_and_stop_at_the_capture(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;

	world_paid(w, ORDER_1, 5000, &pay);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 5001), 409);
	assert_string_equal(world_error(w), "over_capture");
	assert_int_equal(refunded(w, pay.prepay_id, "paid"), 0);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 1), 200);
	assert_int_equal(refunded(w, pay.prepay_id, "paid"), 1);
	assert_int_equal(world_refund(w, 0, REFUND_2, pay.prepay_id, 4998), 200);
	assert_int_equal(refunded(w, pay.prepay_id, "paid"), 4999);
	world_remember(w);
	assert_int_equal(world_refund(w, 0, REFUND_3, pay.prepay_id, 2), 409);
	assert_string_equal(world_error(w), "over_capture");
	assert_int_equal(world_refund(w, 0, REFUND_3, pay.prepay_id, WIRE_FEN_MAX), 409);
	ASSERT_AS_REMEMBERED(w);
	/* A refusal does not spend the id. */
	assert_int_equal(world_refund(w, 0, REFUND_3, pay.prepay_id, 1), 200);
	assert_int_equal(refunded(w, pay.prepay_id, "refunded"), 5000);
	assert_int_equal(
	    world_refund(w, 0, "44444444444444444444444444444444", pay.prepay_id, 1), 409);
	assert_int_equal(world_number(w, "SELECT sum(amount) FROM refund"), 5000);
}

/* The largest capture that a message can name: no sum wraps. */
static void
the_largest_capture_is_held_too(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;

	world_paid(w, ORDER_1, WIRE_FEN_MAX, &pay);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, WIRE_FEN_MAX - 1), 200);
	assert_int_equal(world_refund(w, 0, REFUND_2, pay.prepay_id, WIRE_FEN_MAX), 409);
	assert_int_equal(world_refund(w, 0, REFUND_2, pay.prepay_id, 1), 200);
	assert_int_equal(refunded(w, pay.prepay_id, "refunded"), WIRE_FEN_MAX);
}

static void
refund_of_what_is_not_paid_is_refused(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;

	assert_int_equal(world_prepay(w, 0, ORDER_1, 5000, &pay), 200);
	world_remember(w);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 5000), 409);
	assert_string_equal(world_error(w), "not_paid");
	ASSERT_AS_REMEMBERED(w);
	assert_int_equal(world_confirm(w, &pay), 200);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 5000), 200);
}

static void
refund_of_a_foreign_payment_is_404(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay, foreign;

	world_paid(w, ORDER_1, 5000, &pay);
	assert_int_equal(world_prepay(w, 1, ORDER_2, 700, &foreign), 200);
	assert_int_equal(world_confirm(w, &foreign), 200);
	world_remember(w);
	assert_int_equal(world_refund(w, 1, REFUND_1, pay.prepay_id, 5000), 404);
	assert_string_equal(world_error(w), "not_found");
	assert_int_equal(world_refund(w, 0, REFUND_1, ORDER_1, 5000), 404);
	ASSERT_AS_REMEMBERED(w);
	/* Ids are each merchant's own. */
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 5000), 200);
	assert_int_equal(world_refund(w, 1, REFUND_1, foreign.prepay_id, 700), 200);
}

static void
refund_of_nonsense_is_400(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;
	struct wire_psp_refund_req late = {
		.refund_id = REFUND_1, .amount_fen = 1, .ts_ms = NOW_MS - 600001
	};

	world_paid(w, ORDER_1, 5000, &pay);
	world_remember(w);
	SET_TEXT(late.prepay_id, pay.prepay_id);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 0), 400);
	assert_string_equal(world_error(w), "malformed");
	assert_int_equal(world_refund(w, 0, "", pay.prepay_id, 1), 400);
	assert_int_equal(
	    world_refund(w, 0, "GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGG", pay.prepay_id, 1), 400);
	assert_int_equal(
	    world_signed(w, 0, WIRE_PATH_PSP_REFUND, &wire_psp_refund_req_msg, &late), 400);
	assert_string_equal(world_error(w), "clock");
	ASSERT_AS_REMEMBERED(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, world_setup, world_teardown)
		TEST(refund_is_answered_and_counted),
		TEST(refund_again_is_acknowledged_and_not_paid_twice),
		TEST(refund_again_with_other_content_is_422),
		TEST(partial_refunds_add_up_and_stop_at_the_capture),
		TEST(the_largest_capture_is_held_too),
		TEST(refund_of_what_is_not_paid_is_refused),
		TEST(refund_of_a_foreign_payment_is_404),
		TEST(refund_of_nonsense_is_400),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
