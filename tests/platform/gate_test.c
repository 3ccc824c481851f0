/*
 * Uploads of our own cards' taps: I-13 to I-15, R5, reliability.md 5.7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "taps.h"

#include <string.h>

static void
test_an_own_tap_is_posted_after_its_tac(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	assert_string_equal(taps_up(t, taps_tap(t, 1, 1, 300)), "posted");
	assert_int_equal(t->b->keyd_verify_calls, 1);
	assert_int_equal(taps_shadow(t), BENCH_LOAD - 300);
	assert_int_equal(taps_merchant(t), 300);
	taps_close(t);
}

static void
test_without_the_key_module_nothing_is_acknowledged(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap tap = taps_tap(t, 1, 1, 300);

	(void)state;
	t->b->keyd_down = true;
	assert_int_equal(taps_upload(t, &tap, 1), 503);
	assert_int_equal(taps_merchant(t), 0);
	t->b->keyd_down = false;
	assert_string_equal(taps_up(t, tap), "posted");
	taps_close(t);
}

static void
test_a_zero_entry_is_a_record_without_money(void **state)
{
	struct taps *t = taps_open();
	int64_t journals = bench_number(t->b, "SELECT COUNT(*) FROM journal");

	(void)state;
	assert_string_equal(taps_up(t, taps_tap(t, 1, 1, 0)), "posted");
	assert_string_equal(taps_up(t, taps_tap(t, 2, 2, 400)), "posted");
	assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM journal"), journals + 1);
	taps_close(t);
}

static void
test_a_batch_twice_and_overlapping_batches(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap taps[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		taps[i] = taps_tap(t, i + 1, i + 1, 100);
	assert_int_equal(taps_upload(t, taps, 3), 200);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(taps_upload(t, taps, 3), 200);
		for (int i = 0; i < 3; i++)
			assert_string_equal(t->rsp.results[i].result, "duplicate");
	}
	assert_int_equal(taps_upload(t, taps + 2, 2), 200);
	assert_string_equal(t->rsp.results[0].result, "duplicate");
	assert_string_equal(t->rsp.results[1].result, "posted");
	assert_int_equal(taps_merchant(t), 400);
	taps_close(t);
}

static void
test_order_reversed_and_twice_in_one_batch(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap taps[3] = { taps_tap(t, 2, 2, 100), taps_tap(t, 1, 1, 100),
		taps_tap(t, 2, 2, 100) };

	(void)state;
	assert_int_equal(taps_upload(t, taps, 3), 200);
	assert_string_equal(t->rsp.results[0].result, "posted");
	assert_string_equal(t->rsp.results[1].result, "posted");
	assert_string_equal(t->rsp.results[2].result, "duplicate");
	assert_int_equal(taps_merchant(t), 200);
	taps_close(t);
}

static void
test_an_empty_batch(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	assert_int_equal(taps_upload(t, t->req.records, 0), 200);
	assert_int_equal(t->rsp.results_count, 0);
	assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM batch"), 0);
	taps_close(t);
}

/* Records that no gate of ours can have made: kept as evidence, never posted. */
static void
test_unsound_records(void **state)
{
	static const char *const why[] = { "TAC of another amount", "TAC zero", "TAC of type 06",
		"TAC of another card", "amount over the cap of a ride", "type 02", "no date",
		"another gate's terminal", "an issuer that nobody knows", "unconfirmed with a TAC",
		"algorithm 3", "card number that is none" };

	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(why); i++) {
		struct taps *t = taps_open();
		struct wire_tap tap = taps_tap(t, 1, 1, 300);

		switch (i) {
		case 0:
			tap.amount_fen = 299;
			break;
		case 1:
			memset(tap.tac, 0, 4);
			break;
		case 2:
			tap.type[0] = 0x06;
			break;
		case 3:
			tap.card_no[15] = '7';
			break;
		case 4:
			tap = taps_tap(t, 1, 1, 30001);
			break;
		case 5:
			tap.type[0] = 0x02;
			break;
		case 6:
			tap.datetime[1] = 0xFF;
			break;
		case 7:
			tap.terminal[5] = 2;
			model_tap_tac(&tap, tap.tac);
			break;
		case 8:
			memset(tap.issuer, 9, 8);
			break;
		case 9:
			tap.confirmed = false;
			break;
		case 10:
			tap.alg = 3;
			break;
		default:
			memset(tap.card_no, '9', 20);
			break;
		}
		assert_true_why(strcmp(taps_up(t, tap), "refused") == 0, why[i]);
		assert_int_equal(taps_merchant(t), 0);
		assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM tap"), 0);
		assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM tap_refused"), 1);
		/* The true record is not in its way. */
		if (i != 4)
			assert_string_equal(taps_up(t, taps_tap(t, 1, 1, 300)), "posted");
		taps_close(t);
	}
}

