/*
 * The asking half, and the working memory of both.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "wire/call.h"

enum ykt_status
wire_scratch_new(
    const struct ykt_alloc *alloc, size_t a_size, size_t b_size, struct wire_scratch **ret)
{
	struct wire_scratch *scratch = ykt_mem_get(alloc, sizeof(*scratch));

	if (scratch == NULL)
		return YKT_E_NOMEM;
	*scratch = (struct wire_scratch){ .alloc = alloc, .a_size = a_size, .b_size = b_size };
	scratch->a = ykt_mem_get(alloc, a_size);
	scratch->b = scratch->a == NULL ? NULL : ykt_mem_get(alloc, b_size);
	if (scratch->b == NULL) {
		wire_scratch_free(&scratch);
		return YKT_E_NOMEM;
	}
	*ret = scratch;

	return YKT_OK;
}

void
wire_scratch_free(struct wire_scratch **scratch)
{
	struct wire_scratch *old = *scratch;

	if (old == NULL)
		return;
	ykt_mem_put(old->alloc, &old->a, old->a_size);
	ykt_mem_put(old->alloc, &old->b, old->b_size);
	ykt_mem_put(old->alloc, scratch, sizeof(*old));
}

enum ykt_status
wire_call_scratch_new(const struct ykt_alloc *alloc, struct wire_scratch **ret)
{
	return wire_scratch_new(alloc, WIRE_CALL_BODY_MAX, WIRE_CALL_BODY_MAX, ret);
}

/* The server's words, when it refused in ours; a gateway's page gives none. */
static void
read_error(struct ykt_bytes body, struct wire_error *ret_error)
{
	if (ret_error == NULL)
		return;
	if (wire_decode(&wire_error_msg, body, ret_error) != YKT_OK)
		memset(ret_error, 0, sizeof(*ret_error));
}

enum ykt_status
wire_post(const struct ykt_http *http, const char *path, struct ykt_bytes body,
    struct wire_scratch *scratch, int64_t deadline_mono_ms, struct ykt_bytes *ret_body,
    struct wire_error *ret_error)
{
	struct ykt_http_request req = {
		.method = YKT_HTTP_POST,
		.path = path,
		.body = body,
		.deadline_mono_ms = deadline_mono_ms,
		.peer = "",
	};
	struct ykt_http_response rsp = { .body = { scratch->b, 0, scratch->b_size, false } };
	enum ykt_status status;

	if (ret_error != NULL)
		memset(ret_error, 0, sizeof(*ret_error));
	*ret_body = ykt_bytes(NULL, 0);
	status = ykt_http_call(http, &req, &rsp);
	if (status != YKT_OK)
		return status;
	*ret_body = ykt_buf_view(&rsp.body);
	status = wire_code_status(rsp.code);
	if (status != YKT_OK)
		read_error(*ret_body, ret_error);

	return status;
}

enum ykt_status
wire_call(const struct ykt_http *http, const char *path, const struct wire_message *req_msg,
    const void *req, const struct wire_message *rsp_msg, void *rsp, struct wire_scratch *scratch,
    int64_t deadline_mono_ms, struct wire_error *ret_error)
{
	struct ykt_buf json = { scratch->a, 0, scratch->a_size, false };
	struct ykt_bytes body = { NULL, 0 };
	enum ykt_status status;

	if (ret_error != NULL)
		memset(ret_error, 0, sizeof(*ret_error));
	status = wire_encode(req_msg, req, &json);
	if (status != YKT_OK)
		return status;
	status =
	    wire_post(http, path, ykt_buf_view(&json), scratch, deadline_mono_ms, &body, ret_error);
	if (status == YKT_OK && wire_decode(rsp_msg, body, rsp) != YKT_OK)
		status = YKT_E_SERVER;
	/* Either may have carried keys; only what was written needs a wipe. */
	ykt_wipe(scratch->a, json.len);
	if (body.len != 0)
		ykt_wipe(scratch->b, body.len);

	return status;
}
