/*
 * How every server program stands: environment, database, listeners with their
 * workers, the periodic task, an orderly end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMON_SERVE_H
#define COMMON_SERVE_H

#include <ykt/driver/http.h>
#include <ykt/driver/store.h>
#include <ykt/env.h>

#include "host/host_trace.h"
#include "http/frame_server.h"
#include "http/http_client_curl.h"
#include "http/http_server_mhd.h"
#include "store/store_sqlite.h"

struct crypto;

#define SERVE_WORKERS   8
#define SERVE_LISTENERS 3
#define SERVE_CLIENTS   20
#define SERVE_OTHERS    2 /* workers that are no listener's */
#define SERVE_SCHEMA    32

/* What a room exports, made uniform. room and worker are the room's own. */
struct serve_room {
	enum ykt_status (*worker_make)(void *room, struct crypto *crypto, void **ret_worker);
	void (*worker_unmake)(void **worker);
	ykt_http_handler *handle;
	/* NULL: no periodic work. *ret_done > 0: call again at once. */
	enum ykt_status (*tick)(void *worker, unsigned *ret_done);
};

/* The certificate of this program and the CA of its peers. */
struct serve_tls {
	const char *cert_file;
	const char *key_file;
	const char *ca_file;
};

struct serve_listen {
	const char *what; /* "clients", "servers": for messages */
	uint16_t port;
	bool mutual; /* peers must show a certificate */
	bool framed; /* the framed connection in place of HTTPS; one at most */
	http_server_policy *policy;
};

/* One program. Zero it, then serve_begin(). */
struct serve {
	const char *program;
	struct serve_tls tls;
	struct ykt_clock clock;
	struct ykt_random random;
	struct ykt_trace trace;
	struct host_trace trace_sink;
	struct ykt_env env;
	struct store_sqlite *database;
	struct http_client *clients[SERVE_CLIENTS];
	size_t client_count;
	struct http_server *servers[SERVE_LISTENERS];
	size_t server_count;
	struct frame_server *frames;
	const struct serve_room *ops;
	void *room;
	struct crypto *cryptos[SERVE_LISTENERS * SERVE_WORKERS + SERVE_OTHERS];
	void *workers[SERVE_LISTENERS * SERVE_WORKERS + SERVE_OTHERS];
	size_t worker_count;
};

/*
 * Each prints what went wrong on standard error, with what to do about it, and
 * gives false; then call serve_end() and exit with EXIT_FAILED.
 */
bool serve_begin(struct serve *serve, const char *program, const struct serve_tls *tls);
bool serve_database(struct serve *serve, const char *path, int32_t application_id,
    const char *const *schema, size_t schema_count);
/* An http port to another server, with our certificate; NULL on failure. */
const struct ykt_http *serve_client(struct serve *serve, const char *base_url);
/* The same to a server whose key must be one of pins (http_client_options); NULL: any. */
const struct ykt_http *
serve_client_pinned(struct serve *serve, const char *base_url, const char *pins);
bool serve_room(struct serve *serve, const struct serve_room *ops, void *room);
/* A worker of the caller's own, one at most; NULL on failure. serve_end() takes it away. */
void *serve_worker(struct serve *serve);
bool serve_listen(struct serve *serve, const struct serve_listen *listen);

/* Prints the ready line, works until asked to stop. */
void serve_run(struct serve *serve, const char *place);

/* Stops listeners, workers, clients, database, in this order. The room is the caller's. */
void serve_end(struct serve *serve);

#endif
