/*
 * The wallet and code.authorise: who gets an authorisation, and that a repeat
 * gets the same one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "riders.h"

#define ISSUED "SELECT COUNT(*) FROM code_issue"

static void
test_wallet_is_filled_by_a_payment(void **state)
{
	struct rider *r = rider_open(5000);
	struct wire_wallet wallet;

	(void)state;
	assert_int_equal(rider_wallet(r), 5000);
	assert_int_equal(bench_ask(r->b, "wallet.get", NULL, NULL, &wallet), 200);
	assert_int_equal(wallet.balance_fen, 5000);
	assert_int_equal(wallet.trip_limit_fen, TRIP_LIMIT);
	assert_string_equal(wallet.user_no, "");
	assert_string_equal(wallet.state, "open");
	assert_int_equal(bench_account(r->b, "PSP", ""), -5000);
	assert_int_equal(
	    bench_number(r->b, "SELECT COUNT(*) FROM entry WHERE account LIKE 'IF:%'"), 2);
	rider_close(r);
}

/* A notice that comes again, and the channel asked besides, fill it once. */
static void
test_wallet_is_filled_once(void **state)
{
	struct rider *r = rider_open(0);
	struct wire_order_wallet_req req = { .amount_fen = 4000 };
	struct wire_order order, again;
	struct wire_pay_notice notice;
	char idem[33];

	(void)state;
	strcpy(idem, bench_idem(r->b));
	assert_int_equal(bench_ask(r->b, "order.wallet", idem, &req, &order), 200);
	assert_int_equal(bench_ask(r->b, "order.wallet", idem, &req, &again), 200);
	assert_string_equal(order.order_id, again.order_id);
	assert_string_equal(order.kind, "wallet");
	bench_pay(r->b, order.order_id);
	model_notice(r->b, model_pay_of(r->b, order.order_id), &notice);
	assert_int_equal(model_notice_send(r->b, &notice), 200);
	assert_int_equal(model_notice_send(r->b, &notice), 200);
	assert_int_equal(rider_wallet(r), 4000);
	again = bench_order(r->b, order.order_id);
	assert_int_equal(again.loaded_fen, 4000);
	rider_close(r);
}

static void
test_wallet_has_a_cap(void **state)
{
	struct rider *r = rider_open(60000);
	struct wire_order_wallet_req req = { .amount_fen = 40001 };
	struct wire_order order;

	(void)state;
	assert_int_equal(bench_ask(r->b, "order.wallet", bench_idem(r->b), &req, &order), 409);
	assert_string_equal(r->b->error.error, "cap");
	req.amount_fen = 0;
	assert_int_equal(bench_ask(r->b, "order.wallet", bench_idem(r->b), &req, &order), 400);
	req.amount_fen = 40000;
	assert_int_equal(bench_ask(r->b, "order.wallet", bench_idem(r->b), &req, &order), 200);
	/* What is on its way counts too. */
	req.amount_fen = 1;
	assert_int_equal(bench_ask(r->b, "order.wallet", bench_idem(r->b), &req, &order), 409);
	assert_int_equal(bench_number(r->b, "SELECT COUNT(*) FROM ord WHERE kind = 'wallet'"), 2);
	assert_int_equal(rider_wallet(r), 60000);
	rider_close(r);
}

static void
test_wallet_order_that_is_loaded_is_not_refunded(void **state)
{
	struct rider *r = rider_open(5000);
	struct wire_order_list_req list = { .limit = 1 };
	static struct wire_order_list_rsp orders;
	struct wire_order_refund_req req = { 0 };
	struct wire_order order;

	(void)state;
	assert_int_equal(bench_ask(r->b, "order.list", NULL, &list, &orders), 200);
	strcpy(req.order_id, orders.orders[0].order_id);
	assert_int_equal(bench_ask(r->b, "order.refund", bench_idem(r->b), &req, &order), 409);
	assert_string_equal(r->b->error.error, "used");
	assert_int_equal(rider_wallet(r), 5000);
	rider_close(r);
}

