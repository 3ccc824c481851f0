/*
 * A newer version of an application, through the catalogue and the element: who
 * gets which, what is refused by name, and that everything on the way may be lost
 * once while balance and records stay.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "se/internal.h"
#include "tsm/catalogue.h"

#define JOB_C "0000000000000000000000000000000c"
#define JOB_D "0000000000000000000000000000000d"
#define AID   "{\"aid\":\"" AID_HEX "\""

/* Look 4, list 2, version 2, door 3, channel, INSTALL, STORE DATA, reading 2. */
#define APDUS_OF_AN_UPDATE  16
#define ORDERS_OF_AN_UPDATE 7

#define MONEY_AT (SE_PURSE_OFF(0) + SE_PURSE_MONEY)

static int
operate(struct world *world, const char *path, const char *body)
{
	return world_ask(world, "operator", path, body);
}

static void
publish(struct world *world, unsigned version, const char *more)
{
	char body[512];

	(void)snprintf(body, sizeof(body), AID ",\"version\":%u%s}", version, more);
	assert_int_equal(operate(world, TSM_PATH_VERSION_ADD, body), 200);
	(void)snprintf(body, sizeof(body), AID ",\"version\":%u,\"state\":\"test\"}", version);
	assert_int_equal(operate(world, TSM_PATH_VERSION_MOVE, body), 200);
	(void)snprintf(body, sizeof(body), AID ",\"version\":%u,\"state\":\"published\"}", version);
	assert_int_equal(operate(world, TSM_PATH_VERSION_MOVE, body), 200);
}

#define NEW_END  ",\"end\":\"20401231\""
#define NEW_17   "0000015699019901000102"
#define MORE     NEW_END ",\"file17\":\"" NEW_17 ZEROS_49 "\""
#define FILE15_1 "99011000FFFFFFFF0201" CARD_NO "202601012040123100019000"

static struct world *
world_with_card(void)
{
	struct world *world = world_new();

	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");
	world->card_no = NULL; /* its file 15 changes */

	return world;
}

static void
assert_version_1(struct world *world)
{
	assert_string_equal(
	    card_hex(world, YKT_SE_CONTACTLESS, "00A404000B" AID_HEX "00") +
		strlen(card_hex(world, YKT_SE_CONTACTLESS, "00A404000B" AID_HEX "00")) - 4,
	    "9000");
	assert_string_equal(card_hex(world, YKT_SE_CONTACTLESS, "00B095001E"), FILE15_1);
	assert_string_equal(
	    card_hex(world, YKT_SE_CONTACTLESS, "00B097003C"), NEW_17 ZEROS_49 "9000");
}

static void
a_card_gets_what_was_published(void **state)
{
	struct world *world = world_with_card();
	uint8_t *home = world->element[0].se.journal.home;
	uint8_t before[SE_PURSE_SIZE], after[SE_PURSE_SIZE];

	(void)state;
	publish(world, 1, MORE);
	/* Money that must not move. */
	home[MONEY_AT + 2] = 0x55;
	memcpy(before, home + SE_PURSE_OFF(0), sizeof(before));
	assert_int_equal(
	    world_start_kind(world, JOB_B, "update", SE_A, CARD_NO, ",\"version\":1"), 200);
	world->apdus = 0;
	world->orders = 0;
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "done");
	assert_int_equal(world->apdus, APDUS_OF_AN_UPDATE);
	assert_int_equal(world->orders, ORDERS_OF_AN_UPDATE);
	assert_version_1(world);
	memcpy(after, home + SE_PURSE_OFF(0), sizeof(after));
	memcpy(after + SE_PURSE_FILE15, before + SE_PURSE_FILE15, FILE15_LEN);
	memcpy(after + SE_PURSE_FILE17, before + SE_PURSE_FILE17, FILE17_LEN);
	assert_memory_equal(after, before, sizeof(before));
	assert_registry_is_card(world, SE_A);
	assert_int_equal(count_rows(world, "SELECT version FROM app WHERE card_no IS NOT NULL"), 1);
	/* Once more there is nothing to do. */
	world->apdus = 0;
	assert_int_equal(
	    world_start_kind(world, JOB_C, "update", SE_A, CARD_NO, ",\"version\":1"), 200);
	world_open(world, JOB_C);
	assert_string_equal(world_job(world, JOB_C), "done");
	assert_int_equal(world->apdus, APDUS_OF_AN_UPDATE - 8);
	world_free(&world);
}

