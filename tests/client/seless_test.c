/*
 * The SE-less profile: what it does without an element (5.1.3), what it says it
 * cannot do, and that a folder stays of its kind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "client/screens.h"
#include "fake.h"

static void
start(struct fake *fake)
{
	fake_init(fake);
	fake_seless(fake);
	fake_login(fake, false, 0);
}

static void
registers_and_logs_in_without_an_element(void **state)
{
	struct fake fake;
	struct ykt_client_info info;

	(void)state;
	start(&fake);
	ykt_client_info(fake.client, &info);
	assert_int_equal(info.profile, YKT_PROFILE_SELESS);
	assert_true(info.registered && info.logged_in);
	assert_status(ykt_client_logout(fake.client), YKT_OK);
	assert_false(fake.session_open);
	fake_clear(&fake);
}

static void
shows_the_wallet_and_its_records(void **state)
{
	struct fake fake;
	struct wire_record *record;

	(void)state;
	start(&fake);
	fake.wallet = 4321;
	assert_status(ykt_client_balance(fake.client), YKT_OK);
	assert_int_equal(fake.shown_wallet, 4321);
	assert_string_equal(fake.result_id, "balance_result");
	fake.shown_wallet = 0;
	assert_status(ykt_client_wallet(fake.client), YKT_OK);
	assert_int_equal(fake.shown_wallet, 4321);
	record = &fake.records.records[fake.records.records_count++];
	strcpy(record->kind, "payment");
	strcpy(record->place, "Noodles Zhang");
	strcpy(record->state, "posted");
	record->amount_fen = 100;
	record->time_ms = fake.now_ms;
	fake.records.records[fake.records.records_count++] = *record;
	assert_status(ykt_client_records(fake.client), YKT_OK);
	assert_int_equal(fake.rows, 2); /* two equal payments are two */
	assert_status(ykt_client_cards(fake.client), YKT_OK);
	fake_clear(&fake);
}

static void
pays_into_the_wallet_once(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	assert_status(ykt_client_wallet_topup(fake.client, 5000), YKT_OK);
	assert_int_equal(fake.shown_amount, 5000);
	assert_int_equal(fake.wallet, 5000);
	assert_int_equal(fake.charged, 5000);
	assert_non_null(strstr(fake.result_money, "wallet"));
	assert_status(ykt_client_wallet_topup(fake.client, 0), YKT_OVER_LIMIT);
	assert_status(ykt_client_wallet_topup(fake.client, -1), YKT_OVER_LIMIT);
	fake.decline = true;
	assert_status(ykt_client_wallet_topup(fake.client, 100), YKT_CANCELLED);
	assert_int_equal(fake.charged, 5000);
	fake_clear(&fake);
}

/* Each fault at each call; started again, finished: charged equals wallet. */
static void
pays_into_the_wallet_once_under_every_fault(void **state)
{
	static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP,
		FAKE_TAMPER, FAKE_CODE_500, FAKE_FILE, FAKE_RANDOM, FAKE_DOWN };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;

		for (unsigned n = 1; fired; n++) {
			struct fake fake;

			start(&fake);
			fake.fault = faults[f];
			fake.fault_at = n;
			fake.calls = 0;
			(void)!ykt_client_wallet_topup(fake.client, 5000);
			fired = fake.fired;
			fake.fault_at = 0;
			fake.down = false;
			fake_stop(&fake);
			assert_status(fake_start(&fake), YKT_OK);
			(void)!ykt_client_recover(fake.client);
			assert_true(fake.charged <= 5000);
			assert_int_equal(fake.wallet, fake.charged);
			fake_clear(&fake);
		}
	}
}

/* Nothing of the last question was sent, yet the channel has the money: that is no "not reached". */
static void
says_that_the_end_is_not_known_after_the_channel_has_charged(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	fake.cut = true;
	assert_status(ykt_client_wallet_topup(fake.client, 5000), YKT_UNKNOWN);
	assert_int_equal(fake.tone, YKT_TONE_WAIT);
	assert_string_equal(fake.result_money, client_money_text[CLIENT_MONEY_UNSURE]);
	assert_int_equal(fake.charged, 5000);
	fake.cut = false;
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_int_equal(fake.charged, 5000);
	assert_int_equal(fake.wallet, 5000);
	fake_clear(&fake);
}

