/*
 * Which cards are in the element.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client/element.h"

#include <string.h>

#include "card/crs.h"
#include "card/fci.h"
#include "card/sw.h"

#define LAST_DIGITS 4

/* One purse as SELECT and file 15 show it; the balance is read where it is wanted. */
static enum ykt_status
look(struct ykt_client *client, const struct client_rsp *selected, struct client_purse *purse,
    struct file15 *info)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct client_rsp rsp;
	struct fci fci;
	enum ykt_status status;

	memset(purse, 0, sizeof(*purse));
	/* The name is for the registry alone: a strange FCI is no reason not to pay. */
	if (fci_decode(selected->data, &fci) == YKT_OK) {
		memcpy(purse->aid, fci.name.data, fci.name.len);
		purse->aid_len = (uint8_t)fci.name.len;
	}
	purse->blocked = selected->sw != SW_OK;
	purse_read_binary_build(PURSE_SFI_INFO, 0, FILE15_LEN, &out);
	status = client_card_send(client, &out, &rsp);
	/* A blocked card may keep its file to itself; it has been seen all the same. */
	if (status != YKT_OK || rsp.sw != SW_OK)
		return status == YKT_OK && !purse->blocked ? sw_status(rsp.sw) : status;
	status = file15_decode(rsp.data, info);
	if (status == YKT_OK) {
		memcpy(purse->issuer, info->issuer, sizeof(purse->issuer));
		purse->version = ykt_get_u16(info->issuer_data);
		if (client_card_number(info, purse->card_no) != YKT_OK)
			purse->card_no[0] = '\0';
	}

	return status;
}

/* SELECT first or next. YKT_NOT_FOUND: there is none (any more). */
static enum ykt_status
step(struct ykt_client *client, bool first, struct client_purse *purse, struct file15 *info)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct client_rsp rsp;
	enum ykt_status status;

	if (first)
		purse_select_build(client_purse_aid, &out);
	else
		purse_select_next_build(client_purse_aid, &out);
	status = client_card_send(client, &out, &rsp);
	if (status != YKT_OK)
		return status;
	/* A blocked application shows itself with a warning (card.md 1.1), or with 6A81. */
	if (rsp.sw != SW_OK && rsp.data.len == 0) {
		status = rsp.sw == SW_P1P2 && !first ? YKT_NOT_FOUND : sw_status(rsp.sw);
		/* 61xx without more: nothing was shown, whatever the word says. */
		return status == YKT_OK ? YKT_E_CARD : status;
	}

	return look(client, &rsp, purse, info);
}

bool
client_card_meant(const char *card_no, const char *wish)
{
	const size_t len = strlen(card_no), tail = wish != NULL ? strlen(wish) : 0;

	if (len == 0 || wish == NULL)
		return len != 0;

	return tail >= LAST_DIGITS && tail <= len && strcmp(card_no + len - tail, wish) == 0;
}

/* True for what ends the search: nothing behind it could be meant more. */
static bool
is_it(struct ykt_client *client, const struct client_purse *purse, const char *wish)
{
	return wish != NULL ? strcmp(purse->card_no, wish) == 0
			    : client_descr_ours(client, ykt_bytes(purse->aid, purse->aid_len));
}

/* What was seen on the way to the end. */
struct search {
	enum ykt_status none; /* why nothing is meant */
	size_t first;         /* of those that may be meant */
	size_t count;
};

/* Walks to number stop, or to what is_it(). YKT_NOT_FOUND: past the end, *search is filled. */
static enum ykt_status
walk(struct ykt_client *client, const char *wish, size_t stop, struct search *search,
    struct client_purse *purse, struct file15 *info)
{
	*search = (struct search){ .none = YKT_NOT_FOUND };
	for (size_t i = 0; i < CLIENT_ELEMENT_MAX; i++) {
		enum ykt_status status = step(client, i == 0, purse, info);

		if (status != YKT_OK)
			return status;
		if (client_card_meant(purse->card_no, wish)) {
			if (i == stop || is_it(client, purse, wish))
				return YKT_OK;
			if (search->count++ == 0)
				search->first = i;
		} else if (purse->card_no[0] != '\0') {
			search->none = YKT_WRONG_CARD;
		} else if (purse->blocked && search->none == YKT_NOT_FOUND) {
			search->none = YKT_BLOCKED;
		}
	}

	return YKT_NOT_FOUND;
}

