/*
 * T20, F20: every single thing that can be lost on the way to an open card is
 * lost once. The job must end done, the card whole, the registry right; and after
 * every command the instance is whole or not selectable (support_client.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>

#include "card/sd_keys.h"
#include "se/internal.h"

/* Keys of the city's domain are never the issuer's, whatever was selected meanwhile. */
static void
assert_issuer_has_its_own_keys_alone(struct world *world)
{
	const struct se *se = &world->element[0].se;

	for (uint8_t id = 1; id <= 3; id++) {
		assert_non_null(se_sd_key(se, 0, SD_KEYS_KVN_ISD, id));
		assert_null(se_sd_key(se, 0, SD_KEYS_KVN_SSD, id));
		assert_non_null(se_sd_key(se, 1, SD_KEYS_KVN_SSD, id));
	}
}

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
	assert_issuer_has_its_own_keys_alone(world);
	assert_int_equal(se_app_aid(&world->element[1].se, first).len, 0);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM session WHERE state = 'live'"), 0);
	world_free(&world);

	return fired;
}

static void
any_apdu_may_be_lost_on_its_way(void **state)
{
	(void)state;
	sweep_trouble(open_under, TROUBLE_APDU_BEFORE, 24);
}

static void
any_answer_of_the_card_may_be_lost(void **state)
{
	(void)state;
	sweep_trouble(open_under, TROUBLE_APDU_AFTER, 24);
}

static void
the_card_may_lose_power_before_any_apdu(void **state)
{
	(void)state;
	sweep_trouble(open_under, TROUBLE_CARD_RESET, 24);
}

static void
the_card_may_be_swapped_before_any_apdu(void **state)
{
	(void)state;
	sweep_trouble(open_under, TROUBLE_CARD_SWAP, 24);
}

static void
any_order_may_be_lost(void **state)
{
	(void)state;
	sweep_trouble(open_under, TROUBLE_ANSWER_LOST, 9);
}

static void
the_client_may_forget_any_order(void **state)
{
	(void)state;
	sweep_trouble(open_under, TROUBLE_CLIENT_POLLS, 8);
}

static void
the_client_may_begin_anew_at_any_order(void **state)
{
	(void)state;
	sweep_trouble(open_under, TROUBLE_CLIENT_KILLED, 8);
}

static void
the_process_may_be_a_new_one_at_any_report(void **state)
{
	(void)state;
	sweep_trouble(open_under, TROUBLE_RESTART, 8);
}

/* Four sessions' keys would be five calls: session x3, PUT KEY, personalisation. */
static void
the_key_module_may_be_away_at_any_call(void **state)
{
	(void)state;
	sweep_trouble(open_under, TROUBLE_KEYD, 5);
	sweep_trouble(open_under, TROUBLE_KEYD_LOST, 5);
}

static void
random_bytes_may_be_missing_at_any_time(void **state)
{
	(void)state;
	sweep_trouble(open_under, TROUBLE_EMPTY_RANDOM, 10);
}

static void
the_database_may_fail_at_any_transaction(void **state)
{
	(void)state;
	sweep_store(open_under, 18);
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
