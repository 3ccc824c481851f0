/*
 * The money of a returned card into a bound account, with the product's own account system
 * behind the platform: signed with its destination, paid out once, whatever fails; into the
 * wallet where the account does not take it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "banks.h"

#include <stdio.h>
#include <string.h>

#include "bad.h"
#include "unloads.h"
#include "wallets.h"
#include "wire/payout_msg.h"
#include "wire/shown.h"
#include "wire/withdraw_msg.h"

#define SHOWN "Test bank 1114"
#define REST  (BENCH_LOAD - UNLOADS_FEE)

struct leaver {
	struct banks *k;
	struct unloads t;
};

/* A rider with a bound account and a loaded card. */
static struct leaver
open_leaver(void)
{
	struct leaver l = { .k = banks_open() };
	struct ykt_http psp = l.k->b->psp;
	struct wire_order first;

	banks_bound(l.k, BANK_ID, BANK_NUMBER);
	l.t.b = l.k->b;
	l.k->b->app.return_fee_fen = UNLOADS_FEE;
	bench_restart(l.k->b);
	l.k->b->psp = l.k->model;
	first = bench_card(l.t.b, l.t.card_no);
	bench_load_whole(l.t.b, first.order_id);
	l.k->b->psp = psp;
	return l;
}

static void
close_leaver(struct leaver *l)
{
	bench_check_books(l->k->b);
	banks_close(&l->k);
}

static struct wire_unload_begin_req
request(struct leaver *l, const char *to, const char *shown)
{
	struct wire_unload_begin_req req = { .purpose = "return", .password = BENCH_PASS };
	struct bench *b = l->t.b;
	char signs[128];
	const struct wire_unload_yes yes = { b->user_id, req.card_no, req.purpose, signs,
		UNLOADS_FEE };
	uint8_t text[WIRE_SHOWN_SIGN_LEN];

	strcpy(req.card_no, l->t.card_no);
	strcpy(req.to, to);
	(void)snprintf(signs, sizeof(signs), "%s %s", to, shown);
	strcpy(req.wish, bench_idem(b));
	req.fee_fen = UNLOADS_FEE;
	assert_status(wire_unload_digest(b->other, &yes, req.digest), YKT_OK);
	wire_unload_to_sign(req.digest, req.wish, text);
	assert_status(
	    crypto_sm2_sign(b->other, &b->device, crypto_sm2_default_id, YKT_BYTES(text), req.sig),
	    YKT_OK);
	return req;
}

static int
begin(struct leaver *l)
{
	const struct wire_unload_begin_req req = request(l, BANK_ID, SHOWN);

	return bench_ask(l->t.b, "unload.begin", NULL, &req, &l->t.unload);
}

static void
settle(struct leaver *l)
{
	unsigned done;

	for (int i = 0; i < 5; i++) {
		l->t.b->now_ms += 60000;
		assert_status(platform_tick(l->t.b->w, &done), YKT_OK);
	}
}

static int64_t
given(struct leaver *l)
{
	return banks_number(l->k, "SELECT COALESCE(SUM(given), 0) FROM account");
}

static const char *
payout(struct leaver *l)
{
	struct wire_withdraw_id_req req = { .withdraw_id = "" };
	static struct wire_withdrawal out;

	strcpy(req.withdraw_id, l->t.unload.unload_id);
	assert_int_equal(bench_ask(l->t.b, "wallet.withdrawal", NULL, &req, &out), 200);
	return out.state;
}

/* Account, wallet, fee, and what is on its way; the card is empty. */
static void
check(struct leaver *l, int64_t account, int64_t wallet, int64_t waiting)
{
	assert_int_equal(given(l), account);
	assert_int_equal(bench_account(l->t.b, "W:", l->t.unload.unload_id), waiting);
	unloads_check(&l->t, wallet, UNLOADS_FEE, 0, 0);
}

static void
test_a_returned_cards_money_goes_into_the_account_once(void **state)
{
	struct leaver l = open_leaver();

	(void)state;
	assert_int_equal(begin(&l), 200);
	assert_int_equal(begin(&l), 200); /* another wish finds the same */
	assert_int_equal(unloads_round(&l.t), 200);
	check(&l, 0, 0, REST);
	settle(&l);
	assert_int_equal(bench_login(l.t.b, BENCH_PHONE, BENCH_PASS), 200);
	check(&l, REST, 0, 0);
	assert_string_equal(payout(&l), "done");
	settle(&l);
	check(&l, REST, 0, 0);
	assert_int_equal(banks_number(l.k, "SELECT COUNT(*) FROM payout"), 1);
	close_leaver(&l);
}

