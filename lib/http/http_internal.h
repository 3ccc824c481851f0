/*
 * What the files of the HTTPS server share; nobody else includes this.
 *
 * Three kinds of thread: the library's own, which runs every callback and
 * never blocks; the workers, which run handlers; the reaper, which cuts
 * connections that are too slow. An exchange is one request and its answer; a
 * worker has it alone between suspend and resume.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_HTTP_INTERNAL_H
#define HTTP_HTTP_INTERNAL_H

#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <pthread.h>

#include "http/http_server_mhd.h"
#include "http/http_strict.h"

enum http_peer_state { HTTP_PEER_UNCHECKED, HTTP_PEER_GOOD, HTTP_PEER_REFUSED };

struct http_conn {
	int fd;
	int64_t deadline_mono_ms; /* INT64_MAX while a handler works */
	enum http_peer_state peer_state;
	char peer[YKT_HTTP_NAME_MAX + 1];
	struct http_conn *prev;
	struct http_conn *next;
};

enum http_exchange_state { HTTP_EX_LINE, HTTP_EX_BODY, HTTP_EX_WORK, HTTP_EX_DONE };

struct http_exchange {
	struct http_server *server;
	struct MHD_Connection *mhd;
	struct http_conn *conn;
	enum http_exchange_state state;
	enum ykt_http_method method;
	bool path_long;
	char path[YKT_HTTP_PATH_MAX];
	uint8_t *body;
	size_t body_len;
	size_t body_cap;
	size_t dropped; /* bytes past the limit */
	int64_t deadline_mono_ms;
	int code;
	struct MHD_Response *answer;
	struct http_exchange *next;
};

struct http_worker {
	struct http_server *server;
	void *context;
	uint8_t *buf; /* YKT_HTTP_BODY_MAX */
	pthread_t thread;
	bool started;
};

struct http_server {
	struct http_server_options options; /* defaults filled in; no PEM pointers kept */
	struct MHD_Daemon *daemon;
	int listen_fd;
	uint16_t port;
	struct http_worker workers[HTTP_SERVER_WORKERS_MAX];
	pthread_t reaper;
	bool reaper_started;

	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t work;  /* something queued, or stopping */
	pthread_cond_t calm;  /* an exchange ended, or stopping */
	struct http_exchange *head;
	struct http_exchange *tail;
	size_t queued;
	size_t working;
	size_t exchanges;
	struct http_conn *conns;
	bool stopping; /* refuse what is new */
	bool ended;    /* threads return */
};

/* http_server_peer.c: once a connection; fills ret_peer. session may be NULL. */
enum http_peer_state http_peer_check_session(const struct http_server_options *options,
    gnutls_session_t session, char ret_peer[YKT_HTTP_NAME_MAX + 1]);
/* The same for a connection of the HTTPS server. */
enum http_peer_state http_peer_check(const struct http_server *server,
    struct MHD_Connection *connection, char ret_peer[YKT_HTTP_NAME_MAX + 1]);

/* http_server_conn.c */
void http_conn_notify(void *cls, struct MHD_Connection *connection, void **socket_context,
    enum MHD_ConnectionNotificationCode code);
/* Gives the connection receive_ms from now, or for ever. */
void http_conn_allow(struct http_server *server, struct http_conn *conn, bool for_ever);
void *http_reaper_main(void *arg);

/* http_server_pool.c: true when taken; false: full or stopping. */
bool http_pool_put(struct http_server *server, struct http_exchange *exchange);
void *http_worker_main(void *arg);

/* http_server_answer.c: an answer owns its copy of body; NULL without memory. */
struct MHD_Response *http_answer_make(const struct http_server *server, struct ykt_bytes body);
/* The refusal of this driver for a code; closes the connection after it. */
struct MHD_Response *http_answer_refusal(const struct http_server *server, int code);

/* http_server_request.c: the three callbacks of a request. */
void *http_request_line(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result http_request_handle(void *cls, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload_data, size_t *upload_data_size,
    void **con_cls);
void http_request_done(void *cls, struct MHD_Connection *connection, void **con_cls,
    enum MHD_RequestTerminationCode why);

#endif
