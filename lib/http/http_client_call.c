/*
 * One call: a free connection, one request, one whole answer or none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "http/http_client_internal.h"
#include "http/http_strict.h"

#define CONNECT_MS_MAX   10000
#define HEADER_BYTES_MAX (32 * 1024)
#define REUSE_SECONDS    5 /* less than a server keeps an idle connection */
#define TLS12_CIPHERS    "ECDHE+AESGCM:ECDHE+CHACHA20"

static size_t
take_answer(char *data, size_t size, size_t count, void *arg)
{
	struct http_slot *slot = arg;
	size_t len = size * count;

	if (len > slot->answer_max - slot->answer_len) {
		slot->too_large = true;
		return 0;
	}
	memcpy(slot->buf + slot->answer_len, data, len);
	slot->answer_len += len;
	return len;
}

static size_t
take_header(char *data, size_t size, size_t count, void *arg)
{
	static const char length[] = "content-length:";
	static const char encoding[] = "transfer-encoding:";
	struct http_slot *slot = arg;
	size_t len = size * count;

	slot->header_len += len;
	if ((len >= sizeof(length) - 1 && strncasecmp(data, length, sizeof(length) - 1) == 0) ||
	    (len >= sizeof(encoding) - 1 && strncasecmp(data, encoding, sizeof(encoding) - 1) == 0))
		slot->framed = true;
	/* Returning less than len ends the call. */
	return slot->header_len > HEADER_BYTES_MAX ? 0 : len;
}

/*
 * Hands out the body once. There is no way to rewind on purpose: curl would
 * otherwise send a request again by itself when a kept connection breaks.
 */
static size_t
give_body(char *out, size_t size, size_t count, void *arg)
{
	struct http_slot *slot = arg;
	size_t len = slot->body.len - slot->body_sent;

	if (len > size * count)
		len = size * count;
	if (len > 0)
		memcpy(out, slot->body.data + slot->body_sent, len);
	slot->body_sent += len;
	return len;
}

static CURLcode
option_text(const struct http_slot *slot, CURLoption option, const char *text)
{
	return text[0] == '\0' ? CURLE_OK : slot->lib->easy_setopt(slot->curl, option, text);
}

/* All that never changes. */
static CURLcode
slot_setup(const struct http_client *client, struct http_slot *slot)
{
	const struct {
		CURLoption option;
		long value;
	} numbers[] = {
		{ CURLOPT_NOSIGNAL, 1 },
		{ CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
		{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
		{ CURLOPT_SSL_VERIFYPEER, 1 },
		{ CURLOPT_SSL_VERIFYHOST, 2 },
		{ CURLOPT_FOLLOWLOCATION, 0 },
		{ CURLOPT_PATH_AS_IS, 1 },
		{ CURLOPT_MAXCONNECTS, 1 },
		{ CURLOPT_MAXAGE_CONN, REUSE_SECONDS },
	};
	const struct http_curl *lib = slot->lib;
	CURL *curl = slot->curl;
	CURLcode rc = CURLE_OK;

	for (size_t i = 0; rc == CURLE_OK && i < YKT_ARRAY_LEN(numbers); i++)
		rc = lib->easy_setopt(curl, numbers[i].option, numbers[i].value);
	if (rc != CURLE_OK || (rc = lib->easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https")) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_PROXY, "")) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_SSL_CIPHER_LIST, TLS12_CIPHERS)) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_CAPATH, NULL)) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_CAINFO, client->ca_file)) ||
	    (rc = option_text(slot, CURLOPT_SSLCERT, client->cert_file)) ||
	    (rc = option_text(slot, CURLOPT_SSLKEY, client->key_file)) ||
	    (rc = option_text(slot, CURLOPT_PINNEDPUBLICKEY, client->pins)) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer)) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_WRITEDATA, slot)) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header)) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_HEADERDATA, slot)) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_READFUNCTION, give_body)) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_READDATA, slot)))
		return rc;
	return CURLE_OK;
}

static bool
header_add(const struct http_curl *lib, struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = lib->slist_append(*list, line);

	if (longer != NULL)
		*list = longer;
	return longer != NULL;
}

