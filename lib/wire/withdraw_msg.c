/*
 * The tables of the messages about withdrawals.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/withdraw_msg.h"

#include "wire/field.h"

static const struct wire_field wire_withdraw_req_fields[] = {
	FIELD_TEXT(wire_withdraw_req, withdraw_id),
	FIELD_TEXT(wire_withdraw_req, account_id),
	FIELD_FEN(wire_withdraw_req, amount_fen),
	FIELD_HEX(wire_withdraw_req, digest),
	FIELD_HEX(wire_withdraw_req, sig),
	FIELD_BLOB(wire_withdraw_req, pin),
};
MESSAGE(wire_withdraw_req, "withdraw_req");

static const struct wire_field wire_withdraw_id_req_fields[] = {
	FIELD_TEXT(wire_withdraw_id_req, withdraw_id),
};
MESSAGE(wire_withdraw_id_req, "withdraw_id_req");

static const struct wire_field wire_withdrawal_fields[] = {
	FIELD_TEXT(wire_withdrawal, withdraw_id),
	FIELD_TEXT(wire_withdrawal, account_id),
	FIELD_TEXT(wire_withdrawal, account),
	FIELD_FEN(wire_withdrawal, amount_fen),
	FIELD_TEXT(wire_withdrawal, state),
	FIELD_TEXT(wire_withdrawal, reason),
	FIELD_TIME(wire_withdrawal, made_ms),
};
MESSAGE(wire_withdrawal, "withdrawal");

static const struct wire_field wire_withdrawals_req_fields[] = {
	FIELD_BOOL(wire_withdrawals_req, abnormal),
	FIELD_INT(wire_withdrawals_req, limit, 1, WIRE_WITHDRAWALS_MAX),
};
MESSAGE(wire_withdrawals_req, "withdrawals_req");

static const struct wire_field wire_withdrawals_rsp_fields[] = {
	FIELD_LIST(wire_withdrawals_rsp, withdrawals, wire_withdrawal_msg),
};
MESSAGE(wire_withdrawals_rsp, "withdrawals_rsp");
