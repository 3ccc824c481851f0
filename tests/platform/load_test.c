/*
 * Loading a card: R2, R2a, and the refund race T02.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"

#include <string.h>

struct table {
	struct bench *b;
	char card_no[21];
	struct wire_order order; /* paid, not loaded */
};

static struct table
table_open(void)
{
	struct table t = { 0 };

	bench_open(&t.b);
	bench_register(t.b, BENCH_PHONE);
	t.order = bench_card(t.b, t.card_no);
	return t;
}

static struct wire_load_begin_rsp
begin(struct table *t)
{
	struct wire_load_begin_rsp rsp;
	struct wire_order_id_req id;

	strcpy(id.order_id, t->order.order_id);
	assert_int_equal(bench_ask(t->b, "load.begin", NULL, &id, &rsp), 200);
	return rsp;
}

static struct wire_load_request_req
request_of(struct table *t, const struct wire_load_begin_rsp *b, int64_t amount)
{
	struct wire_load_request_req req = { .attempt = b->attempt, .attest = amount == 0 };

	strcpy(req.order_id, t->order.order_id);
	strcpy(req.card_no, t->card_no);
	model_card_init(t->b, t->card_no, amount, b->terminal, req.init);
	return req;
}

static int
refund(struct table *t, const struct wire_load_request_req *proof, struct wire_order *ret)
{
	struct wire_order_refund_req req = { .has_attempt = false };

	strcpy(req.order_id, t->order.order_id);
	if (proof != NULL) {
		req.has_attempt = req.has_init = true;
		req.attempt = proof->attempt;
		memcpy(req.init, proof->init, sizeof(req.init));
	}
	return bench_ask(t->b, "order.refund", bench_idem(t->b), &req, ret);
}

/* The rider never has more than he paid: on the card and given back together. */
static void
check_no_gain(struct table *t)
{
	const struct model_card *card = model_card(t->b, t->card_no);
	const struct model_pay *pay = &t->b->pays[0];

	assert_true(card->balance + pay->refunded + BENCH_FEE <= pay->amount);
	bench_check_books(t->b);
}

static void
test_a_load(void **state)
{
	struct table t = table_open();

	(void)state;
	bench_load_whole(t.b, t.order.order_id);
	assert_int_equal(bench_account(t.b, "SH:", t.card_no), BENCH_LOAD);
	assert_int_equal(bench_account(t.b, "IF:", t.order.order_id), 0);
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "loaded");
	check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_terminal_numbers_are_never_repeated(void **state)
{
	struct table t = table_open();
	uint8_t seen[20][6];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(seen); i++) {
		struct wire_load_begin_rsp b = begin(&t);

		assert_int_equal(b.attempt, i + 1);
		for (size_t n = 0; n < i; n++)
			assert_memory_not_equal(seen[n], b.terminal, 6);
		memcpy(seen[i], b.terminal, 6);
	}
	bench_close(&t.b);
}

static void
test_the_order_is_loading_before_the_key_module_is_asked(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b = begin(&t);
	struct wire_load_request_req req = request_of(&t, &b, BENCH_LOAD);
	struct wire_load_request_rsp rsp;

	(void)state;
	t.b->keyd_down = true;
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 503);
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "loading");
	t.b->keyd_down = false;
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 200);
	assert_string_equal(rsp.result, "credit");
	bench_close(&t.b);
}

static void
test_an_attempt_serves_one_initialize(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b1 = begin(&t), b2;
	struct wire_load_request_req req = request_of(&t, &b1, BENCH_LOAD), other;
	struct wire_load_request_rsp first, again;

	(void)state;
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &first), 200);
	t.b->now_ms += 5000; /* the time in the answer is that of the permit */
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &again), 200);
	assert_memory_equal(&first, &again, sizeof(first));
	other = request_of(&t, &b1, BENCH_LOAD);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &other, &again), 409);
	assert_string_equal(t.b->error.error, "attempt_used");
	b2 = begin(&t);
	assert_int_equal(b2.attempt, 2);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &again), 409);
	assert_string_equal(t.b->error.error, "stale");
	req.attempt = 7;
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &again), 404);
	bench_close(&t.b);
}

