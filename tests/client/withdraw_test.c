/*
 * Money out of the wallet into a bound account: what is shown is what is signed, every
 * refusal moves nothing, and whatever is lost on the way it leaves the wallet once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "fake.h"

#include "client/internal.h"

#define FUNDS     5000
#define AMOUNT    3000
#define LATE_MS   1300000
#define CALLS_MAX 200

static void
ready(struct fake *fake, bool seless)
{
	fake_init(fake);
	if (seless)
		fake_seless(fake);
	fake_login(fake, false, 0);
	assert_status(ykt_client_bind(fake->client), YKT_OK);
	strcpy(fake->pin, FAKE_PIN);
	fake->wallet = FUNDS;
}

static unsigned
intents(const struct fake *fake)
{
	struct ykt_client_info info;

	ykt_client_info(fake->client, &info);

	return info.open_intents;
}

/* Nothing left the wallet, and nothing is waited for. */
static void
assert_untouched(const struct fake *fake, const char *why)
{
	assert_true_why(fake->wallet == FUNDS, why);
	assert_true_why(fake->bank.given == 0, why);
	assert_true_why(fake->bank.out_count == 0, why);
	assert_true_why(intents(fake) == 0, why);
}

static void
withdraws_once_what_was_shown(void **state)
{
	(void)state;
	for (int seless = 0; seless <= 1; seless++) {
		struct fake fake;

		ready(&fake, seless == 1);
		assert_status(ykt_client_withdraw(fake.client, "1114", AMOUNT), YKT_OK);
		assert_string_equal(fake.result_id, "withdraw_result");
		assert_string_equal(fake.result_text, "The money is in your account.");
		assert_non_null(strstr(fake.result_money, "once"));
		assert_int_equal(fake.asked_pay, 1);
		assert_int_equal(fake.shown_amount, AMOUNT);
		assert_string_equal(fake.shown_bank, "Test bank 1114");
		assert_int_equal(fake.wallet, FUNDS - AMOUNT);
		assert_int_equal(fake.bank.given, AMOUNT);
		assert_int_equal(fake.bank.withdraws, 1);
		assert_int_equal(intents(&fake), 0);
		/* Wanted again, it is another one, with another yes. */
		assert_status(ykt_client_withdraw(fake.client, NULL, FUNDS - AMOUNT), YKT_OK);
		assert_int_equal(fake.asked_pay, 2);
		assert_int_equal(fake.bank.given, FUNDS);
		assert_int_equal(fake.wallet, 0);
		fake_clear(&fake);
	}
}

/* The books name another account than was listed: the signature is over what was shown. */
static void
signs_what_it_shows_and_nothing_else(void **state)
{
	struct fake fake;

	(void)state;
	ready(&fake, true);
	fake.bank.told = "0000";
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_DENIED);
	assert_string_equal(fake.shown_bank, "Test bank 1114");
	assert_untouched(&fake, "another account");
	fake_clear(&fake);
}

static void
refuses_before_anything_is_sent(void **state)
{
	static const struct {
		const char *why;
		enum ykt_status status;
	} rows[] = {
		{ "nothing", YKT_OVER_LIMIT },
		{ "less than nothing", YKT_OVER_LIMIT },
		{ "more than money can be", YKT_OVER_LIMIT },
		{ "more than the wallet holds", YKT_OVER_LIMIT },
		{ "no such account", YKT_REFUSED },
		{ "no PIN is set", YKT_REFUSED },
		{ "declined", YKT_CANCELLED },
		{ "five digits and no more", YKT_CANCELLED },
	};
	static const ykt_fen amounts[] = { 0, -1, INT64_MAX, FUNDS + 1 };
	static const char *const short_pin[] = { "pin", "60471", NULL };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		ready(&fake, true);
		if (i == 5)
			fake.pin[0] = '\0';
		fake.decline = i == 6;
		if (i == 7)
			fake.answers = short_pin;
		fake.results = 0;
		assert_status_why(ykt_client_withdraw(fake.client, i == 4 ? "9999" : NULL,
				      i < 4 ? amounts[i] : AMOUNT),
		    rows[i].status, rows[i].why);
		assert_true_why(fake.results == 1, rows[i].why);
		assert_true_why(fake.bank.withdraws == 0, rows[i].why);
		assert_untouched(&fake, rows[i].why);
		fake_clear(&fake);
	}
}

