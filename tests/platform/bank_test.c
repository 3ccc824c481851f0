/*
 * Bound accounts at the platform, with the product's own account system behind it:
 * who may bind, unbind and pay, what is kept, and what becomes of lost answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bad.h"
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
test_an_account_is_bound_and_listed(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account;
	struct wire_account_list_rsp list;

	(void)state;
	assert_int_equal(banks_begin(k, BANK_ID, BANK_NUMBER, &account), 200);
	assert_string_equal(account.account_id, BANK_ID);
	assert_string_equal(account.state, "waiting");
	assert_string_equal(account.issuer, "Test bank");
	assert_string_equal(account.last4, "1114");
	assert_int_equal(account.bound_ms, 0);
	assert_int_equal(banks_code(k, BANK_ID, banks_sent(k), &account), 200);
	assert_string_equal(account.state, "bound");
	assert_true(account.bound_ms == k->b->now_ms);
	assert_int_equal(bench_ask(k->b, "account.list", NULL, NULL, &list), 200);
	assert_int_equal(list.accounts_count, 1);
	assert_memory_equal(&list.accounts[0], &account, sizeof(account));
	/* After lost answers, and by another process: the same, and one text message. */
	bench_restart(k->b);
	assert_int_equal(banks_begin(k, BANK_ID, BANK_NUMBER, &account), 200);
	assert_string_equal(account.state, "bound");
	assert_int_equal(banks_code(k, BANK_ID, "000000", &account), 200);
	assert_string_equal(account.state, "bound");
	assert_int_equal(k->sms_count, 1);
	assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM work WHERE kind = 8"), 0);
	banks_close(&k);
}

static void
test_every_outcome_has_its_word(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account;

	(void)state;
	assert_int_equal(banks_begin(k, BAD_ID, BANK_NOBODY, &account), 200);
	assert_string_equal(account.state, "refused");
	assert_string_equal(account.reason, "account_unknown");
	assert_int_equal(
	    banks_begin(k, "b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3", BANK_BLOCKED, &account), 200);
	assert_string_equal(account.reason, "account_blocked");
	assert_int_equal(banks_begin(k, BANK_ID, BANK_NUMBER, &account), 200);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(banks_code(k, BANK_ID, banks_wrong(k), &account), 200);
		assert_string_equal(account.state, i < 2 ? "waiting" : "refused");
		assert_string_equal(account.reason, i < 2 ? "code_wrong" : "code_tries");
	}
	assert_int_equal(banks_code(k, BANK_ID, banks_sent(k), &account), 200);
	assert_string_equal(account.state, "refused");
	banks_bound(k, BANK_ID2, BANK_NUMBER);
	assert_int_equal(
	    banks_begin(k, "b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4", BANK_NUMBER, &account), 200);
	assert_string_equal(account.state, "refused");
	assert_string_equal(account.reason, "account_bound");
	assert_int_equal(
	    bench_number(k->b, "SELECT COUNT(*) FROM account WHERE state = 'bound'"), 1);
	banks_close(&k);
}

static void
test_five_accounts_and_no_more(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account;
	char id[33] = BANK_ID;
	uint64_t before;

	(void)state;
	for (size_t i = 0; i < BANK_ACCOUNTS; i++) {
		if (i == 1)
			continue; /* the blocked one */
		id[0] = (char)('0' + i);
		if (i < BANK_ACCOUNTS - 1)
			banks_bound(k, id, k->accounts[i].number);
	}
	before = bad_state(k->b);
	id[0] = 'f';
	assert_int_equal(banks_begin(k, id, k->accounts[6].number, &account), 409);
	assert_string_equal(k->b->error.error, "too_many");
	assert_true(bad_state(k->b) == before);
	id[0] = '0';
	assert_int_equal(banks_unbind(k, id, &account), 200);
	id[0] = 'f';
	banks_bound(k, id, k->accounts[6].number);
	banks_close(&k);
}

