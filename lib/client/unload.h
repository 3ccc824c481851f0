/*
 * Taking all that a card holds off it, for good; and the card's application out
 * of the element then. The platform's unload is the truth; an intent only says
 * that there is something to ask about.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_UNLOAD_H
#define CLIENT_UNLOAD_H

#include "client/flow.h"
#include "wire/unload_msg.h"

/* The card's unload as the platform has it now; state none when there is none. */
YKT_MUST_USE enum ykt_status
client_unload_get(struct ykt_client *client, const char *card_no, struct wire_unload *ret_unload);

/*
 * Goes on with an unload that is begun or asked, as often as R2 wants a fresh
 * proof; the card must be in this element. *unload is what became of it.
 *
 * YKT_OK          done: the money is off the card and booked
 * YKT_REFUSED     given up with a proof: the card is in use, with its money; the
 *                 reason is arrears, no_unload or card_pin
 * YKT_PENDING     off the card, but the platform did not hear of it yet; or the
 *                 card is busy with a gate
 * YKT_UNKNOWN     it may be off the card; the next attempt shows
 * YKT_WRONG_CARD  another card is in the element
 * YKT_DISPUTED    the platform opened a case
 * and every status of client_call() and of the card
 */
YKT_MUST_USE enum ykt_status
client_unload_run(struct ykt_client *client, struct wire_unload *unload);

/*
 * From an intent to its end, wherever it stands, with the application out of the
 * element. Drops the intent then. YKT_NOT_DONE: it was never begun. YKT_PENDING:
 * as client_unload_run(), or the application is there still.
 */
YKT_MUST_USE enum ykt_status client_finish_unload(
    struct ykt_client *client, const struct client_intent *intent, struct wire_unload *ret_unload);

#endif
