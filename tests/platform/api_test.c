/*
 * What the API means: idempotency (I-10), amounts (T34), and that nobody reaches
 * another's things (T29).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"

#include <string.h>

#include "platform/admin.h"
#include "platform/card.h"

static struct bench *
with_card(char card_no[21])
{
	struct bench *b;
	struct wire_order load;

	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	load = bench_card(b, card_no);
	bench_load_whole(b, load.order_id);
	return b;
}

static int64_t
orders(struct bench *b)
{
	return bench_number(b, "SELECT COUNT(*) FROM ord");
}

static struct wire_order_topup_req
topup_of(const char *card_no, int64_t amount)
{
	struct wire_order_topup_req req = { .amount_fen = amount };

	strcpy(req.card_no, card_no);
	return req;
}

static void
test_the_same_request_twice_is_one_order(void **state)
{
	char card_no[21];
	struct bench *b = with_card(card_no);
	struct wire_order_topup_req req = topup_of(card_no, 1000);
	struct wire_order first, again;
	const char *key = bench_idem(b);

	(void)state;
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &first), 200);
	bench_pay(b, first.order_id);
	/* Whatever became of the order: the same bytes, for ever. */
	b->now_ms += INT64_C(366) * 86400000;
	bench_restart(b);
	bench_settle(b); /* house-keeping forgets much, but no key */
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &again), 200);
	assert_memory_equal(&first, &again, sizeof(first));
	assert_int_equal(orders(b), 3);
	bench_close(&b);
}

static void
test_the_same_key_for_anything_else_is_refused(void **state)
{
	char card_no[21], other_no[21];
	struct bench *b = with_card(card_no);
	struct wire_order_topup_req req = topup_of(card_no, 1000);
	struct wire_order order;
	char key[33];

	(void)state;
	(void)bench_card(b, other_no);
	strcpy(key, bench_idem(b));
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &order), 200);
	req.amount_fen = 1001;
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &order), 422);
	assert_string_equal(b->error.error, "mismatch");
	req = topup_of(other_no, 1000);
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &order), 422);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE parent_id = '' AND"
					 " kind = 'topup'"),
	    1);
	bench_close(&b);
}

static void
test_a_key_is_of_one_account_and_operation(void **state)
{
	char card_no[21];
	struct bench *b = with_card(card_no);
	struct wire_order_topup_req req = topup_of(card_no, 1000);
	struct wire_order_open_req open = { .se_id = { 8, { 1 } }, .first_load_fen = 1000 };
	struct wire_order order, other;
	char key[33];

	(void)state;
	open.aid.len = b->app.aid_len;
	memcpy(open.aid.data, b->app.aid, b->app.aid_len);
	strcpy(key, bench_idem(b));
	assert_int_equal(bench_ask(b, "order.topup", key, &req, &order), 200);
	assert_int_equal(bench_ask(b, "order.open", key, &open, &other), 200);
	assert_string_not_equal(order.order_id, other.order_id);
	bench_register(b, BENCH_PHONE2);
	assert_int_equal(bench_ask(b, "order.open", key, &open, &order), 200);
	assert_string_not_equal(order.order_id, other.order_id);
	bench_close(&b);
}

/* The strict reader of the envelope stands before the handlers: nothing is made. */
static void
test_a_money_call_without_a_good_key(void **state)
{
	static const char *const bodies[] = {
		"{\"op\":\"order.topup\",\"body\":{\"card_no\":\"03100990100000000010\",\"amount_"
		"fen\":"
		"1000}}",
		"{\"op\":\"order.topup\",\"idem\":\"\",\"body\":{\"card_no\":"
		"\"03100990100000000010\","
		"\"amount_fen\":1000}}",
		"{\"op\":\"order.topup\",\"idem\":\"0123\",\"body\":{\"card_no\":"
		"\"03100990100000000010\",\"amount_fen\":1000}}",
		"{\"op\":\"order.topup\",\"idem\":\"0000000000000000000000000000000A\",\"body\":{"
		"\"card_no\":\"03100990100000000010\",\"amount_fen\":1000}}",
		"{\"op\":\"order.topup\",\"idem\":\"0000000000000000000000000000000a\",\"body\":{"
		"\"card_no\":\"03100990100000000010\",\"amount_fen\":1e3}}",
		"{\"op\":\"order.topup\",\"idem\":\"0000000000000000000000000000000a\",\"body\":{"
		"\"card_no\":\"03100990100000000010\",\"amount_fen\":1000,\"amount_fen\":1}}",
		"{\"op\":\"order.topup\",\"idem\":\"0000000000000000000000000000000a\",\"body\":{"
		"\"card_no\":\"03100990100000000010\",\"amount_fen\":1000,\"paid_fen\":1}}",
		"{\"op\":\"order.nothing\",\"body\":{}}",
		"[]",
	};
	char card_no[21];
	struct bench *b = with_card(card_no);
	int64_t before = orders(b);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(bodies); i++) {
		struct ykt_buf json = YKT_BUF(b->body), plain = YKT_BUF(b->plain);
		struct wire_seal seal;
		struct wire_reply reply;

		assert_status(wire_call_seal(b->other, &b->random, &b->keys, b->sid, ++b->ctr,
				  b->now_ms, ykt_bytes_str(bodies[i]), &json, &seal),
		    YKT_OK);
		assert_int_equal(bench_raw(b, WIRE_PATH_CLIENT_CALL, "", ykt_buf_view(&json)), 200);
		assert_status(wire_reply_unseal(b->other, &b->keys, &seal,
				  ykt_bytes(b->answer, b->answer_len), &plain),
		    YKT_OK);
		assert_status(wire_reply_decode(ykt_buf_view(&plain), &reply), YKT_OK);
		assert_true_why(reply.code == 400, bodies[i]);
	}
	assert_int_equal(orders(b), before);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM idem WHERE op = 'order.topup'"), 0);
	bench_close(&b);
}

