/*
 * Running worlds, and making a broken one smaller.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/run.h"

#include <stdio.h>
#include <string.h>

#include "sim/journey.h"

static uint64_t
world_seed(uint64_t seed, uint32_t number)
{
	struct rng rng = rng_stream(seed, number);

	return rng_next(&rng);
}

static void
drop_faults(struct faults *faults, uint32_t mask)
{
	size_t kept = 0;

	for (size_t i = 0; i < faults->count; i++) {
		if ((mask >> i & 1) == 0)
			faults->list[kept++] = faults->list[i];
	}
	faults->count = kept;
}

static void
break_world(struct run_world *out, uint32_t journey, const struct world *world,
    const struct verdict *verdict)
{
	out->broken = true;
	out->journey = journey;
	out->faults = world->faults;
	out->faults.fired = NULL;
	(void)snprintf(out->invariant, sizeof(out->invariant), "%s",
	    verdict->invariant == NULL ? "?" : verdict->invariant);
	(void)snprintf(out->text, sizeof(out->text), "%s", verdict->text);
}

static uint32_t
crashes(const struct world *world)
{
	uint64_t count = world->phone.crashes;

	for (size_t i = 0; i < WORLD_SERVERS; i++)
		count += world->servers[i].crashes;
	for (size_t i = 0; i < WORLD_GATES; i++)
		count += world->gates[i].crashes;
	return (uint32_t)count;
}

static void
count_deeds(struct run_world *out, const struct world *world)
{
	out->hash = world->hash;
	out->crashes = crashes(world);
	out->loads = (uint32_t)world->past.loads;
	out->debits = (uint32_t)world->past.debits;
	for (size_t i = 0; i < WORLD_GATES; i++)
		out->opened += world->deeds.opened[i];
	out->recovered = world->deeds.recovered;
	out->refunds = world->deeds.refund_calls;
}

static void
count_faults(struct run_world *out, const struct faults *faults)
{
	unsigned fired = 0;

	for (size_t i = 0; i < faults->count; i++)
		fired += faults->list[i].fired;
	out->with_fault += fired > 0;
	out->with_two += fired > 1;
}

static bool
one_journey(struct world *world, uint64_t seed, uint32_t journey, enum checker_depth depth,
    const struct run_skip *skip, struct run_world *out)
{
	struct rng rng = rng_stream(seed, UINT64_C(0xFA0000000) + journey);
	bool top_up = journey_tops_up(world);
	struct verdict verdict = { .invariant = NULL };
	bool good;

	faults_draw(&world->faults, &rng, top_up, out->fired);
	if (skip != NULL && skip->journey == journey)
		drop_faults(&world->faults, skip->mask);
	good = journey_run(world, top_up, depth, &verdict);
	count_faults(out, &world->faults);
	out->journeys++;
	if (!good)
		break_world(out, journey, world, &verdict);
	return good;
}

static enum checker_depth
depth_of(uint32_t journey, uint32_t journeys, const struct run_skip *skip)
{
	if ((journey + 1) % RUN_DEEP_EVERY == 0 || journey + 1 == journeys ||
	    (skip != NULL && skip->deep))
		return CHECKER_ALL;
	return (journey + 1) % RUN_SUMS_EVERY == 0 ? CHECKER_SUMS : CHECKER_CARD;
}

void
run_world(uint64_t seed, uint32_t number, uint32_t journeys, const struct run_skip *skip,
    void (*on_journey)(void *arg), void *arg, struct run_world *ret_world)
{
	uint64_t own = world_seed(seed, number);
	struct world *world = NULL;
	struct verdict verdict = { "setup", "the world could not be built" };
	enum ykt_status status;

	memset(ret_world, 0, sizeof(*ret_world));
	status = world_new(own, ret_world->fired, &world);
	if (status == YKT_OK)
		status = journey_begin(world);
	if (status != YKT_OK) {
		(void)snprintf(verdict.text, sizeof(verdict.text),
		    "the world could not be built: %s", ykt_status_name(status));
		ret_world->broken = true;
		(void)snprintf(
		    ret_world->invariant, sizeof(ret_world->invariant), "%s", verdict.invariant);
		(void)snprintf(ret_world->text, sizeof(ret_world->text), "%s", verdict.text);
	}
	for (uint32_t i = 0; i < journeys && !ret_world->broken; i++) {
		(void)!one_journey(world, own, i, depth_of(i, journeys, skip), skip, ret_world);
		if (on_journey != NULL)
			on_journey(arg);
	}
	if (world != NULL)
		count_deeds(ret_world, world);
	world_free(&world);
	ret_world->done = true;
}

void
run_shrink(uint64_t seed, uint32_t number, struct run_world *world)
{
	struct run_skip skip = { .journey = UINT32_MAX, .deep = true };
	struct run_world deep;
	size_t count;

	/* Once more with every look deep: the journey that really broke it. */
	run_world(seed, number, world->journey + 1, &skip, NULL, NULL, &deep);
	if (deep.broken)
		*world = deep;
	skip.journey = world->journey;
	count = world->faults.count;

	for (size_t i = 0; i < count; i++) {
		struct run_world smaller;

		skip.mask |= 1u << i;
		run_world(seed, number, world->journey + 1, &skip, NULL, NULL, &smaller);
		if (smaller.broken && smaller.journey == world->journey &&
		    strcmp(smaller.invariant, world->invariant) == 0)
			*world = smaller;
		else
			skip.mask &= ~(1u << i);
	}
}
