/*
 * Riders who leave, for the removal tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "leavers.h"

#include <string.h>

struct leaver
leaver_open(void)
{
	struct leaver r = { 0 };

	bench_open(&r.b);
	bench_register(r.b, BENCH_PHONE);
	r.order = bench_card(r.b, r.card_no);
	bench_load_whole(r.b, r.order.order_id);
	model_card(r.b, r.card_no)->balance = 0;
	return r;
}

void
leaver_close(struct leaver *r)
{
	bench_check_books(r->b);
	bench_close(&r->b);
}

int
leaver_delete(struct leaver *r)
{
	struct wire_card_delete_req req = { .se_id = { 8, { 1 } }, .password = BENCH_PASS };

	strcpy(req.card_no, r->card_no);
	return bench_ask(r->b, "card.delete", NULL, &req, &r->proof);
}

struct wire_card_prove_req
leaver_answer(struct leaver *r)
{
	struct wire_card_prove_req req = { .attempt = r->proof.attempt };

	strcpy(req.card_no, r->card_no);
	model_card_init(r->b, r->card_no, 0, r->proof.terminal, req.init);
	return req;
}

int
leaver_prove(struct leaver *r)
{
	struct wire_card_prove_req req = leaver_answer(r);
	struct wire_empty rsp;

	return bench_ask(r->b, "card.prove", NULL, &req, &rsp);
}

int
leaver_session(struct leaver *r, uint8_t element, struct wire_card_session_rsp *rsp)
{
	struct wire_card_session_req req = { .se_id = { 8, { element } } };

	strcpy(req.card_no, r->card_no);
	return bench_ask(r->b, "card.session", NULL, &req, rsp);
}

struct wire_card_status
leaver_status(struct leaver *r)
{
	struct wire_card_balance_req req;
	struct wire_card_status rsp;

	strcpy(req.card_no, r->card_no);
	assert_int_equal(bench_ask(r->b, "card.status", NULL, &req, &rsp), 200);
	return rsp;
}

struct model_job *
leaver_job(struct leaver *r)
{
	struct model_job *job = &r->b->jobs[r->b->job_count - 1];

	assert_string_equal(job->kind, "delete");
	assert_string_equal(job->card_no, r->card_no);
	return job;
}

void
leaver_in_use(struct leaver *r, const char *reason)
{
	struct wire_card_status status = leaver_status(r);
	struct wire_order again = bench_topup(r->b, r->card_no, 1000);

	assert_string_equal(status.card_state, "active");
	assert_string_equal(status.reason, reason);
	bench_load_whole(r->b, again.order_id);
	assert_int_equal(bench_number(r->b, "SELECT COUNT(*) FROM work WHERE kind = 6"), 0);
}
