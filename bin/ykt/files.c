/*
 * Files named on the command line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static enum ykt_status
files_read(const char *path, struct ykt_buf *out)
{
	FILE *file = fopen(path, "rb");
	enum ykt_status status = YKT_OK;

	if (file == NULL)
		return errno == ENOENT ? YKT_NOT_FOUND : YKT_E_FILE;
	out->len += fread(out->data + out->len, 1, out->cap - out->len, file);
	if (ferror(file))
		status = YKT_E_FILE;
	else if (out->len == out->cap && getc(file) != EOF)
		status = YKT_E_SPACE;
	(void)fclose(file);
	return status;
}

/* Secrets make a new file that its owner alone may read; others replace one. */
static enum ykt_status
files_write(const char *path, struct ykt_bytes content, bool secret)
{
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (secret ? O_EXCL : O_TRUNC);
	int fd = open(path, flags, secret ? 0600 : 0644);
	size_t done = 0;
	ssize_t got = 0;

	if (fd < 0)
		return errno == EEXIST ? YKT_CONFLICT : YKT_E_FILE;
	while (done < content.len && got >= 0) {
		got = write(fd, content.data + done, content.len - done);
		if (got > 0)
			done += (size_t)got;
	}
	if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
		got = -1;
	if (close(fd) != 0)
		got = -1;
	return got < 0 ? YKT_E_FILE : YKT_OK;
}

const struct cli_files files_port = { .read = files_read, .write = files_write };
