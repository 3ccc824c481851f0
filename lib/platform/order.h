/*
 * Orders: one row each, and the one table of what may follow what.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_ORDER_H
#define PLATFORM_ORDER_H

#include <stdbool.h>

#include <ykt/driver/store.h>
#include <ykt/money.h>

#include "wire/client_msg.h"
#include "wire/tokens.h"

/* An order in one of its unfinished states for longer is shown as abnormal. */
#define ORDER_ABNORMAL_MS 60000

struct order {
	char order_id[33];
	char parent_id[33]; /* "", or the opening order of this first load */
	char pay_id[33];    /* the order whose payment pays this one */
	char user_id[33];
	enum wire_order_kind kind;
	enum wire_order_state state;
	char card_no[21]; /* "" until known */
	uint8_t aid[16];
	size_t aid_len;
	ykt_fen amount_fen;
	int64_t created_ms;
	int64_t changed_ms; /* since when in state */
	ykt_fen paid_fen;
	ykt_fen loaded_fen; /* of an opening: the fee that was earned */
	ykt_fen refunded_fen;
	char note[33];
	int64_t attempt; /* the latest load attempt; 0: none yet */
};

/* May an order of this kind go from one state to the other in one step? */
bool order_edge(enum wire_order_kind kind, enum wire_order_state from, enum wire_order_state to);

/* YKT_NOT_FOUND; YKT_E_CORRUPT. */
YKT_MUST_USE enum ykt_status
order_get(struct ykt_tx *tx, const char *order_id, struct order *ret_order);
/* As above; another user's order is YKT_NOT_FOUND, whether it exists or not. */
YKT_MUST_USE enum ykt_status order_get_own(
    struct ykt_tx *tx, const char *order_id, const char *user_id, struct order *ret_order);

/* The opening order and its first load, or the one top-up, of a payment. */
#define ORDER_GROUP_MAX 2
struct order_group {
	struct order orders[ORDER_GROUP_MAX];
	size_t count;
	ykt_fen amount_fen; /* of all */
};
YKT_MUST_USE enum ykt_status
order_get_group(struct ykt_tx *tx, const char *pay_id, struct order_group *ret_group);

/*
 * Inserts a new order in state created. YKT_CONFLICT: the id exists.
 */
YKT_MUST_USE enum ykt_status order_insert(struct ykt_tx *tx, const struct order *order);

/*
 * Writes the order's changed fields and its new state, provided the row is
 * still in the state that order->state has; then updates *order.
 *
 * YKT_E_STATE   no such edge: a fault of the caller, nothing is written
 * YKT_CONFLICT  the row has moved on meanwhile
 */
YKT_MUST_USE enum ykt_status
order_move(struct ykt_tx *tx, struct order *order, enum wire_order_state to, int64_t now_ms);

bool order_abnormal(const struct order *order, int64_t now_ms);
void
order_to_wire(const struct order *order, const char *city, int64_t now_ms, struct wire_order *ret);

/* For lists: the columns of ORDER_COLUMNS from a row. */
#define ORDER_COLUMNS                                                                              \
	"order_id, parent_id, pay_id, user_id, kind, state, card_no, aid, amount_fen, created_ms," \
	" changed_ms, paid_fen, loaded_fen, refunded_fen, note, attempt"
YKT_MUST_USE enum ykt_status
order_from_row(const struct ykt_sql_val *vals, size_t count, struct order *ret_order);

#endif
