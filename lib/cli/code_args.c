/*
 * Words of ykt code and ykt ca.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/code_args.h"

#include <ctype.h>
#include <string.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

#define FILE_MAX (2 * CODE_ROOTS_TEXT_MAX)
#define KEY_LEN  96

bool
code_complain(struct cli *cli, const char *what, const char *msgid)
{
	fprintf(cli->err, "ykt: %s: %s\n", what, cli_text(cli, msgid));

	return false;
}

static const struct code_option *
option_of(const struct code_option *options, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(options[i].name, word) == 0)
			return &options[i];
	}

	return NULL;
}

bool
code_options(struct cli *cli, int argc, char **argv, const struct code_option *options,
    size_t count, int *ret_words)
{
	int words = 0;

	for (int i = 1; i < argc; i++) {
		const struct code_option *option = option_of(options, count, argv[i]);

		if (option == NULL && strncmp(argv[i], "--", 2) == 0)
			return code_complain(cli, argv[i], "no such option");
		if (option == NULL) {
			argv[1 + words++] = argv[i];
			continue;
		}
		if (*option->value != NULL)
			return code_complain(cli, argv[i], "given twice");
		if (!option->flag && i + 1 == argc)
			return code_complain(cli, argv[i], "wants a value");
		*option->value = option->flag ? argv[i] : argv[++i];
	}
	*ret_words = words;

	return true;
}

/* Hex digits and blanks alone. */
static bool
is_text(struct ykt_bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (!isxdigit(bytes.data[i]) && !isspace(bytes.data[i]))
			return false;
	}

	return bytes.len > 0;
}

static bool
read_whole(struct cli *cli, const char *path, struct ykt_buf *out)
{
	enum ykt_status status = YKT_OK;

	if (strcmp(path, "-") == 0) {
		out->len += fread(out->data + out->len, 1, out->cap - out->len, cli->in);
		if (ferror(cli->in))
			status = YKT_E_FILE;
	} else if (cli->files == NULL)
		status = YKT_NOT_FOUND;
	else
		status = cli->files->read(path, out);
	if (status == YKT_OK && out->len == out->cap)
		status = YKT_E_SPACE;
	if (status == YKT_NOT_FOUND)
		return code_complain(cli, path, "no such file");
	if (status == YKT_E_SPACE)
		return code_complain(cli, path, "too long");

	return status == YKT_OK || code_complain(cli, path, "cannot be read");
}

/* Hex with blanks between bytes, its end of line included. */
static bool
take_hex(struct cli *cli, const char *what, struct ykt_bytes text, struct ykt_buf *out)
{
	char plain[FILE_MAX];
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (!isspace(text.data[i]))
			plain[len++] = (char)text.data[i];
	}

	return ykt_hex_decode(plain, len, out) == YKT_OK ||
	       code_complain(cli, what, "not hexadecimal, or half a byte");
}

bool
code_input(struct cli *cli, const char *word, struct ykt_buf *out)
{
	uint8_t bytes[FILE_MAX];
	struct ykt_buf file = YKT_BUF(bytes);
	struct ykt_bytes view = ykt_bytes_str(word);

	if (is_text(view) && view.len <= FILE_MAX)
		return take_hex(cli, word, view, out);
	if (!read_whole(cli, word, &file))
		return false;
	view = ykt_buf_view(&file);
	if (is_text(view))
		return take_hex(cli, word, view, out);
	ykt_put(out, view);

	return ykt_buf_done(out) == YKT_OK || code_complain(cli, word, "too long");
}

bool
code_roots_file(struct cli *cli, const char *path, struct code_roots *roots)
{
	uint8_t bytes[CODE_ROOTS_TEXT_MAX + 1];
	struct ykt_buf file = YKT_BUF(bytes);
	unsigned line = 0;
	enum ykt_status status;

	if (!read_whole(cli, path, &file))
		return false;
	status = code_roots_read(cli->crypto, ykt_buf_view(&file), roots, &line);
	if (status == YKT_OK)
		return true;
	fprintf(cli->err, "ykt: %s:%u: %s (%s)\n", path, line,
	    cli_text(cli, status == YKT_E_KEY      ? "a test root, which this build refuses"
			  : status == YKT_CONFLICT ? "another root has that index"
						   : "no root: NAME SERVICE INDEX X Y"),
	    ykt_status_name(status));

	return false;
}

bool
code_key_file(struct cli *cli, const char *path, struct crypto_sm2_key *ret_key)
{
	uint8_t bytes[FILE_MAX];
	uint8_t raw[KEY_LEN];
	struct ykt_buf file = YKT_BUF(bytes);
	struct ykt_buf out = YKT_BUF(raw);
	struct crypto_sm2_key key;
	bool good = read_whole(cli, path, &file);

	while (good && file.len > 0 && isspace(file.data[file.len - 1]))
		file.len--;
	/* The public half is computed, and what the file says of it must agree. */
	if (good &&
	    (ykt_hex_decode((const char *)bytes, file.len, &out) != YKT_OK || out.len != KEY_LEN ||
		crypto_sm2_key_set(cli->crypto, raw, &key) != YKT_OK ||
		!ykt_bytes_equal(YKT_BYTES(key.pub.xy), ykt_bytes(raw + 32, 64))))
		good = code_complain(cli, path, "no key of 192 hex digits");
	if (good)
		*ret_key = key;
	ykt_wipe(bytes, sizeof(bytes));
	ykt_wipe(raw, sizeof(raw));
	ykt_wipe(&key, sizeof(key));

	return good;
}

bool
code_hex(struct cli *cli, const char *name, const char *text, uint8_t *out, size_t len)
{
	struct ykt_buf buf = { out, 0, len, false };

	if (ykt_hex_decode(text, strlen(text), &buf) == YKT_OK && buf.len == len)
		return true;
	fprintf(cli->err, "ykt: %s: %s: %zu\n", name, cli_text(cli, "wants bytes in hex"), len);

	return false;
}

bool
code_number(struct cli *cli, const char *name, const char *text, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;
	const char *p = text;

	for (; isdigit((unsigned char)*p) && value <= max; p++)
		value = value * 10 + (uint64_t)(*p - '0');
	if (p == text || *p != '\0' || value > max) {
		fprintf(cli->err, "ykt: %s: %s %llu\n", name,
		    cli_text(cli, "wants a number of at most"), (unsigned long long)max);
		return false;
	}
	*ret_value = value;

	return true;
}
