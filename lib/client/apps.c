/*
 * The cards in the element: the list (application query, C5-APP-2), the default
 * card, and which of them answer at gates (C5-NFC-1). All of it is the
 * element's: neither a session nor the network is needed. With a session the list
 * also has what the platform knows: a card that is locked shows itself to nobody.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/hex.h>

#include "card/crs.h"
#include "client/manage.h"
#include "client/session.h"

static const char *
state_of(const struct client_purse *purse)
{
	if (purse->blocked)
		return "blocked";

	return purse->card_no[0] == '\0' ? "no_number" : "active";
}

/* What the platform knows beside what the element says; NULL: nothing. */
static const char *
known_state(struct client_known *known, const char *card_no)
{
	for (size_t i = 0; i < known->count; i++) {
		if (card_no[0] != '\0' && strcmp(known->cards[i].card_no, card_no) == 0) {
			known->cards[i].shown = true;
			return known->cards[i].state;
		}
	}

	return NULL;
}

/* Cards that the element does not show any more: locked, or just deleted. */
static void
show_hidden(struct ykt_client *client, const struct client_known *known)
{
	struct client_view *view = &client->view;

	for (size_t i = 0; i < known->count; i++) {
		char aid[2 * sizeof(known->cards[i].aid) + 1];

		if (known->cards[i].shown)
			continue;
		ykt_hex_encode(ykt_bytes(known->cards[i].aid, known->cards[i].aid_len), aid);
		client_view_card(view, "app.card", N_("Card"), known->cards[i].card_no);
		client_view_text(
		    view, "app.state", N_("State"), client_token_text(known->cards[i].state));
		client_view_text(view, "app.balance", N_("Balance"), "");
		client_view_text(view, "app.gate", N_("At gates"), client_token_text("gate_off"));
		client_view_text(view, "app.aid", N_("Application"), aid);
	}
}

static const char *
gate_of(const struct client_element *element, const struct client_purse *purse)
{
	if (!element->has_registry)
		return "gate_unknown";
	if (!purse->on_air)
		return "gate_off";

	return purse->preferred ? "gate_default" : "gate_on";
}

static void
show(struct ykt_client *client, const struct client_element *element, struct client_known *known)
{
	struct client_view *view = &client->view;

	for (size_t i = 0; i < element->count; i++) {
		const struct client_purse *purse = &element->purses[i];
		const char *state = known_state(known, purse->card_no);
		char aid[2 * sizeof(purse->aid) + 1];

		ykt_hex_encode(ykt_bytes(purse->aid, purse->aid_len), aid);
		client_view_card(view, "app.card", N_("Card"), purse->card_no);
		client_view_text(view, "app.state", N_("State"),
		    client_token_text(state != NULL ? state : state_of(purse)));
		if (!purse->blocked && purse->card_no[0] != '\0')
			client_view_money(view, "app.balance", N_("Balance"), purse->balance);
		else
			client_view_text(view, "app.balance", N_("Balance"), "");
		client_view_text(
		    view, "app.gate", N_("At gates"), client_token_text(gate_of(element, purse)));
		client_view_text(view, "app.aid", N_("Application"), aid);
	}
	show_hidden(client, known);
}

enum ykt_status
ykt_client_apps(struct ykt_client *client)
{
	struct client_element element;
	struct client_known known;
	enum ykt_status status;

	client_begin(client);
	status = client_may(client, CLIENT_FLOW_APPS);
	if (status == YKT_OK)
		status = client_element_read(client, &element);
	if (status == YKT_OK)
		status = client_manage_known(client, &known);
	if (status == YKT_OK)
		show(client, &element, &known);

	return client_end(client, CLIENT_FLOW_APPS, status);
}

/* The one that is meant: with this number, or the only one. */
static enum ykt_status
choose(const struct client_element *element, const char *card_no,
    const struct client_purse **ret_purse)
{
	size_t meant = 0;

	if (element->count == 0)
		return YKT_NOT_FOUND;
	if (card_no == NULL && element->count > 1)
		return YKT_E_ARG;
	if (card_no == NULL)
		*ret_purse = &element->purses[0];
	for (size_t i = 0; card_no != NULL && i < element->count; i++) {
		if (client_card_meant(element->purses[i].card_no, card_no) && meant++ == 0)
			*ret_purse = &element->purses[i];
	}
	if (meant > 1)
		return YKT_E_ARG;

	return card_no == NULL || meant == 1 ? YKT_OK : YKT_WRONG_CARD;
}

typedef void build_fn(struct ykt_bytes aid, bool on, struct ykt_buf *out);

static enum ykt_status
set(struct ykt_client *client, const struct client_purse *purse, build_fn *build, bool on)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct client_rsp rsp;

	build(ykt_bytes(purse->aid, purse->aid_len), on, &out);

	return client_card_do(client, &out, &rsp);
}

/* The registry, selected; the element has one. */
static enum ykt_status
open_registry(struct ykt_client *client)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct client_rsp rsp;

	purse_select_build(YKT_BYTES(crs_aid), &out);

	return client_card_do(client, &out, &rsp);
}

/* on: it answers; first: before all others. Both are one wish of the user. */
static enum ykt_status
change(struct ykt_client *client, const char *card_no, bool on, bool first)
{
	const struct client_purse *purse = NULL;
	struct client_known known = { 0 };
	struct client_element element;
	enum ykt_status status = client_element_read(client, &element);

	if (status == YKT_OK)
		status = choose(&element, card_no, &purse);
	if (status == YKT_OK && !element.has_registry)
		status = YKT_REFUSED;
	if (status == YKT_OK)
		status = open_registry(client);
	if (status == YKT_OK && purse->on_air != on)
		status = set(client, purse, crs_air_build, on);
	if (status == YKT_OK && first && !purse->preferred)
		status = set(client, purse, crs_prefer_build, true);
	/* What the element holds now, whatever was asked and answered. */
	if (status != YKT_E_DOWN && client_element_read(client, &element) == YKT_OK)
		show(client, &element, &known);

	return status;
}

enum ykt_status
ykt_client_default_card(struct ykt_client *client, const char *card_no)
{
	enum ykt_status status;

	client_begin(client);
	status = client_may(client, CLIENT_FLOW_DEFAULT);
	if (status == YKT_OK)
		status = change(client, card_no, true, true);

	return client_end(client, CLIENT_FLOW_DEFAULT, status);
}

enum ykt_status
ykt_client_contactless(struct ykt_client *client, const char *card_no, bool on)
{
	enum ykt_status status;

	client_begin(client);
	status = client_may(client, CLIENT_FLOW_CONTACTLESS);
	if (status == YKT_OK)
		status = change(client, card_no, on, false);

	return client_end(client, CLIENT_FLOW_CONTACTLESS, status);
}
