/*
 * Versions of a card's application: what a user hears, what he may wish for, and
 * that an update never stands in the way of anything. And applications that are not
 * online: nobody pays for a card that cannot be opened.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "leavers.h"

#include <stdio.h>
#include <string.h>

static int
ask_version(struct leaver *r, struct wire_card_version_rsp *rsp)
{
	struct wire_card_balance_req req;

	strcpy(req.card_no, r->card_no);
	return bench_ask(r->b, "card.version", NULL, &req, rsp);
}

static int
ask_update(struct leaver *r, int64_t version)
{
	struct wire_card_update_req req = { .version = version };
	struct wire_card_lock_rsp rsp = { "" };
	int code;

	strcpy(req.card_no, r->card_no);
	code = bench_ask(r->b, "card.update", NULL, &req, &rsp);
	if (code == 200)
		assert_string_equal(rsp.card_state, "active");
	return code;
}

static struct model_job *
last_job(struct leaver *r, const char *kind)
{
	struct model_job *job = &r->b->jobs[r->b->job_count - 1];

	assert_string_equal(job->kind, kind);
	return job;
}

static int
set_tester(struct bench *b, const char *peer, const char *phone, const char *tester)
{
	char body[96];

	(void)snprintf(body, sizeof(body), "{\"phone\":\"%s\",\"tester\":%s}", phone, tester);
	return bench_raw(b, "/admin/tester", peer, ykt_bytes_str(body));
}

static void
test_an_update_and_its_end(void **state)
{
	struct leaver r = leaver_open();
	struct wire_card_version_rsp version;
	struct wire_card_session_rsp session;

	(void)state;
	r.b->app_newest = 3;
	r.b->app_has = 2;
	assert_int_equal(ask_version(&r, &version), 200);
	assert_string_equal(version.state, "online");
	assert_true(version.update);
	assert_int_equal(version.newest, 3);
	assert_int_equal(version.has, 2);
	assert_int_equal(ask_update(&r, 3), 200);
	/* The same wish twice is one. */
	assert_int_equal(ask_update(&r, 3), 200);
	assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM card_job"), 1);
	assert_string_equal(leaver_status(&r).state, "asked");
	assert_int_equal(leaver_session(&r, 1, &session), 200);
	assert_string_equal(session.kind, "update");
	assert_int_equal(last_job(&r, "update")->version, 3);
	assert_false(last_job(&r, "update")->test);
	/* The card is in use all the time. */
	bench_load_whole(r.b, bench_topup(r.b, r.card_no, 1000).order_id);
	last_job(&r, "update")->state = WIRE_JOB_DONE;
	assert_string_equal(leaver_status(&r).state, "done");
	assert_string_equal(leaver_status(&r).card_state, "active");
	leaver_close(&r);
}

static void
test_a_refusal_of_the_tsm_ends_it(void **state)
{
	static const char *const reasons[] = { "downgrade", "version_state", "app_state",
		"se_state", "locked" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(reasons); i++) {
		struct leaver r = leaver_open();
		struct wire_card_session_rsp session;

		assert_int_equal(ask_update(&r, 1), 200);
		assert_int_equal(leaver_session(&r, 1, &session), 200);
		last_job(&r, "update")->state = WIRE_JOB_FAILED;
		strcpy(last_job(&r, "update")->reason, reasons[i]);
		assert_string_equal(leaver_status(&r).state, "failed");
		leaver_in_use(&r, reasons[i]);
		leaver_close(&r);
	}
}

static void
test_who_may_not(void **state)
{
	struct leaver r = leaver_open();
	struct wire_card_version_rsp version;

	(void)state;
	bench_register(r.b, BENCH_PHONE2);
	assert_int_equal(ask_version(&r, &version), 404);
	assert_int_equal(ask_update(&r, 1), 404);
	assert_int_equal(bench_login(r.b, BENCH_PHONE, BENCH_PASS), 200);
	/* One that is on its way out. */
	assert_int_equal(leaver_delete(&r), 200);
	assert_int_equal(ask_update(&r, 1), 409);
	assert_string_equal(r.b->error.error, "card_state");
	assert_int_equal(
	    bench_number(r.b, "SELECT COUNT(*) FROM card_job WHERE kind = 'update'"), 0);
	leaver_close(&r);
}

