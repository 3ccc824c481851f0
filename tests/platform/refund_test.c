/*
 * Refunds: R2a, R3, R6, and the race T02 with every stale proof.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bad.h"
#include "loads.h"
#include "wire/shown.h"

#include <string.h>

static void
test_a_refund_before_any_mac2_needs_no_proof(void **state)
{
	struct loads t = loads_open();
	struct wire_order order;

	(void)state;
	assert_int_equal(loads_refund(&t, NULL, &order), 200);
	assert_string_equal(order.state, "refunded");
	assert_int_equal(order.refunded_fen, BENCH_LOAD);
	assert_int_equal(t.b->pays[0].refunded, BENCH_LOAD);
	assert_int_equal(t.b->keyd_permit_calls, 0);
	loads_check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_a_refused_request_gave_no_mac2_either(void **state)
{
	struct loads t = loads_open();
	struct wire_load_begin_rsp b = loads_begin(&t);
	struct wire_load_request_req req = loads_request(&t, &b, BENCH_LOAD);
	struct wire_load_request_rsp rsp;
	struct wire_order order;

	(void)state;
	req.init[15] ^= 1;
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 403);
	assert_int_equal(loads_refund(&t, NULL, &order), 200);
	assert_string_equal(order.state, "refunded");
	bench_close(&t.b);
}

static void
test_after_a_mac2_a_refund_needs_a_fresh_proof(void **state)
{
	struct loads t = loads_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req proof;
	struct wire_order order;

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_int_equal(loads_refund(&t, NULL, &order), 409);
	assert_string_equal(t.b->error.error, "proof_needed");
	b = loads_begin(&t);
	proof = loads_request(&t, &b, BENCH_LOAD);
	assert_int_equal(loads_refund(&t, &proof, &order), 200);
	assert_string_equal(order.state, "refunded");
	loads_check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_an_answer_that_may_have_been_a_mac2_counts_as_one(void **state)
{
	struct loads t = loads_open();
	struct wire_load_begin_rsp b = loads_begin(&t);
	struct wire_load_request_req req = loads_request(&t, &b, BENCH_LOAD), proof;
	struct wire_load_request_rsp rsp;
	struct wire_order order;

	(void)state;
	t.b->fail_at = t.b->calls + 4; /* session, counter, the order; then the key module */
	t.b->fault = BENCH_FAULT_LOST;
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 503);
	assert_true(t.b->fired);
	assert_int_equal(t.b->permit_count, 1);
	assert_int_equal(loads_refund(&t, NULL, &order), 409);
	assert_string_equal(t.b->error.error, "proof_needed");
	b = loads_begin(&t);
	proof = loads_request(&t, &b, BENCH_LOAD);
	assert_int_equal(loads_refund(&t, &proof, &order), 200);
	assert_string_equal(order.state, "refunded");
	bench_close(&t.b);
}

