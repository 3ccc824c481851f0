/*
 * The HTTPS server: started, stopped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "http/http_internal.h"
#include "http/http_server_setup.h"

#define STOP_GRACE_MS 5000

/* Identity: paths are judged as they came. */
static size_t
unescape_nothing(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls, (void)connection;
	return strlen(text);
}

static enum ykt_status
daemon_start(struct http_server *server, const struct http_pems *pems)
{
	const struct http_server_options *options = &server->options;
	/* The library's own inactivity limit stands behind the reaper's. */
	unsigned idle_s = (unsigned)(options->receive_ms / 1000) + 2;
	const struct MHD_OptionItem trust[] = {
		{ options->require_client_cert ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0,
		    pems->ca.text },
		{ MHD_OPTION_END, 0, NULL },
	};

	server->daemon = MHD_start_daemon(
	    MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0,
	    NULL, NULL, http_request_handle, server, MHD_OPTION_LISTEN_SOCKET, server->listen_fd,
	    MHD_OPTION_HTTPS_MEM_CERT, pems->cert.text, MHD_OPTION_HTTPS_MEM_KEY, pems->key.text,
	    MHD_OPTION_HTTPS_PRIORITIES, HTTP_TLS_PRIORITIES, MHD_OPTION_ARRAY, trust,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_LIMIT, options->connections_max,
	    MHD_OPTION_CONNECTION_TIMEOUT, idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)HTTP_SERVER_HEADER_BYTES, MHD_OPTION_UNESCAPE_CALLBACK, unescape_nothing, NULL,
	    MHD_OPTION_URI_LOG_CALLBACK, http_request_line, server, MHD_OPTION_NOTIFY_COMPLETED,
	    http_request_done, server, MHD_OPTION_NOTIFY_CONNECTION, http_conn_notify, server,
	    MHD_OPTION_END);
	return server->daemon != NULL ? YKT_OK : YKT_E_NOMEM;
}

static enum ykt_status
threads_start(struct http_server *server, void *const *contexts)
{
	for (size_t i = 0; i < server->options.worker_count; i++) {
		struct http_worker *worker = &server->workers[i];

		worker->server = server;
		worker->context = contexts[i];
		worker->buf = ykt_mem_get(server->options.env->alloc, YKT_HTTP_BODY_MAX);
		if (worker->buf == NULL ||
		    pthread_create(&worker->thread, NULL, http_worker_main, worker) != 0)
			return YKT_E_NOMEM;
		worker->started = true;
	}
	if (pthread_create(&server->reaper, NULL, http_reaper_main, server) != 0)
		return YKT_E_NOMEM;
	server->reaper_started = true;
	return YKT_OK;
}

/* Handlers end by their own deadline; answers get the grace to leave. */
static void
drain(struct http_server *server)
{
	struct timespec until;

	(void)pthread_mutex_lock(&server->lock);
	while (server->queued > 0 || server->working > 0)
		(void)pthread_cond_wait(&server->calm, &server->lock);
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += STOP_GRACE_MS / 1000;
	while (server->exchanges > 0 &&
	       pthread_cond_timedwait(&server->calm, &server->lock, &until) == 0)
		;
	(void)pthread_mutex_unlock(&server->lock);
}

static void
server_free(struct http_server **server)
{
	const struct ykt_alloc *alloc = (*server)->options.env->alloc;

	for (size_t i = 0; i < HTTP_SERVER_WORKERS_MAX; i++)
		if ((*server)->workers[i].buf != NULL)
			ykt_mem_put(alloc, &(*server)->workers[i].buf, YKT_HTTP_BODY_MAX);
	if ((*server)->listen_fd >= 0)
		(void)close((*server)->listen_fd);
	(void)pthread_cond_destroy(&(*server)->calm);
	(void)pthread_cond_destroy(&(*server)->work);
	(void)pthread_mutex_destroy(&(*server)->lock);
	ykt_mem_put(alloc, server, sizeof(**server));
}

void
http_server_stop(struct http_server **server_address)
{
	struct http_server *server = *server_address;

	if (server == NULL)
		return;
	(void)pthread_mutex_lock(&server->lock);
	server->stopping = true;
	(void)pthread_mutex_unlock(&server->lock);
	if (server->daemon != NULL) {
		(void)MHD_quiesce_daemon(server->daemon);
		drain(server);
		MHD_stop_daemon(server->daemon);
	}
	(void)pthread_mutex_lock(&server->lock);
	server->ended = true;
	(void)pthread_cond_broadcast(&server->work);
	(void)pthread_mutex_unlock(&server->lock);
	for (size_t i = 0; i < server->options.worker_count; i++)
		if (server->workers[i].started)
			(void)pthread_join(server->workers[i].thread, NULL);
	if (server->reaper_started)
		(void)pthread_join(server->reaper, NULL);
	server_free(server_address);
}

static void
sync_init(struct http_server *server)
{
	pthread_condattr_t attr;

	(void)pthread_mutex_init(&server->lock, NULL);
	(void)pthread_cond_init(&server->work, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&server->calm, &attr);
	(void)pthread_condattr_destroy(&attr);
}

enum ykt_status
http_server_start(const struct http_server_options *options, struct http_server **ret_server)
{
	struct http_server *server;
	struct http_pems pems = { 0 };
	enum ykt_status status;

	if (!http_options_valid(options))
		return YKT_E_ARG;
	server = ykt_mem_get(options->env->alloc, sizeof(*server));
	if (server == NULL)
		return YKT_E_NOMEM;
	server->options = http_options_settle(options);
	server->listen_fd = -1;
	sync_init(server);
	status = http_pems_load(options, &pems);
	if (status == YKT_OK)
		status = http_listen_open(
		    options->bind_ip, options->port, &server->listen_fd, &server->port);
	if (status == YKT_OK)
		status = threads_start(server, options->workers);
	if (status == YKT_OK)
		status = daemon_start(server, &pems);
	http_pems_clear(options->env->alloc, &pems);
	if (status == YKT_OK)
		*ret_server = server;
	else
		http_server_stop(&server);
	return status;
}

uint16_t
http_server_port(const struct http_server *server)
{
	return server->port;
}
