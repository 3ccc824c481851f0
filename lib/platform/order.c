/*
 * The order's states and its row (docs/protocol.md section 2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/order.h"

#include <assert.h>
#include <string.h>

#include "platform/rows.h"

#define STATE_COUNT ((size_t)WIRE_ORDER_CASE + 1)
#define TO(state)   (1u << WIRE_ORDER_##state)

/* Bit sets of what may follow, by kind and state. What is not here is refused. */
static const unsigned edges[3][STATE_COUNT] = {
	[WIRE_ORDER_OPEN] = {
	    [WIRE_ORDER_CREATED] = TO(PAID) | TO(CLOSED),
	    [WIRE_ORDER_PAID] = TO(OPENING) | TO(REFUNDING),
	    [WIRE_ORDER_OPENING] = TO(OPENED) | TO(REFUNDING) | TO(CASE),
	    [WIRE_ORDER_REFUNDING] = TO(REFUNDED),
	    [WIRE_ORDER_CLOSED] = TO(REFUNDING),
	},
	[WIRE_ORDER_TOPUP] = {
	    [WIRE_ORDER_CREATED] = TO(PAID) | TO(CLOSED),
	    [WIRE_ORDER_PAID] = TO(LOADING) | TO(REFUNDING),
	    [WIRE_ORDER_LOADING] = TO(LOADED) | TO(REFUNDING) | TO(CASE),
	    [WIRE_ORDER_REFUNDING] = TO(REFUNDED),
	    [WIRE_ORDER_CLOSED] = TO(REFUNDING),
	},
	/* Paid and loaded in one step: there is no card that could say otherwise. */
	[WIRE_ORDER_WALLET] = {
	    [WIRE_ORDER_CREATED] = TO(PAID) | TO(CLOSED),
	    [WIRE_ORDER_PAID] = TO(LOADED),
	    [WIRE_ORDER_REFUNDING] = TO(REFUNDED),
	    [WIRE_ORDER_CLOSED] = TO(REFUNDING),
	},
};

bool
order_edge(enum wire_order_kind kind, enum wire_order_state from, enum wire_order_state to)
{
	if ((unsigned)kind > WIRE_ORDER_WALLET || (unsigned)from >= STATE_COUNT ||
	    (unsigned)to >= STATE_COUNT)
		return false;

	return (edges[kind][from] & 1u << to) != 0;
}

enum ykt_status
order_from_row(const struct ykt_sql_val *vals, size_t count, struct order *ret_order)
{
	struct order order = { 0 };
	char kind[9], state[17];
	const struct row_col cols[] = {
		ROW_TEXT(order.order_id),
		ROW_TEXT(order.parent_id),
		ROW_TEXT(order.pay_id),
		ROW_TEXT(order.user_id),
		ROW_TEXT(kind),
		ROW_TEXT(state),
		ROW_TEXT(order.card_no),
		ROW_BYTES(order.aid, &order.aid_len),
		ROW_INT(&order.amount_fen),
		ROW_INT(&order.created_ms),
		ROW_INT(&order.changed_ms),
		ROW_INT(&order.paid_fen),
		ROW_INT(&order.loaded_fen),
		ROW_INT(&order.refunded_fen),
		ROW_TEXT(order.note),
		ROW_INT(&order.attempt),
	};
	enum ykt_status status;
	int kind_value, state_value;

	status = row_fill(vals, count, cols, YKT_ARRAY_LEN(cols));
	if (status != YKT_OK)
		return status;
	kind_value = wire_token_find(&wire_order_kind, kind);
	state_value = wire_token_find(&wire_order_state, state);
	if (kind_value < 0 || state_value < 0)
		return YKT_E_CORRUPT;
	order.kind = (enum wire_order_kind)kind_value;
	order.state = (enum wire_order_state)state_value;
	*ret_order = order;

	return YKT_OK;
}

struct order_read {
	struct order *out;
	size_t count;
	size_t max;
};

static enum ykt_status
order_row(void *arg, const struct ykt_sql_val *vals, size_t count)
{
	struct order_read *read = arg;

	if (read->count == read->max)
		return YKT_E_CORRUPT;

	return order_from_row(vals, count, &read->out[read->count++]);
}