/* R2a: an INITIALIZE recorded before the MAC2 went out, offered as proof. */
static void
test_a_stale_proof(void **state)
{
	struct loads t = loads_open();
	struct wire_load_begin_rsp b1 = loads_begin(&t), b2;
	struct wire_load_request_req recorded = loads_request(&t, &b1, BENCH_LOAD), real, proof;
	struct wire_load_request_rsp rsp;
	struct wire_order order;
	uint8_t tac[4];

	(void)state;
	real = loads_request(&t, &b1, BENCH_LOAD);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &real, &rsp), 200);
	/* Under its own attempt, under the attempt's number of today, under a new one. */
	assert_int_equal(loads_refund(&t, &recorded, &order), 409);
	assert_string_equal(t.b->error.error, "attempt_used");
	assert_int_equal(loads_refund(&t, &real, &order), 409); /* the MAC2's own */
	assert_string_equal(t.b->error.error, "attempt_used");
	b2 = loads_begin(&t);
	assert_int_equal(loads_refund(&t, &recorded, &order), 409);
	assert_string_equal(t.b->error.error, "stale");
	proof = recorded;
	proof.attempt = b2.attempt;
	assert_int_equal(loads_refund(&t, &proof, &order), 403);
	assert_string_equal(t.b->error.error, "mac1");
	assert_int_equal(t.b->psp_refund_calls, 0);
	/* The card still can be credited, so it was right to refuse. */
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, tac));
	loads_check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_a_request_asked_again_is_open_again(void **state)
{
	struct loads t = loads_open();
	struct wire_order second;
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req req = { .attest = false };
	struct wire_order_refund_req refund_req = { .has_attempt = false };
	struct wire_order order;

	(void)state;
	second = bench_topup(t.b, t.card_no, 1000);
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	/* Held: surely no MAC2. */
	t.order = second;
	b = loads_begin(&t);
	req = loads_request(&t, &b, 1000);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 409);
	/* The holder goes, the same request comes again and its answer is lost. */
	t.b->permits[0].state = PERMIT_RELEASED;
	t.b->fail_at = t.b->calls + 4;
	t.b->fault = BENCH_FAULT_LOST;
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 503);
	assert_true(t.b->fired);
	assert_int_equal(t.b->permit_count, 2);
	strcpy(refund_req.order_id, second.order_id);
	assert_int_equal(bench_ask(t.b, "order.refund", bench_idem(t.b), &refund_req, &order), 409);
	assert_string_equal(t.b->error.error, "proof_needed");
	bench_close(&t.b);
}

/* While the proof is judged another attempt was begun: it may get a MAC2 now. */
static void
test_a_proof_that_is_overtaken(void **state)
{
	struct loads t = loads_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req proof;
	struct wire_order order;

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	b = loads_begin(&t);
	proof = loads_request(&t, &b, BENCH_LOAD);
	t.b->during_permit = "UPDATE ord SET attempt = attempt + 1 WHERE state = 'loading'";
	assert_int_equal(loads_refund(&t, &proof, &order), 409);
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "loading");
	assert_int_equal(t.b->psp_refund_calls, 0);
	bench_close(&t.b);
}

/* What can only be if something else is broken: told to a person, never booked. */
static void
test_a_load_of_a_refunded_order_is_a_case(void **state)
{
	struct loads t = loads_open();
	struct wire_order second;
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	uint8_t tac[4];

	(void)state;
	second = bench_topup(t.b, t.card_no, 1000);
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, tac));
	assert_status(
	    bench_sql(t.b, "UPDATE ord SET state = 'refunding' WHERE state = 'loading'"), YKT_OK);
	assert_int_equal(bench_load(t.b, second.order_id, &b, &rsp), 200);
	assert_string_equal(rsp.result, "credit");
	assert_int_equal(bench_account(t.b, "SH:", t.card_no), 0);
	assert_int_equal(
	    bench_number(t.b, "SELECT COUNT(*) FROM casebook WHERE kind = 'loaded'"), 1);
	bench_close(&t.b);
}

/* A permit of an order that was refunded here must not hold the card for ever. */
static void
test_a_refunded_holder_is_released_by_the_next_load(void **state)
{
	struct loads t = loads_open();
	struct wire_order second;
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;

	(void)state;
	second = bench_topup(t.b, t.card_no, 1000);
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_status(
	    bench_sql(t.b, "UPDATE ord SET state = 'refunding' WHERE state = 'loading'"), YKT_OK);
	assert_int_equal(bench_load(t.b, second.order_id, &b, &rsp), 200);
	assert_string_equal(rsp.result, "credit");
	assert_int_equal(t.b->permits[0].state, PERMIT_RELEASED);
	bench_close(&t.b);
}

/* The MAC2 is kept, the proof is real, and then the MAC2 is played. */
static void
test_a_kept_mac2_after_a_refund(void **state)
{
	struct loads t = loads_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp kept;
	struct wire_load_request_req proof;
	struct wire_order order;
	uint8_t tac[4];

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &kept), 200);
	b = loads_begin(&t);
	proof = loads_request(&t, &b, BENCH_LOAD);
	assert_int_equal(loads_refund(&t, &proof, &order), 200);
	assert_false(model_card_credit(t.b, t.card_no, kept.datetime, kept.mac2, tac));
	loads_check_no_gain(&t);
	bench_close(&t.b);
}

