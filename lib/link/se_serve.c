/*
 * The card's side of the frames, see se_serve.h.
 *
 * Longer than most files here: a step is one walk over the stations, and what a
 * station goes through from place to hang-up is easier to judge on one page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "link/se_serve.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#include "link/se_frame.h"
#include "link/se_place.h"

#define ATR_MAX         64
#define CONNECT_WAIT_MS 200

enum role { ROLE_READER, ROLE_VPCD, ROLE_CONTROL };

/* A place and the one peer that it may have. */
struct station {
	enum role role;
	enum ykt_se_iface iface;
	struct se_place place;
	int listen_fd;      /* -1 for vpcd, which we call */
	int fd;             /* the peer, or -1 */
	int64_t retry_ms;   /* vpcd: when to call again */
	int64_t partial_ms; /* since when part of a frame has been waiting */
	bool drop;          /* the answer is to be lost */
	size_t atr_len;
	uint8_t atr[ATR_MAX];
	size_t in_len;
	uint8_t in[SE_FRAME_MAX];
	struct ykt_buf answer; /* data of one frame or line */
	uint8_t answer_space[SE_FRAME_DATA_MAX];
};

struct se_serve {
	const struct ykt_alloc *alloc;
	const struct ykt_clock *clock;
	struct se_serve_card card;
	int wake_fd;
	size_t count;
	struct station stations[SE_SERVE_PLACES_MAX];
};

enum ykt_status
se_serve_new(const struct ykt_alloc *alloc, const struct ykt_clock *clock,
    const struct se_serve_card *card, struct se_serve **ret_serve)
{
	struct se_serve *serve = ykt_mem_get(alloc, sizeof(*serve));

	if (serve == NULL)
		return YKT_E_NOMEM;
	serve->alloc = alloc;
	serve->clock = clock;
	serve->card = *card;
	serve->wake_fd = -1;
	*ret_serve = serve;
	return YKT_OK;
}

/* A free station for the place, not counted until it works. */
static enum ykt_status
new_station(struct se_serve *serve, enum role role, enum ykt_se_iface iface, const char *place,
    struct station **ret)
{
	struct station *st;
	enum ykt_status status;

	if (serve->count == SE_SERVE_PLACES_MAX)
		return YKT_E_ARG;
	st = &serve->stations[serve->count];
	status = se_place_parse(place, &st->place);
	if (status != YKT_OK)
		return status;
	st->role = role;
	st->iface = iface;
	st->listen_fd = -1;
	st->fd = -1;
	st->answer = YKT_BUF(st->answer_space);
	*ret = st;
	return YKT_OK;
}

static enum ykt_status
listen_as(struct se_serve *serve, enum role role, enum ykt_se_iface iface, const char *place)
{
	struct station *st;
	enum ykt_status status = new_station(serve, role, iface, place, &st);

	if (status == YKT_OK)
		status = se_place_listen(&st->place, &st->listen_fd);
	if (status == YKT_OK)
		serve->count++;
	return status;
}

enum ykt_status
se_serve_listen(struct se_serve *serve, enum ykt_se_iface iface, const char *place)
{
	return listen_as(serve, ROLE_READER, iface, place);
}

enum ykt_status
se_serve_control(struct se_serve *serve, const char *place)
{
	return listen_as(serve, ROLE_CONTROL, YKT_SE_WIRED, place);
}

static void
reset_card(struct se_serve *serve, struct station *st)
{
	struct ykt_buf atr = YKT_BUF(st->atr);

	if (st->role == ROLE_CONTROL)
		return;
	serve->card.reset(serve->card.ctx, st->iface, &atr);
	st->atr_len = atr.len;
}

/* An answer may hold what the card enciphered for one reader only. */
static void
clear_answer(struct station *st)
{
	ykt_wipe(st->answer.data, st->answer.len);
	st->answer.len = 0;
	st->answer.full = false;
}

static void
attach(struct se_serve *serve, struct station *st, int fd)
{
	st->fd = fd;
	st->in_len = 0;
	st->drop = false;
	clear_answer(st);
	reset_card(serve, st);
}

static void
hang_up(struct se_serve *serve, struct station *st)
{
	if (st->fd < 0)
		return;
	(void)close(st->fd);
	st->fd = -1;
	st->drop = false;
	ykt_wipe(st->in, st->in_len);
	st->in_len = 0;
	clear_answer(st);
	st->retry_ms = ykt_clock_mono(serve->clock) + SE_SERVE_RECONNECT_MS;
	reset_card(serve, st);
}

