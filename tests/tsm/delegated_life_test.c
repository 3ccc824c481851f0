/*
 * Delegated management, from the opening to the end: the city's domain deletes with the
 * issuer's token and shows a receipt, and locks by its own word; so too when tokens and
 * receipts are another TSM's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "delegated.h"
#include "two.h"

#include <string.h>

#include "card/gp.h"
#include "se/internal.h"

#define EMPTY ",\"most_fen\":0"

static void
open_card(struct world *world)
{
	assert_int_equal(world_start(world, JOB, SE_A, CARD_NO), 200);
	world_open(world, JOB);
	assert_string_equal(world_job(world, JOB), "done");
	world->card_no = NULL;
}

static const char *
run(struct world *world, const char *kind, const char *more)
{
	assert_int_equal(world_start_kind(world, JOB_B, kind, SE_A, CARD_NO, more), 200);
	world_open(world, JOB_B);

	return world_job(world, JOB_B);
}

static unsigned
counted(struct world *world)
{
	return ykt_get_u16(home(world, SE_CONFIRMATIONS));
}

static void
a_domain_deletes_with_a_token(void **state)
{
	struct world *world = world_delegated(true);

	(void)state;
	open_card(world);
	assert_int_equal(counted(world), 2);
	assert_string_equal(run(world, "delete", EMPTY), "done");
	assert_no_purse(world);
	assert_int_equal(counted(world), 3);
	/* The domain went too, by the issuer's, which counts none. */
	assert_int_equal(count_rows(world, "SELECT count(*) FROM app"), 0);
	assert_registry_is_card(world, SE_A);
	world_free(&world);
}

static void
without_the_right_token_nothing_is_deleted(void **state)
{
	static const struct {
		enum way way;
		const char *end;
	} rows[] = {
		{ SPOILS, "failed card_6982" },
		{ DROPS, "failed card_6985" },
		{ REFUSES, "failed keys" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct world *world = world_with_way();

		open_card(world);
		world_way(rows[i].way);
		assert_string_equal(run(world, "delete", EMPTY), rows[i].end);
		assert_card_is_open(world, CARD_NO);
		assert_int_equal(counted(world), 2);
		assert_int_equal(
		    count_rows(world, "SELECT count(*) FROM app WHERE card_no = '" CARD_NO "'"), 1);
		world_free(&world);
	}
}

/* It is gone by the card's own list; that it had no receipt is noted and costs a reading. */
static void
a_deletion_without_a_receipt_is_read_again(void **state)
{
	struct world *world = world_with_way();
	unsigned apdus;

	(void)state;
	open_card(world);
	apdus = world->apdus;
	assert_string_equal(run(world, "delete", EMPTY), "done");
	apdus = world->apdus - apdus;
	world_free(&world);
	world = world_with_way();
	open_card(world);
	world_way(DENIES_RECEIPT);
	world->apdus = 0;
	assert_string_equal(run(world, "delete", EMPTY), "done");
	assert_true(world->apdus > apdus);
	assert_no_purse(world);
	assert_registry_is_card(world, SE_A);
	world_free(&world);
}

/* SET STATUS has no token: none is asked for, none is counted. */
static void
a_domain_locks_by_its_own_word(void **state)
{
	struct world *world = world_with_way();

	(void)state;
	open_card(world);
	world_way(REFUSES);
	assert_string_equal(run(world, "lock", ""), "done");
	assert_no_purse(world);
	assert_int_equal(
	    home(world, SE_PURSE_OFF(0) + SE_SD_STATE)[0] & GP_STATE_LOCKED, GP_STATE_LOCKED);
	assert_int_equal(counted(world), 2);
	assert_int_equal(world_start_kind(world, "000000000000000000000000000000c1", "unlock", SE_A,
			     CARD_NO, ""),
	    200);
	world_open(world, "000000000000000000000000000000c1");
	assert_card_is_open(world, CARD_NO);
	assert_registry_is_card(world, SE_A);
	world_free(&world);
}

/* False when the trouble never came. */
static bool
run_under(const char *kind, const char *more, enum trouble trouble, unsigned at)
{
	struct world *world = world_delegated(true);
	bool fired;

	open_card(world);
	assert_int_equal(world_start_kind(world, JOB_B, kind, SE_A, CARD_NO, more), 200);
	world_trouble(world, trouble, at);
	world_open(world, JOB_B);
	fired = world->fired;
	if (strcmp(world_job(world, JOB_B), "done") != 0)
		fail_msg(
		    "%s, trouble %d at %u: %s", kind, (int)trouble, at, world_job(world, JOB_B));
	world->present = 0;
	assert_no_purse(world);
	assert_registry_is_card(world, SE_A);
	world_free(&world);

	return fired;
}

static void
everything_on_the_way_may_be_lost_once(void **state)
{
	static const enum trouble troubles[] = { TROUBLE_APDU_BEFORE, TROUBLE_APDU_AFTER,
		TROUBLE_CARD_RESET, TROUBLE_ANSWER_LOST, TROUBLE_CLIENT_KILLED, TROUBLE_RESTART,
		TROUBLE_KEYD, TROUBLE_KEYD_LOST };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(troubles); i++) {
		unsigned at = 1;

		while (run_under("delete", EMPTY, troubles[i], at))
			at++;
		assert_in_range(at - 1, 4, 100);
		at = 1;
		while (run_under("lock", "", troubles[i], at))
			at++;
		assert_in_range(at - 1, 3, 100);
	}
}

