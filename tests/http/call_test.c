/*
 * Our client against our server: what goes through, what the limits are.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_help.h"

static void
test_a_good_call_comes_back(void **state)
{
	struct http_server *server = help_server("server", false);
	struct http_client *client = help_client(http_server_port(server), NULL);
	struct help_answer answer = help_call(client, "/echo?x=1", "{\"a\":1}");

	(void)state;
	ASSERT_STATUS(answer.status, YKT_OK);
	assert_int_equal(answer.code, 200);
	assert_string_equal(answer.body, "{\"a\":1}");
	answer = help_call(client, "/nowhere", NULL);
	ASSERT_STATUS(answer.status, YKT_OK);
	assert_int_equal(answer.code, 404);
	answer = help_call(client, "/peer", NULL);
	assert_string_equal(answer.body, "\"\"");
	answer = help_call(client, "/echo", "");
	assert_int_equal(answer.code, 200);
	assert_string_equal(answer.body, "");
	http_client_close(&client);
	http_server_stop(&server);
	assert_null(server);
	assert_null(client);
}

static void
test_mutual_tls_tells_the_peers_name(void **state)
{
	struct http_server *server = help_server("server", true);
	struct http_client *client = help_client(http_server_port(server), "client");

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct help_answer answer = help_call(client, "/peer", NULL);

		ASSERT_STATUS(answer.status, YKT_OK);
		assert_int_equal(answer.code, 200);
		assert_string_equal(answer.body, "\"tsm-9901\"");
	}
	http_client_close(&client);
	http_server_stop(&server);
}

static int
policy(void *arg, enum ykt_http_method method, const char *path, const char *peer)
{
	assert_string_equal(arg, "policy");
	if (strcmp(path, "/echo") != 0)
		return strcmp(peer, "tsm-9901") == 0 ? 404 : 403;
	return method == YKT_HTTP_POST ? 0 : 405;
}

static void
test_the_policy_refuses_before_the_handler(void **state)
{
	struct http_server_options options = help_server_options("server", true);
	struct http_server *server = NULL;
	struct http_client *client;
	unsigned before = help_handled();

	(void)state;
	options.policy = policy;
	options.policy_arg = (void *)(uintptr_t) "policy";
	ASSERT_STATUS(http_server_start(&options, &server), YKT_OK);
	client = help_client(http_server_port(server), "client");
	assert_int_equal(help_call(client, "/peer?echo", NULL).code, 404);
	assert_int_equal(help_call(client, "/echo", NULL).code, 405);
	assert_int_equal(help_handled(), before);
	assert_int_equal(help_call(client, "/echo?x", "1").code, 200);
	http_client_close(&client);
	http_server_stop(&server);
}

static enum ykt_status
call_len(struct http_client *client, const char *path, size_t len, size_t cap,
    struct ykt_http_response *ret_rsp)
{
	uint8_t *body = malloc(len + 1);
	uint8_t *out = malloc(cap);
	struct ykt_http_request req = { .method = YKT_HTTP_POST,
		.path = path,
		.body = { body, len },
		.deadline_mono_ms = help_now() + 5000 };
	struct ykt_http_response rsp = { -1, { out, 0, cap, false } };
	enum ykt_status status;

	memset(body, '1', len + 1);
	status = ykt_http_call(http_client_port(client), &req, &rsp);
	if (status == YKT_OK && rsp.code == 200 && rsp.body.len == len)
		assert_memory_equal(out, body, len);
	free(body);
	free(out);
	*ret_rsp = rsp;
	return status;
}

static void
test_bodies_at_and_over_the_limit(void **state)
{
	struct http_server_options options = help_server_options("server", false);
	struct http_server *server = NULL;
	struct http_server *small = NULL;
	struct http_client *client;
	struct ykt_http_response rsp;

	(void)state;
	ASSERT_STATUS(http_server_start(&options, &server), YKT_OK);
	options = help_server_options("server", false);
	options.body_max = 1000;
	ASSERT_STATUS(http_server_start(&options, &small), YKT_OK);
	client = help_client(http_server_port(server), NULL);
	ASSERT_STATUS(
	    call_len(client, "/echo", YKT_HTTP_BODY_MAX, YKT_HTTP_BODY_MAX, &rsp), YKT_OK);
	assert_int_equal(rsp.code, 200);
	assert_int_equal(rsp.body.len, YKT_HTTP_BODY_MAX);
	/* The answer is larger than the caller's buffer. */
	ASSERT_STATUS(call_len(client, "/big", 1, 1000, &rsp), YKT_E_SERVER);
	assert_int_equal(rsp.code, -1);
	/* The handler said more than an answer holds. */
	ASSERT_STATUS(call_len(client, "/overflow", 1, 1000, &rsp), YKT_OK);
	assert_int_equal(rsp.code, 500);
	http_client_close(&client);
	client = help_client(http_server_port(small), NULL);
	ASSERT_STATUS(call_len(client, "/echo", 1000, 1000, &rsp), YKT_OK);
	assert_int_equal(rsp.code, 200);
	ASSERT_STATUS(call_len(client, "/echo", 1001, 1001, &rsp), YKT_OK);
	assert_int_equal(rsp.code, 413);
	http_client_close(&client);
	http_server_stop(&small);
	http_server_stop(&server);
}

