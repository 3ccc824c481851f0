/*
 * Every outside call of a procedure fails in turn: before its effect, after it,
 * and with the death of the process before and after it. A client that repeats
 * what it asked, and the tick, must end where an undisturbed run ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"

#include <string.h>

#define REPEATS 12

/* The state of one rider's procedure. */
struct rider {
	struct bench *b;
	char card_no[21];
	struct wire_order order;
	char idem[33];
};

/* After anything went wrong: a restart if it died, time, the periodic work. */
static void
pause_after(struct bench *b)
{
	unsigned done;

	if (b->down)
		bench_restart(b);
	b->now_ms += 11000;
	if (platform_tick(b->w, &done) == YKT_E_DOWN)
		bench_restart(b);
}

/* The outbox alone, until it has nothing left. */
static void
drain(struct bench *b)
{
	for (int i = 0; i < REPEATS; i++) {
		if (bench_number(b, "SELECT COUNT(*) FROM work WHERE kind <> 5") == 0)
			return;
		pause_after(b);
	}
	fail_msg("the outbox never comes to rest");
}

static void
login_again(struct bench *b)
{
	for (int i = 0; i < REPEATS; i++) {
		if (bench_login(b, BENCH_PHONE, BENCH_PASS) == 200 && !b->down)
			return;
		pause_after(b);
	}
	fail_msg("login never works again");
}

/* Asks until there is an answer that a client may believe. */
static int
persist(struct rider *r, const char *op, const char *idem, const void *req, void *rsp)
{
	struct bench *b = r->b;

	for (int i = 0; i < REPEATS; i++) {
		int code = bench_ask(b, op, idem, req, rsp);

		if (!b->down && code == -401)
			login_again(b);
		else if (!b->down && code > 0 && code != 503 && code != 500 &&
			 !(code == 409 && strcmp(b->error.error, "in_progress") == 0))
			return code;
		else
			pause_after(b);
	}
	fail_msg("%s is never answered", op);
	return 0;
}

static void
ready(struct rider *r)
{
	bench_open(&r->b);
	bench_register(r->b, BENCH_PHONE);
	strcpy(r->idem, bench_idem(r->b));
}

static void
ready_with_card(struct rider *r)
{
	ready(r);
	r->order = bench_card(r->b, r->card_no);
}

static void
pay_persist(struct rider *r, const char *order_id)
{
	struct bench *b = r->b;
	struct wire_order_id_req id;
	struct wire_order_pay_rsp pay;
	struct wire_pay_notice notice;

	strcpy(id.order_id, order_id);
	assert_int_equal(persist(r, "order.pay", NULL, &id, &pay), 200);
	model_pay_of(b, order_id)->paid = true;
	model_notice(b, model_pay_of(b, order_id), &notice);
	for (int i = 0; i < REPEATS; i++) {
		int code = model_notice_send(b, &notice);

		if (code == 200 && !b->down)
			return;
		pause_after(b);
	}
	fail_msg("the notice is never heard");
}

static void
run_open(struct rider *r)
{
	struct bench *b = r->b;
	struct wire_order_open_req req = { .se_id = { 8, { 1 } }, .first_load_fen = BENCH_LOAD };
	struct wire_open_begin_req begin = { .se_id = { 8, { 1 } } };
	struct wire_open_begin_rsp session;
	struct wire_order_id_req id;
	struct wire_order order;

	req.aid.len = b->app.aid_len;
	memcpy(req.aid.data, b->app.aid, b->app.aid_len);
	assert_int_equal(persist(r, "order.open", r->idem, &req, &r->order), 200);
	pay_persist(r, r->order.order_id);
	strcpy(begin.order_id, r->order.order_id);
	strcpy(id.order_id, r->order.order_id);
	assert_int_equal(persist(r, "open.begin", NULL, &begin, &session), 200);
	assert_int_equal(b->job_count, 1);
	b->jobs[0].state = WIRE_JOB_DONE;
	assert_int_equal(persist(r, "open.status", NULL, &id, &order), 200);
}

static void
check_open(struct rider *r)
{
	struct bench *b = r->b;

	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord"), 2);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'opened'"), 1);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'paid'"), 1);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM card WHERE state = 'active'"), 1);
	assert_int_equal(bench_account(b, "FEE", ""), BENCH_FEE);
	assert_int_equal(bench_account(b, "PSP", ""), -BENCH_FEE - BENCH_LOAD);
	assert_int_equal(b->pay_count, 1);
}

