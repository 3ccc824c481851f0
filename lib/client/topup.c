/*
 * Top-up: order, payment, load (2.6 of the requirement notes).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/manage.h"
#include "client/mask.h"
#include "client/selfcheck.h"

/*
 * The same wish, begun before and without an outcome: asking again means that
 * one, or the user would pay twice for what was lost once.
 */
static bool
same_topup(const struct client_intent *begun, const struct client_intent *wish)
{
	return begun->kind == CLIENT_INTENT_TOPUP && begun->amount_fen == wish->amount_fen &&
	       strcmp(begun->card_no, wish->card_no) == 0;
}

static enum ykt_status
begin(struct ykt_client *client, const char *card_no, ykt_fen amount,
    struct client_intent *ret_intent)
{
	struct client_intent wish = { .kind = CLIENT_INTENT_TOPUP, .amount_fen = amount };

	client_text_copy(wish.card_no, sizeof(wish.card_no), card_no);

	return client_intent_take(client, same_topup, &wish, ret_intent);
}

static enum ykt_status
run(struct ykt_client *client, const char *card_no, ykt_fen amount)
{
	struct client_purse purse = { 0 };
	const struct wire_app *app = NULL;
	struct client_intent intent;
	struct wire_order order;
	enum ykt_status status, shown;

	client->end.money = CLIENT_MONEY_UNTOUCHED;
	status = client_self_check(client, CLIENT_FLOW_TOPUP);
	if (status != YKT_OK)
		return status;
	if (amount <= 0 || amount > PURSE_BALANCE_MAX) {
		client_reason(client, "amount");
		return YKT_OVER_LIMIT;
	}
	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = client_manage_why(client, client_element_find(client, card_no, &purse, NULL));
	if (status == YKT_OK)
		status =
		    client_descr_may(client, ykt_bytes(purse.aid, purse.aid_len), "topup", &app);
	if (status == YKT_OK)
		status = client_descr_load_fits(client, &app, amount);
	if (status == YKT_OK)
		status = begin(client, purse.card_no, amount, &intent);
	if (status != YKT_OK)
		return status;
	status = client_finish(client, &intent, true, &order);
	client_show_order(client, &order);
	if (status == YKT_OK) {
		shown = client_show_card(client, &order);
		if (shown != YKT_OK)
			status = shown;
	}

	return status;
}

enum ykt_status
ykt_client_topup(struct ykt_client *client, const char *card_no, ykt_fen amount)
{
	client_begin(client);

	return client_end(client, CLIENT_FLOW_TOPUP, run(client, card_no, amount));
}
