/*
 * What every server does before it serves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "host/host_daemon.h"
#include "host/host_signals.h"

enum ykt_status
host_daemon_begin(void)
{
	const struct rlimit none = { 0, 0 };

	umask(077);
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return YKT_E_INTERNAL;

	return host_signals_install();
}

void
host_daemon_ready(const char *program, const char *place)
{
	printf("%s: ready on %s\n", program, place);
	fflush(stdout);
}
