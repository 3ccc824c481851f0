/*
 * Updating a card of this device to the newest version of its application
 * (C5-APP-2): the old and the new version are shown, the user confirms, the TSM does
 * it in the element. Money and records do not move with it, and nothing goes back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "client/manage.h"
#include "client/mask.h"

#define VERSION_LEN 8

static void
show_version(struct ykt_client *client, const char *id, const char *label, int64_t version)
{
	char text[VERSION_LEN];

	(void)snprintf(text, sizeof(text), "%u", (unsigned)(uint16_t)version);
	client_view_text(&client->view, id, label, text);
}

static enum ykt_status
ask_versions(struct ykt_client *client, const struct client_target *target,
    struct wire_card_version_rsp *ret_versions)
{
	struct wire_card_balance_req req = { 0 };

	client_text_copy(req.card_no, sizeof(req.card_no), target->card_no);

	return client_call(client, "card.version", NULL, &req, ret_versions);
}

static enum ykt_status
ask_user(struct ykt_client *client, const struct client_target *target, int64_t newest)
{
	struct ykt_answers answers;
	enum ykt_status status;

	client_view_card(&client->view, "card", N_("Card"), target->card_no);
	show_version(client, "version", N_("Version on the card"), target->version);
	show_version(client, "newest", N_("New version"), newest);
	client_view_input(&client->view, YKT_FIELD_CHECK, "ok", N_("Update the card"), NULL);
	status = client_ask(client, CLIENT_FORM_APPS_UPDATE, NULL, &answers);
	if (status == YKT_OK && strcmp(answers.text[0], "1") != 0)
		status = YKT_CANCELLED;
	ykt_wipe(&answers, sizeof(answers));

	return status;
}

/* The element is the one that knows; what the platform read may be older. */
static enum ykt_status
begin(struct ykt_client *client, struct client_target *target, bool *ret_begun)
{
	struct wire_card_version_rsp versions = { 0 };
	struct wire_card_update_req req = { 0 };
	struct wire_card_lock_rsp rsp;
	enum ykt_status status = ask_versions(client, target, &versions);

	if (status != YKT_OK || versions.newest <= target->version)
		return status;
	if (!versions.update) {
		client_reason(client, "app_state");
		return YKT_REFUSED;
	}
	status = ask_user(client, target, versions.newest);
	client_text_copy(req.card_no, sizeof(req.card_no), target->card_no);
	req.version = versions.newest;
	if (status == YKT_OK)
		status = client_call(client, "card.update", NULL, &req, &rsp);
	if (status == YKT_OK) {
		*ret_begun = true;
		target->version = versions.newest;
	}

	return status;
}

static bool
waits(const struct client_target *target)
{
	return client_manage_waits(&target->status) && strcmp(target->status.kind, "update") == 0;
}

static enum ykt_status
run(struct ykt_client *client, const char *card_no, struct client_target *target)
{
	bool begun = false;
	enum ykt_status status = client_may(client, CLIENT_FLOW_APPS_UPDATE);

	if (status == YKT_OK)
		status = client_manage_find(client, card_no, target);
	if (status == YKT_OK && !target->here)
		status = YKT_WRONG_CARD;
	/* What was agreed to before goes on without another question. */
	if (status == YKT_OK && waits(target)) {
		status = client_manage_run(client, target);
		if (status == YKT_OK)
			status = client_manage_find(client, target->card_no, target);
	}
	if (status == YKT_OK)
		status = begin(client, target, &begun);
	if (status == YKT_OK && begun)
		status = client_manage_run(client, target);

	return status;
}

enum ykt_status
ykt_client_apps_update(struct ykt_client *client, const char *card_no)
{
	struct client_target target = { 0 };
	enum ykt_status status;

	client_begin(client);
	status = run(client, card_no, &target);
	/* A card that was asked about is on the result already. */
	if (client->view.count == 0 && target.card_no[0] != '\0') {
		client_manage_show(client, &target);
		show_version(client, "version", N_("Version on the card"), target.version);
	}

	return client_end(client, CLIENT_FLOW_APPS_UPDATE, status);
}
