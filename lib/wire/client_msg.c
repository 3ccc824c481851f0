/*
 * The tables of the messages between client and platform.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/client_msg.h"

#include "wire/field.h"

static const struct wire_field wire_request_fields[] = {
	FIELD_TEXT(wire_request, op),
	FIELD_TEXT_OPT(wire_request, idem),
	FIELD_TEXT_OPT(wire_request, version),
	FIELD_INT_OPT(wire_request, findings, 0, 65535),
	FIELD_TEXT_OPT(wire_request, os),
	FIELD_TEXT_OPT(wire_request, os_version),
	FIELD_RAW(wire_request, body),
};
MESSAGE(wire_request, "request");

static const struct wire_field wire_reply_fields[] = {
	FIELD_INT(wire_reply, code, 100, 599),
	FIELD_RAW(wire_reply, body),
};
MESSAGE(wire_reply, "reply");

static const struct wire_field wire_otp_send_req_fields[] = {
	FIELD_TEXT(wire_otp_send_req, phone),
	FIELD_TEXT(wire_otp_send_req, purpose),
};
MESSAGE(wire_otp_send_req, "otp_send_req");

static const struct wire_field wire_otp_send_rsp_fields[] = {
	FIELD_TIME(wire_otp_send_rsp, retry_ms),
};
MESSAGE(wire_otp_send_rsp, "otp_send_rsp");

static const struct wire_field wire_user_register_req_fields[] = {
	FIELD_TEXT(wire_user_register_req, phone),
	FIELD_TEXT(wire_user_register_req, name),
	FIELD_TEXT(wire_user_register_req, otp),
	FIELD_TEXT(wire_user_register_req, password),
	FIELD_BOOL(wire_user_register_req, consent),
	FIELD_BLOB(wire_user_register_req, se_id),
	FIELD_TEXT(wire_user_register_req, client_version),
	FIELD_TEXT(wire_user_register_req, edition),
	FIELD_BLOB_OPT(wire_user_register_req, request),
};
MESSAGE(wire_user_register_req, "user_register_req");

static const struct wire_field wire_user_register_rsp_fields[] = {
	FIELD_TEXT(wire_user_register_rsp, user_id),
	FIELD_BLOB_OPT(wire_user_register_rsp, cert),
};
MESSAGE(wire_user_register_rsp, "user_register_rsp");

static const struct wire_field wire_user_login_req_fields[] = {
	FIELD_TEXT(wire_user_login_req, phone),
	FIELD_TEXT(wire_user_login_req, password),
	FIELD_TEXT(wire_user_login_req, client_version),
	FIELD_BLOB(wire_user_login_req, se_id),
	FIELD_BLOB_OPT(wire_user_login_req, cert),
	FIELD_BLOB_OPT(wire_user_login_req, request),
	FIELD_TEXT_OPT(wire_user_login_req, otp),
};
MESSAGE(wire_user_login_req, "user_login_req");

static const struct wire_field wire_user_login_rsp_fields[] = {
	FIELD_HEX(wire_user_login_rsp, sid),
	FIELD_TEXT(wire_user_login_rsp, user_id),
	FIELD_TEXT(wire_user_login_rsp, name),
	FIELD_TIME(wire_user_login_rsp, idle_ms),
	FIELD_TIME(wire_user_login_rsp, absolute_ms),
	FIELD_COUNT(wire_user_login_rsp, abnormal),
	FIELD_TEXT_OPT(wire_user_login_rsp, advice),
	FIELD_BLOB_OPT(wire_user_login_rsp, cert),
};
MESSAGE(wire_user_login_rsp, "user_login_rsp");

static const struct wire_field wire_app_fields[] = {
	FIELD_BLOB(wire_app, aid),
	FIELD_TEXT(wire_app, city),
	FIELD_HEX(wire_app, issuer),
	FIELD_TEXT(wire_app, name_zh),
	FIELD_TEXT(wire_app, name_en),
	FIELD_FEN(wire_app, fee_fen),
	FIELD_FEN(wire_app, min_load_fen),
	FIELD_FEN(wire_app, max_load_fen),
	FIELD_FEN(wire_app, cap_fen),
	FIELD_TEXT_OPT(wire_app, without),
};
MESSAGE(wire_app, "app");

static const struct wire_field wire_app_list_rsp_fields[] = {
	FIELD_LIST(wire_app_list_rsp, apps, wire_app_msg),
	FIELD_TIME(wire_app_list_rsp, issued_ms),
	FIELD_HEX(wire_app_list_rsp, sig),
};
MESSAGE(wire_app_list_rsp, "app_list_rsp");

static const struct wire_field wire_order_fields[] = {
	FIELD_TEXT(wire_order, order_id),
	FIELD_TEXT(wire_order, parent_id),
	FIELD_TEXT(wire_order, kind),
	FIELD_TEXT(wire_order, state),
	FIELD_TEXT(wire_order, card_no),
	FIELD_BLOB(wire_order, aid),
	FIELD_TEXT(wire_order, city),
	FIELD_FEN(wire_order, amount_fen),
	FIELD_TIME(wire_order, created_ms),
	FIELD_FEN(wire_order, paid_fen),
	FIELD_FEN(wire_order, loaded_fen),
	FIELD_FEN(wire_order, refunded_fen),
	FIELD_BOOL(wire_order, abnormal),
	FIELD_TEXT(wire_order, note),
};
MESSAGE(wire_order, "order");

static const struct wire_field wire_order_open_req_fields[] = {
	FIELD_BLOB(wire_order_open_req, aid),
	FIELD_BLOB(wire_order_open_req, se_id),
	FIELD_FEN(wire_order_open_req, first_load_fen),
	FIELD_TEXT_OPT(wire_order_open_req, ticket),
};
MESSAGE(wire_order_open_req, "order_open_req");

static const struct wire_field wire_order_topup_req_fields[] = {
	FIELD_TEXT(wire_order_topup_req, card_no),
	FIELD_FEN(wire_order_topup_req, amount_fen),
};
MESSAGE(wire_order_topup_req, "order_topup_req");

static const struct wire_field wire_order_id_req_fields[] = {
	FIELD_TEXT(wire_order_id_req, order_id),
};
MESSAGE(wire_order_id_req, "order_id_req");

static const struct wire_field wire_order_pay_rsp_fields[] = {
	FIELD_TEXT(wire_order_pay_rsp, prepay_id),
	FIELD_FEN(wire_order_pay_rsp, amount_fen),
	FIELD_TEXT(wire_order_pay_rsp, payee),
};
MESSAGE(wire_order_pay_rsp, "order_pay_rsp");

static const struct wire_field wire_order_confirm_req_fields[] = {
	FIELD_TEXT(wire_order_confirm_req, order_id),
	FIELD_FEN(wire_order_confirm_req, amount_fen),
	FIELD_HEX(wire_order_confirm_req, digest),
	FIELD_HEX(wire_order_confirm_req, sig),
};
MESSAGE(wire_order_confirm_req, "order_confirm_req");

static const struct wire_field wire_order_confirm_rsp_fields[] = {
	FIELD_HEX(wire_order_confirm_rsp, pay_token),
};
MESSAGE(wire_order_confirm_rsp, "order_confirm_rsp");

static const struct wire_field wire_order_list_req_fields[] = {
	FIELD_BOOL(wire_order_list_req, abnormal),
	FIELD_INT(wire_order_list_req, limit, 1, 50),
};
MESSAGE(wire_order_list_req, "order_list_req");

static const struct wire_field wire_order_list_rsp_fields[] = {
	FIELD_LIST(wire_order_list_rsp, orders, wire_order_msg),
};
MESSAGE(wire_order_list_rsp, "order_list_rsp");

static const struct wire_field wire_order_refund_req_fields[] = {
	FIELD_TEXT(wire_order_refund_req, order_id),
	FIELD_INT_OPT(wire_order_refund_req, attempt, 0, INT64_C(2147483647)),
	FIELD_HEX_OPT(wire_order_refund_req, init),
	FIELD_FEN(wire_order_refund_req, amount_fen),
	FIELD_TEXT(wire_order_refund_req, to),
	FIELD_HEX(wire_order_refund_req, digest),
	FIELD_HEX(wire_order_refund_req, sig),
};
MESSAGE(wire_order_refund_req, "order_refund_req");

static const struct wire_field wire_load_begin_rsp_fields[] = {
	FIELD_COUNT(wire_load_begin_rsp, attempt),
	FIELD_HEX(wire_load_begin_rsp, terminal),
	FIELD_FEN(wire_load_begin_rsp, amount_fen),
	FIELD_TEXT(wire_load_begin_rsp, card_no),
};
MESSAGE(wire_load_begin_rsp, "load_begin_rsp");

static const struct wire_field wire_load_request_req_fields[] = {
	FIELD_TEXT(wire_load_request_req, order_id),
	FIELD_COUNT(wire_load_request_req, attempt),
	FIELD_TEXT(wire_load_request_req, card_no),
	FIELD_BOOL(wire_load_request_req, attest),
	FIELD_HEX(wire_load_request_req, init),
};
MESSAGE(wire_load_request_req, "load_request_req");

static const struct wire_field wire_load_request_rsp_fields[] = {
	FIELD_TEXT(wire_load_request_rsp, result),
	FIELD_HEX_OPT(wire_load_request_rsp, datetime),
	FIELD_HEX_OPT(wire_load_request_rsp, mac2),
};
MESSAGE(wire_load_request_rsp, "load_request_rsp");

static const struct wire_field wire_load_confirm_req_fields[] = {
	FIELD_TEXT(wire_load_confirm_req, order_id),
	FIELD_COUNT(wire_load_confirm_req, attempt),
	FIELD_BOOL(wire_load_confirm_req, credited),
	FIELD_HEX(wire_load_confirm_req, tac),
};
MESSAGE(wire_load_confirm_req, "load_confirm_req");

static const struct wire_field wire_open_begin_req_fields[] = {
	FIELD_TEXT(wire_open_begin_req, order_id),
	FIELD_BLOB(wire_open_begin_req, se_id),
};
MESSAGE(wire_open_begin_req, "open_begin_req");

static const struct wire_field wire_open_begin_rsp_fields[] = {
	FIELD_HEX(wire_open_begin_rsp, session_id),
};
MESSAGE(wire_open_begin_rsp, "open_begin_rsp");

static const struct wire_field wire_card_fields[] = {
	FIELD_TEXT(wire_card, card_no),
	FIELD_BLOB(wire_card, aid),
	FIELD_TEXT(wire_card, city),
	FIELD_HEX(wire_card, issuer),
	FIELD_TEXT(wire_card, state),
	FIELD_BALANCE(wire_card, balance_fen),
	FIELD_TIME(wire_card, as_of_ms),
	FIELD_BALANCE(wire_card, pending_fen),
};
MESSAGE(wire_card, "card");

static const struct wire_field wire_card_list_rsp_fields[] = {
	FIELD_LIST(wire_card_list_rsp, cards, wire_card_msg),
};
MESSAGE(wire_card_list_rsp, "card_list_rsp");

static const struct wire_field wire_card_balance_req_fields[] = {
	FIELD_TEXT(wire_card_balance_req, card_no),
};
MESSAGE(wire_card_balance_req, "card_balance_req");

static const struct wire_field wire_card_records_req_fields[] = {
	FIELD_TEXT(wire_card_records_req, card_no),
	FIELD_INT(wire_card_records_req, limit, 1, 50),
	FIELD_INT_OPT(wire_card_records_req, from_ms, 0, WIRE_TIME_MAX),
	FIELD_INT_OPT(wire_card_records_req, to_ms, 0, WIRE_TIME_MAX),
};
MESSAGE(wire_card_records_req, "card_records_req");

static const struct wire_field wire_record_fields[] = {
	FIELD_TEXT(wire_record, kind),
	FIELD_FEN(wire_record, amount_fen),
	FIELD_TIME(wire_record, time_ms),
	FIELD_TEXT(wire_record, place),
	FIELD_TEXT(wire_record, state),
};
MESSAGE(wire_record, "record");

static const struct wire_field wire_card_records_rsp_fields[] = {
	FIELD_LIST(wire_card_records_rsp, records, wire_record_msg),
};
MESSAGE(wire_card_records_rsp, "card_records_rsp");

static const struct wire_field wire_code_authorise_req_fields[] = {
	FIELD_HEX(wire_code_authorise_req, point),
};
MESSAGE(wire_code_authorise_req, "code_authorise_req");

static const struct wire_field wire_code_authorise_rsp_fields[] = {
	FIELD_BLOB(wire_code_authorise_rsp, auth),
	FIELD_COUNT(wire_code_authorise_rsp, redraw_ms),
	FIELD_TIME(wire_code_authorise_rsp, now_ms),
};
MESSAGE(wire_code_authorise_rsp, "code_authorise_rsp");

static const struct wire_field wire_wallet_fields[] = {
	FIELD_BALANCE(wire_wallet, balance_fen),
	FIELD_TIME(wire_wallet, as_of_ms),
	FIELD_TEXT(wire_wallet, user_no),
	FIELD_TEXT(wire_wallet, state),
	FIELD_FEN(wire_wallet, trip_limit_fen),
	FIELD_TEXT(wire_wallet, user_id),
	FIELD_FEN(wire_wallet, cap_fen),
	FIELD_BOOL(wire_wallet, has_pin),
};
MESSAGE(wire_wallet, "wallet");

static const struct wire_field wire_order_wallet_req_fields[] = {
	FIELD_FEN(wire_order_wallet_req, amount_fen),
};
MESSAGE(wire_order_wallet_req, "order_wallet_req");

static const struct wire_field wire_code_records_req_fields[] = {
	FIELD_INT(wire_code_records_req, limit, 1, 50),
};
MESSAGE(wire_code_records_req, "code_records_req");