enum ykt_status
order_get(struct ykt_tx *tx, const char *order_id, struct order *ret_order)
{
	struct order order;
	struct order_read read = { &order, 0, 1 };
	enum ykt_status status;

	status = ykt_tx_query(tx, "SELECT " ORDER_COLUMNS " FROM ord WHERE order_id = ?1",
	    YKT_SQL_IN(ykt_sql_text(order_id)), order_row, &read, NULL);
	if (status == YKT_OK && read.count == 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		*ret_order = order;

	return status;
}

enum ykt_status
order_get_own(struct ykt_tx *tx, const char *order_id, const char *user_id, struct order *ret_order)
{
	struct order order;
	enum ykt_status status;

	status = order_get(tx, order_id, &order);
	if (status == YKT_OK && strcmp(order.user_id, user_id) != 0)
		status = YKT_NOT_FOUND;
	if (status == YKT_OK)
		*ret_order = order;

	return status;
}

enum ykt_status
order_get_group(struct ykt_tx *tx, const char *pay_id, struct order_group *ret_group)
{
	struct order_group group = { 0 };
	struct order_read read = { group.orders, 0, ORDER_GROUP_MAX };
	enum ykt_status status;

	/* The opening order comes before its first load. */
	status =
	    ykt_tx_query(tx, "SELECT " ORDER_COLUMNS " FROM ord WHERE pay_id = ?1 ORDER BY kind",
		YKT_SQL_IN(ykt_sql_text(pay_id)), order_row, &read, NULL);
	if (status == YKT_OK && read.count == 0)
		status = YKT_NOT_FOUND;
	group.count = read.count;
	for (size_t i = 0; i < group.count && status == YKT_OK; i++)
		status =
		    ykt_fen_add(group.amount_fen, group.orders[i].amount_fen, &group.amount_fen);
	if (status == YKT_OK)
		*ret_group = group;

	return status;
}

enum ykt_status
order_insert(struct ykt_tx *tx, const struct order *order)
{
	assert(order->state == WIRE_ORDER_CREATED);

	return row_exec(tx,
	    "INSERT INTO ord(" ORDER_COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, 'created', ?6, ?7, ?8,"
	    " ?9, ?9, 0, 0, 0, '', 0)",
	    YKT_SQL_IN(ykt_sql_text(order->order_id), ykt_sql_text(order->parent_id),
		ykt_sql_text(order->pay_id), ykt_sql_text(order->user_id),
		ykt_sql_text(wire_token_text(&wire_order_kind, (int)order->kind)),
		ykt_sql_text(order->card_no), ykt_sql_blob(ykt_bytes(order->aid, order->aid_len)),
		ykt_sql_int(order->amount_fen), ykt_sql_int(order->created_ms)));
}

enum ykt_status
order_move(struct ykt_tx *tx, struct order *order, enum wire_order_state to, int64_t now_ms)
{
	enum ykt_status status;

	if (!order_edge(order->kind, order->state, to))
		return YKT_E_STATE;
	status = row_change_one(tx,
	    "UPDATE ord SET state = ?1, changed_ms = ?2, paid_fen = ?3, loaded_fen = ?4,"
	    " refunded_fen = ?5, note = ?6, card_no = ?7 WHERE order_id = ?8 AND state = ?9",
	    YKT_SQL_IN(ykt_sql_text(wire_token_text(&wire_order_state, (int)to)),
		ykt_sql_int(now_ms), ykt_sql_int(order->paid_fen), ykt_sql_int(order->loaded_fen),
		ykt_sql_int(order->refunded_fen), ykt_sql_text(order->note),
		ykt_sql_text(order->card_no), ykt_sql_text(order->order_id),
		ykt_sql_text(wire_token_text(&wire_order_state, (int)order->state))));
	if (status == YKT_OK) {
		order->state = to;
		order->changed_ms = now_ms;
	}

	return status;
}

bool
order_abnormal(const struct order *order, int64_t now_ms)
{
	switch (order->state) {
	case WIRE_ORDER_CASE:
		return true;
	case WIRE_ORDER_PAID:
	case WIRE_ORDER_OPENING:
	case WIRE_ORDER_LOADING:
	case WIRE_ORDER_REFUNDING:
		return now_ms - order->changed_ms > ORDER_ABNORMAL_MS;
	default:
		return false;
	}
}

void
order_to_wire(const struct order *order, const char *city, int64_t now_ms, struct wire_order *ret)
{
	memset(ret, 0, sizeof(*ret));
	text_set(ret->order_id, sizeof(ret->order_id), order->order_id);
	text_set(ret->parent_id, sizeof(ret->parent_id), order->parent_id);
	wire_token_set(&wire_order_kind, (int)order->kind, ret->kind, sizeof(ret->kind));
	wire_token_set(&wire_order_state, (int)order->state, ret->state, sizeof(ret->state));
	text_set(ret->card_no, sizeof(ret->card_no), order->card_no);
	ret->aid.len = (uint16_t)order->aid_len;
	memcpy(ret->aid.data, order->aid, order->aid_len);
	text_set(ret->city, sizeof(ret->city), city);
	ret->amount_fen = order->amount_fen;
	ret->created_ms = order->created_ms;
	ret->paid_fen = order->paid_fen;
	ret->loaded_fen = order->loaded_fen;
	ret->refunded_fen = order->refunded_fen;
	ret->abnormal = order_abnormal(order, now_ms);
	text_set(ret->note, sizeof(ret->note), order->note);
}
