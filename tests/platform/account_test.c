/*
 * Passwords changed and reset, PINs reset, accounts closed: who may, what ends
 * with it, and that a refusal moves nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bad.h"
#include "wallets.h"

#define NEXT_PASS "three taps later"

static void
code(struct bench *b, const char *purpose, char ret_otp[9])
{
	struct wire_otp_send_req send = { .phone = BENCH_PHONE };
	struct wire_otp_send_rsp sent;

	strcpy(send.purpose, purpose);
	b->now_ms += 60000;
	assert_int_equal(bench_ask_open(b, "otp.send", &send, &sent), 200);
	bench_otp(b, ret_otp);
}

static int
change(struct bench *b, const char *old, const char *password)
{
	struct wire_user_password_req req = { .old = "" };
	struct wire_empty rsp;

	strcpy(req.old, old);
	strcpy(req.password, password);

	return bench_ask(b, "user.password", NULL, &req, &rsp);
}

static void
test_a_password_changes_and_ends_the_session(void **state)
{
	struct wire_wallet wallet;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(change(b, "another one", NEXT_PASS), 403);
	assert_string_equal(b->error.error, "login_failed");
	assert_int_equal(change(b, BENCH_PASS, "12345678"), 400);
	assert_string_equal(b->error.error, "password");
	assert_int_equal(change(b, BENCH_PASS, BENCH_PASS), 400);
	assert_string_equal(b->error.error, "password_same");
	assert_int_equal(bench_ask(b, "wallet.get", NULL, NULL, &wallet), 200);
	assert_int_equal(change(b, BENCH_PASS, NEXT_PASS), 200);
	assert_int_equal(bench_ask(b, "wallet.get", NULL, NULL, &wallet), -401);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 401);
	assert_int_equal(bench_login(b, BENCH_PHONE, NEXT_PASS), 200);
	bench_close(&b);
}

/* As a login: the sixth wrong one waits, the right one too. */
static void
test_wrong_old_passwords_make_one_wait(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	for (int i = 0; i < 5; i++)
		assert_int_equal(change(b, "another one", NEXT_PASS), 403);
	assert_int_equal(change(b, BENCH_PASS, NEXT_PASS), 403);
	assert_string_equal(b->error.error, "login_failed");
	b->now_ms += 20000;
	assert_int_equal(change(b, BENCH_PASS, NEXT_PASS), 200);
	bench_close(&b);
}

static void
test_a_reset_wants_code_and_name(void **state)
{
	static const char *const names[] = { "李四", "", "张三 " };
	struct wire_user_reset_req req = { .phone = BENCH_PHONE, .password = NEXT_PASS };
	struct wire_wallet wallet;
	struct wire_empty rsp;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	strcpy(req.name, "张三");
	strcpy(req.otp, "000000");
	assert_int_equal(bench_ask_open(b, "user.reset", &req, &rsp), 403);
	assert_string_equal(b->error.error, "otp_wrong");
	code(b, "reset", req.otp);
	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++) {
		strcpy(req.name, names[i]);
		assert_int_equal(bench_ask_open(b, "user.reset", &req, &rsp), 403);
		assert_string_equal(b->error.error, "otp_wrong");
	}
	strcpy(req.name, "张三");
	strcpy(req.password, "1234567");
	assert_int_equal(bench_ask_open(b, "user.reset", &req, &rsp), 400);
	strcpy(req.password, NEXT_PASS);
	assert_int_equal(bench_ask(b, "wallet.get", NULL, NULL, &wallet), 200);
	/* A code for another purpose is none. */
	code(b, "login", req.otp);
	assert_int_equal(bench_ask_open(b, "user.reset", &req, &rsp), 403);
	code(b, "reset", req.otp);
	assert_int_equal(bench_ask_open(b, "user.reset", &req, &rsp), 200);
	/* Again, after a lost answer; not with another password. */
	assert_int_equal(bench_ask_open(b, "user.reset", &req, &rsp), 200);
	strcpy(req.password, "yet another one");
	assert_int_equal(bench_ask_open(b, "user.reset", &req, &rsp), 403);
	assert_int_equal(bench_ask(b, "wallet.get", NULL, NULL, &wallet), -401);
	assert_int_equal(bench_login(b, BENCH_PHONE, NEXT_PASS), 200);
	bench_close(&b);
}

/* The same answer for a number that nobody has. */
static void
test_a_reset_tells_nothing_of_numbers(void **state)
{
	struct wire_otp_send_req send = { .phone = BENCH_PHONE2, .purpose = "reset" };
	struct wire_otp_send_rsp sent;
	struct wire_user_reset_req req = {
		.phone = BENCH_PHONE2, .name = "张三", .password = NEXT_PASS
	};
	struct wire_empty rsp;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(bench_ask_open(b, "otp.send", &send, &sent), 200);
	bench_otp(b, req.otp);
	assert_int_equal(bench_ask_open(b, "user.reset", &req, &rsp), 403);
	assert_string_equal(b->error.error, "otp_wrong");
	bench_close(&b);
}

