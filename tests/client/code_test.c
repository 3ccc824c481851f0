/*
 * Ride codes without an element: opened online, shown offline, each read back
 * as a gate reads it. Both signatures are checked; certificates are lib/code's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "code/code_qr.h"

#include <string.h>

#include "check.h"
#include "fake.h"

static void
start(struct fake *fake)
{
	fake_init(fake);
	fake_seless(fake);
	fake_login(fake, false, 0);
	fake->wallet = 5000;
}

/* What a gate does with the bytes; the moment that stands in them. */
static int64_t
scan(struct fake *fake)
{
	struct crypto_sm2_pub rider;
	struct code_qr code;

	assert_status(code_qr_decode(ykt_bytes(fake->shown_code, fake->shown_code_len),
			  &code_dialect_none, &code, NULL),
	    YKT_OK);
	assert_status(crypto_sm2_verify(fake->crypto, &fake->institution.pub, crypto_sm2_default_id,
			  code.issuer_signed, code.auth.sig),
	    YKT_OK);
	assert_status(crypto_sm2_decompress(fake->crypto, code.auth.point, &rider), YKT_OK);
	assert_status(crypto_sm2_verify(
			  fake->crypto, &rider, crypto_sm2_default_id, code.user_signed, code.sig),
	    YKT_OK);

	return code.generated_s;
}

static void
opens_online_and_shows_offline(void **state)
{
	struct fake fake;
	unsigned ops;

	(void)state;
	start(&fake);
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	assert_int_equal(fake.auths, 1);
	fake_stop(&fake);
	assert_status(fake_start(&fake), YKT_OK);
	ops = fake.ops;
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_int_equal(fake.ops, ops);
	assert_string_equal(fake.result_id, "code_result");
	assert_int_equal(scan(&fake), fake.now_ms / 1000);
	fake_clear(&fake);
}

/* The platform takes a rider's second once: two codes are never of one. */
static void
makes_no_two_codes_of_one_second(void **state)
{
	struct fake fake;
	int64_t last = 0;

	(void)state;
	start(&fake);
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	for (int i = 0; i < 3; i++) {
		assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
		assert_true(scan(&fake) > last);
		last = scan(&fake);
		fake_stop(&fake);
		assert_status(fake_start(&fake), YKT_OK);
	}
	/* Nor when the clock goes back. */
	fake.now_ms -= 60000;
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_true(scan(&fake) > last);
	fake_clear(&fake);
}

static void
takes_the_platforms_time(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	fake.ahead_ms = -120000;
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_int_equal(scan(&fake), (fake.now_ms - 120000) / 1000);
	fake_clear(&fake);
}

static void
renews_before_it_expires(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	fake.now_ms += fake.auth_life_ms / 2 - 2000;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_int_equal(fake.auths, 1);
	fake.now_ms += 3000;
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_int_equal(fake.auths, 2);
	(void)scan(&fake);
	/* Without a session the rest of its life is used, and no more. */
	assert_status(ykt_client_logout(fake.client), YKT_OK);
	fake.now_ms += fake.auth_life_ms - 2000;
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_int_equal(fake.auths, 2);
	fake.now_ms += 3000;
	fake.codes_shown = 0;
	assert_status(ykt_client_code_show(fake.client, false), YKT_EXPIRED);
	assert_int_equal(fake.codes_shown, 0);
	fake_clear(&fake);
}

static void
redraws_until_it_is_stopped(void **state)
{
	struct fake fake;
	int64_t began;

	(void)state;
	start(&fake);
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	began = fake.now_ms;
	fake.codes_shown = 0;
	fake.stop_after = 4;
	assert_status(ykt_client_code_show(fake.client, true), YKT_OK);
	assert_int_equal(fake.codes_shown, 4);
	assert_int_equal(fake.now_ms - began, 90000); /* three times redraw_ms */
	assert_int_equal(scan(&fake), fake.now_ms / 1000);
	fake_clear(&fake);
}

static void
shows_nothing_without_the_password(void **state)
{
	static const char *const wrong[] = { "password", "another one", NULL };
	struct fake fake;

	(void)state;
	start(&fake);
	assert_status(ykt_client_code_show(fake.client, false), YKT_NOT_FOUND);
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	fake.answers = wrong;
	for (int i = 0; i < 5; i++)
		assert_status(ykt_client_code_show(fake.client, false), YKT_DENIED);
	fake.answers = NULL;
	assert_status(ykt_client_code_show(fake.client, false), YKT_BLOCKED);
	assert_int_equal(fake.codes_shown, 0);
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_int_equal(fake.codes_shown, 1);
	fake_clear(&fake);
}

static void
refuses_to_open_without_consent_password_or_money(void **state)
{
	static const char *const consent[] = { "consent", "0", NULL };
	static const char *const wrong[] = { "password", "another one", NULL };
	struct fake fake;

	(void)state;
	start(&fake);
	fake.answers = consent;
	assert_status(ykt_client_code_open(fake.client), YKT_CANCELLED);
	fake.answers = wrong;
	assert_status(ykt_client_code_open(fake.client), YKT_DENIED);
	assert_int_equal(fake.auths, 0);
	assert_null(fake_find(&fake, "vault"));
	fake.answers = NULL;
	fake.wallet = 2999;
	assert_status(ykt_client_code_open(fake.client), YKT_REFUSED);
	assert_true(fake.result_reason[0] != '\0');
	/* The key is there; money in the wallet is all that is missing. */
	fake.wallet = 3000;
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	(void)scan(&fake);
	fake_clear(&fake);
}

/* A lost answer, then the same request: the same authorisation. */
static void
asks_again_under_the_same_key(void **state)
{
	struct fake fake;

	(void)state;
	start(&fake);
	fake.refuse_op = "code.authorise";
	fake.refuse_code = 500;
	fake.refuse_token = "internal";
	assert_status(ykt_client_code_open(fake.client), YKT_UNKNOWN);
	fake.refuse_op = NULL;
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_int_equal(fake.auths, 1);
	fake_clear(&fake);
}

static void
is_not_there_in_the_se_profile(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 0);
	assert_status(ykt_client_code_open(fake.client), YKT_REFUSED);
	assert_status(ykt_client_code_show(fake.client, false), YKT_REFUSED);
	assert_int_equal(fake.asked, 0);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_online_and_shows_offline),
		cmocka_unit_test(makes_no_two_codes_of_one_second),
		cmocka_unit_test(takes_the_platforms_time),
		cmocka_unit_test(renews_before_it_expires),
		cmocka_unit_test(redraws_until_it_is_stopped),
		cmocka_unit_test(shows_nothing_without_the_password),
		cmocka_unit_test(refuses_to_open_without_consent_password_or_money),
		cmocka_unit_test(asks_again_under_the_same_key),
		cmocka_unit_test(is_not_there_in_the_se_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
