/*
 * The tables of the messages about bound accounts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/account_msg.h"

#include "wire/field.h"

static const struct wire_field wire_account_fields[] = {
	FIELD_TEXT(wire_account, account_id),
	FIELD_TEXT(wire_account, state),
	FIELD_TEXT(wire_account, reason),
	FIELD_TEXT(wire_account, issuer),
	FIELD_TEXT(wire_account, last4),
	FIELD_TIME(wire_account, bound_ms),
};
MESSAGE(wire_account, "account");

static const struct wire_field wire_account_list_rsp_fields[] = {
	FIELD_LIST(wire_account_list_rsp, accounts, wire_account_msg),
};
MESSAGE(wire_account_list_rsp, "account_list_rsp");

static const struct wire_field wire_account_begin_req_fields[] = {
	FIELD_TEXT(wire_account_begin_req, account_id),
	FIELD_BLOB(wire_account_begin_req, sealed),
};
MESSAGE(wire_account_begin_req, "account_begin_req");

static const struct wire_field wire_account_confirm_req_fields[] = {
	FIELD_TEXT(wire_account_confirm_req, account_id),
	FIELD_BLOB(wire_account_confirm_req, code),
};
MESSAGE(wire_account_confirm_req, "account_confirm_req");

static const struct wire_field wire_account_id_req_fields[] = {
	FIELD_TEXT(wire_account_id_req, account_id),
};
MESSAGE(wire_account_id_req, "account_id_req");

static const struct wire_field wire_account_unbind_req_fields[] = {
	FIELD_TEXT(wire_account_unbind_req, account_id),
	FIELD_TEXT(wire_account_unbind_req, password),
	FIELD_HEX(wire_account_unbind_req, digest),
	FIELD_HEX(wire_account_unbind_req, sig),
};
MESSAGE(wire_account_unbind_req, "account_unbind_req");

static const struct wire_field wire_order_charge_req_fields[] = {
	FIELD_TEXT(wire_order_charge_req, order_id),
	FIELD_TEXT(wire_order_charge_req, account_id),
	FIELD_FEN(wire_order_charge_req, amount_fen),
	FIELD_HEX(wire_order_charge_req, digest),
	FIELD_HEX(wire_order_charge_req, sig),
	FIELD_BLOB(wire_order_charge_req, pin),
};
MESSAGE(wire_order_charge_req, "order_charge_req");

static const struct wire_field wire_psp_bind_req_fields[] = {
	FIELD_TEXT(wire_psp_bind_req, bind_id),
	FIELD_TEXT(wire_psp_bind_req, user),
	FIELD_BLOB(wire_psp_bind_req, sealed),
	FIELD_TIME(wire_psp_bind_req, ts_ms),
	FIELD_HEX(wire_psp_bind_req, nonce),
};
MESSAGE(wire_psp_bind_req, "psp_bind_req");

static const struct wire_field wire_psp_bind_confirm_req_fields[] = {
	FIELD_TEXT(wire_psp_bind_confirm_req, bind_id),
	FIELD_BLOB(wire_psp_bind_confirm_req, code),
	FIELD_TIME(wire_psp_bind_confirm_req, ts_ms),
	FIELD_HEX(wire_psp_bind_confirm_req, nonce),
};
MESSAGE(wire_psp_bind_confirm_req, "psp_bind_confirm_req");

static const struct wire_field wire_psp_bind_id_req_fields[] = {
	FIELD_TEXT(wire_psp_bind_id_req, bind_id),
	FIELD_TIME(wire_psp_bind_id_req, ts_ms),
	FIELD_HEX(wire_psp_bind_id_req, nonce),
};
MESSAGE(wire_psp_bind_id_req, "psp_bind_id_req");

static const struct wire_field wire_psp_bind_rsp_fields[] = {
	FIELD_TEXT(wire_psp_bind_rsp, bind_id),
	FIELD_TEXT(wire_psp_bind_rsp, state),
	FIELD_TEXT(wire_psp_bind_rsp, reason),
	FIELD_TEXT(wire_psp_bind_rsp, issuer),
	FIELD_TEXT(wire_psp_bind_rsp, last4),
	FIELD_HEX(wire_psp_bind_rsp, token),
};
MESSAGE(wire_psp_bind_rsp, "psp_bind_rsp");

static const struct wire_field wire_psp_charge_req_fields[] = {
	FIELD_TEXT(wire_psp_charge_req, prepay_id),
	FIELD_TEXT(wire_psp_charge_req, bind_id),
	FIELD_HEX(wire_psp_charge_req, token),
	FIELD_FEN(wire_psp_charge_req, amount_fen),
	FIELD_TIME(wire_psp_charge_req, ts_ms),
	FIELD_HEX(wire_psp_charge_req, nonce),
};
MESSAGE(wire_psp_charge_req, "psp_charge_req");

static const struct wire_field wire_psp_charge_rsp_fields[] = {
	FIELD_TEXT(wire_psp_charge_rsp, prepay_id),
	FIELD_TEXT(wire_psp_charge_rsp, state),
	FIELD_TEXT(wire_psp_charge_rsp, reason),
};
MESSAGE(wire_psp_charge_rsp, "psp_charge_rsp");
