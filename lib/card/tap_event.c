/*
 * The transaction event, written and read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "card/tap_event.h"

#include "card/tlv.h"

#define HEAD        0x02029000u
#define MIDDLE      0x0200
#define TAG_JOURNEY 0xC1
#define TAG_TRIP    0xE1

void
tap_event_encode(const struct tap_event *event, struct ykt_buf *out)
{
	ykt_put_u32(out, HEAD);
	ykt_put_u8(out, event->type);
	ykt_put_u32(out, event->amount);
	ykt_put_u32(out, event->balance);
	ykt_put_mem(out, event->terminal, sizeof(event->terminal));
	ykt_put_u16(out, MIDDLE);
	/* C1 80: the length is one plain byte, not BER. */
	if (event->journey.len != 0) {
		ykt_put_u8(out, TAG_JOURNEY);
		ykt_put_u8(out, TAP_EVENT_JOURNEY_LEN);
		ykt_put(out, event->journey);
	}
	if (event->trip.len != 0) {
		ykt_put_u8(out, TAG_TRIP);
		ykt_put_u8(out, TAP_EVENT_TRIP_LEN);
		ykt_put(out, event->trip);
	}
}

/* Takes a record with that tag and length off rd; empty when the next tag is another. */
static struct ykt_bytes
take_record(struct ykt_rd *rd, uint8_t tag, uint8_t len)
{
	struct ykt_rd ahead = *rd;

	if (rd->bad || rd->left == 0 || ykt_rd_u8(&ahead) != tag)
		return ykt_bytes(NULL, 0);
	*rd = ahead;
	if (ykt_rd_u8(rd) != len)
		rd->bad = true;

	return ykt_rd_take(rd, len);
}

enum ykt_status
tap_event_decode(struct ykt_bytes bytes, struct tap_event *ret_event)
{
	struct ykt_rd rd = ykt_rd(bytes);
	struct tap_event event = { 0 };

	if (ykt_rd_u32(&rd) != HEAD)
		rd.bad = true;
	event.type = ykt_rd_u8(&rd);
	event.amount = ykt_rd_u32(&rd);
	event.balance = ykt_rd_u32(&rd);
	ykt_rd_copy(&rd, event.terminal, sizeof(event.terminal));
	if (ykt_rd_u16(&rd) != MIDDLE)
		rd.bad = true;
	event.journey = take_record(&rd, TAG_JOURNEY, TAP_EVENT_JOURNEY_LEN);
	event.trip = take_record(&rd, TAG_TRIP, TAP_EVENT_TRIP_LEN);
	if (ykt_rd_done(&rd) != YKT_OK)
		return YKT_E_FORMAT;
	*ret_event = event;

	return YKT_OK;
}
