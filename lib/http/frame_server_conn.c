/*
 * One framed connection.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "http/frame_internal.h"

#define CLOSING   "{\"error\":\"refused\"}"
#define LINGER_MS 1000

static const struct ykt_env *
env_of(const struct frame_conn *conn)
{
	return conn->server->options.env;
}

static int64_t
now(const struct frame_conn *conn)
{
	return ykt_clock_mono(env_of(conn)->clock);
}

/* From now on the peer has receive_ms. */
static void
allow(struct frame_conn *conn)
{
	conn->deadline_mono_ms = now(conn) + conn->server->options.receive_ms;
}

/* False at the deadline. */
static bool
wait_for(const struct frame_conn *conn, short events)
{
	struct pollfd pfd = { .fd = conn->fd, .events = events };
	const int64_t left = conn->deadline_mono_ms - now(conn);

	return left > 0 && poll(&pfd, 1, left > INT_MAX ? INT_MAX : (int)left) > 0;
}

static bool
goes_on(struct frame_conn *conn)
{
	bool goes;

	(void)pthread_mutex_lock(&conn->server->lock);
	goes = !conn->server->stopping;
	(void)pthread_mutex_unlock(&conn->server->lock);

	return goes;
}

/* What the TLS library waits for when it cannot go on. */
static bool
wait_again(const struct frame_conn *conn, ssize_t rc)
{
	if (rc != GNUTLS_E_AGAIN && rc != GNUTLS_E_INTERRUPTED)
		return false;

	return wait_for(conn, gnutls_record_get_direction(conn->session) == 1 ? POLLOUT : POLLIN);
}

static bool
read_all(struct frame_conn *conn, uint8_t *out, size_t len)
{
	while (len > 0) {
		const ssize_t got = gnutls_record_recv(conn->session, out, len);

		if (got > 0) {
			out += got;
			len -= (size_t)got;
		} else if (got == 0 || !wait_again(conn, got)) {
			return false;
		}
	}

	return true;
}

static bool
write_all(struct frame_conn *conn, struct ykt_bytes bytes)
{
	while (bytes.len > 0) {
		const ssize_t sent = gnutls_record_send(conn->session, bytes.data, bytes.len);

		if (sent > 0)
			bytes = ykt_bytes_sub(bytes, (size_t)sent, bytes.len);
		else if (!wait_again(conn, sent))
			return false;
	}

	return true;
}

static bool
answer(struct frame_conn *conn, int code, bool last, struct ykt_bytes body)
{
	uint8_t space[FRAME_LEN + FRAME_ANSWER_HEAD];
	struct ykt_buf head = YKT_BUF(space);

	frame_answer_head(code, last, body.len, &head);
	allow(conn);

	return write_all(conn, ykt_buf_view(&head)) && write_all(conn, body);
}

/* The last answer of a connection; false, so that it ends. */
static bool
refuse(struct frame_conn *conn, int code)
{
	(void)answer(conn, code, true, ykt_bytes_str(CLOSING));

	return false;
}

/*
 * What still comes is read and dropped for a while: closing under it would reset
 * the connection, and the peer would lose the answer that it was given.
 */
static void
linger(struct frame_conn *conn)
{
	uint8_t dropped[4096];

	conn->deadline_mono_ms = now(conn) + LINGER_MS;
	while (wait_for(conn, POLLIN) && recv(conn->fd, dropped, sizeof(dropped), 0) > 0)
		continue;
}

static bool
handshake(struct frame_conn *conn)
{
	struct frame_server *server = conn->server;
	int rc;

	if (gnutls_init(&conn->session, GNUTLS_SERVER | GNUTLS_NONBLOCK) != GNUTLS_E_SUCCESS)
		return false;
	if (gnutls_priority_set(conn->session, server->priorities) != GNUTLS_E_SUCCESS ||
	    gnutls_credentials_set(conn->session, GNUTLS_CRD_CERTIFICATE, server->credentials) !=
		GNUTLS_E_SUCCESS)
		return false;
	if (server->options.require_client_cert)
		gnutls_certificate_server_set_request(conn->session, GNUTLS_CERT_REQUEST);
	gnutls_transport_set_int(conn->session, conn->fd);
	allow(conn);
	do {
		rc = gnutls_handshake(conn->session);
	} while (rc != GNUTLS_E_SUCCESS && !gnutls_error_is_fatal(rc) &&
		 (rc == GNUTLS_E_WARNING_ALERT_RECEIVED || wait_again(conn, rc)));

	return rc == GNUTLS_E_SUCCESS;
}

/* A free worker; NULL when the server stops, or too many wait already. */
static struct frame_worker *
worker_take(struct frame_conn *conn)
{
	struct frame_server *server = conn->server;
	struct frame_worker *found = NULL;

	(void)pthread_mutex_lock(&server->lock);
	for (bool waited = false; found == NULL && !server->stopping; waited = true) {
		for (size_t i = 0; i < server->options.worker_count && found == NULL; i++)
			if (!server->workers[i].busy)
				found = &server->workers[i];
		if (found != NULL || (!waited && server->waiting >= server->options.queue_max))
			break;
		server->waiting++;
		(void)pthread_cond_wait(&server->calm, &server->lock);
		server->waiting--;
	}
	if (found != NULL)
		found->busy = conn->working = true;
	(void)pthread_mutex_unlock(&server->lock);

	return found;
}

