/*
 * Driver of the random port: getrandom(2), which blocks until the kernel's
 * source is seeded and never gives less than asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_RANDOM_H
#define HOST_RANDOM_H

#include <ykt/driver/random.h>

/* Any thread may use it. YKT_E_RANDOM when the kernel has no such source. */
struct ykt_random host_random(void);

#endif
