/*
 * The payment PIN: set, or changed by the old one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/device.h"
#include "client/mask.h"
#include "client/wallet.h"
#include "wire/pin.h"

#define FORM_TRIES 3

/* What the user typed; wiped by whoever holds it. */
struct typed {
	char password[65];
	char old[YKT_ANSWER_MAX]; /* "" where there is none */
	char pin[YKT_ANSWER_MAX];
};

/* One showing of the form; *ret_fault is what keeps it from being sent. */
static enum ykt_status
ask(struct ykt_client *client, bool change, const char *fault, struct typed *typed,
    const char **ret_fault)
{
	struct client_view *view = &client->view;
	struct ykt_answers answers;
	char(*text)[YKT_ANSWER_MAX] = answers.text;
	size_t at = 0;
	enum ykt_status status;

	client_view_input(view, YKT_FIELD_SECRET, "password", N_("Login password"), NULL);
	if (change)
		client_view_input(
		    view, YKT_FIELD_SECRET, "old_pin", N_("Payment PIN until now"), NULL);
	client_view_input(view, YKT_FIELD_SECRET, "new_pin", N_("New payment PIN"), NULL);
	client_view_input(view, YKT_FIELD_SECRET, "new_pin2", N_("New payment PIN again"), NULL);
	status = client_ask(client, CLIENT_FORM_PIN, fault, &answers);
	if (status == YKT_OK) {
		client_text_copy(typed->password, sizeof(typed->password), text[at++]);
		if (change)
			client_text_copy(typed->old, sizeof(typed->old), text[at++]);
		client_text_copy(typed->pin, sizeof(typed->pin), text[at++]);
		*ret_fault = NULL;
		if (wire_pin_weak(typed->pin, client_state(client)->phone))
			*ret_fault = "pin_weak";
		else if (strcmp(typed->pin, text[at]) != 0)
			*ret_fault = "pin2";
		else if (change && strcmp(typed->pin, typed->old) == 0)
			*ret_fault = "pin_same";
	}
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static enum ykt_status
fill_form(struct ykt_client *client, bool change, struct typed *typed)
{
	const char *fault = NULL;
	enum ykt_status status = YKT_OK;

	for (int try = 0; try < FORM_TRIES; try++) {
		status = ask(client, change, fault, typed, &fault);
		if (status != YKT_OK || fault == NULL)
			return status;
	}
	client_reason(client, fault);

	return YKT_E_ARG;
}

static enum ykt_status
seal(struct ykt_client *client, enum wire_pin_use use, const char *pin,
    uint8_t out[WIRE_PIN_BLOCK_MAX], uint16_t *ret_len)
{
	const struct signer *device = NULL;
	enum ykt_status status = client_device(client, &device);

	if (status == YKT_OK)
		status = wire_pin_seal(client->o.crypto, device, &client->platform,
		    client_state(client)->session.sid, use, pin, out, ret_len);

	return status;
}

static enum ykt_status
send_pin(struct ykt_client *client, bool change, const struct typed *typed)
{
	struct wire_pin_set_req req = { 0 };
	struct wire_empty rsp;
	enum ykt_status status = YKT_OK;

	client_text_copy(req.password, sizeof(req.password), typed->password);
	if (change && !wire_pin_valid(typed->old)) {
		client_reason(client, "pin_wrong");
		status = YKT_DENIED;
	} else if (change)
		status = seal(client, WIRE_PIN_OLD, typed->old, req.old.data, &req.old.len);
	if (status == YKT_OK)
		status = seal(client, WIRE_PIN_NEW, typed->pin, req.pin.data, &req.pin.len);
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
	enum ykt_status status = client_wallet_get(client, &wallet);

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
