/*
 * The way in: routes, and the envelope of the client's operations.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <ykt/secret.h>

#include "crypto/digest.h"
#include "platform/admin.h"
#include "platform/gate_alarm.h"
#include "platform/room.h"
#include "platform/risk.h"
#include "platform/routes.h"
#include "platform/rows.h"
#include "platform/session.h"
#include "wire/claim_msg.h"
#include "wire/ride_msg.h"
#include "wire/unload_msg.h"
#include "wire/wallet_msg.h"

const struct wire_route room_routes[] = {
	{ .path = WIRE_PATH_CLIENT_OPEN, .raw = room_client_open },
	{ .path = WIRE_PATH_CLIENT_CALL, .raw = room_client_call },
	{ .path = WIRE_PATH_PAY_NOTICE, .roles = "payd", .raw = room_pay_notice },
	{ .path = WIRE_PATH_GATE_UPLOAD,
	    .roles = "gate-*",
	    .req = &wire_gate_upload_req_msg,
	    .rsp = &wire_gate_upload_rsp_msg,
	    .fn = room_gate_upload },
	{ .path = WIRE_PATH_GATE_PARAMS,
	    .roles = "gate-*",
	    .req = &wire_gate_params_req_msg,
	    .rsp = &wire_gate_params_rsp_msg,
	    .fn = room_gate_params },
	{ .path = WIRE_PATH_GATE_RIDES,
	    .roles = "gate-*",
	    .req = &wire_gate_rides_req_msg,
	    .rsp = &wire_gate_rides_rsp_msg,
	    .fn = room_gate_rides },
	{ .path = WIRE_PATH_CLEAR_SUBMIT,
	    .roles = "platform-*",
	    .req = &wire_clear_submit_req_msg,
	    .rsp = &wire_clear_submit_rsp_msg,
	    .fn = room_clear_submit },
	{ .path = WIRE_PATH_MERCHANT_BILL,
	    .roles = "merchant-*",
	    .req = &wire_merchant_bill_req_msg,
	    .rsp = &wire_bill_msg,
	    .fn = room_merchant_bill },
	{ .path = WIRE_PATH_MERCHANT_GET,
	    .roles = "merchant-*",
	    .req = &wire_bill_id_req_msg,
	    .rsp = &wire_bill_msg,
	    .fn = room_merchant_bill_get },
	{ .path = WIRE_PATH_MERCHANT_REFUND,
	    .roles = "merchant-*",
	    .req = &wire_bill_id_req_msg,
	    .rsp = &wire_bill_msg,
	    .fn = room_merchant_refund },
	{ .path = ROUTE_ADMIN_LEDGER,
	    .roles = "operator",
	    .req = &wire_empty_msg,
	    .rsp = &admin_ledger_rsp_msg,
	    .fn = room_admin_ledger },
	{ .path = ROUTE_ADMIN_ORDERS,
	    .roles = "operator",
	    .req = &admin_orders_req_msg,
	    .rsp = &wire_order_list_rsp_msg,
	    .fn = room_admin_orders },
	{ .path = ROUTE_ADMIN_RISK,
	    .roles = "operator",
	    .req = &admin_risk_req_msg,
	    .rsp = &admin_risk_rsp_msg,
	    .fn = room_admin_risk },
	{ .path = ROUTE_ADMIN_CASES,
	    .roles = "operator",
	    .req = &admin_cases_req_msg,
	    .rsp = &admin_cases_rsp_msg,
	    .fn = room_admin_cases },
	{ .path = ROUTE_ADMIN_GAPS,
	    .roles = "operator",
	    .req = &admin_cases_req_msg,
	    .rsp = &admin_gaps_rsp_msg,
	    .fn = room_admin_gaps },
	{ .path = ROUTE_ADMIN_GAP,
	    .roles = "operator",
	    .req = &admin_gap_req_msg,
	    .rsp = &wire_empty_msg,
	    .fn = room_admin_gap },
	{ .path = ROUTE_ADMIN_VERIFY,
	    .roles = "operator",
	    .req = &admin_verify_req_msg,
	    .rsp = &admin_verify_rsp_msg,
	    .fn = room_admin_verify },
	{ .path = ROUTE_ADMIN_TERMINAL,
	    .roles = "operator",
	    .req = &admin_terminal_req_msg,
	    .rsp = &wire_empty_msg,
	    .fn = room_admin_terminal },
	{ .path = ROUTE_ADMIN_CODE,
	    .roles = "operator",
	    .req = &admin_code_req_msg,
	    .rsp = &wire_empty_msg,
	    .fn = room_admin_code },
	{ .path = ROUTE_ADMIN_CERT,
	    .roles = "operator",
	    .req = &admin_cert_req_msg,
	    .rsp = &wire_empty_msg,
	    .fn = room_admin_cert },
	{ .path = ROUTE_ADMIN_USER,
	    .roles = "operator",
	    .req = &admin_user_req_msg,
	    .rsp = &wire_empty_msg,
	    .fn = room_admin_user },
	{ .path = ROUTE_ADMIN_TESTER,
	    .roles = "operator",
	    .req = &admin_tester_req_msg,
	    .rsp = &wire_empty_msg,
	    .fn = room_admin_tester },
};
const size_t room_routes_count = YKT_ARRAY_LEN(room_routes);

/* One row an operation of wire_ops[]. */
static const struct {
	const char *op;
	op_handler *handle;
} ops[] = {
	{ "otp.send", op_otp_send },
	{ "user.register", op_user_register },
	{ "user.login", op_user_login },
	{ "client.version", op_client_version },
	{ "client.block", op_client_block },
	{ "user.logout", op_user_logout },
	{ "app.list", op_app_list },
	{ "order.open", op_order_open },
	{ "order.topup", op_order_topup },
	{ "order.pay", op_order_pay },
	{ "order.confirm", op_order_confirm },
	{ "order.get", op_order_get },
	{ "order.list", op_order_list },
	{ "order.refund", op_order_refund },
	{ "load.begin", op_load_begin },
	{ "load.request", op_load_request },
	{ "load.confirm", op_load_confirm },
	{ "open.begin", op_open_begin },
	{ "open.status", op_open_status },
	{ "card.list", op_card_list },
	{ "card.balance", op_card_balance },
	{ "card.records", op_card_records },
	{ "card.delete", op_card_delete },
	{ "card.prove", op_card_prove },
	{ "card.session", op_card_session },
	{ "card.status", op_card_status },
	{ "card.version", op_card_version },
	{ "card.update", op_card_update },
	{ "card.lock", op_card_lock },
	{ "card.unlock", op_card_unlock },
	{ "card.claim", op_card_claim },
	{ "card.bind", op_card_bind },
	{ "card.unbind", op_card_unbind },
	{ "code.authorise", op_code_authorise },
	{ "code.records", op_code_records },
	{ "wallet.get", op_wallet_get },
	{ "order.wallet", op_order_wallet },
	{ "wallet.records", op_wallet_records },
	{ "wallet.withdraw", op_wallet_withdraw },
	{ "wallet.withdrawal", op_wallet_withdrawal },
	{ "wallet.withdrawals", op_wallet_withdrawals },
	{ "account.begin", op_account_begin },
	{ "account.confirm", op_account_confirm },
	{ "account.get", op_account_get },
	{ "account.list", op_account_list },
	{ "account.unbind", op_account_unbind },
	{ "order.charge", op_order_charge },
	{ "bill.get", op_bill_get },
	{ "bill.pay", op_bill_pay },
	{ "pin.set", op_pin_set },
	{ "pin.reset", op_pin_reset },
	{ "unload.get", op_unload_get },
	{ "unload.tickets", op_unload_tickets },
	{ "unload.begin", op_unload_begin },
	{ "unload.attempt", op_unload_attempt },
	{ "unload.request", op_unload_request },
	{ "unload.confirm", op_unload_confirm },
	{ "user.password", op_user_password },
	{ "user.reset", op_user_reset },
	{ "user.close", op_user_close },
};

