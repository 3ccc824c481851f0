/*
 * A process that holds secrets.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "host/host_harden.h"

#include <sys/prctl.h>
#include <sys/resource.h>

enum ykt_status
host_harden(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return YKT_E_FILE;

	return YKT_OK;
}
