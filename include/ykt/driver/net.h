/*
 * Port: the networks of a phone, for its card: connections (BIP) and short messages.
 *
 * A lane is a connection, or the short-message service as a whole. A host opens few
 * at a time: YKT_NET_LANES. Nothing is retried below this port.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YKT_DRIVER_NET_H
#define YKT_DRIVER_NET_H

#include <stdint.h>

#include <ykt/bytes.h>

#define YKT_NET_LANES 3

enum ykt_net_kind {
	YKT_NET_TCP,
	YKT_NET_UDP, /* each send and receive is one datagram */
	/* Each is one TPDU: out SMS-SUBMIT or a report of delivery, in SMS-DELIVER; no address. */
	YKT_NET_SMS
};

struct ykt_net_target {
	enum ykt_net_kind kind;
	uint8_t address[16];
	uint8_t address_len; /* 4: IPv4, 16: IPv6, 0 for SMS */
	uint16_t port;       /* 1 to 65535; 0 for SMS */
};

struct ykt_net {
	void *ctx;
	/*
	 * *ret_lane: below YKT_NET_LANES, until close. YKT_NOT_FOUND: nobody there, or
	 * no such service; YKT_E_SPACE: no lane is free; YKT_E_DEADLINE; YKT_E_NET.
	 */
	enum ykt_status (*open)(void *ctx, const struct ykt_net_target *target, unsigned *ret_lane,
	    int64_t deadline_mono_ms);
	/* All of it, or YKT_E_LINK: the connection is gone; YKT_E_DEADLINE. */
	enum ykt_status (*send)(
	    void *ctx, unsigned lane, struct ykt_bytes data, int64_t deadline_mono_ms);
	/*
	 * Appends what is there, and does not wait, but for a service centre that has
	 * been asked and answers at once. YKT_NOT_FOUND: nothing is;
	 * YKT_E_LINK: the other side has closed. A datagram without room is lost.
	 */
	enum ykt_status (*receive)(void *ctx, unsigned lane, struct ykt_buf *out);
	/* Until receive() of some lane has something to say: YKT_OK; YKT_E_DEADLINE. */
	enum ykt_status (*wait)(void *ctx, int64_t deadline_mono_ms);
	void (*close)(void *ctx, unsigned lane);
};

#endif