static void
test_a_blocked_pin_is_reset_by_password_and_code(void **state)
{
	struct wire_pin_reset_req req = { .password = BENCH_PASS, .otp = "000000" };
	struct wire_bill bill, paid;
	struct wire_empty rsp;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	wallet_topup(b, 5000);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", 100, &bill), 200);
	for (int i = 0; i < 5; i++)
		assert_int_equal(bill_pay(b, &bill, bench_idem(b), "999990", &paid), 403);
	wallet_pin_block(b, WIRE_PIN_NEW, "739150", req.pin.data, &req.pin.len);
	assert_int_equal(bench_ask(b, "pin.reset", NULL, &req, &rsp), 403);
	assert_string_equal(b->error.error, "otp_wrong");
	code(b, "pin", req.otp);
	strcpy(req.password, "another one");
	assert_int_equal(bench_ask(b, "pin.reset", NULL, &req, &rsp), 403);
	assert_string_equal(b->error.error, "login_failed");
	strcpy(req.password, BENCH_PASS);
	wallet_pin_block(b, WIRE_PIN_NEW, "123456", req.pin.data, &req.pin.len);
	assert_int_equal(bench_ask(b, "pin.reset", NULL, &req, &rsp), 400);
	assert_string_equal(b->error.error, "pin_weak");
	assert_int_equal(bench_number(b, "SELECT fails FROM pin"), 5);
	wallet_pin_block(b, WIRE_PIN_NEW, "739150", req.pin.data, &req.pin.len);
	assert_int_equal(bench_ask(b, "pin.reset", NULL, &req, &rsp), 200);
	assert_int_equal(bench_ask(b, "pin.reset", NULL, &req, &rsp), 403);
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), "739150", &paid), 200);
	assert_int_equal(wallet_balance(b), 4900);
	bench_close(&b);
}

static int
close_account(struct bench *b, const char *password)
{
	struct wire_user_close_req req = { .password = "" };
	struct wire_empty rsp;

	strcpy(req.password, password);

	return bench_ask(b, "user.close", NULL, &req, &rsp);
}

static void
test_an_empty_account_is_closed_for_good(void **state)
{
	struct wire_wallet wallet;
	char before[33];
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	strcpy(before, b->user_id);
	assert_int_equal(close_account(b, "another one"), 403);
	assert_int_equal(bench_ask(b, "wallet.get", NULL, NULL, &wallet), 200);
	assert_int_equal(close_account(b, BENCH_PASS), 200);
	assert_int_equal(bench_ask(b, "wallet.get", NULL, NULL, &wallet), -401);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 401);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM pin"), 0);
	assert_int_equal(
	    bench_number(b, "SELECT COUNT(*) FROM user WHERE name <> '' OR verifier <> ''"), 0);
	/* The number is somebody else's from now on. */
	b->now_ms += 60000;
	bench_register(b, BENCH_PHONE);
	assert_string_not_equal(b->user_id, before);
	bench_close(&b);
}

static void
test_what_keeps_an_account_open(void **state)
{
	struct wire_order_wallet_req req = { .amount_fen = 100 };
	struct wire_bill bill, paid;
	struct wire_order order;
	char card_no[21];
	struct bench *b;
	uint64_t before;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	wallet_topup(b, 100);
	before = bad_state(b);
	assert_int_equal(close_account(b, BENCH_PASS), 409);
	assert_string_equal(b->error.error, "balance");
	assert_true(bad_state(b) == before);
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", 100, &bill), 200);
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WALLET_PIN, &paid), 200);
	assert_int_equal(bench_ask(b, "order.wallet", bench_idem(b), &req, &order), 200);
	assert_int_equal(close_account(b, BENCH_PASS), 409);
	assert_string_equal(b->error.error, "orders");
	assert_status(
	    bench_sql(b, "UPDATE ord SET state = 'closed' WHERE state = 'created'"), YKT_OK);
	bench_load_whole(b, bench_card(b, card_no).order_id);
	assert_int_equal(close_account(b, BENCH_PASS), 409);
	assert_string_equal(b->error.error, "cards");
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_password_changes_and_ends_the_session),
		cmocka_unit_test(test_wrong_old_passwords_make_one_wait),
		cmocka_unit_test(test_a_reset_wants_code_and_name),
		cmocka_unit_test(test_a_reset_tells_nothing_of_numbers),
		cmocka_unit_test(test_a_blocked_pin_is_reset_by_password_and_code),
		cmocka_unit_test(test_an_empty_account_is_closed_for_good),
		cmocka_unit_test(test_what_keeps_an_account_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
