/*
 * The card's side of the frames: one step over all peers of all cards, see
 * se_serve.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "link/se_serve_priv.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ykt/secret.h>

/*
 * A reader sends its next command some microseconds after an answer, which is
 * sooner than a processor that went to sleep wakes up: so a server that has just
 * answered looks so often, over all its cards, before it sleeps.
 */
#define EAGER_LOOKS 128

/* Then everybody is asked once, whatever the one who talks sends. */
#define TALKER_TURNS 64

/* One read of what is there. A peer that is gone, or sends more than one frame's worth, goes. */
static void
receive(struct se_serve *serve, struct se_station *st)
{
	const size_t room = st->role == ROLE_CONTROL ? SE_SERVE_LINE_MAX : sizeof(st->in);
	ssize_t got;

	if (st->in_len >= room)
		return;
	if (!st->place.is_unix)
		se_place_quick(st->fd);
	got = recv(st->fd, st->in + st->in_len, room - st->in_len, 0);
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
		se_station_hang_up(serve, st);
		return;
	}
	if (got > 0 && st->in_len == 0)
		st->partial_ms = ykt_clock_mono(serve->clock);
	if (got > 0)
		st->in_len += (size_t)got;
}

static void
consume(struct se_serve *serve, struct se_station *st, size_t len)
{
	memmove(st->in, st->in + len, st->in_len - len);
	ykt_wipe(st->in + st->in_len - len, len);
	st->in_len -= len;
	st->partial_ms = ykt_clock_mono(serve->clock);
}

static enum ykt_status
run_apdu(struct se_serve *serve, struct se_station *st, struct ykt_bytes apdu)
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
run_control(struct se_serve *serve, struct se_station *st, enum se_frame_control control)
{
	if (control == SE_FRAME_GET_ATR)
		ykt_put_mem(&st->answer, st->atr, st->atr_len);
	else
		se_station_reset_card(serve, st);
}

/* The reader asks, and no card is there: no ATR, and no more talk. */
static void
run_absent(struct se_serve *serve, struct se_station *st, const struct se_frame *frame, size_t used)
{
	static const uint8_t no_atr[SE_FRAME_HEAD];
	const bool asks = frame->kind == SE_FRAME_CONTROL && frame->control == SE_FRAME_GET_ATR;

	if (asks)
		(void)!send(st->fd, no_atr, sizeof(no_atr), MSG_NOSIGNAL);
	if (asks || frame->kind == SE_FRAME_APDU)
		se_station_hang_up(serve, st);
	else
		consume(serve, st, used);
}

static enum ykt_status
run_frame(struct se_serve *serve, struct se_station *st)
{
	struct se_frame frame;
	size_t used;
	enum ykt_status status;

	status = se_frame_decode(ykt_bytes(st->in, st->in_len), &frame, &used);
	if (status == YKT_PENDING)
		return YKT_OK;
	if (status != YKT_OK) {
		se_station_hang_up(serve, st);
		return YKT_OK;
	}
	if (!se_station_present(serve, st)) {
		run_absent(serve, st, &frame, used);
		return YKT_OK;
	}
	if (frame.kind == SE_FRAME_CONTROL)
		run_control(serve, st, frame.control);
	else if (se_station_is_for_host(st, frame.apdu))
		se_station_run_host(serve, st, frame.apdu);
	else
		status = run_apdu(serve, st, frame.apdu);
	consume(serve, st, used);
	return status;
}

