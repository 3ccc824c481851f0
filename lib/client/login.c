/*
 * Login and logout.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/cert.h"
#include "client/device.h"
#include "client/flow.h"
#include "client/mask.h"
#include "client/screens.h"
#include "client/session.h"
#include "client/vault.h"
#include "wire/report.h"

enum { ANSWER_PHONE, ANSWER_PASSWORD };

static enum ykt_status
fill_form(struct ykt_client *client, struct wire_user_login_req *req)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_input(&client->view, YKT_FIELD_INPUT, "phone", N_("Phone number"),
	    client_state(client)->phone);
	client_view_input(&client->view, YKT_FIELD_SECRET, "password", N_("Password"), NULL);
	status = client_ask(client, CLIENT_FORM_LOGIN, NULL, &answers);
	if (status == YKT_OK) {
		client_text_copy(req->phone, sizeof(req->phone), answers.text[ANSWER_PHONE]);
		client_text_copy(
		    req->password, sizeof(req->password), answers.text[ANSWER_PASSWORD]);
		/* One answer for every failure (C5-HCI-6): not sent, but told the same. */
		if (!wire_phone_valid(answers.text[ANSWER_PHONE]) ||
		    answers.text[ANSWER_PASSWORD][0] == '\0' ||
		    strlen(answers.text[ANSWER_PASSWORD]) >= sizeof(req->password)) {
			client_reason(client, WIRE_ERR_LOGIN_FAILED);
			status = YKT_DENIED;
		}
	}
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static enum ykt_status
remember(struct ykt_client *client, const struct wire_user_login_req *req,
    const struct wire_user_login_rsp *rsp, const struct wire_session_keys *keys)
{
	struct client_state next = *client_state(client);
	enum ykt_status status;

	client_session_clear(&next.session);
	next.registered = true;
	next.profile = (uint8_t)client->profile;
	client_text_copy(next.phone, sizeof(next.phone), req->phone);
	client_text_copy(next.name, sizeof(next.name), rsp->name);
	client_text_copy(next.user_id, sizeof(next.user_id), rsp->user_id);
	next.vault_fails = 0; /* the platform has judged the password */
	next.closing = false;
	next.session.open = true;
	memcpy(next.session.sid, rsp->sid, sizeof(next.session.sid));
	next.session.keys = *keys;
	next.session.abnormal = rsp->abnormal;
	next.session.opened_ms = ykt_clock_wall(client->o.env.clock);
	next.session.idle_ms = rsp->idle_ms;
	next.session.absolute_ms = rsp->absolute_ms;
	status = client_store_put(&client->store, &next);
	if (status == YKT_OK)
		client->ctr = 0;
	client->used_ms = ykt_clock_mono(client->o.env.clock);
	ykt_wipe(&next, sizeof(next));

	return status;
}

/*
 * A change of password whose answer was lost: the one that the platform has just
 * accepted is the one that opens part two from now on. What fails here is tried
 * again at the next login.
 */
static enum ykt_status
settle_vault(struct ykt_client *client, const char *password)
{
	struct client_vault vault;
	enum ykt_status status = client_vault_changing(&client->store);

	if (status != YKT_OK)
		return status == YKT_E_DOWN ? status : YKT_OK;
	status = client_vault_open(&vault, &client->store, password);
	if (status == YKT_OK)
		status = client_vault_keep(&vault, vault.opened == 1);
	client_vault_clear(&vault);

	return status == YKT_E_DOWN ? status : YKT_OK;
}

/* What the element shows for itself; without it the platform says what it wants. */
static enum ykt_status
show_cert(struct ykt_client *client, struct wire_user_login_req *req)
{
	const struct signer *device = NULL;
	struct client_cert cert = { 0 };
	/* The key first: a certificate is one of it. */
	enum ykt_status status = client_device(client, &device);

	if (status == YKT_OK)
		status = client_cert_read(client, &cert);
	req->has_cert = status == YKT_OK && cert.len != 0;
	if (req->has_cert) {
		req->cert.len = (uint16_t)cert.len;
		memcpy(req->cert.data, cert.bytes, cert.len);
	}

	return status;
}

/*
 * The platform does not know this element as the user's: a one-time code shows
 * that it is, and the login goes again with a request for a certificate.
 */
