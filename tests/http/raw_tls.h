/*
 * Bare TLS for tests: a client that sends any bytes, a server that misbehaves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_HTTP_RAW_TLS_H
#define TESTS_HTTP_RAW_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RAW_ANSWER_MAX 8192

struct raw_client;

/* NULL: the handshake failed. cert NULL: none shown; version 0: any. */
struct raw_client *raw_open(uint16_t port, const char *folder, const char *cert, int version_max);
/* False when the server no longer listens. */
bool raw_send(struct raw_client *client, const void *data, size_t len);
/* Reads until the server closes or wait_ms pass in silence; NUL-terminated. */
void raw_receive(struct raw_client *client, long wait_ms, char ret_text[RAW_ANSWER_MAX]);
void raw_close(struct raw_client **client);

/* Codes of the answers in text, each as long as it says, in order; returns how many. */
size_t raw_codes(const char *text, int *ret_codes, size_t max);

enum raw_server_way {
	RAW_SERVER_CLOSE_AT_ONCE,   /* before TLS */
	RAW_SERVER_CLOSE_AFTER_TLS, /* without reading */
	RAW_SERVER_CLOSE_AFTER_REQUEST,
	RAW_SERVER_SAY,     /* reads the request, sends the text, closes */
	RAW_SERVER_HANG,    /* reads the request, says nothing */
	RAW_SERVER_OLD_TLS, /* speaks TLS 1.1 only */
	RAW_SERVER_PLAIN,   /* answers plain HTTP without TLS */
};

struct raw_server;

/* Serves every connection in the same way until stopped. text is borrowed. */
struct raw_server *raw_server_start(const char *folder, enum raw_server_way way, const char *text);
/* As RAW_SERVER_SAY with a good answer, in TLS 1.2 with these ciphers only. */
struct raw_server *raw_server_start_weak(const char *folder, const char *cert, const char *ciphers);
uint16_t raw_server_port(const struct raw_server *server);
/* Connections that reached the way's end. */
unsigned raw_server_served(struct raw_server *server);
void raw_server_stop(struct raw_server **server);

#endif
