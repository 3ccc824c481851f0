/*
 * Lists from the account: orders and cards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/element.h"
#include "client/flow.h"

#define ORDERS_LIMIT 50

static void
show_orders(struct ykt_client *client, const struct wire_order_list_rsp *list)
{
	struct client_view *view = &client->view;

	for (size_t i = 0; i < list->orders_count; i++) {
		const struct wire_order *order = &list->orders[i];

		client_view_text(view, "order.id", N_("Order"), order->order_id);
		client_view_text(view, "order.kind", N_("What"), client_token_text(order->kind));
		client_view_text(view, "order.state", N_("State"), client_token_text(order->state));
		client_view_money(view, "order.amount", N_("Amount"), order->amount_fen);
		client_view_time(view, "order.time", N_("Time"), order->created_ms);
		client_view_card(view, "order.card", N_("Card"), order->card_no);
		client_view_text(view, "order.note", N_("Note"), client_reason_text(order->note));
	}
}

enum ykt_status
ykt_client_orders(struct ykt_client *client, bool abnormal)
{
	const struct wire_order_list_req req = { .abnormal = abnormal, .limit = ORDERS_LIMIT };
	struct wire_order_list_rsp *list = &client->lists.orders;
	enum ykt_status status;

	client_begin(client);
	status = client_call(client, "order.list", NULL, &req, list);
	if (status == YKT_OK)
		show_orders(client, list);

	return client_end(client, CLIENT_FLOW_ORDERS, status);
}

static bool
is_here(const struct client_element *element, const char *card_no)
{
	for (size_t i = 0; i < element->count; i++) {
		if (strcmp(element->purses[i].card_no, card_no) == 0)
			return true;
	}

	return false;
}

static void
show_cards(struct ykt_client *client, const struct wire_card_list_rsp *list,
    const struct client_element *here)
{
	struct client_view *view = &client->view;

	for (size_t i = 0; i < list->cards_count; i++) {
		const struct wire_card *card = &list->cards[i];

		client_view_card(view, "card.number", N_("Card"), card->card_no);
		client_view_text(view, "card.city", N_("City"), card->city);
		client_view_text(view, "card.state", N_("State"), client_token_text(card->state));
		client_view_money(view, "card.balance", N_("Balance"), card->balance_fen);
		client_view_money(view, "card.pending", N_("Not final"), card->pending_fen);
		client_view_time(view, "card.time", N_("As of"), card->as_of_ms);
		client_view_text(view, "card.here", N_("Where"),
		    is_here(here, card->card_no) ? client_token_text("here") : "");
	}
}

enum ykt_status
ykt_client_cards(struct ykt_client *client)
{
	const struct wire_empty empty = { 0 };
	struct wire_card_list_rsp *list = &client->lists.cards;
	struct client_element here = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = client_call(client, "card.list", NULL, &empty, list);
	/* Which of them is in the element is an extra: the list stands without it. */
	if (status == YKT_OK && !client_seless(client) &&
	    client_element_read(client, &here) == YKT_E_DOWN)
		status = YKT_E_DOWN;
	if (status == YKT_OK)
		show_cards(client, list, &here);

	return client_end(client, CLIENT_FLOW_CARDS, status);
}
