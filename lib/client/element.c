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
	if (rsp.sw != SW_OK && rsp.data.len == 0)
		return rsp.sw == SW_P1P2 && !first ? YKT_NOT_FOUND : sw_status(rsp.sw);

	return look(client, &rsp, purse, info);
}

static bool
means(const struct client_purse *purse, const char *card_no)
{
	return purse->card_no[0] != '\0' &&
	       (card_no == NULL || strcmp(purse->card_no, card_no) == 0);
}

static enum ykt_status
select_once(struct ykt_client *client, const char *card_no, char ret_card_no[CLIENT_CARD_NO_LEN],
    struct file15 *ret_info)
{
	enum ykt_status none = YKT_NOT_FOUND;
	struct client_purse purse;
	struct file15 info = { 0 };

	for (size_t i = 0; i < CLIENT_ELEMENT_MAX; i++) {
		enum ykt_status status = step(client, i == 0, &purse, &info);

		if (status == YKT_NOT_FOUND)
			break;
		if (status != YKT_OK)
			return status;
		if (means(&purse, card_no)) {
			if (purse.blocked)
				return YKT_BLOCKED;
			memcpy(ret_card_no, purse.card_no, CLIENT_CARD_NO_LEN);
			if (ret_info != NULL)
				*ret_info = info;
			return YKT_OK;
		}
		if (purse.card_no[0] != '\0')
			none = YKT_WRONG_CARD;
		else if (purse.blocked && none == YKT_NOT_FOUND)
			none = YKT_BLOCKED;
	}

	return none;
}

enum ykt_status
client_element_select(struct ykt_client *client, const char *card_no,
    char ret_card_no[CLIENT_CARD_NO_LEN], struct file15 *ret_info)
{
	enum ykt_status status = select_once(client, card_no, ret_card_no, ret_info);

	return client_card_again(client, status)
		   ? select_once(client, card_no, ret_card_no, ret_info)
		   : status;
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
