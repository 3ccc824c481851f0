/*
 * The checker's own chains and gaps (I-16, I-17): a sound world holds, and each ride, number
 * or case that does not fit the card's log is found and named.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <string.h>

#include "sim/checker_chain.h"
#include "sim/journey.h"
#include "store/store_sqlite.h"

#define JOURNEYS 6

static struct world *world;
static uint64_t fired[FAULT_KIND_COUNT];

static int
setup(void **state)
{
	struct verdict verdict;

	(void)state;
	if (world_new(42, fired, &world) != YKT_OK || journey_begin(world) != YKT_OK)
		return 1;
	for (unsigned i = 0; i < JOURNEYS; i++) {
		if (!journey_run(world, i == 0 || i == 3, CHECKER_ALL, &verdict))
			return 1;
	}
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	world_free(&world);
	return 0;
}

static enum ykt_status
run_sql(struct ykt_tx *tx, void *arg)
{
	return ykt_tx_query(tx, arg, NULL, 0, NULL, NULL, NULL);
}

static void
sql(enum world_server server, const char *text)
{
	const struct ykt_store *store = store_sqlite_port(world->servers[server].database);

	assert_status_why(store->run(store->ctx, run_sql, (void *)(uintptr_t)text), YKT_OK, text);
}

static void
expect(const char *invariant, const char *why)
{
	struct verdict verdict = { .invariant = NULL };
	bool good = checker_chain(world, &verdict);

	if (invariant == NULL ? !good : good || strcmp(verdict.invariant, invariant) != 0)
		fail_msg("%s: named %s (%s), not %s", why,
		    verdict.invariant == NULL ? "nothing" : verdict.invariant, verdict.text,
		    invariant == NULL ? "nothing" : invariant);
}

/* A ride of the card on the bus, between others. */
#define THE_RIDE "card_no <> '' AND offline_seq = 2"
#define UNLISTED "DELETE FROM tap WHERE " THE_RIDE
#define LISTED                                                                                     \
	"INSERT INTO gap SELECT 'card', card_no, 2, 2, time_ms, 0 FROM tap WHERE offline_seq = 1"
#define LISTED_LONG_AGO                                                                            \
	"INSERT INTO gap SELECT 'card', card_no, 2, 2, 0, 0 FROM tap WHERE offline_seq = 1"
#define THE_CASE "INSERT INTO casebook SELECT 'gap', card_no, 1, 0 FROM tap WHERE offline_seq = 1"
#define DEARER                                                                                     \
	"UPDATE tap SET record = CAST(substr(record, 1, 46) || x'01' || substr(record, 48)"        \
	" AS BLOB) WHERE " THE_RIDE
#define CHAIN_CASE                                                                                 \
	"INSERT INTO casebook SELECT 'chain', card_no || ' ' || offline_seq, 1, 0 FROM tap"        \
	" WHERE offline_seq IN (2, 3)"
#define NO_RECORD "DELETE FROM tap WHERE terminal_seq = (SELECT MIN(terminal_seq) + 1 FROM tap)"
#define RECORD_LISTED                                                                              \
	"INSERT INTO gap SELECT 'terminal', hex(terminal), MIN(terminal_seq) + 1,"                 \
	" MIN(terminal_seq) + 1, 0, 0 FROM tap"
#define RECORDS_CASE "INSERT INTO casebook SELECT DISTINCT 'records', hex(terminal), 1, 0 FROM tap"
#define STOP         "INSERT INTO psam_stop SELECT DISTINCT terminal, 0, 0 FROM tap WHERE acquirer = '9902'"
#define PSAM_CASE                                                                                  \
	"INSERT INTO casebook SELECT 'psam', acquirer || ' ' || hex(terminal) || ' ' ||"           \
	" terminal_seq, 1, 1 FROM tap WHERE acquirer = '9902'"

