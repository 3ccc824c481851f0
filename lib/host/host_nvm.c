/*
 * Driver of the NVM port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "host/host_dirs.h"
#include "host/host_nvm.h"
#include "host/host_sync.h"

/*
 * More separate writes than this between two syncs are joined to one range:
 * enough for a command of each of 64 cards.
 */
#define DIRTY_MAX 512

struct range {
	uint32_t from;
	uint32_t to;
};

struct host_nvm {
	const struct ykt_alloc *alloc;
	uint8_t *image;
	uint32_t size;
	int fd;
	struct range dirty[DIRTY_MAX];
	size_t dirty_count;
};

static enum ykt_status
nvm_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct host_nvm *nvm = ctx;

	assert(off <= nvm->size && len <= nvm->size - off);
	memcpy(out, nvm->image + off, len);

	return YKT_OK;
}

static void
join(struct range *into, uint32_t from, uint32_t to)
{
	if (from < into->from)
		into->from = from;
	if (to > into->to)
		into->to = to;
}

static void
note(struct host_nvm *nvm, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < nvm->dirty_count; i++) {
		if (from <= nvm->dirty[i].to && to >= nvm->dirty[i].from) {
			join(&nvm->dirty[i], from, to);
			return;
		}
	}
	if (nvm->dirty_count == DIRTY_MAX) {
		for (size_t i = 1; i < DIRTY_MAX; i++)
			join(&nvm->dirty[0], nvm->dirty[i].from, nvm->dirty[i].to);
		nvm->dirty_count = 1;
		join(&nvm->dirty[0], from, to);
		return;
	}
	nvm->dirty[nvm->dirty_count++] = (struct range){ from, to };
}

static enum ykt_status
nvm_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct host_nvm *nvm = ctx;

	assert(off <= nvm->size && len <= nvm->size - off);
	memcpy(nvm->image + off, data, len);
	note(nvm, off, off + len);

	return YKT_OK;
}

static bool
write_range(const struct host_nvm *nvm, struct range range)
{
	while (range.from < range.to) {
		ssize_t put =
		    pwrite(nvm->fd, nvm->image + range.from, range.to - range.from, range.from);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		range.from += (uint32_t)put;
	}

	return true;
}

enum ykt_status
host_nvm_sync(struct host_nvm *nvm)
{
	if (nvm->dirty_count == 0)
		return YKT_OK;
	for (size_t i = 0; i < nvm->dirty_count; i++) {
		if (!write_range(nvm, nvm->dirty[i]))
			return YKT_E_FILE;
	}
	host_sync_data(nvm->fd);
	nvm->dirty_count = 0;

	return YKT_OK;
}

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

/*
 * Makes a whole empty image under another name and links it to path, so that no
 * crash leaves one of the wrong size. Somebody who was faster wins.
 */
static bool
create(const char *path, uint32_t size, bool *ret_created)
{
	char temp[HOST_PATH_MAX];
	int len = snprintf(temp, sizeof(temp), "%s.new-%ld", path, (long)getpid());
	bool done;
	int fd;

	if (len < 0 || (size_t)len >= sizeof(temp))
		return false;
	if (unlink(temp) != 0 && errno != ENOENT)
		return false;
	fd = open(temp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;

	errno = posix_fallocate(fd, 0, (off_t)size);
	done = errno == 0;
	if (done)
		host_sync_file(fd);
	close(fd);
	if (done && link(temp, path) == 0)
		*ret_created = true;
	else if (done && errno != EEXIST)
		done = false;
	unlink(temp);

	return done && sync_parent(path);
}

/* Locks and judges the file before a byte of it is read. */
static enum ykt_status
examine(int fd, uint32_t size)
{
	struct stat info;

	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & 077) != 0)
		return YKT_E_FILE;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? YKT_BUSY : YKT_E_FILE;

	return info.st_size == (off_t)size ? YKT_OK : YKT_E_CORRUPT;
}

static bool
read_image(const struct host_nvm *nvm)
{
	uint32_t done = 0;

	while (done < nvm->size) {
		ssize_t got = pread(nvm->fd, nvm->image + done, nvm->size - done, (off_t)done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (uint32_t)got;
	}

	return true;
}

/* Takes fd over, whatever it returns. */
static enum ykt_status
load(const struct ykt_alloc *alloc, int fd, uint32_t size, struct host_nvm **ret_nvm)
{
	struct host_nvm *nvm = ykt_mem_get(alloc, sizeof(*nvm));

	if (nvm == NULL) {
		close(fd);
		return YKT_E_NOMEM;
	}
	*nvm = (struct host_nvm){ .alloc = alloc, .size = size, .fd = fd };
	nvm->image = ykt_mem_get(alloc, size);
	if (nvm->image == NULL || !read_image(nvm)) {
		enum ykt_status status = nvm->image == NULL ? YKT_E_NOMEM : YKT_E_FILE;

		host_nvm_close(&nvm);
		return status;
	}
	*ret_nvm = nvm;

	return YKT_OK;
}

enum ykt_status
host_nvm_open(const struct ykt_alloc *alloc, const char *path, uint32_t size,
    struct host_nvm **ret_nvm, bool *ret_created)
{
	const int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	enum ykt_status status;
	bool created = false;
	int fd;

	assert(alloc != NULL && path != NULL && size != 0 && ret_nvm != NULL);
	if (strlen(path) >= HOST_PATH_MAX)
		return YKT_E_FILE;

	fd = open(path, flags);
	if (fd < 0 && errno == ENOENT && create(path, size, &created))
		fd = open(path, flags);
	if (fd < 0)
		return YKT_E_FILE;

	status = examine(fd, size);
	if (status != YKT_OK) {
		close(fd);
		return status;
	}
	status = load(alloc, fd, size, ret_nvm);
	if (status == YKT_OK && ret_created != NULL)
		*ret_created = created;

	return status;
}

struct ykt_nvm
host_nvm_port(struct host_nvm *nvm)
{
	return (struct ykt_nvm){
		.ctx = nvm,
		.size = nvm->size,
		.read = nvm_read,
		.write = nvm_write,
	};
}

void
host_nvm_close(struct host_nvm **nvm)
{
	struct host_nvm *closing = *nvm;

	if (closing == NULL)
		return;
	close(closing->fd);
	ykt_mem_put(closing->alloc, &closing->image, closing->size);
	ykt_mem_put(closing->alloc, nvm, sizeof(*closing));
}
