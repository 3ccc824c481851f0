/*
 * Deregistration (2.12 of the requirement notes): the platform closes an account
 * with nothing in it, then this device forgets everything.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/flow.h"
#include "client/mask.h"
#include "client/rider.h"
#include "wire/wallet_msg.h"

enum { ANSWER_PASSWORD, ANSWER_OK };

static enum ykt_status
ask_user(struct ykt_client *client, struct wire_user_close_req *req)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_text(&client->view, "name", N_("Name"), client_state(client)->name);
	client_view_input(&client->view, YKT_FIELD_SECRET, "password", N_("Login password"), NULL);
	client_view_input(&client->view, YKT_FIELD_CHECK, "ok", N_("Close the account"), NULL);
	status = client_ask(client, CLIENT_FORM_CLOSE, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[ANSWER_OK], "1") != 0)
		status = YKT_CANCELLED;
	if (status == YKT_OK)
		client_text_copy(
		    req->password, sizeof(req->password), answers.text[ANSWER_PASSWORD]);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static enum ykt_status
set_closing(struct ykt_client *client, bool closing)
{
	struct client_state next = *client_state(client);
	enum ykt_status status;

	next.closing = closing;
	status = client_store_put(&client->store, &next);
	ykt_wipe(&next, sizeof(next));

	return status;
}

/*
 * The account is closed: what is left here is worth nothing. An element that
 * does not answer keeps no account open; the result says that it was not asked.
 */
static enum ykt_status
forget(struct ykt_client *client)
{
	enum ykt_status status = client_rider_erase(client);

	if (status == YKT_E_DOWN)
		return status;
	client->end.reason[0] = '\0';
	if (status != YKT_OK)
		client_view_text(&client->view, "reason", N_("Note"),
		    N_("The secure element did not delete its keys. They are worth nothing now: "
		       "the account is closed."));

	return client_store_wipe(&client->store);
}

/*
 * That it was sent is durable first: a session that is gone afterwards was
 * closed with the account, or cannot say otherwise, and nothing here is worth
 * keeping then: there is no intent, and a login makes the rest anew.
 */
static enum ykt_status
send_close(struct ykt_client *client, const struct wire_user_close_req *req)
{
	bool before = client_state(client)->closing;
	struct wire_empty rsp;
	enum ykt_status status = set_closing(client, true);

	if (status != YKT_OK)
		return status;
	(void)client_progress(client, N_("Closing the account"), 1, 2);
	status = client_call(client, "user.close", NULL, req, &rsp);
	if (status == YKT_OK || (status == YKT_LOGIN_NEEDED && before))
		return forget(client);
	if (client_refused(status) || status == YKT_E_NET || status == YKT_BUSY) {
		enum ykt_status cleared = set_closing(client, false);

		return cleared == YKT_E_DOWN ? cleared : status;
	}

	return status == YKT_LOGIN_NEEDED ? YKT_UNKNOWN : status;
}

static enum ykt_status
run(struct ykt_client *client, struct wire_user_close_req *req)
{
	struct ykt_client_info info;
	enum ykt_status status;

	ykt_client_info(client, &info);
	if (info.open_intents != 0) {
		client_reason(client, "orders");
		return YKT_REFUSED;
	}
	if (!info.logged_in && client_state(client)->closing)
		return forget(client);
	if (!info.logged_in)
		return YKT_LOGIN_NEEDED;
	status = ask_user(client, req);
	if (status == YKT_OK)
		status = send_close(client, req);

	return status;
}

enum ykt_status
ykt_client_deregister(struct ykt_client *client)
{
	struct wire_user_close_req req = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = run(client, &req);
	ykt_wipe(&req, sizeof(req));

	return client_end(client, CLIENT_FLOW_DEREGISTER, status);
}
