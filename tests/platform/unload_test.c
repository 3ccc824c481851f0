/*
 * Unloads: the money leaves the card once and is booked once, on the card's own
 * proof; whoever has none moves nothing (R2, R2a, I-11, I-26).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "bad.h"
#include "unloads.h"
#include "wire/manage_msg.h"
#include "wire/wallet_msg.h"

static void
test_a_return_goes_into_the_wallet(void **state)
{
	struct unloads t = unloads_open(UNLOADS_FEE);
	static struct wire_card_list_rsp cards;
	static struct wire_card_records_rsp records;
	const struct wire_wallet_records_req all = { .limit = 50 };

	(void)state;
	assert_string_equal(unloads_get(&t).state, "none");
	assert_int_equal(unloads_get(&t).fee_fen, UNLOADS_FEE);
	assert_int_equal(unloads_begin(&t, "return"), 200);
	assert_string_equal(t.unload.state, "begun");
	assert_int_equal(unloads_round(&t), 200);
	assert_string_equal(t.unload.state, "done");
	assert_int_equal(t.unload.amount_fen, BENCH_LOAD);
	assert_int_equal(t.unload.fee_fen, UNLOADS_FEE);
	unloads_check(&t, BENCH_LOAD - UNLOADS_FEE, UNLOADS_FEE, 0, 0);
	assert_int_equal(bench_ask(t.b, "card.list", NULL, NULL, &cards), 200);
	assert_int_equal(cards.cards_count, 1);
	assert_string_equal(cards.cards[0].state, "empty");
	assert_int_equal(bench_ask(t.b, "wallet.records", NULL, &all, &records), 200);
	assert_int_equal(records.records_count, 1);
	assert_string_equal(records.records[0].kind, "refund");
	bench_close(&t.b);
}

/* C5-RFD-1: the application goes after the money is durable, and not before. */
static void
test_an_empty_card_leaves_its_element(void **state)
{
	struct unloads t = unloads_open(0);
	struct wire_card_session_req session = { .se_id = { 8, { 1 } } };
	struct wire_card_session_rsp rsp;
	static struct wire_card_list_rsp cards;
	struct wire_card_balance_req card;
	struct wire_card_status status;

	(void)state;
	strcpy(session.card_no, t.card_no);
	strcpy(card.card_no, t.card_no);
	assert_int_equal(unloads_begin(&t, "return"), 200);
	assert_int_equal(bench_ask(t.b, "card.session", NULL, &session, &rsp), 404);
	assert_int_equal(unloads_round(&t), 200);
	assert_int_equal(bench_ask(t.b, "card.session", NULL, &session, &rsp), 200);
	assert_string_equal(rsp.kind, "delete");
	for (size_t i = 0; i < t.b->job_count; i++)
		t.b->jobs[i].state = WIRE_JOB_DONE;
	assert_int_equal(bench_ask(t.b, "card.status", NULL, &card, &status), 200);
	assert_string_equal(status.card_state, "deleted");
	assert_int_equal(bench_ask(t.b, "card.list", NULL, NULL, &cards), 200);
	assert_int_equal(cards.cards_count, 0);
	unloads_check(&t, BENCH_LOAD, 0, 0, 0);
	bench_close(&t.b);
}

static void
test_a_fee_takes_no_more_than_there_is(void **state)
{
	struct unloads t = unloads_open(BENCH_LOAD + 1);

	(void)state;
	assert_int_equal(unloads_begin(&t, "return"), 200);
	assert_int_equal(unloads_round(&t), 200);
	unloads_check(&t, 0, BENCH_LOAD, 0, 0);
	bench_close(&t.b);
}