static void
worker_give(struct frame_conn *conn, struct frame_worker *worker, size_t used)
{
	struct frame_server *server = conn->server;

	ykt_wipe(worker->buf, used <= YKT_HTTP_BODY_MAX ? used : YKT_HTTP_BODY_MAX);
	(void)pthread_mutex_lock(&server->lock);
	worker->busy = false;
	(void)pthread_cond_broadcast(&server->calm);
	(void)pthread_mutex_unlock(&server->lock);
}

static bool
response_sane(const struct frame_worker *worker, const struct ykt_http_response *rsp)
{
	return rsp->code >= 200 && rsp->code <= 599 && rsp->body.data == worker->buf &&
	       rsp->body.len <= YKT_HTTP_BODY_MAX && ykt_buf_done(&rsp->body) == YKT_OK;
}

/* Runs the handler; the answer leaves from a copy, so that a slow reader holds no worker. */
static bool
handle(struct frame_conn *conn, enum ykt_http_method method, size_t body_len)
{
	const struct http_server_options *options = &conn->server->options;
	const struct ykt_http_request req = { .method = method,
		.path = conn->path,
		.body = ykt_bytes(conn->body, body_len),
		.deadline_mono_ms = now(conn) + options->handle_ms,
		.peer = conn->peer };
	struct frame_worker *worker = worker_take(conn);
	struct ykt_http_response rsp = { .code = 0 };
	uint8_t *copy = NULL;
	size_t len = 0;
	int code;
	bool good;

	if (worker == NULL)
		return refuse(conn, 503);
	rsp.body = (struct ykt_buf){ worker->buf, 0, YKT_HTTP_BODY_MAX, false };
	options->handler(worker->context, &req, &rsp);
	code = response_sane(worker, &rsp) ? 0 : 500;
	if (code == 0 && rsp.body.len > 0) {
		len = rsp.body.len;
		copy = ykt_mem_get(options->env->alloc, len);
		if (copy != NULL)
			memcpy(copy, worker->buf, len);
		else
			code = 503;
	}
	worker_give(conn, worker, rsp.body.len);
	good = code == 0 ? answer(conn, rsp.code, !goes_on(conn), ykt_bytes(copy, len))
			 : refuse(conn, code);
	if (copy != NULL) {
		ykt_wipe(copy, len);
		ykt_mem_put(options->env->alloc, &copy, len);
	}

	return good;
}

/* The code to refuse with, or 0. path is plain and without its query for the policy. */
static int
judge(const struct frame_conn *conn, enum ykt_http_method method, size_t body_len)
{
	const struct http_server_options *options = &conn->server->options;
	char path[YKT_HTTP_PATH_MAX];
	char *query;

	if (!http_strict_path(conn->path) || (method == YKT_HTTP_GET && body_len > 0))
		return 400;
	if (body_len > options->body_max)
		return 413;
	memcpy(path, conn->path, sizeof(path));
	query = strchr(path, '?');
	if (query != NULL)
		*query = '\0';

	return options->policy != NULL
		   ? options->policy(options->policy_arg, method, path, conn->peer)
		   : 0;
}

static bool
body_read(struct frame_conn *conn, size_t len)
{
	if (conn->body == NULL && len > 0)
		conn->body = ykt_mem_get(env_of(conn)->alloc, conn->server->options.body_max);

	return len == 0 || (conn->body != NULL && read_all(conn, conn->body, len));
}

static void
set_working(struct frame_conn *conn, bool working)
{
	(void)pthread_mutex_lock(&conn->server->lock);
	conn->working = working;
	(void)pthread_mutex_unlock(&conn->server->lock);
}

/* One request and its answer; false when the connection is to end. */
static bool
serve_one(struct frame_conn *conn)
{
	uint8_t head[FRAME_LEN + FRAME_REQUEST_HEAD];
	enum ykt_http_method method = YKT_HTTP_GET;
	size_t path_len = 0;
	size_t body_len = 0;
	bool good;
	int code;

	allow(conn);
	if (!read_all(conn, head, sizeof(head)))
		return false;
	if (frame_request_read(
		head + FRAME_LEN, ykt_get_u32(head), &method, &path_len, &body_len) != YKT_OK)
		return refuse(conn, 400);
	memset(conn->path, 0, sizeof(conn->path));
	if (!read_all(conn, (uint8_t *)conn->path, path_len))
		return false;
	if (strlen(conn->path) != path_len)
		return refuse(conn, 400);
	code = judge(conn, method, body_len);
	if (code != 0)
		return refuse(conn, code);
	if (!body_read(conn, body_len))
		return false;
	good = handle(conn, method, body_len);
	if (body_len > 0)
		ykt_wipe(conn->body, body_len);
	set_working(conn, false);

	return good;
}

void *
frame_conn_main(void *arg)
{
	struct frame_conn *conn = arg;
	struct frame_server *server = conn->server;

	if (handshake(conn)) {
		if (http_peer_check_session(&server->options, conn->session, conn->peer) !=
		    HTTP_PEER_GOOD)
			(void)refuse(conn, 403);
		else
			while (goes_on(conn) && serve_one(conn))
				continue;
		allow(conn);
		(void)gnutls_bye(conn->session, GNUTLS_SHUT_WR);
		(void)shutdown(conn->fd, SHUT_WR);
		if (goes_on(conn))
			linger(conn);
	}
	if (conn->session != NULL)
		gnutls_deinit(conn->session);
	if (conn->body != NULL)
		ykt_mem_put(env_of(conn)->alloc, &conn->body, server->options.body_max);
	(void)pthread_mutex_lock(&server->lock);
	(void)close(conn->fd);
	conn->ended = true;
	(void)pthread_mutex_unlock(&server->lock);

	return NULL;
}
