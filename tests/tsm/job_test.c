/*
 * Jobs as a platform sees them, and their ends when no client comes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <ykt/mem.h>

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

#define START   "/tsm/job.start"
#define GET     "/tsm/job.get"
#define SESSION "/tsm/job.session"
#define ASK     "{\"job_id\":\"" JOB "\"}"

/* A job.start; rows replace one field of it. */
static const char *
request(const char *field, const char *value)
{
	static const char *const fields[][2] = {
		{ "job_id", "\"" JOB "\"" },
		{ "kind", "\"open\"" },
		{ "se_id", "\"" SE_A "\"" },
		{ "aid", "\"" AID_HEX "\"" },
		{ "city", "\"" CITY "\"" },
		{ "issuer", "\"99011000FFFFFFFF\"" },
		{ "card_no", "\"" CARD_NO "\"" },
		{ "start", "\"20260101\"" },
		{ "end", "\"20361231\"" },
		{ "file17", "\"" FILE17 "\"" },
		{ "limit_fen", "100000" },
		{ "alg", "0" },
	};
	static char text[1024];
	size_t len = 0;

	for (size_t i = 0; i < YKT_ARRAY_LEN(fields); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%c\"%s\":%s",
		    i == 0 ? '{' : ',', fields[i][0],
		    strcmp(fields[i][0], field) == 0 ? value : fields[i][1]);
	(void)snprintf(text + len, sizeof(text) - len, "}");

	return text;
}

static int
start_with(const char *field, const char *value)
{
	return world_ask(world, "platform-" CITY, START, request(field, value));
}

static void
a_job_is_refused_for_what_it_asks(void **state)
{
	static const struct {
		const char *why;
		const char *field;
		const char *value;
		int code;
	} rows[] = {
		{ "no id", "job_id", "\"\"", 400 },
		{ "upper-case id", "job_id", "\"0000000000000000000000000000000A\"", 400 },
		{ "another kind", "kind", "\"destroy\"", 400 },
		{ "a deletion that does not say of how much", "kind", "\"delete\"", 400 },
		{ "no element", "se_id", "\"\"", 400 },
		{ "a short name", "aid", "\"A0000006\"", 400 },
		{ "the domain's own name", "aid", "\"" SSD_HEX "\"", 400 },
		{ "no number", "card_no", "\"3105170000000000001\"", 400 },
		{ "a date with a letter", "start", "\"2026010A\"", 400 },
		{ "an end with a letter", "end", "\"20F61231\"", 400 },
		{ "no limit", "limit_fen", "0", 400 },
		{ "more than a purse holds", "limit_fen", "16777216", 400 },
		{ "an algorithm of no card", "alg", "2", 400 },
		{ "another city", "city", "\"9902\"", 403 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		int code = start_with(rows[i].field, rows[i].value);

		if (code != rows[i].code)
			fail_msg("%s: %d", rows[i].why, code);
	}
	assert_int_equal(count_rows(world, "SELECT count(*) FROM job"), 0);
	assert_int_equal(start_with("", ""), 200);
}

static void
only_platforms_may_ask(void **state)
{
	static const char *const paths[] = { START, GET, SESSION };
	static const char *const peers[] = { "", "tsm-9901", "keyd-9901", "gate-310000000001" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(paths); i++)
		for (size_t k = 0; k < YKT_ARRAY_LEN(peers); k++)
			assert_int_equal(
			    world_ask(world, peers[k], paths[i], i == 0 ? request("", "") : ASK),
			    403);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM job"), 0);
}

static void
starting_again_is_the_same_job(void **state)
{
	static const struct {
		const char *field;
		const char *value;
	} rows[] = {
		{ "se_id", "\"" SE_B "\"" },
		{ "aid", "\"A00000063201010599\"" },
		{ "issuer", "\"99021000FFFFFFFF\"" },
		{ "card_no", "\"" CARD_NO_B "\"" },
		{ "end", "\"20361230\"" },
		{ "limit_fen", "100001" },
		{ "alg", "4" },
	};
	uint8_t first[16];

	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	memcpy(first, world->session_id, sizeof(first));
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	assert_memory_not_equal(first, world->session_id, sizeof(first));
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		if (start_with(rows[i].field, rows[i].value) != 422)
			fail_msg("%s", rows[i].field);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM job"), 1);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM session"), 1);
	/* The refusals left the session alone. */
	assert_true(world_relay(world, JOB));
	assert_string_equal(world_job(world, JOB), "done");
}

static void
a_job_that_is_over_gets_no_session(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	assert_true(world_relay(world, JOB));
	assert_int_equal(world_session(world, JOB), 410);
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 410);
	assert_string_equal(world_job(world, JOB), "done");
	assert_int_equal(world_ask(world, "platform-" CITY, GET, ASK), 200);
	assert_string_equal(
	    world->body, "{\"state\":\"done\",\"step\":8,\"steps\":8,\"reason\":\"\"}");
}