static void
test_an_empty_card_proves_that_it_is(void **state)
{
	struct unloads t = unloads_open(UNLOADS_FEE);

	(void)state;
	model_card(t.b, t.card_no)->balance = 0; /* ridden away, not uploaded yet */
	assert_int_equal(unloads_begin(&t, "return"), 200);
	assert_int_equal(unloads_round(&t), 200);
	assert_string_equal(unloads_get(&t).state, "done");
	assert_int_equal(unloads_get(&t).amount_fen, 0);
	/* What the rides took is still to come out of the shadow. */
	assert_int_equal(bench_account(t.b, "SH:", t.card_no), BENCH_LOAD);
	assert_int_equal(bench_account(t.b, "U:", t.b->user_id), 0);
	bench_check_books(t.b);
	bench_close(&t.b);
}

static void
test_a_move_waits_under_its_ticket(void **state)
{
	struct unloads t = unloads_open(UNLOADS_FEE);

	(void)state;
	assert_int_equal(unloads_begin(&t, "move"), 200);
	assert_int_equal(unloads_round(&t), 200);
	assert_string_equal(t.unload.ticket, "held");
	unloads_check(&t, 0, 0, BENCH_LOAD, 0);
	bench_close(&t.b);
}

static void
test_an_old_ticket_is_the_wallets_once(void **state)
{
	struct unloads t = unloads_open(0);
	unsigned done = 0;

	(void)state;
	assert_int_equal(unloads_begin(&t, "move"), 200);
	assert_int_equal(unloads_round(&t), 200);
	t.b->now_ms = t.unload.expires_ms - 1;
	for (int i = 0; i < 4; i++)
		assert_status(platform_tick(t.b->w, &done), YKT_OK);
	unloads_check(&t, 0, 0, BENCH_LOAD, 0);
	t.b->now_ms += 1;
	bench_settle(t.b);
	unloads_check(&t, BENCH_LOAD, 0, 0, 0);
	assert_int_equal(bench_number(t.b, "SELECT COUNT(*) FROM journal WHERE kind ="
					   " 'ticket_expired'"),
	    1);
	bench_close(&t.b);
}

/* R2: an answer that was lost; the next INITIALIZE shows that the card did it. */
static void
test_a_lost_debit_is_proven_by_the_counter(void **state)
{
	struct unloads t = unloads_open(0);
	struct wire_unload_attempt_rsp at;
	struct wire_unload_request_req req;
	struct wire_unload_request_rsp rsp;
	uint8_t mac3[4];

	(void)state;
	assert_int_equal(unloads_begin(&t, "return"), 200);
	assert_int_equal(unloads_attempt(&t, &at), 200);
	req = unloads_init(&t, &at, false);
	assert_int_equal(unloads_request(&t, &req, &rsp), 200);
	assert_true(model_card_debit(t.b, t.card_no, rsp.datetime, rsp.mac2, mac3));
	assert_int_equal(unloads_round(&t), 200);
	assert_string_equal(unloads_get(&t).state, "done");
	unloads_check(&t, BENCH_LOAD, 0, 0, 0);
	bench_close(&t.b);
}

/* A ride between two attempts: what leaves is what the second one shows. */
static void
test_a_ride_between_is_not_given_back(void **state)
{
	struct unloads t = unloads_open(0);
	struct wire_unload_attempt_rsp at;
	struct wire_unload_request_req req;
	struct wire_unload_request_rsp rsp, again;
	uint8_t mac3[4];

	(void)state;
	assert_int_equal(unloads_begin(&t, "return"), 200);
	assert_int_equal(unloads_attempt(&t, &at), 200);
	req = unloads_init(&t, &at, false);
	assert_int_equal(unloads_request(&t, &req, &rsp), 200);
	model_card(t.b, t.card_no)->balance -= 300;
	assert_int_equal(unloads_attempt(&t, &at), 200);
	req = unloads_init(&t, &at, false);
	assert_int_equal(unloads_request(&t, &req, &again), 200);
	assert_false(model_card_debit(t.b, t.card_no, rsp.datetime, rsp.mac2, mac3));
	assert_int_equal(unloads_round(&t), 200);
	assert_int_equal(t.unload.amount_fen, BENCH_LOAD - 300);
	assert_int_equal(bench_account(t.b, "U:", t.b->user_id), BENCH_LOAD - 300);
	assert_int_equal(bench_account(t.b, "SH:", t.card_no), 300);
	bench_check_books(t.b);
	bench_close(&t.b);
}

