/*
 * A binding, a payment from it and its end, with the n-th port call failing, for each
 * n until a run meets no failure: asked again, the books are those of a run in which
 * nothing failed. Bound once, paid once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "binds.h"

#define TRIES_MAX   4
#define CALLS_LEAST 10

/* One of the steps, until it is answered. */
#define INSIST(w, call)                                                                            \
	do {                                                                                       \
		int insist_code = 0;                                                               \
                                                                                                   \
		for (int insist_try = 0; insist_try < TRIES_MAX && insist_code != 200;             \
		     insist_try++) {                                                               \
			bool insist_fired = (w)->fired;                                            \
                                                                                                   \
			insist_code = (call);                                                      \
			if (insist_code != 200) {                                                  \
				assert_true(!insist_fired && (w)->fired);                          \
				assert_true(insist_code == 503 || insist_code == 500);             \
			}                                                                          \
		}                                                                                  \
		assert_int_equal(insist_code, 200);                                                \
	} while (0)

static bool
run(unsigned fail_at, enum fault fault)
{
	void *state = NULL;
	struct wire_psp_prepay_rsp pay;
	struct wire_psp_bind_rsp bind;
	struct wire_psp_charge_rsp rsp;
	struct world *w;
	bool fired;

	(void)world_setup(&state);
	w = state;
	w->fail_at = fail_at;
	w->fault = fault;
	INSIST(w, binds_begin(w, BIND_1, USER_1, NUMBER_A, &bind));
	INSIST(w, binds_code(w, BIND_1, binds_sent(w), &bind));
	assert_string_equal(bind.state, "bound");
	INSIST(w, world_prepay(w, 0, ORDER_1, 4000, &pay));
	INSIST(w, binds_charge(w, &pay, &bind, &rsp));
	assert_string_equal(rsp.state, "paid");
	INSIST(w, world_refund(w, 0, REFUND_1, pay.prepay_id, 1000));
	INSIST(w, binds_by_id(w, 0, WIRE_PATH_PSP_UNBIND, BIND_1, &bind));
	assert_string_equal(bind.state, "unbound");

	assert_int_equal(world_number(w, "SELECT count(*) FROM bind"), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM bind WHERE tries = 0"), 1);
	assert_int_equal(world_number(w, "SELECT taken FROM account"), 3000);
	assert_int_equal(world_number(w, "SELECT count(*) FROM pay WHERE state = 'paid'"), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM notice"), 1);
	/* Sent, and its mark lost: the same code once more. */
	assert_true(w->sms_count == 1 || (w->fired && w->sms_count == 2));
	fired = w->fired;
	(void)world_teardown(&state);
	return fired;
}

static void
sweep(enum fault fault)
{
	unsigned n = 1;

	while (run(n, fault))
		n++;
	assert_true(n > CALLS_LEAST);
}

static void
down_at_each_call(void **state)
{
	(void)state;
	sweep(FAULT_DOWN);
}

static void
refused_at_each_call(void **state)
{
	(void)state;
	sweep(FAULT_REFUSED);
}

static void
done_but_unknown_at_each_call(void **state)
{
	(void)state;
	sweep(FAULT_LOST_DONE);
}

static void
lost_and_unknown_at_each_call(void **state)
{
	(void)state;
	sweep(FAULT_LOST_GONE);
}

static void
each_transaction_run_twice(void **state)
{
	(void)state;
	sweep(FAULT_RERUN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(down_at_each_call),
		cmocka_unit_test(refused_at_each_call),
		cmocka_unit_test(done_but_unknown_at_each_call),
		cmocka_unit_test(lost_and_unknown_at_each_call),
		cmocka_unit_test(each_transaction_run_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
