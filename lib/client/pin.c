/*
 * The payment PIN: set, or changed by the old one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/selfcheck.h"
#include "client/keypad.h"
#include "client/mask.h"
#include "client/wallet.h"

#define FORM_TRIES 3

/* What the user typed; wiped by whoever holds it. */
struct typed {
	char password[65];
	struct client_pin old; /* empty where there is none */
	struct client_pin pin;
};

static enum ykt_status
ask_password(struct ykt_client *client, struct typed *typed)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_input(&client->view, YKT_FIELD_SECRET, "password", N_("Login password"), NULL);
	status = client_ask(client, CLIENT_FORM_PIN, NULL, &answers);
	if (status == YKT_OK)
		client_text_copy(typed->password, sizeof(typed->password), answers.text[0]);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

/* Why the new PIN is not sent; NULL when it may be. */
static enum ykt_status
judge(struct ykt_client *client, bool change, const struct typed *typed, const char **ret_fault)
{
	enum ykt_status status = client_pin_strong(client, &typed->pin);

	*ret_fault = status == YKT_REFUSED ? "pin_weak" : NULL;
	if (status != YKT_OK || !change)
		return status == YKT_REFUSED ? YKT_OK : status;
	status = client_pin_equal(client, &typed->pin, &typed->old);
	if (status == YKT_OK)
		*ret_fault = "pin_same";

	return status == YKT_MISMATCH ? YKT_OK : status;
}

/* The new PIN, twice. */
static enum ykt_status
ask_new(struct ykt_client *client, bool change, struct typed *typed, const char **fault)
{
	struct client_pin again = { 0 };
	enum ykt_status status =
	    client_pin_ask(client, "new_pin", N_("New payment PIN"), *fault, &typed->pin);

	if (status == YKT_OK)
		status = judge(client, change, typed, fault);
	if (status != YKT_OK || *fault != NULL)
		return status;
	status = client_pin_ask(client, "new_pin2", N_("New payment PIN again"), NULL, &again);
	if (status == YKT_OK) {
		status = client_pin_equal(client, &typed->pin, &again);
		if (status == YKT_MISMATCH) {
			*fault = "pin2";
			status = YKT_OK;
		}
	}
	ykt_wipe(&again, sizeof(again));

	return status;
}

static enum ykt_status
fill_form(struct ykt_client *client, bool change, struct typed *typed)
{
	const char *fault = NULL;
	enum ykt_status status = ask_password(client, typed);

	if (status == YKT_OK && change)
		status = client_pin_ask(
		    client, "old_pin", N_("Payment PIN until now"), NULL, &typed->old);
	for (int try = 0; status == YKT_OK && try < FORM_TRIES; try++) {
		status = ask_new(client, change, typed, &fault);
		if (status == YKT_OK && fault == NULL)
			return YKT_OK;
	}
	if (status != YKT_OK)
		return status;
	client_reason(client, fault);

	return YKT_E_ARG;
}

static enum ykt_status
send_pin(struct ykt_client *client, bool change, const struct typed *typed)
{
	struct wire_pin_set_req req = { 0 };
	struct wire_empty rsp;
	enum ykt_status status = YKT_OK;

	client_text_copy(req.password, sizeof(req.password), typed->password);
	if (change)
		status =
		    client_pin_seal(client, &typed->old, WIRE_PIN_OLD, req.old.data, &req.old.len);
	if (status == YKT_OK)
		status =
		    client_pin_seal(client, &typed->pin, WIRE_PIN_NEW, req.pin.data, &req.pin.len);
	if (status == YKT_OK) {
		(void)client_progress(client, N_("Setting the payment PIN"), 1, 2);
		status = client_call(client, "pin.set", NULL, &req, &rsp);
	}
	if (status == YKT_DENIED && client_error_is(client, "pin_blocked"))
		status = YKT_BLOCKED;
	ykt_wipe(&req, sizeof(req));

	return status;
}

static enum ykt_status
run(struct ykt_client *client, struct typed *typed)
{
	struct wire_wallet wallet;
	enum ykt_status status = client_self_check(client, CLIENT_FLOW_PIN);

	if (status == YKT_OK)
		status = client_wallet_get(client, &wallet);
	if (status == YKT_OK)
		status = fill_form(client, wallet.has_pin, typed);
	if (status == YKT_OK)
		status = send_pin(client, wallet.has_pin, typed);

	return status;
}

enum ykt_status
ykt_client_pin(struct ykt_client *client)
{
	struct typed typed = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = run(client, &typed);
	ykt_wipe(&typed, sizeof(typed));

	return client_end(client, CLIENT_FLOW_PIN, status);
}

/* Forgotten or blocked: the password and a one-time code stand for the old one. */
static enum ykt_status
reset_run(struct ykt_client *client, struct typed *typed, struct wire_pin_reset_req *req)
{
	struct wire_empty rsp;
	enum ykt_status status = client_self_check(client, CLIENT_FLOW_PIN_RESET);

	if (status == YKT_OK && !client_state(client)->session.open)
		status = YKT_LOGIN_NEEDED;
	if (status == YKT_OK)
		status = fill_form(client, false, typed);
	if (status == YKT_OK)
		status =
		    client_ask_code(client, WIRE_OTP_PIN, client_state(client)->phone, req->otp);
	if (status == YKT_OK)
		status = client_pin_seal(
		    client, &typed->pin, WIRE_PIN_NEW, req->pin.data, &req->pin.len);
	if (status == YKT_OK) {
		client_text_copy(req->password, sizeof(req->password), typed->password);
		status = client_call(client, "pin.reset", NULL, req, &rsp);
	}

	return status;
}

enum ykt_status
ykt_client_pin_reset(struct ykt_client *client)
{
	struct wire_pin_reset_req req = { 0 };
	struct typed typed = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = reset_run(client, &typed, &req);
	ykt_wipe(&typed, sizeof(typed));
	ykt_wipe(&req, sizeof(req));

	return client_end(client, CLIENT_FLOW_PIN_RESET, status);
}
