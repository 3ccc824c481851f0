/*
 * What both servers begin with: options, PEM files, the listening socket.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_HTTP_SERVER_SETUP_H
#define HTTP_HTTP_SERVER_SETUP_H

#include "http/http_pem.h"
#include "http/http_server_mhd.h"

/* TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers, no tickets. */
#define HTTP_TLS_PRIORITIES                                                                        \
	"NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-ECDSA:+ECDHE-RSA:+AES-256-GCM:+AES-128-GCM:"        \
	"+CHACHA20-POLY1305:+AEAD:+SIGN-ALL:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:+GROUP-SECP256R1:"     \
	"+GROUP-SECP384R1:+GROUP-X25519:+CTYPE-X509:%SERVER_PRECEDENCE:%NO_TICKETS"

struct http_pems {
	struct http_pem cert;
	struct http_pem key;
	struct http_pem ca;
};

bool http_options_valid(const struct http_server_options *options);
/* A copy with the defaults and without pointers that are only good now. */
struct http_server_options http_options_settle(const struct http_server_options *options);

/*
 * What was loaded is the caller's to clear, also after an error. Errors as
 * http_server_start().
 */
YKT_MUST_USE enum ykt_status
http_pems_load(const struct http_server_options *options, struct http_pems *pems);
void http_pems_clear(const struct ykt_alloc *alloc, struct http_pems *pems);

/* *ret_fd may be set on failure too: the caller closes it. YKT_E_ARG, YKT_BUSY, YKT_E_NET. */
YKT_MUST_USE enum ykt_status
http_listen_open(const char *bind_ip, uint16_t port, int *ret_fd, uint16_t *ret_port);

#endif
