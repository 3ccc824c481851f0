/*
 * Files that hold an image, see host_image.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* O_DIRECT, O_TMPFILE */
#include "host/host_image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/host_dirs.h"
#include "host/host_sync.h"

#define TEMP_TAIL_MAX 32 /* of ".new-" and a process number */

/* The folder of a path, which is shorter than HOST_PATH_MAX - 1. */
static void
parent_of(const char *path, char folder[HOST_PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);

	if (slash == path)
		len = 1;
	memcpy(folder, path, len);
	memcpy(folder + len, len == 0 ? "." : "", len == 0 ? 2 : 1);
}

static bool
sync_parent(const char *path)
{
	char folder[HOST_PATH_MAX];
	int fd;

	parent_of(path, folder);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	host_sync_folder(fd);
	close(fd);

	return true;
}

/* A file without a name, which a crash takes along; from is what to link it by. -1: not here. */
static int
open_unnamed(const char *path, char from[HOST_PATH_MAX])
{
	char folder[HOST_PATH_MAX];
	int fd;

	parent_of(path, folder);
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	(void)snprintf(from, HOST_PATH_MAX, "/proc/self/fd/%d", fd);
	if (access(from, F_OK) == 0)
		return fd;
	close(fd);

	return -1;
}

/* One with a name of this process, for file systems that know none without. */
static int
open_named(const char *path, char from[HOST_PATH_MAX])
{
	(void)snprintf(from, HOST_PATH_MAX, "%s.new-%ld", path, (long)getpid());
	if (unlink(from) != 0 && errno != ENOENT)
		return -1;

	return open(from, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* Fills it and links it to path. False: neither, with the reason in errno. */
static bool
fill_and_link(
    const char *path, const char *from, int fd, host_image_fill *fill, void *ctx, bool *ret_created)
{
	if (!fill(ctx, fd))
		return false;
	host_sync_file(fd);
	*ret_created = linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;

	return *ret_created || errno == EEXIST;
}

enum ykt_status
host_image_create(const char *path, host_image_fill *fill, void *ctx, bool *ret_created)
{
	char from[HOST_PATH_MAX];
	bool created = false;
	bool named = false;
	bool done;
	int error;
	int fd;

	if (strlen(path) + TEMP_TAIL_MAX >= sizeof(from))
		return YKT_E_FILE;
	fd = open_unnamed(path, from);
	if (fd < 0) {
		named = true;
		fd = open_named(path, from);
	}
	if (fd < 0)
		return YKT_E_FILE;

	done = fill_and_link(path, from, fd, fill, ctx, &created);
	error = errno;
	close(fd);
	if (named)
		unlink(from);
	errno = error;
	if (!done || !sync_parent(path))
		return YKT_E_FILE;
	*ret_created = created;

	return YKT_OK;
}

enum ykt_status
host_image_open(const char *path, int *ret_fd, off_t *ret_len)
{
	enum ykt_status status = YKT_OK;
	struct stat info;
	int fd;

	if (strlen(path) >= HOST_PATH_MAX)
		return YKT_E_FILE;
	fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? YKT_NOT_FOUND : YKT_E_FILE;

	/* Judged and locked before a byte of it is read. */
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & 077) != 0)
		status = YKT_E_FILE;
	else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		status = errno == EWOULDBLOCK ? YKT_BUSY : YKT_E_FILE;
	if (status != YKT_OK) {
		close(fd);
		return status;
	}
	*ret_fd = fd;
	*ret_len = info.st_size;

	return YKT_OK;
}

int
host_image_direct(const char *path, int fd)
{
	const int direct = open(path, O_WRONLY | O_DIRECT | O_DSYNC | O_NOFOLLOW | O_CLOEXEC);
	struct stat infos[2];

	if (direct < 0)
		return -1;
	if (fstat(fd, &infos[0]) != 0 || fstat(direct, &infos[1]) != 0 ||
	    infos[0].st_dev != infos[1].st_dev || infos[0].st_ino != infos[1].st_ino) {
		close(direct);
		return -1;
	}
	/* Each such write would look for what it overwrites there. Without this it does. */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);

	return direct;
}

bool
host_image_read(int fd, uint8_t *out, size_t len, off_t off)
{
	while (len > 0) {
		ssize_t got = pread(fd, out, len, off);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		out += got;
		len -= (size_t)got;
		off += got;
	}

	return true;
}

bool
host_image_write(int fd, const uint8_t *data, size_t len, off_t off)
{
	while (len > 0) {
		ssize_t put = pwrite(fd, data, len, off);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		data += put;
		len -= (size_t)put;
		off += put;
	}

	return true;
}
