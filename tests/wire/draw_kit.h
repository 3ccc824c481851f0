/*
 * A crypto handle and a source of random bytes that are the same every time, of
 * which keys and nonces are drawn.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_WIRE_DRAW_KIT_H
#define TESTS_WIRE_DRAW_KIT_H

#include <ykt/mem.h>

#include "check.h"
#include "crypto/core.h"

static struct crypto *crypto;
static uint64_t draw_seed = 7;

static inline enum ykt_status
draw(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	for (size_t i = 0; i < len; i++) {
		draw_seed = draw_seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
		out[i] = (uint8_t)(draw_seed >> 33);
	}

	return YKT_OK;
}

static const struct ykt_random random_port = { NULL, draw };

/* Of a group. */
static inline int
draw_setup(void **state)
{
	(void)state;
	return crypto_new(&ykt_alloc_libc, &random_port, &crypto) == YKT_OK ? 0 : 1;
}

static inline int
draw_teardown(void **state)
{
	(void)state;
	crypto_free(&crypto);
	return 0;
}

#endif
