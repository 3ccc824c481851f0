/*
 * The card's side of the frames: places, peers and how they come and go, see
 * se_serve.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "link/se_serve_priv.h"

#include <unistd.h>

#include <ykt/mem.h>
#include <ykt/secret.h>

#define CONNECT_WAIT_MS 200

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
	serve->around = (struct se_serve_around){ true, true, true };
	*ret_serve = serve;
	return YKT_OK;
}

/* A free station for the place, not counted until it works. */
static enum ykt_status
new_station(struct se_serve *serve, enum se_station_role role, enum ykt_se_iface iface,
    const char *place, struct se_station **ret)
{
	struct se_station *st;
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
	st->answer = (struct ykt_buf){
		.data = st->answer_space + SE_FRAME_HEAD,
		.cap = SE_FRAME_DATA_MAX,
	};
	*ret = st;
	return YKT_OK;
}

static enum ykt_status
listen_as(
    struct se_serve *serve, enum se_station_role role, enum ykt_se_iface iface, const char *place)
{
	struct se_station *st;
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

void
se_station_reset_card(struct se_serve *serve, struct se_station *st)
{
	struct ykt_buf atr = YKT_BUF(st->atr);

	if (st->role == ROLE_CONTROL)
		return;
	serve->card.reset(serve->card.ctx, st->iface, &atr);
	st->atr_len = atr.len;
	/* Whoever's reset it was: who named himself on this side still is that caller. */
	for (size_t i = 0; i < serve->count; i++) {
		const struct se_station *peer = &serve->stations[i];

		if (peer->iface == st->iface && peer->caller_len != 0)
			serve->card.caller(
			    serve->card.ctx, ykt_bytes(peer->caller, peer->caller_len));
	}
}

void
se_station_clear_answer(struct se_station *st)
{
	ykt_wipe(st->answer.data, st->answer.len);
	st->answer.len = 0;
	st->answer.full = false;
}

void
se_station_attach(struct se_serve *serve, struct se_station *st, int fd)
{
	st->fd = fd;
	st->in_len = 0;
	st->drop = false;
	st->caller_len = 0;
	se_station_clear_answer(st);
	se_station_reset_card(serve, st);
}

void
se_station_hang_up(struct se_serve *serve, struct se_station *st)
{
	if (st->fd < 0)
		return;
	(void)close(st->fd);
	st->fd = -1;
	st->drop = false;
	st->caller_len = 0;
	ykt_wipe(st->in, st->in_len);
	st->in_len = 0;
	se_station_clear_answer(st);
	st->retry_ms = ykt_clock_mono(serve->clock) + SE_SERVE_RECONNECT_MS;
	se_station_reset_card(serve, st);
}

enum ykt_status
se_station_call_vpcd(struct se_serve *serve, struct se_station *st)
{
	enum ykt_status status;
	int fd;

	status = se_place_connect(&st->place, CONNECT_WAIT_MS, &fd);
	st->retry_ms = ykt_clock_mono(serve->clock) + SE_SERVE_RECONNECT_MS;
	if (status == YKT_OK)
		se_station_attach(serve, st, fd);
	return status;
}

enum ykt_status
se_serve_vpcd(struct se_serve *serve, enum ykt_se_iface iface, const char *place)
{
	struct se_station *st;
	enum ykt_status status = new_station(serve, ROLE_VPCD, iface, place, &st);

	if (status == YKT_OK && se_station_call_vpcd(serve, st) != YKT_OK)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		serve->count++;
	return status;
}

void
se_serve_wake(struct se_serve *serve, int fd)
{
	serve->wake_fd = fd;
}

void
se_serve_free(struct se_serve **serve)
{
	struct se_serve *s = *serve;

	if (s == NULL)
		return;
	for (size_t i = 0; i < s->count; i++) {
		struct se_station *st = &s->stations[i];

		se_station_hang_up(s, st);
		if (st->listen_fd < 0)
			continue;
		if (st->place.is_unix)
			(void)unlink(st->place.text);
		(void)close(st->listen_fd);
	}
	ykt_mem_put(s->alloc, serve, sizeof(*s));
}
