/*
 * Binding a bank card or a payment account (C5-BND-1): what the user types is checked,
 * sealed and sent, the issuer's code too, and the result says which of all outcomes it
 * was. The number is on the form and in the block, and nowhere else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/bank.h"
#include "client/device.h"
#include "client/flow.h"
#include "client/mask.h"

#define FORM_TRIES 3
#define CODE_TRIES 3

enum { ANSWER_NUMBER, ANSWER_HOLDER, ANSWER_PHONE };

/* Digits as they stand on a card, in groups: the blanks are no part of the number. */
static void
copy_number(char *out, size_t size, const char *text)
{
	size_t len = 0;

	for (; *text != '\0' && len + 1 < size; text++) {
		if (*text != ' ' && *text != '-')
			out[len++] = *text;
	}
	out[len] = '\0';
}

/* What is wrong with it, as a token, before anything is sent; or NULL. */
static const char *
fill(const struct ykt_answers *answers, struct wire_account_data *data)
{
	char number[YKT_ANSWER_MAX];
	const char *holder = answers->text[ANSWER_HOLDER], *phone = answers->text[ANSWER_PHONE];
	const char *fault = NULL;

	copy_number(number, sizeof(number), answers->text[ANSWER_NUMBER]);
	if (!wire_account_number_valid(number))
		fault = "account_number";
	else if (!client_name_valid(holder) || strlen(holder) >= sizeof(data->holder))
		fault = "name";
	else if (!wire_phone_valid(phone))
		fault = "phone";
	if (fault == NULL) {
		client_text_copy(data->number, sizeof(data->number), number);
		client_text_copy(data->holder, sizeof(data->holder), holder);
		client_text_copy(data->phone, sizeof(data->phone), phone);
	}
	ykt_wipe(number, sizeof(number));

	return fault;
}

static enum ykt_status
ask_data(struct ykt_client *client, struct wire_account_data *data)
{
	const struct client_state *state = client_state(client);
	struct client_view *view = &client->view;
	const char *fault = NULL;
	struct ykt_answers answers;
	enum ykt_status status;

	for (int try = 0; try < FORM_TRIES; try++) {
		client_view_input(
		    view, YKT_FIELD_INPUT, "bank_number", N_("Number of the account"), NULL);
		client_view_input(view, YKT_FIELD_INPUT, "holder", N_("Its holder"), state->name);
		client_view_input(view, YKT_FIELD_INPUT, "bank_phone",
		    N_("Phone number that the bank knows"), state->phone);
		status = client_ask(client, CLIENT_FORM_BIND, fault, &answers);
		fault = status == YKT_OK ? fill(&answers, data) : NULL;
		ykt_wipe(&answers, sizeof(answers));
		if (status != YKT_OK || fault == NULL)
			return status;
	}
	client_reason(client, fault);

	return YKT_E_ARG;
}

/* The first question, sealed for the platform by the element where there is one. */
static enum ykt_status
begin(struct ykt_client *client, const struct wire_account_data *data,
    struct wire_account_begin_req *req, struct wire_account *account)
{
	const struct signer *device = NULL;
	enum ykt_status status = client_new_id(client, req->account_id);

	if (status == YKT_OK)
		status = client_device(client, &device);
	if (status == YKT_OK)
		status = wire_account_seal(client->o.crypto, device, &client->platform,
		    req->account_id, data, req->sealed.data, &req->sealed.len);
	if (status != YKT_OK)
		return status;
	(void)client_progress(client, N_("Asking the bank"), 1, 3);
	status = client_call(client, "account.begin", NULL, req, account);
	if (status == YKT_OK && strcmp(account->account_id, req->account_id) != 0)
		status = YKT_E_SERVER;

	return status;
}

