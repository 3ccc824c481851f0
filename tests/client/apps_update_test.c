/*
 * Updating a card: both versions are shown, nothing is asked twice, nothing goes
 * back, and every fault on the way leaves the old version or the new one with the
 * balance as it was.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

static void
start(struct fake *fake, uint16_t has, int64_t newest)
{
	fake_init(fake);
	fake_login(fake, true, 700);
	fake->card.version = has;
	fake->manage.newest = newest;
}

static void
brings_a_card_to_the_newest_version(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake, 1, 3);
	assert_status(ykt_client_apps_update(fake.client, NULL), YKT_OK);
	assert_string_equal(fake.result_id, "apps_update_result");
	assert_string_equal(fake.result_text, "The card has the newest version.");
	assert_int_equal(fake.results, 1);
	assert_int_equal(fake.asked, 1);
	assert_int_equal(fake.card.version, 3);
	assert_int_equal(fake.card.balance, 700);
	assert_string_equal(fake.manage.card_state, "active");
	/* Nothing more is asked when there is nothing newer. */
	assert_status(ykt_client_apps_update(fake.client, FAKE_CARD_NO), YKT_OK);
	assert_int_equal(fake.asked, 1);
	fake_clear(&fake);
}

/* The element's own word counts: what is offered may be older, or nothing. */
static void
nothing_goes_back(void **state)
{
	static const struct {
		uint16_t has;
		int64_t newest;
	} rows[] = { { 0, 0 }, { 3, 0 }, { 3, 2 }, { 3, 3 } };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		start(&fake, rows[i].has, rows[i].newest);
		assert_status(ykt_client_apps_update(fake.client, NULL), YKT_OK);
		assert_int_equal(fake.asked, 0);
		assert_string_equal(fake.manage.kind, "");
		assert_int_equal(fake.card.version, rows[i].has);
		fake_clear(&fake);
	}
}

static void
refusals_leave_the_card(void **state)
{
	static const struct {
		const char *op;
		int code;
		const char *token;
		enum ykt_status status;
	} rows[] = {
		{ "card.version", 404, "not_found", YKT_NOT_FOUND },
		{ "card.update", 409, "card_state", YKT_REFUSED },
		{ "card.update", 404, "not_found", YKT_NOT_FOUND },
		{ "card.session", 409, "other_element", YKT_WRONG_CARD },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		start(&fake, 1, 2);
		fake.refuse_op = rows[i].op;
		fake.refuse_code = rows[i].code;
		fake.refuse_token = rows[i].token;
		assert_status(ykt_client_apps_update(fake.client, NULL), rows[i].status);
		assert_int_equal(fake.results, 1);
		assert_int_equal(fake.card.version, 1);
		assert_int_equal(fake.card.balance, 700);
		fake_clear(&fake);
	}
}

static void
what_the_user_does_not_want_is_not_sent(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake, 1, 2);
	fake.decline = true;
	assert_status(ykt_client_apps_update(fake.client, NULL), YKT_CANCELLED);
	assert_string_equal(fake.result_text, "The card keeps the version that it has.");
	assert_string_equal(fake.manage.kind, "");
	fake.decline = false;
	fake.manage.paused = true;
	assert_status(ykt_client_apps_update(fake.client, NULL), YKT_REFUSED);
	assert_string_equal(fake.result_reason, "The application is not offered now.");
	assert_string_equal(fake.manage.kind, "");
	fake.manage.paused = false;
	assert_status(ykt_client_apps_update(fake.client, "03101234567890123450"), YKT_NOT_FOUND);
	assert_status(ykt_client_logout(fake.client), YKT_OK);
	assert_status(ykt_client_apps_update(fake.client, NULL), YKT_LOGIN_NEEDED);
	assert_int_equal(fake.card.version, 1);
	fake_clear(&fake);
	fake_init(&fake);
	fake_seless(&fake);
	fake_login(&fake, false, 0);
	assert_status(ykt_client_apps_update(fake.client, NULL), YKT_REFUSED);
	fake_clear(&fake);
}

/* What the TSM refuses is said by its name. */
static void
what_the_tsm_refuses_is_told(void **state)
{
	static const struct {
		const char *reason;
		const char *text;
	} rows[] = {
		{ "downgrade", "The card has a newer version already. It never goes back." },
		{ "version_state", "That version is not offered any more." },
		{ "app_state", "The application is not offered now." },
		{ "se_state", "The secure element was reported lost, or is out of use." },
		{ "locked", "The card is locked. Unlock it first." },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct fake fake;

		start(&fake, 1, 2);
		fake.manage.fails = rows[i].reason;
		assert_status(ykt_client_apps_update(fake.client, NULL), YKT_NOT_DONE);
		assert_string_equal(fake.result_text, "The card keeps the version that it has.");
		assert_string_equal(fake.result_reason, rows[i].text);
		assert_int_equal(fake.card.version, 1);
		fake_clear(&fake);
	}
}

/* What was agreed to goes on at the next start, without another question. */
static void
recovery_goes_on(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake, 1, 2);
	strcpy(fake.manage.kind, "update");
	strcpy(fake.manage.state, "asked");
	fake.manage.wanted = 2;
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_int_equal(fake.card.version, 2);
	assert_int_equal(fake.asked, 0);
	strcpy(fake.manage.state, "asked");
	fake.card.version = 1;
	assert_status(ykt_client_apps_update(fake.client, NULL), YKT_OK);
	assert_int_equal(fake.card.version, 2);
	assert_int_equal(fake.asked, 0);
	fake_clear(&fake);
}

static void
updates_under_every_fault(void **state)
{
	static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP,
		FAKE_CODE_500, FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00, FAKE_APDU_SHORT,
		FAKE_DOWN };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;

		for (unsigned n = 1; fired; n++) {
			struct fake fake;

			start(&fake, 1, 2);
			fake.calls = 0;
			fake.fault = faults[f];
			fake.fault_at = n;
			(void)!ykt_client_apps_update(fake.client, NULL);
			fired = fake.fired;
			assert_true(fake.card.version == 1 || fake.card.version == 2);
			fake.fault_at = 0;
			fake.down = false;
			fake_stop(&fake);
			assert_status(fake_start(&fake), YKT_OK);
			assert_status(ykt_client_login(fake.client), YKT_OK);
			assert_status(ykt_client_apps_update(fake.client, NULL), YKT_OK);
			assert_int_equal(fake.card.version, 2);
			assert_int_equal(fake.card.balance, 700);
			assert_string_equal(fake.manage.card_state, "active");
			fake_clear(&fake);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brings_a_card_to_the_newest_version),
		cmocka_unit_test(nothing_goes_back),
		cmocka_unit_test(refusals_leave_the_card),
		cmocka_unit_test(what_the_user_does_not_want_is_not_sent),
		cmocka_unit_test(what_the_tsm_refuses_is_told),
		cmocka_unit_test(recovery_goes_on),
		cmocka_unit_test(updates_under_every_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
