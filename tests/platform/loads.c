/*
 * Loads for the load and refund tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "loads.h"

#include <string.h>

struct loads
loads_open(void)
{
	struct loads t = { 0 };

	bench_open(&t.b);
	bench_register(t.b, BENCH_PHONE);
	t.order = bench_card(t.b, t.card_no);
	return t;
}

struct wire_load_begin_rsp
loads_begin(struct loads *t)
{
	struct wire_load_begin_rsp rsp;
	struct wire_order_id_req id;

	strcpy(id.order_id, t->order.order_id);
	assert_int_equal(bench_ask(t->b, "load.begin", NULL, &id, &rsp), 200);
	return rsp;
}

struct wire_load_request_req
loads_request(struct loads *t, const struct wire_load_begin_rsp *b, int64_t amount)
{
	struct wire_load_request_req req = { .attempt = b->attempt, .attest = amount == 0 };

	strcpy(req.order_id, t->order.order_id);
	strcpy(req.card_no, t->card_no);
	model_card_init(t->b, t->card_no, amount, b->terminal, req.init);
	return req;
}

int
loads_refund(struct loads *t, const struct wire_load_request_req *proof, struct wire_order *ret)
{
	struct wire_order_refund_req req = { .has_attempt = false };

	strcpy(req.order_id, t->order.order_id);
	if (proof != NULL) {
		req.has_attempt = req.has_init = true;
		req.attempt = proof->attempt;
		memcpy(req.init, proof->init, sizeof(req.init));
	}
	return bench_ask(t->b, "order.refund", bench_idem(t->b), &req, ret);
}

void
loads_check_no_gain(struct loads *t)
{
	const struct model_card *card = model_card(t->b, t->card_no);
	const struct model_pay *pay = &t->b->pays[0];

	assert_true(card->balance + pay->refunded + BENCH_FEE <= pay->amount);
	bench_check_books(t->b);
}
