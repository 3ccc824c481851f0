/*
 * The platform's part in withdrawals: a wish is one debit under its id, by what its owner
 * signed, so that a client that signs other than it shows is found out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/secret.h>

#include "check.h"
#include "fake.h"
#include "wire/pin.h"
#include "wire/withdraw.h"

static struct wire_withdrawal *
find(struct fake *fake, const char *id)
{
	for (size_t i = 0; i < fake->bank.out_count; i++) {
		if (strcmp(fake->bank.out[i].withdraw_id, id) == 0)
			return &fake->bank.out[i];
	}

	return NULL;
}

void
fake_pay_out(struct fake *fake)
{
	for (size_t i = 0; i < fake->bank.out_count; i++) {
		struct wire_withdrawal *out = &fake->bank.out[i];

		if (strcmp(out->state, "asked") != 0 || fake->bank.away)
			continue;
		strcpy(out->state, fake->bank.out_refuses == NULL ? "done" : "refused");
		if (fake->bank.out_refuses == NULL) {
			fake->bank.given += out->amount_fen;
		} else {
			strcpy(out->reason, fake->bank.out_refuses);
			fake->wallet += out->amount_fen;
		}
	}
}

static const struct wire_account *
bound(const struct fake *fake, const char *id)
{
	for (size_t i = 0; i < fake->bank.count; i++) {
		if (strcmp(fake->bank.accounts[i].account_id, id) == 0 &&
		    strcmp(fake->bank.accounts[i].state, "bound") == 0)
			return &fake->bank.accounts[i];
	}

	return NULL;
}

/* NULL, or why it is not what was shown. */
static const char *
yes_fault(struct fake *fake, const struct wire_withdraw_req *req, const char *text)
{
	uint8_t digest[32], to_sign[WIRE_WITHDRAW_SIGN_LEN];
	char pin[WIRE_PIN_LEN + 1] = "";
	const char *fault = NULL;

	assert_status(wire_withdraw_digest(fake->crypto, req, FAKE_USER, text, digest), YKT_OK);
	if (memcmp(digest, req->digest, sizeof(digest)) != 0)
		return "digest";
	wire_withdraw_to_sign(digest, req->withdraw_id, to_sign);
	assert_status(crypto_sm2_verify(fake->crypto, &fake->device, crypto_sm2_default_id,
			  YKT_BYTES(to_sign), req->sig),
	    YKT_OK);
	assert_status(
	    wire_pin_open(&fake->pin_module.signer, ykt_bytes(req->pin.data, req->pin.len),
		fake->sid, WIRE_PIN_PAY, pin, NULL),
	    YKT_OK);
	if (strcmp(pin, FAKE_PIN) != 0)
		fault = "pin_wrong";
	ykt_wipe(pin, sizeof(pin));

	return fault;
}

static int
begin(struct fake *fake, const struct wire_withdraw_req *req, struct wire_error *error)
{
	const struct wire_account *account = bound(fake, req->account_id);
	struct wire_withdrawal fresh = { .state = "asked" };
	const char *fault;

	if (req->amount_fen < 100)
		return wire_error_set(error, 409, "withdraw_amount", NULL);
	if (account == NULL)
		return wire_error_set(error, 409, "account_unbound", NULL);
	strcpy(fresh.account, account->issuer);
	strcat(fresh.account, " ");
	strcat(fresh.account, fake->bank.told != NULL ? fake->bank.told : account->last4);
	fault = yes_fault(fake, req, fresh.account);
	if (fault != NULL)
		return wire_error_set(error, 403, fault, NULL);
	if (fake->wallet < req->amount_fen)
		return wire_error_set(error, 409, "funds", NULL);
	assert_true(fake->bank.out_count < FAKE_OUTS_MAX);
	strcpy(fresh.withdraw_id, req->withdraw_id);
	strcpy(fresh.account_id, req->account_id);
	fresh.amount_fen = req->amount_fen;
	fresh.made_ms = fake->now_ms;
	fake->wallet -= req->amount_fen;
	fake->bank.out[fake->bank.out_count++] = fresh;

	return 200;
}

static int
list(const struct fake *fake, const struct wire_withdrawals_req *req,
    struct wire_withdrawals_rsp *rsp)
{
	for (size_t i = fake->bank.out_count; i > 0; i--) {
		if (!req->abnormal || strcmp(fake->bank.out[i - 1].state, "asked") == 0)
			rsp->withdrawals[rsp->withdrawals_count++] = fake->bank.out[i - 1];
	}

	return 200;
}

int
fake_withdraw_op(struct fake *fake, const struct wire_op *op, const void *req, void *rsp,
    struct wire_error *error)
{
	const bool wish = strcmp(op->op, "wallet.withdraw") == 0;
	struct wire_withdrawal *out;
	int code;

	if (strcmp(op->op, "wallet.withdrawals") == 0)
		return list(fake, req, rsp);
	fake->bank.withdraws += wish;
	/* Both requests begin with the withdrawal's id. */
	if (wish && find(fake, req) == NULL) {
		code = begin(fake, req, error);
		if (code != 200)
			return code;
	}
	fake_pay_out(fake);
	out = find(fake, req);
	if (out == NULL)
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, NULL);
	*(struct wire_withdrawal *)rsp = *out;
	((struct wire_withdrawal *)rsp)->amount_fen += fake->bank.out_lie;

	return 200;
}
