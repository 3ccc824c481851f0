/*
 * The keypad in a terminal, and what it shares with term_ui.c.
 *
 * Beside each digit stands a letter; the letters are typed, unseen, so that the
 * keyboard and what listens to it learn positions only. The six are taken as
 * one line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_TERM_KEYPAD_H
#define CLI_TERM_KEYPAD_H

#include "cli/term_ui.h"

/* The ui port's keypad. */
enum ykt_status
term_keypad(void *ctx, const struct ykt_keypad *pad, unsigned *ret_press, int64_t deadline_mono_ms);

/* term_ui.c: leaves the line of the progress. */
void term_end_progress(struct term_ui *term);
/* An answer from the file of answers, if it has one. */
bool term_prepared(struct term_ui *term, const char *id, char *line, size_t size);
#endif
