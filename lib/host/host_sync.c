/*
 * fsync that cannot fail quietly.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/host_sync.h"

static bool
sync_fd(int fd, int (*sync)(int fd))
{
	int result;

	/* Interrupted is not failed: nothing was dropped. */
	do
		result = sync(fd);
	while (result != 0 && errno == EINTR);

	return result == 0;
}

static _Noreturn void
give_up(void)
{
	static const char why[] = "fsync failed: what is on the disk is unknown, stopping\n";
	ssize_t ignored = write(STDERR_FILENO, why, sizeof(why) - 1);

	(void)ignored;
	abort();
}

void
host_sync_file(int fd)
{
	if (!sync_fd(fd, fsync))
		give_up();
}

void
host_sync_data(int fd)
{
	if (!sync_fd(fd, fdatasync))
		give_up();
}

void
host_sync_folder(int fd)
{
	if (!sync_fd(fd, fsync) && errno != EINVAL && errno != ENOTSUP)
		give_up();
}
