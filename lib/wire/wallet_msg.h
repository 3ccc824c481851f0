/*
 * What client, merchant and platform say about the wallet U, the bills that it
 * pays and the secrets that guard it (docs/protocol.md sections 2 and 9).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_WALLET_MSG_H
#define WIRE_WALLET_MSG_H

#include "wire/client_msg.h"

#define WIRE_PIN_BLOCK_MAX 160 /* an SM2 ciphertext: wire/pin.h */

/* A bill's states as they travel: enum wire_bill_state. */
struct wire_bill {
	char bill_id[33];
	char payee[65];
	char goods[129];
	int64_t amount_fen;
	int64_t created_ms;
	int64_t expires_ms;
	char state[17];
	bool mine;       /* the asker paid it */
	int64_t paid_ms; /* 0: not paid */
};

/* The answer is wire_card_records_rsp. */
struct wire_wallet_records_req {
	int64_t limit; /* 1..50 */
	bool has_from_ms;
	int64_t from_ms;
	bool has_to_ms;
	int64_t to_ms;
};

struct wire_bill_id_req {
	char bill_id[33];
};

/* digest and sig: wire/bill.h. */
struct wire_bill_pay_req {
	char bill_id[33];
	int64_t amount_fen;
	uint8_t digest[32];
	uint8_t sig[64];
	WIRE_BLOB(WIRE_PIN_BLOCK_MAX) pin;
};

/* The login password always; old only where a PIN is set. */
struct wire_pin_set_req {
	char password[65];
	WIRE_BLOB(WIRE_PIN_BLOCK_MAX) old;
	WIRE_BLOB(WIRE_PIN_BLOCK_MAX) pin;
};

/* The number or the old password proves nothing alone: the one-time code comes with it. */
struct wire_user_password_req {
	char old[65];
	char password[65];
};
struct wire_user_reset_req {
	char phone[21];
	char name[65];
	char otp[9];
	char password[65];
};
struct wire_pin_reset_req {
	char password[65];
	char otp[9];
	WIRE_BLOB(WIRE_PIN_BLOCK_MAX) pin;
};
struct wire_user_close_req {
	char password[65];
};

/* POST /merchant/bill, /merchant/bill-get and /merchant/refund; answers are wire_bill. */
struct wire_merchant_bill_req {
	char ref[33]; /* the merchant's own number, unique to it: asking again is the same bill */
	char payee[65];
	char goods[129];
	int64_t amount_fen;
	int64_t life_ms;
};

#define WIRE_PATH_MERCHANT_BILL   "/merchant/bill"
#define WIRE_PATH_MERCHANT_GET    "/merchant/bill-get"
#define WIRE_PATH_MERCHANT_REFUND "/merchant/refund"

extern const struct wire_message wire_bill_msg;
extern const struct wire_message wire_wallet_records_req_msg;
extern const struct wire_message wire_bill_id_req_msg;
extern const struct wire_message wire_bill_pay_req_msg;
extern const struct wire_message wire_pin_set_req_msg;
extern const struct wire_message wire_merchant_bill_req_msg;
extern const struct wire_message wire_user_password_req_msg;
extern const struct wire_message wire_user_reset_req_msg;
extern const struct wire_message wire_pin_reset_req_msg;
extern const struct wire_message wire_user_close_req_msg;

#endif
