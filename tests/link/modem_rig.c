/*
 * A modem on a pty that says what a table says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "modem_rig.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static void
say(struct modem_rig *rig, const char *text)
{
	(void)!write(rig->master, text, strlen(text));
}

static void
answer_turn(struct modem_rig *rig, const char *line)
{
	const struct modem_turn *turn = rig->turns;
	const struct timespec late = { 0, (long)turn->late_ms * 1000000 };

	rig->asked++;
	if (turn->ask == NULL || strncmp(line, turn->ask, strlen(turn->ask)) != 0) {
		rig->wrong++;
		say(rig, "\r\nERROR\r\n");
		return;
	}
	(void)snprintf(rig->last, sizeof(rig->last), "%s", line);
	rig->turns++;
	(void)nanosleep(&late, NULL);
	if (turn->say != NULL)
		say(rig, turn->say);
}

static void
answer(struct modem_rig *rig, const char *line)
{
	const bool channels = strstr(line, "CCHO=?") != NULL || strstr(line, "CGLA=?") != NULL;

	if (rig->echo) {
		say(rig, line);
		say(rig, "\r");
	}
	if (line[0] == '\0')
		return;
	if (strcmp(line, "AT+CMEE?") == 0)
		say(rig, "\r\n+CMEE: 1\r\n\r\nOK\r\n");
	else if (strncmp(line, "ATE0", 4) == 0 || strcmp(line, "AT+CMEE=1") == 0)
		say(rig, "\r\nOK\r\n");
	else if (channels)
		say(rig, rig->no_channels ? "\r\nERROR\r\n" : "\r\n+CGLA: (1-3)\r\n\r\nOK\r\n");
	else if (strcmp(line, "AT+CSIM=?") == 0)
		say(rig, rig->no_basic ? "\r\n+CME ERROR: 4\r\n" : "\r\nOK\r\n");
	else
		answer_turn(rig, line);
}

static void *
modem_main(void *arg)
{
	struct modem_rig *rig = arg;
	char line[600];
	size_t len = 0;
	char sign;

	while (read(rig->master, &sign, 1) == 1 && sign != '\x04') {
		if (sign == '\r') {
			line[len] = '\0';
			answer(rig, line);
			len = 0;
		} else if (len + 1 < sizeof(line)) {
			line[len++] = sign;
		}
	}

	return NULL;
}

void
modem_start(struct modem_rig *rig, const struct modem_turn *turns)
{
	struct termios raw;

	rig->turns = turns;
	rig->master = posix_openpt(O_RDWR | O_NOCTTY);
	assert(rig->master >= 0 && grantpt(rig->master) == 0 && unlockpt(rig->master) == 0);
	assert(ptsname_r(rig->master, rig->path, sizeof(rig->path)) == 0);
	rig->slave = open(rig->path, O_RDWR | O_NOCTTY);
	assert(rig->slave >= 0 && tcgetattr(rig->slave, &raw) == 0);
	cfmakeraw(&raw);
	(void)tcsetattr(rig->slave, TCSANOW, &raw);
	assert(pthread_create(&rig->thread, NULL, modem_main, rig) == 0);
}

void
modem_stop(struct modem_rig *rig)
{
	/* Through the slave, so that it is the modem that reads its end. */
	(void)!write(rig->slave, "\x04", 1);
	(void)pthread_join(rig->thread, NULL);
	(void)close(rig->slave);
	(void)close(rig->master);
}
