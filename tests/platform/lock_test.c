/*
 * Locking a card: from any device, at once for gates and loads; unlocking it with
 * the password; the element follows when it comes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "leavers.h"

#include <stdio.h>
#include <string.h>

#include "platform/card_job.h"

#define GATE "gate-310000000001"

static int
ask_lock(struct leaver *r, char state[17])
{
	struct wire_card_balance_req req;
	struct wire_card_lock_rsp rsp = { "" };
	int code;

	strcpy(req.card_no, r->card_no);
	code = bench_ask(r->b, "card.lock", NULL, &req, &rsp);
	strcpy(state, rsp.card_state);
	return code;
}

static int
ask_unlock(struct leaver *r, const char *password, char state[17])
{
	struct wire_card_unlock_req req;
	struct wire_card_lock_rsp rsp = { "" };
	int code;

	strcpy(req.card_no, r->card_no);
	strcpy(req.password, password);
	code = bench_ask(r->b, "card.unlock", NULL, &req, &rsp);
	strcpy(state, rsp.card_state);
	return code;
}

static void
lock(struct leaver *r, const char *becomes)
{
	char state[17];

	assert_int_equal(ask_lock(r, state), 200);
	assert_string_equal(state, becomes);
}

static void
unlock(struct leaver *r, const char *becomes)
{
	char state[17];

	assert_int_equal(ask_unlock(r, BENCH_PASS, state), 200);
	assert_string_equal(state, becomes);
}

/* What gates are told: how many cards they refuse, and the list's version. */
static size_t
blacklisted(struct leaver *r, int64_t *ret_version)
{
	static struct wire_gate_params_rsp rsp;
	struct wire_gate_params_req req = { .version = 0 };

	assert_int_equal(bench_inner(r->b, WIRE_PATH_GATE_PARAMS, GATE, &wire_gate_params_req_msg,
			     &req, &wire_gate_params_rsp_msg, &rsp),
	    200);
	if (rsp.blacklist_count == 1)
		assert_string_equal(rsp.blacklist[0].card_no, r->card_no);
	*ret_version = rsp.version;
	return rsp.blacklist_count;
}

static struct model_job *
last_job(struct leaver *r, const char *kind)
{
	struct model_job *job = &r->b->jobs[r->b->job_count - 1];

	assert_string_equal(job->kind, kind);
	return job;
}

/* The device comes: the TSM does what is wanted. */
static void
element_follows(struct leaver *r, const char *kind)
{
	struct wire_card_session_rsp session;

	assert_int_equal(leaver_session(r, 1, &session), 200);
	assert_string_equal(session.kind, kind);
	last_job(r, kind)->state = WIRE_JOB_DONE;
}

static void
test_a_lock_and_its_end(void **state)
{
	struct leaver r = leaver_open();
	int64_t first, locked, unlocked;

	(void)state;
	assert_int_equal(blacklisted(&r, &first), 0);
	lock(&r, "locking");
	assert_int_equal(blacklisted(&r, &locked), 1);
	assert_int_equal(locked, first + 1);
	lock(&r, "locking");
	element_follows(&r, "lock");
	assert_string_equal(leaver_status(&r).card_state, "locked");
	assert_int_equal(blacklisted(&r, &locked), 1);
	assert_int_equal(locked, first + 1);
	lock(&r, "locked");
	unlock(&r, "unlocking");
	assert_int_equal(blacklisted(&r, &locked), 1);
	unlock(&r, "unlocking");
	element_follows(&r, "unlock");
	assert_string_equal(leaver_status(&r).card_state, "active");
	assert_int_equal(blacklisted(&r, &unlocked), 0);
	assert_int_equal(unlocked, first + 2);
	unlock(&r, "active");
	leaver_in_use(&r, "");
	leaver_close(&r);
}

/* Nothing was done to the element, so nothing has to be undone. */
static void
test_a_lock_that_the_element_never_saw(void **state)
{
	struct leaver r = leaver_open();
	struct wire_card_session_rsp session;
	int64_t version;

	(void)state;
	lock(&r, "locking");
	unlock(&r, "active");
	assert_int_equal(blacklisted(&r, &version), 0);
	assert_int_equal(leaver_session(&r, 1, &session), 404);
	assert_int_equal(r.b->job_count, 1);
	leaver_in_use(&r, "cancelled");
	leaver_close(&r);
}

