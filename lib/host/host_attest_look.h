/*
 * The look at the process; for host_attest.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_ATTEST_LOOK_H
#define HOST_ATTEST_LOOK_H

/* Bits of enum ykt_finding: DEBUGGER, PRELOAD, ROOT, UNKNOWN. */
unsigned host_look(const char *prefix, const char *library);

#endif
