/*
 * What the tests of the HTTPS drivers share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http_help.h"

#include <dirent.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

char help_folder[64];

static atomic_uint handled;

int64_t
help_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t
clock_now(void *ctx)
{
	(void)ctx;
	return help_now();
}

void
help_pause(long ms)
{
	const struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&ts, NULL);
}

static const struct ykt_clock help_clock = { .wall_ms = clock_now, .mono_ms = clock_now };

static atomic_uint memory_asked;
static atomic_uint memory_fail;

static void *
memory_get(void *ctx, size_t size)
{
	unsigned asked = atomic_fetch_add(&memory_asked, 1) + 1;

	if (asked == atomic_load(&memory_fail))
		return NULL;
	return ykt_alloc_libc.get(ctx, size);
}

static void
memory_put(void *ctx, void *p, size_t size)
{
	ykt_alloc_libc.put(ctx, p, size);
}

static const struct ykt_alloc help_alloc = { .get = memory_get, .put = memory_put };

const struct ykt_env help_env = { .clock = &help_clock, .alloc = &help_alloc };

void
help_memory_fail(unsigned nth)
{
	atomic_store(&memory_fail, nth);
	atomic_store(&memory_asked, 0);
}

bool
help_memory_failed(void)
{
	return atomic_load(&memory_asked) >= atomic_load(&memory_fail);
}

unsigned
help_handled(void)
{
	return atomic_load(&handled);
}

static void
certificates_make(void)
{
	static const struct test_ca_spec specs[] = {
		{ .name = "ca", .ca = true },
		{ .name = "foreign-ca", .ca = true },
		{ .name = "server", .issuer = "ca" },
		{ .name = "client", .issuer = "ca", .cn = "tsm-9901" },
		{ .name = "foreign", .issuer = "foreign-ca", .cn = "tsm-9901" },
		{ .name = "self-signed", .cn = "tsm-9901" },
		{ .name = "expired", .issuer = "ca", .from_s = -7200, .until_s = -60 },
		{ .name = "future", .issuer = "ca", .from_s = 3600, .until_s = 7200 },
		{ .name = "wrong-host", .issuer = "ca", .san = "IP:127.0.0.9,DNS:other" },
		{ .name = "server-only", .issuer = "ca", .eku = "serverAuth" },
		{ .name = "client-only", .issuer = "ca", .eku = "clientAuth" },
		{ .name = "leaf-issued", .issuer = "client", .cn = "tsm-9901" },
		{ .name = "odd-name", .issuer = "ca", .cn = "tsm\"9901" },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(specs); i++)
		test_ca_issue(help_folder, &specs[i]);
}

int
help_setup(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)strcpy(help_folder, "./http-test-XXXXXX");
	if (mkdtemp(help_folder) == NULL)
		return 1;
	certificates_make();
	return 0;
}

int
help_teardown(void **state)
{
	DIR *dir = opendir(help_folder);
	struct dirent *entry;
	char path[400];

	(void)state;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", help_folder, entry->d_name);
		if (entry->d_name[0] != '.')
			(void)unlink(path);
	}
	(void)closedir(dir);
	return rmdir(help_folder);
}

static void
handle(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	(void)worker;
	atomic_fetch_add(&handled, 1);
	rsp->code = 200;
	if (strncmp(req->path, "/echo", 5) == 0) {
		ykt_put(&rsp->body, req->body);
	} else if (strcmp(req->path, "/peer") == 0) {
		ykt_put(&rsp->body, ykt_bytes_str("\""));
		ykt_put(&rsp->body, ykt_bytes_str(req->peer));
		ykt_put(&rsp->body, ykt_bytes_str("\""));
	} else if (strcmp(req->path, "/big") == 0) {
		ykt_put_fill(&rsp->body, '7', 200000);
	} else if (strcmp(req->path, "/sleep") == 0) {
		help_pause(300);
		ykt_put(&rsp->body, ykt_bytes_str("1"));
	} else if (strcmp(req->path, "/overflow") == 0) {
		ykt_put_fill(&rsp->body, '7', YKT_HTTP_BODY_MAX);
		ykt_put_u8(&rsp->body, '7');
	} else {
		rsp->code = 404;
		ykt_put(&rsp->body, ykt_bytes_str("{\"error\":\"not_found\"}"));
	}
}

struct http_server_options
help_server_options(const char *cert, bool mutual)
{
	static void *contexts[HELP_WORKERS];

	return (struct http_server_options){
		.cert_file = test_ca_path(help_folder, cert, "pem"),
		.key_file = test_ca_path(help_folder, cert, "key"),
		.require_client_cert = mutual,
		.ca_file = mutual ? test_ca_path(help_folder, "ca", "pem") : NULL,
		.handler = handle,
		.workers = contexts,
		.worker_count = HELP_WORKERS,
		.receive_ms = HELP_RECEIVE_MS,
		.env = &help_env,
	};
}

struct http_server *
help_server(const char *cert, bool mutual)
{
	struct http_server_options options = help_server_options(cert, mutual);
	struct http_server *server = NULL;

	ASSERT_STATUS(http_server_start(&options, &server), YKT_OK);
	return server;
}

struct http_client *
help_client(uint16_t port, const char *cert)
{
	struct http_client *client = NULL;
	char base[64];
	struct http_client_options options = {
		.base_url = base,
		.ca_file = test_ca_path(help_folder, "ca", "pem"),
		.cert_file = cert != NULL ? test_ca_path(help_folder, cert, "pem") : NULL,
		.key_file = cert != NULL ? test_ca_path(help_folder, cert, "key") : NULL,
		.env = &help_env,
	};

	(void)snprintf(base, sizeof(base), HELP_SCHEME "127.0.0.1:%u", port);
	ASSERT_STATUS(http_client_open(&options, &client), YKT_OK);
	return client;
}

struct help_answer
help_call(struct http_client *client, const char *path, const char *text)
{
	static __thread uint8_t buf[YKT_HTTP_BODY_MAX];
	struct help_answer answer = { .code = -1 };
	struct ykt_http_response rsp = { -1, YKT_BUF(buf) };
	struct ykt_http_request req = { .method = text != NULL ? YKT_HTTP_POST : YKT_HTTP_GET,
		.path = path,
		.body = text != NULL ? ykt_bytes_str(text) : ykt_bytes(NULL, 0),
		.deadline_mono_ms = help_now() + 5000,
		.peer = "" };
	size_t len;

	answer.status = ykt_http_call(http_client_port(client), &req, &rsp);
	answer.code = rsp.code;
	len = rsp.body.len < sizeof(answer.body) ? rsp.body.len : sizeof(answer.body) - 1;
	memcpy(answer.body, rsp.body.data, len);
	return answer;
}
