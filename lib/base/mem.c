/*
 * The one file that calls an allocator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

static void *
libc_get(void *ctx, size_t size)
{
	(void)ctx;

	return calloc(1, size);
}

static void
libc_put(void *ctx, void *p, size_t size)
{
	(void)ctx;
	(void)size;
	free(p);
}

void *
ykt_mem_get(const struct ykt_alloc *alloc, size_t size)
{
	void *p;

	assert(alloc != NULL && alloc->get != NULL && size != 0);

	p = alloc->get(alloc->ctx, size);
	/* An embedder's allocator may forget that the memory comes zeroed. */
	if (p != NULL)
		memset(p, 0, size);

	return p;
}

void
ykt_mem_put(const struct ykt_alloc *alloc, void *handle_address, size_t size)
{
	void *none = NULL;
	void *p;

	assert(alloc != NULL && alloc->put != NULL && handle_address != NULL);

	/* Copied as bytes: the handle is a pointer of any type. */
	memcpy(&p, handle_address, sizeof(p));
	if (p == NULL)
		return;
	memcpy(handle_address, &none, sizeof(none));
	ykt_wipe(p, size);
	alloc->put(alloc->ctx, p, size);
}

const struct ykt_alloc ykt_alloc_libc = {
	.get = libc_get,
	.put = libc_put,
};
