/*
 * The checker has teeth: each way to cheat a world is found and named.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "sim/journey.h"
#include "store/store_sqlite.h"

static struct world *world;
static uint64_t fired[FAULT_KIND_COUNT];

static int
setup(void **state)
{
	struct verdict verdict;

	(void)state;
	if (world_new(42, fired, &world) != YKT_OK || journey_begin(world) != YKT_OK)
		return 1;
	return journey_run(world, true, CHECKER_ALL, &verdict) ? 0 : 1;
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
expect_broken(const char *invariant, const char *why)
{
	struct verdict verdict;

	assert_true_why(!checker_look(world, CHECKER_ALL, &verdict), why);
	if (strcmp(verdict.invariant, invariant) != 0)
		fail_msg(
		    "%s: named %s (%s), not %s", why, verdict.invariant, verdict.text, invariant);
}

static void
a_sound_world_passes(void **state)
{
	struct verdict verdict;

	(void)state;
	assert_true(checker_look(world, CHECKER_ALL, &verdict));
	assert_null(verdict.invariant);
}

#define NO_GUARD "DROP TRIGGER entry_fixed"

struct cheat {
	const char *why;
	enum world_server server;
	const char *first; /* or NULL */
	const char *sql;
	const char *invariant;
};

static const struct cheat cheats[] = {
	{ "an entry changed", PLATFORM_A, NO_GUARD,
	    "UPDATE entry SET fen = fen + 1 WHERE account = 'FEE'", "I-6" },
	{ "an entry lost", PLATFORM_A, "DROP TRIGGER entry_kept",
	    "DELETE FROM entry WHERE account = 'FEE'", "I-6" },
	{ "the card's shadow moved by a journal that sums to zero", PLATFORM_A, NULL,
	    "INSERT INTO entry SELECT 'x', 1, 1, account, 5 FROM entry WHERE account LIKE 'SH:%'"
	    " LIMIT 1",
	    "I-7" },
	{ "a stored balance raised", PLATFORM_A, NULL,
	    "UPDATE bal SET fen = fen + 100 WHERE account LIKE 'SH:%'", "I-7" },
	{ "money in flight for ever", PLATFORM_A, NULL,
	    "INSERT INTO entry VALUES ('x', 1, 1, 'IF:x', 5), ('x', 1, 2, 'FEE', -5)", "I-6" },
	{ "the pay channel kept a payment", PAYD, NULL,
	    "INSERT INTO pay SELECT 'p', merchant, 'o', 700, currency, payee, 'paid', 0, token, 0, "
	    "account"
	    " FROM pay LIMIT 1",
	    "I-7" },
	{ "an order loaded twice in the books", PLATFORM_A, NULL,
	    "UPDATE ord SET loaded_fen = loaded_fen - 1 WHERE kind = 'topup'", "I-8" },
	{ "a finished order reopened", PLATFORM_A, NULL,
	    "UPDATE ord SET state = 'loading' WHERE kind = 'topup'", "I-8" },
	{ "a load refunded all the same", PLATFORM_A, NULL,
	    "UPDATE ord SET state = 'refunded', refunded_fen = paid_fen, loaded_fen = 0"
	    " WHERE kind = 'topup'",
	    "I-8" },
	{ "a permit left live", KEYD_A, NULL,
	    "UPDATE permit SET state = 'live' WHERE rowid IN"
	    " (SELECT rowid FROM permit LIMIT 1)",
	    "I-9" },
	{ "two messages under one session key", KEYD_A, NULL,
	    "INSERT INTO permit SELECT order_id, attempt + 50, card_no, counter, balance, amount + "
	    "1,"
	    " x'000000000000', datetime, random, 'dead', 0, type FROM permit LIMIT 1",
	    "I-5" },
	{ "a refund over the capture", PAYD, NULL, "UPDATE pay SET refunded = 1", "I-7" },
	{ "a ride forgotten", PLATFORM_A, NULL,
	    "DELETE FROM tap WHERE tap_id = (SELECT MAX(tap_id) FROM tap WHERE amount_fen > 0)",
	    "I-13" },
	{ "a ride invented", PLATFORM_A, NULL,
	    "INSERT INTO tap SELECT 999, acquirer, issuer, terminal, terminal_seq + 1000, card_no, "
	    "60000,"
	    " 0, time_ms, state, valid, send, record FROM tap WHERE valid = 1 LIMIT 1",
	    "I-13" },
	{ "a ride taken twice from the gate", PLATFORM_B, "DROP INDEX tap_counter",
	    "UPDATE tap SET state = 'disputed'", "I-15" },
	{ "a tap never settled", PLATFORM_B, NULL, "UPDATE tap SET send = 1", "I-13" },
	{ "a batch that does not add up", PLATFORM_A, NULL, "UPDATE batch SET posted = posted + 1",
	    "I-15" },
	{ "an open case", PLATFORM_A, NULL, "INSERT INTO casebook VALUES ('x', 'y', 1, 0)", "I-8" },
	{ "the cities disagree", PLATFORM_B, NULL,
	    "INSERT INTO entry VALUES ('x', 1, 1, 'CLR:9901', 5), ('x', 1, 2, 'FEE', -5)", "I-15" },
};

static void
every_cheat_in_the_books_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(cheats); i++) {
		if (i > 0) {
			world_free(&world);
			assert_int_equal(setup(NULL), 0);
		}
		if (cheats[i].first != NULL)
			sql(cheats[i].server, cheats[i].first);
		sql(cheats[i].server, cheats[i].sql);
		expect_broken(cheats[i].invariant, cheats[i].why);
	}
}

/* The card's true state against its own past. */
static void
a_card_that_moved_by_itself_is_named(void **state)
{
	(void)state;
	world->past.card.balance -= 1;
	expect_broken("I-1", "balance");
	world->past.card.balance += 1;
	world->past.card.online += 1;
	expect_broken("I-4", "a counter that went back");
	world->past.card.online -= 1;
	world->past.card.offline -= 1;
	expect_broken("I-1", "a debit nobody made");
}

static void
a_card_that_does_not_start_is_named(void **state)
{
	(void)state;
	world->phone.element.image[SE_HOME_IN + SE_PAGE_LEN * 20] ^= 1;
	expect_broken("I-3", "a flipped bit");
}

static void
a_gate_that_opened_for_nothing_is_named(void **state)
{
	(void)state;
	world->deeds.opened[GATE_BUS] += 100;
	expect_broken("I-13", "openings");
}

static void
a_debit_that_nobody_counted_is_named(void **state)
{
	(void)state;
	world->past.debits -= 1;
	expect_broken("I-4", "debits");
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_sound_world_passes),
		T(every_cheat_in_the_books_is_named),
		T(a_card_that_moved_by_itself_is_named),
		T(a_card_that_does_not_start_is_named),
		T(a_gate_that_opened_for_nothing_is_named),
		T(a_debit_that_nobody_counted_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
