/*
 * Helpers of the code tests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "riders.h"

#include <string.h>

void
rider_fill(struct rider *r, int64_t fen)
{
	struct wire_order_wallet_req req = { .amount_fen = fen };
	struct wire_order order;

	assert_int_equal(bench_ask(r->b, "order.wallet", bench_idem(r->b), &req, &order), 200);
	bench_pay(r->b, order.order_id);
	assert_string_equal(bench_order(r->b, order.order_id).state, "loaded");
}

struct rider *
rider_open(int64_t wallet_fen)
{
	static struct rider rider;
	struct rider *r = &rider;

	memset(r, 0, sizeof(*r));
	bench_open(&r->b);
	r->b->has_code = true;
	bench_register(r->b, BENCH_PHONE);
	assert_status(crypto_sm2_generate(r->b->other, &r->b->random, &r->key), YKT_OK);
	if (wallet_fen != 0)
		rider_fill(r, wallet_fen);

	return r;
}

int
rider_authorise(struct rider *r, const char *idem)
{
	struct wire_code_authorise_req req;

	crypto_sm2_compress(&r->key.pub, req.point);

	return bench_ask(r->b, "code.authorise", idem, &req, &r->auth);
}

struct wire_ride
rider_ride(struct rider *r, int64_t ride_seq, int64_t amount, uint32_t after_s)
{
	struct wire_ride ride = { .ride_seq = ride_seq,
		.kind = "single",
		.amount_fen = amount,
		.datetime = { 0x20, 0x26, 0x11, 0x24, 0x15, 0x00, 0x00 } };
	struct ykt_buf out = { ride.code.data, 0, sizeof(ride.code.data), false };
	struct signer_soft signer;

	signer_soft_init(&signer, r->b->other, &r->key);
	assert_status(code_qr_make(&signer.signer, ykt_bytes(r->auth.auth.data, r->auth.auth.len),
			  (uint32_t)(r->b->now_ms / 1000) + after_s, &out),
	    YKT_OK);
	signer_soft_clear(&signer);
	ride.code.len = (uint16_t)out.len;

	return ride;
}

const char *
rider_up(struct rider *r, const char *gate, const struct wire_ride *ride)
{
	memset(&r->req, 0, sizeof(r->req));
	strcpy(r->req.batch_id, bench_idem(r->b));
	r->req.terminal[0] = 0x31;
	r->req.terminal[5] = (uint8_t)(gate[strlen(gate) - 1] - '0');
	r->req.rides_count = 1;
	r->req.rides[0] = *ride;
	assert_int_equal(bench_inner(r->b, WIRE_PATH_GATE_RIDES, gate, &wire_gate_rides_req_msg,
			     &r->req, &wire_gate_rides_rsp_msg, &r->rsp),
	    200);
	assert_int_equal(r->rsp.results_count, 1);

	return r->rsp.results[0].result;
}

int64_t
rider_wallet(struct rider *r)
{
	return bench_account(r->b, "U:", r->b->user_id);
}

void
rider_close(struct rider *r)
{
	assert_int_equal(
	    bench_number(r->b, "SELECT COUNT(*) FROM batch WHERE records <> posted + duplicate +"
			       " suspense + refused OR sum_fen <> posted_fen + duplicate_fen +"
			       " suspense_fen + refused_fen"),
	    0);
	bench_check_books(r->b);
	bench_close(&r->b);
}
