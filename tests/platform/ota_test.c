/*
 * The OTA gateway: what menus do over the air, once and to the fen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "air_kit.h"
#include "card/sw.h"
#include "wallets.h"

static void
test_a_new_account_from_the_menu(void **state)
{
	struct air *air = air_open();
	struct air_call call = air_call_of(air, AIR_OTP);
	struct air_answer answer;

	(void)state;
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	assert_int_equal(answer.next, AIR_REGISTER);
	assert_int_equal(air->b->sms_count, 1);
	assert_string_equal(air->b->sms_phone, BENCH_PHONE);
	call = air_call_of(air, AIR_REGISTER);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	assert_int_equal(bench_number(air->b, "SELECT COUNT(*) FROM user"), 1);
	assert_int_equal(bench_number(air->b, "SELECT COUNT(*) FROM pin"), 1);
	assert_int_equal(
	    bench_number(
		air->b, "SELECT COUNT(*) FROM ota_card c JOIN user u ON u.user_id = c.user_id"),
	    1);
	/* The same message again is the same answer, and no second person. */
	assert_int_equal(air_send(air, &answer), OTA_STATUS_OK);
	assert_int_equal(bench_number(air->b, "SELECT COUNT(*) FROM user"), 1);
	/* Nobody knows its password. */
	assert_int_equal(bench_login(air->b, BENCH_PHONE, BENCH_PASS), 401);
	air_close(&air);
}

/* Without an account there is the way to one, and menus; nothing else. */
static void
test_who_is_not_registered(void **state)
{
	static const enum air_op ops[] = { AIR_TOPUP, AIR_LOAD_BEGIN, AIR_LOAD_REQUEST,
		AIR_LOAD_CONFIRM, AIR_BILL, AIR_PAY, AIR_BALANCE };
	struct air *air = air_open();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(ops); i++) {
		struct air_call call = air_call_of(air, ops[i]);
		struct air_answer answer;

		call.fen = 1000;
		call.bill_digits = AIR_BILL_MIN;
		assert_int_equal(air_ask(air, &call, &answer), AIR_NOT_REGISTERED);
		assert_true(answer.text.len != 0);
	}
	assert_int_equal(bench_number(air->b, "SELECT COUNT(*) FROM ord"), 0);
	air_close(&air);
}

static void
test_registration_refuses(void **state)
{
	struct air *air = air_open();
	struct air_call call = air_call_of(air, AIR_OTP);
	struct air_answer answer;

	(void)state;
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	call = air_call_of(air, AIR_REGISTER);
	call.consent = false;
	assert_int_equal(air_ask(air, &call, &answer), AIR_REFUSED);
	call = air_call_of(air, AIR_REGISTER);
	call.code[0] ^= 0x11;
	assert_int_equal(air_ask(air, &call, &answer), AIR_CODE_WRONG);
	call = air_call_of(air, AIR_REGISTER);
	assert_status(air_digits_pack(ykt_bytes_str("111111"), call.pin, AIR_PIN_LEN), YKT_OK);
	assert_int_equal(air_ask(air, &call, &answer), AIR_REFUSED);
	assert_int_equal(bench_number(air->b, "SELECT COUNT(*) FROM user"), 0);
	assert_int_equal(
	    bench_number(air->b, "SELECT COUNT(*) FROM ota_card WHERE user_id <> ''"), 0);
	/* The right one is still good after that. */
	call = air_call_of(air, AIR_REGISTER);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	air_close(&air);
}

/* The number has an account: its PIN too, not its code alone. */
static void
says(const struct air_answer *answer, const char *text)
{
	assert_int_equal(answer->text.len, strlen(text));
	assert_memory_equal(answer->text.data, text, strlen(text));
}

static void
test_an_account_that_is_there(void **state)
{
	struct air *air = air_open();
	struct air_call call;
	struct air_answer answer;

	(void)state;
	bench_register(air->b, BENCH_PHONE);
	/* Within the minute no other code is sent: the one of the registration was used. */
	call = air_call_of(air, AIR_OTP);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	call = air_call_of(air, AIR_REGISTER);
	assert_int_equal(air_ask(air, &call, &answer), AIR_CODE_WRONG);
	says(&answer, "This number has an account; get a new code");
	air->b->now_ms += 61000;
	call = air_call_of(air, AIR_OTP);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	call = air_call_of(air, AIR_REGISTER);
	assert_int_equal(air_ask(air, &call, &answer), AIR_PIN_WRONG);
	says(&answer, "This number has an account without a PIN");
	assert_int_equal(wallet_pin(air->b, AIR_PIN), 200);
	call = air_call_of(air, AIR_REGISTER);
	assert_status(air_digits_pack(ykt_bytes_str("604718"), call.pin, AIR_PIN_LEN), YKT_OK);
	assert_int_equal(air_ask(air, &call, &answer), AIR_PIN_WRONG);
	says(&answer, "This number has an account; its PIN is wrong");
	/* A code that is none says nothing of the account. */
	call = air_call_of(air, AIR_REGISTER);
	call.code[0] ^= 0x01;
	assert_int_equal(air_ask(air, &call, &answer), AIR_CODE_WRONG);
	says(&answer, "The code is wrong or too old");
	assert_int_equal(
	    bench_number(air->b, "SELECT COUNT(*) FROM ota_card WHERE user_id <> ''"), 0);
	call = air_call_of(air, AIR_REGISTER);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	assert_int_equal(bench_number(air->b, "SELECT COUNT(*) FROM user"), 1);
	assert_int_equal(
	    bench_number(air->b, "SELECT COUNT(*) FROM ota_card WHERE user_id <> ''"), 1);
	air_close(&air);
}