static enum ykt_status
ask_code(struct ykt_client *client, const struct wire_account *account, const char *fault,
    char ret_code[WIRE_ACCOUNT_CODE_LEN + 1])
{
	char text[CLIENT_BANK_TEXT];
	struct ykt_answers answers;
	enum ykt_status status;

	client_bank_text(account, text);
	client_view_text(&client->view, "bank", N_("Account"), text);
	client_view_input(&client->view, YKT_FIELD_INPUT, "otp", N_("One-time code"), NULL);
	status = client_ask(client, CLIENT_FORM_OTP, fault, &answers);
	if (status == YKT_OK)
		client_text_copy(ret_code, WIRE_ACCOUNT_CODE_LEN + 1,
		    client_otp_valid(answers.text[0]) ? answers.text[0] : "");
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static enum ykt_status
send_code(struct ykt_client *client, const char *code, struct wire_account *account)
{
	struct wire_account_confirm_req req = { .account_id = "" };
	const struct signer *device = NULL;
	enum ykt_status status = client_device(client, &device);

	memcpy(req.account_id, account->account_id, sizeof(req.account_id));
	if (status == YKT_OK)
		status = wire_account_code_seal(client->o.crypto, device, &client->platform,
		    req.account_id, code, req.code.data, &req.code.len);
	if (status != YKT_OK)
		return status;
	(void)client_progress(client, N_("Asking the bank"), 2, 3);
	status = client_call(client, "account.confirm", NULL, &req, account);
	/* The code may have been taken: what came of it is asked for, not sent again. */
	if (client_lost(status) || status == YKT_BUSY)
		status = status == YKT_E_DOWN ? status
					      : client_bank_ask(client, req.account_id, account);
	if (status == YKT_OK && strcmp(account->account_id, req.account_id) != 0)
		status = YKT_E_SERVER;

	return status;
}

/* Until the account system has decided, or has had enough. */
static enum ykt_status
confirm(struct ykt_client *client, struct wire_account *account)
{
	const char *fault = NULL;
	enum ykt_status status = YKT_OK;

	for (int try = 0; try < CODE_TRIES; try++) {
		char code[WIRE_ACCOUNT_CODE_LEN + 1] = "";

		if (client_bank_state(account) != WIRE_ACCOUNT_WAITING)
			return YKT_OK;
		status = ask_code(client, account, fault, code);
		if (status == YKT_OK && code[0] != '\0')
			status = send_code(client, code, account);
		ykt_wipe(code, sizeof(code));
		if (status != YKT_OK)
			return status;
		fault = "code_wrong";
	}

	return YKT_OK;
}

/* The account system's no, and what is to be made of it. */
static enum ykt_status
refusal(struct ykt_client *client, const struct wire_account *account)
{
	static const struct {
		const char *reason;
		enum ykt_status status;
	} rows[] = {
		{ "account_unknown", YKT_NOT_FOUND },
		{ "account_blocked", YKT_BLOCKED },
		{ "account_bound", YKT_CONFLICT },
		{ "code_tries", YKT_DENIED },
		{ "code_late", YKT_EXPIRED },
		{ "not_done", YKT_NOT_DONE },
	};

	client_reason(client, account->reason);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].reason, account->reason) == 0)
			return rows[i].status;
	}

	return YKT_REFUSED;
}

static enum ykt_status
outcome(struct ykt_client *client, const struct wire_account *account)
{
	switch (client_bank_state(account)) {
	case WIRE_ACCOUNT_BOUND:
		return client_bank_keep(client, account);
	case WIRE_ACCOUNT_REFUSED:
		return refusal(client, account);
	case WIRE_ACCOUNT_WAITING:
		client_reason(client, "code_wrong");
		return YKT_DENIED;
	case WIRE_ACCOUNT_ASKED:
		return YKT_UNKNOWN;
	case WIRE_ACCOUNT_UNBINDING:
	case WIRE_ACCOUNT_UNBOUND:
		return YKT_EXPIRED;
	default:
		return YKT_E_SERVER;
	}
}

static enum ykt_status
run(struct ykt_client *client, struct wire_account_data *data, struct wire_account *account)
{
	struct wire_account_begin_req req = { .account_id = "" };
	enum ykt_status status;

	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = ask_data(client, data);
	if (status == YKT_OK)
		status = begin(client, data, &req, account);
	ykt_wipe(data, sizeof(*data));
	if (status != YKT_E_DOWN && (client_lost(status) || status == YKT_BUSY) &&
	    req.account_id[0] != '\0')
		status = client_bank_ask(client, req.account_id, account);
	if (status == YKT_REFUSED && client_error_is(client, "too_many"))
		status = YKT_OVER_LIMIT;
	if (status == YKT_OK)
		status = confirm(client, account);

	return status == YKT_OK ? outcome(client, account) : status;
}

enum ykt_status
ykt_client_bind(struct ykt_client *client)
{
	struct wire_account_data data = { .number = "" };
	struct wire_account account = { .account_id = "" };
	char text[CLIENT_BANK_TEXT];
	enum ykt_status status;

	client_begin(client);
	status = run(client, &data, &account);
	ykt_wipe(&data, sizeof(data));
	if (account.last4[0] != '\0') {
		client_bank_text(&account, text);
		client_view_text(&client->view, "bank", N_("Account"), text);
	}

	return client_end(client, CLIENT_FLOW_BIND, status);
}
