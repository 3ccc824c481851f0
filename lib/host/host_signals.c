/*
 * The request to stop. The only mutable statics of this room: a signal handler
 * has no other way to the program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "host/host_signals.h"

/* Lock-free, as a signal handler needs it. */
static atomic_int stop_requested;
static atomic_int pipe_write_end = -1;
static int pipe_read_end = -1;

bool
host_stop_requested(void)
{
	return atomic_load(&stop_requested) != 0;
}

int
host_stop_fd(void)
{
	return pipe_read_end;
}

void
host_stop_request(void)
{
	int saved = errno;
	int fd = atomic_load(&pipe_write_end);

	/* One byte for ever: the pipe cannot fill up. */
	if (atomic_exchange(&stop_requested, 1) == 0 && fd >= 0) {
		ssize_t ignored = write(fd, "", 1);

		(void)ignored;
	}
	errno = saved;
}

static void
on_signal(int number)
{
	(void)number;
	host_stop_request();
}

static bool
install_one(int number, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	sigemptyset(&action.sa_mask);

	return sigaction(number, &action, NULL) == 0;
}

enum ykt_status
host_signals_install(void)
{
	const int once = (int)SA_RESETHAND;
	int ends[2];

	if (pipe_read_end >= 0)
		return YKT_OK;
	if (pipe(ends) != 0)
		return YKT_E_INTERNAL;
	if (fcntl(ends[0], F_SETFD, FD_CLOEXEC) != 0 || fcntl(ends[1], F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0 || !install_one(SIGPIPE, SIG_IGN, 0) ||
	    !install_one(SIGTERM, on_signal, once) || !install_one(SIGINT, on_signal, once)) {
		close(ends[0]);
		close(ends[1]);
		return YKT_E_INTERNAL;
	}
	pipe_read_end = ends[0];
	atomic_store(&pipe_write_end, ends[1]);

	return YKT_OK;
}
