/*
 * The whole of a payment at the channel with its n-th port call failing, for
 * each n until a run meets no failure, for each kind of failure: the asker asks
 * again, and the books are those of a run in which nothing failed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ykt/mem.h>

#include "support.h"

#define TRIES_MAX    4
#define QUERIES_MOST 4

/* One request until it is 200. A failure must be told as one and, when it says
 * that nothing was done, must have done nothing. */
static void
insist(struct world *w, int (*ask)(struct world *w, void *arg), void *arg)
{
	bool certain = w->fail_query != 0 || w->fault == FAULT_DOWN || w->fault == FAULT_REFUSED ||
		       w->fault == FAULT_LOST_GONE;

	for (int i = 0; i < TRIES_MAX; i++) {
		bool fired = w->fired;
		int code;

		world_remember(w);
		code = ask(w, arg);

		if (code == 200)
			return;
		/* Nothing but the fault of this run may stop it, and only once. */
		assert_true(!fired && w->fired);
		assert_true(code == 503 || code == 500);
		assert_string_equal(world_error(w), code == 503 ? "busy" : "internal");
		if (certain)
			ASSERT_AS_REMEMBERED(w);
	}
	fail_msg("never answered");
}

static int
ask_prepay(struct world *w, void *arg)
{
	return world_prepay(w, 0, ORDER_1, 5000, arg);
}

static int
ask_confirm(struct world *w, void *arg)
{
	return world_confirm(w, arg);
}

static int
ask_query(struct world *w, void *arg)
{
	struct wire_psp_query_rsp rsp;

	return world_query(w, 0, ((struct wire_psp_prepay_rsp *)arg)->prepay_id, &rsp);
}

static int
ask_refund_1(struct world *w, void *arg)
{
	return world_refund(w, 0, REFUND_1, ((struct wire_psp_prepay_rsp *)arg)->prepay_id, 2000);
}

static int
ask_refund_2(struct world *w, void *arg)
{
	return world_refund(w, 0, REFUND_2, ((struct wire_psp_prepay_rsp *)arg)->prepay_id, 3000);
}

/* Ticks until nothing is due. */
static void
deliver(struct world *w)
{
	for (int i = 0; i < TRIES_MAX; i++) {
		bool fired = w->fired;
		unsigned done = 77;
		enum ykt_status status = psp_tick(w->worker, &done);

		if (status != YKT_OK) {
			assert_true(!fired && w->fired);
			assert_int_equal(done, 77);
		}
		w->now_ms += RETRY_MAX;
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM notice WHERE heard = 0"), 0);
}

/* Gives whether the fault was met. */
static bool
run(unsigned fail_at, enum fault fault, unsigned fail_query, uint64_t *queries)
{
	void *state = NULL;
	struct wire_psp_prepay_rsp pay;
	struct world *w;
	bool fired;

	(void)world_setup(&state);
	w = state;
	w->fail_at = fail_at;
	w->fault = fault;
	w->fail_query = fail_query;
	insist(w, ask_prepay, &pay);
	insist(w, ask_confirm, &pay);
	deliver(w);
	insist(w, ask_query, &pay);
	insist(w, ask_refund_1, &pay);
	insist(w, ask_refund_2, &pay);

	assert_int_equal(world_number(w, "SELECT count(*) FROM pay"), 1);
	assert_int_equal(
	    world_number(w, "SELECT refunded FROM pay WHERE state = 'refunded'"), 5000);
	assert_int_equal(world_number(w, "SELECT count(*) FROM refund"), 2);
	assert_int_equal(world_number(w, "SELECT sum(amount) FROM refund"), 5000);
	assert_int_equal(world_number(w, "SELECT count(*) FROM notice"), 1);
	assert_true(w->heard_count == 1 || (w->fired && w->heard_count == 2));
	for (size_t i = 0; i < w->heard_count; i++) {
		assert_string_equal(w->heard[i].notice_id, w->heard[0].notice_id);
		assert_string_equal(w->heard[i].prepay_id, pay.prepay_id);
		assert_int_equal(w->heard[i].amount_fen, 5000);
	}
	fired = w->fired;
	*queries += w->store.fired[STORE_FAULT_QUERY];
	(void)world_teardown(&state);
	return fired;
}

/* The calls of a clean run: prepay 3, confirm 2, the ticks 4 and 3, the others 1 each. */
#define CALLS_CLEAN 15

static void
sweep(enum fault fault)
{
	uint64_t queries = 0;
	unsigned n = 1;

	while (run(n, fault, 0, &queries))
		n++;
	assert_true(n > CALLS_CLEAN);
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

/* Every query of every transaction: E_STORE there undoes the whole of it. */
static void
failed_at_each_query(void **state)
{
	uint64_t met = 0;

	(void)state;
	for (unsigned query = 1; query <= QUERIES_MOST; query++) {
		unsigned n = 1;

		while (run(n, FAULT_REFUSED, query, &met))
			n++;
	}
	/* prepay 2, confirm 3, due and mark 2, query 1, refunds 3 and 3 (or 4 repeated). */
	assert_true(met >= 14);
}

struct poor {
	unsigned calls;
	unsigned fail_at;
	size_t out;
};

static void *
poor_get(void *ctx, size_t size)
{
	struct poor *poor = ctx;

	if (++poor->calls == poor->fail_at)
		return NULL;
	poor->out++;
	return ykt_alloc_libc.get(ykt_alloc_libc.ctx, size);
}

static void
poor_put(void *ctx, void *p, size_t size)
{
	((struct poor *)ctx)->out--;
	ykt_alloc_libc.put(ykt_alloc_libc.ctx, p, size);
}

static void
without_memory_nothing_is_made_or_kept(void **state)
{
	struct world *w = *state;

	for (unsigned n = 1;; n++) {
		struct poor poor = { .fail_at = n };
		const struct ykt_alloc alloc = { &poor, poor_get, poor_put };
		struct psp_options options = w->options;
		struct psp *psp = NULL;
		struct psp_worker *worker = NULL;
		enum ykt_status status;

		options.env.alloc = &alloc;
		status = psp_new(&options, &psp);
		if (status == YKT_OK)
			status = psp_worker_new(psp, w->crypto, &worker);
		if (status == YKT_OK) {
			psp_worker_free(&worker);
			assert_null(worker);
		} else {
			assert_status(status, YKT_E_NOMEM);
			assert_null(worker);
		}
		psp_free(&psp);
		assert_null(psp);
		assert_int_equal(poor.out, 0);
		if (status == YKT_OK) {
			assert_true(n > 3);
			break;
		}
	}
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
		cmocka_unit_test(failed_at_each_query),
		cmocka_unit_test_setup_teardown(
		    without_memory_nothing_is_made_or_kept, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
