/*
 * A screen on a stream.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_TERM_PRINT_H
#define CLI_TERM_PRINT_H

#include "cli/term_ui.h"

/* Title, text, fields; typed fields are left to who asks. */
void term_print_screen(const struct term_ui_options *options, const struct ykt_screen *screen);

#endif
