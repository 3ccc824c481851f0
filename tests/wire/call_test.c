/*
 * A call through a table of routes and back, without a network.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/mem.h>

#include "wire/call.h"
#include "wire/key_msg.h"
#include "wire_test.h"

/* What the handler below is told to do, and what it saw. */
struct server {
	struct ykt_http http;
	const char *peer;
	int code;             /* the handler's */
	bool unencodable;     /* the handler breaks its own answer */
	int plain_code;       /* if not 0: answered without a dispatch */
	const char *plain;    /* ... with this body */
	enum ykt_status port; /* what the port itself says */
	int calls;
	int64_t attempt;
	char path[128];
	struct wire_scratch *scratch;
};

static int
on_tac(void *worker, const struct ykt_http_request *http, const void *in, void *out,
    struct wire_error *error)
{
	const struct wire_key_load_tac_req *req = in;
	struct wire_key_load_tac_rsp *rsp = out;
	struct server *server = worker;

	assert_string_equal(http->peer, server->peer);
	assert_true(all_zero(rsp, sizeof(*rsp)));
	server->calls++;
	server->attempt = req->attempt;
	if (server->code != 200)
		return wire_error_set(error, server->code, WIRE_ERR_HELD, "for a test");
	rsp->ok = true;
	rsp->balance_fen = server->unencodable ? WIRE_FEN_MAX + 1 : 5000;

	return 200;
}

static void
on_raw(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct server *server = worker;

	server->calls++;
	snprintf(server->path, sizeof(server->path), "%s", req->path);
	rsp->code = 200;
	ykt_put(&rsp->body, req->body);
}

static const struct wire_route routes[] = {
	{ WIRE_PATH_KEY_LOAD_TAC, "platform-*", &wire_key_load_tac_req_msg,
	    &wire_key_load_tac_rsp_msg, on_tac, NULL },
	{ "/raw", NULL, NULL, NULL, NULL, on_raw },
};

static enum ykt_status
server_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct server *server = ctx;
	struct ykt_http_request seen = *req;

	if (server->port != YKT_OK)
		return server->port;
	seen.peer = server->peer;
	if (server->plain_code != 0) {
		rsp->code = server->plain_code;
		ykt_put(&rsp->body, ykt_bytes_str(server->plain));
		return YKT_OK;
	}
	wire_dispatch(routes, YKT_ARRAY_LEN(routes), server, server->scratch, &seen, rsp);

	return YKT_OK;
}

static void
server_init(struct server *server)
{
	*server = (struct server){ .peer = "platform-9901", .code = 200 };
	server->http.ctx = server;
	server->http.call = server_call;
	assert_status(wire_dispatch_scratch_new(
			  &ykt_alloc_libc, routes, YKT_ARRAY_LEN(routes), &server->scratch),
	    YKT_OK);
}

static const struct wire_key_load_tac_req tac_req = {
	"0123456789abcdef0123456789abcdef",
	3,
	{ 1, 2, 3, 4 },
};

static void
test_a_call_arrives(void **state)
{
	struct wire_scratch *scratch = NULL;
	struct wire_key_load_tac_rsp rsp;
	struct wire_error error;
	struct server server;

	(void)state;
	server_init(&server);
	assert_status(wire_call_scratch_new(&ykt_alloc_libc, &scratch), YKT_OK);
	memset(&error, 0xA5, sizeof(error));
	assert_status(wire_call(&server.http, WIRE_PATH_KEY_LOAD_TAC, &wire_key_load_tac_req_msg,
			  &tac_req, &wire_key_load_tac_rsp_msg, &rsp, scratch, 1000, &error),
	    YKT_OK);
	assert_int_equal(server.calls, 1);
	assert_int_equal(server.attempt, 3);
	assert_true(rsp.ok);
	assert_int_equal(rsp.balance_fen, 5000);
	assert_true(all_zero(&error, sizeof(error)));
	/* Nothing of the exchange stays behind. */
	assert_true(all_zero(scratch->a, scratch->a_size));
	assert_true(all_zero(scratch->b, scratch->b_size));
	assert_true(all_zero(server.scratch->a, server.scratch->a_size));
	assert_true(all_zero(server.scratch->b, server.scratch->b_size));
	wire_scratch_free(&scratch);
	assert_null(scratch);
	wire_scratch_free(&scratch);
	wire_scratch_free(&server.scratch);
}

