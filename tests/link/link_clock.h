/*
 * Clocks of the link tests: one that a test moves by hand, one that is real.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_LINK_CLOCK_H
#define TESTS_LINK_CLOCK_H

#include <time.h>

#include <ykt/driver/clock.h>

static inline int64_t
hand_mono(void *ctx)
{
	return *(int64_t *)ctx;
}

static inline enum ykt_status
no_wait(void *ctx, int64_t until_mono_ms)
{
	(void)ctx;
	(void)until_mono_ms;
	return YKT_E_DOWN;
}

static inline int64_t
real_mono(void *ctx)
{
	struct timespec now;

	(void)ctx;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#define HAND_CLOCK(now_ms)                                                                         \
	{                                                                                          \
		.ctx = (now_ms), .wall_ms = hand_mono, .mono_ms = hand_mono, .wait = no_wait       \
	}

static const struct ykt_clock real_clock = {
	.wall_ms = real_mono,
	.mono_ms = real_mono,
	.wait = no_wait,
};

#endif
