/*
 * The rider's day. Runs as a task of a node that never crashes; what a phone or
 * a gate does runs on theirs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/journey.h"

#include <stdio.h>
#include <string.h>

#include "store/store_sqlite.h"

#define HOUR_MS         (60 * 60 * 1000)
#define RETAPS          6
#define RECOVERIES      40
#define UPLOADS         30
#define LOW_BALANCE_FEN 3000

/* One piece of work on a device, and the driver that waits for it. */
struct errand {
	struct world *world;
	enum ykt_status (*fn)(struct errand *errand);
	struct sched_signal done;
	enum ykt_status status;
	ykt_fen amount;
	char order_id[33];
	struct gate *gate;
	struct validator_result result;
};

static void
errand_task(void *arg)
{
	struct errand *errand = arg;

	errand->status = errand->fn(errand);
	sched_signal_set(errand->world->sched, &errand->done);
}

static void
pause(struct world *world, int64_t ms)
{
	if (sched_sleep_until(world->sched, sched_mono(world->sched) + ms) != YKT_OK)
		return;
}

/* Runs the errand on node and waits; the device is started again if it died. */
static enum ykt_status
errand_run(struct errand *errand, struct sched_node *node)
{
	struct world *world = errand->world;
	enum ykt_status status = sched_spawn(world->sched, node, 0, errand_task, errand);

	if (status != YKT_OK)
		return status;
	if (!sched_signal_wait(world->sched, &errand->done, INT64_MAX))
		return YKT_E_INTERNAL;
	while (node->tasks > 0)
		pause(world, 1);
	return errand->status;
}

static enum ykt_status
phone_errand(struct world *world, struct errand *errand)
{
	enum ykt_status status;

	errand->world = world;
	world->deeds.functions++;
	status = errand_run(errand, &world->phone.node);
	if (world->phone.node.down && phone_restart(&world->phone) != YKT_OK)
		return YKT_E_INTERNAL;
	return status;
}

static enum ykt_status
do_register(struct errand *errand)
{
	return ykt_client_register(errand->world->phone.client);
}

static enum ykt_status
do_login(struct errand *errand)
{
	return ykt_client_login(errand->world->phone.client);
}

static enum ykt_status
do_open(struct errand *errand)
{
	return ykt_client_open_card(errand->world->phone.client, "9901", errand->amount);
}

static enum ykt_status
do_topup(struct errand *errand)
{
	return ykt_client_topup(errand->world->phone.client, NULL, errand->amount);
}

static enum ykt_status
do_recover(struct errand *errand)
{
	return ykt_client_recover(errand->world->phone.client);
}

static enum ykt_status
do_refund(struct errand *errand)
{
	return ykt_client_refund(errand->world->phone.client, errand->order_id);
}

static enum ykt_status
do_tap(struct errand *errand)
{
	struct phone *phone = &errand->world->phone;
	const struct ykt_se *card = se_link_port(&phone->air);
	uint8_t atr[SE_LINK_ATR_MAX];
	struct ykt_buf buf = YKT_BUF(atr);
	enum ykt_status status =
	    card->reset(card->ctx, &buf, sched_mono(errand->world->sched) + 1000);

	if (status != YKT_OK)
		return status;
	return validator_tap(errand->gate->validator, card, &errand->result);
}

static enum ykt_status
do_upload(struct errand *errand)
{
	unsigned sent = 0;

	return validator_upload(errand->gate->validator, &sent);
}

static enum ykt_status
gate_errand(struct world *world, struct errand *errand)
{
	enum ykt_status status;

	errand->world = world;
	if (errand->gate->node.down && gate_restart(errand->gate) != YKT_OK)
		return YKT_E_INTERNAL;
	status = errand_run(errand, &errand->gate->node);
	if (errand->gate->node.down && gate_restart(errand->gate) != YKT_OK)
		return YKT_E_INTERNAL;
	return status;
}

static void
note_opened(struct world *world, const struct gate *gate, const struct validator_result *result)
{
	size_t which = (size_t)(gate - world->gates);

	world->deeds.opened[which]++;
	world->deeds.opened_fen[which] += result->amount;
	world->deeds.recovered += result->recovered;
}

/*
 * Taps until the gate opens, refuses, or the rider loses patience. The reason on
 * the display; "" when it never got so far.
 */
static const char *
tap(struct world *world, enum world_gate which)
{
	for (unsigned i = 0; i < RETAPS; i++) {
		struct errand errand = { .fn = do_tap, .gate = &world->gates[which] };
		enum ykt_status status = gate_errand(world, &errand);

		if (status == YKT_OK && errand.result.gate == VALIDATOR_OPEN) {
			note_opened(world, errand.gate, &errand.result);
			return errand.result.reason;
		}
		if (status == YKT_OK && errand.result.gate == VALIDATOR_CLOSED)
			return errand.result.reason;
		pause(world, 700);
	}
	return "";
}

/* F1b: a bus passes while the client is in the middle of a command. */
static void
tap_between(void *arg)
{
	struct world *world = arg;
	struct gate *gate = &world->gates[GATE_BUS];
	const struct ykt_se *card = se_link_port(&world->phone.air);
	struct validator_result result;

	if (gate->node.down || gate->validator == NULL)
		return;
	if (validator_tap(gate->validator, card, &result) == YKT_OK &&
	    result.gate == VALIDATOR_OPEN)
		note_opened(world, gate, &result);
}

struct open_order {
	char order_id[33];
};

