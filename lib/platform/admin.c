/*
 * POST /admin/ledger, /admin/orders and /admin/code.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/admin.h"

#include <stddef.h>

#include "platform/code.h"
#include "platform/room.h"
#include "platform/rows.h"

#define AT(s, f) .name = #f, .off = offsetof(struct s, f)

static const struct wire_field admin_total_fields[] = {
	{ AT(admin_total, account), .type = WIRE_TEXT, .size = LEDGER_ACCOUNT_MAX },
	{ AT(admin_total, total_fen), .type = WIRE_INT, .min = -WIRE_FEN_MAX, .max = WIRE_FEN_MAX },
};
static const struct wire_message admin_total_msg = { "admin.total", admin_total_fields,
	YKT_ARRAY_LEN(admin_total_fields), sizeof(struct admin_total) };

static const struct wire_field admin_ledger_rsp_fields[] = {
	{ AT(admin_ledger_rsp, totals), .type = WIRE_LIST, .size = sizeof(struct admin_total),
	    .count_off = offsetof(struct admin_ledger_rsp, totals_count),
	    .count_max = LEDGER_TOTALS_MAX, .msg = &admin_total_msg },
	{ AT(admin_ledger_rsp, sum_fen), .type = WIRE_INT, .min = INT64_MIN, .max = INT64_MAX },
	{ AT(admin_ledger_rsp, journals), .type = WIRE_INT, .min = 0, .max = INT64_MAX },
	{ AT(admin_ledger_rsp, chain_ok), .type = WIRE_BOOL },
	{ AT(admin_ledger_rsp, sums_ok), .type = WIRE_BOOL },
	{ AT(admin_ledger_rsp, balances_ok), .type = WIRE_BOOL },
	{ AT(admin_ledger_rsp, orders_ok), .type = WIRE_BOOL },
	{ AT(admin_ledger_rsp, cases), .type = WIRE_INT, .min = 0, .max = INT64_MAX },
	{ AT(admin_ledger_rsp, work), .type = WIRE_INT, .min = 0, .max = INT64_MAX },
};
const struct wire_message admin_ledger_rsp_msg = { "admin.ledger", admin_ledger_rsp_fields,
	YKT_ARRAY_LEN(admin_ledger_rsp_fields), sizeof(struct admin_ledger_rsp) };

static const struct wire_field admin_orders_req_fields[] = {
	{ AT(admin_orders_req, state), .type = WIRE_TEXT, .size = 17 },
	{ AT(admin_orders_req, limit), .type = WIRE_INT, .min = 1, .max = WIRE_ORDERS_MAX },
};
const struct wire_message admin_orders_req_msg = { "admin.orders", admin_orders_req_fields,
	YKT_ARRAY_LEN(admin_orders_req_fields), sizeof(struct admin_orders_req) };

static const struct wire_field admin_code_req_fields[] = {
	{ AT(admin_code_req, user_no), .type = WIRE_TEXT, .size = 21 },
	{ AT(admin_code_req, frozen), .type = WIRE_BOOL },
};
const struct wire_message admin_code_req_msg = { "admin.code", admin_code_req_fields,
	YKT_ARRAY_LEN(admin_code_req_fields), sizeof(struct admin_code_req) };

struct totals {
	struct ledger_total totals[LEDGER_TOTALS_MAX];
	size_t count;
	int64_t cases;
	int64_t work;
};

static enum ykt_status
totals_tx(struct ykt_tx *tx, void *arg)
{
	struct totals *t = arg;
	const struct row_col cols[] = { ROW_INT(&t->cases), ROW_INT(&t->work) };
	enum ykt_status status;

	status = ledger_totals(tx, t->totals, &t->count);
	if (status == YKT_OK)
		status = row_one(tx,
		    "SELECT (SELECT COUNT(*) FROM casebook WHERE closed_ms = 0),"
		    " (SELECT COUNT(*) FROM work WHERE kind <> 5)",
		    NULL, 0, cols, YKT_ARRAY_LEN(cols));

	return status;
}

int
room_admin_ledger(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct admin_ledger_rsp *out = rsp;
	struct platform_ledger_report report;
	struct totals totals;
	enum ykt_status status;

	(void)http;
	(void)req;
	status = ykt_store_run(w->p->store, totals_tx, &totals);
	if (status == YKT_OK)
		status = platform_ledger_verify(w, &report);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	for (size_t i = 0; i < totals.count; i++) {
		text_set(out->totals[i].account, sizeof(out->totals[i].account),
		    totals.totals[i].account);
		out->totals[i].total_fen = totals.totals[i].fen;
	}
	out->totals_count = totals.count;
	out->sum_fen = report.sum_fen;
	out->journals = report.journals;
	out->chain_ok = report.chain_ok;
	out->sums_ok = report.sums_ok;
	out->balances_ok = report.balances_ok;
	out->orders_ok = report.orders_ok;
	out->cases = totals.cases;
	out->work = totals.work;

	return 200;
}

struct orders {
	const struct admin_orders_req *ask;
	const char *city;
	int64_t now_ms;
	struct wire_order_list_rsp *out;
};

static enum ykt_status
orders_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct orders *orders = arg;
	struct order order;
	enum ykt_status status = order_from_row(vals, count, &order);

	if (status == YKT_OK && orders->out->orders_count == WIRE_ORDERS_MAX)
		status = YKT_E_SPACE;
	if (status == YKT_OK)
		order_to_wire(&order, orders->city, orders->now_ms,
		    &orders->out->orders[orders->out->orders_count++]);

	return status;
}

static enum ykt_status
orders_tx(struct ykt_tx *tx, void *arg)
{
	struct orders *orders = arg;

	orders->out->orders_count = 0;

	return ykt_tx_query(tx,
	    "SELECT " ORDER_COLUMNS " FROM ord WHERE ?1 = '' OR state = ?1"
	    " ORDER BY created_ms DESC, order_id LIMIT ?2",
	    YKT_SQL_IN(ykt_sql_text(orders->ask->state), ykt_sql_int(orders->ask->limit)),
	    orders_row, orders, NULL);
}

int
room_admin_orders(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct orders orders = {
		.ask = req, .city = w->p->o.city, .now_ms = room_now(w), .out = rsp
	};
	enum ykt_status status = ykt_store_run(w->p->store, orders_tx, &orders);

	(void)http;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

static enum ykt_status
code_tx(struct ykt_tx *tx, void *arg)
{
	const struct admin_code_req *ask = arg;

	return code_account_freeze(tx, ask->user_no, ask->frozen);
}

int
room_admin_code(void *worker, const struct ykt_http_request *http, const void *req, void *rsp,
    struct wire_error *error)
{
	struct platform_worker *w = worker;
	struct admin_code_req ask = *(const struct admin_code_req *)req;
	enum ykt_status status = ykt_store_run(w->p->store, code_tx, &ask);

	(void)http;
	(void)rsp;

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
