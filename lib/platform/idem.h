/*
 * Idempotency: one effect for one (account, operation, key), kept for ever.
 *
 * The unique row is the lock, the memory and the answer (I-10). Same key and
 * same content: the stored answer. Same key, other content: 422. Still being
 * served elsewhere: 409, until its lease ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_IDEM_H
#define PLATFORM_IDEM_H

#include "platform/room.h"

/* A request that takes longer is taken for dead; its steps are safe to repeat. */
#define IDEM_LEASE_MS 10000

/* A stored answer's JSON; the longest is one order. */
#define IDEM_ANSWER_MAX 1024

struct idem_row {
	char order_id[33];
	uint8_t answer[IDEM_ANSWER_MAX];
	size_t answer_len; /* 0: none yet */
};

/*
 * Looks a key up.
 *
 * YKT_NOT_FOUND  a new one
 * YKT_MISMATCH   it was used for other content
 * YKT_BUSY       its first request is still being served
 * YKT_OK         *ret_row: with an answer, or without one when the first
 *                request died; the caller then goes on where it stopped
 */
YKT_MUST_USE enum ykt_status
idem_find(struct ykt_tx *tx, const struct op_call *call, struct idem_row *ret_row);

/*
 * Takes a new key for an order, or takes over one whose lease has ended. With an
 * answer the operation is done, without one it is leased. YKT_CONFLICT: a twin
 * was faster.
 */
YKT_MUST_USE enum ykt_status idem_put(
    struct ykt_tx *tx, const struct op_call *call, const char *order_id, struct ykt_bytes answer);

/* Ends a lease without an answer, so that a repeat need not wait. */
YKT_MUST_USE enum ykt_status idem_release(struct ykt_tx *tx, const struct op_call *call);

/* The answer as bytes to store, and back. YKT_E_SPACE, YKT_E_CORRUPT. */
YKT_MUST_USE enum ykt_status
idem_order_encode(const struct wire_order *order, uint8_t *out, size_t size, size_t *ret_len);
YKT_MUST_USE enum ykt_status
idem_order_decode(const struct idem_row *row, struct wire_order *ret_order);

#endif
