/*
 * The order's state machine: every edge that is not on the page is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench.h"

#include <string.h>

#include "platform/order.h"
#include "platform/rows.h"

/* docs/protocol.md section 2, written out once more by hand. */
static const struct {
	enum wire_order_kind kind;
	enum wire_order_state from, to;
} legal[] = {
	{ WIRE_ORDER_OPEN, WIRE_ORDER_CREATED, WIRE_ORDER_PAID },
	{ WIRE_ORDER_OPEN, WIRE_ORDER_CREATED, WIRE_ORDER_CLOSED },
	{ WIRE_ORDER_OPEN, WIRE_ORDER_PAID, WIRE_ORDER_OPENING },
	{ WIRE_ORDER_OPEN, WIRE_ORDER_PAID, WIRE_ORDER_REFUNDING },
	{ WIRE_ORDER_OPEN, WIRE_ORDER_OPENING, WIRE_ORDER_OPENED },
	{ WIRE_ORDER_OPEN, WIRE_ORDER_OPENING, WIRE_ORDER_REFUNDING },
	{ WIRE_ORDER_OPEN, WIRE_ORDER_OPENING, WIRE_ORDER_CASE },
	{ WIRE_ORDER_OPEN, WIRE_ORDER_REFUNDING, WIRE_ORDER_REFUNDED },
	{ WIRE_ORDER_OPEN, WIRE_ORDER_CLOSED, WIRE_ORDER_REFUNDING },
	{ WIRE_ORDER_TOPUP, WIRE_ORDER_CREATED, WIRE_ORDER_PAID },
	{ WIRE_ORDER_TOPUP, WIRE_ORDER_CREATED, WIRE_ORDER_CLOSED },
	{ WIRE_ORDER_TOPUP, WIRE_ORDER_PAID, WIRE_ORDER_LOADING },
	{ WIRE_ORDER_TOPUP, WIRE_ORDER_PAID, WIRE_ORDER_REFUNDING },
	{ WIRE_ORDER_TOPUP, WIRE_ORDER_LOADING, WIRE_ORDER_LOADED },
	{ WIRE_ORDER_TOPUP, WIRE_ORDER_LOADING, WIRE_ORDER_REFUNDING },
	{ WIRE_ORDER_TOPUP, WIRE_ORDER_LOADING, WIRE_ORDER_CASE },
	{ WIRE_ORDER_TOPUP, WIRE_ORDER_REFUNDING, WIRE_ORDER_REFUNDED },
	{ WIRE_ORDER_TOPUP, WIRE_ORDER_CLOSED, WIRE_ORDER_REFUNDING },
	{ WIRE_ORDER_WALLET, WIRE_ORDER_CREATED, WIRE_ORDER_PAID },
	{ WIRE_ORDER_WALLET, WIRE_ORDER_CREATED, WIRE_ORDER_CLOSED },
	{ WIRE_ORDER_WALLET, WIRE_ORDER_PAID, WIRE_ORDER_LOADED },
	{ WIRE_ORDER_WALLET, WIRE_ORDER_REFUNDING, WIRE_ORDER_REFUNDED },
	{ WIRE_ORDER_WALLET, WIRE_ORDER_CLOSED, WIRE_ORDER_REFUNDING },
};

static bool
is_legal(int kind, int from, int to)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(legal); i++) {
		if ((int)legal[i].kind == kind && (int)legal[i].from == from &&
		    (int)legal[i].to == to)
			return true;
	}
	return false;
}

static void
test_edges_are_those_of_the_page(void **state)
{
	(void)state;
	for (int kind = -1; kind <= 3; kind++) {
		for (int from = -1; from <= WIRE_ORDER_CASE + 1; from++) {
			for (int to = -1; to <= WIRE_ORDER_CASE + 1; to++)
				assert_int_equal(
				    order_edge((enum wire_order_kind)kind,
					(enum wire_order_state)from, (enum wire_order_state)to),
				    is_legal(kind, from, to));
		}
	}
}

struct moving {
	enum wire_order_kind kind;
	enum wire_order_state from, to;
	enum ykt_status got;
	struct order after;
};

static const char moving_id[] = "0000000000000000000000000000000a";

