/*
 * Locking a card in its element and unlocking it again: what it does to the card,
 * who is left alone, and that everything on the way may be lost once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <string.h>

#include "card/gp.h"
#include "se/internal.h"

#define JOB_C "0000000000000000000000000000000c"

/* Look 4, list 2, SET STATUS, list. */
#define APDUS_OF_A_LOCK  8
#define ORDERS_OF_A_LOCK 5 /* those, and the last one */

static struct world *
world_with_card(void)
{
	struct world *world = world_new();

	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");

	return world;
}

static uint8_t *
purse_entry(struct world *world)
{
	return world->element[0].se.journal.home + SE_PURSE_OFF(0);
}

static void
run_job(struct world *world, const char *job_id, const char *kind, const char *end)
{
	assert_int_equal(world_start_kind(world, job_id, kind, SE_A, CARD_NO, ""), 200);
	world_open(world, job_id);
	assert_string_equal(world_job(world, job_id), end);
}

static void
a_locked_card_answers_nobody_and_keeps_everything(void **state)
{
	struct world *world = world_with_card();
	uint8_t before[SE_PURSE_SIZE];

	(void)state;
	memcpy(before, purse_entry(world), sizeof(before));
	world->apdus = 0;
	world->orders = 0;
	run_job(world, JOB_B, "lock", "done");
	assert_int_equal(world->apdus, APDUS_OF_A_LOCK);
	assert_int_equal(world->orders, ORDERS_OF_A_LOCK);
	assert_int_equal(purse_entry(world)[SE_PURSE_STATE], 0x87);
	assert_no_purse(world);
	assert_string_equal(card_hex(world, YKT_SE_WIRED, "00A404000B" AID_HEX "00"), "6A82");
	assert_registry_is_card(world, SE_A);
	run_job(world, JOB_C, "unlock", "done");
	assert_memory_equal(purse_entry(world), before, sizeof(before));
	assert_card_is_open(world, CARD_NO);
	assert_registry_is_card(world, SE_A);
	world_free(&world);
}

/* What is so already is only looked at. */
static void
a_state_that_it_has_is_left(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	world->apdus = 0;
	run_job(world, JOB_B, "unlock", "done");
	assert_int_equal(world->apdus, APDUS_OF_A_LOCK - 2);
	assert_card_is_open(world, CARD_NO);
	world_free(&world);
}

static void
what_is_not_there_or_another_card_is_left(void **state)
{
	struct world *world = world_new();

	(void)state;
	/* Somebody else's domain, so that the list has a MAC. */
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_int_equal(world_start_kind(world, JOB_B, "lock", SE_A, CARD_NO_B, ""), 200);
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "failed occupied");
	assert_card_is_open(world, CARD_NO);
	memset(purse_entry(world), 0, SE_PURSE_PERSO);
	run_job(world, JOB_C, "lock", "failed not_there");
	world_free(&world);
}

static void
another_element_is_left_alone(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	world->present = 1;
	assert_int_equal(world_start_kind(world, JOB_B, "lock", SE_A, CARD_NO, ""), 200);
	assert_true(world_relay(world, JOB_B));
	assert_string_equal(world->notice, TSM_NOTICE_WRONG);
	world->present = 0;
	assert_card_is_open(world, CARD_NO);
	world_free(&world);
}

/* The last wish counts; what the one before still had on its way does nothing. */
static void
a_later_wish_ends_an_earlier_one(void **state)
{
	struct world *world = world_with_card();
	struct wire_seram_order late;
	uint8_t old_session[16];

	(void)state;
	assert_int_equal(world_start_kind(world, JOB_B, "lock", SE_A, CARD_NO, ""), 200);
	assert_int_equal(world_report(world, POLL), 200);
	for (unsigned i = 0; i < 2; i++) /* look, list */
		assert_int_equal(world_report(world, world_run_order(world)), 200);
	late = world->order; /* SET STATUS, and it is not on the card yet */
	memcpy(old_session, world->session_id, 16);
	assert_int_equal(world_start_kind(world, JOB_C, "unlock", SE_A, CARD_NO, ""), 200);
	assert_string_equal(world_job(world, JOB_B), "failed superseded");
	world_open(world, JOB_C);
	assert_string_equal(world_job(world, JOB_C), "done");
	world->order = late;
	(void)world_run_order(world);
	assert_card_is_open(world, CARD_NO);
	memcpy(world->session_id, old_session, 16);
	assert_int_equal(world_report(world, POLL), 404);
	/* Replayed, the old job is over. */
	assert_int_equal(world_start_kind(world, JOB_B, "lock", SE_A, CARD_NO, ""), 410);
	world_free(&world);
}

