/*
 * What client, platform and account system say about bank cards and payment
 * accounts that a user binds (docs/protocol.md section 12).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_ACCOUNT_MSG_H
#define WIRE_ACCOUNT_MSG_H

#include "wire/json.h"

#define WIRE_ACCOUNT_BLOCK_MAX 208 /* an SM2 ciphertext: wire/account.h */
#define WIRE_ACCOUNTS_MAX      16

#define WIRE_PATH_PSP_BIND         "/psp/bind"
#define WIRE_PATH_PSP_BIND_CONFIRM "/psp/bind-confirm"
#define WIRE_PATH_PSP_BIND_QUERY   "/psp/bind-query"
#define WIRE_PATH_PSP_UNBIND       "/psp/unbind"
#define WIRE_PATH_PSP_CHARGE       "/psp/charge"

/* account_id is the id of its binding, which the client chose. */
struct wire_account {
	char account_id[33];
	char state[17];  /* enum wire_account_state */
	char reason[33]; /* of one that was refused, and of a code that was not right */
	char issuer[49];
	char last4[5];
	int64_t bound_ms; /* 0: it never was */
};

/* account.list answers what is bound or on its way; wire_empty asks. */
struct wire_account_list_rsp {
	size_t accounts_count;
	struct wire_account accounts[WIRE_ACCOUNTS_MAX];
};

/* account.begin: sealed is wire_account_seal()'s block. The same again is the same binding. */
struct wire_account_begin_req {
	char account_id[33];
	WIRE_BLOB(WIRE_ACCOUNT_BLOCK_MAX) sealed;
};

/* account.confirm: code is wire_account_code_seal()'s block. */
struct wire_account_confirm_req {
	char account_id[33];
	WIRE_BLOB(WIRE_ACCOUNT_BLOCK_MAX) code;
};

/* account.get */
struct wire_account_id_req {
	char account_id[33];
};

/* account.unbind; digest and sig: wire_unbind_digest(). */
struct wire_account_unbind_req {
	char account_id[33];
	char password[65];
	uint8_t digest[32];
	uint8_t sig[64];
};

/* order.charge: as order.confirm (wire/shown.h), and the account pays; pin: wire/pin.h. */
struct wire_order_charge_req {
	char order_id[33];
	char account_id[33];
	int64_t amount_fen;
	uint8_t digest[32];
	uint8_t sig[64];
	WIRE_BLOB(160) pin;
};

/* To the account system, all inside `signed`. user names nobody outside the platform. */
struct wire_psp_bind_req {
	char bind_id[33];
	char user[33];
	WIRE_BLOB(WIRE_ACCOUNT_BLOCK_MAX) sealed;
	int64_t ts_ms;
	uint8_t nonce[16];
};
struct wire_psp_bind_confirm_req {
	char bind_id[33];
	WIRE_BLOB(WIRE_ACCOUNT_BLOCK_MAX) code;
	int64_t ts_ms;
	uint8_t nonce[16];
};
/* /psp/bind-query and /psp/unbind */
struct wire_psp_bind_id_req {
	char bind_id[33];
	int64_t ts_ms;
	uint8_t nonce[16];
};
struct wire_psp_bind_rsp {
	char bind_id[33];
	char state[17]; /* waiting, bound, refused or unbound of enum wire_account_state */
	char reason[33];
	char issuer[49];
	char last4[5];
	uint8_t token[16]; /* of one that is bound; else zeros */
};

struct wire_psp_charge_req {
	char prepay_id[33];
	char bind_id[33];
	uint8_t token[16];
	int64_t amount_fen;
	int64_t ts_ms;
	uint8_t nonce[16];
};
struct wire_psp_charge_rsp {
	char prepay_id[33];
	char state[17];  /* "paid", or "waiting": refused, and nothing moved */
	char reason[33]; /* of a refusal */
};

extern const struct wire_message wire_account_msg;
extern const struct wire_message wire_account_list_rsp_msg;
extern const struct wire_message wire_account_begin_req_msg;
extern const struct wire_message wire_account_confirm_req_msg;
extern const struct wire_message wire_account_id_req_msg;
extern const struct wire_message wire_account_unbind_req_msg;
extern const struct wire_message wire_order_charge_req_msg;
extern const struct wire_message wire_psp_bind_req_msg;
extern const struct wire_message wire_psp_bind_confirm_req_msg;
extern const struct wire_message wire_psp_bind_id_req_msg;
extern const struct wire_message wire_psp_bind_rsp_msg;
extern const struct wire_message wire_psp_charge_req_msg;
extern const struct wire_message wire_psp_charge_rsp_msg;

#endif
