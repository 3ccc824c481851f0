/*
 * The elements of toolkit commands for channels (ETSI TS 102 223 6.4.27 to 6.4.31,
 * 8.52 to 8.59) and timers (8.37, 8.38), in both directions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CARD_USAT_BIP_H
#define CARD_USAT_BIP_H

#include <stdbool.h>

#include "card/usat.h"

#define USAT_BEARER_PACKET  0x02 /* GPRS and what follows it */
#define USAT_BEARER_DEFAULT 0x03
#define USAT_BUFFER_MAX     1500 /* of a channel; the size that we ask for and give */
#define USAT_SECONDS_MAX    86399
#define USAT_TIMER_COUNT    8
#define USAT_CHANNEL_COUNT  7

/* Qualifiers: SEND DATA, OPEN CHANNEL; TIMER MANAGEMENT, its two lowest bits. */
#define USAT_Q_IMMEDIATE   0x01
#define USAT_Q_TIMER_START 0x00
#define USAT_Q_TIMER_STOP  0x01
#define USAT_Q_TIMER_VALUE 0x02

enum usat_protocol { USAT_UDP_CLIENT = 0x01, USAT_TCP_CLIENT = 0x02 };
enum usat_event { USAT_EVENT_DATA = 0x09, USAT_EVENT_CHANNEL = 0x0A };

/* Additional information on the result USAT_BIP_ERROR. */
enum usat_bip_error {
	USAT_BIP_NO_CHANNEL = 0x01, /* none is free */
	USAT_BIP_CLOSED = 0x02,
	USAT_BIP_BAD_ID = 0x03,
	USAT_BIP_BUFFER = 0x04,
	USAT_BIP_TRANSPORT = 0x06, /* the transport level is not there */
	USAT_BIP_UNREACHABLE = 0x07
};

/* What OPEN CHANNEL asks for; views borrow. */
struct usat_open {
	struct ykt_bytes bearer; /* its description, from its type on */
	uint16_t buffer_size;
	uint8_t protocol; /* enum usat_protocol, or one that we have no name for */
	uint16_t port;
	struct ykt_bytes address; /* 4 or 16 bytes */
};

/*
 * The body of an OPEN CHANNEL for packet data. Output untouched on failure:
 *
 * YKT_NOT_FOUND  bearer, buffer size, transport level or address is missing
 * YKT_E_FORMAT   one of them has a length or a type that it cannot have
 */
YKT_MUST_USE enum ykt_status usat_open_decode(struct ykt_bytes body, struct usat_open *ret_open);
void usat_open_encode(const struct usat_open *open, struct ykt_buf *out);

struct usat_channel {
	uint8_t id; /* 1 to USAT_CHANNEL_COUNT; 0: there is no channel */
	bool open;
	uint8_t info; /* 00; 05: the link was dropped */
};
#define USAT_CHANNEL_DROPPED 0x05

/* The value of a channel status. YKT_E_FORMAT: of another length. */
YKT_MUST_USE enum ykt_status
usat_channel_decode(struct ykt_bytes value, struct usat_channel *ret_channel);
/* Appends the element. */
void usat_channel_put(const struct usat_channel *channel, struct ykt_buf *out);

/* The value of a timer, in seconds. YKT_E_FORMAT: no time below 24 hours. */
YKT_MUST_USE enum ykt_status usat_timer_decode(struct ykt_bytes value, uint32_t *ret_seconds);
/* Appends the element; seconds at most USAT_SECONDS_MAX. */
void usat_timer_put(uint32_t seconds, struct ykt_buf *out);

#endif