static void
test_a_top_up_whole(void **state)
{
	struct air *air = air_rider();
	struct air_call call = air_call_of(air, AIR_TOPUP);
	struct air_answer answer;

	(void)state;
	/* The first load of the opening waits, and comes first. */
	call.fen = 3000;
	assert_int_equal(air_ask(air, &call, &answer), AIR_STATE);
	assert_int_equal(answer.next, AIR_LOAD_BEGIN);
	assert_int_equal(answer.fen, BENCH_LOAD);
	assert_int_equal(air_load(air, answer.ref), AIR_DONE);
	assert_int_equal(model_card(air->b, air->card_no)->balance, BENCH_LOAD);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	assert_int_equal(answer.fen, 3000);
	assert_int_equal(answer.next, AIR_LOAD_BEGIN);
	assert_int_equal(air->b->psp_confirms, 1);
	assert_int_equal(air_load(air, NULL), AIR_DONE);
	assert_int_equal(model_card(air->b, air->card_no)->balance, BENCH_LOAD + 3000);
	assert_int_equal(bench_account(air->b, "SH:", air->card_no), BENCH_LOAD + 3000);
	assert_int_equal(air_load(air, NULL), AIR_NOTHING);
	call = air_call_of(air, AIR_BALANCE);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	assert_int_equal(answer.fen, BENCH_LOAD + 3000);
	bench_check_books(air->b);
	air_close(&air);
}

static void
test_a_top_up_refuses(void **state)
{
	struct air *air = air_rider();
	struct air_call call = air_call_of(air, AIR_TOPUP);
	struct air_answer answer;
	int64_t orders;

	(void)state;
	assert_int_equal(air_load(air, NULL), AIR_DONE);
	orders = bench_number(air->b, "SELECT COUNT(*) FROM ord");
	call.fen = 3000;
	assert_status(air_digits_pack(ykt_bytes_str("604718"), call.pin, AIR_PIN_LEN), YKT_OK);
	assert_int_equal(air_ask(air, &call, &answer), AIR_PIN_WRONG);
	call = air_call_of(air, AIR_TOPUP);
	call.fen = 50001;
	assert_int_equal(air_ask(air, &call, &answer), AIR_LIMIT);
	call.fen = 3000;
	call.serial[9] ^= 1;
	assert_int_equal(air_ask(air, &call, &answer), AIR_NOT_FOUND);
	assert_int_equal(bench_number(air->b, "SELECT COUNT(*) FROM ord"), orders);
	assert_int_equal(air->b->psp_confirms, 0);
	/* The channel is away: an order that nobody paid, and the user is told to wait. */
	call = air_call_of(air, AIR_TOPUP);
	call.fen = 3000;
	air->b->psp_down = true;
	assert_int_equal(air_ask(air, &call, &answer), AIR_LATER);
	air->b->psp_down = false;
	assert_int_equal(air->b->psp_confirms, 0);
	assert_int_equal(bench_account(air->b, "SH:", air->card_no), BENCH_LOAD);
	bench_check_books(air->b);
	air_close(&air);
}

/* What a load may come to on the way, and that none of it makes money. */
static void
test_a_load_that_stops_on_the_way(void **state)
{
	struct air *air = air_rider();
	struct air_call call = air_call_of(air, AIR_LOAD_BEGIN);
	struct air_call request = { .op = AIR_LOAD_REQUEST, .sw = 0x6985 };
	struct air_call confirm = { .op = AIR_LOAD_CONFIRM, .sw = 0x6985 };
	struct air_answer answer;

	(void)state;
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	memcpy(request.ref, answer.ref, sizeof(request.ref));
	memcpy(confirm.ref, answer.ref, sizeof(confirm.ref));
	request.attempt = confirm.attempt = answer.attempt;
	/* The purse refused, or its answer is too short. */
	assert_int_equal(air_ask(air, &request, &answer), AIR_STATE);
	request.sw = SW_OK;
	request.data = ykt_bytes_str("short");
	assert_int_equal(air_ask(air, &request, &answer), AIR_STATE);
	/* A MAC1 that is none. */
	request.data = ykt_bytes_str("0123456789abcdef");
	assert_int_equal(air_ask(air, &request, &answer), AIR_REFUSED);
	assert_int_equal(air->b->permit_count, 0);
	assert_int_equal(air_ask(air, &confirm, &answer), AIR_LATER);
	confirm.sw = SW_OK;
	confirm.data = ykt_bytes_str("none");
	assert_int_not_equal(air_ask(air, &confirm, &answer), AIR_DONE);
	assert_int_equal(model_card(air->b, air->card_no)->balance, 0);
	assert_int_equal(bench_account(air->b, "SH:", air->card_no), 0);
	assert_int_equal(air_load(air, NULL), AIR_DONE);
	assert_int_equal(bench_account(air->b, "SH:", air->card_no), BENCH_LOAD);
	bench_check_books(air->b);
	air_close(&air);
}

