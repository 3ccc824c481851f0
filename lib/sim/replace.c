/*
 * Cards that go and come, and what must have come of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/replace.h"

#include <string.h>

#include "sim/errand.h"
#include "sim/manage.h"
#include "sim/settle.h"

#define TRIES        8
#define OPEN_FEN     5000
#define BUS_FEN      200
#define DRAIN_RIDES  30
#define RIDES_A_LOOK 5 /* half of what the card's log can show */
/* A gate that was started again lets its last rider in once more, a few seconds long. */
#define NEXT_BUS_MS 61000

static void
look_before_delete(void *arg)
{
	checker_farewell(arg);
}

static bool
rest(struct world *world, struct verdict *verdict)
{
	world->faults.armed = false;

	return settle(world, verdict) && checker_look(world, CHECKER_ALL, verdict);
}

static bool
has_card(struct world *world)
{
	struct oracle now;

	return oracle_look(&world->bench, &world->phone.element, &now) == YKT_OK && now.present;
}

static bool
is_gone(struct world *world)
{
	return world->deeds.left && !has_card(world);
}

/* Under faults once; then until it is so, or the rider loses patience. */
static void
insist(struct world *world, errand_fn *fn, bool (*done)(struct world *world))
{
	bool armed = world->faults.armed;

	for (unsigned i = 0; i < TRIES && !done(world); i++) {
		struct errand errand = { .fn = fn };

		world->faults.armed = armed && i == 0;
		if (i != 0)
			manage_start_over(world);
		if (phone_errand(world, &errand) == YKT_LOGIN_NEEDED) {
			struct errand login = { .fn = errand_login };

			(void)!phone_errand(world, &login);
		}
	}
	world->faults.armed = armed;
}

/* A card with money on it: the client says no, and nothing moves. */
static bool
keeps_its_money(struct world *world, struct verdict *verdict)
{
	struct errand errand = { .fn = errand_delete };
	const struct oracle *before = &world->past.card;
	bool armed = world->faults.armed;
	enum ykt_status status;
	struct oracle now;

	world->faults.armed = false;
	status = phone_errand(world, &errand);
	if (status == YKT_LOGIN_NEEDED) {
		struct errand login = { .fn = errand_login };

		(void)!phone_errand(world, &login);
		status = phone_errand(world, &errand);
	}
	world->faults.armed = armed;
	if (status == YKT_REFUSED &&
	    oracle_look(&world->bench, &world->phone.element, &now) == YKT_OK && now.present &&
	    now.balance == before->balance && now.online == before->online &&
	    now.offline == before->offline)
		return true;
	*verdict = (struct verdict){ "I-26", "a card with money was about to go" };

	return false;
}

/* Buses until nothing is left on it. */
static bool
drain(struct world *world, struct verdict *verdict)
{
	bool armed = world->faults.armed;
	bool good = true;

	world->faults.armed = false;
	errand_pause(world, NEXT_BUS_MS);
	for (unsigned i = 0; good && world->past.card.balance != 0 && i < DRAIN_RIDES; i++) {
		for (unsigned k = 0; k < RIDES_A_LOOK; k++)
			(void)errand_tap(world, GATE_BUS);
		good = checker_look(world, CHECKER_CARD, verdict);
	}
	good = good && rest(world, verdict);
	if (good && world->past.card.balance != 0) {
		*verdict = (struct verdict){ "I-1", "an amount is left that rides should take" };
		good = false;
	}
	world->faults.armed = armed;

	return good;
}

/* Empty by riding where that can be, or else by way of the platform. */
static bool
part_with(struct world *world, struct verdict *verdict)
{
	int64_t balance = world->past.card.balance;

	if (balance != 0 && !keeps_its_money(world, verdict))
		return false;
	if (balance % BUS_FEN != 0 || balance > (int64_t)DRAIN_RIDES * BUS_FEN) {
		insist(world, errand_return, is_gone);
		return true;
	}
	if (!drain(world, verdict))
		return false;
	insist(world, errand_delete, is_gone);

	return true;
}

/* Each try comes to its end before the next: it is opened, or what was paid goes back. */
static bool
open_another(struct world *world, const char *card_no, struct verdict *verdict)
{
	bool armed = world->faults.armed;

	for (unsigned i = 0; i < TRIES && !has_card(world); i++) {
		struct errand errand = { .fn = errand_open, .amount = OPEN_FEN };

		world->faults.armed = armed && i == 0;
		if (i != 0)
			manage_start_over(world);
		if (phone_errand(world, &errand) == YKT_LOGIN_NEEDED) {
			struct errand login = { .fn = errand_login };

			(void)!phone_errand(world, &login);
		}
		if (!rest(world, verdict))
			return false;
	}
	if (!has_card(world) || strcmp(world->past.card.card_no, card_no) == 0) {
		*verdict = (struct verdict){ "I-24", "no card could be opened again" };
		return false;
	}

	return true;
}

bool
replace_card(struct world *world, struct verdict *ret_verdict)
{
	char card_no[sizeof(world->past.card.card_no)];
	bool armed = world->faults.armed;
	bool good;

	memcpy(card_no, world->past.card.card_no, sizeof(card_no));
	world->phone.element.leaving = look_before_delete;
	good = part_with(world, ret_verdict);
	if (good && !is_gone(world)) {
		*ret_verdict = (struct verdict){ "I-24", "the card never left" };
		good = false;
	}
	good = good && rest(world, ret_verdict);
	world->faults.armed = armed;
	good = good && open_another(world, card_no, ret_verdict);
	world->phone.element.leaving = NULL;

	return good;
}
