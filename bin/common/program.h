/*
 * The command line of a server: one argument, its configuration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMON_PROGRAM_H
#define COMMON_PROGRAM_H

/* What a server does with its configuration. Returns enum exit_code. */
typedef int program_run(const char *program, const char *config_path);

/*
 * Reads the command line and calls run. doc is what --help says, as argp wants
 * it. Returns what run returned; a wrong command line ends the process with
 * EXIT_USAGE and its usage on standard error.
 */
int program_main(int argc, char **argv, const char *program, const char *doc, program_run *run);

#endif