static void
test_what_the_request_refuses(void **state)
{
	static const struct {
		const char *why;
		size_t at;
		int code;
		const char *token;
	} rows[] = {
		{ "MAC1", 15, 403, "mac1" },
		{ "the random under it", 8, 403, "mac1" },
		{ "the balance under it", 3, 403, "mac1" },
		{ "another algorithm than the card was made with", 7, 403, "wrong_card" },
		{ "a balance with which the load passes the cap", 1, 409, "cap" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct table t = table_open();
		struct wire_load_begin_rsp b = begin(&t);
		struct wire_load_request_req req = request_of(&t, &b, BENCH_LOAD);
		struct wire_load_request_rsp rsp;

		req.init[rows[i].at] ^= 4;
		assert_true_why(
		    bench_ask(t.b, "load.request", NULL, &req, &rsp) == rows[i].code, rows[i].why);
		assert_string_equal(t.b->error.error, rows[i].token);
		assert_int_equal(t.b->permit_count, 0);
		bench_close(&t.b);
	}
}

static void
test_another_card_than_the_order_is_for(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_req req;
	struct wire_load_request_rsp rsp;
	char other_no[21];

	(void)state;
	(void)bench_card(t.b, other_no);
	b = begin(&t);
	req = request_of(&t, &b, BENCH_LOAD);
	strcpy(req.card_no, other_no);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 403);
	assert_string_equal(t.b->error.error, "wrong_card");
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "paid");
	bench_close(&t.b);
}

static void
test_a_wrong_tac_confirms_nothing(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_confirm_req confirm = { .credited = true, .attempt = 1 };
	struct wire_order order;

	(void)state;
	strcpy(confirm.order_id, t.order.order_id);
	assert_int_equal(bench_ask(t.b, "load.confirm", NULL, &confirm, &order), 404);
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_int_equal(bench_ask(t.b, "load.confirm", NULL, &confirm, &order), 403);
	assert_string_equal(t.b->error.error, "tac");
	confirm.credited = false;
	assert_int_equal(bench_ask(t.b, "load.confirm", NULL, &confirm, &order), 200);
	assert_string_equal(order.state, "loading");
	assert_int_equal(bench_account(t.b, "SH:", t.card_no), 0);
	bench_close(&t.b);
}

/* The answer to CREDIT was lost; in between the rider even tapped. */
static void
test_a_committed_load_is_found_by_the_next_initialize(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req req;
	uint8_t lost[4];

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, lost));
	model_card(t.b, t.card_no)->balance -= 300; /* F1b */
	b = begin(&t);
	req = request_of(&t, &b, BENCH_LOAD);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 200);
	assert_string_equal(rsp.result, "loaded");
	assert_false(rsp.has_mac2);
	assert_int_equal(bench_account(t.b, "SH:", t.card_no), BENCH_LOAD);
	/* And asked again: the same, no second posting. */
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 200);
	assert_string_equal(rsp.result, "loaded");
	assert_int_equal(bench_account(t.b, "SH:", t.card_no), BENCH_LOAD);
	bench_check_books(t.b);
	bench_close(&t.b);
}

static void
test_an_uncommitted_load_is_tried_again_and_the_old_mac2_is_dead(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp old, rsp;
	struct wire_load_request_req req;
	uint8_t tac[4];

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &old), 200);
	b = begin(&t);
	req = request_of(&t, &b, BENCH_LOAD);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 200);
	assert_string_equal(rsp.result, "credit");
	assert_memory_not_equal(old.mac2, rsp.mac2, 4);
	assert_false(model_card_credit(t.b, t.card_no, old.datetime, old.mac2, tac));
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, tac));
	bench_close(&t.b);
}

static void
test_another_order_waits_until_the_holder_is_settled(void **state)
{
	struct table t = table_open();
	struct wire_order second;
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp, held;
	uint8_t tac[4];

	(void)state;
	second = bench_topup(t.b, t.card_no, 1000);
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_int_equal(bench_load(t.b, second.order_id, &b, &held), 409);
	assert_string_equal(t.b->error.error, "held");
	assert_string_equal(t.b->error.order_id, t.order.order_id);
	/*
	 * Its INITIALIZE has killed the random of the first, so the first is not
	 * credited any more; it is settled by a load of its own.
	 */
	assert_false(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, tac));
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, tac));
	/* The second now proves the first: both are booked, one after the other. */
	bench_load_whole(t.b, second.order_id);
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "loaded");
	assert_int_equal(bench_account(t.b, "SH:", t.card_no), BENCH_LOAD + 1000);
	bench_check_books(t.b);
	bench_close(&t.b);
}

static void
test_an_attestation_never_gives_a_mac2(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req req;

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	b = begin(&t);
	req = request_of(&t, &b, 0);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 200);
	assert_string_equal(rsp.result, "not_loaded");
	assert_false(rsp.has_mac2 || rsp.has_datetime);
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "loading");
	bench_close(&t.b);
}

