/*
 * Secure screens in a terminal, and what is typed on them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include "cli/term_secure.h"

#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <ykt/secret.h>

/* Control sequences of xterm and its like: alternate screen, erase, cursor home. */
#define ENTER "\033[?1049h\033[2J\033[H"
#define LEAVE "\033[2J\033[H\033[?1049l"

#define CTRL_Z 0x1A

enum ykt_status
term_protect(void *ctx, bool on)
{
	struct term_ui *term = ctx;

	term->guarded = on;
	if (!on)
		term_secure_leave(term);

	return YKT_OK;
}

void
term_secure_enter(struct term_ui *term, bool secure)
{
	if (!secure || !term->guarded) {
		term_secure_leave(term);
		return;
	}
	/* A pipe keeps what it is given: there is nothing to clear. */
	if (term->alternate || !term->o.terminal || !term->o.prompt)
		return;
	fputs(ENTER, term->o.out);
	fflush(term->o.out);
	term->alternate = true;
}

void
term_secure_leave(struct term_ui *term)
{
	if (!term->alternate)
		return;
	fputs(LEAVE, term->o.out);
	fflush(term->o.out);
	term->alternate = false;
}

void
term_secure_suspend(struct term_ui *term)
{
	term_secure_leave(term);
	ykt_wipe(term->pressed, sizeof(term->pressed));
	term->press_count = term->press_taken = 0;
	if (term->o.suspend != NULL)
		term->o.suspend();
}

void
term_suspend(void)
{
	(void)kill(0, SIGTSTP);
}

/* A line without its end, or what was typed before Ctrl-Z; what is too long is cut. */
static enum ykt_status
read_typed(const struct term_ui *term, char *line, size_t size)
{
	size_t len = 0;
	int c = getc(term->o.in);

	if (c == EOF)
		return YKT_CANCELLED;
	for (; c != EOF && c != '\n'; c = getc(term->o.in)) {
		if (c == CTRL_Z && term->o.prompt) {
			ykt_wipe(line, size);
			return YKT_HIDDEN;
		}
		if (len + 1 < size)
			line[len++] = (char)c;
	}
	if (c == EOF && ferror(term->o.in) != 0) {
		ykt_wipe(line, size);
		return YKT_CANCELLED;
	}
	while (len > 0 && line[len - 1] == '\r')
		len--;
	line[len] = '\0';

	return YKT_OK;
}

/*
 * Ctrl-Z does not stop the program under the hands of the terminal, but ends the
 * line like a line feed, so that the screen can be cleared before.
 */
static bool
change_terminal(int fd, bool secret, struct termios *ret_before)
{
	struct termios now;

	if (fd < 0 || tcgetattr(fd, ret_before) != 0)
		return false;
	now = *ret_before;
	if (secret)
		now.c_lflag &= ~(tcflag_t)ECHO;
	now.c_cc[VSUSP] = _POSIX_VDISABLE;
	now.c_cc[VEOL] = CTRL_Z;

	return tcsetattr(fd, secret ? TCSAFLUSH : TCSADRAIN, &now) == 0;
}

enum ykt_status
term_type(struct term_ui *term, bool secret, char *line, size_t size)
{
	struct termios before;
	const int fd = term->o.prompt ? fileno(term->o.in) : -1;
	const bool changed = change_terminal(fd, secret, &before);
	enum ykt_status status = read_typed(term, line, size);

	if (changed) {
		(void)tcsetattr(fd, secret ? TCSAFLUSH : TCSADRAIN, &before);
		if (secret)
			fputc('\n', term->o.out);
	}

	return status;
}
