/*
 * Secrets: wiped on every exit, compared in constant time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_SECRET_H
#define YKT_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * Overwrites with zeros in a way that the compiler keeps. Accepts NULL with 0.
 * Inline: most secrets are a few words long, and then it is a few stores.
 */
inline void
ykt_wipe(void *p, size_t len)
{
	if (len == 0)
		return;

	memset(p, 0, len);
	/* The compiler must assume that somebody reads p: the stores stay. */
	__asm__ __volatile__("" : : "r"(p) : "memory");
}

/* Time depends on len only, never on content. */
bool ykt_ct_equal(const void *a, const void *b, size_t len);

#endif
