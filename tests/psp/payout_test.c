/*
 * Money that is paid out into a bound account: once for an id, whatever fails and is asked
 * again; and what was refused is never paid later.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "binds.h"

#include "wire/payout_msg.h"

#define PAYOUT_1 "d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1"
#define PAYOUT_2 "d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2d2"
#define AMOUNT   4000

static struct wire_psp_payout_req
payout_req(const struct world *w, const char *id, const struct wire_psp_bind_rsp *bind)
{
	struct wire_psp_payout_req req = { .amount_fen = AMOUNT, .ts_ms = w->now_ms };

	SET_TEXT(req.payout_id, id);
	SET_TEXT(req.bind_id, bind->bind_id);
	memcpy(req.token, bind->token, sizeof(req.token));
	return req;
}

static int
payout(struct world *w, const char *id, const struct wire_psp_bind_rsp *bind,
    struct wire_psp_payout_rsp *ret)
{
	const struct wire_psp_payout_req req = payout_req(w, id, bind);
	int code = world_signed(w, 0, WIRE_PATH_PSP_PAYOUT, &wire_psp_payout_req_msg, &req);

	if (code == 200)
		world_read(w, &wire_psp_payout_rsp_msg, ret);
	return code;
}

static void
a_payout_is_made_once(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp bind;
	struct wire_psp_payout_rsp rsp;

	binds_bound(w, BIND_1, &bind);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(payout(w, PAYOUT_1, &bind, &rsp), 200);
		assert_string_equal(rsp.payout_id, PAYOUT_1);
		assert_string_equal(rsp.state, "done");
		assert_int_equal(rsp.amount_fen, AMOUNT);
		world_restart(w);
	}
	assert_int_equal(world_number(w, "SELECT given FROM account"), AMOUNT);
	assert_int_equal(payout(w, PAYOUT_2, &bind, &rsp), 200);
	assert_int_equal(world_number(w, "SELECT given FROM account"), 2 * AMOUNT);
	/* Unbound meanwhile, what was done is done. */
	assert_int_equal(binds_by_id(w, 0, WIRE_PATH_PSP_UNBIND, BIND_1, &bind), 200);
	bind.token[0] = 1;
	assert_int_equal(payout(w, PAYOUT_1, &bind, &rsp), 200);
	assert_string_equal(rsp.state, "done");
	assert_int_equal(world_number(w, "SELECT given FROM account"), 2 * AMOUNT);
}

/* What came in can be spent again: the account holds it. */
static void
what_was_paid_out_is_in_the_account(void **state)
{
	struct world *w = *state;
	struct wire_psp_prepay_rsp pay;
	struct wire_psp_bind_rsp bind;
	struct wire_psp_payout_rsp rsp;
	struct wire_psp_charge_rsp charge;
	int64_t funds = w->accounts[0].funds_fen;

	binds_bound(w, BIND_1, &bind);
	assert_int_equal(world_prepay(w, 0, ORDER_1, funds + AMOUNT, &pay), 200);
	assert_int_equal(binds_charge(w, &pay, &bind, &charge), 200);
	assert_string_equal(charge.reason, "account_funds");
	assert_int_equal(payout(w, PAYOUT_1, &bind, &rsp), 200);
	assert_int_equal(binds_charge(w, &pay, &bind, &charge), 200);
	assert_string_equal(charge.state, "paid");
}

static void
an_id_is_one_payout(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp bind, other;
	struct wire_psp_payout_rsp rsp;
	struct wire_psp_payout_req req;

	binds_bound(w, BIND_1, &bind);
	assert_int_equal(payout(w, PAYOUT_1, &bind, &rsp), 200);
	world_remember(w);
	req = payout_req(w, PAYOUT_1, &bind);
	req.amount_fen++;
	assert_int_equal(
	    world_signed(w, 0, WIRE_PATH_PSP_PAYOUT, &wire_psp_payout_req_msg, &req), 422);
	other = bind;
	SET_TEXT(other.bind_id, BIND_2);
	assert_int_equal(payout(w, PAYOUT_1, &other, &rsp), 422);
	req = payout_req(w, PAYOUT_2, &bind);
	req.amount_fen = 0;
	assert_int_equal(
	    world_signed(w, 0, WIRE_PATH_PSP_PAYOUT, &wire_psp_payout_req_msg, &req), 400);
	assert_int_equal(payout(w, "short", &bind, &rsp), 400);
	ASSERT_AS_REMEMBERED(w);
}

