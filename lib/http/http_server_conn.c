/*
 * Connections: known from accept to close, and cut when they are too slow.
 *
 * The library's own time-out counts from the last byte, so one byte every few
 * seconds would hold a connection for ever; the deadline here does not move
 * with bytes (F11).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <sys/socket.h>
#include <time.h>

#include <ykt/mem.h>

#include "http/http_internal.h"

#define REAP_EVERY_MS 200

void
http_conn_allow(struct http_server *server, struct http_conn *conn, bool for_ever)
{
	int64_t until = INT64_MAX;

	if (conn == NULL)
		return;
	if (!for_ever)
		until = ykt_clock_mono(server->options.env->clock) + server->options.receive_ms;
	(void)pthread_mutex_lock(&server->lock);
	conn->deadline_mono_ms = until;
	(void)pthread_mutex_unlock(&server->lock);
}

static void
conn_open(struct http_server *server, struct MHD_Connection *connection, void **socket_context)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct http_conn *conn;

	/* Without a record every request of the connection is refused (503). */
	conn = ykt_mem_get(server->options.env->alloc, sizeof(*conn));
	if (conn == NULL || info == NULL)
		return;
	conn->fd = info->connect_fd;
	conn->deadline_mono_ms =
	    ykt_clock_mono(server->options.env->clock) + server->options.receive_ms;
	(void)pthread_mutex_lock(&server->lock);
	conn->next = server->conns;
	if (conn->next != NULL)
		conn->next->prev = conn;
	server->conns = conn;
	(void)pthread_mutex_unlock(&server->lock);
	*socket_context = conn;
}

/* Comes before the library closes the socket, so the reaper never cuts another. */
static void
conn_close(struct http_server *server, struct http_conn *conn)
{
	(void)pthread_mutex_lock(&server->lock);
	if (conn->prev != NULL)
		conn->prev->next = conn->next;
	else
		server->conns = conn->next;
	if (conn->next != NULL)
		conn->next->prev = conn->prev;
	(void)pthread_mutex_unlock(&server->lock);
	ykt_mem_put(server->options.env->alloc, &conn, sizeof(*conn));
}

void
http_conn_notify(void *cls, struct MHD_Connection *connection, void **socket_context,
    enum MHD_ConnectionNotificationCode code)
{
	struct http_server *server = cls;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		conn_open(server, connection, socket_context);
	} else if (*socket_context != NULL) {
		conn_close(server, *socket_context);
		*socket_context = NULL;
	}
}

static void
reap(struct http_server *server)
{
	int64_t now = ykt_clock_mono(server->options.env->clock);

	for (struct http_conn *conn = server->conns; conn != NULL; conn = conn->next) {
		if (conn->deadline_mono_ms > now)
			continue;
		(void)shutdown(conn->fd, SHUT_RDWR);
		conn->deadline_mono_ms = INT64_MAX;
	}
}

void *
http_reaper_main(void *arg)
{
	const struct timespec step = { 0, REAP_EVERY_MS * 1000000L };
	struct http_server *server = arg;
	bool ended = false;

	while (!ended) {
		(void)nanosleep(&step, NULL);
		(void)pthread_mutex_lock(&server->lock);
		reap(server);
		ended = server->ended;
		(void)pthread_mutex_unlock(&server->lock);
	}
	return NULL;
}
