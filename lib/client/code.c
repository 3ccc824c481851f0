/*
 * The ride code (2.14 of the requirement notes): opened online, shown offline.
 * In both profiles part two of the store keeps its authorisation; rider.h says
 * where its key is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "client/flow.h"
#include "client/selfcheck.h"
#include "client/mask.h"
#include "client/rider.h"
#include "code/code_qr.h"

_Static_assert(CLIENT_CODE_AUTH == CODE_AUTH_MAX, "part two keeps any authorisation");

#define SECOND_MS 1000
#define AHEAD_MAX INT64_C(315360000000) /* ten years: a clock that was never set */

/* Whose clock stands in the code: the platform's, as far as it is known. */
static int64_t
code_now(const struct ykt_client *client, const struct client_vault_data *data)
{
	int64_t now_ms = ykt_clock_wall(client->o.env.clock);

	return client->o.code_time == YKT_CODE_TIME_DEVICE ? now_ms : now_ms + data->ahead_ms;
}

/* Of this key, valid now by the clock that gave it. */
static bool
auth_good(const struct client_vault_data *data, const struct wire_code_authorise_rsp *rsp)
{
	struct code_auth auth;
	uint8_t point[CODE_POINT_LEN];

	crypto_sm2_compress(&data->rider.pub, point);

	return code_auth_decode(ykt_bytes(rsp->auth.data, rsp->auth.len), &auth) == YKT_OK &&
	       ykt_ct_equal(auth.point, point, sizeof(point)) &&
	       (int64_t)auth.expires_s * SECOND_MS > rsp->now_ms && rsp->redraw_ms > 0;
}

/* A new authorisation for the key, under a request key that outlives this process. */
static enum ykt_status
fetch(struct ykt_client *client, struct client_vault *vault)
{
	struct client_vault_data *data = &vault->data;
	struct wire_code_authorise_req req;
	struct wire_code_authorise_rsp rsp = { 0 };
	int64_t ahead_ms;
	enum ykt_status status = YKT_OK;

	if (data->idem[0] == '\0') {
		status = client_new_id(client, data->idem);
		if (status == YKT_OK)
			status = client_vault_save(vault);
	}
	if (status != YKT_OK)
		return status;
	crypto_sm2_compress(&data->rider.pub, req.point);
	(void)client_progress(client, N_("Asking for an authorisation"), 1, 2);
	status = client_call(client, "code.authorise", data->idem, &req, &rsp);
	if (status == YKT_OK && !auth_good(data, &rsp))
		status = YKT_E_SERVER;
	if (status == YKT_OK) {
		ahead_ms = rsp.now_ms - ykt_clock_wall(client->o.env.clock);
		data->auth.len = rsp.auth.len;
		memcpy(data->auth.data, rsp.auth.data, rsp.auth.len);
		data->fetched_ms = rsp.now_ms;
		data->ahead_ms = ahead_ms < AHEAD_MAX && ahead_ms > -AHEAD_MAX ? ahead_ms : 0;
		data->redraw_ms = rsp.redraw_ms;
	}
	/* The same key again would get the same old answer. */
	if (status == YKT_OK || status == YKT_E_SERVER || client_refused(status)) {
		enum ykt_status saved;

		data->idem[0] = '\0';
		saved = client_vault_save(vault);
		if (status == YKT_OK || saved == YKT_E_DOWN)
			status = saved;
	}

	return status;
}

static int64_t
expires_ms(const struct client_vault_data *data)
{
	struct code_auth auth;

	if (code_auth_decode(ykt_bytes(data->auth.data, data->auth.len), &auth) != YKT_OK)
		return 0;

	return (int64_t)auth.expires_s * SECOND_MS;
}

/* Renewed in the second half of its life; what fails leaves the rest of it. */
static enum ykt_status
refresh(struct ykt_client *client, struct client_vault *vault)
{
	const struct client_vault_data *data = &vault->data;
	int64_t ends_ms = expires_ms(data), now_ms = code_now(client, data);
	enum ykt_status status = YKT_OK;

	if (now_ms < data->fetched_ms + (ends_ms - data->fetched_ms) / 2)
		return YKT_OK;
	if (client_state(client)->session.open)
		status = fetch(client, vault);
	if (status == YKT_E_DOWN)
		return status;
	now_ms = code_now(client, data);
	if (now_ms < expires_ms(data)) {
		client->end.reason[0] = '\0';
		return YKT_OK;
	}

	return client_refused(status) ? status : YKT_EXPIRED;
}

enum { ANSWER_CONSENT, ANSWER_PASSWORD };

static enum ykt_status
open_form(struct ykt_client *client, struct wire_user_login_req *req)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_input(&client->view, YKT_FIELD_CHECK, "consent",
	    N_("I agree that rides by code are paid out of my wallet"), NULL);
	client_view_input(&client->view, YKT_FIELD_SECRET, "password", N_("Login password"), NULL);
	status = client_ask(client, CLIENT_FORM_CODE, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[ANSWER_CONSENT], "1") != 0) {
		client_reason(client, "consent");
		status = YKT_CANCELLED;
	}
	if (status == YKT_OK)
		client_text_copy(
		    req->password, sizeof(req->password), answers.text[ANSWER_PASSWORD]);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

