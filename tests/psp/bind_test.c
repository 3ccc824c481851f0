/*
 * The account system: who may bind an account, how often a code may be guessed, and
 * what a bound account pays. Whatever is refused moves nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "binds.h"

static const char *
wrong(const char *code)
{
	static char other[WIRE_ACCOUNT_CODE_LEN + 1];

	strcpy(other, code);
	other[0] = other[0] == '9' ? '0' : (char)(other[0] + 1);
	return other;
}

static void
an_account_is_bound_with_the_issuers_code(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp rsp, again;
	static const uint8_t none[16];

	assert_int_equal(binds_begin(w, BIND_1, USER_1, NUMBER_A, &rsp), 200);
	assert_string_equal(rsp.bind_id, BIND_1);
	assert_string_equal(rsp.state, "waiting");
	assert_string_equal(rsp.issuer, "Test bank");
	assert_string_equal(rsp.last4, "1114");
	assert_memory_equal(rsp.token, none, sizeof(none));
	assert_string_equal(w->sms_phone, PHONE);
	assert_int_equal(binds_code(w, BIND_1, binds_sent(w), &rsp), 200);
	assert_string_equal(rsp.state, "bound");
	assert_memory_not_equal(rsp.token, none, sizeof(none));
	/* After a lost answer: the same, from each of the questions, and no second text. */
	assert_int_equal(binds_code(w, BIND_1, "000000", &again), 200);
	assert_memory_equal(&again, &rsp, sizeof(rsp));
	world_restart(w);
	assert_int_equal(binds_by_id(w, 0, WIRE_PATH_PSP_BIND_QUERY, BIND_1, &again), 200);
	assert_memory_equal(&again, &rsp, sizeof(rsp));
	assert_int_equal(binds_begin(w, BIND_1, USER_1, NUMBER_A, &again), 200);
	assert_memory_equal(&again, &rsp, sizeof(rsp));
	assert_int_equal(w->sms_count, 1);
}

static void
who_is_not_the_holder_learns_nothing(void **state)
{
	static const char *const others[] = { "6200000000000033332", "620000000013" };
	struct world *w = *state;
	struct wire_psp_bind_rsp rsp;

	assert_int_equal(binds_begin(w, BIND_1, USER_1, others[0], &rsp), 200);
	assert_string_equal(rsp.state, "refused");
	assert_string_equal(rsp.reason, "account_unknown");
	assert_string_equal(rsp.issuer, "");
	assert_string_equal(rsp.last4, "");
	/* The number is right, the holder is not: the same words. */
	w->accounts[0].holder = "Somebody else";
	world_restart(w);
	assert_int_equal(binds_begin(w, BIND_2, USER_1, NUMBER_A, &rsp), 200);
	assert_string_equal(rsp.reason, "account_unknown");
	assert_string_equal(rsp.issuer, "");
	w->accounts[0].holder = HOLDER;
	w->accounts[0].phone = "13800000009";
	world_restart(w);
	assert_int_equal(binds_begin(w, BIND_3, USER_1, NUMBER_A, &rsp), 200);
	assert_string_equal(rsp.reason, "account_unknown");
	assert_int_equal(w->sms_count, 0);
}

static void
a_blocked_account_is_not_bound(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp rsp;

	assert_int_equal(binds_begin(w, BIND_1, USER_1, NUMBER_B, &rsp), 200);
	assert_string_equal(rsp.state, "refused");
	assert_string_equal(rsp.reason, "account_blocked");
	assert_int_equal(w->sms_count, 0);
	assert_int_equal(binds_code(w, BIND_1, "000000", &rsp), 200);
	assert_string_equal(rsp.state, "refused");
}

static void
a_code_is_guessed_three_times(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp rsp;
	char right[7];

	assert_int_equal(binds_begin(w, BIND_1, USER_1, NUMBER_A, &rsp), 200);
	strcpy(right, binds_sent(w));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(binds_code(w, BIND_1, wrong(right), &rsp), 200);
		assert_string_equal(rsp.state, "waiting");
		assert_string_equal(rsp.reason, "code_wrong");
		world_restart(w);
	}
	assert_int_equal(binds_code(w, BIND_1, wrong(right), &rsp), 200);
	assert_string_equal(rsp.state, "refused");
	assert_string_equal(rsp.reason, "code_tries");
	world_remember(w);
	assert_int_equal(binds_code(w, BIND_1, right, &rsp), 200);
	assert_string_equal(rsp.state, "refused");
	ASSERT_AS_REMEMBERED(w);
}

