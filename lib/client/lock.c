/*
 * Locking and unlocking a card of the account (C5-APP-2). The platform decides and
 * gates follow it; where the card's element is here, it follows at once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/manage.h"
#include "client/mask.h"

/* The one in this element, which needs no number; else any of the account's. */
static enum ykt_status
find(struct ykt_client *client, const char *card_no, struct client_target *target)
{
	enum ykt_status status = YKT_NOT_FOUND;

	if (card_no == NULL && !client_seless(client))
		status = client_manage_find(client, NULL, target);
	if (status == YKT_NOT_FOUND || status == YKT_E_LINK) {
		/* That no element is here is no reason for what comes now. */
		client->end.reason[0] = '\0';
		status = client_manage_find_any(client, card_no, target);
	}

	return status;
}

static enum ykt_status
ask_lock(struct ykt_client *client, const struct client_target *target)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_card(&client->view, "card", N_("Card"), target->card_no);
	client_view_input(&client->view, YKT_FIELD_CHECK, "ok", N_("Lock the card"), NULL);
	status = client_ask(client, CLIENT_FORM_LOCK, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[0], "1") != 0)
		status = YKT_CANCELLED;
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

static enum ykt_status
send_lock(struct ykt_client *client, struct client_target *target)
{
	struct wire_card_balance_req req = { 0 };
	struct wire_card_lock_rsp rsp;
	enum ykt_status status = ask_lock(client, target);

	client_text_copy(req.card_no, sizeof(req.card_no), target->card_no);
	if (status == YKT_OK)
		status = client_call(client, "card.lock", NULL, &req, &rsp);
	if (status == YKT_OK)
		client_text_copy(
		    target->status.card_state, sizeof(target->status.card_state), rsp.card_state);

	return status;
}

static enum ykt_status
send_unlock(struct ykt_client *client, struct client_target *target)
{
	struct wire_card_unlock_req req = { 0 };
	struct wire_card_lock_rsp rsp;
	struct ykt_answers answers;
	enum ykt_status status;

	client_text_copy(req.card_no, sizeof(req.card_no), target->card_no);
	client_view_card(&client->view, "card", N_("Card"), target->card_no);
	client_view_input(&client->view, YKT_FIELD_SECRET, "password", N_("Login password"), NULL);
	status = client_ask(client, CLIENT_FORM_RELEASE, NULL, &answers);
	if (status == YKT_OK)
		client_text_copy(req.password, sizeof(req.password), answers.text[0]);
	ykt_wipe(&answers, sizeof(answers));
	if (status == YKT_OK)
		status = client_call(client, "card.unlock", NULL, &req, &rsp);
	ykt_wipe(&req, sizeof(req));
	if (status == YKT_OK)
		client_text_copy(
		    target->status.card_state, sizeof(target->status.card_state), rsp.card_state);

	return status;
}

/* In this device the element does it now; elsewhere it does it later. */
static enum ykt_status
element_follows(struct ykt_client *client, struct client_target *target, const char *end)
{
	enum ykt_status status = YKT_WRONG_CARD;

	if (strcmp(target->status.card_state, end) == 0)
		return YKT_OK;
	if (!client_seless(client) && client_se_id(client, &target->se_id) == YKT_OK)
		status = client_manage_run(client, target);
	/* Decided it is, whatever keeps the element from it now. */
	switch (status) {
	case YKT_OK:
	case YKT_NOT_DONE:
	case YKT_E_DOWN:
		return status;
	default:
		return YKT_PENDING;
	}
}

enum ykt_status
ykt_client_lock(struct ykt_client *client, const char *card_no)
{
	struct client_target target = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = find(client, card_no, &target);
	if (status == YKT_OK)
		status = send_lock(client, &target);
	if (status == YKT_OK)
		status = element_follows(client, &target, "locked");
	client_manage_show(client, &target);

	return client_end(client, CLIENT_FLOW_LOCK, status);
}

enum ykt_status
ykt_client_unlock(struct ykt_client *client, const char *card_no)
{
	struct client_target target = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = find(client, card_no, &target);
	if (status == YKT_OK)
		status = send_unlock(client, &target);
	if (status == YKT_OK)
		status = element_follows(client, &target, "active");
	client_manage_show(client, &target);

	return client_end(client, CLIENT_FLOW_UNLOCK, status);
}