static void
bill_call(const struct wire_bill *bill, struct air_call *call)
{
	call->bill_digits = 8;
	for (size_t i = 0; i < 8; i++) {
		const char *digits = "0123456789abcdef";
		uint8_t value = (uint8_t)(strchr(digits, bill->bill_id[i]) - digits);

		call->bill[i / 2] = (uint8_t)(call->bill[i / 2] << 4 | value);
	}
}

static void
test_a_bill_is_shown_and_paid_once(void **state)
{
	struct air *air = air_rider();
	struct air_call call = air_call_of(air, AIR_BILL);
	struct air_call pay = air_call_of(air, AIR_PAY);
	struct air_answer answer;
	struct wire_bill bill;

	(void)state;
	(void)wallet_topup(air->b, 5000);
	assert_int_equal(merchant_bill(air->b, WALLET_MERCHANT, "r1", 1200, &bill), 200);
	bill_call(&bill, &call);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	assert_int_equal(answer.fen, 1200);
	assert_int_equal(answer.next, AIR_PAY);
	assert_true(answer.text.len != 0);
	memcpy(pay.ref, answer.ref, sizeof(pay.ref));
	/* Another amount than the bill's, and another PIN. */
	pay.fen = 1199;
	assert_int_equal(air_ask(air, &pay, &answer), AIR_REFUSED);
	pay.fen = 1200;
	pay.pin[0] ^= 0x11;
	assert_int_equal(air_ask(air, &pay, &answer), AIR_PIN_WRONG);
	pay.pin[0] ^= 0x11;
	assert_int_equal(wallet_balance(air->b), 5000);
	assert_int_equal(air_ask(air, &pay, &answer), AIR_DONE);
	assert_int_equal(answer.fen, 1200);
	assert_int_equal(wallet_balance(air->b), 3800);
	/* The same message: the same answer. Another one: it is paid. */
	assert_int_equal(air_send(air, &answer), OTA_STATUS_OK);
	assert_int_equal(answer.status, AIR_DONE);
	assert_int_equal(air_ask(air, &pay, &answer), AIR_STATE);
	assert_int_equal(wallet_balance(air->b), 3800);
	/* A bill that is paid is shown to nobody. */
	assert_int_equal(air_ask(air, &call, &answer), AIR_NOT_FOUND);
	bench_check_books(air->b);
	air_close(&air);
}

static void
test_a_wallet_that_holds_less(void **state)
{
	struct air *air = air_rider();
	struct air_call pay = air_call_of(air, AIR_PAY);
	struct air_call call = air_call_of(air, AIR_BILL);
	struct air_answer answer;
	struct wire_bill bill;

	(void)state;
	assert_int_equal(merchant_bill(air->b, WALLET_MERCHANT, "r1", 1200, &bill), 200);
	bill_call(&bill, &call);
	assert_int_equal(air_ask(air, &call, &answer), AIR_DONE);
	memcpy(pay.ref, answer.ref, sizeof(pay.ref));
	pay.fen = 1200;
	assert_int_equal(air_ask(air, &pay, &answer), AIR_FUNDS);
	assert_int_equal(wallet_balance(air->b), 0);
	bench_check_books(air->b);
	air_close(&air);
}

static void
test_answers_that_fit_a_short_message(void **state)
{
	struct air *air = air_rider();

	(void)state;
	air->sms = true;
	air->alg = OTA_ALG_TDES2;
	assert_int_equal(air_load(air, NULL), AIR_DONE);
	assert_int_equal(bench_account(air->b, "SH:", air->card_no), BENCH_LOAD);
	air_close(&air);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_new_account_from_the_menu),
		cmocka_unit_test(test_who_is_not_registered),
		cmocka_unit_test(test_registration_refuses),
		cmocka_unit_test(test_an_account_that_is_there),
		cmocka_unit_test(test_a_top_up_whole),
		cmocka_unit_test(test_a_top_up_refuses),
		cmocka_unit_test(test_a_load_that_stops_on_the_way),
		cmocka_unit_test(test_a_bill_is_shown_and_paid_once),
		cmocka_unit_test(test_a_wallet_that_holds_less),
		cmocka_unit_test(test_answers_that_fit_a_short_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
