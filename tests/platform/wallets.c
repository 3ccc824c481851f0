/*
 * The usual steps of a payer and a merchant.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wallets.h"

#include <string.h>

struct wire_order
wallet_topup(struct bench *b, int64_t amount)
{
	const struct wire_order_wallet_req req = { .amount_fen = amount };
	struct wire_order order;

	assert_int_equal(bench_ask(b, "order.wallet", bench_idem(b), &req, &order), 200);
	assert_string_equal(order.kind, "wallet");
	bench_pay(b, order.order_id);

	return bench_order(b, order.order_id);
}

int64_t
wallet_balance(struct bench *b)
{
	struct wire_wallet wallet;

	assert_int_equal(bench_ask(b, "wallet.get", NULL, NULL, &wallet), 200);
	assert_string_equal(wallet.user_id, b->user_id);

	return wallet.balance_fen;
}

void
wallet_pin_block(
    struct bench *b, enum wire_pin_use use, const char *pin, uint8_t *out, uint16_t *ret_len)
{
	assert_status(wire_pin_seal(b->other, NULL, &b->pin_key.pub, b->sid, use, b->now_ms, pin,
			  out, ret_len),
	    YKT_OK);
}

int
wallet_pin(struct bench *b, const char *pin)
{
	struct wire_pin_set_req req = { .password = BENCH_PASS };
	struct wire_empty rsp;

	wallet_pin_block(b, WIRE_PIN_NEW, pin, req.pin.data, &req.pin.len);

	return bench_ask(b, "pin.set", NULL, &req, &rsp);
}

int
merchant_bill(
    struct bench *b, const char *peer, const char *ref, int64_t amount, struct wire_bill *ret_bill)
{
	struct wire_merchant_bill_req req = { .payee = "Noodles \"Zhang\"",
		.goods = "牛肉面 two bowls",
		.amount_fen = amount,
		.life_ms = 600000 };

	strcpy(req.ref, ref);

	return bench_inner(b, WIRE_PATH_MERCHANT_BILL, peer, &wire_merchant_bill_req_msg, &req,
	    &wire_bill_msg, ret_bill);
}

struct wire_bill_pay_req
bill_request(struct bench *b, const struct wire_bill *bill, const char *idem, const char *pin)
{
	struct wire_bill_pay_req req = { .amount_fen = bill->amount_fen };
	uint8_t to_sign[WIRE_BILL_SIGN_LEN];

	strcpy(req.bill_id, bill->bill_id);
	assert_status(wire_bill_digest(b->other, bill, b->user_id, req.digest), YKT_OK);
	wire_bill_to_sign(req.digest, idem, to_sign);
	assert_status(crypto_sm2_sign(
			  b->other, &b->device, crypto_sm2_default_id, YKT_BYTES(to_sign), req.sig),
	    YKT_OK);
	wallet_pin_block(b, WIRE_PIN_PAY, pin, req.pin.data, &req.pin.len);

	return req;
}

int
bill_pay(struct bench *b, const struct wire_bill *bill, const char *idem, const char *pin,
    struct wire_bill *ret_bill)
{
	const struct wire_bill_pay_req req = bill_request(b, bill, idem, pin);

	return bench_ask(b, "bill.pay", idem, &req, ret_bill);
}
