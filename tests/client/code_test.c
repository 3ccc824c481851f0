/*
 * Ride codes in both profiles: opened online, shown offline, each read back as a
 * gate reads it. Both signatures are checked; certificates are lib/code's. With
 * an element its key is the rider's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "code/code_qr.h"

#include <string.h>

#include "card/ident.h"
#include "card/sw.h"
#include "check.h"
#include "client/internal.h"
#include "fake.h"
#include "se/internal.h"

static enum ykt_profile se = YKT_PROFILE_SE, seless = YKT_PROFILE_SELESS;

/* state: of the profile that the test is run in. */
static void
start(struct fake *fake, void **state)
{
	fake_init(fake);
	if (*(const enum ykt_profile *)*state == YKT_PROFILE_SELESS)
		fake_seless(fake);
	fake_login(fake, false, 0);
	fake->client->vault_cost = crypto_pwhash_cost_test;
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

	start(&fake, state);
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

	start(&fake, state);
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

	start(&fake, state);
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

	start(&fake, state);
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

	start(&fake, state);
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

	start(&fake, state);
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

	start(&fake, state);
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

	start(&fake, state);
	fake.refuse_op = "code.authorise";
	fake.refuse_code = 500;
	fake.refuse_token = "internal";
	assert_status(ykt_client_code_open(fake.client), YKT_UNKNOWN);
	fake.refuse_op = NULL;
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_int_equal(fake.auths, 1);
	fake_clear(&fake);
}

static const uint8_t *
entry(const struct fake *fake)
{
	return se_home(&fake->element.se, SE_IDENT_OFF(0));
}

static void
the_element_keeps_the_key(void **state)
{
	static const uint8_t none[32];
	struct crypto_sm2_key key;
	struct code_qr code;
	uint8_t point[33];
	struct fake fake;

	start(&fake, state);
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	assert_status(
	    crypto_sm2_key_set(fake.crypto, entry(&fake) + SE_IDENT_RIDE_D, &key), YKT_OK);
	crypto_sm2_compress(&key.pub, point);
	assert_status(code_qr_decode(ykt_bytes(fake.shown_code, fake.shown_code_len),
			  &code_dialect_none, &code, NULL),
	    YKT_OK);
	assert_memory_equal(code.auth.point, point, sizeof(point));
	/* Opened again: another key, and the codes of the one before are over. */
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	assert_memory_not_equal(entry(&fake) + SE_IDENT_RIDE_D, key.d, 32);
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	(void)scan(&fake);
	assert_memory_not_equal(entry(&fake) + SE_IDENT_RIDE_D, none, 32);
	fake_clear(&fake);
}

static void
refused(struct fake *fake, enum ykt_status status, const char *reason)
{
	unsigned shown = fake->codes_shown;

	assert_status(ykt_client_code_show(fake->client, false), status);
	if (strstr(fake->result_reason, reason) == NULL)
		fail_msg("%s: %s", reason, fake->result_reason);
	assert_int_equal(fake->codes_shown, shown);
}

/* The files were put back, or the key is another's: no code, and it says why. */
static void
shows_nothing_that_the_element_does_not_sign(void **state)
{
	struct fake fake;
	struct fake_file *vault, old;

	start(&fake, state);
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	vault = fake_find(&fake, "vault");
	assert_non_null(vault);
	old = *vault;
	fake.now_ms += 60000;
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	/* An old copy of part two, and a clock that is set back: not a second time. */
	*vault = old;
	fake.now_ms -= 60000;
	refused(&fake, YKT_REFUSED, "later code");
	fake.now_ms += 120000;
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);

	se_tx_begin(&fake.element.se);
	se_tx_put_u8(&fake.element.se, SE_IDENT_OFF(0) + SE_IDENT_RIDE_D + 31, 7);
	assert_int_equal(se_tx_commit(&fake.element.se), SW_OK);
	refused(&fake, YKT_REFUSED, "no key for these ride codes");
	se_tx_begin(&fake.element.se);
	se_tx_put_u8(&fake.element.se, SE_IDENT_OFF(0) + SE_IDENT_HAS,
	    (uint8_t)(entry(&fake)[SE_IDENT_HAS] & ~SE_IDENT_HAS_RIDE));
	assert_int_equal(se_tx_commit(&fake.element.se), SW_OK);
	refused(&fake, YKT_REFUSED, "no key for these ride codes");
	fake.card.no_ident = true;
	refused(&fake, YKT_REFUSED, "no identity application");
	fake.card.gone = true;
	refused(&fake, YKT_E_LINK, "");
	fake_clear(&fake);
}

/* Each answer of the element lost or spoilt once: a code all the same. */
static void
shows_a_code_whatever_answer_is_lost(void **state)
{
	static const enum fake_fault faults[] = { FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00,
		FAKE_APDU_SHORT };

	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;

		for (unsigned at = 1; fired; at++) {
			struct fake fake;

			start(&fake, state);
			assert_status(ykt_client_code_open(fake.client), YKT_OK);
			fake.fault = faults[f];
			fake.fault_at = at;
			fake.calls = 0;
			fake.fired = false;
			assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
			fired = fake.fired;
			fake.fault_at = 0;
			(void)scan(&fake);
			fake_clear(&fake);
		}
	}
}

