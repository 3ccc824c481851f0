/*
 * ykt-conform: the conformance laboratory, test items against any card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <argp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "host/host_daemon.h"
#include "program.h"
#include "words.h"

const char *argp_program_version = PROGRAM " 0.1.0";

static const char doc[] =
    "Runs test items against transport cards and against terminals for ride codes.\v"
    "se: the secure element and its purse. ADDRESS is memory: (our own card, the default), "
    "pcsc:N, pcsc:NAME, socket:PLACE or modem:DEVICE. Nothing is written to a card in a reader "
    "unless "
    "--write is given. code: ride codes, against our own check, a command (--subject) or, drawn, "
    "any terminal.";

enum key {
	KEY_CARD = 0x100,
	KEY_GROUP,
	KEY_CASE,
	KEY_CASES,
	KEY_LIST,
	KEY_REPORT,
	KEY_WRITE,
	KEY_KIND,
	KEY_CITY,
	KEY_ISD_KEY,
	KEY_LANG,
	KEY_SUBJECT,
	KEY_DRAW,
	KEY_ROOTS
};

static const struct argp_option option_table[] = {
	{ "card", KEY_CARD, "ADDRESS", 0, "the card to test", 0 },
	{ "group", KEY_GROUP, "GROUP", 0, "only this group", 0 },
	{ "case", KEY_CASE, "ID", 0, "only this case", 0 },
	{ "cases", KEY_CASES, "FOLDER", 0, "take the cases from here", 0 },
	{ "list", KEY_LIST, NULL, 0, "list the cases, run none", 0 },
	{ "report", KEY_REPORT, "FILE", 0, "write a report in JSON", 0 },
	{ "write", KEY_WRITE, NULL, 0, "run the cases that write to the card, too", 0 },
	{ "kind", KEY_KIND, "any|purse|blank", 0,
	    "what the card is: a stranger's, a test card, a blank one (default: any)", 0 },
	{ "city", KEY_CITY, "CITY", 0, "the city of the test card (default: 9901)", 0 },
	{ "isd-key", KEY_ISD_KEY, "HEX", 0, "the issuer's domain has this key, three times", 0 },
	{ "subject", KEY_SUBJECT, "COMMAND", 0,
	    "code: this command is the terminal; it gets a code in hex on its standard input and "
	    "exits with 0 to accept it, with 1 to refuse it",
	    0 },
	{ "draw", KEY_DRAW, "FOLDER", 0, "code: write each code as a symbol, judge none", 0 },
	{ "roots", KEY_ROOTS, "FILE", 0, "code: write the roots that the terminal must have", 0 },
	{ "lang", KEY_LANG, "en|zh", 0, "language, whatever the locale says", 0 },
	{ 0 },
};

static bool
kind_of(const char *text, enum conform_needs *ret_kind)
{
	static const char *const names[] = { "any", "purse", "blank" };

	for (size_t i = 0; i < YKT_ARRAY_LEN(names); i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		*ret_kind = (enum conform_needs)i;
		return true;
	}

	return false;
}

static error_t
parse_argument(struct options *options, const char *arg, struct argp_state *state)
{
	const char *items = arg != NULL ? arg : "";

	if (state->arg_num > 0 || (strcmp(items, "se") != 0 && strcmp(items, "code") != 0))
		argp_error(state, words("no such items: %s"), items);
	options->code = strcmp(items, "code") == 0;

	return 0;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_CARD:
		options->address = arg;
		return 0;
	case KEY_GROUP:
		options->group = arg;
		return 0;
	case KEY_CASE:
		options->id = arg;
		return 0;
	case KEY_CASES:
		options->folder = arg;
		return 0;
	case KEY_LIST:
		options->list = true;
		return 0;
	case KEY_REPORT:
		options->report = arg;
		return 0;
	case KEY_WRITE:
		options->write = true;
		return 0;
	case KEY_KIND:
		options->kind_given = true;
		if (!kind_of(arg, &options->kind))
			argp_error(state, "%s", words("--kind is any, purse or blank"));
		return 0;
	case KEY_CITY:
		options->city = arg;
		return 0;
	case KEY_ISD_KEY:
		options->isd_key = arg;
		return 0;
	case KEY_SUBJECT:
		options->subject = arg;
		return 0;
	case KEY_DRAW:
		options->draw = arg;
		return 0;
	case KEY_ROOTS:
		options->roots = arg;
		return 0;
	case KEY_LANG:
		if (strcmp(arg, "en") != 0 && strcmp(arg, "zh") != 0)
			argp_error(state, "%s", words("--lang wants en or zh"));
		words_lang(arg);
		return 0;
	case ARGP_KEY_ARG:
		return parse_argument(options, arg, state);
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "%s", words("which items? There are: se, code"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void
complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fprintf(stderr, "%s: ", PROGRAM);
	(void)vfprintf(stderr, words(format), args);
	(void)fputc('\n', stderr);
	va_end(args);
}

static int
totals(const struct item *first)
{
	unsigned count[3] = { 0 };

	for (; first != NULL; first = first->next)
		count[first->result.verdict]++;
	(void)printf(words("%u passed, %u failed, %u skipped\n"), count[CONFORM_PASSED],
	    count[CONFORM_FAILED], count[CONFORM_SKIPPED]);
	if (count[CONFORM_FAILED] > 0)
		return EXIT_FAILED;

	return count[CONFORM_PASSED] > 0 ? EXIT_PASSED : EXIT_NO_RUN;
}

static int
run(const struct options *options, struct item *first)
{
	static struct subject subject;
	enum ykt_status status = subject_open(&subject, options);
	int code = EXIT_NO_RUN;

	for (struct item *item = first; item != NULL && status == YKT_OK; item = item->next) {
		status = subject_ready(&subject, &item->one);
		if (status != YKT_OK) {
			complain("the card for %.*s could not be made", (int)item->one.id.len,
			    (const char *)item->one.id.data);
			break;
		}
		conform_run(&subject.card, &item->one, &item->result);
		print_item(options, item);
		(void)fflush(stdout);
	}
	subject_close(&subject);
	if (status == YKT_OK)
		code = totals(first);
	if (status == YKT_OK && options->report != NULL && report_write(options, first) != YKT_OK)
		code = EXIT_NO_RUN;

	return code;
}

int
main(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse, "se|code", doc, NULL, words_argp,
		NULL };
	struct options options = { .address = "memory:", .city = "9901" };
	struct item *first = NULL;
	int code = EXIT_NO_RUN;

	argp_err_exit_status = EXIT_NO_RUN;
	(void)argp_parse(&argp, argc, argv, 0, NULL, &options);
	options.chinese = words_chinese();
	if (options.code)
		code = code_main(&options);
	else if (host_daemon_begin() == YKT_OK && items_load(&options, &first) == YKT_OK) {
		if (options.list) {
			print_list(&options, first);
			code = EXIT_PASSED;
		} else {
			code = run(&options, first);
		}
	}
	items_free(&first);
	if (fflush(stdout) != 0)
		code = EXIT_NO_RUN;

	return code;
}
