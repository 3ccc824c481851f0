/*
 * Unbinding an account (C5-BND-2): the login password, and a signature over what was
 * shown. What this device keeps of the account goes with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/bank.h"
#include "client/device.h"
#include "client/mask.h"

enum { ANSWER_PASSWORD, ANSWER_OK };

static void
show(struct ykt_client *client, const struct wire_account *account)
{
	char text[CLIENT_BANK_TEXT];

	client_bank_text(account, text);
	client_view_text(&client->view, "bank", N_("Account"), text);
}

static enum ykt_status
ask_user(struct ykt_client *client, const struct wire_account *account,
    struct wire_account_unbind_req *req)
{
	struct ykt_answers answers;
	enum ykt_status status;

	show(client, account);
	client_view_input(&client->view, YKT_FIELD_SECRET, "password", N_("Login password"), NULL);
	client_view_input(&client->view, YKT_FIELD_CHECK, "ok", N_("Unbind the account"), NULL);
	status = client_ask(client, CLIENT_FORM_UNBIND, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[ANSWER_OK], "1") != 0)
		status = YKT_CANCELLED;
	if (status == YKT_OK)
		client_text_copy(
		    req->password, sizeof(req->password), answers.text[ANSWER_PASSWORD]);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static enum ykt_status
sign(struct ykt_client *client, const struct wire_account *account,
    struct wire_account_unbind_req *req)
{
	const char *user_id = client_state(client)->user_id;
	const struct signer *device = NULL;
	uint8_t text[WIRE_UNBIND_SIGN_LEN];
	enum ykt_status status = YKT_E_SERVER;

	client_text_copy(req->account_id, sizeof(req->account_id), account->account_id);
	if (wire_id_valid(user_id))
		status = client_device(client, &device);
	if (status == YKT_OK)
		status = wire_unbind_digest(client->o.crypto, account, user_id, req->digest);
	if (status != YKT_OK)
		return status;
	wire_unbind_to_sign(req->digest, account->account_id, text);

	return signer_sign(device, YKT_BYTES(text), req->sig);
}

/* Over for the user from "unbinding" on: what is kept here goes at once. */
static enum ykt_status
outcome(struct ykt_client *client, const char *account_id, const struct wire_account *account)
{
	enum ykt_status status;

	switch (client_bank_state(account)) {
	case WIRE_ACCOUNT_UNBOUND:
	case WIRE_ACCOUNT_UNBINDING:
		status = client_bank_forget(client, account_id);
		break;
	case WIRE_ACCOUNT_BOUND: /* asked after a lost answer: the request may yet arrive */
		return YKT_UNKNOWN;
	default:
		return YKT_E_SERVER;
	}
	if (status == YKT_OK && client_bank_state(account) == WIRE_ACCOUNT_UNBINDING)
		status = YKT_PENDING;

	return status;
}

static enum ykt_status
run(struct ykt_client *client, const char *which, struct wire_account *account)
{
	struct wire_account_unbind_req req = { .account_id = "" };
	struct wire_account now = { .account_id = "" };
	enum ykt_status status;

	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = client_bank_find(client, which, account);
	if (status == YKT_OK)
		status = ask_user(client, account, &req);
	if (status == YKT_OK)
		status = sign(client, account, &req);
	if (status == YKT_OK) {
		(void)client_progress(client, N_("Unbinding the account"), 1, 2);
		status = client_call(client, "account.unbind", NULL, &req, &now);
		if (status != YKT_E_DOWN && (client_lost(status) || status == YKT_BUSY))
			status = client_bank_ask(client, account->account_id, &now);
		if (status == YKT_OK)
			status = outcome(client, account->account_id, &now);
	}
	ykt_wipe(&req, sizeof(req));

	return status;
}

enum ykt_status
ykt_client_unbind(struct ykt_client *client, const char *which)
{
	struct wire_account account = { .account_id = "" };
	enum ykt_status status;

	client_begin(client);
	status = run(client, which, &account);
	if (account.last4[0] != '\0')
		show(client, &account);

	return client_end(client, CLIENT_FLOW_UNBIND, status);
}
