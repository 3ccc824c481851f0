/*
 * Driver of the clock port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <time.h>

#include "host/host_clock.h"
#include "host/host_signals.h"

static int64_t
now_ms(clockid_t id)
{
	struct timespec now;
	int failed = clock_gettime(id, &now);

	/* It fails for an unknown clock only, and both are required by POSIX. */
	assert(failed == 0);
	(void)failed;

	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t
clock_wall(void *ctx)
{
	(void)ctx;

	return now_ms(CLOCK_REALTIME);
}

static int64_t
clock_mono(void *ctx)
{
	(void)ctx;

	return now_ms(CLOCK_MONOTONIC);
}

/* Sleeps at most left_ms; shorter after a signal, and when a stop is requested. */
static enum ykt_status
doze(int64_t left_ms)
{
	struct pollfd stop = { .fd = host_stop_fd(), .events = POLLIN };
	struct timespec left = { .tv_sec = (time_t)(left_ms / 1000),
		.tv_nsec = (long)(left_ms % 1000) * 1000000 };

	if (stop.fd < 0) {
		int error = clock_nanosleep(CLOCK_MONOTONIC, 0, &left, NULL);

		return error == 0 || error == EINTR ? YKT_OK : YKT_E_DRIVER;
	}

	/* poll, because a signal just before a sleep would be slept through. */
	if (poll(&stop, 1, left_ms < INT_MAX ? (int)left_ms : INT_MAX) < 0 && errno != EINTR)
		return YKT_E_DRIVER;

	return YKT_OK;
}

static enum ykt_status
clock_wait(void *ctx, int64_t until_mono_ms)
{
	enum ykt_status status = YKT_OK;

	while (status == YKT_OK) {
		int64_t left_ms = until_mono_ms - clock_mono(ctx);

		if (host_stop_requested())
			return YKT_E_DOWN;
		if (left_ms <= 0)
			return YKT_OK;
		status = doze(left_ms);
	}

	return status;
}

struct ykt_clock
host_clock(void)
{
	return (struct ykt_clock){
		.wall_ms = clock_wall,
		.mono_ms = clock_mono,
		.wait = clock_wait,
	};
}
