/*
 * Server of the framed connection: started, stopped, connections taken.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "http/frame_internal.h"
#include "http/http_server_setup.h"

#define ACCEPT_MS 100 /* how often the acceptor looks whether it should end */

/* A place for a connection; one whose thread has ended is joined for it. NULL: none. */
static struct frame_conn *
place_take(struct frame_server *server)
{
	struct frame_conn *found = NULL;
	bool join = false;

	(void)pthread_mutex_lock(&server->lock);
	for (size_t i = 0; i < FRAME_CONNECTIONS_MAX && found == NULL; i++) {
		struct frame_conn *conn = &server->conns[i];

		if (i >= server->options.connections_max || (conn->used && !conn->ended))
			continue;
		found = conn;
		join = conn->used;
	}
	(void)pthread_mutex_unlock(&server->lock);
	if (join)
		(void)pthread_join(found->thread, NULL);

	return found;
}

static void
take(struct frame_server *server, int fd)
{
	struct frame_conn *conn = place_take(server);

	if (conn == NULL) {
		(void)close(fd);
		return;
	}
	(void)pthread_mutex_lock(&server->lock);
	memset(conn, 0, sizeof(*conn));
	conn->server = server;
	conn->fd = fd;
	conn->used = pthread_create(&conn->thread, NULL, frame_conn_main, conn) == 0;
	(void)pthread_mutex_unlock(&server->lock);
	if (!conn->used)
		(void)close(fd);
}

static bool
is_stopping(struct frame_server *server)
{
	bool stopping;

	(void)pthread_mutex_lock(&server->lock);
	stopping = server->stopping;
	(void)pthread_mutex_unlock(&server->lock);

	return stopping;
}

static void *
acceptor_main(void *arg)
{
	struct frame_server *server = arg;

	while (!is_stopping(server)) {
		struct pollfd pfd = { .fd = server->listen_fd, .events = POLLIN };
		int fd;

		if (poll(&pfd, 1, ACCEPT_MS) <= 0)
			continue;
		fd = accept4(server->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			take(server, fd);
	}

	return NULL;
}

static enum ykt_status
tls_make(struct frame_server *server, const struct http_pems *pems)
{
	const gnutls_datum_t cert = { (unsigned char *)pems->cert.text,
		(unsigned)strlen(pems->cert.text) };
	const gnutls_datum_t key = { (unsigned char *)pems->key.text,
		(unsigned)strlen(pems->key.text) };
	gnutls_datum_t ca = { 0 };

	if (gnutls_certificate_allocate_credentials(&server->credentials) != GNUTLS_E_SUCCESS ||
	    gnutls_priority_init(&server->priorities, HTTP_TLS_PRIORITIES, NULL) !=
		GNUTLS_E_SUCCESS)
		return YKT_E_NOMEM;
	if (gnutls_certificate_set_x509_key_mem(
		server->credentials, &cert, &key, GNUTLS_X509_FMT_PEM) < 0)
		return YKT_E_KEY;
	if (!server->options.require_client_cert)
		return YKT_OK;
	ca.data = (unsigned char *)pems->ca.text;
	ca.size = (unsigned)strlen(pems->ca.text);

	return gnutls_certificate_set_x509_trust_mem(
		   server->credentials, &ca, GNUTLS_X509_FMT_PEM) > 0
		   ? YKT_OK
		   : YKT_E_KEY;
}

static enum ykt_status
workers_make(struct frame_server *server, void *const *contexts)
{
	for (size_t i = 0; i < server->options.worker_count; i++) {
		struct frame_worker *worker = &server->workers[i];

		worker->context = contexts[i];
		worker->buf = ykt_mem_get(server->options.env->alloc, YKT_HTTP_BODY_MAX);
		if (worker->buf == NULL)
			return YKT_E_NOMEM;
	}

	return YKT_OK;
}

enum ykt_status
frame_server_start(const struct http_server_options *options, struct frame_server **ret_server)
{
	struct frame_server *server;
	struct http_pems pems = { 0 };
	enum ykt_status status;

	if (!http_options_valid(options))
		return YKT_E_ARG;
	server = ykt_mem_get(options->env->alloc, sizeof(*server));
	if (server == NULL)
		return YKT_E_NOMEM;
	server->options = http_options_settle(options);
	server->listen_fd = -1;
	(void)pthread_mutex_init(&server->lock, NULL);
	(void)pthread_cond_init(&server->calm, NULL);
	status = http_pems_load(options, &pems);
	if (status == YKT_OK)
		status = tls_make(server, &pems);
	http_pems_clear(options->env->alloc, &pems);
	if (status == YKT_OK)
		status = workers_make(server, options->workers);
	if (status == YKT_OK)
		status = http_listen_open(
		    options->bind_ip, options->port, &server->listen_fd, &server->port);
	if (status == YKT_OK) {
		server->acceptor_started =
		    pthread_create(&server->acceptor, NULL, acceptor_main, server) == 0;
		status = server->acceptor_started ? YKT_OK : YKT_E_NOMEM;
	}
	if (status == YKT_OK)
		*ret_server = server;
	else
		frame_server_stop(&server);

	return status;
}

uint16_t
frame_server_port(const struct frame_server *server)
{
	return server->port;
}

/* Readers wake with an end of stream; a connection in a handler ends after its answer. */
static void
wake_all(struct frame_server *server)
{
	(void)pthread_mutex_lock(&server->lock);
	server->stopping = true;
	(void)pthread_cond_broadcast(&server->calm);
	for (size_t i = 0; i < FRAME_CONNECTIONS_MAX; i++) {
		struct frame_conn *conn = &server->conns[i];

		if (conn->used && !conn->ended && !conn->working)
			(void)shutdown(conn->fd, SHUT_RDWR);
	}
	(void)pthread_mutex_unlock(&server->lock);
}

void
frame_server_stop(struct frame_server **server_address)
{
	struct frame_server *server = *server_address;
	const struct ykt_alloc *alloc;

	if (server == NULL)
		return;
	alloc = server->options.env->alloc;
	wake_all(server);
	if (server->acceptor_started)
		(void)pthread_join(server->acceptor, NULL);
	/* One that came between is woken too: nobody takes any more now. */
	wake_all(server);
	for (size_t i = 0; i < FRAME_CONNECTIONS_MAX; i++)
		if (server->conns[i].used)
			(void)pthread_join(server->conns[i].thread, NULL);
	if (server->listen_fd >= 0)
		(void)close(server->listen_fd);
	for (size_t i = 0; i < HTTP_SERVER_WORKERS_MAX; i++)
		if (server->workers[i].buf != NULL)
			ykt_mem_put(alloc, &server->workers[i].buf, YKT_HTTP_BODY_MAX);
	if (server->priorities != NULL)
		gnutls_priority_deinit(server->priorities);
	if (server->credentials != NULL)
		gnutls_certificate_free_credentials(server->credentials);
	(void)pthread_cond_destroy(&server->calm);
	(void)pthread_mutex_destroy(&server->lock);
	ykt_mem_put(alloc, server_address, sizeof(*server));
}
