/*
 * The outside pay channel (docs/protocol.md section 6). All but the confirmation
 * travel inside `signed`: wire/signed.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_PSP_MSG_H
#define WIRE_PSP_MSG_H

#include "wire/json.h"

#define WIRE_PATH_PSP_PREPAY  "/psp/prepay"
#define WIRE_PATH_PSP_QUERY   "/psp/query"
#define WIRE_PATH_PSP_REFUND  "/psp/refund"
#define WIRE_PATH_PSP_CONFIRM "/psp/confirm"
#define WIRE_PATH_PAY_NOTICE  "/pay/notice"

struct wire_psp_prepay_req {
	char order_id[33];
	int64_t amount_fen;
	char currency[4];
	char payee[65];
	int64_t ts_ms;
	uint8_t nonce[16];
};
struct wire_psp_prepay_rsp {
	char prepay_id[33];
	char order_id[33];
	int64_t amount_fen;
	uint8_t pay_token[16]; /* what the client shows at /psp/confirm */
};

struct wire_psp_query_req {
	char prepay_id[33];
	int64_t ts_ms;
	uint8_t nonce[16];
};
struct wire_psp_query_rsp {
	char prepay_id[33];
	char order_id[33];
	int64_t amount_fen;
	char currency[4];
	char payee[65];
	char state[17]; /* enum wire_psp_state */
	int64_t refunded_fen;
};

struct wire_psp_refund_req {
	char refund_id[33];
	char prepay_id[33];
	int64_t amount_fen;
	int64_t ts_ms;
	uint8_t nonce[16];
};
struct wire_psp_refund_rsp {
	char refund_id[33];
	char prepay_id[33];
	int64_t amount_fen;
	char state[17]; /* "done" */
};

/* The answer to a notice is wire_empty, not signed; 200 means durable. */
struct wire_pay_notice {
	char notice_id[33];
	char prepay_id[33];
	char order_id[33];
	int64_t amount_fen;
	char currency[4];
	char payee[65];
	char state[17]; /* "paid" */
	int64_t ts_ms;
	uint8_t nonce[16];
};

struct wire_psp_confirm_req {
	char prepay_id[33];
	uint8_t pay_token[16];
	int64_t amount_fen;
};
struct wire_psp_confirm_rsp {
	char state[17];
};

extern const struct wire_message wire_psp_prepay_req_msg;
extern const struct wire_message wire_psp_prepay_rsp_msg;
extern const struct wire_message wire_psp_query_req_msg;
extern const struct wire_message wire_psp_query_rsp_msg;
extern const struct wire_message wire_psp_refund_req_msg;
extern const struct wire_message wire_psp_refund_rsp_msg;
extern const struct wire_message wire_pay_notice_msg;
extern const struct wire_message wire_psp_confirm_req_msg;
extern const struct wire_message wire_psp_confirm_rsp_msg;

#endif
