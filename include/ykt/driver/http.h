/*
 * Port: HTTPS, client side as a table, server side as a handler type.
 *
 * A peer's certificate is checked by the driver, once per connection, before
 * any handler or any body byte is believed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_HTTP_H
#define YKT_DRIVER_HTTP_H

#include <ykt/bytes.h>

#define YKT_HTTP_BODY_MAX (256 * 1024)
#define YKT_HTTP_PATH_MAX 512
#define YKT_HTTP_NAME_MAX 64

enum ykt_http_method { YKT_HTTP_GET, YKT_HTTP_POST };

struct ykt_http_request {
	enum ykt_http_method method;
	const char *path;      /* absolute path with query, NUL-terminated, at most PATH_MAX - 1 */
	struct ykt_bytes body; /* JSON in UTF-8, or empty */
	int64_t deadline_mono_ms;
	/* Server side only: the peer's certificate common name, "" without one. */
	const char *peer;
};

/* body.data is the caller's (client) or the driver's (server) buffer. */
struct ykt_http_response {
	int code; /* 100..599 */
	struct ykt_buf body;
};

struct ykt_http {
	void *ctx;
	/*
	 * One request to one server, whose address the driver knows. YKT_OK: an
	 * answer with any code came whole. YKT_E_NET: the request certainly did not
	 * reach a handler. YKT_E_NET_UNKNOWN: it may have. The answer's body is
	 * written only on YKT_OK.
	 */
	enum ykt_status (*call)(
	    void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp);
};

/*
 * What a server room exports. worker is the caller's per-thread context (its
 * crypto and scratch memory). Must always set rsp->code. Never called twice at
 * once with the same worker.
 */
typedef void
ykt_http_handler(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp);

/*
 * Checks the request, calls the driver, checks what came back. *rsp is written
 * on YKT_OK only; otherwise its buffer is wiped and keeps its length.
 *
 * YKT_E_ARG     a path that is not one (absolute, printable ASCII, PATH_MAX) or
 *               a body over BODY_MAX; nothing was sent
 * YKT_E_SERVER  the answer does not fit the buffer
 * YKT_E_DRIVER  the driver broke its contract; it may have reached the server
 * and every error of the driver
 */
YKT_MUST_USE enum ykt_status ykt_http_call(
    const struct ykt_http *http, const struct ykt_http_request *req, struct ykt_http_response *rsp);

#endif
