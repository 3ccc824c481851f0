/*
 * Payment PINs where the key module is away, and those of before it had them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "bad.h"
#include "crypto/pwhash.h"
#include "wallets.h"

#define PRICE 100
#define WRONG "999990"

/* A user with 50 yuan, a PIN and a bill to pay. */
static struct bench *
payer(struct wire_bill *ret_bill)
{
	struct bench *b;

	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	wallet_topup(b, 5000);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", PRICE, ret_bill), 200);

	return b;
}

static int64_t
fails(struct bench *b)
{
	return bench_number(b, "SELECT fails FROM pin");
}

static int
set_pin(struct bench *b, const char *old, const char *pin)
{
	struct wire_pin_set_req req = { .password = BENCH_PASS };
	struct wire_empty rsp;

	if (old != NULL)
		wallet_pin_block(b, WIRE_PIN_OLD, old, req.old.data, &req.old.len);
	wallet_pin_block(b, WIRE_PIN_NEW, pin, req.pin.data, &req.pin.len);

	return bench_ask(b, "pin.set", NULL, &req, &rsp);
}

/* Nothing is found out, so nothing is counted: neither once nor twice. */
static void
test_no_try_is_lost_while_the_module_is_away(void **state)
{
	struct wire_bill bill, paid;
	struct bench *b = payer(&bill);
	char idem[33];

	(void)state;
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WRONG, &paid), 403);
	assert_int_equal(fails(b), 1);
	strcpy(idem, bench_idem(b));
	b->keyd_down = true;
	for (int i = 0; i < 7; i++) {
		assert_int_equal(bill_pay(b, &bill, idem, WALLET_PIN, &paid), 503);
		assert_string_equal(b->error.error, "busy");
		assert_int_equal(set_pin(b, WALLET_PIN, "739150"), 503);
	}
	assert_int_equal(fails(b), 1);
	assert_int_equal(wallet_balance(b), 5000);
	b->keyd_down = false;
	assert_int_equal(bill_pay(b, &bill, idem, WALLET_PIN, &paid), 200);
	assert_int_equal(fails(b), 0);
	assert_int_equal(wallet_balance(b), 5000 - PRICE);
	bench_close(&b);
}

/*
 * A fault at every call to anything outside, before it or with its answer lost: the bill
 * is paid at most once, a wrong PIN that was answered is counted, and none twice.
 */
static void
test_a_try_counts_once_under_every_fault(void **state)
{
	(void)state;
	for (int fault = BENCH_FAULT_BEFORE; fault <= BENCH_FAULT_LOST; fault++) {
		for (unsigned at = 1; at < 12; at++) {
			struct wire_bill bill, paid;
			struct bench *b = payer(&bill);
			int64_t count;
			int code;

			b->calls = 0;
			b->fail_at = at;
			b->fault = (enum bench_fault)fault;
			code = bill_pay(b, &bill, bench_idem(b), WRONG, &paid);
			b->fail_at = 0;
			count = fails(b);
			assert_in_range(count, code == 403 && b->keyd_pin_calls > 1 ? 1 : 0, 1);
			assert_int_equal(bill_pay(b, &bill, bench_idem(b), WRONG, &paid), 403);
			assert_int_equal(fails(b), count + 1);
			assert_int_equal(wallet_balance(b), 5000);
			bench_close(&b);
		}
	}
}

/* A right PIN meanwhile gave all tries back: the one of the lost answer is not given twice. */
static void
test_a_try_is_not_given_back_twice(void **state)
{
	struct wire_bill bill, paid;
	struct bench *b = payer(&bill);
	struct wire_bill_pay_req req;

	(void)state;
	req = bill_request(b, &bill, bench_idem(b), WALLET_PIN);
	/* While the module is asked: a right PIN elsewhere, and a wrong one after it. */
	b->during_pin = "UPDATE pin SET fails = 1, round = round + 1";
	b->keyd_pin_lost = true;
	assert_int_equal(bench_ask(b, "bill.pay", b->idem, &req, &paid), 503);
	assert_int_equal(fails(b), 1);
	bench_close(&b);
}

/* A module without a key for PINs is away, in words and in effect. */
static void
test_a_module_without_a_key_is_away(void **state)
{
	struct wire_bill bill, paid;
	struct bench *b = payer(&bill);

	(void)state;
	b->keyd_no_pins = true;
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WALLET_PIN, &paid), 503);
	assert_int_equal(fails(b), 0);
	assert_int_equal(wallet_balance(b), 5000);
	bench_close(&b);
}

/* A database of before: its password hash serves once, and is replaced by what the module makes. */
static void
test_a_database_of_before_is_renewed(void **state)
{
	struct wire_bill bill, paid;
	struct bench *b = payer(&bill);
	char verifier[CRYPTO_PWHASH_MAX], sql[256];

	(void)state;
	assert_status(crypto_pwhash_make(&b->random, ykt_bytes_str(WALLET_PIN),
			  &crypto_pwhash_cost_test, verifier),
	    YKT_OK);
	snprintf(sql, sizeof(sql), "UPDATE pin SET verifier = '%s'", verifier);
	assert_status(bench_sql(b, sql), YKT_OK);
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WRONG, &paid), 403);
	assert_int_equal(fails(b), 1);
	assert_int_equal(
	    bench_number(b, "SELECT COUNT(*) FROM pin WHERE verifier LIKE '$argon2%'"), 1);
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WALLET_PIN, &paid), 200);
	assert_int_equal(fails(b), 0);
	assert_int_equal(
	    bench_number(b, "SELECT COUNT(*) FROM pin WHERE verifier LIKE 'toy-%'"), 1);
	assert_int_equal(wallet_balance(b), 5000 - PRICE);
	bench_close(&b);
}

/* What one device sealed is worth nothing to another session, nor a second time. */
static void
test_a_replayed_block_pays_nothing(void **state)
{
	struct wire_bill bill, paid;
	struct bench *b = payer(&bill);
	struct wire_bill_pay_req req;
	int64_t before;

	(void)state;
	req = bill_request(b, &bill, bench_idem(b), WALLET_PIN);
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	before = wallet_balance(b);
	assert_int_equal(bench_ask(b, "bill.pay", b->idem, &req, &paid), 403);
	assert_string_equal(b->error.error, "pin_wrong");
	assert_int_equal(fails(b), 1);
	assert_int_equal(wallet_balance(b), before);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_try_is_lost_while_the_module_is_away),
		cmocka_unit_test(test_a_try_counts_once_under_every_fault),
		cmocka_unit_test(test_a_try_is_not_given_back_twice),
		cmocka_unit_test(test_a_module_without_a_key_is_away),
		cmocka_unit_test(test_a_database_of_before_is_renewed),
		cmocka_unit_test(test_a_replayed_block_pays_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
