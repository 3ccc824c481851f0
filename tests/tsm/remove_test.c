/*
 * Taking a card out of its element: what is deleted, what never is, and that
 * everything on the way may be lost once (T20, I-26).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/gp.h"
#include "se/internal.h"
#include "se/purse_priv.h"

#define NOTHING ",\"most_fen\":0"
#define SOME    ",\"most_fen\":500"

/* Guard 3, look 4, list 2, DELETE, list, DELETE of the domain. */
#define APDUS_OF_A_REMOVAL  12
#define ORDERS_OF_A_REMOVAL 7 /* those, and the last one */

/* A world with an open card. */
static struct world *
world_with_card(void)
{
	struct world *world = world_new();

	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");

	return world;
}

static int
start_removal(struct world *world, const char *more)
{
	return world_start_kind(world, JOB_B, "delete", SE_A, CARD_NO, more);
}

static uint8_t *
purse_entry(struct world *world)
{
	return world->element[0].se.journal.home + SE_PURSE_OFF(0);
}

static void
put_money(struct world *world, uint32_t fen)
{
	struct se_money money;

	se_money_load(&world->element[0].se, 0, &money);
	money.balance = fen;
	se_tx_begin(&world->element[0].se);
	se_money_put(&world->element[0].se, 0, &money);
	assert_int_equal(se_tx_commit(&world->element[0].se), 0x9000);
}

static bool
is_there(const struct world *world, const char *aid_hex)
{
	uint8_t bytes[16];
	struct ykt_buf aid = YKT_BUF(bytes);

	assert_status(ykt_hex_decode(aid_hex, strlen(aid_hex), &aid), YKT_OK);

	return se_app_find(&world->element[0].se, ykt_buf_view(&aid)).kind != SE_APP_NONE;
}

static void
assert_nothing_is_left(struct world *world)
{
	static const uint8_t zeros[SE_PURSE_SIZE];

	world->present = 0;
	assert_no_purse(world);
	assert_false(is_there(world, AID_HEX));
	assert_false(is_there(world, SSD_HEX));
	/* Keys, records and files of the holder with it. */
	assert_memory_equal(purse_entry(world), zeros, SE_PURSE_POOL);
	assert_registry_is_card(world, SE_A);
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM app WHERE card_no IS NOT NULL"), 0);
}

static void
a_card_is_removed_with_its_domain(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	world->apdus = 0;
	world->orders = 0;
	assert_int_equal(start_removal(world, NOTHING), 200);
	assert_true(world_relay(world, JOB_B));
	assert_string_equal(world->notice, TSM_NOTICE_DONE);
	assert_string_equal(world_job(world, JOB_B), "done");
	assert_int_equal(world->apdus, APDUS_OF_A_REMOVAL);
	assert_int_equal(world->orders, ORDERS_OF_A_REMOVAL);
	assert_nothing_is_left(world);
	world_free(&world);
}

/* Its place is free: another card of the same city may be opened in it. */
static void
another_card_may_be_opened_afterwards(void **state)
{
	struct world *world = world_with_card();
	const char *job = "0000000000000000000000000000000c";

	(void)state;
	assert_int_equal(start_removal(world, NOTHING), 200);
	world_open(world, JOB_B);
	world->card_no = CARD_NO_B;
	assert_int_equal(world_start(world, job, SE_A, CARD_NO_B), 200);
	world_open(world, job);
	assert_string_equal(world_job(world, job), "done");
	assert_card_is_open(world, CARD_NO_B);
	assert_registry_is_card(world, SE_A);
	/* The number of a card that was opened once is never opened again. */
	assert_int_equal(
	    world_start(world, "0000000000000000000000000000000d", SE_A, CARD_NO), 409);
	world_free(&world);
}

