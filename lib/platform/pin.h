/*
 * Payment PINs: a verifier a user, tries that are written down before the PIN is
 * looked at, and no other way to lose one than the right PIN or a reset. Blocks are
 * opened and verifiers made by the key module; no PIN is in clear here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_PIN_H
#define PLATFORM_PIN_H

#include "platform/room.h"
#include "wire/pin.h"
#include "wire/pin_msg.h"

#define PIN_TRIES_MAX 5

/* YKT_OK: one is set; *ret_blocked when its tries are used up. YKT_NOT_FOUND: none. */
YKT_MUST_USE enum ykt_status pin_find(struct ykt_tx *tx, const char *user_id, bool *ret_blocked);

/* A PIN as it came: a block for the key module, and what it is bound to. Borrowed. */
struct pin_block {
	struct ykt_bytes bytes;
	const uint8_t *sid; /* 16 bytes */
	enum wire_pin_use use;
};

/*
 * Has the PIN in a block compared with a user's. Each call costs one try, durable
 * before the key module is asked (I-25); the right PIN gives them all back, and a
 * module that did not answer gives back this one.
 *
 * YKT_NOT_FOUND  no PIN is set
 * YKT_BLOCKED    the tries are used up: reset it
 * YKT_DENIED     another PIN, or no block of this session and use, or one that was
 *                held against another verifier
 * YKT_E_NET.. YKT_E_SERVER  the module is away: nothing was found out, no try is lost
 */
YKT_MUST_USE enum ykt_status pin_check(struct platform_worker *w, const char *user_id,
    const struct pin_block *block, int64_t deadline_mono_ms);

/* What the key module says of a PIN that is to be set. */
struct pin_new {
	enum wire_pin_result result;
	char verifier[WIRE_PIN_VERIFIER_MAX]; /* of MADE */
};

/*
 * Has a verifier made, in place of none: for a new account and for a reset.
 * YKT_E_NET.. YKT_E_SERVER: the module is away.
 */
YKT_MUST_USE enum ykt_status
pin_make(struct platform_worker *w, const char *user_id, const char *phone,
    const struct pin_block *block, int64_t deadline_mono_ms, struct pin_new *ret_new);

/* 200, or the refusal of a PIN that may not be set. */
int pin_new_fault(enum wire_pin_result result, struct wire_error *error);

/* The refusal for one of the above; gives its code. */
int pin_refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error);

#endif