/* The proof is made, then the load is done, then the proof is offered. */
static void
test_a_proof_from_before_a_later_load(void **state)
{
	struct loads t = loads_open();
	struct wire_load_begin_rsp b, later;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req proof;
	struct wire_order order;
	uint8_t tac[4];

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	b = loads_begin(&t);
	proof = loads_request(&t, &b, BENCH_LOAD);
	assert_int_equal(bench_load(t.b, t.order.order_id, &later, &rsp), 200);
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, tac));
	assert_int_equal(loads_refund(&t, &proof, &order), 409);
	assert_string_equal(t.b->error.error, "stale");
	assert_int_equal(t.b->psp_refund_calls, 0);
	loads_check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_a_refund_of_what_is_on_the_card_finds_the_load(void **state)
{
	struct loads t = loads_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req proof;
	struct wire_order order;
	uint8_t lost[4];

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, lost));
	b = loads_begin(&t);
	proof = loads_request(&t, &b, BENCH_LOAD);
	assert_int_equal(loads_refund(&t, &proof, &order), 200);
	assert_string_equal(order.state, "loaded");
	assert_int_equal(t.b->psp_refund_calls, 0);
	assert_int_equal(loads_refund(&t, NULL, &order), 409);
	assert_string_equal(t.b->error.error, "used");
	loads_check_no_gain(&t);
	bench_close(&t.b);
}

/* The key module gave the MAC2, and the refund was decided while its answer flew. */
static void
test_a_mac2_that_arrives_after_the_refund_stays_here(void **state)
{
	struct loads t = loads_open();
	struct wire_load_begin_rsp b = loads_begin(&t);
	struct wire_load_request_req req = loads_request(&t, &b, BENCH_LOAD);
	struct wire_load_request_rsp rsp = { .has_mac2 = false };

	(void)state;
	t.b->during_permit = "UPDATE ord SET state = 'refunding' WHERE state = 'loading'";
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 409);
	assert_int_equal(t.b->permit_count, 1); /* it was given, and stays unsaid */
	assert_false(rsp.has_mac2);
	bench_close(&t.b);
}

static void
test_a_refund_is_repeated_until_the_channel_acknowledges(void **state)
{
	struct loads t = loads_open();
	struct wire_order order;
	unsigned calls;

	(void)state;
	t.b->psp_down = true;
	assert_int_equal(loads_refund(&t, NULL, &order), 200);
	assert_string_equal(order.state, "refunding");
	for (int i = 0; i < 30; i++) {
		unsigned done;

		assert_status(platform_tick(t.b->w, &done), YKT_OK);
		t.b->now_ms += 300000;
	}
	assert_int_equal(
	    bench_number(t.b, "SELECT COUNT(*) FROM casebook WHERE kind = 'refund'"), 1);
	t.b->psp_down = false;
	bench_settle(t.b);
	calls = t.b->psp_refund_calls;
	assert_int_equal(calls, 1);
	assert_int_equal(bench_number(t.b, "SELECT COUNT(*) FROM ord WHERE state = 'refunded'"), 1);
	t.b->now_ms += 600000;
	bench_settle(t.b);
	assert_int_equal(bench_number(t.b, "SELECT COUNT(*) FROM casebook WHERE closed_ms = 0"), 0);
	loads_check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_refunds_do_not_add_up_over_the_capture(void **state)
{
	struct loads t = loads_open();
	struct wire_order order;

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(loads_refund(&t, NULL, &order), 200);
		assert_string_equal(order.state, "refunded");
	}
	assert_int_equal(t.b->pays[0].refund_count, 1);
	assert_int_equal(t.b->pays[0].refunded, BENCH_LOAD);
	loads_check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_a_refunded_order_is_never_loaded(void **state)
{
	struct loads t = loads_open();
	struct wire_load_begin_rsp b = loads_begin(&t), none;
	struct wire_load_request_req req = loads_request(&t, &b, BENCH_LOAD);
	struct wire_load_request_rsp rsp;
	struct wire_order_id_req id;
	struct wire_order order;

	(void)state;
	assert_int_equal(loads_refund(&t, NULL, &order), 200);
	strcpy(id.order_id, t.order.order_id);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 409);
	assert_int_equal(bench_ask(t.b, "load.begin", NULL, &id, &none), 409);
	assert_int_equal(t.b->permit_count, 0);
	bench_close(&t.b);
}

