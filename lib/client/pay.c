/*
 * Paying for an order: what is shown is what is confirmed (C5-PAY-1), and an
 * uncertain outcome is asked about, never paid again (C5-PAY-2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/bank.h"
#include "client/device.h"
#include "client/flow.h"
#include "client/mask.h"
#include "wire/psp_msg.h"
#include "wire/shown.h"

#define CONFIRM_MS    15000
#define CONFIRM_TRIES 3
#define CONFIRM_WAIT  1000
#define PAID_TRIES    30
#define PAID_WAIT_MS  1000

enum ykt_status
client_order_get(struct ykt_client *client, const char *order_id, struct wire_order *ret_order)
{
	struct wire_order_id_req req = { 0 };

	client_text_copy(req.order_id, sizeof(req.order_id), order_id);

	return client_call(client, "order.get", NULL, &req, ret_order);
}

int
client_order_state(const struct wire_order *order)
{
	return wire_token_find(&wire_order_state, order->state);
}

enum ykt_status
client_order_final(struct ykt_client *client, const struct wire_order *order)
{
	struct client_end *end = &client->end;

	switch (client_order_state(order)) {
	case WIRE_ORDER_OPENED:
	case WIRE_ORDER_LOADED:
		end->money =
		    strcmp(order->kind, "wallet") == 0 ? CLIENT_MONEY_WALLET : CLIENT_MONEY_LOADED;
		return YKT_OK;
	case WIRE_ORDER_REFUNDING:
		end->money = CLIENT_MONEY_RETURNING;
		client_reason(client, order->note);
		return YKT_PENDING;
	case WIRE_ORDER_REFUNDED:
		end->money = CLIENT_MONEY_RETURNED;
		client_reason(client, order->note);
		return YKT_NOT_DONE;
	case WIRE_ORDER_CLOSED:
		end->money = CLIENT_MONEY_UNTOUCHED;
		client_reason(client, "closed");
		return YKT_EXPIRED;
	case WIRE_ORDER_CASE:
		end->money = CLIENT_MONEY_CASE;
		client_reason(client, order->note);
		return YKT_DISPUTED;
	case -1:
		return YKT_E_SERVER;
	default:
		return YKT_E_STATE;
	}
}

/* What the user is to say yes to: from the intent what was asked for, the rest as it was told. */
static struct wire_shown
shown_of(const struct ykt_client *client, const struct client_intent *intent,
    const struct wire_order_pay_rsp *pay, const struct wire_order *order, const char *account)
{
	const bool open = intent->kind == CLIENT_INTENT_OPEN;

	return (struct wire_shown){
		.order_id = intent->order_id,
		.user_id = client_state(client)->user_id,
		.kind = order->kind,
		.card_no = intent->kind == CLIENT_INTENT_TOPUP ? intent->card_no : "",
		.city = open ? order->city : "",
		.payee = pay->payee,
		.account = account,
		.amount_fen = pay->amount_fen,
		.fee_fen = open ? pay->amount_fen - intent->amount_fen : 0,
		.load_fen = intent->amount_fen,
	};
}

/* The user's own yes, with all of it before their eyes (C5-HCI-7). */
static enum ykt_status
ask_user(struct ykt_client *client, const struct wire_shown *shown)
{
	struct client_view *view = &client->view;
	char account[sizeof(client_state(client)->phone)];
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_text(view, "for", N_("For"), client_token_text(shown->kind));
	client_view_text(view, "payee", N_("Payee"), shown->payee);
	client_view_money(view, "amount", N_("Amount"), shown->amount_fen);
	if (shown->fee_fen != 0) {
		client_view_money(view, "fee", N_("Of it the fee"), shown->fee_fen);
		client_view_money(view, "first_load", N_("Of it onto the card"), shown->load_fen);
	}
	if (shown->card_no[0] != '\0')
		client_view_card(view, "card", N_("Card"), shown->card_no);
	if (shown->city[0] != '\0')
		client_view_text(view, "city", N_("City"), shown->city);
	client_mask_phone(client_state(client)->phone, account, sizeof(account));
	client_view_text(view, "user", N_("Account"), account);
	if (shown->account != NULL)
		client_view_text(view, "from", N_("From"), shown->account);
	client_view_text(view, "order", N_("Order"), shown->order_id);
	client_view_input(view, YKT_FIELD_CHECK, "ok", N_("Pay"), NULL);
	status = client_ask(client, CLIENT_FORM_PAY, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[0], "1") != 0)
		status = YKT_CANCELLED;
	ykt_wipe(&answers, sizeof(answers));

	return status == YKT_E_DEADLINE ? YKT_CANCELLED : status;
}