static void
an_account_that_was_guessed_at_rests_for_a_day(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp rsp;
	char id[33] = BIND_1;

	for (int i = 0; i < 3; i++) {
		id[0] = (char)('0' + i);
		/* Whoever asks: each is another user. */
		assert_int_equal(binds_begin(w, id, id, NUMBER_A, &rsp), 200);
		for (int k = 0; k < 3; k++)
			assert_int_equal(binds_code(w, id, wrong(binds_sent(w)), &rsp), 200);
	}
	assert_int_equal(binds_begin(w, BIND_2, USER_1, NUMBER_A, &rsp), 200);
	assert_string_equal(rsp.reason, "too_often");
	assert_int_equal(w->sms_count, 3);
	w->now_ms += INT64_C(24) * 3600 * 1000;
	binds_bound(w, BIND_3, &rsp);
}

static void
one_user_begins_ten_an_hour(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp rsp;
	char id[33] = BIND_1;

	for (int i = 0; i < 12; i++) {
		id[0] = (char)('a' + i % 6);
		id[1] = (char)('0' + i / 6);
		assert_int_equal(binds_begin(w, id, USER_1, "6200000000000033332", &rsp), 200);
		assert_string_equal(rsp.reason, i < 10 ? "account_unknown" : "too_often");
	}
	assert_int_equal(binds_begin(w, BIND_2, USER_2, NUMBER_A, &rsp), 200);
	assert_string_equal(rsp.state, "waiting");
	w->now_ms += 3600000;
	assert_int_equal(binds_begin(w, BIND_3, USER_1, NUMBER_A, &rsp), 200);
	assert_string_equal(rsp.state, "waiting");
}

static void
a_code_is_good_for_five_minutes(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp rsp;

	assert_int_equal(binds_begin(w, BIND_1, USER_1, NUMBER_A, &rsp), 200);
	w->now_ms += 5 * 60 * 1000 + 1;
	assert_int_equal(binds_code(w, BIND_1, binds_sent(w), &rsp), 200);
	assert_string_equal(rsp.state, "refused");
	assert_string_equal(rsp.reason, "code_late");
}

static void
an_account_is_bound_to_a_user_once(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp rsp, first;
	char code[7];

	/* Two begun at once: the second to be confirmed is refused. */
	assert_int_equal(binds_begin(w, BIND_1, USER_1, NUMBER_A, &rsp), 200);
	strcpy(code, binds_sent(w));
	assert_int_equal(binds_begin(w, BIND_2, USER_1, NUMBER_A, &rsp), 200);
	assert_int_equal(binds_code(w, BIND_2, binds_sent(w), &rsp), 200);
	assert_string_equal(rsp.state, "bound");
	assert_int_equal(binds_code(w, BIND_1, code, &first), 200);
	assert_string_equal(first.state, "refused");
	assert_string_equal(first.reason, "account_bound");
	assert_int_equal(binds_begin(w, BIND_3, USER_1, NUMBER_A, &rsp), 200);
	assert_string_equal(rsp.state, "refused");
	assert_string_equal(rsp.reason, "account_bound");
	assert_int_equal(world_number(w, "SELECT count(*) FROM bind WHERE state = 'bound'"), 1);
	/* Over, and again. */
	assert_int_equal(binds_by_id(w, 0, WIRE_PATH_PSP_UNBIND, BIND_2, &rsp), 200);
	assert_string_equal(rsp.state, "unbound");
	assert_int_equal(binds_by_id(w, 0, WIRE_PATH_PSP_UNBIND, BIND_2, &rsp), 200);
	binds_bound(w, "b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4", &rsp);
}

static void
an_id_is_one_wish(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp rsp;

	assert_int_equal(binds_begin(w, BIND_1, USER_1, NUMBER_A, &rsp), 200);
	world_remember(w);
	assert_int_equal(binds_begin(w, BIND_1, USER_1, NUMBER_B, &rsp), 422);
	assert_int_equal(binds_begin(w, BIND_1, USER_2, NUMBER_A, &rsp), 422);
	/* Another merchant's binding is nobody's. */
	assert_int_equal(binds_by_id(w, 1, WIRE_PATH_PSP_BIND_QUERY, BIND_1, &rsp), 404);
	assert_int_equal(binds_by_id(w, 1, WIRE_PATH_PSP_UNBIND, BIND_1, &rsp), 404);
	assert_int_equal(binds_by_id(w, 0, WIRE_PATH_PSP_UNBIND, BIND_2, &rsp), 404);
	assert_int_equal(binds_code(w, BIND_2, "000000", &rsp), 404);
	ASSERT_AS_REMEMBERED(w);
}

