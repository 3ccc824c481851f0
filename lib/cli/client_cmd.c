/*
 * The client's commands.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include "cli/client_cmd.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include <ykt/civil.h>
#include <ykt/mem.h>
#include <ykt/money.h>

#include "cli/client_all.h"
#include "cli/client_run.h"
#include "cli/term_secure.h"

#define DAY_MS INT64_C(86400000)

enum {
	OPT_CONFIG = 0x100,
	OPT_YES,
	OPT_ANSWERS,
	OPT_SMS,
	OPT_QUIET,
	OPT_CITY,
	OPT_LOAD,
	OPT_CARD,
	OPT_ABNORMAL,
	OPT_PROFILE,
	OPT_WATCH,
	OPT_PNG,
	OPT_SVG,
	OPT_RAW,
	OPT_FROM,
	OPT_TO,
	OPT_HELP
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "yes", no_argument, NULL, OPT_YES },
	{ "answers", required_argument, NULL, OPT_ANSWERS },
	{ "sms-sink", required_argument, NULL, OPT_SMS },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "city", required_argument, NULL, OPT_CITY },
	{ "load", required_argument, NULL, OPT_LOAD },
	{ "card", required_argument, NULL, OPT_CARD },
	{ "abnormal", no_argument, NULL, OPT_ABNORMAL },
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "watch", no_argument, NULL, OPT_WATCH },
	{ "png", required_argument, NULL, OPT_PNG },
	{ "svg", required_argument, NULL, OPT_SVG },
	{ "raw", required_argument, NULL, OPT_RAW },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 },
};

int
client_exit_code(enum ykt_status status)
{
	switch (status) {
	case YKT_OK:
		return CLI_OK;
	case YKT_E_LINK:
		return CLI_NO_CARD;
	case YKT_WRONG_CARD:
		return CLI_WRONG_CARD;
	case YKT_BLOCKED:
		return CLI_BLOCKED;
	case YKT_EXPIRED:
		return CLI_EXPIRED;
	case YKT_LOGIN_NEEDED:
		return CLIENT_EXIT_LOGIN;
	case YKT_PENDING:
	case YKT_UNKNOWN:
	case YKT_DISPUTED:
	case YKT_E_DOWN:
		return CLIENT_EXIT_PENDING;
	case YKT_CANCELLED:
		return CLIENT_EXIT_CANCELLED;
	default:
		return CLI_FAILED;
	}
}

static int
usage(struct cli *cli, const struct client_command *command, FILE *stream, int code)
{
	fprintf(stream, "%s\n\n", cli_text(cli, command->usage));
	fprintf(stream,
	    "  --config FILE    %s\n  --yes            %s\n  --answers FILE   %s\n"
	    "  --sms-sink FILE  %s\n  --quiet          %s\n\n%s\n",
	    cli_text(cli, "where the servers and the card are (YKT_STATE/client.json)"),
	    cli_text(cli, "agree to terms and confirm payments without asking"),
	    cli_text(cli, "lines field=answer; TEST USE: passwords in files are no secrets"),
	    cli_text(cli, "read one-time codes from the development sink"),
	    cli_text(cli, "no progress"),
	    cli_text(cli,
		"exit codes: 0 done, 1 refused or failed, 2 usage, 3 no card, 5 another card,\n"
		"6 blocked, 7 too old, 8 log in first, 9 goes on later, 10 stopped by you"));

	return code;
}

static bool
read_amount(const char *text, struct client_arguments *arguments)
{
	arguments->bad_amount = ykt_fen_parse(text, &arguments->amount) != YKT_OK;

	return !arguments->bad_amount;
}

/* "2026-11-23", in card time (UTC+8): its first millisecond. */
static bool
read_day(const char *text, struct client_arguments *arguments, int64_t *ret_ms)
{
	struct ykt_civil day = { 0 };
	int end = 0;

	arguments->bad_day =
	    strlen(text) != 10 || strspn(text, "0123456789-") != 10 ||
	    sscanf(text, "%4d-%2d-%2d%n", &day.year, &day.month, &day.day, &end) != 3 ||
	    end != 10 || !ykt_civil_valid(&day);
	if (!arguments->bad_day)
		*ret_ms = ykt_civil_to_ms(&day);

	return !arguments->bad_day;
}

/* A last day counts whole. */
static bool
read_last_day(const char *text, struct client_arguments *arguments)
{
	bool good = read_day(text, arguments, &arguments->to_ms);

	if (good)
		arguments->to_ms += DAY_MS;

	return good;
}

/* Four digits, an id, or "default". */
static bool
read_account(const char *text, const char **ret_account)
{
	size_t len = strlen(text);
	bool digits = len == 4 && strspn(text, "0123456789") == len;
	bool id = len == 32 && strspn(text, "0123456789abcdef") == len;

	if (!digits && !id && strcmp(text, "default") != 0)
		return false;
	*ret_account = text;

	return true;
}

