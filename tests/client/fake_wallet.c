/*
 * The platform of the world: wallet, PIN and bills. A bill is debited by what
 * its payer signed, so that a client that signs other than it shows is found out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake.h"

#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "check.h"
#include "wire/bill.h"
#include "wire/pin.h"

static struct fake_bill *
bill_of(struct fake *fake, const char *bill_id)
{
	for (size_t i = 0; i < FAKE_BILLS_MAX; i++) {
		if (strcmp(fake->bills[i].wire.bill_id, bill_id) == 0)
			return &fake->bills[i];
	}

	return NULL;
}

static bool
pin_is(struct fake *fake, const uint8_t *block, size_t len, enum wire_pin_use use)
{
	char pin[7] = "";
	bool same = wire_pin_open(&fake->key.signer, ykt_bytes(block, len), fake->sid, use, pin) ==
			YKT_OK &&
		    strcmp(pin, fake->pin) == 0;

	ykt_wipe(pin, sizeof(pin));

	return same;
}

static int
bill_pay(struct fake *fake, const struct wire_request *request, const struct wire_bill_pay_req *req,
    struct wire_bill *rsp, struct wire_error *error)
{
	struct fake_bill *bill = bill_of(fake, req->bill_id);
	uint8_t digest[32], text[WIRE_BILL_SIGN_LEN];

	fake->bill_pays++;
	if (bill == NULL)
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, NULL);
	if (strcmp(bill->wire.state, "open") != 0 && strcmp(bill->idem, request->idem) == 0) {
		*rsp = bill->wire;
		return 200;
	}
	if (strcmp(bill->wire.state, "open") != 0)
		return wire_error_set(error, 409, "paid", NULL);
	assert_status(wire_bill_digest(fake->crypto, &bill->wire, FAKE_USER, digest), YKT_OK);
	if (req->amount_fen != bill->wire.amount_fen)
		return wire_error_set(error, 403, "amount", NULL);
	if (memcmp(digest, req->digest, sizeof(digest)) != 0)
		return wire_error_set(error, 403, "digest", NULL);
	wire_bill_to_sign(digest, request->idem, text);
	assert_status(crypto_sm2_verify(fake->crypto, &fake->device, crypto_sm2_default_id,
			  YKT_BYTES(text), req->sig),
	    YKT_OK);
	if (!pin_is(fake, req->pin.data, req->pin.len, WIRE_PIN_PAY))
		return wire_error_set(error, 403, "pin_wrong", NULL);
	if (fake->wallet < bill->wire.amount_fen)
		return wire_error_set(error, 409, "funds", NULL);
	fake->wallet -= bill->wire.amount_fen;
	bill->debits++;
	snprintf(bill->idem, sizeof(bill->idem), "%s", request->idem);
	strcpy(bill->wire.state, "paid");
	bill->wire.mine = true;
	bill->wire.paid_ms = fake->now_ms;
	*rsp = bill->wire;

	return 200;
}

static int
pin_set(struct fake *fake, const struct wire_pin_set_req *req, struct wire_error *error)
{
	char pin[7] = "";

	if (strcmp(req->password, FAKE_PASSWORD) != 0)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	assert_status(wire_pin_open(&fake->key.signer, ykt_bytes(req->pin.data, req->pin.len),
			  fake->sid, WIRE_PIN_NEW, pin),
	    YKT_OK);
	if (fake->pin[0] != '\0' && !pin_is(fake, req->old.data, req->old.len, WIRE_PIN_OLD))
		return wire_error_set(error, 403, "pin_wrong", NULL);
	strcpy(fake->pin, pin);

	return 200;
}

int
fake_wallet_op(struct fake *fake, const struct wire_request *request, const struct wire_op *op,
    const void *req, void *rsp, struct wire_error *error)
{
	struct wire_wallet *wallet = rsp;
	struct fake_bill *bill;

	if (strcmp(op->op, "wallet.get") == 0) {
		strcpy(wallet->user_id, FAKE_USER);
		wallet->balance_fen = fake->wallet;
		wallet->as_of_ms = fake->now_ms;
		wallet->cap_fen = 500000;
		wallet->has_pin = fake->pin[0] != '\0';
		return 200;
	}
	if (strcmp(op->op, "wallet.records") == 0) {
		*(struct wire_card_records_rsp *)rsp = fake->records;
		return 200;
	}
	if (strcmp(op->op, "pin.set") == 0)
		return pin_set(fake, req, error);
	if (strcmp(op->op, "bill.pay") == 0)
		return bill_pay(fake, request, req, rsp, error);
	bill = bill_of(fake, req);
	if (bill == NULL)
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, NULL);
	*(struct wire_bill *)rsp = bill->wire;
	if (fake->bill_lie)
		((struct wire_bill *)rsp)->amount_fen = 1;

	return 200;
}
