/*
 * What the wallet's functions share with those that show it beside a card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_WALLET_H
#define CLIENT_WALLET_H

#include "client/flow.h"
#include "wire/wallet_msg.h"

struct merge;

YKT_MUST_USE enum ykt_status
client_wallet_get(struct ykt_client *client, struct wire_wallet *ret_wallet);

/* Its fields into the view. */
YKT_MUST_USE enum ykt_status client_wallet_show(struct ykt_client *client);

/* Its records into a list. */
YKT_MUST_USE enum ykt_status client_wallet_records(struct ykt_client *client, struct merge *merge);

/*
 * Asks how the bill of a payment without an outcome stands; drops the intent
 * when that is known. *ret_bill is zero when it could not be asked.
 *
 * YKT_OK       paid, by this user: once
 * YKT_NOT_DONE it is open, given back or too old, and what was sent can no
 *              longer be accepted: not paid
 * YKT_CONFLICT somebody else paid it
 * YKT_UNKNOWN  it is open, but what was sent may still be on its way
 */
YKT_MUST_USE enum ykt_status client_finish_payment(
    struct ykt_client *client, const struct client_intent *intent, struct wire_bill *ret_bill);

#endif
