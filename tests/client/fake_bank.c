/*
 * The platform's part in bound accounts: opens the blocks, compares what was signed,
 * and keeps what was bound and charged.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <string.h>

#include <ykt/secret.h>

#include "check.h"
#include "fake.h"
#include "wire/account.h"
#include "wire/pin.h"
#include "wire/shown.h"

static struct wire_account *
find(struct fake *fake, const char *id)
{
	for (size_t i = 0; i < fake->bank.count; i++) {
		if (strcmp(fake->bank.accounts[i].account_id, id) == 0)
			return &fake->bank.accounts[i];
	}

	return NULL;
}

unsigned
fake_bound(const struct fake *fake)
{
	unsigned count = 0;

	for (size_t i = 0; i < fake->bank.count; i++)
		count += strcmp(fake->bank.accounts[i].state, "bound") == 0;

	return count;
}

static void
refuse(struct wire_account *account, const char *reason)
{
	strcpy(account->state, "refused");
	strcpy(account->reason, reason);
}

static void
judge(struct fake *fake, const struct wire_account_data *data, struct wire_account *account)
{
	bool good =
	    strcmp(data->number, FAKE_NUMBER) == 0 || strcmp(data->number, FAKE_NUMBER2) == 0;

	strcpy(account->state, "waiting");
	if (strcmp(data->number, FAKE_NUMBER_BLOCKED) == 0)
		refuse(account, "account_blocked");
	else if (!good || strcmp(data->holder, "林 小雨") != 0 ||
		 strcmp(data->phone, FAKE_PHONE) != 0)
		refuse(account, "account_unknown");
	else {
		strcpy(account->issuer, "Test bank");
		strcpy(account->last4, data->number + strlen(data->number) - 4);
	}
	for (size_t i = 0; i < fake->bank.count; i++) {
		if (strcmp(fake->bank.accounts[i].state, "bound") == 0 &&
		    strcmp(fake->bank.accounts[i].last4, account->last4) == 0)
			refuse(account, "account_bound");
	}
}

static int
begin(struct fake *fake, const struct wire_account_begin_req *req, struct wire_account *rsp,
    struct wire_error *error)
{
	struct fake_bank *bank = &fake->bank;
	struct wire_account_data data;
	struct wire_account *account = find(fake, req->account_id);

	bank->begins++;
	assert_status(wire_account_open(&fake->key.signer,
			  ykt_bytes(req->sealed.data, req->sealed.len), req->account_id, &data),
	    YKT_OK);
	if (account == NULL && fake_bound(fake) == FAKE_BANKS_MAX - 1)
		return wire_error_set(error, 409, "too_many", NULL);
	if (account == NULL) {
		struct wire_account fresh = { .account_id = "" };

		assert_true(bank->count < FAKE_BANKS_MAX);
		strcpy(fresh.account_id, req->account_id);
		judge(fake, &data, &fresh);
		account = &bank->accounts[bank->count++];
		*account = fresh;
	}
	ykt_wipe(&data, sizeof(data));
	*rsp = *account;

	return 200;
}

static int
confirm(struct fake *fake, const struct wire_account_confirm_req *req, struct wire_account *rsp,
    struct wire_error *error)
{
	struct wire_account *account = find(fake, req->account_id);
	char code[7];

	fake->bank.confirms++;
	assert_status(wire_account_code_open(&fake->key.signer,
			  ykt_bytes(req->code.data, req->code.len), req->account_id, code),
	    YKT_OK);
	if (account == NULL)
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, NULL);
	if (strcmp(account->state, "waiting") == 0 && fake->bank.late)
		refuse(account, "code_late");
	else if (strcmp(account->state, "waiting") == 0 && strcmp(code, FAKE_OTP) == 0)
		strcpy(account->state, "bound");
	else if (strcmp(account->state, "waiting") == 0 && ++fake->bank.tries == 3)
		refuse(account, "code_tries");
	*rsp = *account;
	ykt_wipe(code, sizeof(code));

	return 200;
}

static int
unbind(struct fake *fake, const struct wire_account_unbind_req *req, struct wire_account *rsp,
    struct wire_error *error)
{
	struct wire_account *account = find(fake, req->account_id);
	uint8_t digest[32], text[WIRE_UNBIND_SIGN_LEN];

	if (account == NULL)
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, NULL);
	if (strcmp(req->password, fake->password) != 0)
		return wire_error_set(error, 403, WIRE_ERR_LOGIN_FAILED, NULL);
	if (strcmp(account->state, "bound") == 0) {
		struct wire_account told = *account;

		if (fake->bank.told != NULL)
			strcpy(told.last4, "0000"); /* what stands in the books */
		assert_status(wire_unbind_digest(fake->crypto, &told, FAKE_USER, digest), YKT_OK);
		if (memcmp(digest, req->digest, sizeof(digest)) != 0)
			return wire_error_set(error, 403, "digest", NULL);
		wire_unbind_to_sign(digest, account->account_id, text);
		assert_status(crypto_sm2_verify(fake->crypto, &fake->device, crypto_sm2_default_id,
				  YKT_BYTES(text), req->sig),
		    YKT_OK);
		strcpy(account->state, fake->bank.away ? "unbinding" : "unbound");
		account->issuer[0] = account->last4[0] = '\0';
	}
	*rsp = *account;

	return 200;
}

