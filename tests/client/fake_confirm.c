/*
 * The platform's part in a payment: what it tells, and what it compares.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "fake.h"
#include "wire/shown.h"

const char *
fake_city_told(const struct fake *fake)
{
	return fake->order_city_lie != NULL ? fake->order_city_lie : FAKE_CITY;
}

/* From its own books, as the platform does it; never from what it told the client. */
int
fake_order_confirm(struct fake *fake, const struct fake_order *order,
    const struct wire_order_confirm_req *req, struct wire_order_confirm_rsp *rsp,
    struct wire_error *error)
{
	const bool open = strcmp(order->wire.kind, "open") == 0;
	uint8_t digest[32], text[WIRE_SHOWN_SIGN_LEN];
	struct wire_shown shown = {
		.order_id = order->wire.order_id,
		.user_id = FAKE_USER,
		.kind = order->wire.kind,
		.card_no = open ? "" : order->wire.card_no,
		.city = open ? FAKE_CITY : "",
		.payee = FAKE_PAYEE,
		.account = fake->bank.text,
		.amount_fen = order->wire.amount_fen,
		.fee_fen = open ? order->wire.amount_fen : 0,
	};

	fake->confirms++;
	if (fake->swap_order == 1)
		shown.amount_fen += 1;
	if (fake->swap_order == 2)
		shown.card_no = "03101234567890999999";
	for (size_t i = 0; i < fake->order_count; i++) {
		if (strcmp(fake->orders[i].wire.parent_id, order->wire.order_id) == 0)
			shown.amount_fen += fake->orders[i].wire.amount_fen;
	}
	shown.load_fen = shown.amount_fen - shown.fee_fen;
	if (strcmp(order->wire.state, "created") != 0)
		return wire_error_set(error, 409, "paid", NULL);
	assert_status(wire_shown_digest(fake->crypto, &shown, digest), YKT_OK);
	if (req->amount_fen != shown.amount_fen)
		return wire_error_set(error, 403, "amount", NULL);
	if (memcmp(digest, req->digest, sizeof(digest)) != 0)
		return wire_error_set(error, 403, "digest", NULL);
	wire_shown_to_sign(digest, order->prepay_id, text);
	if (crypto_sm2_verify(fake->crypto, &fake->device, crypto_sm2_default_id, YKT_BYTES(text),
		req->sig) != YKT_OK)
		return wire_error_set(error, 403, "signature", NULL);
	memcpy(rsp->pay_token, order->token, 16);

	return 200;
}

int
fake_order_pay(struct fake *fake, struct fake_order *order, struct wire_order_pay_rsp *rsp,
    struct wire_error *error)
{
	if (strcmp(order->wire.state, "closed") == 0)
		return wire_error_set(error, 409, "closed", NULL);
	if (strcmp(order->wire.state, "created") != 0)
		return wire_error_set(error, 409, "paid", NULL);
	if (order->prepay_id[0] == '\0') {
		snprintf(order->prepay_id, 33, "%032x", 0xdef000 + (unsigned)fake->order_count);
		memset(order->token, 0x77, 16);
	}
	strcpy(rsp->prepay_id, order->prepay_id);
	strcpy(rsp->payee, fake->pay_payee_lie != NULL ? fake->pay_payee_lie : FAKE_PAYEE);
	rsp->amount_fen = order->wire.amount_fen + fake->pay_amount_lie;
	for (size_t i = 0; i < fake->order_count; i++) {
		if (strcmp(fake->orders[i].wire.parent_id, order->wire.order_id) == 0)
			rsp->amount_fen += fake->orders[i].wire.amount_fen;
	}
	fake->confirmed_amount = rsp->amount_fen;

	return 200;
}

const char *
fake_refund_fault(
    struct fake *fake, const struct fake_order *order, const struct wire_order_refund_req *req)
{
	const int64_t amount = order->wire.paid_fen + fake->refund_lie;
	uint8_t digest[32], text[WIRE_SHOWN_SIGN_LEN];

	if (strcmp(req->to, "origin") != 0)
		return "destination";
	if (req->amount_fen != amount)
		return "amount";
	assert_status(wire_refund_digest(
			  fake->crypto, order->wire.order_id, FAKE_USER, amount, req->to, digest),
	    YKT_OK);
	if (memcmp(digest, req->digest, sizeof(digest)) != 0)
		return "digest";
	wire_refund_to_sign(digest, fake->refund_idem, text);

	return crypto_sm2_verify(fake->crypto, &fake->device, crypto_sm2_default_id,
		   YKT_BYTES(text), req->sig) == YKT_OK
		   ? NULL
		   : "signature";
}

const char *
fake_unload_fault(struct fake *fake, const struct wire_unload_begin_req *req)
{
	const bool move = strcmp(req->purpose, "move") == 0;
	const struct wire_unload_yes yes = { FAKE_USER, req->card_no, req->purpose,
		fake->unload_to != NULL ? fake->unload_to : (move ? "ticket" : "wallet"),
		move ? 0 : FAKE_UNLOAD_FEE + fake->unload_fee_lie };
	uint8_t digest[32], text[WIRE_SHOWN_SIGN_LEN];

	fake->unload_yes++;
	if (strcmp(req->to, yes.to) != 0)
		return "destination";
	if (req->fee_fen != yes.fee_fen)
		return "fee";
	assert_status(wire_unload_digest(fake->crypto, &yes, digest), YKT_OK);
	if (memcmp(digest, req->digest, sizeof(digest)) != 0)
		return "digest";
	wire_unload_to_sign(digest, req->wish, text);

	return crypto_sm2_verify(fake->crypto, &fake->device, crypto_sm2_default_id,
		   YKT_BYTES(text), req->sig) == YKT_OK
		   ? NULL
		   : "signature";
}
