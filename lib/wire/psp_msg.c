/*
 * The tables of the messages of the pay channel.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/psp_msg.h"

#include "wire/field.h"

static const struct wire_field wire_psp_prepay_req_fields[] = {
	FIELD_TEXT(wire_psp_prepay_req, order_id),
	FIELD_FEN(wire_psp_prepay_req, amount_fen),
	FIELD_TEXT(wire_psp_prepay_req, currency),
	FIELD_TEXT(wire_psp_prepay_req, payee),
	FIELD_TIME(wire_psp_prepay_req, ts_ms),
	FIELD_HEX(wire_psp_prepay_req, nonce),
};
MESSAGE(wire_psp_prepay_req, "psp_prepay_req");

static const struct wire_field wire_psp_prepay_rsp_fields[] = {
	FIELD_TEXT(wire_psp_prepay_rsp, prepay_id),
	FIELD_TEXT(wire_psp_prepay_rsp, order_id),
	FIELD_FEN(wire_psp_prepay_rsp, amount_fen),
	FIELD_HEX(wire_psp_prepay_rsp, pay_token),
};
MESSAGE(wire_psp_prepay_rsp, "psp_prepay_rsp");

static const struct wire_field wire_psp_query_req_fields[] = {
	FIELD_TEXT(wire_psp_query_req, prepay_id),
	FIELD_TIME(wire_psp_query_req, ts_ms),
	FIELD_HEX(wire_psp_query_req, nonce),
};
MESSAGE(wire_psp_query_req, "psp_query_req");

static const struct wire_field wire_psp_query_rsp_fields[] = {
	FIELD_TEXT(wire_psp_query_rsp, prepay_id),
	FIELD_TEXT(wire_psp_query_rsp, order_id),
	FIELD_FEN(wire_psp_query_rsp, amount_fen),
	FIELD_TEXT(wire_psp_query_rsp, currency),
	FIELD_TEXT(wire_psp_query_rsp, payee),
	FIELD_TEXT(wire_psp_query_rsp, state),
	FIELD_FEN(wire_psp_query_rsp, refunded_fen),
};
MESSAGE(wire_psp_query_rsp, "psp_query_rsp");

static const struct wire_field wire_psp_refund_req_fields[] = {
	FIELD_TEXT(wire_psp_refund_req, refund_id),
	FIELD_TEXT(wire_psp_refund_req, prepay_id),
	FIELD_FEN(wire_psp_refund_req, amount_fen),
	FIELD_TIME(wire_psp_refund_req, ts_ms),
	FIELD_HEX(wire_psp_refund_req, nonce),
};
MESSAGE(wire_psp_refund_req, "psp_refund_req");

static const struct wire_field wire_psp_refund_rsp_fields[] = {
	FIELD_TEXT(wire_psp_refund_rsp, refund_id),
	FIELD_TEXT(wire_psp_refund_rsp, prepay_id),
	FIELD_FEN(wire_psp_refund_rsp, amount_fen),
	FIELD_TEXT(wire_psp_refund_rsp, state),
};
MESSAGE(wire_psp_refund_rsp, "psp_refund_rsp");

static const struct wire_field wire_pay_notice_fields[] = {
	FIELD_TEXT(wire_pay_notice, notice_id),
	FIELD_TEXT(wire_pay_notice, prepay_id),
	FIELD_TEXT(wire_pay_notice, order_id),
	FIELD_FEN(wire_pay_notice, amount_fen),
	FIELD_TEXT(wire_pay_notice, currency),
	FIELD_TEXT(wire_pay_notice, payee),
	FIELD_TEXT(wire_pay_notice, state),
	FIELD_TIME(wire_pay_notice, ts_ms),
	FIELD_HEX(wire_pay_notice, nonce),
};
MESSAGE(wire_pay_notice, "pay_notice");

static const struct wire_field wire_psp_confirm_req_fields[] = {
	FIELD_TEXT(wire_psp_confirm_req, prepay_id),
	FIELD_HEX(wire_psp_confirm_req, pay_token),
	FIELD_FEN(wire_psp_confirm_req, amount_fen),
};
MESSAGE(wire_psp_confirm_req, "psp_confirm_req");

static const struct wire_field wire_psp_confirm_rsp_fields[] = {
	FIELD_TEXT(wire_psp_confirm_rsp, state),
};
MESSAGE(wire_psp_confirm_rsp, "psp_confirm_rsp");