static void
an_unknown_job_is_not_found(void **state)
{
	(void)state;
	assert_int_equal(world_ask(world, "platform-" CITY, GET, ASK), 404);
	assert_int_equal(world_session(world, JOB), 404);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM session"), 0);
}

static void
one_place_has_one_job_at_a_time(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	assert_int_equal(world_start(world, JOB_B, SE_A, CARD_NO_B), 409);
	assert_int_equal(world_start(world, JOB_B, SE_B, CARD_NO), 409);
	assert_int_equal(world_start(world, JOB_B, SE_B, CARD_NO_B), 200);
}

static unsigned
tick(void)
{
	unsigned done = 7;

	assert_status(tsm_tick(world->worker, &done), YKT_OK);

	return done;
}

static void
a_silent_client_loses_its_session(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	assert_int_equal(tick(), 0);
	assert_int_equal(world_report(world, POLL), 200);
	assert_string_equal(world_job(world, JOB), "running");
	world->now_ms += TSM_LOST_MS - 1;
	assert_int_equal(tick(), 0);
	world->now_ms += 1;
	assert_int_equal(tick(), 1);
	assert_int_equal(tick(), 0);
	assert_string_equal(world_job(world, JOB), "waiting client_lost");
	assert_int_equal(world_report(world, POLL), 404);
	assert_int_equal(count_rows(world, "SELECT sessions FROM job"), 1);
}

/* Nobody used it, so it is nobody's failure. */
static void
a_session_that_nobody_uses_does_not_count(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world->now_ms += TSM_LOST_MS + 1;
	assert_int_equal(tick(), 0);
	world->now_ms += TSM_SESSION_MS;
	assert_int_equal(tick(), 1);
	assert_string_equal(world_job(world, JOB), "waiting");
	assert_int_equal(count_rows(world, "SELECT sessions FROM job"), 0);
}

static void
a_job_fails_after_many_sessions_without_result(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	for (unsigned i = 1; i <= TSM_SESSIONS_MAX; i++) {
		assert_int_equal(world_report(world, POLL), 200);
		world->now_ms += TSM_LOST_MS;
		assert_int_equal(tick(), 1);
		if (i < TSM_SESSIONS_MAX)
			assert_int_equal(world_session(world, JOB), 200);
	}
	assert_string_equal(world_job(world, JOB), "failed client_lost");
	assert_int_equal(world_session(world, JOB), 410);
	/* The place is free, and so is the number. */
	assert_int_equal(world_start(world, JOB_B, SE_A, CARD_NO), 200);
}

static void
a_job_that_nobody_comes_for_fails(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world->now_ms += TSM_SESSION_MS;
	assert_int_equal(tick(), 1);
	assert_int_equal(tick(), 0);
	world->now_ms += TSM_JOB_MS;
	assert_int_equal(tick(), 1);
	assert_string_equal(world_job(world, JOB), "failed abandoned");
	assert_int_equal(tick(), 0);
}

/* A finished session is kept for the repeat of its last report, then swept. */
static void
finished_sessions_are_swept(void **state)
{
	(void)state;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	assert_true(world_relay(world, JOB));
	world->now_ms += TSM_LOST_MS + 1;
	assert_int_equal(tick(), 0);
	world->now_ms += TSM_SESSION_MS;
	assert_int_equal(tick(), 1);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM session"), 0);
	assert_string_equal(world_job(world, JOB), "done");
}

static void
options_are_checked(void **state)
{
	static const struct {
		const char *why;
		const char *city;
		uint8_t level;
		int64_t delay_ms;
	} rows[] = {
		{ "no city", NULL, 0, 0 },
		{ "a city of letters", "99A1", 0, 0 },
		{ "a short city", "990", 0, 0 },
		{ "a level without encryption", CITY, 0x11, 0 },
		{ "a level without answers' MAC", CITY, 0x03, 0 },
		{ "a negative delay", CITY, 0, -1 },
		{ "a delay over ten minutes", CITY, 0, 600001 },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct tsm_options options = world->options;
		struct tsm *tsm = NULL;

		options.city = rows[i].city;
		options.level = rows[i].level;
		options.delay_ms = rows[i].delay_ms;
		assert_status_why(tsm_new(&options, &tsm), YKT_E_ARG, rows[i].why);
		assert_null(tsm);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_job_is_refused_for_what_it_asks),
		TEST(only_platforms_may_ask),
		TEST(starting_again_is_the_same_job),
		TEST(a_job_that_is_over_gets_no_session),
		TEST(an_unknown_job_is_not_found),
		TEST(one_place_has_one_job_at_a_time),
		TEST(a_silent_client_loses_its_session),
		TEST(a_session_that_nobody_uses_does_not_count),
		TEST(a_job_fails_after_many_sessions_without_result),
		TEST(a_job_that_nobody_comes_for_fails),
		TEST(finished_sessions_are_swept),
		TEST(options_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
