/*
 * ykt release: releases of the client software: made, signed and shown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <string.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "cli/code_args.h"
#include "cli/jsonput.h"
#include "cli/key_file.h"
#include "wire/release.h"

#define N_(text) text

static int
usage(struct cli *cli, FILE *stream, int code)
{
	fprintf(stream, "%s\n\n%s\n%s\n%s\n\n%s\n%s\n%s\n",
	    cli_text(cli, "usage: ykt release key|make|show WORD..."), "  key NAME KEY-FILE",
	    "  make NAME KEY-FILE EDITION VERSION LEAST OUT [+]PATH=FILE...",
	    "  show FILE [RELEASE-KEY]",
	    cli_text(cli, "key prints the line that clients pin; name test keys TEST-..."),
	    cli_text(cli, "A key file that is there is used, otherwise a new key is made."),
	    cli_text(cli, "A path with + before it is a program. Clients older than LEAST are "
			  "told to update."));

	return code;
}

/* A build that refuses test keys makes none either. */
static bool
name_good(struct cli *cli, const char *name, const struct crypto_sm2_pub *pub,
    struct wire_release_key *ret_key)
{
	char line[WIRE_RELEASE_KEY_LINE_MAX];
	struct wire_release_key key = { .pub = *pub };
	enum ykt_status status = YKT_E_FORMAT;

	if (strlen(name) <= WIRE_RELEASE_KEY_NAME_MAX) {
		memcpy(key.name, name, strlen(name) + 1);
		wire_release_key_line(&key, line);
		status = wire_release_key_read(cli->crypto, ykt_bytes_str(line), ret_key);
	}
	if (status == YKT_E_KEY)
		return code_complain(cli, name, "a test key, which this build refuses");

	return status == YKT_OK || code_complain(cli, name, "wants letters, digits and hyphens");
}

static int
do_key(struct cli *cli, char **words, int count)
{
	char line[WIRE_RELEASE_KEY_LINE_MAX];
	struct wire_release_key pinned;
	struct crypto_sm2_key key;
	bool good;

	(void)count;
	if (!key_file_of(cli, words[1], &key))
		return CLI_FAILED;
	good = name_good(cli, words[0], &key.pub, &pinned);
	ykt_wipe(&key, sizeof(key));
	if (!good)
		return CLI_FAILED;
	wire_release_key_line(&pinned, line);
	fputs(line, cli->out);

	return CLI_OK;
}

/* What a release is made of, in memory. */
struct work {
	struct wire_release head;
	struct ykt_buf manifest;
	struct ykt_buf content;
	uint8_t manifest_bytes[WIRE_MANIFEST_MAX];
};

/* "+bin/ykt=FILE": the file's bytes behind those before, its row into the manifest. */
static bool
add_file(struct cli *cli, struct work *work, struct wire_release_maker *maker, char *word)
{
	bool program = word[0] == '+';
	char *name = program ? word + 1 : word;
	char *path = strchr(word, '=');
	size_t before = work->content.len;
	enum ykt_status status;

	if (path == NULL)
		return code_complain(cli, word, "wants PATH=FILE");
	*path++ = '\0';
	status = cli->files->read(path, &work->content);
	if (status != YKT_OK)
		return code_complain(cli, path,
		    status == YKT_E_SPACE ? N_("the release would be too large")
					  : N_("cannot be read"));
	status = wire_release_put(maker, cli->crypto, name, program,
	    ykt_bytes_sub(ykt_buf_view(&work->content), before, work->content.len));

	return status == YKT_OK ||
	       code_complain(cli, name,
		   status == YKT_E_SPACE ? N_("too many files")
					 : N_("no path for a file of a release"));
}

static bool
head_read(struct cli *cli, char **words, struct wire_release *head)
{
	if (strlen(words[2]) > WIRE_RELEASE_EDITION_MAX)
		return code_complain(cli, words[2], "no edition");
	memcpy(head->edition, words[2], strlen(words[2]) + 1);
	if (wire_version_read(words[3], &head->version) != YKT_OK)
		return code_complain(cli, words[3], "a version is three numbers, such as 1.2.0");
	if (wire_version_read(words[4], &head->least) != YKT_OK)
		return code_complain(cli, words[4], "a version is three numbers, such as 1.2.0");

	return true;
}

static bool
write_release(struct cli *cli, const char *path, struct work *work)
{
	size_t len = work->manifest.len + work->content.len;
	uint8_t *whole = ykt_mem_get(&ykt_alloc_libc, len);
	struct ykt_buf out = { whole, 0, len, false };
	bool good = whole != NULL;

	if (good) {
		ykt_put(&out, ykt_buf_view(&work->manifest));
		ykt_put(&out, ykt_buf_view(&work->content));
		good = cli->files->write(path, ykt_buf_view(&out), false) == YKT_OK;
		ykt_mem_put(&ykt_alloc_libc, &whole, len);
	}

	return good || code_complain(cli, path, "cannot be written");
}

static bool
compose(
    struct cli *cli, struct work *work, const struct crypto_sm2_key *key, char **words, int count)
{
	struct wire_release_maker maker;
	bool good = true;

	wire_release_begin(&maker, &work->head, &work->manifest);
	for (int i = 6; i < count && good; i++)
		good = add_file(cli, work, &maker, words[i]);
	if (good && wire_release_end(&maker, cli->crypto, key) != YKT_OK)
		good = code_complain(cli, words[5],
		    "no release: paths ascend, one is a program, and LEAST is not above VERSION");

	return good && write_release(cli, words[5], work);
}

