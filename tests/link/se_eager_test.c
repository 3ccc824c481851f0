/*
 * A peer that sends as soon as it is answered is read at once; the others are
 * not forgotten for it. What is done while it is awaited.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "se_serve_rig.h"

#define ROUNDS 200 /* more than the one who talks may have in a row */

static void
fake_idle(void *ctx)
{
	struct fake *fake = ctx;

	fake->idles++;
}

/* The rig's card with something to do while it waits, at a place of its own. */
static struct se_serve *
serve_idler(struct rig *rig, char place[64], int *ret_fd)
{
	const struct se_serve_card card = {
		.ctx = &rig->fake,
		.transceive = fake_transceive,
		.reset = fake_reset,
		.commit = fake_commit,
		.idle = fake_idle,
	};
	struct se_serve *serve = NULL;
	struct se_place parsed;

	(void)snprintf(place, 64, "%s/idler", rig->folder);
	assert_status(se_serve_new(&ykt_alloc_libc, &rig->clock, &card, &serve), YKT_OK);
	assert_status(se_serve_listen(serve, YKT_SE_WIRED, place), YKT_OK);
	assert_status(se_place_parse(place, &parsed), YKT_OK);
	assert_status(se_place_connect(&parsed, 1000, ret_fd), YKT_OK);
	assert_status(se_serve_step(serve, rig->now), YKT_OK);
	return serve;
}

/* A step that may wait a millisecond. */
static void
wait_step(struct rig *rig, struct se_serve *serve)
{
	assert_status(se_serve_step(serve, rig->now + 1), YKT_OK);
}

static void
test_others_are_heard_while_one_talks(void **state)
{
	struct rig *rig = *state;
	int first = dial(rig, rig->wired);
	int second = dial(rig, rig->gate);
	unsigned rounds = 0;

	say(first, "0004 00A40400");
	wait_step(rig, rig->serve);
	assert_string_equal(hear(first), "000400A49000");
	say(second, "0004 00B00000");
	while (hear(second)[0] == '\0') {
		assert_true(++rounds < ROUNDS);
		say(first, "0004 00A40400");
		wait_step(rig, rig->serve);
		assert_string_equal(hear(first), "000400A49000");
	}
	/* And not always asked, which is what this is for. */
	assert_true(rounds > 10);
	assert_int_equal(rig->fake.ran, rounds + 2);
	assert_int_equal(rig->fake.commits, rounds + 1);
	(void)close(first);
	(void)close(second);
}

static void
test_a_newcomer_is_let_in_while_one_talks(void **state)
{
	struct rig *rig = *state;
	int first = dial(rig, rig->wired);
	struct se_place place;
	int second;

	say(first, "0004 00A40400");
	wait_step(rig, rig->serve);
	assert_string_equal(hear(first), "000400A49000");
	assert_status(se_place_parse(rig->gate, &place), YKT_OK);
	assert_status(se_place_connect(&place, 1000, &second), YKT_OK);
	for (unsigned i = 0; i < ROUNDS && rig->fake.resets[YKT_SE_CONTACTLESS] == 0; i++) {
		say(first, "0004 00A40400");
		wait_step(rig, rig->serve);
		assert_string_equal(hear(first), "000400A49000");
	}
	assert_int_equal(rig->fake.resets[YKT_SE_CONTACTLESS], 1);
	(void)close(first);
	(void)close(second);
}

static void
test_one_that_talked_may_leave_or_send_half(void **state)
{
	struct rig *rig = *state;
	int fd = dial(rig, rig->wired);

	say(fd, "0004 00A40400");
	wait_step(rig, rig->serve);
	assert_string_equal(hear(fd), "000400A49000");
	say(fd, "0004 00B0");
	wait_step(rig, rig->serve);
	assert_string_equal(hear(fd), "");
	assert_int_equal(rig->fake.ran, 1);
	say(fd, "0000");
	wait_step(rig, rig->serve);
	assert_string_equal(hear(fd), "000400B09000");
	(void)close(fd);
	wait_step(rig, rig->serve);
	assert_int_equal(rig->fake.resets[YKT_SE_WIRED], 2);
}

static void
test_idle_work_is_done_after_an_answer_only(void **state)
{
	struct rig *rig = *state;
	char place[64];
	int fd = -1;
	struct se_serve *serve = serve_idler(rig, place, &fd);

	wait_step(rig, serve);
	assert_int_equal(rig->fake.idles, 0);
	say(fd, "0004 00A40400");
	wait_step(rig, serve);
	assert_int_equal(rig->fake.idles, 0);
	/* What waits already goes first. */
	say(fd, "0004 00B00000");
	wait_step(rig, serve);
	assert_int_equal(rig->fake.idles, 0);
	wait_step(rig, serve);
	assert_true(rig->fake.idles > 0);
	assert_int_equal(rig->fake.ran, 2);
	assert_int_equal(rig->fake.commits, 2);
	(void)close(fd);
	se_serve_free(&serve);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_others_are_heard_while_one_talks, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(
		    test_a_newcomer_is_let_in_while_one_talks, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(
		    test_one_that_talked_may_leave_or_send_half, rig_up, rig_down),
		cmocka_unit_test_setup_teardown(
		    test_idle_work_is_done_after_an_answer_only, rig_up, rig_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
