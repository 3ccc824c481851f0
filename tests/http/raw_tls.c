/*
 * Bare TLS for tests: a client that sends any bytes, a server that misbehaves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "raw_tls.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "test_ca.h"

struct raw_client {
	int fd;
	SSL_CTX *context;
	SSL *ssl;
};

struct raw_server {
	int fd;
	uint16_t port;
	enum raw_server_way way;
	const char *text;
	SSL_CTX *context;
	pthread_t thread;
	atomic_bool stopping;
	atomic_uint served;
};

static struct sockaddr_in
loopback(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void
use_certificate(SSL_CTX *context, const char *folder, const char *cert)
{
	if (SSL_CTX_use_certificate_chain_file(context, test_ca_path(folder, cert, "pem")) != 1 ||
	    SSL_CTX_use_PrivateKey_file(
		context, test_ca_path(folder, cert, "key"), SSL_FILETYPE_PEM) != 1)
		abort();
}

struct raw_client *
raw_open(uint16_t port, const char *folder, const char *cert, int version_max)
{
	struct raw_client *client = calloc(1, sizeof(*client));
	struct sockaddr_in at = loopback(port);

	if (client == NULL)
		abort();
	client->fd = socket(AF_INET, SOCK_STREAM, 0);
	client->context = SSL_CTX_new(TLS_client_method());
	if (cert != NULL)
		use_certificate(client->context, folder, cert);
	if (version_max != 0) {
		/* Old versions need the lowest security level to be offered at all. */
		(void)SSL_CTX_set_cipher_list(client->context, "ALL:@SECLEVEL=0");
		(void)SSL_CTX_set_min_proto_version(client->context, TLS1_VERSION);
		(void)SSL_CTX_set_max_proto_version(client->context, version_max);
	}
	client->ssl = SSL_new(client->context);
	if (connect(client->fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    SSL_set_fd(client->ssl, client->fd) != 1 || SSL_connect(client->ssl) != 1)
		raw_close(&client);
	return client;
}

bool
raw_send(struct raw_client *client, const void *data, size_t len)
{
	return SSL_write(client->ssl, data, (int)len) == (int)len;
}

void
raw_receive(struct raw_client *client, long wait_ms, char ret_text[RAW_ANSWER_MAX])
{
	struct pollfd poller = { .fd = client->fd, .events = POLLIN };
	size_t len = 0;

	while (len < RAW_ANSWER_MAX - 1) {
		int got;

		if (SSL_pending(client->ssl) == 0 && poll(&poller, 1, (int)wait_ms) <= 0)
			break;
		got = SSL_read(client->ssl, ret_text + len, (int)(RAW_ANSWER_MAX - 1 - len));
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	ret_text[len] = '\0';
}

void
raw_close(struct raw_client **client)
{
	if (*client == NULL)
		return;
	SSL_free((*client)->ssl);
	SSL_CTX_free((*client)->context);
	(void)close((*client)->fd);
	free(*client);
	*client = NULL;
}

size_t
raw_codes(const char *text, int *ret_codes, size_t max)
{
	const char *end = text + strlen(text);
	size_t count = 0;

	while (strncmp(text, "HTTP/1.1 ", 9) == 0 && count < max) {
		const char *body = strstr(text, "\r\n\r\n");
		const char *length = strstr(text, "Content-Length: ");

		ret_codes[count++] = atoi(text + 9);
		if (body == NULL || length == NULL || length > body)
			break;
		body += 4;
		length += strlen("Content-Length: ");
		if (atoi(length) > end - body)
			break;
		text = body + atoi(length);
	}
	return count;
}

/* Reads one request: the block, and a body of the length that it gives. */
static void
read_request(SSL *ssl)
{
	char text[RAW_ANSWER_MAX];
	const char *length;
	char *end = NULL;
	size_t len = 0;
	size_t want = 0;
	int got;

	for (;;) {
		got = SSL_read(ssl, text + len, (int)(sizeof(text) - 1 - len));
		if (got <= 0)
			return;
		len += (size_t)got;
		text[len] = '\0';
		end = strstr(text, "\r\n\r\n");
		if (end == NULL)
			continue;
		length = strstr(text, "Content-Length: ");
		want = length != NULL ? (size_t)atoi(length + strlen("Content-Length: ")) : 0;
		if (len - (size_t)(end + 4 - text) >= want)
			return;
	}
}

static void
serve_tls(struct raw_server *server, int fd)
{
	SSL *ssl = SSL_new(server->context);
	bool hanging = server->way == RAW_SERVER_HANG;
	const struct timespec step = { 0, 20000000 };

	(void)SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1) {
		if (server->way != RAW_SERVER_CLOSE_AFTER_TLS)
			read_request(ssl);
		atomic_fetch_add(&server->served, 1);
		if (server->way == RAW_SERVER_SAY) {
			(void)SSL_write(ssl, server->text, (int)strlen(server->text));
			(void)SSL_shutdown(ssl);
		}
		while (hanging && !atomic_load(&server->stopping))
			(void)nanosleep(&step, NULL);
	}
	SSL_free(ssl);
}

