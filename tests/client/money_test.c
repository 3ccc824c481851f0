/*
 * Top-up, card opening, recovery, refund.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

#define AMOUNT 5000

static unsigned
intents(const struct fake *fake)
{
	struct ykt_client_info info;

	ykt_client_info(fake->client, &info);

	return info.open_intents;
}

static void
tops_up_and_shows_what_was_charged(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 300);
	assert_status(ykt_client_topup(fake.client, FAKE_CARD_NO, AMOUNT), YKT_OK);
	assert_int_equal(fake.results, 1);
	assert_string_equal(fake.result_id, "topup_result");
	assert_string_equal(fake.result_money, "The money is on the card.");
	assert_string_equal(fake.shown_card, "310123*********3456");
	assert_int_equal(fake.asked_pay, 1);
	assert_int_equal(fake.shown_amount, AMOUNT);
	assert_int_equal(fake.charged, AMOUNT);
	assert_int_equal(fake.card.balance, 300 + AMOUNT);
	assert_int_equal(fake_loaded(&fake), AMOUNT);
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

static void
refuses_before_anything_is_ordered(void **state)
{
	static const struct {
		const char *why;
		const char *card_no;
		ykt_fen amount;
		bool card;
		enum ykt_status status;
		unsigned asks; /* whether the card is locked */
	} rows[] = {
		{ "zero", NULL, 0, true, YKT_OVER_LIMIT, 0 },
		{ "negative", NULL, -1, true, YKT_OVER_LIMIT, 0 },
		{ "over three bytes", NULL, 0x1000000, true, YKT_OVER_LIMIT, 0 },
		{ "another card", "03101234567890123457", AMOUNT, true, YKT_WRONG_CARD, 1 },
		{ "no card", NULL, AMOUNT, false, YKT_NOT_FOUND, 1 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;
		unsigned ops;

		fake_init(&fake);
		fake_login(&fake, rows[i].card, 0);
		ops = fake.ops;
		assert_status_why(ykt_client_topup(fake.client, rows[i].card_no, rows[i].amount),
		    rows[i].status, rows[i].why);
		assert_true_why(
		    fake.ops <= ops + rows[i].asks && fake.order_count == 0, rows[i].why);
		assert_true_why(fake.results == 1 && intents(&fake) == 0, rows[i].why);
		fake_clear(&fake);
	}
}

static void
needs_a_session(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.card.installed = true;
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_LOGIN_NEEDED);
	assert_status(ykt_client_open_card(fake.client, NULL, 0), YKT_LOGIN_NEEDED);
	assert_status(ykt_client_recover(fake.client), YKT_LOGIN_NEEDED);
	assert_status(
	    ykt_client_refund(fake.client, "00000000000000000000000000000000"), YKT_LOGIN_NEEDED);
	assert_int_equal(fake.results, 4);
	assert_int_equal(fake.order_count, 0);
	fake_clear(&fake);
}

static void
charges_nothing_without_the_users_yes(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.decline = true;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_CANCELLED);
	assert_string_equal(fake.result_money, "Nothing was charged.");
	assert_int_equal(fake.charged, 0);
	assert_int_equal(fake.card.commits, 0);
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

static void
shows_no_other_amount_than_was_asked_for(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.pay_amount_lie = 1;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_E_SERVER);
	assert_int_equal(fake.asked_pay, 0);
	assert_int_equal(fake.charged, 0);
	fake_clear(&fake);
}

static void
tells_a_refused_amount_and_drops_the_intent(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.refuse_op = "order.topup";
	fake.refuse_code = 409;
	fake.refuse_token = "amount";
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_REFUSED);
	assert_string_equal(fake.result_reason, "The amount is outside what this card allows.");
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

/* C5-PAY-2: paid at the channel, not known at the platform: asked, not paid again. */
static void
waits_for_the_payment_and_goes_on_later(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.never_paid = true;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_PENDING);
	assert_int_equal(intents(&fake), 1);
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	assert_true(ykt_client_recover_needed(fake.client));
	strcpy(fake.orders[0].wire.state, "paid");
	fake.orders[0].wire.paid_fen = AMOUNT;
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_int_equal(fake.rows, 1);
	assert_int_equal(fake.asked_pay, 1);
	assert_int_equal(fake.card.balance, AMOUNT);
	assert_false(ykt_client_recover_needed(fake.client));
	fake_clear(&fake);
}

static void
lets_the_user_stop_waiting_for_the_payment(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.never_paid = true;
	fake.want_cancel = true;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_PENDING);
	assert_int_equal(intents(&fake), 1);
	fake_clear(&fake);
}

