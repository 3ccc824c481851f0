/*
 * Making orders and looking at them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "platform/card.h"
#include "platform/idem.h"
#include "platform/limit.h"
#include "platform/pay.h"
#include "platform/room.h"
#include "platform/rows.h"
#include "platform/tsm_ask.h"
#include "platform/users.h"
#include "platform/unload.h"
#include "platform/work.h"

/* New orders, prepared before the transaction: at most the opening and its load. */
struct order_make {
	const struct platform *p;
	const struct op_call *call;
	struct order orders[ORDER_GROUP_MAX];
	size_t count;
	uint8_t answer[IDEM_ANSWER_MAX];
	size_t answer_len;
	struct idem_row before;
	bool again;
	ykt_fen limit;      /* of YKT_OVER_LIMIT; 0: it is no limit of money */
	bool closed;        /* the TSM opens no card of it now */
	const char *ticket; /* pays for an opening; NULL: the pay channel does */
	struct ledger_writer writer;
};

/* A new card, and what shall be on it first. */
static enum ykt_status
open_room(struct ykt_tx *tx, struct order_make *make)
{
	const struct order *load = &make->orders[1];
	ykt_fen limit = 0;
	enum ykt_status status = card_room_for_one(tx, make->call->user_id);

	if (status == YKT_OK)
		status = limit_card(tx, make->p, room_app(make->p, load->aid, load->aid_len),
		    make->call->user_id, &limit);
	if (status == YKT_OK && load->amount_fen > limit) {
		make->limit = limit;
		status = YKT_OVER_LIMIT;
	}

	return status;
}

/* What the wallet holds, what is on its way to it, and this must fit (I-2's cap). */
static enum ykt_status
wallet_room(
    struct ykt_tx *tx, const struct platform *p, const struct order *order, ykt_fen *ret_limit)
{
	int64_t coming = 0;
	const struct row_col cols[] = { ROW_INT(&coming) };
	ykt_fen holds = 0;
	int64_t as_of_ms = 0;
	enum ykt_status status = ledger_balance(tx, LEDGER_USER, order->user_id, &holds, &as_of_ms);

	if (status == YKT_OK)
		status = row_one(tx,
		    "SELECT COALESCE(SUM(amount_fen), 0) FROM ord WHERE user_id = ?1 AND"
		    " kind = 'wallet' AND state IN ('created', 'paid')",
		    YKT_SQL_IN(ykt_sql_text(order->user_id)), cols, 1);
	if (status == YKT_OK)
		status = limit_wallet(tx, p, order->user_id, ret_limit);
	if (status == YKT_OK &&
	    (order->amount_fen > *ret_limit || holds + coming + order->amount_fen > *ret_limit))
		status = YKT_OVER_LIMIT;

	return status;
}

/* On copies: this function may run again. */
static enum ykt_status
pay_by_ticket(struct ykt_tx *tx, const struct order_make *make)
{
	struct order orders[ORDER_GROUP_MAX] = { make->orders[0], make->orders[1] };

	return ticket_use(tx, &make->writer, make->ticket, orders);
}

/* 1. seen before? 2. may it be? 3. the orders, their expiry and the key at once. */
static enum ykt_status
order_make_tx(struct ykt_tx *tx, void *arg)
{
	struct order_make *make = arg;
	const struct order *first = &make->orders[0];
	int64_t expires = first->created_ms + make->p->o.settings.pay_life_ms;
	enum ykt_status status;

	status = idem_find(tx, make->call, &make->before);
	make->again = status == YKT_OK;
	if (status != YKT_NOT_FOUND)
		return status;
	if (make->closed)
		return YKT_E_STATE;
	if (first->kind == WIRE_ORDER_OPEN)
		status = open_room(tx, make);
	else if (first->kind == WIRE_ORDER_WALLET)
		status = wallet_room(tx, make->p, first, &make->limit);
	else
		status = card_may_load(tx, make->p, make->call->user_id, first, &make->limit);
	for (size_t i = 0; i < make->count && status == YKT_OK; i++)
		status = order_insert(tx, &make->orders[i]);
	if (status == YKT_OK && make->ticket != NULL)
		status = pay_by_ticket(tx, make);
	else if (status == YKT_OK)
		status = work_add(tx, WORK_PAYMENT, first->order_id, expires, first->created_ms);
	if (status == YKT_OK)
		status = idem_put(
		    tx, make->call, first->order_id, ykt_bytes(make->answer, make->answer_len));

	return status;
}

static int
order_make(struct platform_worker *w, struct order_make *make, struct wire_order *answer,
    struct wire_error *error)
{
	enum ykt_status status;

