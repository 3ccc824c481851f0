/*
 * One-time codes by text message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_OTP_H
#define PLATFORM_OTP_H

#include "platform/room.h"

#define OTP_TRIES_MAX 5

/*
 * Compares a code with the one that was sent to phone for purpose. Every call
 * costs one of the code's tries, written down before the comparison.
 *
 * ret_used_by: "" or what the code was spent on.
 * YKT_DENIED: no code, too old, too many tries, or another code.
 */
YKT_MUST_USE enum ykt_status otp_check(struct platform_worker *w, const char *phone,
    const char *purpose, const char *code, int64_t now_ms, char ret_used_by[33]);

/* Inside a transaction: marks the code as spent. YKT_CONFLICT: it is already. */
YKT_MUST_USE enum ykt_status
otp_spend(struct ykt_tx *tx, const char *phone, const char *purpose, const char *used_by);

/*
 * Both at once, where the code must not have been spent: YKT_DENIED otherwise.
 * A text of another form costs no try.
 */
YKT_MUST_USE enum ykt_status otp_check_fresh(struct platform_worker *w, const char *phone,
    const char *purpose, const char *code, int64_t now_ms);

#endif
