/*
 * Binding a transport card that the platform did not open (C5-BND-1): what it has to prove,
 * who may bind it, and where its money stands then.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "holders.h"

#include <string.h>

static void
test_a_bound_card_is_one_of_the_account(void **state)
{
	struct holder h = holder_open();
	struct wire_card_records_req ask = { .card_no = STRAY, .limit = 50 };
	static struct wire_card_records_rsp records;
	struct wire_card_balance_req one = { STRAY };
	struct wire_card_status status;
	struct wire_card card;
	struct wire_order order;

	(void)state;
	holder_bound(&h);
	assert_string_equal(h.card.card_no, STRAY);
	assert_string_equal(h.card.state, "active");
	assert_int_equal(h.card.balance_fen, HOLDS);
	assert_int_equal(holder_listed(&h), 1);
	assert_int_equal(bench_ask(h.b, "card.balance", NULL, &one, &card), 200);
	assert_int_equal(card.balance_fen, HOLDS);
	assert_int_equal(bench_ask(h.b, "card.records", NULL, &ask, &records), 200);
	assert_int_equal(bench_ask(h.b, "card.status", NULL, &one, &status), 200);
	assert_string_equal(status.card_state, "active");
	assert_int_equal(status.se_id.len, 0);
	assert_int_equal(bench_account(h.b, "SH:", STRAY), HOLDS);
	assert_int_equal(bench_account(h.b, "EXT", ""), -HOLDS);
	order = bench_topup(h.b, STRAY, 1000);
	bench_load_whole(h.b, order.order_id);
	assert_int_equal(model_card(h.b, STRAY)->balance, HOLDS + 1000);
	assert_int_equal(bench_account(h.b, "SH:", STRAY), HOLDS + 1000);
	holder_close(&h);
}

/* An answer that was lost: asked again to the byte it is the same, and books nothing more. */
static void
test_the_same_proof_again_is_the_same_binding(void **state)
{
	struct holder h = holder_open();
	struct wire_card_bind_req req;

	(void)state;
	assert_int_equal(holder_claim(&h), 200);
	req = holder_proof(&h);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(bench_ask(h.b, "card.bind", NULL, &req, &h.card), 200);
		assert_int_equal(h.card.balance_fen, HOLDS);
	}
	assert_int_equal(bench_number(h.b, "SELECT COUNT(*) FROM journal"), 1);
	assert_int_equal(h.b->keyd_claims, 1);
	assert_int_equal(holder_claim(&h), 409);
	assert_string_equal(h.b->error.error, "card_bound");
	holder_close(&h);
}

/* Who made it, and what for, is seen before the card is asked for anything. */
static void
test_cards_that_are_not_of_this_issuer(void **state)
{
	struct holder h = holder_open();
	struct wire_card_claim_req req;
	struct wire_card_claim_rsp rsp;

	(void)state;
	req = holder_req(&h);
	req.issuer[7] ^= 1;
	assert_int_equal(bench_ask(h.b, "card.claim", NULL, &req, &rsp), 409);
	assert_string_equal(h.b->error.error, "card_issuer");
	req = holder_req(&h);
	req.aid.data[7] ^= 1;
	assert_int_equal(bench_ask(h.b, "card.claim", NULL, &req, &rsp), 409);
	assert_string_equal(h.b->error.error, "card_issuer");
	req = holder_req(&h);
	strcpy(req.card_no, "' OR ''='");
	assert_int_equal(bench_ask(h.b, "card.claim", NULL, &req, &rsp), 400);
	assert_int_equal(bench_number(h.b, "SELECT COUNT(*) FROM card_claim"), 0);
	holder_assert_free(&h);
	holder_close(&h);
}