bool
platform_path_public(const char *path)
{
	return strcmp(path, WIRE_PATH_CLIENT_OPEN) == 0 || strcmp(path, WIRE_PATH_CLIENT_CALL) == 0;
}

void
platform_handle(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct platform_worker *w = worker;

	wire_dispatch(room_routes, room_routes_count, w, w->dispatch, req, rsp);
	gate_alarm(w, req, rsp->code);
}

static op_handler *
op_find(const struct wire_op *op)
{
	for (size_t i = 0; i < YKT_ARRAY_LEN(ops); i++) {
		if (strcmp(ops[i].op, op->op) == 0)
			return ops[i].handle;
	}

	return NULL;
}

/* The operation, where the client's report lets it be run. */
static int
judged_run(struct platform_worker *w, struct op_call *call, const struct wire_request *request,
    op_handler *handle, struct wire_error *error)
{
	struct wire_user_login_rsp *login = (void *)&w->op_rsp;
	int code = risk_judge(w, call, request, &w->op_req, error);

	if (code == 0)
		code = handle(w, call, &w->op_req, &w->op_rsp, error);
	if (code == 200 && call->op->rsp == &wire_user_login_rsp_msg)
		risk_note(w, call, request, login);

	return code;
}

/* Runs the operation in request; appends the reply's plain text to out. */
static enum ykt_status
op_run(struct platform_worker *w, struct op_call *call, const struct wire_request *request,
    struct ykt_buf *out)
{
	op_handler *handle = op_find(call->op);
	struct wire_error error = { 0 };
	enum ykt_status status;
	int code;

