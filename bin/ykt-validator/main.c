/*
 * ykt-validator: a bus machine or a metro gate.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "host/host_daemon.h"
#include "program.h"
#include "words.h"

const char *argp_program_version = "ykt-validator 0.1.0";

static const char doc[] =
    "A bus machine or a metro gate with its PSAM: takes transport cards, works offline, "
    "uploads what it took.\v"
    "Commands:\n"
    "  run CONFIG     work until SIGTERM: take cards, upload, fetch parameters\n"
    "  tap CONFIG     one card, once\n"
    "  scan CONFIG [CODE]\n"
    "                 one ride code: hex, a file, or standard input\n"
    "  upload CONFIG  send what waits\n"
    "  params CONFIG  fetch the parameters\n"
    "  show CONFIG    what waits, what is torn\n"
    "  psam CONFIG    make the PSAM with keys from the key module\n"
    "\n"
    "CONFIG is a JSON file; see ykt-validator(1).";

enum key { KEY_CARD = 0x100, KEY_ONCE, KEY_WAIT };

static const struct argp_option option_table[] = {
	{ "card", KEY_CARD, "ADDRESS", 0, "run, tap: the card is here, not where CONFIG says", 0 },
	{ "once", KEY_ONCE, NULL, 0, "run: end after one card", 0 },
	{ "wait", KEY_WAIT, NULL, 0, "run, tap: wait until a card is there", 0 },
	{ 0 },
};

enum command {
	COMMAND_RUN,
	COMMAND_TAP,
	COMMAND_SCAN,
	COMMAND_UPLOAD,
	COMMAND_PARAMS,
	COMMAND_SHOW,
	COMMAND_PSAM
};

static const char *const command_names[] = { "run", "tap", "scan", "upload", "params", "show",
	"psam" };

struct parsed {
	const char *command;
	const char *config;
	const char *card;
	const char *code;
	bool once;
	bool wait;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct parsed *parsed = state->input;

	switch (key) {
	case KEY_CARD:
		parsed->card = arg;
		return 0;
	case KEY_ONCE:
		parsed->once = true;
		return 0;
	case KEY_WAIT:
		parsed->wait = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			parsed->command = arg;
		else if (state->arg_num == 1)
			parsed->config = arg;
		else if (state->arg_num == 2 && strcmp(parsed->command, "scan") == 0)
			parsed->code = arg;
		else
			argp_usage(state);
		return 0;
	case ARGP_KEY_END:
		if (parsed->config == NULL)
			argp_error(state, "a command and a configuration are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
run_command(enum command command, const struct parsed *parsed,
    const struct validator_config *config, struct program *program)
{
	const char *address = parsed->card != NULL ? parsed->card : config->card;

	switch (command) {
	case COMMAND_RUN:
		return program_run(program, address, parsed->once, parsed->wait);
	case COMMAND_TAP:
		return program_tap(program, address, parsed->wait);
	case COMMAND_SCAN:
		return program_scan(program, parsed->code != NULL ? parsed->code : "-");
	case COMMAND_UPLOAD:
		return program_upload(program);
	case COMMAND_PARAMS:
		return program_params(program);
	default:
		return program_show(program);
	}
}

static int
run(enum command command, const struct parsed *parsed)
{
	static struct validator_config config;
	static struct program program;
	const bool taps =
	    command == COMMAND_TAP || command == COMMAND_RUN || command == COMMAND_SCAN;
	int code = taps ? TAP_FAILED : EXIT_FAILED;

	if (host_daemon_begin() != YKT_OK)
		return code;
	if (!program_config(parsed->config, &config))
		return EXIT_USAGE;
	if (command == COMMAND_PSAM)
		return program_psam_make(&config);
	if (program_open(&program, &config))
		code = run_command(command, parsed, &config, &program);
	program_close(&program);
	return code;
}

int
main(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse, "COMMAND CONFIG [CODE]", doc, NULL,
		words_argp, NULL };
	struct parsed parsed = { 0 };

	argp_err_exit_status = EXIT_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &parsed) != 0)
		return EXIT_USAGE;
	for (enum command i = COMMAND_RUN; i <= COMMAND_PSAM; i++) {
		if (strcmp(parsed.command, command_names[i]) == 0)
			return run(i, &parsed);
	}
	program_complain("no such command: %s (see --help)", parsed.command);
	return EXIT_USAGE;
}