static enum ykt_status
enrol(struct ykt_client *client, struct wire_user_login_req *req, struct wire_user_login_rsp *rsp,
    struct wire_session_keys *keys)
{
	struct client_cert request = { 0 };
	enum ykt_status status = client_ask_code(client, WIRE_OTP_LOGIN, req->phone, req->otp);

	if (status == YKT_OK)
		status = client_cert_request(client, &request);
	if (status != YKT_OK)
		return status;
	req->has_cert = false;
	req->has_otp = req->has_request = true;
	req->request.len = (uint16_t)request.len;
	memcpy(req->request.data, request.bytes, request.len);

	return client_call_open(client, "user.login", req, rsp, keys);
}

/* What the platform wants the user to be told; a word that we do not know is not. */
static void
note_advice(struct ykt_client *client, const struct wire_user_login_rsp *rsp)
{
	static const unsigned told[] = { WIRE_FINDING_SYSTEM_OLD, WIRE_FINDING_SYSTEM_UNKNOWN };
	int position = rsp->has_advice ? wire_token_find(&wire_findings, rsp->advice) : -1;

	client->advice[0] = '\0';
	for (size_t i = 0; i < YKT_ARRAY_LEN(told); i++) {
		if (position >= 0 && 1u << position == told[i])
			client_text_copy(client->advice, sizeof(client->advice), rsp->advice);
	}
}

enum ykt_status
client_login_send(struct ykt_client *client, struct wire_user_login_req *req)
{
	struct wire_session_keys keys = { 0 };
	struct wire_user_login_rsp rsp = { 0 };
	struct client_se_id se_id = { 0 };
	enum ykt_status status;

	/* An account can be looked at without its card: login needs no element. */
	if (!client_seless(client) && client_se_id(client, &se_id) == YKT_E_DOWN)
		return YKT_E_DOWN;
	req->se_id.len = se_id.len;
	memcpy(req->se_id.data, se_id.data, se_id.len);
	client_text_copy(req->client_version, sizeof(req->client_version), client->version);
	status = show_cert(client, req);
	if (status != YKT_OK)
		return status;
	(void)client_progress(client, N_("Logging in"), 1, 2);
	status = client_call_open(client, "user.login", req, &rsp, &keys);
	if (status == YKT_DENIED && client_cert_wanted(client) && !client_seless(client))
		status = enrol(client, req, &rsp, &keys);
	if (status == YKT_LOGIN_NEEDED)
		status = YKT_DENIED;
	if (status == YKT_OK)
		status = remember(client, req, &rsp, &keys);
	note_advice(client, &rsp);
	if (status == YKT_OK && rsp.has_cert)
		status = client_cert_store(client, ykt_bytes(rsp.cert.data, rsp.cert.len));
	if (status == YKT_OK)
		status = settle_vault(client, req->password);
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(&rsp, sizeof(rsp));

	return status;
}

enum ykt_status
ykt_client_login(struct ykt_client *client)
{
	struct wire_user_login_req req = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = fill_form(client, &req);
	if (status == YKT_OK)
		status = client_login_send(client, &req);
	ykt_wipe(&req, sizeof(req));
	if (status == YKT_OK) {
		client_view_text(&client->view, "name", N_("Name"), client_state(client)->name);
		if (client_state(client)->session.abnormal != 0)
			client_view_text(&client->view, "reason", N_("Note"),
			    N_("Some orders are unfinished. They are finished next."));
		if (client->advice[0] != '\0')
			client_view_text(&client->view, "system", N_("Operating system"),
			    client_reason_text(client->advice));
	}

	return client_end(client, CLIENT_FLOW_LOGIN, status);
}

enum ykt_status
ykt_client_logout(struct ykt_client *client)
{
	const struct wire_empty empty = { 0 };
	struct wire_empty rsp;
	enum ykt_status status, dropped = YKT_OK;

	client_begin(client);
	status = client_call(client, "user.logout", NULL, &empty, &rsp);
	if (status == YKT_LOGIN_NEEDED) {
		client->end.reason[0] = '\0';
		status = YKT_OK; /* it was over already */
	} else if (status != YKT_E_DOWN)
		dropped = client_session_drop(client);
	if (dropped != YKT_OK)
		status = dropped;
	else if (status == YKT_E_NET || status == YKT_BUSY || client_refused(status))
		status = YKT_UNKNOWN;

	return client_end(client, CLIENT_FLOW_LOGOUT, status);
}