/* The terminal's clock decides nothing (I-23): such a tap is owed all the same. */
static void
test_terminal_time_does_not_matter(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap early = taps_tap(t, 1, 1, 100), late = taps_tap(t, 2, 2, 100);

	(void)state;
	memcpy(early.datetime, (uint8_t[]){ 0x20, 0x00, 0x01, 0x01, 0, 0, 0 }, 7);
	memcpy(late.datetime, (uint8_t[]){ 0x20, 0x99, 0x12, 0x31, 0x23, 0x59, 0x59 }, 7);
	model_tap_tac(&early, early.tac);
	model_tap_tac(&late, late.tac);
	assert_string_equal(taps_up(t, early), "posted");
	assert_string_equal(taps_up(t, late), "posted");
	taps_close(t);
}

/* T11: the TAC does not cover counter and balance, so an edit of those still verifies. */
static void
test_an_edited_copy_is_a_case(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		struct taps *t = taps_open();
		struct wire_tap tap = taps_tap(t, 1, 1, 300);

		assert_string_equal(taps_up(t, tap), "posted");
		if (i == 0)
			tap.offline_seq = 2;
		else if (i == 1)
			tap.balance_fen--;
		else if (i == 2)
			tap.trip[3] ^= 1;
		else if (i == 3)
			tap.amount_fen = 301; /* and the TAC is wrong besides */
		else
			tap.key_version = 2;
		assert_string_equal(taps_up(t, tap), "case");
		assert_int_equal(taps_merchant(t), 300);
		assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM casebook"), 1);
		assert_string_equal(taps_up(t, tap), "case"); /* once more: still one case */
		assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM casebook"), 1);
		taps_close(t);
	}
}

static void
test_a_counter_used_for_another_ride_is_a_case(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	assert_string_equal(taps_up(t, taps_tap(t, 1, 1, 300)), "posted");
	assert_string_equal(taps_up(t, taps_tap(t, 1, 2, 300)), "case");
	assert_int_equal(taps_merchant(t), 300);
	taps_close(t);
}

/* An invented counter must not stand in the way of the victim's own record. */
static void
test_an_invented_record_occupies_nothing(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap invented = taps_tap(t, 1, 9, 300);

	(void)state;
	invented.tac[0] ^= 1;
	assert_string_equal(taps_up(t, invented), "refused");
	assert_string_equal(taps_up(t, taps_tap(t, 1, 1, 300)), "posted");
	assert_int_equal(bench_number(t->b, "SELECT COUNT(*) FROM casebook"), 0);
	taps_close(t);
}

static void
test_a_good_tac_of_a_card_that_we_never_made_is_a_case(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap tap = taps_tap(t, 1, 1, 300);

	(void)state;
	strcpy(tap.card_no, "03100990199999999990");
	model_tap_tac(&tap, tap.tac);
	assert_string_equal(taps_up(t, tap), "case");
	assert_int_equal(taps_merchant(t), 0);
	taps_close(t);
}

static void
test_a_gate_speaks_for_its_own_terminal(void **state)
{
	struct taps *t = taps_open();
	struct wire_tap tap = taps_tap(t, 1, 1, 300);

	(void)state;
	t->req.records_count = 1;
	t->req.records[0] = tap;
	assert_int_equal(bench_inner(t->b, WIRE_PATH_GATE_UPLOAD, GATE2, &wire_gate_upload_req_msg,
			     &t->req, &wire_gate_upload_rsp_msg, &t->rsp),
	    403);
	assert_int_equal(taps_merchant(t), 0);
	taps_close(t);
}