#define CALLERS 64

struct caller {
	pthread_t thread;
	struct http_client *client;
	struct help_answer answer;
};

static void *
caller_main(void *arg)
{
	struct caller *caller = arg;

	caller->answer = help_call(caller->client, "/echo", "[64]");
	return NULL;
}

static void
test_64_callers_at_once_are_all_answered(void **state)
{
	struct http_server *server = help_server("server", true);
	struct http_client *client = help_client(http_server_port(server), "client");
	struct caller *callers = calloc(CALLERS, sizeof(*callers));
	unsigned before = help_handled();

	(void)state;
	for (size_t i = 0; i < CALLERS; i++) {
		callers[i].client = client;
		assert_int_equal(
		    pthread_create(&callers[i].thread, NULL, caller_main, &callers[i]), 0);
	}
	for (size_t i = 0; i < CALLERS; i++) {
		(void)pthread_join(callers[i].thread, NULL);
		ASSERT_STATUS(callers[i].answer.status, YKT_OK);
		assert_string_equal(callers[i].answer.body, "[64]");
	}
	assert_int_equal(help_handled() - before, CALLERS);
	free(callers);
	http_client_close(&client);
	http_server_stop(&server);
}

static void
test_bad_client_options_are_refused(void **state)
{
	static const char good_pin[] = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
	static const struct {
		const char *why;
		enum ykt_status want;
		const char *base;
		const char *ca;
		const char *cert;
		const char *key;
		const char *pins;
	} rows[] = {
		{ "plain http", YKT_E_ARG, "http://a", "ca", NULL, NULL, NULL },
		{ "no host", YKT_E_ARG, "https://", "ca", NULL, NULL, NULL },
		{ "user", YKT_E_ARG, "https://u@a", "ca", NULL, NULL, NULL },
		{ "path", YKT_E_ARG, "https://a/", "ca", NULL, NULL, NULL },
		{ "port 0", YKT_E_ARG, "https://a:0", "ca", NULL, NULL, NULL },
		{ "port 65536", YKT_E_ARG, "https://a:65536", "ca", NULL, NULL, NULL },
		{ "port empty", YKT_E_ARG, "https://a:", "ca", NULL, NULL, NULL },
		{ "no CA", YKT_E_ARG, "https://a", NULL, NULL, NULL, NULL },
		{ "CA missing", YKT_E_FILE, "https://a", "nothing", NULL, NULL, NULL },
		{ "key without certificate", YKT_E_ARG, "https://a", "ca", NULL, "ca", NULL },
		{ "certificate missing", YKT_E_FILE, "https://a", "ca", "nothing", "ca", NULL },
		{ "empty pin", YKT_E_ARG, "https://a", "ca", NULL, NULL, "" },
		{ "short pin", YKT_E_ARG, "https://a", "ca", NULL, NULL, "sha256//AAA=" },
		{ "file as pin", YKT_E_ARG, "https://a", "ca", NULL, NULL, "ca.pem" },
		{ "all well", YKT_OK, "https://a:65535", "ca", "client", "client", good_pin },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
#define FILE_OF(name, ext) ((name) != NULL ? test_ca_path(help_folder, (name), ext) : NULL)
		struct http_client_options options = { .base_url = rows[i].base,
			.ca_file = FILE_OF(rows[i].ca, "pem"),
			.cert_file = FILE_OF(rows[i].cert, "pem"),
			.key_file = FILE_OF(rows[i].key, "key"),
			.pins = rows[i].pins,
			.env = &help_env };
		struct http_client *client = NULL;
		enum ykt_status status = http_client_open(&options, &client);

		if (status != rows[i].want)
			fail_msg("%s: %s", rows[i].why, ykt_status_name(status));
		assert_true((client != NULL) == (status == YKT_OK));
		http_client_close(&client);
	}
}