/* Neither platform nor account system writes the number down, nor the codes. */
static void
test_no_number_is_kept(void **state)
{
	struct banks *k = banks_open();

	(void)state;
	banks_bound(k, BANK_ID, BANK_NUMBER);
	assert_int_equal(
	    bench_number(k->b, "SELECT COUNT(*) FROM account WHERE last4 = '1114'"), 1);
	assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM account WHERE account_id || state"
					    " || reason || issuer || last4 || hex(token) LIKE"
					    " '%" BANK_NUMBER "%'"),
	    0);
	assert_int_equal(banks_number(k, "SELECT COUNT(*) FROM bind WHERE account || user || reason"
					 " LIKE '%0000000%'"),
	    0);
	banks_close(&k);
}

static void
test_blocks_that_are_none(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account;
	struct wire_account_begin_req req;
	struct wire_account_confirm_req code;
	uint64_t before = bad_state(k->b);

	(void)state;
	for (int row = 0; row < 4; row++) {
		req = banks_begin_req(k, BANK_ID, BANK_NUMBER);
		if (row == 0)
			req.sealed.data[50] ^= 1;
		if (row == 1)
			strcpy(req.account_id, BANK_ID2);
		if (row == 2)
			strcpy(req.account_id, "b1");
		if (row == 3)
			req.sealed.len = 0;
		assert_int_equal(bench_ask(k->b, "account.begin", NULL, &req, &account), 400);
		assert_string_equal(k->b->error.error, "malformed");
	}
	assert_true(bad_state(k->b) == before);
	assert_int_equal(k->asked, 0);
	assert_int_equal(banks_begin(k, BANK_ID, BANK_NUMBER, &account), 200);
	before = bad_state(k->b);
	code = banks_code_req(k, BANK_ID, banks_sent(k));
	code.code.data[20] ^= 1;
	assert_int_equal(bench_ask(k->b, "account.confirm", NULL, &code, &account), 400);
	code = banks_code_req(k, BANK_ID2, banks_sent(k));
	strcpy(code.account_id, BANK_ID);
	assert_int_equal(bench_ask(k->b, "account.confirm", NULL, &code, &account), 400);
	assert_true(bad_state(k->b) == before);
	/* It cost no try: the code is still good. */
	assert_int_equal(banks_code(k, BANK_ID, banks_sent(k), &account), 200);
	assert_string_equal(account.state, "bound");
	banks_close(&k);
}

static void
test_another_user_sees_none_of_it(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account, mine;
	struct wire_account_list_rsp list;
	struct wire_account_unbind_req unbind;
	struct wire_order order;
	struct wire_order_pay_rsp pay;
	uint64_t before;

	(void)state;
	banks_bound(k, BANK_ID, BANK_NUMBER);
	assert_int_equal(banks_get(k, BANK_ID, &mine), 200);
	bench_register(k->b, BENCH_PHONE2);
	assert_int_equal(wallet_pin(k->b, WALLET_PIN), 200);
	banks_order(k, PRICE, &order, &pay);
	before = bad_state(k->b);
	assert_int_equal(banks_get(k, BANK_ID, &account), 404);
	assert_int_equal(banks_code(k, BANK_ID, "123456", &account), 404);
	assert_int_equal(banks_begin(k, BANK_ID, BANK_NUMBER, &account), 422);
	assert_int_equal(banks_charge(k, &order, &pay, BANK_ID, &order), 409);
	assert_string_equal(k->b->error.error, "account_unbound");
	assert_true(bad_state(k->b) == before);
	unbind = banks_unbind_req(k, &mine, BENCH_PASS);
	assert_int_equal(bench_ask(k->b, "account.unbind", NULL, &unbind, &account), 404);
	assert_int_equal(bench_ask(k->b, "account.list", NULL, NULL, &list), 200);
	assert_int_equal(list.accounts_count, 0);
	/* The same bank account, held by the same person, for another user: it may be. */
	banks_bound(k, BANK_ID2, BANK_NUMBER);
	banks_close(&k);
}

