/*
 * Answers: JSON, never stored by anyone on the way, wiped when sent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include <ykt/mem.h>

#include "http/http_internal.h"

/* A copy of a body that the library gives back when it is sent. */
struct answer {
	const struct ykt_alloc *alloc;
	size_t size; /* of all of this */
	uint8_t data[];
};

static void
answer_free(void *cls)
{
	struct answer *answer = cls;

	ykt_mem_put(answer->alloc, &answer, answer->size);
}

struct MHD_Response *
http_answer_make(const struct http_server *server, struct ykt_bytes body)
{
	size_t size = sizeof(struct answer) + body.len;
	struct MHD_Response *response;
	struct answer *answer;

	answer = ykt_mem_get(server->options.env->alloc, size);
	if (answer == NULL)
		return NULL;
	answer->alloc = server->options.env->alloc;
	answer->size = size;
	if (body.len > 0)
		memcpy(answer->data, body.data, body.len);
	response = MHD_create_response_from_buffer_with_free_callback_cls(
	    body.len, answer->data, answer_free, answer);
	if (response == NULL) {
		answer_free(answer);
		return NULL;
	}
	if (MHD_add_response_header(response, "Content-Type", "application/json") != MHD_YES ||
	    MHD_add_response_header(response, "Cache-Control", "no-store") != MHD_YES) {
		MHD_destroy_response(response);
		return NULL;
	}
	return response;
}

struct refusal {
	int code;
	const char *token;
	const char *detail;
};

static const struct refusal refusals[] = {
	{ 400, "malformed", "the request is not acceptable HTTP" },
	{ 403, "forbidden", "this peer may not ask for this" },
	{ 404, "not_found", "no such thing" }, { 405, "method", "GET and POST only" },
	{ 411, "length", "a body needs its length" },
	{ 413, "too_large", "the body is over the limit" },
	{ 414, "path", "the path is over the limit" },
	{ 415, "type", "the body must be plain application/json" },
	{ 417, "expect", "no expectation is met here" },
	{ 431, "headers", "the header block is over the limit" },
	{ 503, "busy", "try again later" }, { 505, "version", "HTTP/1.1 only" },
	{ 500, "internal", "our fault" }, /* last: for every other code */
};

struct MHD_Response *
http_answer_refusal(const struct http_server *server, int code)
{
	const struct refusal *refusal = refusals;
	struct MHD_Response *response;
	char text[160];

	while (refusal->code != code && refusal < &refusals[YKT_ARRAY_LEN(refusals) - 1])
		refusal++;
	(void)snprintf(text, sizeof(text), "{\"error\":\"%s\",\"detail\":\"%s\"}", refusal->token,
	    refusal->detail);
	response = http_answer_make(server, ykt_bytes_str(text));
	if (response == NULL)
		return NULL;
	/* What follows a refused request cannot be told from its body. */
	if (MHD_add_response_header(response, "Connection", "close") != MHD_YES ||
	    (code == 405 && MHD_add_response_header(response, "Allow", "GET, POST") != MHD_YES)) {
		MHD_destroy_response(response);
		return NULL;
	}
	return response;
}