/* The profile sets what stands before a signature: here a PIN. */
static void
asks_for_the_elements_pin(void **state)
{
	static const uint8_t pin[SE_PIN_SIZE] = { 3, 3, 2, 0x12, 0x34 };
	static const uint8_t needs[] = { IDENT_ACCESS_RIDE, 0 };
	static const char *const right[] = { "element_pin", "1234", NULL };
	static const char *const wrong[] = { "element_pin", "4321", NULL };
	struct fake fake;

	start(&fake, state);
	assert_status(ykt_client_code_open(fake.client), YKT_OK);
	se_tx_begin(&fake.element.se);
	se_tx_put(&fake.element.se, SE_IDENT_OFF(0) + SE_IDENT_PIN, YKT_BYTES(pin));
	se_tx_put(&fake.element.se, SE_IDENT_OFF(0) + SE_IDENT_ACCESS, YKT_BYTES(needs));
	assert_int_equal(se_tx_commit(&fake.element.se), SW_OK);
	fake.answers = right;
	assert_status(ykt_client_code_show(fake.client, false), YKT_OK);
	(void)scan(&fake);
	fake.answers = wrong;
	refused(&fake, YKT_BLOCKED, "wrong too often");
	fake_clear(&fake);
}

/* However it fails: asked again, the account is closed and no key is left. */
static void
deregistration_empties_the_element(void **state)
{
	static const enum fake_fault faults[] = { FAKE_NET, FAKE_LOST_REQ, FAKE_LOST_RSP, FAKE_FILE,
		FAKE_DOWN, FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00 };
	static const uint8_t none[96];

	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;

		for (unsigned at = 1; fired; at++) {
			struct ykt_client_info info;
			struct fake fake;

			start(&fake, state);
			assert_status(ykt_client_code_open(fake.client), YKT_OK);
			fake.wallet = 0;
			fake.fault = faults[f];
			fake.fault_at = at;
			fake.calls = 0;
			fake.fired = false;
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
			assert_true(fake.closed);
			assert_false(info.registered);
			assert_int_equal(
			    entry(&fake)[SE_IDENT_HAS] & (SE_IDENT_HAS_KEY | SE_IDENT_HAS_RIDE), 0);
			assert_memory_equal(entry(&fake) + SE_IDENT_D, none, 96);
			assert_memory_equal(entry(&fake) + SE_IDENT_RIDE_D, none, 36);
			fake_clear(&fake);
		}
	}
}

/* Nothing but an issuer deletes there: the account is closed, and the user hears of it. */
static void
says_that_the_element_kept_its_keys(void **state)
{
	static const uint8_t needs[] = { 0, IDENT_ACCESS_REPLACE };
	struct fake fake;

	start(&fake, state);
	fake.wallet = 0;
	se_tx_begin(&fake.element.se);
	se_tx_put(&fake.element.se, SE_IDENT_OFF(0) + SE_IDENT_ACCESS, YKT_BYTES(needs));
	assert_int_equal(se_tx_commit(&fake.element.se), SW_OK);
	assert_status(ykt_client_deregister(fake.client), YKT_OK);
	assert_true(fake.closed);
	assert_non_null(strstr(fake.result_reason, "did not delete"));
	assert_true((entry(&fake)[SE_IDENT_HAS] & SE_IDENT_HAS_KEY) != 0);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(opens_online_and_shows_offline, &seless),
		cmocka_unit_test_prestate(opens_online_and_shows_offline, &se),
		cmocka_unit_test_prestate(makes_no_two_codes_of_one_second, &seless),
		cmocka_unit_test_prestate(makes_no_two_codes_of_one_second, &se),
		cmocka_unit_test_prestate(takes_the_platforms_time, &seless),
		cmocka_unit_test_prestate(takes_the_platforms_time, &se),
		cmocka_unit_test_prestate(renews_before_it_expires, &seless),
		cmocka_unit_test_prestate(renews_before_it_expires, &se),
		cmocka_unit_test_prestate(redraws_until_it_is_stopped, &seless),
		cmocka_unit_test_prestate(redraws_until_it_is_stopped, &se),
		cmocka_unit_test_prestate(shows_nothing_without_the_password, &seless),
		cmocka_unit_test_prestate(shows_nothing_without_the_password, &se),
		cmocka_unit_test_prestate(
		    refuses_to_open_without_consent_password_or_money, &seless),
		cmocka_unit_test_prestate(refuses_to_open_without_consent_password_or_money, &se),
		cmocka_unit_test_prestate(asks_again_under_the_same_key, &seless),
		cmocka_unit_test_prestate(asks_again_under_the_same_key, &se),
		cmocka_unit_test_prestate(the_element_keeps_the_key, &se),
		cmocka_unit_test_prestate(shows_nothing_that_the_element_does_not_sign, &se),
		cmocka_unit_test_prestate(shows_a_code_whatever_answer_is_lost, &se),
		cmocka_unit_test_prestate(asks_for_the_elements_pin, &se),
		cmocka_unit_test_prestate(deregistration_empties_the_element, &se),
		cmocka_unit_test_prestate(says_that_the_element_kept_its_keys, &se),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