/* A deletion or an opening that is under way is not a lock's to end. */
static void
other_jobs_are_not_ended(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	assert_int_equal(
	    world_start_kind(world, JOB_B, "delete", SE_A, CARD_NO, ",\"most_fen\":0"), 200);
	assert_int_equal(world_start_kind(world, JOB_C, "lock", SE_A, CARD_NO, ""), 409);
	assert_string_equal(world_job(world, JOB_B), "waiting");
	world_free(&world);
}

/* False when the trouble never came. */
static bool
set_under(const char *kind, enum trouble trouble, enum store_fault_kind store_kind, unsigned at)
{
	struct world *world = world_with_card();
	bool lock = strcmp(kind, "lock") == 0;
	bool fired;

	if (!lock)
		run_job(world, JOB_B, "lock", "done");
	assert_int_equal(world_start_kind(world, JOB_C, kind, SE_A, CARD_NO, ""), 200);
	world->store_kind = store_kind;
	world_trouble(world, trouble, at);
	world_open(world, JOB_C);
	fired = world->fired;
	if (strcmp(world_job(world, JOB_C), "done") != 0)
		fail_msg(
		    "%s, trouble %d at %u: %s", kind, (int)trouble, at, world_job(world, JOB_C));
	world->present = 0;
	if (lock)
		assert_no_purse(world);
	else
		assert_card_is_open(world, CARD_NO);
	assert_registry_is_card(world, SE_A);
	world_free(&world);

	return fired;
}

static bool
lock_under(enum trouble trouble, enum store_fault_kind kind, unsigned at)
{
	return set_under("lock", trouble, kind, at);
}

static bool
unlock_under(enum trouble trouble, enum store_fault_kind kind, unsigned at)
{
	return set_under("unlock", trouble, kind, at);
}

static void
everything_on_the_way_may_be_lost_once(void **state)
{
	static const struct {
		enum trouble trouble;
		unsigned least;
	} rows[] = {
		{ TROUBLE_APDU_BEFORE, APDUS_OF_A_LOCK },
		{ TROUBLE_APDU_AFTER, APDUS_OF_A_LOCK },
		{ TROUBLE_CARD_SWAP, APDUS_OF_A_LOCK },
		{ TROUBLE_CARD_RESET, APDUS_OF_A_LOCK },
		{ TROUBLE_ANSWER_LOST, ORDERS_OF_A_LOCK },
		{ TROUBLE_CLIENT_POLLS, ORDERS_OF_A_LOCK - 1 },
		{ TROUBLE_CLIENT_KILLED, ORDERS_OF_A_LOCK - 1 },
		{ TROUBLE_RESTART, ORDERS_OF_A_LOCK - 1 },
		{ TROUBLE_KEYD, 1 },
		{ TROUBLE_KEYD_LOST, 1 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		sweep_trouble(lock_under, rows[i].trouble, rows[i].least);
		sweep_trouble(unlock_under, rows[i].trouble, rows[i].least);
	}
}

static void
the_database_may_fail_at_any_transaction(void **state)
{
	(void)state;
	sweep_store(lock_under, 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_locked_card_answers_nobody_and_keeps_everything),
		cmocka_unit_test(a_state_that_it_has_is_left),
		cmocka_unit_test(what_is_not_there_or_another_card_is_left),
		cmocka_unit_test(another_element_is_left_alone),
		cmocka_unit_test(a_later_wish_ends_an_earlier_one),
		cmocka_unit_test(other_jobs_are_not_ended),
		cmocka_unit_test(everything_on_the_way_may_be_lost_once),
		cmocka_unit_test(the_database_may_fail_at_any_transaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
