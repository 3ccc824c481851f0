/*
 * How much a card and a wallet may hold, by what is known of their owner (I-2).
 *
 * A user is anonymous until somebody has confirmed who he is; then registered.
 * The limits are settings of the platform. Card, gates and clearing have their
 * own; here is the one that is judged before anybody pays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_LIMIT_H
#define PLATFORM_LIMIT_H

#include "platform/room.h"

/* The least of the application's cap and that of the user's state. YKT_NOT_FOUND: no such user. */
YKT_MUST_USE enum ykt_status limit_card(struct ykt_tx *tx, const struct platform *p,
    const struct platform_app *app, const char *user_id, ykt_fen *ret_limit);
YKT_MUST_USE enum ykt_status
limit_wallet(struct ykt_tx *tx, const struct platform *p, const char *user_id, ykt_fen *ret_limit);

/* Of the user's state alone, in a transaction of its own. */
YKT_MUST_USE enum ykt_status
limit_find(struct platform_worker *w, const char *user_id, ykt_fen *ret_limit);

/* His identity is confirmed (now_ms: since when), or with 0 not any more. YKT_NOT_FOUND. */
YKT_MUST_USE enum ykt_status limit_register(struct ykt_tx *tx, const char *user_id, int64_t now_ms);

/* 409 cap; the limit goes with it, unless it is 0. */
int limit_refuse(struct wire_error *error, ykt_fen limit);

#endif
