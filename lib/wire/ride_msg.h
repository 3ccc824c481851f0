/*
 * Ride codes from gates to the platform (docs/protocol.md section 7).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WIRE_RIDE_MSG_H
#define WIRE_RIDE_MSG_H

#include "wire/gate_msg.h"

#define WIRE_RIDES_MAX     16
#define WIRE_RIDE_CODE_MAX 364

#define WIRE_PATH_GATE_RIDES "/gate/rides"

/* One ride: the whole code as it was shown, so that the platform judges it itself. */
struct wire_ride {
	int64_t ride_seq; /* 0..2^32-1, of this gate's rides by code */
	char kind[17];    /* enum wire_ride_kind */
	int64_t amount_fen;
	uint8_t datetime[7]; /* the gate's clock */
	WIRE_BLOB(WIRE_RIDE_CODE_MAX) code;
};

struct wire_gate_rides_req {
	char batch_id[33];
	uint8_t terminal[6];
	size_t rides_count;
	struct wire_ride rides[WIRE_RIDES_MAX];
};
/* One result a ride, in their order: posted, duplicate, refused, case. */
struct wire_gate_rides_rsp {
	char batch_id[33];
	size_t results_count;
	struct wire_tap_result results[WIRE_RIDES_MAX];
};

extern const struct wire_message wire_ride_msg;
extern const struct wire_message wire_gate_rides_req_msg;
extern const struct wire_message wire_gate_rides_rsp_msg;

#endif
