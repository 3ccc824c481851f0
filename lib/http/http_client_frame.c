/*
 * A call over the framed connection. libcurl connects, checks the certificate
 * and the pins as for HTTPS, and hands over the bytes of the TLS connection.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <ykt/secret.h>

#include "http/frame.h"
#include "http/http_client_internal.h"

#define CONNECT_MS_MAX 10000

/* One exchange on its way. */
struct exchange {
	struct http_client *client;
	struct http_slot *slot;
	curl_socket_t fd;
	int64_t deadline_mono_ms;
};

static int64_t
left_ms(const struct exchange *x)
{
	return x->deadline_mono_ms - ykt_clock_mono(x->client->env->clock);
}

/* True when there may be something to do; false at the deadline. */
static bool
wait_for(const struct exchange *x, short events)
{
	struct pollfd pfd = { .fd = x->fd, .events = events };
	const int64_t left = left_ms(x);

	return left > 0 && poll(&pfd, 1, left > INT_MAX ? INT_MAX : (int)left) >= 0;
}

static bool
send_all(const struct exchange *x, struct ykt_bytes bytes)
{
	const struct http_slot *slot = x->slot;

	while (bytes.len > 0) {
		size_t sent = 0;
		CURLcode rc = slot->lib->easy_send(slot->curl, bytes.data, bytes.len, &sent);

		if (rc == CURLE_AGAIN) {
			if (!wait_for(x, POLLOUT))
				return false;
		} else if (rc != CURLE_OK) {
			return false;
		}
		bytes = ykt_bytes_sub(bytes, sent, bytes.len);
	}

	return true;
}

static bool
receive_all(const struct exchange *x, uint8_t *out, size_t len)
{
	const struct http_slot *slot = x->slot;

	while (len > 0) {
		size_t got = 0;
		CURLcode rc = slot->lib->easy_recv(slot->curl, out, len, &got);

		if (rc == CURLE_AGAIN) {
			if (!wait_for(x, POLLIN))
				return false;
		} else if (rc != CURLE_OK || got == 0) {
			return false;
		}
		out += got;
		len -= got;
	}

	return true;
}

/* A connection on which something waits was closed, or is out of step: not used again. */
static bool
is_fresh(const struct exchange *x)
{
	struct pollfd pfd = { .fd = x->fd, .events = POLLIN };

	return x->fd != CURL_SOCKET_BAD && poll(&pfd, 1, 0) == 0;
}

static bool
active_socket(struct exchange *x)
{
	x->fd = CURL_SOCKET_BAD;

	return x->slot->lib->easy_getinfo(x->slot->curl, CURLINFO_ACTIVESOCKET, &x->fd) ==
		   CURLE_OK &&
	       x->fd != CURL_SOCKET_BAD;
}

/* https for what curl does; the scheme of the base says frames. */
static bool
connect_fresh(struct exchange *x, const struct http_curl *lib)
{
	const int64_t left = left_ms(x);
	char url[HTTP_CLIENT_BASE_MAX + sizeof("https://")];

	(void)snprintf(
	    url, sizeof(url), "https://%s", x->client->base + strlen(HTTP_CLIENT_FRAMED));
	x->slot->connected =
	    left > 0 && lib->easy_setopt(x->slot->curl, CURLOPT_URL, url) == CURLE_OK &&
	    lib->easy_setopt(x->slot->curl, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK &&
	    lib->easy_setopt(x->slot->curl, CURLOPT_SSL_ENABLE_ALPN, 0L) == CURLE_OK &&
	    lib->easy_setopt(x->slot->curl, CURLOPT_TIMEOUT_MS,
		(long)(left < CONNECT_MS_MAX ? left : CONNECT_MS_MAX)) == CURLE_OK &&
	    lib->easy_perform(x->slot->curl) == CURLE_OK && active_socket(x);

	return x->slot->connected;
}

static bool
connect_now(struct exchange *x)
{
	const struct http_curl *lib = x->slot->lib;

	/* The connection before goes with its handle. */
	if (x->slot->used && http_slot_renew(x->client, x->slot) != YKT_OK)
		return false;
	x->slot->used = true;

	return connect_fresh(x, lib);
}

static bool
send_request(const struct exchange *x, const struct ykt_http_request *req)
{
	uint8_t space[FRAME_LEN + FRAME_REQUEST_HEAD];
	struct ykt_buf head = YKT_BUF(space);

	frame_request_head(req, &head);

	return send_all(x, ykt_buf_view(&head)) && send_all(x, ykt_bytes_str(req->path)) &&
	       send_all(x, req->body);
}

static enum ykt_status
receive_answer(struct exchange *x, struct ykt_http_response *rsp)
{
	uint8_t head[FRAME_LEN + FRAME_ANSWER_HEAD];
	struct http_slot *slot = x->slot;
	size_t body_len = 0;
	bool last = true;
	int code = 0;

	if (!receive_all(x, head, sizeof(head)))
		return YKT_E_NET_UNKNOWN;
	if (frame_answer_read(head + FRAME_LEN, ykt_get_u32(head), &code, &last, &body_len) !=
		YKT_OK ||
	    body_len > slot->answer_max)
		return YKT_E_SERVER;
	if (!receive_all(x, slot->buf, body_len))
		return YKT_E_NET_UNKNOWN;
	slot->connected = !last;
	slot->answer_len = body_len;
	rsp->code = code;
	ykt_put_mem(&rsp->body, slot->buf, body_len);

	return YKT_OK;
}

enum ykt_status
http_client_frame_call(struct http_client *client, struct http_slot *slot,
    const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct exchange x = { client, slot, CURL_SOCKET_BAD, req->deadline_mono_ms };
	enum ykt_status status;

	if (!(slot->connected && active_socket(&x) && is_fresh(&x)) && !connect_now(&x))
		return YKT_E_NET;
	/* A request that did not leave whole is none: the server waits for all of it. */
	if (!send_request(&x, req))
		status = YKT_E_NET;
	else
		status = receive_answer(&x, rsp);
	if (status != YKT_OK)
		slot->connected = false;

	return status;
}
