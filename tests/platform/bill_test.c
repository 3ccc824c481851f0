/*
 * Bills: made by merchants, paid once, for the amount and the payee that were
 * signed (C5-PAY-1); everything else is refused and moves nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bad.h"
#include "platform/idem.h"
#include "wallets.h"

#define FUNDS 5000
#define PRICE 1234

/* A user with money and a PIN, and a bill. */
static struct bench *
ready(struct wire_bill *ret_bill)
{
	struct bench *b;

	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	wallet_topup(b, FUNDS);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", PRICE, ret_bill), 200);

	return b;
}

static void
test_one_confirmation_is_one_debit(void **state)
{
	char idem[33];
	struct wire_bill_pay_req req;
	struct wire_bill bill, paid, again;
	struct wire_wallet_records_req ask = { .limit = 50 };
	static struct wire_card_records_rsp records;
	struct bench *b = ready(&bill);

	(void)state;
	strcpy(idem, bench_idem(b));
	assert_string_equal(bill.state, "open");
	assert_false(bill.mine);
	req = bill_request(b, &bill, idem, WALLET_PIN);
	assert_int_equal(bench_ask(b, "bill.pay", idem, &req, &paid), 200);
	assert_string_equal(paid.state, "paid");
	assert_true(paid.mine);
	assert_int_equal(paid.amount_fen, PRICE);
	/* The same request, as after a lost answer, also by another process. */
	for (int i = 0; i < 3; i++) {
		bench_restart(b);
		b->now_ms += 1000;
		assert_int_equal(bench_ask(b, "bill.pay", idem, &req, &again), 200);
		assert_memory_equal(&again, &paid, sizeof(paid));
	}
	assert_int_equal(wallet_balance(b), FUNDS - PRICE);
	assert_int_equal(bench_account(b, "M:", WALLET_MERCHANT), PRICE);
	/* Another confirmation of it finds it paid. */
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WALLET_PIN, &again), 409);
	assert_string_equal(b->error.error, "paid");
	assert_int_equal(wallet_balance(b), FUNDS - PRICE);
	assert_int_equal(bench_ask(b, "wallet.records", NULL, &ask, &records), 200);
	assert_int_equal(records.records_count, 2);
	assert_string_equal(records.records[0].kind, "payment");
	assert_string_equal(records.records[0].place, bill.payee);
	assert_int_equal(records.records[0].amount_fen, PRICE);
	assert_string_equal(records.records[1].kind, "load");
	bench_check_books(b);
	bench_close(&b);
}

/* C5-PAY-1: every figure that the user saw is bound; nothing here costs a try. */
static void
test_what_was_not_shown_is_not_paid(void **state)
{
	struct wire_bill bill, other, paid;
	struct bench *b = ready(&bill);
	uint64_t before;

	(void)state;
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r2", 1, &other), 200);
	before = bad_state(b);
	for (int row = 0; row < 9; row++) {
		struct wire_bill seen = bill;
		struct wire_bill_pay_req req;
		char idem[33];
		const char *token = "digest";

		strcpy(idem, bench_idem(b));
		if (row == 0)
			strcpy(seen.payee, "Noodles \"Zhong\"");
		if (row == 1)
			strcpy(seen.goods, "one bowl");
		if (row == 2)
			strcpy(seen.bill_id, other.bill_id);
		if (row == 3)
			seen.amount_fen = 1;
		req = bill_request(b, &seen, idem, WALLET_PIN);
		strcpy(req.bill_id, bill.bill_id);
		if (row == 3)
			token = "amount";
		if (row == 4) {
			req.amount_fen = PRICE + 1;
			token = "amount";
		}
		if (row == 5)
			req.digest[31] ^= 1;
		if (row >= 6)
			token = "signature";
		if (row == 6)
			req.sig[0] ^= 1;
		if (row == 7)
			memset(req.sig, 0, sizeof(req.sig));
		if (row == 8)
			strcpy(idem, bench_idem(b)); /* signed for another key */
		assert_int_equal(bench_ask(b, "bill.pay", idem, &req, &paid), 403);
		assert_string_equal(b->error.error, token);
		assert_true(bad_state(b) == before);
	}
	assert_int_equal(wallet_balance(b), FUNDS);
	bench_close(&b);
}

