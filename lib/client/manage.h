/*
 * The life cycle of a card's application: the platform decides, the TSM does it
 * in the element, this client relays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_MANAGE_H
#define CLIENT_MANAGE_H

#include "client/element.h"
#include "client/flow.h"
#include "wire/manage_msg.h"

/* The card that is meant. */
struct client_target {
	char card_no[CLIENT_CARD_NO_LEN];
	struct client_se_id se_id; /* of the element that is here */
	bool here;                 /* it is in that element, and answers */
	ykt_fen balance;           /* when here */
	int64_t version;           /* of its application, when here */
	struct wire_card_status status;
};

/*
 * The card with this number, or with NULL the only one in the element; without any
 * there, the one of the account that is being deleted. What the platform knows of
 * it is in ret_target->status.
 *
 * YKT_LOGIN_NEEDED
 * YKT_E_ARG        there are several, and none was named
 * YKT_NOT_FOUND    none is here, or the account has no such card
 * and every status of client_call() and of the card
 */
YKT_MUST_USE enum ykt_status client_manage_find(
    struct ykt_client *client, const char *card_no, struct client_target *ret_target);

/*
 * The same of the account's cards, in whatever element: card_no may be the last
 * digits, at least four; NULL: the only one. No element is needed.
 */
YKT_MUST_USE enum ykt_status client_manage_find_any(
    struct ykt_client *client, const char *card_no, struct client_target *ret_target);

/*
 * Where no card of the wished kind was found: the reason is that one of the account
 * is locked, when one is. status again, or YKT_E_DOWN.
 */
YKT_MUST_USE enum ykt_status client_manage_why(struct ykt_client *client, enum ykt_status status);

/* What the platform knows of this element's cards that are not simply in use. */
struct client_known {
	size_t count;
	struct {
		char card_no[CLIENT_CARD_NO_LEN];
		char state[17];
		uint8_t aid[16];
		uint8_t aid_len;
		bool shown;
	} cards[WIRE_CARDS_MAX];
};

/* Nothing without a session, or when the platform is not there. YKT_E_DOWN only. */
YKT_MUST_USE enum ykt_status
client_manage_known(struct ykt_client *client, struct client_known *ret_known);

/* True when the platform has decided and the element has something to do. */
bool client_manage_waits(const struct wire_card_status *status);

/*
 * Sessions of the card's job until it is over; target->status as it is then.
 *
 * YKT_OK          done, or there is nothing to do
 * YKT_NOT_DONE    the TSM refused it; the reason is said
 * YKT_PENDING, YKT_E_LINK, YKT_UNKNOWN: it goes on later
 * YKT_WRONG_CARD  the job is of another element
 */
YKT_MUST_USE enum ykt_status
client_manage_run(struct ykt_client *client, struct client_target *target);

/* Number and state of the card, on the result. */
void client_manage_show(struct ykt_client *client, const struct client_target *target);

/* What waits for this element, done; for ykt_client_recover(). *ret_left: not done. */
YKT_MUST_USE enum ykt_status client_manage_left(struct ykt_client *client, unsigned *ret_left);

#endif
