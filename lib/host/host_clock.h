/*
 * Driver of the clock port: CLOCK_REALTIME and CLOCK_MONOTONIC.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_CLOCK_H
#define HOST_CLOCK_H

#include <ykt/driver/clock.h>

/*
 * The system's clock. Any thread may use it. Its wait goes on after a signal
 * that does not stop the program, and gives YKT_E_DOWN, at once, when
 * host_signals.h says that the program is to stop.
 */
struct ykt_clock host_clock(void);

#endif
