/*
 * Wiping and constant-time comparison.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <ykt/secret.h>

/* Where it is not inlined. */
void ykt_wipe(void *p, size_t len);

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