/* A card that is opened now has it from the start. */
static void
a_new_card_gets_it_at_once(void **state)
{
	struct world *world = world_new();

	(void)state;
	world->card_no = NULL;
	publish(world, 1, MORE);
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	/* What is published later is not this job's. */
	publish(world, 2, NEW_END);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");
	assert_version_1(world);
	assert_int_equal(count_rows(world, "SELECT version FROM app WHERE card_no IS NOT NULL"), 1);
	world_free(&world);
}

static const char *
start_refused(struct world *world, const char *job_id, const char *kind, const char *more)
{
	assert_int_equal(world_start_kind(world, job_id, kind, SE_A, CARD_NO, more), 410);

	return world_job(world, job_id);
}

/* By the TSM's own registry, by the card, and by the element itself. */
static uint32_t
limit_of(const struct world *world)
{
	return ykt_get_u24(se_home(&world->element[0].se, SE_PURSE_OFF(0) + SE_PURSE_CAP));
}

/* A higher one at once; a lower one not below what is on the card; a new card has it. */
static void
the_most_that_a_card_may_hold_is_updated(void **state)
{
	struct world *world = world_with_card();
	uint8_t *home = world->element[0].se.journal.home;

	(void)state;
	assert_int_equal(limit_of(world), 100000);
	home[MONEY_AT + 2] = 0x55;
	publish(world, 1, ",\"limit_fen\":150000");
	assert_int_equal(
	    world_start_kind(world, JOB_B, "update", SE_A, CARD_NO, ",\"version\":1"), 200);
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "done");
	assert_int_equal(limit_of(world), 150000);
	publish(world, 2, ",\"limit_fen\":84");
	assert_int_equal(
	    world_start_kind(world, JOB_C, "update", SE_A, CARD_NO, ",\"version\":2"), 200);
	assert_true(world_relay(world, JOB_C));
	assert_string_equal(world_job(world, JOB_C), "waiting card_6985");
	assert_int_equal(limit_of(world), 150000);
	/* One fen is spent, and the same job goes on. */
	home[MONEY_AT + 2] = 0x54;
	assert_int_equal(world_session(world, JOB_C), 200);
	world_open(world, JOB_C);
	assert_string_equal(world_job(world, JOB_C), "done");
	assert_int_equal(limit_of(world), 84);
	assert_int_equal(home[MONEY_AT + 2], 0x54);
	world_free(&world);
}

static void
a_new_card_has_its_versions_limit(void **state)
{
	struct world *world = world_new();

	(void)state;
	world->card_no = NULL;
	publish(world, 1, ",\"limit_fen\":150000");
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");
	assert_int_equal(limit_of(world), 150000);
	world_free(&world);
}

static void
nothing_goes_back(void **state)
{
	struct world *world = world_with_card();
	uint8_t *purse = world->element[0].se.journal.home + SE_PURSE_OFF(0);
	uint8_t before[SE_PURSE_SIZE];

	(void)state;
	publish(world, 1, MORE);
	publish(world, 2, MORE);
	assert_int_equal(
	    world_start_kind(world, JOB_B, "update", SE_A, CARD_NO, ",\"version\":2"), 200);
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "done");
	memcpy(before, purse, sizeof(before));
	world->apdus = 0;
	assert_string_equal(
	    start_refused(world, JOB_C, "update", ",\"version\":1"), "failed downgrade");
	assert_int_equal(world->apdus, 0);
	/* A registry that forgot asks the card. */
	(void)count_rows(world, "UPDATE app SET version = 0 RETURNING 1");
	assert_int_equal(
	    world_start_kind(world, JOB_D, "update", SE_A, CARD_NO, ",\"version\":1"), 200);
	world_open(world, JOB_D);
	assert_string_equal(world_job(world, JOB_D), "failed downgrade");
	assert_memory_equal(purse, before, sizeof(before));
	world_free(&world);
}

