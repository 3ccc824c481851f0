/*
 * A card leaves its element with nothing on it, or not at all (I-26).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "leavers.h"

#include <string.h>

#include "platform/card_job.h"

static void
test_an_empty_card_is_deleted(void **state)
{
	struct leaver r = leaver_open();
	struct wire_card_session_rsp session;
	struct wire_empty none = { 0 };
	static struct wire_card_list_rsp list;

	(void)state;
	assert_string_equal(leaver_status(&r).kind, "");
	assert_int_equal(leaver_status(&r).se_id.len, 8);
	assert_int_equal(leaver_status(&r).se_id.data[0], 1);
	assert_int_equal(leaver_delete(&r), 200);
	assert_false(r.proof.proven);
	assert_string_equal(leaver_status(&r).card_state, "deleting");
	assert_int_equal(leaver_session(&r, 1, &session), 409);
	assert_string_equal(r.b->error.error, "proof_needed");
	assert_int_equal(leaver_prove(&r), 200);
	assert_int_equal(r.b->job_count, 1); /* only that of the opening */
	assert_int_equal(leaver_session(&r, 1, &session), 200);
	assert_string_equal(session.kind, "delete");
	assert_int_equal(leaver_job(&r)->most_fen, 0);
	assert_string_equal(leaver_status(&r).state, "started");
	leaver_job(&r)->state = WIRE_JOB_DONE;
	assert_string_equal(leaver_status(&r).card_state, "deleted");
	assert_string_equal(leaver_status(&r).state, "done");
	assert_int_equal(bench_ask(r.b, "card.list", NULL, &none, &list), 200);
	assert_int_equal(list.cards_count, 0);
	assert_int_equal(leaver_session(&r, 1, &session), 404);
	assert_int_equal(leaver_delete(&r), 409);
	assert_string_equal(r.b->error.error, "card_state");
	leaver_close(&r);
}

/* The tick sees it too, when the client never asks again. */
static void
test_the_end_is_booked_though_nobody_asks(void **state)
{
	struct leaver r = leaver_open();
	struct wire_card_session_rsp session;

	(void)state;
	assert_int_equal(leaver_delete(&r), 200);
	assert_int_equal(leaver_prove(&r), 200);
	assert_int_equal(leaver_session(&r, 1, &session), 200);
	leaver_job(&r)->state = WIRE_JOB_DONE;
	r.b->now_ms += 60000;
	bench_settle(r.b);
	assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM card WHERE state = 'deleted'"), 1);
	assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM work WHERE kind = 6"), 0);
	leaver_close(&r);
}

static void
test_who_may_not_and_what_may_not(void **state)
{
	static const struct {
		const char *why, *password, *number;
		uint8_t element;
		int code;
		const char *token;
	} rows[] = {
		{ "a wrong password", "not the password", NULL, 1, 403, "login_failed" },
		{ "another element", BENCH_PASS, NULL, 2, 409, "other_element" },
		{ "a card that is not there", BENCH_PASS, "03105170000000009999", 1, 404,
		    "not_found" },
		{ "no card number", BENCH_PASS, "' OR ''='", 1, 404, "not_found" },
	};
	struct leaver r = leaver_open();

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct wire_card_delete_req req = { .se_id = { 8, { rows[i].element } } };
		struct wire_card_delete_rsp rsp;

		strcpy(req.password, rows[i].password);
		strcpy(req.card_no, rows[i].number != NULL ? rows[i].number : r.card_no);
		if (bench_ask(r.b, "card.delete", NULL, &req, &rsp) != rows[i].code)
			fail_msg("%s: %s", rows[i].why, r.b->error.error);
		assert_string_equal(r.b->error.error, rows[i].token);
		assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM card_job"), 0);
	}
	leaver_in_use(&r, "");
	leaver_close(&r);
}

