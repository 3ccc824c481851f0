/*
 * ykt-se ctl: one line to a running card, one line back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "se_program.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/se_place.h"
#include "link/se_serve.h"

#define WAIT_MS 3000

/* True when a whole line came. */
static bool
read_line(int fd, char *out, size_t cap)
{
	size_t len = 0;

	while (len + 1 < cap) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };
		ssize_t got;

		if (poll(&pfd, 1, WAIT_MS) != 1)
			return false;
		got = recv(fd, out + len, cap - len - 1, 0);
		if (got <= 0)
			return false;
		len += (size_t)got;
		out[len] = '\0';
		if (strchr(out, '\n') != NULL)
			return true;
	}
	return false;
}

int
se_ctl_main(const struct se_options *options)
{
	char line[SE_SERVE_LINE_MAX];
	char answer[SE_SERVE_LINE_MAX];
	struct se_place place;
	enum ykt_status status;
	bool whole;
	int len;
	int fd;

	status = se_place_parse(options->args[0], &place);
	if (status == YKT_OK)
		status = se_place_connect(&place, WAIT_MS, &fd);
	if (status != YKT_OK) {
		se_complain("%s: no card process takes commands there", options->args[0]);
		return EXIT_FAILURE;
	}
	len = snprintf(line, sizeof(line), "%s%s%s\n", options->args[1],
	    options->arg_count > 2 ? " " : "", options->arg_count > 2 ? options->args[2] : "");
	whole = len > 0 && (size_t)len < sizeof(line) &&
		send(fd, line, (size_t)len, MSG_NOSIGNAL) == len &&
		read_line(fd, answer, sizeof(answer));
	(void)close(fd);
	if (!whole) {
		se_complain("%s: no answer", options->args[0]);
		return EXIT_FAILURE;
	}
	(void)fputs(answer, stdout);
	return strncmp(answer, "ok", 2) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
