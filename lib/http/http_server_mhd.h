/*
 * HTTPS server over libmicrohttpd: the driver that hands requests to a room's
 * handler on a pool of worker threads that may block.
 *
 * Before any handler runs this driver has checked the peer's certificate (once
 * a connection), the header block (docs/http-limits.md) and every limit. A
 * program that needs a listener for phones and another for servers starts two.
 * The program must ignore SIGPIPE.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_HTTP_SERVER_MHD_H
#define HTTP_HTTP_SERVER_MHD_H

#include <stdbool.h>

#include <ykt/driver/http.h>
#include <ykt/env.h>

#define HTTP_SERVER_WORKERS_MAX    64
#define HTTP_SERVER_QUEUE_DEFAULT  256
#define HTTP_SERVER_CONNS_DEFAULT  512
#define HTTP_SERVER_HEADER_BYTES   (32 * 1024) /* memory of one connection, all headers */
#define HTTP_SERVER_RECEIVE_MS     10000       /* default */
#define HTTP_SERVER_RECEIVE_MS_MAX 15000
#define HTTP_SERVER_HANDLE_MS      30000 /* default */

struct http_server;

/*
 * May this peer ask for this? Returns 0 to go on or the code to refuse with
 * (403, 404, 405). Called on the server's own thread before the body is read;
 * must not block. path is without its query. peer is "" without a certificate.
 */
typedef int
http_server_policy(void *arg, enum ykt_http_method method, const char *path, const char *peer);

struct http_server_options {
	const char *bind_ip;   /* IPv4; NULL is 127.0.0.1 */
	uint16_t port;         /* 0: any free one, see http_server_port() */
	const char *cert_file; /* PEM, with its chain */
	const char *key_file;  /* PEM */
	/* With it every request needs a certificate of ca_file for clientAuth. */
	bool require_client_cert;
	const char *ca_file;        /* PEM; only with require_client_cert */
	http_server_policy *policy; /* may be NULL */
	void *policy_arg;
	ykt_http_handler *handler;
	/* One context a thread; workers[i] is never used by two at once. */
	void *const *workers;
	size_t worker_count;      /* 1..HTTP_SERVER_WORKERS_MAX */
	size_t queue_max;         /* waiting requests, over it 503; 0: default */
	unsigned connections_max; /* 0: default */
	size_t body_max;          /* 0: YKT_HTTP_BODY_MAX */
	/*
	 * A request must arrive, and its answer leave, within; a kept connection
	 * may be idle as long. Twice this cuts every slow sender (F11: 30 s at
	 * most). 0: default.
	 */
	int64_t receive_ms;
	int64_t handle_ms;         /* gives req->deadline_mono_ms; 0: default */
	const struct ykt_env *env; /* borrowed; random is not used */
};

/*
 * Binds, starts its threads, returns when requests are served.
 *
 * YKT_E_ARG    an option is missing or outside its range
 * YKT_E_FILE   a PEM file cannot be read
 * YKT_E_KEY    a PEM file holds no certificate or key, or they do not match
 * YKT_BUSY     the port is in use
 * YKT_E_NET    it cannot be bound for another reason
 * YKT_E_NOMEM  no memory or no thread
 */
YKT_MUST_USE enum ykt_status
http_server_start(const struct http_server_options *options, struct http_server **ret_server);

/* The port it listens on. */
uint16_t http_server_port(const struct http_server *server);

/*
 * Stops listening, lets running requests end and their answers leave (5 s at
 * most after the last handler), then closes every connection and joins every
 * thread. Takes the handle's address, accepts NULL in it, nulls it.
 */
void http_server_stop(struct http_server **server);

#endif
