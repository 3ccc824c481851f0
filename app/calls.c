/*
 * The client's functions as this program calls them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/calls.h"

#include <glib/gi18n.h>
#include <string.h>

static ykt_fen
amount_of(const char *text)
{
	ykt_fen fen = 0;

	return text != NULL && ykt_fen_parse(text, &fen) == YKT_OK ? fen : 0;
}

/* Who pays is said each time: what was chosen for one order is not kept for the next. */
static enum ykt_status
run_open(struct ykt_client *client, const char *const *args)
{
	enum ykt_status status = ykt_client_pay_from(client, args[1]);

	return status == YKT_OK ? ykt_client_open_card(client, NULL, amount_of(args[0])) : status;
}

static enum ykt_status
run_topup(struct ykt_client *client, const char *const *args)
{
	enum ykt_status status = ykt_client_pay_from(client, args[2]);

	return status == YKT_OK ? ykt_client_topup(client, args[1], amount_of(args[0])) : status;
}

static enum ykt_status
run_wallet_topup(struct ykt_client *client, const char *const *args)
{
	enum ykt_status status = ykt_client_pay_from(client, args[1]);

	return status == YKT_OK ? ykt_client_wallet_topup(client, amount_of(args[0])) : status;
}

static enum ykt_status
run_withdraw(struct ykt_client *client, const char *const *args)
{
	return ykt_client_withdraw(client, args[1], amount_of(args[0]));
}

static enum ykt_status
run_pay(struct ykt_client *client, const char *const *args)
{
	return ykt_client_pay(client, args[0]);
}

static enum ykt_status
run_refund(struct ykt_client *client, const char *const *args)
{
	return ykt_client_refund(client, args[0]);
}

static enum ykt_status
run_default(struct ykt_client *client, const char *const *args)
{
	return ykt_client_default_card(client, args[0]);
}

static enum ykt_status
run_contactless(struct ykt_client *client, const char *const *args)
{
	return ykt_client_contactless(client, args[1], args[0] != NULL && *args[0] == '1');
}

static enum ykt_status
run_lock(struct ykt_client *client, const char *const *args)
{
	return ykt_client_lock(client, args[0]);
}

static enum ykt_status
run_apps_update(struct ykt_client *client, const char *const *args)
{
	return ykt_client_apps_update(client, args[0]);
}

static enum ykt_status
run_unlock(struct ykt_client *client, const char *const *args)
{
	return ykt_client_unlock(client, args[0]);
}

static enum ykt_status
run_bind(struct ykt_client *client, const char *const *args)
{
	(void)args;

	return ykt_client_bind(client);
}

static enum ykt_status
run_accounts(struct ykt_client *client, const char *const *args)
{
	(void)args;

	return ykt_client_accounts(client);
}

static enum ykt_status
run_bind_card(struct ykt_client *client, const char *const *args)
{
	return ykt_client_bind_card(client, args[0]);
}

static enum ykt_status
run_unbind_card(struct ykt_client *client, const char *const *args)
{
	return ykt_client_unbind_card(client, args[0]);
}

static enum ykt_status
run_unbind(struct ykt_client *client, const char *const *args)
{
	return ykt_client_unbind(client, args[0]);
}

static enum ykt_status
run_delete(struct ykt_client *client, const char *const *args)
{
	return ykt_client_delete(client, args[0]);
}

static enum ykt_status
run_return(struct ykt_client *client, const char *const *args)
{
	return ykt_client_return(client, args[0]);
}

static enum ykt_status
run_move_out(struct ykt_client *client, const char *const *args)
{
	return ykt_client_move_out(client, args[0]);
}

static enum ykt_status
run_move_in(struct ykt_client *client, const char *const *args)
{
	(void)args;

	return ykt_client_move_in(client, NULL);
}

static enum ykt_status
run_code(struct ykt_client *client, const char *const *args)
{
	(void)args;

	return ykt_client_code_show(client, TRUE);
}

static enum ykt_status
run_records_between(struct ykt_client *client, const char *const *args)
{
	const struct ykt_list_ask ask = app_call_ask(app_call_find("records between"), args);

	return ykt_client_records_between(client, ask.from_ms, ask.to_ms);
}

static enum ykt_status
run_orders(struct ykt_client *client, const char *const *args)
{
	(void)args;

	return ykt_client_orders(client, FALSE);
}

static enum ykt_status
run_abnormal(struct ykt_client *client, const char *const *args)
{
	(void)args;

	return ykt_client_orders(client, TRUE);
}

/* A function that takes the client alone. */
#define PLAIN(name)                                                                                \
	static enum ykt_status run_##name(struct ykt_client *client, const char *const *args)      \
	{                                                                                          \
		(void)args;                                                                        \
		return ykt_client_##name(client);                                                  \
	}