/*
 * The yes, signed over everything that was shown. The platform holds the same
 * against its own order, and gives the token only when they agree.
 */
static enum ykt_status
sign_yes(struct ykt_client *client, const struct wire_shown *shown, const char *prepay_id,
    uint8_t ret_token[16])
{
	struct wire_order_confirm_req req = { .amount_fen = shown->amount_fen };
	struct wire_order_confirm_rsp rsp = { 0 };
	const struct signer *device = NULL;
	uint8_t text[WIRE_SHOWN_SIGN_LEN];
	enum ykt_status status = client_device(client, &device);

	client_text_copy(req.order_id, sizeof(req.order_id), shown->order_id);
	if (status == YKT_OK)
		status = wire_shown_digest(client->o.crypto, shown, req.digest);
	if (status != YKT_OK)
		return status;
	wire_shown_to_sign(req.digest, prepay_id, text);
	status = signer_sign(device, YKT_BYTES(text), req.sig);
	if (status == YKT_OK)
		status = client_call(client, "order.confirm", NULL, &req, &rsp);
	if (status == YKT_OK)
		memcpy(ret_token, rsp.pay_token, sizeof(rsp.pay_token));
	ykt_wipe(&rsp, sizeof(rsp));

	return status;
}

/* At the pay channel. A repeat of the same confirmation is one payment. */
static enum ykt_status
confirm(struct ykt_client *client, const struct wire_order_pay_rsp *pay, const uint8_t token[16])
{
	struct wire_psp_confirm_req req = { .amount_fen = pay->amount_fen };
	struct wire_psp_confirm_rsp rsp;
	enum ykt_status status = YKT_E_NET, waited;
	bool lost = false;

	client_text_copy(req.prepay_id, sizeof(req.prepay_id), pay->prepay_id);
	memcpy(req.pay_token, token, sizeof(req.pay_token));
	for (unsigned try = 1; try <= CONFIRM_TRIES; try++) {
		status = wire_call(client->o.psp, WIRE_PATH_PSP_CONFIRM, &wire_psp_confirm_req_msg,
		    &req, &wire_psp_confirm_rsp_msg, &rsp, client->scratch,
		    ykt_clock_mono(client->o.env.clock) + CONFIRM_MS, &client->error);
		if (status == YKT_OK || status == YKT_E_DOWN || client_refused(status) ||
		    try == CONFIRM_TRIES)
			break;
		lost = lost || client_lost(status) || status == YKT_BUSY;
		waited = client_wait(client, N_("Waiting for the pay channel"), CONFIRM_WAIT, try,
		    CONFIRM_TRIES, NULL);
		if (waited != YKT_OK) {
			status = waited;
			break;
		}
	}
	if (status == YKT_E_DEADLINE)
		status = YKT_E_NET;
	if (status == YKT_BUSY || (status == YKT_E_NET && lost))
		status = YKT_UNKNOWN;
	ykt_wipe(&req, sizeof(req));

	return status;
}