/* A client that shows the TSM an old file 15: the element knows better. */
static void
a_lie_about_the_version_ends_at_the_element(void **state)
{
	struct world *world = world_with_card();
	uint8_t *purse = world->element[0].se.journal.home + SE_PURSE_OFF(0);
	uint8_t before[SE_PURSE_SIZE];

	(void)state;
	publish(world, 1, MORE);
	assert_int_equal(
	    world_start_kind(world, JOB_B, "update", SE_A, CARD_NO, ",\"version\":1"), 200);
	assert_int_equal(world_report(world, POLL), 200);
	for (unsigned i = 0; i < 4; i++) /* look, list, version, door */
		assert_int_equal(world_report(world, world_run_order(world)), 200);
	ykt_set_u16(purse + SE_PURSE_FILE15 + 28, 7);
	memcpy(before, purse, sizeof(before));
	assert_int_equal(world_report(world, world_run_order(world)), 200);
	assert_string_equal(world_job(world, JOB_B), "failed downgrade");
	assert_memory_equal(purse, before, sizeof(before));
	world_free(&world);
}

static void
states_say_who_gets_what(void **state)
{
	static const struct {
		const char *app;     /* moves to it, from online; NULL: none */
		const char *version; /* of version 2 */
		const char *kind;
		const char *more;
		const char *end; /* NULL: it starts */
	} rows[] = {
		{ NULL, "pending", "update", ",\"version\":2", "failed version_state" },
		{ NULL, "test", "update", ",\"version\":2", "failed version_state" },
		{ NULL, "test", "update", ",\"version\":2,\"test\":true", NULL },
		{ NULL, "published", "update", ",\"version\":2,\"test\":false", NULL },
		{ NULL, "rejected", "update", ",\"version\":2,\"test\":true",
		    "failed version_state" },
		{ NULL, "paused", "update", ",\"version\":2", "failed version_state" },
		{ NULL, "published", "update", ",\"version\":3", "failed version_state" },
		{ "paused", "published", "update", ",\"version\":2", "failed app_state" },
		{ "download_paused", "published", "update", ",\"version\":2", NULL },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct world *world = world_with_card();
		const char *version = rows[i].version;
		char body[256];

		publish(world, 1, MORE);
		assert_int_equal(
		    operate(world, TSM_PATH_VERSION_ADD, AID ",\"version\":2" NEW_END "}"), 200);
		if (strcmp(version, "pending") != 0)
			assert_int_equal(operate(world, TSM_PATH_VERSION_MOVE,
					     AID ",\"version\":2,\"state\":\"test\"}"),
			    200);
		if (strcmp(version, "paused") == 0)
			assert_int_equal(operate(world, TSM_PATH_VERSION_MOVE,
					     AID ",\"version\":2,\"state\":\"published\"}"),
			    200);
		if (strcmp(version, "pending") != 0 && strcmp(version, "test") != 0) {
			(void)snprintf(
			    body, sizeof(body), AID ",\"version\":2,\"state\":\"%s\"}", version);
			assert_int_equal(operate(world, TSM_PATH_VERSION_MOVE, body), 200);
		}
		if (rows[i].app != NULL) {
			(void)snprintf(body, sizeof(body), AID ",\"state\":\"%s\"}", rows[i].app);
			assert_int_equal(operate(world, TSM_PATH_APP_MOVE, body), 200);
		}
		world->apdus = 0;
		if (rows[i].end != NULL)
			assert_string_equal(
			    start_refused(world, JOB_B, rows[i].kind, rows[i].more), rows[i].end);
		else
			assert_int_equal(world_start_kind(world, JOB_B, rows[i].kind, SE_A, CARD_NO,
					     rows[i].more),
			    200);
		assert_int_equal(world->apdus, 0);
		assert_card_is_open(world, CARD_NO);
		world_free(&world);
	}
}

