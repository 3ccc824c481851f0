/*
 * How each part comes to rest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/settle.h"

#include <stdio.h>

#include "sim/errand.h"
#include "store/store_sqlite.h"

#define RECOVERIES 40
#define UPLOADS    30

static bool
servers_down(const struct world *world)
{
	for (size_t i = 0; i < WORLD_SERVERS; i++) {
		if (world->servers[i].node.down)
			return true;
	}
	return false;
}

static enum ykt_status
read_busy(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	if (count != 1)
		return YKT_E_INTERNAL;
	*(int64_t *)arg = cols[0].i;
	return YKT_OK;
}

static enum ykt_status
busy_tx(struct ykt_tx *tx, void *arg)
{
	return ykt_tx_query(tx,
	    "SELECT (SELECT COUNT(*) FROM tap WHERE send = 1) +"
	    " (SELECT COUNT(*) FROM ord WHERE state IN ('paid', 'opening', 'loading', "
	    "'refunding')) + (SELECT COUNT(*) FROM unload WHERE state IN ('begun', 'asked')) +"
	    " (SELECT COUNT(*) FROM card_job WHERE state NOT IN ('done', 'failed'))",
	    NULL, 0, read_busy, arg, NULL);
}

/* Taps to be told and orders that are not at their end. */
static int64_t
busy(struct world *world, enum world_server server)
{
	const struct ykt_store *store = store_sqlite_port(world->servers[server].database);
	int64_t count = 0;

	return store->run(store->ctx, busy_tx, &count) == YKT_OK ? count : -1;
}

/* The phone's part of coming to rest. */
static bool
settle_phone(struct world *world)
{
	if (!ykt_client_recover_needed(world->phone.client) && busy(world, PLATFORM_A) == 0)
		return true;
	for (unsigned i = 0; i < RECOVERIES; i++) {
		struct errand errand = { .fn = errand_recover };
		enum ykt_status status = phone_errand(world, &errand);

		if (status == YKT_LOGIN_NEEDED) {
			struct errand login = { .fn = errand_login };

			(void)!phone_errand(world, &login);
		} else if (status == YKT_OK && !ykt_client_recover_needed(world->phone.client)) {
			return true;
		}
		errand_pause(world, 61000);
	}
	return false;
}

static unsigned
waiting(struct world *world)
{
	unsigned count = 0;

	for (size_t i = 0; i < WORLD_GATES; i++)
		count += validator_waiting(world->gates[i].validator) +
			 validator_torn(world->gates[i].validator);
	return count;
}

/*
 * The gates' part: a rider who comes back settles a torn tap on the spot; else
 * its window passes and it goes up unconfirmed, and the card's next ride, which
 * the platform hears of, tells what happened.
 */
static bool
settle_gates(struct world *world, struct verdict *verdict)
{
	enum ykt_status status = YKT_OK;
	bool torn = false;

	for (size_t i = 0; i < WORLD_GATES; i++) {
		if (validator_torn(world->gates[i].validator) == 0)
			continue;
		torn = true;
		if (rng_chance(&world->rng, 500))
			(void)errand_tap(world, (enum world_gate)i);
	}
	if (torn) {
		errand_pause(world, WORLD_TORN_MS + 1000);
		(void)errand_upload_all(world);
		(void)errand_tap(world, GATE_BUS);
	}
	for (unsigned i = 0; i < UPLOADS; i++) {
		status = errand_upload_all(world);
		if (waiting(world) == 0)
			return true;
		errand_pause(world, 5000);
	}
	verdict->invariant = "I-24";
	(void)snprintf(verdict->text, sizeof(verdict->text),
	    "%u records and torn taps stay at the gates (%s)", waiting(world),
	    ykt_status_name(status));
	return false;
}

static bool
settle_servers(struct world *world)
{
	for (unsigned i = 0; i < 200; i++) {
		if (busy(world, PLATFORM_A) == 0 && busy(world, PLATFORM_B) == 0 &&
		    !servers_down(world))
			return true;
		errand_pause(world, 3000);
	}
	return false;
}

/*
 * A memory that did not take a record and then not its cancellation either takes
 * no more until it is started again; the phone is switched off and on some day.
 */
static void
power_cycle(struct world *world)
{
	for (size_t i = 0; i < world->faults.count; i++) {
		if (world->faults.list[i].site == SITE_NVM && world->faults.list[i].fired)
			world->phone.element.power = false;
	}
}

bool
settle(struct world *world, struct verdict *verdict)
{
	power_cycle(world);
	for (unsigned i = 0; i < 100 && servers_down(world); i++)
		errand_pause(world, 1000);
	if (servers_down(world)) {
		*verdict = (struct verdict){ "I-24", "a server did not come back" };
		return false;
	}
	if (!settle_gates(world, verdict))
		return false;
	if (!settle_phone(world)) {
		*verdict = (struct verdict){ "I-24", "the phone's orders did not end" };
		return false;
	}
	if (!settle_servers(world)) {
		*verdict = (struct verdict){ "I-24", "the servers' work did not end" };
		return false;
	}
	return true;
}
