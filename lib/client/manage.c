/*
 * Which card is meant, and the sessions of its job.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/manage.h"

#include <string.h>

#include "client/mask.h"
#include "client/seram.h"

#define SESSIONS    6
#define STATUS_WAIT 1000

static enum ykt_status
ask_status(struct ykt_client *client, struct client_target *target)
{
	struct wire_card_balance_req req = { 0 };

	client_text_copy(req.card_no, sizeof(req.card_no), target->card_no);

	return client_call(client, "card.status", NULL, &req, &target->status);
}

/* In this element: the one that was named, or the only one. */
static enum ykt_status
find_here(struct ykt_client *client, const char *card_no, struct client_target *target)
{
	struct client_element element;
	size_t meant = 0;
	enum ykt_status status = client_element_read(client, &element);

	if (status != YKT_OK)
		return status;
	if (card_no == NULL && element.count > 1)
		return YKT_E_ARG;
	for (size_t i = 0; i < element.count; i++)
		meant += client_card_meant(element.purses[i].card_no, card_no);
	if (card_no != NULL && meant > 1)
		return YKT_E_ARG;
	for (size_t i = 0; i < element.count; i++) {
		const struct client_purse *purse = &element.purses[i];

		if (!client_card_meant(purse->card_no, card_no))
			continue;
		target->here = !purse->blocked;
		target->balance = purse->balance;
		target->version = purse->version;
		memcpy(target->card_no, purse->card_no, sizeof(target->card_no));
		return YKT_OK;
	}
	if (card_no == NULL)
		return YKT_NOT_FOUND;
	if (!wire_card_no_valid(card_no))
		return YKT_NOT_FOUND;
	memcpy(target->card_no, card_no, sizeof(target->card_no));

	return YKT_OK;
}

/* A card that is gone from here already, and nobody knows yet. */
static enum ykt_status
find_leaving(struct ykt_client *client, struct client_target *target)
{
	const struct wire_empty none = { 0 };
	struct wire_card_list_rsp *list = &client->lists.cards;
	enum ykt_status status = client_call(client, "card.list", NULL, &none, list);

	if (status != YKT_OK)
		return status;
	for (size_t i = 0; i < list->cards_count; i++) {
		if (strcmp(list->cards[i].state, "deleting") != 0 ||
		    !wire_card_no_valid(list->cards[i].card_no))
			continue;
		memcpy(target->card_no, list->cards[i].card_no, sizeof(target->card_no));
		return YKT_OK;
	}

	return YKT_NOT_FOUND;
}

enum ykt_status
client_manage_find(struct ykt_client *client, const char *card_no, struct client_target *ret_target)
{
	struct client_target target = { 0 };
	enum ykt_status status;

	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = client_se_id(client, &target.se_id);
	if (status == YKT_E_LINK)
		client_reason(client, "no_element");
	if (status == YKT_OK)
		status = find_here(client, card_no, &target);
	if (status == YKT_NOT_FOUND && card_no == NULL)
		status = find_leaving(client, &target);
	if (status == YKT_OK)
		status = ask_status(client, &target);
	if (status == YKT_OK)
		*ret_target = target;

	return status;
}

enum ykt_status
client_manage_find_any(
    struct ykt_client *client, const char *card_no, struct client_target *ret_target)
{
	const struct wire_empty none = { 0 };
	struct wire_card_list_rsp *list = &client->lists.cards;
	struct client_target target = { 0 };
	size_t found = 0;
	enum ykt_status status;

	if (!client_state(client)->session.open)
		return YKT_LOGIN_NEEDED;
	status = client_call(client, "card.list", NULL, &none, list);
	if (status != YKT_OK)
		return status;
	for (size_t i = 0; i < list->cards_count; i++) {
		const char *number = list->cards[i].card_no;

		if (!wire_card_no_valid(number) || !client_card_meant(number, card_no))
			continue;
		memcpy(target.card_no, number, sizeof(target.card_no));
		found++;
	}
	if (found != 1)
		return found == 0 ? YKT_NOT_FOUND : YKT_E_ARG;
	status = ask_status(client, &target);
	if (status == YKT_OK)
		*ret_target = target;

	return status;
}

bool
client_manage_waits(const struct wire_card_status *status)
{
	return strcmp(status->state, "asked") == 0 || strcmp(status->state, "started") == 0;
}

