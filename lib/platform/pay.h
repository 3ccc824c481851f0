/*
 * The outside pay channel, as seen from an order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_PAY_H
#define PLATFORM_PAY_H

#include "platform/room.h"

/* What the channel promised to collect for one payment. */
struct prepay {
	char pay_id[33];
	char prepay_id[33];
	ykt_fen amount_fen;
	uint8_t pay_token[16];
};

/* YKT_NOT_FOUND: none was asked for yet. */
YKT_MUST_USE enum ykt_status
prepay_get(struct ykt_tx *tx, const char *pay_id, struct prepay *ret_prepay);

/*
 * Asks the channel how the payment stands. YKT_OK: it has the money.
 * YKT_PENDING: not yet. YKT_E_SERVER: it speaks of another payment.
 */
YKT_MUST_USE enum ykt_status pay_ask(struct platform_worker *w, const struct prepay *prepay,
    int64_t now_ms, int64_t deadline_mono_ms);

/*
 * Asks the channel how the payment stands and books what it says. YKT_OK: paid
 * and booked (now or before). YKT_PENDING: not paid. YKT_NOT_FOUND: the channel
 * was never asked to collect it. YKT_E_SERVER: the channel speaks of another
 * payment. Or the status of the call.
 */
YKT_MUST_USE enum ykt_status
pay_check(struct platform_worker *w, const char *pay_id, int64_t now_ms, int64_t deadline_mono_ms);

/*
 * Books a payment that the channel has confirmed, in one transaction with the
 * states of its orders: created becomes paid, closed becomes refunding. Nothing
 * happens a second time. nonce and notice_id may be NULL (no notice).
 *
 * YKT_DUPLICATE  this notice was booked before
 */
YKT_MUST_USE enum ykt_status pay_book(struct platform_worker *w, const char *pay_id,
    const uint8_t *nonce, const char *notice_id, int64_t now_ms);

/*
 * Looks after an unpaid order: books it when paid, closes it when it is older
 * than pay_life_ms and the channel says that it was not paid.
 */
YKT_MUST_USE enum ykt_status
pay_tick(struct platform_worker *w, const char *pay_id, int64_t now_ms);

/* The packet of an element whose user said yes in the menu, with his PIN. */
struct confirm_card {
	uint8_t se_id[16];
	int64_t counter;
};

/*
 * What order.confirm is for a phone: keeps what was agreed to, and gives the payment with
 * its token. YKT_EXPIRED: closed. YKT_CONFLICT: paid already. YKT_NOT_FOUND: no prepay.
 */
YKT_MUST_USE enum ykt_status confirm_by_card(struct platform_worker *w, const struct op_call *call,
    const char *order_id, const struct confirm_card *card, struct prepay *ret_prepay);

/*
 * Is it what the user was shown, with the account (bank_text()) that pays, and signed
 * for by the call's device? Writes nothing. YKT_DENIED: no, *ret_fault says what
 * differs. YKT_EXPIRED, YKT_CONFLICT, YKT_NOT_FOUND as confirm_by_card().
 */
YKT_MUST_USE enum ykt_status confirm_check(struct platform_worker *w, const struct op_call *call,
    const struct wire_order_confirm_req *ask, const char *account, struct prepay *ret_prepay,
    const char **ret_fault);

/* Of orders.c. */
YKT_MUST_USE enum ykt_status order_find_own(
    struct platform_worker *w, const char *order_id, const char *user_id, struct order *ret_order);

#endif