static enum ykt_status
find_once(struct ykt_client *client, const char *wish, struct client_purse *ret_purse,
    struct file15 *ret_info)
{
	struct client_purse purse;
	struct file15 info = { 0 };
	struct search search;
	enum ykt_status status = walk(client, wish, CLIENT_ELEMENT_MAX, &search, &purse, &info);

	if (status == YKT_NOT_FOUND && search.count == 0)
		return search.none;
	if (status == YKT_NOT_FOUND && wish != NULL && search.count > 1)
		return YKT_E_ARG;
	if (status == YKT_NOT_FOUND)
		status = walk(client, wish, search.first, &search, &purse, &info);
	if (status != YKT_OK)
		return status;
	if (purse.blocked)
		return YKT_BLOCKED;
	*ret_purse = purse;
	if (ret_info != NULL)
		*ret_info = info;

	return YKT_OK;
}

enum ykt_status
client_element_find(struct ykt_client *client, const char *wish, struct client_purse *ret_purse,
    struct file15 *ret_info)
{
	enum ykt_status status = find_once(client, wish, ret_purse, ret_info);

	return client_card_again(client, status) ? find_once(client, wish, ret_purse, ret_info)
						 : status;
}

enum ykt_status
client_element_select(struct ykt_client *client, const char *card_no,
    char ret_card_no[CLIENT_CARD_NO_LEN], struct file15 *ret_info)
{
	struct client_purse purse;
	enum ykt_status status = client_element_find(client, card_no, &purse, ret_info);

	if (status == YKT_OK)
		memcpy(ret_card_no, purse.card_no, CLIENT_CARD_NO_LEN);

	return status;
}

static struct client_purse *
find(struct client_element *element, struct ykt_bytes aid)
{
	for (size_t i = 0; i < element->count; i++) {
		if (ykt_bytes_equal(
			ykt_bytes(element->purses[i].aid, element->purses[i].aid_len), aid))
			return &element->purses[i];
	}

	return NULL;
}

/* What an element without a registry, or without this list, says is no fault. */
static enum ykt_status
read_registry(struct ykt_client *client, struct client_element *element)
{
	uint8_t bytes[APDU_SHORT_CMD_MAX];
	struct ykt_buf out = YKT_BUF(bytes);
	struct crs_entry entry;
	struct client_rsp rsp;
	struct ykt_rd rd;
	enum ykt_status status;

	purse_select_build(YKT_BYTES(crs_aid), &out);
	status = client_card_send(client, &out, &rsp);
	/* A registry that is not for this program is none. */
	if (status == YKT_REFUSED) {
		client->end.reason[0] = '\0';
		return YKT_OK;
	}
	if (status != YKT_OK || rsp.sw != SW_OK)
		return status;
	out.len = 0;
	crs_list_build(client_purse_aid, &out);
	status = client_card_send(client, &out, &rsp);
	if (status != YKT_OK || rsp.sw != SW_OK)
		return status;
	element->has_registry = true;
	rd = ykt_rd(rsp.data);
	while (crs_entry_next(&rd, &entry)) {
		struct client_purse *purse = find(element, entry.aid);

		if (purse == NULL)
			continue;
		purse->on_air = entry.air == CRS_AIR_ON;
		purse->preferred = entry.preferred;
	}

	return rd.bad ? YKT_E_FORMAT : YKT_OK;
}

static enum ykt_status
read_once(struct ykt_client *client, struct client_element *element)
{
	struct file15 info;
	enum ykt_status status = YKT_OK;

	memset(element, 0, sizeof(*element));
	while (element->count < CLIENT_ELEMENT_MAX) {
		struct client_purse *purse = &element->purses[element->count];

		status = step(client, element->count == 0, purse, &info);
		if (status == YKT_OK && !purse->blocked && purse->card_no[0] != '\0')
			status = client_purse_balance(client, &purse->balance);
		if (status != YKT_OK)
			break;
		element->count++;
	}
	if (status == YKT_OK || status == YKT_NOT_FOUND)
		status = element->count == 0 ? YKT_OK : read_registry(client, element);

	return status;
}

enum ykt_status
client_element_read(struct ykt_client *client, struct client_element *ret_element)
{
	struct client_element element;
	enum ykt_status status = read_once(client, &element);

	if (client_card_again(client, status))
		status = read_once(client, &element);
	if (status == YKT_OK)
		*ret_element = element;

	return status;
}
