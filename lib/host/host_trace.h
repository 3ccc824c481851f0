/*
 * Driver of the trace port: a line of JSON for each event. The one place that
 * redacts.
 *
 * Of an APDU event named "command" the data is printed, but for commands that
 * carry a PIN, a key, personal data to be stored or an authentication: of
 * those, and of commands that the sink does not know, header and length only.
 * Every other APDU event is an answer: its status word and length only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOST_TRACE_H
#define HOST_TRACE_H

#include <ykt/driver/trace.h>

/* Embedded: its owner provides it and does not move it. */
struct host_trace {
	int fd;
	const char *program; /* "ykt-se", borrowed */
};

/*
 * The port. Any thread: each line is one write(2). An fd that is full or closed
 * loses lines, nothing else.
 */
struct ykt_trace host_trace_port(struct host_trace *trace);

#endif