static void
test_another_account_cannot_use_the_signature(void **state)
{
	struct wire_bill_pay_req req;
	struct wire_bill bill, paid;
	char idem[33];
	struct bench *b = ready(&bill);

	(void)state;
	strcpy(idem, bench_idem(b));
	req = bill_request(b, &bill, idem, WALLET_PIN);
	bench_register(b, BENCH_PHONE2);
	assert_int_equal(wallet_pin(b, WALLET_PIN), 200);
	wallet_topup(b, FUNDS);
	assert_int_equal(bench_ask(b, "bill.pay", idem, &req, &paid), 403);
	assert_string_equal(b->error.error, "digest");
	assert_int_equal(wallet_balance(b), FUNDS);
	bench_close(&b);
}

static void
test_bills_that_cannot_be_paid(void **state)
{
	struct wire_bill bill, big, paid;
	struct bench *b = ready(&bill);
	struct wire_bill none = bill;

	(void)state;
	memset(none.bill_id, 'f', 32);
	assert_int_equal(bill_pay(b, &none, bench_idem(b), WALLET_PIN, &paid), 404);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "big", FUNDS + 1, &big), 200);
	assert_int_equal(bill_pay(b, &big, bench_idem(b), WALLET_PIN, &paid), 409);
	assert_string_equal(b->error.error, "funds");
	b->now_ms += 200000; /* twice: sessions are not idle for so long */
	(void)wallet_balance(b);
	b->now_ms += 400000;
	assert_int_equal(bench_login(b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WALLET_PIN, &paid), 409);
	assert_string_equal(b->error.error, "expired");
	assert_int_equal(wallet_balance(b), FUNDS);
	bench_check_books(b);
	bench_close(&b);
}

static void
test_without_a_pin_nothing_is_paid(void **state)
{
	struct wire_bill bill, paid;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	wallet_topup(b, FUNDS);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", PRICE, &bill), 200);
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WALLET_PIN, &paid), 409);
	assert_string_equal(b->error.error, "no_pin");
	assert_int_equal(wallet_balance(b), FUNDS);
	bench_close(&b);
}

static void
test_a_key_of_other_content_is_refused(void **state)
{
	char idem[33];
	struct wire_bill bill, other, paid;
	struct bench *b = ready(&bill);

	(void)state;
	strcpy(idem, bench_idem(b));
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r2", 10, &other), 200);
	assert_int_equal(bill_pay(b, &bill, idem, WALLET_PIN, &paid), 200);
	assert_int_equal(bill_pay(b, &other, idem, WALLET_PIN, &paid), 422);
	assert_int_equal(wallet_balance(b), FUNDS - PRICE);
	bench_close(&b);
}

static void
test_a_merchant_sees_and_gives_back_its_own_bills(void **state)
{
	struct wire_bill_id_req id;
	struct wire_bill bill, got;
	struct bench *b = ready(&bill);

	(void)state;
	strcpy(id.bill_id, bill.bill_id);
	/* Asked for again it is the same bill; another amount is another bill. */
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", PRICE, &got), 200);
	assert_string_equal(got.bill_id, bill.bill_id);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", PRICE + 1, &got), 422);
	assert_int_equal(merchant_bill(b, "merchant-0002", "r1", PRICE, &got), 200);
	assert_string_not_equal(got.bill_id, bill.bill_id);
	assert_int_equal(bench_inner(b, WIRE_PATH_MERCHANT_REFUND, WALLET_MERCHANT,
			     &wire_bill_id_req_msg, &id, &wire_bill_msg, &got),
	    409);
	assert_string_equal(b->error.error, "not_paid");
	assert_int_equal(bill_pay(b, &bill, bench_idem(b), WALLET_PIN, &got), 200);
	assert_int_equal(bench_inner(b, WIRE_PATH_MERCHANT_REFUND, "merchant-0002",
			     &wire_bill_id_req_msg, &id, &wire_bill_msg, &got),
	    404);
	assert_int_equal(bench_inner(b, WIRE_PATH_MERCHANT_GET, "merchant-0002",
			     &wire_bill_id_req_msg, &id, &wire_bill_msg, &got),
	    404);
	assert_int_equal(wallet_balance(b), FUNDS - PRICE);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(bench_inner(b, WIRE_PATH_MERCHANT_REFUND, WALLET_MERCHANT,
				     &wire_bill_id_req_msg, &id, &wire_bill_msg, &got),
		    200);
		assert_string_equal(got.state, "refunded");
	}
	assert_int_equal(wallet_balance(b), FUNDS);
	assert_int_equal(bench_account(b, "M:", WALLET_MERCHANT), 0);
	assert_int_equal(bench_inner(b, WIRE_PATH_MERCHANT_GET, WALLET_MERCHANT,
			     &wire_bill_id_req_msg, &id, &wire_bill_msg, &got),
	    200);
	assert_string_equal(got.state, "refunded");
	bench_check_books(b);
	bench_close(&b);
}

