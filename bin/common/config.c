/*
 * Reading configuration and key files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"
#include "words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#define FILE_MAX (64 * 1024)

static bool
read_file(const char *program, const char *path, struct ykt_buf *out)
{
	FILE *file = fopen(path, "rb");
	size_t got;

	if (file == NULL) {
		fprintf(stderr, words("%s: cannot open %s: %s\n"), program, path, strerror(errno));
		return false;
	}
	got = fread(out->data, 1, out->cap, file);
	if (ferror(file) || got == out->cap) {
		fprintf(stderr, words("%s: cannot read %s: %s\n"), program, path,
		    ferror(file) ? strerror(errno) : words("too large"));
		(void)fclose(file);
		return false;
	}
	(void)fclose(file);
	while (got > 0 && (out->data[got - 1] == '\n' || out->data[got - 1] == ' '))
		got--;
	out->len = got;
	return true;
}

/* Names the first field whose absence or value a reader would refuse. */
static void
explain(const char *program, const char *path, const struct wire_message *msg)
{
	fprintf(stderr, words("%s: %s is not a configuration of this program.\n"), program, path);
	fprintf(
	    stderr, words("%s: it must be one JSON object with exactly these fields:"), program);
	for (size_t i = 0; i < msg->field_count; i++)
		fprintf(stderr, "%s %s%s", i == 0 ? "" : ",", msg->fields[i].name,
		    msg->fields[i].optional ? words(" (optional)") : "");
	fprintf(stderr, "\n");
}

/* True for "..", "../x", "a/../b" and the same after "socket:". */
static bool
goes_up(const char *text)
{
	const char *part = strncmp(text, "socket:", 7) == 0 ? text + 7 : text;

	while (part != NULL) {
		const size_t len = strcspn(part, "/");

		if (len == 2 && part[0] == '.' && part[1] == '.')
			return true;
		part = part[len] == '/' ? part + len + 1 : NULL;
	}
	return false;
}

/*
 * The first text with a part ".." in it, or NULL: a configuration names what it
 * means, and a path that climbs is a mistake or a trap. Lists hold no lists.
 */
static const char *
climbing_text(const struct wire_message *msg, const void *made)
{
	for (size_t i = 0; i < msg->field_count; i++) {
		const struct wire_field *field = &msg->fields[i];
		const char *at = (const char *)made + field->off;
		size_t count = 0;

		if (field->type == WIRE_TEXT && goes_up(at))
			return field->name;
		if (field->type == WIRE_LIST)
			memcpy(&count, (const char *)made + field->count_off, sizeof(count));
		for (size_t k = 0; k < count; k++) {
			const char *found = climbing_text(field->msg, at + k * field->size);

			if (found != NULL)
				return found;
		}
	}
	return NULL;
}

bool
config_read(const char *program, const char *path, const struct wire_message *msg, void *ret)
{
	static uint8_t bytes[FILE_MAX];
	struct ykt_buf buf = YKT_BUF(bytes);
	bool good = read_file(program, path, &buf);
	const char *climbing;

	if (good && wire_decode(msg, ykt_buf_view(&buf), ret) != YKT_OK) {
		explain(program, path, msg);
		good = false;
	}
	climbing = good ? climbing_text(msg, ret) : NULL;
	if (climbing != NULL) {
		fprintf(stderr, words("%s: %s: %s must not go up by \"..\"\n"), program, path,
		    climbing);
		ykt_wipe(ret, msg->size);
		good = false;
	}
	ykt_wipe(bytes, sizeof(bytes));
	return good;
}

bool
config_private(const char *program, const char *path)
{
	struct stat info;
	const char *fault = NULL;

	if (stat(path, &info) != 0)
		fault = strerror(errno);
	else if (!S_ISREG(info.st_mode))
		fault = words("it is no file");
	else if (info.st_uid != geteuid())
		fault = words("it holds keys and belongs to another user");
	else if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		fault = words("it holds keys and others have rights to it; chmod 600");
	if (fault != NULL)
		fprintf(stderr, "%s: %s: %s\n", program, path, fault);

	return fault == NULL;
}

void
config_resolve(const char *config_path, char path[CONFIG_PATH_MAX])
{
	char joined[CONFIG_PATH_MAX];
	const char *slash = strrchr(config_path, '/');
	int len;

	if (path[0] == '/' || path[0] == '\0' || slash == NULL || strcmp(path, ":memory:") == 0)
		return;
	len = snprintf(
	    joined, sizeof(joined), "%.*s/%s", (int)(slash - config_path), config_path, path);
	if (len > 0 && (size_t)len < sizeof(joined))
		memcpy(path, joined, (size_t)len + 1);
}

bool
config_hex(const char *program, const char *path, uint8_t *out, size_t len)
{
	uint8_t text[512];
	struct ykt_buf buf = YKT_BUF(text);
	struct ykt_buf bytes = { .data = out, .cap = len };
	bool good = read_file(program, path, &buf);

	if (good &&
	    (ykt_hex_decode((const char *)text, buf.len, &bytes) != YKT_OK || bytes.len != len)) {
		fprintf(stderr, words("%s: %s must hold %zu hex digits\n"), program, path, 2 * len);
		good = false;
	}
	ykt_wipe(text, sizeof(text));
	return good;
}

bool
config_sm2_key(const char *program, const char *path, struct crypto_sm2_key *ret_key)
{
	uint8_t bytes[96];
	bool good = config_hex(program, path, bytes, sizeof(bytes));

	if (good) {
		memcpy(ret_key->d, bytes, 32);
		memcpy(ret_key->pub.xy, bytes + 32, 64);
	}
	ykt_wipe(bytes, sizeof(bytes));
	return good;
}

bool
config_sm2_pub(const char *program, const char *path, struct crypto_sm2_pub *ret_pub)
{
	return config_hex(program, path, ret_pub->xy, sizeof(ret_pub->xy));
}

bool
config_code_roots(
    const char *program, const char *path, struct crypto *crypto, struct code_roots *ret_roots)
{
	uint8_t text[CODE_ROOTS_TEXT_MAX + 1];
	struct ykt_buf buf = YKT_BUF(text);
	struct code_roots roots = { 0 };
	unsigned line = 0;
	enum ykt_status status;

	if (!read_file(program, path, &buf))
		return false;
	status = code_roots_read(crypto, ykt_buf_view(&buf), &roots, &line);
	if (status == YKT_E_KEY)
		fprintf(stderr, words("%s: %s:%u: a test root, which this build refuses\n"),
		    program, path, line);
	else if (status == YKT_CONFLICT)
		fprintf(
		    stderr, words("%s: %s:%u: another root has that index\n"), program, path, line);
	else if (status != YKT_OK)
		fprintf(stderr, words("%s: %s:%u: no root \"NAME SERVICE INDEX X Y\" (%s)\n"),
		    program, path, line, ykt_status_name(status));
	if (status == YKT_OK)
		*ret_roots = roots;
	return status == YKT_OK;
}