/* R2: the cap refuses INITIALIZE with the amount; amount 0 proves that it is not loaded. */
static void
proves_with_amount_zero_when_the_cap_refuses(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, FAKE_CAP - 100);
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_OVER_LIMIT);
	assert_string_equal(
	    fake.result_money, "Your payment is safe: it will be loaded once, or given back.");
	assert_int_equal(fake.card.commits, 0);
	assert_int_equal(intents(&fake), 1);
	/* The rider rides; then there is room. */
	fake.card.balance = 0;
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_int_equal(fake.card.balance, AMOUNT);
	assert_int_equal(fake.card.commits, 1);
	fake_clear(&fake);
}

static void
waits_while_a_gate_has_the_purse(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.card.gate = true;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_PENDING);
	assert_string_equal(fake.result_reason, "The card is in use by a gate.");
	fake.card.gate = false;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_OK);
	/* The same wish again was the same order. */
	assert_int_equal(fake.order_count, 1);
	assert_int_equal(fake.charged, AMOUNT);
	assert_int_equal(fake.card.balance, AMOUNT);
	fake_clear(&fake);
}

/* Another order stands at the card's counter: it is finished first. */
static void
finishes_the_order_that_holds_the_card(void **state)
{
	struct fake fake;
	struct fake_order *first;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.card.gate = true;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_PENDING);
	first = &fake.orders[0];
	strcpy(first->wire.state, "loading");
	first->permit = first->given = true;
	first->permit_n = 0;
	fake.card.gate = false;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT + 100), YKT_OK);
	assert_string_equal(first->wire.state, "loaded");
	assert_int_equal(fake.card.balance, 2 * AMOUNT + 100);
	assert_int_equal(fake_loaded(&fake), 2 * AMOUNT + 100);
	fake_clear(&fake);
}

static void
tells_a_case_and_leaves_it_to_a_person(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.refuse_op = "load.request";
	fake.refuse_code = 409;
	fake.refuse_token = "case";
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_DISPUTED);
	assert_string_equal(
	    fake.result_money, "Your payment is safe. A person looks at this order.");
	assert_int_equal(fake.results, 1);
	fake_clear(&fake);
}

static void
opens_a_card_with_its_first_load(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, false, 0);
	assert_status(ykt_client_open_card(fake.client, NULL, 3000), YKT_OK);
	assert_string_equal(fake.result_id, "open_result");
	assert_int_equal(fake.results, 1);
	assert_int_equal(fake.asked_pay, 1);
	assert_int_equal(fake.shown_amount, FAKE_FEE + 3000);
	assert_int_equal(fake.charged, FAKE_FEE + 3000);
	assert_true(fake.card.installed);
	assert_int_equal(fake.card.balance, 3000);
	assert_string_equal(fake.shown_card, "310123*********3456");
	assert_int_equal(intents(&fake), 0);
	/* One card of an issuer is enough. */
	assert_status(ykt_client_open_card(fake.client, FAKE_CITY, 3000), YKT_CONFLICT);
	assert_int_equal(fake.order_count, 2);
	fake_clear(&fake);
}

static void
checks_before_it_opens(void **state)
{
	static const struct {
		const char *why;
		const char *city;
		ykt_fen load;
		bool gone;
		enum ykt_status status;
	} rows[] = {
		{ "no such city", "9902", 0, false, YKT_NOT_FOUND },
		{ "a city of five letters", "99011", 0, false, YKT_NOT_FOUND },
		{ "too little", FAKE_CITY, FAKE_MIN - 1, false, YKT_OVER_LIMIT },
		{ "too much", FAKE_CITY, FAKE_CAP + 1, false, YKT_OVER_LIMIT },
		{ "no element", FAKE_CITY, 0, true, YKT_E_LINK },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		fake_init(&fake);
		fake_login(&fake, false, 0);
		fake.card.gone = rows[i].gone;
		assert_status_why(ykt_client_open_card(fake.client, rows[i].city, rows[i].load),
		    rows[i].status, rows[i].why);
		assert_true_why(fake.order_count == 0 && intents(&fake) == 0, rows[i].why);
		assert_true_why(fake.results == 1, rows[i].why);
		fake_clear(&fake);
	}
}

static void
goes_on_with_an_opening_after_a_restart(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, false, 0);
	fake.tsm_unknown = true;
	assert_status(ykt_client_open_card(fake.client, FAKE_CITY, 0), YKT_PENDING);
	assert_int_equal(intents(&fake), 1);
	fake.tsm_unknown = false;
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_true(fake.card.installed);
	assert_int_equal(fake.card.balance, FAKE_MIN);
	assert_int_equal(fake.charged, FAKE_FEE + FAKE_MIN);
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