static void
what_may_be_lost_with_it_is_the_platforms_to_say(void **state)
{
	static const struct {
		uint32_t fen;
		const char *more;
		const char *job;
	} rows[] = {
		{ 1, NOTHING, "failed card_money" },
		{ 501, SOME, "failed card_money" },
		{ 500, SOME, "done" },
		{ 0, SOME, "done" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct world *world = world_with_card();
		uint8_t before[SE_PURSE_SIZE];

		put_money(world, rows[i].fen);
		world->card_no = NULL; /* it is not new any more */
		memcpy(before, purse_entry(world), sizeof(before));
		assert_int_equal(start_removal(world, rows[i].more), 200);
		world_open(world, JOB_B);
		assert_string_equal(world_job(world, JOB_B), rows[i].job);
		if (strcmp(rows[i].job, "done") == 0)
			assert_nothing_is_left(world);
		else
			assert_memory_equal(purse_entry(world), before, sizeof(before));
		world_free(&world);
	}
}

static void
another_card_in_its_place_stays(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	assert_int_equal(world_start_kind(world, JOB_B, "delete", SE_A, CARD_NO_B, NOTHING), 200);
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "failed occupied");
	assert_card_is_open(world, CARD_NO);
	assert_registry_is_card(world, SE_A);
	world_free(&world);
}

static void
a_locked_card_stays(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	purse_entry(world)[SE_PURSE_STATE] = GP_STATE_SELECTABLE | GP_STATE_LOCKED;
	assert_int_equal(start_removal(world, NOTHING), 200);
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "failed locked");
	assert_true(is_there(world, AID_HEX));
	assert_registry_is_card(world, SE_A);
	world_free(&world);
}

static void
another_element_is_left_alone(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	world->present = 1;
	assert_int_equal(start_removal(world, NOTHING), 200);
	assert_true(world_relay(world, JOB_B));
	assert_string_equal(world->notice, TSM_NOTICE_WRONG);
	assert_string_equal(world_job(world, JOB_B), "waiting wrong_element");
	world->present = 0;
	assert_card_is_open(world, CARD_NO);
	world_free(&world);
}

/* A card that is gone already is removed all the same: what was asked for is so. */
static void
a_card_that_is_gone_is_removed(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	assert_int_equal(start_removal(world, NOTHING), 200);
	world_open(world, JOB_B);
	assert_int_equal(world_start_kind(world, "0000000000000000000000000000000c", "delete", SE_A,
			     CARD_NO, NOTHING),
	    200);
	/* But nothing proves it: an element without entries answers without a MAC. */
	assert_true(world_relay(world, "0000000000000000000000000000000c"));
	assert_string_equal(world_job(world, "0000000000000000000000000000000c"), "waiting list");
	world_free(&world);
}

/*
 * Somebody on the way answers 6A88 in place of the card, which carries no MAC: the
 * card is not taken for gone.
 */
static void
a_list_that_is_not_the_cards_proves_nothing(void **state)
{
	struct world *world = world_with_card();
	char report[WIRE_SERAM_POOL * 3];
	char *sw;

	(void)state;
	assert_int_equal(start_removal(world, NOTHING), 200);
	assert_int_equal(world_report(world, POLL), 200);
	for (unsigned i = 0; i < 2; i++) { /* guard, look */
		(void)snprintf(report, sizeof(report), "%s", world_run_order(world));
		assert_int_equal(world_report(world, report), 200);
	}
	(void)snprintf(report, sizeof(report), "%s", world_run_order(world));
	sw = strstr(report, "\"9000\",\"");
	assert_non_null(sw);
	strcpy(sw, "\"9000\",\"6A88\"]}]}");
	assert_int_equal(world_report(world, report), 200);
	assert_int_equal(count_rows(world, "SELECT gone FROM job WHERE kind = 'delete'"), 0);
	assert_string_equal(world_job(world, JOB_B), "running list");
	assert_card_is_open(world, CARD_NO);
	world_free(&world);
}

