/*
 * Server programs: joining a room with its drivers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <ykt/mem.h>

#include "crypto/core.h"
#include "host/host_clock.h"
#include "host/host_daemon.h"
#include "host/host_random.h"
#include "host/host_signals.h"
#include "http/http_address.h"
#include "words.h"

#define TICK_MS 200

bool
serve_begin(struct serve *serve, const char *program, const struct serve_tls *tls)
{
	memset(serve, 0, sizeof(*serve));
	serve->program = program;
	serve->tls = *tls;
	if (host_daemon_begin() != YKT_OK) {
		fprintf(stderr, words("%s: the process cannot be set up: %s\n"), program,
		    strerror(errno));
		return false;
	}
	serve->clock = host_clock();
	serve->random = host_random();
	serve->trace_sink = (struct host_trace){ .fd = 2, .program = program };
	serve->trace = host_trace_port(&serve->trace_sink);
	serve->env = (struct ykt_env){ .clock = &serve->clock,
		.random = &serve->random,
		.alloc = &ykt_alloc_libc,
		.trace = &serve->trace };
	return true;
}

static const char *
database_trouble(enum ykt_status status)
{
	switch (status) {
	case YKT_BUSY:
		return words("another process has it open; stop that one first");
	case YKT_E_STATE:
		return words("a newer version of this program made it; use that version");
	case YKT_MISMATCH:
		return words("it belongs to another program");
	case YKT_E_FILE:
		return words("it is no plain file, or others than its owner may write it");
	case YKT_E_CORRUPT:
		return words("it is damaged; restore it from its backup");
	default:
		return words("it cannot be opened: is the disk full, or the folder missing?");
	}
}

bool
serve_database(struct serve *serve, const char *path, int32_t application_id,
    const char *const *schema, size_t schema_count)
{
	struct ykt_store_migration migrations[SERVE_SCHEMA];
	struct store_sqlite_options options = { .path = path,
		.threaded = true,
		.migrations = migrations,
		.migration_count = schema_count,
		.application_id = application_id,
		.alloc = &ykt_alloc_libc,
		.trace = &serve->trace };
	enum ykt_status status;

	if (schema_count > SERVE_SCHEMA)
		return false;
	for (size_t i = 0; i < schema_count; i++)
		migrations[i] = (struct ykt_store_migration){ (int)i + 1, schema[i] };
	status = store_sqlite_open(&options, &serve->database);
	if (status == YKT_OK)
		return true;
	fprintf(stderr, words("%s: database %s: %s (%s)\n"), serve->program, path,
	    database_trouble(status), ykt_status_name(status));
	return false;
}

const struct ykt_http *
serve_client(struct serve *serve, const char *base_url)
{
	return serve_client_pinned(serve, base_url, NULL);
}

const struct ykt_http *
serve_client_pinned(struct serve *serve, const char *base_url, const char *pins)
{
	struct http_client_options options = { .base_url = base_url,
		.ca_file = serve->tls.ca_file,
		.cert_file = serve->tls.cert_file,
		.key_file = serve->tls.key_file,
		.pins = pins,
		.env = &serve->env };
	const char *fault = http_address_fault(base_url);
	enum ykt_status status = YKT_E_SPACE;

	if (fault != NULL) {
		fprintf(stderr, "%s: %s: %s\n", serve->program, base_url, words(fault));
		return NULL;
	}
	if (serve->client_count < SERVE_CLIENTS)
		status = http_client_open(&options, &serve->clients[serve->client_count]);
	if (status == YKT_OK)
		return http_client_port(serve->clients[serve->client_count++]);
	fprintf(stderr, words("%s: cannot use %s with these certificates (%s)\n"), serve->program,
	    base_url, ykt_status_name(status));
	return NULL;
}

static bool
add_worker(struct serve *serve)
{
	size_t i = serve->worker_count;

	if (crypto_new(&ykt_alloc_libc, NULL, &serve->cryptos[i]) == YKT_OK) {
		serve->worker_count++;
		if (serve->ops->worker_make(serve->room, serve->cryptos[i], &serve->workers[i]) ==
		    YKT_OK)
			return true;
	}
	fprintf(stderr, words("%s: no memory for its workers, or OpenSSL lacks an algorithm\n"),
	    serve->program);
	return false;
}

bool
serve_room(struct serve *serve, const struct serve_room *ops, void *room)
{
	serve->ops = ops;
	serve->room = room;
	return add_worker(serve); /* the periodic task's own */
}

void *
serve_worker(struct serve *serve)
{
	return add_worker(serve) ? serve->workers[serve->worker_count - 1] : NULL;
}

static const char *
listen_trouble(enum ykt_status status)
{
	switch (status) {
	case YKT_BUSY:
		return words("the port is in use; stop what uses it, or choose another port");
	case YKT_E_FILE:
		return words("a certificate or key file cannot be read");
	case YKT_E_KEY:
		return words("certificate and key do not belong together");
	default:
		return words("it cannot be served");
	}
}

bool
serve_listen(struct serve *serve, const struct serve_listen *listen)
{
	size_t first = serve->worker_count;
	struct http_server_options options = { .port = listen->port,
		.cert_file = serve->tls.cert_file,
		.key_file = serve->tls.key_file,
		.ca_file = listen->mutual ? serve->tls.ca_file : NULL,
		.require_client_cert = listen->mutual,
		.policy = listen->policy,
		.handler = serve->ops->handle,
		.workers = &serve->workers[first],
		.worker_count = SERVE_WORKERS,
		.env = &serve->env };
	enum ykt_status status;

	for (size_t i = 0; i < SERVE_WORKERS; i++) {
		if (!add_worker(serve))
			return false;
	}
	if (listen->framed)
		status = frame_server_start(&options, &serve->frames);
	else
		status = http_server_start(&options, &serve->servers[serve->server_count]);
	if (status == YKT_OK) {
		serve->server_count += !listen->framed;
		return true;
	}
	fprintf(stderr, words("%s: port %u for %s: %s (%s)\n"), serve->program,
	    (unsigned)listen->port, words(listen->what), listen_trouble(status),
	    ykt_status_name(status));
	return false;
}

void
serve_run(struct serve *serve, const char *place)
{
	host_daemon_ready(serve->program, place);
	while (!host_stop_requested()) {
		unsigned done = 0;

		if (serve->ops->tick != NULL &&
		    serve->ops->tick(serve->workers[0], &done) == YKT_OK && done > 0)
			continue;
		if (ykt_clock_wait(&serve->clock, ykt_clock_mono(&serve->clock) + TICK_MS) !=
		    YKT_OK)
			break;
	}
}

void
serve_end(struct serve *serve)
{
	for (size_t i = 0; i < SERVE_LISTENERS; i++)
		http_server_stop(&serve->servers[i]);
	frame_server_stop(&serve->frames);
	for (size_t i = 0; i < serve->worker_count; i++) {
		if (serve->workers[i] != NULL)
			serve->ops->worker_unmake(&serve->workers[i]);
		crypto_free(&serve->cryptos[i]);
	}
	for (size_t i = 0; i < serve->client_count; i++)
		http_client_close(&serve->clients[i]);
	store_sqlite_close(&serve->database);
}
