/*
 * Opening a card: the TSM's job, and the two lines of its order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"

#include <string.h>

struct table {
	struct bench *b;
	struct wire_order open;
	struct wire_open_begin_req begin;
	struct wire_order_id_req id;
};

static struct table
table_open(void)
{
	struct table t = { .begin = { .se_id = { 8, { 1 } } } };

	bench_open(&t.b);
	bench_register(t.b, BENCH_PHONE);
	t.open = bench_order_open(t.b);
	bench_pay(t.b, t.open.order_id);
	strcpy(t.begin.order_id, t.open.order_id);
	strcpy(t.id.order_id, t.open.order_id);
	return t;
}

static int
open_begin(struct table *t, uint8_t *ret_session)
{
	struct wire_open_begin_rsp rsp;
	int code = bench_ask(t->b, "open.begin", NULL, &t->begin, &rsp);

	if (code == 200)
		*ret_session = rsp.session_id[0];
	return code;
}

static struct wire_order
open_status(struct table *t)
{
	struct wire_order order;

	assert_int_equal(bench_ask(t->b, "open.status", NULL, &t->id, &order), 200);
	return order;
}

static int64_t
count(struct bench *b, const char *sql)
{
	return bench_number(b, sql);
}

static void
test_an_opening(void **state)
{
	struct table t = table_open();
	struct wire_order order;
	uint8_t session = 0;

	(void)state;
	assert_int_equal(open_begin(&t, &session), 200);
	assert_int_equal(session, 1);
	order = open_status(&t);
	assert_string_equal(order.state, "opening");
	assert_true(wire_card_no_valid(order.card_no));
	t.b->jobs[0].state = WIRE_JOB_DONE;
	assert_string_equal(open_status(&t).state, "opened");
	assert_int_equal(bench_account(t.b, "FEE", ""), BENCH_FEE);
	assert_int_equal(count(t.b, "SELECT COUNT(*) FROM card WHERE state = 'active'"), 1);
	assert_int_equal(open_begin(&t, &session), 409);
	bench_check_books(t.b);
	bench_close(&t.b);
}

static void
test_beginning_again_is_another_session_of_the_same_job(void **state)
{
	struct table t = table_open();
	uint8_t session = 0;

	(void)state;
	assert_int_equal(open_begin(&t, &session), 200);
	assert_int_equal(open_begin(&t, &session), 200);
	assert_int_equal(session, 0x81);
	assert_int_equal(t.b->job_count, 1);
	assert_int_equal(count(t.b, "SELECT COUNT(*) FROM card"), 1);
	t.begin.se_id.data[0] = 9;
	assert_int_equal(open_begin(&t, &session), 409);
	assert_string_equal(t.b->error.error, "other_element");
	bench_close(&t.b);
}

static void
test_a_start_whose_answer_was_lost_is_started_again(void **state)
{
	struct table t = table_open();
	uint8_t session = 0;

	(void)state;
	t.b->tsm_down = true;
	assert_int_equal(open_begin(&t, &session), 503);
	assert_string_equal(open_status(&t).state, "opening");
	bench_restart(t.b);
	t.b->tsm_down = false;
	assert_string_equal(open_status(&t).state, "opening"); /* the TSM knows no such job */
	assert_int_equal(open_begin(&t, &session), 200);
	assert_int_equal(t.b->jobs[0].starts, 1);
	bench_close(&t.b);
}

static void
test_a_job_that_failed_gives_both_lines_back(void **state)
{
	struct table t = table_open();
	uint8_t session = 0;

	(void)state;
	assert_int_equal(open_begin(&t, &session), 200);
	t.b->jobs[0].state = WIRE_JOB_FAILED;
	assert_string_equal(open_status(&t).note, "job_failed");
	bench_settle(t.b);
	assert_int_equal(count(t.b, "SELECT COUNT(*) FROM ord WHERE state = 'refunded'"), 2);
	assert_int_equal(count(t.b, "SELECT COUNT(*) FROM card WHERE state = 'void'"), 1);
	assert_int_equal(t.b->pays[0].refunded, BENCH_FEE + BENCH_LOAD);
	assert_int_equal(t.b->pays[0].refund_count, 2);
	bench_check_books(t.b);
	bench_close(&t.b);
}

/* An application without a fee: that line is nothing, and goes back as nothing. */
static void
test_an_opening_without_a_fee(void **state)
{
	struct table t = { .begin = { .se_id = { 8, { 1 } } } };
	uint8_t session = 0;

	(void)state;
	bench_open(&t.b);
	t.b->app.fee_fen = 0;
	bench_restart(t.b);
	bench_register(t.b, BENCH_PHONE);
	for (int i = 0; i < 2; i++) {
		t.open = bench_order_open(t.b);
		bench_pay(t.b, t.open.order_id);
		strcpy(t.begin.order_id, t.open.order_id);
		strcpy(t.id.order_id, t.open.order_id);
		assert_int_equal(open_begin(&t, &session), 200);
		t.b->jobs[i].state = i == 0 ? WIRE_JOB_DONE : WIRE_JOB_FAILED;
		(void)open_status(&t);
	}
	bench_settle(t.b);
	assert_int_equal(count(t.b, "SELECT COUNT(*) FROM ord WHERE state = 'opened'"), 1);
	assert_int_equal(count(t.b, "SELECT COUNT(*) FROM ord WHERE state = 'refunded'"), 2);
	assert_int_equal(t.b->pays[1].refunded, BENCH_LOAD);
	assert_int_equal(t.b->pays[1].refund_count, 1);
	bench_check_books(t.b);
	bench_close(&t.b);
}

