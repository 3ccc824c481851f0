/*
 * User registration (5.2.1): form, one-time code, request, result.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/card_io.h"
#include "client/cert.h"
#include "client/device.h"
#include "client/mask.h"
#include "client/session.h"
#include "wire/pin.h"

#define FORM_TRIES 3
#define OTP_TRIES  3

enum { ANSWER_CONSENT, ANSWER_PHONE, ANSWER_NAME, ANSWER_PASSWORD, ANSWER_PASSWORD2 };

/* The first thing that keeps the form from being sent, as a reason token. */
static const char *
form_fault(const struct ykt_answers *answers)
{
	const char *phone = answers->text[ANSWER_PHONE];
	const char *password = answers->text[ANSWER_PASSWORD];

	if (!wire_phone_valid(phone))
		return "phone";
	if (!client_name_valid(answers->text[ANSWER_NAME]))
		return "name";
	if (strlen(password) > 64 || wire_password_weak(password, phone))
		return "password";
	if (strcmp(password, answers->text[ANSWER_PASSWORD2]) != 0)
		return "password2";

	return NULL;
}

static void
form_fields(struct ykt_client *client, const struct wire_user_register_req *req)
{
	struct client_view *view = &client->view;

	client_view_input(view, YKT_FIELD_CHECK, "consent",
	    N_("I agree that the card company keeps my number, name and device for this service"),
	    NULL);
	client_view_input(view, YKT_FIELD_INPUT, "phone", N_("Phone number"), req->phone);
	client_view_input(view, YKT_FIELD_INPUT, "name", N_("Name"), req->name);
	client_view_input(view, YKT_FIELD_SECRET, "password", N_("Password"), NULL);
	client_view_input(view, YKT_FIELD_SECRET, "password2", N_("Password again"), NULL);
}

/*
 * Stays on the form until it can be sent. YKT_CANCELLED: stopped, or no consent.
 * YKT_E_ARG: never filled well.
 */