static void
test_an_account_system_that_is_away(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account;

	(void)state;
	k->b->psp_down = true;
	assert_int_equal(banks_begin(k, BANK_ID, BANK_NUMBER, &account), 503);
	assert_int_equal(banks_get(k, BANK_ID, &account), 503);
	assert_int_equal(
	    bench_number(k->b, "SELECT COUNT(*) FROM account WHERE state = 'asked'"), 1);
	k->b->psp_down = false;
	/* It has not heard of it; asked again it is begun once. */
	assert_int_equal(banks_get(k, BANK_ID, &account), 200);
	assert_string_equal(account.state, "asked");
	banks_bound(k, BANK_ID, BANK_NUMBER);
	banks_close(&k);
}

/* What nobody goes on with comes to an end by itself. */
static void
test_bindings_that_are_left_lying(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account;

	(void)state;
	k->b->psp_down = true;
	assert_int_equal(banks_begin(k, BANK_ID, BANK_NUMBER, &account), 503);
	k->b->psp_down = false;
	assert_int_equal(banks_begin(k, BANK_ID2, BANK_NUMBER, &account), 200);
	for (int i = 0; i < 6; i++)
		settle(k);
	assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM account WHERE account_id ="
					    " '" BANK_ID "' AND state = 'refused' AND reason ="
					    " 'not_done'"),
	    1);
	assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM account WHERE account_id ="
					    " '" BANK_ID2 "' AND state = 'unbound' AND last4 = ''"),
	    1);
	assert_int_equal(banks_number(k, "SELECT COUNT(*) FROM bind WHERE state = 'unbound'"), 1);
	assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM work WHERE kind = 8"), 0);
	banks_close(&k);
}

/* The code was right, and the answer lost: the outbox finds out. */
static void
test_a_lost_answer_is_asked_for(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account;

	(void)state;
	assert_int_equal(banks_begin(k, BANK_ID, BANK_NUMBER, &account), 200);
	k->lie_path = WIRE_PATH_PSP_BIND_CONFIRM;
	assert_int_equal(banks_code(k, BANK_ID, banks_sent(k), &account), 503);
	k->lie_path = NULL;
	assert_int_equal(
	    bench_number(k->b, "SELECT COUNT(*) FROM account WHERE state = 'bound'"), 0);
	settle(k);
	assert_int_equal(
	    bench_number(k->b, "SELECT COUNT(*) FROM account WHERE state = 'bound'"), 1);
	banks_close(&k);
}

static void
test_answers_about_another_binding_count_for_nothing(void **state)
{
	static const char *const paths[] = { WIRE_PATH_PSP_BIND, WIRE_PATH_PSP_BIND_QUERY };
	struct wire_account account;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(paths); i++) {
		struct banks *k = banks_open();

		k->lie_path = paths[i];
		assert_int_equal(
		    banks_begin(k, BANK_ID, BANK_NUMBER, &account), i == 0 ? 503 : 200);
		assert_int_equal(banks_get(k, BANK_ID, &account), i == 0 ? 200 : 503);
		assert_int_equal(
		    bench_number(k->b, "SELECT COUNT(*) FROM account WHERE state = 'bound'"), 0);
		banks_close(&k);
	}
}

static void
test_unbinding_needs_password_and_what_was_shown(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account, rsp;
	struct wire_account_unbind_req req;
	uint64_t before;

	(void)state;
	banks_bound(k, BANK_ID, BANK_NUMBER);
	assert_int_equal(banks_get(k, BANK_ID, &account), 200);
	req = banks_unbind_req(k, &account, "not my password");
	assert_int_equal(bench_ask(k->b, "account.unbind", NULL, &req, &rsp), 403);
	assert_string_equal(k->b->error.error, "login_failed");
	k->b->now_ms += 20000;
	strcpy(account.last4, "1115");
	req = banks_unbind_req(k, &account, BENCH_PASS);
	/* The count of passwords moves with each; nothing else does. */
	assert_int_equal(bench_ask(k->b, "account.unbind", NULL, &req, &rsp), 403);
	assert_string_equal(k->b->error.error, "digest");
	strcpy(account.last4, "1114");
	req = banks_unbind_req(k, &account, BENCH_PASS);
	req.sig[3] ^= 1;
	before = bad_state(k->b);
	assert_int_equal(bench_ask(k->b, "account.unbind", NULL, &req, &rsp), 403);
	assert_string_equal(k->b->error.error, "signature");
	assert_true(bad_state(k->b) == before);
	req.sig[3] ^= 1;
	assert_int_equal(bench_ask(k->b, "account.unbind", NULL, &req, &rsp), 200);
	assert_string_equal(rsp.state, "unbound");
	assert_string_equal(rsp.issuer, "");
	assert_int_equal(banks_number(k, "SELECT COUNT(*) FROM bind WHERE state = 'unbound' AND"
					 " token = zeroblob(16)"),
	    1);
	assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM account WHERE last4 <> '' OR"
					    " token <> zeroblob(16)"),
	    0);
	/* Asked again after a lost answer. */
	assert_int_equal(bench_ask(k->b, "account.unbind", NULL, &req, &rsp), 200);
	assert_string_equal(rsp.state, "unbound");
	banks_bound(k, BANK_ID2, BANK_NUMBER);
	banks_close(&k);
}

