/*
 * Port: random bytes fit for keys.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_RANDOM_H
#define YKT_DRIVER_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include <ykt/status.h>

struct ykt_random {
	void *ctx;
	/* Fills all of out or fails. */
	enum ykt_status (*fill)(void *ctx, uint8_t *out, size_t len);
};

/*
 * YKT_E_RANDOM: the source failed; YKT_E_DOWN: the node is stopping. Either way
 * out is wiped and the caller refuses.
 */
YKT_MUST_USE enum ykt_status
ykt_random_fill(const struct ykt_random *random, uint8_t *out, size_t len);

#endif