/* The card dies of nothing here; only the answers on the way do. */
static void
run_load(struct rider *r)
{
	struct bench *b = r->b;
	struct wire_order_id_req id;
	struct wire_load_begin_rsp begin;
	struct wire_load_request_req req = { .attest = false };
	struct wire_load_request_rsp rsp;
	struct wire_load_confirm_req confirm = { .credited = true };
	struct wire_order order;

	strcpy(id.order_id, r->order.order_id);
	assert_int_equal(persist(r, "load.begin", NULL, &id, &begin), 200);
	strcpy(req.order_id, r->order.order_id);
	strcpy(req.card_no, r->card_no);
	req.attempt = begin.attempt;
	model_card_init(b, r->card_no, begin.amount_fen, begin.terminal, req.init);
	assert_int_equal(persist(r, "load.request", NULL, &req, &rsp), 200);
	assert_string_equal(rsp.result, "credit");
	assert_true(model_card_credit(b, r->card_no, rsp.datetime, rsp.mac2, confirm.tac));
	strcpy(confirm.order_id, r->order.order_id);
	confirm.attempt = begin.attempt;
	assert_int_equal(persist(r, "load.confirm", NULL, &confirm, &order), 200);
	assert_string_equal(order.state, "loaded");
}

/* The same, and a client that has lost its notes begins anew each time. */
static void
run_load_forgetful(struct rider *r)
{
	struct bench *b = r->b;

	for (int i = 0; i < REPEATS; i++) {
		struct wire_order_id_req id;
		struct wire_load_begin_rsp begin;
		struct wire_load_request_req req = { .attest = false };
		struct wire_load_request_rsp rsp;
		uint8_t lost[4];

		strcpy(id.order_id, r->order.order_id);
		if (persist(r, "load.begin", NULL, &id, &begin) == 409) {
			/* The last answer was lost, and it was that all is well. */
			assert_string_equal(b->error.error, "order_state");
			return;
		}
		strcpy(req.order_id, r->order.order_id);
		strcpy(req.card_no, r->card_no);
		req.attempt = begin.attempt;
		model_card_init(b, r->card_no, begin.amount_fen, begin.terminal, req.init);
		if (bench_ask(b, "load.request", NULL, &req, &rsp) == 200 && !b->down) {
			if (strcmp(rsp.result, "loaded") == 0)
				return;
			assert_true(model_card_credit(b, r->card_no, rsp.datetime, rsp.mac2, lost));
		}
		pause_after(b);
	}
	fail_msg("never loaded");
}

static void
check_load(struct rider *r)
{
	struct bench *b = r->b;

	assert_int_equal(model_card(b, r->card_no)->balance, BENCH_LOAD);
	assert_int_equal(model_card(b, r->card_no)->counter, 1);
	assert_int_equal(bench_account(b, "SH:", r->card_no), BENCH_LOAD);
	assert_int_equal(bench_account(b, "IF:", r->order.order_id), 0);
	assert_int_equal(b->psp_refund_calls, 0);
}

static void
run_refund(struct rider *r)
{
	struct wire_order_refund_req req = { .has_attempt = false };
	struct wire_order order;

	strcpy(req.order_id, r->order.order_id);
	assert_int_equal(persist(r, "order.refund", r->idem, &req, &order), 200);
}

static void
ready_with_mac2(struct rider *r)
{
	struct wire_load_begin_rsp begin;
	struct wire_load_request_rsp rsp;

	ready_with_card(r);
	assert_int_equal(bench_load(r->b, r->order.order_id, &begin, &rsp), 200);
}

static void
run_refund_proof(struct rider *r)
{
	struct wire_order_id_req id;
	struct wire_load_begin_rsp begin;
	struct wire_order_refund_req req = { .has_attempt = true, .has_init = true };
	struct wire_order order;

	strcpy(id.order_id, r->order.order_id);
	assert_int_equal(persist(r, "load.begin", NULL, &id, &begin), 200);
	strcpy(req.order_id, r->order.order_id);
	req.attempt = begin.attempt;
	model_card_init(r->b, r->card_no, begin.amount_fen, begin.terminal, req.init);
	assert_int_equal(persist(r, "order.refund", r->idem, &req, &order), 200);
}

