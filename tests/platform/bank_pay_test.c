/*
 * Orders that a bound account pays, once, with the product's own account system behind
 * the platform; and the whole way from binding to unbinding under every fault.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "banks.h"

#include <string.h>

#include "wallets.h"

#define PRICE 3000

static void
settle(struct banks *k)
{
	unsigned done;

	for (int i = 0; i < 5; i++) {
		k->b->now_ms += 60000;
		assert_status(platform_tick(k->b->w, &done), YKT_OK);
	}
}

static void
test_a_bound_account_pays_an_order_once(void **state)
{
	struct banks *k = banks_open();
	struct wire_order order, paid;
	struct wire_order_pay_rsp pay;

	(void)state;
	banks_bound(k, BANK_ID, BANK_NUMBER);
	banks_order(k, PRICE, &order, &pay);
	assert_int_equal(banks_charge(k, &order, &pay, BANK_ID, &paid), 200);
	assert_string_equal(paid.state, "loaded");
	assert_int_equal(paid.paid_fen, PRICE);
	assert_int_equal(wallet_balance(k->b), PRICE);
	assert_int_equal(banks_charge(k, &order, &pay, BANK_ID, &paid), 409);
	assert_string_equal(k->b->error.error, "paid");
	assert_int_equal(wallet_balance(k->b), PRICE);
	assert_int_equal(banks_number(k, "SELECT taken FROM account"), PRICE);
	assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM charge WHERE state = 'paid'"), 1);
	bench_check_books(k->b);
	banks_close(&k);
}

static void
test_charges_that_move_nothing(void **state)
{
	static const char *const tokens[] = { "digest", "amount", "signature", "digest",
		"pin_wrong", "malformed", "account_unbound" };
	struct banks *k = banks_open();
	struct wire_order order, paid;
	struct wire_order_pay_rsp pay;

	(void)state;
	banks_bound(k, BANK_ID, BANK_NUMBER);
	banks_order(k, PRICE, &order, &pay);
	for (int row = 0; row < 7; row++) {
		struct wire_order_pay_rsp seen = pay;
		struct wire_order_charge_req req;
		int code = 403;

		if (row == 0)
			strcpy(seen.payee, "Somebody else");
		if (row == 1)
			seen.amount_fen--;
		req = banks_charge_req(k, &order, &seen, BANK_ID, row == 4 ? "604718" : WALLET_PIN);
		if (row == 2)
			req.sig[0] ^= 1;
		if (row == 3)
			req.digest[0] ^= 1;
		if (row == 5)
			req.pin.len = 0;
		if (row == 6) {
			strcpy(req.account_id, BANK_ID2);
			code = 409;
		}
		assert_int_equal(bench_ask(k->b, "order.charge", NULL, &req, &paid), code);
		if (row != 5)
			assert_string_equal(k->b->error.error, tokens[row]);
		assert_int_equal(banks_number(k, "SELECT COUNT(*) FROM account"), 0);
		assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM charge"), 0);
	}
	assert_int_equal(wallet_balance(k->b), 0);
	bench_check_books(k->b);
	banks_close(&k);
}

/* What the account system refuses is told by its name, and another way to pay is open. */
static void
test_an_account_that_does_not_pay(void **state)
{
	struct banks *k = banks_open();
	struct wire_order order, paid;
	struct wire_order_pay_rsp pay;

	(void)state;
	banks_bound(k, BANK_ID, BANK_NUMBER);
	banks_order(k, PRICE, &order, &pay);
	k->accounts[0].blocked = true;
	assert_int_equal(banks_charge(k, &order, &pay, BANK_ID, &paid), 409);
	assert_string_equal(k->b->error.error, "account_blocked");
	k->accounts[0].blocked = false;
	k->accounts[0].funds_fen = PRICE - 1;
	assert_int_equal(banks_charge(k, &order, &pay, BANK_ID, &paid), 409);
	assert_string_equal(k->b->error.error, "account_funds");
	assert_int_equal(banks_number(k, "SELECT COUNT(*) FROM account"), 0);
	assert_int_equal(wallet_balance(k->b), 0);
	/* A refused charge keeps no account. */
	assert_int_equal(
	    bench_number(k->b, "SELECT COUNT(*) FROM charge WHERE state = 'refused'"), 1);
	k->accounts[0].funds_fen = PRICE;
	assert_int_equal(banks_charge(k, &order, &pay, BANK_ID, &paid), 200);
	assert_int_equal(wallet_balance(k->b), PRICE);
	bench_check_books(k->b);
	banks_close(&k);
}

