/*
 * What was left is finished: first what this device began, then what the
 * platform calls abnormal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/manage.h"
#include "client/mask.h"
#include "client/unload.h"
#include "client/wallet.h"
#include "client/withdraw.h"

#define ABNORMAL_MAX 16

/* How it went so far. */
struct sum {
	unsigned left; /* not finished */
	enum ykt_status worst;
};

static bool
finished(const struct ykt_client *client, enum ykt_status status)
{
	switch (status) {
	case YKT_OK:
	case YKT_NOT_DONE:
	case YKT_EXPIRED:
	case YKT_CONFLICT:
		return true;
	default:
		return client_refused(status) || client->end.money == CLIENT_MONEY_RETURNING;
	}
}

/* One row of the result. */
static void
note(struct ykt_client *client, const char *kind, const struct wire_order *order,
    enum ykt_status status, struct sum *sum)
{
	struct client_view *view = &client->view;
	const char *money = client_money_text[client->end.money];

	client_view_text(view, "left.kind", N_("What"), client_token_text(kind));
	client_view_text(view, "left.order", N_("Order"), order->order_id);
	client_view_money(view, "left.amount", N_("Amount"), order->amount_fen);
	client_view_text(view, "left.end", N_("How it ended"),
	    money != NULL ? money : client_words(CLIENT_FLOW_RECOVER, status).text);
	client->end.money = CLIENT_MONEY_NONE;
	if (!finished(client, status)) {
		sum->left++;
		sum->worst = status;
	}
}

static const char *
kind_text(enum client_intent_kind kind)
{
	switch (kind) {
	case CLIENT_INTENT_OPEN:
		return "open";
	case CLIENT_INTENT_REFUND:
		return "refund";
	case CLIENT_INTENT_WALLET:
		return "wallet";
	case CLIENT_INTENT_PAY:
		return "payment";
	case CLIENT_INTENT_UNLOAD:
		return "return";
	case CLIENT_INTENT_WITHDRAW:
		return "withdrawal";
	default:
		return "topup";
	}
}

/* Asked about, never paid again; its row is told like an order's. */
static enum ykt_status
finish_payment(
    struct ykt_client *client, const struct client_intent *intent, struct wire_order *ret_order)
{
	struct wire_bill bill;

	memset(ret_order, 0, sizeof(*ret_order));

	return client_finish_payment(client, intent, &bill);
}

/* Gone on with, never begun again; its row too is told like an order's. */
static enum ykt_status
finish_unload(
    struct ykt_client *client, const struct client_intent *intent, struct wire_order *ret_order)
{
	struct wire_unload unload;
	enum ykt_status status = client_finish_unload(client, intent, &unload);

	memset(ret_order, 0, sizeof(*ret_order));
	client_text_copy(ret_order->order_id, sizeof(ret_order->order_id), unload.unload_id);
	ret_order->amount_fen = unload.amount_fen;

	return status;
}

/* Asked about, never begun again; under the number that its list names too. */
static enum ykt_status
finish_withdrawal(
    struct ykt_client *client, const struct client_intent *intent, struct wire_order *ret_order)
{
	struct wire_withdrawal withdrawal;

	memset(ret_order, 0, sizeof(*ret_order));
	client_text_copy(ret_order->order_id, sizeof(ret_order->order_id), intent->idem);
	ret_order->amount_fen = intent->amount_fen;

	return client_finish_withdrawal(client, intent, &withdrawal);
}

static enum ykt_status
own_intents(struct ykt_client *client, struct sum *sum)
{
	struct client_intent todo[CLIENT_INTENTS_MAX];
	struct wire_order order;
	enum ykt_status status = YKT_OK;

	memcpy(todo, client_state(client)->intents, sizeof(todo));
	for (size_t i = 0; i < CLIENT_INTENTS_MAX; i++) {
		struct client_intent *intent = &todo[i];

		if (intent->kind == CLIENT_INTENT_NONE)
			continue;
		(void)client_progress(
		    client, N_("Finishing what was left"), (unsigned)i, CLIENT_INTENTS_MAX);
		if (intent->kind == CLIENT_INTENT_REFUND)
			status = client_finish_refund(client, intent, &order);
		else if (intent->kind == CLIENT_INTENT_PAY)
			status = finish_payment(client, intent, &order);
		else if (intent->kind == CLIENT_INTENT_UNLOAD)
			status = finish_unload(client, intent, &order);
		else if (intent->kind == CLIENT_INTENT_WITHDRAW)
			status = finish_withdrawal(client, intent, &order);
		else
			/* A ticket pays by itself: its order is asked for again. */
			status = client_finish(
			    client, intent, intent->confirmed || intent->has_proof, &order);
		if (status == YKT_E_DOWN || status == YKT_LOGIN_NEEDED || status == YKT_E_NET)
			return status;
		if (order.order_id[0] == '\0') {
			client_text_copy(order.order_id, sizeof(order.order_id), intent->order_id);
			order.amount_fen = intent->amount_fen;
		}
		note(client, kind_text(intent->kind), &order, status, sum);
	}

	return YKT_OK;
}

