/*
 * What client and platform say inside the envelope (docs/protocol.md section 2).
 * Field meanings are on that page; lengths here are the page's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_CLIENT_MSG_H
#define WIRE_CLIENT_MSG_H

#include "wire/error.h"
#include "wire/json.h"

#define WIRE_APPS_MAX    16
#define WIRE_ORDERS_MAX  50
#define WIRE_CARDS_MAX   16
#define WIRE_RECORDS_MAX 50

/* body is the op's own JSON text, a view into what was decoded. */
struct wire_request {
	char op[33];
	bool has_idem;
	char idem[33];
	bool has_version;
	char version[17]; /* of the client: wire/report.h */
	bool has_findings;
	int64_t findings;
	bool has_os;
	char os[17]; /* struct ykt_system */
	bool has_os_version;
	char os_version[17];
	struct ykt_bytes body;
};
extern const struct wire_message wire_request_msg;

struct wire_reply {
	int64_t code; /* 100..599 */
	struct ykt_bytes body;
};
extern const struct wire_message wire_reply_msg;

/* One op of the tables of section 2, for both ends. */
struct wire_op {
	const char *op;
	bool open; /* travels in open_sealed; otherwise in call_sealed */
	bool idem; /* idem is required; otherwise refused */
	const struct wire_message *req;
	const struct wire_message *rsp;
};
extern const struct wire_op wire_ops[];
extern const size_t wire_ops_count;
/* NULL when there is no such op. */
const struct wire_op *wire_op_find(const char *op);

/*
 * YKT_E_FORMAT: not a request (or reply), or idem is there where it must not be,
 * missing where it must be, or not an id; *ret is then zero. YKT_NOT_FOUND: an
 * unknown op; *ret is zero too. *ret_op may be NULL.
 */
YKT_MUST_USE enum ykt_status
wire_request_decode(struct ykt_bytes json, struct wire_request *ret, const struct wire_op **ret_op);
YKT_MUST_USE enum ykt_status wire_reply_decode(struct ykt_bytes json, struct wire_reply *ret);

/* body is a JSON object's text, copied as it is. As wire_encode(). */
YKT_MUST_USE enum ykt_status
wire_request_encode(const struct wire_request *request, struct ykt_buf *json);
YKT_MUST_USE enum ykt_status
wire_reply_encode(const struct wire_reply *reply, struct ykt_buf *json);

/* The same straight from the body's structure; idem is NULL where there is none. */
YKT_MUST_USE enum ykt_status wire_request_put(
    const struct wire_op *op, const char *idem, const void *body, struct ykt_buf *json);
YKT_MUST_USE enum ykt_status
wire_reply_put(int code, const struct wire_message *msg, const void *body, struct ykt_buf *json);

/*
 * The user's certificate and its request (card/ident_cert.h), as the element has
 * them. A client without an element has neither.
 */
#define WIRE_IDENT_CERT_MAX 199

struct wire_otp_send_req {
	char phone[21];
	char purpose[17];
};
struct wire_otp_send_rsp {
	int64_t retry_ms;
};

struct wire_user_register_req {
	char phone[21];
	char name[65];
	char otp[9];
	char password[65];
	bool consent;
	WIRE_BLOB(16) se_id;
	char client_version[17];
	char edition[9];
	bool has_request; /* for a certificate */
	WIRE_BLOB(WIRE_IDENT_CERT_MAX) request;
};
struct wire_user_register_rsp {
	char user_id[33];
	bool has_cert; /* for that request */
	WIRE_BLOB(WIRE_IDENT_CERT_MAX) cert;
};

struct wire_user_login_req {
	char phone[21];
	char password[65];
	char client_version[17];
	WIRE_BLOB(16) se_id;
	bool has_cert; /* of the element that signs the envelope; or, for a new one: */
	WIRE_BLOB(WIRE_IDENT_CERT_MAX) cert;
	bool has_request;
	WIRE_BLOB(WIRE_IDENT_CERT_MAX) request;
	bool has_otp;
	char otp[9]; /* sent for "login"; goes with request */
};
struct wire_user_login_rsp {
	uint8_t sid[16];
	char user_id[33];
	char name[65];
	int64_t idle_ms;
	int64_t absolute_ms;
	int64_t abnormal; /* orders that need the user */
	bool has_advice;
	char advice[17]; /* a finding to be told to the user: wire/report.h */
	bool has_cert;   /* a new or renewed one, to be stored in the element */
	WIRE_BLOB(WIRE_IDENT_CERT_MAX) cert;
};

