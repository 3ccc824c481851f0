/*
 * What the files of the framed server share; nobody else includes this.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_FRAME_INTERNAL_H
#define HTTP_FRAME_INTERNAL_H

#include "http/frame.h"
#include "http/frame_server.h"
#include "http/http_internal.h"

struct frame_conn {
	struct frame_server *server;
	pthread_t thread;
	/* Guarded by the server's lock. */
	bool used;    /* the thread is there, or waits to be joined */
	bool ended;   /* it may be joined */
	bool working; /* a handler runs */
	int fd;
	/* The thread's own. */
	gnutls_session_t session;
	char peer[YKT_HTTP_NAME_MAX + 1];
	int64_t deadline_mono_ms; /* of what is being read or written */
	char path[YKT_HTTP_PATH_MAX];
	uint8_t *body; /* body_max, made when first needed */
};

struct frame_worker {
	void *context;
	uint8_t *buf; /* YKT_HTTP_BODY_MAX */
	bool busy;
};

struct frame_server {
	struct http_server_options options;
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priorities;
	int listen_fd;
	uint16_t port;
	pthread_t acceptor;
	bool acceptor_started;

	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t calm;  /* a worker is free, or the server stops */
	struct frame_worker workers[HTTP_SERVER_WORKERS_MAX];
	struct frame_conn conns[FRAME_CONNECTIONS_MAX];
	size_t waiting; /* connections with a request and without a worker */
	bool stopping;
};

/* frame_server_conn.c: one connection from handshake to end; owns conn->fd. */
void *frame_conn_main(void *arg);

#endif
