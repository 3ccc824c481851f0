/*
 * Which cards are in the element (clause 6: several applications behind one
 * client). A city's purse is an instance whose AID begins with the usual one;
 * SELECT finds the first, SELECT next the others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_ELEMENT_H
#define CLIENT_ELEMENT_H

#include "client/card_io.h"

#define CLIENT_ELEMENT_MAX 8 /* more are not looked at */

/* One purse of the element. */
struct client_purse {
	uint8_t aid[16];
	uint8_t aid_len;
	char card_no[CLIENT_CARD_NO_LEN]; /* "" before it is personalised */
	uint8_t issuer[8];
	uint16_t version; /* the issuer's two bytes in file 15 */
	bool blocked;
	ykt_fen balance; /* when neither blocked nor without a number */
	bool on_air;     /* it answers at gates */
	bool preferred;  /* the default card */
};

struct client_element {
	struct client_purse purses[CLIENT_ELEMENT_MAX];
	size_t count;
	bool has_registry; /* the element says what is on the air */
};

/*
 * Reads them all, with what the contactless registry says of them. An element
 * without purses is YKT_OK and count 0; so is one without a registry, which only
 * has no has_registry.
 *
 * YKT_E_LINK and the other errors of client_card_do(); *ret_element is untouched
 */
YKT_MUST_USE enum ykt_status
client_element_read(struct ykt_client *client, struct client_element *ret_element);

/*
 * True when the wish means a card with this number: its 20 digits, its last ones (at
 * least four, as screens show them), or NULL: any that has a number.
 */
bool client_card_meant(const char *card_no, const char *wish);

/*
 * Selects the purse that is meant; with NULL the first one that this platform issues,
 * or, where none is its own, the first one. ret_info may be NULL.
 *
 * YKT_NOT_FOUND   no purse with a number is there
 * YKT_WRONG_CARD  there are some, and none has this one; the last is selected
 * YKT_BLOCKED     the one that is meant, or the only one, is blocked
 * YKT_E_ARG       several end so
 */
YKT_MUST_USE enum ykt_status client_element_find(struct ykt_client *client, const char *wish,
    struct client_purse *ret_purse, struct file15 *ret_info);

/* The same, where the number alone is wanted. */
YKT_MUST_USE enum ykt_status client_element_select(struct ykt_client *client, const char *card_no,
    char ret_card_no[CLIENT_CARD_NO_LEN], struct file15 *ret_info);

#endif