static enum ykt_status
call_vpcd(struct se_serve *serve, struct station *st)
{
	enum ykt_status status;
	int fd;

	status = se_place_connect(&st->place, CONNECT_WAIT_MS, &fd);
	st->retry_ms = ykt_clock_mono(serve->clock) + SE_SERVE_RECONNECT_MS;
	if (status == YKT_OK)
		attach(serve, st, fd);
	return status;
}

enum ykt_status
se_serve_vpcd(struct se_serve *serve, enum ykt_se_iface iface, const char *place)
{
	struct station *st;
	enum ykt_status status = new_station(serve, ROLE_VPCD, iface, place, &st);

	if (status == YKT_OK && call_vpcd(serve, st) != YKT_OK)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		serve->count++;
	return status;
}

/* One read of what is there. A peer that is gone, or sends more than one frame's worth, goes. */
static void
receive(struct se_serve *serve, struct station *st)
{
	const size_t room = st->role == ROLE_CONTROL ? SE_SERVE_LINE_MAX : sizeof(st->in);
	ssize_t got;

	if (st->in_len >= room)
		return;
	if (!st->place.is_unix)
		se_place_quick(st->fd);
	got = recv(st->fd, st->in + st->in_len, room - st->in_len, 0);
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
		hang_up(serve, st);
		return;
	}
	if (got > 0 && st->in_len == 0)
		st->partial_ms = ykt_clock_mono(serve->clock);
	if (got > 0)
		st->in_len += (size_t)got;
}

static void
consume(struct se_serve *serve, struct station *st, size_t len)
{
	memmove(st->in, st->in + len, st->in_len - len);
	ykt_wipe(st->in + st->in_len - len, len);
	st->in_len -= len;
	st->partial_ms = ykt_clock_mono(serve->clock);
}

static enum ykt_status
run_apdu(struct se_serve *serve, struct station *st, struct ykt_bytes apdu)
{
	enum ykt_status status =
	    serve->card.transceive(serve->card.ctx, st->iface, apdu, &st->answer);

	if (status == YKT_E_LINK) {
		st->drop = true;
		return YKT_OK;
	}
	return status;
}

static void
run_control(struct se_serve *serve, struct station *st, enum se_frame_control control)
{
	if (control == SE_FRAME_GET_ATR)
		ykt_put_mem(&st->answer, st->atr, st->atr_len);
	else
		reset_card(serve, st);
}

static enum ykt_status
run_frame(struct se_serve *serve, struct station *st)
{
	struct se_frame frame;
	size_t used;
	enum ykt_status status;

	status = se_frame_decode(ykt_bytes(st->in, st->in_len), &frame, &used);
	if (status == YKT_PENDING)
		return YKT_OK;
	if (status != YKT_OK) {
		hang_up(serve, st);
		return YKT_OK;
	}
	if (frame.kind == SE_FRAME_CONTROL)
		run_control(serve, st, frame.control);
	else
		status = run_apdu(serve, st, frame.apdu);
	consume(serve, st, used);
	return status;
}

static void
run_line(struct se_serve *serve, struct station *st)
{
	uint8_t *end = memchr(st->in, '\n', st->in_len);
	size_t len;

	if (end == NULL) {
		if (st->in_len == SE_SERVE_LINE_MAX)
			hang_up(serve, st);
		return;
	}
	*end = '\0';
	len = (size_t)(end - st->in);
	if (strlen((const char *)st->in) != len || serve->card.command == NULL)
		ykt_put(&st->answer, ykt_bytes_str("error: not a command"));
	else
		serve->card.command(serve->card.ctx, (const char *)st->in, &st->answer);
	ykt_put_u8(&st->answer, '\n');
	consume(serve, st, len + 1);
}

/* Sends what is in one go: an answer is small, and a reader that lets answers pile up is none. */
static void
send_answer(struct se_serve *serve, struct station *st)
{
	struct ykt_bytes answer = ykt_buf_view(&st->answer);
	uint8_t head[SE_FRAME_HEAD];
	struct iovec parts[2] = {
		{ .iov_base = head, .iov_len = sizeof(head) },
		{ .iov_base = st->answer.data, .iov_len = answer.len },
	};
	struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t sent;

	if (st->role == ROLE_CONTROL)
		parts[0].iov_len = 0;
	ykt_set_u16(head, (uint16_t)answer.len);
	sent = sendmsg(st->fd, &msg, MSG_NOSIGNAL);
	if (sent < 0 || (size_t)sent != parts[0].iov_len + answer.len)
		hang_up(serve, st);
	else
		clear_answer(st);
}

