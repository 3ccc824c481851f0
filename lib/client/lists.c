/*
 * Lists over several platforms, and whose a card is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/lists.h>

#include <string.h>

#include <ykt/hex.h>

#include "card/fci.h"
#include "client/element.h"
#include "client/join.h"

/* The card of the element that a client would show, and whose it is to its platform. */
struct seen {
	bool there;
	char card_no[CLIENT_CARD_NO_LEN];
	enum join_rank rank;
};

static bool
platforms_valid(const struct ykt_platform *platforms, size_t count)
{
	if (platforms == NULL || count == 0 || count > YKT_PLATFORMS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (platforms[i].name == NULL)
			return false;
	}

	return true;
}

/* Whose a card is, its application says: the platform is asked which are its own. */
static enum ykt_status
ask_whose(struct ykt_client *client)
{
	if (!client_descr_known(client) && client_state(client)->session.open &&
	    client_descr_ask(client) == YKT_E_DOWN)
		return YKT_E_DOWN;

	return YKT_OK;
}

static enum ykt_status
run_apps(struct ykt_client *client)
{
	enum ykt_status status = ask_whose(client);

	return status == YKT_OK ? ykt_client_apps(client) : status;
}

static enum ykt_status
run(struct ykt_client *client, const struct ykt_list_ask *ask)
{
	switch (ask->list) {
	case YKT_LIST_CARDS:
		return ykt_client_cards(client);
	case YKT_LIST_APPS:
		return run_apps(client);
	case YKT_LIST_BALANCE:
		return ykt_client_balance(client);
	case YKT_LIST_RECORDS:
		return ykt_client_records_between(client, ask->from_ms, ask->to_ms);
	case YKT_LIST_ORDERS:
		return ykt_client_orders(client, ask->abnormal);
	case YKT_LIST_RECOVER:
		return ykt_client_recover(client);
	}

	return YKT_E_ARG;
}

/* With another ui port than its own. */
static enum ykt_status
run_on(struct ykt_client *client, const struct ykt_ui *ui, const struct ykt_list_ask *ask)
{
	const struct ykt_ui *own = client->o.ui;
	enum ykt_status status;

	client->o.ui = ui;
	status = run(client, ask);
	client->o.ui = own;

	return status;
}

static enum join_rank
rank_bytes(struct ykt_client *client, struct ykt_bytes aid)
{
	if (aid.len == 0 || !client_descr_known(client))
		return JOIN_UNKNOWN;

	return client_descr_find(client, aid) != NULL ? JOIN_ITS : JOIN_NOT_ITS;
}

/* Whose the application is, to this client. */
static enum join_rank
rank_of(void *ctx, const char *aid)
{
	uint8_t bytes[FCI_AID_MAX];
	struct ykt_buf out = YKT_BUF(bytes);

	if (ykt_hex_decode(aid, strlen(aid), &out) != YKT_OK)
		return JOIN_UNKNOWN;

	return rank_bytes(ctx, ykt_buf_view(&out));
}

/* A fault of the element is told by the list itself: here it is only not seen. */
static enum ykt_status
look(struct ykt_client *client, struct seen *seen)
{
	struct client_purse purse;
	enum ykt_status status;

	*seen = (struct seen){ 0 };
	if (client == NULL || client_seless(client))
		return YKT_OK;
	client_begin(client);
	status = ask_whose(client);
	if (status == YKT_OK)
		status = client_element_find(client, NULL, &purse, NULL);
	if (status != YKT_OK)
		return status == YKT_E_DOWN ? status : YKT_OK;
	seen->there = true;
	seen->rank = rank_bytes(client, ykt_bytes(purse.aid, purse.aid_len));
	memcpy(seen->card_no, purse.card_no, sizeof(seen->card_no));

	return YKT_OK;
}

