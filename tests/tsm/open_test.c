/*
 * From a blank card to a usable one, and what stands in the way for good.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "se/internal.h"

static struct world *world;

static int
setup(void **state)
{
	(void)state;
	world = world_new();

	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	world_free(&world);

	return 0;
}

/* Look 4, list 2, domain 4, keys 3, install 4, data 2, selectable 1, check 5. */
#define APDUS_OF_A_BLANK_CARD 25
#define ORDERS                9 /* those, and the last one */

static void
a_blank_card_becomes_usable(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	assert_string_equal(world_job(world, JOB), "waiting");
	assert_true(world_relay(world, JOB));
	assert_string_equal(world->notice, TSM_NOTICE_DONE);
	assert_string_equal(world_job(world, JOB), "done");
	assert_int_equal(world->apdus, APDUS_OF_A_BLANK_CARD);
	assert_int_equal(world->orders, ORDERS);
	assert_card_is_open(world, CARD_NO);
	assert_registry_is_card(world, SE_A);
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM app WHERE card_no = '" CARD_NO "'"), 1);
	assert_int_equal(count_rows(world, "SELECT sessions FROM job"), 0);
}

/* As the card's own registry has it: SELECTABLE, below the city's domain. */
static void
the_purse_lives_in_the_citys_domain(void **state)
{
	const struct se *se = &world->element[0].se;
	struct se_app purse = { SE_APP_PURSE, 0 };
	struct se_app ssd = { SE_APP_SD, 1 };
	const uint8_t *entry = se_home(se, se_app_off(purse));

	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_int_equal(entry[SE_PURSE_STATE], 0x07);
	assert_int_equal(entry[SE_PURSE_SD], 1);
	assert_int_equal(se_home(se, se_app_off(ssd))[SE_SD_STATE], 0x07);
	assert_int_equal(se_home(se, se_app_off(ssd))[SE_SD_KEYS + SE_SD_KEY_KVN], 0x31);
	assert_string_equal(card_hex(world, YKT_SE_WIRED, "00A4040009" SSD_HEX "00"),
	    "6F118409" SSD_HEX "A5049F6501FF9000");
}

/* Two cities could not share the slot; two jobs of one card number neither. */
static void
a_second_job_finds_the_domain_and_leaves_the_first_purse(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_int_equal(world_start(world, JOB_B, SE_A, CARD_NO_B), 200);
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "failed occupied");
	assert_string_equal(world->notice, TSM_NOTICE_FAILED);
	assert_card_is_open(world, CARD_NO);
	assert_registry_is_card(world, SE_A);
}

/* Another instance made behind our back, as a lab tool would; it has no data. */
static void
half_done_work_of_others_is_deleted_and_made_anew(void **state)
{
	const struct se *se = &world->element[0].se;

	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_trouble(world, TROUBLE_CLIENT_KILLED, 6); /* the instance is there, no data */
	assert_false(world_relay(world, JOB));
	assert_int_equal(world_report(world, POLL), 200);
	assert_int_equal(
	    se_home(se, se_app_off((struct se_app){ SE_APP_PURSE, 0 }))[SE_PURSE_STATE], 0x03);
	assert_no_purse(world);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");
	assert_card_is_open(world, CARD_NO);
	assert_registry_is_card(world, SE_A);
}

static void
another_element_ends_the_session_and_not_the_job(void **state)
{
	struct se_app first = { SE_APP_SD, 1 };

	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world->present = 1;
	assert_true(world_relay(world, JOB));
	assert_string_equal(world->notice, TSM_NOTICE_WRONG);
	assert_string_equal(world_job(world, JOB), "waiting wrong_element");
	assert_int_equal(se_app_aid(&world->element[1].se, first).len, 0);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM app"), 0);
	assert_int_equal(count_rows(world, "SELECT sessions FROM job"), 0);
	world->present = 0;
	assert_int_equal(world_session(world, JOB), 200);
	assert_true(world_relay(world, JOB));
	assert_string_equal(world_job(world, JOB), "done");
}

/* Says it is the right one, but its keys are another's. */
static void
an_element_that_only_claims_the_number_is_not_opened(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world->present = 1;
	memcpy(world->element[1].se.journal.home + SE_HEAD_IDENTITY,
	    world->element[0].se.journal.home + SE_HEAD_IDENTITY, SE_IDENTITY_LEN);
	assert_true(world_relay(world, JOB));
	assert_string_equal(world->notice, TSM_NOTICE_LATER);
	assert_string_equal(world_job(world, JOB), "waiting channel");
	assert_int_equal(count_rows(world, "SELECT sessions FROM job"), 1);
	assert_no_purse(world);
}

static void
a_full_card_fails_the_job(void **state)
{
	struct se *se = &world->element[0].se;

	(void)state;
	for (uint8_t i = 0; i < SE_PURSE_COUNT; i++) {
		uint8_t *entry = se->journal.home + SE_PURSE_OFF(i);

		entry[SE_PURSE_STATE] = 0x07;
		entry[SE_PURSE_AID_LEN] = 5;
		memcpy(entry + SE_PURSE_AID, "\xA1\x02\x03\x04\x05", 5);
		entry[SE_PURSE_AID + 4] = i;
	}
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "failed no_space");
	assert_no_purse(world);
}

/* I-26: the key module made this card's keys for another element before. */
static void
a_card_number_that_lives_elsewhere_is_not_made_again(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_int_equal(
	    world_ask(world, "platform-" CITY, "/tsm/job.get", "{\"job_id\":\"" JOB "\"}"), 200);
	assert_int_equal(world_start(world, JOB_B, SE_B, CARD_NO), 409);
	assert_non_null(strstr(world->body, "held"));
	assert_int_equal(count_rows(world, "SELECT count(*) FROM job"), 1);
}

static void
a_locked_purse_fails_the_job(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	world->element[0].se.journal.home[SE_PURSE_OFF(0) + SE_PURSE_STATE] = 0x87;
	assert_int_equal(world_start(world, JOB_B, SE_A, CARD_NO_B), 200);
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "failed locked");
	assert_registry_is_card(world, SE_A);
}

/* 13 is asked for and taken, though the card could do 33. */
static void
the_configured_level_is_used(void **state)
{
	(void)state;
	world->options.level = 0x13;
	world_restart(world);
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	assert_true(world_relay(world, JOB));
	assert_string_equal(world_job(world, JOB), "done");
	assert_card_is_open(world, CARD_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_blank_card_becomes_usable, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    the_purse_lives_in_the_citys_domain, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_second_job_finds_the_domain_and_leaves_the_first_purse, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    half_done_work_of_others_is_deleted_and_made_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    another_element_ends_the_session_and_not_the_job, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    an_element_that_only_claims_the_number_is_not_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_card_fails_the_job, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_card_number_that_lives_elsewhere_is_not_made_again, setup, teardown),
		cmocka_unit_test_setup_teardown(a_locked_purse_fails_the_job, setup, teardown),
		cmocka_unit_test_setup_teardown(the_configured_level_is_used, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
