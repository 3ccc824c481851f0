/*
 * Calls of the OTA gateway to the key module (docs/protocol.md section 4).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_OTA_MSG_H
#define WIRE_OTA_MSG_H

#include "wire/wallet_msg.h"

#define WIRE_PATH_KEY_OTA_OPEN    "/key/ota.open"
#define WIRE_PATH_KEY_OTA_ANSWER  "/key/ota.answer"
#define WIRE_PATH_KEY_OTA_COMMAND "/key/ota.command"
#define WIRE_PATH_KEY_OTA_RECEIPT "/key/ota.receipt"
#define WIRE_PATH_KEY_OTA_PROVIDE "/key/ota.provide"

/* A packet from a card; its level and target are judged too. */
struct wire_key_ota_open_req {
	uint8_t se_id[16];
	WIRE_BLOB(512) packet;
};
struct wire_key_ota_open_rsp {
	int64_t status; /* of TS 102 225: 0, 1 wrong checksum, 6 wrong level or payload, 9 target */
	int64_t key_id; /* KIc and KID of the packet, or of the answer to it */
	int64_t counter;    /* 0 unless status is 0 */
	WIRE_BLOB(64) call; /* the plain call; zeros stand where it holds a payment PIN */
	/* That PIN, sealed as a block (wire/pin.h) of use MENU for this module itself. */
	bool has_pin;
	WIRE_BLOB(WIRE_PIN_BLOCK_MAX) pin;
	uint8_t sid[16]; /* what the block is bound to: of this element and counter */
};

/* The response to a packet. Twice for one counter with other bytes breaks the cipher. */
struct wire_key_ota_answer_req {
	uint8_t se_id[16];
	int64_t key_id;
	int64_t counter;
	int64_t status;
	bool has_last; /* the highest counter that was taken, in place of an answer */
	int64_t last;
	WIRE_BLOB(200) answer; /* plain; empty: none */
};
struct wire_key_ota_answer_rsp {
	WIRE_BLOB(235) packet;
};

/* A command to the menu of a card. */
struct wire_key_ota_command_req {
	uint8_t se_id[16];
	int64_t key_id;
	int64_t counter;
	WIRE_BLOB(100) command; /* an APDU */
};
struct wire_key_ota_command_rsp {
	WIRE_BLOB(140) packet;
};

/* The proof of receipt of such a command. */
struct wire_key_ota_receipt_req {
	uint8_t se_id[16];
	int64_t key_id;
	WIRE_BLOB(235) packet;
};
struct wire_key_ota_receipt_rsp {
	bool ok; /* of this card, not changed */
	int64_t status;
	int64_t counter; /* the highest that the card has taken */
	WIRE_BLOB(200) data;
};

/* For a TSM: the keys of an element's menu, encrypted for its issuer's domain. */
struct wire_key_ota_provide_req {
	uint8_t se_id[16];
};
struct wire_key_ota_provide_rsp {
	WIRE_BLOB(80) groups; /* card/air_provide.h */
};

extern const struct wire_message wire_key_ota_provide_req_msg;
extern const struct wire_message wire_key_ota_provide_rsp_msg;
extern const struct wire_message wire_key_ota_open_req_msg;
extern const struct wire_message wire_key_ota_open_rsp_msg;
extern const struct wire_message wire_key_ota_answer_req_msg;
extern const struct wire_message wire_key_ota_answer_rsp_msg;
extern const struct wire_message wire_key_ota_command_req_msg;
extern const struct wire_message wire_key_ota_command_rsp_msg;
extern const struct wire_message wire_key_ota_receipt_req_msg;
extern const struct wire_message wire_key_ota_receipt_rsp_msg;

#endif
