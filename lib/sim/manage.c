/*
 * Locks, unlocks and updates, and what must have come of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/manage.h"

#include "sim/errand.h"
#include "store/store_sqlite.h"

#define TRIES 8

void
manage_start_over(struct world *world)
{
	const struct ykt_se *card = se_link_port(&world->phone.air);
	uint8_t atr[SE_LINK_ATR_MAX];
	struct ykt_buf buf = YKT_BUF(atr);

	world->phone.element.power = false;
	(void)!card->reset(card->ctx, &buf, sched_mono(world->sched) + 1000);
}

/* Under faults once; then until it is so, or the rider loses patience. */
static bool
wish(struct world *world, errand_fn *fn)
{
	bool armed = world->faults.armed;
	enum ykt_status status = YKT_PENDING;

	for (unsigned i = 0; i < TRIES && status != YKT_OK; i++) {
		struct errand errand = { .fn = fn };

		world->faults.armed = armed && i == 0;
		if (i != 0)
			manage_start_over(world);
		status = phone_errand(world, &errand);
		if (status == YKT_LOGIN_NEEDED) {
			struct errand login = { .fn = errand_login };

			(void)!phone_errand(world, &login);
		}
	}
	world->faults.armed = armed;

	return status == YKT_OK;
}

/* The operator's part, as the TSM's catalogue keeps it. */
static enum ykt_status
publish_tx(struct ykt_tx *tx, void *arg)
{
	const struct world *world = arg;
	const struct platform_app *app = &world->apps[0];
	static const uint8_t ends[] = { 0x20, 0x40, 0x12, 0x31 };

	return ykt_tx_query(tx,
	    "INSERT OR REPLACE INTO version(aid, version, state, ends, groups)"
	    " VALUES(?1, ?2, 'published', ?3, x'')",
	    YKT_SQL_IN(ykt_sql_blob(ykt_bytes(app->aid, app->aid_len)), ykt_sql_int(world->version),
		ykt_sql_blob(YKT_BYTES(ends))),
	    NULL, NULL, NULL);
}

static bool
update(struct world *world, struct verdict *ret_verdict)
{
	const struct ykt_store *store = store_sqlite_port(world->servers[TSM_A].database);
	struct oracle now;

	world->version++;
	if (ykt_store_run(store, publish_tx, world) != YKT_OK) {
		*ret_verdict = (struct verdict){ "APP-2", "nothing could be published" };
		return false;
	}
	if (!wish(world, errand_apps_update)) {
		*ret_verdict = (struct verdict){ "APP-2", "the card is never updated" };
		return false;
	}
	if (oracle_look(&world->bench, &world->phone.element, &now) != YKT_OK ||
	    now.version != world->version) {
		*ret_verdict = (struct verdict){ "APP-2", "the card has another version" };
		return false;
	}

	return true;
}

static bool
lock_and_unlock(struct world *world, struct verdict *ret_verdict)
{
	struct oracle now;

	if (!wish(world, errand_lock)) {
		*ret_verdict = (struct verdict){ "APP-2", "the card is never locked" };
		return false;
	}
	if (oracle_look(&world->bench, &world->phone.element, &now) != YKT_OK || now.present) {
		*ret_verdict = (struct verdict){ "APP-2", "a locked card shows itself" };
		return false;
	}
	if (!wish(world, errand_unlock)) {
		*ret_verdict = (struct verdict){ "APP-2", "the card stays locked" };
		return false;
	}

	return true;
}

bool
manage_card(struct world *world, struct verdict *ret_verdict)
{
	return rng_chance(&world->rng, 500) ? update(world, ret_verdict)
					    : lock_and_unlock(world, ret_verdict);
}
