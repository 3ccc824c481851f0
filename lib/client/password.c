/*
 * Login passwords changed and reset (C5-PWD-1).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/flow.h"
#include "client/mask.h"
#include "client/vault.h"
#include "wire/pin.h"
#include "wire/wallet_msg.h"

#define FORM_TRIES 3

/* What is wrong with a new password and its repetition, a reason; NULL: nothing. */
static const char *
new_fault(const char *password, const char *again, const char *phone)
{
	if (strlen(password) > 64 || wire_password_weak(password, phone))
		return "password";

	return strcmp(password, again) != 0 ? "password2" : NULL;
}

static void
ask_new(struct client_view *view)
{
	client_view_input(view, YKT_FIELD_SECRET, "new_password", N_("New password"), NULL);
	client_view_input(view, YKT_FIELD_SECRET, "new_password2", N_("New password again"), NULL);
}

static enum ykt_status
change_form(struct ykt_client *client, struct wire_user_password_req *req)
{
	struct ykt_answers answers;
	const char *fault = NULL;
	enum ykt_status status = YKT_OK;

	for (int try = 0; try < FORM_TRIES && status == YKT_OK; try++) {
		client_view_input(&client->view, YKT_FIELD_SECRET, "old_password",
		    N_("Password until now"), NULL);
		ask_new(&client->view);
		status = client_ask(client, CLIENT_FORM_PASSWORD, fault, &answers);
		if (status != YKT_OK)
			break;
		fault = new_fault(answers.text[1], answers.text[2], client_state(client)->phone);
		if (fault == NULL && strcmp(answers.text[0], answers.text[1]) == 0)
			fault = "password_same";
		client_text_copy(req->old, sizeof(req->old), answers.text[0]);
		client_text_copy(req->password, sizeof(req->password), answers.text[1]);
		if (fault == NULL)
			break;
	}
	ykt_wipe(&answers, sizeof(answers));
	if (status == YKT_OK && fault != NULL) {
		client_reason(client, fault);
		status = YKT_E_ARG;
	}

	return status;
}

/* What the answer means for part two, and for the session. */
static enum ykt_status
change_end(
    struct ykt_client *client, struct client_vault *vault, bool has_vault, enum ykt_status status)
{
	enum ykt_status kept = YKT_OK;

	/* The session ended in between, or with the change: only a login shows which. */
	if (status == YKT_LOGIN_NEEDED)
		status = YKT_UNKNOWN;
	if (has_vault && (status == YKT_OK || client_refused(status)))
		kept = client_vault_keep(vault, status == YKT_OK);
	if (kept == YKT_E_DOWN)
		return kept;
	if (status == YKT_OK)
		status = client_session_drop(client);

	return status;
}

/* Both passwords open part two before the platform is asked. */
static enum ykt_status
change_send(struct ykt_client *client, const struct wire_user_password_req *req)
{
	struct client_vault vault = { 0 };
	struct wire_empty rsp;
	enum ykt_status status = client_vault_open(&vault, &client->store, req->old);
	bool has_vault = status == YKT_OK;

	if (status == YKT_OK)
		status = client_vault_add(&vault, req->password);
	else if (status == YKT_NOT_FOUND)
		status = YKT_OK;
	if (status == YKT_OK) {
		(void)client_progress(client, N_("Changing the password"), 1, 2);
		status = client_call(client, "user.password", NULL, req, &rsp);
		status = change_end(client, &vault, has_vault, status);
	}
	client_vault_clear(&vault);

	return status;
}

enum ykt_status
ykt_client_password(struct ykt_client *client)
{
	struct wire_user_password_req req = { 0 };
	enum ykt_status status = YKT_LOGIN_NEEDED;

	client_begin(client);
	if (client_state(client)->session.open)
		status = change_form(client, &req);
	if (status == YKT_OK && client_state(client)->session.open)
		status = change_send(client, &req);
	ykt_wipe(&req, sizeof(req));

	return client_end(client, CLIENT_FLOW_PASSWORD, status);
}

enum ykt_status
client_ask_code(
    struct ykt_client *client, enum wire_otp_purpose purpose, const char *phone, char ret_otp[9])
{
	struct wire_otp_send_req req = { 0 };
	struct wire_otp_send_rsp rsp;
	struct ykt_answers answers;
	enum ykt_status status;

	client_text_copy(req.phone, sizeof(req.phone), phone);
	wire_token_set(&wire_otp_purpose, (int)purpose, req.purpose, sizeof(req.purpose));
	(void)client_progress(client, N_("Asking for a one-time code"), 1, 3);
	status = client_call_open(client, "otp.send", &req, &rsp, NULL);
	if (status != YKT_OK)
		return status;
	client_view_input(&client->view, YKT_FIELD_SECRET, "otp", N_("One-time code"), NULL);
	status = client_ask(client, CLIENT_FORM_OTP, NULL, &answers);
	if (status == YKT_OK && !client_otp_valid(answers.text[0])) {
		client_reason(client, WIRE_ERR_OTP_WRONG);
		status = YKT_DENIED;
	}
	if (status == YKT_OK)
		client_text_copy(ret_otp, 9, answers.text[0]);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

enum { RESET_PHONE, RESET_NAME, RESET_NEW, RESET_AGAIN };

static enum ykt_status
reset_form(struct ykt_client *client, struct wire_user_reset_req *req)
{
	struct client_view *view = &client->view;
	struct ykt_answers answers;
	const char *fault = NULL;
	enum ykt_status status = YKT_OK;

	for (int try = 0; try < FORM_TRIES; try++) {
		client_view_input(view, YKT_FIELD_INPUT, "phone", N_("Phone number"), req->phone);
		client_view_input(view, YKT_FIELD_INPUT, "name", N_("Name"), req->name);
		ask_new(view);
		status = client_ask(client, CLIENT_FORM_RESET, fault, &answers);
		if (status != YKT_OK)
			break;
		client_text_copy(req->phone, sizeof(req->phone), answers.text[RESET_PHONE]);
		client_text_copy(req->name, sizeof(req->name), answers.text[RESET_NAME]);
		client_text_copy(req->password, sizeof(req->password), answers.text[RESET_NEW]);
		fault = new_fault(answers.text[RESET_NEW], answers.text[RESET_AGAIN], req->phone);
		if (!wire_phone_valid(answers.text[RESET_PHONE]))
			fault = "phone";
		else if (!client_name_valid(answers.text[RESET_NAME]))
			fault = "name";
		if (fault == NULL)
			break;
	}
	ykt_wipe(&answers, sizeof(answers));
	if (status == YKT_OK && fault != NULL) {
		client_reason(client, fault);
		status = YKT_E_ARG;
	}

	return status;
}

enum ykt_status
ykt_client_reset(struct ykt_client *client)
{
	struct wire_user_reset_req req = { 0 };
	struct wire_empty rsp;
	enum ykt_status status;

	client_begin(client);
	client_text_copy(req.phone, sizeof(req.phone), client_state(client)->phone);
	status = reset_form(client, &req);
	if (status == YKT_OK)
		status = client_ask_code(client, WIRE_OTP_RESET, req.phone, req.otp);
	if (status == YKT_OK) {
		(void)client_progress(client, N_("Setting the password"), 2, 3);
		status = client_call_open(client, "user.reset", &req, &rsp, NULL);
	}
	ykt_wipe(&req, sizeof(req));
	/* It ended every session. */
	if (status == YKT_OK)
		status = client_session_drop(client);

	return client_end(client, CLIENT_FLOW_RESET, status);
}