static int
do_make(struct cli *cli, char **words, int count)
{
	struct wire_release_key pinned;
	struct crypto_sm2_key key = { 0 };
	struct work *work = NULL;
	bool good = key_file_of(cli, words[1], &key) && name_good(cli, words[0], &key.pub, &pinned);

	if (good)
		work = ykt_mem_get(&ykt_alloc_libc, sizeof(*work));
	if (work != NULL) {
		memcpy(work->head.key, pinned.name, sizeof(work->head.key));
		work->manifest = YKT_BUF(work->manifest_bytes);
		work->content.cap = WIRE_RELEASE_MAX;
		work->content.data = ykt_mem_get(&ykt_alloc_libc, WIRE_RELEASE_MAX);
		good = work->content.data != NULL && head_read(cli, words, &work->head) &&
		       compose(cli, work, &key, words, count);
		ykt_mem_put(&ykt_alloc_libc, &work->content.data, WIRE_RELEASE_MAX);
		ykt_mem_put(&ykt_alloc_libc, &work, sizeof(*work));
	} else
		good = false;
	ykt_wipe(&key, sizeof(key));

	return good ? CLI_OK : CLI_FAILED;
}

static void
print_release(struct cli *cli, const struct wire_release *release, bool trusted)
{
	json_t *object = json_object();
	json_t *files = json_array();
	char version[WIRE_VERSION_TEXT_MAX];
	struct wire_release_file file;

	jsonput_text(object, "key", release->key);
	jsonput_text(object, "edition", release->edition);
	wire_version_text(&release->version, version);
	jsonput_text(object, "version", version);
	wire_version_text(&release->least, version);
	jsonput_text(object, "least", version);
	jsonput_int(object, "length", release->len);
	for (uint8_t i = 0; i < release->file_count; i++) {
		json_t *row = json_object();

		wire_release_file(release, i, &file);
		jsonput_text(row, "name", file.name);
		(void)json_object_set_new(row, "program", json_boolean(file.program));
		jsonput_int(row, "size", file.size);
		jsonput_hex(row, "sm3", YKT_BYTES(file.sm3));
		jsonput_hex(row, "sha256", YKT_BYTES(file.sha256));
		(void)json_array_append_new(files, row);
	}
	(void)json_object_set_new(object, "files", files);
	(void)json_object_set_new(object, "checked", json_boolean(trusted));
	jsonput_line(cli->out, object, cli->terminal);
	json_decref(object);
}

static bool
read_pinned(struct cli *cli, const char *path, struct wire_release_key *ret_key)
{
	uint8_t text[WIRE_RELEASE_KEY_LINE_MAX];
	struct ykt_buf in = YKT_BUF(text);
	enum ykt_status status = cli->files->read(path, &in);

	if (status != YKT_OK && status != YKT_E_SPACE)
		return code_complain(cli, path, "cannot be read");
	if (status == YKT_OK)
		status = wire_release_key_read(cli->crypto, ykt_buf_view(&in), ret_key);
	if (status == YKT_E_KEY)
		return code_complain(cli, path, "a test key, which this build refuses");

	return status == YKT_OK || code_complain(cli, path, "no line of a release key");
}

/* Says what is wrong with it, also with what could be shown. */
static bool
judge(struct cli *cli, const char *path, enum ykt_status status)
{
	switch (status) {
	case YKT_OK:
		return true;
	case YKT_E_KEY:
	case YKT_E_MAC:
		return code_complain(cli, path, "not signed by that key");
	case YKT_E_CORRUPT:
		return code_complain(cli, path, "a file in it is not the one that was signed");
	default:
		return code_complain(cli, path, "no release, or not a whole one");
	}
}

static bool
show(struct cli *cli, char **words, int count, struct ykt_bytes bytes)
{
	struct wire_release_key key;
	struct wire_release release;
	enum ykt_status status;

	if (count == 1) {
		status = wire_release_open(bytes, &release);
	} else {
		if (!read_pinned(cli, words[1], &key))
			return false;
		status = wire_release_check(cli->crypto, &key, bytes, &release);
	}
	if (!judge(cli, words[0], status))
		return false;
	print_release(cli, &release, count == 2);

	return true;
}

static int
do_show(struct cli *cli, char **words, int count)
{
	uint8_t *bytes = ykt_mem_get(&ykt_alloc_libc, WIRE_RELEASE_MAX);
	struct ykt_buf in = { bytes, 0, WIRE_RELEASE_MAX, false };
	enum ykt_status status;
	bool good = bytes != NULL;

	if (!good)
		return CLI_FAILED;
	status = cli->files->read(words[0], &in);
	if (status == YKT_OK)
		good = show(cli, words, count, ykt_buf_view(&in));
	else
		good = code_complain(cli, words[0],
		    status == YKT_E_SPACE ? N_("no release, or not a whole one")
					  : N_("cannot be read"));
	ykt_mem_put(&ykt_alloc_libc, &bytes, WIRE_RELEASE_MAX);

	return good ? CLI_OK : CLI_FAILED;
}

int
cli_release(struct cli *cli, int argc, char **argv)
{
	static const struct {
		const char *name;
		int least;
		int most;
		int (*run)(struct cli *cli, char **words, int count);
	} all[] = {
		{ "key", 2, 2, do_key },
		{ "make", 7, 6 + WIRE_RELEASE_FILES_MAX, do_make },
		{ "show", 1, 2, do_show },
	};

	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return usage(cli, cli->out, CLI_OK);
	for (size_t i = 0; argc > 1 && cli->files != NULL && i < YKT_ARRAY_LEN(all); i++) {
		if (strcmp(all[i].name, argv[1]) == 0 && argc - 2 >= all[i].least &&
		    argc - 2 <= all[i].most)
			return all[i].run(cli, argv + 2, argc - 2);
	}

	return usage(cli, cli->err, CLI_USAGE);
}
