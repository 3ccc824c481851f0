/*
 * Delegated management: a city's domain installs with the issuer's tokens alone,
 * what it did shows in receipts, and without the right token nothing moves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "delegated.h"

#include <stdio.h>
#include <string.h>

#include "card/gp.h"
#include "se/internal.h"

static void
a_domain_installs_with_tokens(void **state)
{
	struct world *world = world_delegated(true);

	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");
	assert_card_is_open(world, CARD_NO);
	assert_registry_is_card(world, SE_A);
	/* It may do nothing by itself; both of its changes were counted. */
	assert_int_equal(home(world, SE_SD_OFF(1) + SE_SD_PRIVILEGES)[0], GP_PRIV_DELEGATED);
	assert_int_equal(home(world, SE_SD_OFF(1) + SE_SD_PRIVILEGES)[1], 0);
	assert_int_equal(ykt_get_u16(home(world, SE_CONFIRMATIONS)), 2);
	world_free(&world);
}

/* A domain with authorised management goes on without them, and the other way. */
static void
a_domain_stays_what_it_was_made(void **state)
{
	(void)state;
	for (int first = 0; first < 2; first++) {
		struct world *world = world_delegated(first != 0);

		assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
		world_open(world, JOB);
		assert_string_equal(world_job(world, JOB), "done");
		/* The instance goes, something else keeps the domain. */
		memset(world->element[0].se.journal.home + SE_PURSE_OFF(0), 0, SE_PURSE_SIZE);
		world->options.delegated = first == 0;
		world_restart(world);
		world->card_no = CARD_NO_B;
		assert_int_equal(world_start(world, JOB_B, SE_A, CARD_NO_B), 200);
		world_open(world, JOB_B);
		assert_string_equal(world_job(world, JOB_B), "done");
		assert_card_is_open(world, CARD_NO_B);
		assert_int_equal(ykt_get_u16(home(world, SE_CONFIRMATIONS)), first != 0 ? 4 : 0);
		world_free(&world);
	}
}

static void
without_the_right_token_nothing_moves(void **state)
{
	static const struct {
		enum way way;
		const char *end;
	} rows[] = {
		{ SPOILS, "failed card_6982" },
		{ DROPS, "failed card_6985" },
		{ REFUSES, "failed keys" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct world *world = world_with_way();

		world_way(rows[i].way);
		assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
		world_open(world, JOB);
		if (strcmp(world_job(world, JOB), rows[i].end) != 0)
			fail_msg("%s, not %s", world_job(world, JOB), rows[i].end);
		assert_no_purse(world);
		for (uint32_t k = 0; k < SE_PURSE_SIZE; k++)
			assert_int_equal(home(world, SE_PURSE_OFF(0) + k)[0], 0);
		assert_int_equal(ykt_get_u16(home(world, SE_CONFIRMATIONS)), 0);
		world_free(&world);
	}
}

/* What has no receipt is not believed: nothing becomes selectable. */
static void
without_a_receipt_nothing_is_believed(void **state)
{
	struct world *world = world_with_way();

	(void)state;
	world_way(DENIES_RECEIPT);
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "failed receipt");
	assert_no_purse(world);
	world_free(&world);
}

/* The key module gives the issuer's word for nothing but the scheme's own. */
static void
the_key_module_signs_what_it_may(void **state)
{
	static const struct {
		const char *why;
		const char *command;
		bool good;
	} rows[] = {
		{ "install",
		    "80E604001F07A000000632010108A0000006320101050BA0000006320101059901000100"
		    "02C90000",
		    false },
		{ "install of the scheme's",
		    "80E604002307A000000632010108A0000006320101050BA000000632010105990100010002C900"
		    "0"
		    "0",
		    true },
		{ "with a privilege",
		    "80E604002307A000000632010108A0000006320101050BA000000632010105990100018002C900"
		    "0"
		    "0",
		    false },
		{ "of another's",
		    "80E604002307A000000632010108A0000006320101050BB000000632010105990100010002C900"
		    "0"
		    "0",
		    false },
		{ "deletion", "80E400000D4F0BA000000632010105990100", true },
		{ "deletion of the issuer's domain", "80E400000A4F08A000000151000000", false },
		{ "extradition out of the scheme",
		    "80E61000190AA00000015153504100000BA00000063201010599010000000000", false },
		{ "SET STATUS", "80F0408708A000000632010105", false },
		{ "half a command", "80E604", false },
		{ "nothing", "", false },
	};
	struct world *world = world_delegated(true);

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		static uint8_t answer[4096];
		char body[700];
		struct ykt_http_response rsp = { .body = YKT_BUF(answer) };
		struct ykt_http_request req = {
			.method = YKT_HTTP_POST, .path = "/key/token.make", .peer = "tsm-" CITY
		};

		(void)snprintf(body, sizeof(body), "{\"se_id\":\"" SE_A "\",\"command\":\"%s\"}",
		    rows[i].command);
		req.body = ykt_bytes_str(body);
		keys_handle(world->keys_worker, &req, &rsp);
		if ((rsp.code == 200) != rows[i].good)
			fail_msg("%s: %d", rows[i].why, rsp.code);
		/* Nobody but a TSM is given any. */
		req.peer = "platform-" CITY;
		rsp.body.len = 0;
		keys_handle(world->keys_worker, &req, &rsp);
		assert_int_equal(rsp.code, 403);
	}
	world_free(&world);
}

/* False when the trouble never came. */
static bool
open_under(enum trouble trouble, unsigned at)
{
	struct world *world = world_delegated(true);
	bool fired;

	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_trouble(world, trouble, at);
	world_open(world, JOB);
	fired = world->fired;
	if (strcmp(world_job(world, JOB), "done") != 0)
		fail_msg("trouble %d at %u: %s", (int)trouble, at, world_job(world, JOB));
	world->present = 0;
	assert_card_is_open(world, CARD_NO);
	assert_registry_is_card(world, SE_A);
	world_free(&world);

	return fired;
}

static void
everything_on_the_way_may_be_lost_once(void **state)
{
	static const enum trouble troubles[] = { TROUBLE_APDU_BEFORE, TROUBLE_APDU_AFTER,
		TROUBLE_CARD_RESET, TROUBLE_ANSWER_LOST, TROUBLE_CLIENT_KILLED, TROUBLE_RESTART,
		TROUBLE_KEYD, TROUBLE_KEYD_LOST };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(troubles); i++) {
		unsigned at = 1;

		while (open_under(troubles[i], at))
			at++;
		assert_in_range(at - 1, 5, 100);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_domain_installs_with_tokens),
		cmocka_unit_test(a_domain_stays_what_it_was_made),
		cmocka_unit_test(without_the_right_token_nothing_moves),
		cmocka_unit_test(without_a_receipt_nothing_is_believed),
		cmocka_unit_test(the_key_module_signs_what_it_may),
		cmocka_unit_test(everything_on_the_way_may_be_lost_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