static void
test_a_counter_that_nobody_explains_is_a_case(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;

	(void)state;
	model_card(t.b, t.card_no)->counter = 9;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 409);
	assert_string_equal(t.b->error.error, "case");
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "case");
	assert_int_equal(bench_number(t.b, "SELECT COUNT(*) FROM casebook WHERE closed_ms = 0"), 1);
	assert_true(bench_order(t.b, t.order.order_id).abnormal);
	bench_close(&t.b);
}

static void
test_a_refund_before_any_mac2_needs_no_proof(void **state)
{
	struct table t = table_open();
	struct wire_order order;

	(void)state;
	assert_int_equal(refund(&t, NULL, &order), 200);
	assert_string_equal(order.state, "refunded");
	assert_int_equal(order.refunded_fen, BENCH_LOAD);
	assert_int_equal(t.b->pays[0].refunded, BENCH_LOAD);
	assert_int_equal(t.b->keyd_permit_calls, 0);
	check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_a_refused_request_gave_no_mac2_either(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b = begin(&t);
	struct wire_load_request_req req = request_of(&t, &b, BENCH_LOAD);
	struct wire_load_request_rsp rsp;
	struct wire_order order;

	(void)state;
	req.init[15] ^= 1;
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 403);
	assert_int_equal(refund(&t, NULL, &order), 200);
	assert_string_equal(order.state, "refunded");
	bench_close(&t.b);
}

static void
test_after_a_mac2_a_refund_needs_a_fresh_proof(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req proof;
	struct wire_order order;

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_int_equal(refund(&t, NULL, &order), 409);
	assert_string_equal(t.b->error.error, "proof_needed");
	b = begin(&t);
	proof = request_of(&t, &b, BENCH_LOAD);
	assert_int_equal(refund(&t, &proof, &order), 200);
	assert_string_equal(order.state, "refunded");
	check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_an_answer_that_may_have_been_a_mac2_counts_as_one(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b = begin(&t);
	struct wire_load_request_req req = request_of(&t, &b, BENCH_LOAD), proof;
	struct wire_load_request_rsp rsp;
	struct wire_order order;

	(void)state;
	t.b->fail_at = t.b->calls + 4; /* session, counter, the order; then the key module */
	t.b->fault = BENCH_FAULT_LOST;
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 503);
	assert_true(t.b->fired);
	assert_int_equal(t.b->permit_count, 1);
	assert_int_equal(refund(&t, NULL, &order), 409);
	assert_string_equal(t.b->error.error, "proof_needed");
	b = begin(&t);
	proof = request_of(&t, &b, BENCH_LOAD);
	assert_int_equal(refund(&t, &proof, &order), 200);
	assert_string_equal(order.state, "refunded");
	bench_close(&t.b);
}

/* R2a: an INITIALIZE recorded before the MAC2 went out, offered as proof. */
static void
test_a_stale_proof(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b1 = begin(&t), b2;
	struct wire_load_request_req recorded = request_of(&t, &b1, BENCH_LOAD), real, proof;
	struct wire_load_request_rsp rsp;
	struct wire_order order;
	uint8_t tac[4];

	(void)state;
	real = request_of(&t, &b1, BENCH_LOAD);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &real, &rsp), 200);
	/* Under its own attempt, under the attempt's number of today, under a new one. */
	assert_int_equal(refund(&t, &recorded, &order), 409);
	assert_string_equal(t.b->error.error, "attempt_used");
	assert_int_equal(refund(&t, &real, &order), 409); /* the MAC2's own */
	assert_string_equal(t.b->error.error, "attempt_used");
	b2 = begin(&t);
	assert_int_equal(refund(&t, &recorded, &order), 409);
	assert_string_equal(t.b->error.error, "stale");
	proof = recorded;
	proof.attempt = b2.attempt;
	assert_int_equal(refund(&t, &proof, &order), 403);
	assert_string_equal(t.b->error.error, "mac1");
	assert_int_equal(t.b->psp_refund_calls, 0);
	/* The card still can be credited, so it was right to refuse. */
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, tac));
	check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_a_request_asked_again_is_open_again(void **state)
{
	struct table t = table_open();
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
	b = begin(&t);
	req = request_of(&t, &b, 1000);
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
	struct table t = table_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req proof;
	struct wire_order order;

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	b = begin(&t);
	proof = request_of(&t, &b, BENCH_LOAD);
	t.b->during_permit = "UPDATE ord SET attempt = attempt + 1 WHERE state = 'loading'";
	assert_int_equal(refund(&t, &proof, &order), 409);
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "loading");
	assert_int_equal(t.b->psp_refund_calls, 0);
	bench_close(&t.b);
}