static void
test_a_twin_in_progress_is_told_to_wait(void **state)
{
	char card_no[21];
	struct bench *b = with_card(card_no);
	struct wire_order order = bench_topup(b, card_no, 1000);
	struct wire_order_refund_req req = { .has_attempt = false };
	struct wire_order answer;
	char key[33];

	(void)state;
	strcpy(req.order_id, order.order_id);
	strcpy(key, bench_idem(b));
	/* The first dies after it began: store (session twice, look, begin), then the channel. */
	b->psp_down = true;
	b->fail_at = b->calls + 5;
	b->fault = BENCH_FAULT_DOWN;
	assert_int_equal(bench_ask(b, "order.refund", key, &req, &answer), 503);
	bench_restart(b);
	assert_int_equal(bench_ask(b, "order.refund", key, &req, &answer), 409);
	assert_string_equal(b->error.error, "in_progress");
	b->now_ms += 10001; /* the lease of a dead request ends */
	b->psp_down = false;
	assert_int_equal(bench_ask(b, "order.refund", key, &req, &answer), 200);
	assert_string_equal(answer.state, "refunded");
	assert_int_equal(bench_account(b, "IF:", order.order_id), 0);
	assert_int_equal(model_pay_of(b, order.order_id)->refunded, 1000);
	bench_close(&b);
}

static void
test_amount_bounds(void **state)
{
	static const struct {
		const char *why;
		int64_t amount;
		int code;
	} rows[] = {
		{ "nothing", 0, 400 },
		{ "one fen", 1, 400 },
		{ "below the least", 99, 400 },
		{ "the least", 100, 200 },
		{ "the most", 50000, 200 },
		{ "above the most", 50001, 400 },
		{ "2^31", INT64_C(1) << 31, 400 },
		{ "2^32 + the least", (INT64_C(1) << 32) + 100, 400 },
		{ "the most that the reader lets in", WIRE_FEN_MAX, 400 },
	};
	char card_no[21];
	struct bench *b = with_card(card_no);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_order_topup_req req = topup_of(card_no, rows[i].amount);
		struct wire_order order;
		int64_t before = orders(b);

		assert_true_why(
		    bench_ask(b, "order.topup", bench_idem(b), &req, &order) == rows[i].code,
		    rows[i].why);
		assert_int_equal(orders(b), before + (rows[i].code == 200 ? 1 : 0));
	}
	bench_close(&b);
}

static void
test_the_cap_counts_what_is_under_way(void **state)
{
	char card_no[21];
	struct bench *b = with_card(card_no); /* BENCH_LOAD is on it */
	struct wire_order_topup_req req = topup_of(card_no, 50000);
	struct wire_order order;

	(void)state;
	(void)bench_topup(b, card_no, 50000); /* paid, not loaded */
	assert_int_equal(bench_ask(b, "order.topup", bench_idem(b), &req, &order), 409);
	assert_string_equal(b->error.error, "cap");
	req.amount_fen = BENCH_CAP - 50000 - BENCH_LOAD + 1;
	assert_int_equal(bench_ask(b, "order.topup", bench_idem(b), &req, &order), 409);
	req.amount_fen--;
	assert_int_equal(bench_ask(b, "order.topup", bench_idem(b), &req, &order), 200);
	bench_close(&b);
}

static void
test_no_more_cards_than_one_answer_can_list(void **state)
{
	struct bench *b;
	struct wire_order_open_req req = { .se_id = { 8, { 1 } }, .first_load_fen = 1000 };
	struct wire_order order;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	req.aid.len = b->app.aid_len;
	memcpy(req.aid.data, b->app.aid, b->app.aid_len);
	for (int i = 0; i < WIRE_CARDS_MAX; i++)
		assert_int_equal(bench_ask(b, "order.open", bench_idem(b), &req, &order), 200);
	assert_int_equal(bench_ask(b, "order.open", bench_idem(b), &req, &order), 409);
	bench_close(&b);
}

