/*
 * One request: its line, its header block, its body, then the queue.
 *
 * Runs on the library's thread, so nothing here blocks. Order of judgement:
 * peer, header block, policy; a body byte is looked at only after all three.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <ykt/mem.h>

#include "http/http_internal.h"

#define BODY_STEP 4096

static struct http_conn *
conn_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

void *
http_request_line(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct http_server *server = cls;
	struct http_exchange *exchange;
	size_t len = strlen(uri);

	exchange = ykt_mem_get(server->options.env->alloc, sizeof(*exchange));
	if (exchange == NULL)
		return NULL;
	exchange->server = server;
	exchange->mhd = connection;
	exchange->conn = conn_of(connection);
	exchange->path_long = len >= sizeof(exchange->path);
	if (!exchange->path_long)
		memcpy(exchange->path, uri, len + 1);
	http_conn_allow(server, exchange->conn, false);
	(void)pthread_mutex_lock(&server->lock);
	server->exchanges++;
	(void)pthread_mutex_unlock(&server->lock);
	return exchange;
}

void
http_request_done(void *cls, struct MHD_Connection *connection, void **con_cls,
    enum MHD_RequestTerminationCode why)
{
	struct http_exchange *exchange = *con_cls;
	struct http_server *server = cls;
	const struct ykt_alloc *alloc = server->options.env->alloc;

	(void)connection, (void)why;
	if (exchange == NULL)
		return;
	if (exchange->answer != NULL)
		MHD_destroy_response(exchange->answer);
	if (exchange->body != NULL)
		ykt_mem_put(alloc, &exchange->body, exchange->body_cap);
	http_conn_allow(server, exchange->conn, false);
	ykt_mem_put(alloc, con_cls, sizeof(*exchange));
	(void)pthread_mutex_lock(&server->lock);
	server->exchanges--;
	(void)pthread_cond_broadcast(&server->calm);
	(void)pthread_mutex_unlock(&server->lock);
}

static enum MHD_Result
refuse(struct http_exchange *exchange, int code)
{
	struct MHD_Response *response = http_answer_refusal(exchange->server, code);
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	result = MHD_queue_response(exchange->mhd, (unsigned)code, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
strict_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	(void)kind;
	http_strict_line(cls, ykt_bytes(name, name_len),
	    value != NULL ? ykt_bytes(value, value_len) : ykt_bytes(NULL, 0));
	return MHD_YES;
}

/* May this peer go on? 0 or a code. Asked of the certificate only once. */
static int
judge_peer(struct http_exchange *exchange)
{
	struct http_conn *conn = exchange->conn;

	if (conn == NULL)
		return 503;
	if (conn->peer_state == HTTP_PEER_UNCHECKED)
		conn->peer_state = http_peer_check(exchange->server, exchange->mhd, conn->peer);
	return conn->peer_state == HTTP_PEER_GOOD ? 0 : 403;
}

static int
judge_policy(struct http_exchange *exchange)
{
	const struct http_server_options *options = &exchange->server->options;
	char path[YKT_HTTP_PATH_MAX];

	if (options->policy == NULL)
		return 0;
	memcpy(path, exchange->path, sizeof(path));
	path[strcspn(path, "?")] = '\0';
	return options->policy(options->policy_arg, exchange->method, path, exchange->conn->peer);
}

static int
judge(struct http_exchange *exchange, const char *method, const char *version)
{
	struct http_server *server = exchange->server;
	struct http_strict strict;
	bool stopping;
	int code;

	code = judge_peer(exchange);
	if (code != 0)
		return code;
	(void)pthread_mutex_lock(&server->lock);
	stopping = server->stopping;
	(void)pthread_mutex_unlock(&server->lock);
	if (stopping)
		return 503;
	if (exchange->path_long)
		return 414;
	http_strict_begin(&strict, method, exchange->path, version, server->options.body_max);
	(void)MHD_get_connection_values_n(exchange->mhd, MHD_HEADER_KIND, strict_header, &strict);
	code = http_strict_end(&strict);
	exchange->method = strict.post ? YKT_HTTP_POST : YKT_HTTP_GET;
	return code != 0 ? code : judge_policy(exchange);
}

/* Doubles the buffer; false without memory. */
static bool
body_grow(struct http_exchange *exchange, size_t need)
{
	const struct ykt_alloc *alloc = exchange->server->options.env->alloc;
	size_t cap = exchange->body_cap == 0 ? BODY_STEP : exchange->body_cap;
	uint8_t *bigger;

	while (cap < need)
		cap *= 2;
	if (cap == exchange->body_cap)
		return true;
	bigger = ykt_mem_get(alloc, cap);
	if (bigger == NULL)
		return false;
	if (exchange->body != NULL) {
		memcpy(bigger, exchange->body, exchange->body_len);
		ykt_mem_put(alloc, &exchange->body, exchange->body_cap);
	}
	exchange->body = bigger;
	exchange->body_cap = cap;
	return true;
}

/* A chunked body may pass the limit unannounced: dropped, and cut at twice it. */
static enum MHD_Result
body_take(struct http_exchange *exchange, const char *data, size_t len)
{
	size_t body_max = exchange->server->options.body_max;

	if (exchange->dropped > 0 || len > body_max - exchange->body_len) {
		exchange->dropped += len;
		return exchange->dropped > body_max ? MHD_NO : MHD_YES;
	}
	if (!body_grow(exchange, exchange->body_len + len))
		return MHD_NO;
	memcpy(exchange->body + exchange->body_len, data, len);
	exchange->body_len += len;
	return MHD_YES;
}

static enum MHD_Result
body_end(struct http_exchange *exchange)
{
	struct http_server *server = exchange->server;

	if (exchange->dropped > 0)
		return refuse(exchange, 413);
	/* A trailer could add what the header block was refused for. */
	if (MHD_get_connection_values(exchange->mhd, MHD_FOOTER_KIND, NULL, NULL) > 0)
		return refuse(exchange, 400);
	exchange->deadline_mono_ms =
	    ykt_clock_mono(server->options.env->clock) + server->options.handle_ms;
	http_conn_allow(server, exchange->conn, true);
	if (!http_pool_put(server, exchange)) {
		http_conn_allow(server, exchange->conn, false);
		return refuse(exchange, 503);
	}
	return MHD_YES;
}

static enum MHD_Result
answer(struct http_exchange *exchange)
{
	http_conn_allow(exchange->server, exchange->conn, false);
	if (exchange->answer == NULL)
		return MHD_NO;
	return MHD_queue_response(exchange->mhd, (unsigned)exchange->code, exchange->answer);
}

enum MHD_Result
http_request_handle(void *cls, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload_data, size_t *upload_data_size,
    void **con_cls)
{
	struct http_exchange *exchange = *con_cls;
	enum MHD_Result result;
	int code;

	(void)cls, (void)connection, (void)url;
	if (exchange == NULL)
		return MHD_NO;
	switch (exchange->state) {
	case HTTP_EX_LINE:
		code = judge(exchange, method, version);
		exchange->state = HTTP_EX_BODY;
		return code == 0 ? MHD_YES : refuse(exchange, code);
	case HTTP_EX_BODY:
		if (*upload_data_size == 0)
			return body_end(exchange);
		result = body_take(exchange, upload_data, *upload_data_size);
		*upload_data_size = 0;
		return result;
	case HTTP_EX_DONE:
		return answer(exchange);
	case HTTP_EX_WORK:
	default:
		return MHD_NO;
	}
}
