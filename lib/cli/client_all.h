/*
 * Commands over all platforms of a configuration. For client_cmd.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CLIENT_ALL_H
#define CLI_CLIENT_ALL_H

#include "cli/client_cmd.h"
#include "cli/client_run.h"
#include "cli/term_ui.h"

/*
 * A merged command: all platforms, one screen; one that is away is named on it and hides
 * no other. Returns the exit code.
 */
int client_all_run(struct cli *cli, const struct client_command *command,
    const struct client_arguments *arguments, struct term_ui *term,
    const struct client_platform *list, size_t count);

/*
 * The next open() is of the platform whose the card of arguments is; of the usual one, which
 * then says what is wrong, when it is nobody's. False: several say that it is theirs, which
 * was said; nothing is done on a guess.
 */
bool client_all_choose(struct cli *cli, const struct client_arguments *arguments,
    struct term_ui *term, const struct client_platform *list, size_t count);

#endif