/* The same card is told of by another, who knows more of it or comes first. */
static bool
told_elsewhere(const struct seen *seen, size_t count, size_t one)
{
	for (size_t i = 0; i < count; i++) {
		if (i == one || !seen[i].there || strcmp(seen[i].card_no, seen[one].card_no) != 0)
			continue;
		if (seen[i].rank > seen[one].rank || (seen[i].rank == seen[one].rank && i < one))
			return seen[one].there;
	}

	return false;
}

/* Each client reads the same element: of what is read off a card one of them tells. */
static enum ykt_status
share_card(const struct ykt_platform *platforms, size_t count, enum ykt_list list)
{
	struct seen seen[YKT_PLATFORMS_MAX];
	enum ykt_status status = YKT_OK;

	if (list != YKT_LIST_BALANCE && list != YKT_LIST_RECORDS)
		return YKT_OK;
	for (size_t i = 0; i < count && status == YKT_OK; i++)
		status = look(platforms[i].client, &seen[i]);
	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		if (platforms[i].client != NULL)
			platforms[i].client->card_elsewhere = told_elsewhere(seen, count, i);
	}

	return status;
}

static void
share_end(const struct ykt_platform *platforms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (platforms[i].client != NULL)
			platforms[i].client->card_elsewhere = false;
	}
}

static bool
goes_on(enum ykt_status status)
{
	return status == YKT_PENDING || status == YKT_UNKNOWN || status == YKT_DISPUTED;
}

/* Something that goes on later is said; of lists, one that came is enough. */
static enum ykt_status
worse(enum ykt_status all, enum ykt_status one)
{
	if (goes_on(all) || all == YKT_E_DOWN)
		return all;
	if (goes_on(one) || one == YKT_E_DOWN || one == YKT_OK)
		return one;

	return all == YKT_NOT_FOUND ? one : all;
}

static enum ykt_status
run_all(struct join *join, const struct ykt_platform *platforms, size_t count,
    const struct ykt_list_ask *ask)
{
	enum ykt_status status = share_card(platforms, count, ask->list);

	if (status == YKT_OK)
		status = YKT_NOT_FOUND;
	for (size_t i = 0; i < count && status != YKT_E_DOWN; i++) {
		struct ykt_client *client = platforms[i].client;

		join_platform(join, platforms[i].name);
		join->rank = rank_of;
		join->rank_ctx = client;
		if (client != NULL)
			status = worse(status, run_on(client, &join->port, ask));
		join_away(join);
	}
	share_end(platforms, count);

	return status;
}

enum ykt_status
ykt_lists_show(const struct ykt_platform *platforms, size_t count, const struct ykt_list_ask *ask,
    const struct ykt_alloc *alloc, const struct ykt_ui *ui)
{
	struct join *join = NULL;
	enum ykt_status status;

	if (!platforms_valid(platforms, count) || ask == NULL || alloc == NULL || ui == NULL ||
	    (unsigned)ask->list >= YKT_LIST_COUNT)
		return YKT_E_ARG;
	if (count == 1 && platforms[0].client != NULL)
		return run_on(platforms[0].client, ui, ask);
	status = join_new(alloc, ui, count, &join);
	if (status != YKT_OK)
		return status;
	status = run_all(join, platforms, count, ask);
	if (status != YKT_E_DOWN)
		join_end(join);
	join_free(alloc, &join);

	return status;
}

enum ykt_status
ykt_lists_owner(
    const struct ykt_platform *platforms, size_t count, const char *card_no, size_t *ret_index)
{
	size_t owner = 0, owners = 0;

	if (!platforms_valid(platforms, count) || card_no == NULL)
		return YKT_E_ARG;
	for (size_t i = 0; i < count; i++) {
		enum ykt_status status = platforms[i].client != NULL
					     ? ykt_client_owns(platforms[i].client, card_no)
					     : YKT_NOT_FOUND;

		if (status == YKT_E_DOWN)
			return status;
		if (status == YKT_OK && owners++ == 0)
			owner = i;
	}
	if (owners == 1)
		*ret_index = owner;

	return owners == 1 ? YKT_OK : owners == 0 ? YKT_NOT_FOUND : YKT_CONFLICT;
}