static void
pay(struct fake *fake, struct fake_order *order)
{
	for (size_t k = 0; k < fake->order_count; k++) {
		struct wire_order *o = &fake->orders[k].wire;

		if ((o != &order->wire && strcmp(o->parent_id, order->wire.order_id) != 0) ||
		    strcmp(o->state, "created") != 0)
			continue;
		strcpy(o->state, "paid");
		o->paid_fen = o->amount_fen;
		fake->charged += o->amount_fen;
		fake->bank.taken += o->amount_fen;
		if (strcmp(o->kind, "wallet") == 0) {
			strcpy(o->state, "loaded");
			o->loaded_fen = o->amount_fen;
			fake->wallet += o->amount_fen;
		}
	}
}

int
fake_order_charge(struct fake *fake, struct fake_order *order,
    const struct wire_order_charge_req *req, struct wire_order *rsp, struct wire_error *error)
{
	const struct wire_account *account = find(fake, req->account_id);
	struct wire_order_confirm_req seen = { .amount_fen = req->amount_fen };
	struct wire_order_confirm_rsp token;
	char pin[WIRE_PIN_LEN + 1] = "", text[64];
	int code;

	fake->bank.charges++;
	if (account == NULL || strcmp(account->state, "bound") != 0)
		return wire_error_set(error, 409, "account_unbound", NULL);
	strcpy(text, account->issuer);
	strcat(text, " ");
	strcat(text, account->last4);
	memcpy(seen.digest, req->digest, sizeof(seen.digest));
	memcpy(seen.sig, req->sig, sizeof(seen.sig));
	fake->bank.text = text;
	code = fake_order_confirm(fake, order, &seen, &token, error);
	fake->bank.text = NULL;
	if (code != 200)
		return code;
	assert_status(
	    wire_pin_open(&fake->pin_module.signer, ykt_bytes(req->pin.data, req->pin.len),
		fake->sid, WIRE_PIN_PAY, pin, NULL),
	    YKT_OK);
	if (strcmp(pin, FAKE_PIN) != 0)
		return wire_error_set(error, 403, "pin_wrong", NULL);
	if (fake->bank.funds < order->wire.amount_fen)
		return wire_error_set(error, 409, "account_funds", NULL);
	if (fake->never_paid)
		return wire_error_set(error, 503, WIRE_ERR_BUSY, NULL);
	pay(fake, order);
	*rsp = order->wire;

	return 200;
}

int
fake_bank_op(struct fake *fake, const struct wire_request *request, const struct wire_op *op,
    const void *req, void *rsp, struct wire_error *error)
{
	const struct wire_account_id_req *id = req;
	struct wire_account_list_rsp *list = rsp;

	/* C5-BND-1: no number in clear inside the envelope either. */
	assert_null(
	    memmem(request->body.data, request->body.len, FAKE_NUMBER, strlen(FAKE_NUMBER)));
	if (strcmp(op->op, "account.begin") == 0)
		return begin(fake, req, rsp, error);
	if (strcmp(op->op, "account.confirm") == 0)
		return confirm(fake, req, rsp, error);
	if (strcmp(op->op, "account.unbind") == 0)
		return unbind(fake, req, rsp, error);
	if (strcmp(op->op, "account.list") == 0) {
		for (size_t i = 0; i < fake->bank.count; i++) {
			struct wire_account *at = &fake->bank.accounts[i];

			if (strcmp(at->state, "refused") != 0 && strcmp(at->state, "unbound") != 0)
				list->accounts[list->accounts_count++] = *at;
		}
		return 200;
	}
	if (find(fake, id->account_id) == NULL)
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, NULL);
	*(struct wire_account *)rsp = *find(fake, id->account_id);

	return 200;
}
