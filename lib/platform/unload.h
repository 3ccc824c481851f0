/*
 * Unloads: all that a card holds leaves it for good, because the card is given
 * back or moves to another device.
 *
 * The row is durable, and the card frozen for loads, before the card is asked
 * for anything. What leaves is proven by the card: MAC3, or its counter under a
 * terminal number of ours (R2, R2a), and booked once: SH to U less the fee, or
 * SH to the ticket of a move.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_UNLOAD_H
#define PLATFORM_UNLOAD_H

#include "platform/bank.h"
#include "platform/card.h"
#include "platform/room.h"
#include "wire/unload_msg.h"

#define UNLOAD_COLUMNS                                                                             \
	"unload_id, user_id, card_no, purpose, state, amount_fen, fee_fen, attempt, created_ms,"   \
	" changed_ms, ticket, expires_ms, order_id"

struct unload {
	char unload_id[33];
	char user_id[33];
	char card_no[21];
	enum wire_unload_purpose purpose;
	enum wire_unload_state state;
	ykt_fen amount_fen;
	ykt_fen fee_fen;
	int64_t attempt; /* the latest; 0: none yet */
	int64_t created_ms;
	int64_t changed_ms;
	enum wire_unload_ticket ticket;
	int64_t expires_ms;
	char order_id[33]; /* that the ticket paid for, or "" */
};

/* YKT_NOT_FOUND; YKT_E_CORRUPT. */
YKT_MUST_USE enum ykt_status
unload_get(struct ykt_tx *tx, const char *unload_id, struct unload *ret_unload);
/* The same of the user's own. */
YKT_MUST_USE enum ykt_status unload_get_own(
    struct ykt_tx *tx, const char *unload_id, const char *user_id, struct unload *ret_unload);
/* The card's, unless it was given up. */
YKT_MUST_USE enum ykt_status
unload_of_card(struct ykt_tx *tx, const char *card_no, struct unload *ret_unload);

/* Inserts one in state begun. YKT_CONFLICT: the card has one. */
YKT_MUST_USE enum ykt_status unload_insert(struct ykt_tx *tx, const struct unload *unload);
/*
 * Changes the state, provided the row is still in the one that *unload has.
 * YKT_CONFLICT: it has moved on meanwhile.
 */
YKT_MUST_USE enum ykt_status
unload_move(struct ykt_tx *tx, struct unload *unload, enum wire_unload_state to, int64_t now_ms);

/*
 * Inside a transaction: this much has left the card. asked becomes done with its
 * posting, and begun too when there was nothing to move; done stays. From any
 * other state a case is opened and nothing is posted.
 */
YKT_MUST_USE enum ykt_status unload_book(struct ykt_tx *tx, struct platform_worker *w,
    const char *unload_id, ykt_fen amount, int64_t now_ms);
/* A MAC2 may leave for it. YKT_CONFLICT: not any more. */
YKT_MUST_USE enum ykt_status unload_is_asked(struct ykt_tx *tx, const char *unload_id);
/* Nobody can explain what the card says: a person must look. */
YKT_MUST_USE enum ykt_status unload_fail(struct ykt_tx *tx, const char *unload_id, int64_t now_ms);

/* Of a row of UNLOAD_COLUMNS. */
YKT_MUST_USE enum ykt_status
unload_from_row(const struct ykt_sql_val *vals, size_t count, struct unload *ret_unload);

/*
 * Inside a transaction: pays an opening and its first load, both created, with a
 * ticket of their user that is held for exactly the first load; both are paid.
 *
 * YKT_NOT_FOUND  no such ticket of the user
 * YKT_EXPIRED    it was used, or its time is over
 * YKT_MISMATCH   it is for another amount
 */
YKT_MUST_USE enum ykt_status ticket_use(struct ykt_tx *tx, const struct ledger_writer *writer,
    const char *ticket, struct order orders[2]);

/*
 * Whether what was signed is what this unload would be. NULL: it is; or the token of the
 * refusal. fee: what a return costs now, 0 of a move. account: what is shown of the account
 * that it goes to, "" when that is none. ask->wish is an id.
 */
const char *unload_yes_fault(struct platform_worker *w, const struct op_call *call,
    const struct wire_unload_begin_req *ask, ykt_fen fee, const char account[BANK_TEXT_MAX]);
/* Keeps it, for ever. YKT_CONFLICT: it was the yes to another unload. */
YKT_MUST_USE enum ykt_status unload_yes_keep(struct ykt_tx *tx, const struct op_call *call,
    const char *unload_id, const struct wire_unload_begin_req *ask);
/*
 * Whether the money of this unload goes where ask wants it. YKT_E_STATE: it was begun to
 * go elsewhere. One that nobody signed goes where it always did.
 */
YKT_MUST_USE enum ykt_status
unload_yes_same(struct ykt_tx *tx, const char *unload_id, const struct wire_unload_begin_req *ask);
/* Lowers *fee to what was agreed to, where that is kept. */
YKT_MUST_USE enum ykt_status
unload_fee_most(struct ykt_tx *tx, const char *unload_id, ykt_fen *fee);

/* The money of a return is to go into an account: to is an account's id. */
bool unload_to_account(const char *purpose, const char *to);
/*
 * Whether that account takes the money of this user. NULL: it does, and account is what is
 * shown of it; else the token of the refusal.
 */
YKT_MUST_USE enum ykt_status unload_account(struct ykt_tx *tx, const char *user_id, const char *to,
    char account[BANK_TEXT_MAX], const char **ret_fault);
/*
 * Inside the transaction that books a return of this much after its fee: where its user's yes
 * says an account that is still bound, the payout begins, under the unload's id
 * (platform/withdraw.h); *ret_account is false where the money is the wallet's.
 */
YKT_MUST_USE enum ykt_status unload_pay_out(struct ykt_tx *tx, const struct unload *unload,
    ykt_fen amount, int64_t now_ms, bool *ret_account);

/* The refusals of the unload operations. */
int unload_refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error);

/*
 * A ticket that nobody used in time goes into the wallet, once. YKT_PENDING: its
 * time has not come.
 */
YKT_MUST_USE enum ykt_status
ticket_tick(struct platform_worker *w, const char *unload_id, int64_t now_ms);

void unload_to_wire(const struct unload *unload, struct wire_unload *ret);

#endif
