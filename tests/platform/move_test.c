/*
 * A card moves in: what was on another pays for it once, or is the wallet's once
 * (C5-MIG-1; 2.11 of the requirement notes).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bad.h"
#include "unloads.h"

/* A rider whose card has moved out; its unload holds the ticket. */
static struct unloads
moved_out(void)
{
	struct unloads t = unloads_open(UNLOADS_FEE);

	assert_int_equal(unloads_begin(&t, "move"), 200);
	assert_int_equal(unloads_round(&t), 200);
	assert_string_equal(t.unload.ticket, "held");
	return t;
}

static int
open_with(
    struct unloads *t, const char *idem, const char *ticket, int64_t amount, struct wire_order *ret)
{
	struct wire_order_open_req req = {
		.se_id = { 8, { 2 } }, .first_load_fen = amount, .has_ticket = true
	};

	req.aid.len = t->b->app.aid_len;
	memcpy(req.aid.data, t->b->app.aid, t->b->app.aid_len);
	strcpy(req.ticket, ticket);
	return bench_ask(t->b, "order.open", idem, &req, ret);
}

static struct wire_order
child_of(struct unloads *t, const char *parent_id)
{
	const struct wire_order_list_req req = { .limit = 50 };
	static struct wire_order_list_rsp list;

	assert_int_equal(bench_ask(t->b, "order.list", NULL, &req, &list), 200);
	for (size_t i = 0; i < list.orders_count; i++)
		if (strcmp(list.orders[i].parent_id, parent_id) == 0)
			return list.orders[i];
	fail_msg("no first load");
	return list.orders[0];
}

static size_t
tickets(struct unloads *t)
{
	static struct wire_unload_tickets_rsp rsp;

	assert_int_equal(bench_ask(t->b, "unload.tickets", NULL, NULL, &rsp), 200);
	return rsp.tickets_count;
}

/* The TSM's work on the new card, which ends like this. */
static struct wire_order
work(struct unloads *t, const char *order_id, enum wire_job_state end)
{
	struct wire_open_begin_req begin = { .se_id = { 8, { 2 } } };
	struct wire_open_begin_rsp session;
	struct wire_order_id_req id;
	struct wire_order order;

	strcpy(begin.order_id, order_id);
	strcpy(id.order_id, order_id);
	assert_int_equal(bench_ask(t->b, "open.begin", NULL, &begin, &session), 200);
	order = bench_order(t->b, order_id);
	model_job_of(t->b, order.card_no)->state = end;
	assert_int_equal(bench_ask(t->b, "open.status", NULL, &id, &order), 200);
	return order;
}

static void
test_what_was_on_a_card_is_on_the_next(void **state)
{
	struct unloads t = moved_out();
	int64_t psp = bench_account(t.b, "PSP", "");
	struct wire_order order, load;

	(void)state;
	assert_int_equal(tickets(&t), 1);
	assert_int_equal(
	    open_with(&t, bench_idem(t.b), t.unload.unload_id, BENCH_LOAD, &order), 200);
	assert_string_equal(order.state, "paid");
	assert_int_equal(order.amount_fen, 0);
	assert_int_equal(tickets(&t), 0);
	order = work(&t, order.order_id, WIRE_JOB_DONE);
	assert_string_equal(order.state, "opened");
	load = child_of(&t, order.order_id);
	assert_string_equal(load.state, "paid");
	bench_load_whole(t.b, load.order_id);
	assert_string_not_equal(order.card_no, t.card_no);
	assert_int_equal(bench_account(t.b, "SH:", order.card_no), BENCH_LOAD);
	assert_int_equal(model_card(t.b, order.card_no)->balance, BENCH_LOAD);
	/* Nothing went through the pay channel, nothing is left anywhere else. */
	assert_int_equal(bench_account(t.b, "PSP", ""), psp);
	unloads_check(&t, 0, 0, 0, 0);
	bench_close(&t.b);
}

