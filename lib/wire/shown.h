/*
 * What a user's yes to an order covers: everything that stood on the screen.
 *
 * The digest is SM3 over "ykt-show" | order id (32) | account (32) | amount (8) |
 * fee (8) | load (8) | and, each behind its length (1), kind, card number, city and
 * payee; where a bound account pays, its issuer and last digits too. Client and platform each make it from what they themselves hold; until
 * both agree the platform keeps the token back without which the pay channel takes
 * nothing, so a figure that was changed on its way to the screen is a payment
 * refused (C5-HCI-7). Layout: a choice of this project, grade D.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_SHOWN_H
#define WIRE_SHOWN_H

#include "crypto/core.h"
#include "wire/client_msg.h"

#define WIRE_SHOWN_SIGN_LEN (8 + 32 + 32)

/* Borrowed texts, none NULL; those of an order are at most its fields long. */
struct wire_shown {
	const char *order_id; /* that the payment is for: of an opening, not its first load */
	const char *user_id;
	const char *kind;    /* "open", "topup", "wallet" */
	const char *card_no; /* topup; else "" */
	const char *city;    /* open; else "" */
	const char *payee;
	const char *account; /* a bound one, as "issuer 1234"; NULL: the pay channel asks itself */
	int64_t amount_fen;  /* that is paid */
	int64_t fee_fen;     /* of it the fee: open; else 0 */
	int64_t load_fen;    /* of it onto the card, or into the wallet */
};

/* YKT_E_CRYPTO. */
YKT_MUST_USE enum ykt_status
wire_shown_digest(struct crypto *c, const struct wire_shown *shown, uint8_t ret_digest[32]);

/* Where the money of an order goes back to: the way it came. There is no other yet. */
#define WIRE_REFUND_ORIGIN "origin"

/*
 * What a user's yes to a refund covers: SM3 over "ykt-rfnd" | order id (32) | account (32) |
 * amount (8) | length (1) and text of where it goes. YKT_E_CRYPTO.
 */
YKT_MUST_USE enum ykt_status wire_refund_digest(struct crypto *c, const char *order_id,
    const char *user_id, int64_t amount_fen, const char *to, uint8_t ret_digest[32]);

/* The bytes that are signed: "ykt-rfd1" | digest | the idempotency key. */
void wire_refund_to_sign(
    const uint8_t digest[32], const char idem[33], uint8_t out[WIRE_SHOWN_SIGN_LEN]);

/* Where the money of a card goes: a return's, a move's. There is no other yet. */
#define WIRE_UNLOAD_WALLET "wallet"
#define WIRE_UNLOAD_TICKET "ticket"

/* Borrowed texts, none NULL. */
struct wire_unload_yes {
	const char *user_id;
	const char *card_no;
	const char *purpose; /* "return", "move" */
	const char *to;      /* where the money goes; of an account its id, " " and what is shown */
	int64_t fee_fen;     /* what is taken of it at most */
};

/*
 * What a user's yes to an unload covers: SM3 over "ykt-unld" | account (32) | fee (8) and,
 * each behind its length (1), card number, purpose and destination. YKT_E_CRYPTO.
 */
YKT_MUST_USE enum ykt_status
wire_unload_digest(struct crypto *c, const struct wire_unload_yes *yes, uint8_t ret_digest[32]);

/* The bytes that are signed: "ykt-uld1" | digest | the id that the client gave its wish. */
void wire_unload_to_sign(
    const uint8_t digest[32], const char wish[33], uint8_t out[WIRE_SHOWN_SIGN_LEN]);

/* The bytes that are signed: "ykt-cfm1" | digest | the pay channel's prepay id. */
void wire_shown_to_sign(
    const uint8_t digest[32], const char prepay_id[33], uint8_t out[WIRE_SHOWN_SIGN_LEN]);

#endif
