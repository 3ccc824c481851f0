/*
 * The request to stop: SIGTERM, SIGINT, or a call; seen by every thread, and by
 * every poll(2) through a pipe that the handler writes to.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_SIGNALS_H
#define HOST_SIGNALS_H

#include <stdbool.h>

#include <ykt/status.h>

/*
 * Installs the handlers, once, before any thread is started; ignores SIGPIPE. A
 * second call does nothing. A second SIGINT or SIGTERM after the first ends the
 * program as if nothing had been installed.
 *
 * YKT_E_INTERNAL  the pipe or a handler could not be made
 */
YKT_MUST_USE enum ykt_status host_signals_install(void);

/* True from the request on, for ever. */
bool host_stop_requested(void);

/* Readable from the request on, for ever; never read from it. -1 before install. */
int host_stop_fd(void);

/* Asks as a signal would. From any thread and from signal handlers. */
void host_stop_request(void);

#endif
