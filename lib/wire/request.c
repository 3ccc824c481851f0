/*
 * The operations of the client, and the request and reply that carry them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "wire/account_msg.h"
#include "wire/claim_msg.h"
#include "wire/manage_msg.h"
#include "wire/report.h"
#include "wire/unload_msg.h"
#include "wire/update_msg.h"
#include "wire/wallet_msg.h"
#include "wire/withdraw_msg.h"
#include "wire/writer.h"

const struct wire_op wire_ops[] = {
	{ "otp.send", true, false, &wire_otp_send_req_msg, &wire_otp_send_rsp_msg },
	{ "user.register", true, false, &wire_user_register_req_msg, &wire_user_register_rsp_msg },
	{ "user.login", true, false, &wire_user_login_req_msg, &wire_user_login_rsp_msg },
	{ "client.version", true, false, &wire_client_version_req_msg,
	    &wire_client_version_rsp_msg },
	{ "client.block", true, false, &wire_client_block_req_msg, &wire_client_block_rsp_msg },
	{ "user.logout", false, false, &wire_empty_msg, &wire_empty_msg },
	{ "app.list", false, false, &wire_empty_msg, &wire_app_list_rsp_msg },
	{ "order.open", false, true, &wire_order_open_req_msg, &wire_order_msg },
	{ "order.topup", false, true, &wire_order_topup_req_msg, &wire_order_msg },
	{ "order.pay", false, false, &wire_order_id_req_msg, &wire_order_pay_rsp_msg },
	{ "order.confirm", false, false, &wire_order_confirm_req_msg, &wire_order_confirm_rsp_msg },
	{ "order.get", false, false, &wire_order_id_req_msg, &wire_order_msg },
	{ "order.list", false, false, &wire_order_list_req_msg, &wire_order_list_rsp_msg },
	{ "order.refund", false, true, &wire_order_refund_req_msg, &wire_order_msg },
	{ "load.begin", false, false, &wire_order_id_req_msg, &wire_load_begin_rsp_msg },
	{ "load.request", false, false, &wire_load_request_req_msg, &wire_load_request_rsp_msg },
	{ "load.confirm", false, false, &wire_load_confirm_req_msg, &wire_order_msg },
	{ "open.begin", false, false, &wire_open_begin_req_msg, &wire_open_begin_rsp_msg },
	{ "open.status", false, false, &wire_order_id_req_msg, &wire_order_msg },
	{ "card.list", false, false, &wire_empty_msg, &wire_card_list_rsp_msg },
	{ "card.balance", false, false, &wire_card_balance_req_msg, &wire_card_msg },
	{ "card.records", false, false, &wire_card_records_req_msg, &wire_card_records_rsp_msg },
	{ "card.delete", false, false, &wire_card_delete_req_msg, &wire_card_delete_rsp_msg },
	{ "card.prove", false, false, &wire_card_prove_req_msg, &wire_empty_msg },
	{ "card.session", false, false, &wire_card_session_req_msg, &wire_card_session_rsp_msg },
	{ "card.version", false, false, &wire_card_balance_req_msg, &wire_card_version_rsp_msg },
	{ "card.update", false, false, &wire_card_update_req_msg, &wire_card_lock_rsp_msg },
	{ "card.lock", false, false, &wire_card_balance_req_msg, &wire_card_lock_rsp_msg },
	{ "card.unlock", false, false, &wire_card_unlock_req_msg, &wire_card_lock_rsp_msg },
	{ "card.status", false, false, &wire_card_balance_req_msg, &wire_card_status_msg },
	{ "card.claim", false, false, &wire_card_claim_req_msg, &wire_card_claim_rsp_msg },
	{ "card.bind", false, false, &wire_card_bind_req_msg, &wire_card_msg },
	{ "card.unbind", false, false, &wire_card_unbind_req_msg, &wire_card_lock_rsp_msg },
	{ "account.begin", false, false, &wire_account_begin_req_msg, &wire_account_msg },
	{ "account.confirm", false, false, &wire_account_confirm_req_msg, &wire_account_msg },
	{ "account.get", false, false, &wire_account_id_req_msg, &wire_account_msg },
	{ "account.list", false, false, &wire_empty_msg, &wire_account_list_rsp_msg },
	{ "account.unbind", false, false, &wire_account_unbind_req_msg, &wire_account_msg },
	{ "order.charge", false, false, &wire_order_charge_req_msg, &wire_order_msg },
	{ "code.authorise", false, true, &wire_code_authorise_req_msg,
	    &wire_code_authorise_rsp_msg },
	{ "code.records", false, false, &wire_code_records_req_msg, &wire_card_records_rsp_msg },
	{ "wallet.get", false, false, &wire_empty_msg, &wire_wallet_msg },
	{ "order.wallet", false, true, &wire_order_wallet_req_msg, &wire_order_msg },
	{ "wallet.records", false, false, &wire_wallet_records_req_msg,
	    &wire_card_records_rsp_msg },
	{ "wallet.withdraw", false, false, &wire_withdraw_req_msg, &wire_withdrawal_msg },
	{ "wallet.withdrawal", false, false, &wire_withdraw_id_req_msg, &wire_withdrawal_msg },
	{ "wallet.withdrawals", false, false, &wire_withdrawals_req_msg,
	    &wire_withdrawals_rsp_msg },
	{ "bill.get", false, false, &wire_bill_id_req_msg, &wire_bill_msg },
	{ "bill.pay", false, true, &wire_bill_pay_req_msg, &wire_bill_msg },
	{ "user.password", false, false, &wire_user_password_req_msg, &wire_empty_msg },
	{ "user.reset", true, false, &wire_user_reset_req_msg, &wire_empty_msg },
	{ "user.close", false, false, &wire_user_close_req_msg, &wire_empty_msg },
	{ "pin.reset", false, false, &wire_pin_reset_req_msg, &wire_empty_msg },
	{ "unload.get", false, false, &wire_unload_get_req_msg, &wire_unload_msg },
	{ "unload.tickets", false, false, &wire_empty_msg, &wire_unload_tickets_rsp_msg },
	{ "unload.begin", false, false, &wire_unload_begin_req_msg, &wire_unload_msg },
	{ "unload.attempt", false, false, &wire_unload_id_req_msg, &wire_unload_attempt_rsp_msg },
	{ "unload.request", false, false, &wire_unload_request_req_msg,
	    &wire_unload_request_rsp_msg },
	{ "unload.confirm", false, false, &wire_unload_confirm_req_msg, &wire_unload_msg },
	{ "pin.set", false, false, &wire_pin_set_req_msg, &wire_empty_msg },
};
const size_t wire_ops_count = YKT_ARRAY_LEN(wire_ops);

const struct wire_op *
wire_op_find(const char *op)
{
	for (size_t i = 0; i < wire_ops_count; i++) {
		if (strcmp(wire_ops[i].op, op) == 0)
			return &wire_ops[i];
	}

	return NULL;
}

enum ykt_status
wire_request_decode(struct ykt_bytes json, struct wire_request *ret, const struct wire_op **ret_op)
{
	const struct wire_op *op;
	enum ykt_status status;

	status = wire_decode(&wire_request_msg, json, ret);
	if (status != YKT_OK)
		return status;
	op = wire_op_find(ret->op);
	if (op == NULL)
		status = YKT_NOT_FOUND;
	else if (op->idem != ret->has_idem || (op->idem && !wire_id_valid(ret->idem)))
		status = YKT_E_FORMAT;
	if (status != YKT_OK)
		memset(ret, 0, sizeof(*ret));
	else if (ret_op != NULL)
		*ret_op = op;

	return status;
}

enum ykt_status
wire_reply_decode(struct ykt_bytes json, struct wire_reply *ret)
{
	return wire_decode(&wire_reply_msg, json, ret);
}

enum ykt_status
wire_request_encode(const struct wire_request *request, struct ykt_buf *json)
{
	return wire_encode(&wire_request_msg, request, json);
}

enum ykt_status
wire_reply_encode(const struct wire_reply *reply, struct ykt_buf *json)
{
	return wire_encode(&wire_reply_msg, reply, json);
}

/* The body goes in by itself, so that it is written once and in place. */
static void
put_body(struct wire_wr *wr, const struct wire_message *msg, const void *body)
{
	enum ykt_status status;

	wire_wr_name(wr, "body");
	status = wire_encode(msg, body, wr->buf);
	wr->arg |= status == YKT_E_ARG;
	wr->buf->full |= status == YKT_E_SPACE;
	wire_wr_raw(wr, "}");
}

