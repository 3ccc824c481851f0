/*
 * The tables of the messages about wallet, bills and PINs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/wallet_msg.h"

#include "wire/field.h"

#define LIFE_MAX_MS INT64_C(2592000000) /* 30 days */

static const struct wire_field wire_bill_fields[] = {
	FIELD_TEXT(wire_bill, bill_id),
	FIELD_TEXT(wire_bill, payee),
	FIELD_TEXT(wire_bill, goods),
	FIELD_FEN(wire_bill, amount_fen),
	FIELD_TIME(wire_bill, created_ms),
	FIELD_TIME(wire_bill, expires_ms),
	FIELD_TEXT(wire_bill, state),
	FIELD_BOOL(wire_bill, mine),
	FIELD_TIME(wire_bill, paid_ms),
};
MESSAGE(wire_bill, "bill");

static const struct wire_field wire_wallet_records_req_fields[] = {
	FIELD_INT(wire_wallet_records_req, limit, 1, WIRE_RECORDS_MAX),
	FIELD_INT_OPT(wire_wallet_records_req, from_ms, 0, WIRE_TIME_MAX),
	FIELD_INT_OPT(wire_wallet_records_req, to_ms, 0, WIRE_TIME_MAX),
};
MESSAGE(wire_wallet_records_req, "wallet_records_req");

static const struct wire_field wire_bill_id_req_fields[] = {
	FIELD_TEXT(wire_bill_id_req, bill_id),
};
MESSAGE(wire_bill_id_req, "bill_id_req");

static const struct wire_field wire_bill_pay_req_fields[] = {
	FIELD_TEXT(wire_bill_pay_req, bill_id),
	FIELD_FEN(wire_bill_pay_req, amount_fen),
	FIELD_HEX(wire_bill_pay_req, digest),
	FIELD_HEX(wire_bill_pay_req, sig),
	FIELD_BLOB(wire_bill_pay_req, pin),
};
MESSAGE(wire_bill_pay_req, "bill_pay_req");

static const struct wire_field wire_pin_set_req_fields[] = {
	FIELD_TEXT(wire_pin_set_req, password),
	FIELD_BLOB(wire_pin_set_req, old),
	FIELD_BLOB(wire_pin_set_req, pin),
};
MESSAGE(wire_pin_set_req, "pin_set_req");

static const struct wire_field wire_merchant_bill_req_fields[] = {
	FIELD_TEXT(wire_merchant_bill_req, ref),
	FIELD_TEXT(wire_merchant_bill_req, payee),
	FIELD_TEXT(wire_merchant_bill_req, goods),
	FIELD_FEN(wire_merchant_bill_req, amount_fen),
	FIELD_INT(wire_merchant_bill_req, life_ms, 1, LIFE_MAX_MS),
};
MESSAGE(wire_merchant_bill_req, "merchant_bill_req");

static const struct wire_field wire_user_password_req_fields[] = {
	FIELD_TEXT(wire_user_password_req, old),
	FIELD_TEXT(wire_user_password_req, password),
};
MESSAGE(wire_user_password_req, "user_password_req");

static const struct wire_field wire_user_reset_req_fields[] = {
	FIELD_TEXT(wire_user_reset_req, phone),
	FIELD_TEXT(wire_user_reset_req, name),
	FIELD_TEXT(wire_user_reset_req, otp),
	FIELD_TEXT(wire_user_reset_req, password),
};
MESSAGE(wire_user_reset_req, "user_reset_req");

static const struct wire_field wire_pin_reset_req_fields[] = {
	FIELD_TEXT(wire_pin_reset_req, password),
	FIELD_TEXT(wire_pin_reset_req, otp),
	FIELD_BLOB(wire_pin_reset_req, pin),
};
MESSAGE(wire_pin_reset_req, "pin_reset_req");

static const struct wire_field wire_user_close_req_fields[] = {
	FIELD_TEXT(wire_user_close_req, password),
};
MESSAGE(wire_user_close_req, "user_close_req");
