/*
 * The OTA gateway: packets from the menus of elements (docs/protocol.md section 10).
 *
 * A packet is taken once. Its counter is durable before anything is done; the response
 * is durable before it leaves; and the same packet gets the same response, to the byte.
 * Between the two everything that a call does is done under an idempotency key of the
 * element and the counter, so that a gateway that dies in between finishes, and never
 * repeats, what it began.
 *
 * The key module opens and makes the packets; keys are not here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_OTA_H
#define PLATFORM_OTA_H

#include "card/air_call.h"
#include "card/air_frame.h"
#include "platform/pin.h"

/* One element. A row is made by the first packet that the key module finds good. */
struct ota_card {
	uint8_t se_id[AIR_IDENTITY_LEN];
	char user_id[33]; /* "": not registered */
	int64_t key_id;   /* of the packets that it sends */
	int64_t counter;  /* the highest that was taken */
	uint8_t hash[32]; /* SM3 of that packet */
	uint8_t response[AIR_RESPONSE_MAX];
	size_t response_len;  /* 0: not answered yet */
	int64_t bound;        /* the counter of the call that registered it, 0: none */
	int64_t window_ms;    /* since when calls are counted */
	int64_t calls;        /* in that window */
	int64_t menu_version; /* that it told of last */
	int64_t language;
};

/* YKT_NOT_FOUND. */
YKT_MUST_USE enum ykt_status
ota_card_get(struct ykt_tx *tx, const uint8_t se_id[AIR_IDENTITY_LEN], struct ota_card *ret_card);

/* A call, opened and its counter taken. */
struct ota_ask {
	struct platform_worker *w;
	struct ota_card card;
	struct air_call call;
	uint8_t pin[WIRE_PIN_BLOCK_MAX]; /* its payment PIN, which the key module alone opens */
	size_t pin_len;
	uint8_t pin_sid[16];
	size_t plain_max;  /* of the answer: AIR_PLAIN_SMS or AIR_PLAIN_MAX */
	bool over_limit;   /* too many calls in this minute */
	struct op_call op; /* for the operations behind it; op.idem points to idem */
	char idem[33];
	uint8_t script[64]; /* what answer->data may point into */
	char text[AIR_TEXT_MAX + 1];
};

/* Each makes the answer to its call. What it refuses has a status and a text. */
typedef void ota_handler(struct ota_ask *ask, struct air_answer *answer);
ota_handler ota_otp;
ota_handler ota_register;
ota_handler ota_topup;
ota_handler ota_load_begin;
ota_handler ota_load_request;
ota_handler ota_load_confirm;
ota_handler ota_bill;
ota_handler ota_pay;
ota_handler ota_balance;
ota_handler ota_menu;
ota_handler ota_menu_block;

/* The answer to ask->call. */
void ota_answer(struct ota_ask *ask, struct air_answer *answer);

/* answer is a refusal with the text of its status. */
void ota_refuse(struct ota_ask *ask, struct air_answer *answer, enum air_status status);
/* The same for what an operation refused. */
void ota_refuse_op(
    struct ota_ask *ask, struct air_answer *answer, int code, const struct wire_error *error);
/* The same for a status of the database or of a part behind us. */
void ota_refuse_status(struct ota_ask *ask, struct air_answer *answer, enum ykt_status status);
/* Sets the answer's text: UTF-8, cut at AIR_TEXT_MAX; what no card can show becomes "?". */
void ota_text_set(struct ota_ask *ask, struct air_answer *answer, const char *text);
/* The payment PIN of the call, a try of it taken first. False: answer refuses. */
bool ota_pin_good(struct ota_ask *ask, struct air_answer *answer);
/* The block of it, borrowed from ask. */
struct pin_block ota_pin(const struct ota_ask *ask);
/* Sets ref and fen of the answer. */
void ota_put_order(struct air_answer *answer, const char *order_id, ykt_fen amount);
/* The paid top-up that this purse waits for, a begun one first. YKT_NOT_FOUND: none. */
YKT_MUST_USE enum ykt_status
ota_oldest(struct ota_ask *ask, const char *card_no, char ret_order_id[33]);
/* The text of a status in the language of the call. */
const char *ota_status_text(enum air_status status, uint8_t language);

/* The operation's name and fingerprint into ask->op; the PIN is not in the fingerprint. */
YKT_MUST_USE enum ykt_status ota_op(struct ota_ask *ask, const char *name);

/* The newest package of a language; NULL: none. */
const struct platform_menu *ota_menu_newest(const struct platform *p, int64_t language);

/* Calls of the key module, by the worker's deadline. */
YKT_MUST_USE enum ykt_status
ota_key_call(struct platform_worker *w, const char *path, const struct wire_message *req_msg,
    const void *req, const struct wire_message *rsp_msg, void *rsp);

#endif
