/*
 * ykt code make: a whole code from keys in files, for tests of gates.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CODE_MAKE_H
#define CLI_CODE_MAKE_H

#include "cli/cli.h"

/* argv[0] is "make". Returns enum cli_exit. */
int cli_code_make(struct cli *cli, int argc, char **argv);

#endif
