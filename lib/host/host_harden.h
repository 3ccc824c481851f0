/*
 * A process that holds secrets: no core file, and no other process of the same
 * user may look into it (C5-SWS-2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_HARDEN_H
#define HOST_HARDEN_H

#include <ykt/status.h>

/*
 * RLIMIT_CORE 0, and not dumpable, which also keeps ptrace and /proc/PID/mem of
 * other processes away unless they are the superuser's. YKT_E_FILE: the system
 * refused (errno).
 */
YKT_MUST_USE enum ykt_status host_harden(void);

#endif
