/*
 * What the two files of the HTTPS client share; nobody else includes this.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_HTTP_CLIENT_INTERNAL_H
#define HTTP_HTTP_CLIENT_INTERNAL_H

#include <pthread.h>

#include "http/http_address.h"
#include "http/http_client_curl.h"
#include "http/http_client_lib.h"

#define HTTP_CLIENT_FILE_MAX 4096
#define HTTP_CLIENT_PINS_MAX 512

/* One kept connection and what one call needs. */
struct http_slot {
	/* Made at the first call, all four. */
	const struct http_curl *lib;
	CURL *curl;
	struct curl_slist *get_headers;
	struct curl_slist *post_headers;
	uint8_t *buf; /* YKT_HTTP_BODY_MAX */
	bool busy;
	/* The call that runs. */
	struct ykt_bytes body;
	size_t body_sent;
	size_t answer_len;
	size_t answer_max;
	size_t header_len;
	bool too_large;
	bool framed;    /* the answer says where it ends */
	bool connected; /* http_client_frame.c: the connection may serve again */
	bool used;      /* the same: the handle has connected before */
};

struct http_client {
	struct ykt_http port;
	const struct ykt_env *env;
	char base[HTTP_CLIENT_BASE_MAX];
	bool frames; /* base begins with HTTP_CLIENT_FRAMED */
	char ca_file[HTTP_CLIENT_FILE_MAX];
	char cert_file[HTTP_CLIENT_FILE_MAX]; /* "" without */
	char key_file[HTTP_CLIENT_FILE_MAX];
	char pins[HTTP_CLIENT_PINS_MAX];
	struct http_slot slots[HTTP_CLIENT_POOL_MAX];
	size_t slot_count;
	pthread_mutex_t lock; /* guards busy */
	pthread_cond_t free;
};

/* Gives back what the first call made. */
void http_slot_clear(struct http_slot *slot);

/* http_client_call.c: the port's slot; ctx is the client. */
enum ykt_status
http_client_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp);

/* http_client_call.c: the slot with a handle that never connected. YKT_E_NOMEM. */
YKT_MUST_USE enum ykt_status
http_slot_renew(const struct http_client *client, struct http_slot *slot);

/* http_client_frame.c: the same over frames, with a slot that is taken and made. */
enum ykt_status http_client_frame_call(struct http_client *client, struct http_slot *slot,
    const struct ykt_http_request *req, struct ykt_http_response *rsp);

#endif
