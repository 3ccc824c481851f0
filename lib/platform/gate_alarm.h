/*
 * Batches of gates that are none: the gate keeps such a batch and sends it again for ever,
 * and everything behind it waits, so a person has to know.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_GATE_ALARM_H
#define PLATFORM_GATE_ALARM_H

#include "platform/room.h"

/*
 * After any answer: an upload of a gate that was answered 400 or 413 is a case "batch" of
 * that gate, open until a later one is taken. Nothing else is looked at.
 */
void gate_alarm(struct platform_worker *w, const struct ykt_http_request *req, int code);

/* Inside the transaction that takes a batch of that gate. */
YKT_MUST_USE enum ykt_status gate_alarm_end(struct ykt_tx *tx, const char *peer, int64_t now_ms);

#endif
