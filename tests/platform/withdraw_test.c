/*
 * Money out of a wallet into a bound account, with the product's own account system behind the
 * platform: what was shown is what is signed is what leaves, once, whatever fails.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "banks.h"

#include <string.h>

#include "bad.h"
#include "wallets.h"
#include "wire/payout_msg.h"
#include "wire/wallet_msg.h"
#include "wire/withdraw.h"

#define WISH   "d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1"
#define WISH2  "d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2"
#define HELD   5000
#define AMOUNT 3000

static struct banks *
open_rich(void)
{
	struct banks *k = banks_open();
	struct wire_order order, paid;
	struct wire_order_pay_rsp pay;

	banks_bound(k, BANK_ID, BANK_NUMBER);
	banks_order(k, HELD, &order, &pay);
	assert_int_equal(banks_charge(k, &order, &pay, BANK_ID, &paid), 200);
	assert_int_equal(wallet_balance(k->b), HELD);
	return k;
}

static void
close_rich(struct banks **k)
{
	bench_check_books((*k)->b);
	banks_close(k);
}

static struct wire_withdraw_req
request(struct banks *k, const char *id, int64_t amount)
{
	struct wire_withdraw_req req = { .amount_fen = amount };
	uint8_t text[WIRE_WITHDRAW_SIGN_LEN];

	strcpy(req.withdraw_id, id);
	strcpy(req.account_id, BANK_ID);
	assert_status(
	    wire_withdraw_digest(k->b->other, &req, k->b->user_id, "Test bank 1114", req.digest),
	    YKT_OK);
	wire_withdraw_to_sign(req.digest, id, text);
	assert_status(crypto_sm2_sign(k->b->other, &k->b->device, crypto_sm2_default_id,
			  YKT_BYTES(text), req.sig),
	    YKT_OK);
	wallet_pin_block(k->b, WIRE_PIN_PAY, WALLET_PIN, req.pin.data, &req.pin.len);
	return req;
}

static int
withdraw(struct banks *k, const char *id, int64_t amount, struct wire_withdrawal *ret)
{
	const struct wire_withdraw_req req = request(k, id, amount);

	return bench_ask(k->b, "wallet.withdraw", NULL, &req, ret);
}

static int
look(struct banks *k, const char *id, struct wire_withdrawal *ret)
{
	struct wire_withdraw_id_req req = { .withdraw_id = "" };

	strcpy(req.withdraw_id, id);
	return bench_ask(k->b, "wallet.withdrawal", NULL, &req, ret);
}

static void
settle(struct banks *k)
{
	unsigned done;

	for (int i = 0; i < 5; i++) {
		k->b->now_ms += 60000;
		assert_status(platform_tick(k->b->w, &done), YKT_OK);
	}
}

/* What the account system has given, and what it was asked for. */
static int64_t
given(struct banks *k)
{
	return banks_number(k, "SELECT COALESCE(SUM(given), 0) FROM account");
}

static void
test_a_withdrawal_leaves_the_wallet_once(void **state)
{
	struct banks *k = open_rich();
	struct wire_wallet_records_req ask = { .limit = 50 };
	static struct wire_card_records_rsp records;
	struct wire_withdrawal out;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(withdraw(k, WISH, AMOUNT, &out), 200);
		assert_string_equal(out.state, "done");
		assert_string_equal(out.account, "Test bank 1114");
		assert_int_equal(out.amount_fen, AMOUNT);
	}
	assert_int_equal(look(k, WISH, &out), 200);
	assert_string_equal(out.state, "done");
	assert_int_equal(wallet_balance(k->b), HELD - AMOUNT);
	assert_int_equal(given(k), AMOUNT);
	assert_int_equal(bench_account(k->b, "PSP", ""), -HELD + AMOUNT);
	assert_int_equal(bench_account(k->b, "W:", WISH), 0);
	assert_int_equal(bench_ask(k->b, "wallet.records", NULL, &ask, &records), 200);
	assert_string_equal(records.records[0].kind, "withdrawal");
	assert_int_equal(records.records[0].amount_fen, AMOUNT);
	assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM work WHERE kind = 9"), 0);
	close_rich(&k);
}