static void
what_is_no_block_is_refused(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_req req = { .ts_ms = w->now_ms };
	struct wire_account_data data = { .number = NUMBER_A, .holder = HOLDER, .phone = PHONE };

	world_remember(w);
	SET_TEXT(req.bind_id, BIND_1);
	SET_TEXT(req.user, USER_1);
	/* Sealed for another binding; one byte changed; nothing at all. */
	assert_status(wire_account_seal(w->crypto, NULL, &w->channel.signer.pub, BIND_2, &data,
			  req.sealed.data, &req.sealed.len),
	    YKT_OK);
	assert_int_equal(world_signed(w, 0, WIRE_PATH_PSP_BIND, &wire_psp_bind_req_msg, &req), 400);
	assert_status(wire_account_seal(w->crypto, NULL, &w->channel.signer.pub, BIND_1, &data,
			  req.sealed.data, &req.sealed.len),
	    YKT_OK);
	req.sealed.data[req.sealed.len - 1] ^= 1;
	assert_int_equal(world_signed(w, 0, WIRE_PATH_PSP_BIND, &wire_psp_bind_req_msg, &req), 400);
	req.sealed.data[req.sealed.len - 1] ^= 1;
	SET_TEXT(req.user, "nobody");
	assert_int_equal(world_signed(w, 0, WIRE_PATH_PSP_BIND, &wire_psp_bind_req_msg, &req), 400);
	SET_TEXT(req.user, USER_1);
	req.ts_ms -= 601000;
	assert_int_equal(world_signed(w, 0, WIRE_PATH_PSP_BIND, &wire_psp_bind_req_msg, &req), 400);
	req.ts_ms = w->now_ms;
	req.sealed.len = 0;
	assert_int_equal(world_signed(w, 0, WIRE_PATH_PSP_BIND, &wire_psp_bind_req_msg, &req), 400);
	ASSERT_AS_REMEMBERED(w);
	assert_int_equal(w->sms_count, 0);
}

static void
a_text_that_does_not_go_out_is_asked_for_again(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp rsp;

	w->sms_status = YKT_E_FILE;
	assert_int_equal(binds_begin(w, BIND_1, USER_1, NUMBER_A, &rsp), 503);
	w->sms_status = YKT_OK;
	assert_int_equal(binds_begin(w, BIND_1, USER_1, NUMBER_A, &rsp), 200);
	assert_int_equal(w->sms_count, 1);
	assert_int_equal(binds_code(w, BIND_1, binds_sent(w), &rsp), 200);
	assert_string_equal(rsp.state, "bound");
}

static void
a_bound_account_pays_once(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;
	struct wire_psp_bind_rsp bind;
	struct wire_psp_charge_rsp rsp;
	struct wire_psp_query_rsp query;
	unsigned done = 0;

	binds_bound(w, BIND_1, &bind);
	assert_int_equal(world_prepay(w, 0, ORDER_1, 4000, &pay), 200);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(binds_charge(w, &pay, &bind, &rsp), 200);
		assert_string_equal(rsp.state, "paid");
		assert_string_equal(rsp.prepay_id, pay.prepay_id);
		world_restart(w);
	}
	/* The user's own confirmation at the channel adds nothing. */
	assert_int_equal(world_confirm(w, &pay), 200);
	assert_int_equal(world_number(w, "SELECT taken FROM account"), 4000);
	assert_int_equal(world_query(w, 0, pay.prepay_id, &query), 200);
	assert_string_equal(query.state, "paid");
	assert_status(psp_tick(w->worker, &done), YKT_OK);
	assert_int_equal(w->heard_count, 1);
	/* Back into it, also when it is bound no more. */
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 1500), 200);
	assert_int_equal(world_number(w, "SELECT taken FROM account"), 2500);
	assert_int_equal(binds_by_id(w, 0, WIRE_PATH_PSP_UNBIND, BIND_1, &bind), 200);
	assert_int_equal(world_refund(w, 0, REFUND_2, pay.prepay_id, 2500), 200);
	assert_int_equal(world_refund(w, 0, REFUND_2, pay.prepay_id, 2500), 200);
	assert_int_equal(world_number(w, "SELECT taken FROM account"), 0);
}

/* Confirmed by the user at the channel first: the account is left alone. */
static void
what_is_paid_is_not_taken_again(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;
	struct wire_psp_bind_rsp bind;
	struct wire_psp_charge_rsp rsp;

	binds_bound(w, BIND_1, &bind);
	world_paid(w, ORDER_1, 4000, &pay);
	world_remember(w);
	assert_int_equal(binds_charge(w, &pay, &bind, &rsp), 200);
	assert_string_equal(rsp.state, "paid");
	ASSERT_AS_REMEMBERED(w);
	assert_int_equal(world_refund(w, 0, REFUND_1, pay.prepay_id, 4000), 200);
	assert_int_equal(world_number(w, "SELECT count(*) FROM account"), 0);
}

