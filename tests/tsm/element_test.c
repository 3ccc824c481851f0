/*
 * An element that is lost, locked or terminated, by the operator's word and by another
 * TSM's: what it may still be asked, and who is told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "two.h"

#include <stdio.h>
#include <string.h>

/* The operator of one of the two says it. */
static int
say(struct two *two, bool far, const char *se_id, const char *state)
{
	struct tsm_worker *near = two->world->worker;
	char body[160];
	int code;

	(void)snprintf(body, sizeof(body), "{\"se_id\":\"%s\",\"state\":\"%s\"}", se_id, state);
	if (far)
		two->world->worker = two->worker;
	code = world_ask(two->world, "operator", TSM_PATH_ELEMENT_STATE, body);
	two->world->worker = near;

	return code;
}

static void
run(struct two *two, const char *job_id, const char *kind, const char *more)
{
	assert_int_equal(world_start_kind(two->world, job_id, kind, SE_A, CARD_NO, more), 200);
	world_open(two->world, job_id);
	assert_string_equal(world_job(two->world, job_id), "done");
}

static void
refused(struct two *two, const char *job_id, const char *kind)
{
	assert_int_equal(world_start_kind(two->world, job_id, kind, SE_A, CARD_NO, ""), 410);
	assert_string_equal(world_job(two->world, job_id), "failed se_state");
}

static void
a_lost_element_is_locked_and_no_more(void **state)
{
	struct two two;

	(void)state;
	two_open(&two);
	two.world->card_no = NULL;
	run(&two, "000000000000000000000000000000c1", "open", "");
	assert_int_equal(say(&two, true, SE_A, "lost"), 200);
	run(&two, "000000000000000000000000000000c2", "lock", "");
	assert_no_purse(two.world);
	refused(&two, "000000000000000000000000000000c3", "unlock");
	assert_no_purse(two.world);
	assert_int_equal(say(&two, true, SE_A, "in_use"), 200);
	run(&two, "000000000000000000000000000000c4", "unlock", "");
	assert_card_is_open(two.world, CARD_NO);
	/* One that is terminated is emptied, and gets nothing any more. */
	assert_int_equal(say(&two, true, SE_A, "terminated"), 200);
	run(&two, "000000000000000000000000000000c5", "delete", ",\"most_fen\":0");
	refused(&two, "000000000000000000000000000000c6", "open");
	assert_no_purse(two.world);
	two_close(&two);
}

/* The other one is told, in order, and keeps to it; its own operator's word counts first. */
static void
others_are_told_and_keep_to_it(void **state)
{
	struct two two;

	(void)state;
	two_open(&two);
	assert_int_equal(say(&two, false, SE_A, "locked"), 200);
	assert_int_equal(say(&two, false, SE_A, "lost"), 200);
	two.loss = LOSS_AFTER;
	two.at = 1;
	settle(&two);
	assert_true(two.fired);
	assert_int_equal(far_rows(&two, "SELECT count(*) FROM se_state WHERE source = '" NEAR
					"' AND state = 'lost'"),
	    1);
	assert_int_equal(
	    far_rows(&two, "SELECT count(*) FROM peer_notice WHERE message = 'se_state'"), 2);
	refused(&two, JOB, "open");
	assert_int_equal(say(&two, true, SE_A, "in_use"), 200);
	run(&two, JOB_B, "open", "");
	assert_card_is_open(two.world, CARD_NO);
	two_close(&two);
}

static void
what_is_no_word_moves_nothing(void **state)
{
	union wire_peer_body body = { 0 };
	struct two two;

	(void)state;
	two_open(&two);
	settle(&two);
	assert_int_equal(say(&two, false, SE_A, "stolen"), 400);
	assert_int_equal(say(&two, false, SE_A, ""), 400);
	assert_int_equal(say(&two, false, "", "lost"), 400);
	assert_int_equal(world_ask(two.world, "platform-" CITY, TSM_PATH_ELEMENT_STATE,
			     "{\"se_id\":\"" SE_A "\",\"state\":\"lost\"}"),
	    403);
	/* And of another TSM. */
	strcpy(body.ack.trade_id, "trade 1");
	strcpy(body.se_state.state, "stolen");
	body.se_state.se_id.len = 16;
	assert_status(tsm_peer_ask(two.worker, &two.http[BACK], NEAR, WIRE_PEER_SE_STATE, &body,
			  0x7FFFFFFFFFFF),
	    YKT_OK);
	assert_string_equal(body.ack.result, WIRE_PEER_REFUSED);
	assert_int_equal(count_rows(two.world, "SELECT count(*) FROM se_state"), 0);
	assert_int_equal(count_rows(two.world, "SELECT count(*) FROM peer_out"), 0);
	assert_int_equal(count_rows(two.world, "SELECT count(*) FROM peer_notice"), 0);
	two_close(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_element_is_locked_and_no_more),
		cmocka_unit_test(others_are_told_and_keep_to_it),
		cmocka_unit_test(what_is_no_word_moves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