static enum ykt_status
read_order(void *arg, const struct ykt_sql_val *cols, size_t count)
{
	struct open_order *order = arg;

	if (count != 1 || cols[0].bytes.len != 32)
		return YKT_E_INTERNAL;
	memcpy(order->order_id, cols[0].bytes.data, 32);
	return YKT_OK;
}

static enum ykt_status
open_order_tx(struct ykt_tx *tx, void *arg)
{
	return ykt_tx_query(tx,
	    "SELECT order_id FROM ord WHERE kind = 'topup' AND state IN ('paid', 'loading') LIMIT "
	    "1",
	    NULL, 0, read_order, arg, NULL);
}

/* The rider has had enough and wants the money back. */
static void
ask_refund(struct world *world)
{
	const struct ykt_store *store = store_sqlite_port(world->servers[PLATFORM_A].database);
	struct open_order order = { .order_id = "" };
	struct errand errand = { .fn = do_refund };

	if (store->run(store->ctx, open_order_tx, &order) != YKT_OK || order.order_id[0] == '\0')
		return;
	memcpy(errand.order_id, order.order_id, sizeof(errand.order_id));
	world->deeds.refund_calls++;
	(void)!phone_errand(world, &errand);
}

static void
top_up(struct world *world)
{
	struct errand errand = { .fn = do_topup,
		.amount = 5000 + 100 * (int64_t)rng_below(&world->rng, 101) };
	enum ykt_status status;

	world->deeds.topup_calls++;
	status = phone_errand(world, &errand);
	if (status != YKT_OK && rng_chance(&world->rng, 600))
		ask_refund(world);
}

/* The last status that was not YKT_OK, for the verdict. */
static enum ykt_status
upload_all(struct world *world)
{
	enum ykt_status worst = YKT_OK;

	for (size_t i = 0; i < WORLD_GATES; i++) {
		struct errand errand = { .fn = do_upload, .gate = &world->gates[i] };
		enum ykt_status status = gate_errand(world, &errand);

		if (status != YKT_OK)
			worst = status;
	}
	return worst;
}

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
	    "'refunding'))",
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
		struct errand errand = { .fn = do_recover };
		enum ykt_status status = phone_errand(world, &errand);

		if (status == YKT_LOGIN_NEEDED) {
			struct errand login = { .fn = do_login };

			(void)!phone_errand(world, &login);
		} else if (status == YKT_OK && !ykt_client_recover_needed(world->phone.client)) {
			return true;
		}
		pause(world, 61000);
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
			(void)tap(world, (enum world_gate)i);
	}
	if (torn) {
		pause(world, WORLD_TORN_MS + 1000);
		(void)upload_all(world);
		(void)tap(world, GATE_BUS);
	}
	for (unsigned i = 0; i < UPLOADS; i++) {
		status = upload_all(world);
		if (waiting(world) == 0)
			return true;
		pause(world, 5000);
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
		pause(world, 3000);
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

static bool
settle(struct world *world, struct verdict *verdict)
{
	power_cycle(world);
	for (unsigned i = 0; i < 100 && servers_down(world); i++)
		pause(world, 1000);
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

static void
ride(struct world *world, bool topping_up)
{
	if (topping_up)
		top_up(world);
	/* Inside already, after an entry that nobody could settle: out again at least. */
	if (strcmp(tap(world, GATE_ENTRY), "low_balance") != 0) {
		pause(world, 5 * 60 * 1000);
		(void)tap(world, GATE_EXIT);
	}
	if (rng_chance(&world->rng, 500))
		(void)tap(world, GATE_BUS);
	(void)upload_all(world);
}

struct day {
	struct world *world;
	bool top_up;
	enum checker_depth depth;
	struct verdict *verdict;
	enum ykt_status status;
	bool good;
};

static void
ride_task(void *arg)
{
	struct day *day = arg;

	day->world->phone.element.between = tap_between;
	day->world->phone.element.between_arg = day->world;
	ride(day->world, day->top_up);
	day->world->faults.armed = false;
	day->good =
	    settle(day->world, day->verdict) && checker_look(day->world, day->depth, day->verdict);
}

bool
journey_tops_up(struct world *world)
{
	return world->past.card.balance < LOW_BALANCE_FEN || rng_chance(&world->rng, 15);
}

bool
journey_run(struct world *world, bool top_up, enum checker_depth depth, struct verdict *ret_verdict)
{
	struct day day = {
		.world = world, .top_up = top_up, .depth = depth, .verdict = ret_verdict
	};

	if (sched_spawn(world->sched, &world->driver, 0, ride_task, &day) != YKT_OK)
		return false;
	while (world->driver.tasks > 0)
		sched_run(world->sched, sched_mono(world->sched) + HOUR_MS);
	return day.good;
}

static void
begin_task(void *arg)
{
	struct day *day = arg;
	struct errand steps[] = {
		{ .fn = do_register },
		{ .fn = do_login },
		{ .fn = do_open, .amount = 5000 },
	};

	for (size_t i = 0; i < YKT_ARRAY_LEN(steps) && day->status == YKT_OK; i++)
		day->status = phone_errand(day->world, &steps[i]);
}

enum ykt_status
journey_begin(struct world *world)
{
	struct day day = { .world = world };
	enum ykt_status status = sched_spawn(world->sched, &world->driver, 0, begin_task, &day);

	if (status != YKT_OK)
		return status;
	while (world->driver.tasks > 0)
		sched_run(world->sched, sched_mono(world->sched) + HOUR_MS);
	return day.status;
}
