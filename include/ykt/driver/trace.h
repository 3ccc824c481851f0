/*
 * Port: what happened, as typed events, so that one place redacts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_TRACE_H
#define YKT_DRIVER_TRACE_H

#include <ykt/bytes.h>

enum ykt_trace_kind {
	YKT_TRACE_APDU,     /* bytes: command or response; the sink redacts by instruction */
	YKT_TRACE_HTTP,     /* name: method and path without its query; number: code */
	YKT_TRACE_STATE,    /* name: "order paid"; number: its id */
	YKT_TRACE_SECURITY, /* name: what was refused; number: status */
	YKT_TRACE_ERROR,    /* name: where; number: status */
};

struct ykt_trace_event {
	enum ykt_trace_kind kind;
	const char *room; /* "platform" */
	const char *name; /* constant text, never user input, never a secret */
	int64_t number;
	struct ykt_bytes bytes; /* APDU only */
};

struct ykt_trace {
	void *ctx;
	void (*event)(void *ctx, const struct ykt_trace_event *event);
};

/* Accepts NULL for trace. */
void ykt_trace_event(const struct ykt_trace *trace, const struct ykt_trace_event *event);

#endif