static void
test_withdrawals_that_move_nothing(void **state)
{
	static const struct {
		const char *why, *token;
		int code;
	} rows[] = {
		{ "more than the wallet holds", "funds", 409 },
		{ "too little", "withdraw_amount", 409 },
		{ "too much", "withdraw_amount", 409 },
		{ "an account of nobody", "account_unbound", 409 },
		{ "another amount than was signed", "digest", 403 },
		{ "a digest of something else", "digest", 403 },
		{ "a signature of nobody", "signature", 403 },
		{ "a wrong PIN", "pin_wrong", 403 },
		{ "an id that is none", "malformed", 400 },
	};
	struct banks *k = open_rich();
	struct wire_withdrawal out;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		static const int64_t amounts[] = { HELD + 1, 99, 500001 };
		struct wire_withdraw_req req = request(k, WISH, i < 3 ? amounts[i] : AMOUNT);

		if (i == 3)
			strcpy(req.account_id, BANK_ID2);
		if (i == 4)
			req.amount_fen--;
		if (i == 5)
			req.digest[0] ^= 1;
		if (i == 6)
			req.sig[0] ^= 1;
		if (i == 7)
			wallet_pin_block(k->b, WIRE_PIN_PAY, "604718", req.pin.data, &req.pin.len);
		if (i == 8)
			strcpy(req.withdraw_id, "' OR ''='");
		if (bench_ask(k->b, "wallet.withdraw", NULL, &req, &out) != rows[i].code)
			fail_msg("%s: %s", rows[i].why, k->b->error.error);
		assert_string_equal(k->b->error.error, rows[i].token);
		assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM withdraw"), 0);
		assert_int_equal(wallet_balance(k->b), HELD);
	}
	assert_int_equal(given(k), 0);
	assert_int_equal(withdraw(k, WISH, AMOUNT, &out), 200);
	close_rich(&k);
}

static void
test_a_frozen_wallet_gives_nothing(void **state)
{
	struct banks *k = open_rich();
	struct wire_withdrawal out;

	(void)state;
	assert_status(
	    bench_sql(k->b, "INSERT INTO code_account(seq, user_id, user_no, account, state,"
			    " created_ms) SELECT 1, user_id, '1', '1', 'frozen', 1 FROM user"),
	    YKT_OK);
	assert_int_equal(withdraw(k, WISH, AMOUNT, &out), 409);
	assert_string_equal(k->b->error.error, "frozen");
	assert_int_equal(wallet_balance(k->b), HELD);
	close_rich(&k);
}

/* The account system's no is for good, and the money is in the wallet again. */
static void
test_a_refusal_gives_the_money_back(void **state)
{
	struct banks *k = open_rich();
	struct wire_withdrawal out;

	(void)state;
	k->accounts[0].blocked = true;
	assert_int_equal(withdraw(k, WISH, AMOUNT, &out), 200);
	assert_string_equal(out.state, "refused");
	assert_string_equal(out.reason, "account_blocked");
	assert_int_equal(wallet_balance(k->b), HELD);
	k->accounts[0].blocked = false;
	assert_int_equal(withdraw(k, WISH, AMOUNT, &out), 200);
	assert_string_equal(out.state, "refused");
	assert_int_equal(wallet_balance(k->b), HELD);
	assert_int_equal(given(k), 0);
	assert_int_equal(withdraw(k, WISH2, AMOUNT, &out), 200);
	assert_string_equal(out.state, "done");
	close_rich(&k);
}

