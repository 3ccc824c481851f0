/*
 * Which requests carry a report.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/report.h"

#include <string.h>

static const char *const findings[WIRE_FINDING_COUNT] = { "unsigned", "changed", "debugger",
	"preload", "root", "unknown", "system_old", "system_unknown" };

const struct wire_tokens wire_findings = { findings, YKT_ARRAY_LEN(findings) };

bool
wire_op_reports(const struct wire_op *op)
{
	static const char *const ops[] = { "user.login", "order.open", "order.topup",
		"order.wallet", "order.pay", "bill.pay", "code.authorise" };

	for (size_t i = 0; i < YKT_ARRAY_LEN(ops); i++) {
		if (strcmp(ops[i], op->op) == 0)
			return true;
	}

	return false;
}
