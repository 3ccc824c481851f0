/*
 * The header block, judged line by line (docs/http-limits.md).
 *
 * The HTTP library lets several ambiguous blocks through, each of which two
 * servers in a row may read differently; none of them reaches a handler here.
 * Pure functions: nothing is kept but what the struct holds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HTTP_HTTP_STRICT_H
#define HTTP_HTTP_STRICT_H

#include <ykt/bytes.h>

#define HTTP_STRICT_LINES_MAX 64
#define HTTP_STRICT_NAME_MAX  64
#define HTTP_STRICT_VALUE_MAX 4096

struct http_strict {
	size_t body_max;
	bool post;
	unsigned lines;
	unsigned hosts;
	unsigned lengths;
	unsigned encodings;
	unsigned types;
	uint64_t length; /* what Content-Length says */
	int code;        /* 0, or the code of the first fault */
};

/*
 * Starts with the request line: 405 for a method other than GET and POST, 505
 * for a version other than HTTP/1.1, 414 for a path over YKT_HTTP_PATH_MAX - 1,
 * 400 for one that is not plain (http_strict_path).
 */
void http_strict_begin(struct http_strict *strict, const char *method, const char *uri,
    const char *version, size_t body_max);

/* One header line; name and value as the HTTP library cut them. */
void http_strict_line(struct http_strict *strict, struct ykt_bytes name, struct ykt_bytes value);

/* After the last line: 0 when the request may be served, or the code to refuse with. */
int http_strict_end(const struct http_strict *strict);

/*
 * Absolute path of [A-Za-z0-9._~-] segments, none empty but a last one, none
 * "." or ".."; no % at all, so nothing can be hidden. The query holds visible
 * ASCII; a % in it is followed by two hex digits that are not 00.
 */
bool http_strict_path(const char *uri);

/* "application/json", alone or with charset=utf-8; case does not matter. */
bool http_strict_json(struct ykt_bytes content_type);

#endif