/* Another user learns not even that the card is there. */
static void
test_only_the_owner(void **state)
{
	struct leaver r = leaver_open();
	struct wire_card_session_rsp session;
	struct wire_card_balance_req req;
	struct wire_card_status status;

	(void)state;
	assert_int_equal(leaver_delete(&r), 200);
	bench_register(r.b, BENCH_PHONE2);
	assert_int_equal(leaver_delete(&r), 404);
	assert_int_equal(leaver_prove(&r), 404);
	assert_int_equal(leaver_session(&r, 1, &session), 404);
	strcpy(req.card_no, r.card_no);
	assert_int_equal(bench_ask(r.b, "card.status", NULL, &req, &status), 404);
	assert_int_equal(
	    bench_number(r.b, "SELECT COUNT(*) FROM card_job WHERE state = 'proving'"), 1);
	leaver_close(&r);
}

static void
test_a_card_with_money_stays(void **state)
{
	struct leaver r = leaver_open();

	(void)state;
	model_card(r.b, r.card_no)->balance = 1;
	assert_int_equal(leaver_delete(&r), 200);
	assert_int_equal(leaver_prove(&r), 409);
	assert_string_equal(r.b->error.error, "card_money");
	assert_int_equal(r.b->job_count, 1);
	leaver_in_use(&r, "card_money");
	leaver_close(&r);
}

/* The client's word is worth nothing: the balance is under the card's MAC. */
static void
test_a_proof_with_another_balance_is_none(void **state)
{
	struct leaver r = leaver_open();
	struct wire_card_prove_req req;
	struct wire_empty rsp;

	(void)state;
	model_card(r.b, r.card_no)->balance = 700;
	assert_int_equal(leaver_delete(&r), 200);
	req = leaver_answer(&r);
	memset(req.init, 0, 4);
	assert_int_equal(bench_ask(r.b, "card.prove", NULL, &req, &rsp), 403);
	assert_string_equal(r.b->error.error, "mac1");
	assert_int_equal(r.b->job_count, 1);
	leaver_in_use(&r, "mac1");
	leaver_close(&r);
}

/* An answer from before, when the card was empty, is over another terminal number. */
static void
test_a_recorded_proof_is_none(void **state)
{
	struct leaver r = leaver_open();
	struct wire_card_prove_req recorded, second;
	struct wire_empty rsp;

	(void)state;
	assert_int_equal(leaver_delete(&r), 200);
	recorded = leaver_answer(&r);
	model_card(r.b, r.card_no)->balance = 5000;
	assert_int_equal(leaver_delete(&r), 200);
	assert_int_equal(r.proof.attempt, 2);
	assert_int_equal(bench_ask(r.b, "card.prove", NULL, &recorded, &rsp), 409);
	assert_string_equal(r.b->error.error, "stale");
	second = recorded;
	second.attempt = 2;
	assert_int_equal(bench_ask(r.b, "card.prove", NULL, &second, &rsp), 403);
	assert_string_equal(r.b->error.error, "mac1");
	model_card(r.b, r.card_no)->balance = 0;
	leaver_in_use(&r, "mac1");
	leaver_close(&r);
}

static void
test_money_on_its_way_keeps_the_card(void **state)
{
	struct leaver r = leaver_open();
	struct wire_order order = bench_topup(r.b, r.card_no, 1000);

	(void)state;
	assert_int_equal(leaver_delete(&r), 409);
	assert_string_equal(r.b->error.error, "orders");
	assert_int_equal(bench_number(r.b, "SELECT COUNT(*) FROM card_job"), 0);
	bench_load_whole(r.b, order.order_id);
	model_card(r.b, r.card_no)->balance = 0;
	assert_int_equal(leaver_delete(&r), 200);
	leaver_close(&r);
}

