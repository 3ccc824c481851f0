/*
 * The answering half.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/secret.h>

#include "wire/call.h"

void
wire_respond(
    struct ykt_http_response *rsp, int code, const struct wire_message *msg, const void *body)
{
	rsp->code = code;
	if (wire_encode(msg, body, &rsp->body) == YKT_OK)
		return;
	/* What was done stands; the asker must take it as unknown. */
	rsp->code = 500;
	if (wire_error_encode(WIRE_ERR_INTERNAL, "the answer does not fit", &rsp->body) != YKT_OK)
		rsp->body.len = 0;
}

void
wire_respond_error(struct ykt_http_response *rsp, int code, const char *token, const char *detail)
{
	struct wire_error error;

	wire_respond(rsp, wire_error_set(&error, code, token, detail), &wire_error_msg, &error);
}

bool
wire_role_match(const char *pattern, const char *peer)
{
	if (peer == NULL || peer[0] == '\0')
		return false;
	while (*pattern != '\0') {
		size_t len = strcspn(pattern, ",");
		bool open = len > 0 && pattern[len - 1] == '*';
		size_t fixed = open ? len - 1 : len;

		if (strncmp(pattern, peer, fixed) == 0 && (open || strlen(peer) == len))
			return true;
		pattern += len;
		pattern += *pattern == ',';
	}

	return false;
}

static const struct wire_route *
find_route(const struct wire_route *routes, size_t count, const char *path)
{
	size_t len = strcspn(path, "?");
	bool query = path[len] != '\0';

	for (size_t i = 0; i < count; i++) {
		if (strlen(routes[i].path) != len || strncmp(routes[i].path, path, len) != 0)
			continue;
		return query && routes[i].raw == NULL ? NULL : &routes[i];
	}

	return NULL;
}

static void
run_handler(const struct wire_route *route, void *worker, struct wire_scratch *scratch,
    const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct wire_error error = { 0 };
	int code;

	assert(route->req->size <= scratch->a_size && route->rsp->size <= scratch->b_size);

	if (wire_decode(route->req, req->body, scratch->a) != YKT_OK) {
		wire_respond_error(
		    rsp, 400, WIRE_ERR_MALFORMED, "the body is not what this path takes");
		return;
	}
	memset(scratch->b, 0, route->rsp->size);
	code = route->fn(worker, req, scratch->a, scratch->b, &error);
	if (code == 200)
		wire_respond(rsp, code, route->rsp, scratch->b);
	else
		wire_respond(rsp, code, &wire_error_msg, &error);
	ykt_wipe(scratch->a, route->req->size);
	ykt_wipe(scratch->b, route->rsp->size);
}

void
wire_dispatch(const struct wire_route *routes, size_t count, void *worker,
    struct wire_scratch *scratch, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	const struct wire_route *route = find_route(routes, count, req->path);

	if (route == NULL)
		wire_respond_error(rsp, 404, WIRE_ERR_NOT_FOUND, "no such path");
	else if (req->method != YKT_HTTP_POST)
		wire_respond_error(rsp, 405, WIRE_ERR_METHOD, "this path takes POST only");
	else if (route->roles != NULL && !wire_role_match(route->roles, req->peer))
		wire_respond_error(rsp, 403, WIRE_ERR_FORBIDDEN, "not for this caller");
	else if (req->body.len > YKT_HTTP_BODY_MAX)
		wire_respond_error(rsp, 413, WIRE_ERR_TOO_LARGE, "the body is too large");
	else if (route->raw != NULL)
		route->raw(worker, req, rsp);
	else
		run_handler(route, worker, scratch, req, rsp);
}

enum ykt_status
wire_dispatch_scratch_new(const struct ykt_alloc *alloc, const struct wire_route *routes,
    size_t count, struct wire_scratch **ret)
{
	size_t a_size = 1;
	size_t b_size = 1;

	for (size_t i = 0; i < count; i++) {
		if (routes[i].raw != NULL)
			continue;
		if (routes[i].req->size > a_size)
			a_size = routes[i].req->size;
		if (routes[i].rsp->size > b_size)
			b_size = routes[i].rsp->size;
	}

	return wire_scratch_new(alloc, a_size, b_size, ret);
}
