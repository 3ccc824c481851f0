/*
 * What every server does before it serves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_DAEMON_H
#define HOST_DAEMON_H

#include <ykt/status.h>

/*
 * Nothing that this process makes is for others (umask 077), no core file keeps
 * its secrets, and it stops on request (host_signals_install()). Call it first
 * in main().
 *
 * YKT_E_INTERNAL  one of them could not be had
 */
YKT_MUST_USE enum ykt_status host_daemon_begin(void);

/* Prints "PROGRAM: ready on PLACE" on standard output, flushed: scripts wait for it. */
void host_daemon_ready(const char *program, const char *place);

#endif