/* An attempt that was begun before gets no MAC2 afterwards: the money goes back. */
static void
test_nothing_is_loaded_any_more(void **state)
{
	struct leaver r = leaver_open();
	struct wire_order_topup_req ask = { .amount_fen = 1000 };
	struct wire_order_refund_req refund = { .has_attempt = false };
	struct wire_order order;
	struct wire_order_id_req id;
	struct wire_load_begin_rsp begin;

	(void)state;
	strcpy(ask.card_no, r.card_no);
	assert_int_equal(bench_ask(r.b, "order.topup", bench_idem(r.b), &ask, &order), 200);
	assert_int_equal(leaver_delete(&r), 200);
	bench_pay(r.b, order.order_id);
	strcpy(id.order_id, order.order_id);
	assert_int_equal(bench_ask(r.b, "load.begin", NULL, &id, &begin), 409);
	assert_string_equal(r.b->error.error, "card_state");
	assert_int_equal(bench_ask(r.b, "order.topup", bench_idem(r.b), &ask, &order), 409);
	assert_int_equal(leaver_prove(&r), 200);
	strcpy(refund.order_id, id.order_id);
	assert_int_equal(bench_ask(r.b, "order.refund", bench_idem(r.b), &refund, &order), 200);
	leaver_close(&r);
}

static void
test_an_attempt_from_before_gets_no_mac2(void **state)
{
	struct leaver r = leaver_open();
	struct wire_order order = bench_topup(r.b, r.card_no, 1000);
	struct wire_order_id_req id;
	struct wire_load_begin_rsp begin;
	struct wire_load_request_req req = { .attest = false };
	struct wire_load_request_rsp rsp;
	unsigned calls;

	(void)state;
	strcpy(id.order_id, order.order_id);
	assert_int_equal(bench_ask(r.b, "load.begin", NULL, &id, &begin), 200);
	/* As card.delete leaves it; the order alone would have kept it from that. */
	assert_status(bench_sql(r.b, "UPDATE card SET state = 'deleting'"), YKT_OK);
	strcpy(req.order_id, order.order_id);
	strcpy(req.card_no, r.card_no);
	req.attempt = begin.attempt;
	model_card_init(r.b, r.card_no, begin.amount_fen, begin.terminal, req.init);
	calls = r.b->keyd_permit_calls;
	assert_int_equal(bench_ask(r.b, "load.request", NULL, &req, &rsp), 409);
	assert_string_equal(r.b->error.error, "card_state");
	assert_int_equal(r.b->keyd_permit_calls, calls);
	assert_string_equal(bench_order(r.b, order.order_id).state, "paid");
	leaver_close(&r);
}

static void
test_a_proof_that_nobody_brings_ends(void **state)
{
	struct leaver r = leaver_open();

	(void)state;
	assert_int_equal(leaver_delete(&r), 200);
	r.b->now_ms += CARD_JOB_PROOF_MS;
	bench_settle(r.b);
	assert_int_equal(bench_login(r.b, BENCH_PHONE, BENCH_PASS), 200);
	assert_int_equal(leaver_prove(&r), 404);
	leaver_in_use(&r, "unproven");
	leaver_close(&r);
}

static void
test_what_a_failed_job_means(void **state)
{
	static const struct {
		const char *reason, *card;
	} rows[] = {
		{ "occupied", "active" },
		{ "locked", "active" },
		{ "card_money", "active" },
		{ "abandoned", "deleting" },
		{ "client_lost", "deleting" },
		{ "card_6985", "deleting" },
	};

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(rows); i++) {
		struct leaver r = leaver_open();
		struct wire_card_session_rsp session;

		assert_int_equal(leaver_delete(&r), 200);
		assert_int_equal(leaver_prove(&r), 200);
		assert_int_equal(leaver_session(&r, 1, &session), 200);
		leaver_job(&r)->state = WIRE_JOB_FAILED;
		strcpy(leaver_job(&r)->reason, rows[i].reason);
		assert_string_equal(leaver_status(&r).card_state, rows[i].card);
		assert_string_equal(leaver_status(&r).reason, rows[i].reason);
		if (strcmp(rows[i].card, "active") == 0) {
			leaver_in_use(&r, rows[i].reason);
		} else {
			/* It may be gone: another job, and no proof that it could not give. */
			assert_int_equal(leaver_delete(&r), 200);
			assert_true(r.proof.proven);
			assert_int_equal(leaver_session(&r, 1, &session), 200);
			assert_int_equal(r.b->job_count, 3);
			leaver_job(&r)->state = WIRE_JOB_DONE;
			assert_string_equal(leaver_status(&r).card_state, "deleted");
		}
		leaver_close(&r);
	}
}