/* A lock, a deletion, another version: an update makes room, heard of or not. */
static void
test_an_update_makes_room(void **state)
{
	(void)state;
	for (int heard = 0; heard < 2; heard++) {
		struct leaver r = leaver_open();
		struct wire_card_session_rsp session;
		struct wire_card_balance_req req;
		struct wire_card_lock_rsp locked;

		assert_int_equal(ask_update(&r, 1), 200);
		if (heard != 0)
			assert_int_equal(leaver_session(&r, 1, &session), 200);
		assert_int_equal(ask_update(&r, 2), 200);
		assert_int_equal(leaver_session(&r, 1, &session), 200);
		assert_int_equal(last_job(&r, "update")->version, 2);
		strcpy(req.card_no, r.card_no);
		assert_int_equal(bench_ask(r.b, "card.lock", NULL, &req, &locked), 200);
		assert_string_equal(locked.card_state, "locking");
		assert_int_equal(leaver_session(&r, 1, &session), 200);
		assert_string_equal(session.kind, "lock");
		leaver_close(&r);
		r = leaver_open();
		assert_int_equal(ask_update(&r, 1), 200);
		if (heard != 0)
			assert_int_equal(leaver_session(&r, 1, &session), 200);
		assert_int_equal(leaver_delete(&r), 200);
		assert_int_equal(leaver_prove(&r), 200);
		assert_int_equal(leaver_session(&r, 1, &session), 200);
		assert_string_equal(session.kind, "delete");
		leaver_close(&r);
	}
}

static int
order_open(struct bench *b)
{
	struct wire_order_open_req req = { .se_id = { 8, { 1 } }, .first_load_fen = 5000 };
	struct wire_order order;

	req.aid.len = b->app.aid_len;
	memcpy(req.aid.data, b->app.aid, b->app.aid_len);
	return bench_ask(b, "order.open", bench_idem(b), &req, &order);
}

static void
test_nobody_pays_for_what_cannot_be_opened(void **state)
{
	static const char *const closed[] = { "to_test", "testing", "paused", "download_paused",
		"offline" };
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	for (size_t i = 0; i < YKT_ARRAY_LEN(closed); i++) {
		b->app_state = closed[i];
		assert_int_equal(order_open(b), 409);
		assert_string_equal(b->error.error, "app_state");
		assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 0);
	}
	b->app_state = "online";
	assert_int_equal(order_open(b), 200);
	/* When the TSM is not there it judges later. */
	b->app_state = "paused";
	b->tsm_down = true;
	assert_int_equal(order_open(b), 200);
	bench_close(&b);
}

/* Asked again with the same key: the answer is the one from before. */
static void
test_an_order_from_before_stays(void **state)
{
	struct wire_order_open_req req = { .se_id = { 8, { 1 } }, .first_load_fen = 5000 };
	struct wire_order first, again;
	char key[33];
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	req.aid.len = b->app.aid_len;
	memcpy(req.aid.data, b->app.aid, b->app.aid_len);
	strcpy(key, bench_idem(b));
	assert_int_equal(bench_ask(b, "order.open", key, &req, &first), 200);
	b->app_state = "paused";
	assert_int_equal(bench_ask(b, "order.open", key, &req, &again), 200);
	assert_string_equal(again.order_id, first.order_id);
	bench_close(&b);
}

/* Paid, and paused before it was begun: the money goes back. */
static void
test_what_was_paid_goes_back(void **state)
{
	struct wire_open_begin_req begin = { .se_id = { 8, { 1 } } };
	struct wire_open_begin_rsp begun;
	struct wire_order order;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	order = bench_order_open(b);
	bench_pay(b, order.order_id);
	strcpy(begin.order_id, order.order_id);
	assert_int_equal(bench_ask(b, "open.begin", NULL, &begin, &begun), 200);
	b->jobs[0].state = WIRE_JOB_FAILED;
	strcpy(b->jobs[0].reason, "app_state");
	bench_settle(b);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'refunded'"), 2);
	bench_check_books(b);
	bench_close(&b);
}

static void
test_who_tests_opens_in_testing(void **state)
{
	struct wire_open_begin_req begin = { .se_id = { 8, { 1 } } };
	struct wire_open_begin_rsp begun;
	struct wire_order order;
	struct bench *b;

	(void)state;
	bench_open(&b);
	bench_register(b, BENCH_PHONE);
	b->app_state = "testing";
	assert_int_equal(order_open(b), 409);
	assert_int_equal(set_tester(b, "platform-9902", BENCH_PHONE, "true"), 403);
	assert_int_equal(set_tester(b, "operator", "13000000099", "true"), 404);
	assert_int_equal(set_tester(b, "operator", BENCH_PHONE, "1"), 400);
	assert_int_equal(order_open(b), 409);
	assert_int_equal(set_tester(b, "operator", BENCH_PHONE, "true"), 200);
	order = bench_order_open(b);
	bench_pay(b, order.order_id);
	strcpy(begin.order_id, order.order_id);
	assert_int_equal(bench_ask(b, "open.begin", NULL, &begin, &begun), 200);
	assert_true(b->jobs[0].test);
	assert_int_equal(set_tester(b, "operator", BENCH_PHONE, "false"), 200);
	assert_int_equal(order_open(b), 409);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_update_and_its_end),
		cmocka_unit_test(test_a_refusal_of_the_tsm_ends_it),
		cmocka_unit_test(test_who_may_not),
		cmocka_unit_test(test_an_update_makes_room),
		cmocka_unit_test(test_nobody_pays_for_what_cannot_be_opened),
		cmocka_unit_test(test_an_order_from_before_stays),
		cmocka_unit_test(test_what_was_paid_goes_back),
		cmocka_unit_test(test_who_tests_opens_in_testing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
