/*
 * What a host asks of a card process, and not of its card: commands of class FF,
 * which ISO/IEC 7816-4 5.1.1 leaves to others and PC/SC gives to readers.
 *
 *   FF 70 00 00 Lc hash     who speaks: the hash of the caller's certificate, 20 or
 *                           32 bytes; once on a connection, for all channels
 *   FF 72 00 00 00          the oldest transaction event that waits: the length of
 *                           its AID, the AID, its parameters (card/tap_event.h);
 *                           no data when none waits
 *
 * Project choice (grade D): on a phone the system knows both without asking.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_HOST_CMD_H
#define CARD_HOST_CMD_H

#include "card/apdu.h"

#define HOST_CMD_CLA        0xFF
#define HOST_CMD_INS_CALLER 0x70
#define HOST_CMD_INS_EVENT  0x72

#define HOST_CALLER_SHA1   20
#define HOST_CALLER_SHA256 32
#define HOST_AID_MIN       5
#define HOST_AID_MAX       16

struct host_event {
	struct ykt_bytes aid;
	struct ykt_bytes data;
};

/* True for the two lengths that a caller's hash may have. */
bool host_caller_fits(struct ykt_bytes hash);

/* Append a whole command. */
void host_caller_build(struct ykt_bytes hash, struct ykt_buf *out);
void host_event_build(struct ykt_buf *out);

/* Appends the data of the answer with this event. */
void host_event_encode(const struct host_event *event, struct ykt_buf *out);

/*
 * The data of the answer; views borrow, *ret_event is untouched unless YKT_OK.
 *
 * YKT_NOT_FOUND  none waits
 * YKT_E_FORMAT   no AID of HOST_AID_MIN to HOST_AID_MAX bytes, or nothing behind it
 */
YKT_MUST_USE enum ykt_status
host_event_decode(struct ykt_bytes bytes, struct host_event *ret_event);

#endif