static void
test_a_ticket_pays_once(void **state)
{
	struct unloads t = moved_out();
	struct wire_order order, again;
	char idem[33];
	uint64_t before;
	unsigned done = 0;

	(void)state;
	strcpy(idem, bench_idem(t.b));
	assert_int_equal(open_with(&t, idem, t.unload.unload_id, BENCH_LOAD, &order), 200);
	before = bad_state(t.b);
	assert_int_equal(open_with(&t, idem, t.unload.unload_id, BENCH_LOAD, &again), 200);
	assert_string_equal(again.order_id, order.order_id);
	assert_string_equal(again.state, "paid");
	assert_int_equal(
	    open_with(&t, bench_idem(t.b), t.unload.unload_id, BENCH_LOAD, &again), 409);
	assert_string_equal(t.b->error.error, "ticket");
	assert_true(bad_state(t.b) == before);
	/* Nor does its time give it back. */
	t.b->now_ms = t.unload.expires_ms + 1;
	for (int i = 0; i < 4; i++)
		assert_status(platform_tick(t.b->w, &done), YKT_OK);
	assert_int_equal(bench_account(t.b, "U:", t.b->user_id), 0);
	bench_check_books(t.b);
	bench_close(&t.b);
}

static void
test_tickets_that_pay_for_nothing(void **state)
{
	struct unloads t = moved_out();
	struct wire_order order;
	uint64_t before = bad_state(t.b);
	char ticket[33];

	(void)state;
	strcpy(ticket, t.unload.unload_id);
	assert_int_equal(open_with(&t, bench_idem(t.b), BAD_ID, BENCH_LOAD, &order), 404);
	assert_int_equal(open_with(&t, bench_idem(t.b), "", BENCH_LOAD, &order), 404);
	assert_int_equal(open_with(&t, bench_idem(t.b), ticket, BENCH_LOAD + 1, &order), 422);
	assert_int_equal(open_with(&t, bench_idem(t.b), ticket, 1, &order), 422);
	assert_int_equal(open_with(&t, bench_idem(t.b), ticket, 0, &order), 400);
	assert_true(bad_state(t.b) == before);
	/* Somebody else's. */
	bench_register(t.b, BENCH_PHONE2);
	before = bad_state(t.b);
	assert_int_equal(tickets(&t), 0);
	assert_int_equal(open_with(&t, bench_idem(t.b), ticket, BENCH_LOAD, &order), 404);
	assert_true(bad_state(t.b) == before);
	/* Its time is over. */
	t.b->now_ms = t.unload.expires_ms;
	assert_int_equal(bench_login(t.b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(open_with(&t, bench_idem(t.b), ticket, BENCH_LOAD, &order), 409);
	assert_string_equal(t.b->error.error, "ticket");
	bench_close(&t.b);
}

/* Without a card that takes it, it is the wallet's: never the pay channel's. */
static void
test_a_failed_opening_fills_the_wallet(void **state)
{
	struct unloads t = moved_out();
	int64_t psp = bench_account(t.b, "PSP", "");
	struct wire_order order;

	(void)state;
	assert_int_equal(
	    open_with(&t, bench_idem(t.b), t.unload.unload_id, BENCH_LOAD, &order), 200);
	order = work(&t, order.order_id, WIRE_JOB_FAILED);
	bench_settle(t.b);
	assert_int_equal(bench_login(t.b, BENCH_PHONE, BENCH_PASS), 200);
	assert_string_equal(child_of(&t, order.order_id).state, "refunded");
	assert_int_equal(bench_account(t.b, "PSP", ""), psp);
	assert_int_equal(t.b->psp_refund_calls, 0);
	unloads_check(&t, BENCH_LOAD, 0, 0, 0);
	bench_close(&t.b);
}

static void
test_the_rider_may_have_it_in_the_wallet(void **state)
{
	struct unloads t = moved_out();
	struct wire_order_refund_req refund = { .has_attempt = false };
	struct wire_order order;

	(void)state;
	assert_int_equal(
	    open_with(&t, bench_idem(t.b), t.unload.unload_id, BENCH_LOAD, &order), 200);
	strcpy(refund.order_id, order.order_id);
	assert_int_equal(bench_ask(t.b, "order.refund", bench_idem(t.b), &refund, &order), 200);
	bench_settle(t.b);
	assert_int_equal(t.b->psp_refund_calls, 0);
	unloads_check(&t, BENCH_LOAD, 0, 0, 0);
	bench_close(&t.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_on_a_card_is_on_the_next),
		cmocka_unit_test(test_a_ticket_pays_once),
		cmocka_unit_test(test_tickets_that_pay_for_nothing),
		cmocka_unit_test(test_a_failed_opening_fills_the_wallet),
		cmocka_unit_test(test_the_rider_may_have_it_in_the_wallet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
