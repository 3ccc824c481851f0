/*
 * What the tests of the wire room share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_TEST_H
#define WIRE_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ykt/driver/random.h>

#include "check.h"
#include "wire/json.h"

/* The text in a block of its own size, so that a read past its end is seen. */
static inline struct ykt_bytes
exact(const char *text, size_t len)
{
	char *copy = malloc(len != 0 ? len : 1);

	assert_non_null(copy);
	memcpy(copy, text, len);

	return ykt_bytes(copy, len);
}

static inline void
release(struct ykt_bytes bytes)
{
	free((void *)(uintptr_t)bytes.data);
}

static inline bool
all_zero(const void *p, size_t len)
{
	const uint8_t *bytes = p;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != 0)
			return false;
	}

	return true;
}

/* Decoding must fail, and leave nothing but zeros. */
static inline void
refuses(const struct wire_message *msg, const char *text, size_t len, const char *why)
{
	uint8_t *ret = malloc(msg->size);
	struct ykt_bytes json = exact(text, len);

	assert_non_null(ret);
	memset(ret, 0xA5, msg->size);
	assert_status_why(wire_decode(msg, json, ret), YKT_E_FORMAT, why);
	assert_true_why(all_zero(ret, msg->size), why);
	release(json);
	free(ret);
}

/* A source that gives seed, seed + 1, seed + 2 ... */
struct counting {
	struct ykt_random random;
	uint8_t seed;
	bool broken;
};

static inline enum ykt_status
counting_fill(void *ctx, uint8_t *out, size_t len)
{
	struct counting *counting = ctx;

	if (counting->broken)
		return YKT_E_RANDOM;
	for (size_t i = 0; i < len; i++)
		out[i] = counting->seed++;

	return YKT_OK;
}

static inline void
counting_init(struct counting *counting, uint8_t seed)
{
	*counting = (struct counting){ .seed = seed };
	counting->random.ctx = counting;
	counting->random.fill = counting_fill;
}

#endif
