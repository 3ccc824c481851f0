/*
 * Secure screens in a terminal (C5-HCI-3): they stand on the terminal's alternate
 * screen, which leaves nothing in the scroll-back, and are cleared from it before
 * anything else is shown and before Ctrl-Z puts the program into the background.
 *
 * A terminal cannot forbid pictures of its window: what is on it while it is asked
 * can be recorded (docs/deviations.md).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_TERM_SECURE_H
#define CLI_TERM_SECURE_H

#include "cli/term_ui.h"

/* The ui port's protect; always YKT_OK. */
enum ykt_status term_protect(void *ctx, bool on);

/* Before a form or a pad: to the alternate screen when it is secure and guarded, else away from it. */
void term_secure_enter(struct term_ui *term, bool secure);
/* Clears it and goes back to the screen before; nothing when it is not in use. */
void term_secure_leave(struct term_ui *term);
/* Ctrl-Z: leaves it, forgets presses that were not taken, and stops until the user comes back. */
void term_secure_suspend(struct term_ui *term);

/* Stops the process group, as Ctrl-Z does; for struct term_ui_options. */
void term_suspend(void);

/*
 * One line from the user, unseen when it is a secret. YKT_CANCELLED: the end of
 * the input, or a signal. YKT_HIDDEN: Ctrl-Z was typed at a prompt; line is wiped.
 */
enum ykt_status term_type(struct term_ui *term, bool secret, char *line, size_t size);

#endif