static void
run_line(struct se_serve *serve, struct se_station *st)
{
	uint8_t *end = memchr(st->in, '\n', st->in_len);
	size_t len;

	if (end == NULL) {
		if (st->in_len == SE_SERVE_LINE_MAX)
			se_station_hang_up(serve, st);
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
send_answer(struct se_serve *serve, struct se_station *st)
{
	struct ykt_bytes out = ykt_buf_view(&st->answer);
	ssize_t sent;

	if (st->role != ROLE_CONTROL) {
		ykt_set_u16(st->answer_space, (uint16_t)out.len);
		out = ykt_bytes(st->answer_space, SE_FRAME_HEAD + out.len);
	}
	sent = send(st->fd, out.data, out.len, MSG_NOSIGNAL);
	if (sent < 0 || (size_t)sent != out.len)
		se_station_hang_up(serve, st);
	else
		se_station_clear_answer(st);
}

/* What it sent last may still wait to be read; nobody is there for the answer. */
static bool
has_left(const struct se_station *st)
{
	struct pollfd pfd = { .fd = st->fd, .events = POLLRDHUP };

	return poll(&pfd, 1, 0) == 1;
}

static void
accept_peer(struct se_serve *serve, struct se_station *st)
{
	int fd = accept4(st->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (st->fd >= 0 && has_left(st))
		se_station_hang_up(serve, st);
	if (st->fd >= 0)
		(void)close(fd);
	else
		se_station_attach(serve, st, fd);
}

/* True when the station holds a whole frame or line, so that no poll may wait. */
static bool
has_work(const struct se_station *st)
{
	struct se_frame frame;
	size_t used;

	if (st->fd < 0 || st->in_len == 0)
		return false;
	if (st->role == ROLE_CONTROL)
		return memchr(st->in, '\n', st->in_len) != NULL;
	return se_frame_decode(ykt_bytes(st->in, st->in_len), &frame, &used) != YKT_PENDING;
}

/* Looks after what time brings; returns when it will bring more, next at the latest. */
static int64_t
housekeep(struct se_serve *serve, int64_t now, int64_t next)
{
	next = se_serve_end_tap(serve, now, next);
	for (size_t i = 0; i < serve->count; i++) {
		struct se_station *st = &serve->stations[i];
		int64_t due = INT64_MAX;

		if (has_work(st))
			due = now;
		else if (st->fd >= 0 && st->in_len > 0)
			due = st->partial_ms + SE_SERVE_FRAME_MS;
		else if (st->fd < 0 && st->role == ROLE_VPCD && se_station_present(serve, st))
			due = st->retry_ms;

		if (due <= now && st->fd < 0)
			(void)!se_station_call_vpcd(serve, st);
		else if (due <= now && !has_work(st))
			se_station_hang_up(serve, st);
		next = due < next ? due : next;
	}
	return next;
}

static int
wait_ms(int64_t now, int64_t next)
{
	if (next <= now)
		return 0;
	return next - now > INT_MAX ? INT_MAX : (int)(next - now);
}

/* At most one command of each peer; notes whether there is something to commit. */
static enum ykt_status
run_commands(struct se_serve *serve)
{
	enum ykt_status status = YKT_OK;

	serve->ran = false;
	for (size_t i = 0; i < serve->count && status == YKT_OK; i++) {
		struct se_station *st = &serve->stations[i];

		if (st->fd >= 0 && st->in_len > 0 && st->role == ROLE_CONTROL)
			run_line(serve, st);
		else if (st->fd >= 0 && st->in_len > 0)
			status = run_frame(serve, st);
		/* Also what a commit that failed has left: no answer goes without one. */
		serve->ran = serve->ran || st->answer.len > 0 || st->drop;
	}
	return status;
}

static void
send_answers(struct se_serve *serve)
{
	size_t answered = 0;

	serve->talker = NULL;
	for (size_t i = 0; i < serve->count; i++) {
		struct se_station *st = &serve->stations[i];

		if (st->drop)
			se_station_hang_up(serve, st);
		else if (st->fd >= 0 && st->answer.len > 0) {
			send_answer(serve, st);
			serve->talker = answered++ == 0 ? st : NULL;
		}
	}
}

/* Everything of every card, then everything on the disk, then the answers. */
static enum ykt_status
run_all(struct se_serve *const serves[], size_t count)
{
	enum ykt_status status = YKT_OK;

	for (size_t i = 0; i < count && status == YKT_OK; i++)
		status = run_commands(serves[i]);
	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		if (serves[i]->ran)
			status = serves[i]->card.commit(serves[i]->card.ctx);
	}
	for (size_t i = 0; i < count && status == YKT_OK; i++)
		send_answers(serves[i]);
	return status;
}

/* Two for each station, its peer and its listener; gives how many. */
static size_t
fill_pollfds(struct se_serve *const serves[], size_t count, struct pollfd *pfds)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < serves[i]->count; j++) {
			const struct se_station *st = &serves[i]->stations[j];

			pfds[at++] = (struct pollfd){ .fd = st->fd, .events = POLLIN };
			pfds[at++] = (struct pollfd){ .fd = st->listen_fd, .events = POLLIN };
		}
	}
	pfds[at++] = (struct pollfd){ .fd = serves[0]->wake_fd, .events = POLLIN };
	return at;
}

