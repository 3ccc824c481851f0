/*
 * The workers: a bounded queue of whole requests, and threads that may block.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/secret.h>

#include "http/http_internal.h"

bool
http_pool_put(struct http_server *server, struct http_exchange *exchange)
{
	bool taken;

	(void)pthread_mutex_lock(&server->lock);
	taken = !server->stopping && server->queued < server->options.queue_max;
	if (taken) {
		exchange->state = HTTP_EX_WORK;
		/* Before a worker can see it, so that resume never comes first. */
		MHD_suspend_connection(exchange->mhd);
		exchange->next = NULL;
		if (server->tail != NULL)
			server->tail->next = exchange;
		else
			server->head = exchange;
		server->tail = exchange;
		server->queued++;
		(void)pthread_cond_signal(&server->work);
	}
	(void)pthread_mutex_unlock(&server->lock);
	return taken;
}

/* Waits; NULL when the server has ended. */
static struct http_exchange *
pool_take(struct http_server *server)
{
	struct http_exchange *exchange;

	(void)pthread_mutex_lock(&server->lock);
	while (server->head == NULL && !server->ended)
		(void)pthread_cond_wait(&server->work, &server->lock);
	exchange = server->head;
	if (exchange != NULL) {
		server->head = exchange->next;
		if (server->head == NULL)
			server->tail = NULL;
		server->queued--;
		server->working++;
	}
	(void)pthread_mutex_unlock(&server->lock);
	return exchange;
}

/* The handler kept to its contract: a final code, a body that fitted. */
static bool
response_sane(const struct http_worker *worker, const struct ykt_http_response *rsp)
{
	return rsp->code >= 200 && rsp->code <= 599 && rsp->body.data == worker->buf &&
	       rsp->body.len <= YKT_HTTP_BODY_MAX && ykt_buf_done(&rsp->body) == YKT_OK;
}

static void
serve(struct http_worker *worker, struct http_exchange *exchange)
{
	const struct ykt_http_request req = { .method = exchange->method,
		.path = exchange->path,
		.body = ykt_bytes(exchange->body, exchange->body_len),
		.deadline_mono_ms = exchange->deadline_mono_ms,
		.peer = exchange->conn->peer };
	struct ykt_http_response rsp = { .code = 0,
		.body = { worker->buf, 0, YKT_HTTP_BODY_MAX, false } };

	worker->server->options.handler(worker->context, &req, &rsp);
	if (!response_sane(worker, &rsp)) {
		exchange->code = 500;
		exchange->answer = http_answer_refusal(worker->server, 500);
	} else {
		exchange->code = rsp.code;
		exchange->answer = http_answer_make(worker->server, ykt_buf_view(&rsp.body));
	}
	ykt_wipe(worker->buf, rsp.body.len <= YKT_HTTP_BODY_MAX ? rsp.body.len : YKT_HTTP_BODY_MAX);
}

void *
http_worker_main(void *arg)
{
	struct http_worker *worker = arg;
	struct http_server *server = worker->server;
	struct http_exchange *exchange;

	while ((exchange = pool_take(server)) != NULL) {
		struct MHD_Connection *mhd = exchange->mhd;

		serve(worker, exchange);
		exchange->state = HTTP_EX_DONE;
		/* From here on the exchange belongs to the library's thread. */
		MHD_resume_connection(mhd);
		(void)pthread_mutex_lock(&server->lock);
		server->working--;
		(void)pthread_cond_broadcast(&server->calm);
		(void)pthread_mutex_unlock(&server->lock);
	}
	return NULL;
}