static void
test_a_refusal_comes_back(void **state)
{
	static const struct {
		const char *why;
		int code;
		const char *peer;
		const char *path;
		enum ykt_status status;
		const char *token;
		int calls;
	} rows[] = {
		{ "the handler's word", 409, "platform-9901", WIRE_PATH_KEY_LOAD_TAC, YKT_BUSY,
		    "held", 1 },
		{ "the handler's other word", 422, "platform-9901", WIRE_PATH_KEY_LOAD_TAC,
		    YKT_MISMATCH, "held", 1 },
		{ "the handler is broken", 500, "platform-9901", WIRE_PATH_KEY_LOAD_TAC,
		    YKT_UNKNOWN, "held", 1 },
		{ "another role", 200, "tsm-9901", WIRE_PATH_KEY_LOAD_TAC, YKT_DENIED, "forbidden",
		    0 },
		{ "no certificate", 200, "", WIRE_PATH_KEY_LOAD_TAC, YKT_DENIED, "forbidden", 0 },
		{ "no such path", 200, "platform-9901", "/key/load.ta", YKT_NOT_FOUND, "not_found",
		    0 },
		{ "a longer path", 200, "platform-9901", "/key/load.tac/", YKT_NOT_FOUND,
		    "not_found", 0 },
		{ "a query where there is none", 200, "platform-9901", "/key/load.tac?x=1",
		    YKT_NOT_FOUND, "not_found", 0 },
	};
	struct wire_scratch *scratch = NULL;
	struct server server;

	(void)state;
	assert_status(wire_call_scratch_new(&ykt_alloc_libc, &scratch), YKT_OK);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_key_load_tac_rsp rsp = { true, 7 };
		struct wire_error error;

		server_init(&server);
		server.code = rows[i].code;
		server.peer = rows[i].peer;
		assert_status_why(
		    wire_call(&server.http, rows[i].path, &wire_key_load_tac_req_msg, &tac_req,
			&wire_key_load_tac_rsp_msg, &rsp, scratch, 1000, &error),
		    rows[i].status, rows[i].why);
		assert_string_equal(error.error, rows[i].token);
		assert_int_equal(server.calls, rows[i].calls);
		assert_int_equal(rsp.balance_fen, 7);
		wire_scratch_free(&server.scratch);
	}
	wire_scratch_free(&scratch);
}

static void
test_a_strange_answer(void **state)
{
	static const struct {
		const char *why;
		int code;
		const char *body;
		enum ykt_status status;
	} rows[] = {
		{ "200 with another message", 200, "{\"ok\":true}", YKT_E_SERVER },
		{ "200 with an empty body", 200, "", YKT_E_SERVER },
		{ "200 with a page", 200, "<html>", YKT_E_SERVER },
		{ "a gateway's page", 502, "<html>", YKT_UNKNOWN },
		{ "busy without words", 503, "", YKT_BUSY },
		{ "a redirect", 302, "", YKT_E_SERVER },
		{ "created", 201, "{\"ok\":true,\"balance_fen\":1}", YKT_E_SERVER },
	};
	struct wire_scratch *scratch = NULL;
	struct server server;

	(void)state;
	assert_status(wire_call_scratch_new(&ykt_alloc_libc, &scratch), YKT_OK);
	server_init(&server);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_key_load_tac_rsp rsp;
		struct wire_error error;

		memset(&error, 0xA5, sizeof(error));
		server.plain_code = rows[i].code;
		server.plain = rows[i].body;
		assert_status_why(
		    wire_call(&server.http, WIRE_PATH_KEY_LOAD_TAC, &wire_key_load_tac_req_msg,
			&tac_req, &wire_key_load_tac_rsp_msg, &rsp, scratch, 1000, &error),
		    rows[i].status, rows[i].why);
		assert_true_why(all_zero(&error, sizeof(error)), rows[i].why);
	}
	server.port = YKT_E_NET_UNKNOWN;
	assert_status(wire_call(&server.http, WIRE_PATH_KEY_LOAD_TAC, &wire_key_load_tac_req_msg,
			  &tac_req, &wire_key_load_tac_rsp_msg, NULL, scratch, 1000, NULL),
	    YKT_E_NET_UNKNOWN);
	server.port = YKT_E_DOWN;
	assert_status(wire_call(&server.http, WIRE_PATH_KEY_LOAD_TAC, &wire_key_load_tac_req_msg,
			  &tac_req, &wire_key_load_tac_rsp_msg, NULL, scratch, 1000, NULL),
	    YKT_E_DOWN);
	wire_scratch_free(&server.scratch);
	wire_scratch_free(&scratch);
}

static void
test_what_cannot_be_sent(void **state)
{
	struct wire_key_load_tac_req req = tac_req;
	struct wire_scratch *scratch = NULL;
	struct server server;

	(void)state;
	server_init(&server);
	assert_status(wire_scratch_new(&ykt_alloc_libc, 32, 256, &scratch), YKT_OK);
	assert_status(wire_call(&server.http, WIRE_PATH_KEY_LOAD_TAC, &wire_key_load_tac_req_msg,
			  &req, &wire_key_load_tac_rsp_msg, NULL, scratch, 1000, NULL),
	    YKT_E_SPACE);
	req.attempt = -1;
	assert_status(wire_call(&server.http, WIRE_PATH_KEY_LOAD_TAC, &wire_key_load_tac_req_msg,
			  &req, &wire_key_load_tac_rsp_msg, NULL, scratch, 1000, NULL),
	    YKT_E_ARG);
	assert_int_equal(server.calls, 0);
	wire_scratch_free(&scratch);
	wire_scratch_free(&server.scratch);
}

