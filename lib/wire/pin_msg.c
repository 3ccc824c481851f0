/*
 * The tables of the messages about payment PINs to the key module.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/pin_msg.h"

#include "wire/field.h"
#include "wire/pin.h"

static const struct wire_field wire_key_pin_check_req_fields[] = {
	FIELD_TEXT(wire_key_pin_check_req, user_id),
	FIELD_HEX(wire_key_pin_check_req, sid),
	FIELD_INT(wire_key_pin_check_req, use, WIRE_PIN_PAY, WIRE_PIN_MENU),
	FIELD_BLOB(wire_key_pin_check_req, pin),
	FIELD_TEXT(wire_key_pin_check_req, verifier),
};
MESSAGE(wire_key_pin_check_req, "key_pin_check_req");

static const struct wire_field wire_key_pin_make_req_fields[] = {
	FIELD_TEXT(wire_key_pin_make_req, user_id),
	FIELD_HEX(wire_key_pin_make_req, sid),
	FIELD_INT(wire_key_pin_make_req, use, WIRE_PIN_PAY, WIRE_PIN_MENU),
	FIELD_TEXT(wire_key_pin_make_req, phone),
	FIELD_BLOB(wire_key_pin_make_req, old),
	FIELD_BLOB(wire_key_pin_make_req, pin),
	FIELD_TEXT_OPT(wire_key_pin_make_req, verifier),
};
MESSAGE(wire_key_pin_make_req, "key_pin_make_req");

static const struct wire_field wire_key_pin_rsp_fields[] = {
	FIELD_TEXT(wire_key_pin_rsp, result),
	FIELD_TEXT_OPT(wire_key_pin_rsp, verifier),
};
MESSAGE(wire_key_pin_rsp, "key_pin_rsp");