/* user.logout: wire_empty both ways. app.list, card.list: wire_empty to ask. */

struct wire_app {
	WIRE_BLOB(16) aid;
	char city[5];
	uint8_t issuer[8];
	char name_zh[49];
	char name_en[49];
	int64_t fee_fen;
	int64_t min_load_fen;
	int64_t max_load_fen;
	int64_t cap_fen;
	bool has_without;
	char without[65]; /* functions that it lacks, by their ids: "return,move out" */
};
struct wire_app_list_rsp {
	size_t apps_count;
	struct wire_app apps[WIRE_APPS_MAX];
	int64_t issued_ms;
	uint8_t sig[64]; /* wire/app_list.h */
};

/* state, kind and note are tokens: wire/tokens.h. */
struct wire_order {
	char order_id[33];
	char parent_id[33];
	char kind[9];
	char state[17];
	char card_no[21];
	WIRE_BLOB(16) aid;
	char city[5];
	int64_t amount_fen;
	int64_t created_ms;
	int64_t paid_fen;
	int64_t loaded_fen;
	int64_t refunded_fen;
	bool abnormal;
	char note[33];
};

struct wire_order_open_req {
	WIRE_BLOB(16) aid;
	WIRE_BLOB(16) se_id;
	int64_t first_load_fen;
	bool has_ticket;
	char ticket[33]; /* the unload whose money pays for it: a card moves in */
};

struct wire_order_topup_req {
	char card_no[21];
	int64_t amount_fen;
};

/* order.pay, order.get, open.status, load.begin ask with the id alone. */
struct wire_order_id_req {
	char order_id[33];
};

struct wire_order_pay_rsp {
	char prepay_id[33];
	int64_t amount_fen;
	char payee[65];
};

/* What was shown and signed: wire/shown.h. The token is what the pay channel wants. */
struct wire_order_confirm_req {
	char order_id[33];
	int64_t amount_fen;
	uint8_t digest[32];
	uint8_t sig[64];
};
struct wire_order_confirm_rsp {
	uint8_t pay_token[16];
};

struct wire_order_list_req {
	bool abnormal;
	int64_t limit; /* 1..50 */
};
struct wire_order_list_rsp {
	size_t orders_count;
	struct wire_order orders[WIRE_ORDERS_MAX];
};

struct wire_order_refund_req {
	char order_id[33];
	bool has_attempt;
	int64_t attempt;
	bool has_init;
	uint8_t init[16];
	/* What was shown and agreed to: wire/shown.h. */
	int64_t amount_fen;
	char to[17];
	uint8_t digest[32];
	uint8_t sig[64];
};

struct wire_load_begin_rsp {
	int64_t attempt;
	uint8_t terminal[6];
	int64_t amount_fen;
	char card_no[21];
};

struct wire_load_request_req {
	char order_id[33];
	int64_t attempt;
	char card_no[21];
	bool attest;
	uint8_t init[16];
};
struct wire_load_request_rsp {
	char result[17]; /* enum wire_load_result */
	bool has_datetime;
	uint8_t datetime[7];
	bool has_mac2;
	uint8_t mac2[4];
};

struct wire_load_confirm_req {
	char order_id[33];
	int64_t attempt;
	bool credited;
	uint8_t tac[4]; /* zeros when not credited */
};

struct wire_open_begin_req {
	char order_id[33];
	WIRE_BLOB(16) se_id;
};
struct wire_open_begin_rsp {
	uint8_t session_id[16];
};

struct wire_card {
	char card_no[21];
	WIRE_BLOB(16) aid;
	char city[5];
	uint8_t issuer[8];
	char state[17];
	int64_t balance_fen; /* may be negative */
	int64_t as_of_ms;
	int64_t pending_fen; /* may be negative */
};
struct wire_card_list_rsp {
	size_t cards_count;
	struct wire_card cards[WIRE_CARDS_MAX];
};