/* What may be under way in the element is followed by its opposite. */
static void
test_wishes_that_change(void **state)
{
	struct leaver r = leaver_open();
	struct wire_card_session_rsp session;
	int64_t version;

	(void)state;
	lock(&r, "locking");
	assert_int_equal(leaver_session(&r, 1, &session), 200);
	unlock(&r, "unlocking");
	lock(&r, "locked"); /* the TSM has not heard of the unlocking */
	unlock(&r, "unlocking");
	assert_int_equal(blacklisted(&r, &version), 1);
	element_follows(&r, "unlock");
	assert_string_equal(leaver_status(&r).card_state, "active");
	leaver_close(&r);
}

static void
test_a_locked_card_is_not_loaded_nor_deleted(void **state)
{
	struct leaver r = leaver_open();
	struct wire_order order = bench_topup(r.b, r.card_no, 1000);
	struct wire_order_topup_req topup = { .amount_fen = 1000 };
	struct wire_order_id_req id;
	struct wire_load_begin_rsp begin;
	struct wire_order ignored;

	(void)state;
	lock(&r, "locking");
	strcpy(id.order_id, order.order_id);
	assert_int_equal(bench_ask(r.b, "load.begin", NULL, &id, &begin), 409);
	assert_string_equal(r.b->error.error, "card_state");
	strcpy(topup.card_no, r.card_no);
	assert_int_equal(bench_ask(r.b, "order.topup", bench_idem(r.b), &topup, &ignored), 409);
	assert_string_equal(r.b->error.error, "card_state");
	assert_int_equal(leaver_delete(&r), 409);
	assert_string_equal(r.b->error.error, "card_state");
	unlock(&r, "active");
	bench_load_whole(r.b, order.order_id);
	leaver_close(&r);
}

static void
test_who_may_not(void **state)
{
	struct leaver r = leaver_open();
	char becomes[17];
	int64_t version;

	(void)state;
	lock(&r, "locking");
	assert_int_equal(ask_unlock(&r, "not the password", becomes), 403);
	assert_string_equal(r.b->error.error, "login_failed");
	bench_register(r.b, BENCH_PHONE2);
	assert_int_equal(ask_unlock(&r, BENCH_PASS, becomes), 404);
	assert_int_equal(ask_lock(&r, becomes), 404);
	assert_int_equal(blacklisted(&r, &version), 1);
	assert_int_equal(bench_login(r.b, BENCH_PHONE, BENCH_PASS), 200);
	unlock(&r, "active");
	/* One that is on its way out, or is out, is not locked. */
	assert_int_equal(leaver_delete(&r), 200);
	assert_int_equal(ask_lock(&r, becomes), 409);
	assert_string_equal(r.b->error.error, "card_state");
	assert_int_equal(leaver_prove(&r), 200);
	assert_int_equal(ask_lock(&r, becomes), 409);
	assert_string_equal(leaver_status(&r).card_state, "deleting");
	leaver_close(&r);
}

/* Whatever the TSM finds there, a card that was to be locked stays refused. */
static void
test_a_lock_that_fails(void **state)
{
	static const char *const reasons[] = { "not_there", "occupied", "abandoned",
		"client_lost" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(reasons); i++) {
		struct leaver r = leaver_open();
		struct wire_card_session_rsp session;
		int64_t version;

		lock(&r, "locking");
		assert_int_equal(leaver_session(&r, 1, &session), 200);
		last_job(&r, "lock")->state = WIRE_JOB_FAILED;
		strcpy(last_job(&r, "lock")->reason, reasons[i]);
		assert_string_equal(leaver_status(&r).card_state, "locking");
		assert_string_equal(leaver_status(&r).reason, reasons[i]);
		assert_int_equal(blacklisted(&r, &version), 1);
		/* It may have been done: the element is asked to undo it. */
		unlock(&r, "unlocking");
		element_follows(&r, "unlock");
		assert_string_equal(leaver_status(&r).card_state, "active");
		leaver_close(&r);
	}
}

