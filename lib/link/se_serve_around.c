/*
 * Cards that come and go, see se_serve.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "link/se_serve_priv.h"

#include <assert.h>

bool
se_station_present(const struct se_serve *serve, const struct se_station *st)
{
	const struct se_serve_around *around = &serve->around;
	const bool fed = st->iface == YKT_SE_WIRED ? around->power : around->field;

	if (st->role == ROLE_CONTROL)
		return true;
	if (st->role == ROLE_READER && st->iface == YKT_SE_CONTACTLESS)
		return fed;
	return fed && around->inserted;
}

struct se_serve_around
se_serve_around(const struct se_serve *serve)
{
	return serve->around;
}

void
se_serve_set_around(struct se_serve *serve, struct se_serve_around around)
{
	const int64_t now = ykt_clock_mono(serve->clock);

	serve->around = around;
	serve->tap_end_ms = 0;
	for (size_t i = 0; i < serve->count; i++) {
		struct se_station *st = &serve->stations[i];

		if (!se_station_present(serve, st))
			se_station_hang_up(serve, st);
		else if (st->fd < 0)
			st->retry_ms = now;
	}
}

void
se_serve_tap(struct se_serve *serve, int64_t ms)
{
	struct se_serve_around around = serve->around;

	assert(ms > 0);
	around.field = true;
	se_serve_set_around(serve, around);
	serve->tap_end_ms = ykt_clock_mono(serve->clock) + ms;
}

int64_t
se_serve_end_tap(struct se_serve *serve, int64_t now, int64_t next)
{
	struct se_serve_around around = serve->around;

	if (serve->tap_end_ms == 0)
		return next;
	if (now < serve->tap_end_ms)
		return serve->tap_end_ms < next ? serve->tap_end_ms : next;
	around.field = false;
	se_serve_set_around(serve, around);
	return next;
}
