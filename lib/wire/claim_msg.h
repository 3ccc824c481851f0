/*
 * What client and platform say about a transport card that the platform did not open, and
 * that its holder binds to the account (docs/protocol.md section 13).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_CLAIM_MSG_H
#define WIRE_CLAIM_MSG_H

#include "wire/json.h"

/* card.claim: the terminal number that the card's proof must carry. aid, issuer: of the card. */
struct wire_card_claim_req {
	char card_no[21];
	WIRE_BLOB(16) aid;
	uint8_t issuer[8];
};
struct wire_card_claim_rsp {
	int64_t attempt;
	uint8_t terminal[6];
};

/*
 * card.bind: init is the answer to INITIALIZE FOR LOAD with amount 0; offline_seq what
 * INITIALIZE FOR PURCHASE told before it and behind it. The answer is a wire_card.
 */
struct wire_card_bind_req {
	char card_no[21];
	int64_t attempt;
	uint8_t init[16];
	int64_t offline_seq;
	int64_t overdraft_fen; /* that command's word too */
};

/* card.unbind; digest and sig: wire_card_unbind_digest(). Answers with the card's state. */
struct wire_card_unbind_req {
	char card_no[21];
	char password[65];
	uint8_t digest[32];
	uint8_t sig[64];
};

extern const struct wire_message wire_card_claim_req_msg;
extern const struct wire_message wire_card_claim_rsp_msg;
extern const struct wire_message wire_card_bind_req_msg;
extern const struct wire_message wire_card_unbind_req_msg;

#endif
