/*
 * Files named on the command line, for the commands of lib/cli.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_FILES_H
#define YKT_FILES_H

#include "cli/cli.h"

extern const struct cli_files files_port;

#endif