static enum ykt_status
moving_tx(struct ykt_tx *tx, void *arg)
{
	struct moving *m = arg;
	struct order order = { .kind = m->kind, .amount_fen = 100, .created_ms = 5 };
	enum ykt_status status;

	strcpy(order.order_id, moving_id);
	strcpy(order.pay_id, moving_id);
	strcpy(order.user_id, "u");
	status = row_exec(tx, "DELETE FROM ord", NULL, 0);
	if (status == YKT_OK)
		status = order_insert(tx, &order);
	if (status == YKT_OK)
		status = row_exec(tx, "UPDATE ord SET state = ?1",
		    YKT_SQL_IN(ykt_sql_text(wire_token_text(&wire_order_state, (int)m->from))));
	if (status == YKT_OK)
		status = order_get(tx, moving_id, &order);
	if (status != YKT_OK)
		return status;
	m->got = order_move(tx, &order, m->to, 77);
	return order_get(tx, moving_id, &m->after);
}

static void
test_illegal_moves_leave_the_row_alone(void **state)
{
	struct bench *b;

	(void)state;
	bench_open(&b);
	for (int kind = 0; kind <= 2; kind++) {
		for (int from = 0; from <= WIRE_ORDER_CASE; from++) {
			for (int to = 0; to <= WIRE_ORDER_CASE; to++) {
				bool good = is_legal(kind, from, to);
				struct moving m = { .kind = (enum wire_order_kind)kind,
					.from = (enum wire_order_state)from,
					.to = (enum wire_order_state)to };

				assert_status(
				    ykt_store_run(store_sqlite_port(b->db), moving_tx, &m), YKT_OK);
				assert_status(m.got, good ? YKT_OK : YKT_E_STATE);
				assert_int_equal(m.after.state, good ? to : from);
				assert_int_equal(m.after.changed_ms, good ? 77 : 5);
			}
		}
	}
	bench_close(&b);
}

static enum ykt_status
overtaken_tx(struct ykt_tx *tx, void *arg)
{
	struct order order;
	enum ykt_status status = order_get(tx, moving_id, &order);

	if (status == YKT_OK)
		status = row_exec(tx, "UPDATE ord SET state = 'closed'", NULL, 0);
	if (status == YKT_OK)
		*(enum ykt_status *)arg = order_move(tx, &order, WIRE_ORDER_PAID, 9);
	return status;
}

static void
test_a_move_from_a_state_that_has_gone_is_a_conflict(void **state)
{
	struct moving m = { WIRE_ORDER_TOPUP, WIRE_ORDER_CREATED, WIRE_ORDER_CREATED };
	enum ykt_status got = YKT_OK;
	struct bench *b;

	(void)state;
	bench_open(&b);
	assert_status(ykt_store_run(store_sqlite_port(b->db), moving_tx, &m), YKT_OK);
	assert_status(ykt_store_run(store_sqlite_port(b->db), overtaken_tx, &got), YKT_OK);
	assert_status(got, YKT_CONFLICT);
	assert_int_equal(bench_number(b, "SELECT COUNT(*) FROM ord WHERE state = 'closed'"), 1);
	bench_close(&b);
}

static void
test_the_row_itself_refuses_more_out_than_in(void **state)
{
	struct moving m = { WIRE_ORDER_TOPUP, WIRE_ORDER_CREATED, WIRE_ORDER_CREATED };
	struct bench *b;

	(void)state;
	bench_open(&b);
	assert_status(ykt_store_run(store_sqlite_port(b->db), moving_tx, &m), YKT_OK);
	assert_status(bench_sql(b, "UPDATE ord SET paid_fen = 100, loaded_fen = 60,"
				   " refunded_fen = 40"),
	    YKT_OK);
	assert_int_not_equal(bench_sql(b, "UPDATE ord SET refunded_fen = 41"), YKT_OK);
	assert_int_equal(bench_number(b, "SELECT refunded_fen FROM ord"), 40);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edges_are_those_of_the_page),
		cmocka_unit_test(test_illegal_moves_leave_the_row_alone),
		cmocka_unit_test(test_a_move_from_a_state_that_has_gone_is_a_conflict),
		cmocka_unit_test(test_the_row_itself_refuses_more_out_than_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