static void
test_bad_server_options_are_refused(void **state)
{
	static const struct {
		const char *why;
		enum ykt_status want;
		const char *cert;
		const char *key;
		bool mutual;
		const char *ca;
	} rows[] = {
		{ "no certificate file", YKT_E_FILE, "nothing.pem", "server.key", false, NULL },
		{ "another's key", YKT_E_KEY, "server.pem", "client.key", false, NULL },
		{ "key for certificate", YKT_E_KEY, "server.key", "server.key", false, NULL },
		{ "mutual without CA", YKT_E_ARG, "server.pem", "server.key", true, NULL },
		{ "CA without mutual", YKT_E_ARG, "server.pem", "server.key", false, "ca.pem" },
		{ "CA is a key", YKT_E_KEY, "server.pem", "server.key", true, "ca.key" },
		{ "CA is a folder", YKT_E_FILE, "server.pem", "server.key", true, "." },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct http_server_options options = help_server_options("server", false);
		struct http_server *server = NULL;
		char paths[3][TEST_CA_PATH_MAX];
		enum ykt_status status;

		(void)snprintf(paths[0], sizeof(paths[0]), "%s/%s", help_folder, rows[i].cert);
		(void)snprintf(paths[1], sizeof(paths[1]), "%s/%s", help_folder, rows[i].key);
		(void)snprintf(paths[2], sizeof(paths[2]), "%s/%s", help_folder,
		    rows[i].ca != NULL ? rows[i].ca : "");
		options.cert_file = paths[0];
		options.key_file = paths[1];
		options.require_client_cert = rows[i].mutual;
		options.ca_file = rows[i].ca != NULL ? paths[2] : NULL;
		status = http_server_start(&options, &server);
		if (status != rows[i].want)
			fail_msg("%s: %s", rows[i].why, ykt_status_name(status));
		assert_null(server);
	}
}

/* F9: opening, one call and closing with each request for memory refused once. */
static void
test_each_refused_allocation_is_survived(void **state)
{
	struct http_client_options client_options = {
		.ca_file = test_ca_path(help_folder, "ca", "pem"), .env = &help_env
	};
	struct http_server_options options = help_server_options("server", false);
	unsigned refused = 0;
	bool failed = true;

	(void)state;
	options.worker_count = 1;
	for (unsigned nth = 1; failed; nth++) {
		struct http_server *server = NULL;
		struct http_client *client = NULL;
		enum ykt_status status;
		char base[64];

		help_memory_fail(nth);
		status = http_server_start(&options, &server);
		if (status == YKT_OK) {
			(void)snprintf(base, sizeof(base), HELP_SCHEME "127.0.0.1:%u",
			    http_server_port(server));
			client_options.base_url = base;
			status = http_client_open(&client_options, &client);
		}
		if (status == YKT_OK) {
			/* Cut or refused, but never half an answer. */
			struct help_answer answer = help_call(client, "/echo", "123456");

			assert_true(answer.status != YKT_OK || answer.code == 503 ||
				    strcmp(answer.body, "123456") == 0);
			failed = help_memory_failed();
			help_memory_fail(0);
			ASSERT_STATUS(help_call(client, "/echo", "1").status, YKT_OK);
		} else {
			ASSERT_STATUS(status, YKT_E_NOMEM);
		}
		refused += failed;
		http_client_close(&client);
		http_server_stop(&server);
	}
	help_memory_fail(0);
	assert_in_range(refused, 8, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_good_call_comes_back),
		cmocka_unit_test(test_mutual_tls_tells_the_peers_name),
		cmocka_unit_test(test_the_policy_refuses_before_the_handler),
		cmocka_unit_test(test_bodies_at_and_over_the_limit),
		cmocka_unit_test(test_64_callers_at_once_are_all_answered),
		cmocka_unit_test(test_each_refused_allocation_is_survived),
		cmocka_unit_test(test_bad_client_options_are_refused),
		cmocka_unit_test(test_bad_server_options_are_refused),
	};

	return cmocka_run_group_tests(tests, help_setup, help_teardown);
}
