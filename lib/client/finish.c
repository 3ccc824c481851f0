/*
 * From an intent to its end, wherever it stands. The platform's order state is
 * the truth; the intent only says that there is something to ask about.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "client/element.h"
#include "client/flow.h"
#include "client/mask.h"
#include "wire/wallet_msg.h"

#define ORDERS_LIMIT 50
#define STEPS_MAX    6 /* created, paid, opening, opened, loading, loaded */

void
client_show_order(struct ykt_client *client, const struct wire_order *order)
{
	struct client_view *view = &client->view;

	if (order->order_id[0] == '\0')
		return;
	client_view_text(view, "order", N_("Order"), order->order_id);
	client_view_money(view, "amount", N_("Amount"), order->amount_fen);
}

enum ykt_status
client_show_card(struct ykt_client *client, const struct wire_order *order)
{
	const char *wanted = order->card_no[0] != '\0' ? order->card_no : NULL;
	char card_no[CLIENT_CARD_NO_LEN];
	ykt_fen balance = 0;
	enum ykt_status status;

	status = client_element_select(client, wanted, card_no, NULL);
	if (status == YKT_OK)
		client_view_card(&client->view, "card", N_("Card"), card_no);
	if (status == YKT_OK)
		status = client_purse_balance(client, &balance);
	if (status == YKT_OK)
		client_view_money(&client->view, "balance", N_("Balance on the card"), balance);

	return status == YKT_E_DOWN ? status : YKT_OK;
}

/* The ticket of a card that moves in: its id is 32 lower-case digits of these bytes. */
static void
put_ticket(const struct client_intent *intent, struct wire_order_open_req *req)
{
	req->has_ticket = true;
	ykt_hex_encode(YKT_BYTES(intent->init), req->ticket);
	for (char *c = req->ticket; *c != '\0'; c++)
		*c = *c >= 'A' && *c <= 'F' ? (char)(*c - 'A' + 'a') : *c;
}

/* Sends the order with the intent's key: the same body each time, the same order back. */
static enum ykt_status
place(struct ykt_client *client, const struct client_intent *intent, struct wire_order *ret_order)
{
	struct wire_order_topup_req topup = { .amount_fen = intent->amount_fen };
	struct wire_order_open_req open = { .first_load_fen = intent->amount_fen };
	const struct wire_order_wallet_req wallet = { .amount_fen = intent->amount_fen };

	(void)client_progress(client, N_("Placing the order"), 0, 5);
	if (intent->kind == CLIENT_INTENT_TOPUP) {
		client_text_copy(topup.card_no, sizeof(topup.card_no), intent->card_no);
		return client_call(client, "order.topup", intent->idem, &topup, ret_order);
	}
	if (intent->kind == CLIENT_INTENT_WALLET)
		return client_call(client, "order.wallet", intent->idem, &wallet, ret_order);
	open.aid.len = intent->aid.len;
	memcpy(open.aid.data, intent->aid.data, sizeof(open.aid.data));
	open.se_id.len = intent->se_id.len;
	memcpy(open.se_id.data, intent->se_id.data, sizeof(open.se_id.data));
	if (intent->has_proof)
		put_ticket(intent, &open);

	return client_call(client, "order.open", intent->idem, &open, ret_order);
}

/* The order of this intent as it is now, made if it has not been. */
static enum ykt_status
fetch(struct ykt_client *client, struct client_intent *intent, struct wire_order *ret_order)
{
	enum ykt_status status;

	if (intent->order_id[0] != '\0')
		return client_order_get(client, intent->order_id, ret_order);
	status = place(client, intent, ret_order);
	if (status != YKT_OK)
		return status;
	if (!wire_id_valid(ret_order->order_id))
		return YKT_E_SERVER;
	client_text_copy(intent->order_id, sizeof(intent->order_id), ret_order->order_id);

	return client_intent_put(&client->store, intent);
}

/* Of an opening: its first load too, as the list shows it. YKT_NOT_FOUND. */
static enum ykt_status
find_child(struct ykt_client *client, const char *parent_id, struct wire_order *ret_order)
{
	const struct wire_order_list_req req = { .limit = ORDERS_LIMIT };
	struct wire_order_list_rsp *list = &client->lists.orders;
	enum ykt_status status = client_call(client, "order.list", NULL, &req, list);

	if (status != YKT_OK)
		return status;
	for (size_t i = 0; i < list->orders_count; i++) {
		if (strcmp(list->orders[i].parent_id, parent_id) == 0) {
			*ret_order = list->orders[i];
			return YKT_OK;
		}
	}

	return YKT_NOT_FOUND;
}