enum ykt_status
client_wait_paid(struct ykt_client *client, struct wire_order *order)
{
	enum ykt_status status = YKT_OK;
	bool cancel = false;

	for (unsigned try = 0; try < PAID_TRIES; try++) {
		status = client_order_get(client, order->order_id, order);
		if (status != YKT_OK)
			return status;
		if (client_order_state(order) != WIRE_ORDER_CREATED)
			return YKT_OK;
		status = client_wait(client, N_("Waiting for the payment to be confirmed"),
		    PAID_WAIT_MS, try, PAID_TRIES, &cancel);
		if (status != YKT_OK)
			return status;
		if (cancel)
			break;
	}

	return YKT_PENDING;
}

/* Confirms what the user said yes to, and finds out what came of it. */
static enum ykt_status
settle(struct ykt_client *client, struct client_intent *intent,
    const struct wire_order_pay_rsp *pay, const uint8_t token[16], struct wire_order *order)
{
	enum ykt_status status;

	intent->confirmed = true;
	status = client_intent_put(&client->store, intent);
	if (status != YKT_OK)
		return status;
	client->end.money = CLIENT_MONEY_UNSURE;
	status = confirm(client, pay, token);
	if (status == YKT_E_DOWN)
		return status;
	if (status == YKT_E_NET || client_refused(status)) {
		client->end.money = CLIENT_MONEY_UNTOUCHED;
		client_reason(client, client->error.error);
		return status;
	}
	status = client_wait_paid(client, order);
	if (status == YKT_OK)
		client->end.money = CLIENT_MONEY_KEPT;

	return status;
}

/* The account that shall pay, where one was named; its text into text. */
static enum ykt_status
find_account(struct ykt_client *client, struct wire_account *account, char text[CLIENT_BANK_TEXT])
{
	enum ykt_status status;

	if (client->from[0] == '\0')
		return YKT_OK;
	status = client_bank_find(client, client->from, account);
	if (status == YKT_OK)
		client_bank_text(account, text);

	return status;
}

/* Shown, agreed to, signed, paid. Until the last of these nothing moves. */
static enum ykt_status
show_and_settle(struct ykt_client *client, struct client_intent *intent,
    const struct wire_order_pay_rsp *pay, struct wire_order *order)
{
	struct wire_account account = { .account_id = "" };
	char text[CLIENT_BANK_TEXT] = "";
	struct wire_shown shown;
	uint8_t token[16] = { 0 };
	enum ykt_status status = find_account(client, &account, text);

	shown = shown_of(client, intent, pay, order, text[0] != '\0' ? text : NULL);
	if (status == YKT_OK)
		status = ask_user(client, &shown);
	if (status == YKT_OK && shown.account != NULL)
		return client_charge(client, intent, &shown, pay->prepay_id, &account, order);
	if (status == YKT_OK)
		status = sign_yes(client, &shown, pay->prepay_id, token);
	if (status == YKT_OK)
		status = settle(client, intent, pay, token, order);
	ykt_wipe(token, sizeof(token));

	return status;
}

enum ykt_status
client_pay(struct ykt_client *client, struct client_intent *intent, ykt_fen amount,
    struct wire_order *order)
{
	struct wire_order_id_req req = { 0 };
	struct wire_order_pay_rsp pay = { 0 };
	enum ykt_status status;

	client->end.money = intent->confirmed ? CLIENT_MONEY_UNSURE : CLIENT_MONEY_UNTOUCHED;
	client_text_copy(req.order_id, sizeof(req.order_id), order->order_id);
	(void)client_progress(client, N_("Preparing the payment"), 1, 5);
	status = client_call(client, "order.pay", NULL, &req, &pay);
	if (status == YKT_OK &&
	    (pay.amount_fen != amount || !wire_id_valid(pay.prepay_id) ||
		!wire_id_valid(intent->order_id) || !wire_id_valid(client_state(client)->user_id)))
		status = YKT_E_SERVER;
	if (status == YKT_OK)
		status = show_and_settle(client, intent, &pay, order);
	if (status == YKT_REFUSED &&
	    (client_error_is(client, "paid") || client_error_is(client, "closed")))
		return client_order_get(client, req.order_id, order);

	return status;
}
