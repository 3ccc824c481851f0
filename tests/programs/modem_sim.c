/*
 * A modem in software: a pty with AT commands on one side, a card at an address
 * on the other. Prints the pty's name and serves until its input ends.
 *
 * usage: modem-sim ADDRESS
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/mem.h>

#include "host/host_clock.h"
#include "link/se_open.h"

#define WAIT_MS 5000
#define TEXT    1200

struct modem {
	struct ykt_clock clock;
	struct se_link *card;
	int master;
};

static void
say(struct modem *m, const char *text)
{
	if (write(m->master, text, strlen(text)) < 0)
		exit(1);
}

/* Runs what is in hex, on a logical channel; the answer as hex, "" without one. */
static void
run(struct modem *m, unsigned channel, const char *hex, char answer[TEXT])
{
	uint8_t cmd_space[300];
	uint8_t rsp_space[300];
	struct ykt_buf cmd = YKT_BUF(cmd_space);
	struct ykt_buf rsp = YKT_BUF(rsp_space);

	answer[0] = '\0';
	if (ykt_hex_decode(hex, strlen(hex), &cmd) != YKT_OK || cmd.len < 4)
		return;
	cmd_space[0] |= (uint8_t)channel;
	if (se_link_transceive(
		m->card, ykt_buf_view(&cmd), &rsp, ykt_clock_mono(&m->clock) + WAIT_MS) == YKT_OK)
		ykt_hex_encode(ykt_buf_view(&rsp), answer);
}

static void
relay(struct modem *m, const char *name, unsigned channel, const char *hex)
{
	char answer[TEXT];
	char line[TEXT + 64];

	run(m, channel, hex, answer);
	(void)snprintf(
	    line, sizeof(line), "\r\n%s: %zu,\"%s\"\r\n\r\nOK\r\n", name, strlen(answer), answer);
	say(m, answer[0] == '\0' ? "\r\n+CME ERROR: 13\r\n" : line);
}

/* A channel with the application selected on it, or none. */
static void
open_channel(struct modem *m, const char *aid)
{
	char answer[TEXT];
	char cmd[64];
	unsigned channel = 0;

	run(m, 0, "0070000001", answer);
	if (sscanf(answer, "%2x9000", &channel) != 1 || channel == 0 || channel > 3) {
		say(m, "\r\n+CME ERROR: 20\r\n");
		return;
	}
	(void)snprintf(cmd, sizeof(cmd), "00A40400%02zX%.32s", strlen(aid) / 2, aid);
	run(m, channel, cmd, answer);
	if (strlen(answer) >= 4 && strcmp(answer + strlen(answer) - 4, "9000") == 0) {
		(void)snprintf(cmd, sizeof(cmd), "\r\n+CCHO: %u\r\n\r\nOK\r\n", channel);
	} else {
		(void)snprintf(cmd, sizeof(cmd), "007080%02X00", channel);
		run(m, 0, cmd, answer);
		(void)snprintf(cmd, sizeof(cmd), "\r\n+CME ERROR: 22\r\n");
	}
	say(m, cmd);
}

static void
close_channel(struct modem *m, unsigned channel)
{
	char answer[TEXT];
	char cmd[16];

	(void)snprintf(cmd, sizeof(cmd), "007080%02X00", channel & 3);
	run(m, 0, cmd, answer);
	say(m, strcmp(answer, "9000") == 0 ? "\r\nOK\r\n" : "\r\nERROR\r\n");
}

static void
command(struct modem *m, char *line)
{
	unsigned channel = 0;
	unsigned len = 0;
	char hex[TEXT] = "";

	if (line[0] == '\0')
		return;
	if (strcmp(line, "AT+CMEE?") == 0)
		say(m, "\r\n+CMEE: 1\r\n\r\nOK\r\n");
	else if (sscanf(line, "AT+CCHO=\"%32[0-9A-F]\"", hex) == 1)
		open_channel(m, hex);
	else if (sscanf(line, "AT+CCHC=%u", &channel) == 1)
		close_channel(m, channel);
	else if (sscanf(line, "AT+CGLA=%u,%u,\"%600[0-9A-F]\"", &channel, &len, hex) == 3)
		relay(m, "+CGLA", channel & 3, hex);
	else if (sscanf(line, "AT+CSIM=%u,\"%600[0-9A-F]\"", &len, hex) == 2)
		relay(m, "+CSIM", 0, hex);
	else
		say(m, "\r\nOK\r\n");
}

static int
open_pty(void)
{
	struct termios raw;
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	int slave;

	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
		return -1;
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	if (slave < 0 || tcgetattr(slave, &raw) != 0)
		return -1;
	cfmakeraw(&raw);
	(void)tcsetattr(slave, TCSANOW, &raw);
	puts(ptsname(master));
	(void)fflush(stdout);

	return master;
}

static void
serve(struct modem *m)
{
	struct pollfd fds[2] = { { m->master, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
	char line[TEXT];
	size_t len = 0;
	char sign;

	while (poll(fds, 2, -1) > 0 && fds[1].revents == 0) {
		if (read(m->master, &sign, 1) != 1)
			return;
		if (sign == '\r') {
			line[len] = '\0';
			command(m, line);
			len = 0;
		} else if (len + 1 < sizeof(line)) {
			line[len++] = sign;
		}
	}
}

int
main(int argc, char **argv)
{
	struct modem m = { .clock = host_clock() };
	const struct se_open_options options = { .alloc = &ykt_alloc_libc,
		.clock = &m.clock,
		.iface = YKT_SE_WIRED,
		.deadline_mono_ms = ykt_clock_mono(&m.clock) + WAIT_MS };

	if (argc != 2 || se_link_open(&options, argv[1], &m.card, NULL) != YKT_OK) {
		fputs("modem-sim: no card\n", stderr);
		return 1;
	}
	m.master = open_pty();
	if (m.master < 0)
		return 1;
	serve(&m);
	se_link_close(&m.card);

	return 0;
}