static int
begin_into(struct leaver *l, const char *to)
{
	struct wire_unload_begin_req req = request(l, BANK_ID, SHOWN);
	struct wire_unload out;

	if (strcmp(to, BANK_ID) != 0)
		unloads_sign(&l->t, &req);

	return bench_ask(l->t.b, "unload.begin", NULL, &req, &out);
}

/* The screen of the second would say another place than the money goes to. */
static void
test_another_destination_is_not_the_same_return(void **state)
{
	static const char *const ways[][2] = { { BANK_ID, WIRE_UNLOAD_WALLET },
		{ WIRE_UNLOAD_WALLET, BANK_ID } };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(ways); i++) {
		struct leaver l = open_leaver();
		const bool first_is_account = i == 0;
		struct wire_unload again;
		uint64_t before;

		assert_int_equal(begin_into(&l, ways[i][0]), 200);
		l.t.unload = unloads_get(&l.t);
		before = bad_state(l.t.b);
		assert_int_equal(begin_into(&l, ways[i][1]), 409);
		assert_string_equal(l.t.b->error.error, "unload_state");
		assert_true(bad_state(l.t.b) == before);
		again = unloads_get(&l.t);
		assert_string_equal(again.unload_id, l.t.unload.unload_id);
		assert_int_equal(begin_into(&l, ways[i][0]), 200);
		assert_int_equal(unloads_round(&l.t), 200);
		check(&l, 0, first_is_account ? 0 : REST, first_is_account ? REST : 0);
		close_leaver(&l);
	}
}

static void
test_what_does_not_fit_leaves_no_card(void **state)
{
	static const struct {
		const char *why, *token;
		int code;
	} rows[] = {
		{ "an account of nobody", "account_unbound", 409 },
		{ "the id alone was signed", "digest", 403 },
		{ "another account was shown", "digest", 403 },
		{ "the wallet was signed", "digest", 403 },
		{ "a signature of nobody", "signature", 403 },
		{ "another fee", "fee", 403 },
		{ "a move goes into no account", "destination", 403 },
		{ "no account's id", "destination", 403 },
	};
	struct leaver l = open_leaver();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_unload_begin_req req =
		    request(&l, i == 0 ? BANK_ID2 : BANK_ID, i == 2 ? "Test bank 1115" : SHOWN);
		uint64_t before;

		if (i == 1 || i == 3) {
			const struct wire_unload_yes yes = { l.t.b->user_id, req.card_no,
				req.purpose, i == 1 ? BANK_ID : "wallet", UNLOADS_FEE };

			assert_status(wire_unload_digest(l.t.b->other, &yes, req.digest), YKT_OK);
		}
		if (i == 4)
			req.sig[0] ^= 1;
		if (i == 5)
			req.fee_fen--;
		if (i == 6)
			strcpy(req.purpose, "move");
		if (i == 7)
			strcpy(req.to, "account");
		before = bad_state(l.t.b);
		if (bench_ask(l.t.b, "unload.begin", NULL, &req, &l.t.unload) != rows[i].code)
			fail_msg("%s: %s", rows[i].why, l.t.b->error.error);
		assert_string_equal(l.t.b->error.error, rows[i].token);
		assert_true_why(bad_state(l.t.b) == before, rows[i].why);
	}
	assert_int_equal(bench_number(l.t.b, "SELECT COUNT(*) FROM unload"), 0);
	assert_int_equal(given(&l), 0);
	close_leaver(&l);
}

static void
test_a_frozen_wallet_sends_nothing_past_it(void **state)
{
	struct leaver l = open_leaver();

	(void)state;
	assert_status(
	    bench_sql(l.t.b, "INSERT INTO code_account(seq, user_id, user_no, account, state,"
			     " created_ms) SELECT 1, user_id, '1', '1', 'frozen', 1 FROM user"),
	    YKT_OK);
	assert_int_equal(begin(&l), 409);
	assert_string_equal(l.t.b->error.error, "frozen");
	assert_int_equal(bench_number(l.t.b, "SELECT COUNT(*) FROM unload"), 0);
	assert_int_equal(unloads_begin(&l.t, "return"), 200);
	assert_int_equal(unloads_round(&l.t), 200);
	check(&l, 0, REST, 0);
	close_leaver(&l);
}

