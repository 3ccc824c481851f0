/*
 * Rides by code: charged once, to whom the platform authorised, and never for
 * what a gate or a rider made up (I-13, I-14 for codes).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "riders.h"

static int64_t
merchant(struct rider *r)
{
	return bench_account(r->b, "M:", BENCH_CITY);
}

static struct rider *
authorised(int64_t wallet_fen)
{
	struct rider *r = rider_open(wallet_fen);

	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 200);

	return r;
}

static void
test_ride_is_charged_to_the_wallet(void **state)
{
	static struct wire_card_records_rsp records;
	struct wire_code_records_req ask = { .limit = 50 };
	struct rider *r = authorised(5000);
	struct wire_ride ride = rider_ride(r, 1, 200, 0);

	(void)state;
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	assert_int_equal(rider_wallet(r), 4800);
	assert_int_equal(merchant(r), 200);
	assert_int_equal(bench_ask(r->b, "code.records", NULL, &ask, &records), 200);
	assert_int_equal(records.records_count, 2);
	assert_string_equal(records.records[0].kind, "ride");
	assert_string_equal(records.records[0].state, "single");
	assert_int_equal(records.records[0].amount_fen, 200);
	assert_string_equal(records.records[0].place, "9901 310000000001");
	assert_string_equal(records.records[1].kind, "load");
	rider_close(r);
}

static void
test_ride_is_charged_once(void **state)
{
	struct rider *r = authorised(5000);
	struct wire_ride ride = rider_ride(r, 1, 200, 0);
	struct wire_ride next = rider_ride(r, 2, 300, 30);
	int64_t journals;

	(void)state;
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	journals = bench_number(r->b, "SELECT COUNT(*) FROM journal");
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "duplicate");
	bench_restart(r->b);
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "duplicate");
	assert_int_equal(bench_number(r->b, "SELECT COUNT(*) FROM journal"), journals);
	assert_string_equal(rider_up(r, RIDE_GATE, &next), "posted");
	assert_int_equal(rider_wallet(r), 4500);
	assert_int_equal(merchant(r), 500);
	rider_close(r);
}

/* What is not byte-equal and not new: a case, and no money moves. */
static void
test_the_same_code_otherwise_is_a_case(void **state)
{
	struct rider *r = authorised(5000);
	const struct wire_ride ride = rider_ride(r, 1, 200, 0);
	const struct wire_ride twin = rider_ride(r, 9, 200, 0); /* signed again, same second */
	struct wire_ride bad;

	(void)state;
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	bad = ride;
	bad.amount_fen = 300;
	assert_string_equal(rider_up(r, RIDE_GATE, &bad), "case");
	bad = ride;
	bad.ride_seq = 2;
	assert_string_equal(rider_up(r, RIDE_GATE, &bad), "case");
	assert_string_equal(rider_up(r, RIDE_GATE2, &ride), "case");
	assert_string_equal(rider_up(r, RIDE_GATE2, &twin), "case");
	bad = rider_ride(r, 1, 200, 10);
	assert_string_equal(rider_up(r, RIDE_GATE, &bad), "case");
	assert_int_equal(rider_wallet(r), 4800);
	assert_int_equal(merchant(r), 200);
	assert_int_equal(
	    bench_number(r->b, "SELECT COUNT(*) FROM casebook WHERE kind = 'ride'"), 4);
	rider_close(r);
}

/* Each byte of the code, and each field of the record that must make sense. */
static void
test_what_was_never_authorised_is_refused(void **state)
{
	struct rider *r = authorised(5000);
	const struct wire_ride ride = rider_ride(r, 1, 200, 0);
	struct wire_ride bad;

	(void)state;
	for (size_t at = 0; at < ride.code.len; at += 7) {
		bad = ride;
		bad.code.data[at] ^= 0x10;
		assert_string_equal(rider_up(r, RIDE_GATE, &bad), "refused");
	}
	bad = ride;
	bad.code.len = 0;
	assert_string_equal(rider_up(r, RIDE_GATE, &bad), "refused");
	bad = ride;
	bad.amount_fen = TRIP_LIMIT + 1;
	assert_string_equal(rider_up(r, RIDE_GATE, &bad), "refused");
	bad = ride;
	strcpy(bad.kind, "gift");
	assert_string_equal(rider_up(r, RIDE_GATE, &bad), "refused");
	bad = ride;
	bad.datetime[1] = 0xFF;
	assert_string_equal(rider_up(r, RIDE_GATE, &bad), "refused");
	assert_int_equal(rider_wallet(r), 5000);
	assert_int_equal(merchant(r), 0);
	assert_int_equal(bench_number(r->b, "SELECT COUNT(*) FROM code_ride"), 0);
	/* None of them took the place of the good one. */
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	rider_close(r);
}

/* An institution of another city, or a rider who signs his own authorisation. */
static void
test_authorisation_of_somebody_else_is_refused(void **state)
{
	struct rider *r = authorised(5000);
	struct wire_ride ride;
	struct code_auth auth;
	struct signer_soft self;
	struct ykt_buf out = { r->auth.auth.data, 0, sizeof(r->auth.auth.data), false };

	(void)state;
	assert_status(
	    code_auth_decode(ykt_bytes(r->auth.auth.data, r->auth.auth.len), &auth), YKT_OK);
	signer_soft_init(&self, r->b->other, &r->key);
	assert_status(code_auth_make(&self.signer, &auth, &out), YKT_OK);
	signer_soft_clear(&self);
	ride = rider_ride(r, 1, 200, 0);
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "refused");
	assert_int_equal(rider_wallet(r), 5000);
	assert_int_equal(
	    bench_number(r->b, "SELECT COUNT(*) FROM code_refused WHERE reason = 'issuer'"), 1);
	rider_close(r);
}

