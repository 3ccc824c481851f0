/*
 * The tables of the messages of validators and of clearing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/gate_msg.h"

#include "wire/field.h"

static const struct wire_field wire_tap_fields[] = {
	FIELD_TEXT(wire_tap, card_no),
	FIELD_HEX(wire_tap, issuer),
	FIELD_ALG(wire_tap, alg),
	FIELD_U8(wire_tap, key_version),
	FIELD_HEX(wire_tap, type),
	FIELD_FEN(wire_tap, amount_fen),
	FIELD_BALANCE(wire_tap, balance_fen),
	FIELD_U16(wire_tap, offline_seq),
	FIELD_HEX(wire_tap, terminal),
	FIELD_U32(wire_tap, terminal_seq),
	FIELD_HEX(wire_tap, datetime),
	FIELD_HEX(wire_tap, tac),
	FIELD_BOOL(wire_tap, confirmed),
	FIELD_HEX(wire_tap, trip),
};
MESSAGE(wire_tap, "tap");

static const struct wire_field wire_gate_upload_req_fields[] = {
	FIELD_TEXT(wire_gate_upload_req, batch_id),
	FIELD_HEX(wire_gate_upload_req, terminal),
	FIELD_LIST(wire_gate_upload_req, records, wire_tap_msg),
};
MESSAGE(wire_gate_upload_req, "gate_upload_req");

static const struct wire_field wire_tap_result_fields[] = {
	FIELD_TEXT(wire_tap_result, result),
};
MESSAGE(wire_tap_result, "tap_result");

static const struct wire_field wire_gate_upload_rsp_fields[] = {
	FIELD_TEXT(wire_gate_upload_rsp, batch_id),
	FIELD_LIST(wire_gate_upload_rsp, results, wire_tap_result_msg),
};
MESSAGE(wire_gate_upload_rsp, "gate_upload_rsp");

static const struct wire_field wire_gate_params_req_fields[] = {
	FIELD_COUNT(wire_gate_params_req, version),
};
MESSAGE(wire_gate_params_req, "gate_params_req");

static const struct wire_field wire_gate_city_fields[] = {
	FIELD_TEXT(wire_gate_city, city),
	FIELD_HEX(wire_gate_city, issuer),
};
MESSAGE(wire_gate_city, "gate_city");

static const struct wire_field wire_gate_card_fields[] = {
	FIELD_TEXT(wire_gate_card, card_no),
};
MESSAGE(wire_gate_card, "gate_card");

static const struct wire_field wire_gate_code_fields[] = {
	FIELD_TEXT(wire_gate_code, user_no),
};
MESSAGE(wire_gate_code, "gate_code");

static const struct wire_field wire_gate_fare_fields[] = {
	FIELD_TEXT(wire_gate_fare, kind),
	FIELD_FEN(wire_gate_fare, amount_fen),
};
MESSAGE(wire_gate_fare, "gate_fare");

static const struct wire_field wire_gate_params_rsp_fields[] = {
	FIELD_COUNT(wire_gate_params_rsp, version),
	FIELD_LIST(wire_gate_params_rsp, cities, wire_gate_city_msg),
	FIELD_LIST(wire_gate_params_rsp, blacklist, wire_gate_card_msg),
	FIELD_FEN(wire_gate_params_rsp, cap_fen),
	FIELD_LIST(wire_gate_params_rsp, fares, wire_gate_fare_msg),
	FIELD_LIST_OPT(wire_gate_params_rsp, codes, wire_gate_code_msg),
	FIELD_HEX(wire_gate_params_rsp, sig),
};
MESSAGE(wire_gate_params_rsp, "gate_params_rsp");

static const struct wire_field wire_clear_submit_req_fields[] = {
	FIELD_TEXT(wire_clear_submit_req, batch_id),
	FIELD_TEXT(wire_clear_submit_req, city),
	FIELD_LIST(wire_clear_submit_req, records, wire_tap_msg),
};
MESSAGE(wire_clear_submit_req, "clear_submit_req");

static const struct wire_field wire_clear_submit_rsp_fields[] = {
	FIELD_TEXT(wire_clear_submit_rsp, batch_id),
	FIELD_LIST(wire_clear_submit_rsp, results, wire_tap_result_msg),
};
MESSAGE(wire_clear_submit_rsp, "clear_submit_rsp");