/* "Expect:" takes away the 100-continue that curl would wait for. */
static bool
headers_make(struct http_slot *slot)
{
	return header_add(slot->lib, &slot->get_headers, "Accept: application/json") &&
	       header_add(slot->lib, &slot->post_headers, "Accept: application/json") &&
	       header_add(slot->lib, &slot->post_headers, "Content-Type: application/json") &&
	       header_add(slot->lib, &slot->post_headers, "Expect:");
}

void
http_slot_clear(struct http_slot *slot)
{
	if (slot->lib == NULL)
		return;
	if (slot->curl != NULL)
		slot->lib->easy_cleanup(slot->curl);
	slot->lib->slist_free_all(slot->get_headers);
	slot->lib->slist_free_all(slot->post_headers);
	slot->curl = NULL;
	slot->get_headers = NULL;
	slot->post_headers = NULL;
}

static enum ykt_status
slot_make(const struct http_client *client, struct http_slot *slot)
{
	if (slot->buf == NULL)
		slot->buf = ykt_mem_get(client->env->alloc, YKT_HTTP_BODY_MAX);
	if (slot->buf == NULL)
		return YKT_E_NOMEM;
	if (slot->curl != NULL)
		return YKT_OK;
	slot->lib = http_curl_load();
	if (slot->lib == NULL)
		return YKT_E_NOMEM;
	slot->curl = slot->lib->easy_init();
	if (slot->curl != NULL && headers_make(slot) && slot_setup(client, slot) == CURLE_OK)
		return YKT_OK;
	http_slot_clear(slot);
	return YKT_E_NOMEM;
}

enum ykt_status
http_slot_renew(const struct http_client *client, struct http_slot *slot)
{
	http_slot_clear(slot);

	return slot_make(client, slot);
}

static int64_t
remaining_ms(const struct http_client *client, int64_t deadline_mono_ms)
{
	return deadline_mono_ms - ykt_clock_mono(client->env->clock);
}

/* Waits for a free one until the deadline; NULL: none came. */
static struct http_slot *
slot_take(struct http_client *client, int64_t deadline_mono_ms)
{
	int64_t left = remaining_ms(client, deadline_mono_ms);
	struct http_slot *found = NULL;
	struct timespec until;
	int64_t nanoseconds;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	left = left > INT32_MAX ? INT32_MAX : left;
	nanoseconds = until.tv_nsec + left % 1000 * 1000000;
	until.tv_sec += left / 1000 + nanoseconds / 1000000000;
	until.tv_nsec = nanoseconds % 1000000000;
	(void)pthread_mutex_lock(&client->lock);
	for (;;) {
		for (size_t i = 0; i < client->slot_count && found == NULL; i++)
			if (!client->slots[i].busy)
				found = &client->slots[i];
		if (found != NULL ||
		    pthread_cond_timedwait(&client->free, &client->lock, &until) == ETIMEDOUT)
			break;
	}
	if (found != NULL)
		found->busy = true;
	(void)pthread_mutex_unlock(&client->lock);
	return found;
}

/* Wipes what the call left. */
static void
slot_give(struct http_client *client, struct http_slot *slot)
{
	if (slot->buf != NULL)
		ykt_wipe(slot->buf, slot->answer_len);
	slot->body = ykt_bytes(NULL, 0);
	(void)pthread_mutex_lock(&client->lock);
	slot->busy = false;
	(void)pthread_cond_signal(&client->free);
	(void)pthread_mutex_unlock(&client->lock);
}

