/*
 * Padding method 2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>

#include "crypto/pad.h"

void
crypto_pad(struct ykt_buf *buf, size_t block)
{
	static const uint8_t padding[CRYPTO_BLOCK_MAX] = { 0x80 };

	assert(block == 8 || block == 16);
	ykt_put_mem(buf, padding, block - buf->len % block);
}

/* All ones when a equals b, else zero. */
static size_t
mask_equal(uint8_t a, uint8_t b)
{
	unsigned differ = (unsigned)(a ^ b);

	return (size_t)0 - (size_t)(((differ - 1U) >> 8) & 1U);
}

enum ykt_status
crypto_unpad(struct ykt_bytes in, size_t block, size_t *ret_len)
{
	size_t seen = 0;
	size_t bad = 0;
	size_t len = 0;

	assert(block == 8 || block == 16);
	if (in.len == 0 || in.len % block != 0)
		return YKT_E_FORMAT;
	for (size_t i = 1; i <= block; i++) {
		uint8_t byte = in.data[in.len - i];
		size_t mark = mask_equal(byte, 0x80) & ~seen;

		len |= mark & (in.len - i);
		bad |= ~seen & ~mark & ~mask_equal(byte, 0);
		seen |= mark;
	}
	if ((bad | ~seen) != 0)
		return YKT_E_FORMAT;
	*ret_len = len;
	return YKT_OK;
}
