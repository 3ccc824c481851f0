/*
 * Other TSMs: who they are, and asking one (wire/peer_msg.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TSM_PEER_H
#define TSM_PEER_H

#include "tsm/tsm.h"
#include "wire/peer_msg.h"

#define TSM_PEERS_MAX 16
#define TSM_PEER_MS   (INT64_C(5) * 60 * 1000) /* how far two clocks may be apart */

/*
 * Sends one message and reads the reply; body is both. A repeat of the same request
 * has the same trade_id and a new message.
 *
 * YKT_E_ARG  no messages are set up here, or the body is none
 * YKT_E_MAC  the reply is not this peer's, or not to this message; body is zero
 * and of the call: YKT_DENIED, YKT_BUSY, ...
 */
YKT_MUST_USE enum ykt_status
tsm_peer_ask(struct tsm_worker *worker, const struct ykt_http *http, const char *receiver,
    enum wire_peer_kind kind, union wire_peer_body *body, int64_t deadline_mono_ms);

#endif
