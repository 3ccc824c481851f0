/*
 * Lists of the card as text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handset/handset_priv.h"

#include <string.h>

#include "card/usat_text.h"

/* Keeps an alpha identifier as text with a NUL; NULL when it is none, or too much. */
static const char *
keep(struct handset_list *list, struct ykt_bytes alpha)
{
	struct ykt_buf out = { (uint8_t *)list->bytes, list->used, sizeof(list->bytes) - 1, false };
	char *text = list->bytes + list->used;

	if (usat_alpha_decode(alpha, &out) != YKT_OK)
		return NULL;
	list->bytes[out.len] = '\0';
	list->used = out.len + 1;
	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7F)
			*p = ' ';

	return text;
}

static bool
keep_item(struct handset_list *list, struct ykt_bytes value)
{
	const char *text;

	/* An item of length 0 alone takes the menu away (TS 102 223 6.6.7). */
	if (value.len == 0)
		return true;
	if (list->count == HANDSET_ITEMS_MAX || value.data[0] == 0)
		return false;
	text = keep(list, ykt_bytes_sub(value, 1, value.len));
	if (text == NULL)
		return false;
	list->ids[list->count] = value.data[0];
	list->texts[list->count++] = text;

	return true;
}

bool
handset_list_read(struct handset_list *list, struct ykt_bytes body)
{
	struct ykt_rd rd = ykt_rd(body);
	struct usat_tlv tlv;
	bool good = true;

	memset(list, 0, sizeof(*list));
	list->title = "";
	while (good && usat_next(&rd, &tlv)) {
		if (tlv.tag == USAT_TAG_ALPHA) {
			list->title = keep(list, tlv.value);
			good = list->title != NULL;
		} else if (tlv.tag == USAT_TAG_ITEM) {
			good = keep_item(list, tlv.value);
		}
	}

	return good && !rd.bad;
}
