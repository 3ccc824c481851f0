/*
 * The http port over libcurl: one server, HTTPS or frames over TLS.
 *
 * TLS 1.2 or later, host name always checked, only the given CA believed, no
 * redirects, no proxy, no compression. A small pool of kept connections lets
 * several threads call at once. The program must ignore SIGPIPE: OpenSSL writes
 * to a closed socket would raise it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_HTTP_CLIENT_CURL_H
#define HTTP_HTTP_CLIENT_CURL_H

#include <ykt/driver/http.h>
#include <ykt/env.h>

#define HTTP_CLIENT_POOL_DEFAULT 4
#define HTTP_CLIENT_POOL_MAX     64

struct http_client;

struct http_client_options {
	/*
	 * "https://127.0.0.1:8443": no path, no user. With "ykts://" in its place the
	 * framed connection (frame.h), which needs a port.
	 */
	const char *base_url;
	const char *ca_file; /* PEM; the only roots that are believed */
	/* PEM; both, or both NULL. With them the client shows a certificate. */
	const char *cert_file;
	const char *key_file;
	/* NULL, or "sha256//BASE64;sha256//BASE64": the key in use and the back-up. */
	const char *pins;
	size_t pool;               /* calls at once; 0 is HTTP_CLIENT_POOL_DEFAULT */
	const struct ykt_env *env; /* borrowed; random is not used */
};

/*
 * Checks the options; opens no connection.
 *
 * YKT_E_ARG    base_url is not https://HOST[:PORT] or ykts://HOST[:PORT], one of cert and key is
 *              missing, pins are malformed, pool is over the maximum
 * YKT_E_FILE   a named file cannot be read
 * YKT_E_NOMEM
 */
YKT_MUST_USE enum ykt_status
http_client_open(const struct http_client_options *options, struct http_client **ret_client);

/*
 * The port; valid until close. Any thread may call. Beside what
 * ykt/driver/http.h says, call() answers
 * YKT_E_DEADLINE  the deadline passed, or no pooled connection was free by then:
 *                 nothing was sent
 * YKT_E_SERVER    an answer came, but its body is too large for rsp, or is not
 *                 application/json: whatever it asked for may have been done
 * The path of the request must start with '/' and hold only visible ASCII.
 */
const struct ykt_http *http_client_port(const struct http_client *client);

/* No call may be running. Takes the handle's address, accepts NULL, nulls it. */
void http_client_close(struct http_client **client);

#endif
