/*
 * ykt inspect: values from arguments or from standard input, one JSON line each.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <string.h>

#include <ykt/hex.h>

#include "cli/inspect.h"
#include "cli/jsonput.h"

#define VALUE_MAX (CLI_LINE_MAX / 2)

/* Standard input is a stream of any length: one line and one value at a time. */
struct work {
	char line[CLI_LINE_MAX];
	uint8_t value[VALUE_MAX];
};

static int
usage(struct cli *cli, FILE *stream, int code)
{
	fprintf(stream, "%s\n\n%s", cli_text(cli, "usage: ykt inspect KIND HEX..."),
	    cli_text(cli, "KIND is one of:"));
	for (unsigned i = 0; i < INSPECT_KIND_COUNT; i++)
		fprintf(stream, " %s", inspect_kind_name((enum inspect_kind)i));
	fprintf(stream, "\n%s\n",
	    cli_text(cli, "- instead of HEX reads values from standard input, one a line."));

	return code;
}

static bool
print_value(struct cli *cli, enum inspect_kind kind, struct ykt_bytes bytes, bool indent)
{
	json_t *object = NULL;

	if (inspect_bytes(kind, bytes, &object) != YKT_OK)
		return false;
	jsonput_line(cli->out, object, indent);
	json_decref(object);

	return true;
}

static void
print_error(struct cli *cli, const char *text, unsigned line)
{
	json_t *object = json_object();

	jsonput_text(object, "error", text);
	jsonput_int(object, "line", line);
	jsonput_line(cli->out, object, false);
	json_decref(object);
}

/* One value as text; prints it or what is wrong with it. */
static bool
inspect_text(struct cli *cli, enum inspect_kind kind, const char *text, unsigned line,
    struct ykt_buf *value, bool indent)
{
	value->len = 0;
	if (ykt_hex_decode(text, strlen(text), value) != YKT_OK) {
		print_error(cli, "not hexadecimal, or half a byte", line);
		return false;
	}
	if (!print_value(cli, kind, ykt_buf_view(value), indent)) {
		print_error(cli, "not of this kind, or cut, or with bytes left over", line);
		return false;
	}

	return true;
}

static bool
inspect_lines(struct cli *cli, enum inspect_kind kind, struct work *work)
{
	struct ykt_buf value = YKT_BUF(work->value);
	unsigned number = 0;
	bool whole;
	bool good = true;

	while (cli_line(cli, work->line, &whole)) {
		number++;
		if (!whole) {
			print_error(cli, "line too long", number);
			good = false;
		} else if (work->line[strspn(work->line, " \t")] != '\0') {
			good = inspect_text(cli, kind, work->line, number, &value, false) && good;
		}
	}

	return good;
}

/*
 * Arguments are one value with blanks between its bytes when that makes a value;
 * else they are a value each.
 */
static bool
inspect_arguments(struct cli *cli, enum inspect_kind kind, int argc, char **argv, struct work *work)
{
	struct ykt_buf value = YKT_BUF(work->value);
	enum ykt_status status = YKT_OK;
	bool good = true;

	for (int i = 0; i < argc && status == YKT_OK; i++)
		status = ykt_hex_decode(argv[i], strlen(argv[i]), &value);
	if (argc > 1 && status == YKT_OK &&
	    print_value(cli, kind, ykt_buf_view(&value), cli->terminal))
		return true;

	for (int i = 0; i < argc; i++)
		good = inspect_text(cli, kind, argv[i], (unsigned)i + 1, &value, cli->terminal) &&
		       good;

	return good;
}

int
cli_inspect(struct cli *cli, int argc, char **argv)
{
	static struct work work;
	enum inspect_kind kind;
	bool good;

	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return usage(cli, cli->out, CLI_OK);
	if (argc < 2)
		return usage(cli, cli->err, CLI_USAGE);
	if (inspect_kind_of(argv[1], &kind) != YKT_OK) {
		fprintf(cli->err, "ykt inspect: %s: %s\n", argv[1], cli_text(cli, "no such kind"));
		return usage(cli, cli->err, CLI_USAGE);
	}
	if (argc < 3)
		return usage(cli, cli->err, CLI_USAGE);

	if (argc == 3 && strcmp(argv[2], "-") == 0)
		good = inspect_lines(cli, kind, &work);
	else
		good = inspect_arguments(cli, kind, argc - 2, argv + 2, &work);

	return good ? CLI_OK : CLI_FAILED;
}
