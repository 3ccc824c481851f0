/*
 * Remote payment: a merchant's bill out of the wallet (C5-PAY-1, C5-PAY-2).
 *
 * One structure is what is shown, what is signed and what is sent. A payment
 * whose answer is lost is asked about; only the user pays again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/device.h"
#include "client/selfcheck.h"
#include "client/keypad.h"
#include "client/mask.h"
#include "client/wallet.h"
#include "wire/bill.h"

#define QUERY_TRIES   3
#define QUERY_WAIT_MS 2000
/* A call is accepted for ten minutes after it was sealed, and not later. */
#define LATE_MS (2 * WIRE_CLOCK_MS)

/* What stands on the confirmation screen, and nothing else is signed. */
struct shown {
	struct wire_bill bill;
	struct wire_wallet wallet;
};

static enum ykt_status
bill_get(struct ykt_client *client, const char *bill_id, struct wire_bill *ret_bill)
{
	struct wire_bill_id_req req = { 0 };
	enum ykt_status status;

	client_text_copy(req.bill_id, sizeof(req.bill_id), bill_id);
	status = client_call(client, "bill.get", NULL, &req, ret_bill);
	if (status == YKT_OK && strcmp(ret_bill->bill_id, bill_id) != 0)
		status = YKT_E_SERVER;

	return status;
}

static void
show_bill(struct ykt_client *client, const struct wire_bill *bill)
{
	struct client_view *view = &client->view;

	if (bill->bill_id[0] == '\0')
		return;
	client_view_text(view, "payee", N_("Payee"), bill->payee);
	client_view_text(view, "goods", N_("For"), bill->goods);
	client_view_money(view, "amount", N_("Amount"), bill->amount_fen);
	client_view_text(view, "bill", N_("Bill"), bill->bill_id);
	if (bill->paid_ms != 0)
		client_view_time(view, "paid_time", N_("Paid at"), bill->paid_ms);
}

/* The bill's state as a status. YKT_E_STATE: it can be paid. */
static enum ykt_status
bill_status(struct ykt_client *client, const struct wire_bill *bill)
{
	switch (wire_token_find(&wire_bill_state, bill->state)) {
	case WIRE_BILL_OPEN:
		return YKT_E_STATE;
	case WIRE_BILL_PAID:
		if (bill->mine)
			client->end.money = CLIENT_MONEY_PAID;
		return bill->mine ? YKT_OK : YKT_CONFLICT;
	case WIRE_BILL_EXPIRED:
		return YKT_EXPIRED;
	case WIRE_BILL_REFUNDED:
		client->end.money = CLIENT_MONEY_RETURNED;
		return YKT_NOT_DONE;
	default:
		return YKT_E_SERVER;
	}
}

/* The user's own yes, with the PIN, to what is in *shown (C5-HCI-7). */
static enum ykt_status
ask_user(struct ykt_client *client, const struct shown *shown, struct client_pin *ret_pin)
{
	struct client_view *view = &client->view;
	struct ykt_answers answers;
	enum ykt_status status;

	show_bill(client, &shown->bill);
	client_view_text(view, "account", N_("From"), client_token_text("wallet_account"));
	client_view_money(view, "balance_wallet", N_("In the wallet"), shown->wallet.balance_fen);
	client_view_input(view, YKT_FIELD_CHECK, "ok", N_("Pay"), NULL);
	status = client_ask(client, CLIENT_FORM_BILL, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[0], "1") != 0)
		status = YKT_CANCELLED;
	ykt_wipe(&answers, sizeof(answers));
	if (status == YKT_OK)
		status = client_pin_ask(client, "pin", N_("Payment PIN"), NULL, ret_pin);

	return status == YKT_E_DEADLINE ? YKT_CANCELLED : status;
}

