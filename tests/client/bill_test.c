/*
 * Remote payment: what is shown is what is signed (C5-PAY-1), and a lost answer
 * is asked about, never paid again (C5-PAY-2). In both profiles.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

#define FUNDS 5000

static void
ready(struct fake *fake, bool seless)
{
	struct wire_bill *bill = &fake->bills[0].wire;

	fake_init(fake);
	if (seless)
		fake_seless(fake);
	fake_login(fake, false, 0);
	fake->wallet = FUNDS;
	strcpy(fake->pin, FAKE_PIN);
	strcpy(bill->bill_id, FAKE_BILL);
	strcpy(bill->payee, "Noodles Zhang");
	strcpy(bill->goods, "牛肉面");
	bill->amount_fen = FAKE_PRICE;
	bill->created_ms = fake->now_ms;
	bill->expires_ms = fake->now_ms + 600000;
	strcpy(bill->state, "open");
}

static unsigned
intents(struct fake *fake)
{
	struct ykt_client_info info;

	ykt_client_info(fake->client, &info);

	return info.open_intents;
}

static void
pays_once_what_was_shown(void **state)
{
	(void)state;
	for (int seless = 0; seless <= 1; seless++) {
		struct fake fake;

		ready(&fake, seless == 1);
		assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_OK);
		assert_int_equal(fake.shown_amount, FAKE_PRICE);
		assert_string_equal(fake.shown_payee, "Noodles Zhang");
		assert_int_equal(fake.wallet, FUNDS - FAKE_PRICE);
		assert_int_equal(fake.asked_pay, 1);
		assert_string_equal(fake.result_id, "pay_result");
		assert_non_null(strstr(fake.result_money, "once"));
		assert_int_equal(intents(&fake), 0);
		/* Asked for again, it is shown as paid; nobody is asked for a PIN. */
		assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_OK);
		assert_int_equal(fake.asked_pay, 1);
		assert_int_equal(fake.bills[0].debits, 1);
		fake_clear(&fake);
	}
}

/* The platform shows 0.01 and would take 12.34: the signature is over 0.01. */
static void
signs_what_it_shows_and_nothing_else(void **state)
{
	struct fake fake;

	(void)state;
	ready(&fake, true);
	fake.bill_lie = true;
	assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_DENIED);
	assert_int_equal(fake.shown_amount, 1);
	assert_int_equal(fake.wallet, FUNDS);
	assert_int_equal(fake.bills[0].debits, 0);
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

/* The same client, started again with a configuration that names no key module's key. */
static void
ready_without_key(struct fake *fake)
{
	fake_stop(fake);
	fake->no_pin_pub = true;
	assert_status(fake_start(fake), YKT_OK);
}

static void
refuses_before_anything_is_sent(void **state)
{
	static const struct {
		const char *why;
		enum ykt_status status;
	} rows[] = {
		{ "no bill", YKT_NOT_FOUND },
		{ "no id at all", YKT_NOT_FOUND },
		{ "expired", YKT_EXPIRED },
		{ "paid by another", YKT_CONFLICT },
		{ "given back", YKT_NOT_DONE },
		{ "no such state", YKT_E_SERVER },
		{ "no PIN is set", YKT_REFUSED },
		{ "too little money", YKT_OVER_LIMIT },
		{ "declined", YKT_CANCELLED },
		{ "five digits and no more", YKT_CANCELLED },
		{ "letters are no keys", YKT_CANCELLED },
		{ "no key to seal a PIN for", YKT_REFUSED },
	};
	static const char *const short_pin[] = { "pin", "60471", NULL };
	static const char *const no_digits[] = { "pin", "60471x", NULL };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;
		const char *id = FAKE_BILL;

		ready(&fake, true);
		if (i == 0)
			id = "00000000000000000000000000000000";
		if (i == 1)
			id = "../bill";
		if (i == 2)
			strcpy(fake.bills[0].wire.state, "expired");
		if (i == 3)
			strcpy(fake.bills[0].wire.state, "paid");
		if (i == 4)
			strcpy(fake.bills[0].wire.state, "refunded");
		if (i == 5)
			strcpy(fake.bills[0].wire.state, "lost");
		if (i == 6)
			fake.pin[0] = '\0';
		if (i == 7)
			fake.wallet = FAKE_PRICE - 1;
		if (i == 11)
			ready_without_key(&fake);
		fake.decline = i == 8;
		if (i == 9)
			fake.answers = short_pin;
		if (i == 10)
			fake.answers = no_digits;
		assert_status_why(ykt_client_pay(fake.client, id), rows[i].status, rows[i].why);
		assert_true_why(fake.bill_pays == 0, rows[i].why);
		assert_true_why(fake.results == 1, rows[i].why);
		assert_true_why(intents(&fake) == 0, rows[i].why);
		fake_clear(&fake);
	}
}

