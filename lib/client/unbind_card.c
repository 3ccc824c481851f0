/*
 * Unbinding a transport card that was bound (C5-BND-2): the login password, and a signature
 * over what was shown. What is on the card stays on it; the card need not be here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/device.h"
#include "client/manage.h"
#include "client/mask.h"
#include "wire/claim.h"

enum { ANSWER_PASSWORD, ANSWER_OK };

static enum ykt_status
ask_user(struct ykt_client *client, const char *card_no, struct wire_card_unbind_req *req)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_card(&client->view, "card", N_("Card"), card_no);
	client_view_input(&client->view, YKT_FIELD_SECRET, "password", N_("Login password"), NULL);
	client_view_input(&client->view, YKT_FIELD_CHECK, "ok", N_("Unbind the card"), NULL);
	status = client_ask(client, CLIENT_FORM_UNBIND_CARD, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[ANSWER_OK], "1") != 0)
		status = YKT_CANCELLED;
	if (status == YKT_OK)
		client_text_copy(
		    req->password, sizeof(req->password), answers.text[ANSWER_PASSWORD]);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static enum ykt_status
sign(struct ykt_client *client, const char *card_no, struct wire_card_unbind_req *req)
{
	const char *user_id = client_state(client)->user_id;
	const struct signer *device = NULL;
	uint8_t text[WIRE_CARD_UNBIND_SIGN_LEN];
	enum ykt_status status = YKT_E_SERVER;

	client_text_copy(req->card_no, sizeof(req->card_no), card_no);
	if (wire_id_valid(user_id))
		status = client_device(client, &device);
	if (status == YKT_OK)
		status = wire_card_unbind_digest(client->o.crypto, card_no, user_id, req->digest);
	if (status != YKT_OK)
		return status;
	wire_card_unbind_to_sign(req->digest, card_no, text);

	return signer_sign(device, YKT_BYTES(text), req->sig);
}

/* An answer was lost: a card that the account does not have any more is unbound. */
static enum ykt_status
look(struct ykt_client *client, const char *card_no)
{
	struct wire_card_balance_req req = { .card_no = "" };
	struct wire_card card;
	enum ykt_status status;

	client_text_copy(req.card_no, sizeof(req.card_no), card_no);
	status = client_call(client, "card.balance", NULL, &req, &card);
	if (status == YKT_NOT_FOUND)
		return YKT_OK;

	/* It is there, and the request may yet arrive. */
	return status == YKT_E_DOWN ? status : YKT_UNKNOWN;
}

static enum ykt_status
send_unbind(struct ykt_client *client, const struct wire_card_unbind_req *req)
{
	struct wire_card_lock_rsp rsp;
	enum ykt_status status;

	(void)client_progress(client, N_("Unbinding the card"), 1, 2);
	status = client_call(client, "card.unbind", NULL, req, &rsp);
	if (status == YKT_OK && strcmp(rsp.card_state, "unbound") != 0)
		status = YKT_E_SERVER;
	if (status != YKT_E_DOWN && (client_lost(status) || status == YKT_BUSY))
		status = look(client, req->card_no);

	return status;
}

static enum ykt_status
run(struct ykt_client *client, const char *wish, struct client_target *target)
{
	struct wire_card_unbind_req req = { .card_no = "" };
	enum ykt_status status = client_manage_find_any(client, wish, target);

	if (status == YKT_OK)
		status = ask_user(client, target->card_no, &req);
	if (status == YKT_OK)
		status = sign(client, target->card_no, &req);
	if (status == YKT_OK)
		status = send_unbind(client, &req);
	ykt_wipe(&req, sizeof(req));

	return status;
}

enum ykt_status
ykt_client_unbind_card(struct ykt_client *client, const char *card_no)
{
	struct client_target target = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = run(client, card_no, &target);
	if (target.card_no[0] != '\0') {
		client_view_card(&client->view, "card", N_("Card"), target.card_no);
		client->end.money = CLIENT_MONEY_STAYS;
	}

	return client_end(client, CLIENT_FLOW_UNBIND_CARD, status);
}