/* Signs what was shown under this payment's key, and seals the PIN. */
static enum ykt_status
protect(struct ykt_client *client, const struct shown *shown, const char *idem,
    const struct client_pin *pin, struct wire_bill_pay_req *req)
{
	const struct signer *device = NULL;
	uint8_t text[WIRE_BILL_SIGN_LEN];
	enum ykt_status status = client_device(client, &device);

	client_text_copy(req->bill_id, sizeof(req->bill_id), shown->bill.bill_id);
	req->amount_fen = shown->bill.amount_fen;
	if (status == YKT_OK)
		status = wire_bill_digest(
		    client->o.crypto, &shown->bill, shown->wallet.user_id, req->digest);
	if (status != YKT_OK)
		return status;
	wire_bill_to_sign(req->digest, idem, text);
	status = signer_sign(device, YKT_BYTES(text), req->sig);
	if (status == YKT_OK)
		status = client_pin_seal(client, pin, WIRE_PIN_PAY, req->pin.data, &req->pin.len);

	return status;
}

/* True when the platform can no longer accept what was sent for this intent. */
static bool
too_late(const struct ykt_client *client, const struct client_intent *intent)
{
	return ykt_clock_wall(client->o.env.clock) - intent->created_ms > LATE_MS;
}

enum ykt_status
client_finish_payment(
    struct ykt_client *client, const struct client_intent *intent, struct wire_bill *ret_bill)
{
	enum ykt_status status, done;

	memset(ret_bill, 0, sizeof(*ret_bill));
	client->end.money = CLIENT_MONEY_UNSURE;
	status = bill_get(client, intent->order_id, ret_bill);
	if (status == YKT_OK)
		status = bill_status(client, ret_bill);
	if (status == YKT_E_STATE)
		status = too_late(client, intent) ? YKT_NOT_DONE : YKT_UNKNOWN;
	if (status == YKT_EXPIRED)
		status = YKT_NOT_DONE;
	if (status != YKT_OK && status != YKT_NOT_DONE && status != YKT_CONFLICT)
		return status;
	if (client->end.money == CLIENT_MONEY_UNSURE)
		client->end.money = CLIENT_MONEY_UNTOUCHED;
	done = client_intent_done(client, intent);

	return done == YKT_OK ? status : done;
}

/* After a lost answer: asks, some times; never pays (C5-PAY-2). */
static enum ykt_status
query(struct ykt_client *client, const struct client_intent *intent, struct wire_bill *bill)
{
	enum ykt_status status = YKT_UNKNOWN, waited;

	for (unsigned try = 1; try <= QUERY_TRIES; try++) {
		status = client_finish_payment(client, intent, bill);
		if (status != YKT_UNKNOWN && status != YKT_E_NET && status != YKT_BUSY)
			break;
		waited = client_wait(client, N_("Asking how the payment stands"), QUERY_WAIT_MS,
		    try, QUERY_TRIES, NULL);
		if (waited != YKT_OK)
			return waited;
	}

	return status == YKT_E_NET || status == YKT_BUSY ? YKT_UNKNOWN : status;
}

/* The platform's no, told the same wherever it comes from. */
static enum ykt_status
refused(struct ykt_client *client, enum ykt_status status)
{
	client->end.money = CLIENT_MONEY_UNTOUCHED;
	if (client_error_is(client, "pin_blocked"))
		return YKT_BLOCKED;
	if (client_error_is(client, "funds"))
		return YKT_OVER_LIMIT;
	if (client_error_is(client, "expired"))
		return YKT_EXPIRED;
	if (client_error_is(client, "paid"))
		return YKT_CONFLICT;

	return status;
}

static enum ykt_status
send_payment(struct ykt_client *client, struct shown *shown, const struct client_pin *pin,
    struct wire_bill *bill)
{
	struct wire_bill_pay_req req = { 0 };
	struct client_intent intent;
	enum ykt_status status, done;