/* Taken, and the answer lost: asked about, never taken again; meanwhile it stays bound. */
static void
test_a_charge_without_an_answer(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account, rsp;
	struct wire_account_unbind_req unbind;
	struct wire_order order, paid;
	struct wire_order_pay_rsp pay;

	(void)state;
	banks_bound(k, BANK_ID, BANK_NUMBER);
	assert_int_equal(banks_get(k, BANK_ID, &account), 200);
	banks_order(k, PRICE, &order, &pay);
	k->lie_path = WIRE_PATH_PSP_CHARGE;
	assert_int_equal(banks_charge(k, &order, &pay, BANK_ID, &paid), 503);
	k->lie_path = NULL;
	assert_int_equal(wallet_balance(k->b), 0);
	unbind = banks_unbind_req(k, &account, BENCH_PASS);
	assert_int_equal(bench_ask(k->b, "account.unbind", NULL, &unbind, &rsp), 409);
	assert_string_equal(k->b->error.error, "orders");
	settle(k);
	assert_int_equal(bench_login(k->b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(wallet_balance(k->b), PRICE);
	assert_int_equal(banks_number(k, "SELECT taken FROM account"), PRICE);
	assert_int_equal(bench_ask(k->b, "account.unbind", NULL, &unbind, &rsp), 200);
	bench_check_books(k->b);
	banks_close(&k);
}

/* Agreed to in time, and sent when the order has closed. */
static void
test_a_closed_order_is_not_charged(void **state)
{
	struct banks *k = banks_open();
	struct wire_order order, paid;
	struct wire_order_pay_rsp pay;
	struct wire_order_charge_req req;

	(void)state;
	banks_bound(k, BANK_ID, BANK_NUMBER);
	banks_order(k, PRICE, &order, &pay);
	req = banks_charge_req(k, &order, &pay, BANK_ID, WALLET_PIN);
	for (int i = 0; i < 7; i++)
		settle(k);
	assert_int_equal(bench_login(k->b, BENCH_PHONE, BENCH_PASS), 200);
	wallet_pin_block(k->b, WIRE_PIN_PAY, WALLET_PIN, req.pin.data, &req.pin.len);
	assert_int_equal(bench_ask(k->b, "order.charge", NULL, &req, &paid), 409);
	assert_string_equal(k->b->error.error, "closed");
	assert_int_equal(banks_number(k, "SELECT COUNT(*) FROM account"), 0);
	bench_check_books(k->b);
	banks_close(&k);
}

/* Asks until it is answered, with time and the outbox's work between. */
static int
persist(struct banks *k, const char *op, const void *req, void *rsp)
{
	struct bench *b = k->b;
	unsigned done;

	for (int i = 0; i < 12; i++) {
		int code = bench_ask(b, op, NULL, req, rsp);

		if (!b->down && code > 0 && code != 503 && code != 500)
			return code;
		if (b->down)
			bench_restart(b);
		b->now_ms += 11000;
		if (platform_tick(b->w, &done) == YKT_E_DOWN)
			bench_restart(b);
		if (code == -401)
			(void)bench_login(b, BENCH_PHONE, BENCH_PASS);
	}
	fail_msg("%s is never answered", op);
	return 0;
}

/* Gives whether the fault was met. */
static bool
run_faulty(enum bench_fault fault, unsigned n)
{
	struct banks *k = banks_open();
	struct wire_account account;
	struct wire_account_begin_req begin = banks_begin_req(k, BANK_ID, BANK_NUMBER);
	struct wire_account_confirm_req code;
	struct wire_account_unbind_req unbind;
	struct wire_order_charge_req charge;
	struct wire_order order, paid;
	struct wire_order_pay_rsp pay;
	bool fired;
	int last;

	banks_order(k, PRICE, &order, &pay);
	k->b->calls = 0;
	k->b->fault = fault;
	k->b->fail_at = n;
	assert_int_equal(persist(k, "account.begin", &begin, &account), 200);
	code = banks_code_req(k, BANK_ID, banks_sent(k));
	assert_int_equal(persist(k, "account.confirm", &code, &account), 200);
	assert_string_equal(account.state, "bound");
	charge = banks_charge_req(k, &order, &pay, BANK_ID, WALLET_PIN);
	last = persist(k, "order.charge", &charge, &paid);
	assert_true(last == 200 || (last == 409 && strcmp(k->b->error.error, "paid") == 0));
	unbind = banks_unbind_req(k, &account, BENCH_PASS);
	assert_int_equal(persist(k, "account.unbind", &unbind, &account), 200);
	fired = k->b->fired;
	k->b->fail_at = 0;
	settle(k);
	assert_int_equal(bench_login(k->b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(wallet_balance(k->b), PRICE);
	assert_int_equal(banks_number(k, "SELECT taken FROM account"), PRICE);
	assert_int_equal(banks_number(k, "SELECT COUNT(*) FROM bind WHERE state = 'unbound'"), 1);
	assert_int_equal(
	    bench_number(k->b, "SELECT COUNT(*) FROM account WHERE state = 'unbound'"), 1);
	bench_check_books(k->b);
	banks_close(&k);
	return fired;
}

static void
test_every_fault_binds_once_and_charges_once(void **state)
{
	(void)state;
	for (enum bench_fault fault = BENCH_FAULT_BEFORE; fault <= BENCH_FAULT_DOWN_AFTER;
	     fault++) {
		unsigned n = 1;

		while (run_faulty(fault, n))
			n++;
		assert_true(n > 12);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_bound_account_pays_an_order_once),
		cmocka_unit_test(test_charges_that_move_nothing),
		cmocka_unit_test(test_an_account_that_does_not_pay),
		cmocka_unit_test(test_a_charge_without_an_answer),
		cmocka_unit_test(test_a_closed_order_is_not_charged),
		cmocka_unit_test(test_every_fault_binds_once_and_charges_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
