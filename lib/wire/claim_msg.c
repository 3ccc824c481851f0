/*
 * The tables of the messages about cards that are bound.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/claim_msg.h"

#include "wire/field.h"

static const struct wire_field wire_card_claim_req_fields[] = {
	FIELD_TEXT(wire_card_claim_req, card_no),
	FIELD_BLOB(wire_card_claim_req, aid),
	FIELD_HEX(wire_card_claim_req, issuer),
};
MESSAGE(wire_card_claim_req, "card_claim_req");

static const struct wire_field wire_card_claim_rsp_fields[] = {
	FIELD_COUNT(wire_card_claim_rsp, attempt),
	FIELD_HEX(wire_card_claim_rsp, terminal),
};
MESSAGE(wire_card_claim_rsp, "card_claim_rsp");

static const struct wire_field wire_card_bind_req_fields[] = {
	FIELD_TEXT(wire_card_bind_req, card_no),
	FIELD_COUNT(wire_card_bind_req, attempt),
	FIELD_HEX(wire_card_bind_req, init),
	FIELD_U16(wire_card_bind_req, offline_seq),
	FIELD_FEN(wire_card_bind_req, overdraft_fen),
};
MESSAGE(wire_card_bind_req, "card_bind_req");

static const struct wire_field wire_card_unbind_req_fields[] = {
	FIELD_TEXT(wire_card_unbind_req, card_no),
	FIELD_TEXT(wire_card_unbind_req, password),
	FIELD_HEX(wire_card_unbind_req, digest),
	FIELD_HEX(wire_card_unbind_req, sig),
};
MESSAGE(wire_card_unbind_req, "card_unbind_req");
