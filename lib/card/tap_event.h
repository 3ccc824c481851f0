/*
 * The transaction event that an element raises after a tap (card.md 1.9), as
 * seen once in the field; the meaning of its parts is inferred.
 *
 * 0202 9000, type 1, amount 4, balance 4, terminal 6, 0200, then C1 with the
 * first record of file 1A and E1 with the record of file 1E, if the tap wrote
 * them. Nothing signs it: it says that something happened, and no more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_TAP_EVENT_H
#define CARD_TAP_EVENT_H

#include <stdint.h>

#include <ykt/bytes.h>

#define TAP_EVENT_TERMINAL_LEN 6
#define TAP_EVENT_JOURNEY_LEN  128
#define TAP_EVENT_TRIP_LEN     48
#define TAP_EVENT_MAX          208

struct tap_event {
	uint8_t type; /* of record 18: 06 or 09 */
	uint32_t amount;
	uint32_t balance; /* what INITIALIZE would answer now */
	uint8_t terminal[TAP_EVENT_TERMINAL_LEN];
	struct ykt_bytes journey; /* TAP_EVENT_JOURNEY_LEN, or empty */
	struct ykt_bytes trip;    /* TAP_EVENT_TRIP_LEN, or empty */
};

void tap_event_encode(const struct tap_event *event, struct ykt_buf *out);

/* Views borrow. YKT_E_FORMAT, output untouched: any other layout or length. */
YKT_MUST_USE enum ykt_status tap_event_decode(struct ykt_bytes bytes, struct tap_event *ret_event);

#endif