	assert(
	    call->op->req->size <= sizeof(w->op_req) && call->op->rsp->size <= sizeof(w->op_rsp));
	memset(&w->op_rsp, 0, call->op->rsp->size);
	status = wire_decode(call->op->req, request->body, &w->op_req);
	if (status != YKT_OK)
		code = wire_error_set(&error, 400, WIRE_ERR_MALFORMED, NULL);
	else if (handle == NULL)
		code = wire_error_set(&error, 400, WIRE_ERR_UNKNOWN_OP, NULL);
	else if (crypto_sm3(w->crypto, &request->body, 1, call->fingerprint) != YKT_OK)
		code = wire_error_set(&error, 500, WIRE_ERR_INTERNAL, NULL);
	else
		code = judged_run(w, call, request, handle, &error);

	if (code == 200)
		status = wire_reply_put(200, call->op->rsp, &w->op_rsp, out);
	else
		status = wire_reply_put(code, &wire_error_msg, &error, out);
	/* Passwords and codes came in, session ids go out. */
	ykt_wipe(&w->op_req, call->op->req->size);
	ykt_wipe(&w->op_rsp, call->op->rsp->size);

	return status;
}

/* What the opened request asks, and its answer as plain text in out. */
static enum ykt_status
plain_serve(struct platform_worker *w, struct op_call *call, bool open, struct ykt_bytes plain,
    struct ykt_buf *out)
{
	struct wire_request request;
	struct wire_error error = { 0 };
	enum ykt_status status;
	int code;

	status = wire_request_decode(plain, &request, &call->op);
	if (status == YKT_OK && call->op->open == open) {
		call->idem = request.has_idem ? request.idem : NULL;
		status = op_run(w, call, &request, out);
	} else {
		if (status == YKT_OK || status == YKT_NOT_FOUND)
			code = wire_error_set(&error, 400, WIRE_ERR_UNKNOWN_OP, NULL);
		else
			code = wire_error_set(&error, 400, WIRE_ERR_MALFORMED, NULL);
		status = wire_reply_put(code, &wire_error_msg, &error, out);
	}

	return status;
}

/* Serves the plain request and seals its answer. */
static void
serve_sealed(struct platform_worker *w, struct op_call *call, bool open, struct ykt_bytes plain,
    const struct wire_seal *seal, struct ykt_http_response *rsp)
{
	struct ykt_buf out = YKT_BUF(w->plain_out);
	enum ykt_status status;

	status = plain_serve(w, call, open, plain, &out);
	if (status == YKT_OK)
		status =
		    wire_reply_seal(w->crypto, call->keys, seal, ykt_buf_view(&out), &rsp->body);
	if (status == YKT_OK)
		rsp->code = 200;
	else
		wire_respond_error(rsp, 500, WIRE_ERR_INTERNAL, NULL);
	ykt_wipe(w->plain_out, out.len);
}

