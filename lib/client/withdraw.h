/*
 * Money of the wallet out into a bound account, as recovery and the list of orders need it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_WITHDRAW_H
#define CLIENT_WITHDRAW_H

#include "client/flow.h"
#include "wire/withdraw_msg.h"

/*
 * Asks how a withdrawal without an outcome stands; drops the intent when that is known.
 * *ret_withdrawal is zero when it could not be asked.
 *
 * YKT_OK       it was paid out, once
 * YKT_NOT_DONE the account system refused it and the wallet has the money again; or it never
 *              reached the platform, and what was sent can no longer be accepted
 * YKT_PENDING  it has left the wallet and is not paid out yet
 * YKT_UNKNOWN  the platform has not heard of it, but what was sent may still be on its way
 */
YKT_MUST_USE enum ykt_status client_finish_withdrawal(struct ykt_client *client,
    const struct client_intent *intent, struct wire_withdrawal *ret_withdrawal);

/* Its state in words, as a list shows it. */
const char *client_withdrawal_state(const struct wire_withdrawal *withdrawal);

#endif
