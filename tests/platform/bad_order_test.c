/*
 * Orders and notices that do not fit (reliability 5.6): unknown, foreign, closed,
 * refunded, for another card, for another shop. No row moves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "bad.h"
#include "loads.h"

/* Everything that takes an order's id, with ids that name nothing. */
#define BAD_H32 "0000000000000000000000000000000000000000000000000000000000000000"

static void
test_orders_that_are_not_there(void **state)
{
	static const char *const ids[] = { BAD_ID, "", "x", "' OR ''='", "%", "*", "../1",
		"0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcde",
		"00000000000000000000000000000000", "\\u0027; DROP TABLE ord; --" };
	static const struct {
		const char *op, *tail;
		bool idem;
	} ops[] = {
		{ "order.get", "", false },
		{ "order.pay", "", false },
		{ "order.confirm",
		    ",\"amount_fen\":1,\"digest\":\"" BAD_H32 "\",\"sig\":\"" BAD_H32 BAD_H32 "\"",
		    false },
		{ "order.refund",
		    ",\"amount_fen\":1,\"to\":\"origin\",\"digest\":\"" BAD_H32
		    "\",\"sig\":\"" BAD_H32 BAD_H32 "\"",
		    true },
		{ "load.begin", "", false },
		{ "load.request",
		    ",\"attempt\":1,\"card_no\":\"" BAD_CARD
		    "\",\"attest\":false,\"init\":\"00000000000000000000000000000000\"",
		    false },
		{ "load.confirm", ",\"attempt\":1,\"credited\":true,\"tac\":\"00000000\"", false },
		{ "open.begin", ",\"se_id\":\"01\"", false },
		{ "open.status", "", false },
	};
	struct loads t = loads_open();
	uint64_t before = bad_state(t.b);
	unsigned outside = t.b->keyd_permit_calls + t.b->psp_refund_calls;
	char text[700];

	(void)state;
	for (size_t n = 0; n < YKT_ARRAY_LEN(ops); n++) {
		for (size_t i = 0; i < YKT_ARRAY_LEN(ids); i++) {
			(void)snprintf(text, sizeof(text),
			    "{\"op\":\"%s\",%s\"body\":{\"order_id\":\"%s\"%s}}", ops[n].op,
			    ops[n].idem ? "\"idem\":\"" BAD_ID "\"," : "", ids[i], ops[n].tail);
			assert_int_equal(bad_call(t.b, ykt_bytes_str(text)), 404);
			assert_string_equal(t.b->error.error, "not_found");
		}
	}
	assert_true(bad_state(t.b) == before);
	assert_int_equal(t.b->keyd_permit_calls + t.b->psp_refund_calls, outside);
	bench_load_whole(t.b, t.order.order_id);
	bench_check_books(t.b);
	bench_close(&t.b);
}

enum act {
	ACT_PAY,
	ACT_BEGIN,
	ACT_REQUEST,
	ACT_CONFIRM,
	ACT_REFUND,
	ACT_COUNT,
};

/* What a rider may try with an order, whatever became of it. */
static int
try_act(struct loads *t, enum act act)
{
	struct wire_order_id_req id;
	struct wire_load_request_req load = { .attempt = 1 };
	struct wire_load_confirm_req confirm = { .attempt = 1, .credited = true };
	union {
		struct wire_order order;
		struct wire_order_pay_rsp pay;
		struct wire_load_begin_rsp begin;
		struct wire_load_request_rsp load;
	} rsp;

	strcpy(id.order_id, t->order.order_id);
	strcpy(load.order_id, t->order.order_id);
	strcpy(load.card_no, t->card_no);
	strcpy(confirm.order_id, t->order.order_id);
	switch (act) {
	case ACT_PAY:
		return bench_ask(t->b, "order.pay", NULL, &id, &rsp.pay);
	case ACT_BEGIN:
		return bench_ask(t->b, "load.begin", NULL, &id, &rsp.begin);
	case ACT_REQUEST:
		return bench_ask(t->b, "load.request", NULL, &load, &rsp.load);
	case ACT_CONFIRM:
		return bench_ask(t->b, "load.confirm", NULL, &confirm, &rsp.order);
	default:
		return loads_refund(t, NULL, &rsp.order);
	}
}

static void
make_closed(struct loads *t)
{
	struct wire_order_topup_req req = { .amount_fen = 1000 };

	strcpy(req.card_no, t->card_no);
	assert_int_equal(bench_ask(t->b, "order.topup", bench_idem(t->b), &req, &t->order), 200);
	t->b->now_ms += 31 * 60000;
	bench_settle(t->b);
	assert_int_equal(bench_login(t->b, BENCH_PHONE, BENCH_PASS), 200);
	assert_string_equal(bench_order(t->b, t->order.order_id).state, "closed");
}