static CURLcode
request_setup(const struct http_client *client, struct http_slot *slot,
    const struct ykt_http_request *req, int64_t left)
{
	long timeout = left > INT32_MAX ? INT32_MAX : (long)left;
	bool post = req->method == YKT_HTTP_POST;
	char url[HTTP_CLIENT_BASE_MAX + YKT_HTTP_PATH_MAX];
	const struct http_curl *lib = slot->lib;
	CURL *curl = slot->curl;
	CURLcode rc;

	(void)snprintf(url, sizeof(url), "%s%s", client->base, req->path);
	if ((rc = lib->easy_setopt(curl, CURLOPT_URL, url)) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout)) ||
	    (rc = lib->easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
		 timeout < CONNECT_MS_MAX ? timeout : CONNECT_MS_MAX)) ||
	    (rc = lib->easy_setopt(curl, post ? CURLOPT_POST : CURLOPT_HTTPGET, 1L)) ||
	    (rc = lib->easy_setopt(
		 curl, CURLOPT_HTTPHEADER, post ? slot->post_headers : slot->get_headers)))
		return rc;
	if (post)
		return lib->easy_setopt(
		    curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->body.len);
	return CURLE_OK;
}

/* curl counts a byte as soon as it went into the TLS connection. */
static bool
anything_sent(const struct http_slot *slot)
{
	long sent = 1;

	return slot->lib->easy_getinfo(slot->curl, CURLINFO_REQUEST_SIZE, &sent) != CURLE_OK ||
	       sent != 0;
}

static enum ykt_status
answer_check(struct http_slot *slot, struct ykt_http_response *rsp)
{
	char *type = NULL;
	long code = 0;

	/* Without a length a cut answer would look whole. */
	if (!slot->framed)
		return YKT_E_NET_UNKNOWN;
	if (slot->lib->easy_getinfo(slot->curl, CURLINFO_RESPONSE_CODE, &code) != CURLE_OK ||
	    slot->lib->easy_getinfo(slot->curl, CURLINFO_CONTENT_TYPE, &type) != CURLE_OK)
		return YKT_E_NET_UNKNOWN;
	if (slot->answer_len > 0 && (type == NULL || !http_strict_json(ykt_bytes_str(type))))
		return YKT_E_SERVER;
	rsp->code = (int)code;
	ykt_put_mem(&rsp->body, slot->buf, slot->answer_len);
	return YKT_OK;
}

static enum ykt_status
perform(struct http_client *client, struct http_slot *slot, struct ykt_http_response *rsp)
{
	struct ykt_trace_event event = { .kind = YKT_TRACE_ERROR, .room = "http" };
	CURLcode rc = slot->lib->easy_perform(slot->curl);

	if (rc == CURLE_OK)
		return answer_check(slot, rsp);
	event.name = slot->lib->easy_strerror(rc);
	event.number = (int64_t)rc;
	ykt_trace_event(client->env->trace, &event);
	if (!anything_sent(slot))
		return YKT_E_NET;
	return slot->too_large ? YKT_E_SERVER : YKT_E_NET_UNKNOWN;
}

enum ykt_status
http_client_call(void *ctx, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct http_client *client = ctx;
	struct http_slot *slot;
	enum ykt_status status;
	size_t space = rsp->body.cap - rsp->body.len;
	int64_t left;

	if (!http_strict_path(req->path) || (req->method == YKT_HTTP_GET && req->body.len > 0))
		return YKT_E_ARG;
	if (remaining_ms(client, req->deadline_mono_ms) <= 0)
		return YKT_E_DEADLINE;
	slot = slot_take(client, req->deadline_mono_ms);
	if (slot == NULL)
		return YKT_E_DEADLINE;
	slot->body = req->body;
	slot->body_sent = 0;
	slot->answer_len = 0;
	slot->answer_max = space < YKT_HTTP_BODY_MAX ? space : YKT_HTTP_BODY_MAX;
	slot->header_len = 0;
	slot->too_large = false;
	slot->framed = false;
	status = slot_make(client, slot);
	left = remaining_ms(client, req->deadline_mono_ms);
	if (status == YKT_OK && left <= 0)
		status = YKT_E_DEADLINE;
	if (status == YKT_OK && client->frames)
		status = http_client_frame_call(client, slot, req, rsp);
	else if (status == YKT_OK && request_setup(client, slot, req, left) != CURLE_OK)
		status = YKT_E_NOMEM;
	else if (status == YKT_OK)
		status = perform(client, slot, rsp);
	slot_give(client, slot);
	return status;
}
