/*
 * Driver of the file port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/host_file.h"
#include "host/host_sync.h"

/* No name of the port has a capital letter: a temporary file hides none. */
#define TEMP_PREFIX "TMP-"
#define TEMP_MAX    80

/* A plain file that only its owner may use. */
static bool
trusted(const struct stat *info)
{
	return S_ISREG(info->st_mode) && (info->st_mode & 077) == 0;
}

/* Reads exactly len bytes; false when the system fails or the file has fewer. */
static bool
read_whole(int fd, uint8_t *out, size_t len)
{
	while (len != 0) {
		ssize_t got = read(fd, out, len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		out += got;
		len -= (size_t)got;
	}

	return true;
}

static enum ykt_status
file_read(void *ctx, const char *name, struct ykt_buf *out)
{
	const struct host_file *file = ctx;
	enum ykt_status status = YKT_OK;
	struct stat info;
	/* O_NONBLOCK: opening a pipe would wait for its other end. */
	int fd = openat(file->dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? YKT_NOT_FOUND : YKT_E_FILE;

	if (fstat(fd, &info) != 0 || !trusted(&info))
		status = YKT_E_FILE;
	else if (info.st_size < 0 || (uint64_t)info.st_size > out->cap - out->len)
		status = YKT_E_SPACE;
	else if (!read_whole(fd, out->data + out->len, (size_t)info.st_size))
		status = YKT_E_FILE;
	else
		out->len += (size_t)info.st_size;
	close(fd);

	return status;
}

static bool
write_whole(int fd, struct ykt_bytes content)
{
	while (content.len != 0) {
		ssize_t put = write(fd, content.data, content.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		content.data += put;
		content.len -= (size_t)put;
	}

	return true;
}

/* A synced file under the temporary name, or none. */
static bool
make_temp(int dir_fd, const char *temp, struct ykt_bytes content)
{
	bool whole;
	int fd;

	/* Left by a crash; nobody else writes here while the folder is locked. */
	if (unlinkat(dir_fd, temp, 0) != 0 && errno != ENOENT)
		return false;
	fd = openat(dir_fd, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;

	whole = write_whole(fd, content);
	if (whole)
		host_sync_file(fd);
	if (close(fd) != 0)
		whole = false;
	if (!whole)
		unlinkat(dir_fd, temp, 0);

	return whole;
}

static enum ykt_status
file_write(void *ctx, const char *name, struct ykt_bytes content)
{
	const struct host_file *file = ctx;
	char temp[TEMP_MAX];
	struct stat info;
	int len = snprintf(temp, sizeof(temp), TEMP_PREFIX "%s", name);

	if (len < 0 || (size_t)len >= sizeof(temp))
		return YKT_E_ARG;
	if (fstatat(file->dir_fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0) {
		if (!trusted(&info))
			return YKT_E_FILE;
	} else if (errno != ENOENT) {
		return YKT_E_FILE;
	}

	if (!make_temp(file->dir_fd, temp, content))
		return YKT_E_FILE;
	if (renameat(file->dir_fd, temp, file->dir_fd, name) != 0) {
		unlinkat(file->dir_fd, temp, 0);
		return YKT_E_FILE;
	}
	host_sync_folder(file->dir_fd);

	return YKT_OK;
}

static enum ykt_status
file_remove(void *ctx, const char *name)
{
	const struct host_file *file = ctx;

	if (unlinkat(file->dir_fd, name, 0) != 0 && errno != ENOENT)
		return YKT_E_FILE;
	host_sync_folder(file->dir_fd);

	return YKT_OK;
}

enum ykt_status
host_file_open(const char *folder, struct host_file *ret_file)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? YKT_NOT_FOUND : YKT_E_FILE;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		enum ykt_status status = errno == EWOULDBLOCK ? YKT_BUSY : YKT_E_FILE;

		close(fd);
		return status;
	}
	ret_file->dir_fd = fd;

	return YKT_OK;
}

struct ykt_file
host_file_port(struct host_file *file)
{
	return (struct ykt_file){
		.ctx = file,
		.read = file_read,
		.write = file_write,
		.remove = file_remove,
	};
}

void
host_file_close(struct host_file *file)
{
	/* 0 is what an all-zero struct holds; a folder is never opened as that. */
	if (file->dir_fd > 0)
		close(file->dir_fd);
	file->dir_fd = -1;
}
