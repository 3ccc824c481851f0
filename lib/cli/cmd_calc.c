/*
 * ykt calc: values from options or from lines of standard input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <string.h>

#include <ykt/secret.h>

#include "cli/calc.h"
#include "cli/jsonput.h"

#define WORDS_MAX (2 * CALC_ARGS_MAX)

static int
usage(struct cli *cli, FILE *stream, int code)
{
	fprintf(stream, "%s\n\n",
	    cli_text(cli, "usage: ykt calc WHAT [--alg 3des|sm4] --NAME HEX... | ykt calc WHAT -"));
	for (const struct calc *calc = calc_table; calc->name != NULL; calc++)
		fprintf(stream, "  %s %s\n", calc->name, calc->options);
	fprintf(stream, "\n%s\n%s\n",
	    cli_text(cli, "- reads one calculation a line: a JSON object or options."),
	    cli_text(cli, "SM4 results follow no text that could be checked."));

	return code;
}

static void
print_error(struct cli *cli, const char *text, unsigned line)
{
	json_t *object = json_object();

	jsonput_text(object, "error", text);
	if (line != 0)
		jsonput_int(object, "line", line);
	jsonput_line(cli->out, object, false);
	json_decref(object);
}

/* Runs what args hold; line is 0 for the command line. */
static bool
run(struct cli *cli, const struct calc *calc, struct calc_args *args, unsigned line)
{
	json_t *object = NULL;

	if (calc_run(cli->crypto, calc, args, &object) != YKT_OK) {
		print_error(cli, args->why, line);
		return false;
	}
	jsonput_line(cli->out, object, line == 0 && cli->terminal);
	json_decref(object);

	return true;
}

/* Splits at blanks, in place. */
static size_t
split(char *line, char *words[WORDS_MAX])
{
	size_t count = 0;

	for (char *p = line; count < WORDS_MAX;) {
		p += strspn(p, " \t");
		if (*p == '\0')
			break;
		words[count++] = p;
		p += strcspn(p, " \t");
		if (*p != '\0')
			*p++ = '\0';
	}

	return count;
}

/* Options of the command line hold for every line that does not name them itself. */
static enum ykt_status
add_defaults(struct calc_args *args, const struct calc_args *defaults)
{
	size_t own = args->count;
	bool named;

	for (size_t i = 0; i < defaults->count; i++) {
		named = false;
		for (size_t j = 0; j < own; j++)
			named = named || strcmp(args->items[j].name, defaults->items[i].name) == 0;
		if (named)
			continue;
		if (args->count == CALC_ARGS_MAX)
			return YKT_E_SPACE;
		args->items[args->count++] = defaults->items[i];
	}

	return YKT_OK;
}

static bool
run_line(struct cli *cli, const struct calc *calc, const struct calc_args *defaults, char *line,
    unsigned number)
{
	static struct calc_args args;
	char *words[WORDS_MAX];
	json_t *object = NULL;
	json_error_t error;
	enum ykt_status status;
	bool good = false;

	args.count = 0;
	if (*line == '{') {
		object = json_loads(line, JSON_REJECT_DUPLICATES, &error);
		if (object == NULL) {
			print_error(cli, "not a JSON object", number);
			return false;
		}
		status = calc_args_json(&args, object);
	} else {
		status = calc_args_words(&args, split(line, words), words);
	}
	if (status == YKT_OK)
		status = add_defaults(&args, defaults);
	if (status == YKT_OK)
		good = run(cli, calc, &args, number);
	else
		print_error(cli, args.why, number);
	json_decref(object);

	return good;
}

static bool
run_lines(struct cli *cli, const struct calc *calc, const struct calc_args *defaults)
{
	static char line[CLI_LINE_MAX];
	unsigned number = 0;
	bool whole;
	bool good = true;

	while (cli_line(cli, line, &whole)) {
		char *start = line + strspn(line, " \t");

		number++;
		if (!whole) {
			print_error(cli, "line too long", number);
			good = false;
		} else if (*start != '\0') {
			good = run_line(cli, calc, defaults, start, number) && good;
		}
	}
	ykt_wipe(line, sizeof(line));

	return good;
}

int
cli_calc(struct cli *cli, int argc, char **argv)
{
	static struct calc_args args;
	const struct calc *calc;
	bool from_input;

	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return usage(cli, cli->out, CLI_OK);
	if (argc < 2)
		return usage(cli, cli->err, CLI_USAGE);
	calc = calc_find(argv[1]);
	if (calc == NULL) {
		fprintf(
		    cli->err, "ykt calc: %s: %s\n", argv[1], cli_text(cli, "no such calculation"));
		return usage(cli, cli->err, CLI_USAGE);
	}
	if (argc == 3 && strcmp(argv[2], "--help") == 0)
		return usage(cli, cli->out, CLI_OK);

	from_input = argc > 2 && strcmp(argv[argc - 1], "-") == 0;
	args.count = 0;
	if (calc_args_words(&args, (size_t)argc - 2 - (from_input ? 1 : 0), argv + 2) != YKT_OK) {
		fprintf(cli->err, "ykt calc: %s\n", args.why);
		return CLI_USAGE;
	}
	if (from_input)
		return run_lines(cli, calc, &args) ? CLI_OK : CLI_FAILED;

	return run(cli, calc, &args, 0) ? CLI_OK : CLI_FAILED;
}