/* Each word of the platform's, as the user sees it. */
static void
every_refusal_has_its_screen(void **state)
{
	static const struct {
		const char *token;
		int code;
		enum ykt_status status;
		const char *text, *reason;
	} rows[] = {
		{ "funds", 409, YKT_OVER_LIMIT,
		    "The amount is not allowed, or the wallet holds less.",
		    "The wallet holds less than that." },
		{ "withdraw_amount", 409, YKT_OVER_LIMIT,
		    "The amount is not allowed, or the wallet holds less.",
		    "From 1.00 to 5,000.00 yuan can be withdrawn at a time." },
		{ "account_unbound", 409, YKT_REFUSED, "The withdrawal was refused.",
		    "The account is not bound." },
		{ "frozen", 409, YKT_REFUSED, "The withdrawal was refused.",
		    "The account is frozen." },
		{ "digest", 403, YKT_DENIED, "The withdrawal was refused.",
		    "What is to be paid changed while you looked at it." },
		{ "signature", 403, YKT_DENIED, "The withdrawal was refused.",
		    "This device's signature was not accepted." },
		{ "pin_wrong", 403, YKT_DENIED, "The withdrawal was refused.",
		    "The payment PIN is not right." },
		{ "pin_blocked", 403, YKT_BLOCKED, "The payment PIN is blocked.",
		    "The payment PIN was wrong too often." },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		ready(&fake, false);
		fake.refuse_op = "wallet.withdraw";
		fake.refuse_code = rows[i].code;
		fake.refuse_token = rows[i].token;
		assert_status_why(
		    ykt_client_withdraw(fake.client, NULL, AMOUNT), rows[i].status, rows[i].token);
		assert_string_equal(fake.result_text, rows[i].text);
		assert_string_equal(fake.result_reason, rows[i].reason);
		assert_string_equal(fake.result_money, "Nothing was charged.");
		assert_untouched(&fake, rows[i].token);
		fake_clear(&fake);
	}
}

static void
tells_a_wrong_pin(void **state)
{
	static const char *const wrong[] = { "pin", "604718", NULL };
	struct fake fake;

	(void)state;
	ready(&fake, false);
	fake.answers = wrong;
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_DENIED);
	assert_int_equal(fake.bank.withdraws, 1);
	assert_untouched(&fake, "a wrong PIN");
	fake_clear(&fake);
}

/* The bank's no: the money is back, and the screen says why. */
static void
a_bank_that_refuses(void **state)
{
	struct fake fake;

	(void)state;
	ready(&fake, true);
	fake.bank.out_refuses = "account_blocked";
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_NOT_DONE);
	assert_string_equal(fake.result_text, "It was not paid out.");
	assert_string_equal(fake.result_reason, "The bank has blocked the account.");
	assert_string_equal(fake.result_money, "The money is in your wallet.");
	assert_int_equal(fake.wallet, FUNDS);
	assert_int_equal(fake.bank.given, 0);
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

/* It waits: told so, asked about and not begun again, finished at the next start. */
static void
a_bank_that_is_away(void **state)
{
	struct fake fake;

	(void)state;
	ready(&fake, true);
	fake.bank.away = true;
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_PENDING);
	assert_int_equal(fake.tone, YKT_TONE_WAIT);
	assert_non_null(strstr(fake.result_money, "has left the wallet"));
	assert_int_equal(intents(&fake), 1);
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_PENDING);
	assert_int_equal(fake.asked_pay, 1);
	assert_int_equal(fake.bank.withdraws, 1);
	assert_true(ykt_client_recover_needed(fake.client));
	assert_status(ykt_client_recover(fake.client), YKT_PENDING);
	fake_stop(&fake);
	fake.bank.away = false;
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_int_equal(intents(&fake), 0);
	assert_int_equal(fake.bank.given, AMOUNT);
	assert_int_equal(fake.wallet, FUNDS - AMOUNT);
	fake_clear(&fake);
}

/* The answers are lost for good; it may have been done, or may never be. */
static void
asks_after_a_lost_answer(void **state)
{
	struct fake fake;

	(void)state;
	ready(&fake, true);
	fake.refuse_op = "wallet.withdraw";
	fake.refuse_code = 500;
	fake.refuse_token = "internal";
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_UNKNOWN);
	assert_int_equal(fake.tone, YKT_TONE_WAIT);
	assert_non_null(strstr(fake.result_money, "never withdrawn twice"));
	assert_int_equal(intents(&fake), 1);
	fake.refuse_op = NULL;
	assert_status(ykt_client_recover(fake.client), YKT_PENDING);
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_UNKNOWN);
	assert_int_equal(fake.bank.withdraws, 0);
	assert_int_equal(fake.asked_pay, 1);
	/* What was sent is too old now: the user may withdraw again. */
	fake.now_ms += LATE_MS;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_untouched(&fake, "never heard of");
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_OK);
	assert_int_equal(fake.bank.given, AMOUNT);
	fake_clear(&fake);
}