/* The answering half alone: codes and bodies. */
static void
test_dispatch(void **state)
{
	static const struct {
		const char *why;
		enum ykt_http_method method;
		const char *path;
		const char *body;
		bool unencodable;
		int code;
		const char *answer;
	} rows[] = {
		{ "a GET", YKT_HTTP_GET, WIRE_PATH_KEY_LOAD_TAC, "", false, 405,
		    "{\"error\":\"method\",\"detail\":\"this path takes POST only\"}" },
		{ "a bad body", YKT_HTTP_POST, WIRE_PATH_KEY_LOAD_TAC, "{\"x\":1}", false, 400,
		    "{\"error\":\"malformed\",\"detail\":\"the body is not what this path "
		    "takes\"}" },
		{ "an answer that cannot be written", YKT_HTTP_POST, WIRE_PATH_KEY_LOAD_TAC,
		    "{\"order_id\":\"x\",\"attempt\":1,\"tac\":\"00000000\"}", true, 500,
		    "{\"error\":\"internal\",\"detail\":\"the answer does not fit\"}" },
		{ "a good one", YKT_HTTP_POST, WIRE_PATH_KEY_LOAD_TAC,
		    "{\"order_id\":\"x\",\"attempt\":1,\"tac\":\"00000000\"}", false, 200,
		    "{\"ok\":true,\"balance_fen\":5000}" },
		{ "a raw one with a query", YKT_HTTP_POST, "/raw?a=b", "echo", false, 200, "echo" },
	};
	struct server server;

	(void)state;
	server_init(&server);
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct ykt_http_request req = { rows[i].method, rows[i].path,
			ykt_bytes_str(rows[i].body), 0, server.peer };
		uint8_t out[256];
		struct ykt_http_response rsp = { 0, YKT_BUF(out) };

		server.unencodable = rows[i].unencodable;
		wire_dispatch(routes, YKT_ARRAY_LEN(routes), &server, server.scratch, &req, &rsp);
		assert_true_why(rsp.code == rows[i].code, rows[i].why);
		assert_true_why(
		    ykt_bytes_equal(ykt_buf_view(&rsp.body), ykt_bytes_str(rows[i].answer)),
		    rows[i].why);
	}
	assert_string_equal(server.path, "/raw?a=b");
	wire_scratch_free(&server.scratch);
}

static void
test_roles(void **state)
{
	static const struct {
		const char *pattern;
		const char *peer;
		bool match;
	} rows[] = {
		{ "platform-*", "platform-9901", true },
		{ "platform-*", "platform-", true },
		{ "platform-*", "platform", false },
		{ "platform-*", "tsm-9901", false },
		{ "platform-*", "xplatform-9901", false },
		{ "platform-9901", "platform-9901", true },
		{ "platform-9901", "platform-99011", false },
		{ "platform-9901", "platform-990", false },
		{ "tsm-*,platform-*", "platform-9901", true },
		{ "tsm-*,operator", "operator", true },
		{ "tsm-*,operator", "operator2", false },
		{ "tsm-*,operator", "oper", false },
		{ "", "x", false },
		{ "*", "x", true },
		{ "*", "", false },
		{ "*", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++)
		assert_true_why(wire_role_match(rows[i].pattern, rows[i].peer) == rows[i].match,
		    rows[i].pattern);
}

/* An allocator that fails the n-th time, and counts what is out. */
struct failing {
	struct ykt_alloc alloc;
	int left;
	int out;
};

static void *
failing_get(void *ctx, size_t size)
{
	struct failing *failing = ctx;

	if (failing->left-- == 0)
		return NULL;
	failing->out++;

	return calloc(1, size);
}

static void
failing_put(void *ctx, void *p, size_t size)
{
	struct failing *failing = ctx;

	(void)size;
	failing->out--;
	free(p);
}

static void
test_memory_runs_out(void **state)
{
	struct failing failing = { .alloc = { &failing, failing_get, failing_put } };
	struct wire_scratch *scratch = NULL;

	(void)state;
	for (int n = 0; n < 3; n++) {
		failing.left = n;
		assert_status(wire_call_scratch_new(&failing.alloc, &scratch), YKT_E_NOMEM);
		assert_null(scratch);
		assert_int_equal(failing.out, 0);
	}
	failing.left = 3;
	assert_status(wire_call_scratch_new(&failing.alloc, &scratch), YKT_OK);
	wire_scratch_free(&scratch);
	assert_int_equal(failing.out, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_call_arrives),
		cmocka_unit_test(test_a_refusal_comes_back),
		cmocka_unit_test(test_a_strange_answer),
		cmocka_unit_test(test_what_cannot_be_sent),
		cmocka_unit_test(test_dispatch),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
