/*
 * The tables of the messages about payouts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/payout_msg.h"

#include "wire/field.h"

static const struct wire_field wire_psp_payout_req_fields[] = {
	FIELD_TEXT(wire_psp_payout_req, payout_id),
	FIELD_TEXT(wire_psp_payout_req, bind_id),
	FIELD_HEX(wire_psp_payout_req, token),
	FIELD_FEN(wire_psp_payout_req, amount_fen),
	FIELD_TIME(wire_psp_payout_req, ts_ms),
	FIELD_HEX(wire_psp_payout_req, nonce),
};
MESSAGE(wire_psp_payout_req, "psp_payout_req");

static const struct wire_field wire_psp_payout_rsp_fields[] = {
	FIELD_TEXT(wire_psp_payout_rsp, payout_id),
	FIELD_FEN(wire_psp_payout_rsp, amount_fen),
	FIELD_TEXT(wire_psp_payout_rsp, state),
	FIELD_TEXT(wire_psp_payout_rsp, reason),
};
MESSAGE(wire_psp_payout_rsp, "psp_payout_rsp");