/* YKT_NOT_FOUND: there is nothing to do. */
static enum ykt_status
session(struct ykt_client *client, const struct client_target *target)
{
	struct wire_card_session_req req = { 0 };
	struct wire_card_session_rsp rsp = { 0 };
	enum ykt_status status;

	client_text_copy(req.card_no, sizeof(req.card_no), target->card_no);
	req.se_id.len = target->se_id.len;
	memcpy(req.se_id.data, target->se_id.data, sizeof(req.se_id.data));
	status = client_call(client, "card.session", NULL, &req, &rsp);
	if (status == YKT_OK)
		status = client_seram_run(client, rsp.session_id, &target->se_id);
	else if (status == YKT_REFUSED && client_error_is(client, "other_element"))
		status = YKT_WRONG_CARD;
	ykt_wipe(&rsp, sizeof(rsp));

	return status;
}

/* What the platform says after a session; YKT_E_STATE: another is needed. */
static enum ykt_status
settled(struct ykt_client *client, struct client_target *target)
{
	enum ykt_status status = ask_status(client, target);

	if (status != YKT_OK)
		return status;
	if (client_manage_waits(&target->status))
		return YKT_E_STATE;
	if (strcmp(target->status.state, "failed") == 0) {
		client_reason(client, target->status.reason);
		return YKT_NOT_DONE;
	}

	return YKT_OK;
}

enum ykt_status
client_manage_run(struct ykt_client *client, struct client_target *target)
{
	enum ykt_status status = YKT_OK, relayed;

	for (unsigned i = 0; status == YKT_OK && i < SESSIONS; i++) {
		relayed = session(client, target);
		if (relayed == YKT_E_DOWN || relayed == YKT_LOGIN_NEEDED ||
		    relayed == YKT_WRONG_CARD)
			return relayed;
		status = settled(client, target);
		if (status != YKT_E_STATE)
			return status;
		if (relayed == YKT_E_LINK)
			client_reason(client, "card_gone");
		if (relayed == YKT_E_LINK || client_refused(relayed))
			return relayed;
		status = client_wait(
		    client, N_("Going on with the card"), STATUS_WAIT, i, SESSIONS, NULL);
	}

	return status == YKT_OK ? YKT_PENDING : status;
}

void
client_manage_show(struct ykt_client *client, const struct client_target *target)
{
	if (target->card_no[0] == '\0')
		return;
	client_view_card(&client->view, "card", N_("Card"), target->card_no);
	client_view_text(
	    &client->view, "card.state", N_("State"), client_token_text(target->status.card_state));
}

/* One card of the account: done when it waits for this element. */
static enum ykt_status
finish_one(struct ykt_client *client, const char *card_no, const struct client_se_id *se_id,
    unsigned *left)
{
	struct client_target target = { .se_id = *se_id };
	enum ykt_status status;

	client_text_copy(target.card_no, sizeof(target.card_no), card_no);
	status = ask_status(client, &target);
	if (status != YKT_OK || !client_manage_waits(&target.status))
		return status;
	status = client_manage_run(client, &target);
	if (client_manage_waits(&target.status) && status != YKT_WRONG_CARD)
		++*left;

	return status;
}

enum ykt_status
client_manage_left(struct ykt_client *client, unsigned *ret_left)
{
	char todo[WIRE_CARDS_MAX][CLIENT_CARD_NO_LEN];
	const struct wire_empty none = { 0 };
	struct wire_card_list_rsp *list = &client->lists.cards;
	struct client_se_id se_id = { 0 };
	size_t count = 0;
	enum ykt_status status = client_call(client, "card.list", NULL, &none, list);

	*ret_left = 0;
	if (status != YKT_OK)
		return status;
	for (size_t i = 0; i < list->cards_count; i++)
		memcpy(todo[count++], list->cards[i].card_no, CLIENT_CARD_NO_LEN);
	if (count != 0)
		status = client_se_id(client, &se_id);
	if (count == 0 || status != YKT_OK)
		return status == YKT_E_DOWN ? status : YKT_OK;
	for (size_t i = 0; i < count; i++) {
		status = finish_one(client, todo[i], &se_id, ret_left);
		if (status == YKT_E_DOWN || status == YKT_LOGIN_NEEDED || status == YKT_E_NET)
			return status;
	}

	return YKT_OK;
}