	order_to_wire(&make->orders[0], w->p->o.city, make->call->now_ms, answer);
	/* What it is when this answer goes out. */
	if (make->ticket != NULL)
		wire_token_set(
		    &wire_order_state, WIRE_ORDER_PAID, answer->state, sizeof(answer->state));
	status = idem_order_encode(answer, make->answer, sizeof(make->answer), &make->answer_len);
	if (status == YKT_OK)
		status = ykt_store_run(w->p->store, order_make_tx, make);
	if (status == YKT_OK && make->again)
		status = idem_order_decode(&make->before, answer);
	if (status == YKT_OVER_LIMIT)
		return limit_refuse(error, make->limit);
	if (status == YKT_BLOCKED)
		return wire_error_set(error, 409, "card_state", "the card is not in use");
	if (status == YKT_E_STATE)
		return wire_error_set(error, 409, "app_state", "no card of it is opened now");
	if (status == YKT_EXPIRED)
		return wire_error_set(error, 409, "ticket", "used, or its time is over");

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}

static void
order_fill(struct order *order, const struct op_call *call, const char *order_id,
    const char *pay_id, enum wire_order_kind kind, const uint8_t *aid, size_t aid_len,
    ykt_fen amount)
{
	text_set(order->order_id, sizeof(order->order_id), order_id);
	text_set(order->pay_id, sizeof(order->pay_id), pay_id);
	text_set(order->user_id, sizeof(order->user_id), call->user_id);
	order->kind = kind;
	order->state = WIRE_ORDER_CREATED;
	if (aid_len != 0)
		memcpy(order->aid, aid, aid_len);
	order->aid_len = aid_len;
	order->amount_fen = amount;
	order->created_ms = call->now_ms;
	order->changed_ms = call->now_ms;
}

struct tests {
	const char *user_id;
	bool test;
};

static enum ykt_status
tests_tx(struct ykt_tx *tx, void *arg)
{
	struct tests *tests = arg;

	return user_tests(tx, tests->user_id, &tests->test);
}

/*
 * Nobody pays for a card that cannot be opened. When the TSM cannot be asked it
 * judges later, and what was paid goes back.
 */
static bool
app_closed(struct platform_worker *w, const struct op_call *call, const struct platform_app *app,
    struct ykt_bytes se_id)
{
	struct tests tests = { .user_id = call->user_id };
	struct wire_tsm_app_get_rsp rsp;

	return ykt_store_run(w->p->store, tests_tx, &tests) == YKT_OK &&
	       tsm_ask_app(w, app, se_id, tests.test, call->deadline_mono_ms, &rsp) == YKT_OK &&
	       !rsp.open;
}

int
op_order_open(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_order_open_req *ask = req;
	const struct platform_app *app = room_app(w->p, ask->aid.data, ask->aid.len);
	struct order_make make = { .p = w->p, .call = call, .count = 2 };
	char ids[2][33];
	enum ykt_status status;

	if (app == NULL)
		return wire_error_set(error, 404, WIRE_ERR_NOT_FOUND, "no such application");
	if (ask->se_id.len == 0)
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "no element");
	/* What was on a card may be on one again, however little it is. */
	if (ask->first_load_fen <= 0 ||
	    (!ask->has_ticket && (ask->first_load_fen < app->min_load_fen ||
				     ask->first_load_fen > app->max_load_fen)))
		return wire_error_set(error, 400, "amount", "outside the application's range");
	status = room_ids(w, ids, 2);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	make.ticket = ask->has_ticket ? ask->ticket : NULL;
	make.writer = room_writer(w, call->now_ms);
	make.closed = app_closed(w, call, app, ykt_bytes(ask->se_id.data, ask->se_id.len));
	order_fill(&make.orders[0], call, ids[0], ids[0], WIRE_ORDER_OPEN, app->aid, app->aid_len,
	    ask->has_ticket ? 0 : app->fee_fen);
	order_fill(&make.orders[1], call, ids[1], ids[0], WIRE_ORDER_TOPUP, app->aid, app->aid_len,
	    ask->first_load_fen);
	text_set(make.orders[1].parent_id, sizeof(make.orders[1].parent_id), ids[0]);

	return order_make(w, &make, rsp, error);
}

int
op_order_topup(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_order_topup_req *ask = req;
	struct order_make make = { .p = w->p, .call = call, .count = 1 };
	char id[1][33];
	struct card card;
	enum ykt_status status;

	if (!wire_card_no_valid(ask->card_no))
		return wire_error_set(error, 400, WIRE_ERR_MALFORMED, "card number");
	if (ask->amount_fen <= 0)
		return wire_error_set(error, 400, "amount", "must be above zero");
	status = card_find(w, ask->card_no, call->user_id, &card);
	if (status == YKT_OK &&
	    (ask->amount_fen < card.app->min_load_fen || ask->amount_fen > card.app->max_load_fen))
		return wire_error_set(error, 400, "amount", "outside the application's range");
	if (status == YKT_OK)
		status = room_ids(w, id, 1);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	order_fill(&make.orders[0], call, id[0], id[0], WIRE_ORDER_TOPUP, card.app->aid,
	    card.app->aid_len, ask->amount_fen);
	text_set(make.orders[0].card_no, sizeof(make.orders[0].card_no), ask->card_no);

	return order_make(w, &make, rsp, error);
}

