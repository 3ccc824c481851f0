/*
 * The tables of the messages of rides by code.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/ride_msg.h"

#include "wire/field.h"

static const struct wire_field wire_ride_fields[] = {
	FIELD_U32(wire_ride, ride_seq),
	FIELD_TEXT(wire_ride, kind),
	FIELD_FEN(wire_ride, amount_fen),
	FIELD_HEX(wire_ride, datetime),
	FIELD_BLOB(wire_ride, code),
};
MESSAGE(wire_ride, "ride");

static const struct wire_field wire_gate_rides_req_fields[] = {
	FIELD_TEXT(wire_gate_rides_req, batch_id),
	FIELD_HEX(wire_gate_rides_req, terminal),
	FIELD_LIST(wire_gate_rides_req, rides, wire_ride_msg),
};
MESSAGE(wire_gate_rides_req, "gate_rides_req");

static const struct wire_field wire_gate_rides_rsp_fields[] = {
	FIELD_TEXT(wire_gate_rides_rsp, batch_id),
	FIELD_LIST(wire_gate_rides_rsp, results, wire_tap_result_msg),
};
MESSAGE(wire_gate_rides_rsp, "gate_rides_rsp");