/* An answer about another sum counts for nothing. */
static void
an_answer_about_another_withdrawal(void **state)
{
	struct fake fake;

	(void)state;
	ready(&fake, true);
	fake.bank.out_lie = 1;
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_E_SERVER);
	assert_int_equal(intents(&fake), 1);
	fake.bank.out_lie = 0;
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_int_equal(intents(&fake), 0);
	assert_int_equal(fake.bank.given, AMOUNT);
	fake_clear(&fake);
}

static void
stands_among_the_orders(void **state)
{
	struct fake fake;

	(void)state;
	ready(&fake, true);
	assert_status(ykt_client_orders(fake.client, false), YKT_OK);
	assert_int_equal(fake.rows, 0);
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_OK);
	fake.bank.away = true;
	assert_status(ykt_client_withdraw(fake.client, NULL, 100), YKT_PENDING);
	assert_status(ykt_client_orders(fake.client, false), YKT_OK);
	assert_int_equal(fake.rows, 4); /* number and time of two */
	assert_status(ykt_client_orders(fake.client, true), YKT_OK);
	assert_int_equal(fake.rows, 2);
	fake_clear(&fake);
}

static void
needs_a_session(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_withdraw(fake.client, NULL, AMOUNT), YKT_LOGIN_NEEDED);
	assert_int_equal(fake.ops, 0);
	fake_clear(&fake);
}

static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP, FAKE_TAMPER,
	FAKE_CODE_500, FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00, FAKE_FILE, FAKE_RANDOM,
	FAKE_MEMORY, FAKE_DOWN };

/* One run from the world in *base; gives whether the fault was met. */
static bool
one(struct fake *fake, const struct fake *base, enum fake_fault fault, unsigned n)
{
	enum ykt_status status;
	unsigned asked, results;
	bool fired;
	char why[48];

	*fake = *base;
	snprintf(why, sizeof(why), "fault %d at call %u", (int)fault, n);
	fake->fault = fault;
	fake->fault_at = n;
	status = fake_start(fake);
	results = fake->results;
	if (status == YKT_OK) {
		status = ykt_client_withdraw(fake->client, NULL, AMOUNT);
		assert_true_why(fake->results == results + 1, why);
		if (status == YKT_OK)
			assert_true_why(fake->bank.given == AMOUNT, why);
	}
	if (fake->down)
		assert_status_why(status, YKT_E_DOWN, why);
	fired = fake->fired;
	asked = fake->asked_pay;
	fake_stop(fake);
	fake->down = false;
	fake->fault_at = 0;
	assert_status_why(fake_start(fake), YKT_OK, why);
	fake->now_ms += LATE_MS;
	if (ykt_client_recover(fake->client) == YKT_LOGIN_NEEDED) {
		assert_status_why(ykt_client_login(fake->client), YKT_OK, why);
		assert_status_why(ykt_client_recover(fake->client), YKT_OK, why);
	}
	assert_true_why(fake->asked_pay == asked && intents(fake) == 0, why);
	assert_true_why(fake->bank.given == 0 || fake->bank.given == AMOUNT, why);
	assert_true_why(fake->wallet + fake->bank.given == FUNDS, why);
	assert_true_why(fake->bank.out_count <= 1, why);
	fake_stop(fake);

	return fired;
}

static void
withdraws_once_under_every_fault(void **state)
{
	static struct fake fake, base;

	(void)state;
	for (int seless = 0; seless <= 1; seless++) {
		ready(&fake, seless == 1);
		fake_stop(&fake);
		base = fake;
		for (size_t k = 0; k < YKT_ARRAY_LEN(faults); k++) {
			unsigned n = 1;

			while (one(&fake, &base, faults[k], n) && n < CALLS_MAX)
				n++;
			assert_true(n < CALLS_MAX);
			/* Without an element nothing can go wrong with it. */
			assert_true(n > 3 || (seless == 1 && k >= 5 && k <= 7));
		}
		fake_clear(&fake);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(withdraws_once_what_was_shown),
		cmocka_unit_test(signs_what_it_shows_and_nothing_else),
		cmocka_unit_test(refuses_before_anything_is_sent),
		cmocka_unit_test(every_refusal_has_its_screen),
		cmocka_unit_test(tells_a_wrong_pin),
		cmocka_unit_test(a_bank_that_refuses),
		cmocka_unit_test(a_bank_that_is_away),
		cmocka_unit_test(asks_after_a_lost_answer),
		cmocka_unit_test(an_answer_about_another_withdrawal),
		cmocka_unit_test(stands_among_the_orders),
		cmocka_unit_test(needs_a_session),
		cmocka_unit_test(withdraws_once_under_every_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