static void
test_who_may_make_a_bill(void **state)
{
	static const char *const peers[] = { "", "payd", "operator", "gate-310000000001",
		"platform-9902", "merchant" };
	static const int64_t amounts[] = { 0, 100001 };
	struct wire_merchant_bill_req req = { .payee = "A", .goods = "b", .amount_fen = 1 };
	struct wire_bill bill;
	struct bench *b;

	(void)state;
	bench_open(&b);
	for (size_t i = 0; i < YKT_ARRAY_LEN(peers); i++)
		assert_int_equal(merchant_bill(b, peers[i], "r1", PRICE, &bill), 403);
	for (size_t i = 0; i < YKT_ARRAY_LEN(amounts); i++)
		assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "r1", amounts[i], &bill), 400);
	assert_int_equal(merchant_bill(b, WALLET_MERCHANT, "", PRICE, &bill), 400);
	req.life_ms = 1;
	strcpy(req.ref, "r1");
	strcpy(req.payee, "A\xE2\x80\xAE"
			  "b");
	assert_int_equal(bench_inner(b, WIRE_PATH_MERCHANT_BILL, WALLET_MERCHANT,
			     &wire_merchant_bill_req_msg, &req, &wire_bill_msg, &bill),
	    400);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM bill"), 0);
	bench_close(&b);
}

/*
 * Every outside call of a payment fails in every way, then the request comes
 * again: one debit or none, and the answer says which.
 */
static void
test_every_fault_leaves_one_debit_or_none(void **state)
{
	static const enum bench_fault faults[] = { BENCH_FAULT_BEFORE, BENCH_FAULT_LOST,
		BENCH_FAULT_DOWN, BENCH_FAULT_DOWN_AFTER };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		unsigned n = 1;

		for (bool fired = true; fired; n++) {
			struct wire_bill bill, paid;
			struct wire_bill_pay_req req;
			struct bench *b = ready(&bill);
			char idem[33];
			int code;

			strcpy(idem, bench_idem(b));
			req = bill_request(b, &bill, idem, WALLET_PIN);
			b->calls = 0;
			b->fired = false;
			b->fault = faults[f];
			b->fail_at = n;
			code = bench_ask(b, "bill.pay", idem, &req, &paid);
			fired = b->fired;
			bench_restart(b);
			b->now_ms += IDEM_LEASE_MS;
			if (code == 200)
				assert_int_equal(wallet_balance(b), FUNDS - PRICE);
			assert_int_equal(bench_ask(b, "bill.pay", idem, &req, &paid), 200);
			assert_int_equal(wallet_balance(b), FUNDS - PRICE);
			assert_int_equal(bench_account(b, "M:", WALLET_MERCHANT), PRICE);
			bench_check_books(b);
			bench_close(&b);
		}
		assert_true(n > 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_confirmation_is_one_debit),
		cmocka_unit_test(test_what_was_not_shown_is_not_paid),
		cmocka_unit_test(test_another_account_cannot_use_the_signature),
		cmocka_unit_test(test_bills_that_cannot_be_paid),
		cmocka_unit_test(test_without_a_pin_nothing_is_paid),
		cmocka_unit_test(test_a_key_of_other_content_is_refused),
		cmocka_unit_test(test_a_merchant_sees_and_gives_back_its_own_bills),
		cmocka_unit_test(test_who_may_make_a_bill),
		cmocka_unit_test(test_every_fault_leaves_one_debit_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
