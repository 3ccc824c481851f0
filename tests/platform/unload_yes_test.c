/*
 * What the rider agreed to when a card's money leaves it: where it goes and what is
 * taken of it at most. Another yes begins nothing, and one is good once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bad.h"
#include "unloads.h"

/* Card, purpose, destination, fee, wish, key: each that is not what was signed. */
static void
test_what_was_not_agreed_to_leaves_no_card(void **state)
{
	static const char *const faults[] = { "destination", "destination", "fee", "fee", "digest",
		"digest", "signature", "signature", "signature" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(faults); i++) {
		struct unloads t = unloads_open(UNLOADS_FEE);
		struct wire_unload_begin_req req = { .purpose = "return", .password = BENCH_PASS };
		struct crypto_sm2_key device = t.b->device;
		struct wire_unload unload;
		uint64_t before;

		strcpy(req.card_no, t.card_no);
		if (i == 5) /* another card's yes */
			req.card_no[19] ^= 1;
		if (i == 8)
			assert_status(
			    crypto_sm2_generate(t.b->other, &t.b->random, &t.b->device), YKT_OK);
		unloads_sign(&t, &req);
		t.b->device = device;
		strcpy(req.card_no, t.card_no);
		if (i == 0)
			strcpy(req.to, "ticket");
		if (i == 1)
			strcpy(req.to, "account");
		if (i == 2)
			req.fee_fen--;
		if (i == 3)
			req.fee_fen++;
		if (i == 4)
			req.digest[0] ^= 1;
		if (i == 6)
			req.sig[63] ^= 1;
		if (i == 7)
			strcpy(req.wish, bench_idem(t.b));
		before = bad_state(t.b);
		assert_int_equal(bench_ask(t.b, "unload.begin", NULL, &req, &unload), 403);
		assert_string_equal(t.b->error.error, faults[i]);
		assert_true(bad_state(t.b) == before);
		unloads_check(&t, 0, 0, 0, BENCH_LOAD);
		assert_int_equal(unloads_begin(&t, "return"), 200);
		assert_int_equal(unloads_round(&t), 200);
		unloads_check(&t, BENCH_LOAD - UNLOADS_FEE, UNLOADS_FEE, 0, 0);
		assert_int_equal(bench_number(t.b, "SELECT COUNT(*) FROM unload_yes WHERE"
						   " destination = 'wallet' AND fee_fen = 700"),
		    1);
		bench_close(&t.b);
	}
}

/* A yes is good for one unload: after that was given up, it begins no other. */
static void
test_a_yes_is_good_once(void **state)
{
	struct unloads t = unloads_open(0);
	struct wire_unload_begin_req req = { .purpose = "return", .password = BENCH_PASS };
	struct wire_unload_attempt_rsp at;
	struct wire_unload_request_req give_up;
	struct wire_unload_request_rsp rsp;
	uint64_t before;

	(void)state;
	strcpy(req.card_no, t.card_no);
	unloads_sign(&t, &req);
	assert_int_equal(bench_ask(t.b, "unload.begin", NULL, &req, &t.unload), 200);
	/* A lost answer: the same again is the same unload. */
	assert_int_equal(bench_ask(t.b, "unload.begin", NULL, &req, &t.unload), 200);
	assert_int_equal(bench_number(t.b, "SELECT COUNT(*) FROM unload"), 1);
	assert_int_equal(unloads_attempt(&t, &at), 200);
	give_up = unloads_init(&t, &at, true);
	give_up.give_up = true;
	assert_int_equal(unloads_request(&t, &give_up, &rsp), 200);
	assert_string_equal(rsp.result, "closed");
	before = bad_state(t.b);
	assert_int_equal(bench_ask(t.b, "unload.begin", NULL, &req, &t.unload), 403);
	assert_string_equal(t.b->error.error, "signature");
	assert_true(bad_state(t.b) == before);
	strcpy(req.wish, "no id");
	assert_int_equal(bench_ask(t.b, "unload.begin", NULL, &req, &t.unload), 400);
	assert_true(bad_state(t.b) == before);
	assert_int_equal(unloads_begin(&t, "move"), 200);
	assert_int_equal(unloads_round(&t), 200);
	unloads_check(&t, 0, 0, BENCH_LOAD, 0);
	bench_close(&t.b);
}

/* The fee was raised after the yes: what was agreed to is taken, and shown. */
static void
test_no_more_is_taken_than_was_agreed_to(void **state)
{
	struct unloads t = unloads_open(UNLOADS_FEE);

	(void)state;
	assert_int_equal(unloads_begin(&t, "return"), 200);
	t.b->app.return_fee_fen = 2 * UNLOADS_FEE;
	bench_restart(t.b);
	assert_int_equal(unloads_get(&t).fee_fen, UNLOADS_FEE);
	assert_int_equal(unloads_round(&t), 200);
	unloads_check(&t, BENCH_LOAD - UNLOADS_FEE, UNLOADS_FEE, 0, 0);
	bench_close(&t.b);
}

/* And lowered: less is taken. */
static void
test_a_lower_fee_is_taken(void **state)
{
	struct unloads t = unloads_open(UNLOADS_FEE);

	(void)state;
	assert_int_equal(unloads_begin(&t, "return"), 200);
	t.b->app.return_fee_fen = 1;
	bench_restart(t.b);
	assert_int_equal(unloads_get(&t).fee_fen, 1);
	assert_int_equal(unloads_round(&t), 200);
	unloads_check(&t, BENCH_LOAD - 1, 1, 0, 0);
	bench_close(&t.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_not_agreed_to_leaves_no_card),
		cmocka_unit_test(test_a_yes_is_good_once),
		cmocka_unit_test(test_no_more_is_taken_than_was_agreed_to),
		cmocka_unit_test(test_a_lower_fee_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
