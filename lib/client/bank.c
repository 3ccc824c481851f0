/*
 * Which bank accounts there are, and which one is kept here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/bank.h"

#include <string.h>

#include "client/mask.h"

#define LAST_DIGITS   4
#define QUERY_TRIES   3
#define QUERY_WAIT_MS 2000

void
client_bank_text(const struct wire_account *account, char out[CLIENT_BANK_TEXT])
{
	size_t len = strlen(account->issuer);

	client_text_copy(out, CLIENT_BANK_TEXT, account->issuer);
	client_text_copy(out + len, CLIENT_BANK_TEXT - len, " ");
	client_text_copy(out + len + 1, CLIENT_BANK_TEXT - len - 1, account->last4);
}

int
client_bank_state(const struct wire_account *account)
{
	return wire_token_find(&wire_account_state, account->state);
}

/* What is kept here of an account that the platform has no more is forgotten. */
static enum ykt_status
list(struct ykt_client *client, struct wire_account_list_rsp *rsp)
{
	const struct wire_empty none = { 0 };
	const char *kept = client_state(client)->bank.account_id;
	enum ykt_status status = client_call(client, "account.list", NULL, &none, rsp);

	if (status != YKT_OK || kept[0] == '\0')
		return status;
	for (size_t i = 0; i < rsp->accounts_count; i++) {
		if (strcmp(rsp->accounts[i].account_id, kept) == 0 &&
		    client_bank_state(&rsp->accounts[i]) == WIRE_ACCOUNT_BOUND)
			return YKT_OK;
	}

	return client_bank_forget(client, kept);
}

static bool
fits(const struct wire_account *account, const char *which)
{
	size_t len = strlen(which);

	return which[0] != '\0' && (strcmp(account->account_id, which) == 0 ||
				       (len == LAST_DIGITS && strcmp(account->last4, which) == 0));
}

enum ykt_status
client_bank_find(struct ykt_client *client, const char *which, struct wire_account *ret_account)
{
	struct wire_account_list_rsp *rsp = &client->lists.accounts;
	const struct wire_account *found = NULL;
	size_t count = 0;
	enum ykt_status status = list(client, rsp);

	if (status != YKT_OK)
		return status;
	if (which != NULL && strcmp(which, "default") == 0)
		which = client_state(client)->bank.account_id;
	for (size_t i = 0; i < rsp->accounts_count; i++) {
		if (client_bank_state(&rsp->accounts[i]) != WIRE_ACCOUNT_BOUND ||
		    (which != NULL && !fits(&rsp->accounts[i], which)))
			continue;
		found = &rsp->accounts[i];
		count++;
	}
	if (count != 1) {
		client_reason(client, count == 0 ? "no_account" : "accounts");
		return YKT_REFUSED;
	}
	if (!wire_id_valid(found->account_id))
		return YKT_E_SERVER;
	*ret_account = *found;

	return YKT_OK;
}

enum ykt_status
client_bank_ask(struct ykt_client *client, const char *account_id, struct wire_account *ret_account)
{
	struct wire_account_id_req req = { .account_id = "" };
	enum ykt_status status = YKT_UNKNOWN, waited;

	client_text_copy(req.account_id, sizeof(req.account_id), account_id);
	for (unsigned try = 1; try <= QUERY_TRIES; try++) {
		status = client_call(client, "account.get", NULL, &req, ret_account);
		if (status == YKT_OK && strcmp(ret_account->account_id, account_id) != 0)
			status = YKT_E_SERVER;
		if (status != YKT_UNKNOWN && status != YKT_E_NET && status != YKT_BUSY)
			break;
		waited = client_wait(client, N_("Asking how the binding stands"), QUERY_WAIT_MS,
		    try, QUERY_TRIES, NULL);
		if (waited != YKT_OK)
			return waited;
	}

	return status == YKT_E_NET || status == YKT_BUSY ? YKT_UNKNOWN : status;
}

static enum ykt_status
put(struct ykt_client *client, const struct client_bank *bank)
{
	struct client_state next = *client_state(client);
	enum ykt_status status;

	next.bank = *bank;
	status = client_store_put(&client->store, &next);
	ykt_wipe(&next, sizeof(next));

	/* What could not be written is asked of the platform the next time. */
	return status == YKT_E_DOWN ? status : YKT_OK;
}

enum ykt_status
client_bank_keep(struct ykt_client *client, const struct wire_account *account)
{
	struct client_bank bank = { .account_id = "" };

	client_text_copy(bank.account_id, sizeof(bank.account_id), account->account_id);
	client_text_copy(bank.issuer, sizeof(bank.issuer), account->issuer);
	client_text_copy(bank.last4, sizeof(bank.last4), account->last4);

	return put(client, &bank);
}

enum ykt_status
client_bank_forget(struct ykt_client *client, const char *account_id)
{
	const struct client_bank none = { .account_id = "" };

	if (strcmp(client_state(client)->bank.account_id, account_id) != 0)
		return YKT_OK;

	return put(client, &none);
}

static void
show_row(struct ykt_client *client, const struct wire_account *account)
{
	struct client_view *view = &client->view;
	const char *kept = client_state(client)->bank.account_id;
	char text[CLIENT_BANK_TEXT];

	client_bank_text(account, text);
	client_view_text(view, "bank.number", N_("Account"), text);
	client_view_text(view, "bank.id", N_("Its id"), account->account_id);
	client_view_text(view, "bank.state", N_("State"), client_token_text(account->state));
	client_view_text(view, "bank.default", N_("Pays by default"),
	    client_token_text(strcmp(account->account_id, kept) == 0 ? "yes" : "no"));
}

static enum ykt_status
accounts(struct ykt_client *client)
{
	struct wire_account_list_rsp *rsp = &client->lists.accounts;
	enum ykt_status status;

	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = list(client, rsp);
	for (size_t i = 0; status == YKT_OK && i < rsp->accounts_count; i++)
		show_row(client, &rsp->accounts[i]);
	if (status == YKT_OK && rsp->accounts_count == 0)
		client_view_text(
		    &client->view, "note", N_("Note"), client_reason_text("no_account"));

	return status;
}

enum ykt_status
ykt_client_accounts(struct ykt_client *client)
{
	client_begin(client);

	return client_end(client, CLIENT_FLOW_ACCOUNTS, accounts(client));
}
