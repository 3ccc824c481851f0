/*
 * Port: time. The only source of time and the only place that waits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_CLOCK_H
#define YKT_DRIVER_CLOCK_H

#include <stdint.h>

#include <ykt/status.h>

struct ykt_clock {
	void *ctx;
	/* UTC milliseconds since 1970. May jump. For records and validity only. */
	int64_t (*wall_ms)(void *ctx);
	/* Never goes back. For deadlines and time-outs. */
	int64_t (*mono_ms)(void *ctx);
	/*
	 * Returns YKT_OK when mono_ms has reached until_mono_ms, at once when it
	 * already has. YKT_E_DOWN: the node is stopping.
	 */
	enum ykt_status (*wait)(void *ctx, int64_t until_mono_ms);
};

int64_t ykt_clock_wall(const struct ykt_clock *clock);
int64_t ykt_clock_mono(const struct ykt_clock *clock);
/* YKT_E_DRIVER: the driver came back too early, or with what is no status of wait. */
YKT_MUST_USE enum ykt_status ykt_clock_wait(const struct ykt_clock *clock, int64_t until_mono_ms);

#endif
