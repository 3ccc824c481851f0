/*
 * Identity applications that a job brings along: those that are missing, once each, with
 * their platform's keys before they can be selected; and never at the cost of the card.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <ykt/hex.h>

#include "card/ident.h"
#include "se/internal.h"

#define PLATFORMS 5

static struct tsm_ident idents[PLATFORMS];

static struct world *
world_with(size_t first, size_t count)
{
	struct world *world = world_new();

	for (uint8_t i = 0; i < PLATFORMS; i++) {
		uint8_t d[32] = { (uint8_t)(i + 1) };
		struct crypto_sm2_key key;

		assert_status(crypto_sm2_key_set(world->crypto, d, &key), YKT_OK);
		idents[i] = (struct tsm_ident){ .city = { 0x99, (uint8_t)(i + 1) },
			.platform = key.pub,
			.authority = key.pub };
	}
	world->options.idents = idents + first;
	world->options.idents_count = count;
	world_restart(world);

	return world;
}

static void
take(struct world *world, size_t first, size_t count)
{
	world->options.idents = idents + first;
	world->options.idents_count = count;
	world_restart(world);
}

static void
open_card(struct world *world, const char *job_id, const char *card_no)
{
	world->card_no = NULL;
	assert_int_equal(world_start(world, job_id, SE_A, card_no), 200);
	world_open(world, job_id);
	assert_string_equal(world_job(world, job_id), "done");
	assert_card_is_open(world, card_no);
	assert_registry_is_card(world, SE_A);
}

static void
delete_card(struct world *world, const char *job_id, const char *card_no)
{
	assert_int_equal(
	    world_start_kind(world, job_id, "delete", SE_A, card_no, ",\"most_fen\":0"), 200);
	world_open(world, job_id);
	assert_string_equal(world_job(world, job_id), "done");
}

static const char *
ask(struct world *world, const struct ykt_buf *cmd)
{
	char hex[2 * APDU_SHORT_CMD_MAX + 1];

	ykt_hex_encode(ykt_buf_view(cmd), hex);

	return card_hex(world, YKT_SE_WIRED, hex);
}

/* Bits of idents: those that answer, each with its platform's key. */
static unsigned
there(struct world *world)
{
	unsigned found = 0;

	for (unsigned n = 0; n <= SE_IDENT_COUNT; n++) {
		uint8_t bytes[APDU_SHORT_CMD_MAX];
		struct ykt_buf cmd = YKT_BUF(bytes);
		unsigned bit = 0;
		const char *text;

		ident_select_build(n > 0, &cmd);
		text = ask(world, &cmd);
		if (strcmp(text + strlen(text) - 4, "9000") != 0)
			return found;
		cmd.len = 0;
		ident_get_build(IDENT_TAG_PLATFORM, &cmd);
		text = ask(world, &cmd);
		for (unsigned i = 0; i < PLATFORMS; i++) {
			char key[129];

			ykt_hex_encode(YKT_BYTES(idents[i].platform.xy), key);
			if (strncmp(text + 6, key, 128) == 0)
				bit = 1u << i;
		}
		/* None is selectable without a key of ours, and none is there twice. */
		assert_int_not_equal(bit, 0);
		assert_int_equal(found & bit, 0);
		found |= bit;
	}
	fail_msg("more instances than an element has");

	return 0;
}

static void
those_that_are_missing_are_brought(void **state)
{
	struct world *world = world_with(0, 2);

	(void)state;
	assert_int_equal(there(world), 0);
	open_card(world, JOB, CARD_NO);
	assert_int_equal(there(world), 3);
	/* The next job finds them, and brings the one that is new. */
	delete_card(world, "000000000000000000000000000000c1", CARD_NO);
	assert_int_equal(there(world), 3);
	take(world, 0, 3);
	open_card(world, JOB_B, CARD_NO_B);
	assert_int_equal(there(world), 7);
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM app WHERE hex(aid) LIKE 'F0594B54%'"), 3);
	world_free(&world);
}

/* More than an element has room for: the card is opened all the same. */
static void
what_has_no_room_costs_nothing(void **state)
{
	struct world *world = world_with(0, 4);

	(void)state;
	open_card(world, JOB, CARD_NO);
	assert_int_equal(there(world), 15);
	delete_card(world, "000000000000000000000000000000c1", CARD_NO);
	take(world, 4, 1);
	open_card(world, JOB_B, CARD_NO_B);
	assert_int_equal(there(world), 15);
	assert_int_equal(
	    count_rows(world, "SELECT sessions FROM job WHERE job_id = '" JOB_B "'"), 0);
	world_free(&world);
}

/* A key that is no point is refused by the card, and nothing becomes selectable. */
static void
a_key_that_is_none_is_not_brought(void **state)
{
	struct world *world = world_with(0, 2);

	(void)state;
	memset(idents[0].platform.xy, 0xFF, sizeof(idents[0].platform.xy));
	open_card(world, JOB, CARD_NO);
	assert_int_equal(there(world), 2);
	world_free(&world);
}

/* False when the trouble never came. */
static bool
open_under(enum trouble trouble, unsigned at)
{
	struct world *world = world_with(0, 2);
	bool fired;

	world->card_no = NULL;
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_trouble(world, trouble, at);
	world_open(world, JOB);
	fired = world->fired;
	world_trouble(world, TROUBLE_NONE, 0);
	if (strcmp(world_job(world, JOB), "done") != 0)
		fail_msg("trouble %d at %u: %s", (int)trouble, at, world_job(world, JOB));
	world->present = 0;
	assert_card_is_open(world, CARD_NO);
	/* Half of one is finished by the next job. */
	if (there(world) != 3) {
		delete_card(world, "000000000000000000000000000000c1", CARD_NO);
		open_card(world, JOB_B, CARD_NO_B);
	}
	assert_int_equal(there(world), 3);
	world_free(&world);

	return fired;
}

static void
everything_on_the_way_may_be_lost_once(void **state)
{
	static const enum trouble troubles[] = { TROUBLE_APDU_BEFORE, TROUBLE_APDU_AFTER,
		TROUBLE_CARD_RESET, TROUBLE_CARD_SWAP, TROUBLE_ANSWER_LOST, TROUBLE_CLIENT_KILLED,
		TROUBLE_RESTART, TROUBLE_KEYD };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(troubles); i++) {
		unsigned at = 1;

		while (open_under(troubles[i], at))
			at++;
		assert_in_range(at - 1, 4, 100);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_that_are_missing_are_brought),
		cmocka_unit_test(what_has_no_room_costs_nothing),
		cmocka_unit_test(a_key_that_is_none_is_not_brought),
		cmocka_unit_test(everything_on_the_way_may_be_lost_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
