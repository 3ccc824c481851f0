/*
 * Calls to the key module (docs/protocol.md section 4). Paths begin with /key/.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_KEY_MSG_H
#define WIRE_KEY_MSG_H

#include "wire/json.h"

#define WIRE_VERIFY_MAX 64

#define WIRE_PATH_KEY_LOAD_PERMIT   "/key/load.permit"
#define WIRE_PATH_KEY_CARD_CLAIM    "/key/card.claim"    /* the same: attest, amount 0 */
#define WIRE_PATH_KEY_UNLOAD_PERMIT "/key/unload.permit" /* the messages of load.permit */
#define WIRE_PATH_KEY_LOAD_TAC      "/key/load.tac"      /* of an unload: its MAC3 */
#define WIRE_PATH_KEY_TAC_VERIFY    "/key/tac.verify"
#define WIRE_PATH_KEY_SCP_SESSION   "/key/scp.session"
#define WIRE_PATH_KEY_SCP_PUTKEY    "/key/scp.putkey"
#define WIRE_PATH_KEY_TOKEN_MAKE    "/key/token.make"
#define WIRE_PATH_KEY_RECEIPT_CHECK "/key/receipt.check"
#define WIRE_PATH_KEY_PERSO_MAKE    "/key/perso.make"
#define WIRE_PATH_KEY_PSAM_MAKE     "/key/psam.make"
#define WIRE_PATH_KEY_CODE_SIGN     "/key/code.sign"
#define WIRE_PATH_KEY_IDENT_SIGN    "/key/ident.sign"

struct wire_key_load_permit_req {
	char order_id[33];
	int64_t attempt;
	char card_no[21];
	uint8_t issuer[8];
	int64_t alg;         /* 0 3DES, 4 SM4 */
	int64_t key_version; /* 0..255 */
	int64_t amount_fen;
	uint8_t terminal[6];
	uint8_t datetime[7];
	uint8_t init[16];
	bool attest;
	bool release;
};
struct wire_key_load_permit_rsp {
	char result[17]; /* enum wire_permit_result */
	bool has_mac2;
	uint8_t mac2[4];
	bool has_order_id;
	char order_id[33];
	bool has_balance_fen;
	int64_t balance_fen; /* may be negative */
	bool has_online_seq;
	int64_t online_seq; /* 0..65535 */
	bool has_amount_fen;
	int64_t amount_fen; /* of committed: what the holder's permit moved */
};

struct wire_key_load_tac_req {
	char order_id[33];
	int64_t attempt;
	uint8_t tac[4];
};
struct wire_key_load_tac_rsp {
	bool ok;
	int64_t balance_fen;
};

struct wire_key_tac {
	char card_no[21];
	uint8_t issuer[8];
	int64_t alg;
	uint8_t type[1];
	int64_t amount_fen;
	uint8_t terminal[6];
	int64_t terminal_seq; /* 0..2^32-1 */
	uint8_t datetime[7];
	uint8_t tac[4];
};
struct wire_key_tac_verify_req {
	size_t taps_count;
	struct wire_key_tac taps[WIRE_VERIFY_MAX];
};
struct wire_key_good {
	bool good;
};
struct wire_key_tac_verify_rsp {
	size_t ok_count; /* as many as taps, in their order */
	struct wire_key_good ok[WIRE_VERIFY_MAX];
};

struct wire_key_scp_session_req {
	WIRE_BLOB(16) se_id;
	WIRE_BLOB(16) sd_aid;
	int64_t kvn;
	WIRE_BLOB(32) iur; /* INITIALIZE UPDATE answer without the status word */
	uint8_t host_challenge[8];
	int64_t level;
};
/* Secret: whoever holds it wipes it. All zero when ok is false. */
struct wire_key_scp_session_rsp {
	bool ok;
	uint8_t s_enc[16];
	uint8_t s_mac[16];
	uint8_t s_rmac[16];
	uint8_t host_cryptogram[8];
};