	status = client_intent_new(client, CLIENT_INTENT_PAY, &intent);
	if (status == YKT_OK)
		status = protect(client, shown, intent.idem, pin, &req);
	if (status != YKT_OK)
		return status;
	intent.confirmed = true;
	intent.amount_fen = shown->bill.amount_fen;
	client_text_copy(intent.order_id, sizeof(intent.order_id), shown->bill.bill_id);
	status = client_intent_keep(client, &intent);
	if (status != YKT_OK)
		return status;
	client->end.money = CLIENT_MONEY_UNSURE;
	(void)client_progress(client, N_("Paying"), 2, 3);
	status = client_call(client, "bill.pay", intent.idem, &req, bill);
	ykt_wipe(&req, sizeof(req));
	if (status == YKT_E_DOWN)
		return status;
	if (status == YKT_OK)
		status = bill_status(client, bill);
	else if (client_refused(status) || status == YKT_E_NET)
		status = refused(client, status);
	else if (status != YKT_LOGIN_NEEDED)
		return query(client, &intent, bill);
	if (status == YKT_E_STATE || status == YKT_LOGIN_NEEDED)
		return status == YKT_E_STATE ? YKT_E_SERVER : status;
	done = client_intent_done(client, &intent);

	return done == YKT_OK ? status : done;
}

static bool
same_bill(const struct client_intent *begun, const struct client_intent *wish)
{
	return begun->kind == CLIENT_INTENT_PAY && strcmp(begun->order_id, wish->order_id) == 0;
}

/* A payment of this bill whose end is not known: asked about, before anything else. */
static const struct client_intent *
begun(const struct ykt_client *client, const char *bill_id)
{
	struct client_intent wish = { .kind = CLIENT_INTENT_PAY };

	client_text_copy(wish.order_id, sizeof(wish.order_id), bill_id);

	return client_intent_find(client, same_bill, &wish);
}

static enum ykt_status
pay(struct ykt_client *client, const char *bill_id, struct shown *shown, struct wire_bill *bill)
{
	struct client_pin pin = { 0 };
	enum ykt_status status;

	status = client_self_check(client, CLIENT_FLOW_PAY);
	if (status != YKT_OK)
		return status;
	(void)client_progress(client, N_("Looking at the bill"), 1, 3);
	status = bill_get(client, bill_id, &shown->bill);
	*bill = shown->bill;
	if (status == YKT_OK)
		status = bill_status(client, &shown->bill);
	if (status != YKT_E_STATE)
		return status;
	status = client_wallet_get(client, &shown->wallet);
	if (status != YKT_OK)
		return status;
	if (!shown->wallet.has_pin || !wire_id_valid(shown->wallet.user_id)) {
		client_reason(client, "no_pin");
		return YKT_REFUSED;
	}
	if (shown->wallet.balance_fen < shown->bill.amount_fen) {
		client_reason(client, "funds");
		return YKT_OVER_LIMIT;
	}
	status = ask_user(client, shown, &pin);
	if (status == YKT_OK)
		status = send_payment(client, shown, &pin, bill);
	ykt_wipe(&pin, sizeof(pin));

	return status;
}

static enum ykt_status
run(struct ykt_client *client, const char *bill_id)
{
	const struct client_intent *old;
	struct client_intent copy;
	struct shown shown = { 0 };
	struct wire_bill bill = { 0 };
	enum ykt_status status;

	client->end.money = CLIENT_MONEY_UNTOUCHED;
	if (!wire_id_valid(bill_id))
		return YKT_NOT_FOUND;
	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	old = begun(client, bill_id);
	if (old != NULL) {
		copy = *old;
		status = query(client, &copy, &bill);
	} else
		status = pay(client, bill_id, &shown, &bill);
	show_bill(client, &bill);

	return status;
}

enum ykt_status
ykt_client_pay(struct ykt_client *client, const char *bill_id)
{
	client_begin(client);

	return client_end(client, CLIENT_FLOW_PAY, run(client, bill_id));
}
