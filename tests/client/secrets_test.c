/*
 * Passwords, PIN resets, time-outs, deregistration: what is asked, what is sent,
 * what is left behind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

static void
start(struct fake *fake)
{
	fake_init(fake);
	fake_seless(fake);
	fake_login(fake, false, 0);
}

static bool
files_hold(struct fake *fake, const char *text)
{
	for (size_t f = 0; f < FAKE_FILES_MAX; f++) {
		for (size_t i = 0; i + strlen(text) <= fake->files[f].len; i++) {
			if (memcmp(fake->files[f].data + i, text, strlen(text)) == 0)
				return true;
		}
	}

	return false;
}

static void
changes_the_password_and_ends_the_session(void **state)
{
	static const char *const new_one[] = { "password", FAKE_NEW_PASSWORD, NULL };
	struct fake fake;
	struct ykt_client_info info;

	(void)state;
	start(&fake);
	assert_status(ykt_client_password(fake.client), YKT_OK);
	assert_string_equal(fake.password, FAKE_NEW_PASSWORD);
	ykt_client_info(fake.client, &info);
	assert_false(info.logged_in);
	assert_status(ykt_client_login(fake.client), YKT_DENIED);
	fake.answers = new_one;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_false(files_hold(&fake, FAKE_NEW_PASSWORD));
	fake_clear(&fake);
}

static void
refuses_passwords_before_sending(void **state)
{
	static const char *const rows[][5] = {
		{ "new_password", "1234567", "new_password2", "1234567", NULL },
		{ "new_password", "12345678", "new_password2", "12345678", NULL },
		{ "new_password", "long enough", "new_password2", "long enougH", NULL },
		{ "new_password", FAKE_PASSWORD, "new_password2", FAKE_PASSWORD, NULL },
	};
	struct fake fake;
	unsigned ops;

	(void)state;
	start(&fake);
	ops = fake.ops;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		fake.answers = rows[i];
		assert_status(ykt_client_password(fake.client), YKT_E_ARG);
		assert_int_equal(fake.ops, ops);
	}
	assert_string_equal(fake.password, FAKE_PASSWORD);
	fake_clear(&fake);
}

/* Part two is opened by the password that the platform has, at every fault. */
static void
a_changed_password_never_locks_the_ride_code_out(void **state)
{
	static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP, FAKE_FILE,
		FAKE_DOWN };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;

		for (unsigned n = 1; fired; n++) {
			const char *answers[] = { "password", NULL, NULL };
			struct fake fake;

			start(&fake);
			fake.wallet = 5000;
			assert_status(ykt_client_code_open(fake.client), YKT_OK);
			fake.fault = faults[f];
			fake.fault_at = n;
			fake.calls = 0;
			(void)!ykt_client_password(fake.client);
			fired = fake.fired;
			fake.fault_at = 0;
			fake.down = false;
			fake_stop(&fake);
			assert_status(fake_start(&fake), YKT_OK);
			answers[1] = fake.password;
			fake.answers = answers;
			assert_status(ykt_client_login(fake.client), YKT_OK);
			assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
			fake_clear(&fake);
		}
	}
}

static void
resets_a_forgotten_password(void **state)
{
	static const char *const other_name[] = { "name", "王 大雨", NULL };
	static const char *const bad_code[] = { "otp", "000000", NULL };
	static const char *const shapeless[] = { "otp", "24681", NULL };
	struct fake fake;
	unsigned ops;

	(void)state;
	start(&fake);
	assert_status(ykt_client_logout(fake.client), YKT_OK);
	fake.answers = other_name;
	assert_status(ykt_client_reset(fake.client), YKT_DENIED);
	fake.answers = bad_code;
	assert_status(ykt_client_reset(fake.client), YKT_DENIED);
	fake.answers = shapeless;
	ops = fake.ops;
	assert_status(ykt_client_reset(fake.client), YKT_DENIED);
	assert_int_equal(fake.ops, ops + 1);
	assert_string_equal(fake.password, FAKE_PASSWORD);
	fake.answers = NULL;
	assert_status(ykt_client_reset(fake.client), YKT_OK);
	assert_string_equal(fake.password, FAKE_NEW_PASSWORD);
	fake_clear(&fake);
}

