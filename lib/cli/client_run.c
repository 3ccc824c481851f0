/*
 * The client's commands: each is one function of the client core.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/client_run.h"

#include <string.h>

#define MERGED(list) (1 + (list))

static enum ykt_status
do_register(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_register(client);
}

/* What the platform told of at login is finished at once. */
static enum ykt_status
do_login(struct ykt_client *client, const struct client_arguments *arguments)
{
	enum ykt_status status = ykt_client_login(client);

	(void)arguments;
	if (status == YKT_OK && ykt_client_recover_needed(client) &&
	    ykt_client_recover(client) == YKT_E_DOWN)
		status = YKT_E_DOWN;

	return status;
}

static enum ykt_status
do_logout(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_logout(client);
}

static enum ykt_status
do_open(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_open_card(client, arguments->city, arguments->amount);
}

static enum ykt_status
do_cards(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_cards(client);
}

static enum ykt_status
do_balance(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_balance(client);
}

static enum ykt_status
do_records(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_records_between(client, arguments->from_ms, arguments->to_ms);
}

static enum ykt_status
do_topup(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_topup(client, arguments->card, arguments->amount);
}

static enum ykt_status
do_orders(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_orders(client, arguments->abnormal);
}

static enum ykt_status
do_recover(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_recover(client);
}

static enum ykt_status
do_refund(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_refund(client, arguments->order);
}

static enum ykt_status
do_return(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_return(client, arguments->card);
}

static enum ykt_status
do_move_out(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_move_out(client, arguments->card);
}

static enum ykt_status
do_move_in(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_move_in(client, arguments->city);
}

static enum ykt_status
do_apps(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_apps(client);
}

static enum ykt_status
do_default(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_default_card(client, arguments->card);
}

static enum ykt_status
do_contactless(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_contactless(client, arguments->card, arguments->on);
}

static enum ykt_status
do_wallet(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_wallet(client);
}

static enum ykt_status
do_wallet_topup(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_wallet_topup(client, arguments->amount);
}

static enum ykt_status
do_pay(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_pay(client, arguments->order);
}

static enum ykt_status
do_pin(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_pin(client);
}

static enum ykt_status
do_pin_reset(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_pin_reset(client);
}

static enum ykt_status
do_password(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_password(client);
}

static enum ykt_status
do_reset(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_reset(client);
}

static enum ykt_status
do_deregister(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_deregister(client);
}

static enum ykt_status
do_delete(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_delete(client, arguments->card);
}

static enum ykt_status
do_lock(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_lock(client, arguments->card);
}

static enum ykt_status
do_unlock(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_unlock(client, arguments->card);
}

static enum ykt_status
do_apps_update(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_apps_update(client, arguments->card);
}

static enum ykt_status
do_code_open(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_code_open(client);
}

static enum ykt_status
do_code_show(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_code_show(client, arguments->watch);
}

static enum ykt_status
do_update(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_update(client);
}

static enum ykt_status
do_bind(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_bind(client);
}

static enum ykt_status
do_accounts(struct ykt_client *client, const struct client_arguments *arguments)
{
	(void)arguments;

	return ykt_client_accounts(client);
}

static enum ykt_status
do_withdraw(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_withdraw(client, arguments->order, arguments->amount);
}

static enum ykt_status
do_unbind(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_unbind(client, arguments->order);
}

static enum ykt_status
do_bind_card(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_bind_card(client, arguments->card);
}

static enum ykt_status
do_unbind_card(struct ykt_client *client, const struct client_arguments *arguments)
{
	return ykt_client_unbind_card(client, arguments->card);
}

