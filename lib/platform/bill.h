/*
 * Bills: what a merchant asks for and a user pays out of the wallet (2.7 of the
 * requirement notes).
 *
 * A bill is paid once, whoever tries: the step out of state open is one row
 * change in the transaction that moves the money.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_BILL_H
#define PLATFORM_BILL_H

#include "platform/pin.h"
#include "wire/wallet_msg.h"

struct bill {
	char bill_id[33];
	char merchant[33]; /* the peer that made it */
	char ref[33];
	char payee[65];
	char goods[129];
	int64_t amount_fen;
	int64_t created_ms;
	int64_t expires_ms;
	enum wire_bill_state state; /* never EXPIRED: that is a matter of the time */
	char user_id[33];           /* who paid; "" */
	int64_t paid_ms;
};

/* YKT_NOT_FOUND; YKT_E_CORRUPT. */
YKT_MUST_USE enum ykt_status
bill_get(struct ykt_tx *tx, const char *bill_id, struct bill *ret_bill);

/* The state as it is shown at now_ms. */
enum wire_bill_state bill_state(const struct bill *bill, int64_t now_ms);

/* As asked by user_id ("" for the merchant). */
void
bill_to_wire(const struct bill *bill, const char *user_id, int64_t now_ms, struct wire_bill *ret);

/* A bill paid from the menu of an element, whose packet stands for a signature. */
struct bill_by_card {
	char bill_id[33];
	ykt_fen amount_fen; /* as it was shown */
	uint8_t se_id[16];
	int64_t counter; /* of the packet */
	struct pin_block pin;
};

/*
 * Pays it as bill.pay does, under the call's idempotency key: the same answer to a repeat,
 * a try of the PIN taken first, the money and the answer one fact. The bill's row keeps
 * element and counter where a phone's signature stands.
 */
int bill_pay_by_card(struct platform_worker *w, const struct op_call *call,
    const struct bill_by_card *by, struct wire_bill *rsp, struct wire_error *error);

/* Reads it outside a transaction of one's own. */
YKT_MUST_USE enum ykt_status
bill_find(struct platform_worker *w, const char *bill_id, struct bill *ret_bill);

#endif