/* What can only be if something else is broken: told to a person, never booked. */
static void
test_a_load_of_a_refunded_order_is_a_case(void **state)
{
	struct table t = table_open();
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
	struct table t = table_open();
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
	struct table t = table_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp kept;
	struct wire_load_request_req proof;
	struct wire_order order;
	uint8_t tac[4];

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &kept), 200);
	b = begin(&t);
	proof = request_of(&t, &b, BENCH_LOAD);
	assert_int_equal(refund(&t, &proof, &order), 200);
	assert_false(model_card_credit(t.b, t.card_no, kept.datetime, kept.mac2, tac));
	check_no_gain(&t);
	bench_close(&t.b);
}

/* The proof is made, then the load is done, then the proof is offered. */
static void
test_a_proof_from_before_a_later_load(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b, later;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req proof;
	struct wire_order order;
	uint8_t tac[4];

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	b = begin(&t);
	proof = request_of(&t, &b, BENCH_LOAD);
	assert_int_equal(bench_load(t.b, t.order.order_id, &later, &rsp), 200);
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, tac));
	assert_int_equal(refund(&t, &proof, &order), 409);
	assert_string_equal(t.b->error.error, "stale");
	assert_int_equal(t.b->psp_refund_calls, 0);
	check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_a_refund_of_what_is_on_the_card_finds_the_load(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req proof;
	struct wire_order order;
	uint8_t lost[4];

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, lost));
	b = begin(&t);
	proof = request_of(&t, &b, BENCH_LOAD);
	assert_int_equal(refund(&t, &proof, &order), 200);
	assert_string_equal(order.state, "loaded");
	assert_int_equal(t.b->psp_refund_calls, 0);
	assert_int_equal(refund(&t, NULL, &order), 409);
	assert_string_equal(t.b->error.error, "used");
	check_no_gain(&t);
	bench_close(&t.b);
}

/* The key module gave the MAC2, and the refund was decided while its answer flew. */
static void
test_a_mac2_that_arrives_after_the_refund_stays_here(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b = begin(&t);
	struct wire_load_request_req req = request_of(&t, &b, BENCH_LOAD);
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
	struct table t = table_open();
	struct wire_order order;
	unsigned calls;

	(void)state;
	t.b->psp_down = true;
	assert_int_equal(refund(&t, NULL, &order), 200);
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
	check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_refunds_do_not_add_up_over_the_capture(void **state)
{
	struct table t = table_open();
	struct wire_order order;

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(refund(&t, NULL, &order), 200);
		assert_string_equal(order.state, "refunded");
	}
	assert_int_equal(t.b->pays[0].refund_count, 1);
	assert_int_equal(t.b->pays[0].refunded, BENCH_LOAD);
	check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_a_refunded_order_is_never_loaded(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp b = begin(&t), none;
	struct wire_load_request_req req = request_of(&t, &b, BENCH_LOAD);
	struct wire_load_request_rsp rsp;
	struct wire_order_id_req id;
	struct wire_order order;

	(void)state;
	assert_int_equal(refund(&t, NULL, &order), 200);
	strcpy(id.order_id, t.order.order_id);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 409);
	assert_int_equal(bench_ask(t.b, "load.begin", NULL, &id, &none), 409);
	assert_int_equal(t.b->permit_count, 0);
	bench_close(&t.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_load),
		cmocka_unit_test(test_terminal_numbers_are_never_repeated),
		cmocka_unit_test(test_the_order_is_loading_before_the_key_module_is_asked),
		cmocka_unit_test(test_an_attempt_serves_one_initialize),
		cmocka_unit_test(test_what_the_request_refuses),
		cmocka_unit_test(test_another_card_than_the_order_is_for),
		cmocka_unit_test(test_a_wrong_tac_confirms_nothing),
		cmocka_unit_test(test_a_committed_load_is_found_by_the_next_initialize),
		cmocka_unit_test(test_an_uncommitted_load_is_tried_again_and_the_old_mac2_is_dead),
		cmocka_unit_test(test_another_order_waits_until_the_holder_is_settled),
		cmocka_unit_test(test_an_attestation_never_gives_a_mac2),
		cmocka_unit_test(test_a_counter_that_nobody_explains_is_a_case),
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
