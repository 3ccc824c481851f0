/*
 * Loading libcurl.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/http_client_lib.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define CURL_SONAME "libcurl.so.4"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct http_curl table;
static bool loaded;

/* POSIX gives functions as object pointers; copied as bytes, as C has no cast. */
static bool
take(void *library, const char *name, void *ret_function)
{
	void *found = dlsym(library, name);

	memcpy(ret_function, &found, sizeof(found));
	return found != NULL;
}

/* It stays loaded to the end: other libraries may keep what it gave them. */
static void
load(void)
{
	void *library = dlopen(CURL_SONAME, RTLD_NOW | RTLD_LOCAL);

	loaded = library != NULL && take(library, "curl_global_init", &table.global_init) &&
		 take(library, "curl_easy_init", &table.easy_init) &&
		 take(library, "curl_easy_setopt", &table.easy_setopt) &&
		 take(library, "curl_easy_perform", &table.easy_perform) &&
		 take(library, "curl_easy_getinfo", &table.easy_getinfo) &&
		 take(library, "curl_easy_cleanup", &table.easy_cleanup) &&
		 take(library, "curl_easy_send", &table.easy_send) &&
		 take(library, "curl_easy_recv", &table.easy_recv) &&
		 take(library, "curl_easy_strerror", &table.easy_strerror) &&
		 take(library, "curl_slist_append", &table.slist_append) &&
		 take(library, "curl_slist_free_all", &table.slist_free_all) &&
		 table.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

const struct http_curl *
http_curl_load(void)
{
	return pthread_once(&once, load) == 0 && loaded ? &table : NULL;
}