static void
tells_a_wrong_pin_and_keeps_no_intent(void **state)
{
	static const char *const wrong[] = { "pin", "604718", NULL };
	struct fake fake;

	(void)state;
	ready(&fake, false);
	fake.answers = wrong;
	assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_DENIED);
	assert_int_equal(fake.bill_pays, 1);
	assert_int_equal(fake.wallet, FUNDS);
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

/* The answer is lost for good: the query finds it paid, and nothing is paid twice. */
static void
asks_after_a_lost_answer(void **state)
{
	struct fake fake;

	(void)state;
	ready(&fake, true);
	fake.refuse_op = "bill.pay";
	fake.refuse_code = 500;
	fake.refuse_token = "internal";
	assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_UNKNOWN);
	assert_int_equal(fake.tone, YKT_TONE_WAIT);
	assert_int_equal(intents(&fake), 1);
	assert_int_equal(fake.asked_pay, 1);
	/* It had been done after all. */
	fake.refuse_op = NULL;
	strcpy(fake.bills[0].wire.state, "paid");
	fake.bills[0].wire.mine = true;
	assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_OK);
	assert_int_equal(fake.asked_pay, 1);
	assert_int_equal(fake.bill_pays, 0);
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

/* It was never done, and what was sent is too old now: the user may pay again. */
static void
lets_go_of_what_can_no_longer_be_accepted(void **state)
{
	struct fake fake;

	(void)state;
	ready(&fake, true);
	fake.refuse_op = "bill.pay";
	fake.refuse_code = 500;
	fake.refuse_token = "internal";
	assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_UNKNOWN);
	fake.refuse_op = NULL;
	assert_status(ykt_client_recover(fake.client), YKT_PENDING);
	assert_int_equal(intents(&fake), 1);
	fake.now_ms += 1300000;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_int_equal(intents(&fake), 0);
	assert_int_equal(fake.bill_pays, 0);
	assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_OK);
	assert_int_equal(fake.bills[0].debits, 1);
	fake_clear(&fake);
}

/*
 * Every call of every port fails in every way; the node is started again, what
 * was left is finished: one debit or none, and the bill says which.
 */
static void
pays_once_under_every_fault(void **state)
{
	static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP,
		FAKE_TAMPER, FAKE_CODE_500, FAKE_FILE, FAKE_RANDOM, FAKE_DOWN };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;
		unsigned n;

		for (n = 1; fired; n++) {
			struct fake fake;
			enum ykt_status status;
			unsigned asked;

			ready(&fake, true);
			fake.fault = faults[f];
			fake.fault_at = n;
			fake.calls = 0;
			status = ykt_client_pay(fake.client, FAKE_BILL);
			fired = fake.fired;
			assert_int_equal(fake.results, 1);
			assert_true(fake.bills[0].debits <= 1);
			if (status == YKT_OK)
				assert_int_equal(fake.bills[0].debits, 1);
			fake.fault_at = 0;
			fake.down = false;
			asked = fake.asked_pay;
			fake_stop(&fake);
			assert_status(fake_start(&fake), YKT_OK);
			fake.now_ms += 1300000;
			(void)!ykt_client_recover(fake.client);
			assert_int_equal(fake.asked_pay, asked);
			assert_int_equal(intents(&fake), 0);
			assert_true(fake.bills[0].debits <= 1);
			assert_int_equal(fake.wallet, FUNDS - FAKE_PRICE * fake.bills[0].debits);
			fake_clear(&fake);
		}
		assert_true(n > 3); /* it did fire */
	}
}

static void
needs_a_session(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_seless(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_LOGIN_NEEDED);
	assert_int_equal(fake.ops, 0);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pays_once_what_was_shown),
		cmocka_unit_test(signs_what_it_shows_and_nothing_else),
		cmocka_unit_test(refuses_before_anything_is_sent),
		cmocka_unit_test(tells_a_wrong_pin_and_keeps_no_intent),
		cmocka_unit_test(asks_after_a_lost_answer),
		cmocka_unit_test(lets_go_of_what_can_no_longer_be_accepted),
		cmocka_unit_test(pays_once_under_every_fault),
		cmocka_unit_test(needs_a_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