static void
test_the_tick_finishes_openings_that_nobody_asks_for(void **state)
{
	struct table t = table_open();
	uint8_t session = 0;

	(void)state;
	assert_int_equal(open_begin(&t, &session), 200);
	t.b->jobs[0].state = WIRE_JOB_DONE;
	t.b->now_ms += 10000;
	bench_settle(t.b);
	assert_int_equal(count(t.b, "SELECT COUNT(*) FROM ord WHERE state = 'opened'"), 1);
	bench_close(&t.b);
}

static void
test_the_first_load_waits_for_its_card(void **state)
{
	struct table t = table_open();
	struct wire_load_begin_rsp load;
	struct wire_order_id_req id;
	static struct wire_order_list_rsp list;
	struct wire_order_list_req ask = { .limit = 50 };
	uint8_t session = 0;

	(void)state;
	assert_int_equal(bench_ask(t.b, "order.list", NULL, &ask, &list), 200);
	assert_int_equal(list.orders_count, 2);
	strcpy(id.order_id, strcmp(list.orders[0].kind, "topup") == 0 ? list.orders[0].order_id
								      : list.orders[1].order_id);
	assert_int_equal(bench_ask(t.b, "load.begin", NULL, &id, &load), 409);
	assert_string_equal(t.b->error.error, "card_state");
	assert_int_equal(open_begin(&t, &session), 200);
	assert_int_equal(bench_ask(t.b, "load.begin", NULL, &id, &load), 409);
	t.b->jobs[0].state = WIRE_JOB_DONE;
	(void)open_status(&t);
	assert_int_equal(bench_ask(t.b, "load.begin", NULL, &id, &load), 200);
	bench_close(&t.b);
}

static int
refund(struct table *t, const char *order_id, struct wire_order *ret)
{
	struct wire_order_refund_req req = { .has_attempt = false };

	strcpy(req.order_id, order_id);
	return bench_ask(t->b, "order.refund", bench_idem(t->b), &req, ret);
}

static void
test_a_fee_refunded_before_the_opening_takes_the_load_with_it(void **state)
{
	struct table t = table_open();
	struct wire_order order;
	uint8_t session = 0;

	(void)state;
	assert_int_equal(refund(&t, t.open.order_id, &order), 200);
	assert_string_equal(order.state, "refunded");
	bench_settle(t.b);
	assert_int_equal(count(t.b, "SELECT COUNT(*) FROM ord WHERE state = 'refunded'"), 2);
	assert_int_equal(t.b->pays[0].refunded, BENCH_FEE + BENCH_LOAD);
	assert_int_equal(bench_login(t.b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(open_begin(&t, &session), 409);
	assert_int_equal(t.b->job_count, 0);
	bench_check_books(t.b);
	bench_close(&t.b);
}

static void
test_the_load_alone_can_go_back_and_the_card_still_opens(void **state)
{
	struct table t = table_open();
	struct wire_order order;
	static struct wire_order_list_rsp list;
	struct wire_order_list_req ask = { .limit = 50 };
	uint8_t session = 0;

	(void)state;
	assert_int_equal(bench_ask(t.b, "order.list", NULL, &ask, &list), 200);
	for (size_t i = 0; i < list.orders_count; i++) {
		if (strcmp(list.orders[i].kind, "topup") == 0)
			assert_int_equal(refund(&t, list.orders[i].order_id, &order), 200);
	}
	assert_int_equal(t.b->pays[0].refunded, BENCH_LOAD);
	assert_int_equal(open_begin(&t, &session), 200);
	assert_int_equal(refund(&t, t.open.order_id, &order), 409); /* not while it runs */
	t.b->jobs[0].state = WIRE_JOB_DONE;
	assert_string_equal(open_status(&t).state, "opened");
	assert_int_equal(refund(&t, t.open.order_id, &order), 409);
	assert_string_equal(t.b->error.error, "used");
	assert_int_equal(t.b->pays[0].refunded, BENCH_LOAD);
	bench_check_books(t.b);
	bench_close(&t.b);
}

static void
test_old_unfinished_orders_are_listed_until_they_finish(void **state)
{
	struct table t = table_open();
	uint8_t session = 0;

	(void)state;
	assert_int_equal(open_begin(&t, &session), 200);
	t.b->now_ms += INT64_C(2) * 86400000;
	bench_settle(t.b);
	assert_int_equal(
	    count(t.b, "SELECT COUNT(*) FROM casebook WHERE kind = 'aged' AND closed_ms = 0"), 2);
	t.b->jobs[0].state = WIRE_JOB_DONE;
	bench_settle(t.b);
	assert_int_equal(
	    count(t.b, "SELECT COUNT(*) FROM casebook WHERE kind = 'aged' AND closed_ms = 0"), 1);
	bench_close(&t.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_opening),
		cmocka_unit_test(test_beginning_again_is_another_session_of_the_same_job),
		cmocka_unit_test(test_a_start_whose_answer_was_lost_is_started_again),
		cmocka_unit_test(test_a_job_that_failed_gives_both_lines_back),
		cmocka_unit_test(test_an_opening_without_a_fee),
		cmocka_unit_test(test_the_tick_finishes_openings_that_nobody_asks_for),
		cmocka_unit_test(test_the_first_load_waits_for_its_card),
		cmocka_unit_test(test_a_fee_refunded_before_the_opening_takes_the_load_with_it),
		cmocka_unit_test(test_the_load_alone_can_go_back_and_the_card_still_opens),
		cmocka_unit_test(test_old_unfinished_orders_are_listed_until_they_finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