static void
check_refund(struct rider *r)
{
	struct bench *b = r->b;

	assert_int_equal(b->pays[0].refunded, BENCH_LOAD);
	assert_int_equal(b->pays[0].refund_count, 1);
	assert_int_equal(model_card(b, r->card_no)->balance, 0);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'refunded'"), 1);
	assert_int_equal(bench_account(b, "IF:", r->order.order_id), 0);
}

/* A failed opening: both lines go back whatever fails on the way. */
static void
run_failed_open(struct rider *r)
{
	struct bench *b = r->b;
	struct wire_order_open_req req = { .se_id = { 8, { 1 } }, .first_load_fen = BENCH_LOAD };
	struct wire_open_begin_req begin = { .se_id = { 8, { 1 } } };
	struct wire_open_begin_rsp session;
	struct wire_order_id_req id;
	struct wire_order order;

	req.aid.len = b->app.aid_len;
	memcpy(req.aid.data, b->app.aid, b->app.aid_len);
	assert_int_equal(persist(r, "order.open", r->idem, &req, &r->order), 200);
	pay_persist(r, r->order.order_id);
	strcpy(begin.order_id, r->order.order_id);
	strcpy(id.order_id, r->order.order_id);
	assert_int_equal(persist(r, "open.begin", NULL, &begin, &session), 200);
	b->jobs[0].state = WIRE_JOB_FAILED;
	assert_int_equal(persist(r, "open.status", NULL, &id, &order), 200);
}

static void
check_failed_open(struct rider *r)
{
	struct bench *b = r->b;

	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'refunded'"), 2);
	assert_int_equal(b->pays[0].refunded, BENCH_FEE + BENCH_LOAD);
	assert_int_equal(b->pays[0].refund_count, 2);
	assert_int_equal(bench_account(b, "PSP", ""), 0);
}

static void
ready_loaded(struct rider *r)
{
	ready_with_card(r);
	bench_load_whole(r->b, r->order.order_id);
}

static struct wire_tap
tap_of(const struct rider *r, int64_t seq, int64_t amount, bool foreign)
{
	struct wire_tap tap = { .type = { 0x09 },
		.amount_fen = amount,
		.offline_seq = seq,
		.terminal = { 0x31, 0, 0, 0, 0, 1 },
		.terminal_seq = foreign ? 100 + seq : seq,
		.datetime = { 0x20, 0x26, 0x11, 0x23, 0x08, 0x00, 0x00 },
		.confirmed = true };

	strcpy(tap.card_no, foreign ? "03100990200000000013" : r->card_no);
	memset(tap.issuer, foreign ? 2 : 1, sizeof(tap.issuer));
	model_tap_tac(&tap, tap.tac);
	return tap;
}

static void
run_upload(struct rider *r)
{
	static struct wire_gate_upload_req req;
	static struct wire_gate_upload_rsp rsp;

	memset(&req, 0, sizeof(req));
	strcpy(req.batch_id, "0000000000000000000000000000000b");
	memcpy(req.terminal, (uint8_t[]){ 0x31, 0, 0, 0, 0, 1 }, 6);
	req.records_count = 4;
	req.records[0] = tap_of(r, 1, 300, false);
	req.records[0].confirmed = false;
	memset(req.records[0].tac, 0, 4);
	req.records[1] = tap_of(r, 2, 200, false);
	req.records[2] = tap_of(r, 1, 150, true);
	req.records[3] = tap_of(r, 2, 0, true);
	for (int i = 0; i < REPEATS; i++) {
		int code = bench_inner(r->b, WIRE_PATH_GATE_UPLOAD, "gate-310000000001",
		    &wire_gate_upload_req_msg, &req, &wire_gate_upload_rsp_msg, &rsp);

		if (code == 200 && !r->b->down) {
			drain(r->b);
			return;
		}
		pause_after(r->b);
	}
	fail_msg("the upload is never acknowledged");
}

static void
check_upload(struct rider *r)
{
	struct bench *b = r->b;

	assert_int_equal(bench_account(b, "SH:", r->card_no), BENCH_LOAD - 500);
	assert_int_equal(bench_account(b, "U:", b->user_id), 300);
	assert_int_equal(bench_account(b, "M:", BENCH_CITY), 350);
	assert_int_equal(bench_account(b, "CLR:", BENCH_PEER), -150);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM tap WHERE state = 'cleared'"), 2);
}