static const struct cheat {
	const char *why;
	const char *invariant; /* NULL: it is as it should be */
	enum world_server server;
	const char *sql[3];
} cheats[] = {
	{ "nothing", NULL, PLATFORM_A, { NULL } },
	{ "a ride that is missing and not listed", "I-16", PLATFORM_A, { UNLISTED } },
	{ "a ride that is missing and listed", NULL, PLATFORM_A, { UNLISTED, LISTED } },
	{ "a ride that is listed and here", "I-16", PLATFORM_A, { LISTED } },
	{ "a ride missing for long is no case", "I-16", PLATFORM_A, { UNLISTED, LISTED_LONG_AGO } },
	{ "and is one", NULL, PLATFORM_A, { UNLISTED, LISTED_LONG_AGO, THE_CASE } },
	{ "a ride that found another balance", "I-16", PLATFORM_A, { DEARER } },
	{ "and is a case", NULL, PLATFORM_A, { DEARER, CHAIN_CASE } },
	{ "a case of a chain that holds", "I-16", PLATFORM_A, { CHAIN_CASE } },
	{ "a ride with a number that the card never had", "I-16", PLATFORM_A,
	    { "UPDATE tap SET offline_seq = 900 WHERE " THE_RIDE } },
	{ "a record that is missing and not listed", "I-17", PLATFORM_B, { NO_RECORD } },
	{ "a record that is listed and here", "I-17", PLATFORM_B,
	    { "INSERT INTO gap SELECT 'terminal', hex(terminal), terminal_seq, terminal_seq, 0, 0"
	      " FROM tap LIMIT 1" } },
	{ "a record that is missing for long is no case", "I-17", PLATFORM_B,
	    { NO_RECORD, RECORD_LISTED } },
	{ "and is one", NULL, PLATFORM_B, { NO_RECORD, RECORD_LISTED, RECORDS_CASE } },
	{ "or somebody explained it", NULL, PLATFORM_B,
	    { NO_RECORD, RECORD_LISTED, "UPDATE gap SET explained_ms = 1" } },
	{ "a case of a terminal that misses nothing", "I-17", PLATFORM_B, { RECORDS_CASE } },
	{ "records of a stopped PSAM", "I-17", PLATFORM_B, { STOP } },
	{ "and each is a case", NULL, PLATFORM_B, { STOP, PSAM_CASE } },
	{ "a case of a PSAM that was not stopped", "I-17", PLATFORM_B, { PSAM_CASE } },
};

static void
every_cheat_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(cheats); i++) {
		const struct cheat *cheat = &cheats[i];

		if (i > 0) {
			world_free(&world);
			assert_int_equal(setup(NULL), 0);
		}
		for (size_t k = 0; k < YKT_ARRAY_LEN(cheat->sql) && cheat->sql[k] != NULL; k++)
			sql(cheat->server, cheat->sql[k]);
		expect(cheat->invariant, cheat->why);
	}
}

/* What came onto the card between two rides is the card's word, not the books'. */
static void
a_load_that_the_card_does_not_know_is_named(void **state)
{
	struct trail *trail = &world->past.trail;

	(void)state;
	assert_true(trail->count > 4);
	trail->rides[3].gained_fen += 1;
	expect("I-16", "a fen more between two rides");
	trail->rides[3].gained_fen -= 1;
	expect(NULL, "as it was");
	trail->full = true;
	expect("I-16", "rides that nobody kept");
}

static void
the_trail_keeps_what_it_can(void **state)
{
	static struct trail trail;

	(void)state;
	for (unsigned i = 0; i < TRAIL_RIDES_MAX; i++) {
		trail_gain(&trail, 7);
		trail_ride(&trail, "03105990100000000012", (uint16_t)i);
	}
	assert_false(trail.full);
	assert_int_equal(trail_find(&trail, "03105990100000000012", 9)->gained_fen, 7);
	assert_null(trail_find(&trail, "03105990100000000013", 9));
	trail_gain(&trail, 7);
	trail_begin(&trail);
	assert_int_equal(trail.gained_fen, 0);
	trail_ride(&trail, "03105990100000000012", 1);
	assert_true(trail.full);
	assert_int_equal(trail.count, TRAIL_RIDES_MAX);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(every_cheat_is_named),
		T(a_load_that_the_card_does_not_know_is_named),
		cmocka_unit_test(the_trail_keeps_what_it_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