static void
test_a_gate_speaks_for_itself(void **state)
{
	struct rider *r = authorised(5000);
	const struct wire_ride ride = rider_ride(r, 1, 200, 0);

	(void)state;
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	assert_int_equal(bench_inner(r->b, WIRE_PATH_GATE_RIDES, RIDE_GATE2,
			     &wire_gate_rides_req_msg, &r->req, &wire_gate_rides_rsp_msg, &r->rsp),
	    403);
	assert_int_equal(bench_inner(r->b, WIRE_PATH_GATE_RIDES, "operator",
			     &wire_gate_rides_req_msg, &r->req, &wire_gate_rides_rsp_msg, &r->rsp),
	    403);
	strcpy(r->req.batch_id, "x");
	assert_int_equal(bench_inner(r->b, WIRE_PATH_GATE_RIDES, RIDE_GATE,
			     &wire_gate_rides_req_msg, &r->req, &wire_gate_rides_rsp_msg, &r->rsp),
	    400);
	assert_int_equal(rider_wallet(r), 4800);
	rider_close(r);
}

/* An exit costs nothing and is kept all the same. */
static void
test_a_ride_for_nothing_is_kept(void **state)
{
	struct rider *r = authorised(5000);
	struct wire_ride ride = rider_ride(r, 1, 0, 0);

	(void)state;
	strcpy(ride.kind, "exit");
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "duplicate");
	assert_int_equal(rider_wallet(r), 5000);
	assert_int_equal(bench_number(r->b, "SELECT COUNT(*) FROM code_ride"), 1);
	rider_close(r);
}

/*
 * Rides that happened are posted also when the wallet does not cover them; what
 * a wallet may owe beyond the setting closes the account for new authorisations.
 */
static void
test_debt_is_posted_and_then_frozen(void **state)
{
	struct rider *r = authorised(TRIP_LIMIT);
	struct wire_ride ride;

	(void)state;
	for (int64_t i = 1; i <= 2; i++) {
		ride = rider_ride(r, i, TRIP_LIMIT, (uint32_t)i * 30);
		assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	}
	assert_int_equal(rider_wallet(r), -TRIP_LIMIT);
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 409);
	assert_string_equal(r->b->error.error, "wallet_low");
	assert_int_equal(bench_number(r->b, "SELECT COUNT(*) FROM casebook"), 0);
	ride = rider_ride(r, 3, 1, 90);
	assert_string_equal(rider_up(r, RIDE_GATE, &ride), "posted");
	assert_int_equal(rider_wallet(r), -TRIP_LIMIT - 1);
	assert_int_equal(
	    bench_number(r->b, "SELECT COUNT(*) FROM casebook WHERE kind = 'code_debt'"), 1);
	rider_fill(r, 3 * TRIP_LIMIT);
	assert_int_equal(rider_authorise(r, bench_idem(r->b)), 403);
	rider_close(r);
}

/* A batch goes up as one: after any fault, the same batch again posts it once. */
static void
test_every_fault_and_then_again(void **state)
{
	(void)state;
	for (enum bench_fault fault = BENCH_FAULT_BEFORE; fault <= BENCH_FAULT_DOWN_AFTER;
	     fault++) {
		bool fired = true;

		for (unsigned at = 1; fired; at++) {
			struct rider *r = authorised(5000);
			const struct wire_ride ride = rider_ride(r, 1, 200, 0);

			memset(&r->req, 0, sizeof(r->req));
			strcpy(r->req.batch_id, bench_idem(r->b));
			r->req.terminal[0] = 0x31;
			r->req.terminal[5] = 1;
			r->req.rides_count = 2;
			r->req.rides[0] = ride;
			r->req.rides[1] = rider_ride(r, 2, 300, 30);
			r->b->calls = 0;
			r->b->fired = false;
			r->b->fault = fault;
			r->b->fail_at = at;
			(void)bench_inner(r->b, WIRE_PATH_GATE_RIDES, RIDE_GATE,
			    &wire_gate_rides_req_msg, &r->req, &wire_gate_rides_rsp_msg, &r->rsp);
			fired = r->b->fired;
			bench_restart(r->b);
			assert_int_equal(bench_inner(r->b, WIRE_PATH_GATE_RIDES, RIDE_GATE,
					     &wire_gate_rides_req_msg, &r->req,
					     &wire_gate_rides_rsp_msg, &r->rsp),
			    200);
			assert_int_equal(rider_wallet(r), 4500);
			assert_int_equal(merchant(r), 500);
			rider_close(r);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ride_is_charged_to_the_wallet),
		cmocka_unit_test(test_ride_is_charged_once),
		cmocka_unit_test(test_the_same_code_otherwise_is_a_case),
		cmocka_unit_test(test_what_was_never_authorised_is_refused),
		cmocka_unit_test(test_authorisation_of_somebody_else_is_refused),
		cmocka_unit_test(test_a_gate_speaks_for_itself),
		cmocka_unit_test(test_a_ride_for_nothing_is_kept),
		cmocka_unit_test(test_debt_is_posted_and_then_frozen),
		cmocka_unit_test(test_every_fault_and_then_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