static void
make_refunded(struct loads *t)
{
	assert_int_equal(loads_refund(t, NULL, &t->order), 200);
	assert_string_equal(t->order.state, "refunded");
}

static void
make_refunding(struct loads *t)
{
	t->b->psp_down = true;
	assert_int_equal(loads_refund(t, NULL, &t->order), 200);
	assert_string_equal(t->order.state, "refunding");
}

static void
make_loaded(struct loads *t)
{
	bench_load_whole(t->b, t->order.order_id);
}

static void
make_created(struct loads *t)
{
	struct wire_order_topup_req req = { .amount_fen = 1000 };

	strcpy(req.card_no, t->card_no);
	assert_int_equal(bench_ask(t->b, "order.topup", bench_idem(t->b), &req, &t->order), 200);
}

/*
 * 404: no attempt was ever begun. 200: the answer of what is done already, and
 * like every other row it moves nothing.
 */
static void
test_orders_that_are_at_their_end(void **state)
{
	static const struct {
		const char *why;
		void (*make)(struct loads *);
		int codes[ACT_COUNT]; /* 0: left out, it would be served */
	} rows[] = {
		{ "created", make_created, { 0, 409, 409, 404, 409 } },
		{ "closed", make_closed, { 409, 409, 409, 404, 409 } },
		{ "refunding", make_refunding, { 409, 409, 409, 404, 0 } },
		{ "refunded", make_refunded, { 409, 409, 409, 404, 0 } },
		{ "loaded", make_loaded, { 409, 409, 200, 200, 409 } },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct loads t = loads_open();
		unsigned permits;
		uint64_t before;

		rows[i].make(&t);
		permits = t.b->keyd_permit_calls;
		before = bad_state(t.b);
		for (int act = 0; act < ACT_COUNT; act++) {
			int code;

			if (rows[i].codes[act] == 0)
				continue;
			code = try_act(&t, (enum act)act);
			if (code != rows[i].codes[act] || bad_state(t.b) != before)
				fail_msg("%s, %d: %d %s%s", rows[i].why, act, code,
				    t.b->error.error, bad_state(t.b) != before ? " moved" : "");
		}
		assert_int_equal(t.b->keyd_permit_calls, permits);
		bench_check_books(t.b);
		bench_close(&t.b);
	}
}

/* Another card of the same person: stopped, not yet open, or simply another. */
static void
test_a_card_that_is_not_in_use(void **state)
{
	static const char *const states[] = { "void", "opening", "blocked" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(states); i++) {
		struct loads t = loads_open();
		struct wire_order_topup_req req = { .amount_fen = 1000 };
		struct wire_order_id_req id;
		struct wire_load_begin_rsp begin;
		struct wire_order order;
		char sql[80];
		uint64_t before;

		strcpy(req.card_no, t.card_no);
		strcpy(id.order_id, t.order.order_id);
		(void)snprintf(sql, sizeof(sql), "UPDATE card SET state = '%s'", states[i]);
		assert_status(bench_sql(t.b, sql), YKT_OK);
		before = bad_state(t.b);
		assert_int_equal(bench_ask(t.b, "order.topup", bench_idem(t.b), &req, &order), 409);
		assert_string_equal(t.b->error.error, "card_state");
		assert_int_equal(bench_ask(t.b, "load.begin", NULL, &id, &begin), 409);
		assert_string_equal(t.b->error.error, "card_state");
		assert_true(bad_state(t.b) == before);
		/* The money that waits for it is not lost. */
		assert_int_equal(loads_refund(&t, NULL, &order), 200);
		assert_string_equal(order.state, "refunded");
		bench_check_books(t.b);
		bench_close(&t.b);
	}
}

static void
test_cards_that_are_not_there(void **state)
{
	static const struct {
		const char *card_no;
		int code;
	} rows[] = {
		{ BAD_CARD, 404 },
		{ "00000000000000000000", 404 },
		{ "", 400 },
		{ "0310099010000000001", 400 },
		{ "13100990100000000010", 400 },
		{ "0310099010000000001F", 400 },
		{ "0310099010000000001'", 400 },
	};
	struct loads t = loads_open();
	uint64_t before = bad_state(t.b);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_order_topup_req req = { .amount_fen = 1000 };
		struct wire_order order;

		if (strcmp(rows[i].card_no, t.card_no) == 0)
			continue;
		strcpy(req.card_no, rows[i].card_no);
		assert_true_why(
		    bench_ask(t.b, "order.topup", bench_idem(t.b), &req, &order) == rows[i].code,
		    rows[i].card_no);
	}
	assert_true(bad_state(t.b) == before);
	bench_close(&t.b);
}