static void
respond_bad_seal(struct platform_worker *w, enum ykt_status status, struct ykt_http_response *rsp)
{
	if (status == YKT_E_FORMAT)
		wire_respond_error(rsp, 400, WIRE_ERR_MALFORMED, NULL);
	else if (status == YKT_E_MAC) {
		room_trace(w, YKT_TRACE_SECURITY, "seal", (int64_t)status);
		wire_respond_error(rsp, 403, WIRE_ERR_SEAL, NULL);
	} else if (status == YKT_E_SPACE)
		wire_respond_error(rsp, 413, WIRE_ERR_TOO_LARGE, NULL);
	else if (status == YKT_LOGIN_NEEDED)
		wire_respond_error(rsp, 401, WIRE_ERR_NO_SESSION, NULL);
	else if (status == YKT_CONFLICT)
		wire_respond_error(rsp, 409, WIRE_ERR_REPLAY, NULL);
	else if (status == YKT_EXPIRED)
		wire_respond_error(rsp, 400, WIRE_ERR_CLOCK, NULL);
	else {
		struct wire_error error = { 0 };
		int code = room_refuse(w, status, &error);

		wire_respond_error(rsp, code, error.error, NULL);
	}
}

struct nonce_take {
	const struct crypto_sm2_pub *device;
	const uint8_t *nonce;
	int64_t now_ms;
};

static enum ykt_status
nonce_tx(struct ykt_tx *tx, void *arg)
{
	const struct nonce_take *take = arg;
	enum ykt_status status = session_nonce(tx, take->device, take->nonce, take->now_ms);

	return status == YKT_DUPLICATE ? YKT_CONFLICT : status;
}

void
room_client_open(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct platform_worker *w = worker;
	struct ykt_buf plain = YKT_BUF(w->plain_in);
	struct op_call call = { .now_ms = room_now(w), .deadline_mono_ms = req->deadline_mono_ms };
	struct wire_session_keys keys = { 0 };
	struct wire_seal seal;
	struct nonce_take take = { &call.device, call.nonce, call.now_ms };
	enum ykt_status status;

	status = wire_open_unseal(
	    w->crypto, &w->seal.signer, req->body, &plain, &keys, &seal, &call.device);
	if (status == YKT_OK && !wire_time_near(seal.ts_ms, call.now_ms))
		status = YKT_EXPIRED;
	if (status == YKT_OK) {
		memcpy(call.nonce, seal.nonce, sizeof(call.nonce));
		status = ykt_store_run(w->p->store, nonce_tx, &take);
	}
	if (status == YKT_OK) {
		call.keys = &keys;
		serve_sealed(w, &call, true, ykt_buf_view(&plain), &seal, rsp);
	} else
		respond_bad_seal(w, status, rsp);
	ykt_wipe(&keys, sizeof(keys));
	ykt_wipe(w->plain_in, plain.len);
}

void
room_client_call(void *worker, const struct ykt_http_request *req, struct ykt_http_response *rsp)
{
	struct platform_worker *w = worker;
	struct ykt_buf plain = YKT_BUF(w->plain_in);
	struct op_call call = { .now_ms = room_now(w), .deadline_mono_ms = req->deadline_mono_ms };
	struct wire_call_sealed sealed;
	struct session session = { 0 };
	struct wire_seal seal;
	enum ykt_status status;

	status = wire_decode(&wire_call_sealed_msg, req->body, &sealed);
	if (status == YKT_OK)
		status = session_find(w, sealed.sid, call.now_ms, &session);
	if (status == YKT_OK)
		status = wire_call_unseal(w->crypto, &session.keys, &sealed, &plain, &seal);
	if (status == YKT_OK && !wire_time_near(seal.ts_ms, call.now_ms))
		status = YKT_EXPIRED;
	if (status == YKT_OK)
		status = session_take(w, sealed.sid, sealed.ctr, call.now_ms);
	if (status == YKT_OK) {
		text_set(call.user_id, sizeof(call.user_id), session.user_id);
		memcpy(call.sid, session.sid, sizeof(call.sid));
		call.device = session.device;
		call.keys = &session.keys;
		serve_sealed(w, &call, false, ykt_buf_view(&plain), &seal, rsp);
	} else
		respond_bad_seal(w, status, rsp);
	ykt_wipe(&session, sizeof(session));
	ykt_wipe(w->plain_in, plain.len);
}
