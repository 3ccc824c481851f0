/*
 * A card's view for people, as tables, and as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CARD_PRINT_H
#define CLI_CARD_PRINT_H

#include "cli/card_files.h"
#include "cli/card_view.h"
#include "cli/cli.h"

/* Both write to cli->out; files may be NULL. */
void card_print(struct cli *cli, const struct card_view *view, const struct card_files *files);
void card_print_json(struct cli *cli, const struct card_view *view, const struct card_files *files);

#endif
