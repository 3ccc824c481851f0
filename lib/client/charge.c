/*
 * Paying an order from a bound account: what was shown with the account, signed, and
 * the payment PIN. Once sent it may be paid; what came of it is asked for, and nothing
 * is charged again without the user (C5-PAY-2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/bank.h"
#include "client/device.h"
#include "client/flow.h"
#include "client/keypad.h"
#include "client/mask.h"
#include "wire/shown.h"

enum ykt_status
ykt_client_pay_from(struct ykt_client *client, const char *account)
{
	if (account != NULL && strlen(account) >= sizeof(client->from))
		return YKT_E_ARG;
	memset(client->from, 0, sizeof(client->from));
	if (account != NULL)
		client_text_copy(client->from, sizeof(client->from), account);

	return YKT_OK;
}

static enum ykt_status
protect(struct ykt_client *client, const struct wire_shown *shown, const char *prepay_id,
    const struct client_pin *pin, struct wire_order_charge_req *req)
{
	const struct signer *device = NULL;
	uint8_t text[WIRE_SHOWN_SIGN_LEN];
	enum ykt_status status = client_device(client, &device);

	if (status == YKT_OK)
		status = wire_shown_digest(client->o.crypto, shown, req->digest);
	if (status != YKT_OK)
		return status;
	wire_shown_to_sign(req->digest, prepay_id, text);
	status = signer_sign(device, YKT_BYTES(text), req->sig);
	if (status == YKT_OK)
		status = client_pin_seal(client, pin, WIRE_PIN_PAY, req->pin.data, &req->pin.len);

	return status;
}

static enum ykt_status
set_confirmed(struct ykt_client *client, struct client_intent *intent, bool confirmed)
{
	intent->confirmed = confirmed;

	return client_intent_put(&client->store, intent);
}

/* The platform's no: nothing moved, and the order can be paid otherwise. */
static enum ykt_status
refused(struct ykt_client *client, struct client_intent *intent, enum ykt_status status)
{
	enum ykt_status put;

	/* The caller looks how the order stands. */
	if (client_error_is(client, "paid") || client_error_is(client, "closed"))
		return YKT_REFUSED;
	client->end.money = CLIENT_MONEY_UNTOUCHED;
	client_reason(client, client->error.error);
	put = set_confirmed(client, intent, false);
	if (put != YKT_OK)
		return put;

	return client_error_is(client, "pin_blocked") ? YKT_REFUSED : status;
}

static enum ykt_status
send_charge(struct ykt_client *client, struct client_intent *intent,
    const struct wire_order_charge_req *req, struct wire_order *order)
{
	struct wire_order paid;
	enum ykt_status status = set_confirmed(client, intent, true);

	if (status != YKT_OK)
		return status;
	client->end.money = CLIENT_MONEY_UNSURE;
	(void)client_progress(client, N_("Paying from the account"), 2, 5);
	status = client_call(client, "order.charge", NULL, req, &paid);
	if (status == YKT_E_DOWN || status == YKT_LOGIN_NEEDED)
		return status;
	if (client_refused(status) || status == YKT_E_NET)
		return refused(client, intent, status);
	/* Answered or not: the order's state is the truth. */
	status = client_wait_paid(client, order);
	if (status == YKT_OK)
		client->end.money = CLIENT_MONEY_KEPT;

	return status;
}

enum ykt_status
client_charge(struct ykt_client *client, struct client_intent *intent,
    const struct wire_shown *shown, const char *prepay_id, const struct wire_account *account,
    struct wire_order *order)
{
	struct wire_order_charge_req req = { .amount_fen = shown->amount_fen };
	struct client_pin pin = { 0 };
	enum ykt_status status, kept;

	client_text_copy(req.order_id, sizeof(req.order_id), shown->order_id);
	client_text_copy(req.account_id, sizeof(req.account_id), account->account_id);
	status = client_pin_ask(client, "pin", N_("Payment PIN"), NULL, &pin);
	if (status == YKT_E_DEADLINE)
		status = YKT_CANCELLED;
	if (status == YKT_OK)
		status = protect(client, shown, prepay_id, &pin, &req);
	ykt_wipe(&pin, sizeof(pin));
	if (status == YKT_OK)
		status = send_charge(client, intent, &req, order);
	ykt_wipe(&req, sizeof(req));
	if (status == YKT_OK) {
		kept = client_bank_keep(client, account);
		status = kept == YKT_OK ? status : kept;
	}

	return status;
}
