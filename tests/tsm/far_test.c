/*
 * A platform's jobs in the domain of another TSM: whatever is lost between the two, the job
 * is done once, and both know how it ended.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "two.h"

#include <stdio.h>
#include <string.h>

static void
a_card_is_opened_at_another_tsm(void **state)
{
	struct two two;

	(void)state;
	two_open(&two);
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 200);
	assert_string_equal(world_job(two.world, JOB), "waiting");
	world_open(two.world, JOB);
	assert_string_equal(world_job(two.world, JOB), "done");
	assert_string_equal(two.world->notice, TSM_NOTICE_DONE);
	assert_card_is_open(two.world, CARD_NO);
	/* It is the far one's job, and the near one's alone to ask about. */
	assert_int_equal(count_rows(two.world, "SELECT count(*) FROM job"), 0);
	assert_int_equal(count_rows(two.world, "SELECT count(*) FROM app"), 0);
	assert_int_equal(
	    far_rows(&two, "SELECT count(*) FROM job WHERE asker = '" NEAR "' AND state = 'done'"),
	    1);
	settle(&two);
	assert_int_equal(
	    count_rows(two.world, "SELECT count(*) FROM peer_notice WHERE message = 'card_write'"),
	    1);
	assert_int_equal(
	    count_rows(two.world, "SELECT count(*) FROM peer_notice WHERE message = 'app_state'"),
	    1);
	two_close(&two);
}

/* The end is told: who asks needs the other one no more. */
static void
an_end_is_told(void **state)
{
	struct two two;

	(void)state;
	two_open(&two);
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 200);
	assert_true(world_relay(two.world, JOB));
	assert_int_equal(
	    count_rows(two.world, "SELECT count(*) FROM far_job WHERE state = 'done'"), 0);
	settle(&two);
	assert_int_equal(
	    count_rows(two.world, "SELECT count(*) FROM far_job WHERE state = 'done'"), 1);
	two.down[OVER] = true;
	assert_string_equal(world_job(two.world, JOB), "done");
	assert_int_equal(world_session(two.world, JOB), 410);
	/* One that nobody came for has failed there, and so here. */
	two.down[OVER] = false;
	assert_int_equal(world_start_kind(two.world, JOB_B, "lock", SE_A, CARD_NO, ""), 200);
	two.world->now_ms += TSM_JOB_MS + TSM_SESSION_MS;
	settle(&two);
	two.down[OVER] = true;
	assert_string_equal(world_job(two.world, JOB_B), "failed abandoned");
	two_close(&two);
}

static void
do_kind(struct two *two, const char *job_id, const char *kind, const char *more)
{
	assert_int_equal(world_start_kind(two->world, job_id, kind, SE_A, CARD_NO, more), 200);
	world_open(two->world, job_id);
	assert_string_equal(world_job(two->world, job_id), "done");
	settle(two);
}

static void
every_kind_of_job_is_done_there(void **state)
{
	struct two two;

	(void)state;
	two_open(&two);
	two.world->card_no = NULL;
	do_kind(&two, "000000000000000000000000000000c1", "open", "");
	do_kind(&two, "000000000000000000000000000000c2", "lock", "");
	assert_no_purse(two.world);
	do_kind(&two, "000000000000000000000000000000c3", "unlock", "");
	assert_card_is_open(two.world, CARD_NO);
	do_kind(&two, "000000000000000000000000000000c4", "delete", ",\"most_fen\":0");
	assert_no_purse(two.world);
	assert_int_equal(far_rows(&two, "SELECT count(*) FROM app"), 0);
	assert_int_equal(
	    count_rows(two.world, "SELECT count(*) FROM far_job WHERE state = 'done'"), 4);
	two_close(&two);
}

/* False when the loss never came. */
static bool
open_under(enum loss loss, unsigned at)
{
	struct two two;
	bool fired;

	two_open(&two);
	two.loss = loss;
	two.at = at;
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 200);
	open_through(&two);
	settle(&two);
	fired = two.fired;
	if (strcmp(world_job(two.world, JOB), "done") != 0)
		fail_msg("loss %d at %u: %s", (int)loss, at, world_job(two.world, JOB));
	assert_card_is_open(two.world, CARD_NO);
	assert_int_equal(far_rows(&two, "SELECT count(*) FROM job"), 1);
	assert_int_equal(
	    count_rows(two.world, "SELECT count(*) FROM far_job WHERE state = 'done'"), 1);
	assert_int_equal(
	    count_rows(two.world, "SELECT count(*) FROM peer_notice WHERE sender = '" FAR "'"), 2);
	two_close(&two);

	return fired;
}

static void
every_message_may_be_lost_once(void **state)
{
	(void)state;
	for (int loss = LOSS_BEFORE; loss < LOSS_COUNT; loss++) {
		unsigned at = 1;

		while (open_under((enum loss)loss, at))
			at++;
		/* Those that are of messages alone have fewer occasions. */
		assert_in_range(at - 1, 4, 100);
	}
}

/* Of the near one too: its process, its database, its client. */
static void
the_near_one_may_end_at_any_moment(void **state)
{
	static const enum trouble troubles[] = { TROUBLE_RESTART, TROUBLE_CLIENT_KILLED,
		TROUBLE_ANSWER_LOST, TROUBLE_STORE, TROUBLE_EMPTY_RANDOM };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(troubles); i++) {
		bool fired = true;

		for (unsigned at = 1; fired; at++) {
			struct two two;

			two_open(&two);
			two.world->store_kind = STORE_FAULT_DONE;
			world_trouble(two.world, troubles[i], at);
			assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 200);
			open_through(&two);
			fired = two.world->fired;
			world_trouble(two.world, TROUBLE_NONE, 0);
			settle(&two);
			assert_string_equal(world_job(two.world, JOB), "done");
			assert_card_is_open(two.world, CARD_NO);
			assert_int_equal(far_rows(&two, "SELECT count(*) FROM job"), 1);
			two_close(&two);
		}
	}
}

/* In its order, each once, whatever is lost; and only where somebody listens. */
static void
how_an_application_stands_is_told(void **state)
{
	static const char *const states[] = { "paused", "online", "download_paused", "online" };
	struct tsm_worker *near;
	struct two two;

	(void)state;
	two_open(&two);
	settle(&two);
	near = two.world->worker;
	two.world->worker = two.worker;
	for (size_t i = 0; i < YKT_ARRAY_LEN(states); i++) {
		char body[100];

		(void)snprintf(body, sizeof(body), AID ",\"state\":\"%s\"}", states[i]);
		assert_int_equal(world_ask(two.world, "operator", TSM_PATH_APP_MOVE, body), 200);
	}
	/* What may not be moved is not told. */
	assert_int_equal(
	    world_ask(two.world, "operator", TSM_PATH_APP_MOVE, AID ",\"state\":\"to_test\"}"),
	    409);
	two.world->worker = near;
	assert_int_equal(far_rows(&two, "SELECT count(*) FROM peer_out"), 4);
	two.loss = LOSS_AFTER;
	two.at = 2;
	settle(&two);
	assert_true(two.fired);
	assert_int_equal(count_rows(two.world,
			     "SELECT count(*) FROM peer_notice WHERE message = 'app_business'"),
	    4);
	two_close(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_is_opened_at_another_tsm),
		cmocka_unit_test(an_end_is_told),
		cmocka_unit_test(every_kind_of_job_is_done_there),
		cmocka_unit_test(every_message_may_be_lost_once),
		cmocka_unit_test(the_near_one_may_end_at_any_moment),
		cmocka_unit_test(how_an_application_stands_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