/* Every operation that names an order or a card, with somebody else's. */
static void
test_foreign_things_are_not_there(void **state)
{
	static union {
		struct wire_order_list_rsp list;
		struct wire_card_list_rsp cards;
		struct wire_card_records_rsp records;
		uint8_t bytes[4096];
	} rsp;
	char card_no[21];
	struct bench *b = with_card(card_no);
	struct wire_order order = bench_topup(b, card_no, 1000);
	struct wire_order unpaid;
	struct wire_order_topup_req topup = topup_of(card_no, 1000);
	struct wire_order_id_req id;
	struct wire_order_refund_req refund = { .has_attempt = false };
	struct wire_load_request_req load = { .attempt = 1 };
	struct wire_load_confirm_req confirm = { .attempt = 1, .credited = true };
	struct wire_open_begin_req open = { .se_id = { 8, { 1 } } };
	struct wire_card_balance_req balance;
	struct wire_card_records_req records = { .limit = 5 };
	struct wire_order_list_req list = { .limit = 50 };
	int64_t journals;

	(void)state;
	assert_int_equal(bench_ask(b, "order.topup", bench_idem(b), &topup, &unpaid), 200);
	bench_register(b, BENCH_PHONE2);
	journals = bench_number(b, "SELECT COUNT(*) FROM journal");
	strcpy(refund.order_id, order.order_id);
	strcpy(load.order_id, order.order_id);
	strcpy(load.card_no, card_no);
	strcpy(confirm.order_id, order.order_id);
	strcpy(open.order_id, order.order_id);
	strcpy(balance.card_no, card_no);
	strcpy(records.card_no, card_no);
	for (int i = 0; i < 2; i++) {
		strcpy(id.order_id, i == 0 ? order.order_id : unpaid.order_id);
		assert_int_equal(bench_ask(b, "order.get", NULL, &id, &rsp), 404);
		assert_int_equal(bench_ask(b, "order.pay", NULL, &id, &rsp), 404);
		assert_int_equal(bench_ask(b, "load.begin", NULL, &id, &rsp), 404);
		assert_int_equal(bench_ask(b, "open.status", NULL, &id, &rsp), 404);
	}
	assert_int_equal(bench_ask(b, "order.topup", bench_idem(b), &topup, &rsp), 404);
	assert_int_equal(bench_ask(b, "order.refund", bench_idem(b), &refund, &rsp), 404);
	assert_int_equal(bench_ask(b, "load.request", NULL, &load, &rsp), 404);
	assert_int_equal(bench_ask(b, "load.confirm", NULL, &confirm, &rsp), 404);
	assert_int_equal(bench_ask(b, "open.begin", NULL, &open, &rsp), 404);
	assert_int_equal(bench_ask(b, "card.balance", NULL, &balance, &rsp), 404);
	assert_int_equal(bench_ask(b, "card.records", NULL, &records, &rsp), 404);
	assert_int_equal(bench_ask(b, "order.list", NULL, &list, &rsp), 200);
	assert_int_equal(rsp.list.orders_count, 0);
	assert_int_equal(bench_ask(b, "card.list", NULL, NULL, &rsp), 200);
	assert_int_equal(rsp.cards.cards_count, 0);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM journal"), journals);
	bench_close(&b);
}

/* Role × path: who may not call gets 403 and nothing is read. */
static void
test_each_inner_path_knows_its_callers(void **state)
{
	static const char *const peers[] = { "", "payd", "gate-310000000001", "platform-9902",
		"platform-9901", "operator", "tsm-9901", "keyd-9901", "payd2", "operatorx" };
	static const struct {
		const char *path;
		const char *may[2];
	} rows[] = {
		{ WIRE_PATH_PAY_NOTICE, { "payd" } },
		{ WIRE_PATH_GATE_UPLOAD, { "gate-310000000001" } },
		{ WIRE_PATH_GATE_PARAMS, { "gate-310000000001" } },
		{ WIRE_PATH_CLEAR_SUBMIT, { "platform-9902", "platform-9901" } },
		{ "/admin/ledger", { "operator" } },
		{ "/admin/orders", { "operator" } },
	};
	struct bench *b;

	(void)state;
	bench_open(&b);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		for (size_t n = 0; n < YKT_ARRAY_LEN(peers); n++) {
			bool may = false;
			int code = bench_raw(b, rows[i].path, peers[n], ykt_bytes_str("[]"));

			for (size_t m = 0; m < 2 && rows[i].may[m] != NULL; m++)
				may = may || strcmp(rows[i].may[m], peers[n]) == 0;
			/* Whoever may call gets as far as his bad body. */
			assert_int_equal(code, may ? 400 : 403);
		}
		assert_false(platform_path_public(rows[i].path));
	}
	assert_true(platform_path_public(WIRE_PATH_CLIENT_OPEN));
	assert_true(platform_path_public(WIRE_PATH_CLIENT_CALL));
	assert_false(platform_path_public("/client/open/"));
	assert_int_equal(bench_raw(b, "/nothing", "operator", ykt_bytes_str("{}")), 404);
	bench_close(&b);
}