/* What is not there is refused before anything is asked or sent, and says why. */
static void
refuses_what_the_profile_does_not_have(void **state)
{
	struct fake fake;
	unsigned ops;

	(void)state;
	start(&fake);
	ops = fake.ops;
	assert_status(ykt_client_topup(fake.client, NULL, 5000), YKT_REFUSED);
	assert_string_equal(fake.result_id, "topup_result");
	assert_string_equal(fake.result_reason, client_reason_text("profile"));
	assert_status(ykt_client_open_card(fake.client, FAKE_CITY, 5000), YKT_REFUSED);
	assert_string_equal(fake.result_id, "open_result");
	assert_string_equal(fake.result_reason, client_reason_text("profile"));
	assert_status(ykt_client_apps(fake.client), YKT_REFUSED);
	assert_status(ykt_client_default_card(fake.client, NULL), YKT_REFUSED);
	assert_status(ykt_client_contactless(fake.client, NULL, true), YKT_REFUSED);
	assert_string_equal(fake.result_reason, client_reason_text("profile"));
	assert_int_equal(fake.results, 5);
	assert_int_equal(fake.ops, ops);
	assert_int_equal(fake.asked, 0);
	fake_clear(&fake);
}

static void
leaves_card_orders_to_the_device_with_the_card(void **state)
{
	struct fake fake;
	struct wire_order *order;

	(void)state;
	start(&fake);
	order = &fake.orders[fake.order_count++].wire;
	strcpy(order->order_id, "0123456789abcdef0123456789abcdef");
	strcpy(order->kind, "topup");
	strcpy(order->state, "loading");
	strcpy(order->card_no, FAKE_CARD_NO);
	order->amount_fen = order->paid_fen = 5000;
	assert_status(ykt_client_recover(fake.client), YKT_PENDING);
	assert_string_equal(order->state, "loading");
	fake_clear(&fake);
}

static void
keeps_its_kind_over_a_restart(void **state)
{
	struct fake fake;
	struct ykt_client_info info;

	(void)state;
	start(&fake);
	fake_stop(&fake);
	fake.profile = YKT_PROFILE_KEPT;
	assert_status(fake_start(&fake), YKT_OK);
	ykt_client_info(fake.client, &info);
	assert_int_equal(info.profile, YKT_PROFILE_SELESS);
	fake_stop(&fake);
	fake.profile = YKT_PROFILE_SE;
	fake.no_se = false;
	assert_status(fake_start(&fake), YKT_MISMATCH);
	assert_null(fake.client);
	fake_clear(&fake);
}

static void
an_se_client_needs_its_element(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake.no_se = true;
	assert_status(fake_start(&fake), YKT_E_ARG);
	fake.profile = YKT_PROFILE_KEPT; /* of a new folder: SE */
	assert_status(fake_start(&fake), YKT_E_ARG);
	fake.profile = (enum ykt_profile)3;
	assert_status(fake_start(&fake), YKT_E_ARG);
	fake_clear(&fake);
}

static void
sets_and_changes_the_pin(void **state)
{
	static const char *const change[] = { "new_pin", "739150", "new_pin2", "739150", NULL };
	static const char *const rows[][5] = {
		{ "new_pin", "123456", "new_pin2", "123456", NULL },
		{ "new_pin", "739150", "new_pin2", "739151", NULL },
		{ "new_pin", FAKE_PIN, "new_pin2", FAKE_PIN, NULL },
	};
	static const char *const cut[] = { "new_pin", "73915", NULL };
	static const char *const wrong[] = { "new_pin", "739150", "new_pin2", "739150", "old_pin",
		"604711", NULL };
	static const char *const password[] = { "password", "another one", "new_pin", "739150",
		"new_pin2", "739150", NULL };
	struct fake fake;
	unsigned ops;

	(void)state;
	start(&fake);
	assert_status(ykt_client_pin(fake.client), YKT_OK);
	assert_string_equal(fake.pin, FAKE_PIN);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		fake.answers = rows[i];
		ops = fake.ops;
		assert_status(ykt_client_pin(fake.client), YKT_E_ARG);
		assert_int_equal(fake.ops, ops + 1); /* wallet.get alone */
		assert_string_equal(fake.pin, FAKE_PIN);
	}
	fake.answers = cut;
	assert_status(ykt_client_pin(fake.client), YKT_CANCELLED);
	assert_string_equal(fake.pin, FAKE_PIN);
	fake.answers = wrong;
	assert_status(ykt_client_pin(fake.client), YKT_DENIED);
	fake.answers = password;
	assert_status(ykt_client_pin(fake.client), YKT_DENIED);
	assert_string_equal(fake.pin, FAKE_PIN);
	fake.answers = change;
	assert_status(ykt_client_pin(fake.client), YKT_OK);
	assert_string_equal(fake.pin, "739150");
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_and_logs_in_without_an_element),
		cmocka_unit_test(shows_the_wallet_and_its_records),
		cmocka_unit_test(pays_into_the_wallet_once),
		cmocka_unit_test(pays_into_the_wallet_once_under_every_fault),
		cmocka_unit_test(says_that_the_end_is_not_known_after_the_channel_has_charged),
		cmocka_unit_test(refuses_what_the_profile_does_not_have),
		cmocka_unit_test(leaves_card_orders_to_the_device_with_the_card),
		cmocka_unit_test(keeps_its_kind_over_a_restart),
		cmocka_unit_test(an_se_client_needs_its_element),
		cmocka_unit_test(sets_and_changes_the_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