/* The account system's no is for good: the money is in the wallet. */
static void
test_a_refused_payout_is_the_wallets(void **state)
{
	struct leaver l = open_leaver();

	(void)state;
	l.k->accounts[0].blocked = true;
	assert_int_equal(begin(&l), 200);
	assert_int_equal(unloads_round(&l.t), 200);
	settle(&l);
	assert_int_equal(bench_login(l.t.b, BENCH_PHONE, BENCH_PASS), 200);
	assert_string_equal(payout(&l), "refused");
	check(&l, 0, REST, 0);
	l.k->accounts[0].blocked = false;
	settle(&l);
	check(&l, 0, REST, 0);
	close_leaver(&l);
}

/* Unbound before the card was emptied, or its id taken: no payout, and no fen lost. */
static void
test_an_account_that_is_gone_by_then(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct leaver l = open_leaver();
		struct wire_account account;

		assert_int_equal(begin(&l), 200);
		if (i == 0)
			assert_int_equal(banks_unbind(l.k, BANK_ID, &account), 200);
		else
			assert_status(
			    bench_sql(l.t.b,
				"INSERT INTO withdraw SELECT unload_id, user_id, 'x', 'x', 1,"
				" 'refused', '', x'00', x'00', x'00', 1, 1 FROM unload"),
			    YKT_OK);
		assert_int_equal(unloads_round(&l.t), 200);
		check(&l, 0, REST, 0);
		settle(&l);
		check(&l, 0, REST, 0);
		close_leaver(&l);
	}
}

/* Nobody knows whether it was paid; meanwhile the account stays, and so does the account. */
static void
test_an_unknown_outcome_is_asked_for_until_it_is_known(void **state)
{
	struct leaver l = open_leaver();
	struct wire_account account;

	(void)state;
	assert_int_equal(begin(&l), 200);
	l.k->lie_path = WIRE_PATH_PSP_PAYOUT;
	assert_int_equal(unloads_round(&l.t), 200);
	settle(&l);
	assert_int_equal(bench_login(l.t.b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(bench_account(l.t.b, "W:", l.t.unload.unload_id), REST);
	assert_int_equal(banks_unbind(l.k, BANK_ID, &account), 409);
	assert_string_equal(l.t.b->error.error, "orders");
	bench_restart(l.t.b);
	l.k->lie_path = NULL;
	for (int i = 0; i < 4; i++)
		settle(&l);
	check(&l, REST, 0, 0);
	assert_int_equal(banks_number(l.k, "SELECT COUNT(*) FROM payout"), 1);
	close_leaver(&l);
}

/* One run of it; whether the fault was met. */
static bool
run_faulty(enum bench_fault fault, unsigned n)
{
	struct leaver l = open_leaver();
	const struct wire_unload_begin_req req = request(&l, BANK_ID, SHOWN);
	bool fired;

	l.t.b->calls = 0;
	l.t.b->fault = fault;
	l.t.b->fail_at = n;
	for (int i = 0; i < 4 && bench_number(l.t.b, "SELECT COUNT(*) FROM unload"
						     " WHERE state = 'done'") == 0;
	     i++) {
		if (bench_ask(l.t.b, "unload.begin", NULL, &req, &l.t.unload) == 200)
			(void)unloads_round(&l.t);
		if (l.t.b->down)
			bench_restart(l.t.b);
	}
	fired = l.t.b->fired;
	l.t.b->fail_at = 0;
	for (int i = 0; i < 3; i++)
		settle(&l);
	check(&l, REST, 0, 0);
	assert_int_equal(banks_number(l.k, "SELECT COUNT(*) FROM payout"), 1);
	close_leaver(&l);
	return fired;
}

static void
test_every_fault_pays_out_once(void **state)
{
	(void)state;
	for (enum bench_fault fault = BENCH_FAULT_BEFORE; fault <= BENCH_FAULT_DOWN_AFTER;
	     fault++) {
		unsigned n = 1;

		while (run_faulty(fault, n))
			n++;
		assert_true(n > 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_returned_cards_money_goes_into_the_account_once),
		cmocka_unit_test(test_another_destination_is_not_the_same_return),
		cmocka_unit_test(test_what_does_not_fit_leaves_no_card),
		cmocka_unit_test(test_a_frozen_wallet_sends_nothing_past_it),
		cmocka_unit_test(test_a_refused_payout_is_the_wallets),
		cmocka_unit_test(test_an_account_that_is_gone_by_then),
		cmocka_unit_test(test_an_unknown_outcome_is_asked_for_until_it_is_known),
		cmocka_unit_test(test_every_fault_pays_out_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