/* Nobody asks again: the outbox alone looks after what is under way. */
static void
ready_unpaid(struct rider *r)
{
	struct wire_order_id_req id;
	struct wire_order_pay_rsp pay;

	ready(r);
	r->order = bench_order_open(r->b);
	strcpy(id.order_id, r->order.order_id);
	assert_int_equal(bench_ask(r->b, "order.pay", NULL, &id, &pay), 200);
	r->b->now_ms += 31 * 60000;
	assert_status(bench_sql(r->b, "UPDATE ord SET state = 'closed'"), YKT_OK);
	assert_status(bench_sql(r->b, "UPDATE work SET next_ms = 0 WHERE kind = 2"), YKT_OK);
	r->b->pays[0].paid = true;
}

static void
run_late(struct rider *r)
{
	struct wire_pay_notice notice;

	model_notice(r->b, &r->b->pays[0], &notice);
	for (int i = 0; i < REPEATS; i++) {
		int code = model_notice_send(r->b, &notice);

		if (code == 200 && !r->b->down) {
			drain(r->b);
			return;
		}
		pause_after(r->b);
	}
	fail_msg("the notice is never heard");
}

struct procedure {
	const char *name;
	void (*ready)(struct rider *r);
	void (*run)(struct rider *r);
	void (*check)(struct rider *r);
	unsigned calls_min; /* so many outside calls it has at least */
};

static const struct procedure procedures[] = {
	{ "open a card", ready, run_open, check_open, 20 },
	{ "load", ready_with_card, run_load, check_load, 12 },
	{ "load, beginning anew", ready_with_card, run_load_forgetful, check_load, 10 },
	{ "refund before any MAC2", ready_with_card, run_refund, check_refund, 5 },
	{ "refund with a proof", ready_with_mac2, run_refund_proof, check_refund, 9 },
	{ "an opening that fails", ready, run_failed_open, check_failed_open, 20 },
	{ "upload and clearing", ready_loaded, run_upload, check_upload, 5 },
	{ "a payment after closing", ready_unpaid, run_late, check_failed_open, 8 },
};

/* The number of calls that the procedure itself made; *ret_fired: one of them failed. */
static unsigned
run_once(const struct procedure *procedure, unsigned n, enum bench_fault fault, bool *ret_fired)
{
	struct rider r = { .b = NULL };
	unsigned before, calls;

	procedure->ready(&r);
	before = r.b->calls;
	r.b->fail_at = n == 0 ? 0 : before + n;
	r.b->fault = fault;
	procedure->run(&r);
	calls = r.b->calls - before;
	*ret_fired = r.b->fired;
	if (r.b->down)
		bench_restart(r.b);
	r.b->fail_at = 0;
	bench_settle(r.b);
	procedure->check(&r);
	bench_check_books(r.b);
	assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM work WHERE kind <> 5"), 0);
	assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM casebook WHERE closed_ms = 0"), 0);
	bench_close(&r.b);
	return calls;
}

static void
run_all(const struct procedure *procedure)
{
	static const enum bench_fault faults[] = { BENCH_FAULT_BEFORE, BENCH_FAULT_LOST,
		BENCH_FAULT_DOWN, BENCH_FAULT_DOWN_AFTER };
	bool fired;
	unsigned calls = run_once(procedure, 0, BENCH_FAULT_NONE, &fired);

	assert_false(fired);
	assert_true_why(calls >= procedure->calls_min, procedure->name);
	for (size_t f = 0; f < YKT_ARRAY_LEN(faults); f++) {
		for (unsigned n = 1; n <= calls; n++) {
			(void)run_once(procedure, n, faults[f], &fired);
			assert_true_why(fired, procedure->name);
		}
		(void)run_once(procedure, calls + 1, faults[f], &fired);
		assert_false(fired);
	}
}

static void
test_procedure(void **state)
{
	run_all(*state);
}

int
main(void)
{
	struct CMUnitTest tests[YKT_ARRAY_LEN(procedures)];

	for (size_t i = 0; i < YKT_ARRAY_LEN(procedures); i++) {
		tests[i] = (struct CMUnitTest){ .name = procedures[i].name,
			.test_func = test_procedure,
			.initial_state = (void *)(uintptr_t)&procedures[i] };
	}

	return cmocka_run_group_tests(tests, NULL, NULL);
}
