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
#include "code/code_qr.h"
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
	bool same = wire_pin_open(&fake->pin_module.signer, ykt_bytes(block, len), fake->sid, use,
			pin, NULL) == YKT_OK &&
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

	if (strcmp(req->password, fake->password) != 0)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	assert_status(
	    wire_pin_open(&fake->pin_module.signer, ykt_bytes(req->pin.data, req->pin.len),
		fake->sid, WIRE_PIN_NEW, pin, NULL),
	    YKT_OK);
	if (fake->pin[0] != '\0' && !pin_is(fake, req->old.data, req->old.len, WIRE_PIN_OLD))
		return wire_error_set(error, 403, "pin_wrong", NULL);
	strcpy(fake->pin, pin);

	return 200;
}

static int
pin_reset(struct fake *fake, const struct wire_pin_reset_req *req, struct wire_error *error)
{
	if (strcmp(req->password, fake->password) != 0)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (strcmp(req->otp, FAKE_OTP) != 0)
		return wire_error_set(error, 403, WIRE_ERR_OTP_WRONG, NULL);
	assert_status(
	    wire_pin_open(&fake->pin_module.signer, ykt_bytes(req->pin.data, req->pin.len),
		fake->sid, WIRE_PIN_NEW, fake->pin, NULL),
	    YKT_OK);

	return 200;
}

static int
user_op(struct fake *fake, const struct wire_op *op, const void *req, struct wire_error *error)
{
	const struct wire_user_password_req *change = req;
	const struct wire_user_close_req *close = req;
	bool closing = strcmp(op->op, "user.close") == 0;

	if (strcmp(closing ? close->password : change->old, fake->password) != 0)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (closing && fake->wallet != 0)
		return wire_error_set(error, 409, "balance", NULL);
	if (closing)
		fake->closed = true;
	else
		strcpy(fake->password, change->password);
	fake->session_open = false;

	return 200;
}

/* A repeat under the same key gets the same bytes. */
static int
authorise(struct fake *fake, const char *idem, const struct wire_code_authorise_req *req,
    struct wire_code_authorise_rsp *rsp, struct wire_error *error)
{
	struct code_auth auth = { .limit_fen = 3000, .validity_s = 60 };
	uint8_t bytes[CODE_AUTH_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct signer_soft institution;
	int64_t now_ms = fake->now_ms + fake->ahead_ms;

	if (fake->wallet < 3000)
		return wire_error_set(error, 409, "wallet_low", NULL);
	if (strcmp(idem, fake->auth_idem) != 0) {
		memset(auth.account, '1', sizeof(auth.account));
		memset(auth.cert, 0x24, sizeof(auth.cert));
		memcpy(auth.point, req->point, sizeof(auth.point));
		auth.expires_s = (uint32_t)((now_ms + fake->auth_life_ms) / 1000);
		signer_soft_init(&institution, fake->crypto, &fake->institution);
		assert_status(code_auth_make(&institution.signer, &auth, &out), YKT_OK);
		signer_soft_clear(&institution);
		strcpy(fake->auth_idem, idem);
		fake->auth.auth.len = (uint16_t)out.len;
		memcpy(fake->auth.auth.data, bytes, out.len);
		fake->auth.redraw_ms = 30000;
		fake->auth.now_ms = now_ms;
		fake->auths++;
	}
	*rsp = fake->auth;

	return 200;
}

void
fake_records(const struct fake *fake, const int64_t *from_ms, const int64_t *to_ms,
    struct wire_card_records_rsp *rsp)
{
	rsp->records_count = 0;
	for (size_t i = 0; i < fake->records.records_count; i++) {
		const struct wire_record *record = &fake->records.records[i];

		if ((from_ms == NULL || record->time_ms >= *from_ms) &&
		    (to_ms == NULL || record->time_ms < *to_ms))
			rsp->records[rsp->records_count++] = *record;
	}
}

int
fake_wallet_op(struct fake *fake, const struct wire_request *request, const struct wire_op *op,
    const void *req, void *rsp, struct wire_error *error)
{
	const struct wire_wallet_records_req *records = req;
	const struct wire_card_records_req *card = req;
	struct wire_wallet *wallet = rsp;
	struct fake_bill *bill;

	if (strncmp(op->op, "wallet.withdraw", 15) == 0)
		return fake_withdraw_op(fake, op, req, rsp, error);
	if (strncmp(op->op, "unload.", 7) == 0)
		return fake_unload_op(fake, op, req, rsp, error);
	if (strcmp(op->op, "wallet.get") == 0) {
		strcpy(wallet->user_id, FAKE_USER);
		wallet->balance_fen = fake->wallet;
		wallet->as_of_ms = fake->wallet_unused ? 0 : fake->now_ms;
		wallet->cap_fen = 500000;
		wallet->has_pin = fake->pin[0] != '\0';
		return 200;
	}
	if (strcmp(op->op, "card.records") == 0) {
		fake_records(fake, card->has_from_ms ? &card->from_ms : NULL,
		    card->has_to_ms ? &card->to_ms : NULL, rsp);
		return 200;
	}
	if (strcmp(op->op, "wallet.records") == 0) {
		fake_records(fake, records->has_from_ms ? &records->from_ms : NULL,
		    records->has_to_ms ? &records->to_ms : NULL, rsp);
		return 200;
	}
	if (strcmp(op->op, "pin.set") == 0)
		return pin_set(fake, req, error);
	if (strcmp(op->op, "pin.reset") == 0)
		return pin_reset(fake, req, error);
	if (strncmp(op->op, "user.", 5) == 0)
		return user_op(fake, op, req, error);
	if (strcmp(op->op, "code.authorise") == 0)
		return authorise(fake, request->idem, req, rsp, error);
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

void
fake_put_bill(struct fake *fake)
{
	struct wire_bill *bill = &fake->bills[0].wire;

	fake->wallet = 2 * FAKE_PRICE;
	strcpy(fake->pin, FAKE_PIN);
	strcpy(bill->bill_id, FAKE_BILL);
	strcpy(bill->payee, "Noodles Zhang");
	strcpy(bill->goods, "noodles");
	bill->amount_fen = FAKE_PRICE;
	bill->created_ms = fake->now_ms;
	bill->expires_ms = fake->now_ms + 600000;
	strcpy(bill->state, "open");
}
