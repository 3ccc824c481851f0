/*
 * The header block, judged line by line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/http_strict.h"

#include <string.h>

#include <ykt/driver/http.h>

#define LENGTH_DIGITS_MAX 10

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* text is in lower case already. */
static bool
same(struct ykt_bytes bytes, const char *text)
{
	if (bytes.len != strlen(text))
		return false;
	for (size_t i = 0; i < bytes.len; i++)
		if (lower((char)bytes.data[i]) != text[i])
			return false;
	return true;
}

static bool
query_valid(const char *query)
{
	for (const char *p = query; *p != '\0'; p++) {
		if (*p <= ' ' || *p > '~' || *p == '#')
			return false;
		if (*p != '%')
			continue;
		if (hex_digit(p[1]) < 0 || hex_digit(p[2]) < 0)
			return false;
		if (p[1] == '0' && p[2] == '0')
			return false;
	}
	return true;
}

bool
http_strict_path(const char *uri)
{
	const char *segment;
	const char *p = uri;

	if (*p != '/')
		return false;
	while (*p == '/') {
		segment = ++p;
		while (is_alnum(*p) || (*p != '\0' && strchr("._~-", *p) != NULL))
			p++;
		if (p == segment && *p == '/')
			return false;
		if ((p - segment == 1 && segment[0] == '.') ||
		    (p - segment == 2 && segment[0] == '.' && segment[1] == '.'))
			return false;
	}
	return *p == '\0' || (*p == '?' && query_valid(p + 1));
}

bool
http_strict_json(struct ykt_bytes content_type)
{
	struct ykt_bytes kind = content_type;
	size_t at = 0;

	while (at < content_type.len && content_type.data[at] != ';')
		at++;
	kind.len = at;
	while (kind.len > 0 && (kind.data[kind.len - 1] == ' ' || kind.data[kind.len - 1] == '\t'))
		kind.len--;
	if (!same(kind, "application/json"))
		return false;
	if (at == content_type.len)
		return true;
	at++;
	while (at < content_type.len &&
	       (content_type.data[at] == ' ' || content_type.data[at] == '\t'))
		at++;
	return same(ykt_bytes_sub(content_type, at, SIZE_MAX), "charset=utf-8");
}

static void
refuse(struct http_strict *strict, int code)
{
	if (strict->code == 0)
		strict->code = code;
}

void
http_strict_begin(struct http_strict *strict, const char *method, const char *uri,
    const char *version, size_t body_max)
{
	*strict = (struct http_strict){ .body_max = body_max };
	strict->post = strcmp(method, "POST") == 0;
	if (strcmp(version, "HTTP/1.1") != 0)
		refuse(strict, 505);
	if (!strict->post && strcmp(method, "GET") != 0)
		refuse(strict, 405);
	if (strlen(uri) >= YKT_HTTP_PATH_MAX)
		refuse(strict, 414);
	else if (!http_strict_path(uri))
		refuse(strict, 400);
}

static bool
name_valid(struct ykt_bytes name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = (char)name.data[i];

		/* RFC 9110 5.6.2: a token. */
		if (!is_alnum(c) && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
			return false;
	}
	return name.len > 0;
}

static bool
value_valid(struct ykt_bytes value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((value.data[i] < ' ' && value.data[i] != '\t') || value.data[i] > '~')
			return false;
	return true;
}

static bool
host_valid(struct ykt_bytes value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = (char)value.data[i];

		if (!is_alnum(c) && (c == '\0' || strchr("-.:[]", c) == NULL))
			return false;
	}
	return value.len > 0;
}

static void
length_line(struct http_strict *strict, struct ykt_bytes value)
{
	uint64_t length = 0;

	if (strict->lengths++ > 0 || value.len == 0 || value.len > LENGTH_DIGITS_MAX) {
		refuse(strict, 400);
		return;
	}
	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] < '0' || value.data[i] > '9') {
			refuse(strict, 400);
			return;
		}
		length = length * 10 + (value.data[i] - '0');
	}
	strict->length = length;
	if (length > strict->body_max)
		refuse(strict, 413);
}

/* Headers that change what the bytes after them mean, and that we do not do. */
static void
other_line(struct http_strict *strict, struct ykt_bytes name, struct ykt_bytes value)
{
	if (same(name, "expect"))
		refuse(strict, 417);
	else if (same(name, "content-encoding"))
		refuse(strict, 415);
	else if (same(name, "upgrade") || same(name, "te") || same(name, "trailer"))
		refuse(strict, 400);
	else if (same(name, "connection") && !same(value, "close") && !same(value, "keep-alive"))
		refuse(strict, 400);
}

void
http_strict_line(struct http_strict *strict, struct ykt_bytes name, struct ykt_bytes value)
{
	if (++strict->lines > HTTP_STRICT_LINES_MAX || name.len > HTTP_STRICT_NAME_MAX ||
	    value.len > HTTP_STRICT_VALUE_MAX) {
		refuse(strict, 431);
		return;
	}
	if (!name_valid(name) || !value_valid(value)) {
		refuse(strict, 400);
	} else if (same(name, "host")) {
		if (strict->hosts++ > 0 || !host_valid(value))
			refuse(strict, 400);
	} else if (same(name, "content-length")) {
		length_line(strict, value);
	} else if (same(name, "transfer-encoding")) {
		if (strict->encodings++ > 0 || !same(value, "chunked"))
			refuse(strict, 400);
	} else if (same(name, "content-type")) {
		if (strict->types++ > 0)
			refuse(strict, 400);
		else if (!http_strict_json(value))
			refuse(strict, 415);
	} else {
		other_line(strict, name, value);
	}
}

int
http_strict_end(const struct http_strict *strict)
{
	bool has_body = strict->encodings > 0 || strict->length > 0;

	if (strict->code != 0)
		return strict->code;
	if (strict->hosts == 0 || (strict->lengths > 0 && strict->encodings > 0))
		return 400;
	if (!strict->post)
		return has_body ? 400 : 0;
	if (strict->lengths == 0 && strict->encodings == 0)
		return 411;
	return has_body && strict->types == 0 ? 415 : 0;
}
