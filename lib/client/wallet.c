/*
 * The wallet of the account: looked at, and paid into.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/wallet.h"

#include <string.h>

#include "client/selfcheck.h"
#include "client/merge.h"

#define RECORDS_LIMIT 50

enum ykt_status
client_wallet_get(struct ykt_client *client, struct wire_wallet *ret_wallet)
{
	const struct wire_empty empty = { 0 };

	return client_call(client, "wallet.get", NULL, &empty, ret_wallet);
}

enum ykt_status
client_wallet_show(struct ykt_client *client)
{
	struct client_view *view = &client->view;
	struct wire_wallet wallet;
	enum ykt_status status = client_wallet_get(client, &wallet);

	if (status != YKT_OK)
		return status;
	client_view_money(view, "balance_wallet", N_("In the wallet"), wallet.balance_fen);
	/* A wallet that nothing was ever booked in has no such moment. */
	if (wallet.as_of_ms != 0)
		client_view_time(
		    view, "balance_wallet_time", N_("The account's state of"), wallet.as_of_ms);
	client_view_money(view, "wallet_cap", N_("It may hold"), wallet.cap_fen);
	if (!wallet.has_pin)
		client_view_text(view, "note", N_("Note"), client_reason_text("no_pin"));

	return YKT_OK;
}

enum ykt_status
client_wallet_records(struct ykt_client *client, struct merge *merge)
{
	const struct wire_wallet_records_req req = { .limit = RECORDS_LIMIT,
		.has_from_ms = merge->from_ms != 0,
		.from_ms = merge->from_ms,
		.has_to_ms = merge->to_ms != 0,
		.to_ms = merge->to_ms };
	struct wire_card_records_rsp *list = &client->lists.records;
	enum ykt_status status = client_call(client, "wallet.records", NULL, &req, list);

	for (size_t i = 0; status == YKT_OK && i < list->records_count; i++)
		merge_add_account(merge, &list->records[i]);

	return status;
}

enum ykt_status
ykt_client_wallet(struct ykt_client *client)
{
	client_begin(client);

	return client_end(client, CLIENT_FLOW_WALLET, client_wallet_show(client));
}

/* The same wish without an outcome, begun before: gone on with, not begun again. */
static bool
same_amount(const struct client_intent *begun, const struct client_intent *wish)
{
	return begun->kind == CLIENT_INTENT_WALLET && begun->amount_fen == wish->amount_fen;
}

static enum ykt_status
begin(struct ykt_client *client, ykt_fen amount, struct client_intent *ret_intent)
{
	const struct client_intent wish = { .kind = CLIENT_INTENT_WALLET, .amount_fen = amount };

	return client_intent_take(client, same_amount, &wish, ret_intent);
}

static enum ykt_status
topup(struct ykt_client *client, ykt_fen amount)
{
	struct client_intent intent;
	struct wire_order order;
	enum ykt_status status;

	client->end.money = CLIENT_MONEY_UNTOUCHED;
	status = client_self_check(client, CLIENT_FLOW_WALLET_TOPUP);
	if (status != YKT_OK)
		return status;
	if (amount <= 0 || amount > WIRE_FEN_MAX) {
		client_reason(client, "amount");
		return YKT_OVER_LIMIT;
	}
	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = begin(client, amount, &intent);
	if (status != YKT_OK)
		return status;
	status = client_finish(client, &intent, true, &order);
	client_show_order(client, &order);
	/* What the wallet holds now is an extra: the order stands without it. */
	if (status == YKT_OK && client_wallet_show(client) == YKT_E_DOWN)
		status = YKT_E_DOWN;

	return status;
}

enum ykt_status
ykt_client_wallet_topup(struct ykt_client *client, ykt_fen amount)
{
	client_begin(client);

	return client_end(client, CLIENT_FLOW_WALLET_TOPUP, topup(client, amount));
}