struct wire_key_scp_putkey_req {
	WIRE_BLOB(16) se_id;
	WIRE_BLOB(16) sd_aid;
	int64_t old_kvn;
	int64_t new_kvn;
};
struct wire_key_scp_putkey_rsp {
	WIRE_BLOB(96) data;
	uint8_t kcv[9];
};

/* INSTALL or DELETE, clear and without a token. */
struct wire_key_token_make_req {
	WIRE_BLOB(16) se_id;
	WIRE_BLOB(261) command;
};
struct wire_key_token_make_rsp {
	WIRE_BLOB(64) token;
};

/* What the element answered, and the fields that the receipt is over, in order. */
struct wire_key_field {
	WIRE_BLOB(16) value;
};
struct wire_key_receipt_check_req {
	WIRE_BLOB(16) se_id;
	WIRE_BLOB(128) answer;
	size_t fields_count;
	struct wire_key_field fields[3];
};
struct wire_key_receipt_check_rsp {
	bool ok;
	int64_t counter; /* of the element's receipts */
};

extern const struct wire_message wire_key_token_make_req_msg;
extern const struct wire_message wire_key_token_make_rsp_msg;
extern const struct wire_message wire_key_receipt_check_req_msg;
extern const struct wire_message wire_key_receipt_check_rsp_msg;

struct wire_key_perso_make_req {
	WIRE_BLOB(16) se_id;
	WIRE_BLOB(16) sd_aid;
	int64_t kvn;
	char card_no[21];
	uint8_t issuer[8];
	char city[5];
	int64_t alg;
	int64_t limit_fen;
	int64_t overdraft_fen;
	uint8_t start[4];
	uint8_t end[4];
};
struct wire_key_perso_make_rsp {
	WIRE_BLOB(900) dgis;
};

struct wire_key_psam_make_req {
	uint8_t terminal[6];
	uint8_t psam_no[10];
};
struct wire_key_psam_make_rsp {
	WIRE_BLOB(300) dgis;
};

/* Fields of a ride code's authorisation that the platform decides. */
struct wire_key_code_sign_req {
	char account[17];   /* 16 printable characters */
	uint8_t user[10];   /* BCD */
	int64_t kind;       /* 0..255 */
	int64_t limit_fen;  /* 0..2^24-1 */
	uint8_t point[33];  /* the rider's key, compressed */
	int64_t expires_s;  /* 0..2^32-1 */
	int64_t validity_s; /* 0..65535 */
};
struct wire_key_code_sign_rsp {
	WIRE_BLOB(292) auth; /* fields 3 to 15 */
};

/* A user's certificate for a request that his element signed (card/ident_cert.h). */
struct wire_key_ident_sign_req {
	WIRE_BLOB(199) request;
	int64_t days; /* 1..3660: it ends so many days after today */
};
struct wire_key_ident_sign_rsp {
	WIRE_BLOB(199) cert;
};

extern const struct wire_message wire_key_load_permit_req_msg;
extern const struct wire_message wire_key_load_permit_rsp_msg;
extern const struct wire_message wire_key_load_tac_req_msg;
extern const struct wire_message wire_key_load_tac_rsp_msg;
extern const struct wire_message wire_key_tac_msg;
extern const struct wire_message wire_key_tac_verify_req_msg;
extern const struct wire_message wire_key_good_msg;
extern const struct wire_message wire_key_tac_verify_rsp_msg;
extern const struct wire_message wire_key_scp_session_req_msg;
extern const struct wire_message wire_key_scp_session_rsp_msg;
extern const struct wire_message wire_key_scp_putkey_req_msg;
extern const struct wire_message wire_key_scp_putkey_rsp_msg;
extern const struct wire_message wire_key_perso_make_req_msg;
extern const struct wire_message wire_key_perso_make_rsp_msg;
extern const struct wire_message wire_key_psam_make_req_msg;
extern const struct wire_message wire_key_psam_make_rsp_msg;
extern const struct wire_message wire_key_code_sign_req_msg;
extern const struct wire_message wire_key_code_sign_rsp_msg;
extern const struct wire_message wire_key_ident_sign_req_msg;
extern const struct wire_message wire_key_ident_sign_rsp_msg;

#endif
