/*
 * Talking to a modem, see se_modem_talk.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "link/se_modem_talk.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <ykt/hex.h>
#include <ykt/secret.h>

void
se_modem_talk_init(struct se_modem_talk *talk, int fd, const struct ykt_clock *clock)
{
	memset(talk, 0, sizeof(*talk));
	talk->fd = fd;
	talk->clock = clock;
	talk->lost = true;
	talk->out = YKT_BUF(talk->out_space);
}

void
se_modem_talk_end(struct se_modem_talk *talk)
{
	(void)close(talk->fd);
	ykt_wipe(talk->out_space, sizeof(talk->out_space));
	ykt_wipe(talk->in, sizeof(talk->in));
}

struct ykt_buf *
se_modem_line(struct se_modem_talk *talk)
{
	ykt_buf_wipe(&talk->out);

	return &talk->out;
}

static enum ykt_status
wait_for(struct se_modem_talk *talk, short events, int64_t deadline_mono_ms)
{
	struct pollfd pfd = { .fd = talk->fd, .events = events };
	const int64_t left = deadline_mono_ms - ykt_clock_mono(talk->clock);

	if (left <= 0)
		return YKT_E_LINK;
	if (poll(&pfd, 1, left > INT_MAX ? INT_MAX : (int)left) < 0 && errno != EINTR)
		return YKT_E_LINK;

	/* A port that hung up still gives what it had. */
	if ((pfd.revents & (POLLERR | POLLNVAL)) != 0 ||
	    (pfd.revents & (POLLHUP | POLLIN)) == POLLHUP)
		return YKT_E_LINK;

	return YKT_OK;
}

static enum ykt_status
send_line(struct se_modem_talk *talk, struct ykt_bytes line, int64_t deadline_mono_ms)
{
	while (line.len > 0) {
		const ssize_t sent = write(talk->fd, line.data, line.len);

		if (sent >= 0)
			line = ykt_bytes_sub(line, (size_t)sent, line.len);
		else if (errno != EAGAIN && errno != EINTR)
			return YKT_E_LINK;
		else if (wait_for(talk, POLLOUT, deadline_mono_ms) != YKT_OK)
			return YKT_E_LINK;
	}

	return YKT_OK;
}

static enum ykt_status
read_byte(struct se_modem_talk *talk, int64_t deadline_mono_ms, uint8_t *ret_byte)
{
	for (;;) {
		const ssize_t got = read(talk->fd, ret_byte, 1);

		if (got == 1)
			return YKT_OK;
		/* 0: the other end of a pty that is between two programs. */
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return YKT_E_LINK;
		if (wait_for(talk, POLLIN, deadline_mono_ms) != YKT_OK)
			return YKT_E_LINK;
	}
}

/* The next line that has something in it, without its line end. */
static enum ykt_status
read_line(struct se_modem_talk *talk, int64_t deadline_mono_ms, struct se_at_line *ret_line)
{
	uint8_t byte = 0;
	enum ykt_status status;

	talk->in_len = 0;
	talk->in_long = false;
	do {
		status = read_byte(talk, deadline_mono_ms, &byte);
		if (status != YKT_OK)
			return status;
		if (byte == '\r' || byte == '\n')
			continue;
		if (talk->in_len < sizeof(talk->in))
			talk->in[talk->in_len++] = byte;
		else
			talk->in_long = true;
	} while ((byte != '\r' && byte != '\n') || talk->in_len == 0);
	*ret_line = talk->in_long ? (struct se_at_line){ .kind = SE_AT_OTHER, .number = -1 }
				  : se_at_read(ykt_bytes(talk->in, talk->in_len));

	return YKT_OK;
}

/* The card's answer, once; a second one is no answer to one command. */
static enum ykt_status
take_response(struct se_modem_answer *answer, struct ykt_bytes text)
{
	const size_t before = answer->rsp != NULL ? answer->rsp->len : 0;

	if (answer->rsp == NULL || answer->has_rsp)
		return YKT_E_LINK;
	if (ykt_hex_decode((const char *)text.data, text.len, answer->rsp) != YKT_OK ||
	    answer->rsp->len - before != text.len / 2)
		return YKT_E_LINK;
	answer->has_rsp = true;

	return YKT_OK;
}

/* True when the line is final. */
static enum ykt_status
take_line(const struct se_at_line *line, struct se_modem_answer *answer, bool *ret_final)
{
	switch (line->kind) {
	case SE_AT_OK:
	case SE_AT_ERROR:
		answer->ok = line->kind == SE_AT_OK;
		answer->error = line->number;
		*ret_final = true;
		return YKT_OK;
	case SE_AT_NUMBER:
	case SE_AT_SESSION:
		answer->session = line->number;
		return YKT_OK;
	case SE_AT_RESPONSE:
		return take_response(answer, line->text);
	case SE_AT_BROKEN:
		/* The list of a test command looks like that; a card's answer may not. */
		return answer->rsp == NULL ? YKT_OK : YKT_E_LINK;
	case SE_AT_CMEE:
	case SE_AT_OTHER:
		return YKT_OK;
	}

	return YKT_OK;
}

static enum ykt_status
exchange(struct se_modem_talk *talk, int64_t deadline_mono_ms, struct se_modem_answer *answer)
{
	struct se_at_line line;
	bool final = false;
	enum ykt_status status = YKT_OK;

	answer->ok = false;
	answer->error = -1;
	answer->session = -1;
	talk->lost = true;
	status = send_line(talk, ykt_buf_view(&talk->out), deadline_mono_ms);
	while (status == YKT_OK && !final) {
		status = read_line(talk, deadline_mono_ms, &line);
		if (status == YKT_OK)
			status = take_line(&line, answer, &final);
	}
	talk->lost = status != YKT_OK;
	ykt_buf_wipe(&talk->out);
	ykt_wipe(talk->in, sizeof(talk->in));

	return status;
}

enum ykt_status
se_modem_sync(struct se_modem_talk *talk, int64_t deadline_mono_ms)
{
	/* The empty command first: it ends a line that was cut. Errors come as numbers. */
	static const char question[] = "\rAT+CMEE=1\rAT+CMEE?\r";
	struct se_at_line line = { .kind = SE_AT_OTHER };
	enum ykt_status status = send_line(talk, ykt_bytes_str(question), deadline_mono_ms);

	talk->lost = true;
	while (status == YKT_OK && line.kind != SE_AT_CMEE)
		status = read_line(talk, deadline_mono_ms, &line);
	while (status == YKT_OK && line.kind != SE_AT_OK)
		status = read_line(talk, deadline_mono_ms, &line);
	talk->lost = status != YKT_OK;

	return status;
}

/* The line waits while the talk finds itself again: what is made in it stays. */
enum ykt_status
se_modem_ask_card(
    struct se_modem_talk *talk, int64_t deadline_mono_ms, struct se_modem_answer *answer)
{
	if (talk->lost && se_modem_sync(talk, deadline_mono_ms) != YKT_OK)
		return YKT_E_LINK;

	return exchange(talk, deadline_mono_ms, answer);
}

enum ykt_status
se_modem_ask(
    struct se_modem_talk *talk, int64_t deadline_mono_ms, struct se_modem_answer *ret_answer)
{
	ret_answer->rsp = NULL;
	ret_answer->has_rsp = false;

	return se_modem_ask_card(talk, deadline_mono_ms, ret_answer);
}
