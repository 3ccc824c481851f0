/*
 * Lists from the account: orders and cards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/element.h"
#include "client/flow.h"
#include "client/withdraw.h"

#define ORDERS_LIMIT 50

/* What a row says: an order, or a withdrawal, which has neither card nor note. */
struct row {
	const char *id, *kind, *state, *card_no, *note;
	ykt_fen amount;
	int64_t time_ms;
};

static void
show_row(struct client_view *view, const struct row *row)
{
	client_view_text(view, "order.id", N_("Order"), row->id);
	client_view_text(view, "order.kind", N_("What"), client_token_text(row->kind));
	client_view_text(view, "order.state", N_("State"), row->state);
	client_view_money(view, "order.amount", N_("Amount"), row->amount);
	client_view_time(view, "order.time", N_("Time"), row->time_ms);
	client_view_card(view, "order.card", N_("Card"), row->card_no);
	client_view_text(view, "order.note", N_("Note"), client_reason_text(row->note));
}

static void
show_order_row(struct client_view *view, const struct wire_order *order)
{
	const struct row row = { .id = order->order_id,
		.kind = order->kind,
		.state = client_token_text(order->state),
		.card_no = order->card_no,
		.note = order->note,
		.amount = order->amount_fen,
		.time_ms = order->created_ms };

	show_row(view, &row);
}

static void
show_withdrawal_row(struct client_view *view, const struct wire_withdrawal *withdrawal)
{
	const struct row row = { .id = withdrawal->withdraw_id,
		.kind = "withdrawal",
		.state = client_withdrawal_state(withdrawal),
		.card_no = "",
		.note = withdrawal->reason,
		.amount = withdrawal->amount_fen,
		.time_ms = withdrawal->made_ms };

	show_row(view, &row);
}

/* Both are newest first, and so is what is shown. */
static void
show_orders(struct ykt_client *client, const struct wire_order_list_rsp *orders,
    const struct wire_withdrawals_rsp *out)
{
	size_t i = 0, k = 0;

	while (i < orders->orders_count || k < out->withdrawals_count) {
		if (k == out->withdrawals_count ||
		    (i < orders->orders_count &&
			orders->orders[i].created_ms >= out->withdrawals[k].made_ms))
			show_order_row(&client->view, &orders->orders[i++]);
		else
			show_withdrawal_row(&client->view, &out->withdrawals[k++]);
	}
}

enum ykt_status
ykt_client_orders(struct ykt_client *client, bool abnormal)
{
	const struct wire_order_list_req req = { .abnormal = abnormal, .limit = ORDERS_LIMIT };
	const struct wire_withdrawals_req out = { .abnormal = abnormal,
		.limit = WIRE_WITHDRAWALS_MAX };
	struct wire_order_list_rsp *orders = &client->lists.book.orders;
	struct wire_withdrawals_rsp *withdrawals = &client->lists.book.withdrawals;
	enum ykt_status status;

	client_begin(client);
	status = client_call(client, "order.list", NULL, &req, orders);
	if (status == YKT_OK)
		status = client_call(client, "wallet.withdrawals", NULL, &out, withdrawals);
	if (status == YKT_OK)
		show_orders(client, orders, withdrawals);

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