/* What it sent last may still wait to be read; nobody is there for the answer. */
static bool
has_left(const struct station *st)
{
	struct pollfd pfd = { .fd = st->fd, .events = POLLRDHUP };

	return poll(&pfd, 1, 0) == 1;
}

static void
accept_peer(struct se_serve *serve, struct station *st)
{
	int fd = accept4(st->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (st->fd >= 0 && has_left(st))
		hang_up(serve, st);
	if (st->fd >= 0)
		(void)close(fd);
	else
		attach(serve, st, fd);
}

/* True when the station holds a whole frame or line, so that no poll may wait. */
static bool
has_work(const struct station *st)
{
	struct se_frame frame;
	size_t used;

	if (st->fd < 0 || st->in_len == 0)
		return false;
	if (st->role == ROLE_CONTROL)
		return memchr(st->in, '\n', st->in_len) != NULL;
	return se_frame_decode(ykt_bytes(st->in, st->in_len), &frame, &used) != YKT_PENDING;
}

/* Looks after what time brings; returns how long the poll may wait. */
static int
housekeep(struct se_serve *serve, int64_t until_mono_ms)
{
	const int64_t now = ykt_clock_mono(serve->clock);
	int64_t next = until_mono_ms;

	for (size_t i = 0; i < serve->count; i++) {
		struct station *st = &serve->stations[i];
		int64_t due = INT64_MAX;

		if (has_work(st))
			due = now;
		else if (st->fd >= 0 && st->in_len > 0)
			due = st->partial_ms + SE_SERVE_FRAME_MS;
		else if (st->fd < 0 && st->role == ROLE_VPCD)
			due = st->retry_ms;

		if (due <= now && st->fd < 0)
			(void)call_vpcd(serve, st);
		else if (due <= now && !has_work(st))
			hang_up(serve, st);
		next = due < next ? due : next;
	}
	if (next <= now)
		return 0;
	return next - now > INT_MAX ? INT_MAX : (int)(next - now);
}

static enum ykt_status
run_all(struct se_serve *serve)
{
	enum ykt_status status = YKT_OK;
	bool ran = false;

	for (size_t i = 0; i < serve->count && status == YKT_OK; i++) {
		struct station *st = &serve->stations[i];

		if (st->fd < 0 || st->in_len == 0)
			continue;
		if (st->role == ROLE_CONTROL)
			run_line(serve, st);
		else
			status = run_frame(serve, st);
		ran = ran || st->answer.len > 0 || st->drop;
	}
	if (status == YKT_OK && ran)
		status = serve->card.commit(serve->card.ctx);
	for (size_t i = 0; i < serve->count && status == YKT_OK; i++) {
		struct station *st = &serve->stations[i];

		if (st->drop)
			hang_up(serve, st);
		else if (st->fd >= 0 && st->answer.len > 0)
			send_answer(serve, st);
	}
	return status;
}

void
se_serve_wake(struct se_serve *serve, int fd)
{
	serve->wake_fd = fd;
}

enum ykt_status
se_serve_step(struct se_serve *serve, int64_t until_mono_ms)
{
	struct pollfd pfds[2 * SE_SERVE_PLACES_MAX + 1];
	const nfds_t count = (nfds_t)serve->count;
	enum ykt_status status;
	int wait_ms = housekeep(serve, until_mono_ms);

	for (size_t i = 0; i < count; i++) {
		pfds[i] = (struct pollfd){ .fd = serve->stations[i].fd, .events = POLLIN };
		pfds[count + i] =
		    (struct pollfd){ .fd = serve->stations[i].listen_fd, .events = POLLIN };
	}
	pfds[2 * count] = (struct pollfd){ .fd = serve->wake_fd, .events = POLLIN };
	if (poll(pfds, 2 * count + 1, wait_ms) < 0)
		return errno == EINTR ? YKT_OK : YKT_E_LINK;

	for (size_t i = 0; i < count; i++) {
		if (pfds[i].revents != 0)
			receive(serve, &serve->stations[i]);
	}
	status = run_all(serve);
	/* After the peers: one that has just hung up makes room for the next. */
	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		if (pfds[count + i].revents != 0)
			accept_peer(serve, &serve->stations[i]);
	}
	return status;
}

void
se_serve_free(struct se_serve **serve)
{
	struct se_serve *s = *serve;

	if (s == NULL)
		return;
	for (size_t i = 0; i < s->count; i++) {
		struct station *st = &s->stations[i];

		hang_up(s, st);
		if (st->listen_fd < 0)
			continue;
		if (st->place.is_unix)
			(void)unlink(st->place.text);
		(void)close(st->listen_fd);
	}
	ykt_mem_put(s->alloc, serve, sizeof(*s));
}
