/*
 * The certificate of the user's element (C5-COM-2): made at registration, shown
 * at each login, asked for with a one-time code where it does not hold.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/ident.h"
#include "card/sw.h"
#include "check.h"
#include "fake.h"
#include "se/internal.h"

static void
start(struct fake *fake)
{
	static const uint8_t d[32] = { [31] = 21 };

	fake_init(fake);
	assert_status(crypto_sm2_key_set(fake->crypto, d, &fake->ca_key), YKT_OK);
	fake->ca = true;
}

static size_t
stored(const struct fake *fake)
{
	return se_home(&fake->element.se, SE_IDENT_OFF(0))[SE_IDENT_CERT];
}

static void
drop_stored(struct fake *fake)
{
	se_tx_begin(&fake->element.se);
	se_tx_put_u8(&fake->element.se, SE_IDENT_OFF(0) + SE_IDENT_CERT, 0);
	assert_int_equal(se_tx_commit(&fake->element.se), SW_OK);
}

static void
registration_brings_one_and_login_shows_it(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	fake_login(&fake, false, 0);
	assert_int_equal(fake.certs, 1);
	assert_true(stored(&fake) > 0);
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	fake.asked = 0;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_int_equal(fake.asked, 1); /* its own form, and no code */
	assert_int_equal(fake.certs, 1);
	fake_clear(&fake);
}

/* A platform that has none gives none and asks for none. */
static void
works_with_a_platform_without_an_authority(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	fake.ca = false;
	fake_login(&fake, false, 0);
	assert_int_equal(stored(&fake), 0);
	assert_status(ykt_client_login(fake.client), YKT_OK);
	fake_clear(&fake);
}

/* Whatever is wrong with it, a code makes another; and then it is shown. */
static void
a_code_makes_another(void **state)
{
	for (int why = 0; why < 4; why++) {
		struct fake fake;

		(void)state;
		start(&fake);
		fake_login(&fake, false, 0);
		if (why == 0)
			drop_stored(&fake);
		else if (why == 3)
			memset(fake.cert_device.xy, 7, 64); /* another element was certified */
		else
			fake.cert_state = why == 1 ? FAKE_CERT_REVOKED : FAKE_CERT_EXPIRED;
		fake.asked = 0;
		assert_status(ykt_client_login(fake.client), YKT_OK);
		assert_int_equal(fake.asked, 2);
		assert_int_equal(fake.certs, 2);
		assert_true(stored(&fake) > 0);
		fake.asked = 0;
		assert_status(ykt_client_login(fake.client), YKT_OK);
		assert_int_equal(fake.asked, 1);
		fake_clear(&fake);
	}
}

static void
is_refused_without_the_code(void **state)
{
	static const char *const wrong[] = { "otp", "111111", NULL };
	static const char *const none[] = { "otp", "x", NULL };
	const char *const *const tries[] = { wrong, none };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(tries); i++) {
		struct fake fake;

		start(&fake);
		fake_login(&fake, false, 0);
		assert_status(ykt_client_logout(fake.client), YKT_OK);
		fake.cert_state = FAKE_CERT_REVOKED;
		fake.answers = tries[i];
		assert_status(ykt_client_login(fake.client), YKT_DENIED);
		assert_string_equal(fake.result_id, "login_result");
		assert_non_null(strstr(fake.result_reason, "code is wrong"));
		assert_false(fake.session_open);
		assert_int_equal(fake.certs, 1);
		fake_clear(&fake);
	}
}

/* An account with an element, looked at from a client that has none. */
static void
says_that_an_element_is_missing(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	fake_seless(&fake);
	fake.registered = true;
	fake.certs = 1;
	assert_status(fake_start(&fake), YKT_OK);
	assert_status(ykt_client_login(fake.client), YKT_DENIED);
	assert_non_null(strstr(fake.result_reason, "used with a secure element"));
	assert_false(fake.session_open);
	assert_int_equal(fake.asked, 1);
	fake_clear(&fake);
}

/* The element does not take it: logged in all the same, and asked again next time. */
static void
an_element_that_stores_none_keeps_nobody_out(void **state)
{
	static const uint8_t needs[] = { 0, IDENT_ACCESS_CERT };
	struct fake fake;

	(void)state;
	start(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	se_tx_begin(&fake.element.se);
	se_tx_put(&fake.element.se, SE_IDENT_OFF(0) + SE_IDENT_ACCESS, YKT_BYTES(needs));
	assert_int_equal(se_tx_commit(&fake.element.se), SW_OK);
	assert_status(ykt_client_register(fake.client), YKT_OK);
	assert_int_equal(stored(&fake), 0);
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_int_equal(fake.certs, 2);
	assert_string_equal(fake.result_reason, "");
	fake_clear(&fake);
}

/* Any answer lost, of element or platform: in the end it is in, with one that holds. */
static void
holds_under_every_fault(void **state)
{
	static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP,
		FAKE_TAMPER, FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00, FAKE_APDU_SHORT,
		FAKE_FILE, FAKE_DOWN };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;

		for (unsigned at = 1; fired; at++) {
			struct fake fake;

			start(&fake);
			fake_login(&fake, false, 0);
			drop_stored(&fake);
			fake.fault = faults[f];
			fake.fault_at = at;
			fake.calls = 0;
			fake.fired = false;
			(void)!ykt_client_login(fake.client);
			fired = fake.fired;
			fake.fault_at = 0;
			fake.down = false;
			fake_stop(&fake);
			assert_status(fake_start(&fake), YKT_OK);
			assert_status(ykt_client_login(fake.client), YKT_OK);
			assert_true(stored(&fake) > 0);
			fake_clear(&fake);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registration_brings_one_and_login_shows_it),
		cmocka_unit_test(works_with_a_platform_without_an_authority),
		cmocka_unit_test(a_code_makes_another),
		cmocka_unit_test(is_refused_without_the_code),
		cmocka_unit_test(says_that_an_element_is_missing),
		cmocka_unit_test(an_element_that_stores_none_keeps_nobody_out),
		cmocka_unit_test(holds_under_every_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
