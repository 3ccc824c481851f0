/*
 * Loading a card: R2 and what the permit decides.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "loads.h"

#include <string.h>

static void
test_a_load(void **state)
{
	struct loads t = loads_open();

	(void)state;
	bench_load_whole(t.b, t.order.order_id);
	assert_int_equal(bench_account(t.b, "SH:", t.card_no), BENCH_LOAD);
	assert_int_equal(bench_account(t.b, "IF:", t.order.order_id), 0);
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "loaded");
	loads_check_no_gain(&t);
	bench_close(&t.b);
}

static void
test_terminal_numbers_are_never_repeated(void **state)
{
	struct loads t = loads_open();
	uint8_t seen[20][6];

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(seen); i++) {
		struct wire_load_begin_rsp b = loads_begin(&t);

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
	struct loads t = loads_open();
	struct wire_load_begin_rsp b = loads_begin(&t);
	struct wire_load_request_req req = loads_request(&t, &b, BENCH_LOAD);
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
	struct loads t = loads_open();
	struct wire_load_begin_rsp b1 = loads_begin(&t), b2;
	struct wire_load_request_req req = loads_request(&t, &b1, BENCH_LOAD), other;
	struct wire_load_request_rsp first, again;

	(void)state;
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &first), 200);
	t.b->now_ms += 5000; /* the time in the answer is that of the permit */
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &again), 200);
	assert_memory_equal(&first, &again, sizeof(first));
	other = loads_request(&t, &b1, BENCH_LOAD);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &other, &again), 409);
	assert_string_equal(t.b->error.error, "attempt_used");
	b2 = loads_begin(&t);
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
		struct loads t = loads_open();
		struct wire_load_begin_rsp b = loads_begin(&t);
		struct wire_load_request_req req = loads_request(&t, &b, BENCH_LOAD);
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
	struct loads t = loads_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_req req;
	struct wire_load_request_rsp rsp;
	char other_no[21];

	(void)state;
	(void)bench_card(t.b, other_no);
	b = loads_begin(&t);
	req = loads_request(&t, &b, BENCH_LOAD);
	strcpy(req.card_no, other_no);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 403);
	assert_string_equal(t.b->error.error, "wrong_card");
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "paid");
	bench_close(&t.b);
}

static void
test_a_wrong_tac_confirms_nothing(void **state)
{
	struct loads t = loads_open();
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
	struct loads t = loads_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req req;
	uint8_t lost[4];

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	assert_true(model_card_credit(t.b, t.card_no, rsp.datetime, rsp.mac2, lost));
	model_card(t.b, t.card_no)->balance -= 300; /* F1b */
	b = loads_begin(&t);
	req = loads_request(&t, &b, BENCH_LOAD);
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
	struct loads t = loads_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp old, rsp;
	struct wire_load_request_req req;
	uint8_t tac[4];

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &old), 200);
	b = loads_begin(&t);
	req = loads_request(&t, &b, BENCH_LOAD);
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
	struct loads t = loads_open();
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
	struct loads t = loads_open();
	struct wire_load_begin_rsp b;
	struct wire_load_request_rsp rsp;
	struct wire_load_request_req req;

	(void)state;
	assert_int_equal(bench_load(t.b, t.order.order_id, &b, &rsp), 200);
	b = loads_begin(&t);
	req = loads_request(&t, &b, 0);
	assert_int_equal(bench_ask(t.b, "load.request", NULL, &req, &rsp), 200);
	assert_string_equal(rsp.result, "not_loaded");
	assert_false(rsp.has_mac2 || rsp.has_datetime);
	assert_string_equal(bench_order(t.b, t.order.order_id).state, "loading");
	bench_close(&t.b);
}

static void
test_a_counter_that_nobody_explains_is_a_case(void **state)
{
	struct loads t = loads_open();
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