/* Refused for good: nothing moves, then or later. */
static void
what_was_refused_stays_refused(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp bind, wrong;
	struct wire_psp_payout_rsp rsp;

	binds_bound(w, BIND_1, &bind);
	wrong = bind;
	wrong.token[15] ^= 1;
	assert_int_equal(payout(w, PAYOUT_1, &wrong, &rsp), 200);
	assert_string_equal(rsp.state, "refused");
	assert_string_equal(rsp.reason, "account_unbound");
	assert_int_equal(payout(w, PAYOUT_1, &bind, &rsp), 200);
	assert_string_equal(rsp.state, "refused");
	w->accounts[0].blocked = true;
	world_restart(w);
	assert_int_equal(payout(w, PAYOUT_2, &bind, &rsp), 200);
	assert_string_equal(rsp.reason, "account_blocked");
	w->accounts[0].blocked = false;
	world_restart(w);
	assert_int_equal(payout(w, PAYOUT_2, &bind, &rsp), 200);
	assert_string_equal(rsp.state, "refused");
	assert_int_equal(world_number(w, "SELECT count(*) FROM account"), 0);
}

/* Another merchant knows nothing of the binding. */
static void
a_binding_is_its_merchants(void **state)
{
	struct world *w = *state;
	struct wire_psp_bind_rsp bind;
	struct wire_psp_payout_req req;
	struct wire_psp_payout_rsp rsp;

	binds_bound(w, BIND_1, &bind);
	req = payout_req(w, PAYOUT_1, &bind);
	assert_int_equal(
	    world_signed(w, 1, WIRE_PATH_PSP_PAYOUT, &wire_psp_payout_req_msg, &req), 200);
	world_read(w, &wire_psp_payout_rsp_msg, &rsp);
	assert_string_equal(rsp.reason, "account_unbound");
	req.ts_ms -= INT64_C(3600000);
	assert_int_equal(
	    world_signed(w, 0, WIRE_PATH_PSP_PAYOUT, &wire_psp_payout_req_msg, &req), 400);
	assert_int_equal(world_number(w, "SELECT count(*) FROM account"), 0);
}

/* Every port call fails, each way: asked again it is paid out once. */
static bool
one(unsigned fail_at, enum fault fault)
{
	void *state = NULL;
	struct wire_psp_bind_rsp bind;
	struct wire_psp_payout_rsp rsp = { .state = "" };
	struct world *w;
	bool fired;

	(void)world_setup(&state);
	w = state;
	binds_bound(w, BIND_1, &bind);
	w->calls = 0;
	w->fail_at = fail_at;
	w->fault = fault;
	for (int i = 0; i < 4; i++)
		(void)payout(w, PAYOUT_1, &bind, &rsp);
	assert_string_equal(rsp.state, "done");
	assert_int_equal(world_number(w, "SELECT given FROM account"), AMOUNT);
	assert_int_equal(world_number(w, "SELECT count(*) FROM payout"), 1);
	fired = w->fired;
	(void)world_teardown(&state);
	return fired;
}

static void
every_fault_pays_out_once(void **state)
{
	(void)state;
	for (enum fault fault = FAULT_DOWN; fault < FAULT_COUNT; fault++) {
		unsigned n = 1;

		while (one(n, fault))
			n++;
		assert_true(n > 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_payout_is_made_once, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    what_was_paid_out_is_in_the_account, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(an_id_is_one_payout, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    what_was_refused_stays_refused, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    a_binding_is_its_merchants, world_setup, world_teardown),
		cmocka_unit_test(every_fault_pays_out_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