static void
put_system(struct wire_wr *wr, const struct ykt_system *system)
{
	if (system->name[0] == '\0')
		return;
	wire_wr_name(wr, "os");
	wire_wr_text(wr, ykt_bytes_str(system->name));
	wire_wr_name(wr, "os_version");
	wire_wr_text(wr, ykt_bytes_str(system->version));
}

enum ykt_status
wire_request_put(const struct wire_op *op, const char *idem, const void *body, struct ykt_buf *json)
{
	return wire_request_report(op, idem, NULL, body, json);
}

enum ykt_status
wire_request_report(const struct wire_op *op, const char *idem, const struct wire_report *report,
    const void *body, struct ykt_buf *json)
{
	struct wire_wr wr;

	assert(op != NULL);

	wire_wr_begin(&wr, json);
	wr.arg = op->idem != (idem != NULL) || (idem != NULL && !wire_id_valid(idem));
	wire_wr_raw(&wr, "{");
	wire_wr_name(&wr, "op");
	wire_wr_text(&wr, ykt_bytes_str(op->op));
	if (idem != NULL) {
		wire_wr_name(&wr, "idem");
		wire_wr_text(&wr, ykt_bytes_str(idem));
	}
	if (report != NULL) {
		wire_wr_name(&wr, "version");
		wire_wr_text(&wr, ykt_bytes_str(report->version));
		wire_wr_name(&wr, "findings");
		wire_wr_int(&wr, (int64_t)report->findings);
		put_system(&wr, &report->system);
	}
	put_body(&wr, op->req, body);

	return wire_wr_end(&wr);
}

enum ykt_status
wire_reply_put(int code, const struct wire_message *msg, const void *body, struct ykt_buf *json)
{
	struct wire_wr wr;

	wire_wr_begin(&wr, json);
	wr.arg = code < 100 || code > 599;
	wire_wr_raw(&wr, "{");
	wire_wr_name(&wr, "code");
	wire_wr_int(&wr, code);
	put_body(&wr, msg, body);

	return wire_wr_end(&wr);
}
