/*
 * Memory from the alloc port. Zeroed when it comes, wiped when it goes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_MEM_H
#define YKT_MEM_H

#include <ykt/driver/alloc.h>

/* The C library's allocator as a port. */
extern const struct ykt_alloc ykt_alloc_libc;

/* Zeroed memory of size (> 0) bytes, or NULL. Give it back with ykt_mem_put(). */
void *ykt_mem_get(const struct ykt_alloc *alloc, size_t size);
/* Takes the handle's address; accepts NULL in it; wipes, frees, nulls. */
void ykt_mem_put(const struct ykt_alloc *alloc, void *handle_address, size_t size);

#endif
