/*
 * The command line of a server: one argument, its configuration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <argp.h>
#include <stdio.h>

#include "config.h"
#include "words.h"

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	const char **path = state->input;

	if (key == ARGP_KEY_ARG && *path == NULL) {
		*path = arg;
		return 0;
	}
	if (key == ARGP_KEY_NO_ARGS || key == ARGP_KEY_ARG)
		argp_usage(state);
	return ARGP_ERR_UNKNOWN;
}

int
program_main(int argc, char **argv, const char *program, const char *doc, program_run *run)
{
	static char version[64];
	const struct argp argp = {
		.parser = parse, .args_doc = "CONFIG", .doc = doc, .help_filter = words_argp
	};
	const char *path = NULL;

	(void)snprintf(version, sizeof(version), "%s 0.1.0", program);
	argp_program_version = version;
	argp_err_exit_status = EXIT_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &path) != 0)
		return EXIT_USAGE;
	return run(program, path);
}