/* The order is there, but nobody was ever asked to pay it. */
static void
test_a_notice_before_its_order_is_sent_to_pay(void **state)
{
	struct loads t = loads_open();
	struct wire_order_topup_req req = { .amount_fen = 1000 };
	struct wire_pay_notice notice;
	struct wire_order order;
	uint64_t before;

	(void)state;
	strcpy(req.card_no, t.card_no);
	assert_int_equal(bench_ask(t.b, "order.topup", bench_idem(t.b), &req, &order), 200);
	before = bad_state(t.b);
	model_notice(t.b, &t.b->pays[0], &notice);
	strcpy(notice.order_id, order.order_id);
	notice.amount_fen = 1000;
	assert_int_equal(model_notice_send(t.b, &notice), 404);
	strcpy(notice.order_id, BAD_ID);
	assert_int_equal(model_notice_send(t.b, &notice), 404);
	assert_true(bad_state(t.b) == before);
	bench_pay(t.b, order.order_id);
	assert_string_equal(bench_order(t.b, order.order_id).state, "paid");
	bench_check_books(t.b);
	bench_close(&t.b);
}

/* An opening is paid under its own order; the load that hangs on it is not. */
static void
test_a_notice_for_half_of_a_payment(void **state)
{
	struct bench *b;
	struct wire_order open;
	struct wire_order_id_req id;
	struct wire_order_pay_rsp pay;
	struct wire_order_list_req list_req = { .limit = 50 };
	static struct wire_order_list_rsp list;
	struct wire_pay_notice notice;
	uint64_t before;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	open = bench_order_open(b);
	strcpy(id.order_id, open.order_id);
	assert_int_equal(bench_ask(b, "order.pay", NULL, &id, &pay), 200);
	assert_int_equal(bench_ask(b, "order.list", NULL, &list_req, &list), 200);
	b->pays[0].paid = true;
	before = bad_state(b);
	for (size_t i = 0; i < list.orders_count; i++) {
		model_notice(b, &b->pays[0], &notice);
		strcpy(notice.order_id, list.orders[i].order_id);
		notice.amount_fen = list.orders[i].amount_fen;
		assert_int_not_equal(model_notice_send(b, &notice), 200);
	}
	assert_int_equal(list.orders_count, 2);
	assert_true(bad_state(b) == before);
	bench_pay(b, open.order_id);
	bench_check_books(b);
	bench_close(&b);
}

/* The channel signs for many shops: ours is named in every notice (T03). */
static void
test_a_notice_after_the_refund_and_for_another_shop(void **state)
{
	struct loads t = loads_open();
	struct wire_pay_notice notice;
	struct wire_order order;
	uint64_t before;

	(void)state;
	assert_int_equal(loads_refund(&t, NULL, &order), 200);
	assert_string_equal(order.state, "refunded");
	model_notice(t.b, &t.b->pays[0], &notice);
	assert_int_equal(model_notice_send(t.b, &notice), 200); /* its nonce is kept */
	before = bad_state(t.b);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(model_notice_send(t.b, &notice), 200);
	strcpy(notice.payee, "yikatong 9902");
	assert_int_equal(model_notice_send(t.b, &notice), 422);
	assert_string_equal(t.b->error.error, "payee");
	strcpy(notice.payee, t.b->options.payee);
	strcpy(notice.currency, "HKD");
	assert_int_equal(model_notice_send(t.b, &notice), 422);
	assert_string_equal(t.b->error.error, "currency");
	assert_true(bad_state(t.b) == before);
	assert_int_equal(model_pay_of(t.b, order.parent_id)->refunded, BENCH_LOAD);
	bench_check_books(t.b);
	bench_close(&t.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders_that_are_not_there),
		cmocka_unit_test(test_orders_that_are_at_their_end),
		cmocka_unit_test(test_a_card_that_is_not_in_use),
		cmocka_unit_test(test_cards_that_are_not_there),
		cmocka_unit_test(test_a_notice_before_its_order_is_sent_to_pay),
		cmocka_unit_test(test_a_notice_for_half_of_a_payment),
		cmocka_unit_test(test_a_notice_after_the_refund_and_for_another_shop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