static bool
read_operand(
    const struct client_command *command, const char *text, struct client_arguments *arguments)
{
	if (strstr(command->usage, "on|off") != NULL) {
		arguments->on = strcmp(text, "on") == 0;
		return arguments->on || strcmp(text, "off") == 0;
	}
	if (strstr(command->usage, "] ACCOUNT") != NULL) {
		arguments->bad_account = !read_account(text, &arguments->order);
		return !arguments->bad_account;
	}
	if (strstr(command->usage, "AMOUNT") == NULL) {
		arguments->order = text;
		return true;
	}

	return read_amount(text, arguments);
}

/* An account that pays; of records the first day. */
static bool
read_from(
    const struct client_command *command, const char *text, struct client_arguments *arguments)
{
	if (strstr(command->usage, "--from DAY") != NULL)
		return read_day(text, arguments, &arguments->from_ms);

	arguments->bad_account = !read_account(text, &arguments->from);

	return !arguments->bad_account;
}

/* An account that is paid; of records the last day. */
static bool
read_to(const struct client_command *command, const char *text, struct client_arguments *arguments)
{
	if (strstr(command->usage, "--to DAY") != NULL)
		return read_last_day(text, arguments);

	arguments->bad_account = !read_account(text, &arguments->order);

	return !arguments->bad_account;
}

static bool
read_option(const struct client_command *command, int option, struct client_arguments *arguments)
{
	switch (option) {
	case OPT_CONFIG:
		arguments->config = optarg;
		return true;
	case OPT_YES:
		arguments->yes = true;
		return true;
	case OPT_ANSWERS:
		arguments->answers = optarg;
		return true;
	case OPT_SMS:
		arguments->sms_sink = optarg;
		return true;
	case OPT_QUIET:
		arguments->quiet = true;
		return true;
	case OPT_CITY:
		arguments->city = optarg;
		return true;
	case OPT_LOAD:
		return read_amount(optarg, arguments);
	case OPT_CARD:
		arguments->card = optarg;
		return true;
	case OPT_ABNORMAL:
		arguments->abnormal = true;
		return true;
	case OPT_PROFILE:
		return ykt_profile_of(optarg, &arguments->profile) == YKT_OK;
	case OPT_WATCH:
		arguments->watch = true;
		return true;
	case OPT_PNG:
		arguments->png = optarg;
		return true;
	case OPT_RAW:
		arguments->raw = optarg;
		return true;
	case OPT_SVG:
		arguments->svg = optarg;
		return true;
	case OPT_FROM:
		return read_from(command, optarg, arguments);
	case OPT_TO:
		return read_to(command, optarg, arguments);
	case OPT_HELP:
		arguments->help = true;
		return true;
	default:
		return false;
	}
}

/* An option that the command's own usage does not name is none of it. */
static bool
takes(const struct client_command *command, int index)
{
	static const char *const everywhere[] = { "config", "yes", "answers", "sms-sink", "quiet",
		"help" };
	const char *name = long_options[index].name;
	char option[32];

	for (size_t i = 0; i < YKT_ARRAY_LEN(everywhere); i++) {
		if (strcmp(everywhere[i], name) == 0)
			return true;
	}

	snprintf(option, sizeof(option), "[--%s", name);

	return strstr(command->usage, option) != NULL;
}

static bool
parse(
    const struct client_command *command, int argc, char **argv, struct client_arguments *arguments)
{
	int option, index = 0;

	optind = 0; /* from the beginning again: other commands use it too */
	opterr = 0;
	while ((option = getopt_long(argc, argv, "", long_options, &index)) != -1) {
		if (option == '?' || !takes(command, index) ||
		    !read_option(command, option, arguments))
			return false;
	}
	if (arguments->help)
		return true;
	if (argc - optind != (command->operand ? 1 : 0))
		return false;

	return !command->operand || read_operand(command, argv[optind], arguments);
}

/* Unfinished orders first: what was begun before is finished before anything new. */
static enum ykt_status
run_client(struct ykt_client *client, const struct client_command *command,
    const struct client_arguments *arguments)
{
	struct ykt_client_info info;

	ykt_client_info(client, &info);
	if (command->recover && info.logged_in && ykt_client_recover_needed(client) &&
	    ykt_client_recover(client) == YKT_E_DOWN)
		return YKT_E_DOWN;

	/* After them: they are paid as they were begun. */
	if (ykt_client_pay_from(client, arguments->from) != YKT_OK)
		return YKT_E_ARG;

	return command->run(client, arguments);
}