/* An order that this device has no intent for: made before, or elsewhere. */
static enum ykt_status
one_abnormal(struct ykt_client *client, struct wire_order *order)
{
	int state = client_order_state(order);
	enum ykt_status status;

	client->end.money = CLIENT_MONEY_KEPT;
	/* Only the device with the card can go on with it. */
	if (client_seless(client) && strcmp(order->kind, "wallet") != 0)
		return client_order_final(client, order) == YKT_E_STATE
			   ? YKT_PENDING
			   : client_order_final(client, order);
	if (strcmp(order->kind, "topup") == 0 &&
	    (state == WIRE_ORDER_PAID || state == WIRE_ORDER_LOADING))
		return order->card_no[0] == '\0' ? YKT_PENDING
						 : client_load(client, order->order_id);
	if (strcmp(order->kind, "open") == 0 &&
	    (state == WIRE_ORDER_PAID || state == WIRE_ORDER_OPENING)) {
		status = client_open_run(client, order);
		if (status == YKT_OK)
			client->end.money = CLIENT_MONEY_NONE;
		return status;
	}
	status = client_order_final(client, order);

	return status == YKT_E_STATE ? YKT_PENDING : status;
}

static enum ykt_status
abnormal_orders(struct ykt_client *client, struct sum *sum)
{
	const struct wire_order_list_req req = { .abnormal = true, .limit = ABNORMAL_MAX };
	struct wire_order_list_rsp *list = &client->lists.orders;
	struct wire_order todo[ABNORMAL_MAX];
	size_t count;
	enum ykt_status status = client_call(client, "order.list", NULL, &req, list);

	if (status != YKT_OK)
		return status;
	count = list->orders_count < ABNORMAL_MAX ? list->orders_count : ABNORMAL_MAX;
	memcpy(todo, list->orders, count * sizeof(todo[0]));
	/* Oldest first: an opening stands before its first load. */
	for (size_t i = count; i > 0; i--) {
		struct wire_order *order = &todo[i - 1];

		if (client_intent_of(&client->store, order->order_id) != NULL)
			continue; /* tried above */
		status = one_abnormal(client, order);
		if (status == YKT_E_DOWN || status == YKT_LOGIN_NEEDED || status == YKT_E_NET)
			return status;
		note(client, order->kind, order, status, sum);
	}

	return YKT_OK;
}

/* What was decided about a card, and waits for its element. */
static enum ykt_status
waiting_cards(struct ykt_client *client, struct sum *sum)
{
	unsigned left = 0;
	enum ykt_status status = client_seless(client) ? YKT_OK : client_manage_left(client, &left);

	if (left != 0)
		sum->worst = YKT_PENDING;
	sum->left += left;

	return status;
}

/* What the platform told at login is out of date now. */
static enum ykt_status
settle(struct ykt_client *client, const struct sum *sum)
{
	struct client_state next = *client_state(client);
	enum ykt_status status = YKT_OK;

	if (next.session.open && next.session.abnormal != (int64_t)sum->left) {
		next.session.abnormal = (int64_t)sum->left;
		status = client_store_put(&client->store, &next);
	}
	ykt_wipe(&next, sizeof(next));

	return status == YKT_E_DOWN ? status : YKT_OK;
}

static enum ykt_status
run(struct ykt_client *client)
{
	struct sum sum = { .worst = YKT_OK };
	enum ykt_status status;

	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = own_intents(client, &sum);
	if (status == YKT_OK)
		status = abnormal_orders(client, &sum);
	if (status == YKT_OK)
		status = waiting_cards(client, &sum);
	if (status == YKT_OK)
		status = settle(client, &sum);
	client->end.reason[0] = '\0';
	if (status == YKT_OK && sum.left == 1)
		status = sum.worst == YKT_DISPUTED ? YKT_DISPUTED : YKT_PENDING;
	else if (status == YKT_OK && sum.left > 1)
		status = YKT_PENDING;

	return status;
}

enum ykt_status
ykt_client_recover(struct ykt_client *client)
{
	client_begin(client);

	return client_end(client, CLIENT_FLOW_RECOVER, run(client));
}
