/*
 * What the files of the room share: the platform, a worker, one client call.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_ROOM_H
#define PLATFORM_ROOM_H

#include "crypto/signer.h"
#include "platform/ledger.h"
#include "platform/order.h"
#include "platform/platform.h"
#include "wire/account_msg.h"
#include "wire/call.h"
#include "wire/client_msg.h"
#include "wire/envelope.h"
#include "wire/gate_msg.h"
#include "wire/key_msg.h"
#include "wire/psp_msg.h"
#include "wire/release.h"
#include "wire/signed.h"
#include "wire/tsm_msg.h"
#include "wire/update_msg.h"
#include "wire/version.h"
#include "wire/withdraw_msg.h"

/* The plain text of an answer; the longest is a full order.list. */
#define ROOM_PLAIN_OUT (64 * 1024)
/* What an outgoing call may take when its request leaves more time. */
#define ROOM_CALL_MS 10000

/* Read-only after platform_new(). */
struct platform {
	struct platform_options o; /* with defaults filled in */
	const struct ykt_store *store;
	const struct ykt_env *env; /* of o */
	struct wire_signed_key pay_key;
	bool has_least;
	struct wire_version least;   /* of o.least_version, or of the release */
	struct wire_release release; /* where o.release is one */
};

/* Names of the gate's taps and of the other calls, kept apart to fit one worker. */
union worker_call {
	struct {
		struct wire_key_tac_verify_req req;
		struct wire_key_tac_verify_rsp rsp;
	} verify;
	struct {
		struct wire_clear_submit_req req;
		struct wire_clear_submit_rsp rsp;
	} submit;
};

struct platform_worker {
	const struct platform *p;
	struct crypto *crypto;
	struct signer_soft seal; /* opens envelopes */
	struct signer_soft sign; /* signs for the pay channel and gates */
	struct wire_scratch *dispatch;
	struct wire_scratch *calls;
	union worker_call call; /* messages of a call that is too large for a stack */
	union worker_op {
		struct wire_order_list_rsp orders;
		struct wire_card_records_rsp records;
		struct wire_card_list_rsp cards;
		struct wire_app_list_rsp apps;
		struct wire_client_block_rsp block;
		struct wire_account_list_rsp accounts;
		struct wire_withdrawals_rsp withdrawals;
		uint8_t bytes[1024];
	} op_req, op_rsp;
	uint8_t plain_in[WIRE_REQUEST_MAX];
	uint8_t plain_out[ROOM_PLAIN_OUT];
};

/* One client operation, seal checked, session known. */
struct op_call {
	const struct wire_op *op;
	const char *idem;        /* NULL where the op has none */
	uint8_t fingerprint[32]; /* SM3 of the body */
	char user_id[33];        /* "" before login */
	int64_t now_ms;          /* wall clock, read once */
	int64_t deadline_mono_ms;
	uint8_t sid[16]; /* of the session */
	uint8_t nonce[16];
	struct crypto_sm2_pub device;
	const struct wire_session_keys *keys;
};

/*
 * Serves one op: fills rsp and gives 200, or sets *error and gives its code. rsp
 * is zero when it starts.
 */
typedef int op_handler(struct platform_worker *w, const struct op_call *call, const void *req,
    void *rsp, struct wire_error *error);

