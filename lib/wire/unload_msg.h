/*
 * What client and platform say when the money leaves a card for good: a card that
 * is returned, or moved to another device (docs/protocol.md section 11).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_UNLOAD_MSG_H
#define WIRE_UNLOAD_MSG_H

#include "wire/json.h"

/* purpose, state and ticket are tokens: wire/tokens.h. */
struct wire_unload {
	char unload_id[33]; /* "" when state is none */
	char card_no[21];
	char purpose[9];
	char state[17];
	int64_t amount_fen; /* that left the card; 0 until it is done */
	int64_t fee_fen;    /* of it, ours; before it is done: what will be taken at most */
	int64_t created_ms;
	char ticket[17];    /* of a move that is done: what became of the money */
	int64_t expires_ms; /* of a ticket that is held: then it goes into the wallet */
};

/* unload.tickets: what waits for the account's next card, oldest first; wire_empty asks. */
#define WIRE_TICKETS_MAX 16
struct wire_unload_tickets_rsp {
	size_t tickets_count;
	struct wire_unload tickets[WIRE_TICKETS_MAX];
};

/*
 * The login password always: a card is given away. What stood on the screen is signed by
 * the device (wire/shown.h): where the money goes, and what is taken of it at most. wish: an
 * id of the client's choosing, good for one unload.
 */
struct wire_unload_begin_req {
	char card_no[21];
	char purpose[9];
	char password[65];
	char to[33]; /* "wallet", "ticket", or of a return the id of a bound account */
	int64_t fee_fen;
	char wish[33];
	uint8_t digest[32];
	uint8_t sig[64];
};

struct wire_unload_get_req {
	char card_no[21];
};

struct wire_unload_id_req {
	char unload_id[33];
};

struct wire_unload_attempt_rsp {
	int64_t attempt;
	uint8_t terminal[6];
	char card_no[21];
};

/*
 * init is the whole answer to INITIALIZE FOR UNLOAD of all that the card holds,
 * or with attest to INITIALIZE FOR LOAD of nothing. give_up (with attest only):
 * the card shall stay in use.
 */
struct wire_unload_request_req {
	char unload_id[33];
	int64_t attempt;
	bool attest;
	bool give_up;
	uint8_t init[16];
};
struct wire_unload_request_rsp {
	char result[17]; /* enum wire_unload_result */
	bool has_datetime;
	uint8_t datetime[7];
	bool has_mac2;
	uint8_t mac2[4];
};

struct wire_unload_confirm_req {
	char unload_id[33];
	int64_t attempt;
	uint8_t mac3[4];
};

extern const struct wire_message wire_unload_msg;
extern const struct wire_message wire_unload_tickets_rsp_msg;
extern const struct wire_message wire_unload_begin_req_msg;
extern const struct wire_message wire_unload_get_req_msg;
extern const struct wire_message wire_unload_id_req_msg;
extern const struct wire_message wire_unload_attempt_rsp_msg;
extern const struct wire_message wire_unload_request_req_msg;
extern const struct wire_message wire_unload_request_rsp_msg;
extern const struct wire_message wire_unload_confirm_req_msg;

#endif
