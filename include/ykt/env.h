/*
 * The environment of a room with logic: everything it may know of the world.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_ENV_H
#define YKT_ENV_H

#include <ykt/driver/alloc.h>
#include <ykt/driver/clock.h>
#include <ykt/driver/random.h>
#include <ykt/driver/trace.h>

/* All required but trace. Borrowed: outlives whatever is given it. */
struct ykt_env {
	const struct ykt_clock *clock;
	const struct ykt_random *random;
	const struct ykt_alloc *alloc;
	const struct ykt_trace *trace;
};

#endif
