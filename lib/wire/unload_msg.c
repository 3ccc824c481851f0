/*
 * The tables of the messages about unloads.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/unload_msg.h"

#include "wire/field.h"

static const struct wire_field wire_unload_fields[] = {
	FIELD_TEXT(wire_unload, unload_id),
	FIELD_TEXT(wire_unload, card_no),
	FIELD_TEXT(wire_unload, purpose),
	FIELD_TEXT(wire_unload, state),
	FIELD_FEN(wire_unload, amount_fen),
	FIELD_FEN(wire_unload, fee_fen),
	FIELD_TIME(wire_unload, created_ms),
	FIELD_TEXT(wire_unload, ticket),
	FIELD_TIME(wire_unload, expires_ms),
};
MESSAGE(wire_unload, "unload");

static const struct wire_field wire_unload_tickets_rsp_fields[] = {
	FIELD_LIST(wire_unload_tickets_rsp, tickets, wire_unload_msg),
};
MESSAGE(wire_unload_tickets_rsp, "unload_tickets_rsp");

static const struct wire_field wire_unload_begin_req_fields[] = {
	FIELD_TEXT(wire_unload_begin_req, card_no),
	FIELD_TEXT(wire_unload_begin_req, purpose),
	FIELD_TEXT(wire_unload_begin_req, password),
	FIELD_TEXT(wire_unload_begin_req, to),
	FIELD_FEN(wire_unload_begin_req, fee_fen),
	FIELD_TEXT(wire_unload_begin_req, wish),
	FIELD_HEX(wire_unload_begin_req, digest),
	FIELD_HEX(wire_unload_begin_req, sig),
};
MESSAGE(wire_unload_begin_req, "unload_begin_req");

static const struct wire_field wire_unload_get_req_fields[] = {
	FIELD_TEXT(wire_unload_get_req, card_no),
};
MESSAGE(wire_unload_get_req, "unload_get_req");

static const struct wire_field wire_unload_id_req_fields[] = {
	FIELD_TEXT(wire_unload_id_req, unload_id),
};
MESSAGE(wire_unload_id_req, "unload_id_req");

static const struct wire_field wire_unload_attempt_rsp_fields[] = {
	FIELD_COUNT(wire_unload_attempt_rsp, attempt),
	FIELD_HEX(wire_unload_attempt_rsp, terminal),
	FIELD_TEXT(wire_unload_attempt_rsp, card_no),
};
MESSAGE(wire_unload_attempt_rsp, "unload_attempt_rsp");

static const struct wire_field wire_unload_request_req_fields[] = {
	FIELD_TEXT(wire_unload_request_req, unload_id),
	FIELD_COUNT(wire_unload_request_req, attempt),
	FIELD_BOOL(wire_unload_request_req, attest),
	FIELD_BOOL(wire_unload_request_req, give_up),
	FIELD_HEX(wire_unload_request_req, init),
};
MESSAGE(wire_unload_request_req, "unload_request_req");

static const struct wire_field wire_unload_request_rsp_fields[] = {
	FIELD_TEXT(wire_unload_request_rsp, result),
	FIELD_HEX_OPT(wire_unload_request_rsp, datetime),
	FIELD_HEX_OPT(wire_unload_request_rsp, mac2),
};
MESSAGE(wire_unload_request_rsp, "unload_request_rsp");

static const struct wire_field wire_unload_confirm_req_fields[] = {
	FIELD_TEXT(wire_unload_confirm_req, unload_id),
	FIELD_COUNT(wire_unload_confirm_req, attempt),
	FIELD_HEX(wire_unload_confirm_req, mac3),
};
MESSAGE(wire_unload_confirm_req, "unload_confirm_req");