static void
what_is_not_an_update_is_refused(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	publish(world, 1, MORE);
	assert_int_equal(world_start_kind(world, JOB_B, "update", SE_A, CARD_NO, ""), 400);
	assert_int_equal(
	    world_start_kind(world, JOB_B, "update", SE_A, CARD_NO, ",\"version\":0"), 400);
	assert_int_equal(
	    world_start_kind(world, JOB_B, "update", SE_A, CARD_NO, ",\"version\":65536"), 400);
	assert_int_equal(
	    world_start_kind(world, JOB_B, "lock", SE_A, CARD_NO, ",\"version\":1"), 400);
	/* Another card there, and nothing there. */
	assert_int_equal(
	    world_start_kind(world, JOB_B, "update", SE_A, CARD_NO_B, ",\"version\":1"), 200);
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "failed occupied");
	assert_card_is_open(world, CARD_NO);
	assert_int_equal(world_start_kind(world, JOB_C, "lock", SE_A, CARD_NO, ""), 200);
	world_open(world, JOB_C);
	assert_int_equal(
	    world_start_kind(world, JOB_D, "update", SE_A, CARD_NO, ",\"version\":1"), 200);
	world_open(world, JOB_D);
	assert_string_equal(world_job(world, JOB_D), "failed locked");
	world_free(&world);
}

/* A gate has the purse between two commands: it is asked again, and then done. */
static void
a_purse_in_a_transaction_is_left_until_it_is_over(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	publish(world, 1, MORE);
	assert_int_equal(
	    world_start_kind(world, JOB_B, "update", SE_A, CARD_NO, ",\"version\":1"), 200);
	assert_int_equal(world_report(world, POLL), 200);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(world_report(world, world_run_order(world)), 200);
	(void)card_hex(world, YKT_SE_CONTACTLESS, "00A404000B" AID_HEX "00");
	world->element[0].se.purse.state = SE_PURSE_DEBIT;
	world->element[0].se.purse.owner = YKT_SE_CONTACTLESS;
	world->element[0].se.purse.purse = 0;
	assert_int_equal(world_report(world, world_run_order(world)), 200);
	assert_card_is_open(world, CARD_NO);
	memset(&world->element[0].se.purse, 0, sizeof(world->element[0].se.purse));
	world_open(world, JOB_B);
	assert_string_equal(world_job(world, JOB_B), "done");
	assert_version_1(world);
	world_free(&world);
}

static void
a_lock_or_a_deletion_ends_an_update(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	publish(world, 1, MORE);
	assert_int_equal(
	    world_start_kind(world, JOB_B, "update", SE_A, CARD_NO, ",\"version\":1"), 200);
	assert_int_equal(world_start_kind(world, JOB_C, "lock", SE_A, CARD_NO, ""), 200);
	assert_string_equal(world_job(world, JOB_B), "failed superseded");
	/* An update ends no lock. */
	assert_int_equal(
	    world_start_kind(world, JOB_D, "update", SE_A, CARD_NO, ",\"version\":1"), 409);
	world_open(world, JOB_C);
	assert_string_equal(world_job(world, JOB_C), "done");
	world_free(&world);
}

