/*
 * Server of the framed connection (frame.h), over GnuTLS. It takes the options
 * and handlers of the HTTPS server, judges certificates, paths and bodies as that
 * does, and has the same limits; what a request that breaks one is answered is
 * 400, 403, 405, 413 or 503, and the connection ends.
 *
 * A thread a connection, FRAME_CONNECTIONS_MAX of them; workers run the handlers.
 * The program must ignore SIGPIPE.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_FRAME_SERVER_H
#define HTTP_FRAME_SERVER_H

#include "http/http_server_mhd.h"

#define FRAME_CONNECTIONS_MAX 128

struct frame_server;

/* Errors as http_server_start(). */
YKT_MUST_USE enum ykt_status
frame_server_start(const struct http_server_options *options, struct frame_server **ret_server);

/* The port it listens on. */
uint16_t frame_server_port(const struct frame_server *server);

/*
 * Stops listening, lets running handlers end and their answers leave, closes every
 * connection, joins every thread. Takes the handle's address, accepts NULL in it,
 * nulls it.
 */
void frame_server_stop(struct frame_server **server);

#endif