/* Amount, order, destination, key, device: each that is not what was signed, and no fen moves. */
static void
test_what_was_not_agreed_to_goes_nowhere(void **state)
{
	static const char *const faults[] = { "amount", "amount", "destination", "digest", "digest",
		"signature", "signature", "signature" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(faults); i++) {
		struct loads t = loads_open();
		struct wire_order_refund_req req = { .has_attempt = false };
		struct crypto_sm2_key device = t.b->device;
		struct wire_order order;
		char idem[33];
		uint64_t before;

		strcpy(req.order_id, t.order.order_id);
		strcpy(idem, bench_idem(t.b));
		if (i == 7)
			assert_status(
			    crypto_sm2_generate(t.b->other, &t.b->random, &t.b->device), YKT_OK);
		bench_refund_sign(t.b, idem, &req);
		t.b->device = device;
		if (i == 0)
			req.amount_fen--;
		if (i == 1)
			req.amount_fen++;
		if (i == 2)
			strcpy(req.to, "wallet");
		if (i == 3)
			req.digest[31] ^= 1;
		if (i == 4) /* another order's yes */
			assert_status(wire_refund_digest(t.b->other, t.order.parent_id,
					  t.b->user_id, req.amount_fen, req.to, req.digest),
			    YKT_OK);
		if (i == 5)
			req.sig[0] ^= 1;
		if (i == 6)
			strcpy(idem, bench_idem(t.b));
		before = bad_state(t.b);
		assert_int_equal(bench_ask(t.b, "order.refund", idem, &req, &order), 403);
		assert_string_equal(t.b->error.error, faults[i]);
		assert_true(bad_state(t.b) == before);
		assert_string_equal(bench_order(t.b, t.order.order_id).state, "paid");
		assert_int_equal(t.b->psp_refund_calls, 0);
		assert_int_equal(loads_refund(&t, NULL, &order), 200);
		assert_string_equal(order.state, "refunded");
		assert_int_equal(bench_number(t.b, "SELECT COUNT(*) FROM refund_yes"), 1);
		bench_close(&t.b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_not_agreed_to_goes_nowhere),
		cmocka_unit_test(test_a_refund_before_any_mac2_needs_no_proof),
		cmocka_unit_test(test_a_refused_request_gave_no_mac2_either),
		cmocka_unit_test(test_after_a_mac2_a_refund_needs_a_fresh_proof),
		cmocka_unit_test(test_an_answer_that_may_have_been_a_mac2_counts_as_one),
		cmocka_unit_test(test_a_stale_proof),
		cmocka_unit_test(test_a_request_asked_again_is_open_again),
		cmocka_unit_test(test_a_refunded_holder_is_released_by_the_next_load),
		cmocka_unit_test(test_a_proof_that_is_overtaken),
		cmocka_unit_test(test_a_load_of_a_refunded_order_is_a_case),
		cmocka_unit_test(test_a_kept_mac2_after_a_refund),
		cmocka_unit_test(test_a_proof_from_before_a_later_load),
		cmocka_unit_test(test_a_refund_of_what_is_on_the_card_finds_the_load),
		cmocka_unit_test(test_a_mac2_that_arrives_after_the_refund_stays_here),
		cmocka_unit_test(test_a_refund_is_repeated_until_the_channel_acknowledges),
		cmocka_unit_test(test_refunds_do_not_add_up_over_the_capture),
		cmocka_unit_test(test_a_refunded_order_is_never_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
