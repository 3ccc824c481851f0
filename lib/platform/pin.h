/*
 * Payment PINs: a verifier a user, tries that are written down before the PIN is
 * looked at, and no other way to lose one than the right PIN or a reset.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_PIN_H
#define PLATFORM_PIN_H

#include "platform/room.h"
#include "wire/pin.h"

#define PIN_TRIES_MAX 5

/* YKT_OK: one is set; *ret_blocked when its tries are used up. YKT_NOT_FOUND: none. */
YKT_MUST_USE enum ykt_status pin_find(struct ykt_tx *tx, const char *user_id, bool *ret_blocked);

/*
 * Compares the PIN in a block with the call's user's. Each call costs one try,
 * durable before the block is opened (I-25); the right PIN gives them back.
 *
 * YKT_NOT_FOUND  no PIN is set
 * YKT_BLOCKED    the tries are used up: reset it
 * YKT_DENIED     another PIN, or no block of this session and use
 */
YKT_MUST_USE enum ykt_status pin_check(struct platform_worker *w, const struct op_call *call,
    struct ykt_bytes block, enum wire_pin_use use);

/* The same with the PIN itself, six digits, for one who came by another way than a session. */
YKT_MUST_USE enum ykt_status
pin_check_plain(struct platform_worker *w, const char *user_id, const char *pin);

/* The refusal for one of the above; gives its code. */
int pin_refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error);

#endif