op_handler op_otp_send;
op_handler op_user_register;
op_handler op_user_login;
op_handler op_client_version;
op_handler op_client_block;
op_handler op_user_logout;
op_handler op_app_list;
op_handler op_order_open;
op_handler op_order_topup;
op_handler op_order_pay;
op_handler op_order_confirm;
op_handler op_order_get;
op_handler op_order_list;
op_handler op_order_refund;
op_handler op_load_begin;
op_handler op_load_request;
op_handler op_load_confirm;
op_handler op_open_begin;
op_handler op_open_status;
op_handler op_card_list;
op_handler op_card_balance;
op_handler op_card_records;
op_handler op_card_delete;
op_handler op_card_lock;
op_handler op_card_prove;
op_handler op_card_session;
op_handler op_card_status;
op_handler op_card_unlock;
op_handler op_card_update;
op_handler op_card_version;
op_handler op_card_claim;
op_handler op_card_bind;
op_handler op_card_unbind;
op_handler op_code_authorise;
op_handler op_code_records;
op_handler op_wallet_get;
op_handler op_order_wallet;
op_handler op_wallet_records;
op_handler op_wallet_withdraw;
op_handler op_wallet_withdrawal;
op_handler op_wallet_withdrawals;
op_handler op_account_begin;
op_handler op_account_confirm;
op_handler op_account_get;
op_handler op_account_list;
op_handler op_account_unbind;
op_handler op_order_charge;
op_handler op_bill_get;
op_handler op_bill_pay;
op_handler op_pin_set;
op_handler op_pin_reset;
op_handler op_unload_get;
op_handler op_unload_tickets;
op_handler op_unload_begin;
op_handler op_unload_attempt;
op_handler op_unload_request;
op_handler op_unload_confirm;
op_handler op_user_password;
op_handler op_user_reset;
op_handler op_user_close;

ykt_http_handler room_client_open;
ykt_http_handler room_client_call;
ykt_http_handler room_pay_notice;
wire_handler room_gate_upload;
wire_handler room_gate_params;
wire_handler room_gate_rides;
wire_handler room_clear_submit;
wire_handler room_merchant_bill;
wire_handler room_merchant_bill_get;
wire_handler room_merchant_refund;
wire_handler room_admin_ledger;
wire_handler room_admin_orders;
wire_handler room_admin_code;
wire_handler room_admin_risk;
wire_handler room_admin_cert;
wire_handler room_admin_user;
wire_handler room_admin_tester;
wire_handler room_admin_cases;
wire_handler room_admin_gaps;
wire_handler room_admin_gap;
wire_handler room_admin_verify;
wire_handler room_admin_terminal;

/* A gate speaks for its own PSAM alone: its certificate names the terminal. */
bool room_gate_is(const char *peer, const uint8_t terminal[6]);

/* Our application of that AID; NULL when there is none. */
const struct platform_app *room_app(const struct platform *p, const uint8_t *aid, size_t aid_len);
/* NULL when we do not know the city (issuer). */
const struct platform_peer *room_peer_city(const struct platform *p, const char *city);
const struct platform_peer *room_peer_issuer(const struct platform *p, const uint8_t issuer[8]);

int64_t room_now(const struct platform_worker *w);
struct ledger_writer room_writer(const struct platform_worker *w, int64_t now_ms);
/* The earlier of limit and ROOM_CALL_MS from now; limit 0 for none. */
int64_t room_deadline(const struct platform_worker *w, int64_t limit_mono_ms);
/* Fills count ids, 32 hex digits each. YKT_E_RANDOM. */
YKT_MUST_USE enum ykt_status
room_ids(const struct platform_worker *w, char (*ret_ids)[33], size_t count);
/* Card time, for MACs: BCD of now. */
void room_card_time(int64_t now_ms, uint8_t ret_datetime[7]);

/* One signed exchange with the pay channel: wire_call() in signed wrappers. */
YKT_MUST_USE enum ykt_status
room_pay_call(struct platform_worker *w, const char *path, const struct wire_message *req_msg,
    const void *req, const struct wire_message *rsp_msg, void *rsp, int64_t deadline_mono_ms);

/*
 * A refusal for a status of the database or of a part behind us: 404 for
 * NOT_FOUND, 409 for CONFLICT, 422 for MISMATCH, 503 for what may be tried
 * again, 500 for the rest.
 */
int room_refuse(struct platform_worker *w, enum ykt_status status, struct wire_error *error);
/* Tells the trace that something was refused for security's sake. */
void room_trace(
    const struct platform_worker *w, enum ykt_trace_kind kind, const char *name, int64_t number);

/* Opens a case that a person must see (R8); opening it twice is one case. */
YKT_MUST_USE enum ykt_status
room_case(struct ykt_tx *tx, const char *kind, const char *ref, int64_t now_ms);

#endif
