/*
 * Giving money back through the pay channel (R2, R2a, R3, R6).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_REFUND_H
#define PLATFORM_REFUND_H

#include "platform/room.h"

/*
 * Inside a transaction: moves the order to refunding and puts the channel's
 * refund into the outbox under refund_id. An order of nothing is refunded at
 * once. The caller has made sure that the order may be refunded.
 *
 * YKT_E_STATE, YKT_CONFLICT as order_move().
 */
YKT_MUST_USE enum ykt_status refund_begin(struct ykt_tx *tx, struct order *order,
    const char *refund_id, const char *note, int64_t now_ms);

/*
 * One try of the order's refund at the channel, and its booking. Safe to repeat
 * and to run twice at once: the channel knows refund_id, the books the state.
 *
 * YKT_OK: it is refunded. Or the status of the call: the outbox goes on.
 */
YKT_MUST_USE enum ykt_status refund_run(
    struct platform_worker *w, const char *order_id, int64_t now_ms, int64_t deadline_mono_ms);

#endif
