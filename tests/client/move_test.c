/*
 * A card moves to another device, as the rider meets it. Every fault at every call
 * is in faults_test.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "check.h"
#include "fake.h"

static void
out_and_in_keeps_every_fen(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	assert_status(ykt_client_move_out(fake.client, NULL), YKT_OK);
	assert_string_equal(fake.result_money, "The money waits for your card in another device.");
	assert_int_equal(fake.wallet, 0);
	assert_int_equal(fake.card.balance, 0);
	assert_false(fake.card.installed);
	assert_status(ykt_client_move_in(fake.client, NULL), YKT_OK);
	assert_string_equal(fake.result_id, "move_in_result");
	assert_int_equal(fake.card.balance, 700);
	assert_int_equal(fake.charged, 0);
	assert_int_equal(fake.asked_pay, 0);
	assert_false(ykt_client_recover_needed(fake.client));
	fake_clear(&fake);
}

static void
nothing_moves_in_when_nothing_waits(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, false, 0);
	assert_status(ykt_client_move_in(fake.client, NULL), YKT_REFUSED);
	assert_string_equal(
	    fake.result_reason, "No card of this account is on its way. Move it out first.");
	assert_int_equal(fake.order_count, 0);
	assert_false(ykt_client_recover_needed(fake.client));
	fake_clear(&fake);
}

static void
a_place_that_is_taken_takes_none(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	assert_status(ykt_client_move_out(fake.client, NULL), YKT_OK);
	fake.card.installed = true; /* another card of that city */
	assert_status(ykt_client_move_in(fake.client, NULL), YKT_CONFLICT);
	assert_string_equal(fake.unload.wire.ticket, "held");
	assert_int_equal(fake.order_count, 0);
	fake_clear(&fake);
}

/* What was begun as the one is not ended as the other. */
static void
a_return_is_no_move(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_login(&fake, true, 700);
	fake.card.gate = true; /* begun, and no further */
	assert_status(ykt_client_return(fake.client, NULL), YKT_PENDING);
	assert_status(ykt_client_move_out(fake.client, NULL), YKT_REFUSED);
	assert_string_equal(
	    fake.result_reason, "Something else was begun with this card. Finish that first.");
	assert_int_equal(fake.card.balance, 700);
	fake.card.gate = false;
	assert_status(ykt_client_return(fake.client, NULL), YKT_OK);
	assert_int_equal(fake.wallet, 700 - FAKE_UNLOAD_FEE);
	fake_clear(&fake);
}

static void
a_client_without_an_element_has_none(void **state)
{
	struct fake fake;

	(void)state;
	fake_init(&fake);
	fake_seless(&fake);
	fake_login(&fake, false, 0);
	assert_status(ykt_client_move_out(fake.client, NULL), YKT_REFUSED);
	assert_status(ykt_client_move_in(fake.client, NULL), YKT_REFUSED);
	assert_false(fake.unload.there);
	fake_clear(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(out_and_in_keeps_every_fen),
		cmocka_unit_test(nothing_moves_in_when_nothing_waits),
		cmocka_unit_test(a_place_that_is_taken_takes_none),
		cmocka_unit_test(a_return_is_no_move),
		cmocka_unit_test(a_client_without_an_element_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
