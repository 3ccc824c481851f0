/*
 * What the tests of the HTTPS drivers share: cmocka, certificates in a folder,
 * a server with a small handler, clients of it, and bare TLS at either end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_HTTP_HELP_H
#define TESTS_HTTP_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ykt/mem.h>

#include "http/http_client_curl.h"
#include "http/http_server_mhd.h"
#include "test_ca.h"

/*
 * The same tests, over the framed connection: the server is another, and the
 * scheme of what is called.
 */
#ifdef HELP_FRAMED
#include "http/frame_server.h"
#define http_server       frame_server
#define http_server_start frame_server_start
#define http_server_port  frame_server_port
#define http_server_stop  frame_server_stop
#define HELP_SCHEME       "ykts://"
#else
#define HELP_SCHEME "https://"
#endif

#define ASSERT_STATUS(expr, want) assert_string_equal(ykt_status_name(expr), ykt_status_name(want))

#define HELP_WORKERS    4
#define HELP_RECEIVE_MS 1000

/* The folder with ca, server, client and every bad certificate. */
extern char help_folder[64];
extern const struct ykt_env help_env;

/* Every room under test gets memory here; from now on the nth request fails; 0: none. */
void help_memory_fail(unsigned nth);
/* True when the failure that was ordered has happened. */
bool help_memory_failed(void);

/* Group set-up and tear-down: make the folder, remove it. */
int help_setup(void **state);
int help_teardown(void **state);

int64_t help_now(void);
void help_pause(long ms);

/* Handler calls so far, all servers of this program. */
unsigned help_handled(void);

/*
 * Options of a server that shows `cert` ("server"): the handler answers /echo
 * with the body, /peer with the peer's name, /big with 200 kB, /sleep after
 * 300 ms, /overflow with more than fits, anything else with 404.
 */
struct http_server_options help_server_options(const char *cert, bool mutual);
struct http_server *help_server(const char *cert, bool mutual);
/* cert NULL: shows none. */
struct http_client *help_client(uint16_t port, const char *cert);

/* One POST (GET when text is NULL); the body is NUL-terminated into out. */
struct help_answer {
	enum ykt_status status;
	int code;
	char body[300];
};
struct help_answer help_call(struct http_client *client, const char *path, const char *text);

#endif