static int
run_one(struct cli *cli, const struct client_command *command,
    const struct client_arguments *arguments, struct term_ui *term)
{
	const struct client_app *app = cli->app;
	struct ykt_client *client = NULL;
	const char *sms_sink = NULL;
	enum ykt_status status = app->open(app->ctx, arguments->config, arguments->profile,
	    cli->err, &term->port, &client, &sms_sink);

	if (status != YKT_OK)
		return status == YKT_E_ARG ? CLI_USAGE : CLI_FAILED;
	term->o.sms_sink = arguments->sms_sink != NULL ? arguments->sms_sink : sms_sink;
	status = run_client(client, command, arguments);
	/* Watching ends by a signal. */
	if (arguments->watch && status == YKT_E_DOWN)
		status = YKT_OK;
	ykt_client_free(&client);
	app->close(app->ctx);

	return client_exit_code(status);
}

static int
run_open(struct cli *cli, const struct client_command *command,
    const struct client_arguments *arguments, FILE *answers)
{
	const struct client_app *app = cli->app;
	const struct term_ui_options options = {
		.in = cli->in,
		.out = cli->out,
		.lang = cli->lang,
		.terminal = cli->terminal,
		.prompt = isatty(fileno(cli->in)) == 1,
		.yes = arguments->yes,
		.quiet = arguments->quiet,
		.answers = answers,
		.sms_sink = arguments->sms_sink,
		.png = arguments->png,
		.svg = arguments->svg,
		.raw = arguments->raw,
		.files = cli->files,
		.suspend = term_suspend,
	};
	struct client_platform list[CLIENT_PLATFORMS_MAX];
	struct term_ui term;
	size_t count = arguments->config == NULL && app->platforms != NULL
			   ? app->platforms(app->ctx, list)
			   : 0;
	int code;

	term_ui_init(&term, &options);
	if (count > 1 && command->merged != 0) {
		code = client_all_run(cli, command, arguments, &term, list, count);
	} else {
		code = count > 1 && arguments->card != NULL &&
			       !client_all_choose(cli, arguments, &term, list, count)
			   ? CLI_USAGE
			   : run_one(cli, command, arguments, &term);
	}
	term_ui_clear(&term);

	return code;
}

static int
run_command(struct cli *cli, const struct client_command *command, int argc, char **argv)
{
	struct client_arguments arguments = { .profile = YKT_PROFILE_KEPT };
	FILE *answers = NULL;
	int code;

	if (!parse(command, argc, argv, &arguments)) {
		if (arguments.bad_amount)
			fprintf(cli->err, "ykt %s: %s\n", command->name,
			    cli_text(cli, "not an amount: yuan, with two decimals at most"));
		if (arguments.bad_day)
			fprintf(cli->err, "ykt %s: %s\n", command->name,
			    cli_text(cli, "not a day: YYYY-MM-DD"));
		if (arguments.bad_account)
			fprintf(cli->err, "ykt %s: %s\n", command->name,
			    cli_text(cli, "not an account: four digits, an id, or default"));
		return usage(cli, command, cli->err, CLI_USAGE);
	}
	if (arguments.help)
		return usage(cli, command, cli->out, CLI_OK);
	if (cli->app == NULL)
		return CLI_FAILED;
	if (arguments.answers != NULL) {
		answers = fopen(arguments.answers, "r");
		if (answers == NULL) {
			fprintf(cli->err, "ykt: %s: %s\n", arguments.answers,
			    cli_text(cli, "cannot be read"));
			return CLI_USAGE;
		}
	}
	code = run_open(cli, command, &arguments, answers);
	if (answers != NULL)
		(void)fclose(answers);

	return code;
}

/* The commands whose first word this is: "move out", "move in". */
static int
usage_of_first(struct cli *cli, const char *first, bool asked)
{
	const size_t len = strlen(first);
	const struct client_command *command;

	for (size_t i = 0; (command = client_command_at(i)) != NULL; i++) {
		if (strncmp(command->name, first, len) == 0 && command->name[len] == ' ')
			fprintf(asked ? cli->out : cli->err, "%s\n", cli_text(cli, command->usage));
	}

	return asked ? CLI_OK : CLI_USAGE;
}

/* Two words are a command before one is: "wallet topup". */
int
client_cmd_run(struct cli *cli, int argc, char **argv)
{
	const struct client_command *command = NULL;
	char both[32];

	if (argc > 1) {
		snprintf(both, sizeof(both), "%s %s", argv[0], argv[1]);
		command = client_command_find(both);
	}
	if (command != NULL)
		return run_command(cli, command, argc - 1, argv + 1);
	command = client_command_find(argv[0]);
	if (command == NULL)
		return usage_of_first(cli, argv[0], argc > 1 && strcmp(argv[1], "--help") == 0);

	return run_command(cli, command, argc, argv);
}
