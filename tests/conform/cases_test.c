/*
 * Every case of conform/se on our card: it passes, it fails on a card that is
 * broken in what it looks at, and a stranger's card keeps every bit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "program.h"

enum flip { FLIP_NONE, FLIP_FIRST, FLIP_LAST };

/* A card whose n-th answer (from 1) is not what it was. */
struct broken {
	struct ykt_se se;
	const struct ykt_se *card;
	unsigned count;
	unsigned at;    /* 0: none */
	uint16_t sw;    /* into the status word, XOR */
	enum flip flip; /* a bit of the data, too */
	bool gone;      /* no answer at all, from there on */
};

static const struct conform_case usual = { .needs = CONFORM_PURSE };
static const struct conform_case blank = { .needs = CONFORM_BLANK };

struct world {
	struct subject subject;
	struct broken broken;
	struct item *first;
};

void
complain(const char *format, ...)
{
	(void)format;
}

static enum ykt_status
broken_transceive(void *ctx, struct ykt_bytes cmd, struct ykt_buf *rsp, int64_t deadline_mono_ms)
{
	struct broken *broken = ctx;
	enum ykt_status status =
	    broken->card->transceive(broken->card->ctx, cmd, rsp, deadline_mono_ms);

	broken->count++;
	if (broken->gone && broken->at != 0 && broken->count >= broken->at)
		return YKT_E_LINK;
	if (broken->count != broken->at || status != YKT_OK)
		return status;
	ykt_set_u16(rsp->data + rsp->len - 2,
	    (uint16_t)(ykt_get_u16(rsp->data + rsp->len - 2) ^ broken->sw));
	if (broken->flip != FLIP_NONE && rsp->len > 2)
		rsp->data[broken->flip == FLIP_FIRST ? 0 : rsp->len - 3] ^= 0x01;

	return status;
}

static enum ykt_status
broken_reset(void *ctx, struct ykt_buf *atr, int64_t deadline_mono_ms)
{
	struct broken *broken = ctx;

	return broken->card->reset(broken->card->ctx, atr, deadline_mono_ms);
}

static int
setup(void **state)
{
	static struct world world;
	const struct options options = { .address = "memory:", .city = "9901", .folder = CASES };

	memset(&world, 0, sizeof(world));
	if (items_load(&options, &world.first) != YKT_OK ||
	    subject_open(&world.subject, &options) != YKT_OK)
		return -1;
	world.broken = (struct broken){
		.se = { &world.broken, YKT_SE_WIRED, broken_transceive, broken_reset },
		.card = world.subject.card.se,
	};
	*state = &world;

	return 0;
}

static int
teardown(void **state)
{
	struct world *world = *state;

	subject_close(&world->subject);
	items_free(&world->first);

	return 0;
}

/* The number of answers that the case had; what breaks is armed by the caller. */
static unsigned
run(struct world *world, struct item *item)
{
	struct conform_card card;

	world->subject.card.se = world->broken.card;
	assert_int_equal(subject_ready(&world->subject, &item->one), YKT_OK);
	card = world->subject.card;
	card.se = &world->broken.se;
	world->broken.count = 0;
	conform_run(&card, &item->one, &item->result);

	return world->broken.count;
}

static void
every_case_passes_on_our_card(void **state)
{
	struct world *world = *state;
	unsigned count = 0;

	world->broken.at = 0;
	for (struct item *item = world->first; item != NULL; item = item->next, count++) {
		(void)run(world, item);
		if (item->result.verdict != CONFORM_PASSED)
			fail_msg("%.*s: step %u, sent %s, got %s, not %s", (int)item->one.id.len,
			    (const char *)item->one.id.data, item->result.step,
			    item->result.command, item->result.got, item->result.expected);
	}
	assert_true(count >= 60);
}

/* 9000 becomes 9F00, 6A86 6586: words that no case waits for. */
static void
every_case_fails_on_a_card_with_a_wrong_status_word(void **state)
{
	struct world *world = *state;

	for (struct item *item = world->first; item != NULL; item = item->next) {
		unsigned answers;
		unsigned noticed = 0;

		world->broken.at = 0;
		answers = run(world, item);
		world->broken.sw = 0x0F00;
		world->broken.flip = FLIP_NONE;
		for (unsigned at = 1; at <= answers; at++) {
			world->broken.at = at;
			(void)run(world, item);
			if (item->result.verdict == CONFORM_FAILED && item->result.step != 0)
				noticed++;
		}
		world->broken.at = 0;
		if (noticed < 1)
			fail_msg("%.*s cannot fail", (int)item->one.id.len,
			    (const char *)item->one.id.data);
	}
}

/* Whether a bit turned in any answer's data makes any case of the group fail so. */
static bool
group_notices(struct world *world, const char *group, enum conform_reason reason)
{
	for (struct item *item = world->first; item != NULL; item = item->next) {
		unsigned answers;

		if (strcmp(item->group, group) != 0)
			continue;
		world->broken.at = 0;
		answers = run(world, item);
		for (unsigned at = 1; at <= answers; at++) {
			world->broken.at = at;
			(void)run(world, item);
			if (item->result.verdict == CONFORM_FAILED && item->result.reason == reason)
				return true;
		}
	}

	return false;
}