static void
test_authorisation_says_what_was_decided(void **state)
{
	struct rider *r = rider_open(TRIP_LIMIT);
	uint8_t point[33];
	struct code_auth auth;
	struct wire_wallet wallet;

	(void)state;
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 200);
	assert_status(
	    code_auth_decode(ykt_bytes(r->auth.auth.data, r->auth.auth.len), &auth), YKT_OK);
	assert_memory_equal(auth.account, "9901000000000001", 16);
	assert_int_equal(auth.limit_fen, TRIP_LIMIT);
	assert_int_equal(auth.validity_s, 60);
	assert_int_equal(auth.expires_s, r->b->now_ms / 1000 + 86400);
	crypto_sm2_compress(&r->key.pub, point);
	assert_memory_equal(auth.point, point, sizeof(point));
	assert_int_equal(r->auth.redraw_ms, 30000);
	assert_int_equal(r->auth.now_ms, r->b->now_ms);
	assert_int_equal(bench_ask(r->b, "wallet.get", NULL, NULL, &wallet), 200);
	assert_string_equal(wallet.user_no, "00990100000000000001");
	/* Nothing was paid for it. */
	assert_int_equal(rider_wallet(r), TRIP_LIMIT);
	rider_close(r);
}

/* Its signature is never the same twice, so a repeat shows that it was stored. */
static void
test_a_repeat_gets_the_same_bytes(void **state)
{
	struct rider *r = rider_open(TRIP_LIMIT);
	struct wire_code_authorise_rsp first;
	char idem[33];

	(void)state;
	strcpy(idem, bench_idem(r->b));
	assert_int_equal(rider_authorise(r, idem), 200);
	first = r->auth;
	r->b->now_ms += 60000;
	assert_int_equal(rider_authorise(r, idem), 200);
	assert_memory_equal(&first.auth, &r->auth.auth, sizeof(first.auth));
	assert_int_equal(first.now_ms, r->auth.now_ms);
	assert_int_equal(bench_number(r->b, ISSUED), 1);
	assert_int_equal(r->b->keyd_code_calls, 1);
	/* Another key under it is other content. */
	assert_status(crypto_sm2_generate(r->b->other, &r->b->random, &r->key), YKT_OK);
	assert_int_equal(rider_authorise(r, idem), 422);
	assert_int_equal(bench_number(r->b, ISSUED), 1);
	rider_close(r);
}

static void
test_no_authorisation_without_a_trip_in_the_wallet(void **state)
{
	struct rider *r = rider_open(TRIP_LIMIT - 1);
	char idem[33];

	(void)state;
	strcpy(idem, bench_idem(r->b));
	assert_int_equal(rider_authorise(r, idem), 409);
	assert_string_equal(r->b->error.error, "wallet_low");
	assert_int_equal(bench_number(r->b, ISSUED), 0);
	assert_int_equal(r->b->keyd_code_calls, 0);
	/* The same request once there is enough. */
	rider_fill(r, 1);
	assert_int_equal(rider_authorise(r, idem), 200);
	rider_close(r);
}

static void
test_no_authorisation_for_a_key_that_is_none(void **state)
{
	struct rider *r = rider_open(TRIP_LIMIT);
	struct wire_code_authorise_req req = { .point = { 0x04 } };

	(void)state;
	assert_int_equal(bench_ask(r->b, "code.authorise", bench_idem(r->b), &req, &r->auth), 400);
	memset(req.point, 0xFF, sizeof(req.point));
	req.point[0] = 0x02;
	assert_int_equal(bench_ask(r->b, "code.authorise", bench_idem(r->b), &req, &r->auth), 400);
	assert_int_equal(bench_number(r->b, ISSUED), 0);
	assert_int_equal(r->b->keyd_code_calls, 0);
	rider_close(r);
}

