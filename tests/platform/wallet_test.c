/*
 * The wallet: paid in once, never over its cap, and the PIN that guards it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bad.h"
#include "wallets.h"

static void
test_a_topup_is_in_the_wallet_once(void **state)
{
	struct wire_order order;
	struct wire_pay_notice notice;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(wallet_balance(b), 0);
	order = wallet_topup(b, 12345);
	assert_string_equal(order.state, "loaded");
	assert_int_equal(order.paid_fen, 12345);
	assert_int_equal(order.loaded_fen, 12345);
	/* The notice again, and the clock's own look at it: nothing more. */
	model_notice(b, model_pay_of(b, order.order_id), &notice);
	assert_int_equal(model_notice_send(b, &notice), 200);
	bench_settle(b);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(wallet_balance(b), 12345);
	assert_int_equal(bench_account(b, "U:", b->user_id), 12345);
	assert_int_equal(bench_account(b, "PSP", ""), -12345);
	bench_check_books(b);
	bench_close(&b);
}

static void
test_amounts_that_no_wallet_takes(void **state)
{
	static const int64_t bad[] = { 0, 100001, WIRE_FEN_MAX };
	struct wire_order order;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	for (size_t i = 0; i < YKT_ARRAY_LEN(bad); i++) {
		const struct wire_order_wallet_req req = { .amount_fen = bad[i] };

		assert_int_equal(
		    bench_ask(b, "order.wallet", bench_idem(b), &req, &order), i == 0 ? 400 : 409);
		assert_string_equal(b->error.error, i == 0 ? "amount" : "cap");
	}
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 0);
	wallet_topup(b, 100000);
	assert_int_equal(bench_ask(b, "order.wallet", bench_idem(b),
			     &(struct wire_order_wallet_req){ .amount_fen = 1 }, &order),
	    409);
	assert_string_equal(b->error.error, "cap");
	bench_close(&b);
}

static void
test_a_loaded_wallet_order_is_not_refunded(void **state)
{
	struct wire_order_refund_req req = { .has_attempt = false };
	struct wire_order order;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	order = wallet_topup(b, 5000);
	strcpy(req.order_id, order.order_id);
	assert_int_equal(bench_ask(b, "order.refund", bench_idem(b), &req, &order), 409);
	assert_string_equal(b->error.error, "used");
	assert_int_equal(wallet_balance(b), 5000);
	bench_check_books(b);
	bench_close(&b);
}

static void
test_weak_pins_are_refused(void **state)
{
	static const char *const weak[] = { "000000", "123456", "654321", "121212", "123123",
		"990101", "010199", "311299", "380000" };
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	for (size_t i = 0; i < YKT_ARRAY_LEN(weak); i++) {
		assert_int_equal(wallet_pin(b, weak[i]), 400);
		assert_string_equal(b->error.error, "pin_weak");
	}
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM pin"), 0);
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	bench_close(&b);
}

static int
change(struct bench *b, const char *password, const char *old, const char *pin)
{
	struct wire_pin_set_req req = { .password = "" };
	struct wire_empty rsp;

	strcpy(req.password, password);
	if (old != NULL)
		wallet_pin_block(b, WIRE_PIN_OLD, old, req.old.data, &req.old.len);
	wallet_pin_block(b, WIRE_PIN_NEW, pin, req.pin.data, &req.pin.len);

	return bench_ask(b, "pin.set", NULL, &req, &rsp);
}

static void
test_a_pin_changes_by_password_and_old_pin(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(change(b, "another pass", NULL, WALLET_PIN), 403);
	assert_string_equal(b->error.error, "login_failed");
	assert_int_equal(change(b, BENCH_PASS, NULL, WALLET_PIN), 200);
	assert_int_equal(change(b, BENCH_PASS, NULL, "739150"), 403);
	assert_string_equal(b->error.error, "pin_wrong");
	assert_int_equal(change(b, BENCH_PASS, "739150", "739150"), 400);
	assert_string_equal(b->error.error, "pin_same");
	assert_int_equal(change(b, BENCH_PASS, "111113", "739150"), 403);
	assert_int_equal(change(b, BENCH_PASS, WALLET_PIN, "739150"), 200);
	/* The same request again: its answer was lost. */
	assert_int_equal(change(b, BENCH_PASS, WALLET_PIN, "739150"), 200);
	assert_int_equal(bench_number(b, "SELECT fails FROM pin"), 0);
	bench_close(&b);
}

static void
test_blocks_of_another_session_or_use_cost_a_try(void **state)
{
	struct wire_pin_set_req req = { .password = BENCH_PASS };
	struct wire_empty rsp;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	wallet_pin_block(b, WIRE_PIN_OLD, WALLET_PIN, req.old.data, &req.old.len);
	wallet_pin_block(b, WIRE_PIN_NEW, "739150", req.pin.data, &req.pin.len);
	/* Kept from the session before. */
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(bench_ask(b, "pin.set", NULL, &req, &rsp), 400);
	wallet_pin_block(b, WIRE_PIN_NEW, "739150", req.pin.data, &req.pin.len);
	assert_int_equal(bench_ask(b, "pin.set", NULL, &req, &rsp), 403);
	/* A block to pay with is none to change with. */
	wallet_pin_block(b, WIRE_PIN_PAY, WALLET_PIN, req.old.data, &req.old.len);
	assert_int_equal(bench_ask(b, "pin.set", NULL, &req, &rsp), 403);
	for (int bit = 0; bit < 8; bit++) {
		wallet_pin_block(b, WIRE_PIN_NEW, "739150", req.pin.data, &req.pin.len);
		req.pin.data[100] ^= (uint8_t)(1u << bit);
		assert_int_equal(bench_ask(b, "pin.set", NULL, &req, &rsp), 400);
	}
	req.pin.len = 0;
	assert_int_equal(bench_ask(b, "pin.set", NULL, &req, &rsp), 400);
	assert_int_equal(bench_number(b, "SELECT fails FROM pin"), 2);
	bench_close(&b);
}

static void
test_five_wrong_pins_block_it(void **state)
{
	struct wire_bill bill, paid;
	struct bench *b;
	uint64_t before;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	wallet_topup(b, 5000);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", 100, &bill), 200);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(bill_pay(b, &bill, bench_idem(b), "999990", &paid), 403);
		assert_string_equal(b->error.error, "pin_wrong");
		bench_restart(b);
	}
	before = bad_state(b);
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WALLET_PIN, &paid), 403);
	assert_string_equal(b->error.error, "pin_blocked");
	assert_int_equal(change(b, BENCH_PASS, WALLET_PIN, "739150"), 403);
	assert_string_equal(b->error.error, "pin_blocked");
	assert_true(bad_state(b) == before);
	assert_int_equal(wallet_balance(b), 5000);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_topup_is_in_the_wallet_once),
		cmocka_unit_test(test_amounts_that_no_wallet_takes),
		cmocka_unit_test(test_a_loaded_wallet_order_is_not_refunded),
		cmocka_unit_test(test_weak_pins_are_refused),
		cmocka_unit_test(test_a_pin_changes_by_password_and_old_pin),
		cmocka_unit_test(test_blocks_of_another_session_or_use_cost_a_try),
		cmocka_unit_test(test_five_wrong_pins_block_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
