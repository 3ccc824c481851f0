/*
 * The ui port in a terminal, or in a pipe.
 *
 * Screens are printed with their title, their text and their fields; cells of a
 * table (client/screens.h) as a table. Questions are read from a stream, a line
 * each: of secrets nothing is echoed. Progress is one line that renews itself
 * on a terminal, and a line for each new step otherwise.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLI_TERM_UI_H
#define CLI_TERM_UI_H

#include <stdbool.h>
#include <stdio.h>

#include <ykt/driver/ui.h>

#include "cli/messages.h"

#define TERM_PHONE_MAX 24
#define TERM_PRESSES   6

struct cli_files;

struct term_ui_options {
	FILE *in;
	FILE *out;
	enum messages_lang lang;
	bool terminal; /* out is one: colours, and progress in place */
	bool prompt;   /* in is a terminal: say what is asked, hide secrets */
	bool yes;      /* confirmations and consent are given */
	bool quiet;    /* no progress at all */
	/*
	 * Lines "field=answer": what they name is not asked. NULL, or borrowed.
	 * TEST USE: a password in a file is no secret.
	 */
	FILE *answers;
	/* The development sink of text messages: the newest one there answers "otp". */
	const char *sms_sink;
	/* Files for a code that is shown: NULL, or borrowed. */
	const char *png;
	const char *svg;
	const char *raw;               /* the bytes as they are */
	const struct cli_files *files; /* writes them; NULL: nobody does */
	/* Stops this program until the user wants it in front again; NULL: goes on at once. */
	void (*suspend)(void);
};

/* Embedded: its owner does not move it. */
struct term_ui {
	struct ykt_ui port; /* hand out &term.port */
	struct term_ui_options o;
	char phone[TERM_PHONE_MAX]; /* whose message is waited for */
	const char *step;           /* of the progress that is on the screen */
	bool in_progress;
	bool guarded;   /* by term_protect() */
	bool alternate; /* the screen that leaves nothing behind is in use */
	/* Positions typed on the keypad and not yet taken. */
	uint8_t pressed[TERM_PRESSES];
	size_t press_count;
	size_t press_taken;
	unsigned results;
};

void term_ui_init(struct term_ui *term, const struct term_ui_options *options);
/* Wipes what was typed. */
void term_ui_clear(struct term_ui *term);

#endif
