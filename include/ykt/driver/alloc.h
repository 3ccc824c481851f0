/*
 * Port: memory. Only lib/base/mem.c calls it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_ALLOC_H
#define YKT_DRIVER_ALLOC_H

#include <stddef.h>

struct ykt_alloc {
	void *ctx;
	/* Zeroed memory of size bytes, aligned for any type, or NULL. */
	void *(*get)(void *ctx, size_t size);
	/* size is what get was asked for; p is never NULL. */
	void (*put)(void *ctx, void *p, size_t size);
};

#endif