/* What the user is to pay: of an opening the fee and the first load together. */
static ykt_fen
price(const struct client_intent *intent, const struct wire_order *order)
{
	return intent->kind == CLIENT_INTENT_OPEN ? order->amount_fen + intent->amount_fen
						  : intent->amount_fen;
}

static enum ykt_status
step_pay(
    struct ykt_client *client, struct client_intent *intent, bool may_pay, struct wire_order *order)
{
	if (!may_pay) {
		client->end.money = CLIENT_MONEY_UNTOUCHED;
		return YKT_EXPIRED;
	}

	return client_pay(client, intent, price(intent, order), order);
}

/* The card is there; what is left of the intent is its first load. */
static enum ykt_status
step_first_load(struct ykt_client *client, struct client_intent *intent, struct wire_order *order)
{
	struct wire_order child;
	enum ykt_status status = find_child(client, intent->order_id, &child);

	client->end.money = CLIENT_MONEY_KEPT;
	if (status == YKT_NOT_FOUND)
		return YKT_E_SERVER;
	if (status != YKT_OK)
		return status;
	intent->kind = CLIENT_INTENT_TOPUP;
	client_text_copy(intent->order_id, sizeof(intent->order_id), child.order_id);
	client_text_copy(intent->card_no, sizeof(intent->card_no), child.card_no);
	*order = child;

	return client_intent_put(&client->store, intent);
}

static enum ykt_status
step_load(struct ykt_client *client, struct wire_order *order)
{
	enum ykt_status status;

	client->end.money = CLIENT_MONEY_KEPT;
	status = client_load(client, order->order_id);
	if (status == YKT_OK)
		wire_token_set(
		    &wire_order_state, WIRE_ORDER_LOADED, order->state, sizeof(order->state));

	return status;
}

/* One step by the order's state. YKT_E_STATE: there is another. */
static enum ykt_status
step(
    struct ykt_client *client, struct client_intent *intent, bool may_pay, struct wire_order *order)
{
	int state = client_order_state(order);
	bool open = intent->kind == CLIENT_INTENT_OPEN;
	enum ykt_status status;

	if (state == WIRE_ORDER_CREATED)
		status = step_pay(client, intent, may_pay, order);
	else if (open && (state == WIRE_ORDER_PAID || state == WIRE_ORDER_OPENING))
		status = client_open_run(client, order);
	else if (open && state == WIRE_ORDER_OPENED)
		status = step_first_load(client, intent, order);
	else if (intent->kind == CLIENT_INTENT_TOPUP &&
		 (state == WIRE_ORDER_PAID || state == WIRE_ORDER_LOADING))
		status = step_load(client, order);
	else
		return client_order_final(client, order);

	return status == YKT_OK ? YKT_E_STATE : status;
}

/* Is there nothing left to ask about? A refusal is one only while nothing was paid. */
static bool
over(const struct ykt_client *client, enum ykt_status status)
{
	switch (status) {
	case YKT_OK:
	case YKT_NOT_DONE:
	case YKT_EXPIRED:
		return true;
	case YKT_PENDING:
	case YKT_DISPUTED: /* the platform goes on alone */
		return client->end.money == CLIENT_MONEY_RETURNING ||
		       client->end.money == CLIENT_MONEY_CASE;
	case YKT_CANCELLED:
		return client->end.money == CLIENT_MONEY_UNTOUCHED;
	default:
		return client_refused(status) && client->end.money == CLIENT_MONEY_UNTOUCHED;
	}
}

enum ykt_status
client_finish(struct ykt_client *client, struct client_intent *intent, bool may_pay,
    struct wire_order *ret_order)
{
	enum ykt_status status, done;

	memset(ret_order, 0, sizeof(*ret_order));
	client->end.money = intent->confirmed ? CLIENT_MONEY_UNSURE : CLIENT_MONEY_UNTOUCHED;
	if (intent->order_id[0] == '\0' && !may_pay)
		status = YKT_EXPIRED; /* nobody was asked to pay for it */
	else
		status = fetch(client, intent, ret_order);
	if (status == YKT_OK)
		status = YKT_E_STATE;
	for (unsigned i = 0; i < STEPS_MAX && status == YKT_E_STATE; i++)
		status = step(client, intent, may_pay, ret_order);
	if (status == YKT_E_STATE)
		status = YKT_E_SERVER;
	if (over(client, status)) {
		done = client_intent_done(client, intent);
		if (done != YKT_OK)
			status = done;
	}

	return status;
}
