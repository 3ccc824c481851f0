/*
 * What the platform knows of cards that their element does not show.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "client/manage.h"
#include "client/mask.h"

static bool
is_locked(const char *state)
{
	return strcmp(state, "locking") == 0 || strcmp(state, "locked") == 0 ||
	       strcmp(state, "unlocking") == 0;
}

enum ykt_status
client_manage_why(struct ykt_client *client, enum ykt_status status)
{
	const struct wire_empty none = { 0 };
	struct wire_card_list_rsp *list = &client->lists.cards;
	enum ykt_status asked;

	if (status != YKT_NOT_FOUND && status != YKT_WRONG_CARD)
		return status;
	if (!client_state(client)->session.open)
		return status;
	asked = client_call(client, "card.list", NULL, &none, list);
	for (size_t i = 0; asked == YKT_OK && i < list->cards_count; i++) {
		if (is_locked(list->cards[i].state))
			client_reason(client, "card_locked");
	}

	return asked == YKT_E_DOWN ? asked : status;
}

/* Of the element; YKT_NOT_FOUND: not there, or of another platform. */
static enum ykt_status
owns_here(struct ykt_client *client, const char *card_no)
{
	struct client_purse purse = { 0 };
	enum ykt_status status = client_element_find(client, card_no, &purse, NULL);

	if (status != YKT_OK)
		return status == YKT_E_DOWN ? status : YKT_NOT_FOUND;
	if (!client_descr_known(client) && client_state(client)->session.open)
		status = client_descr_ask(client);
	if (status == YKT_E_DOWN)
		return status;

	return client_descr_find(client, ykt_bytes(purse.aid, purse.aid_len)) != NULL
		   ? YKT_OK
		   : YKT_NOT_FOUND;
}

enum ykt_status
ykt_client_owns(struct ykt_client *client, const char *card_no)
{
	const struct wire_empty none = { 0 };
	struct wire_card_list_rsp *list = &client->lists.cards;
	enum ykt_status status = YKT_NOT_FOUND;

	client_begin(client);
	if (!client_seless(client))
		status = owns_here(client, card_no);
	if (status != YKT_NOT_FOUND || !client_state(client)->session.open)
		return status;
	status = client_call(client, "card.list", NULL, &none, list);
	if (status != YKT_OK)
		return status;
	for (size_t i = 0; i < list->cards_count; i++) {
		if (client_card_meant(list->cards[i].card_no, card_no))
			return YKT_OK;
	}

	return YKT_NOT_FOUND;
}

/* This element's alone: the account may have others elsewhere. */
static enum ykt_status
keep_here(struct ykt_client *client, const struct client_se_id *se_id, struct client_known *known)
{
	size_t kept = 0;

	for (size_t i = 0; i < known->count; i++) {
		struct wire_card_balance_req req = { 0 };
		struct wire_card_status at;
		enum ykt_status status;

		memcpy(req.card_no, known->cards[i].card_no, sizeof(req.card_no));
		status = client_call(client, "card.status", NULL, &req, &at);
		if (status == YKT_E_DOWN)
			return status;
		if (status != YKT_OK || !ykt_bytes_equal(ykt_bytes(at.se_id.data, at.se_id.len),
					    ykt_bytes(se_id->data, se_id->len)))
			continue;
		known->cards[kept] = known->cards[i];
		client_text_copy(
		    known->cards[kept].state, sizeof(known->cards[kept].state), at.card_state);
		kept++;
	}
	known->count = kept;

	return YKT_OK;
}

static void
take(const struct wire_card_list_rsp *list, struct client_known *known)
{
	for (size_t i = 0; i < list->cards_count; i++) {
		const struct wire_card *card = &list->cards[i];
		size_t at = known->count;

		if (strcmp(card->state, "active") == 0 || !wire_card_no_valid(card->card_no))
			continue;
		memcpy(known->cards[at].card_no, card->card_no, CLIENT_CARD_NO_LEN);
		memcpy(known->cards[at].aid, card->aid.data, sizeof(card->aid.data));
		known->cards[at].aid_len = (uint8_t)card->aid.len;
		known->count++;
	}
}

enum ykt_status
client_manage_known(struct ykt_client *client, struct client_known *ret_known)
{
	const struct wire_empty none = { 0 };
	struct wire_card_list_rsp *list = &client->lists.cards;
	struct client_se_id se_id = { 0 };
	enum ykt_status status;

	memset(ret_known, 0, sizeof(*ret_known));
	if (!client_state(client)->session.open)
		return YKT_OK;
	status = client_call(client, "card.list", NULL, &none, list);
	if (status == YKT_OK)
		take(list, ret_known);
	if (status == YKT_OK && ret_known->count != 0)
		status = client_se_id(client, &se_id);
	if (status == YKT_OK && ret_known->count != 0)
		status = keep_here(client, &se_id, ret_known);
	if (status != YKT_OK)
		ret_known->count = 0;

	return status == YKT_E_DOWN ? status : YKT_OK;
}
