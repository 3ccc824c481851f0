/*
 * Driver of the NVM port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _DEFAULT_SOURCE

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "host/host_image.h"
#include "host/host_nvm.h"
#include "host/host_ranges.h"
#include "host/host_sync.h"

struct host_nvm {
	const struct ykt_alloc *alloc;
	uint8_t *image;
	uint32_t size;
	int fd;
	struct host_ranges dirty;
};

static enum ykt_status
nvm_read(void *ctx, uint32_t off, uint8_t *out, uint32_t len)
{
	const struct host_nvm *nvm = ctx;

	assert(off <= nvm->size && len <= nvm->size - off);
	memcpy(out, nvm->image + off, len);

	return YKT_OK;
}

static enum ykt_status
nvm_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len)
{
	struct host_nvm *nvm = ctx;

	assert(off <= nvm->size && len <= nvm->size - off);
	memcpy(nvm->image + off, data, len);
	host_ranges_note(&nvm->dirty, off, off + len);

	return YKT_OK;
}

enum ykt_status
host_nvm_sync(struct host_nvm *nvm)
{
	if (nvm->dirty.count == 0)
		return YKT_OK;
	for (size_t i = 0; i < nvm->dirty.count; i++) {
		const struct host_range *range = &nvm->dirty.list[i];

		if (!host_image_write(
			nvm->fd, nvm->image + range->from, range->to - range->from, range->from))
			return YKT_E_FILE;
	}
	host_sync_data(nvm->fd);
	nvm->dirty.count = 0;

	return YKT_OK;
}

/* Zeros whose blocks are there: a full disk cannot stop a card in use. */
static bool
reserve(void *ctx, int fd)
{
	const uint32_t *size = ctx;

	errno = posix_fallocate(fd, 0, (off_t)*size);

	return errno == 0;
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
	if (nvm->image == NULL || !host_image_read(fd, nvm->image, size, 0)) {
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
	enum ykt_status status;
	bool created = false;
	off_t len;
	int fd;

	assert(alloc != NULL && path != NULL && size != 0 && ret_nvm != NULL);
	status = host_image_open(path, &fd, &len);
	if (status == YKT_NOT_FOUND) {
		status = host_image_create(path, reserve, &size, &created);
		if (status == YKT_OK)
			status = host_image_open(path, &fd, &len);
	}
	if (status != YKT_OK)
		return status == YKT_NOT_FOUND ? YKT_E_FILE : status;

	if (len != (off_t)size) {
		close(fd);
		return YKT_E_CORRUPT;
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