/* Rides from before the end are posted as ever. */
static void
test_late_taps_are_posted(void **state)
{
	struct leaver r = leaver_open();
	struct wire_gate_upload_req up = { .records_count = 1 };
	struct wire_gate_upload_rsp rsp;
	struct wire_tap *tap = &up.records[0];

	(void)state;
	assert_status(bench_sql(r.b, "UPDATE card SET state = 'deleted'"), YKT_OK);
	strcpy(up.batch_id, bench_idem(r.b));
	memcpy(up.terminal, "\x31\x00\x00\x00\x00\x01", 6);
	strcpy(tap->card_no, r.card_no);
	memcpy(tap->issuer, r.b->options.issuer, 8);
	tap->key_version = 1;
	tap->type[0] = 0x06;
	tap->amount_fen = 5000;
	tap->balance_fen = 5000;
	tap->terminal_seq = 1;
	tap->confirmed = true;
	memcpy(tap->terminal, up.terminal, 6);
	memcpy(tap->datetime, "\x20\x26\x01\x01\x12\x00\x00", 7);
	model_tap_tac(tap, tap->tac);
	assert_int_equal(bench_inner(r.b, WIRE_PATH_GATE_UPLOAD, "gate-310000000001",
			     &wire_gate_upload_req_msg, &up, &wire_gate_upload_rsp_msg, &rsp),
	    200);
	assert_string_equal(rsp.results[0].result, "posted");
	assert_int_equal(bench_account(r.b, "SH:", r.card_no), 0);
	leaver_close(&r);
}

struct asked {
	struct bench *b;
	const char *card_no;
};

static enum ykt_status
ask_tx(struct ykt_tx *tx, void *arg)
{
	const struct asked *asked = arg;
	struct card_job job = { .kind = WIRE_JOB_DELETE,
		.job_id = "000000000000000000000000000000aa",
		.state = CARD_JOB_ASKED,
		.most_fen = 300,
		.after = "returned" };

	strcpy(job.card_no, asked->card_no);
	return card_job_add(tx, asked->b->p, &job, asked->b->now_ms);
}

/* What other parts of the platform build on: their proof, their end. */
static void
test_another_flow_has_a_card_removed(void **state)
{
	struct leaver r = leaver_open();
	struct asked asked = { r.b, r.card_no };
	struct wire_card_session_rsp session;

	(void)state;
	assert_status(ykt_store_run(r.b->options.store, ask_tx, &asked), YKT_OK);
	assert_status(ykt_store_run(r.b->options.store, ask_tx, &asked), YKT_CONFLICT);
	assert_int_equal(leaver_session(&r, 2, &session), 409);
	assert_string_equal(r.b->error.error, "other_element");
	assert_int_equal(leaver_session(&r, 1, &session), 200);
	assert_int_equal(leaver_job(&r)->most_fen, 300);
	leaver_job(&r)->state = WIRE_JOB_DONE;
	assert_string_equal(leaver_status(&r).card_state, "returned");
	leaver_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_card_is_deleted),
		cmocka_unit_test(test_the_end_is_booked_though_nobody_asks),
		cmocka_unit_test(test_who_may_not_and_what_may_not),
		cmocka_unit_test(test_only_the_owner),
		cmocka_unit_test(test_a_card_with_money_stays),
		cmocka_unit_test(test_a_proof_with_another_balance_is_none),
		cmocka_unit_test(test_a_recorded_proof_is_none),
		cmocka_unit_test(test_money_on_its_way_keeps_the_card),
		cmocka_unit_test(test_nothing_is_loaded_any_more),
		cmocka_unit_test(test_an_attempt_from_before_gets_no_mac2),
		cmocka_unit_test(test_a_proof_that_nobody_brings_ends),
		cmocka_unit_test(test_what_a_failed_job_means),
		cmocka_unit_test(test_late_taps_are_posted),
		cmocka_unit_test(test_another_flow_has_a_card_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