int
op_order_wallet(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_order_wallet_req *ask = req;
	struct order_make make = { .p = w->p, .call = call, .count = 1 };
	char id[1][33];
	enum ykt_status status;

	if (ask->amount_fen <= 0)
		return wire_error_set(error, 400, "amount", "must be above zero");
	status = room_ids(w, id, 1);
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	order_fill(
	    &make.orders[0], call, id[0], id[0], WIRE_ORDER_WALLET, NULL, 0, ask->amount_fen);

	return order_make(w, &make, rsp, error);
}

struct own_order {
	const char *order_id;
	const char *user_id;
	struct order order;
};

static enum ykt_status
own_order_tx(struct ykt_tx *tx, void *arg)
{
	struct own_order *own = arg;

	return order_get_own(tx, own->order_id, own->user_id, &own->order);
}

enum ykt_status
order_find_own(
    struct platform_worker *w, const char *order_id, const char *user_id, struct order *ret_order)
{
	struct own_order own = { .order_id = order_id, .user_id = user_id };
	enum ykt_status status = ykt_store_run(w->p->store, own_order_tx, &own);

	if (status == YKT_OK)
		*ret_order = own.order;

	return status;
}

int
op_order_get(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_order_id_req *ask = req;
	struct order order;
	enum ykt_status status;

	status = order_find_own(w, ask->order_id, call->user_id, &order);
	if (status == YKT_OK && order.state == WIRE_ORDER_CREATED) {
		/* The channel may know more; if it cannot be asked, the tick will. */
		(void)!pay_check(w, order.pay_id, call->now_ms, call->deadline_mono_ms);
		status = order_find_own(w, ask->order_id, call->user_id, &order);
	}
	if (status != YKT_OK)
		return room_refuse(w, status, error);
	order_to_wire(&order, w->p->o.city, call->now_ms, rsp);

	return 200;
}

struct order_list {
	const char *user_id;
	int64_t before_ms; /* unfinished and unchanged since then: abnormal */
	int64_t limit;
	bool abnormal;
	const char *city;
	int64_t now_ms;
	struct wire_order_list_rsp *answer;
};

static enum ykt_status
order_list_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct order_list *list = arg;
	struct order order;
	enum ykt_status status = order_from_row(vals, count, &order);

	if (status == YKT_OK && list->answer->orders_count == WIRE_ORDERS_MAX)
		status = YKT_E_SPACE;
	if (status == YKT_OK)
		order_to_wire(&order, list->city, list->now_ms,
		    &list->answer->orders[list->answer->orders_count++]);

	return status;
}

static enum ykt_status
order_list_tx(struct ykt_tx *tx, void *arg)
{
	struct order_list *list = arg;

	list->answer->orders_count = 0;
	if (list->abnormal)
		return ykt_tx_query(tx,
		    "SELECT " ORDER_COLUMNS " FROM ord WHERE user_id = ?1 AND (state = 'case' OR"
		    " (state IN ('paid', 'opening', 'loading', 'refunding') AND changed_ms < ?2))"
		    " ORDER BY created_ms DESC, kind LIMIT ?3",
		    YKT_SQL_IN(ykt_sql_text(list->user_id), ykt_sql_int(list->before_ms),
			ykt_sql_int(list->limit)),
		    order_list_row, list, NULL);

	return ykt_tx_query(tx,
	    "SELECT " ORDER_COLUMNS " FROM ord WHERE user_id = ?1"
	    " ORDER BY created_ms DESC, kind LIMIT ?2",
	    YKT_SQL_IN(ykt_sql_text(list->user_id), ykt_sql_int(list->limit)), order_list_row, list,
	    NULL);
}

int
op_order_list(struct platform_worker *w, const struct op_call *call, const void *req, void *rsp,
    struct wire_error *error)
{
	const struct wire_order_list_req *ask = req;
	struct order_list list = {
		.user_id = call->user_id,
		.before_ms = call->now_ms - ORDER_ABNORMAL_MS,
		.limit = ask->limit,
		.abnormal = ask->abnormal,
		.city = w->p->o.city,
		.now_ms = call->now_ms,
		.answer = rsp,
	};
	enum ykt_status status = ykt_store_run(w->p->store, order_list_tx, &list);

	return status == YKT_OK ? 200 : room_refuse(w, status, error);
}