struct wire_card_balance_req {
	char card_no[21];
};

/* Of a span of time: from_ms and later, before to_ms. */
struct wire_card_records_req {
	char card_no[21];
	int64_t limit; /* 1..50 */
	bool has_from_ms;
	int64_t from_ms;
	bool has_to_ms;
	int64_t to_ms;
};
struct wire_record {
	char kind[17]; /* enum wire_record_kind */
	int64_t amount_fen;
	int64_t time_ms;
	char place[65];
	char state[17];
};
struct wire_card_records_rsp {
	size_t records_count;
	struct wire_record records[WIRE_RECORDS_MAX];
};

#define WIRE_CODE_POINT_LEN 33
#define WIRE_CODE_AUTH_MAX  292

/* The rider's SM2 public key, compressed; its authorisation: fields 3 to 15 of a ride code. */
struct wire_code_authorise_req {
	uint8_t point[WIRE_CODE_POINT_LEN];
};
struct wire_code_authorise_rsp {
	WIRE_BLOB(WIRE_CODE_AUTH_MAX) auth;
	int64_t redraw_ms; /* a shown code is replaced by a new one this often */
	int64_t now_ms;    /* the platform's clock, for a phone whose own is wrong */
};

/* The wallet U: what ride codes are paid from. */
struct wire_wallet {
	int64_t balance_fen; /* below zero: rides that it did not cover */
	int64_t as_of_ms;
	char user_no[21]; /* field 5 of the codes; "" before the first authorisation */
	char state[17];   /* open, frozen */
	/* The least balance that is authorised, and the most a trip costs. */
	int64_t trip_limit_fen;
	char user_id[33];
	int64_t cap_fen; /* what it may hold at most */
	bool has_pin;    /* a payment PIN is set */
};

struct wire_order_wallet_req {
	int64_t amount_fen;
};

/* Answered by wire_card_records_rsp: rides by code, and what the wallet was given. */
struct wire_code_records_req {
	int64_t limit; /* 1..50 */
};

extern const struct wire_message wire_otp_send_req_msg;
extern const struct wire_message wire_otp_send_rsp_msg;
extern const struct wire_message wire_user_register_req_msg;
extern const struct wire_message wire_user_register_rsp_msg;
extern const struct wire_message wire_user_login_req_msg;
extern const struct wire_message wire_user_login_rsp_msg;
extern const struct wire_message wire_app_msg;
extern const struct wire_message wire_app_list_rsp_msg;
extern const struct wire_message wire_order_msg;
extern const struct wire_message wire_order_open_req_msg;
extern const struct wire_message wire_order_topup_req_msg;
extern const struct wire_message wire_order_id_req_msg;
extern const struct wire_message wire_order_pay_rsp_msg;
extern const struct wire_message wire_order_confirm_req_msg;
extern const struct wire_message wire_order_confirm_rsp_msg;
extern const struct wire_message wire_order_list_req_msg;
extern const struct wire_message wire_order_list_rsp_msg;
extern const struct wire_message wire_order_refund_req_msg;
extern const struct wire_message wire_load_begin_rsp_msg;
extern const struct wire_message wire_load_request_req_msg;
extern const struct wire_message wire_load_request_rsp_msg;
extern const struct wire_message wire_load_confirm_req_msg;
extern const struct wire_message wire_open_begin_req_msg;
extern const struct wire_message wire_open_begin_rsp_msg;
extern const struct wire_message wire_card_msg;
extern const struct wire_message wire_card_list_rsp_msg;
extern const struct wire_message wire_card_balance_req_msg;
extern const struct wire_message wire_card_records_req_msg;
extern const struct wire_message wire_record_msg;
extern const struct wire_message wire_card_records_rsp_msg;
extern const struct wire_message wire_code_authorise_req_msg;
extern const struct wire_message wire_code_authorise_rsp_msg;
extern const struct wire_message wire_code_records_req_msg;
extern const struct wire_message wire_order_wallet_req_msg;
extern const struct wire_message wire_wallet_msg;

#endif
