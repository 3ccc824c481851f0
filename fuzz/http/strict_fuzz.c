/*
 * Aims at http_strict_begin(), http_strict_line(), http_strict_end(),
 * http_strict_path() and http_strict_json().
 *
 * Input: lines ending in LF; the first is "METHOD PATH VERSION", each other
 * one "name:value".
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "http/http_strict.h"

#define TEXT_MAX 8192
#define BODY_MAX 1000

/* Cuts at the first c; what is behind it, or "" when there is none. */
static char *
cut(char *text, char c)
{
	char *at = strchr(text, c);

	if (at == NULL)
		return text + strlen(text);
	*at = '\0';
	return at + 1;
}

/* Whatever passed keeps these promises. */
static void
check_passed(const struct http_strict *strict, char *path)
{
	assert(strict->hosts == 1 && strict->lines <= HTTP_STRICT_LINES_MAX);
	assert(strict->lengths + strict->encodings <= 1);
	assert(strict->length <= BODY_MAX);
	assert(strict->post ? strict->lengths + strict->encodings == 1
			    : strict->length == 0 && strict->encodings == 0);
	assert(strchr(path, ' ') == NULL);
	(void)cut(path, '?');
	assert(path[0] == '/' && strstr(path, "/../") == NULL && strchr(path, '%') == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[TEXT_MAX + 1];
	struct http_strict strict;
	char *version;
	char *path;
	char *line;
	char *next;

	if (len > TEXT_MAX)
		return 0;
	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\0';
	line = cut(text, '\n');
	path = cut(text, ' ');
	version = cut(path, ' ');
	http_strict_begin(&strict, text, path, version, BODY_MAX);
	for (; *line != '\0'; line = next) {
		char *value;

		next = cut(line, '\n');
		value = cut(line, ':');
		(void)http_strict_json(ykt_bytes_str(value));
		http_strict_line(&strict, ykt_bytes_str(line), ykt_bytes_str(value));
	}
	if (http_strict_end(&strict) == 0)
		check_passed(&strict, path);
	else
		assert(http_strict_end(&strict) >= 400 && http_strict_end(&strict) <= 505);
	return 0;
}