static void
test_given_up_it_is_in_use_again(void **state)
{
	struct unloads t = unloads_open(0);
	struct wire_unload_attempt_rsp at;
	struct wire_unload_request_req req;
	struct wire_unload_request_rsp rsp, gone;
	struct wire_order order;
	uint8_t mac3[4];

	(void)state;
	assert_int_equal(unloads_begin(&t, "return"), 200);
	assert_int_equal(unloads_attempt(&t, &at), 200);
	req = unloads_init(&t, &at, false);
	assert_int_equal(unloads_request(&t, &req, &rsp), 200);
	assert_int_equal(unloads_attempt(&t, &at), 200);
	req = unloads_init(&t, &at, true);
	req.give_up = true;
	assert_int_equal(unloads_request(&t, &req, &gone), 200);
	assert_string_equal(gone.result, "closed");
	assert_string_equal(unloads_get(&t).state, "none");
	/* The MAC2 of before is dead, loads go on, and a new wish is a new unload. */
	assert_false(model_card_debit(t.b, t.card_no, rsp.datetime, rsp.mac2, mac3));
	order = bench_topup(t.b, t.card_no, 1000);
	bench_load_whole(t.b, order.order_id);
	unloads_check(&t, 0, 0, 0, BENCH_LOAD + 1000);
	assert_int_equal(unloads_begin(&t, "move"), 200);
	assert_int_equal(unloads_round(&t), 200);
	unloads_check(&t, 0, 0, BENCH_LOAD + 1000, 0);
	bench_close(&t.b);
}

/* Nothing is loaded on a card that leaves, and nothing leaves while a load is on its way. */
static void
test_loads_and_unloads_keep_apart(void **state)
{
	struct unloads t = unloads_open(0);
	struct wire_order_topup_req topup = { .amount_fen = 1000 };
	struct wire_order_refund_req refund = { .has_attempt = false };
	struct wire_order_id_req id;
	struct wire_load_begin_rsp begin;
	struct wire_order order, paid;

	(void)state;
	strcpy(topup.card_no, t.card_no);
	paid = bench_topup(t.b, t.card_no, 1000);
	assert_int_equal(unloads_begin(&t, "return"), 409);
	assert_string_equal(t.b->error.error, "orders");
	strcpy(refund.order_id, paid.order_id);
	assert_int_equal(bench_ask(t.b, "order.refund", bench_idem(t.b), &refund, &order), 200);
	assert_int_equal(bench_ask(t.b, "order.topup", bench_idem(t.b), &topup, &order), 200);
	assert_int_equal(unloads_begin(&t, "return"), 200);
	/* Paid after all, while the card leaves: not loaded, and given back. */
	bench_pay(t.b, order.order_id);
	strcpy(id.order_id, order.order_id);
	assert_int_equal(bench_ask(t.b, "load.begin", NULL, &id, &begin), 409);
	assert_string_equal(t.b->error.error, "card_state");
	assert_int_equal(bench_ask(t.b, "order.topup", bench_idem(t.b), &topup, &paid), 409);
	assert_string_equal(t.b->error.error, "card_state");
	strcpy(refund.order_id, order.order_id);
	assert_int_equal(bench_ask(t.b, "order.refund", bench_idem(t.b), &refund, &order), 200);
	assert_int_equal(unloads_round(&t), 200);
	unloads_check(&t, BENCH_LOAD, 0, 0, 0);
	bench_close(&t.b);
}