static void
test_the_operator_reads_totals_and_orders(void **state)
{
	static struct admin_ledger_rsp ledger;
	static struct wire_order_list_rsp list;
	static const struct wire_empty empty;
	struct admin_orders_req ask = { .state = "loaded", .limit = 50 };
	char card_no[21];
	struct bench *b = with_card(card_no);
	int64_t sum = 0;

	(void)state;
	assert_int_equal(bench_inner(b, "/admin/ledger", "operator", &wire_empty_msg, &empty,
			     &admin_ledger_rsp_msg, &ledger),
	    200);
	assert_true(ledger.chain_ok && ledger.sums_ok && ledger.balances_ok && ledger.orders_ok);
	for (size_t i = 0; i < ledger.totals_count; i++) {
		const struct admin_total *t = &ledger.totals[i];

		sum += t->total_fen;
		if (strcmp(t->account, "SH") == 0)
			assert_int_equal(t->total_fen, BENCH_LOAD);
		if (strcmp(t->account, "FEE") == 0)
			assert_int_equal(t->total_fen, BENCH_FEE);
		if (strcmp(t->account, "PSP") == 0)
			assert_int_equal(t->total_fen, -BENCH_LOAD - BENCH_FEE);
		if (strcmp(t->account, "IF") == 0)
			assert_int_equal(t->total_fen, 0);
	}
	assert_int_equal(ledger.totals_count, 4);
	assert_int_equal(sum, 0);
	assert_int_equal(ledger.work, 0);
	assert_int_equal(bench_inner(b, "/admin/orders", "operator", &admin_orders_req_msg, &ask,
			     &wire_order_list_rsp_msg, &list),
	    200);
	assert_int_equal(list.orders_count, 1);
	assert_string_equal(list.orders[0].card_no, card_no);
	bench_close(&b);
}

/* Check digits computed by hand after ISO/IEC 7812-1 annex B. */
static void
test_card_numbers(void **state)
{
	char card_no[21];

	(void)state;
	card_number("31009901", 1, card_no);
	assert_string_equal(card_no, "03100990100000000013");
	card_number("31009901", 2, card_no);
	assert_string_equal(card_no, "03100990100000000021");
	card_number("31009901", 9999999999, card_no);
	assert_int_equal(strlen(card_no), 20);
	assert_true(wire_card_no_valid(card_no));
}

static void
test_what_a_rider_sees_of_a_card(void **state)
{
	static struct wire_card_list_rsp cards;
	static struct wire_card_records_rsp records;
	struct wire_card_records_req ask = { .limit = 50 };
	char card_no[21];
	struct bench *b = with_card(card_no);

	(void)state;
	assert_int_equal(bench_ask(b, "card.list", NULL, NULL, &cards), 200);
	assert_int_equal(cards.cards_count, 1);
	assert_string_equal(cards.cards[0].card_no, card_no);
	assert_string_equal(cards.cards[0].state, "active");
	assert_int_equal(cards.cards[0].balance_fen, BENCH_LOAD);
	assert_int_equal(cards.cards[0].pending_fen, 0);
	strcpy(ask.card_no, card_no);
	assert_int_equal(bench_ask(b, "card.records", NULL, &ask, &records), 200);
	assert_int_equal(records.records_count, 1);
	assert_string_equal(records.records[0].kind, "load");
	assert_int_equal(records.records[0].amount_fen, BENCH_LOAD);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_request_twice_is_one_order),
		cmocka_unit_test(test_the_same_key_for_anything_else_is_refused),
		cmocka_unit_test(test_a_key_is_of_one_account_and_operation),
		cmocka_unit_test(test_a_money_call_without_a_good_key),
		cmocka_unit_test(test_a_twin_in_progress_is_told_to_wait),
		cmocka_unit_test(test_amount_bounds),
		cmocka_unit_test(test_the_cap_counts_what_is_under_way),
		cmocka_unit_test(test_no_more_cards_than_one_answer_can_list),
		cmocka_unit_test(test_foreign_things_are_not_there),
		cmocka_unit_test(test_each_inner_path_knows_its_callers),
		cmocka_unit_test(test_the_operator_reads_totals_and_orders),
		cmocka_unit_test(test_card_numbers),
		cmocka_unit_test(test_what_a_rider_sees_of_a_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
