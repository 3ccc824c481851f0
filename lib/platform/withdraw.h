/*
 * Withdrawals: money of a wallet, out into an account that its owner has bound.
 *
 * The wallet is debited, durably and for good, before the account system is asked (R4): the
 * money waits under W:id. The account system pays out once for that id, whatever is asked how
 * often, and what it refused it never pays later; then the money is out (PSP), or back in the
 * wallet. Until it has answered the outbox asks on (R6, R8).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_WITHDRAW_H
#define PLATFORM_WITHDRAW_H

#include "platform/room.h"
#include "wire/withdraw_msg.h"

/* One withdrawal: 1 yuan to 5,000 yuan, grade D. */
#define WITHDRAW_MIN_FEN 100
#define WITHDRAW_MAX_FEN 500000
/* Turns of the outbox after which an unanswered one is also shown to a person. */
#define WITHDRAW_CASE_TRIES 20

/* The outbox's turn. YKT_OK: it has ended. Or the status of the call. */
YKT_MUST_USE enum ykt_status
withdraw_tick(struct platform_worker *w, const char *withdraw_id, int64_t tries, int64_t now_ms);

/* How many of the user's, or with an account_id of that account, have not ended. */
YKT_MUST_USE enum ykt_status
withdraw_open(struct ykt_tx *tx, const char *user_id, const char *account_id, int64_t *ret_count);

#endif
