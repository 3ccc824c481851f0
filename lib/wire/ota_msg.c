/*
 * The tables of the gateway's messages to the key module.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/ota_msg.h"

#include "wire/field.h"

#define COUNTER_MAX INT64_C(0xFFFFFFFFFF)

static const struct wire_field wire_key_ota_open_req_fields[] = {
	FIELD_HEX(wire_key_ota_open_req, se_id),
	FIELD_BLOB(wire_key_ota_open_req, packet),
};
MESSAGE(wire_key_ota_open_req, "key_ota_open_req");

static const struct wire_field wire_key_ota_open_rsp_fields[] = {
	FIELD_U8(wire_key_ota_open_rsp, status),
	FIELD_U8(wire_key_ota_open_rsp, key_id),
	FIELD_INT(wire_key_ota_open_rsp, counter, 0, COUNTER_MAX),
	FIELD_BLOB(wire_key_ota_open_rsp, call),
	FIELD_BLOB_OPT(wire_key_ota_open_rsp, pin),
	FIELD_HEX(wire_key_ota_open_rsp, sid),
};
MESSAGE(wire_key_ota_open_rsp, "key_ota_open_rsp");

static const struct wire_field wire_key_ota_answer_req_fields[] = {
	FIELD_HEX(wire_key_ota_answer_req, se_id),
	FIELD_U8(wire_key_ota_answer_req, key_id),
	FIELD_INT(wire_key_ota_answer_req, counter, 0, COUNTER_MAX),
	FIELD_U8(wire_key_ota_answer_req, status),
	FIELD_INT_OPT(wire_key_ota_answer_req, last, 0, COUNTER_MAX),
	FIELD_BLOB(wire_key_ota_answer_req, answer),
};
MESSAGE(wire_key_ota_answer_req, "key_ota_answer_req");

static const struct wire_field wire_key_ota_answer_rsp_fields[] = {
	FIELD_BLOB(wire_key_ota_answer_rsp, packet),
};
MESSAGE(wire_key_ota_answer_rsp, "key_ota_answer_rsp");

static const struct wire_field wire_key_ota_command_req_fields[] = {
	FIELD_HEX(wire_key_ota_command_req, se_id),
	FIELD_U8(wire_key_ota_command_req, key_id),
	FIELD_INT(wire_key_ota_command_req, counter, 1, COUNTER_MAX),
	FIELD_BLOB(wire_key_ota_command_req, command),
};
MESSAGE(wire_key_ota_command_req, "key_ota_command_req");

static const struct wire_field wire_key_ota_command_rsp_fields[] = {
	FIELD_BLOB(wire_key_ota_command_rsp, packet),
};
MESSAGE(wire_key_ota_command_rsp, "key_ota_command_rsp");

static const struct wire_field wire_key_ota_receipt_req_fields[] = {
	FIELD_HEX(wire_key_ota_receipt_req, se_id),
	FIELD_U8(wire_key_ota_receipt_req, key_id),
	FIELD_BLOB(wire_key_ota_receipt_req, packet),
};
MESSAGE(wire_key_ota_receipt_req, "key_ota_receipt_req");

static const struct wire_field wire_key_ota_receipt_rsp_fields[] = {
	FIELD_BOOL(wire_key_ota_receipt_rsp, ok),
	FIELD_U8(wire_key_ota_receipt_rsp, status),
	FIELD_INT(wire_key_ota_receipt_rsp, counter, 0, COUNTER_MAX),
	FIELD_BLOB(wire_key_ota_receipt_rsp, data),
};
MESSAGE(wire_key_ota_receipt_rsp, "key_ota_receipt_rsp");

static const struct wire_field wire_key_ota_provide_req_fields[] = {
	FIELD_HEX(wire_key_ota_provide_req, se_id),
};
MESSAGE(wire_key_ota_provide_req, "key_ota_provide_req");

static const struct wire_field wire_key_ota_provide_rsp_fields[] = {
	FIELD_BLOB(wire_key_ota_provide_rsp, groups),
};
MESSAGE(wire_key_ota_provide_rsp, "key_ota_provide_rsp");