/* It is begun, and goes on by itself; meanwhile the money is spent nowhere else. */
static void
test_an_account_system_that_is_away(void **state)
{
	struct banks *k = open_rich();
	struct wire_user_close_req leave = { .password = BENCH_PASS };
	struct wire_account account;
	struct wire_withdrawal out;
	struct wire_empty none;

	(void)state;
	k->b->psp_down = true;
	assert_int_equal(withdraw(k, WISH, HELD, &out), 200);
	assert_string_equal(out.state, "asked");
	assert_int_equal(wallet_balance(k->b), 0);
	assert_int_equal(bench_account(k->b, "W:", WISH), HELD);
	assert_int_equal(withdraw(k, WISH2, 100, &out), 409);
	assert_string_equal(k->b->error.error, "funds");
	assert_int_equal(banks_unbind(k, BANK_ID, &account), 409);
	assert_string_equal(k->b->error.error, "orders");
	assert_int_equal(bench_ask(k->b, "user.close", NULL, &leave, &none), 409);
	assert_string_equal(k->b->error.error, "orders");
	assert_int_equal(look(k, WISH, &out), 200);
	assert_string_equal(out.state, "asked");
	bench_check_books(k->b);
	k->b->psp_down = false;
	settle(k);
	assert_int_equal(bench_login(k->b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(look(k, WISH, &out), 200);
	assert_string_equal(out.state, "done");
	assert_int_equal(given(k), HELD);
	assert_int_equal(banks_unbind(k, BANK_ID, &account), 200);
	close_rich(&k);
}

/* Signed as it must be, and about something else. */
static void
test_an_answer_about_another_payout_counts_for_nothing(void **state)
{
	struct banks *k = open_rich();
	struct wire_withdrawal out;

	(void)state;
	k->lie_path = WIRE_PATH_PSP_PAYOUT;
	assert_int_equal(withdraw(k, WISH, AMOUNT, &out), 200);
	assert_string_equal(out.state, "asked");
	assert_int_equal(bench_account(k->b, "W:", WISH), AMOUNT);
	k->lie_path = NULL;
	assert_int_equal(look(k, WISH, &out), 200);
	assert_string_equal(out.state, "done");
	assert_int_equal(given(k), AMOUNT);
	close_rich(&k);
}

static void
test_an_id_is_one_wish_of_one_user(void **state)
{
	struct banks *k = open_rich();
	struct wire_withdrawal out;

	(void)state;
	assert_int_equal(withdraw(k, WISH, AMOUNT, &out), 200);
	assert_int_equal(withdraw(k, WISH, AMOUNT - 1, &out), 422);
	bench_register(k->b, BENCH_PHONE2);
	assert_int_equal(look(k, WISH, &out), 404);
	assert_int_equal(withdraw(k, WISH, AMOUNT, &out), 422);
	assert_int_equal(given(k), AMOUNT);
	close_rich(&k);
}

static size_t
listed(struct banks *k, bool abnormal, struct wire_withdrawals_rsp *ret)
{
	const struct wire_withdrawals_req ask = { abnormal, WIRE_WITHDRAWALS_MAX };

	assert_int_equal(bench_ask(k->b, "wallet.withdrawals", NULL, &ask, ret), 200);

	return ret->withdrawals_count;
}

static void
test_a_user_lists_his_own(void **state)
{
	static struct wire_withdrawals_rsp list;
	struct banks *k = open_rich();
	struct wire_withdrawal out;

	(void)state;
	assert_int_equal(listed(k, false, &list), 0);
	assert_int_equal(withdraw(k, WISH, AMOUNT, &out), 200);
	k->b->now_ms += 1000;
	k->b->psp_down = true;
	assert_int_equal(withdraw(k, WISH2, 100, &out), 200);
	assert_int_equal(listed(k, false, &list), 2);
	assert_string_equal(list.withdrawals[0].withdraw_id, WISH2);
	assert_string_equal(list.withdrawals[0].state, "asked");
	assert_string_equal(list.withdrawals[1].withdraw_id, WISH);
	assert_string_equal(list.withdrawals[1].state, "done");
	assert_string_equal(list.withdrawals[1].account, "Test bank 1114");
	assert_int_equal(list.withdrawals[1].amount_fen, AMOUNT);
	assert_int_equal(listed(k, true, &list), 1);
	assert_string_equal(list.withdrawals[0].withdraw_id, WISH2);
	k->b->psp_down = false;
	settle(k);
	bench_register(k->b, BENCH_PHONE2);
	assert_int_equal(listed(k, false, &list), 0);
	close_rich(&k);
}

/* Gives whether the fault was met. */
static bool
run_faulty(enum bench_fault fault, unsigned n)
{
	struct banks *k = open_rich();
	struct wire_withdraw_req req = request(k, WISH, AMOUNT);
	struct wire_withdrawal out;
	bool fired;

	k->b->calls = 0;
	k->b->fault = fault;
	k->b->fail_at = n;
	for (int i = 0; i < 4; i++) {
		(void)bench_ask(k->b, "wallet.withdraw", NULL, &req, &out);
		if (k->b->down)
			bench_restart(k->b);
	}
	fired = k->b->fired;
	k->b->fail_at = 0;
	settle(k);
	assert_int_equal(bench_login(k->b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(look(k, WISH, &out), 200);
	assert_string_equal(out.state, "done");
	assert_int_equal(wallet_balance(k->b), HELD - AMOUNT);
	assert_int_equal(given(k), AMOUNT);
	assert_int_equal(banks_number(k, "SELECT COUNT(*) FROM payout"), 1);
	close_rich(&k);
	return fired;
}

static void
test_every_fault_pays_out_once(void **state)
{
	(void)state;
	for (enum bench_fault fault = BENCH_FAULT_BEFORE; fault <= BENCH_FAULT_DOWN_AFTER;
	     fault++) {
		unsigned n = 1;

		while (run_faulty(fault, n))
			n++;
		assert_true(n > 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_withdrawal_leaves_the_wallet_once),
		cmocka_unit_test(test_withdrawals_that_move_nothing),
		cmocka_unit_test(test_a_frozen_wallet_gives_nothing),
		cmocka_unit_test(test_a_refusal_gives_the_money_back),
		cmocka_unit_test(test_an_account_system_that_is_away),
		cmocka_unit_test(test_an_answer_about_another_payout_counts_for_nothing),
		cmocka_unit_test(test_an_id_is_one_wish_of_one_user),
		cmocka_unit_test(test_a_user_lists_his_own),
		cmocka_unit_test(test_every_fault_pays_out_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