static void
be_idle(struct se_serve *serve)
{
	if (serve->card.idle != NULL)
		serve->card.idle(serve->card.ctx);
}

/*
 * A single peer that has just had its answer is the one that sends next: it is
 * read without a poll() before. True: something of it is there.
 */
static bool
hear_talker(struct se_serve *serve)
{
	struct se_station *st = serve->talker;

	serve->talker = NULL;
	if (st == NULL || st->fd < 0 || st->in_len > 0 || ++serve->heard > TALKER_TURNS) {
		serve->heard = 0;
		return false;
	}
	for (size_t looks = EAGER_LOOKS; looks > 0; looks--) {
		receive(serve, st);
		if (st->fd < 0 || st->in_len > 0)
			return true;
		be_idle(serve);
	}
	serve->heard = 0;
	return false;
}

/* poll(), which right after an answer looks a while before it sleeps. */
static int
await_peers(struct se_serve *const serves[], size_t count, struct pollfd *pfds, int wait)
{
	const size_t pfd_count = fill_pollfds(serves, count, pfds);
	size_t looks = 0;
	int ready = 0;

	for (size_t i = 0; i < count && looks == 0 && wait > 0; i++)
		looks = serves[i]->ran ? EAGER_LOOKS / count : 0;
	for (; looks > 0 && ready == 0; looks--) {
		ready = poll(pfds, pfd_count, 0);
		if (ready == 0)
			be_idle(serves[0]);
	}
	return ready != 0 ? ready : poll(pfds, pfd_count, wait);
}

enum ykt_status
se_serve_step_all(struct se_serve *const serves[], size_t count, int64_t until_mono_ms)
{
	struct pollfd pfds[SE_SERVE_TOGETHER_MAX * SE_SERVE_PLACES_MAX * 2 + 1];
	const struct pollfd *pfd = pfds;
	enum ykt_status status;
	int64_t next = until_mono_ms;
	int64_t now;

	if (count == 0 || count > SE_SERVE_TOGETHER_MAX)
		return YKT_E_ARG;
	now = ykt_clock_mono(serves[0]->clock);
	for (size_t i = 0; i < count; i++)
		next = housekeep(serves[i], now, next);
	if (count == 1 && next > now && hear_talker(serves[0]))
		return run_all(serves, count);
	if (await_peers(serves, count, pfds, wait_ms(now, next)) < 0)
		return errno == EINTR ? YKT_OK : YKT_E_LINK;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < serves[i]->count; j++, pfd += 2) {
			if (pfd[0].revents != 0)
				receive(serves[i], &serves[i]->stations[j]);
		}
	}
	status = run_all(serves, count);
	/* After the peers: one that has just hung up makes room for the next. */
	pfd = pfds;
	for (size_t i = 0; i < count && status == YKT_OK; i++) {
		for (size_t j = 0; j < serves[i]->count; j++, pfd += 2) {
			if (pfd[1].revents != 0)
				accept_peer(serves[i], &serves[i]->stations[j]);
		}
	}
	return status;
}

enum ykt_status
se_serve_step(struct se_serve *serve, int64_t until_mono_ms)
{
	return se_serve_step_all(&serve, 1, until_mono_ms);
}