static void *
server_main(void *arg)
{
	static const char plain[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	struct raw_server *server = arg;
	struct pollfd poller = { .fd = server->fd, .events = POLLIN };

	while (!atomic_load(&server->stopping)) {
		int fd;

		if (poll(&poller, 1, 20) <= 0)
			continue;
		fd = accept(server->fd, NULL, NULL);
		if (fd < 0)
			continue;
		if (server->way == RAW_SERVER_PLAIN)
			(void)!write(fd, plain, sizeof(plain) - 1);
		else if (server->way != RAW_SERVER_CLOSE_AT_ONCE)
			serve_tls(server, fd);
		(void)close(fd);
	}
	return NULL;
}

static struct raw_server *
server_new(const char *folder, const char *cert, enum raw_server_way way, const char *text)
{
	struct raw_server *server = calloc(1, sizeof(*server));

	if (server == NULL)
		abort();
	server->way = way;
	server->text = text;
	server->context = SSL_CTX_new(TLS_server_method());
	use_certificate(server->context, folder, cert);
	return server;
}

static struct raw_server *
server_run(struct raw_server *server)
{
	struct sockaddr_in at = loopback(0);
	socklen_t at_len = sizeof(at);

	server->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(server->fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(server->fd, 8) != 0 ||
	    getsockname(server->fd, (struct sockaddr *)&at, &at_len) != 0 ||
	    pthread_create(&server->thread, NULL, server_main, server) != 0)
		abort();
	server->port = ntohs(at.sin_port);
	return server;
}

struct raw_server *
raw_server_start(const char *folder, enum raw_server_way way, const char *text)
{
	struct raw_server *server = server_new(folder, "server", way, text);

	if (way == RAW_SERVER_OLD_TLS) {
		(void)SSL_CTX_set_cipher_list(server->context, "ALL:@SECLEVEL=0");
		(void)SSL_CTX_set_min_proto_version(server->context, TLS1_VERSION);
		(void)SSL_CTX_set_max_proto_version(server->context, TLS1_1_VERSION);
	}
	return server_run(server);
}

struct raw_server *
raw_server_start_weak(const char *folder, const char *cert, const char *ciphers)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
				     "Content-Length: 2\r\n\r\n{}";
	struct raw_server *server = server_new(folder, cert, RAW_SERVER_SAY, answer);

	SSL_CTX_set_security_level(server->context, 0);
	(void)SSL_CTX_set_max_proto_version(server->context, TLS1_2_VERSION);
	if (SSL_CTX_set_cipher_list(server->context, ciphers) != 1)
		abort();
	return server_run(server);
}

uint16_t
raw_server_port(const struct raw_server *server)
{
	return server->port;
}

unsigned
raw_server_served(struct raw_server *server)
{
	return atomic_load(&server->served);
}

void
raw_server_stop(struct raw_server **server)
{
	atomic_store(&(*server)->stopping, true);
	(void)pthread_join((*server)->thread, NULL);
	(void)close((*server)->fd);
	SSL_CTX_free((*server)->context);
	free(*server);
	*server = NULL;
}
