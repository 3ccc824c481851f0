/*
 * libcurl, loaded when something is first asked of a server: with the libraries
 * behind it, loading takes longer than everything else a client does before its
 * first screen. Its functions are called through this table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_HTTP_CLIENT_LIB_H
#define HTTP_HTTP_CLIENT_LIB_H

#include <curl/curl.h>

struct http_curl {
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	CURLcode (*easy_setopt)(CURL *curl, CURLoption option, ...);
	CURLcode (*easy_perform)(CURL *curl);
	CURLcode (*easy_getinfo)(CURL *curl, CURLINFO info, ...);
	void (*easy_cleanup)(CURL *curl);
	CURLcode (*easy_send)(CURL *curl, const void *data, size_t len, size_t *ret_sent);
	CURLcode (*easy_recv)(CURL *curl, void *out, size_t len, size_t *ret_got);
	const char *(*easy_strerror)(CURLcode code);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
};

/* Loads and initialises it, once a process, from any thread. NULL: not installed. */
const struct http_curl *http_curl_load(void);

#endif
