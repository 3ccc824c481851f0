/*
 * Deleting a card of this device (C5-APP-2): the user confirms with the login
 * password, the card proves to the platform that nothing is on it, the TSM deletes
 * it. What was decided goes on without another question.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/manage.h"
#include "client/mask.h"

enum { ANSWER_PASSWORD, ANSWER_OK };

#define PROOFS 3

/* A card with money is not asked about: nothing would come of it. */
static enum ykt_status
ask_user(
    struct ykt_client *client, const struct client_target *target, struct wire_card_delete_req *req)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_card(&client->view, "card", N_("Card"), target->card_no);
	if (!target->here)
		return YKT_WRONG_CARD;
	client_view_money(&client->view, "balance", N_("Balance"), target->balance);
	if (target->balance != 0) {
		client_reason(client, "card_money");
		return YKT_REFUSED;
	}
	client_view_input(&client->view, YKT_FIELD_SECRET, "password", N_("Login password"), NULL);
	client_view_input(
	    &client->view, YKT_FIELD_CHECK, "ok", N_("Delete the card from this device"), NULL);
	status = client_ask(client, CLIENT_FORM_DELETE, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[ANSWER_OK], "1") != 0)
		status = YKT_CANCELLED;
	if (status == YKT_OK)
		client_text_copy(
		    req->password, sizeof(req->password), answers.text[ANSWER_PASSWORD]);
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

/* INITIALIZE of nothing, under the platform's number: what the card holds. */
static enum ykt_status
prove(struct ykt_client *client, const struct client_target *target,
    const struct wire_card_delete_rsp *begun)
{
	struct wire_card_prove_req req = { .attempt = begun->attempt };
	char card_no[CLIENT_CARD_NO_LEN];
	struct wire_empty rsp;
	uint16_t sw = 0;
	enum ykt_status status;

	client_text_copy(req.card_no, sizeof(req.card_no), target->card_no);
	status = client_element_select(client, target->card_no, card_no, NULL);
	if (status == YKT_OK)
		status = client_purse_init(client, 0, begun->terminal, req.init, &sw);
	if (status != YKT_OK && status != YKT_E_DOWN && client_card_unsure(status, sw))
		return YKT_E_LINK;
	if (status == YKT_OK)
		status = client_call(client, "card.prove", NULL, &req, &rsp);

	return status;
}

static bool
wants_another(const struct ykt_client *client, enum ykt_status status)
{
	return status == YKT_REFUSED &&
	       (client_error_is(client, "stale") || client_error_is(client, "attempt_used"));
}

static enum ykt_status
begin(
    struct ykt_client *client, const struct client_target *target, struct wire_card_delete_req *req)
{
	struct wire_card_delete_rsp begun = { 0 };
	enum ykt_status status = YKT_OK;

	client_text_copy(req->card_no, sizeof(req->card_no), target->card_no);
	req->se_id.len = target->se_id.len;
	memcpy(req->se_id.data, target->se_id.data, sizeof(req->se_id.data));
	for (int i = 0; i < PROOFS; i++) {
		(void)client_progress(client, N_("Asking what is on the card"), 1, 3);
		status = client_call(client, "card.delete", NULL, req, &begun);
		if (status == YKT_OK && !begun.proven)
			status = prove(client, target, &begun);
		if (!wants_another(client, status))
			break;
	}
	/* The element that the account knows this card in is another one. */
	if (status == YKT_REFUSED && client_error_is(client, "other_element"))
		status = YKT_WRONG_CARD;

	return status;
}

static enum ykt_status
run(struct ykt_client *client, const char *card_no, struct client_target *target)
{
	struct wire_card_delete_req req = { 0 };
	enum ykt_status status = client_may(client, CLIENT_FLOW_DELETE);

	if (status == YKT_OK)
		status = client_manage_find(client, card_no, target);
	if (status != YKT_OK || strcmp(target->status.card_state, "deleted") == 0)
		return status;
	if (!client_manage_waits(&target->status)) {
		status = ask_user(client, target, &req);
		if (status == YKT_OK)
			status = begin(client, target, &req);
	}
	ykt_wipe(&req, sizeof(req));
	if (status == YKT_OK)
		status = client_manage_run(client, target);

	return status;
}

enum ykt_status
ykt_client_delete(struct ykt_client *client, const char *card_no)
{
	struct client_target target = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = run(client, card_no, &target);
	/* A card that was asked about is on the result already. */
	if (client->view.count == 0)
		client_manage_show(client, &target);

	return client_end(client, CLIENT_FLOW_DELETE, status);
}
