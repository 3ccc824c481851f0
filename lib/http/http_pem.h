/*
 * PEM files: read whole, bounded, wiped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_HTTP_PEM_H
#define HTTP_HTTP_PEM_H

#include <ykt/bytes.h>
#include <ykt/driver/alloc.h>

#define HTTP_PEM_MAX (64 * 1024)

struct http_pem {
	char *text; /* NUL-terminated; NULL when empty */
	size_t size;
};

/* YKT_E_FILE: cannot be read, is empty or over HTTP_PEM_MAX. YKT_E_NOMEM. */
YKT_MUST_USE enum ykt_status
http_pem_load(const struct ykt_alloc *alloc, const char *path, struct http_pem *ret_pem);
/* Wipes; accepts an empty one. */
void http_pem_clear(const struct ykt_alloc *alloc, struct http_pem *pem);

/* The key belongs to the first certificate. YKT_E_KEY otherwise. */
YKT_MUST_USE enum ykt_status
http_pem_pair_check(const struct http_pem *cert, const struct http_pem *key);
/* At least one certificate. YKT_E_KEY otherwise. */
YKT_MUST_USE enum ykt_status http_pem_ca_check(const struct http_pem *ca);

#endif
