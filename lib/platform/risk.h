/*
 * The risk policy: what a client that reports this version and these findings may
 * do (docs/protocol.md section 2). Nothing that goes on with money, or gives it
 * back, is ever refused here: such requests carry no report.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_RISK_H
#define PLATFORM_RISK_H

#include "platform/room.h"

/*
 * Judges a request before its operation. body is the decoded one. 0: go on; or a
 * code, and *error says why. A refusal, and a report with findings, are in the
 * table risk_log when it returns. A repeat under a known idempotency key goes on
 * always: it asks what became of the first.
 */
int risk_judge(struct platform_worker *w, const struct op_call *call,
    const struct wire_request *request, const void *body, struct wire_error *error);

/* Notes the findings of a login that was granted, and what its user is to be told. */
void risk_note(struct platform_worker *w, const struct op_call *call,
    const struct wire_request *request, struct wire_user_login_rsp *rsp);

/* Inside a transaction: forgets what is older than the settings keep it. */
YKT_MUST_USE enum ykt_status
risk_forget(struct ykt_tx *tx, const struct platform_settings *settings, int64_t now_ms);

#endif
