/*
 * Wiping and constant-time comparison.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <ykt/secret.h>

void
ykt_wipe(void *p, size_t len)
{
	assert(p != NULL || len == 0);
	if (len == 0)
		return;

	memset(p, 0, len);
	/* The compiler must assume that somebody reads p: the stores stay. */
	__asm__ __volatile__("" : : "r"(p) : "memory");
}

bool
ykt_ct_equal(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a;
	const volatile uint8_t *y = b;
	uint8_t diff = 0;

	assert((a != NULL && b != NULL) || len == 0);
	for (size_t i = 0; i < len; i++)
		diff = (uint8_t)(diff | (x[i] ^ y[i]));

	return diff == 0;
}
