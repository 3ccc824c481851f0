/*
 * Calls to the key module about payment PINs (docs/protocol.md section 4).
 *
 * The platform keeps verifiers and counts tries; a PIN is in clear in the key module
 * alone. A verifier is one line of text that the module makes: without its key nobody
 * tries PINs against it. One from before, a password hash, is taken once more, and
 * the answer has the one that replaces it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_PIN_MSG_H
#define WIRE_PIN_MSG_H

#include "wire/tokens.h"
#include "wire/wallet_msg.h"

#define WIRE_PATH_KEY_PIN_CHECK "/key/pin.check"
#define WIRE_PATH_KEY_PIN_MAKE  "/key/pin.make"

#define WIRE_PIN_VERIFIER_MAX 128 /* with its NUL */

enum wire_pin_result {
	WIRE_PIN_RIGHT,
	WIRE_PIN_WRONG,      /* another PIN, or no block of this session and use */
	WIRE_PIN_MADE,       /* verifier is the new one */
	WIRE_PIN_SAME_AGAIN, /* this very PIN is the stored one: the answer before was lost */
	WIRE_PIN_IS_WEAK,
	WIRE_PIN_IS_OLD, /* the new PIN is the old one */
	WIRE_PIN_NO_BLOCK,
};
extern const struct wire_tokens wire_pin_result;

/* Is the PIN in the block this verifier's? */
struct wire_key_pin_check_req {
	char user_id[33];
	uint8_t sid[16];
	int64_t use; /* enum wire_pin_use: PAY or MENU */
	WIRE_BLOB(WIRE_PIN_BLOCK_MAX) pin;
	char verifier[WIRE_PIN_VERIFIER_MAX];
};
/* The verifier of a PIN that is to be set; in place of another where has_verifier. */
struct wire_key_pin_make_req {
	char user_id[33];
	uint8_t sid[16];
	int64_t use; /* NEW or MENU */
	char phone[21];
	WIRE_BLOB(WIRE_PIN_BLOCK_MAX) old; /* empty: none */
	WIRE_BLOB(WIRE_PIN_BLOCK_MAX) pin;
	bool has_verifier;
	char verifier[WIRE_PIN_VERIFIER_MAX];
};
struct wire_key_pin_rsp {
	char result[17]; /* enum wire_pin_result */
	bool has_verifier;
	char verifier[WIRE_PIN_VERIFIER_MAX]; /* to be stored */
};

extern const struct wire_message wire_key_pin_check_req_msg;
extern const struct wire_message wire_key_pin_make_req_msg;
extern const struct wire_message wire_key_pin_rsp_msg;

#endif