static void
test_more_records_than_a_batch_takes(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	for (size_t i = 0; i < WIRE_TAPS_MAX; i++)
		t->req.records[i] = taps_tap(t, (int64_t)i + 1, (int64_t)i + 1, 1);
	assert_int_equal(taps_upload(t, t->req.records, WIRE_TAPS_MAX), 200);
	assert_int_equal(taps_merchant(t), WIRE_TAPS_MAX);
	/* 65 cannot be said in the structure: the text grows by one record. */
	t->req.records_count = 2;
	{
		struct ykt_buf json = YKT_BUF(t->b->body);
		char *text = (char *)t->b->body, *at;

		assert_status(wire_encode(&wire_gate_upload_req_msg, &t->req, &json), YKT_OK);
		text[json.len] = '\0';
		at = strstr(text, "\"records\":[") + 11;
		assert_non_null(at);
		json.len = (size_t)(at - text);
		for (int i = 0; i <= WIRE_TAPS_MAX; i++)
			ykt_put_mem(&json, i == 0 ? "{}" : ",{}", i == 0 ? 2 : 3);
		ykt_put_mem(&json, "]}", 2);
		assert_int_equal(
		    bench_raw(t->b, WIRE_PATH_GATE_UPLOAD, GATE, ykt_buf_view(&json)), 400);
	}
	taps_close(t);
}

/* Unconfirmed taps. Each row: what comes up, in this order; what is right at the end. */
struct doubt_row {
	const char *why;
	struct {
		char what; /* t torn, v valid, c the torn one with its TAC */
		int64_t offline_seq, terminal_seq, amount, balance;
	} ups[5];
	int64_t spent; /* of the card, by the books */
	int64_t paid;  /* to the merchant */
	int64_t given; /* to the rider */
};

static const struct doubt_row doubts[] = {
	{ "nothing else is known: it stays open", { { 't', 5, 1, 300, 0 } }, 0, 0, 0 },
	{ "the counter was used by the next ride: it did not happen",
	    { { 't', 5, 1, 300, 0 }, { 'v', 5, 2, 200, 0 } }, 200, 200, 0 },
	{ "the next ride has a higher counter: it happened",
	    { { 't', 5, 1, 300, 0 }, { 'v', 6, 2, 200, 0 } }, 500, 200, 300 },
	{ "earlier rides say nothing", { { 't', 5, 1, 300, 0 }, { 'v', 4, 2, 200, 0 } }, 200, 200,
	    0 },
	{ "the telling record was there first", { { 'v', 6, 2, 200, 0 }, { 't', 5, 1, 300, 0 } },
	    500, 200, 300 },
	{ "the record of the same counter was there first",
	    { { 'v', 5, 2, 200, 0 }, { 't', 5, 1, 300, 0 } }, 200, 200, 0 },
	{ "a late record of the same counter turns the decision",
	    { { 't', 5, 1, 300, 0 }, { 'v', 6, 2, 200, 0 }, { 'v', 5, 3, 100, 0 } }, 300, 300, 0 },
	{ "the gate finished it after all", { { 't', 5, 1, 300, 0 }, { 'c', 5, 1, 300, 0 } }, 300,
	    300, 0 },
	{ "the gate finished it when the rider already had it back",
	    { { 't', 5, 1, 300, 0 }, { 'v', 6, 2, 200, 0 }, { 'c', 5, 1, 300, 0 } }, 500, 500, 0 },
	{ "the doubtful version comes after the finished one",
	    { { 'c', 5, 1, 300, 0 }, { 't', 5, 1, 300, 0 } }, 300, 300, 0 },
	{ "two torn at one counter: one happened, the last",
	    { { 't', 5, 1, 300, 0 }, { 't', 5, 2, 200, 0 }, { 'v', 6, 3, 100, 0 } }, 300, 100,
	    200 },
	{ "two torn at one counter, and the balance of the next ride knows which",
	    { { 't', 5, 1, 300, 5000 }, { 't', 5, 2, 200, 5000 }, { 'v', 6, 3, 100, 4700 } }, 400,
	    100, 300 },
	{ "two torn at one counter, which a third ride used",
	    { { 't', 5, 1, 300, 0 }, { 't', 5, 2, 200, 0 }, { 'v', 5, 3, 100, 0 } }, 100, 100, 0 },
	{ "two torn at two counters",
	    { { 't', 5, 1, 300, 0 }, { 't', 6, 2, 200, 0 }, { 'v', 7, 3, 100, 0 } }, 600, 100,
	    500 },
	{ "the first torn of two comes last",
	    { { 't', 5, 2, 200, 0 }, { 'v', 6, 3, 100, 0 }, { 't', 5, 1, 300, 0 } }, 300, 100,
	    200 },
	{ "the last torn of two comes last",
	    { { 't', 5, 1, 300, 0 }, { 'v', 6, 3, 100, 0 }, { 't', 5, 2, 200, 0 } }, 300, 100,
	    200 },
	{ "repeated uploads change nothing",
	    { { 't', 5, 1, 300, 0 }, { 'v', 6, 2, 200, 0 }, { 't', 5, 1, 300, 0 },
		{ 'v', 6, 2, 200, 0 } },
	    500, 200, 300 },
	{ "a torn entry without money", { { 't', 5, 1, 0, 0 }, { 'v', 6, 2, 200, 0 } }, 200, 200,
	    0 },
};