/* R2a: what was recorded before, of another attempt, or of the other command. */
static void
test_stale_and_foreign_proofs_move_nothing(void **state)
{
	struct unloads t = unloads_open(0);
	struct wire_unload_attempt_rsp first, at;
	struct wire_unload_request_req recorded, req;
	struct wire_unload_request_rsp rsp;
	uint64_t before;

	(void)state;
	assert_int_equal(unloads_begin(&t, "return"), 200);
	assert_int_equal(unloads_attempt(&t, &first), 200);
	recorded = unloads_init(&t, &first, true);
	assert_int_equal(unloads_attempt(&t, &at), 200);
	before = bad_state(t.b);
	assert_int_equal(unloads_request(&t, &recorded, &rsp), 409);
	assert_string_equal(t.b->error.error, "stale");
	assert_true(bad_state(t.b) == before);
	recorded.attempt = at.attempt;
	recorded.give_up = true;
	assert_int_equal(unloads_request(&t, &recorded, &rsp), 403);
	assert_string_equal(t.b->error.error, "mac1");
	assert_string_equal(unloads_get(&t).state, "begun");
	assert_int_equal(unloads_attempt(&t, &at), 200);
	req = unloads_init(&t, &at, true);
	req.attest = false; /* the answer to another command */
	assert_int_equal(unloads_request(&t, &req, &rsp), 403);
	assert_int_equal(bench_account(t.b, "U:", t.b->user_id), 0);
	assert_int_equal(unloads_round(&t), 200);
	unloads_check(&t, BENCH_LOAD, 0, 0, 0);
	bench_close(&t.b);
}

static void
test_requests_that_are_none(void **state)
{
	struct unloads t = unloads_open(0);
	struct wire_unload_begin_req begin = { .purpose = "return", .password = "wrong pass" };
	struct wire_unload_id_req id = { .unload_id = BAD_ID };
	struct wire_unload_request_req req = { .unload_id = BAD_ID, .attempt = 1 };
	struct wire_unload_confirm_req confirm = { .unload_id = BAD_ID, .attempt = 1 };
	struct wire_unload_attempt_rsp at;
	struct wire_unload_request_rsp rsp;
	struct wire_unload unload;
	uint64_t before;

	(void)state;
	strcpy(begin.card_no, t.card_no);
	unloads_sign(&t, &begin);
	assert_int_equal(bench_ask(t.b, "unload.begin", NULL, &begin, &unload), 403);
	/* The right password ends the wait that the wrong one began. */
	strcpy(begin.password, BENCH_PASS);
	strcpy(begin.card_no, BAD_CARD);
	assert_int_equal(bench_ask(t.b, "unload.begin", NULL, &begin, &unload), 404);
	before = bad_state(t.b);
	assert_int_equal(bench_ask(t.b, "unload.begin", NULL, &begin, &unload), 404);
	strcpy(begin.purpose, "gift");
	assert_int_equal(bench_ask(t.b, "unload.begin", NULL, &begin, &unload), 400);
	assert_int_equal(bench_ask(t.b, "unload.attempt", NULL, &id, &at), 404);
	assert_int_equal(bench_ask(t.b, "unload.request", NULL, &req, &rsp), 404);
	req.give_up = true;
	assert_int_equal(bench_ask(t.b, "unload.request", NULL, &req, &rsp), 400);
	assert_int_equal(bench_ask(t.b, "unload.confirm", NULL, &confirm, &unload), 404);
	assert_true(bad_state(t.b) == before);
	/* Somebody else's. */
	assert_int_equal(unloads_begin(&t, "return"), 200);
	bench_register(t.b, BENCH_PHONE2);
	before = bad_state(t.b);
	assert_int_equal(unloads_begin(&t, "return"), 404);
	assert_int_equal(unloads_attempt(&t, &at), 404);
	assert_true(bad_state(t.b) == before);
	bench_close(&t.b);
}

