/*
 * Every outside call of a removal fails in turn: before its effect, after it, and
 * with the death of the process. It ends where an undisturbed one ends, with one
 * job and no second.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "leavers.h"

#include <string.h>

#define REPEATS 12

/* What was asked is asked again, through whatever went wrong. */
static void
pause_after(struct leaver *r)
{
	struct bench *b = r->b;

	if (b->down)
		bench_restart(b);
	b->now_ms += 11000;
	for (int i = 0; i < REPEATS; i++) {
		if (bench_login(b, BENCH_PHONE, BENCH_PASS) == 200 && !b->down)
			return;
		if (b->down)
			bench_restart(b);
	}
}

static bool
go_once(struct leaver *r)
{
	struct bench *b = r->b;
	struct wire_card_session_rsp session;
	struct wire_card_balance_req req;
	struct wire_card_status status;

	strcpy(req.card_no, r->card_no);
	if (bench_ask(b, "card.status", NULL, &req, &status) != 200 || b->down)
		return false;
	if (strcmp(status.card_state, "deleted") == 0)
		return true;
	if (leaver_delete(r) != 200 || b->down)
		return false;
	if (!r->proof.proven && (leaver_prove(r) != 200 || b->down))
		return false;
	if (leaver_session(r, 1, &session) == 200 && !b->down)
		leaver_job(r)->state = WIRE_JOB_DONE;
	return false;
}

static bool
remove_under(enum bench_fault fault, unsigned at)
{
	struct leaver r = leaver_open();
	bool fired;

	r.b->calls = 0;
	r.b->fault = fault;
	r.b->fail_at = at;
	for (int i = 0; i < REPEATS && !go_once(&r); i++)
		pause_after(&r);
	fired = r.b->fired;
	r.b->fail_at = 0;
	assert_string_equal(leaver_status(&r).card_state, "deleted");
	assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM card_job"), 1);
	assert_int_equal(r.b->job_count, 2);
	leaver_close(&r);
	return fired;
}

static void
test_every_call_may_fail_once(void **state)
{
	(void)state;
	for (int fault = BENCH_FAULT_BEFORE; fault <= BENCH_FAULT_DOWN_AFTER; fault++) {
		unsigned at = 1;

		while (remove_under((enum bench_fault)fault, at))
			at++;
		assert_in_range(at - 1, 10, 100);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_call_may_fail_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