PLAIN(register)
PLAIN(login)
PLAIN(logout)
PLAIN(cards)
PLAIN(apps)
PLAIN(balance)
PLAIN(records)
PLAIN(wallet)
PLAIN(pin)
PLAIN(pin_reset)
PLAIN(password)
PLAIN(reset)
PLAIN(deregister)
PLAIN(code_open)
PLAIN(recover)
PLAIN(update)

#define CARD_ARG                                                                                   \
	{                                                                                          \
		APP_ARG_OPTIONAL, N_("Card number"), N_("Only needed with several cards"), TRUE    \
	}

#define PAYER_ARG                                                                                  \
	{                                                                                          \
		APP_ARG_PAYER, NULL, NULL, FALSE                                                   \
	}

#define LIST(list) (1 + (list))

static const AppCall calls[] = {
	{ .id = "topup",
	    .function = "topup",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-yuan-symbolic",
	    .args = { { APP_ARG_AMOUNT, N_("Amount"), NULL }, CARD_ARG, PAYER_ARG },
	    .run = run_topup },
	{ .id = "wallet topup",
	    .function = "wallet topup",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-yuan-symbolic",
	    .args = { { APP_ARG_AMOUNT, N_("Amount"), NULL }, PAYER_ARG },
	    .run = run_wallet_topup },
	{ .id = "pay",
	    .function = "pay",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-send-symbolic",
	    .args = { { APP_ARG_TEXT, N_("Number of the bill"), N_("The merchant shows it") } },
	    .run = run_pay },
	{ .id = "balance",
	    .function = "balance",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-eye-symbolic",
	    .list = LIST(YKT_LIST_BALANCE),
	    .run = run_balance },
	{ .id = "bind",
	    .function = "bind",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-add-symbolic",
	    .run = run_bind },
	{ .id = "accounts",
	    .function = "accounts",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-card-symbolic",
	    .run = run_accounts },
	{ .id = "withdraw",
	    .function = "withdraw",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-up-symbolic",
	    .args = { { APP_ARG_AMOUNT, N_("Amount"), NULL },
		{ APP_ARG_OPTIONAL, N_("Last four digits of the account"),
		    N_("Only needed with several accounts") } },
	    .run = run_withdraw },
	{ .id = "unbind",
	    .function = "unbind",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-trash-symbolic",
	    .args = { { APP_ARG_OPTIONAL, N_("Last four digits of the account"),
		N_("Only needed with several accounts") } },
	    .destructive = TRUE,
	    .run = run_unbind },
	{ .id = "bind card",
	    .function = "bind card",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-add-symbolic",
	    .args = { CARD_ARG },
	    .run = run_bind_card },
	{ .id = "unbind card",
	    .function = "unbind card",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-trash-symbolic",
	    .args = { CARD_ARG },
	    .destructive = TRUE,
	    .run = run_unbind_card },
	{ .id = "wallet",
	    .function = "wallet",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-wallet-symbolic",
	    .run = run_wallet },
	{ .id = "records",
	    .function = "records",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-train-symbolic",
	    .list = LIST(YKT_LIST_RECORDS),
	    .run = run_records },
	{ .id = "records between",
	    .function = "records",
	    .title = N_("Records of some days"),
	    .group = APP_GROUP_MONEY,
	    .icon = "app-calendar-symbolic",
	    .args = { { APP_ARG_DAY, N_("First day"), NULL },
		{ APP_ARG_DAY, N_("Last day"), NULL } },
	    .list = LIST(YKT_LIST_RECORDS),
	    .run = run_records_between },
	{ .id = "orders",
	    .function = "orders",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-list-symbolic",
	    .list = LIST(YKT_LIST_ORDERS),
	    .run = run_orders },
	{ .id = "orders abnormal",
	    .function = "orders",
	    .title = N_("Abnormal orders"),
	    .group = APP_GROUP_MONEY,
	    .icon = "app-warning-symbolic",
	    .list = LIST(YKT_LIST_ORDERS),
	    .run = run_abnormal },
	{ .id = "recover",
	    .function = "recover",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-refresh-symbolic",
	    .list = LIST(YKT_LIST_RECOVER),
	    .run = run_recover },
	{ .id = "refund",
	    .function = "refund",
	    .group = APP_GROUP_MONEY,
	    .icon = "app-undo-symbolic",
	    .args = { { APP_ARG_TEXT, N_("Number of the order"), N_("It stands in your orders") } },
	    .run = run_refund },
	{ .id = "open",
	    .function = "open",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-add-symbolic",
	    .args = { { APP_ARG_AMOUNT, N_("First load"), NULL }, PAYER_ARG },
	    .run = run_open },
	{ .id = "cards",
	    .function = "cards",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-cards-symbolic",
	    .list = LIST(YKT_LIST_CARDS),
	    .run = run_cards },
	{ .id = "apps",
	    .function = "apps",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-sim-symbolic",
	    .list = LIST(YKT_LIST_APPS),
	    .run = run_apps },
	{ .id = "default",
	    .function = "default",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-star-symbolic",
	    .args = { CARD_ARG },
	    .run = run_default },
	{ .id = "contactless",
	    .function = "contactless",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-waves-symbolic",
	    .args = { { APP_ARG_SWITCH, N_("Gates see this card"), NULL }, CARD_ARG },
	    .run = run_contactless },
	{ .id = "lock",
	    .function = "lock",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-lock-symbolic",
	    .args = { CARD_ARG },
	    .run = run_lock },
	{ .id = "unlock",
	    .function = "unlock",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-unlock-symbolic",
	    .args = { CARD_ARG },
	    .run = run_unlock },
	{ .id = "apps update",
	    .function = "apps update",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-update-symbolic",
	    .args = { CARD_ARG },
	    .run = run_apps_update },
	{ .id = "delete",
	    .function = "delete",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-trash-symbolic",
	    .args = { CARD_ARG },
	    .destructive = TRUE,
	    .run = run_delete },
	{ .id = "return",
	    .function = "return",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-undo-symbolic",
	    .args = { CARD_ARG },
	    .destructive = TRUE,
	    .run = run_return },
	{ .id = "move out",
	    .function = "move out",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-up-symbolic",
	    .args = { CARD_ARG },
	    .destructive = TRUE,
	    .run = run_move_out },
	{ .id = "move in",
	    .function = "move in",
	    .group = APP_GROUP_CARDS,
	    .icon = "app-down-symbolic",
	    .run = run_move_in },
	{ .id = "code show",
	    .function = "code show",
	    .group = APP_GROUP_RIDE,
	    .icon = "app-code-symbolic",
	    .shows = TRUE,
	    .run = run_code },
	{ .id = "code open",
	    .function = "code open",
	    .group = APP_GROUP_RIDE,
	    .icon = "app-shield-symbolic",
	    .run = run_code_open },
	{ .id = "register",
	    .function = "register",
	    .group = APP_GROUP_ACCOUNT,
	    .icon = "app-avatar-symbolic",
	    .run = run_register },
	{ .id = "login",
	    .function = "login",
	    .group = APP_GROUP_ACCOUNT,
	    .icon = "app-people-symbolic",
	    .run = run_login },
	{ .id = "logout",
	    .function = "logout",
	    .group = APP_GROUP_ACCOUNT,
	    .icon = "app-leave-symbolic",
	    .run = run_logout },
	{ .id = "password",
	    .function = "password",
	    .group = APP_GROUP_SECURITY,
	    .icon = "app-lock-symbolic",
	    .run = run_password },
	{ .id = "reset",
	    .function = "reset",
	    .group = APP_GROUP_SECURITY,
	    .icon = "app-key-symbolic",
	    .run = run_reset },
	{ .id = "pin",
	    .function = "pin",
	    .group = APP_GROUP_SECURITY,
	    .icon = "app-pad-symbolic",
	    .run = run_pin },
	{ .id = "pin reset",
	    .function = "pin reset",
	    .group = APP_GROUP_SECURITY,
	    .icon = "app-revert-symbolic",
	    .run = run_pin_reset },
	{ .id = "deregister",
	    .function = "deregister",
	    .group = APP_GROUP_SECURITY,
	    .icon = "app-trash-symbolic",
	    .destructive = TRUE,
	    .run = run_deregister },
	{ .id = "update",
	    .function = "update",
	    .group = APP_GROUP_SECURITY,
	    .icon = "app-update-symbolic",
	    .run = run_update },
};

static const AppCall menu = { .id = "menu",
	.function = "",
	.title = N_("Menu of the card"),
	.what = N_("What the card itself offers, as a phone with a SIM card shows it."),
	.group = APP_GROUP_CARDS,
	.icon = "app-sim-symbolic" };

const AppCall *
app_call_menu(void)
{
	return &menu;
}

gsize
app_calls(const AppCall **ret_calls)
{
	*ret_calls = calls;

	return G_N_ELEMENTS(calls);
}

const AppCall *
app_call_find(const char *id)
{
	for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
		if (strcmp(calls[i].id, id) == 0)
			return &calls[i];
	}

	return strcmp(id, menu.id) == 0 ? &menu : NULL;
}