/* The platform judges the password before it locks anything. */
static enum ykt_status
open_run(struct ykt_client *client, struct wire_user_login_req *req, struct client_vault *vault)
{
	struct client_vault_data data = { 0 };
	enum ykt_status status = client_self_check(client, CLIENT_FLOW_CODE_OPEN);

	if (status == YKT_OK && !client_state(client)->session.open)
		status = YKT_LOGIN_NEEDED;
	if (status == YKT_OK)
		status = open_form(client, req);
	if (status != YKT_OK)
		return status;
	client_text_copy(req->phone, sizeof(req->phone), client_state(client)->phone);
	status = client_login_send(client, req);
	if (status == YKT_OK)
		status = client_rider_make(client, &data);
	if (status == YKT_OK)
		status = client_vault_make(
		    vault, &client->store, &client->vault_cost, req->password, &data);
	ykt_wipe(&data, sizeof(data));
	if (status == YKT_OK)
		status = fetch(client, vault);
	if (status == YKT_OK)
		client_view_time(
		    &client->view, "expires", N_("Valid until"), expires_ms(&vault->data));

	return status;
}

enum ykt_status
ykt_client_code_open(struct ykt_client *client)
{
	struct wire_user_login_req req = { 0 };
	struct client_vault vault = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = open_run(client, &req, &vault);
	ykt_wipe(&req, sizeof(req));
	client_vault_clear(&vault);

	return client_end(client, CLIENT_FLOW_CODE_OPEN, status);
}

static enum ykt_status
unlock(struct ykt_client *client, struct client_vault *vault)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_input(&client->view, YKT_FIELD_SECRET, "password", N_("Login password"), NULL);
	status = client_ask(client, CLIENT_FORM_UNLOCK, NULL, &answers);
	if (status == YKT_OK)
		status = client_vault_open(vault, &client->store, answers.text[0]);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

/* One code, of a second of its own, as a field; no network. */
static enum ykt_status
draw(struct ykt_client *client, struct client_vault *vault)
{
	struct client_vault_data *data = &vault->data;
	uint8_t bytes[CODE_QR_MAX];
	struct ykt_buf code = YKT_BUF(bytes);
	char hex[2 * CODE_QR_MAX + 1];
	struct client_rider rider = { 0 };
	int64_t now_s = code_now(client, data) / SECOND_MS;
	enum ykt_status status;

	if (now_s <= data->last_s)
		now_s = data->last_s + 1;
	if (now_s <= 0 || now_s > UINT32_MAX)
		return YKT_EXPIRED;
	data->last_s = now_s;
	status = client_vault_save(vault);
	if (status != YKT_OK)
		return status;
	status = client_rider_open(client, data, &rider);
	if (status == YKT_OK)
		status = code_qr_make(&rider.signer, ykt_bytes(data->auth.data, data->auth.len),
		    (uint32_t)now_s, &code);
	client_rider_clear(&rider);
	if (status != YKT_OK)
		return status;
	ykt_hex_encode(ykt_buf_view(&code), hex);
	client_view_code(&client->view, "code", N_("Ride code"), hex);
	client_view_time(&client->view, "generated", N_("Made at"), now_s * SECOND_MS);
	client_view_time(
	    &client->view, "renewed", N_("Next code at"), now_s * SECOND_MS + data->redraw_ms);
	client_view_time(&client->view, "expires", N_("Authorised until"), expires_ms(data));

	return YKT_OK;
}

/* Shows a new code again and again until the user stops it. */
static enum ykt_status
watch(struct ykt_client *client, struct client_vault *vault)
{
	enum ykt_status status;
	bool stop = false;

	for (;;) {
		status = refresh(client, vault);
		if (status == YKT_OK)
			status = draw(client, vault);
		if (status != YKT_OK)
			return status;
		status = client_show(client, CLIENT_FLOW_CODE_SHOW);
		if (status == YKT_OK)
			status = client_wait(client, N_("Hold it to the reader."),
			    vault->data.redraw_ms, 0, 1, &stop);
		if (status != YKT_OK || stop)
			return status;
	}
}

enum ykt_status
ykt_client_code_show(struct ykt_client *client, bool again)
{
	struct client_vault vault = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = client_self_check(client, CLIENT_FLOW_CODE_SHOW);
	if (status == YKT_OK)
		status = unlock(client, &vault);
	if (status == YKT_OK && vault.data.auth.len == 0)
		status =
		    client_state(client)->session.open ? fetch(client, &vault) : YKT_LOGIN_NEEDED;
	if (status == YKT_OK && again)
		status = watch(client, &vault);
	else if (status == YKT_OK) {
		status = refresh(client, &vault);
		if (status == YKT_OK)
			status = draw(client, &vault);
	}
	client_vault_clear(&vault);

	return client_end(client, CLIENT_FLOW_CODE_SHOW, status);
}