static const struct client_command commands[] = {
	{ "register", "usage: ykt register [--profile se|seless] [OPTION...]", false, false,
	    do_register },
	{ "login", "usage: ykt login [--profile se|seless] [OPTION...]", false, false, do_login },
	{ "logout", "usage: ykt logout [OPTION...]", false, false, do_logout },
	{ "open", "usage: ykt open [--city CODE] [--load YUAN] [--from ACCOUNT] [OPTION...]", false,
	    true, do_open },
	{ "cards", "usage: ykt cards [OPTION...]", false, true, do_cards, MERGED(YKT_LIST_CARDS) },
	{ "balance", "usage: ykt balance [OPTION...]", false, true, do_balance,
	    MERGED(YKT_LIST_BALANCE) },
	{ "records", "usage: ykt records [--from DAY] [--to DAY] [OPTION...]", false, true,
	    do_records, MERGED(YKT_LIST_RECORDS) },
	{ "topup", "usage: ykt topup [--card NUMBER] [--from ACCOUNT] [OPTION...] AMOUNT", true,
	    true, do_topup },
	{ "orders", "usage: ykt orders [--abnormal] [OPTION...]", false, true, do_orders,
	    MERGED(YKT_LIST_ORDERS) },
	{ "apps", "usage: ykt apps [update] [OPTION...]", false, false, do_apps,
	    MERGED(YKT_LIST_APPS) },
	{ "apps update", "usage: ykt apps update [--card NUMBER] [OPTION...]", false, false,
	    do_apps_update },
	{ "default", "usage: ykt default [--card NUMBER] [OPTION...]", false, false, do_default },
	{ "contactless", "usage: ykt contactless [--card NUMBER] [OPTION...] on|off", true, false,
	    do_contactless },
	{ "recover", "usage: ykt recover [OPTION...]", false, false, do_recover,
	    MERGED(YKT_LIST_RECOVER) },
	{ "refund", "usage: ykt refund [OPTION...] ORDER", true, false, do_refund },
	{ "return", "usage: ykt return [--card NUMBER] [OPTION...]", false, true, do_return },
	{ "move out", "usage: ykt move out [--card NUMBER] [OPTION...]", false, true, do_move_out },
	{ "move in", "usage: ykt move in [--city CODE] [OPTION...]", false, true, do_move_in },
	{ "wallet", "usage: ykt wallet [topup AMOUNT] [OPTION...]", false, true, do_wallet },
	{ "wallet topup", "usage: ykt wallet topup [--from ACCOUNT] [OPTION...] AMOUNT", true, true,
	    do_wallet_topup },
	{ "withdraw", "usage: ykt withdraw [--to ACCOUNT] [OPTION...] AMOUNT", true, true,
	    do_withdraw },
	{ "pay", "usage: ykt pay [OPTION...] BILL", true, true, do_pay },
	{ "pin", "usage: ykt pin [reset] [OPTION...]", false, false, do_pin },
	{ "pin reset", "usage: ykt pin reset [OPTION...]", false, false, do_pin_reset },
	{ "password", "usage: ykt password [OPTION...]", false, false, do_password },
	{ "reset", "usage: ykt reset [OPTION...]", false, false, do_reset },
	{ "update", "usage: ykt update [OPTION...]", false, false, do_update },
	{ "deregister", "usage: ykt deregister [OPTION...]", false, false, do_deregister },
	{ "delete", "usage: ykt delete [--card NUMBER] [OPTION...]", false, true, do_delete },
	{ "lock", "usage: ykt lock [--card NUMBER] [OPTION...]", false, false, do_lock },
	{ "unlock", "usage: ykt unlock [--card NUMBER] [OPTION...]", false, false, do_unlock },
	{ "bind", "usage: ykt bind [OPTION...]", false, false, do_bind },
	{ "accounts", "usage: ykt accounts [OPTION...]", false, false, do_accounts },
	{ "unbind", "usage: ykt unbind [OPTION...] ACCOUNT", true, false, do_unbind },
	{ "bind card", "usage: ykt bind card [--card NUMBER] [OPTION...]", false, false,
	    do_bind_card },
	{ "unbind card", "usage: ykt unbind card [--card NUMBER] [OPTION...]", false, false,
	    do_unbind_card },
	{ "code open", "usage: ykt code open [OPTION...]", false, false, do_code_open },
	{ "code show",
	    "usage: ykt code show [--watch] [--png FILE] [--svg FILE] [--raw FILE] [OPTION...]",
	    false, false, do_code_show },
};

const struct client_command *
client_command_find(const char *name)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}

	return NULL;
}

const struct client_command *
client_command_at(size_t i)
{
	return i < YKT_ARRAY_LEN(commands) ? &commands[i] : NULL;
}
