/*
 * Driver: a card process at a socket, reader's side, see se_socket.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "link/se_socket.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "card/host_cmd.h"
#include "card/sw.h"
#include "link/se_frame.h"
#include "link/se_place.h"

#define CALLER_MAX 32
#define ATR_MAX    64 /* more than ISO/IEC 7816-3 allows; the rest of a longer one is dropped */

struct se_socket {
	struct ykt_se se;
	const struct ykt_alloc *alloc;
	const struct ykt_clock *clock;
	struct se_place place;
	size_t caller_len; /* 0: nobody is named */
	uint8_t caller[CALLER_MAX];
	bool away;                   /* the process is there, but its card is not */
	int fd;                      /* -1 while not connected */
	uint8_t frame[SE_FRAME_MAX]; /* the frame on its way, out or in */
};

static int
ms_left(const struct se_socket *s, int64_t deadline_mono_ms)
{
	int64_t left = deadline_mono_ms - ykt_clock_mono(s->clock);

	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

/* What is under way on a connection that we give up must never be read again. */
static void
disconnect(struct se_socket *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
}

static enum ykt_status
wait_for(struct se_socket *s, short events, int64_t deadline_mono_ms)
{
	struct pollfd pfd = { .fd = s->fd, .events = events };
	int left = ms_left(s, deadline_mono_ms);
	int ready;

	if (left == 0)
		return YKT_E_LINK;
	ready = poll(&pfd, 1, left);
	return ready >= 0 || errno == EINTR ? YKT_OK : YKT_E_LINK;
}

static enum ykt_status
send_all(struct se_socket *s, struct ykt_bytes bytes, int64_t deadline_mono_ms)
{
	while (bytes.len > 0) {
		ssize_t sent = send(s->fd, bytes.data, bytes.len, MSG_NOSIGNAL);

		if (sent >= 0)
			bytes = ykt_bytes_sub(bytes, (size_t)sent, bytes.len);
		else if (errno != EAGAIN && errno != EINTR)
			return YKT_E_LINK;
		else if (wait_for(s, POLLOUT, deadline_mono_ms) != YKT_OK)
			return YKT_E_LINK;
	}
	return YKT_OK;
}

static enum ykt_status
receive(struct se_socket *s, uint8_t *out, size_t len, int64_t deadline_mono_ms)
{
	while (len > 0) {
		ssize_t got;

		se_place_quick(s->fd);
		got = recv(s->fd, out, len, 0);
		if (got == 0)
			return YKT_E_LINK;
		if (got > 0) {
			out += got;
			len -= (size_t)got;
		} else if (errno != EAGAIN && errno != EINTR) {
			return YKT_E_LINK;
		} else if (wait_for(s, POLLIN, deadline_mono_ms) != YKT_OK) {
			return YKT_E_LINK;
		}
	}
	return YKT_OK;
}

static enum ykt_status
send_frame(struct se_socket *s, struct ykt_bytes data, int64_t deadline_mono_ms)
{
	struct ykt_buf out = YKT_BUF(s->frame);
	enum ykt_status status = se_frame_encode(data, &out);

	if (status != YKT_OK)
		return YKT_E_DRIVER;
	status = send_all(s, ykt_buf_view(&out), deadline_mono_ms);
	ykt_wipe(s->frame, out.len);
	return status;
}

static enum ykt_status
send_control(struct se_socket *s, enum se_frame_control control, int64_t deadline_mono_ms)
{
	const uint8_t byte = (uint8_t)control;

	return send_frame(s, ykt_bytes(&byte, 1), deadline_mono_ms);
}

/* Reads one whole frame, also when it does not fit out: the stream stays in step. */
static enum ykt_status
receive_frame(struct se_socket *s, struct ykt_buf *out, int64_t deadline_mono_ms)
{
	enum ykt_status status;
	size_t len;

	status = receive(s, s->frame, SE_FRAME_HEAD, deadline_mono_ms);
	if (status != YKT_OK)
		return status;
	len = ykt_get_u16(s->frame);
	status = receive(s, s->frame, len, deadline_mono_ms);
	if (status == YKT_OK)
		ykt_put_mem(out, s->frame, len);
	ykt_wipe(s->frame, len);
	return status;
}

static enum ykt_status
ask_atr(struct se_socket *s, enum se_frame_control before, struct ykt_buf *atr,
    int64_t deadline_mono_ms)
{
	const size_t before_len = atr->len;
	enum ykt_status status;

	status = send_control(s, before, deadline_mono_ms);
	if (status == YKT_OK)
		status = send_control(s, SE_FRAME_GET_ATR, deadline_mono_ms);
	if (status == YKT_OK)
		status = receive_frame(s, atr, deadline_mono_ms);
	s->away = status == YKT_OK && atr->len == before_len;
	return s->away ? YKT_E_LINK : status;
}

/* A card process from before, or a card over TCP, refuses: then nothing more is asked of it. */
static enum ykt_status
say_who(struct se_socket *s, int64_t deadline_mono_ms)
{
	uint8_t cmd_space[APDU_HEADER_LEN + 1 + CALLER_MAX];
	uint8_t rsp_space[APDU_SW_LEN];
	struct ykt_buf cmd = YKT_BUF(cmd_space);
	struct ykt_buf rsp = YKT_BUF(rsp_space);
	enum ykt_status status;

	if (s->caller_len == 0)
		return YKT_OK;
	host_caller_build(ykt_bytes(s->caller, s->caller_len), &cmd);
	status = send_frame(s, ykt_buf_view(&cmd), deadline_mono_ms);
	if (status == YKT_OK)
		status = receive_frame(s, &rsp, deadline_mono_ms);
	if (status == YKT_OK &&
	    (rsp.full || rsp.len != APDU_SW_LEN || ykt_get_u16(rsp_space) != SW_OK))
		status = YKT_DENIED;
	return status;
}

static enum ykt_status
connect_card(struct se_socket *s, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	enum ykt_status status;

	status = se_place_connect(&s->place, ms_left(s, deadline_mono_ms), &s->fd);
	if (status != YKT_OK)
		return status;
	status = ask_atr(s, SE_FRAME_POWER_ON, atr, deadline_mono_ms);
	/* One process, one peer at a time: it accepts the second only to hang up. */
	if (s->away)
		status = YKT_NOT_FOUND;
	else if (status == YKT_E_LINK && ms_left(s, deadline_mono_ms) > 0)
		status = YKT_BUSY;
	if (status == YKT_OK)
		status = say_who(s, deadline_mono_ms);
	if (status != YKT_OK)
		disconnect(s);
	return status;
}

static enum ykt_status
reconnect(struct se_socket *s, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	return connect_card(s, atr, deadline_mono_ms) == YKT_OK ? YKT_OK : YKT_E_LINK;
}

static enum ykt_status
socket_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct se_socket *s = ctx;
	uint8_t space[ATR_MAX];
	struct ykt_buf atr = YKT_BUF(space);
	enum ykt_status status = YKT_OK;

	if (cmd.len > SE_FRAME_DATA_MAX)
		return YKT_E_DRIVER;
	if (s->fd < 0)
		status = reconnect(s, &atr, deadline_mono_ms);
	if (status != YKT_OK)
		return status;

	status = send_frame(s, cmd, deadline_mono_ms);
	if (status == YKT_OK)
		status = receive_frame(s, rsp, deadline_mono_ms);
	if (status != YKT_OK)
		disconnect(s);
	return status;
}

