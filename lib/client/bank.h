/*
 * Bank cards and payment accounts of the user: bound, listed, paid from, unbound
 * (C5-BND-1, C5-BND-2). This device keeps which was bound or paid from last, and of
 * it no more than the issuer's name and four digits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_BANK_H
#define CLIENT_BANK_H

#include "client/session.h"
#include "wire/account.h"

/* "issuer 1234": what is shown of an account, and what a payment's signature covers. */
#define CLIENT_BANK_TEXT 56
void client_bank_text(const struct wire_account *account, char out[CLIENT_BANK_TEXT]);

/* The account's state as enum wire_account_state; -1 for a foreign one. */
int client_bank_state(const struct wire_account *account);

/*
 * The bound account that which names: its last digits, at least four, or its id;
 * "default": the one that was bound or paid from last here; NULL: the only one.
 *
 * YKT_REFUSED  none is bound, or several fit; the reason says which
 * or what client_call() said
 */
YKT_MUST_USE enum ykt_status
client_bank_find(struct ykt_client *client, const char *which, struct wire_account *ret_account);

/* Asks how it stands, some times, after an answer that was lost. */
YKT_MUST_USE enum ykt_status client_bank_ask(
    struct ykt_client *client, const char *account_id, struct wire_account *ret_account);

/* Keeps it as the default; forgets it where it is that. Durable; only YKT_E_DOWN fails. */
YKT_MUST_USE enum ykt_status
client_bank_keep(struct ykt_client *client, const struct wire_account *account);
YKT_MUST_USE enum ykt_status client_bank_forget(struct ykt_client *client, const char *account_id);

#endif
