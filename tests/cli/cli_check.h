/*
 * A run of a command with its streams in memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_TESTS_CLI_CHECK_H
#define YKT_TESTS_CLI_CHECK_H

#include <jansson.h>

#include "cli/cli.h"

#define RUN_OUT_MAX (256 * 1024)

struct run {
	struct cli cli;
	char out[RUN_OUT_MAX];
	char err[RUN_OUT_MAX];
};

/*
 * Runs one command line (words separated by single blanks) with input as standard
 * input; returns the exit code. setup of crypto, clock and cards is the caller's.
 */
int run_command(struct run *run, const char *line, const char *input);

/* The n-th line of out as JSON; the caller gives it back. */
json_t *run_json(const struct run *run, unsigned line);
/* How many lines out has. */
unsigned run_lines(const struct run *run);

#endif
