/*
 * PINs and the secure element: the PIN of its identity application, and the payment
 * PIN, which it seals for the key module (C5-ARC-2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "card/ident.h"
#include "check.h"
#include "fake.h"
#include "se/internal.h"

/* A PIN of four digits, three tries, asked for when needs says so; put straight into the image. */
static void
put_pin(struct fake *fake, const uint8_t needs[2])
{
	static const uint8_t pin[SE_PIN_SIZE] = { 3, 3, 2, 0x12, 0x34 };
	struct se *se = &fake->element.se;

	se_tx_begin(se);
	se_tx_put(se, SE_IDENT_OFF(0) + SE_IDENT_PIN, YKT_BYTES(pin));
	se_tx_put(se, SE_IDENT_OFF(0) + SE_IDENT_ACCESS, ykt_bytes(needs, 2));
	assert_int_equal(se_tx_commit(se), SW_OK);
	fake->ops = fake->asked = fake->results = 0;
}

static unsigned
tries_left(const struct fake *fake)
{
	return se_home(&fake->element.se, SE_IDENT_OFF(0) + SE_IDENT_PIN)[SE_PIN_LEFT];
}

static void
asks_for_the_pin_of_an_element(void **state)
{
	static const uint8_t needs[] = { IDENT_ACCESS_SIGN | IDENT_ACCESS_ENCIPHER, 0 };
	static const char *const right[] = { "element_pin", "1234", NULL };
	static const struct {
		const char *pin;
		const char *reason;
		unsigned left;
	} rows[] = {
		/* Three times wrong: the element counts, and blocks. */
		{ "4321", "wrong too often", 0 },
		/* None of these costs a try: they are no PIN. */
		{ "123", "not right", 3 },
		{ "12x4", "not right", 3 },
		{ "1234567890123", "not right", 3 },
	};
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, false, 0);
	put_pin(&fake, needs);
	fake.answers = right;
	assert_status(ykt_client_login(fake.client), YKT_OK);
	assert_true(fake.asked >= 2); /* its own form, and the element's */
	fake_clear(&fake);

	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		const char *const wrong[] = { "element_pin", rows[i].pin, NULL };
		enum ykt_status status;

		fake_init(&fake);
		fake_login(&fake, false, 0);
		put_pin(&fake, needs);
		fake.answers = wrong;
		status = ykt_client_login(fake.client);
		assert_status(status, rows[i].left == 0 ? YKT_BLOCKED : YKT_REFUSED);
		if (strstr(fake.result_reason, rows[i].reason) == NULL)
			fail_msg("%s: %s", rows[i].pin, fake.result_reason);
		assert_int_equal(tries_left(&fake), rows[i].left);
		assert_int_equal(fake.results, 1);
		assert_int_equal(fake.ops, 0);
		fake_clear(&fake);
	}
}

/* Nothing that a user knows opens it: said so, and nobody is asked for a PIN. */
static void
says_that_an_element_is_closed(void **state)
{
	static const uint8_t needs[] = { 0, IDENT_ACCESS_SIGN };
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, false, 0);
	put_pin(&fake, needs);
	fake.answers = (const char *const[]){ "element_pin", "1234", NULL };
	assert_status(ykt_client_login(fake.client), YKT_REFUSED);
	assert_non_null(strstr(fake.result_reason, "only for its issuer"));
	assert_int_equal(tries_left(&fake), 3);
	assert_int_equal(fake.ops, 0);
	fake_clear(&fake);
}

/* Any one answer lost or spoilt while a bill is paid: paid once, or not and nothing moved. */
static void
a_pin_is_sealed_after_a_lost_answer(void **state)
{
	static const enum fake_fault faults[] = { FAKE_APDU_REQ, FAKE_APDU_RSP, FAKE_APDU_6F00,
		FAKE_APDU_SHORT };

	(void)state;
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		bool fired = true;

		for (unsigned at = 1; fired; at++) {
			struct fake fake;

			fake_init(&fake);
			fake_login(&fake, false, 0);
			fake_put_bill(&fake);
			fake.calls = 0;
			fake.fired = false;
			fake.fault = faults[f];
			fake.fault_at = at;
			if (ykt_client_pay(fake.client, FAKE_BILL) != YKT_OK)
				fail_msg("fault %zu at %u: %s", f, at, fake.result_reason);
			fired = fake.fired;
			assert_int_equal(fake.wallet, FAKE_PRICE);
			fake_clear(&fake);
		}
	}
}

/* An element that does not encipher for its user: told, and nothing is paid. */
static void
says_that_an_element_seals_no_pin(void **state)
{
	static const uint8_t needs[] = { 0, IDENT_ACCESS_ENCIPHER };
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, false, 0);
	fake_put_bill(&fake);
	assert_status(ykt_client_login(fake.client), YKT_OK);
	put_pin(&fake, needs);
	fake.answers = (const char *const[]){ "element_pin", "1234", NULL };
	assert_status(ykt_client_pay(fake.client, FAKE_BILL), YKT_REFUSED);
	assert_non_null(strstr(fake.result_reason, "only for its issuer"));
	assert_int_equal(fake.wallet, 2 * FAKE_PRICE);
	assert_string_equal(fake.bills[0].wire.state, "open");
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_for_the_pin_of_an_element),
		cmocka_unit_test(says_that_an_element_is_closed),
		cmocka_unit_test(a_pin_is_sealed_after_a_lost_answer),
		cmocka_unit_test(says_that_an_element_seals_no_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
