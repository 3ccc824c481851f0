/*
 * What is asked of another TSM and may not be: it moves nothing, and who asked is told why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "two.h"

#include <stdio.h>
#include <string.h>

/* Each asked of a platform, answered by a code, and nothing is anywhere. */
static void
what_may_not_be_asked_moves_nothing(void **state)
{
	struct two two;

	(void)state;
	two_open(&two);
	/* It may start none there. */
	two.back[0].jobs = false;
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 403);
	assert_no_job(&two);
	two.back[0].jobs = true;
	/* No such application: an AID that is none. */
	assert_int_equal(
	    world_ask(two.world, "platform-" CITY, "/tsm/job.start",
		"{\"job_id\":\"" JOB "\",\"kind\":\"open\",\"se_id\":\"" SE_A "\",\"aid\":\"A000\","
		"\"city\":\"" CITY "\",\"issuer\":\"99011000FFFFFFFF\",\"card_no\":\"" CARD_NO
		"\",\"start\":\"20260101\",\"end\":\"20361231\",\"file17\":\"" FILE17
		"\",\"limit_fen\":100000,\"alg\":0}"),
	    400);
	/* The far domain itself is no application: only it knows that. */
	assert_int_equal(world_ask(two.world, "platform-" CITY, "/tsm/job.start",
			     "{\"job_id\":\"" JOB "\",\"kind\":\"open\",\"se_id\":\"" SE_A
			     "\",\"aid\":\"" SSD_HEX "\",\"city\":\"" CITY
			     "\",\"issuer\":\"99011000FFFFFFFF\",\"card_no\":\"" CARD_NO
			     "\",\"start\":\"20260101\",\"end\":\"20361231\",\"file17\":\"" FILE17
			     "\",\"limit_fen\":100000,\"alg\":0}"),
	    400);
	assert_no_job(&two);
	/* A city of nobody, a job of nobody, a session of nobody. */
	two.ways[1].city = "9903";
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 403);
	two.ways[1].city = CITY;
	assert_int_equal(world_session(two.world, JOB), 404);
	memset(two.world->session_id, 7, 16);
	assert_int_equal(world_report(two.world, POLL), 404);
	assert_no_job(&two);
	two_close(&two);
}

/* What the far one does not believe, or cannot answer, is asked again, and is there once. */
static void
who_is_not_believed_waits(void **state)
{
	struct two two;

	(void)state;
	two_open(&two);
	two.name = "tsm-9903";
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 503);
	two.name = NEAR;
	two.known[0].pub = two.keys[1].pub; /* another's key: the signature is wrong */
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 503);
	two.known[0].pub = two.keys[0].pub;
	two.down[OVER] = true;
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 503);
	assert_string_equal(world_job(two.world, JOB), "waiting");
	assert_int_equal(far_rows(&two, "SELECT count(*) FROM job"), 0);
	assert_int_equal(count_rows(two.world, "SELECT count(*) FROM far_job"), 1);
	two.down[OVER] = false;
	/* It was never there: it fails when it would have there, and not before. */
	assert_string_equal(world_job(two.world, JOB), "waiting");
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 200);
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO_B), 422);
	assert_int_equal(far_rows(&two, "SELECT count(*) FROM job"), 1);
	two_close(&two);
}

static void
what_never_came_there_fails_in_its_time(void **state)
{
	struct two two;

	(void)state;
	two_open(&two);
	two.down[OVER] = true;
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 503);
	two.world->now_ms += TSM_JOB_MS + 2 * TSM_PEER_MS;
	/* Not while it may be there. */
	assert_string_equal(world_job(two.world, JOB), "waiting");
	two.down[OVER] = false;
	assert_string_equal(world_job(two.world, JOB), "failed abandoned");
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 410);
	assert_int_equal(far_rows(&two, "SELECT count(*) FROM job"), 0);
	two_close(&two);
}

/* A place that is taken, a card that is open, a job of the far one's own platform. */
static void
the_far_one_judges_as_for_itself(void **state)
{
	struct tsm_worker *near;
	struct world *world;
	struct two two;

	(void)state;
	two_open(&two);
	world = two.world;
	near = world->worker;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	assert_int_equal(world_start(world, JOB_B, SE_A, CARD_NO_B), 409);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM far_job"), 1);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");
	assert_int_equal(far_rows(&two, "SELECT count(*) FROM job"), 1);
	world->worker = two.worker; /* the operator of the far one */
	assert_int_equal(
	    world_ask(world, "operator", TSM_PATH_APP_MOVE, AID ",\"state\":\"paused\"}"), 200);
	/* Its own platform sees no job of another's. */
	assert_int_equal(
	    world_ask(world, "platform-" CITY, "/tsm/job.get", "{\"job_id\":\"" JOB "\"}"), 404);
	assert_int_equal(world_session(world, JOB), 404);
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 422);
	world->worker = near;
	/* Not open to new cards there: a job that is over before it begins. */
	world->present = 1;
	assert_int_equal(world_start(world, JOB_B, SE_B, CARD_NO_B), 410);
	assert_string_equal(world_job(world, JOB_B), "failed app_state");
	two_close(&two);
}

/* Asked at its city's TSM, and nowhere else; without an answer there is none. */
static void
an_application_is_asked_for_where_it_lives(void **state)
{
	static const char ask[] = AID ",\"se_id\":\"" SE_A "\",\"test\":false}";
	struct tsm_worker *near;
	struct two two;

	(void)state;
	two_open(&two);
	near = two.world->worker;
	two.world->worker = two.worker;
	assert_int_equal(
	    world_ask(two.world, "operator", TSM_PATH_APP_MOVE, AID ",\"state\":\"paused\"}"), 200);
	two.world->worker = near;
	assert_int_equal(world_ask(two.world, "platform-" CITY, "/tsm/app.get", ask), 200);
	assert_non_null(strstr(two.world->body, "\"state\":\"paused\",\"open\":false"));
	two.down[OVER] = true;
	assert_int_equal(world_ask(two.world, "platform-" CITY, "/tsm/app.get", ask), 503);
	two_close(&two);
}

static void
ways_that_cannot_be_are_refused(void **state)
{
	struct two two;
	struct tsm *tsm = NULL;

	(void)state;
	two_open(&two);
	two.back[0].city = CITY; /* our own */
	assert_status(tsm_new(&two.options, &tsm), YKT_E_ARG);
	two.back[0] = (struct tsm_peer_way){ .city = "9902" }; /* no way there */
	assert_status(tsm_new(&two.options, &tsm), YKT_E_ARG);
	two.back[0] = (struct tsm_peer_way){ .city = "", .jobs = true }; /* its end is not told */
	assert_status(tsm_new(&two.options, &tsm), YKT_E_ARG);
	assert_null(tsm);
	two_close(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_not_be_asked_moves_nothing),
		cmocka_unit_test(who_is_not_believed_waits),
		cmocka_unit_test(what_never_came_there_fails_in_its_time),
		cmocka_unit_test(the_far_one_judges_as_for_itself),
		cmocka_unit_test(an_application_is_asked_for_where_it_lives),
		cmocka_unit_test(ways_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