static void
refused(struct world *w, const struct wire_psp_prepay_rsp *pay,
    const struct wire_psp_bind_rsp *bind, const char *reason)
{
	struct wire_psp_charge_rsp rsp;

	world_remember(w);
	assert_int_equal(binds_charge(w, pay, bind, &rsp), 200);
	assert_string_equal(rsp.state, "waiting");
	assert_string_equal(rsp.reason, reason);
	ASSERT_AS_REMEMBERED(w);
}

static void
what_does_not_pay_moves_nothing(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay, dear, other;
	struct wire_psp_bind_rsp bind, wrong_token;
	struct wire_psp_charge_rsp rsp;

	binds_bound(w, BIND_1, &bind);
	assert_int_equal(world_prepay(w, 0, ORDER_1, 4000, &pay), 200);
	assert_int_equal(world_prepay(w, 0, ORDER_2, 10001, &dear), 200);
	assert_int_equal(world_prepay(w, 1, ORDER_1, 1, &other), 200);
	refused(w, &dear, &bind, "account_funds");
	wrong_token = bind;
	wrong_token.token[15] ^= 1;
	refused(w, &pay, &wrong_token, "account_unbound");
	wrong_token = bind;
	SET_TEXT(wrong_token.bind_id, BIND_2);
	refused(w, &pay, &wrong_token, "account_unbound");
	w->accounts[0].blocked = true;
	world_restart(w);
	refused(w, &pay, &bind, "account_blocked");
	w->accounts[0].blocked = false;
	w->accounts[0].ref = "gone";
	world_restart(w);
	refused(w, &pay, &bind, "account_unknown");
	w->accounts[0].ref = "a";
	world_restart(w);
	/* Another amount, another merchant's payment, one of nobody. */
	world_remember(w);
	pay.amount_fen--;
	assert_int_equal(binds_charge(w, &pay, &bind, &rsp), 403);
	pay.amount_fen++;
	assert_int_equal(binds_charge(w, &other, &bind, &rsp), 404);
	SET_TEXT(other.prepay_id, "none");
	assert_int_equal(binds_charge(w, &other, &bind, &rsp), 404);
	ASSERT_AS_REMEMBERED(w);
	/* Unbound: its token pays nothing, nor do the zeros that stand in its place. */
	assert_int_equal(binds_by_id(w, 0, WIRE_PATH_PSP_UNBIND, BIND_1, &wrong_token), 200);
	refused(w, &pay, &bind, "account_unbound");
	refused(w, &pay, &wrong_token, "account_unbound");
}

static void
no_number_is_in_the_books(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp bind;

	binds_bound(w, BIND_1, &bind);
	assert_non_null(strstr(world_books(w), BIND_1));
	assert_null(strstr(world_books(w), NUMBER_A));
	assert_null(strstr(world_books(w), binds_sent(w)));
}

static void
accounts_that_cannot_be(void **state)
{
	struct world *w = *state;
	struct psp *psp = NULL;

	for (int row = 0; row < 8; row++) {
		struct psp_account accounts[2] = { w->accounts[0], w->accounts[1] };
		struct psp_options options = w->options;

		options.accounts = accounts;
		if (row == 0)
			accounts[1].ref = accounts[0].ref;
		if (row == 1)
			accounts[1].number = accounts[0].number;
		if (row == 2)
			accounts[0].number = "6200000000000011115";
		if (row == 3)
			accounts[0].phone = "23800000001";
		if (row == 4)
			accounts[0].holder = "";
		if (row == 5)
			accounts[0].funds_fen = -1;
		if (row == 6)
			accounts[0].ref = "";
		if (row == 7)
			options.sms = NULL;
		assert_status(psp_new(&options, &psp), YKT_E_ARG);
		assert_null(psp);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, world_setup, world_teardown)
		TEST(an_account_is_bound_with_the_issuers_code),
		TEST(who_is_not_the_holder_learns_nothing),
		TEST(a_blocked_account_is_not_bound),
		TEST(a_code_is_guessed_three_times),
		TEST(an_account_that_was_guessed_at_rests_for_a_day),
		TEST(one_user_begins_ten_an_hour),
		TEST(a_code_is_good_for_five_minutes),
		TEST(an_account_is_bound_to_a_user_once),
		TEST(an_id_is_one_wish),
		TEST(what_is_no_block_is_refused),
		TEST(a_text_that_does_not_go_out_is_asked_for_again),
		TEST(a_bound_account_pays_once),
		TEST(what_is_paid_is_not_taken_again),
		TEST(what_does_not_pay_moves_nothing),
		TEST(no_number_is_in_the_books),
		TEST(accounts_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