/* A job is of one element and one place at a time, and of one request. */
static void
removals_are_jobs_like_others(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	assert_int_equal(start_removal(world, NOTHING), 200);
	assert_int_equal(start_removal(world, NOTHING), 200);
	assert_int_equal(start_removal(world, SOME), 422);
	assert_int_equal(world_start_kind(world, "0000000000000000000000000000000c", "delete", SE_A,
			     CARD_NO, NOTHING),
	    409);
	assert_int_equal(world_session(world, JOB_B), 200);
	world_open(world, JOB_B);
	/* Replayed when it is over, it does nothing any more. */
	assert_int_equal(start_removal(world, NOTHING), 410);
	assert_int_equal(world_session(world, JOB_B), 410);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM job"), 2);
	world_free(&world);
}

/* False when the trouble never came. */
static bool
remove_under(enum trouble trouble, enum store_fault_kind kind, unsigned at)
{
	struct world *world = world_with_card();
	bool fired;

	assert_int_equal(start_removal(world, NOTHING), 200);
	world->store_kind = kind;
	world_trouble(world, trouble, at);
	world_open(world, JOB_B);
	fired = world->fired;
	if (strcmp(world_job(world, JOB_B), "done") != 0)
		fail_msg("trouble %d at %u: %s", (int)trouble, at, world_job(world, JOB_B));
	assert_nothing_is_left(world);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM session WHERE state = 'live'"), 0);
	world_free(&world);

	return fired;
}

static void
everything_on_the_way_may_be_lost_once(void **state)
{
	static const struct {
		enum trouble trouble;
		unsigned least;
	} rows[] = {
		{ TROUBLE_APDU_BEFORE, APDUS_OF_A_REMOVAL },
		{ TROUBLE_APDU_AFTER, APDUS_OF_A_REMOVAL },
		{ TROUBLE_CARD_SWAP, APDUS_OF_A_REMOVAL },
		{ TROUBLE_CARD_RESET, APDUS_OF_A_REMOVAL },
		{ TROUBLE_ANSWER_LOST, ORDERS_OF_A_REMOVAL },
		{ TROUBLE_CLIENT_POLLS, ORDERS_OF_A_REMOVAL - 1 },
		{ TROUBLE_CLIENT_KILLED, ORDERS_OF_A_REMOVAL - 1 },
		{ TROUBLE_RESTART, ORDERS_OF_A_REMOVAL - 1 },
		{ TROUBLE_KEYD, 1 },
		{ TROUBLE_KEYD_LOST, 1 },
		{ TROUBLE_EMPTY_RANDOM, 2 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		sweep_trouble(remove_under, rows[i].trouble, rows[i].least);
}

static void
the_database_may_fail_at_any_transaction(void **state)
{
	(void)state;
	sweep_store(remove_under, 12);
}

static void
everything_may_happen_in_one_removal(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 40; seed++) {
		struct world *world = world_with_card();

		world->options.sessions_max = 1000;
		world_restart(world);
		assert_int_equal(start_removal(world, NOTHING), 200);
		world->chaos_random = seed * 7919;
		world->store_kind = (enum store_fault_kind)(seed % STORE_FAULT_KIND_COUNT);
		world->chaos = 30;
		world_open(world, JOB_B);
		world->chaos = 0;
		if (strcmp(world_job(world, JOB_B), "done") != 0)
			fail_msg("seed %u: %s", seed, world_job(world, JOB_B));
		assert_nothing_is_left(world);
		world_free(&world);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_is_removed_with_its_domain),
		cmocka_unit_test(another_card_may_be_opened_afterwards),
		cmocka_unit_test(what_may_be_lost_with_it_is_the_platforms_to_say),
		cmocka_unit_test(another_card_in_its_place_stays),
		cmocka_unit_test(a_locked_card_stays),
		cmocka_unit_test(another_element_is_left_alone),
		cmocka_unit_test(a_card_that_is_gone_is_removed),
		cmocka_unit_test(a_list_that_is_not_the_cards_proves_nothing),
		cmocka_unit_test(removals_are_jobs_like_others),
		cmocka_unit_test(everything_on_the_way_may_be_lost_once),
		cmocka_unit_test(the_database_may_fail_at_any_transaction),
		cmocka_unit_test(everything_may_happen_in_one_removal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