static void
test_a_wrong_mac3_proves_nothing(void **state)
{
	struct unloads t = unloads_open(0);
	struct wire_unload_confirm_req confirm = { .attempt = 0 };
	struct wire_unload_attempt_rsp at;
	struct wire_unload_request_req req;
	struct wire_unload_request_rsp rsp;
	struct wire_unload unload;
	uint64_t before;

	(void)state;
	assert_int_equal(unloads_begin(&t, "return"), 200);
	strcpy(confirm.unload_id, t.unload.unload_id);
	confirm.attempt = 1;
	assert_int_equal(bench_ask(t.b, "unload.confirm", NULL, &confirm, &unload), 409);
	assert_string_equal(t.b->error.error, "unload_state");
	assert_int_equal(unloads_attempt(&t, &at), 200);
	req = unloads_init(&t, &at, false);
	assert_int_equal(unloads_request(&t, &req, &rsp), 200);
	confirm.attempt = at.attempt;
	before = bad_state(t.b);
	assert_int_equal(bench_ask(t.b, "unload.confirm", NULL, &confirm, &unload), 403);
	assert_string_equal(t.b->error.error, "tac");
	assert_true(bad_state(t.b) == before);
	bench_close(&t.b);
}

/* A counter that no permit explains. */
static void
test_what_nobody_can_explain_is_a_case(void **state)
{
	struct unloads t = unloads_open(0);

	(void)state;
	assert_int_equal(unloads_begin(&t, "return"), 200);
	model_card(t.b, t.card_no)->counter += 2;
	assert_int_equal(unloads_round(&t), 409);
	assert_string_equal(t.b->error.error, "case");
	assert_string_equal(unloads_get(&t).state, "case");
	assert_int_equal(bench_account(t.b, "U:", t.b->user_id), 0);
	assert_int_equal(
	    bench_number(t.b, "SELECT COUNT(*) FROM casebook WHERE kind = 'unload'"), 1);
	bench_close(&t.b);
}

/* Every outside call of the whole way, failing in every way it can. */
static void
test_every_call_may_fail(void **state)
{
	static const enum bench_fault kinds[] = { BENCH_FAULT_BEFORE, BENCH_FAULT_LOST,
		BENCH_FAULT_DOWN, BENCH_FAULT_DOWN_AFTER };

	(void)state;
	for (size_t k = 0; k < YKT_ARRAY_LEN(kinds); k++) {
		bool fired = true;

		for (unsigned n = 1; fired; n++) {
			struct unloads t = unloads_open(UNLOADS_FEE);

			t.b->fail_at = t.b->calls + n;
			t.b->fault = kinds[k];
			if (unloads_begin(&t, "return") == 200)
				(void)unloads_round(&t);
			fired = t.b->fired;
			t.b->fail_at = 0;
			if (t.b->down) {
				t.b->down = false;
				bench_restart(t.b);
				assert_int_equal(bench_login(t.b, BENCH_PHONE, BENCH_PASS), 200);
			}
			for (int i = 0; i < 3 && strcmp(unloads_get(&t).state, "done") != 0; i++) {
				assert_int_equal(unloads_begin(&t, "return"), 200);
				(void)unloads_round(&t);
			}
			unloads_check(&t, BENCH_LOAD - UNLOADS_FEE, UNLOADS_FEE, 0, 0);
			bench_close(&t.b);
			assert_true(n < 60);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_return_goes_into_the_wallet),
		cmocka_unit_test(test_an_empty_card_leaves_its_element),
		cmocka_unit_test(test_a_fee_takes_no_more_than_there_is),
		cmocka_unit_test(test_an_empty_card_proves_that_it_is),
		cmocka_unit_test(test_a_move_waits_under_its_ticket),
		cmocka_unit_test(test_an_old_ticket_is_the_wallets_once),
		cmocka_unit_test(test_a_lost_debit_is_proven_by_the_counter),
		cmocka_unit_test(test_a_ride_between_is_not_given_back),
		cmocka_unit_test(test_given_up_it_is_in_use_again),
		cmocka_unit_test(test_loads_and_unloads_keep_apart),
		cmocka_unit_test(test_stale_and_foreign_proofs_move_nothing),
		cmocka_unit_test(test_requests_that_are_none),
		cmocka_unit_test(test_a_wrong_mac3_proves_nothing),
		cmocka_unit_test(test_what_nobody_can_explain_is_a_case),
		cmocka_unit_test(test_every_call_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