static void
an_application_is_asked_about(void **state)
{
	struct world *world = world_with_card();

	(void)state;
	assert_int_equal(world_ask(world, "platform-" CITY, "/tsm/app.get",
			     AID ",\"se_id\":\"" SE_A "\",\"test\":false}"),
	    200);
	assert_string_equal(world->body,
	    "{\"state\":\"online\",\"open\":true,\"update\":true,\"newest\":0,\"has\":0}");
	publish(world, 3, MORE);
	assert_int_equal(
	    operate(world, TSM_PATH_APP_MOVE, AID ",\"state\":\"download_paused\"}"), 200);
	assert_int_equal(world_ask(world, "platform-" CITY, "/tsm/app.get",
			     AID ",\"se_id\":\"" SE_A "\",\"test\":false}"),
	    200);
	assert_string_equal(world->body,
	    "{\"state\":\"download_paused\",\"open\":false,\"update\":true,\"newest\":3,\"has\":"
	    "0}");
	assert_int_equal(world_ask(world, "operator", "/tsm/app.get", "{}"), 403);
	world_free(&world);
}

/* False when the trouble never came. */
static bool
update_under(enum trouble trouble, enum store_fault_kind store_kind, unsigned at)
{
	struct world *world = world_with_card();
	uint8_t money[SE_MONEY_SIZE];
	bool fired;

	publish(world, 1, MORE);
	world->element[0].se.journal.home[MONEY_AT + 2] = 0x55;
	memcpy(money, world->element[0].se.journal.home + MONEY_AT, sizeof(money));
	assert_int_equal(
	    world_start_kind(world, JOB_C, "update", SE_A, CARD_NO, ",\"version\":1"), 200);
	world->store_kind = store_kind;
	world_trouble(world, trouble, at);
	world_open(world, JOB_C);
	fired = world->fired;
	if (strcmp(world_job(world, JOB_C), "done") != 0)
		fail_msg("trouble %d at %u: %s", (int)trouble, at, world_job(world, JOB_C));
	world->present = 0;
	assert_version_1(world);
	assert_memory_equal(world->element[0].se.journal.home + MONEY_AT, money, sizeof(money));
	assert_registry_is_card(world, SE_A);
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
		{ TROUBLE_APDU_BEFORE, APDUS_OF_AN_UPDATE },
		{ TROUBLE_APDU_AFTER, APDUS_OF_AN_UPDATE },
		{ TROUBLE_CARD_SWAP, APDUS_OF_AN_UPDATE },
		{ TROUBLE_CARD_RESET, APDUS_OF_AN_UPDATE },
		{ TROUBLE_ANSWER_LOST, ORDERS_OF_AN_UPDATE },
		{ TROUBLE_CLIENT_POLLS, ORDERS_OF_AN_UPDATE - 1 },
		{ TROUBLE_CLIENT_KILLED, ORDERS_OF_AN_UPDATE - 1 },
		{ TROUBLE_RESTART, ORDERS_OF_AN_UPDATE - 1 },
		{ TROUBLE_KEYD, 2 },
		{ TROUBLE_KEYD_LOST, 2 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		sweep_trouble(update_under, rows[i].trouble, rows[i].least);
}

static void
the_database_may_fail_at_any_transaction(void **state)
{
	(void)state;
	sweep_store(update_under, 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_gets_what_was_published),
		cmocka_unit_test(a_new_card_gets_it_at_once),
		cmocka_unit_test(nothing_goes_back),
		cmocka_unit_test(the_most_that_a_card_may_hold_is_updated),
		cmocka_unit_test(a_new_card_has_its_versions_limit),
		cmocka_unit_test(a_lie_about_the_version_ends_at_the_element),
		cmocka_unit_test(states_say_who_gets_what),
		cmocka_unit_test(what_is_not_an_update_is_refused),
		cmocka_unit_test(a_purse_in_a_transaction_is_left_until_it_is_over),
		cmocka_unit_test(a_lock_or_a_deletion_ends_an_update),
		cmocka_unit_test(an_application_is_asked_about),
		cmocka_unit_test(everything_on_the_way_may_be_lost_once),
		cmocka_unit_test(the_database_may_fail_at_any_transaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