/* A device that lost its state finishes what the platform calls abnormal. */
static void
finishes_abnormal_orders_without_an_intent(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.card.gate = true;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_PENDING);
	fake_stop(&fake);
	memset(fake.files, 0, sizeof(fake.files));
	fake_login(&fake, true, 0);
	assert_int_equal(intents(&fake), 0);
	fake.card.gate = false;
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_int_equal(fake.card.balance, AMOUNT);
	assert_int_equal(fake_loaded(&fake), AMOUNT);
	fake_clear(&fake);
}

static void
refunds_a_paid_order_without_proof(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.card.gate = true;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_PENDING);
	/* The yes is signed in the element: without it nothing is asked for. */
	fake.card.gone = true;
	assert_status(ykt_client_refund(fake.client, fake.orders[0].wire.order_id), YKT_E_LINK);
	assert_int_equal(fake.charged, AMOUNT);
	fake.card.gone = false;
	assert_status(ykt_client_refund(fake.client, fake.orders[0].wire.order_id), YKT_OK);
	assert_string_equal(fake.result_money, "Your payment was given back.");
	assert_int_equal(fake.charged, 0);
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

static void
proves_before_it_refunds_what_a_mac2_was_given_for(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	fake.card.gate = true;
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_PENDING);
	strcpy(fake.orders[0].wire.state, "loading");
	fake.orders[0].permit = fake.orders[0].given = true;
	fake.card.gate = false;

	/* Without the card there is no proof, and no refund (R3). */
	fake.card.gone = true;
	assert_status(ykt_client_refund(fake.client, fake.orders[0].wire.order_id), YKT_E_LINK);
	assert_int_equal(fake_refunded(&fake), 0);
	fake.card.gone = false;
	assert_status(ykt_client_refund(fake.client, fake.orders[0].wire.order_id), YKT_OK);
	assert_int_equal(fake_refunded(&fake), AMOUNT);
	assert_int_equal(fake.card.commits, 0);
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

/* The proof says that the card has it: posted, not refunded. */
static void
refunds_nothing_that_is_on_the_card(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	assert_status(ykt_client_topup(fake.client, NULL, AMOUNT), YKT_OK);
	assert_status(ykt_client_refund(fake.client, fake.orders[0].wire.order_id), YKT_CONFLICT);
	assert_int_equal(fake_refunded(&fake), 0);

	strcpy(fake.orders[0].wire.state, "loading");
	fake.orders[0].wire.loaded_fen = 0;
	fake.orders[0].permit = true;
	fake.orders[0].permit_n = (uint16_t)(fake.card.online - 1);
	assert_status(ykt_client_refund(fake.client, fake.orders[0].wire.order_id), YKT_CONFLICT);
	assert_int_equal(fake_refunded(&fake), 0);
	assert_int_equal(fake_loaded(&fake), AMOUNT);
	fake_clear(&fake);
}

static void
refuses_refunds_that_mean_nothing(void **state)
{
	struct fake fake;
	static const char *const ids[] = { "", "12", "0123456789ABCDEF0123456789ABCDEF",
		"ffffffffffffffffffffffffffffffff" };

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	for (size_t i = 0; i < YKT_ARRAY_LEN(ids); i++)
		assert_status_why(ykt_client_refund(fake.client, ids[i]), YKT_NOT_FOUND, ids[i]);
	assert_int_equal(fake.results, YKT_ARRAY_LEN(ids));
	assert_int_equal(intents(&fake), 0);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tops_up_and_shows_what_was_charged),
		cmocka_unit_test(refuses_before_anything_is_ordered),
		cmocka_unit_test(needs_a_session),
		cmocka_unit_test(charges_nothing_without_the_users_yes),
		cmocka_unit_test(shows_no_other_amount_than_was_asked_for),
		cmocka_unit_test(tells_a_refused_amount_and_drops_the_intent),
		cmocka_unit_test(waits_for_the_payment_and_goes_on_later),
		cmocka_unit_test(lets_the_user_stop_waiting_for_the_payment),
		cmocka_unit_test(proves_with_amount_zero_when_the_cap_refuses),
		cmocka_unit_test(waits_while_a_gate_has_the_purse),
		cmocka_unit_test(finishes_the_order_that_holds_the_card),
		cmocka_unit_test(tells_a_case_and_leaves_it_to_a_person),
		cmocka_unit_test(opens_a_card_with_its_first_load),
		cmocka_unit_test(checks_before_it_opens),
		cmocka_unit_test(goes_on_with_an_opening_after_a_restart),
		cmocka_unit_test(finishes_abnormal_orders_without_an_intent),
		cmocka_unit_test(refunds_a_paid_order_without_proof),
		cmocka_unit_test(proves_before_it_refunds_what_a_mac2_was_given_for),
		cmocka_unit_test(refunds_nothing_that_is_on_the_card),
		cmocka_unit_test(refuses_refunds_that_mean_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