/* The element's device is told at its next login that something waits. */
static void
test_login_tells_the_device(void **state)
{
	struct leaver r = leaver_open();
	struct wire_user_login_req req = { .phone = BENCH_PHONE,
		.password = BENCH_PASS,
		.client_version = "0.1.0",
		.se_id = { 8, { 1 } } };
	struct wire_user_login_rsp rsp;

	(void)state;
	lock(&r, "locking");
	req.se_id.data[0] = 2;
	assert_int_equal(bench_ask_open(r.b, "user.login", &req, &rsp), 200);
	assert_int_equal(rsp.abnormal, 0);
	req.se_id.data[0] = 1;
	assert_int_equal(bench_ask_open(r.b, "user.login", &req, &rsp), 200);
	assert_int_equal(rsp.abnormal, 1);
	leaver_close(&r);
}

/* More than fit: those first whose element is not locked, none twice. */
static void
test_a_blacklist_that_is_full(void **state)
{
	static struct wire_gate_params_rsp rsp;
	struct wire_gate_params_req req = { .version = 0 };
	struct leaver r = leaver_open();
	char sql[400];

	(void)state;
	for (int i = 0; i < WIRE_BLACKLIST_MAX + 10; i++) {
		(void)snprintf(sql, sizeof(sql),
		    "INSERT INTO card(card_no, user_id, aid, state, order_id, created_ms)"
		    " SELECT '0310599010000%07d', user_id, aid, 'locked', 'x%d', 0 FROM card"
		    " LIMIT 1",
		    i, i);
		assert_status(bench_sql(r.b, sql), YKT_OK);
	}
	lock(&r, "locking");
	assert_int_equal(bench_inner(r.b, WIRE_PATH_GATE_PARAMS, GATE, &wire_gate_params_req_msg,
			     &req, &wire_gate_params_rsp_msg, &rsp),
	    200);
	assert_int_equal(rsp.blacklist_count, WIRE_BLACKLIST_MAX);
	assert_string_equal(rsp.blacklist[0].card_no, r.card_no);
	leaver_close(&r);
}

#define REPEATS 12

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

/* Lock, element, unlock, element: how far it is, is the platform's to say. */
static bool
go_once(struct leaver *r, bool *unlocks)
{
	struct bench *b = r->b;
	struct wire_card_balance_req req;
	struct wire_card_status status;
	struct wire_card_session_rsp session;
	char becomes[17];

	strcpy(req.card_no, r->card_no);
	if (bench_ask(b, "card.status", NULL, &req, &status) != 200 || b->down)
		return false;
	*unlocks = *unlocks || strcmp(status.card_state, "locked") == 0;
	if (*unlocks && strcmp(status.card_state, "active") == 0)
		return true;
	if ((*unlocks ? ask_unlock(r, BENCH_PASS, becomes) : ask_lock(r, becomes)) != 200 ||
	    b->down)
		return false;
	if (leaver_session(r, 1, &session) == 200 && !b->down)
		last_job(r, *unlocks ? "unlock" : "lock")->state = WIRE_JOB_DONE;
	return false;
}

static void
test_every_call_may_fail_once(void **state)
{
	(void)state;
	for (int fault = BENCH_FAULT_BEFORE; fault <= BENCH_FAULT_DOWN_AFTER; fault++) {
		bool fired = true;
		unsigned at = 1;

		for (; fired; at++) {
			struct leaver r = leaver_open();
			bool unlocks = false;
			int64_t version;

			r.b->calls = 0;
			r.b->fault = (enum bench_fault)fault;
			r.b->fail_at = at;
			for (int i = 0; i < REPEATS && !go_once(&r, &unlocks); i++)
				pause_after(&r);
			fired = r.b->fired;
			r.b->fail_at = 0;
			assert_string_equal(leaver_status(&r).card_state, "active");
			assert_int_equal(blacklisted(&r, &version), 0);
			assert_int_equal(r.b->job_count, 3);
			leaver_close(&r);
		}
		assert_in_range(at - 1, 10, 100);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_lock_and_its_end),
		cmocka_unit_test(test_a_lock_that_the_element_never_saw),
		cmocka_unit_test(test_wishes_that_change),
		cmocka_unit_test(test_a_locked_card_is_not_loaded_nor_deleted),
		cmocka_unit_test(test_who_may_not),
		cmocka_unit_test(test_a_lock_that_fails),
		cmocka_unit_test(test_login_tells_the_device),
		cmocka_unit_test(test_a_blacklist_that_is_full),
		cmocka_unit_test(test_every_call_may_fail_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