static void
test_no_authorisation_after_logout(void **state)
{
	struct rider *r = rider_open(TRIP_LIMIT);
	struct wire_empty nothing;

	(void)state;
	assert_int_equal(bench_ask(r->b, "user.logout", NULL, NULL, &nothing), 200);
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), -401);
	assert_int_equal(bench_number(r->b, ISSUED), 0);
	rider_close(r);
}

static int
freeze(struct rider *r, const char *peer, const char *user_no, const char *frozen)
{
	char body[96];

	(void)snprintf(body, sizeof(body), "{\"user_no\":\"%s\",\"frozen\":%s}", user_no, frozen);

	return bench_raw(r->b, "/admin/code", peer, ykt_bytes_str(body));
}

static void
test_frozen_account_gets_none(void **state)
{
	struct rider *r = rider_open(TRIP_LIMIT);
	struct wire_wallet wallet;

	(void)state;
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 200);
	assert_int_equal(freeze(r, RIDE_GATE, "00990100000000000001", "true"), 403);
	assert_int_equal(freeze(r, "operator", "00990100000000000009", "true"), 404);
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 200);
	assert_int_equal(freeze(r, "operator", "00990100000000000001", "true"), 200);
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 403);
	assert_string_equal(r->b->error.error, "frozen");
	assert_int_equal(bench_number(r->b, ISSUED), 2);
	assert_int_equal(bench_ask(r->b, "wallet.get", NULL, NULL, &wallet), 200);
	assert_string_equal(wallet.state, "frozen");
	assert_int_equal(freeze(r, "operator", "00990100000000000001", "false"), 200);
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 200);
	rider_close(r);
}

static void
test_key_module_that_signs_none_or_lies(void **state)
{
	struct rider *r = rider_open(TRIP_LIMIT);

	(void)state;
	r->b->has_code = false;
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 409);
	assert_string_equal(r->b->error.error, "no_code");
	r->b->has_code = true;
	r->b->keyd_code_lie = true;
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 503);
	r->b->keyd_code_lie = false;
	r->b->keyd_down = true;
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 503);
	assert_int_equal(bench_number(r->b, ISSUED), 0);
	rider_close(r);
}

/* Every outside call fails once, in each way; then the same request again. */
static void
test_every_fault_and_then_again(void **state)
{
	(void)state;
	for (enum bench_fault fault = BENCH_FAULT_BEFORE; fault <= BENCH_FAULT_DOWN_AFTER;
	     fault++) {
		bool fired = true;

		for (unsigned at = 1; fired; at++) {
			struct rider *r = rider_open(TRIP_LIMIT);
			char idem[33];

			strcpy(idem, bench_idem(r->b));
			r->b->calls = 0;
			r->b->fired = false;
			r->b->fault = fault;
			r->b->fail_at = at;
			(void)rider_authorise(r, idem);
			fired = r->b->fired;
			bench_restart(r->b);
			assert_int_equal(rider_authorise(r, idem), 200);
			assert_int_equal(bench_number(r->b, ISSUED), 1);
			rider_close(r);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wallet_is_filled_by_a_payment),
		cmocka_unit_test(test_wallet_is_filled_once),
		cmocka_unit_test(test_wallet_has_a_cap),
		cmocka_unit_test(test_wallet_order_that_is_loaded_is_not_refunded),
		cmocka_unit_test(test_authorisation_says_what_was_decided),
		cmocka_unit_test(test_a_repeat_gets_the_same_bytes),
		cmocka_unit_test(test_no_authorisation_without_a_trip_in_the_wallet),
		cmocka_unit_test(test_no_authorisation_for_a_key_that_is_none),
		cmocka_unit_test(test_no_authorisation_after_logout),
		cmocka_unit_test(test_frozen_account_gets_none),
		cmocka_unit_test(test_key_module_that_signs_none_or_lies),
		cmocka_unit_test(test_every_fault_and_then_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
