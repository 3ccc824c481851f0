/*
 * Ride codes on the screens of the client (YKT_FIELD_CODE): in the terminal,
 * and into the files that were asked for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_CODE_DRAW_H
#define CLI_CODE_DRAW_H

#include "cli/term_ui.h"

/* hex: the code's bytes. What cannot be written is said in its place. */
void code_draw(const struct term_ui_options *o, const char *hex);

#endif
