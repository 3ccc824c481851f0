/*
 * The usual steps of a rider.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "wire/shown.h"

struct wire_order
bench_order_open(struct bench *b)
{
	struct wire_order_open_req req = { .se_id = { 8, { 1 } }, .first_load_fen = BENCH_LOAD };
	struct wire_order order;

	req.aid.len = b->app.aid_len;
	memcpy(req.aid.data, b->app.aid, b->app.aid_len);
	assert_int_equal(bench_ask(b, "order.open", bench_idem(b), &req, &order), 200);
	assert_string_equal(order.state, "created");
	return order;
}

void
bench_pay(struct bench *b, const char *order_id)
{
	struct wire_order_id_req req;
	struct wire_order_pay_rsp pay;
	struct wire_pay_notice notice;

	strcpy(req.order_id, order_id);
	assert_int_equal(bench_ask(b, "order.pay", NULL, &req, &pay), 200);
	model_pay_of(b, order_id)->paid = true;
	model_notice(b, model_pay_of(b, order_id), &notice);
	assert_int_equal(model_notice_send(b, &notice), 200);
}

struct wire_order
bench_order(struct bench *b, const char *order_id)
{
	struct wire_order_id_req req;
	struct wire_order order;

	strcpy(req.order_id, order_id);
	assert_int_equal(bench_ask(b, "order.get", NULL, &req, &order), 200);
	return order;
}

static struct wire_order
first_load(struct bench *b, const char *parent_id)
{
	struct wire_order_list_req req = { .limit = 50 };
	static struct wire_order_list_rsp list;

	assert_int_equal(bench_ask(b, "order.list", NULL, &req, &list), 200);
	for (size_t i = 0; i < list.orders_count; i++) {
		if (strcmp(list.orders[i].parent_id, parent_id) == 0)
			return list.orders[i];
	}
	fail_msg("an opening without its first load");
	return list.orders[0];
}

struct wire_order
bench_card(struct bench *b, char ret_card_no[21])
{
	struct wire_order open = bench_order_open(b);
	struct wire_open_begin_req begin = { .se_id = { 8, { 1 } } };
	struct wire_open_begin_rsp session;
	struct wire_order_id_req id;
	struct wire_order order;

	bench_pay(b, open.order_id);
	strcpy(begin.order_id, open.order_id);
	assert_int_equal(bench_ask(b, "open.begin", NULL, &begin, &session), 200);
	order = bench_order(b, open.order_id);
	assert_string_equal(order.state, "opening");
	model_job_of(b, order.card_no)->state = WIRE_JOB_DONE;
	strcpy(id.order_id, open.order_id);
	assert_int_equal(bench_ask(b, "open.status", NULL, &id, &order), 200);
	assert_string_equal(order.state, "opened");
	strcpy(ret_card_no, order.card_no);
	return first_load(b, open.order_id);
}

struct wire_order
bench_topup(struct bench *b, const char *card_no, int64_t amount)
{
	struct wire_order_topup_req req = { .amount_fen = amount };
	struct wire_order order;

	strcpy(req.card_no, card_no);
	assert_int_equal(bench_ask(b, "order.topup", bench_idem(b), &req, &order), 200);
	bench_pay(b, order.order_id);
	return order;
}

int
bench_load(struct bench *b, const char *order_id, struct wire_load_begin_rsp *begin,
    struct wire_load_request_rsp *rsp)
{
	struct wire_order_id_req id;
	struct wire_load_request_req req = { .attest = false };

	strcpy(id.order_id, order_id);
	assert_int_equal(bench_ask(b, "load.begin", NULL, &id, begin), 200);
	strcpy(req.order_id, order_id);
	strcpy(req.card_no, begin->card_no);
	req.attempt = begin->attempt;
	model_card_init(b, begin->card_no, begin->amount_fen, begin->terminal, req.init);
	return bench_ask(b, "load.request", NULL, &req, rsp);
}

void
bench_load_whole(struct bench *b, const char *order_id)
{
	struct wire_load_begin_rsp begin;
	struct wire_load_request_rsp rsp;
	struct wire_load_confirm_req confirm = { .credited = true };
	struct wire_order order;

	assert_int_equal(bench_load(b, order_id, &begin, &rsp), 200);
	assert_string_equal(rsp.result, "credit");
	assert_true(model_card_credit(b, begin.card_no, rsp.datetime, rsp.mac2, confirm.tac));
	strcpy(confirm.order_id, order_id);
	confirm.attempt = begin.attempt;
	assert_int_equal(bench_ask(b, "load.confirm", NULL, &confirm, &order), 200);
	assert_string_equal(order.state, "loaded");
}

void
bench_settle(struct bench *b)
{
	int64_t quiet_from = b->now_ms;
	unsigned done = 0;

	for (int i = 0; i < 5000; i++) {
		int64_t work = bench_number(b,
		    "SELECT COUNT(*) FROM work WHERE kind IN (1, 4) OR (kind = 2 AND EXISTS"
		    " (SELECT 1 FROM ord WHERE pay_id = ref AND state = 'created'))");

		assert_status(platform_tick(b->w, &done), YKT_OK);
		if (work != 0)
			quiet_from = b->now_ms;
		if (b->now_ms - quiet_from > 3600000)
			return;
		b->now_ms += done != 0 ? 0 : 120000;
	}
	fail_msg("the outbox never comes to rest");
}

void
bench_refund_sign(struct bench *b, const char *idem, struct wire_order_refund_req *req)
{
	uint8_t text[WIRE_SHOWN_SIGN_LEN];
	struct signer_soft device;
	char sql[160];

	snprintf(sql, sizeof(sql),
	    "SELECT COALESCE((SELECT paid_fen FROM ord WHERE order_id = '%s'), 0)", req->order_id);
	req->amount_fen = bench_number(b, sql);
	strcpy(req->to, WIRE_REFUND_ORIGIN);
	assert_status(wire_refund_digest(b->other, req->order_id, b->user_id, req->amount_fen,
			  req->to, req->digest),
	    YKT_OK);
	wire_refund_to_sign(req->digest, idem, text);
	signer_soft_init(&device, b->other, &b->device);
	assert_status(signer_sign(&device.signer, YKT_BYTES(text), req->sig), YKT_OK);
	signer_soft_clear(&device);
}
