/*
 * The local agent: relays, repeats byte for byte, judges nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

/* The port call of the TSM at which reports begin is found by trying. */
static void
repeats_an_unanswered_report_byte_for_byte(void **state)
{
	unsigned repeats = 0;

	(void)state;
	for (unsigned n = 1; n < 40; n++) {
		struct fake fake;

		fake_init(&fake);
		fake_login(&fake, false, 0);
		fake.fault = FAKE_LOST_REQ;
		fake.fault_at = n;
		assert_status(ykt_client_open_card(fake.client, FAKE_CITY, 0), YKT_OK);
		assert_int_equal(fake.tsm_unequal, 0);
		repeats += fake.tsm_repeats;
		if (!fake.fired)
			n = 40;
		fake_clear(&fake);
	}
	/* handshake, poll, report of the order */
	assert_int_equal(repeats, 3);
}

static void
goes_on_in_the_session_after_an_apdu_was_lost(void **state)
{
	(void)state;
	for (unsigned n = 1; n < 60; n++) {
		struct fake fake;
		bool fired;

		fake_init(&fake);
		fake_login(&fake, false, 0);
		fake.fault = FAKE_APDU_RSP;
		fake.fault_at = n;
		(void)!ykt_client_open_card(fake.client, FAKE_CITY, 0);
		fired = fake.fired;
		if (fake.order_count != 0) {
			assert_true(fake.card.installed);
			assert_string_equal(fake.orders[0].wire.state, "opened");
			assert_int_equal(fake.tsm_sessions, 1);
		}
		fake_clear(&fake);
		if (!fired)
			return;
	}
	fail_msg("never ran clean");
}

static void
asks_for_a_new_session_when_the_tsm_does_not_know_it(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, false, 0);
	fake.tsm_unknown = true;
	assert_status(ykt_client_open_card(fake.client, FAKE_CITY, 0), YKT_PENDING);
	assert_true(fake.tsm_sessions > 1);
	assert_int_equal(fake.results, 1);
	assert_string_equal(
	    fake.result_money, "Your payment is safe: it will be loaded once, or given back.");
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeats_an_unanswered_report_byte_for_byte),
		cmocka_unit_test(goes_on_in_the_session_after_an_apdu_was_lost),
		cmocka_unit_test(asks_for_a_new_session_when_the_tsm_does_not_know_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