static void
resets_a_payment_pin(void **state)
{
	static const char *const weak[] = { "new_pin", "111111", "new_pin2", "111111", NULL };
	static const char *const bad[] = { "otp", "000000", NULL };
	struct fake fake;

	(void)state;
	start(&fake);
	fake.answers = weak;
	assert_status(ykt_client_pin_reset(fake.client), YKT_E_ARG);
	fake.answers = bad;
	assert_status(ykt_client_pin_reset(fake.client), YKT_DENIED);
	assert_string_equal(fake.pin, "");
	fake.answers = NULL;
	assert_status(ykt_client_pin_reset(fake.client), YKT_OK);
	assert_string_equal(fake.pin, FAKE_PIN);
	assert_status(ykt_client_logout(fake.client), YKT_OK);
	assert_status(ykt_client_pin_reset(fake.client), YKT_LOGIN_NEEDED);
	fake_clear(&fake);
}

/* C5-HCI-8, on the virtual clock: over without a question to the platform. */
static void
a_session_that_idles_or_ages_is_over(void **state)
{
	struct fake fake;
	unsigned ops;

	(void)state;
	start(&fake);
	for (int i = 0; i < 2; i++) {
		fake.now_ms += 299000;
		assert_status(ykt_client_wallet(fake.client), YKT_OK);
	}
	fake.now_ms += 301000;
	ops = fake.ops;
	assert_status(ykt_client_wallet(fake.client), YKT_LOGIN_NEEDED);
	assert_int_equal(fake.ops, ops);
	assert_status(ykt_client_login(fake.client), YKT_OK);
	for (int i = 0; i < 8; i++) {
		fake.now_ms += 200000;
		assert_status(ykt_client_wallet(fake.client), YKT_OK);
	}
	fake.now_ms += 201000;
	ops = fake.ops;
	assert_status(ykt_client_wallet(fake.client), YKT_LOGIN_NEEDED);
	assert_int_equal(fake.ops, ops);
	fake_clear(&fake);
}

static void
deregisters_and_leaves_nothing(void **state)
{
	struct fake fake;
	struct ykt_client_info info;

	(void)state;
	start(&fake);
	assert_status(ykt_client_deregister(fake.client), YKT_OK);
	assert_true(fake.closed);
	assert_string_equal(fake.result_id, "close_result");
	for (size_t f = 0; f < FAKE_FILES_MAX; f++)
		assert_int_equal(fake.files[f].len, 0);
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	ykt_client_info(fake.client, &info);
	assert_false(info.registered);
	assert_status(ykt_client_login(fake.client), YKT_DENIED);
	fake_clear(&fake);
}

static void
keeps_everything_when_the_account_stays(void **state)
{
	static const char *const wrong[] = { "password", "another one", NULL };
	struct fake fake;
	struct ykt_client_info info;

	(void)state;
	start(&fake);
	fake.wallet = 1;
	assert_status(ykt_client_deregister(fake.client), YKT_REFUSED);
	assert_true(fake.result_reason[0] != '\0');
	fake.wallet = 0;
	fake.answers = wrong;
	assert_status(ykt_client_deregister(fake.client), YKT_DENIED);
	fake.answers = NULL;
	fake.decline = true;
	assert_status(ykt_client_deregister(fake.client), YKT_CANCELLED);
	ykt_client_info(fake.client, &info);
	assert_true(info.registered && info.logged_in);
	assert_false(fake.closed);
	fake_clear(&fake);
}

/* However it fails, asking again ends with nothing here and nobody there. */
static void
deregisters_under_every_fault(void **state)
{
	static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP, FAKE_FILE,
		FAKE_DOWN };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;

		for (unsigned n = 1; fired; n++) {
			struct ykt_client_info info;
			struct fake fake;

			start(&fake);
			fake.fault = faults[f];
			fake.fault_at = n;
			fake.calls = 0;
			(void)!ykt_client_deregister(fake.client);
			fired = fake.fired;
			fake.fault_at = 0;
			fake.down = false;
			for (int i = 0; i < 3; i++) {
				fake_stop(&fake);
				assert_status(fake_start(&fake), YKT_OK);
				ykt_client_info(fake.client, &info);
				if (info.registered)
					(void)!ykt_client_deregister(fake.client);
			}
			assert_false(info.registered);
			assert_true(fake.closed);
			fake_clear(&fake);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_the_password_and_ends_the_session),
		cmocka_unit_test(refuses_passwords_before_sending),
		cmocka_unit_test(a_changed_password_never_locks_the_ride_code_out),
		cmocka_unit_test(resets_a_forgotten_password),
		cmocka_unit_test(resets_a_payment_pin),
		cmocka_unit_test(a_session_that_idles_or_ages_is_over),
		cmocka_unit_test(deregisters_and_leaves_nothing),
		cmocka_unit_test(keeps_everything_when_the_account_stays),
		cmocka_unit_test(deregisters_under_every_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
