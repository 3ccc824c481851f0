/*
 * What a client says of itself in the requests that a platform may refuse for
 * it: its version, and what it found about program and process. Both are inside
 * the envelope (docs/protocol.md section 2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_REPORT_H
#define WIRE_REPORT_H

#include <ykt/driver/attest.h>

#include "wire/client_msg.h"
#include "wire/tokens.h"

#define WIRE_ERR_UPDATE      "update"      /* 426, this version is too old for money */
#define WIRE_ERR_RISK        "risk"        /* 412, not while that is found */
#define WIRE_ERR_RISK_AMOUNT "risk_amount" /* 412, not that much while that is found */

#define WIRE_ERR_SYSTEM "system" /* 426, this operating system is too old, or unknown */

/*
 * What the platform finds in a report by itself, behind enum ykt_finding: the operating
 * system is older than the least that it was told of, or it cannot tell.
 */
#define WIRE_FINDING_SYSTEM_OLD     0x40u
#define WIRE_FINDING_SYSTEM_UNKNOWN 0x80u
#define WIRE_FINDING_COUNT          8

/* "unsigned", "changed" ...: the position is that of the bit. */
extern const struct wire_tokens wire_findings;

struct wire_report {
	char version[17];
	unsigned findings; /* bits of enum ykt_finding */
	struct ykt_system system;
};

/*
 * True for user.login and for what begins to spend money. What goes on with money
 * that was paid, or gives it back, asks for no report: it must never be stopped.
 */
bool wire_op_reports(const struct wire_op *op);

/* As wire_request_put(), with a report where it is not NULL. */
YKT_MUST_USE enum ykt_status wire_request_report(const struct wire_op *op, const char *idem,
    const struct wire_report *report, const void *body, struct ykt_buf *json);

#endif
