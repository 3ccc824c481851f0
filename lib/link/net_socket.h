/*
 * Driver: the networks of a phone (ykt/driver/net.h) on the sockets of this host.
 *
 * Connections go where the card says, TCP and UDP as client. Short messages go to one
 * service centre over TCP, in the frames of docs/protocol.md section 10: each message or
 * report that goes up is answered at once, by messages and an end. It is asked what
 * waits for an element as soon as it is connected, when it is known whose phone this is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINK_NET_SOCKET_H
#define LINK_NET_SOCKET_H

#include <stdbool.h>

#include <ykt/driver/clock.h>
#include <ykt/driver/net.h>

#include "card/air_seal.h"

#define NET_FRAME_MAX 256

struct net_lane {
	int fd; /* -1: free */
	enum ykt_net_kind kind;
};

/* Embedded: its owner does not move it. */
struct net_socket {
	struct ykt_net port; /* hand out &net.port */
	const struct ykt_clock *clock;
	bool has_sms;
	struct ykt_net_target sms; /* the service centre, as for TCP */
	bool has_identity;         /* of the element: given, or seen in a message */
	uint8_t identity[AIR_IDENTITY_LEN];
	unsigned asked; /* ends that the centre has not said yet */
	size_t in_len;
	uint8_t in[NET_FRAME_MAX]; /* of its frames */
	struct net_lane lanes[YKT_NET_LANES];
};

/*
 * sms is ADDRESS:PORT of the service centre, an IPv6 address in brackets, or NULL:
 * there is none. The clock is borrowed. YKT_E_ARG: no such address.
 */
YKT_MUST_USE enum ykt_status
net_socket_init(struct net_socket *net, const struct ykt_clock *clock, const char *sms);

/* Whose phone this is, before the first short message; AIR_IDENTITY_LEN. */
void net_socket_set_identity(struct net_socket *net, const uint8_t *identity);

/* Closes every lane. Accepts a struct of zeros. */
void net_socket_clear(struct net_socket *net);

#endif
