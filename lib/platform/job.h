/*
 * Card openings: one TSM job each.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_JOB_H
#define PLATFORM_JOB_H

#include "platform/room.h"

/*
 * Asks the TSM how the opening stands and books what is final: done makes the
 * card active and earns the fee; failed for good gives both orders back.
 *
 * YKT_OK: final (now or before). YKT_PENDING: not yet. Or the status of a call.
 */
YKT_MUST_USE enum ykt_status job_check(
    struct platform_worker *w, const char *order_id, int64_t now_ms, int64_t deadline_mono_ms);

#endif