static void
test_unconfirmed_taps(void **state)
{
	(void)state;
	for (size_t i = 0; i < YKT_ARRAY_LEN(doubts); i++) {
		const struct doubt_row *row = &doubts[i];
		struct taps *t = taps_open();

		for (size_t n = 0; n < YKT_ARRAY_LEN(row->ups) && row->ups[n].what != 0; n++) {
			struct wire_tap tap =
			    row->ups[n].what == 't'
				? taps_torn(t, row->ups[n].offline_seq, row->ups[n].terminal_seq,
				      row->ups[n].amount)
				: taps_tap(t, row->ups[n].offline_seq, row->ups[n].terminal_seq,
				      row->ups[n].amount);
			const char *said;

			tap.balance_fen = row->ups[n].balance;
			said = taps_up(t, tap);
			assert_true_why(
			    strcmp(said, "refused") != 0 && strcmp(said, "case") != 0, row->why);
		}
		assert_true_why(BENCH_LOAD - taps_shadow(t) == row->spent, row->why);
		assert_true_why(taps_merchant(t) == row->paid, row->why);
		assert_true_why(taps_wallet(t) == row->given, row->why);
		taps_close(t);
	}
}

static void
test_a_torn_tap_is_not_finished_under_a_used_counter(void **state)
{
	struct taps *t = taps_open();

	(void)state;
	assert_string_equal(taps_up(t, taps_torn(t, 5, 1, 300)), "suspense");
	assert_string_equal(taps_up(t, taps_tap(t, 5, 2, 200)), "posted");
	assert_string_equal(taps_up(t, taps_tap(t, 5, 1, 300)), "case");
	assert_int_equal(taps_merchant(t), 200);
	taps_close(t);
}

static void
test_parameters_are_signed(void **state)
{
	static struct wire_gate_params_rsp rsp;
	struct wire_gate_params_req req = { .version = 0 };
	struct taps *t = taps_open();
	uint8_t bytes[16 * 1024];
	struct ykt_buf scratch = YKT_BUF(bytes);

	(void)state;
	assert_int_equal(bench_inner(t->b, WIRE_PATH_GATE_PARAMS, GATE, &wire_gate_params_req_msg,
			     &req, &wire_gate_params_rsp_msg, &rsp),
	    200);
	assert_status(
	    wire_gate_params_verify(t->b->other, &t->b->options.sign_key.pub, &scratch, &rsp),
	    YKT_OK);
	assert_int_equal(rsp.cities_count, 2);
	assert_int_equal(rsp.fares[0].amount_fen, 300);
	assert_int_equal(rsp.cap_fen, 30000);
	rsp.cap_fen++;
	assert_status(
	    wire_gate_params_verify(t->b->other, &t->b->options.sign_key.pub, &scratch, &rsp),
	    YKT_E_MAC);
	taps_close(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_own_tap_is_posted_after_its_tac),
		cmocka_unit_test(test_without_the_key_module_nothing_is_acknowledged),
		cmocka_unit_test(test_a_zero_entry_is_a_record_without_money),
		cmocka_unit_test(test_a_batch_twice_and_overlapping_batches),
		cmocka_unit_test(test_order_reversed_and_twice_in_one_batch),
		cmocka_unit_test(test_an_empty_batch),
		cmocka_unit_test(test_unsound_records),
		cmocka_unit_test(test_terminal_time_does_not_matter),
		cmocka_unit_test(test_an_edited_copy_is_a_case),
		cmocka_unit_test(test_a_counter_used_for_another_ride_is_a_case),
		cmocka_unit_test(test_an_invented_record_occupies_nothing),
		cmocka_unit_test(test_a_good_tac_of_a_card_that_we_never_made_is_a_case),
		cmocka_unit_test(test_a_gate_speaks_for_its_own_terminal),
		cmocka_unit_test(test_more_records_than_a_batch_takes),
		cmocka_unit_test(test_unconfirmed_taps),
		cmocka_unit_test(test_a_torn_tap_is_not_finished_under_a_used_counter),
		cmocka_unit_test(test_parameters_are_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
