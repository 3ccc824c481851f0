/*
 * Several cards served by one loop: commands of all, commits, then answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "se_serve_rig.h"

/* A second card beside the rig's; what both did is counted in one place. */
static void
test_cards_together_answer_after_one_commit(void **state)
{
	struct rig *rig = *state;
	const struct se_serve_card card = {
		.ctx = &rig->fake,
		.transceive = fake_transceive,
		.reset = fake_reset,
		.commit = fake_commit,
	};
	struct se_serve *both[2] = { rig->serve };
	struct se_place place;
	char path[64];
	int first = dial(rig, rig->wired);
	int second;

	(void)snprintf(path, sizeof(path), "%s/second", rig->folder);
	assert_status(se_serve_new(&ykt_alloc_libc, &rig->clock, &card, &both[1]), YKT_OK);
	assert_status(se_serve_listen(both[1], YKT_SE_WIRED, path), YKT_OK);
	assert_status(se_place_parse(path, &place), YKT_OK);
	assert_status(se_place_connect(&place, 1000, &second), YKT_OK);
	assert_status(se_serve_step_all(both, 2, rig->now), YKT_OK);

	say(first, "0004 00A40400");
	say(second, "0004 00B00000");
	assert_status(se_serve_step_all(both, 2, rig->now), YKT_OK);
	assert_string_equal(hear(first), "000400A49000");
	assert_string_equal(hear(second), "000400B09000");
	assert_int_equal(rig->fake.commits, 2);

	/* Both commands are done when the first commit fails, and neither is answered. */
	rig->fake.commit_status = YKT_E_FILE;
	say(first, "0004 00A40400");
	say(second, "0004 00B00000");
	assert_status(se_serve_step_all(both, 2, rig->now), YKT_E_FILE);
	assert_int_equal(rig->fake.commits, 3);
	assert_int_equal(rig->fake.ran_at_commit, 4);
	assert_string_equal(hear(first), "");
	assert_string_equal(hear(second), "");

	/* It may be tried again; only then the answers go. */
	rig->fake.commit_status = YKT_OK;
	assert_status(se_serve_step_all(both, 2, rig->now), YKT_OK);
	assert_int_equal(rig->fake.commits, 5);
	assert_string_equal(hear(first), "000400A49000");
	assert_string_equal(hear(second), "000400B09000");

	/* A card that nobody asked commits nothing. */
	rig->fake.commits = 0;
	say(second, "0004 00B20000");
	assert_status(se_serve_step_all(both, 2, rig->now), YKT_OK);
	assert_int_equal(rig->fake.commits, 1);

	assert_status(se_serve_step_all(both, 0, rig->now), YKT_E_ARG);
	assert_status(se_serve_step_all(both, SE_SERVE_TOGETHER_MAX + 1, rig->now), YKT_E_ARG);
	(void)close(first);
	(void)close(second);
	se_serve_free(&both[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_cards_together_answer_after_one_commit, rig_up, rig_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
