/*
 * What both servers begin with: options, PEM files, the listening socket.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/http_server_setup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define LISTEN_QUEUE 512

bool
http_options_valid(const struct http_server_options *options)
{
	const struct ykt_env *env = options->env;

	if (env == NULL || env->clock == NULL || env->alloc == NULL || options->handler == NULL)
		return false;
	if (options->cert_file == NULL || options->key_file == NULL || options->workers == NULL)
		return false;
	if (options->require_client_cert != (options->ca_file != NULL))
		return false;
	return options->worker_count >= 1 && options->worker_count <= HTTP_SERVER_WORKERS_MAX &&
	       options->body_max <= YKT_HTTP_BODY_MAX && options->receive_ms >= 0 &&
	       options->receive_ms <= HTTP_SERVER_RECEIVE_MS_MAX && options->handle_ms >= 0;
}

struct http_server_options
http_options_settle(const struct http_server_options *options)
{
	struct http_server_options settled = *options;

	if (settled.queue_max == 0)
		settled.queue_max = HTTP_SERVER_QUEUE_DEFAULT;
	if (settled.connections_max == 0)
		settled.connections_max = HTTP_SERVER_CONNS_DEFAULT;
	if (settled.body_max == 0)
		settled.body_max = YKT_HTTP_BODY_MAX;
	if (settled.receive_ms == 0)
		settled.receive_ms = HTTP_SERVER_RECEIVE_MS;
	if (settled.handle_ms == 0)
		settled.handle_ms = HTTP_SERVER_HANDLE_MS;
	settled.bind_ip = NULL;
	settled.cert_file = NULL;
	settled.key_file = NULL;
	settled.ca_file = NULL;
	settled.workers = NULL;
	return settled;
}

void
http_pems_clear(const struct ykt_alloc *alloc, struct http_pems *pems)
{
	http_pem_clear(alloc, &pems->cert);
	http_pem_clear(alloc, &pems->key);
	http_pem_clear(alloc, &pems->ca);
}

enum ykt_status
http_pems_load(const struct http_server_options *options, struct http_pems *pems)
{
	const struct ykt_alloc *alloc = options->env->alloc;
	enum ykt_status status;

	status = http_pem_load(alloc, options->cert_file, &pems->cert);
	if (status == YKT_OK)
		status = http_pem_load(alloc, options->key_file, &pems->key);
	if (status == YKT_OK && options->require_client_cert)
		status = http_pem_load(alloc, options->ca_file, &pems->ca);
	if (status == YKT_OK)
		status = http_pem_pair_check(&pems->cert, &pems->key);
	if (status == YKT_OK && options->require_client_cert)
		status = http_pem_ca_check(&pems->ca);
	return status;
}

enum ykt_status
http_listen_open(const char *bind_ip, uint16_t port, int *ret_fd, uint16_t *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	socklen_t at_len = sizeof(at);
	const int on = 1;
	int fd;

	if (inet_pton(AF_INET, bind_ip != NULL ? bind_ip : "127.0.0.1", &at.sin_addr) != 1)
		return YKT_E_ARG;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return YKT_E_NET;
	*ret_fd = fd;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* Accepted connections inherit it; without it small answers wait. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(fd, LISTEN_QUEUE) != 0)
		return errno == EADDRINUSE ? YKT_BUSY : YKT_E_NET;
	if (getsockname(fd, (struct sockaddr *)&at, &at_len) != 0)
		return YKT_E_NET;
	*ret_port = ntohs(at.sin_port);
	return YKT_OK;
}
