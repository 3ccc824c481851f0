/*
 * T20, F20: every single thing that can be lost on the way to an open card is
 * lost once. The job must end done, the card whole, the registry right; and after
 * every command the instance is whole or not selectable (support_client.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>

#include "se/internal.h"

/* Opens a card under one trouble; false when the trouble never came. */
static bool
open_under(enum trouble trouble, enum store_fault_kind kind, unsigned at)
{
	struct world *world = world_new();
	struct se_app first = { SE_APP_SD, 1 };
	bool fired;

	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world->store_kind = kind;
	world_trouble(world, trouble, at);
	world_open(world, JOB);
	fired = world->fired;
	if (strcmp(world_job(world, JOB), "done") != 0)
		fail_msg("trouble %d at %u: %s", (int)trouble, at, world_job(world, JOB));
	assert_string_equal(world->notice, TSM_NOTICE_DONE);
	world->present = 0;
	assert_card_is_open(world, CARD_NO);
	assert_registry_is_card(world, SE_A);
	/* In the city's domain, whatever was selected meanwhile. */
	assert_int_equal(count_rows(world, "SELECT count(*) FROM app WHERE hex(aid) = '" AID_HEX
					   "' AND hex(sd_aid) = '" SSD_HEX "'"),
	    1);
	assert_int_equal(se_app_aid(&world->element[1].se, first).len, 0);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM session WHERE state = 'live'"), 0);
	world_free(&world);

	return fired;
}

/* Each occasion until there is none left; at least as many as are known of. */
static void
open_under_each(enum trouble trouble, enum store_fault_kind kind, unsigned least)
{
	unsigned at = 1;

	while (open_under(trouble, kind, at))
		at++;
	assert_in_range(at - 1, least, 100);
}

static void
any_apdu_may_be_lost_on_its_way(void **state)
{
	(void)state;
	open_under_each(TROUBLE_APDU_BEFORE, STORE_FAULT_NONE, 24);
}

static void
any_answer_of_the_card_may_be_lost(void **state)
{
	(void)state;
	open_under_each(TROUBLE_APDU_AFTER, STORE_FAULT_NONE, 24);
}

static void
the_card_may_lose_power_before_any_apdu(void **state)
{
	(void)state;
	open_under_each(TROUBLE_CARD_RESET, STORE_FAULT_NONE, 24);
}

static void
the_card_may_be_swapped_before_any_apdu(void **state)
{
	(void)state;
	open_under_each(TROUBLE_CARD_SWAP, STORE_FAULT_NONE, 24);
}

static void
any_order_may_be_lost(void **state)
{
	(void)state;
	open_under_each(TROUBLE_ANSWER_LOST, STORE_FAULT_NONE, 9);
}

static void
the_client_may_forget_any_order(void **state)
{
	(void)state;
	open_under_each(TROUBLE_CLIENT_POLLS, STORE_FAULT_NONE, 8);
}

static void
the_client_may_begin_anew_at_any_order(void **state)
{
	(void)state;
	open_under_each(TROUBLE_CLIENT_KILLED, STORE_FAULT_NONE, 8);
}

static void
the_process_may_be_a_new_one_at_any_report(void **state)
{
	(void)state;
	open_under_each(TROUBLE_RESTART, STORE_FAULT_NONE, 8);
}

/* Four sessions' keys would be five calls: session x3, PUT KEY, personalisation. */
static void
the_key_module_may_be_away_at_any_call(void **state)
{
	(void)state;
	open_under_each(TROUBLE_KEYD, STORE_FAULT_NONE, 5);
	open_under_each(TROUBLE_KEYD_LOST, STORE_FAULT_NONE, 5);
}

static void
random_bytes_may_be_missing_at_any_time(void **state)
{
	(void)state;
	open_under_each(TROUBLE_EMPTY_RANDOM, STORE_FAULT_NONE, 10);
}

static void
the_database_may_fail_at_any_transaction(void **state)
{
	(void)state;
	for (int kind = STORE_FAULT_BEFORE; kind < STORE_FAULT_KIND_COUNT; kind++)
		open_under_each(TROUBLE_STORE, (enum store_fault_kind)kind, 18);
}

/* All of them together, about one trouble in every two orders. */
static void
everything_may_happen_in_one_job(void **state)
{
	unsigned orders = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 60; seed++) {
		struct world *world = world_new();

		world->options.sessions_max = 1000;
		world_restart(world);
		assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
		world->chaos_random = seed * 7919;
		world->store_kind = (enum store_fault_kind)(seed % STORE_FAULT_KIND_COUNT);
		world->chaos = 40;
		world_open(world, JOB);
		world->chaos = 0;
		if (strcmp(world_job(world, JOB), "done") != 0)
			fail_msg("seed %u: %s", seed, world_job(world, JOB));
		world->present = 0;
		assert_card_is_open(world, CARD_NO);
		assert_registry_is_card(world, SE_A);
		orders += world->orders;
		world_free(&world);
	}
	/* It was not quiet. */
	assert_true(orders > 60 * 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_apdu_may_be_lost_on_its_way),
		cmocka_unit_test(any_answer_of_the_card_may_be_lost),
		cmocka_unit_test(the_card_may_lose_power_before_any_apdu),
		cmocka_unit_test(the_card_may_be_swapped_before_any_apdu),
		cmocka_unit_test(any_order_may_be_lost),
		cmocka_unit_test(the_client_may_forget_any_order),
		cmocka_unit_test(the_client_may_begin_anew_at_any_order),
		cmocka_unit_test(the_process_may_be_a_new_one_at_any_report),
		cmocka_unit_test(the_key_module_may_be_away_at_any_call),
		cmocka_unit_test(random_bytes_may_be_missing_at_any_time),
		cmocka_unit_test(the_database_may_fail_at_any_transaction),
		cmocka_unit_test(everything_may_happen_in_one_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
