/*
 * The functions of the client by the numbers of Client.java.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wish.h"

static enum ykt_status
run_register(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_register(client);
}

static enum ykt_status
run_login(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_login(client);
}

static enum ykt_status
run_logout(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_logout(client);
}

static enum ykt_status
run_open(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_open_card(client, wish->text, wish->fen);
}

static enum ykt_status
run_cards(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_cards(client);
}

static enum ykt_status
run_apps(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_apps(client);
}

static enum ykt_status
run_default(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_default_card(client, wish->text);
}

static enum ykt_status
run_contactless(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_contactless(client, wish->text, wish->flag);
}

static enum ykt_status
run_balance(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_balance(client);
}

static enum ykt_status
run_records(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_records(client);
}

static enum ykt_status
run_topup(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_topup(client, wish->text, wish->fen);
}

static enum ykt_status
run_orders(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_orders(client, wish->flag);
}

static enum ykt_status
run_recover(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_recover(client);
}

static enum ykt_status
run_refund(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_refund(client, wish->text != NULL ? wish->text : "");
}

static enum ykt_status
run_wallet(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_wallet(client);
}

static enum ykt_status
run_wallet_topup(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_wallet_topup(client, wish->fen);
}

static enum ykt_status
run_pay(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_pay(client, wish->text != NULL ? wish->text : "");
}

static enum ykt_status
run_pin(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_pin(client);
}

static enum ykt_status
run_pin_reset(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_pin_reset(client);
}

static enum ykt_status
run_password(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_password(client);
}

static enum ykt_status
run_reset(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_reset(client);
}

static enum ykt_status
run_deregister(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_deregister(client);
}

static enum ykt_status
run_code_open(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_code_open(client);
}

static enum ykt_status
run_code_show(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_code_show(client, wish->flag);
}

static enum ykt_status
run_delete(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_delete(client, wish->text);
}

static enum ykt_status
run_lock(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_lock(client, wish->text);
}

static enum ykt_status
run_unlock(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_unlock(client, wish->text);
}

static enum ykt_status
run_return(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_return(client, wish->text);
}

static enum ykt_status
run_move_out(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_move_out(client, wish->text);
}

static enum ykt_status
run_move_in(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_move_in(client, wish->text);
}

static enum ykt_status
run_update(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_update(client);
}

static enum ykt_status
run_apps_update(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_apps_update(client, wish->text);
}

static enum ykt_status
run_bind(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_bind(client);
}

static enum ykt_status
run_accounts(struct ykt_client *client, const struct wish *wish)
{
	(void)wish;

	return ykt_client_accounts(client);
}

static enum ykt_status
run_unbind(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_unbind(client, wish->text);
}

static enum ykt_status
run_pay_from(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_pay_from(client, wish->text);
}

static enum ykt_status
run_bind_card(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_bind_card(client, wish->text);
}

static enum ykt_status
run_unbind_card(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_unbind_card(client, wish->text);
}

static enum ykt_status
run_withdraw(struct ykt_client *client, const struct wish *wish)
{
	return ykt_client_withdraw(client, wish->text, wish->fen);
}

/* The order is that of the numbers in Client.java. */
jni_run *const jni_functions[] = { run_register, run_login, run_logout, run_open, run_cards,
	run_apps, run_default, run_contactless, run_balance, run_records, run_topup, run_orders,
	run_recover, run_refund, run_wallet, run_wallet_topup, run_pay, run_pin, run_pin_reset,
	run_password, run_reset, run_deregister, run_code_open, run_code_show, run_delete, run_lock,
	run_unlock, run_return, run_move_out, run_move_in, run_update, run_apps_update, run_bind,
	run_accounts, run_unbind, run_pay_from, run_bind_card, run_unbind_card, run_withdraw };
