/*
 * The rider's day. Runs as a task of a node that never crashes; what a phone or
 * a gate does runs on theirs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/journey.h"

#include <string.h>

#include "sim/errand.h"
#include "sim/manage.h"
#include "sim/replace.h"
#include "sim/settle.h"
#include "store/store_sqlite.h"

#define HOUR_MS         (60 * 60 * 1000)
#define LOW_BALANCE_FEN 3000
#define LEAVE_TRIES     6
#define MANAGE_CHANCE   15  /* of 1000 journeys */
#define REPLACE_CHANCE  300 /* of 1000 of those */

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
		errand_note_opened(world, gate, &result);
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
	struct errand errand = { .fn = errand_refund };

	if (store->run(store->ctx, open_order_tx, &order) != YKT_OK || order.order_id[0] == '\0')
		return;
	memcpy(errand.order_id, order.order_id, sizeof(errand.order_id));
	world->deeds.refund_calls++;
	(void)!phone_errand(world, &errand);
}

static void
top_up(struct world *world)
{
	struct errand errand = { .fn = errand_topup,
		.amount = 5000 + 100 * (int64_t)rng_below(&world->rng, 101) };
	enum ykt_status status;

	world->deeds.topup_calls++;
	status = phone_errand(world, &errand);
	if (status != YKT_OK && rng_chance(&world->rng, 600))
		ask_refund(world);
}

static void
ride(struct world *world, bool topping_up)
{
	if (topping_up)
		top_up(world);
	/* Inside already, after an entry that nobody could settle: out again at least. */
	if (strcmp(errand_tap(world, GATE_ENTRY), "low_balance") != 0) {
		errand_pause(world, 5 * 60 * 1000);
		(void)errand_tap(world, GATE_EXIT);
	}
	if (rng_chance(&world->rng, 500))
		(void)errand_tap(world, GATE_BUS);
	(void)errand_upload_all(world);
}

struct day {
	struct world *world;
	bool top_up;
	enum checker_depth depth;
	struct verdict *verdict;
	enum ykt_status status;
	bool good;
};

/* Faults stop, everything is finished, and the checker looks. */
static bool
rest(struct day *day)
{
	day->world->faults.armed = false;

	return settle(day->world, day->verdict) &&
	       checker_look(day->world, day->depth, day->verdict);
}

static void
ride_task(void *arg)
{
	struct day *day = arg;

	day->world->phone.element.between = tap_between;
	day->world->phone.element.between_arg = day->world;
	ride(day->world, day->top_up);
	day->good = rest(day);
	if (!day->good || !rng_chance(&day->world->rng, MANAGE_CHANCE))
		return;
	day->world->faults.armed = true;
	if (rng_chance(&day->world->rng, REPLACE_CHANCE))
		day->good = replace_card(day->world, day->verdict);
	else
		day->good = manage_card(day->world, day->verdict) && rest(day);
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
		{ .fn = errand_register },
		{ .fn = errand_login },
		{ .fn = errand_open, .amount = 5000 },
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

struct leave {
	struct world *world;
	enum journey_leaving how;
	struct verdict *verdict;
	bool good;
};

static void
look_before_delete(void *arg)
{
	checker_farewell(arg);
}

/* Under faults once; then until it is done, or the rider loses patience. */
static void
insist(struct world *world, errand_fn *fn, bool (*done)(const struct world *world))
{
	enum ykt_status status = YKT_PENDING;

	for (unsigned i = 0; i < LEAVE_TRIES; i++) {
		struct errand errand = { .fn = fn };

		if (done != NULL ? done(world) : status == YKT_OK)
			return;
		world->faults.armed = i == 0;
		status = phone_errand(world, &errand);
		if (status == YKT_LOGIN_NEEDED) {
			struct errand login = { .fn = errand_login };

			(void)!phone_errand(world, &login);
		}
	}
}

static bool
has_left(const struct world *world)
{
	return world->deeds.left;
}

/* The card left; or it did, and what it held is on another. */
static bool
is_over(const struct leave *leave, const char *card_no)
{
	const struct world *world = leave->world;

	if (leave->how == JOURNEY_RETURN)
		return world->deeds.left;

	return strcmp(world->past.card.card_no, card_no) != 0;
}

static void
leave_task(void *arg)
{
	struct leave *leave = arg;
	struct world *world = leave->world;
	char card_no[21];

	memcpy(card_no, world->past.card.card_no, sizeof(card_no));
	world->phone.element.between = tap_between;
	world->phone.element.between_arg = world;
	world->phone.element.leaving = look_before_delete;
	insist(world, leave->how == JOURNEY_MOVE ? errand_move_out : errand_return, has_left);
	if (leave->how == JOURNEY_MOVE)
		insist(world, errand_move_in, NULL);
	world->faults.armed = false;
	leave->good =
	    settle(world, leave->verdict) && checker_look(world, CHECKER_ALL, leave->verdict);
	if (leave->good && !is_over(leave, card_no)) {
		*leave->verdict = (struct verdict){ "I-24", "the card never left" };
		leave->good = false;
	}
}

bool
journey_leave(struct world *world, enum journey_leaving how, struct verdict *ret_verdict)
{
	struct leave leave = { .world = world, .how = how, .verdict = ret_verdict };

	if (sched_spawn(world->sched, &world->driver, 0, leave_task, &leave) != YKT_OK)
		return false;
	while (world->driver.tasks > 0)
		sched_run(world->sched, sched_mono(world->sched) + HOUR_MS);
	return leave.good;
}

static void
replace_task(void *arg)
{
	struct leave *leave = arg;

	leave->world->phone.element.between = tap_between;
	leave->world->phone.element.between_arg = leave->world;
	leave->good = replace_card(leave->world, leave->verdict);
}

bool
journey_replace(struct world *world, struct verdict *ret_verdict)
{
	struct leave leave = { .world = world, .verdict = ret_verdict };

	if (sched_spawn(world->sched, &world->driver, 0, replace_task, &leave) != YKT_OK)
		return false;
	while (world->driver.tasks > 0)
		sched_run(world->sched, sched_mono(world->sched) + HOUR_MS);
	return leave.good;
}
