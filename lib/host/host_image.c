/*
 * Files that hold an image, see host_image.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* O_DIRECT */
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

static bool
sync_parent(const char *path)
{
	char folder[HOST_PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	int fd;

	if (slash == path)
		len = 1;
	memcpy(folder, path, len);
	memcpy(folder + len, len == 0 ? "." : "", len == 0 ? 2 : 1);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	host_sync_folder(fd);
	close(fd);

	return true;
}

enum ykt_status
host_image_create(const char *path, host_image_fill *fill, void *ctx, bool *ret_created)
{
	char temp[HOST_PATH_MAX];
	int len = snprintf(temp, sizeof(temp), "%s.new-%ld", path, (long)getpid());
	bool created = false;
	bool done;
	int fd;

	if (len < 0 || (size_t)len >= sizeof(temp))
		return YKT_E_FILE;
	if (unlink(temp) != 0 && errno != ENOENT)
		return YKT_E_FILE;
	fd = open(temp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return YKT_E_FILE;

	done = fill(ctx, fd);
	if (done)
		host_sync_file(fd);
	close(fd);
	if (done && link(temp, path) == 0)
		created = true;
	else if (done && errno != EEXIST)
		done = false;
	unlink(temp);
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