/* Tokens of tsm-9902, which has the issuer's keys; the domain is tsm-9901's. */
static void
issuer_open(struct two *two)
{
	two_open(two);
	two->options.delegated = true;
	two->options.issuer = NEAR;
	far_restart(two);
}

static unsigned
notices(struct two *two)
{
	return (unsigned)count_rows(
	    two->world, "SELECT count(*) FROM peer_notice WHERE message = 'card_write'");
}

static void
another_tsm_gives_tokens_and_takes_receipts(void **state)
{
	struct two two;

	(void)state;
	issuer_open(&two);
	open_card(two.world);
	assert_card_is_open(two.world, CARD_NO);
	assert_int_equal(counted(two.world), 2);
	/* Each receipt was told, and the end of the job is not yet. */
	assert_int_equal(notices(&two), 2);
	assert_string_equal(run(two.world, "delete", EMPTY), "done");
	assert_no_purse(two.world);
	assert_int_equal(counted(two.world), 3);
	assert_int_equal(notices(&two), 3);
	settle(&two);
	assert_int_equal(notices(&two), 5);
	two_close(&two);
}

static void
without_the_issuers_word_nothing_moves(void **state)
{
	struct two two;

	(void)state;
	issuer_open(&two);
	/* Away: the client is told to come again, and nothing is there. */
	two.down[BACK] = true;
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 200);
	assert_false(world_relay(two.world, JOB));
	assert_no_purse(two.world);
	assert_int_equal(counted(two.world), 0);
	two.down[BACK] = false;
	assert_int_equal(world_session(two.world, JOB), 200);
	world_open(two.world, JOB);
	assert_string_equal(world_job(two.world, JOB), "done");
	assert_card_is_open(two.world, CARD_NO);
	two_close(&two);
}

/* A receipt of something else, told to the one whose token it was. */
static void
what_is_no_receipt_is_refused(void **state)
{
	union wire_peer_body body = { .card_write = { .done = true } };
	struct two two;

	(void)state;
	issuer_open(&two);
	strcpy(body.ack.trade_id, "trade 1");
	strcpy(body.card_write.operation, "delete");
	body.card_write.se_id.len = 16;
	body.card_write.aid.len = 11;
	body.card_write.receipt.len = 25;
	assert_status(tsm_peer_ask(two.worker, &two.http[BACK], NEAR, WIRE_PEER_CARD_WRITE, &body,
			  0x7FFFFFFFFFFF),
	    YKT_OK);
	assert_string_equal(body.ack.result, WIRE_PEER_REFUSED);
	assert_int_equal(notices(&two), 0);
	two_close(&two);
}

static bool
issued_under(enum loss loss, unsigned at)
{
	struct two two;
	bool fired;

	issuer_open(&two);
	two.loss = loss;
	two.at = at;
	assert_int_equal(world_start(two.world, JOB, SE_A, CARD_NO), 200);
	open_through(&two);
	fired = two.fired;
	assert_card_is_open(two.world, CARD_NO);
	settle(&two);
	assert_int_equal(
	    count_rows(two.world, "SELECT count(*) FROM far_job WHERE state = 'done'"), 1);
	two_close(&two);

	return fired;
}

static void
each_of_its_answers_may_be_lost(void **state)
{
	static const enum loss losses[] = { LOSS_BEFORE, LOSS_AFTER, LOSS_SPOILED };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(losses); i++) {
		unsigned at = 1;

		while (issued_under(losses[i], at))
			at++;
		assert_in_range(at - 1, 5, 100);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_domain_deletes_with_a_token),
		cmocka_unit_test(without_the_right_token_nothing_is_deleted),
		cmocka_unit_test(a_deletion_without_a_receipt_is_read_again),
		cmocka_unit_test(a_domain_locks_by_its_own_word),
		cmocka_unit_test(everything_on_the_way_may_be_lost_once),
		cmocka_unit_test(another_tsm_gives_tokens_and_takes_receipts),
		cmocka_unit_test(without_the_issuers_word_nothing_moves),
		cmocka_unit_test(what_is_no_receipt_is_refused),
		cmocka_unit_test(each_of_its_answers_may_be_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
