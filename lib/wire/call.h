/*
 * One message over HTTPS and its answer, both halves: wire_call() for who asks,
 * a table of routes and wire_dispatch() for who answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_CALL_H
#define WIRE_CALL_H

#include <ykt/driver/alloc.h>
#include <ykt/driver/http.h>

#include "wire/error.h"
#include "wire/json.h"

/*
 * Working memory, one a worker and purpose: calls and dispatches that are inside
 * one another need two. a and b are the owner's while no call is running.
 */
struct wire_scratch {
	const struct ykt_alloc *alloc;
	uint8_t *a;
	size_t a_size;
	uint8_t *b;
	size_t b_size;
};

/* a_size, b_size > 0. alloc is borrowed. YKT_E_NOMEM: *ret is untouched. */
YKT_MUST_USE enum ykt_status wire_scratch_new(
    const struct ykt_alloc *alloc, size_t a_size, size_t b_size, struct wire_scratch **ret);
/* Wipes and frees; accepts NULL in it; leaves NULL. */
void wire_scratch_free(struct wire_scratch **scratch);

/* For wire_call(): the request's and the answer's JSON. */
#define WIRE_CALL_BODY_MAX (64 * 1024)
YKT_MUST_USE enum ykt_status
wire_call_scratch_new(const struct ykt_alloc *alloc, struct wire_scratch **ret);

/*
 * Encodes req, posts it to path, waits until deadline, decodes the answer.
 *
 * YKT_OK: code 200 and rsp is filled. Otherwise rsp is zero or untouched. When
 * the server refused, *ret_error (may be NULL) has its words, empty when it gave
 * none; in every other case *ret_error is zero.
 *
 * YKT_LOGIN_NEEDED, YKT_DENIED, YKT_NOT_FOUND, YKT_BUSY, YKT_MISMATCH,
 * YKT_OVER_LIMIT, YKT_REFUSED: the server's word, see wire_code_status()
 * YKT_UNKNOWN   code 500 and the like: it may have happened
 * YKT_E_SERVER  200 with a body that is no such answer, or no code of ours: it
 *               may have happened
 * YKT_E_ARG     req cannot be encoded; nothing was sent
 * YKT_E_SPACE   req is larger than scratch; nothing was sent
 * YKT_E_NET, YKT_E_NET_UNKNOWN, YKT_E_DEADLINE, YKT_E_DOWN, YKT_E_DRIVER of
 * ykt_http_call()
 */
YKT_MUST_USE enum ykt_status
wire_call(const struct ykt_http *http, const char *path, const struct wire_message *req_msg,
    const void *req, const struct wire_message *rsp_msg, void *rsp, struct wire_scratch *scratch,
    int64_t deadline_mono_ms, struct wire_error *ret_error);

/*
 * The same with ready-made bytes: posts body, gives the answer's code as a
 * status. *ret_body is a view into scratch->b, on YKT_OK and on refusals;
 * *ret_error (may be NULL) as above. body may be in scratch->a.
 */
YKT_MUST_USE enum ykt_status wire_post(const struct ykt_http *http, const char *path,
    struct ykt_bytes body, struct wire_scratch *scratch, int64_t deadline_mono_ms,
    struct ykt_bytes *ret_body, struct wire_error *ret_error);

/*
 * A handler of one route: req is decoded and rsp zero. Gives the code; 200 sends
 * rsp, anything else sends *error (set it with wire_error_set()).
 */
typedef int wire_handler(void *worker, const struct ykt_http_request *http, const void *req,
    void *rsp, struct wire_error *error);

/*
 * One path. Either fn with both messages, or raw, which gets the request as it
 * is and writes the whole answer (sealed, signed, SERAM).
 */
struct wire_route {
	const char *path;  /* compared up to the question mark; only raw may have a query */
	const char *roles; /* who may call: see wire_role_match(); NULL: anyone */
	const struct wire_message *req;
	const struct wire_message *rsp;
	wire_handler *fn;
	ykt_http_handler *raw;
};

/*
 * Answers one request: 404 no such path, 405 not POST, 403 role, 400 body, then
 * the handler. An answer that cannot be encoded becomes 500. scratch is the
 * worker's own, of wire_dispatch_scratch_new() for these routes. Both structures
 * are wiped before it returns. rsp->body must be empty with room for the answer.
 */
void wire_dispatch(const struct wire_route *routes, size_t count, void *worker,
    struct wire_scratch *scratch, const struct ykt_http_request *req,
    struct ykt_http_response *rsp);

/* Scratch that holds the largest request and answer structure of routes. */
YKT_MUST_USE enum ykt_status wire_dispatch_scratch_new(const struct ykt_alloc *alloc,
    const struct wire_route *routes, size_t count, struct wire_scratch **ret);

/* Sets code and body of an answer; the body is empty if it does not fit. */
void wire_respond(
    struct ykt_http_response *rsp, int code, const struct wire_message *msg, const void *body);
void
wire_respond_error(struct ykt_http_response *rsp, int code, const char *token, const char *detail);

/*
 * pattern is a list of names with commas between; a name that ends in * stands
 * for all that begin so: "platform-*,operator". A peer without certificate ("",
 * NULL) matches none.
 */
bool wire_role_match(const char *pattern, const char *peer);

#endif