static void
every_group_fails_on_a_card_with_a_wrong_bit(void **state)
{
	static const struct {
		const char *group;
		enum conform_reason reason;
	} table[] = {
		{ "select", CONFORM_BAD_DATA },
		{ "files", CONFORM_BAD_DATA },
		{ "records", CONFORM_BAD_DATA },
		{ "balance", CONFORM_BAD_DATA },
		{ "load", CONFORM_BAD_DATA },
		{ "purchase", CONFORM_BAD_DATA },
		{ "capp", CONFORM_BAD_DATA },
		{ "proof", CONFORM_BAD_DATA },
		{ "block", CONFORM_BAD_DATA },
		{ "counters", CONFORM_BAD_DATA },
		{ "scp03", CONFORM_BAD_DATA },
		{ "channel", CONFORM_BAD_DATA },
		{ "registry", CONFORM_BAD_DATA },
		{ "algorithm", CONFORM_BAD_DATA },
		{ "content", CONFORM_BAD_MAC },
		{ "load", CONFORM_MOVED },
		{ "purchase", CONFORM_MOVED },
		{ "capp", CONFORM_MOVED },
		{ "proof", CONFORM_MOVED },
		{ "block", CONFORM_MOVED },
		{ "counters", CONFORM_MOVED },
		{ "pin", CONFORM_MOVED },
	};
	struct world *world = *state;

	world->broken.sw = 0;
	for (size_t i = 0; i < YKT_ARRAY_LEN(table); i++) {
		bool noticed = false;

		for (enum flip flip = FLIP_LAST; flip != FLIP_NONE && !noticed; flip--) {
			world->broken.flip = flip;
			noticed = group_notices(world, table[i].group, table[i].reason);
		}
		if (!noticed)
			fail_msg("no case of %s notices", table[i].group);
	}
	world->broken.at = 0;
}

static void
a_strangers_card_keeps_every_bit(void **state)
{
	static uint8_t before[SE_IMAGE_SIZE];
	struct world *world = *state;
	unsigned passed = 0;

	world->broken.at = 0;
	for (struct item *item = world->first; item != NULL; item = item->next) {
		struct conform_card card;

		assert_int_equal(subject_ready(&world->subject, &usual), YKT_OK);
		memcpy(before, world->subject.image, sizeof(before));
		card = world->subject.card;
		card.kind = CONFORM_ANY;
		card.may_write = false;
		conform_run(&card, &item->one, &item->result);
		assert_memory_equal(before, world->subject.image, sizeof(before));
		if (item->one.needs != CONFORM_ANY) {
			assert_int_equal(item->result.verdict, CONFORM_SKIPPED);
			assert_int_equal(item->result.reason, CONFORM_OTHER_KIND);
			continue;
		}
		assert_int_equal(item->result.verdict, CONFORM_PASSED);
		passed++;
	}
	assert_true(passed > 20);
}

static void
what_writes_is_skipped_without_leave(void **state)
{
	static uint8_t before[SE_IMAGE_SIZE];
	struct world *world = *state;

	for (struct item *item = world->first; item != NULL; item = item->next) {
		struct conform_card card;

		assert_int_equal(subject_ready(&world->subject, &item->one), YKT_OK);
		memcpy(before, world->subject.image, sizeof(before));
		card = world->subject.card;
		card.may_write = false;
		conform_run(&card, &item->one, &item->result);
		assert_int_equal(item->result.verdict == CONFORM_SKIPPED, item->one.writes);
		if (item->one.writes)
			assert_int_equal(item->result.reason, CONFORM_WRITES);
		if (item->one.writes)
			assert_memory_equal(before, world->subject.image, sizeof(before));
	}
}

/* Wherever it goes: the case fails for that reason, and the runner ends. */
static void
a_card_that_goes_away_fails_the_case(void **state)
{
	struct world *world = *state;

	for (struct item *item = world->first; item != NULL; item = item->next) {
		unsigned answers;

		world->broken.gone = true;
		world->broken.at = 0;
		answers = run(world, item);
		for (unsigned at = 1; at <= answers; at++) {
			world->broken.at = at;
			assert_int_equal(run(world, item), at);
			assert_int_equal(item->result.verdict, CONFORM_FAILED);
			assert_true(item->result.reason == CONFORM_NO_ANSWER ||
				    item->result.reason == CONFORM_SETUP);
		}
	}
}

/* A card without a purse: not a failure of a stranger's, one of a test card. */
static void
a_card_without_a_purse_is_said_to_be_one(void **state)
{
	struct world *world = *state;

	for (struct item *item = world->first; item != NULL; item = item->next) {
		struct conform_card card;

		if (item->one.needs == CONFORM_BLANK)
			continue;
		assert_int_equal(subject_ready(&world->subject, &blank), YKT_OK);
		card = world->subject.card;
		card.kind = item->one.needs;
		conform_run(&card, &item->one, &item->result);
		assert_int_equal(item->result.reason, CONFORM_NO_PURSE);
		assert_int_equal(item->result.verdict,
		    item->one.needs == CONFORM_ANY ? CONFORM_SKIPPED : CONFORM_FAILED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_case_passes_on_our_card, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    every_case_fails_on_a_card_with_a_wrong_status_word, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    every_group_fails_on_a_card_with_a_wrong_bit, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_card_that_goes_away_fails_the_case, setup, teardown),
		cmocka_unit_test_setup_teardown(a_strangers_card_keeps_every_bit, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    what_writes_is_skipped_without_leave, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_card_without_a_purse_is_said_to_be_one, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
