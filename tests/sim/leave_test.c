/*
 * The end of a card's life under each fault at each passage of each site, and
 * under several at once: no fen is lost or doubled, the card goes empty, and
 * everything ends (I-1, I-7, I-8, I-24, I-26).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/journey.h"

#define SITES_MAX 400 /* passages of one site that are tried */

static const struct kinds {
	enum fault_site site;
	enum fault_kind kinds[5];
	size_t count;
} table[] = {
	{ SITE_APDU_WIRED,
	    { FAULT_APDU_LOST_BEFORE, FAULT_APDU_LOST_AFTER, FAULT_APDU_CUT, FAULT_TAP_BETWEEN },
	    4 },
	{ SITE_NVM, { FAULT_TEAR, FAULT_NVM_SILENT }, 2 },
	{ SITE_NET_CLIENT,
	    { FAULT_NET_LOST_REQUEST, FAULT_NET_LOST_ANSWER, FAULT_NET_DUPLICATE,
		FAULT_NET_REORDER },
	    4 },
	{ SITE_NET_INNER,
	    { FAULT_NET_LOST_REQUEST, FAULT_NET_LOST_ANSWER, FAULT_NET_DUPLICATE,
		FAULT_NET_REORDER },
	    4 },
	{ SITE_STORE, { FAULT_CRASH_BEFORE, FAULT_CRASH_AFTER }, 2 },
	{ SITE_FILE, { FAULT_CRASH_BEFORE, FAULT_CRASH_AFTER }, 2 },
};

static uint64_t fired[FAULT_KIND_COUNT];

/* A rider with a card that was loaded and ridden, or only opened. */
static struct world *
world_opened(uint64_t seed, bool ridden)
{
	struct verdict verdict = { .invariant = NULL };
	struct world *world = NULL;

	assert_status(world_new(seed, fired, &world), YKT_OK);
	assert_status(journey_begin(world), YKT_OK);
	world->faults = (struct faults){ .fired = fired };
	assert_true_why(journey_run(world, ridden, CHECKER_CARD, &verdict),
	    verdict.invariant == NULL ? "" : verdict.text);
	return world;
}

static struct world *
world_open(uint64_t seed)
{
	return world_opened(seed, true);
}

static void
leave_with(struct world *world, const struct fault *faults, size_t count, enum journey_leaving how,
    const char *why)
{
	struct verdict verdict = { .invariant = NULL };

	world->faults = (struct faults){ .fired = fired, .armed = true, .count = count };
	if (count != 0)
		memcpy(world->faults.list, faults, count * sizeof(*faults));
	if (!journey_leave(world, how, &verdict)) {
		faults_print(&world->faults, stderr);
		fail_msg("%s: %s: %s", why, verdict.invariant, verdict.text);
	}
	assert_int_equal(world->past.unloads, 1);
}

static void
single_faults(enum journey_leaving how, size_t part, size_t parts)
{
	struct world *world = world_open(7);
	uint32_t passages[SITE_COUNT];
	size_t n = 0, struck = 0;

	leave_with(world, NULL, 0, how, "without a fault");
	memcpy(passages, world->faults.passages, sizeof(passages));
	world_free(&world);
	for (size_t i = 0; i < YKT_ARRAY_LEN(table); i++) {
		uint32_t most =
		    passages[table[i].site] < SITES_MAX ? passages[table[i].site] : SITES_MAX;

		assert_true(most > 0);
		for (uint32_t nth = 0; nth < most; nth++) {
			for (size_t k = 0; k < table[i].count; k++) {
				const struct fault fault = { .site = table[i].site,
					.kind = table[i].kinds[k],
					.nth = nth,
					.param = nth * 37 };

				if (n++ % parts != part)
					continue;
				world = world_open(7);
				leave_with(world, &fault, 1, how, "one fault");
				struck += world->faults.list[0].fired;
				world_free(&world);
			}
		}
	}
	/* The passages were counted, so each of them was there to be struck. */
	assert_int_equal(struck, n / parts + (n % parts > part));
}

static void
a_return_under_each_fault(void **state)
{
	(void)state;
	single_faults(JOURNEY_RETURN, 0, 1);
}

/* Out and in again: a part of the faults each, for an opening is long. */
static void
a_move_under_each_fault(void **state)
{
	(void)state;
	single_faults(JOURNEY_MOVE, 3, 11);
}

/*
 * Another card in its place: one that rides emptied is deleted, one with more on it is given
 * back. The next one is a new card, and is ridden.
 */
static void
replace_under(bool ridden, const struct fault *fault, struct world **ret_world)
{
	struct world *world = world_opened(7, ridden);
	struct verdict verdict = { .invariant = NULL };
	char card_no[sizeof(world->past.card.card_no)];

	memcpy(card_no, world->past.card.card_no, sizeof(card_no));
	world->faults = (struct faults){ .fired = fired, .armed = true, .count = fault != NULL };
	if (fault != NULL)
		world->faults.list[0] = *fault;
	if (!journey_replace(world, &verdict)) {
		faults_print(&world->faults, stderr);
		fail_msg("%s: %s", verdict.invariant, verdict.text);
	}
	assert_true(world->past.card.present);
	assert_string_not_equal(world->past.card.card_no, card_no);
	assert_int_equal(world->past.card.balance, 5000);
	assert_int_equal(world->past.unloads, ridden ? 1 : 0);
	*ret_world = world;
}

static void
replacements(bool ridden, size_t part, size_t parts)
{
	uint32_t passages[SITE_COUNT];
	struct verdict verdict = { .invariant = NULL };
	struct world *world;
	size_t n = 0, struck = 0, tried = 0;

	replace_under(ridden, NULL, &world);
	memcpy(passages, world->faults.passages, sizeof(passages));
	world->faults = (struct faults){ .fired = fired };
	assert_true_why(journey_run(world, true, CHECKER_ALL, &verdict),
	    verdict.invariant == NULL ? "" : verdict.text);
	world_free(&world);
	for (size_t i = 0; i < YKT_ARRAY_LEN(table); i++) {
		for (uint32_t nth = 0; nth < passages[table[i].site]; nth++) {
			const struct fault fault = { .site = table[i].site,
				.kind = table[i].kinds[nth % table[i].count],
				.nth = nth,
				.param = nth * 37 };

			if (n++ % parts != part)
				continue;
			replace_under(ridden, &fault, &world);
			struck += world->faults.list[0].fired;
			tried++;
			world_free(&world);
		}
	}
	assert_true(tried > 10);
	assert_int_equal(struck, tried);
}

static void
an_empty_card_is_replaced_under_faults(void **state)
{
	(void)state;
	replacements(false, 2, 17);
}

static void
a_full_card_is_replaced_under_faults(void **state)
{
	(void)state;
	replacements(true, 5, 17);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_return_under_each_fault),
		cmocka_unit_test(a_move_under_each_fault),
		cmocka_unit_test(an_empty_card_is_replaced_under_faults),
		cmocka_unit_test(a_full_card_is_replaced_under_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