/* Over for the user at once; the account system hears of it when it is back. */
static void
test_unbinding_outlives_an_account_system_that_is_away(void **state)
{
	struct banks *k = banks_open();
	struct wire_account account, rsp;
	struct wire_account_unbind_req req;
	struct wire_order order;
	struct wire_order_pay_rsp pay;

	(void)state;
	banks_bound(k, BANK_ID, BANK_NUMBER);
	assert_int_equal(banks_get(k, BANK_ID, &account), 200);
	banks_order(k, PRICE, &order, &pay);
	k->b->psp_down = true;
	req = banks_unbind_req(k, &account, BENCH_PASS);
	assert_int_equal(bench_ask(k->b, "account.unbind", NULL, &req, &rsp), 200);
	assert_string_equal(rsp.state, "unbinding");
	assert_int_equal(banks_charge(k, &order, &pay, BANK_ID, &order), 409);
	assert_string_equal(k->b->error.error, "account_unbound");
	bench_restart(k->b);
	k->b->psp_down = false;
	settle(k);
	assert_int_equal(banks_number(k, "SELECT COUNT(*) FROM bind WHERE state = 'unbound'"), 1);
	assert_int_equal(
	    bench_number(k->b, "SELECT COUNT(*) FROM account WHERE state = 'unbound'"), 1);
	assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM work WHERE kind = 8"), 0);
	banks_close(&k);
}

static void
test_a_closed_account_binds_nothing(void **state)
{
	const struct wire_user_close_req close = { .password = BENCH_PASS };
	struct banks *k = banks_open();
	struct wire_empty empty;

	(void)state;
	banks_bound(k, BANK_ID, BANK_NUMBER);
	k->b->psp_down = true;
	assert_int_equal(bench_ask(k->b, "user.close", NULL, &close, &empty), 200);
	assert_int_equal(bench_number(k->b, "SELECT COUNT(*) FROM account WHERE issuer <> ''"
					    " OR last4 <> ''"),
	    0);
	k->b->psp_down = false;
	settle(k);
	assert_int_equal(banks_number(k, "SELECT COUNT(*) FROM bind WHERE state = 'unbound'"), 1);
	banks_close(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_account_is_bound_and_listed),
		cmocka_unit_test(test_every_outcome_has_its_word),
		cmocka_unit_test(test_five_accounts_and_no_more),
		cmocka_unit_test(test_no_number_is_kept),
		cmocka_unit_test(test_blocks_that_are_none),
		cmocka_unit_test(test_another_user_sees_none_of_it),
		cmocka_unit_test(test_an_account_system_that_is_away),
		cmocka_unit_test(test_bindings_that_are_left_lying),
		cmocka_unit_test(test_a_lost_answer_is_asked_for),
		cmocka_unit_test(test_answers_about_another_binding_count_for_nothing),
		cmocka_unit_test(test_unbinding_needs_password_and_what_was_shown),
		cmocka_unit_test(test_unbinding_outlives_an_account_system_that_is_away),
		cmocka_unit_test(test_a_closed_account_binds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
