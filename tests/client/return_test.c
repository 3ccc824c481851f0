/*
 * Giving a card back, as the rider meets it. Every fault at every call is in
 * faults_test.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

static void
the_money_goes_first_then_the_card(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	assert_status(ykt_client_return(fake.client, NULL), YKT_OK);
	assert_string_equal(fake.result_id, "return_result");
	assert_string_equal(fake.result_money, "The money is in your wallet.");
	assert_int_equal(fake.wallet, 700 - FAKE_UNLOAD_FEE);
	assert_int_equal(fake.card.balance, 0);
	assert_false(fake.card.installed);
	assert_false(ykt_client_recover_needed(fake.client));
	fake_clear(&fake);
}

/* C5-RFD-1: the TSM cannot be asked now; the money stands, and the rest is done later. */
static void
the_application_goes_later_when_it_must(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	fake.refuse_op = "card.session";
	fake.refuse_code = 503;
	fake.refuse_token = WIRE_ERR_BUSY;
	assert_status(ykt_client_return(fake.client, NULL), YKT_OK);
	assert_int_equal(fake.wallet, 700 - FAKE_UNLOAD_FEE);
	assert_true(fake.card.installed);
	assert_true(ykt_client_recover_needed(fake.client));
	fake.refuse_op = NULL;
	assert_status(ykt_client_recover(fake.client), YKT_OK);
	assert_false(fake.card.installed);
	assert_false(ykt_client_recover_needed(fake.client));
	assert_int_equal(fake.wallet, 700 - FAKE_UNLOAD_FEE);
	fake_clear(&fake);
}

static void
check_untouched(const struct fake *fake, uint32_t balance)
{
	assert_int_equal(fake->card.balance, balance);
	assert_int_equal(fake->card.unloads, 0);
	assert_int_equal(fake->wallet, 0);
	assert_true(fake->card.installed);
	assert_false(ykt_client_recover_needed(fake->client));
}

static void
without_a_yes_nothing_is_begun(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	fake.decline = true;
	assert_status(ykt_client_return(fake.client, NULL), YKT_CANCELLED);
	assert_false(fake.unload.there);
	assert_string_equal(fake.result_money, "The money is on the card, as before.");
	check_untouched(&fake, 700);
	fake_clear(&fake);
}

/* Another fee or another destination than stood on the screen: nothing is begun. */
static void
where_the_money_goes_is_signed(void **state)
{
	static const struct {
		int64_t fee_lie;
		const char *to;
		const char *says;
	} rows[] = {
		{ 1, NULL, "The fee changed while you looked at it." },
		{ 0, "account", "The money cannot go there." },
	};
	struct fake fake;

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		fake_init(&fake);
		fake_login(&fake, true, 700);
		fake.unload_fee_lie = rows[i].fee_lie;
		fake.unload_to = rows[i].to;
		assert_int_not_equal(ykt_client_return(fake.client, NULL), YKT_OK);
		assert_string_equal(fake.result_reason, rows[i].says);
		assert_string_equal(fake.result_money, "The money is on the card, as before.");
		assert_int_equal(fake.unload_yes, 1);
		assert_false(fake.unload.there);
		check_untouched(&fake, 700);
		fake.unload_fee_lie = 0;
		fake.unload_to = NULL;
		assert_status(ykt_client_return(fake.client, NULL), YKT_OK);
		assert_int_equal(fake.wallet, 700 - FAKE_UNLOAD_FEE);
		fake_clear(&fake);
	}
}

/* What is on the screen is what is signed: the destination has a field of its own. */
static void
the_screen_says_where_the_money_goes(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	assert_status(ykt_client_return(fake.client, NULL), YKT_OK);
	assert_string_equal(fake.asked_to, "your wallet");
	fake_clear(&fake);
	fake_init(&fake);
	fake_login(&fake, true, 700);
	assert_status(ykt_client_move_out(fake.client, NULL), YKT_OK);
	assert_string_equal(fake.asked_to, "your card in another device");
	fake_clear(&fake);
}

static void
a_wrong_password_begins_nothing(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	strcpy(fake.password, "another one");
	assert_status(ykt_client_return(fake.client, NULL), YKT_DENIED);
	assert_false(fake.unload.there);
	check_untouched(&fake, 700);
	fake_clear(&fake);
}

/* No key for it, or a debt: proven that nothing moved, and in use as before. */
static void
a_card_that_cannot_is_in_use_as_before(void **state)
{
	struct fake fake;

	(void)state;
	for (int i = 0; i < 2; i++) {
		fake_init(&fake);
		fake_login(&fake, true, 700);
		fake.card.no_unload = i == 0;
		fake.card.debt = i == 0 ? 0 : 800;
		assert_status(ykt_client_return(fake.client, NULL), YKT_REFUSED);
		assert_false(fake.unload.there);
		assert_string_equal(fake.result_money, "The money is on the card, as before.");
		assert_string_equal(fake.result_reason,
		    i == 0 ? "Money cannot be taken off this card. Ride it empty first."
			   : "Rides are not paid yet. Top up the wallet first.");
		check_untouched(&fake, 700);
		assert_status(ykt_client_topup(fake.client, NULL, 5000), YKT_OK);
		fake_clear(&fake);
	}
}

static void
there_must_be_such_a_card(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, false, 0);
	assert_status(ykt_client_return(fake.client, NULL), YKT_NOT_FOUND);
	fake.card.installed = true;
	assert_status(ykt_client_return(fake.client, "03101234567890129999"), YKT_WRONG_CARD);
	fake.card.gone = true;
	assert_status(ykt_client_return(fake.client, NULL), YKT_E_LINK);
	assert_false(fake.unload.there);
	assert_int_equal(fake.results, 3);
	fake_clear(&fake);
}

static void
a_client_without_an_element_has_none(void **state)
{
	struct fake fake;
	unsigned calls;

	(void)state;
	fake_init(&fake);
	fake_seless(&fake);
	fake_login(&fake, false, 0);
	calls = fake.ops;
	assert_status(ykt_client_return(fake.client, NULL), YKT_REFUSED);
	assert_int_equal(fake.ops, calls);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_money_goes_first_then_the_card),
		cmocka_unit_test(the_application_goes_later_when_it_must),
		cmocka_unit_test(without_a_yes_nothing_is_begun),
		cmocka_unit_test(where_the_money_goes_is_signed),
		cmocka_unit_test(the_screen_says_where_the_money_goes),
		cmocka_unit_test(a_wrong_password_begins_nothing),
		cmocka_unit_test(a_card_that_cannot_is_in_use_as_before),
		cmocka_unit_test(there_must_be_such_a_card),
		cmocka_unit_test(a_client_without_an_element_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
