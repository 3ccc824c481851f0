/*
 * Where a trip was, as the value of the field "record.stop": what names of
 * stations are looked up by. A host with a table shows the name, another nothing.
 *
 * The hex of 17 bytes: city (2), line (2), station (2), operator (2), industry (1),
 * terminal (8), as the trip record has them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLIENT_STOP_H
#define CLIENT_STOP_H

#include "card/files.h"

#define CLIENT_STOP_LEN 17

void client_stop_encode(const struct record_trip *trip, uint8_t ret_bytes[CLIENT_STOP_LEN]);
/* Sets those fields of *trip, and no other. YKT_E_FORMAT: another length. */
YKT_MUST_USE enum ykt_status client_stop_decode(struct ykt_bytes bytes, struct record_trip *trip);

#endif