static void
test_proofs_that_do_not_hold(void **state)
{
	static const struct {
		const char *why;
		size_t at; /* byte of the answer that is changed */
		int64_t attempt, overdraft;
		int code;
		const char *token;
	} rows[] = {
		{ "another balance", 3, 0, 0, 403, "mac1" },
		{ "another counter", 5, 0, 0, 403, "mac1" },
		{ "another random", 11, 0, 0, 403, "mac1" },
		{ "another MAC", 15, 0, 0, 403, "mac1" },
		{ "another algorithm", 7, 0, 0, 409, "card_kind" },
		{ "another overdraft limit", 16, 0, 500, 409, "card_kind" },
		{ "an attempt of nobody", 16, 5, 0, 409, "proof_needed" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct holder h = holder_open();
		struct wire_card_bind_req req;

		assert_int_equal(holder_claim(&h), 200);
		req = holder_proof(&h);
		if (rows[i].at < sizeof(req.init))
			req.init[rows[i].at] ^= 1;
		req.attempt += rows[i].attempt;
		req.overdraft_fen = rows[i].overdraft;
		if (bench_ask(h.b, "card.bind", NULL, &req, &h.card) != rows[i].code)
			fail_msg("%s: %s", rows[i].why, h.b->error.error);
		assert_string_equal(h.b->error.error, rows[i].token);
		holder_assert_free(&h);
		holder_close(&h);
	}
}

/* Only the number that was given last counts, once, and not for long. */
static void
test_replayed_and_old_proofs(void **state)
{
	struct holder h = holder_open();
	struct wire_card_bind_req first, second;

	(void)state;
	first = (struct wire_card_bind_req){ .card_no = STRAY, .attempt = 1 };
	assert_int_equal(bench_ask(h.b, "card.bind", NULL, &first, &h.card), 409);
	assert_string_equal(h.b->error.error, "proof_needed");
	assert_int_equal(holder_claim(&h), 200);
	first = holder_proof(&h);
	assert_int_equal(holder_claim(&h), 200);
	assert_int_equal(h.proof.attempt, 2);
	assert_int_equal(bench_ask(h.b, "card.bind", NULL, &first, &h.card), 409);
	assert_string_equal(h.b->error.error, "stale");
	second = first;
	second.attempt = 2;
	assert_int_equal(bench_ask(h.b, "card.bind", NULL, &second, &h.card), 403);
	assert_string_equal(h.b->error.error, "mac1");
	second = holder_proof(&h);
	assert_int_equal(bench_ask(h.b, "card.bind", NULL, &second, &h.card), 409);
	assert_string_equal(h.b->error.error, "attempt_used");
	assert_int_equal(holder_claim(&h), 200);
	second = holder_proof(&h);
	h.b->now_ms += 10 * 60 * 1000 + 1;
	assert_int_equal(bench_login(h.b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(bench_ask(h.b, "card.bind", NULL, &second, &h.card), 409);
	assert_string_equal(h.b->error.error, "stale");
	holder_assert_free(&h);
	holder_close(&h);
}

/* What bound a card once does not bind it again after it was unbound. */
static void
test_a_used_proof_is_gone_with_the_binding(void **state)
{
	struct holder h = holder_open();
	struct wire_card_bind_req req;

	(void)state;
	assert_int_equal(holder_claim(&h), 200);
	req = holder_proof(&h);
	assert_int_equal(bench_ask(h.b, "card.bind", NULL, &req, &h.card), 200);
	assert_int_equal(holder_unbind(&h), 200);
	assert_int_equal(bench_ask(h.b, "card.bind", NULL, &req, &h.card), 409);
	assert_string_equal(h.b->error.error, "proof_needed");
	assert_int_equal(holder_listed(&h), 0);
	assert_int_equal(bench_account(h.b, "SH:", STRAY), 0);
	holder_close(&h);
}

/* Guesses are counted by who makes them, for a day. */
static void
test_guesses_end(void **state)
{
	struct holder h = holder_open();

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		struct wire_card_bind_req req;

		assert_int_equal(holder_claim(&h), 200);
		req = holder_proof(&h);
		req.init[15] ^= 1;
		assert_int_equal(bench_ask(h.b, "card.bind", NULL, &req, &h.card), 403);
	}
	assert_int_equal(holder_claim(&h), 429);
	assert_string_equal(h.b->error.error, "too_often");
	assert_int_equal(h.b->keyd_claims, 20);
	bench_register(h.b, BENCH_PHONE2);
	assert_int_equal(holder_claim(&h), 200);
	assert_int_equal(holder_bind(&h), 200);
	holder_close(&h);
}

/* The row says why not, whoever asks. */
static void
test_cards_that_are_not_free(void **state)
{
	static const struct {
		const char *card_state, *mine, *others;
	} rows[] = {
		{ "active", "card_bound", "card_taken" },
		{ "locking", "card_locked", "card_locked" },
		{ "locked", "card_locked", "card_locked" },
		{ "unlocking", "card_locked", "card_locked" },
		{ "deleted", "card_returned", "card_returned" },
		{ "empty", "card_returned", "card_returned" },
		{ "leaving", "card_returned", "card_returned" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct holder h = holder_open();
		char sql[64] = "UPDATE card SET state = '";

		holder_bound(&h);
		strcat(sql, rows[i].card_state);
		strcat(sql, "'");
		assert_status(bench_sql(h.b, sql), YKT_OK);
		assert_int_equal(holder_claim(&h), 409);
		assert_string_equal(h.b->error.error, rows[i].mine);
		bench_register(h.b, BENCH_PHONE2);
		assert_int_equal(holder_claim(&h), 409);
		assert_string_equal(h.b->error.error, rows[i].others);
		assert_int_equal(holder_listed(&h), 0);
		holder_close(&h);
	}
}

/* Two have the card in hand one after the other: the first that proves it has it. */
static void
test_a_card_is_bound_to_one_user(void **state)
{
	struct holder h = holder_open();
	struct wire_card_bind_req late;

	(void)state;
	assert_int_equal(holder_claim(&h), 200);
	late = holder_proof(&h);
	bench_register(h.b, BENCH_PHONE2);
	holder_bound(&h);
	assert_int_equal(bench_login(h.b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(bench_ask(h.b, "card.bind", NULL, &late, &h.card), 409);
	assert_string_equal(h.b->error.error, "proof_needed");
	assert_int_equal(holder_unbind(&h), 404);
	assert_int_equal(bench_number(h.b, "SELECT COUNT(*) FROM journal"), 1);
	/* The same while the key module looks: the row is looked at again. */
	assert_int_equal(bench_login(h.b, BENCH_PHONE2, BENCH_PASS), 200);
	assert_int_equal(holder_unbind(&h), 200);
	assert_int_equal(holder_claim(&h), 200);
	h.b->during_claim = "UPDATE card SET state = 'active', user_id = 'x', order_id = 'y'";
	assert_int_equal(holder_bind(&h), 409);
	assert_string_equal(h.b->error.error, "card_taken");
	h.b->during_claim = NULL;
	assert_int_equal(bench_account(h.b, "SH:", STRAY), 0);
	holder_close(&h);
}

static void
test_what_the_key_module_does_not_know(void **state)
{
	static const struct {
		int code, told;
		const char *token;
	} rows[] = {
		{ 503, 503, "busy" },
		{ 429, 429, "too_often" },
		{ 400, 403, "mac1" },
		{ 422, 403, "mac1" },
		{ 500, 503, "busy" },
	};
	struct holder h = holder_open();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		assert_int_equal(holder_claim(&h), 200);
		h.b->keyd_claim_code = rows[i].code;
		assert_int_equal(holder_bind(&h), rows[i].told);
		assert_string_equal(h.b->error.error, rows[i].token);
		h.b->keyd_claim_code = 0;
		holder_assert_free(&h);
	}
	/* A counter that has gone back is a copy, or another card: somebody looks. */
	model_card(h.b, STRAY)->taken_in = true;
	model_card(h.b, STRAY)->taken_in_at = 32;
	assert_int_equal(holder_claim(&h), 200);
	assert_int_equal(holder_bind(&h), 409);
	assert_string_equal(h.b->error.error, "case");
	assert_int_equal(bench_number(h.b, "SELECT COUNT(*) FROM casebook WHERE kind = 'bind'"), 1);
	holder_assert_free(&h);
	holder_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_bound_card_is_one_of_the_account),
		cmocka_unit_test(test_the_same_proof_again_is_the_same_binding),
		cmocka_unit_test(test_cards_that_are_not_of_this_issuer),
		cmocka_unit_test(test_proofs_that_do_not_hold),
		cmocka_unit_test(test_replayed_and_old_proofs),
		cmocka_unit_test(test_a_used_proof_is_gone_with_the_binding),
		cmocka_unit_test(test_guesses_end),
		cmocka_unit_test(test_cards_that_are_not_free),
		cmocka_unit_test(test_a_card_is_bound_to_one_user),
		cmocka_unit_test(test_what_the_key_module_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
