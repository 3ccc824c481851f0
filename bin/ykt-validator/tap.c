/*
 * ykt-validator tap and run: cards come and go.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ykt/mem.h>

#include "host/host_daemon.h"
#include "host/host_signals.h"
#include "link/se_open.h"
#include "program.h"

#define OPEN_MS       2000
#define LOOK_MS       200
#define UPLOAD_MS     5000
#define UPLOAD_MAX_MS 300000
#define PARAMS_MS     3600000
#define SOCKET_SCHEME "socket:"

static enum ykt_status
look(const struct program *program, const char *address, struct se_link **ret_link,
    const char **ret_why)
{
	const struct se_open_options options = { .alloc = &ykt_alloc_libc,
		.clock = &program->clock,
		.iface = YKT_SE_CONTACTLESS,
		.deadline_mono_ms = ykt_clock_mono(&program->clock) + OPEN_MS };

	return se_link_open(&options, address, ret_link, ret_why);
}

/* True when it goes on. */
static bool
nap(const struct program *program, int64_t ms)
{
	return ykt_clock_wait(&program->clock, ykt_clock_mono(&program->clock) + ms) == YKT_OK &&
	       !host_stop_requested();
}

static int
tap_link(struct program *program, struct se_link *link)
{
	static const int codes[] = { [VALIDATOR_OPEN] = TAP_OPEN,
		[VALIDATOR_CLOSED] = TAP_CLOSED,
		[VALIDATOR_RETAP] = TAP_RETAP };
	struct validator_result result;
	enum ykt_status status = validator_tap(program->validator, se_link_port(link), &result);

	if (status != YKT_OK) {
		display_failure(status);
		return TAP_FAILED;
	}
	display_result(&result);
	return codes[result.gate];
}

int
program_tap(struct program *program, const char *address, bool wait)
{
	struct se_link *link = NULL;
	const char *why = "";
	enum ykt_status status = look(program, address, &link, &why);
	int code = TAP_FAILED;

	while (wait && (status == YKT_NOT_FOUND || status == YKT_E_LINK) && nap(program, LOOK_MS))
		status = look(program, address, &link, &why);
	if (status == YKT_OK)
		code = tap_link(program, link);
	else
		program_complain("%s: no card (%s)", address, why);
	se_link_close(&link);
	return code;
}

/* Work between riders: uploads with growing waits, parameters now and then. */
struct chores {
	int64_t upload_at;
	int64_t upload_wait;
	enum ykt_status upload_status; /* of the last one */
	int64_t params_at;
};

static void
do_chores(struct program *program, struct chores *chores)
{
	const int64_t now = ykt_clock_mono(&program->clock);
	unsigned sent = 0;
	int64_t version = 0;
	enum ykt_status status;

	if (now >= chores->params_at) {
		chores->params_at = now + PARAMS_MS;
		if (validator_params(program->validator, &version) != YKT_OK)
			chores->params_at = now + UPLOAD_MAX_MS;
	}
	if (now < chores->upload_at)
		return;
	status = validator_upload(program->validator, &sent);
	/* Said once: the batch stays, and comes again with growing waits. */
	if (status != YKT_OK && status != chores->upload_status)
		program_complain(
		    "upload: %s (%s)", ykt_status_text(status), ykt_status_name(status));
	chores->upload_status = status;
	if (status == YKT_OK)
		chores->upload_wait = UPLOAD_MS;
	else if (chores->upload_wait < UPLOAD_MAX_MS)
		chores->upload_wait *= 2;
	chores->upload_at = sent > 0 ? now : now + chores->upload_wait;
}

/* A reader: the card is taken when it comes, and must leave before the next. */
static int
run_reader(struct program *program, const char *address)
{
	struct chores chores = { .upload_wait = UPLOAD_MS };
	bool taken = false;
	int code = TAP_OPEN;

	while (!host_stop_requested()) {
		struct se_link *link = NULL;
		enum ykt_status status = look(program, address, &link, NULL);

		if (status == YKT_E_ARG || status == YKT_E_NOMEM) {
			program_complain("%s: no such place for a card", address);
			return TAP_FAILED;
		}
		if (status == YKT_OK && !taken) {
			code = tap_link(program, link);
			/* Told to tap again: it may stay where it is. */
			taken = code != TAP_RETAP;
		}
		se_link_close(&link);
		if (status == YKT_NOT_FOUND)
			taken = false;
		do_chores(program, &chores);
		if (!nap(program, LOOK_MS))
			break;
	}
	return code;
}

/* Longer than a ride code in hex; what does not fit is cut and then refused. */
#define LINE_MAX_BYTES 1000

/* True when a line came; false at the end of input or of the program. */
static bool
wait_line(struct program *program, struct chores *chores, struct ykt_buf *line)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = host_stop_fd(), .events = POLLIN } };
	char byte = 0;

	while (byte != '\n') {
		int got = poll(fds, 2, LOOK_MS);

		if (host_stop_requested())
			return false;
		if (got <= 0)
			do_chores(program, chores);
		else if (read(STDIN_FILENO, &byte, 1) != 1)
			return false;
		else if (byte != '\n')
			ykt_put_u8(line, (uint8_t)byte);
	}
	return true;
}

/*
 * A socket has no field that a card could leave: each empty line of input is a
 * tap. A line with something in it is a ride code in hex, as a scanner types it.
 */
static int
run_socket(struct program *program, const char *address, bool wait)
{
	struct chores chores = { .upload_wait = UPLOAD_MS };
	uint8_t bytes[LINE_MAX_BYTES];
	struct ykt_buf line = YKT_BUF(bytes);
	int code = TAP_OPEN;

	while (wait_line(program, &chores, &line)) {
		code = line.len == 0 ? program_tap(program, address, wait)
				     : program_scan_bytes(program, ykt_buf_view(&line));
		line = YKT_BUF(bytes);
	}
	return code;
}

int
program_run(struct program *program, const char *address, bool once, bool wait)
{
	int code;

	if (once)
		return program_tap(program, address, wait);
	host_daemon_ready(PROGRAM, address);
	if (strncmp(address, SOCKET_SCHEME, strlen(SOCKET_SCHEME)) == 0)
		code = run_socket(program, address, wait);
	else
		code = run_reader(program, address);
	return code == TAP_FAILED ? TAP_FAILED : EXIT_DONE;
}