static enum ykt_status
fill_form(struct ykt_client *client, struct wire_user_register_req *req)
{
	struct ykt_answers answers;
	const char *fault = NULL;
	enum ykt_status status = YKT_OK;

	for (int try = 0; try < FORM_TRIES; try++) {
		form_fields(client, req);
		status = client_ask(client, CLIENT_FORM_REGISTER, fault, &answers);
		if (status != YKT_OK)
			break;
		if (strcmp(answers.text[ANSWER_CONSENT], "1") != 0) {
			client_reason(client, "consent");
			status = YKT_CANCELLED;
			break;
		}
		fault = form_fault(&answers);
		client_text_copy(req->phone, sizeof(req->phone), answers.text[ANSWER_PHONE]);
		client_text_copy(req->name, sizeof(req->name), answers.text[ANSWER_NAME]);
		if (fault == NULL) {
			req->consent = true;
			client_text_copy(
			    req->password, sizeof(req->password), answers.text[ANSWER_PASSWORD]);
			break;
		}
	}
	if (status == YKT_OK && fault != NULL) {
		client_reason(client, fault);
		status = YKT_E_ARG;
	}
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static enum ykt_status
send_code(struct ykt_client *client, const char *phone)
{
	struct wire_otp_send_req req = { 0 };
	struct wire_otp_send_rsp rsp;

	client_text_copy(req.phone, sizeof(req.phone), phone);
	wire_token_set(&wire_otp_purpose, WIRE_OTP_REGISTER, req.purpose, sizeof(req.purpose));
	(void)client_progress(client, N_("Asking for a one-time code"), 1, 3);

	return client_call_open(client, "otp.send", &req, &rsp, NULL);
}

/* Asks for the code and sends the form, until the code is right. */
static enum ykt_status
send_form(struct ykt_client *client, struct wire_user_register_req *req,
    struct wire_user_register_rsp *rsp)
{
	struct ykt_answers answers;
	const char *fault = NULL;
	enum ykt_status status = YKT_DENIED;

	for (int try = 0; try < OTP_TRIES; try++) {
		client_view_input(
		    &client->view, YKT_FIELD_SECRET, "otp", N_("One-time code"), NULL);
		status = client_ask(client, CLIENT_FORM_OTP, fault, &answers);
		if (status != YKT_OK)
			break;
		fault = WIRE_ERR_OTP_WRONG;
		status = YKT_DENIED;
		if (!client_otp_valid(answers.text[0]))
			continue;
		client_text_copy(req->otp, sizeof(req->otp), answers.text[0]);
		(void)client_progress(client, N_("Registering"), 2, 3);
		status = client_call_open(client, "user.register", req, rsp, NULL);
		if (status != YKT_DENIED || !client_error_is(client, WIRE_ERR_OTP_WRONG))
			break;
	}
	if (status == YKT_DENIED)
		client_reason(client, WIRE_ERR_OTP_WRONG);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static enum ykt_status
remember(struct ykt_client *client, const struct wire_user_register_req *req,
    const struct wire_user_register_rsp *rsp)
{
	struct client_state next = *client_state(client);
	enum ykt_status status;

	next.registered = true;
	next.profile = (uint8_t)client->profile;
	client_text_copy(next.phone, sizeof(next.phone), req->phone);
	client_text_copy(next.name, sizeof(next.name), req->name);
	client_text_copy(next.user_id, sizeof(next.user_id), rsp->user_id);
	status = client_store_put(&client->store, &next);
	ykt_wipe(&next, sizeof(next));

	return status;
}

/* A certificate for the key that signs the request goes with the answer. */
static enum ykt_status
ask_cert(struct ykt_client *client, struct wire_user_register_req *req)
{
	struct client_cert request = { 0 };
	enum ykt_status status = client_cert_request(client, &request);

	req->has_request = status == YKT_OK && request.len != 0;
	if (req->has_request) {
		req->request.len = (uint16_t)request.len;
		memcpy(req->request.data, request.bytes, request.len);
	}

	return status;
}

static enum ykt_status
run(struct ykt_client *client, struct wire_user_register_req *req)
{
	struct wire_user_register_rsp rsp;
	struct client_se_id se_id = { 0 };
	const struct signer *device = NULL;
	char phone[sizeof(client->store.state.phone)];
	enum ykt_status status;

	/* Before the form: nobody should type for nothing. */
	status = client_seless(client) ? YKT_OK : client_se_id(client, &se_id);
	if (status == YKT_OK)
		status = client_device(client, &device);
	if (status == YKT_OK)
		status = ask_cert(client, req);
	if (status == YKT_OK)
		status = fill_form(client, req);
	if (status == YKT_OK)
		status = send_code(client, req->phone);
	if (status != YKT_OK)
		return status;
	req->se_id.len = se_id.len;
	memcpy(req->se_id.data, se_id.data, se_id.len);
	client_text_copy(req->client_version, sizeof(req->client_version), client->version);
	client_text_copy(req->edition, sizeof(req->edition), client->edition);
	status = send_form(client, req, &rsp);
	if (status == YKT_OK)
		status = remember(client, req, &rsp);
	if (status == YKT_OK && rsp.has_cert)
		status = client_cert_store(client, ykt_bytes(rsp.cert.data, rsp.cert.len));
	if (status == YKT_OK) {
		client_mask_phone(req->phone, phone, sizeof(phone));
		client_view_text(&client->view, "phone", N_("Phone number"), phone);
		client_view_text(&client->view, "name", N_("Name"), req->name);
	}

	return status;
}

enum ykt_status
ykt_client_register(struct ykt_client *client)
{
	struct wire_user_register_req req = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = run(client, &req);
	ykt_wipe(&req, sizeof(req));

	return client_end(client, CLIENT_FLOW_REGISTER, status);
}