static enum ykt_status
socket_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct se_socket *s = ctx;
	enum ykt_status status;

	if (s->fd < 0)
		return reconnect(s, atr, deadline_mono_ms);
	status = ask_atr(s, SE_FRAME_RESET, atr, deadline_mono_ms);
	if (status != YKT_OK)
		disconnect(s);
	return status;
}

static const char *
why(enum ykt_status status, bool away)
{
	switch (status) {
	case YKT_E_ARG:
		return "address";
	case YKT_NOT_FOUND:
		return away ? "no_card" : "no_peer";
	case YKT_BUSY:
		return "busy";
	case YKT_DENIED:
		return "denied";
	case YKT_E_NOMEM:
		return "memory";
	default:
		return "mute";
	}
}

enum ykt_status
se_socket_open(const struct ykt_alloc *alloc, const struct ykt_clock *clock,
    enum ykt_se_iface iface, const char *place, struct ykt_bytes caller, int64_t deadline_mono_ms,
    struct se_socket **ret_socket, const char **ret_why)
{
	uint8_t space[ATR_MAX];
	struct ykt_buf atr = YKT_BUF(space);
	struct se_place parsed;
	struct se_socket *s;
	enum ykt_status status;

	status = se_place_parse(place, &parsed);
	if (status == YKT_OK &&
	    (!se_place_local(&parsed) || (caller.len != 0 && !host_caller_fits(caller))))
		status = YKT_E_ARG;
	*ret_why = why(status, false);
	if (status != YKT_OK)
		return status;
	s = ykt_mem_get(alloc, sizeof(*s));
	*ret_why = why(YKT_E_NOMEM, false);
	if (s == NULL)
		return YKT_E_NOMEM;

	s->se = (struct ykt_se){
		.ctx = s,
		.iface = iface,
		.transceive = socket_transceive,
		.reset = socket_reset,
	};
	s->alloc = alloc;
	s->clock = clock;
	s->place = parsed;
	s->caller_len = caller.len;
	if (caller.len != 0)
		memcpy(s->caller, caller.data, caller.len);
	s->fd = -1;
	status = connect_card(s, &atr, deadline_mono_ms);
	if (status != YKT_OK) {
		*ret_why = why(status, s->away);
		ykt_mem_put(alloc, &s, sizeof(*s));
		return status;
	}
	*ret_socket = s;
	return YKT_OK;
}

const struct ykt_se *
se_socket_driver(const struct se_socket *socket)
{
	return &socket->se;
}

void
se_socket_close(struct se_socket **socket)
{
	struct se_socket *s = *socket;

	if (s == NULL)
		return;
	/* A courtesy: hanging up powers off as well. */
	if (s->fd >= 0)
		(void)send_control(s, SE_FRAME_POWER_OFF, ykt_clock_mono(s->clock) + 1);
	disconnect(s);
	ykt_mem_put(s->alloc, socket, sizeof(*s));
}
